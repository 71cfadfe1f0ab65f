//! What a data folder says of earlier starts, read without opening it: what a room and I are called unless somebody
//! asks for something else. A headless start goes on where the one before it was.

use std::path::Path;

use crate::store::{Profile, RoomRecord, Rooms};
use crate::types::{Nickname, RoomName, Where};

/// The room that this folder hosts and what its host is called; none where it hosts no room, or several, or perhaps
/// another one in a file that cannot be read.
pub fn kept_room(data_dir: &Path) -> Option<(RoomName, Nickname)> {
    let rooms = rooms(data_dir);
    if !rooms.unreadable.is_empty() {
        return None;
    }
    let mut hosted = rooms.records.into_iter().filter(|room| room.hosted.is_some());
    let room = hosted.next()?;
    hosted.next().is_none().then_some((room.name, room.nick))
}

/// What I was called in the room that is known at `place`; `port` is used where none was written.
pub fn kept_nick(data_dir: &Path, place: &Where, port: u16) -> Option<Nickname> {
    let addresses = place.addresses(port);
    let there = |room: &RoomRecord| match place {
        Where::Invite(invite) => room.room_id.fingerprint() == invite.room,
        Where::Address { .. } => addresses.iter().any(|address| room.addresses.contains(address)),
    };
    rooms(data_dir)
        .records
        .into_iter()
        .find(|room| room.hosted.is_none() && there(room))
        .map(|room| room.nick)
}

/// A folder that cannot be read says nothing here; opening it says why.
fn rooms(data_dir: &Path) -> Rooms {
    Profile::peek(data_dir).and_then(|profile| profile.rooms()).unwrap_or_default()
}
