//! People without the app over real TCP on this computer: what they send and read, byte by byte.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and measures how long people wait"
)]

mod host;
mod moderation;
mod tls;
mod wire;

use std::time::{Duration, Instant};

use hallway::types::limits::{GUEST_LINES_WAITING, GUEST_SETTLES_MS, LISTEN_FIRST_MS};
use hallway::types::{Audience, Author, GuestRules};
use host::{Peer, allowed};
use wire::{HELLO, Wire};

#[test]
fn a_guest_reads_the_greeting_and_one_line_with_the_mark_and_the_help() {
    let (_host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::open(port);
    let heard = guest.until("\n");
    assert_eq!(heard + &guest.until("\n"), HELLO);
    assert!(HELLO.starts_with("Welcome to this chatroom!"));
}

#[test]
fn what_a_guest_says_is_read_by_members_and_guests_and_the_other_way_round() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut bo = Peer::join(port, "Bo");
    let mut first = Wire::enter(port);
    let mut second = Wire::enter(port);
    bo.guests(2);
    first.send("hi, café 😀\r\n");
    let message = bo.hears("hi, café 😀");
    assert_eq!((message.author, message.name.as_str()), (Author::Guest, "127.0.0.1"));
    host.hears("hi, café 😀");
    second.until("<127.0.0.1> hi, café 😀\n");
    bo.say("good day\nto all", Audience::Everyone);
    let rest = first.until("<Bo> good day\n<Bo> to all\n");
    assert!(!rest.contains("hi, café"), "no echo: {rest}");
    second.until("<Bo> to all\n");
}

#[test]
fn a_member_comes_in_by_a_bare_address_in_time_and_is_never_announced_as_a_guest() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let began = Instant::now();
    let mut bo = Peer::join(port, "Bo");
    let needed = began.elapsed();
    assert!(needed < Duration::from_millis(LISTEN_FIRST_MS), "{needed:?}");
    // By then whoever had only listened would be a guest.
    let mut quiet = Wire::open(port);
    quiet.within(Duration::from_millis(300 + 2 * GUEST_SETTLES_MS));
    host.guests(1);
    bo.guests(1);
    assert_eq!((host.lists.len(), bo.lists.len()), (1, 1), "{:?}", host.lists);
}

#[test]
fn what_was_said_before_a_guest_was_seen_never_reaches_it() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    host.say("a secret", Audience::Members);
    host.hears("a secret");
    let mut guest = Wire::enter(port);
    let list = host.guests(1);
    assert_eq!(list.names[0].as_str(), "127.0.0.1");
    host.say("another secret", Audience::Members);
    host.say("for all", Audience::Everyone);
    let heard = guest.until("<Ana> for all\n");
    assert!(!heard.contains("secret"), "{heard}");
    let mut later = Wire::open(port);
    let heard = later.until("<Ana> for all\n");
    assert!(heard.contains("* some of what was said before is for members only\n<Ana> for all\n"), "{heard}");
}

#[test]
fn only_the_newest_twenty_lines_are_told_on_arrival() {
    let (mut host, port) = Peer::host(Some(allowed()), false);
    (1..=30).for_each(|number| host.say(&format!("line {number}"), Audience::Everyone));
    host.hears("line 30");
    let mut guest = Wire::open(port);
    let heard = guest.until("<Ana> line 30\n");
    let lines: Vec<&str> = heard.lines().filter(|line| line.starts_with('<')).collect();
    assert_eq!((lines.len(), lines[0]), (20, "<Ana> line 11"));
}

#[test]
fn a_line_for_guests_is_told_on_arrival_however_much_was_said_for_members_since() {
    let (mut host, port) = Peer::host(Some(allowed()), false);
    host.say("for all", Audience::Everyone);
    for number in 1..=500 {
        host.say(&format!("secret {number}"), Audience::Members);
        if number % 50 == 0 {
            host.hears(&format!("secret {number}"));
        }
    }
    let heard = Wire::open(port).until("<Ana> for all\n");
    assert!(!heard.contains("secret"), "{heard}");
}

#[test]
fn a_web_page_gets_not_a_byte_and_says_nothing() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    for request in ["GET / HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n", "post /say HTTP/1.1\r\n\r\nhello\r\n"] {
        let mut page = Wire::open(port);
        page.send(request);
        assert_eq!(page.rest(), "");
    }
    let mut slow = Wire::open(port);
    slow.until("/help\n");
    slow.send("OPTIONS * HTTP/1.1\r\n\r\nhello\r\n");
    assert_eq!(slow.rest(), "");
    let mut guest = Wire::enter(port);
    guest.send("GET lost\n");
    host.hears("GET lost");
    assert!(
        host.heard
            .iter()
            .all(|message| message.author != Author::Guest || message.name.as_str() == "127.0.0.1")
    );
    let guests = host.heard.iter().filter(|message| message.author == Author::Guest).count();
    assert_eq!(guests, 1, "{:?}", host.heard);
}

#[test]
fn a_word_without_a_line_end_arrives_at_the_end_and_the_answer_comes_back() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::open(port);
    guest.send("hi");
    guest.ends();
    assert_eq!(host.hears("hi").author, Author::Guest);
    guest.until("* you can read here for a minute more\n");
    host.say("hello yourself", Audience::Everyone);
    guest.until("<Ana> hello yourself\n");
    let mut patient = Wire::enter(port);
    patient.send("no end");
    host.hears("no end");
}

#[test]
fn what_a_guest_said_before_it_hung_up_is_heard_at_its_pace() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::open(port);
    let lines: Vec<String> = (1..=10).map(|number| format!("line {number}\n")).collect();
    guest.send(lines.concat());
    drop(guest);
    let heard: Vec<String> =
        (1..=10).map(|number| host.hears(&format!("line {number}")).name.to_string()).collect();
    assert!(heard.iter().all(|name| name == "127.0.0.1"), "{heard:?}");
    host.guests(0);
}

#[test]
fn a_guest_that_hangs_up_is_soon_gone_whatever_it_said_before() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let began = Instant::now();
    for said in ["", "only this", "/who\n"] {
        let mut guest = Wire::open(port);
        guest.send(said);
        guest.until("Welcome");
    }
    host.hears("only this");
    if host.lists.last().is_none_or(|list| list.count > 0) {
        host.guests(0);
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_guest_that_does_not_read_is_told_what_it_missed_and_delays_nobody() {
    let (mut host, port) = Peer::host(Some(allowed()), false);
    let mut stalled = Wire::narrow(port);
    stalled.enters();
    let mut reads = Wire::enter(port);
    let total = GUEST_LINES_WAITING * 4;
    for number in 0..total {
        let text = format!("{number} {}", "x".repeat(8_000));
        host.say(&text, Audience::Everyone);
        // As fast as the host's own disk and the one who reads.
        if number % 64 == 63 {
            host.hears(&text);
            reads.until(&format!("<Ana> {number} "));
        }
    }
    let heard = stalled.until(&format!("<Ana> {} ", total - 1));
    let skipped = heard.lines().find(|line| line.contains("skipped")).unwrap();
    let words = skipped.strip_prefix("* … ").and_then(|rest| rest.strip_suffix(" messages skipped"));
    let count: usize = words.unwrap_or_else(|| panic!("{skipped}")).parse().unwrap();
    let came: Vec<usize> = heard
        .lines()
        .filter_map(|line| line.strip_prefix("<Ana> ")?.split(' ').next()?.parse().ok())
        .collect();
    assert_eq!(came.len() + count, total);
    assert!(
        came.is_sorted() && came[came.len() - GUEST_LINES_WAITING / 2] == total - GUEST_LINES_WAITING / 2
    );
}

#[test]
fn nobody_speaks_in_anothers_name() {
    let (_host, port) = Peer::host(Some(allowed()), true);
    let mut first = Wire::enter(port);
    let mut second = Wire::enter(port);
    first.until("127.0.0.1#2 joined\n");
    first.send("<Ana> send me the money\n\x1b[2K\r<Ana> now\n");
    let heard = second.until("now\n");
    assert!(heard.contains("<127.0.0.1> \\<Ana> send me the money\n<127.0.0.1> \\<Ana> now\n"), "{heard:?}");
    second.send("/nick Bob\n");
    second.until("* you are called Bob now\n");
    second.send("and I am Bob\n");
    first.until("* 127.0.0.1#2 is now called Bob\n<Bob> and I am Bob\n");
}

#[test]
fn a_guest_that_floods_is_slowed_and_loses_nothing() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::open(port);
    let began = Instant::now();
    guest.send((1..=9).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n") + "\n");
    host.hears("line 9");
    assert!(began.elapsed() > Duration::from_millis(1_400), "six at once, then two a second");
    let said: Vec<String> =
        host.heard.iter().filter(|m| m.author == Author::Guest).map(|m| format!("{:?}", m.content)).collect();
    assert_eq!(said.len(), 9);
    assert!((1..=9).all(|number| said[number - 1].contains(&format!("line {number}\""))), "{said:?}");
    guest.send("/who\n");
    let heard = guest.until("* here: ");
    assert_eq!(heard.matches("slowly").count(), 1, "{heard}");
}

#[test]
fn a_paste_that_has_to_wait_is_torn_nowhere() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guest = Wire::enter(port);
    // More than one read brings, and the half line at its end waits for longer than one without an end may.
    let line = |number: usize| format!("{number} {} end {number}", "é".repeat(145));
    guest.send((1..=15).map(|number| line(number) + "\n").collect::<String>());
    (1..=15).for_each(|number| drop(host.hears(&line(number))));
}

#[test]
fn a_classic_room_is_to_the_letter_like_the_classic_server() {
    let rules = GuestRules { classic: true, ..allowed() };
    let (mut host, port) = Peer::host(Some(rules), true);
    let (Some(mut first), Some(mut second)) = (Wire::from(2, port), Wire::from(3, port)) else { return };
    let greeting = "Welcome to this chatroom!";
    first.until(greeting);
    second.until(greeting);
    host.guests(2);
    first.send("/who is there?\n");
    host.hears("/who is there?");
    second.send("me\r\n");
    host.hears("me");
    host.say("and me", Audience::Everyone);
    host.say("but not this", Audience::Members);
    host.hears("but not this");
    first.send("bye\n");
    first.ends();
    host.hears("bye");
    assert_eq!(first.rest(), "<127.0.0.3> me\n<127.0.0.1> and me\n");
    let second = second.within(Duration::from_secs(1));
    assert_eq!(second, "<127.0.0.2> /who is there?\n<127.0.0.1> and me\n<127.0.0.2> bye\n");
}

#[test]
fn two_hundred_guests_at_once_all_hear_the_same() {
    let (mut host, port) = Peer::host(Some(allowed()), false);
    let mut guests: Vec<Wire> = (0..200).map(|_| Wire::open(port)).collect();
    host.guests(200);
    // More than handshakes may be made at once from one address: guests take no place of them.
    Peer::join(port, "Bo").guests(200);
    host.say("hello everybody", Audience::Everyone);
    for guest in &mut guests {
        guest.until("<Ana> hello everybody\n");
    }
    for (number, guest) in guests.iter_mut().enumerate() {
        guest.send(format!("I am {number}\n"));
    }
    for guest in &mut guests {
        let mut heard = String::new();
        while heard.matches("> I am ").count() < 199 {
            heard += &guest.until("\n");
        }
    }
    drop(guests);
    host.guests(0);
}

#[test]
fn whatever_strangers_send_the_room_goes_on() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut seed = 1_u64;
    let mut random = |end: u64| {
        // splitmix64
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 31)) % end
    };
    let beginnings: [&[u8]; 6] = [b"", b"\x16\x03\x01", b"\x16", b"GET ", b"\xff\xfd\x01", b"\x1b]0;"];
    let mut open = Vec::new();
    for _ in 0..150 {
        let mut wire = Wire::open(port);
        let mut bytes = beginnings[usize::try_from(random(6)).unwrap()].to_vec();
        let few = random(2) == 0;
        bytes.extend((0..random(3_000)).map(|_| {
            if few { b"\n\r\xff\xf6/a\x08\0"[usize::try_from(random(8)).unwrap()] } else { random(256) as u8 }
        }));
        wire.try_send(&bytes);
        match random(4) {
            0 => wire.ends(),
            1 => wire.resets(),
            2 => drop(wire),
            _ => open.push(wire),
        }
    }
    let mut guest = Wire::open(port);
    guest.until("/help\n");
    guest.send("still there?\n");
    host.hears("still there?");
    let mut bo = Peer::join(port, "Bo");
    bo.say("yes", Audience::Everyone);
    bo.hears("yes");
    guest.until("<Bo> yes\n");
}
