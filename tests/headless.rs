//! The program from outside: the real binary, without a window, on the loopback interface.
//!
//! What it prints with `--json` and how it ends is a contract with scripts. Nothing here waits by sleeping: each
//! step waits for the event that it needs.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::thread::{self, JoinHandle};

use serde_json::Value;

#[path = "headless/charge.rs"]
mod charge;
#[path = "headless/guests.rs"]
mod guests;
#[path = "headless/history.rs"]
mod history;
#[path = "headless/identity.rs"]
mod identity;
#[path = "headless/invites.rs"]
mod invites;
#[path = "headless/knock.rs"]
mod knock;
#[path = "headless/naming.rs"]
mod naming;
#[path = "headless/password.rs"]
mod password;
#[path = "headless/pasting.rs"]
mod pasting;
#[path = "headless/removing.rs"]
mod removing;
#[path = "headless/running.rs"]
mod running;

use running::{Hosted, Running, folder, hallway, host, is, member};

/// Runs to the end with `input` as standard input.
fn run(data: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = hallway(data, arguments).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The texts of the messages among `events`.
fn texts(events: &[Value]) -> Vec<&str> {
    events.iter().filter(|event| is(event, "message")).map(|event| event["text"].as_str().unwrap()).collect()
}

/// The code with which it failed; also makes sure that it said one sentence about it.
fn failed(output: &Output) -> String {
    assert_eq!(status(output), 1);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.lines().count(), 1, "{said}");
    let events = events(output);
    let last = events.last().unwrap();
    assert!(is(last, "failed"), "{last}");
    last["code"].as_str().unwrap().to_owned()
}

/// Somebody who is no Hallway: accepts once, says `words`, and answers what it was sent.
fn stranger(words: &'static [u8]) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(words).unwrap();
        let mut heard = Vec::new();
        let _reset = stream.read_to_end(&mut heard);
        heard
    });
    (address, heard)
}

#[test]
fn everybody_hears_the_same_messages_in_the_same_order() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host(at_host.path(), 0);
    let mut bo = member(at_bo.path(), &room.address, "Bo");
    let mut cy = member(at_cy.path(), &room.invite, "Cy");
    let trust = |member: &Running| member.seen.last().unwrap()["trust"].clone();
    assert_eq!((trust(&bo), trust(&cy)), ("first-visit".into(), "verified".into()));
    for number in 0..5 {
        room.running.say(&format!("ana {number}"));
        bo.say(&format!("bo {number}"));
        cy.say(&format!("//cy {number}"));
    }
    for _ in 0..5 {
        room.running.wait("sent");
        bo.wait("sent");
        cy.wait("sent");
    }
    bo.say("that is all");
    room.running.hears("that is all");
    cy.hears("that is all");
    let (bo_status, bo_saw) = bo.end();
    let (cy_status, cy_saw) = cy.end();
    assert_eq!((bo_status, cy_status), (0, 0));
    let messages = |seen: &[Value]| -> Vec<Value> {
        seen.iter().filter(|event| is(event, "message")).cloned().collect()
    };
    let heard = messages(&room.running.seen);
    assert_eq!(heard.len(), 16);
    assert!(texts(&heard).contains(&"/cy 0"), "a doubled slash is one");
    assert_eq!(messages(&bo_saw), heard);
    assert_eq!(messages(&cy_saw), heard);
    for data in [&at_host, &at_bo, &at_cy] {
        let history = run(data.path(), &["history", "--json"], b"");
        assert_eq!((status(&history), events(&history)), (0, heard.clone()), "also while the room runs");
    }
}

#[test]
fn a_member_that_starts_again_prints_only_what_it_missed() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host(at_host.path(), 0);
    let join = ["join", &room.address, "--json", "--nick", "Bo"];
    let first = run(at_bo.path(), &join, b"one\r\ntwo");
    assert_eq!((status(&first), texts(&events(&first))), (0, vec!["one", "two"]));
    room.running.say("missed");
    room.running.wait("sent");
    assert_eq!(texts(&events(&run(at_bo.path(), &join, b""))), ["missed"]);
    let unnamed = events(&run(at_bo.path(), &["join", &room.address, "--json"], b""));
    assert_eq!(texts(&unnamed), Vec::<&str>::new());
    assert_eq!(unnamed.iter().find(|event| is(event, "online")).unwrap()["me"], "Bo", "as before");
}

#[test]
fn a_host_that_starts_again_opens_the_room_of_its_folder() {
    let data = folder();
    let first = host(data.path(), 0);
    let room_id = first.running.seen[0]["room_id"].clone();
    first.running.kill();
    let mut again = Running::start(data.path(), &["host", "--json", "--bind", "127.0.0.1", "--port", "0"]);
    assert_eq!(again.wait("hosting")["room_id"], room_id);
    assert_eq!(again.wait("online")["me"], "Ana");
}

#[test]
fn a_host_whose_room_cannot_be_read_says_so_and_opens_no_new_one() {
    let data = folder();
    host(data.path(), 0).running.kill();
    let rooms = std::fs::read_dir(data.path().join("rooms")).unwrap().map(|entry| entry.unwrap().path());
    let (file, beside): (Vec<_>, Vec<_>) =
        rooms.partition(|path| path.extension().is_some_and(|extension| extension == "db"));
    for path in beside {
        std::fs::remove_file(path).unwrap();
    }
    let file = &file[0];
    for content in ["garbage".repeat(1_000), String::new()] {
        std::fs::write(file, &content).unwrap();
        for name in [&["--name", "Study"][..], &[]] {
            let arguments = [&["host", "--json", "--bind", "127.0.0.1", "--port", "0"], name].concat();
            let output = run(data.path(), &arguments, b"");
            assert_eq!(failed(&output), "unreadable");
            assert!(String::from_utf8_lossy(&output.stderr).contains(&*file.to_string_lossy()));
        }
        assert_eq!(std::fs::read(file).unwrap(), content.as_bytes());
    }
    std::fs::rename(file, data.path().join("away")).unwrap();
    host(data.path(), 0);
}

#[test]
fn a_killed_host_and_a_killed_member_lose_nothing_and_repeat_nothing() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let (port, address) = (room.port, room.address.clone());
    let mut bo = member(at_bo.path(), &address, "Bo");
    bo.say("before");
    // The answer and the line itself come in either order; until both are here, it counts as unsent after a kill.
    bo.hears("before");
    if !bo.seen.iter().any(|event| is(event, "sent")) {
        bo.wait("sent");
    }
    room.running.kill();
    bo.wait("offline");
    bo.say("while nobody answers");
    let pending = bo.wait("pending");
    bo.kill();
    let mut bo = Running::start(at_bo.path(), &["join", &address, "--json", "--nick", "Bo"]);
    bo.wait("offline");
    let mut room = host(at_host.path(), port);
    assert_eq!(bo.wait("sent")["id"], pending["id"]);
    assert_eq!(room.running.hears("while nobody answers")["id"], pending["id"]);
    let (status, seen) = bo.end();
    assert_eq!((status, texts(&seen)), (0, vec!["while nobody answers"]));
    assert_eq!(texts(&room.running.seen), ["while nobody answers"]);
    let history = events(&run(at_host.path(), &["history", "--json"], b""));
    assert_eq!(texts(&history), ["before", "while nobody answers"]);
}

#[test]
fn a_member_of_a_host_that_gave_numbers_again_prints_what_has_the_numbers_that_it_knew() {
    let (at_host, at_bo, copy) = (folder(), folder(), folder());
    let Hosted { mut running, port, address, .. } = host(at_host.path(), 0);
    running.say("one");
    running.wait("sent");
    let (rooms, kept) = (at_host.path().join("rooms"), copy.path());
    let put = |from: &Path, to: &Path| {
        for file in std::fs::read_dir(from).unwrap().map(|file| file.unwrap().path()) {
            std::fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
        }
    };
    running.kill();
    put(&rooms, kept);
    let mut hosting = host(at_host.path(), port).running;
    let mut bo = member(at_bo.path(), &address, "Bo");
    bo.say("two");
    bo.hears("two");
    assert_eq!(bo.end().0, 0);
    hosting.hears("two");
    hosting.kill();

    std::fs::remove_dir_all(&rooms).unwrap();
    std::fs::create_dir(&rooms).unwrap();
    put(kept, &rooms);
    let mut hosting = host(at_host.path(), port).running;
    for line in ["another two", "three"] {
        hosting.say(line);
        hosting.wait("sent");
    }
    let mut bo = member(at_bo.path(), &address, "Bo");
    for line in ["another two", "three", "two"] {
        bo.hears(line);
    }
    assert_eq!(bo.end().0, 0);
    hosting.kill();
}

#[test]
fn quitting_does_not_wait_for_a_room_that_is_away() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let join = ["join", &room.address, "--json", "--nick", "Bo"];
    assert_eq!(status(&run(at_bo.path(), &join, b"")), 0);
    room.running.kill();
    let left = run(at_bo.path(), &join, b"for later\n/quit\nnot read any more\n");
    assert_eq!(status(&left), 0);
    let room = host(at_host.path(), room.port);
    assert_eq!(texts(&events(&run(at_bo.path(), &join, b""))), ["for later"]);
    drop(room);
}

#[test]
fn the_status_says_how_it_ended() {
    let data = folder();
    let ended = |arguments: &[&str]| status(&run(data.path(), arguments, b""));
    for done in
        [&["--help"][..], &["--version"], &["host", "--help"], &["join", "--help"], &["history", "--help"]]
    {
        assert_eq!(ended(done), 0, "{done:?}");
    }
    let wrong: [&[&str]; 10] = [
        &["--wat"],
        &["--renderer", "vulkan"],
        &["192.168.1.5"],
        &["hots"],
        &["join"],
        &["join", "999.1.1.1:1"],
        &["join", "hallway://join/9?a=127.0.0.1:1"],
        &["join", "127.0.0.1:1", "--nick", ""],
        &["host", "--port", "70000"],
        &["host", "--name", &"x".repeat(10_000)],
    ];
    for wrong in wrong {
        assert_eq!(ended(wrong), 2, "{wrong:?}");
    }
    assert_eq!(ended(&["history"]), 1, "nothing is kept there");
    assert_eq!(failed(&run(data.path(), &["join", "127.0.0.1:1", "--json"], b"hi\n")), "refused");
}

#[test]
fn wrong_arguments_are_one_sentence_with_the_next_step() {
    let data = folder();
    for (wrong, named) in [
        (&["--bogus"][..], "'--bogus'"),
        (&["host", "--port", "x"], "'x'"),
        (&["join"], "<WHERE>"),
        (&["host", "--guests-classic"], "--text-guests"),
        (&["join", "hallway:"], "cut off"),
    ] {
        let output = run(data.path(), wrong, b"");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((status(&output), said.lines().count()), (2, 1), "{said}");
        assert!(said.starts_with("hallway: ") && said.contains(named) && !said.contains("tip:"), "{said}");
    }
}

#[test]
fn a_data_folder_that_cannot_be_used_is_said() {
    let data = folder();
    let file = data.path().join("file");
    std::fs::write(&file, b"").unwrap();
    for _ in 0..5 {
        assert_eq!(failed(&run(&file, &["join", "127.0.0.1:1", "--json"], b"")), "storage");
    }
    let room = host(data.path(), 0);
    assert_eq!(failed(&run(data.path(), &["join", &room.address, "--json"], b"")), "profile-in-use");
}

#[test]
fn a_taken_port_names_the_next_free_one() {
    let (first, second) = (folder(), folder());
    let room = host(first.path(), 0);
    let port = room.port.to_string();
    let output = run(second.path(), &["host", "--json", "--bind", "127.0.0.1", "--port", &port], b"");
    assert_eq!(failed(&output), "port-taken");
    assert!(String::from_utf8_lossy(&output.stderr).contains("is free"));
}

#[test]
fn a_taken_name_is_said_and_a_free_one_offered() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let output = run(at_bo.path(), &["join", &room.address, "--json", "--nick", "ANA"], b"");
    assert_eq!(failed(&output), "nick-taken");
    assert!(String::from_utf8_lossy(&output.stderr).contains("ANA 2"));
}

#[test]
fn who_is_no_hallway_is_told_nothing() {
    for (words, code) in [(&b"Welcome to this chatroom!"[..], "plain-room"), (b"", "silent")] {
        let (address, heard) = stranger(words);
        let output = run(folder().path(), &["join", &address.to_string(), "--json"], b"a secret\n");
        assert_eq!(failed(&output), code);
        assert_eq!(heard.join().unwrap(), b"");
    }
}

#[test]
fn connections_that_say_nothing_keep_nobody_out() {
    let (at_host, at_bo) = (folder(), folder());
    let room = host(at_host.path(), 0);
    let silent: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(&room.address).unwrap()).collect();
    let output = run(at_bo.path(), &["join", &room.address, "--json"], b"hello\n");
    assert_eq!((status(&output), texts(&events(&output))), (0, vec!["hello"]));
    drop(silent);
}

#[test]
fn a_web_page_gets_no_answer() {
    let data = folder();
    let room = host(data.path(), 0);
    let mut stream = TcpStream::connect(&room.address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    assert_eq!(answer, b"");
}

#[test]
fn another_room_at_a_known_address_is_joined_only_when_that_is_asked_for() {
    let (at_first, at_second, at_bo) = (folder(), folder(), folder());
    let first = host(at_first.path(), 0);
    let (port, address) = (first.port, first.address.clone());
    let join = ["join", &address, "--json"];
    let anew = ["join", &address, "--json", "--new-room"];
    assert_eq!(status(&run(at_bo.path(), &join, b"")), 0);
    first.running.kill();
    let second = host(at_second.path(), port);
    assert_eq!(failed(&run(at_bo.path(), &join, b"")), "other-room");
    assert_eq!(status(&run(at_bo.path(), &anew, b"")), 0);
    assert_eq!(status(&run(at_bo.path(), &join, b"")), 0, "the address is the new room's from then on");
    second.running.kill();
    let _first = host(at_first.path(), port);
    assert_eq!(failed(&run(at_bo.path(), &join, b"")), "other-room", "in both directions");
    assert_eq!(status(&run(at_bo.path(), &anew, b"")), 0);
}
