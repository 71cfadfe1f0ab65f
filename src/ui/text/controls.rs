//! Words on controls that many screens share.

/// Puts something on the clipboard.
pub const COPY: &str = "Copy";
/// What stands for a moment where [`COPY`] stood.
pub const COPIED: &str = "Copied";
/// Ends a dialog without doing anything.
pub const CANCEL: &str = "Cancel";
/// Ends a dialog that asks nothing.
pub const CLOSE: &str = "Close";
/// Goes to the screen before.
pub const BACK: &str = "Back";

/// The accessible name of the button that copies `what`.
pub fn copy_of(what: &str) -> String {
    format!("Copy {what}")
}

/// A tooltip that names the shortcut behind what the control does.
pub fn with_shortcut(what: &str, shortcut: &str) -> String {
    format!("{what} ({shortcut})")
}
