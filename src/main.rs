//! Starts the window, or does what the command line asks.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

use hallway::cli::{self, Asked};
use hallway::platform;
use hallway::session::{self, Wish};
use hallway::ui::start::{self, Start};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Asked::Done(status) => status,
        Asked::Window { data_dir, place, hidden, renderer, failed } => {
            platform::name_process();
            let wish = match (&place, hidden) {
                (Some(place), _) => Wish::Place(place.clone()),
                (None, false) => Wish::Front,
                (None, true) => Wish::Nothing,
            };
            // A start that is repeated has asked already.
            if failed.is_none() && session::ask_running(&data_dir, &wish) {
                return ExitCode::SUCCESS;
            }
            start::run(Start { data_dir, place, hidden, renderer, failed })
        }
    }
}
