//! The words of the conversation, the composer and the list of people.

use jiff::civil::{Date, DateTime};

use crate::types::limits::{TEXT_BYTES, TEXT_LINES};
use crate::types::{Nickname, Refusal, RoomName};
use crate::ui::model::timeline::Presence;

/// Above what came while nobody watched.
pub const NEW: &str = "new";
/// In place of what a newer app said.
pub const NEWER: &str = "A newer version of Hallway said something here that this one cannot show";
/// In place of what cannot be read.
pub const UNREADABLE: &str = "This line could not be verified, so it is not shown";
/// A gap while it is being filled.
pub const LOADING: &str = "Loading what is missing here …";
/// Above the first line, where older ones were removed by choice.
pub const NOT_KEPT: &str = "Older messages are not kept on this computer";
/// Fills a gap.
pub const LOAD: &str = "Load";
/// Beside a line that waits for the host.
pub const WAITING: &str = "Waiting to be sent";
/// Beside a line of mine that the host has, while it is pointed at.
pub const SENT: &str = "Sent";
/// Takes a refused line back.
pub const PUT_BACK: &str = "Put back in the composer";
/// Goes to the newest line.
pub const TO_NEWEST: &str = "Go to the newest message";
/// Shows the whole of a long text.
pub const SHOW_ALL: &str = "Show all";
/// The conversation, to those who hear it.
pub const CONVERSATION: &str = "Conversation";
/// Where nothing was said yet.
pub const EMPTY: &str = "Nothing was said here yet. Write the first line below.";

/// The link dialog's title.
pub const LINK_TITLE: &str = "Open this link?";
/// Under the title.
pub const LINK_BODY: &str = "It leads out of Hallway. Look at where it goes before you open it";
/// Opens the link.
pub const LINK_OPEN: &str = "Open";
/// Copies the link.
pub const LINK_COPY: &str = "Copy";
/// Leaves the link alone.
pub const LINK_CANCEL: &str = "Cancel";

/// The composer's button.
pub const SEND: &str = "Send";
/// What the composer's button does, and how without it.
pub const SEND_TIP: &str = "Send (Enter). Shift+Enter begins a new line";
/// Copies what a composer holds.
pub const COPY: &str = "Copy all of it";
/// Empties a composer that holds too much.
pub const CLEAR: &str = "Clear";

/// The list of people.
pub const PEOPLE: &str = "People here";
/// Beside the host's name.
pub const HOST: &str = "host";
/// Beside my name.
pub const YOU: &str = "you";

/// Names that are spelled out before the rest becomes a number.
const NAMED: usize = 3;

/// A day, as it stands above its lines.
pub fn day(date: Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

/// A time of day.
pub fn time(at: DateTime) -> String {
    at.strftime("%H:%M").to_string()
}

/// A day and a time, in full.
pub fn date_and_time(at: DateTime) -> String {
    format!("{}, {}", day(at.date()), at.strftime("%H:%M:%S"))
}

/// So many are missing.
pub fn gap(missing: u64) -> String {
    match missing {
        1 => "1 message is missing here".to_owned(),
        _ => format!("{} messages are missing here", many(missing)),
    }
}

/// A number that may be long, with a comma at each thousand.
pub fn many(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Who came and went.
pub fn presence(presence: &Presence) -> String {
    let mut parts = Vec::new();
    if presence.arrivals().len() > 0 {
        parts.push(format!("{} joined", listed(presence.arrivals(), presence.arrivals().len())));
    }
    if presence.departures().len() > 0 {
        parts.push(format!("{} left", listed(presence.departures(), presence.departures().len())));
    }
    match presence.others() {
        0 => {}
        1 => parts.push("1 other came or left".to_owned()),
        others => parts.push(format!("{others} others came or left")),
    }
    parts.join(" · ")
}

/// Somebody goes by another name.
pub fn renamed(before: &Nickname, name: &Nickname) -> String {
    format!("{before} is now called {name}")
}

/// Who is typing; empty for nobody.
pub fn typing(names: &[Nickname], more: u32) -> String {
    let count = names.len() + more as usize;
    match count {
        0 => String::new(),
        1 => format!("{} is typing …", listed(names.iter(), count)),
        _ => format!("{} are typing …", listed(names.iter(), count)),
    }
}

/// "Cy", "Cy and Di", "Cy, Di and 6 others".
fn listed<'a>(names: impl Iterator<Item = &'a Nickname>, count: usize) -> String {
    let spelled = if count <= NAMED { count } else { NAMED - 1 };
    let mut parts: Vec<String> = names.take(spelled).map(Nickname::to_string).collect();
    let last = match count.saturating_sub(parts.len()) {
        0 => parts.pop().unwrap_or_default(),
        1 => "1 other".to_owned(),
        rest => format!("{rest} others"),
    };
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// Unfolds what somebody said whom I ignore.
pub const SHOW_IGNORED: &str = "Show";

/// In place of what somebody said whom I ignore.
pub fn ignored(name: &Nickname) -> String {
    format!("You ignore {name}")
}

/// In place of what was removed.
pub const REMOVED: &str = "This message was removed";
/// Removes a message.
pub const REMOVE: &str = "Remove message";

/// Why what I wanted to do, as somebody in charge, was not done.
pub fn not_done(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooFast { .. } => {
            "That was faster than the room allows. Try it again in a moment".to_owned()
        }
        Refusal::NotStored => "The host's disk did not take it, so nothing was done. Try it again".to_owned(),
        Refusal::NotInCharge | Refusal::NotThem => self::refusal(refusal),
        _ => "The room did not do that. Leave and join again, then try once more".to_owned(),
    }
}

/// Why the host did not take a line, and what to do.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooFast { .. } => {
            "Not sent: that was faster than the room allows. Send it again in a moment"
        }
        Refusal::TooLong => "Not sent: it is longer than this room allows. Send it in parts",
        Refusal::Muted { .. } => "Not sent: you are muted. Ask the host",
        Refusal::Announcements => {
            "Not sent: only the host and moderators write here now. Send it again later"
        }
        Refusal::NotInCharge => "That is for the host and moderators to do",
        Refusal::NotThem => {
            "Nothing is done about the host, about a moderator, or about somebody who has another name now"
        }
        Refusal::Malformed => "Not sent: the room could not read it. Write it anew",
        Refusal::NotYours => "Not sent: the room could not tell that it is from you. Leave and join again",
        Refusal::IdReused => "Not sent: the room took it for another line. Send it again",
        Refusal::OutOfOrder { .. } => "Not sent: an earlier line of yours is missing. Send it again",
        Refusal::NoName => "Not sent: you have no name in this room yet. Choose one, then send it again",
        Refusal::NotStored => "Not sent: the host's disk did not take it. Send it again later",
        Refusal::Unsupported => "Not sent: the host's Hallway is too old for this",
        Refusal::Other(reason) => return format!("Not sent. The host says: {reason}"),
    }
    .to_owned()
}

/// The jump button, with how many lines came below.
pub fn below(count: u64) -> String {
    match count {
        0 => TO_NEWEST.to_owned(),
        1 => format!("{TO_NEWEST}, 1 new"),
        _ => format!("{TO_NEWEST}, {count} new"),
    }
}

/// What the composer says while it is empty.
pub fn hint(room: Option<&RoomName>) -> String {
    room.map_or_else(|| "Message".to_owned(), |room| format!("Message {room}"))
}

/// The composer, while the disk of this computer takes nothing.
pub const NOT_KEPT_NOW: &str = "Nothing can be sent at the moment. What you write stays here.";

/// The composer, while the room is away.
pub fn offline(room: Option<&RoomName>) -> String {
    let room = room.map_or("the room", RoomName::as_str);
    format!("Not connected. What you send now goes out when {room} is back.")
}

/// How much of what one message holds is used: shown when it is nearly all.
pub fn room_left(bytes: usize) -> String {
    match TEXT_BYTES.checked_sub(bytes) {
        Some(left) => format!("{left} of {TEXT_BYTES} left"),
        None => format!("{} too long to send as one message", size(bytes - TEXT_BYTES)),
    }
}

/// A text that is far too long is in the composer.
pub fn too_long(bytes: usize) -> String {
    format!("{}: too long to send as a message. Copy it into a file, or send a part of it", size(bytes))
}

/// A text of too many lines is in the composer.
pub fn too_many_lines(lines: usize) -> String {
    format!("{lines} lines: a message holds {TEXT_LINES}. Shorten it, or send it in parts")
}

/// Shows the rest of a text of so many lines.
pub fn show_all(lines: usize) -> String {
    format!("{SHOW_ALL} {lines} lines")
}

/// In the list of people, while the room cannot be reached.
pub const NOBODY_KNOWN: &str = "Who is here is not known while you are not connected";

/// How many are here.
pub fn present(count: u32) -> String {
    format!("{count} here")
}

/// How many are here besides those who are named.
pub fn unnamed(count: u32) -> String {
    if count == 1 { "and 1 other".to_owned() } else { format!("and {count} others") }
}

fn size(bytes: usize) -> String {
    const KIB: usize = 1024;
    const MIB: usize = 1024 * 1024;
    match bytes {
        0..KIB => format!("{bytes} bytes"),
        KIB..MIB => format!("{} KB", bytes / KIB),
        _ => format!("{:.1} MB", bytes as f64 / MIB as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_have_a_comma_at_each_thousand() {
        for (count, shown) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (12_400, "12,400"), (1_234_567, "1,234,567")]
        {
            assert_eq!(many(count), shown);
        }
    }
}
