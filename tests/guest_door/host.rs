//! A host with its background, as the window has it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use hallway::session::{
    Command, Event, HostAsk, Hosting, JoinAsk, PasswordAsk, PortAsk, RoomEvent, RoomRef, Session, Setup,
    fresh_op_id,
};
use hallway::types::{Audience, Content, GuestList, GuestRules, Message, MessageText, Nickname, RoomName};
use tempfile::TempDir;

/// Nothing in these tests takes that long.
pub const PATIENCE: Duration = Duration::from_secs(20);
pub const ROOM: RoomRef = RoomRef(1);

/// One background and its profile.
pub struct Peer {
    session: Session,
    woken: Receiver<()>,
    profile: TempDir,
    /// Every message that was told live, in that order.
    pub heard: Vec<Message>,
    /// Every list of guests that was told.
    pub lists: Vec<GuestList>,
    pub hosting: Option<Hosting>,
}

pub fn allowed() -> GuestRules {
    GuestRules { allowed: true, ..GuestRules::default() }
}

pub fn nick(name: &str) -> Nickname {
    Nickname::new(name).unwrap()
}

impl Peer {
    pub fn start() -> Self {
        Self::with(tempfile::tempdir().unwrap())
    }

    pub fn with(profile: TempDir) -> Self {
        let (wake, woken) = sync_channel(1);
        let setup = Setup { data_dir: profile.path().to_owned(), window: true, ..Setup::default() };
        let wake = move || {
            // A full channel holds a wake already.
            let _held = wake.try_send(());
        };
        let session = Session::start(setup, wake).unwrap();
        Self { session, woken, profile, heard: Vec::new(), lists: Vec::new(), hosting: None }
    }

    /// A host with this room, and its port.
    pub fn host(guests: Option<GuestRules>, quota: bool) -> (Self, u16) {
        let mut peer = Self::start();
        let port = peer.open("Lunch", guests, quota);
        (peer, port)
    }

    pub fn open(&mut self, room: &str, guests: Option<GuestRules>, quota: bool) -> u16 {
        self.ask(Command::Host(
            ROOM,
            HostAsk {
                name: RoomName::new(room).unwrap(),
                nick: nick("Ana"),
                port: PortAsk::Exactly(0),
                bind: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                capacity: 30,
                quota,
                guests,
                asks: None,
                password: PasswordAsk::AsBefore,
            },
        ));
        self.until("online", |peer, event| match event {
            RoomEvent::Online(_) => peer.hosting.as_ref().map(|hosting| hosting.port),
            RoomEvent::Failed(failure) => panic!("failed: {failure:?}"),
            _ => None,
        })
    }

    pub fn join(port: u16, name: &str) -> Self {
        let mut peer = Self::start();
        let (place, nick) = ("127.0.0.1".parse().unwrap(), nick(name));
        peer.ask(Command::Join(
            ROOM,
            JoinAsk { place, port, nick, new_room: false, plain: false, password: None },
        ));
        peer.until("online", |_, event| match event {
            RoomEvent::Online(_) => Some(()),
            RoomEvent::Failed(failure) => panic!("failed: {failure:?}"),
            _ => None,
        });
        peer
    }

    pub fn ask(&self, command: Command) {
        self.session.send(command).unwrap();
    }

    pub fn say(&self, text: &str, audience: Audience) {
        let text = MessageText::new(text).unwrap();
        self.ask(Command::Say(ROOM, fresh_op_id().unwrap(), text, audience));
    }

    /// The first of the coming events of the room that `pick` takes.
    pub fn until<T>(&mut self, what: &str, mut pick: impl FnMut(&Self, &RoomEvent) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            while let Some(event) = self.session.try_next() {
                let Event::Room(ROOM, event) = event else { continue };
                match &event {
                    RoomEvent::Messages(messages) => self.heard.extend(messages.iter().cloned()),
                    RoomEvent::Guests(list) => self.lists.push(list.clone()),
                    RoomEvent::Hosting(hosting) => self.hosting = Some(hosting.clone()),
                    _ => {}
                }
                if let Some(found) = pick(self, &event) {
                    return found;
                }
            }
            let left = PATIENCE.saturating_sub(began.elapsed());
            assert!(self.woken.recv_timeout(left).is_ok(), "never came: {what}");
        }
    }

    /// Waits until what was heard holds this post, and returns by whom it is.
    pub fn hears(&mut self, text: &str) -> Message {
        let says =
            |message: &&Message| matches!(&message.content, Content::Post(said) if said.as_str() == text);
        if let Some(message) = self.heard.iter().find(says) {
            return message.clone();
        }
        self.until(text, |peer, _| peer.heard.iter().find(says).cloned())
    }

    /// Waits until so many guests are told to be here.
    pub fn guests(&mut self, count: u32) -> GuestList {
        let last = |peer: &Self| peer.lists.last().filter(|list| list.count == count).cloned();
        if let Some(list) = last(self) {
            return list;
        }
        self.until("guests", |peer, _| last(peer))
    }

    /// Ends the background and gives its profile back.
    pub fn end(mut self) -> TempDir {
        self.ask(Command::End);
        loop {
            while let Some(event) = self.session.try_next() {
                if matches!(event, Event::Ended) {
                    return self.profile;
                }
            }
            assert!(self.woken.recv_timeout(PATIENCE).is_ok(), "never ended");
        }
    }
}
