//! What can be done with a room's history as a whole.

use super::conversation::many;
use crate::types::limits::RETENTION_DAYS;
use crate::types::{ExportFormat, Retention};

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
    Others who were there keep what they have";
/// Under the question, of a room that is hosted here.
const FORGET_HOSTED: &str =
    "You host it: its key is removed too, so nobody can ever come back to it, and invites to it lead nowhere";

/// The question before a room is forgotten.
pub fn forget_title(room: &str) -> String {
    format!("Forget {room}?")
}

/// Under that question, a paragraph each. How many messages were not sent is none where that is not known.
pub fn forget_body(hosted: bool, unsent: Option<usize>, others: u32) -> Vec<String> {
    let mut parts = vec![FORGET_BODY.to_owned()];
    parts.extend(hosted.then(|| FORGET_HOSTED.to_owned()));
    parts.extend(match others {
        0 => None,
        1 => Some("1 person is in it now, and is sent out".to_owned()),
        n => Some(format!("{n} people are in it now, and are sent out")),
    });
    parts.extend(match unsent {
        None | Some(0) => None,
        Some(1) => Some("1 message of yours that was not sent is lost".to_owned()),
        Some(n) => Some(format!("{n} messages of yours that were not sent are lost")),
    });
    parts
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

/// A menu entry, and the button on the settings screen.
pub const KEEP_FOR: &str = "How long to keep history …";
/// The dialog for what holds where nothing else is chosen for a room.
pub const KEEP_TITLE: &str = "How long to keep history";
/// Under it.
pub const KEEP_SETTINGS_BODY: &str =
    "This holds for every room for which you choose nothing else in its menu, also for rooms that you host";
/// Under it, for one room.
pub const KEEP_ROOM_BODY: &str =
    "This holds for what your computer keeps of this room. Others keep what they want";
/// The field for a number of days of one's own.
pub const DAYS_FIELD: &str = "Another number of days";
/// Its button.
pub const KEEP_SET: &str = "Set";

/// Its button, where something is removed by it.
pub fn keep_less(wanted: Retention) -> &'static str {
    if wanted == Retention::Nothing { "Keep nothing" } else { "Remove what is older" }
}

/// The dialog for one room.
pub fn keep_title(room: &str) -> String {
    format!("How long to keep the history of {room}")
}

/// A choice; with what the settings say where that is the choice.
pub fn retention(retention: Option<Retention>, settings: Retention) -> String {
    match retention {
        None => format!("As in the settings ({})", lower(settings)),
        Some(Retention::Everything) => "For good".to_owned(),
        Some(Retention::Days(365)) => "1 year".to_owned(),
        Some(Retention::Days(1)) => "1 day".to_owned(),
        Some(Retention::Days(days)) => format!("{} days", many(days.into())),
        Some(Retention::Nothing) => "Only while open".to_owned(),
    }
}

/// What a choice means, in a sentence.
pub fn retention_means(retention: Retention) -> String {
    match retention {
        Retention::Everything => "Everything that was said stays on this computer".to_owned(),
        Retention::Nothing => {
            "What was said is here only while the room is open. It is removed from this computer \
                               when you leave the room, and cannot be brought back"
                .to_owned()
        }
        days => format!(
            "What is older than {} is removed from this computer, and cannot be brought back",
            lower(days)
        ),
    }
}

/// What is wrong with a number of days.
pub fn no_days() -> String {
    format!("A number from 1 to {}", many(RETENTION_DAYS.into()))
}

/// The choice that holds, on the settings screen.
pub fn kept_now(now: Retention) -> String {
    match now {
        Retention::Everything => "History is kept for good".to_owned(),
        Retention::Nothing => "History is kept only while a room is open".to_owned(),
        days => format!("History is kept for {}", lower(days)),
    }
}

fn lower(retention: Retention) -> String {
    self::retention(Some(retention), retention).to_lowercase()
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
