//! Starts the window, or does what the command line asks.

use std::process::ExitCode;

fn main() -> ExitCode {
    match hallway::cli::run(std::env::args_os()) {
        hallway::cli::Asked::Done(status) => status,
        hallway::cli::Asked::Window { .. } => ExitCode::SUCCESS,
    }
}
