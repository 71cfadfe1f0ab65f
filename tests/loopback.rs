//! Whole backgrounds over real TCP on this computer: the window's commands in, its events out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "loopback/back.rs"]
mod back;
#[path = "loopback/damage.rs"]
mod damage;
#[path = "loopback/keeping.rs"]
mod keeping;
#[path = "loopback/meddled.rs"]
mod meddled;
#[path = "loopback/moving.rs"]
mod moving;
#[path = "loopback/password.rs"]
mod password;
#[path = "loopback/peer.rs"]
mod peer;
#[cfg(unix)]
#[path = "loopback/private.rs"]
mod private;
#[path = "loopback/wire.rs"]
mod wire;

use std::sync::mpsc::sync_channel;

use hallway::session::{
    Command, Event, Failure, FindAsk, FindRef, JoinAsk, PageAsk, RoomEvent, RoomRef, Session, Setup, Trust,
};
use hallway::types::limits::FIRST_JOIN_ENTRIES;
use hallway::types::{FindOrder, Query, Seq};
use peer::{PATIENCE, Peer, ROOM, host_ask, join_ask, kept};

#[test]
fn what_many_members_say_has_one_order_everywhere() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut members: Vec<Peer> = (0..5).map(|_| Peer::start()).collect();
    for (number, member) in members.iter_mut().enumerate() {
        member.join(&format!("Member {number}"), port);
        assert_eq!(member.online().trust, Trust::FirstVisit);
    }
    for line in 0..10 {
        for member in &members {
            member.say(&format!("line {line}"));
        }
    }
    let truth = host.posts(50);
    for member in &mut members {
        assert_eq!(member.posts(50), truth);
    }
    let profile = host.end();
    assert_eq!(kept(profile.path()), truth);
    let copy = members.pop().map(Peer::end).unwrap();
    assert_eq!(kept(copy.path()), truth);
}

#[test]
fn a_first_visit_shows_the_newest_and_fetches_the_rest_silently() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    for line in 0..260 {
        host.say(&format!("line {line}"));
        if line % 50 == 49 {
            host.posts(line + 1);
        }
    }
    let truth = host.posts(260);
    let mut member = Peer::start();
    member.join("Bo", port);
    let (after, before) = member.wait_room("a gap", |event| match event {
        RoomEvent::Gap { after, before } => Some((*after, *before)),
        _ => None,
    });
    assert_eq!(after, Seq::START);
    let first = member.posts(FIRST_JOIN_ENTRIES - 5);
    assert!(first.iter().all(|(seq, _)| *seq >= before));
    // Whoever scrolls up is answered when it is here.
    member.ask(Command::Page(ROOM, PageAsk::Before(before)));
    let page = member.wait_room("a page", |event| match event {
        RoomEvent::Page(page) => Some(page.clone()),
        _ => None,
    });
    assert!(page.at_start && page.messages.last().is_some_and(|last| last.seq.next() == before));
    let copy = member.end();
    assert_eq!(kept(copy.path()), truth);
}

#[test]
fn what_was_still_missing_comes_the_next_time_without_a_word_being_said() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    for line in 0..1_000 {
        host.say(&format!("line {line}"));
        if line % 50 == 49 {
            host.posts(line + 1);
        }
    }
    let truth = host.posts(1_000);
    let mut member = Peer::start();
    member.join("Bo", port);
    member.posts(1);
    let profile = member.end();
    assert!(kept(profile.path()).len() < truth.len(), "it left before all of it was here");
    let mut member = Peer::with(profile);
    member.join("Bo", port);
    member.online();
    loop {
        member.ask(Command::Page(ROOM, PageAsk::Around(Seq::START)));
        let first = member.wait_room("a page", |event| match event {
            RoomEvent::Page(page) => Some(page.messages.first().map(|first| first.prev)),
            _ => None,
        });
        if first == Some(Seq::START) {
            break;
        }
    }
    let copy = member.end();
    assert_eq!(kept(copy.path()), truth);
}

#[test]
fn members_come_back_by_themselves_and_hear_what_they_missed() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut member = Peer::start();
    member.join("Bo", port);
    member.online();
    host.say("before");
    member.posts(1);
    let profile = host.end();
    let closed = member.wait_room("offline", |event| match event {
        RoomEvent::Offline(failure, _) => Some(failure.clone()),
        _ => None,
    });
    assert_eq!(closed, Failure::RoomClosed);
    member.say("said while nobody was there");
    let mut host = Peer::with(profile);
    assert_eq!(host.host("Lunch", port), port);
    host.say("after");
    member.online();
    assert_eq!(member.posts(3).len(), 3);
    assert_eq!(host.posts(2).len(), 2);
    let (copy, truth) = (member.end(), host.end());
    assert_eq!(kept(copy.path()), kept(truth.path()));
}

#[test]
fn each_failure_is_its_own() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut other = Peer::start();
    other.join("hana", port);
    let free = other.wait_room("a free name", |event| match event {
        RoomEvent::NickTaken { free, .. } => Some(free.clone()),
        _ => None,
    });
    other.ask(Command::Rename(ROOM, free.clone()));
    assert_eq!(other.online().me, free);

    host.ask(Command::SetCapacity(ROOM, 2));
    host.wait_room("the new capacity", |event| matches!(event, RoomEvent::Hosting(_)).then_some(()));
    let mut third = Peer::start();
    third.join("Cy", port);
    assert_eq!(third.failure(), Failure::RoomFull);

    let mut second_host = Peer::start();
    second_host.ask(Command::Host(ROOM, host_ask("Other", port)));
    assert!(matches!(second_host.failure(), Failure::PortTaken { next: Some(_), .. }));

    host.end();
    let mut fourth = Peer::start();
    fourth.join("Di", port);
    assert!(matches!(fourth.failure(), Failure::Refused(_)));
}

#[test]
fn another_room_at_a_known_address_is_asked_about_and_joined_when_wanted() {
    let mut first = Peer::start();
    let port = first.host("Lunch", 0);
    let mut member = Peer::start();
    member.join("Bo", port);
    let known = member.online();
    let profile = member.end();
    first.end();
    let mut second = Peer::start();
    assert_eq!(second.host("Lunch", port), port);
    let mut member = Peer::with(profile);
    member.join("Bo", port);
    assert!(matches!(member.failure(), Failure::OtherRoom(_)));
    let other = RoomRef(2);
    member.ask(Command::Join(other, JoinAsk { new_room: true, ..join_ask("Bo", port) }));
    let met = member.wait("online", |event| match event {
        Event::Room(room, RoomEvent::Online(online)) if *room == other => Some(online.clone()),
        _ => None,
    });
    assert_ne!(met.room_id, known.room_id);
}

#[test]
fn an_invite_proves_the_room_at_the_first_visit() {
    let mut host = Peer::start();
    host.ask(Command::Host(ROOM, host_ask("Lunch", 0)));
    let invite = host.wait_room("hosting", |event| match event {
        RoomEvent::Hosting(hosting) => Some(hosting.invite.to_string()),
        _ => None,
    });
    let mut member = Peer::start();
    let ask = JoinAsk { place: invite.parse().unwrap(), ..join_ask("Bo", 1) };
    member.ask(Command::Join(ROOM, ask));
    assert_eq!(member.online().trust, Trust::Verified);
}

#[test]
fn what_was_said_is_found_in_rooms_that_are_open_and_in_those_that_were_left() {
    let (mut host, mut member) = (Peer::start(), Peer::start());
    let port = host.host("Lunch", 0);
    member.join("Bo", port);
    member.online();
    host.say("Zwei Cafés, bitte");
    member.say("今天下午");
    host.posts(2);
    member.posts(2);
    let mut asked = 0;
    let mut found = |peer: &mut Peer, query: &str| {
        asked += 1;
        let (find, query) = (FindRef(asked), Query::parse(query).unwrap());
        let ask = FindAsk { find, query, room: None, order: FindOrder::Newest, after: None };
        peer.ask(Command::Find(ask));
        let page = peer.wait("an answer", |event| match event {
            Event::Found(page) if page.find == find => Some(page.clone()),
            _ => None,
        });
        assert_eq!(page.missing, [""; 0]);
        page.lines.into_iter().map(|line| (line.name.to_string(), line.excerpt)).collect::<Vec<_>>()
    };
    let said = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(found(&mut host, "cafe from:hana"), [said("Hana", "Zwei Cafés, bitte")]);
    assert_eq!(found(&mut host, "下午 in:lunch"), [said("Bo", "今天下午")]);
    member.ask(Command::Leave(ROOM));
    member.wait_room("over", |event| matches!(event, RoomEvent::Over).then_some(()));
    assert_eq!(found(&mut member, "cafe"), [said("Hana", "Zwei Cafés, bitte")]);
    // The profile is free at once after the end, also where the search still had it.
    let profile = member.end();
    hallway::store::Profile::open(profile.path()).unwrap();
}

#[test]
fn a_profile_that_runs_without_a_window_is_said_to_be_in_use_and_left_alone() {
    let profile = tempfile::tempdir().unwrap();
    let _headless = hallway::store::Profile::open(profile.path()).unwrap();
    let (wake, woken) = sync_channel(8);
    let setup = Setup { data_dir: profile.path().to_owned(), window: true, ..Setup::default() };
    let wake = move || {
        let _held = wake.try_send(());
    };
    let mut session = Session::start(setup, wake).unwrap();
    woken.recv_timeout(PATIENCE).unwrap();
    assert_eq!(session.try_next(), Some(Event::Unusable(Failure::ProfileInUse)));
}
