//! What the log does not keep any more.

use super::*;

#[test]
fn what_was_taken_and_is_not_kept_any_more_is_answered_with_its_old_number_and_not_numbered_again() {
    let mut known = Known { counters: vec![(key(2), 5)], oldest: Seq(9), ..Known::default() };
    known.seen.insert(&key(2), &signed(2, 1, 1, "a").op.id);
    let mut bench = Bench::over(known, 9, None);
    bench.enter(2);
    for n in [1, 6] {
        let op = signed(2, n, 1, "a");
        assert!(looks_up(&bench.say(2, vec![op.clone()])), "counter {n}");
        let out = bench.input(Input::FoundRemoved { conn: ConnId(2), id: op.op.id, seq: Seq(3) });
        assert_eq!(outcomes(&out), [Ok(Seq(3))]);
        assert!(!out.iter().any(|output| matches!(output, Output::Record(_))));
    }
}
