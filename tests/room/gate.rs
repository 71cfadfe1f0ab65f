//! A room with a password: who stands at the gate, and who comes in.

use std::collections::HashSet;

use hallway::room::log::Lock;
use hallway::types::limits::{
    AT_GATE_PER_ADDRESS, HANDSHAKE_MS, KE1_BYTES, KE3_BYTES, TRIES_MS, TRIES_PER_ADDRESS,
};

use hallway::types::{Act, Verb};

use super::*;

/// Takes a proof of sevens, and only of the connection that it was begun on.
pub struct Sevens;

impl Lock for Sevens {
    fn start(&self, ke1: &[u8], context: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        (ke1.first() == Some(&1)).then(|| (vec![2; 320], context.to_vec()))
    }

    fn finish(&self, state: &[u8], ke3: &[u8]) -> bool {
        ke3 == [7; KE3_BYTES] && state.starts_with(b"hallway password 1\0")
    }
}

fn locked(admitted: HashSet<MemberKey>) -> Bench {
    let known = Known { admitted, ..Known::default() };
    Bench::with(known, (9, None), Some(Box::new(Sevens)))
}

fn come(bench: &mut Bench, number: u8) -> Vec<Output> {
    bench.input(Input::Connected {
        conn: ConnId(number.into()),
        hello: hello(number, None),
        address: Some([10, 0, 0, 9].into()),
        binding: [number; 32],
    })
}

fn send(bench: &mut Bench, number: u8, message: ClientMessage) -> Vec<Output> {
    bench.input(Input::Received(ConnId(number.into()), message))
}

fn ke1() -> ClientMessage {
    ClientMessage::Ke1(vec![1; KE1_BYTES].into())
}

fn ke3(with: u8) -> ClientMessage {
    ClientMessage::Ke3(vec![with; KE3_BYTES].into())
}

fn admits(number: u8, epoch: u32, invite: Option<u32>) -> Output {
    Output::Admit(ConnId(number.into()), Admission { key: key(number), epoch, invite })
}

fn asks(number: u8, wait_ms: u64) -> Output {
    Output::Send(ConnId(number.into()), ServerMessage::NeedPassword(wait_ms))
}

#[test]
fn nobody_is_in_before_it_is_written_down_that_the_password_was_proven() {
    let mut bench = locked(HashSet::new());
    assert_eq!(come(&mut bench, 2), [asks(2, 0)]);
    let answer = Output::Send(ConnId(2), ServerMessage::Ke2(vec![2; 320].into()));
    assert_eq!(send(&mut bench, 2, ke1()), [answer]);
    assert_eq!(send(&mut bench, 2, ke3(7)), [admits(2, 0, None)]);
    assert_eq!(bench.room.present(), 0);
    let out = bench.input(Input::Admitted(ConnId(2), Ok(())));
    welcome(&out);
    // And again, without it.
    bench.input(Input::Closed(ConnId(2)));
    welcome(&bench.connect(2, None));
}

#[test]
fn a_proof_that_could_not_be_written_down_lets_nobody_in() {
    let mut bench = locked(HashSet::new());
    come(&mut bench, 2);
    send(&mut bench, 2, ke1());
    send(&mut bench, 2, ke3(7));
    let out = bench.input(Input::Admitted(ConnId(2), Err("the disk is full".to_owned())));
    assert!(out.contains(&Output::Close(ConnId(2), Goodbye::Other)), "{out:?}");
    assert_eq!(come(&mut bench, 3), [asks(3, 0)]);
    assert_eq!(come(&mut bench, 2), [asks(2, 0)]);
}

#[test]
fn the_host_and_whoever_proved_it_before_are_not_asked() {
    let mut bench = locked(HashSet::from([key(2)]));
    welcome(&bench.connect(1, None));
    welcome(&bench.connect(2, None));
    assert_eq!(bench.connect(3, None), [asks(3, 0)]);
}

#[test]
fn a_wrong_proof_or_anything_else_ends_that_connection_only() {
    let name = || ClientMessage::Introduce(Nickname::new("Eve").unwrap());
    let wrong: [&[ClientMessage]; 7] = [
        &[ke3(7)],
        &[ke1(), ke3(8)],
        &[ke1(), ke1()],
        &[ClientMessage::Ke1(vec![9; KE1_BYTES].into())],
        &[name()],
        &[ke1(), name()],
        &[ClientMessage::Hello(hello(2, None))],
    ];
    for said in wrong {
        let mut bench = locked(HashSet::new());
        bench.connect(1, None);
        come(&mut bench, 3);
        come(&mut bench, 2);
        let mut out = Vec::new();
        for message in said {
            out = send(&mut bench, 2, message.clone());
        }
        assert_eq!(out, [Output::Close(ConnId(2), Goodbye::Protocol)], "{said:?}");
        assert_eq!(send(&mut bench, 2, ke3(7)), [], "it is gone");
        assert!(matches!(send(&mut bench, 3, ke1())[..], [Output::Send(_, ServerMessage::Ke2(_))]));
    }
}

#[test]
fn whoever_takes_too_long_is_sent_away() {
    let mut bench = locked(HashSet::new());
    come(&mut bench, 2);
    assert_eq!(bench.room.next_tick(), Some(NOW.boot_ms + HANDSHAKE_MS));
    let late = Now { boot_ms: NOW.boot_ms + HANDSHAKE_MS, ..NOW };
    assert_eq!(bench.room.handle(late, Input::Tick), [Output::Close(ConnId(2), Goodbye::Silent)]);
    assert_eq!(bench.room.next_tick(), None);
}

#[test]
fn a_try_counts_when_it_begins_and_the_host_hears_of_too_many() {
    let mut bench = locked(HashSet::new());
    for _ in 0..TRIES_PER_ADDRESS {
        assert_eq!(come(&mut bench, 2), [asks(2, 0)]);
        assert_eq!(send(&mut bench, 2, ke1()).len(), 1);
        bench.input(Input::Closed(ConnId(2)));
    }
    assert_eq!(come(&mut bench, 2), [asks(2, 0)]);
    let out = send(&mut bench, 2, ke1());
    let guessing = Output::Tell(RoomNotice::Guessing([10, 0, 0, 9].into()));
    assert_eq!(out, [guessing, asks(2, TRIES_MS), Output::Close(ConnId(2), Goodbye::Other)]);
    let out = come(&mut bench, 3);
    assert_eq!(out, [asks(3, TRIES_MS), Output::Close(ConnId(3), Goodbye::Other)]);
}

#[test]
fn one_address_does_not_fill_the_gate() {
    let mut bench = locked(HashSet::new());
    for number in 0..u8::try_from(AT_GATE_PER_ADDRESS).unwrap() {
        assert_eq!(come(&mut bench, 10 + number), [asks(10 + number, 0)]);
    }
    let out = come(&mut bench, 100);
    assert_eq!(out, [asks(100, HANDSHAKE_MS), Output::Close(ConnId(100), Goodbye::Other)]);
    assert_eq!(bench.connect(101, None), [asks(101, 0)], "others still may come");
}

#[test]
fn another_password_is_to_be_proven_by_everybody_but_the_host() {
    let mut bench = locked(HashSet::from([key(2)]));
    bench.enter(1);
    bench.enter(2);
    come(&mut bench, 3);
    send(&mut bench, 3, ke1());
    send(&mut bench, 3, ke3(7));
    let out = bench.room.relock(NOW, Some(Box::new(Sevens)), 1);
    let closed = |number: u64| out.contains(&Output::Close(ConnId(number), Goodbye::Other));
    assert_eq!([1, 2, 3].map(closed), [false, true, true]);
    assert_eq!(bench.room.present(), 1);
    assert_eq!(bench.input(Input::Admitted(ConnId(3), Ok(()))), [], "it proved the one before");
    assert_eq!(come(&mut bench, 2), [asks(2, 0)]);
    send(&mut bench, 2, ke1());
    assert_eq!(send(&mut bench, 2, ke3(7)), [admits(2, 1, None)]);
}

#[test]
fn without_a_password_everybody_may_come_and_nobody_has_to_go() {
    let mut bench = locked(HashSet::from([key(2)]));
    bench.enter(1);
    bench.enter(2);
    come(&mut bench, 3);
    let out = bench.room.relock(NOW, None, 1);
    assert_eq!(out, [Output::Close(ConnId(3), Goodbye::Other)], "it asks again, and is let in");
    assert_eq!(bench.room.present(), 2);
    welcome(&come(&mut bench, 3));
}

#[test]
fn a_room_that_gets_a_password_sends_its_guests_away() {
    let mut bench = Bench::new(9, None);
    let rules = GuestRules { allowed: true, ..GuestRules::default() };
    bench.input(Input::SetGuests(rules));
    let out = bench.room.relock(NOW, Some(Box::new(Sevens)), 1);
    assert!(out.contains(&Output::Tell(RoomNotice::GuestsChanged(GuestRules::default()))), "{out:?}");
    assert!(!bench.room.facts().guests.allowed);
}

#[test]
fn a_room_with_a_password_takes_no_guests_whatever_is_asked() {
    let mut bench = locked(HashSet::new());
    let rules = GuestRules { allowed: true, ..GuestRules::default() };
    let out = bench.input(Input::SetGuests(rules));
    assert!(out.contains(&Output::Tell(RoomNotice::GuestsChanged(GuestRules::default()))), "{out:?}");
    assert!(!bench.room.facts().guests.allowed);
}

#[test]
fn whoever_is_banned_while_the_password_is_being_proven_does_not_come_in() {
    let mut bench = locked(HashSet::new());
    bench.enter(1);
    come(&mut bench, 2);
    send(&mut bench, 2, ke1());
    send(&mut bench, 2, ke3(7));
    let (whom, name) = (key(2), Nickname::new("Bo").unwrap());
    bench.input(Input::Act(Act { verb: Verb::Ban, whom, name, until_ms: None, by_address: false }));
    assert_eq!(denial(&bench.record()), Some(Denial::Banned { until_ms: None }));
    assert_eq!(bench.input(Input::Admitted(ConnId(2), Ok(()))), [], "it is gone");
    assert_eq!(bench.room.present(), 1);
}
