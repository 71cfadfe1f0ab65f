//! Notifications of the system.
//!
//! The service that shows them may be slow, stuck or absent, so it is asked in a thread of its own; the window
//! never waits for it.

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod elsewhere;
mod service;
#[cfg(all(unix, not(target_os = "macos")))]
mod xdg;

#[cfg(not(all(unix, not(target_os = "macos"))))]
use elsewhere as here;
#[cfg(all(unix, not(target_os = "macos")))]
use xdg as here;

pub(super) use self::service::Service;

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about: a newer one about the same takes its place.
    pub about: u64,
    /// Its first line.
    pub title: String,
    /// The rest, plain text.
    pub text: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Notifications are shown here.
    Ready,
    /// The person clicked on it.
    Clicked,
    /// It was not shown, in the system's words.
    NotShown(String),
}

/// Takes the answer, on any thread, if there ever is one.
pub type Tell = Box<dyn FnOnce(Told) + Send>;

/// Shows notifications. Nothing here waits.
pub trait Notifier {
    /// Asks whether any can be shown here.
    fn look(&mut self, tell: Tell);
    /// Shows one, in place of an older one about the same.
    fn show(&mut self, note: Note, tell: Tell);
    /// Takes away those that can be taken away: they were read.
    fn clear(&mut self);
}

/// Text as it must be written where the service reads markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_said_is_never_read_as_markup() {
        assert_eq!(escaped("<b>1 & 2</b>"), "&lt;b&gt;1 &amp; 2&lt;/b&gt;");
    }
}
