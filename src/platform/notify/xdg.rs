//! Notifications of Linux desktops: the Desktop Notifications Specification, over D-Bus.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::thread;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};
use tokio::sync::oneshot;

use super::{LIVE, Note, Notifier, Tell, Told, escaped};

/// What a click on the notification itself is called, by the specification.
const CLICK: &str = "default";
/// What is missing. The bus's own words name addresses and interfaces, which help nobody who reads settings.
const NOBODY: &str = "no program that does so answers. Desktops have one; elsewhere, dunst or mako is one";

/// Those that stand there, oldest first. Each is waited for in a thread of its own.
#[derive(Default)]
pub(super) struct Notes {
    live: Vec<Live>,
}

/// One that can still be clicked. Told to end, it is taken away; dropped, it is only waited for no longer.
struct Live {
    about: u64,
    id: u32,
    end: oneshot::Sender<()>,
    /// Whoever waits for the one in whose place it stands: a click may come before this one is waited for.
    _before: Option<oneshot::Sender<()>>,
}

impl Notifier for Notes {
    fn look(&mut self, tell: Tell) {
        tell(takes_markup().map_or_else(Told::NotShown, |_| Told::Ready));
    }

    fn show(&mut self, note: Note, tell: Tell) {
        self.live.retain(|shown| !shown.end.is_closed());
        let before = self.live.iter().position(|shown| shown.about == note.about);
        let before = before.map(|at| self.live.remove(at));
        let shown = match takes_markup().and_then(|markup| send(&note, markup, before.as_ref())) {
            Ok(shown) => shown,
            Err(words) => return tell(Told::NotShown(words)),
        };
        if self.live.len() >= LIVE {
            close(self.live.remove(0));
        }
        let (id, (end, ended)) = (shown.id(), oneshot::channel());
        let waits = thread::Builder::new().name("notification".to_owned());
        if waits.spawn(move || wait(shown, ended, &tell)).is_ok() {
            self.live.push(Live { about: note.about, id, end, _before: before.map(|before| before.end) });
        }
    }

    fn clear(&mut self) {
        self.live.drain(..).for_each(close);
    }
}

fn close(shown: Live) {
    // One that nobody waits for any more is gone already.
    let _gone = shown.end.send(());
}

/// Whether the service reads markup in a text.
///
/// # Errors
/// Why nobody answers.
fn takes_markup() -> Result<bool, String> {
    let can = notify_rust::get_capabilities().map_err(|_| NOBODY.to_owned())?;
    Ok(can.iter().any(|word| word == "body-markup"))
}

/// Shows it, in place of this one.
fn send(note: &Note, markup: bool, before: Option<&Live>) -> Result<NotificationHandle, String> {
    let text = if markup { escaped(&note.text) } else { note.text.clone() };
    let mut notification = Notification::new();
    notification.appname("Hallway").icon("hallway").summary(&note.title).body(&text);
    notification.action(CLICK, "Open").hint(Hint::DesktopEntry("hallway".to_owned()));
    if let Some(before) = before {
        notification.id(before.id);
    }
    notification.show().map_err(|_| NOBODY.to_owned())
}

/// Waits until it is clicked or gone, or is to be taken away, or nobody wants to know any more.
fn wait(shown: NotificationHandle, end: oneshot::Receiver<()>, tell: &Tell) {
    let mut clicked = false;
    let close = {
        let answer = |response: &NotificationResponse| {
            clicked = match response {
                NotificationResponse::Default => true,
                NotificationResponse::Action(name) => name == CLICK,
                _ => false,
            };
        };
        let mut answered = pin!(shown.wait_for_action_async(answer));
        let mut end = pin!(end);
        pollster::block_on(poll_fn(|cx| match answered.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(false),
            Poll::Pending => end.as_mut().poll(cx).map(|told| told.is_ok()),
        }))
    };
    if close {
        shown.close();
    } else if clicked {
        tell(Told::Clicked);
    }
}
