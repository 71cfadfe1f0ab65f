//! The background of one window, as the window sees it.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use hallway::session::{
    Command, Event, HostAsk, PasswordAsk, PortAsk, RoomEvent, RoomRef, Session, Setup, Started,
};
use hallway::types::{Nickname, RecentRoom, RoomName};

/// Nothing in these tests takes that long.
const PATIENCE: Duration = Duration::from_secs(20);
pub const ROOM: RoomRef = RoomRef(1);

/// The background of one window.
pub struct Window {
    pub session: Session,
    woken: Receiver<()>,
}

impl Window {
    pub fn start(setup: Setup) -> Self {
        let (wake, woken) = sync_channel(1);
        let wake = move || {
            let _held = wake.try_send(());
        };
        Self { session: Session::start(Setup { window: true, ..setup }, wake).unwrap(), woken }
    }

    pub fn on(profile: &Path) -> Self {
        Self::start(Setup { data_dir: profile.to_owned(), ..Setup::default() })
    }

    /// Waits for an event of this kind.
    pub fn wait<T>(&mut self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            while let Some(event) = self.session.try_next() {
                if let Some(found) = wanted(&event) {
                    return found;
                }
            }
            assert!(self.woken.recv_timeout(PATIENCE).is_ok(), "never came: {what}");
        }
    }

    /// What it begins with, once it can be found by later starts.
    pub fn started(&mut self) -> Box<Started> {
        let started = self.wait("the start", |event| match event {
            Event::Started(started) => Some(started.clone()),
            _ => None,
        });
        self.session.send(Command::CheckPort(1)).unwrap();
        self.wait("an answer", |event| matches!(event, Event::PortChecked { .. }).then_some(()));
        started
    }

    pub fn host(&mut self, name: &str) {
        self.session.send(Command::Host(ROOM, ask(name))).unwrap();
        self.wait("the room", |event| matches!(event, Event::Room(_, RoomEvent::Online(_))).then_some(()));
    }

    /// The recent rooms, once they say this of whether the first one is open.
    pub fn recents(&mut self, open: bool) -> Vec<RecentRoom> {
        self.wait("the recent rooms", |event| match event {
            Event::Recents(rooms) if rooms.first().is_some_and(|room| room.open == open) => {
                Some(rooms.clone())
            }
            _ => None,
        })
    }

    pub fn end(mut self) {
        self.session.send(Command::End).unwrap();
        self.wait("the end", |event| (*event == Event::Ended).then_some(()));
    }
}

pub fn ask(name: &str) -> HostAsk {
    HostAsk {
        name: RoomName::new(name).unwrap(),
        nick: Nickname::new("Ana").unwrap(),
        port: PortAsk::Exactly(0),
        bind: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        capacity: 5,
        quota: true,
        guests: None,
        asks: None,
        password: PasswordAsk::AsBefore,
    }
}

pub fn hidden(profile: &Path) -> Window {
    Window::start(Setup { data_dir: profile.to_owned(), hidden: true, ..Setup::default() })
}
