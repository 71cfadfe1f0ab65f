//! Somebody goes on with another key, because the one before is in other hands.

use hallway::room::log::OpSigner;
use hallway::types::limits::SUCCESSIONS;
use hallway::types::{Deed, KnownMember, MemberId, Rule, Standing, Succession, Verb};
use hallway::wire::chain;

use super::deeds::{act, deed, does};
use super::*;

fn succession(author: u8, to: u8) -> Deed {
    let proof = Signs(key(to)).sign(&chain::successor_bytes(&ROOM, &key(author)));
    Deed::Succeed(Succession { to: key(to), proof })
}

fn room() -> Bench {
    let mut bench = Bench::new(9, None);
    (1..=3).for_each(|number| drop(bench.enter(number)));
    bench
}

/// Comes in and wants this name.
fn come(bench: &mut Bench, number: u8, name: &str) -> Vec<Output> {
    let mut out = bench.connect(number, None);
    let name = Nickname::new(name).unwrap();
    out.extend(bench.input(Input::Received(ConnId(number.into()), ClientMessage::Introduce(name))));
    out.extend(bench.record());
    out
}

const GONE: Option<Denial> = Some(Denial::Succeeded);

#[test]
fn the_key_before_goes_at_once_and_for_good_and_the_next_has_its_name_and_its_place() {
    let mut bench = room();
    does(&mut bench, 1, 1, &act(Verb::Appoint, 2));
    let out = does(&mut bench, 2, 2, &succession(2, 7));
    assert!(out.contains(&Output::Close(ConnId(2), Goodbye::Removed)), "{out:?}");
    assert_eq!(denial(&bench.connect(2, None)), GONE);
    let taken = come(&mut bench, 4, "member 2");
    assert!(matches!(denial(&taken), Some(Denial::NickTaken { .. })), "it is nobody else's");
    assert_eq!(denial(&come(&mut bench, 7, "member 2")), None);
    let out = does(&mut bench, 7, 3, &act(Verb::Mute, 3));
    assert!(outcomes(&out)[0].is_ok(), "a moderator as before: {out:?}");
    for verb in [Verb::Unban, Verb::Ban, Verb::Mute] {
        let out = does(&mut bench, 1, 4 + verb as u64, &act(verb, 2));
        assert_eq!(outcomes(&out), [Err(Refusal::NotThem)], "nothing is done about a key that is gone");
        assert_eq!(denial(&bench.connect(2, None)), GONE, "{verb:?}");
    }
    assert_eq!(
        outcomes(&bench.say(7, vec![signed(7, 1, 1, "hello")])),
        [],
        "what is done about the key before says nothing of the next"
    );
}

#[test]
fn it_holds_after_a_start_also_before_the_next_key_came() {
    let mut bench = room();
    bench.say(2, vec![deed(2, 1, &succession(2, 7))]);
    let standings = bench.recording.clone().unwrap().standings;
    bench.record();
    let members =
        vec![KnownMember { member: MemberId(2), key: key(2), name: Nickname::new("member 2").unwrap() }];
    let mut again = Bench::with(Known { standings, members, ..Known::default() }, (9, None), None);
    again.enter(1);
    assert_eq!(denial(&again.connect(2, None)), GONE);
    assert_eq!(denial(&come(&mut again, 7, "member 2")), None);
}

#[test]
fn a_locked_room_and_one_that_asks_take_the_next_key_for_the_one_before() {
    let mut bench = room();
    bench.input(Input::SetAsks(true));
    does(&mut bench, 2, 1, &succession(2, 7));
    does(&mut bench, 1, 2, &Deed::Rule(Rule::Locked(true)));
    welcome(&bench.connect(7, None));
}

#[test]
fn nobody_is_made_a_successor_unasked_nor_twice_and_not_of_the_host() {
    let mut bench = room();
    let forged = Deed::Succeed(Succession { to: key(7), proof: Signature([9; 64]) });
    for (author, what) in [
        (2, forged),
        // A proof for another key, a key that is somebody's here, and the host's own.
        (3, succession(2, 7)),
        (2, succession(2, 3)),
        (1, succession(1, 7)),
    ] {
        let out = does(&mut bench, author, 1, &what);
        assert_eq!(outcomes(&out), [Err(Refusal::NotThem)], "{author}");
    }
    does(&mut bench, 2, 2, &succession(2, 7));
    assert_eq!(outcomes(&does(&mut bench, 3, 3, &succession(3, 7))), [Err(Refusal::NotThem)], "one for one");
}

#[test]
fn whoever_is_kept_out_is_so_by_no_other_key() {
    let mut bench = room();
    does(&mut bench, 1, 1, &act(Verb::Mute, 2));
    does(&mut bench, 2, 2, &succession(2, 7));
    come(&mut bench, 7, "member 2");
    let out = bench.say(7, vec![signed(7, 1, 1, "hello")]);
    assert_eq!(outcomes(&out), [Err(Refusal::Muted { until_ms: None })]);
}

#[test]
fn the_host_comes_by_no_network() {
    let mut bench = Bench::new(9, None);
    bench.enter(1);
    let hello = hello(1, None);
    let out = bench.input(Input::Connected {
        conn: ConnId(40),
        hello,
        address: Some([10, 0, 0, 9].into()),
        binding: [0; 32],
    });
    assert_eq!(denial(&out), Some(Denial::NotYours));
    assert_eq!(bench.room.present(), 1, "whoever hosts stays");
}

#[test]
fn as_many_go_on_with_another_key_as_the_limit_and_no_more_and_they_hide_nobody() {
    let goes = |number: usize| {
        let mut key = [9; 32];
        key[..8].copy_from_slice(&number.to_be_bytes());
        let mut to = key;
        to[31] = 1;
        Standing::new(MemberKey(key), Nickname::new("Bo").unwrap()).succeeded(MemberKey(to)).0
    };
    for (count, expected) in [(SUCCESSIONS - 1, None), (SUCCESSIONS, Some(Refusal::NotThem))] {
        let standings = (0..count).map(goes).collect();
        let mut bench = Bench::with(Known { standings, ..Known::default() }, (9, None), None);
        (1..=3).for_each(|number| drop(bench.enter(number)));
        let out = does(&mut bench, 2, 1, &succession(2, 7));
        assert_eq!(outcomes(&out).into_iter().find_map(Result::err), expected, "{count}");
        does(&mut bench, 1, 2, &act(Verb::Appoint, 2));
        let out = does(&mut bench, 1, 3, &act(Verb::Appoint, 3));
        let told = out.iter().find_map(|output| match output {
            Output::Send(ConnId(3), ServerMessage::Standings(told)) => Some(told.clone()),
            _ => None,
        });
        assert!(told.unwrap().iter().all(|standing| standing.successor.is_none()));
    }
}
