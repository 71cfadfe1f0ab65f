//! What is missing in the middle of a host's log, and how it comes back from its members.

use super::*;

/// What is written back.
fn refilled(out: &[Output]) -> Vec<u64> {
    let of = |output: &Output| match output {
        Output::Refill(run, _) => Some(run.entries.iter().map(|entry| entry.seq.0).collect::<Vec<_>>()),
        _ => None,
    };
    out.iter().find_map(of).unwrap_or_default()
}

/// Whether the person hears that so many entries are there again.
fn told(out: &[Output]) -> Option<u64> {
    out.iter().find_map(|output| match output {
        Output::Tell(RoomNotice::Refilled(count)) => Some(*count),
        _ => None,
    })
}

/// A room of 20 entries that lacks 3 to 6 and 19 to 20, and what was asked when Ana came.
fn damaged(log: &[Entry]) -> (Bench, Vec<Output>) {
    let hole = |after: u64, newest: usize| Hole { after: Seq(after), newest: log[newest - 1].link() };
    let mut bench = Bench::with_holes(log, vec![hole(18, 20), hole(2, 6)]);
    let out = bench.enter(2, ANA, log[19].link());
    (bench, out)
}

#[test]
fn what_is_missing_in_the_middle_is_asked_for_from_the_newest_back_and_written_where_it_was() {
    let log = log(20);
    let (mut bench, out) = damaged(&log);
    assert_eq!(wanted(&out), [FetchFrom::Before(Seq(21))]);
    let out = bench.hand(FetchFrom::Before(Seq(21)), &log[19..]);
    assert_eq!((refilled(&out), wanted(&out)), (vec![20], vec![]), "one page at a time");
    assert_eq!(wanted(&bench.input(Input::Refilled(Ok(())))), [FetchFrom::Before(Seq(20))]);
    let out = bench.hand(FetchFrom::Before(Seq(20)), &log[10..19]);
    assert_eq!(refilled(&out), [19], "no more than what is missing");
    let out = bench.input(Input::Refilled(Ok(())));
    assert_eq!((wanted(&out), told(&out)), (vec![FetchFrom::Before(Seq(7))], None));
    assert_eq!(refilled(&bench.hand(FetchFrom::Before(Seq(7)), &log[..6])), [3, 4, 5, 6]);
    let out = bench.input(Input::Refilled(Ok(())));
    assert_eq!((wanted(&out), told(&out), closed(&out)), (vec![], Some(6), None));
    assert_eq!((bench.room.next_tick(), bench.room.head()), (None, log[19].link()));
}

#[test]
fn nobody_is_asked_before_the_quiet_is_over_and_somebody_is_as_soon_as_it_is() {
    let log = log(20);
    let mut bench = Bench::with_holes(&log, vec![Hole { after: Seq(2), newest: log[5].link() }]);
    assert_eq!(wanted(&bench.enter(2, ANA, Link::START)), []);
    bench.now = bench.room.next_tick().unwrap();
    assert_eq!((bench.now, wanted(&bench.input(Input::Tick))), (4_000, vec![FetchFrom::Before(Seq(7))]));
}

#[test]
fn what_does_not_lead_to_what_is_missing_is_not_taken_and_the_next_member_is_asked() {
    let log = log(20);
    let mut other = log.clone();
    other[18].at_ms = 6;
    for page in [&log[10..18], &other[18..], &[]] {
        let (mut bench, _) = damaged(&log);
        bench.enter(3, BO, log[19].link());
        let out = bench.hand(FetchFrom::Before(Seq(21)), page);
        assert_eq!((refilled(&out), closed(&out)), (vec![], None));
        assert_eq!(wanted(&out), [FetchFrom::Before(Seq(7))], "she may have the rest");
        let out = bench.hand(FetchFrom::Before(Seq(7)), &[]);
        let asked = out.iter().find(|out| matches!(out, Output::Send(_, ServerMessage::TailWanted(_))));
        assert!(matches!(asked, Some(Output::Send(ConnId(3), _))), "{out:?}");
        bench.input(Input::Closed(ConnId(3)));
        assert_eq!(bench.room.next_tick(), None, "nobody has it, and nobody is asked for ever");
        assert_eq!(wanted(&bench.enter(4, BO, log[19].link())), [FetchFrom::Before(Seq(21))]);
    }
}

#[test]
fn who_does_not_answer_is_passed_by_and_who_answers_late_or_unasked_is_let_pass() {
    let log = log(20);
    let (mut bench, _) = damaged(&log);
    assert_eq!(refilled(&bench.hand(FetchFrom::Before(Seq(7)), &log[..6])), [0; 0]);
    bench.now += RECALL_PAGE_MS - 1;
    assert_eq!(wanted(&bench.input(Input::Tick)), []);
    bench.now += 1;
    assert_eq!(wanted(&bench.input(Input::Tick)), [FetchFrom::Before(Seq(7))]);
    assert_eq!(refilled(&bench.hand(FetchFrom::Before(Seq(21)), &log[18..])), [0; 0]);
    assert_eq!(refilled(&bench.hand(FetchFrom::Before(Seq(7)), &log[..6])), [3, 4, 5, 6]);
}

#[test]
fn what_the_disk_does_not_take_back_is_asked_for_again_after_a_while() {
    let log = log(20);
    let (mut bench, _) = damaged(&log);
    bench.hand(FetchFrom::Before(Seq(21)), &log[18..]);
    let out = bench.input(Input::Refilled(Err("full".to_owned())));
    assert!(out.contains(&Output::Tell(RoomNotice::NotStoring("full".to_owned()))));
    assert_eq!(bench.room.next_tick(), Some(1_000 + NOT_KEPT_RETRY_MS));
    bench.now += NOT_KEPT_RETRY_MS;
    assert_eq!(wanted(&bench.input(Input::Tick)), [FetchFrom::Before(Seq(21))]);
}
