//! What can be done with a room's history as a whole.

use crate::types::ExportFormat;

/// A menu entry.
pub const EXPORT: &str = "Export history …";
/// Stops an export.
pub const CANCEL: &str = "Cancel the export";
/// An export was cancelled.
pub const CANCELLED: &str = "The export was cancelled. Nothing was written";
/// One at a time.
pub const BUSY: &str = "Another history is being exported. Wait until it is done, or cancel it";

/// A menu entry, and the button under the question.
pub const FORGET: &str = "Forget this room …";
/// The button under the question.
pub const FORGET_NOW: &str = "Forget this room";
/// Keeps it.
pub const KEEP: &str = "Keep it";
/// Under the question, of every room.
const FORGET_BODY: &str = "Everything that was said there is removed from this computer, and cannot be brought back. \
    Others who were there keep what they have.";
/// Under the question, of a room that is hosted here.
const FORGET_HOSTED: &str = "You host it: its key is removed too, so nobody can ever come back to it, and invites to it lead nowhere.";

/// The question before a room is forgotten.
pub fn forget_title(room: &str) -> String {
    format!("Forget {room}?")
}

/// Under that question. How many messages were not sent is none where that is not known.
pub fn forget_body(hosted: bool, unsent: Option<usize>, others: u32) -> String {
    let mut parts = vec![FORGET_BODY.to_owned()];
    parts.extend(hosted.then(|| FORGET_HOSTED.to_owned()));
    parts.extend(match others {
        0 => None,
        1 => Some("1 person is in it now, and is sent out.".to_owned()),
        n => Some(format!("{n} people are in it now, and are sent out.")),
    });
    parts.extend(match unsent {
        None | Some(0) => None,
        Some(1) => Some("1 message of yours that was not sent is lost.".to_owned()),
        Some(n) => Some(format!("{n} messages of yours that were not sent are lost.")),
    });
    parts.join(" ")
}

/// It is gone.
pub fn forgotten(room: &str) -> String {
    format!("{room} is forgotten. Nothing of it is on this computer any more")
}

/// Something of it is still there.
pub fn not_forgotten(room: &str, words: &str) -> String {
    format!(
        "Not everything of {room} could be removed. Hallway tries again when it starts the next time. {words}"
    )
}

/// A format, in the dialog that asks for a file.
pub fn format(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Text => "Text",
        ExportFormat::Markdown => "Markdown",
        ExportFormat::Json => "JSON",
    }
}

/// While a long one is written.
pub fn exporting(room: &str, percent: u8) -> String {
    format!("Exporting the history of {room}: {percent} %")
}

/// It could not be read.
pub fn not_read(words: &str) -> String {
    format!(
        "The history could not be read, so nothing was written. Leave the room, open it and try again. {words}"
    )
}
