//! Rooms that come back with a later start, and those that must not.

use std::path::Path;

use hallway::session::{Command, Event, Failure, RoomEvent, RoomRef};

use super::window::{ROOM, Window, ask, hidden};

/// Moves a room's file, and its journal where the thread that had it open has not put that into the file yet.
fn move_room(from: &Path, to: &Path) {
    std::fs::rename(from, to).unwrap();
    let _checkpointed = std::fs::rename(from.with_extension("db-wal"), to.with_extension("db-wal"));
    let _gone = std::fs::remove_file(from.with_extension("db-shm"));
}

fn is_db(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "db")
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
