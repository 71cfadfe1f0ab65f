//! Who is removed, kept out or muted.

use hallway::types::{Act, Deed, Denial, Lasting};

use super::*;

fn act(author: u8, n: u64, about: u8, deed: Deed) -> SignedOp {
    let name = Nickname::new(&format!("member {about}")).unwrap();
    let body = op::act_body(&Act { key: key(about), name, deed });
    let id = OpId([u8::try_from(100 + n).unwrap(); 16]);
    resigned(Op { room: ROOM, author: key(author), n, id, kind: kind::STANDING, body })
}

/// The host, 1, and two members, 2 and 3.
fn three() -> Bench {
    let mut bench = Bench::new(9, None);
    for number in 1..=3 {
        bench.enter(number);
    }
    bench
}

fn does(bench: &mut Bench, ops: Vec<SignedOp>) -> Vec<Output> {
    let mut out = bench.say(1, ops);
    out.extend(bench.record());
    out
}

fn denials(out: &[Output]) -> Vec<(ConnId, Option<Lasting>)> {
    let denied = |output: &Output| match output {
        Output::Send(conn, ServerMessage::Denied(Denial::Removed { term, .. })) => Some((*conn, *term)),
        _ => None,
    };
    out.iter().filter_map(denied).collect()
}

#[test]
fn whoever_is_kicked_goes_at_once_and_may_come_again() {
    let mut bench = three();
    let out = does(&mut bench, vec![act(1, 1, 2, Deed::Kick)]);
    assert_eq!(denials(&out), [(ConnId(2), None)]);
    assert!(out.contains(&Output::Close(ConnId(2), Goodbye::Other)), "{out:?}");
    assert_eq!(bench.room.present(), 2);
    welcome(&bench.connect(2, None));
}

#[test]
fn whoever_is_banned_goes_and_is_let_in_when_that_has_ended_or_was_taken_back() {
    let mut bench = three();
    let ms = 60_000;
    let out = does(&mut bench, vec![act(1, 1, 2, Deed::Ban(Some(ms)))]);
    let end = Lasting::Until(bench.log.last().unwrap().at_ms + i64::try_from(ms).unwrap());
    assert_eq!(denials(&out), [(ConnId(2), Some(end))]);
    assert_eq!(denials(&bench.connect(2, None)), [(ConnId(2), Some(end))]);
    let later = Now { wall_ms: NOW.wall_ms + i64::try_from(ms).unwrap(), ..NOW };
    welcome(&bench.room.handle(later, connected(12, hello(2, None))));
    does(&mut bench, vec![act(1, 2, 3, Deed::Ban(None)), act(1, 3, 3, Deed::Unban)]);
    welcome(&bench.connect(3, None));
}

#[test]
fn a_ban_outlives_the_room_that_forgot_its_entry() {
    let mut bench = three();
    bench.say(1, vec![act(1, 1, 2, Deed::Ban(None))]);
    let written = bench.recording.clone().unwrap().standing;
    assert_eq!(written.len(), 1, "in the commit of its entry");
    bench.record();
    let known = Known { standing: written, ..Known::default() };
    let mut again = Bench::over(known, 9, None);
    assert_eq!(denials(&again.connect(2, None)), [(ConnId(2), Some(Lasting::ForGood))]);
    welcome(&again.connect(3, None));
}

#[test]
fn nothing_is_taken_of_whoever_is_muted_not_even_before_that_is_durable() {
    let mut bench = three();
    bench.say(1, vec![act(1, 1, 2, Deed::Mute(None))]);
    let out = bench.say(2, vec![signed(2, 1, 1, "hello")]);
    assert_eq!(outcomes(&out), [Err(Refusal::Muted { until_ms: 0 })]);
    bench.record();
    let out = bench.say(2, vec![signed(2, 1, 1, "hello")]);
    assert_eq!(outcomes(&out), [Err(Refusal::Muted { until_ms: 0 })]);
    bench.say(3, vec![signed(3, 1, 1, "hello")]);
    assert_eq!(outcomes(&bench.record()), [Ok(Seq(5))]);
    does(&mut bench, vec![act(1, 2, 2, Deed::Unmute)]);
    bench.say(2, vec![signed(2, 1, 1, "hello")]);
    assert_eq!(outcomes(&bench.record()), [Ok(Seq(7))]);
}

#[test]
fn what_could_not_be_written_down_mutes_nobody() {
    let mut bench = three();
    bench.say(1, vec![act(1, 1, 2, Deed::Mute(None))]);
    bench.recording = None;
    bench.input(Input::RecordFailed("the disk is full".to_owned()));
    bench.say(2, vec![signed(2, 1, 1, "hello")]);
    assert_eq!(outcomes(&bench.record()), [Ok(Seq(4))]);
}

#[test]
fn only_the_host_is_in_charge_and_nobody_of_the_host() {
    let mut bench = three();
    for (author, about) in [(2, 3), (2, 1), (2, 2), (1, 1)] {
        let out = bench.say(author, vec![act(author, 1, about, Deed::Ban(None))]);
        assert_eq!(outcomes(&out), [Err(Refusal::NotAllowed)], "{author} about {about}");
    }
    assert_eq!(bench.room.present(), 3);
}
