//! A plain room as the window has it: a whole background, its commands in and its events out.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use hallway::session::{
    Command, Event, Failure, JoinAsk, LogPage, Online, PageAsk, RoomEvent, RoomRef, Session, Setup, Snapshot,
    Trust, fresh_op_id,
};
use hallway::types::{Audience, Author, Content, MessageText, Nickname, RecentRoom};

#[expect(dead_code, reason = "shared with the tests from outside")]
#[path = "seed/seed.rs"]
mod seed;

use seed::{Client, Copy, server};

/// Nothing in these tests takes that long.
const PATIENCE: Duration = Duration::from_mins(1);
const ROOM: RoomRef = RoomRef(1);
const AGAIN: RoomRef = RoomRef(2);

struct Window {
    session: Session,
    woken: Receiver<()>,
    recents: Vec<RecentRoom>,
}

impl Window {
    fn open(data_dir: &std::path::Path) -> Self {
        let (wake, woken) = sync_channel(1);
        let setup = Setup { data_dir: data_dir.to_owned(), window: true, ..Setup::default() };
        let wake = move || {
            // A full channel holds a wake already.
            let _held = wake.try_send(());
        };
        let session = Session::start(setup, wake).unwrap();
        Self { session, woken, recents: Vec::new() }
    }

    fn ask(&self, command: Command) {
        self.session.send(command).unwrap();
    }

    /// The first of the coming events of a room that `pick` takes.
    fn wait<T>(&mut self, what: &str, room: RoomRef, mut pick: impl FnMut(RoomEvent) -> Option<T>) -> T {
        loop {
            while let Some(event) = self.session.try_next() {
                match event {
                    Event::Recents(recents) => self.recents = recents,
                    Event::Started(started) => self.recents = started.recents,
                    Event::Room(from, event) if from == room => {
                        if let Some(found) = pick(event) {
                            return found;
                        }
                    }
                    _ => {}
                }
            }
            assert!(self.woken.recv_timeout(PATIENCE).is_ok(), "never came: {what}");
        }
    }

    fn snapshot(&mut self, room: RoomRef) -> Snapshot {
        self.wait("a snapshot", room, |event| match event {
            RoomEvent::Snapshot(snapshot) => Some(*snapshot),
            RoomEvent::Failed(failure) => panic!("{failure:?}"),
            _ => None,
        })
    }

    fn online(&mut self, room: RoomRef) -> Online {
        self.wait("online", room, |event| match event {
            RoomEvent::Online(online) => Some(online),
            _ => None,
        })
    }

    fn over(&mut self, room: RoomRef) {
        self.wait("the end", room, |event| (event == RoomEvent::Over).then_some(()));
    }

    fn page(&mut self, room: RoomRef, ask: PageAsk) -> LogPage {
        self.ask(Command::Page(room, ask));
        self.wait("a page", room, |event| match event {
            RoomEvent::Page(page) => Some(page),
            _ => None,
        })
    }
}

fn join(address: SocketAddr) -> JoinAsk {
    let place = address.to_string().parse().unwrap();
    JoinAsk {
        place,
        port: 1,
        nick: Nickname::new("Ana").unwrap(),
        new_room: false,
        plain: true,
        password: None,
    }
}

fn texts(page: &LogPage) -> Vec<String> {
    let text = |content: &Content| match content {
        Content::Post(text) => text.to_string(),
        other => panic!("{other:?}"),
    };
    page.messages.iter().map(|message| text(&message.content)).collect()
}

#[test]
fn a_plain_room_is_left_and_gone_back_to_with_its_history_and_its_draft() {
    let (address, data) = (server(Copy::Exact), tempfile::tempdir().unwrap());
    let mut other = Client::connect(address);
    let mut window = Window::open(data.path());
    window.ask(Command::Join(ROOM, join(address)));
    assert_eq!(window.snapshot(ROOM).newest.messages, []);
    let online = window.online(ROOM);
    assert!(online.plain && online.trust == Trust::Open && online.room.as_str() == address.to_string());
    let me = window.wait("the list of people", ROOM, |event| match event {
        RoomEvent::Roster(people, 1) => people.into_iter().next(),
        _ => None,
    });
    assert!(me.me && me.key == online.key && me.member == online.member);
    window.ask(Command::Join(AGAIN, join(address)));
    let twice = window.wait("a failure", AGAIN, |event| match event {
        RoomEvent::Failed(failure) => Some(failure),
        _ => None,
    });
    assert_eq!(twice, Failure::AlreadyOpen);
    let text = MessageText::new("one\ntwo").unwrap();
    window.ask(Command::Say(ROOM, fresh_op_id().unwrap(), text, Audience::Everyone));
    other.hears("<127.0.0.1> one\n<127.0.0.1> two\n");
    other.says("three\n");
    window.wait("the answer", ROOM, |event| match event {
        RoomEvent::Messages(messages) => (messages[0].author == Author::Guest).then_some(()),
        _ => None,
    });
    window.ask(Command::KeepDraft(ROOM, "half a".to_owned()));
    window.ask(Command::Leave(ROOM));
    window.over(ROOM);
    let recent = window.recents[0].clone();
    assert!(recent.plain && !recent.hosted && recent.room_id == online.room_id);

    window.ask(Command::Reopen(AGAIN, recent.room_id));
    let snapshot = window.snapshot(AGAIN);
    assert_eq!(texts(&snapshot.newest), ["one", "two", "three"]);
    assert_eq!((snapshot.draft.as_str(), snapshot.pending.len()), ("half a", 0));
    assert!(snapshot.newest.at_start && snapshot.newest.at_end);
    assert_eq!(window.online(AGAIN).head, snapshot.newest.messages[2].seq);
    let second = snapshot.newest.messages[1].seq;
    assert_eq!(texts(&window.page(AGAIN, PageAsk::Before(second))), ["one"]);
    assert_eq!(texts(&window.page(AGAIN, PageAsk::After(second))), ["three"]);
    window.ask(Command::Leave(AGAIN));
    window.over(AGAIN);
}
