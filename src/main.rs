//! Starts the window, or does what the command line asks.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

use hallway::cli::{self, Asked};
use hallway::ui::start::{self, Start};
use hallway::{platform, session};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Asked::Done(status) => status,
        Asked::Window { data_dir, place, hidden, renderer, failed } => {
            platform::name_process();
            // A start that is repeated has looked already.
            if failed.is_none() && session::bring_forward(&data_dir, place.as_ref()) {
                return ExitCode::SUCCESS;
            }
            start::run(Start { data_dir, place, hidden, renderer, failed })
        }
    }
}
