//! Plain-text rooms: what they are, and what they cannot do.

/// The form: the rest of it unfolds.
pub const MORE: &str = "More";
/// A switch in the form.
pub const SWITCH: &str = "It is a plain-text room (no Hallway there)";
/// Goes to what answers, after a failure.
pub const JOIN: &str = "Join as plain text";
/// Beside both: what that means.
pub const MEANING: &str = "Nothing there is encrypted or confirmed, and names are addresses.";
/// Under my name in the form.
pub const NICK_HINT: &str = "Only you see it here: to the others you are your address";
/// The header.
pub const MARK: &str = "Open · plain text";
/// In a line about a room.
pub const SHORT: &str = "plain text";
/// What the header's mark means.
pub const MARK_MEANING: &str = "No Hallway is there, only lines of text. Nothing is encrypted or confirmed, and names \
    are addresses that anybody can have";
/// The composer.
pub const COMPOSER: &str = "Plain text: anyone on the network can read this, and nothing is confirmed";
/// Beside a line of mine.
pub const WRITTEN: &str = "Written to the room; not confirmed";
/// Where the connection was gone for a while.
pub const GAP: &str = "The connection was gone here. What was said meanwhile is not known";
/// Why I cannot go by another name.
pub const NO_NAMES: &str = "A plain-text room has no names: the others see your address";
/// Why nobody can be invited.
pub const NO_INVITE: &str = "A plain-text room has no invites: tell people its address and port";
/// The list of people, where nothing is known.
pub const NO_PEOPLE: &str = "This room does not say who is here";
/// Sends several lines.
pub const SEND: &str = "Send";
/// Under the question before several lines are sent.
pub const LINES_BODY: &str = "This room takes one line at a time: they go out one after the other.";

/// What a plain-text room says waits, because this computer cannot write it down; the system's words follow.
pub fn not_storing(words: &str) -> String {
    format!(
        "This computer cannot write down what is said here, so nothing is shown or sent until it can. Make room on the \
         disk. {words}"
    )
}

/// The question before several lines are sent.
pub fn lines_title(lines: usize) -> String {
    format!("Send {lines} lines?")
}

/// How many lines of a text go out: empty ones do not.
pub fn lines_of(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}
