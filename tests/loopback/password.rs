//! A password that is set, changed and removed while people are in the room.

use hallway::session::{Command, Event, Failure, JoinAsk, Online, RoomEvent, RoomRef, Trust, fresh_op_id};
use hallway::types::{Audience, MessageText, Password};

use crate::peer::{Peer, ROOM, join_ask, kept, posts};

fn words(text: &str) -> Password {
    Password::new(text).unwrap()
}

fn set(host: &mut Peer, password: Option<&str>) {
    host.ask(Command::SetPassword(ROOM, password.map(words)));
    let locked = host.wait_room("the change", |event| match event {
        RoomEvent::Hosting(hosting) => Some(hosting.locked),
        RoomEvent::Notice(notice) => panic!("{notice:?}"),
        _ => None,
    });
    assert_eq!(locked, password.is_some());
}

/// What becomes of the visit of this number.
fn outcome(member: &mut Peer, visit: u64) -> Result<Online, Failure> {
    member.wait("an outcome", |event| match event {
        Event::Room(RoomRef(of), RoomEvent::Online(online)) if *of == visit => Some(Ok(online.clone())),
        Event::Room(RoomRef(of), RoomEvent::Failed(why)) if *of == visit => Some(Err(why.clone())),
        _ => None,
    })
}

/// Goes to the room, with this password.
fn visit(member: &mut Peer, visit: u64, port: u16, password: Option<&str>) -> Result<Trust, Failure> {
    let ask = JoinAsk { password: password.map(words), ..join_ask("Bo", port) };
    member.ask(Command::Join(RoomRef(visit), ask));
    outcome(member, visit).map(|online| online.trust)
}

fn say(member: &Peer, visit: u64, text: &str) {
    let text = MessageText::new(text).unwrap();
    member.ask(Command::Say(RoomRef(visit), fresh_op_id().unwrap(), text, Audience::Members));
}

#[test]
fn whoever_is_in_proves_a_new_password_and_is_in_again() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut member = Peer::start();
    assert_eq!(visit(&mut member, 1, port, None), Ok(Trust::FirstVisit));
    say(&member, 1, "before");
    host.posts(1);

    set(&mut host, Some("tea for two"));
    assert_eq!(outcome(&mut member, 1), Err(Failure::PasswordNeeded));
    assert_eq!(visit(&mut member, 2, port, Some("tea for three")), Err(Failure::PasswordWrong));
    assert_eq!(visit(&mut member, 3, port, Some("tea for two")), Ok(Trust::Verified));
    say(&member, 3, "after");
    assert_eq!(host.posts(2).len(), 2);

    // Another one: the host itself stays where it is, and what was proven before does not count.
    set(&mut host, Some("coffee"));
    assert_eq!(outcome(&mut member, 3), Err(Failure::PasswordNeeded));
    host.say("the host is never asked");
    host.posts(3);
    set(&mut host, None);
    assert_eq!(visit(&mut member, 4, port, None), Ok(Trust::Verified));
    say(&member, 4, "at last");
    host.posts(4);
    member.wait("its own line", |event| match event {
        Event::Room(RoomRef(4), RoomEvent::Messages(messages)) if posts(messages).len() == 1 => Some(()),
        _ => None,
    });
    assert_eq!(kept(member.end().path()), host.posts(4), "and nothing that was said is missing");
}

#[test]
fn what_was_changed_holds_when_the_room_is_opened_again() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    set(&mut host, Some("tea for two"));
    let mut host = Peer::with(host.end());
    host.host("Lunch", port);
    let mut member = Peer::start();
    assert_eq!(visit(&mut member, 1, port, None), Err(Failure::PasswordNeeded));
    assert_eq!(visit(&mut member, 2, port, Some("tea for two")), Ok(Trust::Verified));
}

#[test]
fn what_was_said_before_the_password_was_asked_for_arrives_once_it_is_proven() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut member = Peer::start();
    member.join("Bo", port);
    let room = member.online().room_id;
    set(&mut host, Some("tea for two"));
    assert_eq!(outcome(&mut member, 1), Err(Failure::PasswordNeeded));
    let host = host.end();

    member.ask(Command::Reopen(RoomRef(2), room));
    say(&member, 2, "while nobody was there");
    member.wait("the outbox", |event| match event {
        Event::Room(RoomRef(2), RoomEvent::Pending(_)) => Some(()),
        _ => None,
    });
    let mut host = Peer::with(host);
    host.host("Lunch", port);
    member.ask(Command::Retry(RoomRef(2)));
    assert_eq!(outcome(&mut member, 2), Err(Failure::PasswordNeeded));
    member.ask(Command::Unlock(RoomRef(3), room, words("tea for three")));
    assert_eq!(outcome(&mut member, 3), Err(Failure::PasswordWrong));
    member.ask(Command::Unlock(RoomRef(4), room, words("tea for two")));
    assert_eq!(outcome(&mut member, 4).map(|online| online.trust), Ok(Trust::Verified));
    let texts: Vec<String> = host.posts(1).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["while nobody was there"]);
}
