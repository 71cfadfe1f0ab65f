//! The real program behind a man in the middle who has a room key of his own: what he gets to see, and where it stops.
//!
//! He keeps every byte that he is sent and every frame that he could read. None of the names, titles, passwords and
//! texts stands in that, but for what a person says to a room that nobody has proven yet, after it was told so.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod man;
#[path = "../headless/running.rs"]
mod running;

use hallway::wire::kind;
use man::{Manner, Relay, Seen, held};
use running::{Running, folder, host, host_with, is, member};
use serde_json::Value;

/// What the member is called.
const NICK: &str = "Bartholomew";
/// What the room is called.
const TITLE: &str = "Study";
/// What the member says.
const TEXT: &str = "nobody between us may read this";
/// What it said before, in a room that was the right one.
const BEFORE: &str = "this went to the right room";

fn relay(room: u16) -> Relay {
    Relay::start(0, room, Manner::Welcomes)
}

/// A member at this address whose first line is typed already.
fn typing(at: &std::path::Path, place: &str, more: &[&str]) -> Running {
    let mut running = Running::start(at, &[&["join", place, "--json", "--nick", NICK], more].concat());
    running.say(TEXT);
    running
}

/// The code with which it fails, and everything that it printed.
fn failed(mut running: Running) -> (String, Vec<Value>) {
    let code = running.wait("failed")["code"].as_str().unwrap().to_owned();
    let (status, seen) = running.end();
    assert_eq!(status, 1);
    (code, seen)
}

fn words(of: &mut Running, ask: &str) -> Value {
    of.say(ask);
    let event = of.wait("words");
    assert_eq!(event["words"].as_array().unwrap().len(), 5);
    event["words"].clone()
}

fn trust(of: &Running) -> Value {
    of.seen.iter().rfind(|event| is(event, "online")).unwrap()["trust"].clone()
}

#[test]
fn on_a_first_visit_by_bare_address_the_two_screens_show_other_words() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host(at_host.path(), 0);
    let relay = relay(room.port);
    let mut bo = member(at_bo.path(), &format!("127.0.0.1:{}", relay.port), NICK);
    room.running.wait("joined");
    assert_eq!(trust(&bo), "first-visit");
    let at_member = words(&mut bo, "/words");
    let at_host = words(&mut room.running, &format!("/words {NICK}"));
    assert_ne!(at_member, at_host);
    assert_eq!(trust(&bo), "first-visit", "and nothing is verified by that");
}

#[test]
fn on_a_first_visit_by_bare_address_nothing_typed_is_sent_before_the_words_were_offered() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let mut relay = relay(room.port);
    let mut bo = typing(at_bo.path(), &format!("127.0.0.1:{}", relay.port), &[]);
    bo.wait("words");
    relay.sees(|seen| matches!(seen, Seen::FromMember(kind::SUBMIT, _)));
    assert_eq!(relay.holds(&[NICK, TEXT]), [NICK, TEXT], "what is said afterwards, he reads");
    let seen = relay.seen();
    let let_in = seen.iter().position(|seen| *seen == Seen::LetIn).unwrap();
    assert_eq!(held(&seen[..let_in], &[NICK, TEXT]), [""; 0]);
    let before = seen[..let_in].iter().filter(|seen| matches!(seen, Seen::FromMember(..))).count();
    assert_eq!(before, 1, "Hello, and nothing after it");
}

#[test]
fn a_man_who_lets_nobody_in_is_told_neither_a_name_nor_a_line() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let mut relay = Relay::start(0, room.port, Manner::HangsUp);
    let bo = typing(at_bo.path(), &format!("127.0.0.1:{}", relay.port), &[]);
    assert_eq!(failed(bo).0, "lost");
    relay.sees(|seen| *seen == Seen::Refused);
    assert_eq!(relay.holds(&[NICK, TEXT]), [""; 0]);
    assert_eq!(relay.members_frames()[0], kind::HELLO);
    assert!(!relay.members_frames().contains(&kind::INTRODUCE));
}

#[test]
fn an_invite_stops_at_the_man_before_anything_is_said() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let mut relay = relay(room.port);
    let invite = room.invite.replace(&room.port.to_string(), &relay.port.to_string());
    assert_ne!(invite, room.invite);
    let (code, seen) = failed(typing(at_bo.path(), &invite, &[]));
    assert_eq!(code, "key-changed");
    assert!(!seen.iter().any(|event| is(event, "online") || is(event, "sent")), "{seen:?}");
    relay.sees(|seen| *seen == Seen::Refused);
    assert_eq!(relay.members_frames(), [0; 0], "not even Hello");
    assert_eq!(relay.holds(&[NICK, TITLE, TEXT]), [""; 0]);
    // The same invite where nobody stands between.
    let mut bo = typing(at_bo.path(), &room.invite, &[]);
    bo.hears(TEXT);
}

#[test]
fn what_an_invite_carries_instead_of_the_password_is_told_to_nobody_but_its_room() {
    let (at_host, at_bo, files) = (folder(), folder(), folder());
    let file = files.path().join("password");
    std::fs::write(&file, "correct horse battery").unwrap();
    let mut room = host_with(at_host.path(), 0, &["--password-file", file.to_str().unwrap()]);
    room.running.say("/invite once");
    let invite = room.running.wait("invite")["invite"].as_str().unwrap().to_owned();
    let mut relay = relay(room.port);
    let through_him = invite.replace(&room.port.to_string(), &relay.port.to_string());
    assert_eq!(failed(typing(at_bo.path(), &through_him, &[])).0, "key-changed");
    relay.sees(|seen| *seen == Seen::Refused);
    assert_eq!(relay.members_frames(), [0; 0], "not even Hello, which carries it");
    let token = invite.split_once("&t=").unwrap().1;
    let bytes = hallway::types::Token::parse(token).unwrap().0;
    assert_eq!(relay.holds(&[token, NICK, TITLE, TEXT]), [""; 0]);
    let held = relay.seen().iter().map(|seen| match seen {
        Seen::Bytes(seen) => &seen[..],
        Seen::FromMember(_, seen) => &seen[..],
        _ => &[],
    });
    assert!(held.into_iter().all(|seen| !seen.windows(16).any(|part| part == bytes)));
    // It was not used up by that.
    typing(at_bo.path(), &invite, &[]).hears(TEXT);
}

#[test]
fn in_a_room_with_a_password_neither_end_takes_the_man_for_the_other() {
    const PASSWORD: &str = "correct horse battery";
    let (at_host, at_bo, files) = (folder(), folder(), folder());
    let file = files.path().join("password");
    std::fs::write(&file, PASSWORD).unwrap();
    let with = ["--password-file", file.to_str().unwrap()];
    let mut room = host_with(at_host.path(), 0, &with);
    room.running.say(BEFORE);
    room.running.wait("sent");
    let mut relay = relay(room.port);
    let (code, seen) = failed(typing(at_bo.path(), &format!("127.0.0.1:{}", relay.port), &with));
    assert_eq!(code, "password-wrong");
    assert!(!seen.iter().any(|event| is(event, "online") || is(event, "words")), "{seen:?}");
    relay.sees(|seen| *seen == Seen::Refused);
    assert_eq!(relay.holds(&[PASSWORD, NICK, TITLE, TEXT, BEFORE]), [""; 0]);
    let from_host = relay.seen().iter().filter_map(|seen| match seen {
        Seen::FromHost(kind, _) => Some(*kind),
        _ => None,
    });
    let from_host: Vec<u8> = from_host.collect();
    assert_eq!(from_host[..2], [kind::NEED_PASSWORD, kind::KE2]);
    assert!(!from_host.contains(&kind::WELCOME), "a proof that he made up opens nothing");
    assert!(!room.running.seen.iter().any(|event| is(event, "joined")));
    // The password is right where nobody stands between.
    let mut bo = typing(at_bo.path(), &room.address, &with);
    bo.hears(TEXT);
    assert_eq!(trust(&bo), "verified");
}

#[test]
fn a_member_that_comes_back_stops_at_the_man_and_keeps_what_it_wanted_to_say() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let (port, invite) = (room.port, room.invite.clone());
    let mut bo = member(at_bo.path(), &invite, NICK);
    bo.say(BEFORE);
    bo.hears(BEFORE);
    // It is there when the man takes the room's place, and says something meanwhile.
    room.running.kill();
    bo.wait("offline");
    bo.say(TEXT);
    let pending = bo.wait("pending")["id"].clone();
    let elsewhere = host(at_host.path(), 0);
    let mut man = Relay::start(port, elsewhere.port, Manner::Welcomes);
    assert_eq!(failed(bo).0, "key-changed");
    // And it comes by itself, by the invite that it has and by the address.
    for (place, code) in [(&invite, "key-changed"), (&format!("127.0.0.1:{port}"), "other-room")] {
        let (failed, seen) = failed(Running::start(at_bo.path(), &["join", place, "--json"]));
        assert_eq!(failed, code);
        assert!(!seen.iter().any(|event| is(event, "online") || is(event, "sent")), "{seen:?}");
    }
    man.sees(|seen| *seen == Seen::Refused);
    assert_eq!(man.members_frames(), [0; 0], "not even Hello");
    assert_eq!(man.holds(&[NICK, TITLE, BEFORE, TEXT]), [""; 0]);
    man.stop();
    elsewhere.running.kill();
    // What waited is still there, and goes to the right room.
    let mut room = host(at_host.path(), port);
    let mut bo = Running::start(at_bo.path(), &["join", &invite, "--json"]);
    assert_eq!(bo.wait("sent")["id"], pending);
    assert_eq!(room.running.hears(TEXT)["author"], NICK);
}

#[test]
fn at_a_typed_address_that_used_to_be_another_room_nothing_is_said() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let address = room.address.clone();
    let mut bo = member(at_bo.path(), &address, NICK);
    bo.say(BEFORE);
    bo.hears(BEFORE);
    assert_eq!(bo.end().0, 0);
    let port = room.port;
    room.running.kill();
    let elsewhere = host(at_host.path(), 0);
    let mut man = Relay::start(port, elsewhere.port, Manner::Welcomes);
    let (code, seen) = failed(typing(at_bo.path(), &address, &[]));
    assert_eq!(code, "other-room");
    assert!(!seen.iter().any(|event| is(event, "online") || is(event, "sent")), "{seen:?}");
    man.sees(|seen| *seen == Seen::Refused);
    assert_eq!(man.members_frames(), [0; 0], "not even Hello");
    assert_eq!(man.holds(&[NICK, TITLE, BEFORE, TEXT]), [""; 0]);
}
