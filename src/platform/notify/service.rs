//! The thread in which a service is asked that may be slow, stuck or absent: the window never waits for it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::{Note, Notifier, Tell, here};

/// What may wait for a slow service; more is not told.
const WAITING: usize = 16;

/// The notifications of this system, asked for in a thread of their own.
#[derive(Default)]
pub(crate) struct Service {
    asks: Option<SyncSender<Ask>>,
}

enum Ask {
    Look(Tell),
    Show(Note, Tell),
    Clear,
}

impl Service {
    /// Nothing is asked, and no thread started, before something is to be shown.
    fn ask(&mut self, ask: Ask) {
        let asks = self.asks.get_or_insert_with(|| {
            let (asks, asked) = sync_channel(WAITING);
            let serve = move || serve(&asked, &mut here::Notes::default());
            // Without the thread the channel is closed, and nothing is shown.
            drop(thread::Builder::new().name("notifications".to_owned()).spawn(serve));
            asks
        });
        drop(asks.try_send(ask));
    }
}

impl Notifier for Service {
    fn look(&mut self, tell: Tell) {
        self.ask(Ask::Look(tell));
    }

    fn show(&mut self, note: Note, tell: Tell) {
        self.ask(Ask::Show(note, tell));
    }

    fn clear(&mut self) {
        // Where nothing was shown there is nobody to ask.
        if self.asks.is_some() {
            self.ask(Ask::Clear);
        }
    }
}

fn serve(asks: &Receiver<Ask>, notes: &mut impl Notifier) {
    while let Ok(ask) = asks.recv() {
        match ask {
            Ask::Look(tell) => notes.look(tell),
            Ask::Show(note, tell) => notes.show(note, tell),
            Ask::Clear => notes.clear(),
        }
    }
}
