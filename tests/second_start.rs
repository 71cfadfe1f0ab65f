//! A second start with the same profile, and rooms that come back with a start that shows no window.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use hallway::session::{
    Command, Event, Failure, HostAsk, PortAsk, RoomEvent, RoomRef, Session, Setup, Started, Wish, ask_running,
};
use hallway::types::{Nickname, RecentRoom, Renderer, RoomName, Where};

/// Nothing in these tests takes that long.
const PATIENCE: Duration = Duration::from_secs(20);
const ROOM: RoomRef = RoomRef(1);

/// The background of one window.
struct Window {
    session: Session,
    woken: Receiver<()>,
}

impl Window {
    fn start(setup: Setup) -> Self {
        let (wake, woken) = sync_channel(1);
        let wake = move || {
            let _held = wake.try_send(());
        };
        Self { session: Session::start(Setup { window: true, ..setup }, wake).unwrap(), woken }
    }

    fn on(profile: &Path) -> Self {
        Self::start(Setup { data_dir: profile.to_owned(), ..Setup::default() })
    }

    /// Waits for an event of this kind.
    fn wait<T>(&mut self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
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
    fn started(&mut self) -> Box<Started> {
        let started = self.wait("the start", |event| match event {
            Event::Started(started) => Some(started.clone()),
            _ => None,
        });
        self.session.send(Command::CheckPort(1)).unwrap();
        self.wait("an answer", |event| matches!(event, Event::PortChecked { .. }).then_some(()));
        started
    }

    fn host(&mut self, name: &str) {
        self.session.send(Command::Host(ROOM, ask(name))).unwrap();
        self.wait("the room", |event| matches!(event, Event::Room(_, RoomEvent::Online(_))).then_some(()));
    }

    /// The recent rooms, once they say this of whether the first one is open.
    fn recents(&mut self, open: bool) -> Vec<RecentRoom> {
        self.wait("the recent rooms", |event| match event {
            Event::Recents(rooms) if rooms.first().is_some_and(|room| room.open == open) => {
                Some(rooms.clone())
            }
            _ => None,
        })
    }

    fn end(mut self) {
        self.session.send(Command::End).unwrap();
        self.wait("the end", |event| (*event == Event::Ended).then_some(()));
    }
}

fn ask(name: &str) -> HostAsk {
    HostAsk {
        name: RoomName::new(name).unwrap(),
        nick: Nickname::new("Ana").unwrap(),
        port: PortAsk::Exactly(0),
        bind: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        capacity: 5,
        quota: true,
        guests: None,
    }
}

/// Moves a room's file, and its journal where the thread that had it open has not put that into the file yet.
fn move_room(from: &Path, to: &Path) {
    std::fs::rename(from, to).unwrap();
    let _checkpointed = std::fs::rename(from.with_extension("db-wal"), to.with_extension("db-wal"));
    let _gone = std::fs::remove_file(from.with_extension("db-shm"));
}

fn is_db(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "db")
}

fn hidden(profile: &Path) -> Window {
    Window::start(Setup { data_dir: profile.to_owned(), hidden: true, ..Setup::default() })
}

#[test]
fn a_second_start_sends_the_first_window_to_a_place_and_opens_none() {
    let profile = tempfile::tempdir().unwrap();
    assert!(!ask_running(profile.path(), &Wish::Front), "nobody runs yet");
    let mut first = Window::on(profile.path());
    first.started();
    let place: Where = "192.168.1.5:7666".parse().unwrap();
    // A hidden start only ends.
    assert!(ask_running(profile.path(), &Wish::Nothing));
    for (wish, place) in [(Wish::Front, None), (Wish::Place(place.clone()), Some(place))] {
        assert!(ask_running(profile.path(), &wish));
        let asked = first.wait("the call", |event| match event {
            Event::ToFront(place) => Some(place.clone()),
            _ => None,
        });
        assert_eq!(asked, place);
    }
    first.end();
    assert!(!profile.path().join("front").exists());
    assert!(!ask_running(profile.path(), &Wish::Front), "it has ended");
}

#[test]
fn of_two_starts_in_the_same_moment_one_window_stays_and_comes_forward() {
    let profile = tempfile::tempdir().unwrap();
    let mut first = Window::on(profile.path());
    first.started();
    let mut second = Window::on(profile.path());
    first.wait("the call", |event| matches!(event, Event::ToFront(None)).then_some(()));
    second.wait("its end", |event| (*event == Event::Ended).then_some(()));
}

#[test]
fn what_a_start_that_was_killed_left_behind_does_no_harm() {
    let profile = tempfile::tempdir().unwrap();
    std::fs::write(profile.path().join("front"), "1 000102030405060708090a0b0c0d0e0f").unwrap();
    assert!(!ask_running(profile.path(), &Wish::Front));
    Window::on(profile.path()).started();
}

#[test]
fn a_profile_that_could_not_be_used_is_used_once_it_can_and_ports_are_looked_at_meanwhile() {
    let profile = tempfile::tempdir().unwrap();
    let dir = profile.path().join("data");
    std::fs::write(&dir, "a file").unwrap();
    let mut window = Window::on(&dir);
    let unusable = |event: &Event| match event {
        Event::Unusable(Failure::Storage(said)) => Some(said.clone()),
        _ => None,
    };
    assert!(window.wait("the failure", unusable).starts_with("it is a file, not a folder"));
    window.session.send(Command::CheckPort(1)).unwrap();
    window.wait("an answer", |event| matches!(event, Event::PortChecked { .. }).then_some(()));
    window.session.send(Command::TryAgain).unwrap();
    window.wait("the failure again", unusable);
    std::fs::remove_file(&dir).unwrap();
    let held = hallway::store::Profile::open(&dir).unwrap();
    window.session.send(Command::TryAgain).unwrap();
    window.wait("another failure", |event| {
        matches!(event, Event::Unusable(Failure::ProfileInUse)).then_some(())
    });
    drop(held);
    window.session.send(Command::TryAgain).unwrap();
    window.started();
    window.host("Lunch");
    window.end();
}

#[cfg(unix)]
#[test]
fn where_the_window_listens_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let profile = tempfile::tempdir().unwrap();
    let mut window = Window::on(profile.path());
    window.started();
    let front = std::fs::metadata(profile.path().join("front")).unwrap();
    assert_eq!(front.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_room_that_was_open_when_hallway_ended_comes_back_with_a_hidden_start_and_only_with_that() {
    let profile = tempfile::tempdir().unwrap();
    let mut window = Window::on(profile.path());
    window.started();
    window.host("Lunch");
    let room = window.recents(true)[0].room_id;
    window.end();

    let mut again = hidden(profile.path());
    let started = again.started();
    assert_eq!(started.again, [room]);
    again.session.send(Command::Reopen(ROOM, room)).unwrap();
    again.wait("the room", |event| matches!(event, Event::Room(_, RoomEvent::Online(_))).then_some(()));
    again.end();

    let mut shown = Window::on(profile.path());
    let started = shown.started();
    assert_eq!(started.again, []);
    assert!(!started.recents[0].open);
    shown.end();
    assert_eq!(hidden(profile.path()).started().again, [], "it was not open any more");
}

#[test]
fn a_room_whose_file_is_damaged_is_never_replaced_by_a_new_one_of_its_name() {
    for content in ["garbage".repeat(1_000), String::new()] {
        let profile = tempfile::tempdir().unwrap();
        let mut window = Window::on(profile.path());
        window.started();
        window.host("Lunch");
        let room = window.recents(true)[0].room_id;
        window.end();
        let file = profile.path().join("rooms").join(format!("{room}.db"));
        let away = profile.path().join("away.db");
        move_room(&file, &away);
        std::fs::write(&file, &content).unwrap();

        let mut again = hidden(profile.path());
        assert_eq!(again.started().again, [room]);
        for command in [Command::Reopen(RoomRef(3), room), Command::Host(RoomRef(4), ask("Lunch"))] {
            again.session.send(command).unwrap();
            let failure = again.wait("the failure", |event| match event {
                Event::Room(_, RoomEvent::Failed(failure)) => Some(failure.clone()),
                _ => None,
            });
            assert!(matches!(failure, Failure::Unreadable { file: told, .. } if told == file));
        }
        assert!(std::fs::read(&file).unwrap() == content.as_bytes(), "it is left as it is");
        again.host("Dinner");
        assert_eq!(std::fs::read_dir(profile.path().join("rooms")).unwrap().filter(is_db).count(), 2);
        again.session.send(Command::Leave(ROOM)).unwrap();
        again.recents(false);
        std::fs::remove_file(&file).unwrap();
        move_room(&away, &file);
        again.session.send(Command::Reopen(RoomRef(2), room)).unwrap();
        let hosted = again.wait("the room", |event| match event {
            Event::Room(_, RoomEvent::Hosting(hosting)) => Some(hosting.room_id),
            _ => None,
        });
        assert_eq!(hosted, room);
        again.end();
    }
}

#[test]
fn of_two_rooms_of_one_name_each_comes_back_as_itself() {
    let profile = tempfile::tempdir().unwrap();
    let host = |away: Option<&Path>| {
        let mut window = Window::on(profile.path());
        window.started();
        window.host("Lunch");
        let room = window.recents(true)[0].room_id;
        window.end();
        let file = profile.path().join("rooms").join(format!("{room}.db"));
        if let Some(away) = away {
            std::fs::rename(&file, away).unwrap();
        }
        (room, file)
    };
    let away = profile.path().join("away");
    let (first, file) = host(Some(&away));
    let (second, _) = host(None);
    std::fs::rename(away, file).unwrap();
    assert_ne!(first, second);
    let mut window = Window::on(profile.path());
    window.started();
    for (number, room) in [(1, second), (2, first)] {
        window.session.send(Command::Reopen(RoomRef(number), room)).unwrap();
        let hosted = window.wait("the room", |event| match event {
            Event::Room(_, RoomEvent::Hosting(hosting)) => Some(hosting.room_id),
            _ => None,
        });
        assert_eq!(hosted, room);
    }
    window.end();
}

#[test]
fn a_room_that_was_left_stays_closed() {
    let profile = tempfile::tempdir().unwrap();
    let mut window = Window::on(profile.path());
    window.started();
    window.host("Lunch");
    window.recents(true);
    window.session.send(Command::Leave(ROOM)).unwrap();
    window.recents(false);
    window.end();
    assert_eq!(hidden(profile.path()).started().again, []);
}

#[test]
fn a_room_left_in_the_moment_of_the_end_stays_closed() {
    let profile = tempfile::tempdir().unwrap();
    let mut window = Window::on(profile.path());
    window.started();
    window.host("Lunch");
    window.session.send(Command::Leave(ROOM)).unwrap();
    window.end();
    assert_eq!(hidden(profile.path()).started().again, []);
}

#[test]
fn what_draws_the_window_is_remembered_where_it_is_not_what_is_tried_first() {
    let profile = tempfile::tempdir().unwrap();
    for (draws, kept) in [
        (None, None),
        (Some(Renderer::Wgpu), Some(Renderer::Wgpu)),
        (None, Some(Renderer::Wgpu)),
        (Some(Renderer::Glow), None),
        (None, None),
    ] {
        let setup = Setup { data_dir: profile.path().to_owned(), renderer: draws, ..Setup::default() };
        let mut window = Window::start(setup);
        assert_eq!(window.started().settings.renderer, kept, "{draws:?}");
        window.end();
        assert_eq!(hallway::session::window_before(profile.path()).1, kept);
    }
}
