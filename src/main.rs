//! Starts the window, or does what the command line asks.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::io::Write;
use std::process::ExitCode;

use hallway::cli::{self, Asked};
use hallway::platform;
use hallway::ui::window;

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Asked::Done(status) => status,
        Asked::Window { data_dir, place } => {
            platform::name_process();
            match window::open(data_dir, place.as_ref()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(reason) => {
                    let _closed = writeln!(std::io::stderr(), "hallway: {reason}");
                    ExitCode::FAILURE
                }
            }
        }
    }
}
