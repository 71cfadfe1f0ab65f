//! `hallway.com`: the program for a Command Prompt on Windows. It starts `hallway.exe` beside it, and waits for it
//! unless it opens the window: whoever opens that wants to type on.
//!
//! A prompt does not wait for a program without a console, and then both read what the person types. Windows takes
//! `.com` before `.exe` where somebody types `hallway`; icons and links name the `.exe`.

use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, ExitCode, Stdio};

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
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let mut command = Command::new(program);
    command.args(&arguments);
    if opens_the_window(&arguments) {
        // A pipe that it kept would have no end while the window is open.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        return command.spawn().map(|_| ExitCode::SUCCESS);
    }
    // A status of Windows has 32 bits, that of a console program by custom eight.
    let code = command.status()?.code().map_or(1, |code| u8::try_from(code).unwrap_or(1));
    Ok(ExitCode::from(code))
}

/// Whether nothing but the window is asked for. What is not known here, such as a mistyped option, is waited for: that
/// ends by itself, and what it says comes before the next prompt.
fn opens_the_window(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().map(|word| word.to_str());
    while let Some(word) = words.next() {
        let known = match word {
            Some("--hidden" | "--no-nearby" | "--" | "--renderer=glow" | "--renderer=wgpu") => true,
            // A folder's name need not be text.
            Some("--data-dir") => words.next().is_some(),
            Some("--renderer") => matches!(words.next(), Some(Some("glow" | "wgpu"))),
            Some(word) => word.starts_with("--data-dir=") || word.starts_with("hallway://"),
            None => false,
        };
        if !known {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(line: &str) -> bool {
        opens_the_window(&line.split_whitespace().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_window_is_not_waited_for() {
        for line in [
            "",
            "--hidden",
            "--renderer wgpu --no-nearby",
            "--data-dir host",
            "--renderer=glow hallway://join/1",
        ] {
            assert!(opens(line), "{line}");
        }
    }

    #[test]
    fn commands_and_mistakes_are_waited_for() {
        for line in [
            "host --name Lunch",
            "--data-dir D history",
            "--version",
            "-h",
            "--nonsense",
            "--data-dir",
            "jion",
        ] {
            assert!(!opens(line), "{line}");
        }
        assert!(!opens("--renderer vulkan"));
    }
}
