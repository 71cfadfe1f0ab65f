//! What is kept of a room, taken along and forgotten, with the rooms open.

use std::path::{Path, PathBuf};

use hallway::session::{Command, Event, Exported, LookedInto, RoomEvent};
use hallway::types::RoomId;

use crate::peer::{Peer, ROOM};

/// The one room that is kept in this profile.
fn only_room(profile: &Path) -> RoomId {
    let name = files(profile).into_iter().find_map(|name| Some(name.strip_suffix(".db")?.to_owned()));
    name.unwrap().parse().unwrap()
}

fn files(profile: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(profile.join("rooms")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

impl Peer {
    fn exported(&mut self, room: RoomId, path: PathBuf) -> Exported {
        self.ask(Command::Export(room, path));
        self.wait("the end of the export", |event| match event {
            Event::Exported(of, exported) if *of == room => {
                (!matches!(exported, Exported::Progress(_))).then(|| exported.clone())
            }
            _ => None,
        })
    }

    fn forgotten(&mut self, room: RoomId) -> Option<String> {
        self.ask(Command::ForgetRoom(room));
        self.wait("the end of the room", |event| match event {
            Event::Forgotten(of, left) if *of == room => Some(left.clone()),
            _ => None,
        })
    }

    fn looked(&mut self, room: RoomId) -> Option<LookedInto> {
        self.ask(Command::LookInto(room));
        self.wait("what would be lost", |event| match event {
            Event::Looked(of, looked) if *of == room => Some(*looked),
            _ => None,
        })
    }

    fn left(&mut self) {
        self.ask(Command::Leave(ROOM));
        self.wait_room("the goodbye", |event| matches!(event, RoomEvent::Over).then_some(()));
    }
}

#[test]
fn a_history_is_exported_while_its_room_is_open_and_when_it_is_closed() {
    let mut host = Peer::start();
    host.host("Lunch", 0);
    host.say("hello");
    host.posts(1);
    let (room, out) = (only_room(host.profile.path()), tempfile::tempdir().unwrap());
    let path = out.path().join("lunch.md");
    assert_eq!(host.exported(room, path.clone()), Exported::Done(path.clone()));
    let open = std::fs::read_to_string(&path).unwrap();
    assert!(open.starts_with("# Lunch\n") && open.ends_with("hello\n"), "{open}");
    host.left();
    host.exported(room, path.clone());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), open);
    let nowhere = host.exported(room, out.path().join("none/lunch.md"));
    assert!(matches!(nowhere, Exported::NotWritten(_)), "{nowhere:?}");
    let unknown = host.exported(RoomId([0; 32]), path);
    assert!(matches!(unknown, Exported::NotRead(_)), "{unknown:?}");
}

#[test]
fn an_open_room_is_left_and_forgotten_and_does_not_come_back() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut member = Peer::start();
    member.join("Bo", port);
    member.online();
    host.say("hello");
    host.posts(1);
    member.posts(1);
    let room = only_room(host.profile.path());
    assert_eq!(host.looked(room), Some(LookedInto { hosted: true, unsent: 0 }));
    assert_eq!(host.forgotten(room), None);
    assert_eq!(files(host.profile.path()), Vec::<String>::new());
    member.wait_room("the loss", |event| matches!(event, RoomEvent::Offline(..)).then_some(()));
    member.say("for later");
    member.wait_room("the outbox", |event| matches!(event, RoomEvent::Pending(_)).then_some(()));
    assert_eq!(member.looked(room), Some(LookedInto { hosted: false, unsent: 1 }));
    assert_eq!(crate::kept(member.profile.path()).len(), 1, "members keep what they have");
    assert_eq!(member.forgotten(room), None);
    assert_eq!(files(member.profile.path()), Vec::<String>::new());
    assert_eq!(member.looked(room), None);
    let profile = host.end();
    let mut again = Peer::with(profile);
    let recents = again.wait("the start", |event| match event {
        Event::Started(started) => Some(started.recents.clone()),
        _ => None,
    });
    assert_eq!(recents, []);
}

#[test]
fn a_room_that_was_half_forgotten_is_gone_from_the_list_at_the_next_start() {
    let mut host = Peer::start();
    host.host("Lunch", 0);
    let room = only_room(host.profile.path());
    let profile = host.end();
    std::fs::write(profile.path().join("rooms").join(format!("{room}.forget")), "").unwrap();
    let mut again = Peer::with(profile);
    let recents = again.wait("the start", |event| match event {
        Event::Started(started) => Some(started.recents.clone()),
        _ => None,
    });
    assert_eq!(recents, []);
    assert_eq!(files(again.profile.path()), Vec::<String>::new());
}
