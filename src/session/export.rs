//! A room's whole history in a shape of its own: as text, as Markdown, as JSON.
//!
//! It is read and written a page at a time, so what it takes does not grow with the log. What is missing is said to
//! be missing in every shape, and so is what cannot be read.

mod json;
mod markdown;
mod run;
mod text;
mod words;

use std::io::{self, Write};
use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::history::{HistoryError, RoomHistory};
use crate::store::{NewFile, StoreError};
use crate::types::{ExportFormat, Message, RoomId, RoomName, Seq};

pub use json::rule_value;
pub(super) use run::Exports;
pub use words::{done, local_time, until, wait};

/// Why a history was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It cannot be read.
    #[error("{0}")]
    History(#[from] HistoryError),
    /// It cannot be written where it was to go.
    #[error("it cannot be written there: {0}")]
    File(StoreError),
    /// The output failed.
    #[error("it cannot be written: {0}")]
    Output(io::Error),
    /// Nobody wants it any more.
    #[error("it was cancelled")]
    Cancelled,
}

/// What a history is of.
struct About {
    room: RoomName,
    room_id: RoomId,
    plain: bool,
    /// Entries up to here were removed.
    removed_to: Seq,
    zone: TimeZone,
}

impl About {
    /// Whether what lies before this entry was removed, and is not missing.
    fn is_removed(&self, before: Seq) -> bool {
        before <= self.removed_to.next() && self.removed_to > Seq::START
    }

    /// When something was said, on the clock of the reader's wall.
    fn local(&self, at_ms: i64) -> DateTime {
        let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(at)
    }
}

/// One shape. Each call adds to the end of `out`.
trait Shape {
    /// Before everything else.
    fn begin(&mut self, about: &About, out: &mut String);
    /// Entries between these numbers are not here.
    fn gap(&mut self, about: &About, between: (Seq, Seq), out: &mut String);
    /// An entry.
    fn message(&mut self, about: &About, message: &Message, out: &mut String);
    /// After everything else.
    fn end(&mut self, out: &mut String);
}

/// Writes a history. Days begin and end in `zone`. `go_on` hears after each page how many entries are written, and
/// says whether the rest is wanted.
///
/// # Errors
/// [`ExportError`]; what was written by then is not whole.
pub fn write_history(
    history: &mut RoomHistory,
    (format, zone): (ExportFormat, TimeZone),
    out: &mut dyn Write,
    mut go_on: impl FnMut(u64) -> bool,
) -> Result<(), ExportError> {
    let about = About {
        room: history.name().clone(),
        room_id: history.room(),
        plain: history.is_plain(),
        removed_to: history.removed_to()?,
        zone,
    };
    let mut shape: Box<dyn Shape> = match format {
        ExportFormat::Text => Box::new(text::Text::default()),
        ExportFormat::Markdown => Box::new(markdown::Markdown::default()),
        ExportFormat::Json => Box::new(json::Json::default()),
    };
    let (mut part, mut last, mut count) = (String::new(), Seq::START, 0);
    shape.begin(&about, &mut part);
    while let Some(page) = history.next_page()? {
        for message in &page {
            if message.prev > last {
                shape.gap(&about, (last, message.seq), &mut part);
            }
            last = message.seq;
            shape.message(&about, message, &mut part);
        }
        out.write_all(part.as_bytes()).map_err(ExportError::Output)?;
        part.clear();
        count += page.len() as u64;
        if !go_on(count) {
            return Err(ExportError::Cancelled);
        }
    }
    shape.end(&mut part);
    out.write_all(part.as_bytes()).and_then(|()| out.flush()).map_err(ExportError::Output)
}

/// Writes a history into a file, which is there when it is whole and not before. What was there stays until then.
///
/// # Errors
/// [`ExportError`]; what was there is still there then.
pub fn write_history_file(
    history: &mut RoomHistory,
    shape: (ExportFormat, TimeZone),
    path: &Path,
    go_on: impl FnMut(u64) -> bool,
) -> Result<(), ExportError> {
    let mut file = NewFile::begin(path).map_err(ExportError::File)?;
    write_history(history, shape, &mut file, go_on).map_err(|error| match error {
        ExportError::Output(error) => ExportError::File(error.into()),
        other => other,
    })?;
    file.finish().map_err(ExportError::File)
}

#[cfg(test)]
pub(super) mod tests;
