//! Notifications of the system.
//!
//! On Linux and Windows the service that shows them may be slow, stuck or absent, so it is asked in a thread of its
//! own. macOS takes them without an answer, on the thread of the window.

#[cfg(not(target_os = "macos"))]
mod service;
#[cfg(any(windows, test))]
mod toast_xml;
#[cfg(windows)]
mod toasts;
#[cfg(not(any(windows, target_os = "macos")))]
mod xdg;

#[cfg(windows)]
use toasts as here;
#[cfg(not(any(windows, target_os = "macos")))]
use xdg as here;

#[cfg(not(target_os = "macos"))]
pub(super) use self::service::Service;
#[cfg(target_os = "macos")]
pub(super) use super::macos::notes::Notes as Service;

/// Notifications that can be clicked at once; an older one makes room.
pub(super) const LIVE: usize = 8;

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

/// Takes the answers, on any thread, if there ever are any.
pub type Tell = Box<dyn Fn(Told) + Send + Sync>;

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
#[cfg(any(test, not(target_os = "macos")))]
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
