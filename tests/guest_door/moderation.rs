//! What a host does about guests.

use std::time::{Duration, Instant};

use hallway::session::{Command, Notice, RoomEvent};
use hallway::types::{Audience, Author, GuestRules};

use super::host::{Peer, ROOM, allowed, nick};
use super::wire::{HELLO, Wire};

/// Longer than the door needs to make up its mind.
const A_WHILE: Duration = Duration::from_millis(900);

#[test]
fn guests_may_not_come_in_before_the_host_says_so_and_not_after_it_says_no() {
    let (mut host, port) = Peer::host(None, true);
    let mut early = Wire::open(port);
    let heard = early.until("\r\n");
    assert!(heard.contains("Hallway/1") && !heard.contains("Welcome"), "{heard}");
    let mut rude = Wire::open(port);
    rude.send("hello\n");
    assert_eq!(rude.rest(), "");
    host.ask(Command::SetGuests(ROOM, allowed()));
    host.until("hosting", |peer, _| peer.hosting.as_ref().filter(|hosting| hosting.guests.allowed).map(drop));
    let mut guest = Wire::enter(port);
    host.ask(Command::SetGuests(ROOM, GuestRules::default()));
    assert!(guest.rest().ends_with("* this room takes no guests any more\n"));
    host.guests(0);
    assert!(!Wire::open(port).within(A_WHILE).contains("Welcome"));
}

#[test]
fn who_may_only_read_is_told_at_the_door_and_when_it_speaks() {
    let (_host, port) = Peer::host(Some(GuestRules { read_only: true, ..allowed() }), true);
    let mut guest = Wire::open(port);
    guest.until("You are 127.0.0.1, and can read, not speak. Commands");
    guest.send("hello\n");
    guest.until("* you can read here, and not speak\n");
}

/// Whoever comes from the second address hears that this is no place for it, and what it types is not read. An app
/// would know by the mark that it may come in: a member proves who it is, wherever it comes from.
#[track_caller]
fn kept_out(port: u16) {
    let mut quiet = Wire::from(2, port).unwrap();
    assert!(quiet.until("\r\n").contains("Hallway/1"));
    quiet.send("hello\n");
    assert_eq!(quiet.rest(), "");
    let mut talkative = Wire::from(2, port).unwrap();
    talkative.send("hello\n");
    assert_eq!(talkative.rest(), "");
}

#[test]
fn an_address_that_is_kept_out_has_no_guests_even_after_the_room_was_closed_and_opened() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let (Some(mut two), Some(mut three)) = (Wire::from(2, port), Wire::from(3, port)) else { return };
    two.enters();
    three.enters();
    host.guests(2);
    host.ask(Command::RemoveGuest(ROOM, nick("127.0.0.2"), true));
    assert!(two.rest().ends_with("* the host sent you away\n"));
    kept_out(port);
    three.send("still here\n");
    host.hears("still here");
    let kept = |peer: &Peer| peer.hosting.as_ref().is_some_and(|hosting| !hosting.guests.kept_out.is_empty());
    if !kept(&host) {
        host.until("hosting", |peer, _| kept(peer).then_some(()));
    }
    let mut host = Peer::with(host.end());
    let port = host.open("Lunch", None, true);
    assert!(host.hosting.as_ref().unwrap().guests.allowed, "as it was");
    kept_out(port);
    let mut again = Wire::from(3, port).unwrap();
    assert!(again.until("still here\n").starts_with(&HELLO.replace("127.0.0.1", "127.0.0.3")));
}

#[test]
fn what_is_asked_in_a_hurry_holds_and_is_kept_all_of_it() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let Some(mut two) = Wire::from(2, port) else { return };
    two.enters();
    host.guests(1);
    host.ask(Command::RemoveGuest(ROOM, nick("127.0.0.2"), true));
    host.ask(Command::SetGuests(ROOM, GuestRules::default()));
    let read_only = GuestRules { read_only: true, ..GuestRules::default() };
    host.ask(Command::SetGuests(ROOM, read_only.clone()));
    let all = GuestRules { kept_out: vec!["127.0.0.2".parse().unwrap()], ..read_only };
    host.until("the last rules", |peer, _| {
        peer.hosting.as_ref().filter(|hosting| hosting.guests == all).map(drop)
    });
    let mut host = Peer::with(host.end());
    host.open("Lunch", None, true);
    assert_eq!(host.hosting.as_ref().unwrap().guests, all);
    let mut host = Peer::with(host.end());
    let port = host.open("Lunch", Some(allowed()), true);
    let asked = GuestRules { kept_out: all.kept_out, ..allowed() };
    assert_eq!(host.hosting.as_ref().unwrap().guests, asked, "the form does not know who was kept out");
    kept_out(port);
    host.ask(Command::LetIn(ROOM, "127.0.0.2".parse().unwrap()));
    host.until("nobody kept out", |peer, _| {
        peer.hosting.as_ref().filter(|hosting| hosting.guests == allowed()).map(drop)
    });
    Wire::from(2, port).unwrap().enters();
}

#[test]
fn a_guest_that_is_sent_away_may_come_back() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::enter(port);
    host.ask(Command::RemoveGuest(ROOM, nick("127.0.0.1"), false));
    assert!(guest.rest().ends_with("* the host sent you away\n"));
    let mut again = Wire::enter(port);
    again.send("back\n");
    assert_eq!(host.hears("back").author, Author::Guest);
    again.send("/quit\n");
    assert!(again.rest().ends_with("* goodbye\n"));
}

#[test]
fn the_host_is_told_where_there_is_no_guest_to_send_away() {
    let (mut host, _port) = Peer::host(Some(allowed()), true);
    host.ask(Command::RemoveGuest(ROOM, nick("127.0.0.1#100"), false));
    host.until("no such guest", |_, event| {
        let expected = RoomEvent::Notice(Notice::NoSuchGuest(nick("127.0.0.1#100")));
        (*event == expected).then_some(())
    });
}

#[test]
fn the_rules_change_while_guests_are_there() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::enter(port);
    guest.send([b"caf\xe9 ".as_slice(), b"in Latin\n"].concat());
    host.hears("café in Latin");
    let encoding = "koi8-r".parse().unwrap();
    host.ask(Command::SetGuests(ROOM, GuestRules { encoding, ..allowed() }));
    host.until("hosting", |peer, _| {
        peer.hosting.as_ref().filter(|hosting| hosting.guests.encoding == encoding).map(drop)
    });
    // The room's own queue keeps the order: what is asked behind the change is read by it.
    guest.send("/who\n");
    guest.until("* here");
    guest.send(b"\xf0\xd2\xc9\xd7\xc5\xd4\n");
    host.hears("Привет");
}

#[test]
fn a_room_that_closes_says_so_to_its_guests() {
    let (host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::enter(port);
    host.end();
    assert!(guest.rest().ends_with("* the host closed the room\n"));
}

#[test]
fn many_from_one_address_are_slowed_together_and_all_arrive() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guests: Vec<Wire> = (0..100).map(|_| Wire::open(port)).collect();
    for guest in &mut guests {
        guest.until("/help\n");
    }
    let began = Instant::now();
    for (number, guest) in guests.iter_mut().enumerate() {
        guest.send(format!("I am {number}\n"));
    }
    (0..100).for_each(|number| drop(host.hears(&format!("I am {number}"))));
    let needed = began.elapsed();
    assert!(needed >= Duration::from_secs(1), "{needed:?}");
    let mut slowed =
        guests.iter_mut().map(|guest| guest.within(Duration::from_millis(10)).contains("slowly"));
    assert!(slowed.any(|told| told));
}

#[test]
fn a_guest_that_is_removed_reads_what_was_said_before() {
    let (mut host, port) = Peer::host(Some(allowed()), false);
    let mut guest = Wire::narrow(port);
    guest.enters();
    // More than the systems on both sides hold, and fewer lines than wait for a guest.
    let line = |number: usize| format!("{number} {}", "x".repeat(16_000));
    for number in 1..=400 {
        host.say(&line(number), Audience::Everyone);
        if number % 40 == 0 {
            host.hears(&line(number));
        }
    }
    host.ask(Command::RemoveGuest(ROOM, nick("127.0.0.1"), false));
    let heard = guest.rest();
    let tail = &heard[heard.len().saturating_sub(200)..];
    assert!(heard.contains("<Ana> 400 ") && !heard.contains("skipped"), "{tail}");
    assert!(heard.lines().last().is_some_and(|line| line.starts_with("* ")), "{tail}");
}
