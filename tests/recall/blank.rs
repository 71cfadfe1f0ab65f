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
    // Nor does it say anything to whoever copies the log.
    let stored = batch(&out).unwrap();
    let blank = |entry: &Entry| entry.signed.op.kind == kind::BLANK;
    assert!(stored.entries.iter().all(blank), "{stored:?}");
    let out = bench.input(Input::Recorded(Seq(12)));
    let published = out.iter().find_map(|output| match output {
        Output::Publish(run, _) => Some(run.entries.iter().all(blank)),
        _ => None,
    });
    assert_ne!(published, Some(false));
}

fn batch(out: &[Output]) -> Option<Batch> {
    out.iter().find_map(|output| match output {
        Output::Record(batch) => Some(batch.clone()),
        _ => None,
    })
}

/// A host that has ten entries of twelve, and these for the others.
fn handed_back(first: Entry, last: Entry) -> (Bench, Vec<Output>) {
    let log = log(12);
    let mut bench = Bench::new(&log[..10]);
    bench.ana(log[11].link());
    bench.offer(proof(EPOCH, log[11].link()));
    let mut whole = log[5..10].to_vec();
    whole.extend([first.clone(), last.clone()]);
    bench.hand(FetchFrom::Before(Seq(13)), &whole);
    let out = bench.hand(FetchFrom::After(Seq(10)), &[first, last]);
    (bench, out)
}

#[test]
fn what_a_moderator_removed_goes_again_also_where_the_appointment_comes_back_with_it() {
    let log = log(12);
    let appointed = Entry { prev: log[9].link(), ..appointment(HOST, 11) };
    let removal = Removal { author: ANA, name: Nickname::new("Ana").unwrap(), which: None };
    let (kind, body) = op::deed_body(&Deed::Remove(removal));
    let op = Op { room: ROOM, author: BO, n: 0, id: OpId([0xef; 16]), kind, body };
    let signed = SignedOp { signature: Signs(BO).sign(&op::canonical(&op)), op };
    // The chain as it is with them, and its head as the room vouched for it.
    let last = Entry { signed, ..appointment(BO, 12) };
    let mut run = Run { prev: log[9].link(), entries: vec![appointed, last] };
    chain::seal(&mut run, &mut |parts| Cheap.sha256(parts));
    let mut bench = Bench::new(&log[..10]);
    bench.ana(run.last());
    bench.offer(proof(EPOCH, run.last()));
    let mut whole = log[5..10].to_vec();
    whole.extend(run.entries.clone());
    bench.hand(FetchFrom::Before(Seq(13)), &whole);
    let out = bench.hand(FetchFrom::After(Seq(10)), &run.entries);
    assert_eq!(batch(&out).map(|batch| batch.removals.len()), Some(1), "{out:?}");
}

#[test]
fn nobody_sets_the_clock_of_a_log_forward_by_a_blank_entry() {
    let log = log(12);
    let first = Entry { prev: log[9].link(), ..appointment(HOST, 11) };
    let last = Entry { at_ms: i64::MAX, ..log[11].clone().blank() };
    let (_, out) = handed_back(first, last);
    let times: Vec<i64> = batch(&out).unwrap().entries.iter().map(|entry| entry.at_ms).collect();
    assert_eq!(times, [5, 9], "no later than now");
}

#[test]
fn a_counter_that_no_log_can_hold_is_not_taken() {
    let log = log(12);
    for (n, taken) in [(i64::MAX as u64, true), (i64::MAX as u64 + 1, false)] {
        let op = Op { n, author: BO, id: OpId([0xef; 16]), ..log[10].signed.op.clone() };
        let signed = SignedOp { signature: Signs(BO).sign(&op::canonical(&op)), op };
        let first = Entry { signed, ..log[10].clone() };
        let (_, out) = handed_back(first, log[11].clone().blank());
        assert_eq!(batch(&out).is_some(), taken, "{n}");
    }
}

#[test]
fn an_act_that_comes_back_into_another_log_sends_nobody_away() {
    let act =
        |verb| Act { verb, whom: BO, name: Nickname::new("Bo").unwrap(), until_ms: None, by_address: false };
    for (verb, goes) in [(Verb::Remove, false), (Verb::Ban, true)] {
        let mut other = log(2);
        let (kind, body) = op::deed_body(&Deed::Act(act(verb)));
        let op = Op { author: HOST, n: 0, kind, body, ..other[1].signed.op.clone() };
        other[1].signed = SignedOp { signature: Signs(HOST).sign(&op::canonical(&op)), op };
        let mut run = Run { prev: Link::START, entries: other };
        chain::seal(&mut run, &mut |parts| Cheap.sha256(parts));
        let mut bench = Bench::new(&[]);
        bench.enter(3, BO, Link::START);
        bench.receive(3, ClientMessage::Introduce(Nickname::new("Bo").unwrap()));
        bench.input(Input::Recorded(Seq(1)));
        bench.ana(Link::START);
        let page = |bench: &mut Bench, asked| {
            bench.receive(2, ClientMessage::Tail(Epoch(9), Page { asked, run: run.clone(), more: false }))
        };
        assert_eq!(wanted(&bench.offer(proof(Epoch(9), run.last()))), [FetchFrom::Before(Seq(3))]);
        assert_eq!(wanted(&page(&mut bench, FetchFrom::Before(Seq(3)))), [FetchFrom::After(Seq(0))]);
        assert_eq!(recorded(&page(&mut bench, FetchFrom::After(Seq(0)))), [2, 3]);
        let out = bench.input(Input::Recorded(Seq(3)));
        let away = out.contains(&Output::Close(ConnId(3), Goodbye::Removed));
        assert_eq!(away, goes, "{verb:?}: it was done then; whoever is kept out is so still");
    }
}

#[test]
fn what_came_back_without_its_words_is_there_for_its_author_who_sends_it_again() {
    let mut entries = log(1);
    let said = entries[0].signed.clone();
    entries[0] = entries[0].clone().blank();
    let run = Run { prev: Link::START, entries };
    let mut bench = Bench::new(&[]);
    bench.enter(1, HOST, Link::START);
    bench.ana(Link::START);
    let page = |bench: &mut Bench, asked| {
        bench.receive(2, ClientMessage::Tail(Epoch(9), Page { asked, run: run.clone(), more: false }))
    };
    bench.offer(proof(Epoch(9), run.last()));
    page(&mut bench, FetchFrom::Before(Seq(2)));
    assert_eq!(recorded(&page(&mut bench, FetchFrom::After(Seq(0)))), [1]);
    bench.input(Input::Recorded(Seq(1)));
    bench.ana(Link::START);
    let out = bench.receive(2, ClientMessage::Submit(vec![said]));
    let outcomes = out.iter().find_map(|output| match output {
        Output::Send(_, ServerMessage::Results(results, _)) => Some(results[0].outcome.clone()),
        _ => None,
    });
    assert_eq!(outcomes, Some(Ok(Seq(1))));
}

#[test]
fn whoever_keeps_nothing_any_more_of_what_it_offers_is_answered_and_may_speak() {
    let log = log(4);
    let mut bench = Bench::new(&[]);
    bench.ana(Link::START);
    bench.offer(proof(Epoch(9), log[3].link()));
    let (asked, run) = (FetchFrom::Before(Seq(5)), Run { prev: Link::START, entries: Vec::new() });
    let out = bench.receive(2, ClientMessage::Tail(Epoch(9), Page { asked, run, more: false }));
    let answer = ServerMessage::TailTaken(Epoch(9), log[3].link(), Seq(u64::MAX));
    assert!(out.contains(&Output::Send(ConnId(2), answer)), "{out:?}");
}
