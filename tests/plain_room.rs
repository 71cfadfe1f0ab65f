//! Rooms of plain text from outside: the real binary in rooms that the classic exercise's server and ncat keep.
//!
//! Every byte that those servers are sent is written down on the way: nothing but what was typed may be among them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Output;

use serde_json::Value;

#[path = "plain/ncat.rs"]
mod ncat;
#[expect(dead_code, reason = "shared with the tests of other programs")]
#[path = "programs/program.rs"]
mod program;
#[path = "seed/proxy.rs"]
mod proxy;
#[expect(dead_code, reason = "shared with the tests of the command line")]
#[path = "headless/running.rs"]
mod running;
#[path = "seed/seed.rs"]
mod seed;

use ncat::Ncat;
use proxy::Proxy;
use running::{Running, folder, hallway, host_with, is};
use seed::{Client, Copy, server};

fn join(data: &std::path::Path, address: SocketAddr) -> Running {
    let mut running =
        Running::start(data, &["join", &address.to_string(), "--plain", "--json", "--nick", "Ana"]);
    let online = running.wait("online");
    assert_eq!(
        (&online["trust"], &online["me"], &online["room"]),
        (&"open".into(), &"Ana".into(), &address.to_string().into())
    );
    running
}

/// Runs to the end with `input` as standard input.
fn run(data: &std::path::Path, arguments: &[&str], input: &[u8]) -> (i32, Vec<Value>) {
    let mut child = hallway(data, arguments).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let Output { status, stdout, .. } = child.wait_with_output().unwrap();
    let lines = String::from_utf8(stdout).unwrap();
    (status.code().unwrap(), lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The messages among `events`, as number, author and text.
fn said(events: &[Value]) -> Vec<(u64, &str, &str)> {
    let messages = events.iter().filter(|event| is(event, "message"));
    messages
        .map(|event| {
            (
                event["seq"].as_u64().unwrap(),
                event["author"].as_str().unwrap(),
                event["text"].as_str().unwrap(),
            )
        })
        .collect()
}

/// The code with which it failed, if it did.
fn failed(events: &[Value]) -> &str {
    events.iter().find(|event| is(event, "failed")).expect("it failed")["code"].as_str().unwrap()
}

fn history(data: &std::path::Path) -> Vec<Value> {
    let (status, events) = run(data, &["history", "--json"], b"");
    assert_eq!(status, 0);
    events
}

#[test]
fn without_being_asked_for_plain_text_nothing_is_sent_to_anybodys_room() {
    let seed = Proxy::start(server(Copy::Exact));
    let servers = [Ncat::start("--chat"), Ncat::start("--broker")];
    let chats: Vec<Proxy> = servers.iter().flatten().map(|ncat| Proxy::start(ncat.address)).collect();
    for proxy in std::iter::once(&seed).chain(&chats) {
        let (status, events) =
            run(folder().path(), &["join", &proxy.address.to_string(), "--json"], b"a secret\n");
        assert_eq!(status, 1);
        assert!(["plain-room", "silent"].contains(&failed(&events)), "{events:?}");
        assert_eq!(String::from_utf8_lossy(&proxy.sent()), "");
    }
}

#[test]
fn in_the_exercises_room_everybody_reads_everybody_and_only_lines_are_sent() {
    let (proxy, data) = (Proxy::start(server(Copy::Exact)), folder());
    let mut other = Client::connect(proxy.address);
    other.hears("Welcome to this chatroom!");
    let own = Proxy::start(proxy.address);
    let mut ana = join(data.path(), own.address);
    for line in ["one", "zwei: grüße 😀", "//three", "four"] {
        ana.say(line);
    }
    other.hears("<127.0.0.1> one\n<127.0.0.1> zwei: grüße 😀\n<127.0.0.1> /three\n<127.0.0.1> four\n");
    other.says("hello");
    let hello = ana.hears("hello");
    assert_eq!((&hello["author"], &hello["author_key"]), (&"127.0.0.1".into(), &Value::Null));
    other.says("a\nb\n");
    ana.hears("b");
    let (status, events) = ana.end();
    assert_eq!(status, 0);
    let lines = ["one", "zwei: grüße 😀", "/three", "four"];
    let mut expected: Vec<(u64, &str, &str)> =
        (1..).zip(lines).map(|(seq, text)| (seq, "Ana", text)).collect();
    expected.extend([(5, "127.0.0.1", "hello"), (6, "127.0.0.1", "a"), (7, "127.0.0.1", "b")]);
    assert_eq!(said(&events), expected);
    assert!(!events.iter().any(|event| is(event, "sent")), "such a room confirms nothing");
    assert_eq!(events.iter().filter(|event| is(event, "pending")).count(), 4);
    assert_eq!(String::from_utf8(own.sent()).unwrap(), "one\nzwei: grüße 😀\n/three\nfour\n");
    assert_eq!(said(&history(data.path())), expected);
}

#[test]
fn a_script_leaves_after_its_last_line_was_written_and_numbers_go_on_at_the_next_start() {
    let (proxy, data) = (Proxy::start(server(Copy::Exact)), folder());
    let address = proxy.address.to_string();
    let arguments = ["join", &address, "--plain", "--json", "--nick", "Ana"];
    let long = "é".repeat(2_500);
    let (status, events) = run(data.path(), &arguments, format!("one\n{long}\nlast").as_bytes());
    assert_eq!(status, 0);
    let sent = String::from_utf8(proxy.sent()).unwrap();
    let lines: Vec<&str> = sent.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[4]), (5, "one", "last"));
    assert!(lines.iter().all(|line| line.len() < 2_000), "short enough to be relayed in one piece");
    assert_eq!(sent.matches('é').count(), 2_500);
    assert_eq!(said(&events).len(), 5);
    let (status, events) = run(data.path(), &arguments[..4], b"again\n");
    assert_eq!((status, said(&events)), (0, vec![(7, "Ana", "again")]), "under the name from before");
    let history = history(data.path());
    assert_eq!(said(&history).len(), 6);
    for events in [&events, &history] {
        let gap = events.iter().find(|event| is(event, "gap")).expect("what was said meanwhile is not here");
        assert_eq!((&gap["after"], &gap["before"]), (&5.into(), &7.into()));
    }
}

#[test]
fn what_the_exercises_server_tears_is_put_together() {
    let (address, data) = (server(Copy::Exact), folder());
    let mut other = Client::connect(address);
    let mut ana = join(data.path(), address);
    other.hears("Welcome");
    for length in [2_047, 2_048, 2_049, 4_096, 5_001] {
        let line = "x".repeat(length);
        other.says(format!("{line}\n"));
        ana.hears(&line);
    }
}

#[test]
fn a_room_that_was_lost_is_found_again_with_a_gap_and_what_was_said_meanwhile_goes_out_once() {
    let (seed, data) = (server(Copy::Exact), folder());
    let proxy = Proxy::start(seed);
    let mut other = Client::connect(seed);
    let mut ana = join(data.path(), proxy.address);
    ana.say("before");
    other.hears("before");
    // With the one it has read the other, which waits for its end and is not shown so far.
    other.says("whole\ntorn");
    ana.hears("whole");
    proxy.cut();
    assert_eq!(ana.wait("offline")["code"], "lost");
    other.says("not heard\n");
    ana.say("meanwhile");
    ana.wait("pending");
    proxy.mend();
    ana.wait("online");
    other.hears("<127.0.0.1> meanwhile\n");
    other.says("after\n");
    ana.hears("after");
    let (status, events) = ana.end();
    assert_eq!(status, 0);
    let expected = [
        (1, "Ana", "before"),
        (2, "127.0.0.1", "whole"),
        (3, "127.0.0.1", "torn"),
        (5, "Ana", "meanwhile"),
        (6, "127.0.0.1", "after"),
    ];
    assert_eq!(said(&events), expected);
    assert_eq!(String::from_utf8(proxy.sent()).unwrap(), "before\nmeanwhile\n");
    for events in [&events, &history(data.path())] {
        let gap = events.iter().find(|event| is(event, "gap")).expect("a gap");
        assert_eq!((&gap["after"], &gap["before"]), (&3.into(), &5.into()));
    }
}

#[test]
fn a_way_that_is_cut_is_reset_and_does_not_end_in_good_order() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(silent.local_addr().unwrap());
    let mut client = TcpStream::connect(proxy.address).unwrap();
    let (mut server, _) = silent.accept().unwrap();
    client.write_all(b"to").unwrap();
    server.write_all(b"fro").unwrap();
    let mut bytes = [0; 3];
    server.read_exact(&mut bytes[..2]).unwrap();
    client.read_exact(&mut bytes).unwrap();
    proxy.cut();
    for end in [&mut client, &mut server] {
        assert_eq!(end.read(&mut bytes).unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}

#[test]
fn a_first_contact_that_fails_ends_it_and_what_was_typed_is_given_back() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let data = folder();
    let (status, events) = run(data.path(), &["join", &nobody, "--plain", "--json"], b"hi\n");
    assert_eq!((status, failed(&events)), (1, "refused"));
    assert_eq!(run(data.path(), &["history"], b"").0, 1, "nothing is kept of it");
}

#[test]
fn a_room_in_which_nobody_has_spoken_is_found_again_too() {
    let (silent, data) = (TcpListener::bind("127.0.0.1:0").unwrap(), folder());
    let mut ana = join(data.path(), silent.local_addr().unwrap());
    drop(silent.accept().unwrap());
    assert_eq!(ana.wait("offline")["code"], "lost");
    ana.wait("online");
    let (mut stream, _) = silent.accept().unwrap();
    ana.say("anybody?");
    let mut heard = [0; 9];
    stream.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"anybody?\n");
    let (status, events) = ana.end();
    assert_eq!((status, said(&events)), (0, vec![(1, "Ana", "anybody?")]));
}

#[test]
fn a_server_that_sends_everything_back_doubles_nothing_but_the_first_line() {
    let (address, data) = (server(Copy::Echoes), folder());
    let mut ana = join(data.path(), address);
    let mut other = Client::connect(address);
    other.hears("Welcome");
    for line in ["one", "two", "three"] {
        ana.say(line);
        other.hears(&format!("<127.0.0.1> {line}\n"));
    }
    other.says("three\n");
    other.hears("<127.0.0.1> three\n");
    other.says("theirs\n");
    ana.hears("theirs");
    let (_, events) = ana.end();
    let said: Vec<_> = said(&events).into_iter().map(|(_, author, text)| (author, text)).collect();
    let me = |text| ("Ana", text);
    let there = |text| ("127.0.0.1", text);
    let expected = [me("one"), me("two"), me("three"), there("three"), there("theirs")];
    assert_eq!(said, expected);
}

#[test]
fn a_chat_of_ncat_arrives_whole_with_those_who_are_there() {
    let Some(chat) = Ncat::start("--chat") else { return };
    let (proxy, data) = (Proxy::start(chat.address), folder());
    let mut other = Client::connect(chat.address);
    other.hears("already connected: nobody.\n");
    let mut ana = join(data.path(), proxy.address);
    other.says("café 😀\n");
    let heard = ana.hears("café 😀");
    assert!(heard["author"].as_str().unwrap().starts_with("user"), "{heard}");
    ana.say("grüße");
    other.hears("gr\\303\\274\\303\\237e\n");
    let mut third = Client::connect(chat.address);
    let came = ana.wait("joined")["name"].clone();
    third.says("no end");
    assert_eq!(ana.hears("no end")["author"], came);
    third.leaves();
    assert_eq!(ana.wait("left")["name"], came);
    let (status, events) = ana.end();
    assert_eq!((status, said(&events).len()), (0, 3), "what is announced is no message");
    assert_eq!(String::from_utf8(proxy.sent()).unwrap(), "grüße\n");
}

#[test]
fn a_broker_of_ncat_has_somebody_in_it() {
    let Some(broker) = Ncat::start("--broker") else { return };
    let (proxy, data) = (Proxy::start(broker.address), folder());
    let mut ana = join(data.path(), proxy.address);
    let mut other = Client::connect(broker.address);
    ana.say("anybody?");
    // Who comes while it is said may miss it: a broker keeps nothing.
    other.says("here\n");
    assert_eq!(ana.hears("here")["author"], "somebody");
    ana.say("café 😀");
    other.hears("café 😀\n");
    assert_eq!(ana.end().0, 0);
    assert_eq!(String::from_utf8(proxy.sent()).unwrap(), "anybody?\ncafé 😀\n");
}

#[test]
fn a_room_of_hallway_that_takes_guests_can_be_joined_as_plain_text() {
    let (at_host, data) = (folder(), folder());
    let mut room = host_with(at_host.path(), 0, &["--text-guests"]);
    let mut ana = join(data.path(), room.address.parse().unwrap());
    room.running.wait("guests");
    room.running.say("who is <127.0.0.1> there");
    assert_eq!(ana.hears("who is <127.0.0.1> there")["author"], "Ana");
    ana.say("only me");
    assert_eq!(room.running.hears("only me")["guest"], true);
    assert_eq!(ana.end().0, 0);
}

#[test]
fn an_invite_is_never_taken_as_plain_text_and_an_address_may_be_both() {
    let (at_host, data) = (folder(), folder());
    let room = host_with(at_host.path(), 0, &[]);
    let (status, events) = run(data.path(), &["join", &room.invite, "--plain", "--json"], b"a secret\n");
    assert_eq!((status, failed(&events)), (1, "other"));
    let seed = Proxy::start(server(Copy::Exact));
    let address = seed.address.to_string();
    assert_eq!(run(data.path(), &["join", &address, "--plain", "--json"], b"plain\n").0, 0);
    let (status, events) = run(data.path(), &["join", &address, "--json"], b"a secret\n");
    assert_eq!((status, failed(&events)), (1, "plain-room"), "also where it is known");
    assert_eq!(String::from_utf8(seed.sent()).unwrap(), "plain\n");
}
