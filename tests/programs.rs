//! The programs that everybody has, in a room of Hallway: netcat in its four kinds, telnet, socat.
//!
//! `.ci/run` installs them and sets `HALLWAY_REQUIRE_PROGRAMS`, so that none is left out there.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use serde_json::Value;

#[path = "programs/program.rs"]
mod program;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "headless/running.rs"]
mod running;

use program::{Program, installed};
use running::{Hosted, Running, folder, host_with, member};

const GREETING: &str = "Welcome to this chatroom!\n* Hallway/1";

/// Each program: its name, what it is called with before the address, and what it prints first.
const PROGRAMS: [(&str, &[&str], &str); 6] = [
    ("ncat", &["ncat"], GREETING),
    ("nc.openbsd", &["nc.openbsd"], GREETING),
    ("nc.traditional", &["nc.traditional"], GREETING),
    ("busybox", &["busybox", "nc"], GREETING),
    ("inetutils-telnet", &["inetutils-telnet"], "Escape character is '^]'.\n"),
    ("socat", &["socat", "-"], GREETING),
];

fn dial(kind: &(&str, &[&str], &str), port: u16) -> Option<Program> {
    if !installed(kind.0) {
        return None;
    }
    let port = port.to_string();
    let together = format!("TCP:127.0.0.1:{port}");
    let place: &[&str] = if kind.0 == "socat" { &[&together] } else { &["127.0.0.1", &port] };
    Some(Program::start(&[kind.1, place].concat()))
}

struct Room {
    host: Hosted,
    member: Running,
    _folders: [tempfile::TempDir; 2],
}

fn room(more: &[&str]) -> Room {
    let folders = [folder(), folder()];
    let host = host_with(folders[0].path(), 0, &[&["--text-guests"], more].concat());
    let member = member(folders[1].path(), &host.address, "Bo");
    Room { host, member, _folders: folders }
}

impl Room {
    /// The next list of guests that counts so many.
    fn guests(&mut self, count: u64) -> Value {
        loop {
            let guests = self.member.wait("guests");
            if guests["count"] == count {
                return guests;
            }
        }
    }
}

#[test]
fn each_program_comes_in_reads_and_is_read() {
    for kind in &PROGRAMS {
        let mut room = room(&[]);
        let Some(mut guest) = dial(kind, room.host.port) else { continue };
        guest.hears(kind.2);
        if kind.2 == GREETING {
            assert!(guest.text().starts_with(GREETING), "{}: {}", kind.0, guest.text());
        }
        assert_eq!(room.guests(1)["names"][0], "127.0.0.1", "{}", kind.0);
        room.member.say("hello there");
        guest.hears("<Bo> hello there");
        guest.says("grüße\n");
        let message = room.member.hears("grüße");
        assert_eq!((&message["author"], &message["guest"]), (&"127.0.0.1".into(), &true.into()));
        assert_eq!(message["author_key"], Value::Null, "nobody signed it but the host");
        guest.says("/nick Gus\n/who\n");
        guest.hears("Gus");
        guest.says("now I am Gus\n");
        assert_eq!(room.member.hears("now I am Gus")["author"], "Gus");
        guest.says("/quit\n");
        room.guests(0);
    }
}

#[test]
fn one_word_from_a_pipe_arrives_whatever_reads_the_pipe() {
    for kind in PROGRAMS.iter().filter(|kind| kind.0 != "inetutils-telnet") {
        let mut room = room(&[]);
        let Some(mut guest) = dial(kind, room.host.port) else { continue };
        guest.says("hi");
        guest.says_no_more();
        assert_eq!(room.member.hears("hi")["guest"], true, "{}", kind.0);
    }
}

#[test]
fn a_guest_inside_tls_is_a_guest_all_the_same() {
    if !installed("ncat") {
        return;
    }
    let mut room = room(&[]);
    let port = room.host.port.to_string();
    let mut guest = Program::start(&["ncat", "--ssl", "127.0.0.1", &port]);
    guest.hears(GREETING);
    room.guests(1);
    guest.says("from inside TLS\n");
    assert_eq!(room.member.hears("from inside TLS")["guest"], true);
    room.member.say("heard");
    guest.hears("<Bo> heard");
}

#[test]
fn all_of_them_in_one_room_read_each_other() {
    let mut room = room(&[]);
    let mut guests: Vec<(usize, Program)> = PROGRAMS
        .iter()
        .enumerate()
        .filter_map(|(number, kind)| Some((number, dial(kind, room.host.port)?)))
        .collect();
    let all = u64::try_from(guests.len()).unwrap();
    for (_, guest) in &mut guests {
        guest.hears("Welcome to this chatroom!");
    }
    room.guests(all);
    for (number, guest) in &mut guests {
        guest.says(format!("/nick Guest {number}\n"));
        guest.hears(&format!("Guest {number}"));
    }
    for place in 0..guests.len() {
        let (number, speaker) = &mut guests[place];
        let (line, who) = (format!("line of {number}"), format!("Guest {number}"));
        speaker.says(format!("{line}\n"));
        assert_eq!(room.member.hears(&line)["author"].as_str(), Some(who.as_str()));
        let told = format!("<{who}> {line}");
        for (_, other) in
            guests.iter_mut().enumerate().filter(|(other, _)| *other != place).map(|(_, guest)| guest)
        {
            other.hears(&told);
        }
    }
    room.member.say("and I am a member");
    for (_, guest) in &mut guests {
        guest.hears("<Bo> and I am a member");
    }
}

#[test]
fn what_was_said_before_a_guest_was_seen_stays_among_members() {
    if !installed("ncat") {
        return;
    }
    let mut room = room(&[]);
    room.member.say("the code is 4711");
    room.member.hears("the code is 4711");
    let mut guest = dial(&PROGRAMS[0], room.host.port).unwrap();
    room.guests(1);
    room.member.say("a guest is here");
    guest.hears("<Bo> a guest is here");
    assert!(!guest.text().contains("4711"), "{}", guest.text());
    // Somebody who comes later sees of the past what guests were meant to see.
    let mut later = dial(&PROGRAMS[0], room.host.port).unwrap();
    later.hears("<Bo> a guest is here");
    assert!(!later.text().contains("4711"), "{}", later.text());
}

#[test]
fn the_host_sends_a_guest_away_and_keeps_its_address_out() {
    if !installed("ncat") {
        return;
    }
    let mut room = room(&[]);
    let mut guest = dial(&PROGRAMS[0], room.host.port).unwrap();
    room.guests(1);
    room.host.running.wait("guests");
    room.host.running.say("/kick 127.0.0.1");
    room.guests(0);
    let told = String::from_utf8(guest.everything()).unwrap();
    assert!(told.contains("sent you away"), "{told}");
    let mut again = dial(&PROGRAMS[0], room.host.port).unwrap();
    again.hears(GREETING);
    room.guests(1);
    while room.host.running.wait("guests")["count"] != 1 {}
    room.host.running.say("/ban 127.0.0.1");
    room.guests(0);
    let mut kept_out = dial(&PROGRAMS[0], room.host.port).unwrap();
    kept_out.hears("for its own app");
    kept_out.says("hello\n");
    let told = String::from_utf8(kept_out.everything()).unwrap();
    assert!(!told.contains("Welcome"), "{told}");
    room.host.running.say("/unban 127.0.0.1");
    while room.host.running.wait("notice")["text"].as_str().is_some_and(|text| text.contains("kept out")) {}
    let mut back = dial(&PROGRAMS[0], room.host.port).unwrap();
    back.hears(GREETING);
}

#[test]
fn without_the_switch_nobody_comes_in_without_the_app() {
    if !installed("ncat") {
        return;
    }
    let folder = folder();
    let host = host_with(folder.path(), 0, &[]);
    let mut guest = dial(&PROGRAMS[0], host.port).unwrap();
    guest.hears("Hallway/1");
    guest.says("hello\n");
    let told = String::from_utf8(guest.everything()).unwrap();
    assert!(!told.contains("Welcome"), "{told}");
}
