//! One thread that asks the service, and one more for each notification that can still be clicked.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use notify_rust::Notification;
use tokio::sync::oneshot;

use super::{Note, Notifier, Tell, Told, escaped, here};

/// What may wait for a slow service; more is not told.
const WAITING: usize = 16;
/// Notifications that can be clicked at once; an older one makes room.
const LIVE: usize = 8;

/// The notifications of this system.
#[derive(Default)]
pub(crate) struct Service {
    asks: Option<SyncSender<Ask>>,
}

enum Ask {
    Look(Tell),
    Show(Note, Tell),
    Clear,
}

/// One that can still be clicked. Told to end, it is taken away; dropped, it is only waited for no longer.
struct Live {
    about: u64,
    id: u32,
    end: oneshot::Sender<()>,
    /// Whoever waits for the one in whose place it stands: a click may come before this one is waited for.
    _before: Option<oneshot::Sender<()>>,
}

impl Service {
    /// Nothing is asked, and no thread started, before something is to be shown.
    fn ask(&mut self, ask: Ask) {
        let asks = self.asks.get_or_insert_with(|| {
            let (asks, asked) = sync_channel(WAITING);
            // Without the thread the channel is closed, and nothing is shown.
            drop(thread::Builder::new().name("notifications".to_owned()).spawn(move || serve(&asked)));
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

fn serve(asks: &Receiver<Ask>) {
    let mut live: Vec<Live> = Vec::new();
    while let Ok(ask) = asks.recv() {
        live.retain(|shown| !shown.end.is_closed());
        match ask {
            Ask::Look(tell) => tell(here::takes_markup().map_or_else(Told::NotShown, |_| Told::Ready)),
            Ask::Show(note, tell) => show(&mut live, &note, tell),
            Ask::Clear => live.drain(..).for_each(close),
        }
    }
}

fn show(live: &mut Vec<Live>, note: &Note, tell: Tell) {
    let before = live.iter().position(|shown| shown.about == note.about).map(|at| live.remove(at));
    let mut notification = Notification::new();
    let markup = here::takes_markup();
    let text = if markup == Ok(true) { escaped(&note.text) } else { note.text.clone() };
    notification.appname("Hallway").icon("hallway").summary(&note.title).body(&text);
    if let Some(before) = &before {
        notification.id(before.id);
    }
    let (id, shown) = match markup.and_then(|_| here::send(notification)) {
        Ok(sent) => sent,
        Err(words) => return tell(Told::NotShown(words)),
    };
    if live.len() >= LIVE {
        if !here::CAN_CLOSE {
            return;
        }
        close(live.remove(0));
    }
    let (end, ended) = oneshot::channel();
    let waits = thread::Builder::new().name("notification".to_owned());
    if waits.spawn(move || here::wait(shown, ended, tell)).is_ok() {
        live.push(Live { about: note.about, id, end, _before: before.map(|before| before.end) });
    }
}

fn close(shown: Live) {
    // One that nobody waits for any more is gone already.
    let _gone = shown.end.send(());
}
