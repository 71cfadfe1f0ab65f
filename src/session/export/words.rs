//! What an exported history says by itself.

use jiff::civil::{Date, DateTime};

use super::About;
use crate::session::clock;
use crate::types::{Act, Author, Content, Message, Nickname, Removal, Rule, Seq, Verb};

/// In place of what a newer app said.
pub(super) const NEWER: &str = "A newer version of Hallway said something here that this one cannot show";
/// In place of what was removed.
pub(super) const REMOVED: &str = "This message was removed";
/// In place of what cannot be read.
pub(super) const UNREADABLE: &str = "This line could not be verified, so it is not shown";
/// Where the connection to a plain-text room was gone.
const OFFLINE: &str = "The connection was gone here. What was said meanwhile is not known";

/// A day, above its lines.
pub(super) fn day(date: Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

/// A time of day.
pub(super) fn time(at: DateTime) -> String {
    at.strftime("%H:%M").to_string()
}

/// Entries between these numbers are not here.
pub(super) fn gap(about: &About, (after, before): (Seq, Seq)) -> String {
    match before.0.saturating_sub(after.0).saturating_sub(1) {
        _ if about.is_removed(before) => "Older messages are not kept on this computer".to_owned(),
        _ if about.plain => OFFLINE.to_owned(),
        1 => "1 message is missing here".to_owned(),
        missing => format!("{missing} messages are missing here"),
    }
}

/// Somebody came for the first time, or goes by another name from here on.
pub(super) fn named(before: Option<&Nickname>, name: &Nickname) -> String {
    match before {
        None => format!("{name} is here for the first time"),
        Some(before) => format!("{before} is now called {name}"),
    }
}

/// The name of somebody without the app: not encrypted, not proven.
pub(super) fn guest(name: &Nickname) -> String {
    format!("{name} (guest)")
}

/// What somebody in charge did, if the message is that; `local` says when something ends.
pub fn done(message: &Message, local: impl Fn(i64) -> String) -> Option<String> {
    let by = message.name.before_text();
    match &message.content {
        Content::Act(act) => Some(acted(&by, act, act.until_ms.map(local))),
        Content::Rule(rule) => Some(ruled(&by, *rule)),
        Content::Removal(removal) => Some(removed(&by, &message.author, removal)),
        Content::Succeeded(_) => Some(format!("{by} has a new key; nobody comes in with the one before")),
        _ => None,
    }
}

fn acted(by: &str, act: &Act, until: Option<String>) -> String {
    let name = act.name.before_text();
    let done = match act.verb {
        Verb::Remove => format!("{by} sent {name} away"),
        Verb::Ban => format!("{by} keeps {name} out"),
        Verb::Unban => format!("{by} lets {name} in again"),
        Verb::Mute => format!("{by} muted {name}"),
        Verb::Unmute => format!("{by} lets {name} speak again"),
        Verb::Appoint => format!("{by} made {name} a moderator"),
        Verb::Dismiss => format!("{name} is no moderator any more, says {by}"),
    };
    match until {
        Some(until) => format!("{done} until {until}"),
        None => done,
    }
}

fn removed(by: &str, author: &Author, removal: &Removal) -> String {
    let own = author.key() == Some(removal.author);
    let name = removal.name.before_text();
    match (removal.which, own) {
        (Some(_), true) => format!("{by} removed a message"),
        (Some(_), false) => format!("{by} removed a message of {name}"),
        (None, true) => format!("{by} removed everything that they had said"),
        (None, false) => format!("{by} removed everything that {name} had said"),
    }
}

fn ruled(by: &str, rule: Rule) -> String {
    match rule {
        Rule::Slow(0) => format!("{by} switched slow mode off"),
        Rule::Slow(seconds) => format!("{by} switched slow mode on: one message every {}", wait(seconds)),
        Rule::Announcements(true) => format!("{by} lets only the host and moderators write"),
        Rule::Announcements(false) => format!("{by} lets everybody write again"),
        Rule::Locked(true) => format!("{by} locked the room: nobody new comes in"),
        Rule::Locked(false) => format!("{by} unlocked the room"),
    }
}

/// A wait between two messages, as it is said.
pub fn wait(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (_, 1..) => format!("{seconds} s"),
        (1, 0) => "minute".to_owned(),
        (minutes, 0) => format!("{minutes} minutes"),
    }
}

/// When something ends, as it is read on this computer.
pub fn until(at: DateTime) -> String {
    at.strftime("%-d %B, %H:%M").to_string()
}

/// The same, of a time since 1970.
pub fn local_time(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    until(clock::zone().to_datetime(at))
}
