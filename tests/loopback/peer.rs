//! One background over real TCP on this computer: commands in, events out.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use hallway::session::{
    Command, Event, Failure, HostAsk, JoinAsk, PasswordAsk, PortAsk, RoomEvent, RoomRef, Session, Setup,
    fresh_op_id, history,
};
use hallway::types::{Audience, Content, Message, MessageText, Nickname, RoomName, Seq};
use tempfile::TempDir;

/// Nothing in these tests takes that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const ROOM: RoomRef = RoomRef(1);

/// One background and its profile.
pub(crate) struct Peer {
    pub(crate) session: Session,
    pub(crate) woken: Receiver<()>,
    pub(crate) profile: TempDir,
    /// Every message that was told live, in that order.
    pub(crate) heard: Vec<Message>,
}

impl Peer {
    pub(crate) fn start() -> Self {
        Self::with(tempfile::tempdir().unwrap())
    }

    pub(crate) fn with(profile: TempDir) -> Self {
        let (wake, woken) = sync_channel(1);
        let setup = Setup { data_dir: profile.path().to_owned(), window: true, ..Setup::default() };
        let wake = move || {
            // A full channel holds a wake already.
            let _held = wake.try_send(());
        };
        Self { session: Session::start(setup, wake).unwrap(), woken, profile, heard: Vec::new() }
    }

    pub(crate) fn ask(&self, command: Command) {
        self.session.send(command).unwrap();
    }

    /// The first of the coming events that `pick` takes.
    pub(crate) fn wait<T>(&mut self, what: &str, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            while let Some(event) = self.session.try_next() {
                if let Event::Room(ROOM, RoomEvent::Messages(messages)) = &event {
                    self.heard.extend(messages.iter().cloned());
                }
                if let Some(found) = pick(&event) {
                    return found;
                }
            }
            assert!(self.woken.recv_timeout(PATIENCE).is_ok(), "never came: {what}");
        }
    }

    pub(crate) fn wait_room<T>(&mut self, what: &str, mut pick: impl FnMut(&RoomEvent) -> Option<T>) -> T {
        self.wait(what, |event| match event {
            Event::Room(ROOM, event) => pick(event),
            _ => None,
        })
    }

    pub(crate) fn online(&mut self) -> hallway::session::Online {
        self.wait_room("online", |event| match event {
            RoomEvent::Online(online) => Some(online.clone()),
            RoomEvent::Failed(failure) => panic!("failed: {failure:?}"),
            _ => None,
        })
    }

    pub(crate) fn failure(&mut self) -> Failure {
        self.wait_room("a failure", |event| match event {
            RoomEvent::Failed(failure) => Some(failure.clone()),
            _ => None,
        })
    }

    pub(crate) fn host(&mut self, room: &str, port: u16) -> u16 {
        self.ask(Command::Host(ROOM, host_ask(room, port)));
        let port = self.wait_room("hosting", |event| match event {
            RoomEvent::Hosting(hosting) => Some(hosting.port),
            RoomEvent::Failed(failure) => panic!("failed: {failure:?}"),
            _ => None,
        });
        self.online();
        port
    }

    pub(crate) fn join(&self, nick: &str, port: u16) {
        self.ask(Command::Join(ROOM, join_ask(nick, port)));
    }

    pub(crate) fn say(&self, text: &str) {
        self.ask(Command::Say(
            ROOM,
            fresh_op_id().unwrap(),
            MessageText::new(text).unwrap(),
            Audience::Members,
        ));
    }

    /// Waits until so many posts were heard, and returns their texts.
    pub(crate) fn posts(&mut self, count: usize) -> Vec<(Seq, String)> {
        if posts(&self.heard).len() < count {
            let mut all = posts(&self.heard).len();
            self.wait_room("all posts", |event| {
                if let RoomEvent::Messages(messages) = event {
                    all += posts(messages).len();
                }
                (all >= count).then_some(())
            });
        }
        posts(&self.heard)
    }

    /// Ends the background and gives its profile back.
    pub(crate) fn end(mut self) -> TempDir {
        self.ask(Command::End);
        self.wait("the end", |event| matches!(event, Event::Ended).then_some(()));
        self.profile
    }
}

pub(crate) fn host_ask(room: &str, port: u16) -> HostAsk {
    HostAsk {
        name: RoomName::new(room).unwrap(),
        nick: Nickname::new("Hana").unwrap(),
        port: PortAsk::Exactly(port),
        bind: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        capacity: 10,
        quota: false,
        guests: None,
        asks: None,
        password: PasswordAsk::AsBefore,
    }
}

pub(crate) fn join_ask(nick: &str, port: u16) -> JoinAsk {
    JoinAsk {
        place: "127.0.0.1".parse().unwrap(),
        port,
        nick: Nickname::new(nick).unwrap(),
        new_room: false,
        plain: false,
        password: None,
    }
}

pub(crate) fn posts(messages: &[Message]) -> Vec<(Seq, String)> {
    let text = |message: &Message| match &message.content {
        Content::Post(text) => Some((message.seq, text.to_string())),
        _ => None,
    };
    messages.iter().filter_map(text).collect()
}

pub(crate) fn kept(profile: &Path) -> Vec<(Seq, String)> {
    let mut history = history(profile, None).unwrap();
    let mut all = Vec::new();
    while let Some(page) = history.next_page().unwrap() {
        all.extend(posts(&page));
    }
    all
}
