//! Starting this very program once more in its own place.
//!
//! The window's library opens one window in the life of a process, so another try is another process.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode};

/// Starts this program again with these arguments. Where the system can put it in the place of this one it does,
/// and this never returns; elsewhere it waits for the end and hands its status on.
///
/// # Errors
/// What the system said: the program could not be started.
pub fn start(arguments: impl IntoIterator<Item = OsString>) -> io::Result<ExitCode> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments);
    in_its_place(command)
}

#[cfg(unix)]
fn in_its_place(mut command: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

/// A program of the windowed kind gets no console of its own here, however it is started.
#[cfg(not(unix))]
fn in_its_place(mut command: Command) -> io::Result<ExitCode> {
    let status = command.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
