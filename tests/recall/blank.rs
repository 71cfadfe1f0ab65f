//! Where something was removed the chain says nothing of what must stand before it, so what is handed back is checked by its
//! signatures.

use hallway::types::{Act, Deed, Removal, Verb};

use super::*;

/// The host makes Bo a moderator, or somebody says so, as an entry of this number.
fn appointment(signer: MemberKey, seq: u64) -> Entry {
    let (verb, name) = (Verb::Appoint, Nickname::new("Bo").unwrap());
    let act = Act { verb, whom: BO, name: name.clone(), until_ms: None, by_address: false };
    let (kind, body) = op::deed_body(&Deed::Act(act));
    let op = Op { room: ROOM, author: HOST, n: 0, id: OpId([0xee; 16]), kind, body };
    let signed = SignedOp { signature: Signs(signer).sign(&op::canonical(&op)), op };
    let (prev, hash) = (Link::START, Hash([0; 32]));
    Entry { prev, seq: Seq(seq), at_ms: 5, member: MemberId(1), name, signed, hash }
}

/// The log's end as somebody would like it: with `first` in front, and a blank that leads to the head.
fn made_up(log: &[Entry], first: Entry) -> Vec<Entry> {
    let last = log.last().unwrap().clone();
    vec![first, last.blank()]
}

#[test]
fn what_stands_before_a_blank_comes_back_where_it_was_signed_and_not_where_it_is_made_up() {
    for (signer, taken) in [(HOST, true), (BO, false)] {
        let log = log(12);
        let first = Entry { prev: log[9].link(), ..appointment(signer, 11) };
        let page = made_up(&log, first);
        let mut bench = Bench::new(&log[..10]);
        bench.ana(log[11].link());
        bench.offer(proof(EPOCH, log[11].link()));
        let mut whole = log[5..10].to_vec();
        whole.extend(page.clone());
        bench.hand(FetchFrom::Before(Seq(13)), &whole);
        let out = bench.hand(FetchFrom::After(Seq(10)), &page);
        if taken {
            assert_eq!(recorded(&out), [11, 12]);
        } else {
            assert_eq!((closed(&out), recorded(&out)), (Some(Goodbye::Protocol), vec![]));
        }
    }
}

#[test]
fn what_fills_a_hole_before_a_blank_was_signed_or_is_not_taken() {
    for (signer, taken) in [(HOST, true), (BO, false)] {
        let log = log(20);
        let hole = Hole { after: Seq(2), newest: log[5].link() };
        let mut bench = Bench::with_holes(&log, vec![hole]);
        bench.enter(2, ANA, log[19].link());
        let mut page = log[..2].to_vec();
        page.extend([appointment(signer, 3), log[5].clone().blank()]);
        let out = bench.hand(FetchFrom::Before(Seq(7)), &page);
        let back = out.iter().any(|output| matches!(output, Output::Refill(_)));
        assert_eq!(back, taken, "{out:?}");
    }
}

#[test]
fn what_somebody_signed_and_was_never_theirs_to_remove_comes_back_and_removes_nothing() {
    let log = log(12);
    let name = Nickname::new("Ana").unwrap();
    let removal = Removal { author: ANA, name: name.clone(), which: None };
    let (kind, body) = op::deed_body(&Deed::Remove(removal));
    let op = Op { room: ROOM, author: BO, n: 0, id: OpId([0xee; 16]), kind, body };
    let signed = SignedOp { signature: Signs(BO).sign(&op::canonical(&op)), op };
    let first = Entry { signed, prev: log[9].link(), ..appointment(BO, 11) };
    let page = made_up(&log, first);
    let mut bench = Bench::new(&log[..10]);
    bench.ana(log[11].link());
    bench.offer(proof(EPOCH, log[11].link()));
    let mut whole = log[5..10].to_vec();
    whole.extend(page.clone());
    bench.hand(FetchFrom::Before(Seq(13)), &whole);
    let out = bench.hand(FetchFrom::After(Seq(10)), &page);
    let removals = out.iter().find_map(|output| match output {
        Output::Record(batch) => Some(batch.removals.len()),
        _ => None,
    });
    assert_eq!((recorded(&out), removals), (vec![11, 12], Some(0)));
}
