//! What those in charge do about people without the app.

use hallway::types::{Act, Content, Deed, MemberKey, Refusal, Removal, Verb};
use hallway::wire::message::{ClientMessage, OpResult};

use super::*;

fn about(verb: Verb, name: &str) -> Deed {
    let (whom, by_address) = (MemberKey::GUESTS, verb == Verb::Ban);
    Deed::Act(Act { verb, whom, name: nick(name), until_ms: None, by_address })
}

/// A room with a host (1), a moderator (2), a member (3) and two guests at one address and one at another.
fn moderated() -> Bench {
    let mut bench = Bench::new(allowed());
    for (number, name) in [(1, "Ana"), (2, "Mo"), (3, "Bo")] {
        bench.enter(number, name);
    }
    let mo = Act { whom: key(2), ..act_of(&about(Verb::Appoint, "Mo")) };
    bench.done(Input::Act(mo));
    for (conn, last) in [(10, 9), (11, 9), (12, 8)] {
        bench.guest(conn, last);
    }
    bench
}

fn act_of(deed: &Deed) -> Act {
    let Deed::Act(act) = deed else { unreachable!() };
    act.clone()
}

fn refused(out: &[Output]) -> Option<Refusal> {
    out.iter().find_map(|output| match output {
        Output::Send(_, ServerMessage::Results(results, _)) => {
            results.iter().find_map(|OpResult { outcome, .. }| outcome.clone().err())
        }
        _ => None,
    })
}

/// What the newest entry says, and by whom.
fn newest(bench: &Bench) -> (MemberKey, Content) {
    let entry = bench.log.last().unwrap();
    (entry.signed.op.author, op::content(&entry.signed))
}

#[test]
fn what_the_host_does_about_a_guest_is_an_entry_and_has_effect_when_that_is_durable() {
    let mut bench = moderated();
    let before = bench.log.len();
    let out = bench.input(Input::RemoveGuest { name: nick("192.168.1.8"), keep_out: false });
    assert_eq!(closed(&out), [] as [u64; 0]);
    let out = bench.record();
    assert_eq!((closed(&out), answers(&out, 12)), (vec![12], vec!["the host sent you away".to_owned()]));
    assert_eq!(bench.log.len(), before + 1);
    assert_eq!(newest(&bench), (key(1), Content::Act(act_of(&about(Verb::Remove, "192.168.1.8")))));
    // By the words of somebody without a window, too, and kept out at once.
    let ban = Input::ActOn { verb: Verb::Ban, name: nick("192.168.1.9"), until_ms: None };
    assert_eq!(closed(&bench.done(ban)), [10, 11]);
    assert_eq!(newest(&bench), (key(1), Content::Act(act_of(&about(Verb::Ban, "192.168.1.9")))));
    assert_eq!(closed(&bench.guest(13, 9)), [13]);
}

#[test]
fn a_moderator_sends_guests_away_and_keeps_them_out_and_nobody_else_does() {
    let mut bench = moderated();
    let out = bench.does(3, 1, &about(Verb::Remove, "192.168.1.8"));
    assert_eq!((refused(&out), closed(&out)), (Some(Refusal::NotInCharge), vec![]));
    let out = bench.does(2, 2, &about(Verb::Remove, "192.168.1.8"));
    assert_eq!((closed(&out), answers(&out, 12)), (vec![12], vec!["a moderator sent you away".to_owned()]));
    assert_eq!(newest(&bench).0, key(2));
    assert!(is_in(&bench.guest(13, 8), 13).is_some());
    let out = bench.does(2, 3, &about(Verb::Ban, "192.168.1.9"));
    assert_eq!(closed(&out), [10, 11], "all of its address");
    assert_eq!(rules_told(&out), [GuestRules { kept_out: vec![address(9)], ..allowed() }], "it is kept");
    assert_eq!(closed(&bench.guest(14, 9)), [14]);
}

#[test]
fn what_cannot_be_done_about_guests_is_refused() {
    let mut bench = moderated();
    let before = bench.log.len();
    let timed = Deed::Act(Act { until_ms: Some(9), ..act_of(&about(Verb::Ban, "192.168.1.9")) });
    for (id, deed) in [
        (1, about(Verb::Remove, "nobody")),
        (2, about(Verb::Mute, "192.168.1.9")),
        (3, about(Verb::Unban, "192.168.1.9")),
        (4, timed),
    ] {
        assert_eq!(refused(&bench.does(2, id, &deed)), Some(Refusal::NotThem), "{deed:?}");
    }
    assert_eq!(bench.log.len(), before);
}

#[test]
fn a_host_is_told_that_a_guest_is_sent_away_or_kept_out_for_good_and_nothing_else() {
    let mut bench = moderated();
    let name = nick("192.168.1.9");
    for (verb, until_ms) in
        [(Verb::Ban, Some(9)), (Verb::Mute, None), (Verb::Unban, None), (Verb::Appoint, None)]
    {
        let out = bench.done(Input::ActOn { verb, name: name.clone(), until_ms });
        assert_eq!(out, [Output::Tell(RoomNotice::NoApp(name.clone()))], "{verb:?}");
        let nobody = bench.done(Input::ActOn { verb, name: nick("Eve"), until_ms });
        assert_eq!(nobody, [Output::Tell(RoomNotice::NoSuchGuest(nick("Eve")))]);
    }
}

#[test]
fn whoever_was_meant_goes_whatever_becomes_of_the_name_and_a_kept_out_address_stays_so() {
    let mut bench = moderated();
    bench.input(Input::RemoveGuest { name: nick("192.168.1.8"), keep_out: false });
    bench.input(Input::GuestAsked(ConnId(12), GuestAsk::Nick("Gus".to_owned())));
    bench.guest(13, 8);
    assert_eq!(closed(&bench.record()), [12], "not whoever has the name now");
    // It was gone before that was durable.
    bench.input(Input::RemoveGuest { name: nick("192.168.1.8"), keep_out: true });
    bench.input(Input::Closed(ConnId(13)));
    let out = bench.record();
    assert_eq!(rules_told(&out), [GuestRules { kept_out: vec![address(8)], ..allowed() }]);
    // Nobody goes before it is written down, and then they do.
    bench.input(Input::RemoveGuest { name: nick("192.168.1.9"), keep_out: true });
    bench.recording = None;
    assert_eq!(closed(&bench.input(Input::RecordFailed("full".to_owned()))), [] as [u64; 0]);
    assert_eq!(bench.room.facts().guests.kept_out, [address(8)]);
    bench.say(2, "hello", Audience::Members);
    assert_eq!(bench.room.facts().guests.kept_out, [address(8), address(9)]);
}

#[test]
fn who_is_meant_is_whoever_had_the_name_when_it_was_done_also_while_the_disk_is_busy() {
    for moderator in [false, true] {
        let mut bench = moderated();
        // The disk is busy with something else.
        bench.input(Input::Received(ConnId(3), ClientMessage::Introduce(nick("Boris"))));
        assert!(bench.recording.is_some());
        if moderator {
            bench.hands_in(2, 1, &about(Verb::Ban, "192.168.1.8"));
        } else {
            bench.input(Input::RemoveGuest { name: nick("192.168.1.8"), keep_out: true });
        }
        bench.input(Input::Closed(ConnId(12)));
        bench.guest(13, 7);
        let out = bench.record();
        assert_eq!(closed(&out), [] as [u64; 0]);
        assert_eq!(rules_told(&out), [GuestRules { kept_out: vec![address(8)], ..allowed() }], "{moderator}");
    }
}

#[test]
fn what_a_guest_said_is_removed_by_those_in_charge_and_by_no_member() {
    let mut bench = moderated();
    bench.ask(12, GuestAsk::Say(text("a secret")));
    bench.record();
    let said = bench.log.last().unwrap().clone();
    let removal = |which| Removal { author: MemberKey::GUESTS, name: said.name.clone(), which };
    let one = Deed::Remove(removal(Some(said.signed.op.id)));
    assert_eq!(refused(&bench.does(3, 1, &one)), Some(Refusal::NotInCharge));
    assert_eq!(
        refused(&bench.does(2, 2, &Deed::Remove(removal(None)))),
        Some(Refusal::NotThem),
        "guests have no key"
    );
    assert_eq!(
        refused(&bench.does(2, 3, &Deed::Remove(removal(Some(OpId([9; 16])))))),
        Some(Refusal::NotThem),
        "nobody said that"
    );
    let mut removals = Vec::new();
    for (author, id) in [(2, 4), (1, 5)] {
        let out = bench.does(author, id, &one);
        assert_eq!(refused(&out), None);
        removals.extend(out.into_iter().filter_map(|output| match output {
            Output::Record(batch) => Some(batch.removals),
            _ => None,
        }));
    }
    let seqs = [bench.log[bench.log.len() - 2].seq, bench.log[bench.log.len() - 1].seq];
    assert_eq!(removals.concat(), seqs.map(|seq| (seq, removal(Some(said.signed.op.id)))));
}
