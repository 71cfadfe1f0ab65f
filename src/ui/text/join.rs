//! The form that goes to a room.

use crate::types::Address;

/// The form's title.
pub const TITLE: &str = "Join room";
/// A field.
pub const ADDRESS: &str = "Address or invite";
/// What stands in the empty field.
pub const ADDRESS_EXAMPLE: &str = "192.168.1.23";
/// A field.
pub const PORT: &str = "Port";
/// The field for the room's password.
pub const PASSWORD: &str = "Password";
/// A field.
pub const NICK: &str = "Your name";
/// Goes in.
pub const SUBMIT: &str = "Join";
/// Leads to what could stand in the way.
pub const CANNOT: &str = "Can't get in?";
/// The title of what could stand in the way.
pub const CANNOT_TITLE: &str = "Check the connection";
/// While it dials, before an address is known.
pub const CONNECTING: &str = "Connecting …";
/// Under the address, while an invite is in it.
pub const INVITE_HINT: &str = "An invite. It says where the room is and proves that it is the right one";

/// What to look at, in the order in which it usually goes wrong.
pub const CHECKS: &[&str] = &[
    "Both computers are on the same network: the same Wi-Fi, and not one of them on a guest network or a VPN.",
    "The room is open on the host's computer, and the address and port are the ones that it shows under “How people come in”.",
    "The host's firewall lets Hallway in. On the host's computer, “Nobody can join?” shows how.",
    "Some Wi-Fi keeps computers apart from each other (hotels, schools, guest networks). A phone's hotspot or a \
     cable gets around that.",
];

/// While it dials.
pub fn connecting(address: &Address) -> String {
    format!("Connecting to {} …", super::failures::place(address))
}

/// Under the address, while a named invite is in it.
pub fn invite_to(room: &str) -> String {
    format!("An invite to “{room}”. It proves that you reach the right room")
}

/// Over the name that is taken.
pub fn name_taken(wanted: &str) -> String {
    format!("Somebody in the room is already called {wanted}")
}

/// Takes the name that is free.
pub fn go_in_as(free: &str) -> String {
    format!("Go in as {free}")
}
