//! The form that opens a room, and what to tell people once it is open.

use crate::session::ReachKind;
use crate::types::{Nickname, RoomName};

/// The form's title.
pub const TITLE: &str = "Host room";
/// Under the title.
pub const INTRO: &str = "The room is open while Hallway runs on this computer";
/// A field.
pub const NAME: &str = "Room name";
/// A field.
pub const NICK: &str = "Your name";
/// A field.
pub const PORT: &str = "Port";
/// A field.
pub const CAPACITY: &str = "How many may come in";
/// The same, as a field.
pub const CAPACITY_FIELD: &str = "People";
/// Unfolds the rest of the form.
pub const MORE: &str = "More";
/// Opens the room.
pub const SUBMIT: &str = "Open the room";
/// While it opens.
pub const OPENING: &str = "Opening the room …";
/// Under the port, while it is looked at.
pub const CHECKING: &str = "Looking whether it is free …";
/// Under the port.
pub const FREE: &str = "Free";
/// Under a low port.
pub const LOW_PORT: &str = "Ports below 1024 belong to the system. It may not let you have this one";

/// The card's first line.
pub const TELL: &str = "Tell people";
/// The dialog's title.
pub const TELL_TITLE: &str = "Let people in";
/// Under the address.
pub const TELL_HINT: &str = "They open Hallway, choose Join room and enter this";
/// Where this computer has no network.
pub const NO_NETWORK: &str =
    "This computer is on no network, so nobody else can come in. Connect it, then look here again";
/// Above the other addresses.
pub const OTHER_WAYS: &str = "Other addresses of this computer";
/// The link.
pub const INVITE: &str = "Invite link";
/// Under it.
pub const INVITE_HINT: &str = "Whoever has this link is sure to reach your room and no other";
/// Shows it for a camera.
pub const QR: &str = "Show it as a QR code";
/// The title of that.
pub const QR_TITLE: &str = "Scan to join";
/// What the picture is.
pub const QR_NAME: &str = "QR code of the invite";
/// Under it.
pub const QR_HINT: &str =
    "Point a camera at it. What it reads is an invite: paste it into Join room, as you would a link";
/// The words.
pub const WORDS: &str = "The room's words";
/// Under them.
pub const WORDS_HINT: &str = "Read them aloud: whoever sees the same six words is in this very room";
/// Leads to the firewall's page.
pub const NOBODY: &str = "Nobody can join?";

/// What a room is called until somebody says otherwise: always a good name.
pub fn default_name(nick: &Nickname) -> String {
    let full = format!("{nick}'s room");
    let candidates = [full.as_str(), nick.as_str()];
    candidates.into_iter().find(|text| RoomName::new(text).is_ok()).unwrap_or("Room").to_owned()
}

/// Under a port that another program uses.
pub fn taken(port: u16) -> String {
    format!("Another program uses port {port}")
}

/// The button beside it.
pub fn use_port(next: u16) -> String {
    format!("Use {next}")
}

/// Under a port that another program is known for.
pub fn well_known(what: &str) -> String {
    format!("This port is known for {what}. Another one avoids mix-ups")
}

/// Under a number of people that cannot be.
pub fn capacity_range(max: usize) -> String {
    format!("A number from 2 to {max}")
}

/// What to say across a table.
pub fn tell(host: &str, port: u16) -> String {
    format!("{host} port {port}")
}

/// What kind of way an address is.
pub fn kind(kind: ReachKind) -> &'static str {
    match kind {
        ReachKind::Main => "this network",
        ReachKind::Other => "another network",
        ReachKind::Virtual => "virtual, seldom what people mean",
        ReachKind::Loopback => "only this computer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nickname_makes_a_room_name() {
        let nick = |text: &str| Nickname::new(text).unwrap();
        assert_eq!(default_name(&nick("Ana")), "Ana's room");
        assert_eq!(default_name(&nick(&"é".repeat(32))), "é".repeat(32));
        assert_eq!(default_name(&nick(&"🇩🇪".repeat(16))), "Room");
    }
}
