//! The terminal that the program was started in, where a system does not give it to a program with a window.
//!
//! Windows starts a program either with a console or without one, and decides by the file. Ours has none, so that
//! no black window opens beside its own; a start that prints or reads joins its parent's. Elsewhere there is
//! nothing to do.

/// Makes standard input, output and error lead to the terminal that this program was started in, unless they lead
/// somewhere already. To be called before the first line is printed or read.
pub fn attach() {
    #[cfg(windows)]
    super::windows::api::attach_parent_console();
}

/// Calls `end` when the terminal's window is closed or the person logs off, and holds the system back meanwhile: it
/// ends the program as soon as that was taken for handled, after five seconds at the latest. To be called after
/// handlers for Ctrl+C are set, which would hear of it first.
///
/// Other systems say this with a signal.
pub fn on_close(end: impl FnOnce() + Send + 'static) {
    #[cfg(windows)]
    super::windows::closing::wait_for(end);
    #[cfg(not(windows))]
    drop(end);
}
