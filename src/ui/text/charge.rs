//! What those in charge of a room do.

use crate::session;
use crate::types::Removal;
use crate::ui::model::Span;

/// Above what can be done about a person.
pub const IN_CHARGE: &str = "You are the host";
/// Likewise, for a moderator.
pub const MODERATES: &str = "You are a moderator";
/// What somebody is whom the host appointed.
pub const MODERATOR: &str = "moderator";
/// Makes somebody that.
pub const APPOINT: &str = "Make moderator";
/// The opposite.
pub const DISMISS: &str = "Not moderator any more";
/// Under it.
pub const APPOINT_HINT: &str = "Moderators mute people, send them away, keep them out, and set the rules";
/// Leads to the question whether everything that somebody said goes.
pub const REMOVE_ALL: &str = "Remove all their messages …";
/// What removing means.
pub const REMOVE_BODY: &str = "The words go from this room's record, and from everybody's copy as soon as their computer hears of \
     it. Whoever has read them has read them, and a copy that was exported stays. This cannot be undone";
/// Does it.
pub const REMOVE_NOW: &str = "Remove";
/// Leads to the rules, from the room's menu.
pub const HOUSE_MENU: &str = "House rules …";
/// Their title.
pub const HOUSE: &str = "House rules";
/// How fast one may speak.
pub const SLOW: &str = "Slow mode: one message every";
/// Under it.
pub const SLOW_HINT: &str =
    "What people say faster waits its turn by itself. The host and moderators never wait";
/// Who may speak.
pub const ANNOUNCEMENTS: &str = "Only the host and moderators write";
/// Who may come in.
pub const LOCK: &str = "Locked: nobody new comes in";
/// Under it.
pub const LOCK_HINT: &str = "Whoever was in before can come back. Invites let nobody in";
/// In the header of a locked room.
pub const LOCKED: &str = "locked";
/// What that means.
pub const LOCKED_MEANING: &str = "Nobody comes in who was not in before";
/// Above the composer of somebody who may not write.
pub const SHUT: &str = "Only the host and moderators write here now. What you type is kept until you may";
/// Nothing is taken of what they say.
pub const MUTE: &str = "Mute";
/// The opposite.
pub const UNMUTE: &str = "Let speak again";
/// Sends them away.
pub const REMOVE: &str = "Send away";
/// Leads to the question for how long.
pub const BAN: &str = "Keep out …";
/// Under the buttons.
pub const SEEN: &str = "Everybody in the room sees what you do";
/// Above how long.
pub const BAN_BODY: &str = "They are sent away, and cannot come in under another name either";
/// For everybody at the same place.
pub const BY_ADDRESS: &str = "Also everybody else from the same address";
/// Under it.
pub const BY_ADDRESS_HINT: &str = "Otherwise they can come in again with a new profile on the same computer";
/// Does it.
pub const BAN_NOW: &str = "Keep out";
/// Lets somebody in again.
pub const UNBAN: &str = "Let in again";
/// Leads to the list, from the room's menu.
pub const MENU: &str = "People kept out or muted …";
/// The list's title.
pub const TITLE: &str = "Kept out or muted";
/// Where there is nobody.
pub const NOBODY: &str = "Nobody is kept out of this room, and nobody is muted";

/// The title of that question.
pub fn remove(removal: &Removal) -> String {
    match removal.which {
        Some(_) => "Remove this message?".to_owned(),
        None => format!("Remove everything that {} said?", removal.name),
    }
}

/// The dialog's title.
pub fn ban(name: &str) -> String {
    format!("Keep {name} out?")
}

/// How long.
pub fn span(span: Span) -> &'static str {
    match span {
        Span::Hour => "For an hour",
        Span::Day => "For a day",
        Span::ForGood => "For good",
    }
}

/// Beside a name: kept out, and until when.
pub fn banned(until: Option<String>) -> String {
    until.map_or_else(|| "kept out".to_owned(), |until| format!("kept out until {until}"))
}

/// Likewise, muted.
pub fn muted(until: Option<String>) -> String {
    until.map_or_else(|| "muted".to_owned(), |until| format!("muted until {until}"))
}

/// A button's name for those who do not see which line it stands in.
pub fn about(label: &str, name: &str) -> String {
    format!("{label}: {name}")
}

/// A wait between two messages, on a button.
pub fn wait(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, 0) => "Off".to_owned(),
        (minutes, 0) => format!("{minutes} min"),
        _ => format!("{seconds} s"),
    }
}

/// The button's name for those who do not see what stands above it.
pub fn wait_name(seconds: u32) -> String {
    if seconds == 0 { "Slow mode off".to_owned() } else { format!("{SLOW} {}", wait(seconds)) }
}

/// Above the composer, in slow mode.
pub fn slow(seconds: u32) -> String {
    format!("Slow mode: one message every {}", session::wait(seconds))
}
