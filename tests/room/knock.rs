//! A room whose host lets each newcomer in.

use hallway::types::limits::{AT_GATE_PER_ADDRESS, KNOCK_MS, KNOCKS};
use hallway::types::{Knock, KnockAnswer, KnownMember, MemberId};

use super::*;

fn asking() -> Bench {
    Bench::with(Known { asks: true, ..Known::default() }, (9, None), None)
}

fn name(number: u8) -> Nickname {
    Nickname::new(&format!("member {number}")).unwrap()
}

/// Comes from an address of its own.
fn come(bench: &mut Bench, number: u8) -> Vec<Output> {
    let (conn, address) = (ConnId(number.into()), Some([10, 0, 0, number].into()));
    bench.input(Input::Connected { conn, hello: hello(number, None), address, binding: [number; 32] })
}

fn knock(bench: &mut Bench, number: u8) -> Vec<Output> {
    come(bench, number);
    bench.input(Input::Received(ConnId(number.into()), ClientMessage::Introduce(name(number))))
}

fn answer(bench: &mut Bench, number: u8, answer: KnockAnswer) -> Vec<Output> {
    bench.input(Input::AnswerKnock(key(number), answer))
}

fn knocks(numbers: &[u8]) -> Output {
    let knock = |number: &u8| Knock {
        key: key(*number),
        name: name(*number),
        address: Some([10, 0, 0, *number].into()),
    };
    Output::Tell(RoomNotice::Knocks(numbers.iter().map(knock).collect()))
}

#[test]
fn a_newcomer_waits_until_the_host_lets_them_in_and_needs_it_no_more() {
    let mut bench = asking();
    bench.enter(1);
    assert_eq!(come(&mut bench, 2), [Output::Send(ConnId(2), ServerMessage::Waiting(KNOCK_MS))]);
    let introduce = Input::Received(ConnId(2), ClientMessage::Introduce(name(2)));
    assert_eq!(bench.input(introduce), [knocks(&[2])]);
    assert_eq!(bench.room.present(), 1, "nobody else hears of it");
    let out = answer(&mut bench, 2, KnockAnswer::LetIn);
    assert!(matches!(out[0], Output::Admit(ConnId(2), _)), "{out:?}");
    assert!(out.contains(&knocks(&[])));
    welcome(&bench.input(Input::Admitted(ConnId(2), Ok(()))));
    bench.input(Input::Closed(ConnId(2)));
    welcome(&bench.connect(2, None));
}

#[test]
fn whoever_is_refused_is_told_so_and_may_knock_again() {
    let mut bench = asking();
    bench.enter(1);
    knock(&mut bench, 2);
    let out = answer(&mut bench, 2, KnockAnswer::Refuse);
    assert_eq!(denial(&out), Some(Denial::NotLetIn));
    assert!(out.contains(&Output::Close(ConnId(2), Goodbye::Removed)));
    assert_eq!(knock(&mut bench, 2), [knocks(&[2])]);
}

#[test]
fn whoever_is_blocked_is_kept_out_and_so_is_everybody_from_there() {
    let mut bench = asking();
    bench.enter(1);
    knock(&mut bench, 2);
    let mut out = answer(&mut bench, 2, KnockAnswer::Block);
    out.extend(bench.record());
    let kept_out = Some(Denial::Banned { until_ms: None });
    assert_eq!(denial(&out), kept_out);
    assert_eq!(denial(&come(&mut bench, 2)), kept_out);
    let address = Some([10, 0, 0, 2].into());
    let other = Input::Connected { conn: ConnId(9), hello: hello(9, None), address, binding: [9; 32] };
    assert_eq!(denial(&bench.input(other)), kept_out);
}

#[test]
fn whoever_is_known_and_the_host_come_in_without_a_word() {
    let known = KnownMember { member: MemberId(2), key: key(2), name: name(2) };
    let known = Known { asks: true, members: vec![known], ..Known::default() };
    let mut bench = Bench::with(known, (9, None), None);
    welcome(&bench.connect(1, None));
    welcome(&bench.connect(2, None));
    assert_eq!(bench.connect(3, None), [Output::Send(ConnId(3), ServerMessage::Waiting(KNOCK_MS))]);
}

#[test]
fn nobody_waits_for_ever_or_twice_and_says_nothing_but_a_name() {
    let mut bench = asking();
    bench.enter(1);
    knock(&mut bench, 2);
    let late = Now { boot_ms: NOW.boot_ms + KNOCK_MS, ..NOW };
    let out = bench.room.handle(late, Input::Tick);
    assert!(
        out.contains(&Output::Close(ConnId(2), Goodbye::Silent)) && out.contains(&knocks(&[])),
        "{out:?}"
    );
    knock(&mut bench, 3);
    let again = Input::Connected {
        conn: ConnId(33),
        hello: hello(3, None),
        address: Some([10, 0, 0, 3].into()),
        binding: [3; 32],
    };
    let out = bench.input(again);
    assert!(out.contains(&Output::Close(ConnId(3), Goodbye::Replaced)), "{out:?}");
    for message in [ClientMessage::Introduce(name(3)), ClientMessage::Roster(0, 9)] {
        let mut bench = asking();
        knock(&mut bench, 3);
        let out = bench.input(Input::Received(ConnId(3), message));
        assert!(out.contains(&Output::Close(ConnId(3), Goodbye::Protocol)), "{out:?}");
    }
}

#[test]
fn as_many_wait_as_the_limit_and_no_more() {
    let mut bench = asking();
    bench.enter(1);
    let last = u8::try_from(KNOCKS).unwrap() + 10;
    for number in 10..last {
        assert_eq!(denial(&come(&mut bench, number)), None, "{number}");
    }
    assert_eq!(denial(&come(&mut bench, last)), Some(Denial::RoomFull));
    let mut bench = asking();
    let from_one = |bench: &mut Bench, number: u8| {
        let (conn, address) = (ConnId(number.into()), Some([10, 0, 0, 9].into()));
        bench.input(Input::Connected { conn, hello: hello(number, None), address, binding: [0; 32] })
    };
    let most = u8::try_from(AT_GATE_PER_ADDRESS).unwrap();
    for number in 10..10 + most {
        assert_eq!(denial(&from_one(&mut bench, number)), None, "{number}");
    }
    assert_eq!(denial(&from_one(&mut bench, 10 + most)), Some(Denial::RoomFull));
}

#[test]
fn where_nobody_is_asked_about_any_more_those_who_wait_come_in() {
    let mut bench = asking();
    bench.enter(1);
    knock(&mut bench, 2);
    let out = bench.input(Input::SetAsks(false));
    welcome(&out);
    assert!(out.contains(&knocks(&[])), "{out:?}");
    welcome(&bench.connect(3, None));
}
