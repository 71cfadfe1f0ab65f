//! Starts the window, or does what the command line asks.

use std::process::ExitCode;

use hallway::cli::{self, Asked};
use hallway::session;
use hallway::ui::start::{self, Start};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Asked::Done(status) => status,
        Asked::Window { data_dir, place, hidden, renderer, failed } => {
            // A start that is repeated has looked already.
            if failed.is_none() && session::bring_forward(&data_dir, place.as_ref()) {
                return ExitCode::SUCCESS;
            }
            start::run(Start { data_dir, place, hidden, renderer, failed })
        }
    }
}
