//! A member's copy: runs that come in any order, and the holes between them.

use hallway::store::{Gap, RoomDb, StoreError};
use hallway::types::{Epoch, FetchFrom, Link, Run, Seq};
use proptest::prelude::*;

use crate::samples::{EPOCH, batch, entry, id, outgoing, record, run};

fn copy() -> (tempfile::TempDir, RoomDb) {
    let dir = tempfile::tempdir().unwrap();
    let mut record = record();
    (record.hosted, record.epoch) = (None, None);
    let db = RoomDb::create(&dir.path().join("copy.db"), &record).unwrap();
    (dir, db)
}

/// The hole between two numbers, both of which are here.
fn gap(after: u64, before: u64) -> Gap {
    Gap { after: Seq(after), newest: run(before, before).prev, before: Seq(before) }
}

fn all(db: &RoomDb) -> Run {
    db.page(FetchFrom::After(Seq(0)), usize::MAX).unwrap().run
}

#[test]
fn a_first_join_shows_the_newest_and_fills_the_hole_before_it() {
    let (_dir, mut db) = copy();
    assert_eq!(db.epoch(), None);
    assert_eq!(db.store_run(&run(21, 30), true, &[], EPOCH), Ok(run(21, 30).last()));
    assert_eq!(db.epoch(), Some(EPOCH));
    assert_eq!(db.gaps().unwrap(), [gap(0, 21)]);
    assert_eq!(db.store_run(&run(11, 20), false, &[], EPOCH), Ok(run(21, 30).last()));
    assert_eq!(db.gaps().unwrap(), [gap(0, 11)]);
    db.store_run(&run(1, 10), false, &[], EPOCH).unwrap();
    assert_eq!(db.gaps().unwrap(), []);
    assert_eq!(all(&db), run(1, 30));
}

#[test]
fn entries_the_live_end_and_the_outbox_change_together() {
    let (_dir, mut db) = copy();
    db.queue(&outgoing(1, "line 1")).unwrap();
    db.queue(&outgoing(2, "line 2")).unwrap();
    let mut wrong = run(1, 2);
    wrong.entries[1].signed.op.room.0[0] ^= 1;
    assert!(matches!(db.store_run(&wrong, true, &[id(1)], EPOCH), Err(StoreError::Misfit(_))));
    assert_eq!((db.outbox().unwrap().len(), db.live_end().unwrap()), (2, Link::START));
    assert_eq!((all(&db).entries.len(), db.epoch()), (0, None));
    assert_eq!(db.store_run(&run(1, 1), true, &[id(1)], EPOCH), Ok(run(1, 1).last()));
    assert_eq!(db.outbox().unwrap(), [outgoing(2, "line 2")]);
    assert_eq!(db.live_end().unwrap(), run(1, 1).last());
    assert_eq!(db.next_n(&crate::samples::ana()), Ok(3));
}

#[test]
fn the_same_entries_again_change_nothing_and_the_live_chain_never_goes_back() {
    let (_dir, mut db) = copy();
    db.store_run(&run(1, 9), true, &[], EPOCH).unwrap();
    assert_eq!(db.store_run(&run(3, 5), true, &[], EPOCH), Ok(run(1, 9).last()));
    assert_eq!(db.store_run(&run(8, 12), true, &[], EPOCH), Ok(run(8, 12).last()));
    assert_eq!(all(&db), run(1, 12));
}

#[test]
fn what_was_appended_here_counts_as_here() {
    let (_dir, mut db) = copy();
    db.append(&batch(1, 3)).unwrap();
    db.store_run(&run(6, 7), true, &[], EPOCH).unwrap();
    assert_eq!(db.gaps().unwrap(), [gap(3, 6)]);
}

#[test]
fn an_empty_run_moves_the_live_end_and_stores_nothing() {
    let (_dir, mut db) = copy();
    let here = Run { entries: Vec::new(), ..run(6, 6) };
    assert_eq!(db.store_run(&here, true, &[], EPOCH), Ok(here.prev));
    assert_eq!((db.live_end(), all(&db).entries.len()), (Ok(here.prev), 0));
    let missing = Gap { after: Seq(0), newest: here.prev, before: Seq(6) };
    assert_eq!(db.gaps().unwrap(), [missing], "what the host did not keep is missing, and seen to be");
}

#[test]
fn what_contradicts_the_copy_is_refused() {
    let (_dir, mut db) = copy();
    db.store_run(&run(1, 3), true, &[], EPOCH).unwrap();
    db.store_run(&run(7, 9), true, &[], EPOCH).unwrap();
    let forged = |prev: Link, seq| Run { prev, entries: vec![entry(prev, seq, "forged")] };
    let mut said_again = run(4, 4);
    said_again.entries[0].signed.op.id = id(2);
    for (wrong, why) in [
        (forged(run(1, 1).last(), 2), "another entry of that number"),
        (forged(run(8, 8).last(), 9), "another entry at the end"),
        (forged(forged(Link::START, 3).last(), 4), "a chain that does not meet what is before"),
        (forged(run(5, 5).last(), 6), "a chain that does not meet what is behind"),
        (
            Run { entries: vec![entry(run(2, 2).last(), 5, "forged")], ..run(3, 3) },
            "a chain that passes by 3",
        ),
        (said_again, "an op under a second number"),
    ] {
        assert!(matches!(db.store_run(&wrong, true, &[], EPOCH), Err(StoreError::Misfit(_))), "{why}");
    }
    assert_eq!(db.gaps().unwrap(), [gap(3, 7)]);
    db.store_run(&run(4, 6), false, &[], EPOCH).unwrap();
    assert_eq!(all(&db), run(1, 9));
}

#[test]
fn another_epoch_begins_an_empty_copy_and_keeps_the_outbox() {
    let (dir, mut db) = copy();
    db.store_run(&run(1, 5), true, &[], EPOCH).unwrap();
    db.queue(&outgoing(6, "waits")).unwrap();
    assert_eq!(db.store_run(&run(1, 2), true, &[], Epoch(3)), Ok(run(1, 2).last()));
    assert_eq!((all(&db), db.epoch()), (run(1, 2), Some(Epoch(3))));
    assert_eq!(db.outbox().unwrap().len(), 1);
    drop(db);
    let db = RoomDb::open(&dir.path().join("copy.db")).unwrap();
    assert_eq!((all(&db), db.epoch()), (run(1, 2), Some(Epoch(3))));
}

/// The holes, found the slow way: by looking at every entry's predecessor.
fn gaps_by_reading(db: &RoomDb) -> Vec<Gap> {
    let entries = all(db).entries;
    let mut last = Seq::START;
    let mut gaps = Vec::new();
    for entry in entries {
        if entry.prev.seq != last {
            gaps.push(Gap { after: last, newest: entry.prev, before: entry.seq });
        }
        last = entry.seq;
    }
    gaps.reverse();
    gaps
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn whatever_comes_in_whatever_order_the_holes_are_where_the_chain_breaks(
        runs in proptest::collection::vec((1u64..60, 0u64..12), 1..12)
    ) {
        let (_dir, mut db) = copy();
        let mut stored = std::collections::BTreeSet::new();
        for (from, more) in runs {
            db.store_run(&run(from, from + more), false, &[], EPOCH).unwrap();
            stored.extend(from..=from + more);
        }
        let numbers: Vec<u64> = all(&db).entries.iter().map(|entry| entry.seq.0).collect();
        prop_assert_eq!(numbers, stored.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(db.gaps().unwrap(), gaps_by_reading(&db));
    }
}
