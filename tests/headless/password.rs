//! Rooms with a password.

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::running::{Hosted, folder, host_with, is};
use crate::{events, failed, run, status, texts};

/// A file that holds this password.
pub fn file(dir: &TempDir, password: &str) -> PathBuf {
    let path = dir.path().join(password);
    std::fs::write(&path, format!("{password}\n")).unwrap();
    path
}

/// Closes the room, and answers everything that its host saw.
pub fn close(mut room: Hosted) -> Vec<Value> {
    room.running.say("/quit");
    room.running.end().1
}

pub fn trust(events: &[Value]) -> &str {
    events.iter().find(|event| is(event, "online")).unwrap()["trust"].as_str().unwrap()
}

#[test]
fn only_the_password_opens_the_door_and_whoever_proved_it_needs_it_no_more() {
    let (at_host, at_bo, at_cy, files) = (folder(), folder(), folder(), folder());
    let (tea, milk) = (file(&files, "tea for two"), file(&files, "milk"));
    let (tea, milk) = (tea.to_str().unwrap(), milk.to_str().unwrap());
    let mut room = host_with(at_host.path(), 0, &["--password-file", tea]);
    assert!(room.running.seen.iter().any(|event| event["locked"] == true));
    room.running.say("nobody else hears this");
    room.running.wait("sent");

    let address = room.address.clone();
    let join = ["join", &address, "--json", "--nick", "Bo"];
    let with = |password| [&join[..], &["--password-file", password]].concat();
    let needed = run(at_bo.path(), &join, b"");
    assert_eq!(failed(&needed), "password-needed");
    assert_eq!(failed(&run(at_bo.path(), &with(milk), b"")), "password-wrong");
    let right = run(at_bo.path(), &with(tea), b"hello\n");
    assert_eq!(status(&right), 0);
    let right = events(&right);
    assert_eq!(trust(&right), "verified");
    assert_eq!(texts(&right), ["nobody else hears this", "hello"]);
    room.running.hears("hello");
    let names: Vec<&Value> = room.running.seen.iter().filter(|event| is(event, "joined")).collect();
    assert!(names.len() <= 1, "nobody saw who stood at the door: {names:?}");

    let again = run(at_bo.path(), &join, b"back\n");
    assert_eq!((status(&again), trust(&events(&again))), (0, "verified"));
    assert_eq!(failed(&run(at_cy.path(), &join, b"")), "password-needed");

    // The host opens it again: with what it has, and with another password.
    let port = room.port;
    close(room);
    let room = host_with(at_host.path(), port, &[]);
    assert_eq!(status(&run(at_bo.path(), &join, b"still\n")), 0);
    assert_eq!(failed(&run(at_cy.path(), &join, b"")), "password-needed");
    close(room);
    let room = host_with(at_host.path(), port, &["--password-file", tea]);
    assert_eq!(status(&run(at_bo.path(), &join, b"the same\n")), 0);
    close(room);
    let _room = host_with(at_host.path(), port, &["--password-file", milk]);
    assert_eq!(failed(&run(at_bo.path(), &join, b"")), "password-needed");
    assert_eq!(failed(&run(at_bo.path(), &with(tea), b"")), "password-wrong");
    assert_eq!(status(&run(at_bo.path(), &with(milk), b"")), 0);
}

#[test]
fn whoever_guesses_has_to_wait_and_the_host_hears_of_it() {
    let (at_host, at_bo, files) = (folder(), folder(), folder());
    let (tea, milk) = (file(&files, "tea for two"), file(&files, "milk"));
    let mut room = host_with(at_host.path(), 0, &["--password-file", tea.to_str().unwrap()]);
    let with = |password| ["join", &room.address, "--json", "--nick", "Bo", "--password-file", password];
    for _ in 0..5 {
        assert_eq!(failed(&run(at_bo.path(), &with(milk.to_str().unwrap()), b"")), "password-wrong");
    }
    let right = run(at_bo.path(), &with(tea.to_str().unwrap()), b"");
    assert_eq!(failed(&right), "password-later", "tries count, whatever they try");
    let told = loop {
        let notice = room.running.wait("notice");
        if notice["code"] == "guessing" {
            break notice;
        }
    };
    assert!(told["text"].as_str().unwrap().contains("127.0.0.1"), "{told}");
}

#[test]
fn whoever_typed_it_and_a_name_that_is_taken_comes_in_by_another_name_with_the_same_words() {
    let (at_host, at_bo, at_cy, files) = (folder(), folder(), folder(), folder());
    let tea = file(&files, "tea for two");
    let tea = tea.to_str().unwrap();
    let room = host_with(at_host.path(), 0, &["--password-file", tea]);
    let join = |at: &TempDir, name: &str| {
        let words = ["join", &room.address, "--json", "--nick", name, "--password-file", tea];
        run(at.path(), &words, b"hello\n")
    };
    assert_eq!(status(&join(&at_bo, "Bo")), 0);
    assert_eq!(failed(&join(&at_cy, "Bo")), "nick-taken");
    // The room knows by now that this one knows the password, and does not ask again.
    let again = join(&at_cy, "Cy");
    assert_eq!((status(&again), trust(&events(&again))), (0, "verified"));
}

#[test]
fn a_room_that_does_not_ask_for_the_password_that_was_given_is_left() {
    let (at_host, at_bo, files) = (folder(), folder(), folder());
    let tea = file(&files, "tea for two");
    let room = host_with(at_host.path(), 0, &[]);
    let join = ["join", &room.address, "--json", "--nick", "Bo", "--password-file", tea.to_str().unwrap()];
    assert_eq!(failed(&run(at_bo.path(), &join, b"secret\n")), "password-not-asked");
    let seen = close(room);
    assert!(!texts(&seen).contains(&"secret") && !seen.iter().any(|event| is(event, "joined")));
}

#[test]
fn a_file_without_a_password_opens_nothing() {
    let (at_host, files) = (folder(), folder());
    let empty = files.path().join("empty");
    std::fs::write(&empty, "\n").unwrap();
    for arguments in [["host", "--json"].as_slice(), &["join", "127.0.0.1:1", "--json"]] {
        for path in [&empty, &files.path().join("nowhere")] {
            let asked = [arguments, &["--password-file", path.to_str().unwrap()]].concat();
            let output = run(at_host.path(), &asked, b"");
            assert_eq!((status(&output), output.stdout.len()), (1, 0));
            assert!(String::from_utf8_lossy(&output.stderr).contains(path.to_str().unwrap()));
        }
    }
}

#[test]
fn a_password_that_the_room_has_is_taken_away_only_where_that_is_said() {
    let (at_host, at_bo, files) = (folder(), folder(), folder());
    let tea = file(&files, "tea for two");
    let room = host_with(at_host.path(), 0, &["--password-file", tea.to_str().unwrap()]);
    let port = room.port;
    close(room);
    let room = host_with(at_host.path(), port, &[]);
    let address = room.address.clone();
    let join = ["join", &address, "--json", "--nick", "Bo"];
    assert_eq!(failed(&run(at_bo.path(), &join, b"")), "password-needed");
    close(room);
    let room = host_with(at_host.path(), port, &["--no-password"]);
    assert!(room.running.seen.iter().all(|event| event["locked"] != true));
    assert_eq!(status(&run(at_bo.path(), &join, b"hello\n")), 0);
    close(room);
}
