//! Who may remove what, and what becomes of it.

use hallway::room::Seen;
use hallway::types::entry::kind;
use hallway::types::{Act, Deed, KnownMember, MemberId, Removal, Verb};

use super::*;

fn deed(author: u8, id: u64, deed: &Deed) -> SignedOp {
    let (kind, body) = op::deed_body(deed);
    resigned(Op { n: 0, kind, body, ..signed(author, 0, 1_000 + id, "x").op })
}

fn removal(of: u8, which: Option<OpId>) -> Deed {
    let name = Nickname::new(&format!("member {of}")).unwrap();
    Deed::Remove(Removal { author: key(of), name, which })
}

fn does(bench: &mut Bench, author: u8, id: u64, what: &Deed) -> Vec<Output> {
    let mut out = bench.say(author, vec![deed(author, id, what)]);
    out.extend(bench.record());
    out
}

/// A room with a host (1), a moderator (2) and two members.
fn room() -> Bench {
    let mut bench = Bench::new(9, None);
    (1..=4).for_each(|number| drop(bench.enter(number)));
    let name = Nickname::new("member 2").unwrap();
    let act = Act { verb: Verb::Appoint, whom: key(2), name, until_ms: None, by_address: false };
    does(&mut bench, 1, 1, &Deed::Act(act));
    bench
}

#[test]
fn everybody_removes_their_own_and_those_in_charge_what_others_said() {
    let which = Some(OpId([5; 16]));
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
        for which in [which, None] {
            let mut bench = room();
            let out = does(&mut bench, author, 9, &removal(of, which));
            assert_eq!(outcomes(&out).into_iter().find_map(Result::err), expected, "{author} {of}");
        }
    }
}

#[test]
fn what_is_removed_is_told_with_the_commit_of_the_entry_that_says_so() {
    let mut bench = room();
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
    let mut bench = room();
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
