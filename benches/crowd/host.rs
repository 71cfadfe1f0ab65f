//! A host as the window or the command line has one, for a crowd: many places, and no quota.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::thread;

use hallway::session::{Command, Event, HostAsk, PortAsk, RoomEvent, RoomRef, Session, Setup};
use hallway::types::{Nickname, RoomName};

/// What the room is called.
pub(crate) const NAME: &str = "Crowd";
/// The only room.
const ROOM: RoomRef = RoomRef(1);

/// Opens the room of this folder. Answers where it listens, once it takes members; what happens there is read and let
/// pass until the program ends.
pub(crate) fn open(folder: &Path, port: u16) -> SocketAddr {
    let setup = Setup { data_dir: folder.to_owned(), ..Setup::default() };
    let (commands, mut events) = Session::start(setup, || {}).expect("a background").split();
    let ask = HostAsk {
        name: RoomName::new(NAME).expect("a name"),
        nick: Nickname::new("Host").expect("a name"),
        port: PortAsk::Exactly(port),
        bind: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        capacity: 2_000,
        quota: false,
        guests: None,
    };
    commands.send(Command::Host(ROOM, ask)).expect("a background that listens");
    let port = loop {
        match events.next_event().expect("a background that goes on") {
            Event::Room(_, RoomEvent::Hosting(hosting)) => break hosting.port,
            Event::Room(_, RoomEvent::Failed(failure)) => panic!("{failure:?}"),
            Event::Unusable(failure) => panic!("{failure:?}"),
            _ => {}
        }
    };
    thread::spawn(move || {
        let _kept_open = commands;
        while events.next_event().is_some() {}
    });
    (Ipv4Addr::LOCALHOST, port).into()
}
