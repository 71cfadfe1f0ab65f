//! `hallway.com`: the program for a Command Prompt on Windows. It starts `hallway.exe` beside it, and waits for it.
//!
//! A prompt does not wait for a program without a console, and then both read what the person types. Windows takes
//! `.com` before `.exe` where somebody types `hallway`; icons and links name the `.exe`.

use std::io::Write;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    // Ctrl+C goes to both. The other one ends by it, and this one after it.
    let _none = ctrlc::set_handler(|| {});
    match run() {
        Ok(status) => status,
        Err(error) => {
            let _closed = writeln!(std::io::stderr(), "hallway: hallway.exe did not start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> std::io::Result<ExitCode> {
    let program = std::env::current_exe()?.with_file_name("hallway.exe");
    let status = Command::new(program).args(std::env::args_os().skip(1)).status()?;
    // A status of Windows has 32 bits, that of a console program by custom eight.
    let code = status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1));
    Ok(ExitCode::from(code))
}
