//! Moderators, and the rules that those in charge set.

use hallway::types::limits::{DEEDS_UNANSWERED, MODERATORS, OPS_UNANSWERED};
use hallway::types::{Act, Deed, House, HouseRules, KnockAnswer, Rule, Standing, Until, Verb};

use super::deeds::{act, deed, does, moderated, nick};
use super::*;

fn refused(bench: &mut Bench, author: u8, id: u64, what: &Deed) -> Option<Refusal> {
    outcomes(&does(bench, author, id, what)).into_iter().find_map(Result::err)
}

fn house_told(out: &[Output], conn: u64) -> Option<House> {
    out.iter().rev().find_map(|output| match output {
        Output::Send(ConnId(id), ServerMessage::House(house)) if *id == conn => Some(house.clone()),
        _ => None,
    })
}

fn standings_told(out: &[Output], conn: u64) -> Option<Vec<Standing>> {
    out.iter().rev().find_map(|output| match output {
        Output::Send(ConnId(id), ServerMessage::Standings(standings)) if *id == conn => {
            Some(standings.clone())
        }
        _ => None,
    })
}

#[test]
fn a_moderator_sends_away_keeps_out_and_mutes_and_each_of_it_is_theirs_in_the_log() {
    let mut bench = moderated();
    let out = does(&mut bench, 2, 1, &act(Verb::Remove, 3));
    assert!(out.contains(&Output::Close(ConnId(3), Goodbye::Removed)), "{out:?}");
    welcome(&bench.connect(3, None));
    does(&mut bench, 2, 2, &act(Verb::Ban, 3));
    assert_eq!(denial(&bench.connect(3, None)), Some(Denial::Banned { until_ms: None }));
    does(&mut bench, 2, 3, &act(Verb::Unban, 3));
    welcome(&bench.connect(3, None));
    does(&mut bench, 2, 4, &act(Verb::Mute, 4));
    let out = bench.say(4, vec![signed(4, 1, 1, "hello")]);
    assert_eq!(outcomes(&out), [Err(Refusal::Muted { until_ms: None })]);
    let theirs = |entry: &&Entry| entry.signed.op.author == key(2) && entry.signed.op.n == 0;
    assert_eq!(bench.log.iter().filter(theirs).count(), 4);
}

#[test]
fn what_is_done_costs_its_author_no_counter() {
    let mut bench = moderated();
    let mut out =
        bench.say(2, vec![signed(2, 1, 1, "one"), deed(2, 2, &act(Verb::Mute, 3)), signed(2, 2, 3, "two")]);
    out.extend(bench.record());
    assert_eq!(outcomes(&out).len(), 3);
    assert!(outcomes(&out).iter().all(Result::is_ok), "{out:?}");
}

#[test]
fn nobody_else_is_in_charge_and_no_moderator_acts_on_the_host_or_another_one() {
    let mut bench = moderated();
    does(&mut bench, 1, 901, &act(Verb::Appoint, 4));
    let rule = Deed::Rule(Rule::Locked(true));
    for (author, what, why) in [
        (3, act(Verb::Ban, 2), Refusal::NotInCharge),
        (3, rule, Refusal::NotInCharge),
        (2, act(Verb::Appoint, 3), Refusal::NotInCharge),
        (2, act(Verb::Dismiss, 4), Refusal::NotInCharge),
        (2, act(Verb::Ban, 1), Refusal::NotThem),
        (2, act(Verb::Mute, 4), Refusal::NotThem),
        (1, act(Verb::Ban, 1), Refusal::NotThem),
        (2, act(Verb::Ban, 7), Refusal::NotThem),
    ] {
        assert_eq!(refused(&mut bench, author, 10, &what), Some(why), "{author} {what:?}");
    }
    let misnamed = Act { verb: Verb::Ban, whom: key(3), name: nick(4), until_ms: None, by_address: false };
    assert_eq!(
        refused(&mut bench, 2, 11, &Deed::Act(misnamed)),
        Some(Refusal::NotThem),
        "what is read is what is done"
    );
    does(&mut bench, 1, 902, &act(Verb::Dismiss, 2));
    assert_eq!(refused(&mut bench, 2, 12, &act(Verb::Mute, 3)), Some(Refusal::NotInCharge));
}

#[test]
fn what_was_done_twice_is_done_once_and_a_forged_one_not_at_all() {
    let mut bench = moderated();
    let once = deed(2, 1, &act(Verb::Remove, 3));
    bench.say(2, vec![once.clone()]);
    let first = outcomes(&bench.record());
    assert_eq!(outcomes(&bench.say(2, vec![once.clone()])), first, "the answer it had");
    let forged = SignedOp { signature: Signature([7; 64]), ..deed(2, 2, &act(Verb::Remove, 4)) };
    assert_eq!(outcomes(&bench.say(2, vec![forged])), [Err(Refusal::NotYours)]);
    assert_eq!(outcomes(&bench.say(4, vec![once])), [Err(Refusal::NotYours)], "nobody else's");
    // With a counter it is an op like others, and members say no such thing.
    let counted = resigned(Op { n: 1, ..deed(2, 3, &act(Verb::Remove, 4)).op });
    assert_eq!(outcomes(&bench.say(2, vec![counted])), [Err(Refusal::Malformed)]);
}

#[test]
fn everybody_hears_who_is_a_moderator_and_moderators_hear_how_people_stand_without_addresses() {
    let mut bench = moderated();
    let out = bench.connect(5, None);
    assert_eq!(house_told(&out, 5).unwrap().moderators, [key(2)]);
    assert_eq!(standings_told(&out, 5), None);
    let out = does(&mut bench, 1, 901, &act(Verb::Ban, 4));
    let told = standings_told(&out, 2).unwrap();
    assert!(told.iter().all(|standing| standing.addresses.is_empty()));
    assert_eq!(told.iter().find(|standing| standing.key == key(4)).unwrap().banned, Some(Until::ForGood));
    let out = does(&mut bench, 1, 902, &act(Verb::Dismiss, 2));
    assert_eq!(house_told(&out, 3).unwrap(), House::default());
    assert_eq!(standings_told(&out, 2), None, "not any more");
}

#[test]
fn there_are_as_many_moderators_as_the_limit_and_no_more() {
    let known = |count: usize| {
        let standing = |number: usize| {
            let mut key = [9; 32];
            key[..8].copy_from_slice(&number.to_be_bytes());
            Standing { moderator: true, ..Standing::new(MemberKey(key), nick(9)) }
        };
        Known { standings: (0..count).map(standing).collect(), ..Known::default() }
    };
    for (count, why) in [(MODERATORS - 1, None), (MODERATORS, Some(Refusal::NotThem))] {
        let mut bench = Bench::with(known(count), (9, None), None);
        bench.enter(1);
        bench.enter(2);
        assert_eq!(refused(&mut bench, 1, 1, &act(Verb::Appoint, 2)), why, "{count}");
    }
}

#[test]
fn in_slow_mode_each_waits_their_time_but_not_those_in_charge() {
    let mut bench = moderated();
    does(&mut bench, 2, 1, &Deed::Rule(Rule::Slow(10)));
    for author in [1, 2] {
        let mut out = bench.say(author, vec![signed(author, 1, 1, "a"), signed(author, 2, 2, "b")]);
        out.extend(bench.record());
        assert!(outcomes(&out).iter().all(Result::is_ok));
    }
    let out = bench.say(3, vec![signed(3, 1, 1, "a"), signed(3, 2, 2, "b")]);
    assert_eq!(outcomes(&out), [Err(Refusal::TooFast { retry_after_ms: 10_000 })], "the first is staged");
    bench.record();
    let at = |ms| Now { boot_ms: NOW.boot_ms + ms, ..NOW };
    let again = || Input::Received(ConnId(3), ClientMessage::Submit(vec![signed(3, 2, 2, "b")]));
    let out = bench.room.handle(at(9_999), again());
    assert_eq!(outcomes(&out), [Err(Refusal::TooFast { retry_after_ms: 1 })]);
    let out = bench.room.handle(at(10_000), again());
    assert_eq!(outcomes(&out), [], "it is staged");
    does(&mut bench, 2, 3, &Deed::Rule(Rule::Slow(0)));
}

#[test]
fn where_only_those_in_charge_speak_others_are_told_so_and_use_up_nothing() {
    let mut bench = moderated();
    does(&mut bench, 1, 901, &Deed::Rule(Rule::Announcements(true)));
    assert_eq!(outcomes(&bench.say(3, vec![signed(3, 1, 1, "a")])), [Err(Refusal::Announcements)]);
    bench.say(2, vec![signed(2, 1, 1, "a")]);
    assert!(outcomes(&bench.record())[0].is_ok());
    does(&mut bench, 2, 2, &Deed::Rule(Rule::Announcements(false)));
    bench.say(3, vec![signed(3, 1, 1, "a")]);
    assert!(outcomes(&bench.record())[0].is_ok());
}

#[test]
fn a_locked_room_takes_back_whom_it_knows_and_nobody_else() {
    let mut bench = moderated();
    bench.input(Input::SetAsks(true));
    bench.connect(6, None);
    let out = does(&mut bench, 2, 1, &Deed::Rule(Rule::Locked(true)));
    assert!(out.contains(&Output::Close(ConnId(6), Goodbye::Removed)), "who waits at the door goes: {out:?}");
    assert_eq!(bench.input(Input::AnswerKnock(key(6), KnockAnswer::LetIn)), [], "nobody is there");
    bench.input(Input::Closed(ConnId(3)));
    welcome(&bench.connect(3, None));
    assert_eq!(denial(&bench.connect(5, None)), Some(Denial::Locked));
    bench.input(Input::SetGuests(GuestRules { allowed: true, ..GuestRules::default() }));
    let out = bench.input(Input::GuestCame { conn: ConnId(50), address: [10, 0, 0, 9].into() });
    assert!(matches!(out[..], [Output::CloseGuest(..)]), "{out:?}");
    does(&mut bench, 2, 2, &Deed::Rule(Rule::Locked(false)));
    bench.input(Input::SetAsks(false));
    welcome(&bench.connect(5, None));
}

#[test]
fn the_rules_are_written_in_the_commit_of_their_entry_and_hold_after_a_start() {
    let mut bench = moderated();
    bench.say(2, vec![deed(2, 1, &Deed::Rule(Rule::Slow(30)))]);
    let rules = bench.recording.clone().unwrap().rules.unwrap();
    assert_eq!(rules, HouseRules { slow_s: 30, ..HouseRules::default() });
    let mut again = Bench::with(Known { rules, ..Known::default() }, (9, None), None);
    assert_eq!(house_told(&again.connect(2, None), 2).unwrap().rules, rules);
}

#[test]
fn a_rule_that_could_not_be_written_does_not_hold() {
    let mut bench = moderated();
    bench.say(2, vec![deed(2, 1, &Deed::Rule(Rule::Announcements(true)))]);
    bench.recording = None;
    let out = bench.input(Input::RecordFailed("full".into()));
    assert_eq!(outcomes(&out), [Err(Refusal::NotStored)]);
    bench.say(3, vec![signed(3, 1, 1, "a")]);
    assert!(outcomes(&bench.record())[0].is_ok());
}

#[test]
fn as_much_may_be_done_unanswered_beside_what_is_said_as_the_limit_and_no_more() {
    for (count, closed) in [(DEEDS_UNANSWERED, false), (DEEDS_UNANSWERED + 1, true)] {
        let mut bench = moderated();
        // The log is asked about the first of them, so all of it waits.
        let out = bench.say(2, (0..OPS_UNANSWERED as u64).map(|n| signed(2, n, n, "x")).collect());
        assert!(out.iter().any(|output| matches!(output, Output::Lookup { .. })), "{out:?}");
        let deeds = (0..count as u64).map(|n| deed(2, 100 + n, &act(Verb::Mute, 3))).collect();
        let out = bench.say(2, deeds);
        assert_eq!(out.contains(&Output::Close(ConnId(2), Goodbye::Protocol)), closed, "{count}");
    }
}
