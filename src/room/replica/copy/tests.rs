//! What is missing of a copy, and which part of it is asked for next.

use super::super::meeting::Met;
use super::*;
use crate::types::{Hash, Nickname, RoomId};
use crate::wire::message::Welcome;

/// The link of an entry of the only log there is.
fn link(seq: u64) -> Link {
    Link { seq: Seq(seq), hash: Hash([u8::try_from(seq % 251).unwrap(); 32]) }
}

fn hole(after: u64, newest: u64) -> Hole {
    Hole { after: Seq(after), newest: link(newest) }
}

/// A copy of a log of 900 entries with two holes, on a connection that is up to date.
fn copy() -> Copy {
    let mut copy = Copy::new(&Stored {
        room_id: RoomId([1; 32]),
        epoch: Some(Epoch(1)),
        last: link(900),
        holes: vec![hole(500, 600), hole(0, 300)],
        next_n: 1,
        proof: None,
        earlier: Vec::new(),
        outbox: Vec::new(),
        nick: Nickname::fallback(),
        shares_log: false,
    });
    copy.mode = Mode::Live;
    copy
}

fn asked(copy: &mut Copy) -> Option<FetchFrom> {
    let mut out = Vec::new();
    copy.fetch_next(&mut out);
    match out.as_slice() {
        [ReplicaOutput::Send(ClientMessage::Fetch(fetch))] => Some(fetch.from),
        _ => None,
    }
}

#[test]
fn what_is_missing_where_somebody_looks_is_fetched_first_and_else_the_newest() {
    for (near, from) in [(None, 601), (Some(Seq(301)), 301), (Some(Seq(450)), 301), (Some(Seq(700)), 601)] {
        let mut copy = copy();
        copy.backfill(near);
        assert_eq!(asked(&mut copy), Some(FetchFrom::Before(Seq(from))), "{near:?}");
        assert!(!copy.can_backfill(), "one page at a time");
    }
    let mut copy = copy();
    copy.backfill(Some(Seq(300)));
    assert_eq!(asked(&mut copy), Some(FetchFrom::Before(Seq(601))), "nothing is missing there");
}

#[test]
fn what_is_new_comes_before_what_is_missing() {
    let mut copy = copy();
    copy.passed = Seq(901);
    assert!(!copy.can_backfill());
    copy.backfill(None);
    assert_eq!(asked(&mut copy), Some(FetchFrom::After(Seq(900))));
}

#[test]
fn nothing_is_asked_for_while_the_host_is_shown_what_it_lacks() {
    let mut copy = copy();
    copy.proof = Some(SignedHead { link: link(900), signature: vec![0; 64] });
    assert!(copy.contest());
    copy.passed = Seq(901);
    assert_eq!(asked(&mut copy), None, "what it has cannot follow what is here");
}

#[test]
fn a_page_on_its_way_to_the_disk_is_waited_for() {
    let mut copy = copy();
    let run = Run { prev: link(500), entries: Vec::new() };
    let older = Flight { run, gap: None, fills: Some(hole(500, 600)), chain: 0, proof: None };
    copy.older = Some(older);
    assert!(!copy.can_backfill());
    copy.store_next(|_| false, false, &mut Vec::new());
    assert!(!copy.can_backfill(), "the hole is as it was until the disk has the page");
    copy.stored();
    assert!(copy.can_backfill());
    assert_eq!(copy.hole_before(Seq(601)), Some(hole(0, 300)), "it is filled");
}

#[test]
fn the_host_is_not_asked_again_for_what_it_does_not_have() {
    struct Nothing;
    impl crate::room::log::Digest for Nothing {
        fn sha256(&self, _: &[&[u8]]) -> Hash {
            Hash([0; 32])
        }
    }
    let mut copy = copy();
    for from in [601, 301] {
        copy.backfill(None);
        let from = FetchFrom::Before(Seq(from));
        assert_eq!(asked(&mut copy), Some(from));
        let run = Run { prev: Link::START, entries: Vec::new() };
        let page = crate::wire::message::Page { asked: from, run, more: false };
        assert_eq!(copy.page(Now { boot_ms: 5, wall_ms: 0 }, page, &Nothing), Ok(()));
    }
    assert!(!copy.can_backfill());
    copy.backfill(None);
    assert_eq!(asked(&mut copy), None);
}

#[test]
fn how_far_the_log_was_told_is_known_with_what_the_host_spoke_of() {
    let mut copy = copy();
    assert_eq!(copy.followed(), Some((Seq(900), Seq(900))));
    copy.head = Seq(5_000);
    copy.heard_of(Seq(5_100));
    assert_eq!(copy.followed(), Some((Seq(900), Seq(5_100))));
    copy.lost();
    assert_eq!(copy.followed(), None);
}

#[test]
fn a_chain_of_which_nothing_is_stored_begins_anew_also_where_the_host_went_back_to_the_log_before() {
    let welcome = |epoch, head| Welcome {
        version: 1,
        features: Vec::new(),
        room_id: RoomId([1; 32]),
        epoch,
        room_name: crate::types::RoomName::new("Room").unwrap(),
        you: crate::types::MemberId(2),
        last_n: 0,
        host_key: MemberKey([9; 32]),
        head: SignedHead { link: link(head), signature: vec![0; 64] },
        oldest: Seq(1),
        from: link(head),
        server_ms: 0,
        present: 1,
        quota: (0, 0),
    };
    let mut copy = copy();
    assert_eq!(copy.welcome(&welcome(Epoch(2), 700), false), Met::Another);
    copy.lost();
    assert_eq!(
        copy.welcome(&welcome(Epoch(1), 900), false),
        Met::Another,
        "it was told that numbers begin anew"
    );
    assert_eq!(asked(&mut copy), Some(FetchFrom::Before(Seq(901))));
}
