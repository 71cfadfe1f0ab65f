//! How far a room can be trusted, and words to compare.

use crate::session::Trust;

/// The title of what is known.
pub const TITLE: &str = "Who can read this room";
/// A room that was never reached.
pub const NOT_THERE: &str = "Nothing is known of this room before it was reached once";
/// The first sentence.
pub const ENCRYPTED: &str =
    "What is said here is encrypted on its way, and whoever listens on the network learns nothing of it.";
/// The second one, where it is known.
pub const PROVEN: &str =
    "This is the right room: you came by an invite or its password, or you compared words with the host.";
/// The second one, where it is not.
pub const NOT_PROVEN: &str =
    "Nobody has verified yet that this is the right room: somebody could stand between you and the host.";
/// The second one, at the host.
pub const MINE: &str = "This room is yours: it is known by a key that never leaves this computer.";
/// The last one.
pub const HOST_READS: &str = "The host can read this room, and keeps what is said.";
/// The last one, at the host.
pub const I_READ: &str =
    "You are the host, so you can read this room, and so can whoever uses this computer.";
/// All three, of a plain-text room.
pub const PLAIN: [&str; 3] = [
    "Nothing here is encrypted: everybody on this network can read along.",
    "Nobody proves who they are, and what they write can be changed on its way.",
    "The host can read this room, and so can everybody in between.",
];
/// Begins to compare, where nothing is verified.
pub const COMPARE: &str = "Compare words";
/// Likewise, where it is.
pub const COMPARE_AGAIN: &str = "Compare words again";
/// Over the conversation on a first visit.
pub const NOT_YET: &str =
    "Not verified yet. Compare five words with the host to be sure that nobody stands between you";
/// Puts that off.
pub const LATER: &str = "Later";
/// The dialog's title, with the host.
pub const COMPARE_TITLE: &str = "Compare words with the host";
/// While words are made.
pub const MAKING: &str = "Making words of this connection …";
/// What to do with them.
pub const READ_ALOUD: &str =
    "Read these aloud to each other, or show your screens. Do both show the same words?";
/// The connection was lost meanwhile.
pub const RENEWED: &str = "You were disconnected for a moment, so these are new words";
/// They are.
pub const THE_SAME: &str = "They are the same";
/// They are not.
pub const DIFFER: &str = "They differ";
/// There is no connection to the host.
pub const HOST_GONE: &str =
    "You are not connected now, so there are no words to compare. They come back with the connection";
/// There is no connection to the member.
pub const MEMBER_GONE: &str = "This person is not connected now, so there are no words to compare";
/// Asks for words once more.
pub const ASK_AGAIN: &str = "Ask again";
/// The title of what it means.
pub const DIFFER_TITLE: &str = "The words differ";
/// At a member.
pub const HOST_DIFFERS: &str = "Somebody may stand between you and the host, who can read what you say here and change what you see. Leave the room, \
     and ask the host for an invite: with it you reach this room or none.";
/// At the host.
pub const MEMBER_DIFFERS: &str = "Somebody may stand between you and this person, who can read what is said here. Ask this person to leave and to come \
     in by your invite: with it they reach your room or none.";
/// Leaves the room.
pub const LEAVE: &str = "Leave the room";
/// Shows the words once more.
pub const LOOK_AGAIN: &str = "Look at the words again";
/// Beside a person with whom the host compared words.
pub const VERIFIED: &str = "verified";
/// What that means.
pub const VERIFIED_PERSON: &str = "You compared words with this person, so nobody stands between you.";
/// Of a person with whom the host did not.
pub const UNVERIFIED_PERSON: &str = "You have not compared words with this person yet.";
/// Folds away what somebody says.
pub const IGNORE: &str = "Ignore";
/// The opposite.
pub const STOP_IGNORING: &str = "Stop ignoring";
/// In the list of people.
pub const IGNORED_MARK: &str = "ignored";
/// How it stands.
pub const IGNORED: &str = "You ignore this person.";
/// Under it.
pub const IGNORE_HINT: &str = "Only on this computer, in every room. They are not told";
/// Likewise, where no more can be ignored.
pub const IGNORE_FULL: &str = "You ignore as many as can be. Stop ignoring somebody in the settings first";
/// In the settings, where somebody is.
pub const IGNORED_PEOPLE: &str = "People you ignore";

/// The button's name for those who do not see which line it stands in.
pub fn stop_ignoring(name: &str) -> String {
    format!("{STOP_IGNORING}: {name}")
}

/// Above a person's key.
pub const KEY: &str = "Key";
/// Under it.
pub const KEY_HINT: &str = "A name can change; the key stays, and nobody else has it";

/// How far the room is proven.
pub fn level(trust: Trust, open: bool) -> &'static str {
    match trust {
        _ if open => "Open: not everybody here is encrypted",
        Trust::Verified => "Verified",
        Trust::FirstVisit => "First visit: encrypted, not verified yet",
        Trust::Open => "Open: not encrypted",
    }
}

/// The dialog's title, with this member.
pub fn compare_with(name: &str) -> String {
    format!("Compare words with {name}")
}
