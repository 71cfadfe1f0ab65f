//! What the host does about people.

use crate::ui::model::Span;

/// Above what can be done about a person.
pub const IN_CHARGE: &str = "You are the host";
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
