//! The host is in charge: who is sent away, kept out, or not listened to.

use hallway::types::limits::STANDINGS;
use hallway::types::{Act, Standing, Until, Verb};

use super::*;

const AT: [u8; 4] = [10, 0, 0, 9];

fn act(verb: Verb, number: u8) -> Act {
    let name = Nickname::new(&format!("member {number}")).unwrap();
    Act { verb, whom: key(number), name, until_ms: None, by_address: verb == Verb::Ban }
}

/// Does it, and writes it down.
fn done(bench: &mut Bench, act: Act) -> Vec<Output> {
    let mut out = bench.input(Input::Act(act));
    assert!(
        !out.iter().any(|output| matches!(output, Output::Close(..))),
        "it has effect once it is durable"
    );
    out.extend(bench.record());
    out
}

/// Somebody comes from the address, and is called by their number.
fn come(bench: &mut Bench, number: u8) -> Vec<Output> {
    let (conn, address) = (ConnId(number.into()), Some(AT.into()));
    let mut out =
        bench.input(Input::Connected { conn, hello: hello(number, None), address, binding: [0; 32] });
    if denial(&out).is_none() {
        let name = Nickname::new(&format!("member {number}")).unwrap();
        out.extend(bench.input(Input::Received(conn, ClientMessage::Introduce(name))));
        out.extend(bench.record());
    }
    out
}

fn closes(out: &[Output], number: u64) -> bool {
    out.contains(&Output::Close(ConnId(number), Goodbye::Removed))
}

#[test]
fn whoever_is_sent_away_may_come_again() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    bench.enter(2);
    let out = done(&mut bench, act(Verb::Remove, 2));
    assert!(closes(&out, 2));
    assert_eq!(bench.room.present(), 1);
    let acted = |entry: &&Entry| entry.signed.op.kind == kind::STANDING && entry.signed.op.author == key(1);
    assert_eq!(bench.log.iter().filter(acted).count(), 1, "everybody sees who did it");
    welcome(&bench.connect(2, None));
}

#[test]
fn whoever_is_kept_out_does_not_come_in_under_another_key_from_there_either() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    come(&mut bench, 2);
    come(&mut bench, 3);
    let out = done(&mut bench, act(Verb::Ban, 2));
    assert!(closes(&out, 2) && closes(&out, 3), "and who else is there goes too");
    let kept_out = Some(Denial::Banned { until_ms: None });
    assert_eq!(denial(&come(&mut bench, 2)), kept_out);
    assert_eq!(denial(&come(&mut bench, 4)), kept_out);
    assert_eq!(denial(&bench.connect(2, None)), kept_out, "wherever they come from");
    assert_eq!(denial(&bench.connect(4, None)), None, "from elsewhere anybody else may come");
    done(&mut bench, act(Verb::Unban, 2));
    assert_eq!(denial(&come(&mut bench, 2)), None);
    assert_eq!(denial(&come(&mut bench, 5)), None);
}

#[test]
fn a_ban_by_address_does_not_reach_a_moderator_who_shares_it() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    (2..=3).for_each(|number| drop(come(&mut bench, number)));
    done(&mut bench, act(Verb::Appoint, 3));
    let out = done(&mut bench, act(Verb::Ban, 2));
    assert!(closes(&out, 2) && !closes(&out, 3));
    assert_eq!(denial(&come(&mut bench, 3)), None);
    done(&mut bench, act(Verb::Dismiss, 3));
    assert_eq!(denial(&come(&mut bench, 3)), Some(Denial::Banned { until_ms: None }));
}

#[test]
fn a_ban_ends_when_its_time_is_over() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    bench.enter(2);
    let until_ms = Some(NOW.wall_ms + 1_000);
    done(&mut bench, Act { until_ms, ..act(Verb::Ban, 2) });
    assert_eq!(denial(&bench.connect(2, None)), Some(Denial::Banned { until_ms }));
    let later = Now { wall_ms: NOW.wall_ms + 1_000, ..NOW };
    let out = bench.room.handle(later, connected(2, hello(2, None)));
    assert_eq!(denial(&out), None);
}

#[test]
fn nothing_is_taken_of_who_is_muted_until_they_may_speak_again() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    bench.enter(2);
    done(&mut bench, act(Verb::Mute, 2));
    let out = bench.say(2, vec![signed(2, 1, 1, "hello")]);
    assert_eq!(outcomes(&out), [Err(Refusal::Muted { until_ms: None })]);
    assert_eq!(bench.room.present(), 2, "they may read");
    done(&mut bench, act(Verb::Unmute, 2));
    let mut out = bench.say(2, vec![signed(2, 1, 1, "hello")]);
    out.extend(bench.record());
    assert!(matches!(outcomes(&out)[..], [Ok(_)]), "{out:?}");
}

#[test]
fn nobody_acts_on_the_host_and_no_more_people_are_kept_than_the_limit() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    let out = bench.input(Input::Act(act(Verb::Ban, 1)));
    assert_eq!(out, [Output::Tell(RoomNotice::NotDone(act(Verb::Ban, 1)))]);
    let kept = |number: usize| {
        let mut key = [9; 32];
        key[..8].copy_from_slice(&number.to_be_bytes());
        let banned = Some(Until::ForGood);
        Standing { banned, ..Standing::new(MemberKey(key), Nickname::new("Bo").unwrap()) }
    };
    for (count, taken) in [(STANDINGS - 1, true), (STANDINGS, false)] {
        let standings = (0..count).map(kept).collect();
        let mut bench = Bench::with(Known { standings, ..Known::default() }, (9, None), None);
        bench.enter(1);
        let out = bench.input(Input::Act(act(Verb::Ban, 2)));
        assert_eq!(out.contains(&Output::Tell(RoomNotice::NotDone(act(Verb::Ban, 2)))), !taken, "{count}");
    }
}

#[test]
fn how_people_stand_is_written_in_the_commit_of_the_act_and_holds_after_a_start() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    bench.enter(2);
    bench.input(Input::Act(act(Verb::Ban, 2)));
    let standings = bench.recording.clone().unwrap().standings;
    assert_eq!(standings.len(), 1);
    let mut again = Bench::with(Known { standings, ..Known::default() }, (9, None), None);
    assert_eq!(denial(&again.connect(2, None)), Some(Denial::Banned { until_ms: None }));
}

#[test]
fn a_member_is_found_by_name_whether_here_or_not_and_a_guest_where_no_member_is() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    bench.enter(2);
    bench.input(Input::Closed(ConnId(2)));
    let on = |name: &str, verb| Input::ActOn { verb, name: Nickname::new(name).unwrap(), until_ms: None };
    bench.input(on("member 2", Verb::Ban));
    bench.record();
    assert_eq!(denial(&bench.connect(2, None)), Some(Denial::Banned { until_ms: None }));
    let nobody = Output::Tell(RoomNotice::NoSuchGuest(Nickname::new("Eve").unwrap()));
    for verb in [Verb::Remove, Verb::Ban, Verb::Mute, Verb::Unban] {
        assert_eq!(bench.input(on("Eve", verb)), std::slice::from_ref(&nobody), "{verb:?}");
    }
}

#[test]
fn a_ban_by_address_holds_for_people_without_the_app_too() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    bench.input(Input::SetGuests(GuestRules { allowed: true, ..GuestRules::default() }));
    let guest = |conn, last| Input::GuestCame { conn: ConnId(conn), address: [10, 0, 0, last].into() };
    let closed = |out: &[Output], conn| {
        out.iter().any(|output| matches!(output, Output::CloseGuest(id, _) if *id == ConnId(conn)))
    };
    come(&mut bench, 2);
    assert!(!closed(&bench.input(guest(50, 9)), 50));
    assert!(!closed(&bench.input(guest(51, 8)), 51));
    let out = done(&mut bench, act(Verb::Ban, 2));
    assert!(closed(&out, 50), "whoever is there goes: {out:?}");
    assert!(!closed(&out, 51), "others stay");
    assert!(closed(&bench.input(guest(52, 9)), 52), "and nobody comes from there");
    done(&mut bench, act(Verb::Unban, 2));
    assert!(!closed(&bench.input(guest(53, 9)), 53));
}
