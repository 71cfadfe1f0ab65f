//! What can be proven of a copy, and what of it is handed back.

use hallway::store::RoomDb;
use hallway::types::{Epoch, FetchFrom, Hash, Link, Proof, Run, RunPlace, Seq, SignedHead};

use crate::samples::{EPOCH, outgoing, record, run};

fn copy() -> (tempfile::TempDir, RoomDb) {
    let dir = tempfile::tempdir().unwrap();
    let mut record = record();
    (record.hosted, record.epoch) = (None, None);
    let db = RoomDb::create(&dir.path().join("a.db"), &record).unwrap();
    (dir, db)
}

fn proof(upto: u64) -> SignedHead {
    SignedHead { link: run(1, upto).last(), signature: vec![7; 70] }
}

#[test]
fn a_proof_is_kept_with_its_entries_and_only_moves_on() {
    let (_dir, mut db) = copy();
    assert_eq!(db.proof(), Ok(None));
    let live = (RunPlace::Live, EPOCH);
    db.store_copied(&run(1, 5), live, &[], (Some(&proof(5)), &[])).unwrap();
    assert_eq!(db.proof(), Ok(Some(proof(5))));
    db.store_copied(&run(6, 7), live, &[], (None, &[])).unwrap();
    db.store_copied(&Run { prev: run(1, 7).last(), entries: vec![] }, live, &[], (Some(&proof(3)), &[]))
        .unwrap();
    assert_eq!(db.proof(), Ok(Some(proof(5))));
    db.store_copied(&Run { prev: run(1, 7).last(), entries: vec![] }, live, &[], (Some(&proof(7)), &[]))
        .unwrap();
    assert_eq!(db.proof(), Ok(Some(proof(7))));
}

#[test]
fn a_copy_that_begins_anew_leaves_its_log_to_be_offered_until_it_was_handed_back() {
    let (_dir, mut db) = copy();
    db.queue(&outgoing(9, "waits")).unwrap();
    db.store_copied(&run(1, 5), (RunPlace::Live, EPOCH), &[], (Some(&proof(4)), &[])).unwrap();
    // The same epoch, and other entries: a log that went back and gave its numbers again.
    let other = Run { prev: Link::START, entries: run(1, 2).entries };
    db.store_copied(&other, (RunPlace::Anew, EPOCH), &[], (None, &[])).unwrap();
    assert_eq!((db.epoch(), db.live_end()), (Some(EPOCH), Ok(run(1, 2).last())));
    assert_eq!((db.proof(), db.outbox().unwrap().len()), (Ok(None), 1));
    let offered = Proof { epoch: EPOCH, head: proof(4) };
    assert_eq!(db.earlier_proofs(), Ok(vec![offered]));

    let log = (EPOCH, run(1, 4).last());
    let page = db.offered_page(log, FetchFrom::Before(Seq(5)), 3).unwrap();
    assert_eq!(page.run, run(2, 4));
    assert_eq!(db.offered_page(log, FetchFrom::After(Seq(4)), 3).unwrap().run, run(5, 5));
    let unknown = (EPOCH, Link { seq: Seq(4), hash: Hash([1; 32]) });
    assert!(db.offered_page(unknown, FetchFrom::Before(Seq(5)), 3).unwrap().run.entries.is_empty());

    db.handed_back(EPOCH, run(1, 3).last()).unwrap();
    assert_eq!(db.earlier_proofs().unwrap().len(), 1, "that was another proof");
    db.handed_back(EPOCH, run(1, 4).last()).unwrap();
    assert_eq!(db.earlier_proofs(), Ok(vec![]));
}

#[test]
fn nothing_is_begun_anew_while_nothing_is_there() {
    let (_dir, mut db) = copy();
    db.store_copied(&run(1, 2), (RunPlace::Anew, EPOCH), &[], (None, &[])).unwrap();
    assert_eq!(db.earlier_proofs(), Ok(vec![]));
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 2));
}

#[test]
fn a_part_with_a_hole_in_it_is_handed_back_up_to_the_hole() {
    let (_dir, mut db) = copy();
    db.store_copied(&run(4, 9), (RunPlace::Live, EPOCH), &[], (Some(&proof(9)), &[])).unwrap();
    db.store_copied(&run(1, 2), (RunPlace::Hole, EPOCH), &[], (None, &[])).unwrap();
    let log = (EPOCH, run(1, 9).last());
    assert_eq!(db.offered_page(log, FetchFrom::Before(Seq(7)), 100).unwrap().run, run(4, 6));
    assert_eq!(db.offered_page(log, FetchFrom::After(Seq(0)), 100).unwrap().run, run(1, 2));
}

#[test]
fn a_log_that_turns_keeps_its_entries_under_another_epoch() {
    let (dir, mut db) = copy();
    db.store_run(&run(1, 3), true, &[], EPOCH).unwrap();
    db.turn(Epoch(77)).unwrap();
    assert_eq!((db.epoch(), db.link_at(Seq(2))), (Some(Epoch(77)), Ok(Some(run(1, 2).last()))));
    assert_eq!((db.link_at(Seq(0)), db.link_at(Seq(4))), (Ok(Some(Link::START)), Ok(None)));
    drop(db);
    let db = RoomDb::open(&dir.path().join("a.db")).unwrap();
    assert_eq!((db.epoch(), db.live_end()), (Some(Epoch(77)), Ok(run(1, 3).last())));
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 3));
}
