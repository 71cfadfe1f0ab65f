//! Who may remove what, and what becomes of it.

use hallway::room::Seen;
use hallway::types::entry::kind;
use hallway::types::{Deed, KnownMember, MemberId, Removal, Verb};

use super::deeds::{act, deed, does, moderated, nick};
use super::*;

fn removal(of: u8, which: Option<OpId>) -> Deed {
    Deed::Remove(Removal { author: key(of), name: nick(of), which })
}

#[test]
fn everybody_removes_their_own_and_those_in_charge_what_others_said() {
    let said = |of: u8| signed(of, 1, 7, "a secret");
    for (author, of, expected) in [
        (3, 3, None),
        (3, 4, Some(Refusal::NotInCharge)),
        (3, 1, Some(Refusal::NotInCharge)),
        (2, 3, None),
        (2, 2, None),
        (2, 1, Some(Refusal::NotThem)),
        (1, 2, None),
        (1, 4, None),
    ] {
        for which in [Some(said(of).op.id), None] {
            let mut bench = moderated();
            bench.say(of, vec![said(of)]);
            bench.record();
            let out = does(&mut bench, author, 9, &removal(of, which));
            assert_eq!(outcomes(&out).into_iter().find_map(Result::err), expected, "{author} {of}");
        }
    }
}

#[test]
fn what_is_removed_is_told_with_the_commit_of_the_entry_that_says_so() {
    let mut bench = moderated();
    bench.say(3, vec![signed(3, 1, 7, "a secret")]);
    bench.record();
    let which = Some(signed(3, 1, 7, "a secret").op.id);
    bench.say(3, vec![deed(3, 9, &removal(3, which))]);
    let batch = bench.recording.clone().unwrap();
    let Deed::Remove(expected) = removal(3, which) else { unreachable!() };
    assert_eq!(batch.removals, [(batch.entries[0].seq, expected)]);
}

#[test]
fn what_was_removed_and_is_sent_once_more_has_the_number_that_it_had() {
    let mut bench = moderated();
    let said = signed(3, 1, 7, "a secret");
    bench.say(3, vec![said.clone()]);
    bench.record();
    let entry = bench.log.last().unwrap().clone();
    // Somebody else comes in by that key, from another start, and knows nothing of an answer.
    let known = Known {
        members: vec![KnownMember {
            member: MemberId(3),
            key: key(3),
            name: Nickname::new("member 3").unwrap(),
        }],
        counters: vec![(key(3), 1)],
        seen: {
            let mut seen = Seen::default();
            seen.insert(&key(3), &said.op.id);
            seen
        },
        ..Known::default()
    };
    let mut again = Bench::with(known, (9, None), None);
    again.enter(3);
    let out = again.say(3, vec![said.clone()]);
    assert!(out.iter().any(|output| matches!(output, Output::Lookup { .. })), "{out:?}");
    let blank = entry.clone().blank();
    assert_eq!(blank.signed.op.kind, kind::BLANK);
    let found = Input::Found { conn: ConnId(3), id: said.op.id, entry: Some(Box::new(blank)) };
    assert_eq!(outcomes(&again.input(found)), [Ok(entry.seq)]);
}

#[test]
fn what_nobody_said_is_not_removed_and_whoever_is_muted_removes_nothing() {
    let mut bench = moderated();
    let never = removal(3, Some(OpId([5; 16])));
    for author in [1, 2, 3] {
        assert_eq!(outcomes(&does(&mut bench, author, 9, &never)), [Err(Refusal::NotThem)], "{author}");
    }
    let said = signed(3, 1, 7, "a secret");
    bench.say(3, vec![said.clone()]);
    bench.record();
    does(&mut bench, 1, 10, &act(Verb::Mute, 3));
    let mine = removal(3, Some(said.op.id));
    assert_eq!(outcomes(&does(&mut bench, 3, 11, &mine)), [Err(Refusal::Muted { until_ms: None })]);
}
