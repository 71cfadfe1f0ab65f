//! An identity that moves to another computer.

use std::path::Path;

use serde_json::Value;

use crate::running::{Running, folder, host, host_with, is, member};
use crate::{events, failed, run, status, texts};

/// By which key somebody spoke.
fn key(said: &[Value]) -> Value {
    said.iter().find(|event| is(event, "message")).unwrap()["author_key"].clone()
}

#[test]
fn a_room_knows_whoever_moved_to_another_computer() {
    let (at_host, old, new, away) = (folder(), folder(), folder(), folder());
    let mut room = host(at_host.path(), 0);
    let join = ["join", &room.invite, "--nick", "Bo", "--json"];
    let before = events(&run(old.path(), &join, b"from the old one\n"));
    room.running.hears("from the old one");

    let (file, words) = (away.path().join("bo"), away.path().join("words"));
    let (file, words) = (file.to_str().unwrap(), words.to_str().unwrap());
    std::fs::write(words, "short\n").unwrap();
    let export = ["identity", "export", file, "--passphrase-file", words];
    let import = ["identity", "import", file, "--passphrase-file", words];
    let short = run(old.path(), &export, b"");
    assert_eq!(status(&short), 1);
    assert!(String::from_utf8_lossy(&short.stderr).contains("12 characters"));
    std::fs::write(words, "census moment olympic\n").unwrap();
    assert_eq!(status(&run(old.path(), &export, b"")), 0);

    // Whoever finds the file has no use for it.
    std::fs::write(words, "census moment olympia\n").unwrap();
    let wrong = run(new.path(), &import, b"");
    assert_eq!(status(&wrong), 1);
    assert_eq!(String::from_utf8_lossy(&wrong.stderr).lines().count(), 1);
    std::fs::write(words, "census moment olympic\n").unwrap();
    assert_eq!(status(&run(new.path(), &import, b"")), 0);
    let after = run(new.path(), &join, b"from the new one\n");
    assert_eq!(status(&after), 0);
    let after = events(&after);
    assert_eq!(key(&before), key(&after), "the same member, by the same name");

    // A computer by which rooms know somebody else keeps that until it is told otherwise.
    let other = folder();
    run(other.path(), &["join", &room.invite, "--nick", "Cy", "--json"], b"hello\n");
    let known = run(other.path(), &import, b"");
    assert_eq!(status(&known), 1);
    assert!(String::from_utf8_lossy(&known.stderr).contains("--replace"));
    assert_eq!(status(&run(other.path(), &[&import[..], &["--replace"]].concat(), b"")), 0);
}

/// All of a profile, as whoever has the disk gets it.
fn stolen(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            stolen(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn whoever_has_a_lost_key_does_not_come_in_any_more_once_its_person_goes_on_with_another() {
    let (at_host, at_ana, at_thief) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut ana = member(at_ana.path(), &room.invite, "Bea");
    ana.say("hello");
    ana.wait("sent");
    ana.say("/quit");
    ana.end();
    room.running.hears("hello");
    let before = room.running.seen.iter().rfind(|event| is(event, "message")).unwrap()["author_key"].clone();
    room.running.say("/mod Bea");
    room.running.wait("act");
    stolen(at_ana.path(), at_thief.path());
    assert_eq!(status(&run(at_ana.path(), &["identity", "renew"], b"")), 0);

    // It tells the room by itself, and goes on as the same person.
    let mut ana = Running::start(at_ana.path(), &["join", &room.invite, "--json"]);
    assert_eq!(ana.wait("online")["me"], "Bea");
    assert_eq!(room.running.wait("succession")["author"], "Bea");
    ana.say("it is me");
    assert_ne!(room.running.hears("it is me")["author_key"], before);
    ana.say("/slow 5s");
    assert_eq!(room.running.wait("rule")["author"], "Bea", "a moderator as before");

    let out = run(at_thief.path(), &["join", &room.invite, "--json"], b"I am Bea\n");
    assert_eq!(failed(&out), "key-replaced");
    assert_eq!(texts(&crate::events(&out)), [] as [&str; 0]);

    // Nor after the host was gone, and whoever goes on does so again and again.
    ana.say("/quit");
    ana.end();
    assert_eq!(status(&run(at_ana.path(), &["identity", "renew"], b"")), 0);
    let port = room.port;
    room.running.say("/quit");
    room.running.end();
    let mut room = host_with(at_host.path(), port, &[]);
    assert_eq!(failed(&run(at_thief.path(), &["join", &room.invite, "--json"], b"")), "key-replaced");
    assert_eq!(status(&run(at_ana.path(), &["join", &room.invite, "--json"], b"once more\n")), 0);
    assert_eq!(room.running.hears("once more")["author"], "Bea");
}

#[test]
fn a_host_with_a_new_key_hosts_its_rooms_as_before() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    bo.say("hello");
    room.running.hears("hello");
    bo.say("/quit");
    bo.end();
    let port = room.port;
    room.running.say("/quit");
    room.running.end();
    assert_eq!(status(&run(at_host.path(), &["identity", "renew"], b"")), 0);
    let mut room = host_with(at_host.path(), port, &[]);
    let mut bo = Running::start(at_bo.path(), &["join", &room.invite, "--json"]);
    bo.wait("online");
    room.running.say("welcome back");
    bo.hears("welcome back");
    assert!(!bo.seen.iter().any(|event| event["code"] == "unverified"));
}
