//! What is done rather than said, as tests do it.

use hallway::types::{Act, Deed, Verb};

use super::*;

/// Signed by this member, under this id, which is none of those of what is said.
pub(super) fn deed(author: u8, id: u64, deed: &Deed) -> SignedOp {
    let (kind, body) = op::deed_body(deed);
    resigned(Op { n: 0, kind, body, ..signed(author, 0, 1_000 + id, "x").op })
}

/// Does it, and writes it down.
pub(super) fn does(bench: &mut Bench, author: u8, id: u64, what: &Deed) -> Vec<Output> {
    let mut out = bench.say(author, vec![deed(author, id, what)]);
    out.extend(bench.record());
    out
}

pub(super) fn nick(number: u8) -> Nickname {
    Nickname::new(&format!("member {number}")).unwrap()
}

pub(super) fn act(verb: Verb, number: u8) -> Deed {
    Deed::Act(Act { verb, whom: key(number), name: nick(number), until_ms: None, by_address: false })
}

/// A room with a host (1), a moderator (2) and two members.
pub(super) fn moderated() -> Bench {
    let mut bench = Bench::new(9, None);
    (1..=4).for_each(|number| drop(bench.enter(number)));
    let out = does(&mut bench, 1, 900, &act(Verb::Appoint, 2));
    assert!(outcomes(&out).iter().all(Result::is_ok), "{out:?}");
    bench
}
