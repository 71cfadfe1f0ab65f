//! Links that the system hands to the running program, and not to a new one.
//!
//! The first may come before there is a window, so they wait, a few of them; the window takes them when it is there.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Links that wait for the window; more of them are clicks that nobody means.
const WAITING: usize = 8;

/// What is called when a link waits.
type Wake = Rc<OnceCell<Box<dyn Fn()>>>;

/// The window's end.
pub struct Links {
    waiting: Receiver<String>,
    wake: Wake,
}

/// The system's end, on the window's thread.
pub struct Handed {
    waiting: SyncSender<String>,
    wake: Wake,
}

/// The two ends.
#[must_use]
pub fn pair() -> (Handed, Links) {
    let (hand, waiting) = sync_channel(WAITING);
    let wake = Wake::default();
    (Handed { waiting: hand, wake: Rc::clone(&wake) }, Links { waiting, wake })
}

impl Handed {
    /// Never waits, and never panics: its caller is the system.
    pub fn hand(&self, link: String) {
        let _full = self.waiting.try_send(link);
        if let Some(wake) = self.wake.get() {
            wake();
        }
    }
}

impl Links {
    /// From now on this is called when a link waits. To be said once; what came before is there already.
    pub fn wake_by(&self, wake: impl Fn() + 'static) {
        let _said = self.wake.set(Box::new(wake));
    }

    /// The next link that waits. Never waits for one.
    pub fn take(&self) -> Option<String> {
        self.waiting.try_recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_link_from_before_the_window_waits_for_it_and_a_later_one_wakes_it() {
        let (handed, links) = pair();
        handed.hand("hallway://first".to_owned());
        let woken = Rc::new(Cell::new(0));
        let count = Rc::clone(&woken);
        links.wake_by(move || count.set(count.get() + 1));
        assert_eq!((links.take().as_deref(), woken.get()), (Some("hallway://first"), 0));
        handed.hand("hallway://second".to_owned());
        assert_eq!((links.take().as_deref(), woken.get()), (Some("hallway://second"), 1));
        assert_eq!(links.take(), None);
    }

    #[test]
    fn only_a_few_links_wait_and_none_harms_a_window_that_is_gone() {
        let (handed, links) = pair();
        for _ in 0..=WAITING {
            handed.hand("hallway://again".to_owned());
        }
        assert_eq!(std::iter::from_fn(|| links.take()).count(), WAITING);
        drop(links);
        handed.hand("hallway://late".to_owned());
    }
}
