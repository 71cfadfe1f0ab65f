//! What a host or this computer does not keep any more.

use super::*;

/// A log of which the first so many entries were said long ago.
fn aged(count: u64, old: usize) -> Vec<Entry> {
    let mut entries = log(count, "");
    entries.iter_mut().skip(old).for_each(|entry| entry.at_ms = 1_000);
    let mut run = Run { prev: Link::START, entries };
    chain::seal(&mut run, &mut |parts| Cheap.sha256(parts));
    run.entries
}

#[test]
fn what_would_not_be_kept_is_not_fetched_beyond_the_page_that_reaches_it() {
    let log = aged(1_000, 550);
    let mut bench = Bench::new(None, Link::START);
    bench.input(ReplicaInput::KeepSince(500));
    bench.input(welcome(EPOCH, log[999].link(), log[999].link(), 0));
    bench.page(FetchFrom::Before(Seq(1_001)), run(&log, 801, 1_000), true);
    bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
    assert_eq!(fetched(&bench.input(ReplicaInput::Backfill)), [FetchFrom::Before(Seq(801))]);
    bench.page(FetchFrom::Before(Seq(801)), run(&log, 601, 800), true);
    assert_eq!(fetched(&bench.input(ReplicaInput::Backfill)), [FetchFrom::Before(Seq(601))]);
    bench.page(FetchFrom::Before(Seq(601)), run(&log, 401, 600), true);
    assert_eq!(bench.stored.iter().min(), Some(&Seq(401)), "the rest of the page is removed as all else is");
    assert!(!bench.replica.has_holes());
    assert!(fetched(&bench.input(ReplicaInput::Backfill)).is_empty());
}

#[test]
fn a_host_that_keeps_nothing_of_its_log_lets_me_in_and_says_what_is_missing() {
    for last in [0, 3] {
        let log = log(8, "");
        let tail = if last == 0 { Link::START } else { log[last - 1].link() };
        let mut bench = Bench::new((last > 0).then_some(EPOCH), tail);
        let out = bench.input(welcome(EPOCH, log[6].link(), log[6].link(), 0));
        assert_eq!(fetched(&out), [FetchFrom::Before(Seq(8))]);
        bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
        let nothing = Run { prev: log[6].link(), entries: Vec::new() };
        let out = bench.page(FetchFrom::Before(Seq(8)), nothing.clone(), false);
        assert_eq!(told(&out), [&Told::Gap { after: tail.seq, before: Seq(8) }]);
        let out = bench.receive(ServerMessage::Events(run(&log, 8, 8)));
        assert_eq!(shown(&out), [8]);
        assert_eq!(bench.replica.resume().unwrap().last, log[7].link());
        assert_eq!(fetched(&bench.input(ReplicaInput::Backfill)), [FetchFrom::Before(Seq(8))]);
        bench.page(FetchFrom::Before(Seq(8)), nothing, false);
        assert!(!bench.replica.has_holes(), "nobody has it, and it is not asked for again");
    }
}

#[test]
fn a_host_whose_oldest_line_is_newer_than_my_last_one_leaves_a_gap() {
    let log = log(900, "");
    let mut bench = Bench::new(Some(EPOCH), log[2].link());
    bench.input(welcome(EPOCH, log[899].link(), log[899].link(), 0));
    bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
    let out = bench.page(FetchFrom::Before(Seq(901)), run(&log, 851, 900), false);
    assert_eq!(told(&out)[0], &Told::Gap { after: Seq(3), before: Seq(851) });
    assert_eq!(shown(&out), (851..=900).collect::<Vec<_>>());
}

#[test]
fn a_host_whose_log_emptied_while_it_was_open_is_caught_up_with_by_one_gap() {
    let log = log(9, "");
    let mut bench = Bench::new(Some(EPOCH), log[2].link());
    bench.input(welcome(EPOCH, log[7].link(), log[2].link(), 0));
    bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
    let out = bench.receive(ServerMessage::Events(run(&log, 9, 9)));
    assert_eq!(fetched(&out), [FetchFrom::After(Seq(3))]);
    let nothing = Run { prev: log[8].link(), entries: Vec::new() };
    let out = bench.page(FetchFrom::After(Seq(3)), nothing, false);
    assert_eq!(told(&out), [&Told::Gap { after: Seq(3), before: Seq(10) }]);
    assert!(fetched(&out).is_empty(), "and nothing is asked for again");
    assert_eq!(bench.replica.resume().unwrap().last, log[8].link());
}
