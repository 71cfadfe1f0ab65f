//! A room's header, its banners, and the questions before it is left.

use super::conversation::many;
use super::failures;
use crate::session::{Failure, Trust};

/// Opens what to tell people.
pub const TELL: &str = "How people come in";
/// Opens the room's menu.
pub const MENU: &str = "More for this room";
/// Unfolds or folds the list of people.
pub const PEOPLE: &str = "Who is here";
/// A menu entry.
pub const RENAME: &str = "Change my name …";
/// Where no file dialog can be shown.
pub const NO_DIALOGS: &str = "No place for a file can be chosen here. Install zenity or a desktop portal, or write \
    the history without the window: hallway history --output FILE";
/// A menu entry.
pub const CAPACITY: &str = "How many may come in …";
/// A menu entry.
pub const LEAVE: &str = "Leave the room";
/// A menu entry of the host.
pub const STOP: &str = "Close the room";
/// The rename dialog.
pub const RENAME_TITLE: &str = "Change my name";
/// Its field.
pub const RENAME_FIELD: &str = "Your name in this room";
/// Its button.
pub const RENAME_SUBMIT: &str = "Change";
/// The capacity dialog's button.
pub const CAPACITY_SUBMIT: &str = "Set";
/// The question before a room with people in it is closed.
pub const STOP_TITLE: &str = "Close the room for everybody?";
/// The question before the window closes while rooms with people in them are open.
pub const QUIT_TITLE: &str = "Quit Hallway?";
/// Its button.
pub const QUIT: &str = "Quit Hallway";
/// Stays.
pub const STAY: &str = "Keep it open";
/// Dials now.
pub const TRY_NOW: &str = "Try now";
/// Closes a room that failed.
pub const CLOSE: &str = "Close";
/// While a room opens or is dialled for the first time.
pub const OPENING: &str = "Opening …";
/// While it is dialled again.
pub const CONNECTING: &str = "Connecting …";
/// While everything is written before the end.
pub const ENDING: &str = "Closing …";
/// The room, where its name is not known yet.
pub const UNNAMED: &str = "Room";

/// How far a room is proven, in a word.
pub fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Verified => "verified",
        Trust::FirstVisit => "first visit",
        Trust::Open => "open",
    }
}

/// What that means.
pub fn trust_meaning(trust: Trust) -> &'static str {
    match trust {
        Trust::Verified => "Encrypted, and proven to be the right room. The host can read what is said",
        Trust::FirstVisit => {
            "Encrypted. Hallway knows this room again from now on, but nobody has proven yet that it is the right \
             one; join by an invite to be sure. The host can read what is said"
        }
        Trust::Open => "Not encrypted. Everybody on this network can read along",
    }
}

/// How many are here.
pub fn here(count: u32) -> String {
    format!("{count} here")
}

/// Under the question before a room is closed.
pub fn stop_body(room: &str, others: u32) -> String {
    match others {
        1 => format!("1 person is in {room}. It ends for them too, until you open it again"),
        n => format!("{n} people are in {room}. It ends for them too, until you open it again"),
    }
}

/// Under the question before the window closes.
pub fn quit_body(rooms: &[(String, u32)]) -> String {
    match rooms {
        [(room, others)] => stop_body(room, *others),
        rooms => {
            let people: u32 = rooms.iter().map(|(_, others)| others).sum();
            format!("{people} people are in {} rooms that you host. They end for everybody", rooms.len())
        }
    }
}

/// Not connected any more, and why. Whoever was in the room has no doubt about its port, and whoever hosts it none
/// about the network.
pub fn offline(failure: &Failure, hosted: bool) -> String {
    match failure {
        Failure::Lost | Failure::Refused(_) if hosted => {
            "Not connected for a moment. This room is on this computer, and opens again by itself".to_owned()
        }
        Failure::Refused(at) => format!(
            "Not connected, trying again. The host's computer is there, but the room is not open on it now. {}",
            failures::place(at)
        ),
        _ => format!("Not connected, trying again. {}", failures::sentence(failure)),
    }
}

/// Much was said while I was away; so much of it has come.
pub fn catching_up(here: u64, all: u64) -> String {
    format!("Catching up: {} of {}", many(here), many(all))
}

/// My name is taken here.
pub fn name_taken(wanted: &str) -> String {
    format!("Somebody here is already called {wanted}, so your name did not change")
}

/// Takes the free one.
pub fn use_name(free: &str) -> String {
    format!("Use {free}")
}
