//! Starts the window, or does what the command line asks.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

use hallway::cli::{self, Asked};
use hallway::platform;
use hallway::session::{self, Running, Wish};
use hallway::ui::start::{self, Start};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Asked::Done(status) => status,
        Asked::Window { data_dir, link, hidden, renderer, failed } => {
            platform::name_process();
            let wish = match (&link, hidden) {
                (Some(link), _) => Wish::Link(link.clone()),
                (None, false) => Wish::Front,
                (None, true) => Wish::Nothing,
            };
            // A start that is repeated has asked already.
            let running =
                if failed.is_some() { Running::Nowhere } else { session::ask_running(&data_dir, &wish) };
            match running {
                Running::Asked => ExitCode::SUCCESS,
                Running::Elsewhere => start::give_way(hidden),
                Running::Nowhere => start::run(Start { data_dir, link, hidden, renderer, failed }),
            }
        }
    }
}
