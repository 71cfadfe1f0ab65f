//! `hallway history`: what a data folder holds of a room, printed or put into a file.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::fail;
use super::json::{Closed, Printer};
use crate::session::clock::zone;
use crate::session::{self, ExportError, RoomHistory};
use crate::types::{Content, ExportFormat, Seq};

/// Which room, and in which shape.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its name, or the start of its id; not needed where there is only one
    room: Option<String>,
    /// The events of `host` and `join`, one JSON object a line: messages and gaps
    #[arg(long, conflicts_with_all = ["format", "output"])]
    json: bool,
    /// How it is written: text, markdown, or json, which is one document with everything that is kept of each line
    #[arg(long, value_name = "text|markdown|json")]
    format: Option<ExportFormat>,
    /// Write it into this file, which is replaced when all of it is there; without --format, the end of its name
    /// decides (.txt, .md, .json)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Prints or writes it.
pub(super) fn run(asked: &Asked, data_dir: &Path) -> ExitCode {
    let mut history = match session::history(data_dir, asked.room.as_deref()) {
        Ok(history) => history,
        Err(error) => return fail(&error.to_string()),
    };
    let Asked { json, format, output, .. } = asked;
    if *json {
        return events(&mut history);
    }
    let done = if let Some(path) = output {
        let format = format.unwrap_or_else(|| ExportFormat::of(path));
        session::write_history_file(&mut history, (format, zone()), path, |_| true)
    } else {
        let mut out = io::stdout().lock();
        session::write_history(&mut history, (format.unwrap_or_default(), zone()), &mut out, |_| true)
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(ExportError::Output(error)) => Closed::of(&error).status(),
        Err(error) => fail(&error.to_string()),
    }
}

/// The events by which a headless start would have told of it.
fn events(history: &mut RoomHistory) -> ExitCode {
    let mut out = Printer::new(true);
    let mut last = Seq::START;
    loop {
        match history.next_page() {
            Ok(Some(page)) => {
                for message in page {
                    if message.prev > last {
                        out.gap(last, message.seq);
                    }
                    last = message.seq;
                    // What was said, and no more: the contract of `history`. The formats have the rest.
                    if matches!(message.content, Content::Post(_)) {
                        out.message(&message, false);
                    }
                }
                if let Some(closed) = out.closed() {
                    return closed.status();
                }
            }
            Ok(None) => return ExitCode::SUCCESS,
            Err(error) => return fail(&error.to_string()),
        }
    }
}
