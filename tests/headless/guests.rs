//! People without the app in a room that is hosted without a window.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::running::{folder, host_with, member};

/// Reads lines until one holds these words.
fn reads(lines: &mut impl BufRead, words: &str) {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended before \"{words}\"");
    }
}

#[test]
fn a_moderator_removes_what_a_guest_said_sends_it_away_and_keeps_it_out() {
    let (at_host, at_mo) = (folder(), folder());
    let mut room = host_with(at_host.path(), 0, &["--text-guests"]);
    let mut mo = member(at_mo.path(), &room.invite, "Mo");
    mo.say("hello");
    room.running.hears("hello");
    room.running.say("/mod Mo");
    while mo.wait("house")["moderators"].as_array().unwrap().is_empty() {}
    let mut gus = TcpStream::connect(&room.address).unwrap();
    let mut lines = BufReader::new(gus.try_clone().unwrap());
    gus.write_all(b"/nick Gus\na secret\n").unwrap();
    let said = mo.hears("a secret");
    assert_eq!(said["author"], "Gus");
    mo.say(&format!("/remove {}", said["id"].as_str().unwrap()));
    let removed = room.running.wait("removed");
    assert_eq!((&removed["removed"], &removed["author"]), (&said["id"], &"Mo".into()));
    while !mo.wait("guests")["names"].as_array().unwrap().contains(&"Gus".into()) {}
    mo.say("/ban Gus 2h");
    assert_eq!(mo.wait("notice")["code"], "no-app");
    room.running.say("/mute Gus");
    assert_eq!(room.running.wait("notice")["code"], "no-app");
    mo.say("/mute Gus");
    assert_eq!(mo.wait("notice")["code"], "no-app");
    mo.say("/kick Gus");
    let act = room.running.wait("act");
    assert_eq!((&act["act"], &act["author"], &act["whom"]), (&"remove".into(), &"Mo".into(), &"Gus".into()));
    assert!(act["whom_key"].is_null(), "a guest has none");
    reads(&mut lines, "a moderator sent you away");
    // It may come again, until it is kept out.
    let mut gus = TcpStream::connect(&room.address).unwrap();
    let mut lines = BufReader::new(gus.try_clone().unwrap());
    gus.write_all(b"/nick Gus2\n").unwrap();
    while !mo.wait("guests")["names"].as_array().unwrap().contains(&"Gus2".into()) {}
    mo.say("/ban Gus2");
    reads(&mut lines, "a moderator sent you away");
    assert_eq!(room.running.wait("act")["act"], "ban");
    // And the host lets it in again.
    room.running.say("/unban 127.0.0.1");
    while room.running.wait("notice")["text"] != "people without the app may come in, read and speak" {}
    let mut gus = TcpStream::connect(&room.address).unwrap();
    gus.write_all(b"thank you\n").unwrap();
    mo.hears("thank you");
}
