//! The first screen and the rail.

/// The program.
pub const APP: &str = "Hallway";
/// Goes to the first screen.
pub const HOME: &str = "Home";
/// The first screen's title.
pub const TITLE: &str = "Rooms on this network";
/// The first card, and the button on the rail.
pub const HOST: &str = "Host room";
/// Under the first card's title.
pub const HOST_HINT: &str = "Open one here, and others on this network can come in";
/// The second card.
pub const JOIN: &str = "Join room";
/// Under the second card's title.
pub const JOIN_HINT: &str = "Type the address that the host told you, or paste an invite";
/// The rail's short forms.
pub const HOST_SHORT: &str = "Host";
/// The rail's short forms.
pub const JOIN_SHORT: &str = "Join";
/// Above the recent rooms.
pub const RECENT: &str = "Been there before";
/// Where there are none yet.
pub const NO_RECENT: &str = "Rooms that you host or join appear here, so that you can go back with one click. \
    Everything stays on this network: no account, no internet.";
/// The open rooms, to those who hear them.
pub const OPEN_ROOMS: &str = "Open rooms";
/// The rail where no room is open.
pub const NO_ROOMS: &str = "No room is open";
/// Takes a room out of the list.
pub const FORGET: &str = "Remove from this list";
/// Under it.
pub const FORGET_HINT: &str = "What was said there stays on this computer";
/// The mark of a room that I host.
pub const HOSTED: &str = "hosted here";

/// The button that goes back to a room.
pub fn back_to(room: &str) -> String {
    format!("Go back to {room}")
}

/// The button with what else can be done with a recent room.
pub fn more_about(room: &str) -> String {
    format!("More about {room}")
}

/// The line under a recent room's name: where, when, as whom.
pub fn recent_line(place: &str, when: &str, name: &str) -> String {
    format!("{place} · {when} · as {name}")
}

/// The line under the name of a plain-text room: where, what it is, when.
pub fn plain_line(place: &str, when: &str) -> String {
    format!("{place} · {} · {when}", super::plain::SHORT)
}

/// The accessible name of an open room on the rail.
pub fn open_room(name: &str, unread: u32, hosted: bool) -> String {
    let hosted = if hosted { ", hosted here" } else { "" };
    match unread {
        0 => format!("{name}{hosted}"),
        1 => format!("{name}{hosted}, 1 unread message"),
        n => format!("{name}{hosted}, {n} unread messages"),
    }
}

/// A count that fits a badge.
pub fn badge(unread: u32) -> String {
    if unread > 99 { "99+".to_owned() } else { unread.to_string() }
}
