//! Whether a log is what was written, and what of it may be passed on.

use std::path::{Path, PathBuf};

use hallway::store::{Gap, RoomDb, RoomRecord, StoreError};
use hallway::types::limits::CHECK_ENTRIES;
use hallway::types::{Entry, Epoch, FetchFrom, Hash, Link, Proof, Run, RunPlace, Seq, SignedHead};
use rusqlite::Connection;

use crate::samples::{EPOCH, ana, batch, entry, found, id, outgoing, record, run, text_of};

fn room(dir: &tempfile::TempDir) -> (PathBuf, RoomDb) {
    let path = dir.path().join("a.db");
    let db = RoomDb::create(&path, &record()).unwrap();
    (path, db)
}

fn change(path: &Path, statement: &str) {
    assert!(Connection::open(path).unwrap().execute(statement, []).unwrap() > 0);
}

/// The hash of an entry of the samples.
fn hash_of(said: &Entry) -> Hash {
    entry(said.prev, said.seq.0, &String::from_utf8_lossy(&said.signed.op.body)).hash
}

fn opened(path: &Path) -> RoomDb {
    let mut db = RoomDb::open(path).unwrap();
    db.check_with(hash_of);
    db
}

/// Looks at all of it.
fn check(db: &mut RoomDb) -> Result<(), StoreError> {
    while db.check_some()? {}
    Ok(())
}

fn damaged(words: &str) -> StoreError {
    StoreError::Damaged(words.to_owned())
}

/// What may be passed on, and whether there is more.
fn passed(db: &RoomDb, from: FetchFrom, max: usize) -> (Run, bool) {
    let slice = db.page_without_holes(from, max).unwrap();
    (slice.run, slice.more)
}

#[test]
fn what_is_passed_on_ends_where_a_hole_begins_and_begins_where_one_ends() {
    let dir = tempfile::tempdir().unwrap();
    let (_path, mut db) = room(&dir);
    db.store_run(&run(21, 30), true, &[], EPOCH).unwrap();
    db.store_run(&run(5, 10), false, &[], EPOCH).unwrap();
    db.check_with(hash_of);
    assert_eq!(passed(&db, FetchFrom::After(Seq(0)), 100), (run(5, 10), true));
    assert_eq!(passed(&db, FetchFrom::After(Seq(7)), 2), (run(8, 9), true));
    assert_eq!(passed(&db, FetchFrom::After(Seq(10)), 100), (run(21, 30), false));
    assert_eq!(passed(&db, FetchFrom::After(Seq(15)), 100), (run(21, 30), false));
    assert_eq!(passed(&db, FetchFrom::After(Seq(30)), 100).0.prev, run(1, 30).last());
    assert_eq!(passed(&db, FetchFrom::Before(Seq(31)), 100), (run(21, 30), true));
    assert_eq!(passed(&db, FetchFrom::Before(Seq(40)), 2), (run(29, 30), true));
    assert_eq!(passed(&db, FetchFrom::Before(Seq(29)), 4), (run(25, 28), true));
    assert_eq!(passed(&db, FetchFrom::Before(Seq(11)), 100), (run(5, 10), false));
    let nothing = Run { prev: Link::START, entries: Vec::new() };
    for missing in [12, 15, 21] {
        assert_eq!(passed(&db, FetchFrom::Before(Seq(missing)), 100), (nothing.clone(), true), "{missing}");
    }
    assert_eq!(passed(&db, FetchFrom::Before(Seq(5)), 100), (nothing, false));
    assert_eq!(check(&mut db), Ok(()));
}

#[test]
fn an_entry_that_is_gone_from_the_middle_is_damage_and_a_hole_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let (path, mut db) = room(&dir);
    db.store_run(&run(201, 400), true, &[], EPOCH).unwrap();
    assert_eq!(check(&mut db), Ok(()));
    change(&path, "DELETE FROM entry WHERE seq = 300");
    assert_eq!(check(&mut db), Ok(()), "it is looked at once for each opening");
    let mut db = opened(&path);
    let missing = damaged("entry 301: those before it are missing");
    assert_eq!(check(&mut db), Err(missing.clone()));
    assert_eq!(check(&mut db), Ok(()), "it is told once");
    let around = [FetchFrom::After(Seq(290)), FetchFrom::After(Seq(299)), FetchFrom::Before(Seq(305))];
    for from in around.into_iter().chain([FetchFrom::Before(Seq(301))]) {
        assert_eq!(db.page(from, 20), Err(missing.clone()));
        assert_eq!(db.page_without_holes(from, 20), Err(missing.clone()));
    }
    assert_eq!(db.page(FetchFrom::After(Seq(210)), 5).unwrap().run, run(211, 215));
}

#[test]
fn entries_that_are_gone_at_either_end_or_before_a_hole_are_damage() {
    for (gone, words) in [
        ("seq <= 3", "entry 4: those before it are missing"),
        ("seq IN (9, 10)", "entry 21: those before it are missing"),
        ("seq > 28", "entry 30: the end of what should be here is another one"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (path, mut db) = room(&dir);
        db.store_run(&run(1, 10), true, &[], EPOCH).unwrap();
        db.store_run(&run(21, 30), true, &[], EPOCH).unwrap();
        drop(db);
        change(&path, &format!("DELETE FROM entry WHERE {gone}"));
        let mut db = opened(&path);
        assert_eq!(check(&mut db), Err(damaged(words)), "{gone}");
        assert_eq!(db.page(FetchFrom::After(Seq(0)), 100), Err(damaged(words)), "{gone}");
        assert_eq!(db.page(FetchFrom::Before(Seq(100)), 100), Err(damaged(words)), "{gone}");
    }
}

#[test]
fn an_entry_that_is_not_what_was_written_is_damage_with_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let (path, mut db) = room(&dir);
    db.index_with(text_of);
    db.append(&batch(1, 9)).unwrap();
    drop(db);
    change(&path, "UPDATE entry SET body = x'00' WHERE seq = 4");
    let mut db = RoomDb::open(&path).unwrap();
    assert_eq!(check(&mut db), Ok(()), "nobody said what the hashes are");
    db.check_with(hash_of);
    let changed = damaged("entry 4: it is not what was written");
    assert_eq!(check(&mut db), Err(changed.clone()));
    assert_eq!(db.page(FetchFrom::Before(Seq(9)), 9), Err(changed.clone()));
    assert_eq!(db.page_without_holes(FetchFrom::Before(Seq(9)), 9), Err(changed.clone()));
    assert_eq!((db.find(&ana(), &id(4)), db.link_at(Seq(4))), (Err(changed.clone()), Err(changed)));
    assert_eq!(found(&db, "line"), [9, 8, 7, 6, 5, 3, 2, 1], "nor is it found");
    assert_eq!(db.page(FetchFrom::After(Seq(4)), 9).unwrap().run, run(5, 9));
    change(&path, "UPDATE entry SET prev_hash = zeroblob(32) WHERE seq = 7");
    assert!(matches!(db.page(FetchFrom::After(Seq(4)), 9), Err(StoreError::Damaged(_))));
}

#[test]
fn what_is_offered_of_an_earlier_log_is_looked_at_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    let mut db = RoomDb::create(&path, &RoomRecord { hosted: None, epoch: None, ..record() }).unwrap();
    let head = SignedHead { link: run(1, 9).last(), signature: vec![7; 70] };
    db.store_copied(&run(1, 9), (RunPlace::Live, EPOCH), &[], (Some(&head), &[])).unwrap();
    db.store_run(&run(1, 200), true, &[], Epoch(3)).unwrap();
    drop(db);
    let mut db = opened(&path);
    assert_eq!(check(&mut db), Ok(()));
    drop(db);
    change(&path, "UPDATE entry SET body = x'00' WHERE era = 1 AND seq = 4");
    let mut db = opened(&path);
    assert_eq!(db.earlier_proofs(), Ok(vec![Proof { epoch: EPOCH, head: head.clone() }]));
    let offered = |from| db.offered_page((EPOCH, head.link), from, 3).map(|slice| slice.run);
    let changed = damaged("entry 4: it is not what was written");
    assert_eq!(offered(FetchFrom::Before(Seq(6))), Err(changed.clone()));
    assert_eq!(offered(FetchFrom::Before(Seq(10))), Ok(run(7, 9)));
    for _ in 0..=200_usize.div_ceil(CHECK_ENTRIES) {
        assert_eq!(db.check_some(), Ok(true), "the log of now comes first");
    }
    assert_eq!(check(&mut db), Err(changed));
}

#[test]
fn what_an_entry_is_known_by_leads_to_it() {
    for statement in [
        // Two entries that say that they are the other: the table as it was, its indexes as they would be.
        "UPDATE entry SET n = n + 1 WHERE seq = 150",
        "UPDATE outbox SET text = ''",
        "UPDATE member SET name = 'a<b'",
        "UPDATE era SET live_hash = zeroblob(32)",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (path, mut db) = room(&dir);
        db.append(&batch(1, 150)).unwrap();
        db.queue(&outgoing(151, "waits")).unwrap();
        drop(db);
        let raw = Connection::open(&path).unwrap();
        if statement.contains("n + 1") {
            // The index does not hear of the change.
            let sql = "CREATE INDEX entry_by_counter ON entry (era, author, n) WHERE seq < 0";
            raw.pragma_update(None, "writable_schema", "ON").unwrap();
            let hide = "UPDATE sqlite_schema SET sql = ?1 WHERE name = 'entry_by_counter'";
            raw.execute(hide, [sql]).unwrap();
            raw.execute_batch("PRAGMA writable_schema = RESET").unwrap();
            raw.execute(statement, []).unwrap();
            raw.pragma_update(None, "writable_schema", "ON").unwrap();
            raw.execute(hide, ["CREATE INDEX entry_by_counter ON entry (era, author, n)"]).unwrap();
        } else {
            raw.execute(statement, []).unwrap();
        }
        drop(raw);
        let mut db = opened(&path);
        assert!(matches!(check(&mut db), Err(StoreError::Damaged(_))), "{statement}");
    }
}

/// A hosted room of nine entries, of which the last three are known to be missing.
fn without_its_end(dir: &tempfile::TempDir) -> (PathBuf, RoomDb) {
    let (path, mut db) = room(dir);
    db.append(&batch(1, 9)).unwrap();
    drop(db);
    change(&path, "DELETE FROM entry WHERE seq > 6");
    change(&path, "UPDATE span SET last_seq = 6");
    let db = opened(&path);
    (path, db)
}

#[test]
fn a_host_whose_newest_entries_are_missing_goes_on_behind_them() {
    let dir = tempfile::tempdir().unwrap();
    let (_path, mut db) = without_its_end(&dir);
    let head = run(1, 9).last();
    let missing = Gap { after: Seq(6), newest: head, before: Seq(10) };
    let known = db.known().unwrap();
    assert_eq!((known.head, known.oldest, db.gaps().unwrap()), (head, Seq(1), vec![missing]));
    assert_eq!(known.last_at_ms, run(6, 6).entries[0].at_ms);
    assert_eq!((db.here(), check(&mut db)), (Ok(6), Ok(())));
    let nothing = Run { prev: head, entries: Vec::new() };
    assert_eq!(passed(&db, FetchFrom::Before(Seq(10)), 9), (nothing.clone(), true));
    assert_eq!(passed(&db, FetchFrom::After(Seq(6)), 9), (nothing, false));
    assert_eq!(passed(&db, FetchFrom::After(Seq(2)), 9), (run(3, 6), false));
    assert!(matches!(db.append(&batch(7, 7)), Err(StoreError::Misfit(_))), "no number is given twice");
    db.append(&batch(10, 12)).unwrap();
    assert_eq!(db.gaps().unwrap(), [missing]);
    assert_eq!(passed(&db, FetchFrom::After(Seq(6)), 9), (run(10, 12), false));
    fill(&mut db, 7, 9).unwrap();
    assert_eq!((db.gaps().unwrap(), db.live_end().unwrap()), (vec![], run(1, 12).last()));
    assert_eq!(passed(&db, FetchFrom::After(Seq(0)), 20), (run(1, 12), false));
    assert_eq!((db.here(), check(&mut db)), (Ok(12), Ok(())));
}

fn fill(db: &mut RoomDb, from: u64, to: u64) -> Result<Link, StoreError> {
    db.store_copied(&run(from, to), (RunPlace::Hole, EPOCH), &[], (None, &[]))
}

#[test]
fn a_hole_at_the_end_is_filled_from_its_upper_end_downwards_and_by_no_other_entry() {
    let dir = tempfile::tempdir().unwrap();
    let (_path, mut db) = without_its_end(&dir);
    let head = run(1, 9).last();
    let mut forged = run(8, 9);
    forged.entries[1] = entry(forged.entries[0].link(), 9, "forged");
    let refused = db.store_copied(&forged, (RunPlace::Hole, EPOCH), &[], (None, &[]));
    assert!(matches!(refused, Err(StoreError::Misfit(_))));
    assert_eq!(fill(&mut db, 9, 9), Ok(head));
    assert_eq!(db.gaps().unwrap(), [Gap { after: Seq(6), newest: run(8, 8).last(), before: Seq(9) }]);
    assert_eq!(fill(&mut db, 8, 8), Ok(head));
    assert_eq!(db.gaps().unwrap(), [Gap { after: Seq(6), newest: run(7, 7).last(), before: Seq(8) }]);
    assert_eq!(fill(&mut db, 7, 7), Ok(head));
    assert_eq!((db.gaps().unwrap(), db.known().unwrap().head), (vec![], head));
    db.append(&batch(10, 10)).unwrap();
}

#[test]
fn a_member_misses_its_newest_entries_too_and_not_what_it_removed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    let mut db = RoomDb::create(&path, &RoomRecord { hosted: None, ..record() }).unwrap();
    db.store_run(&run(1, 9), true, &[], EPOCH).unwrap();
    drop(db);
    change(&path, "DELETE FROM entry WHERE seq > 6");
    change(&path, "UPDATE span SET last_seq = 6");
    let mut db = opened(&path);
    let missing = |after| Gap { after: Seq(after), newest: run(1, 9).last(), before: Seq(10) };
    assert_eq!(db.gaps().unwrap(), [missing(6)]);
    db.set_not_kept(hallway::store::NotKept { through: Seq(4), ..Default::default() });
    while db.remove_some().unwrap() {}
    assert_eq!((db.gaps().unwrap(), db.removed_to()), (vec![missing(6)], Ok(Seq(4))));
    db.store_run(&run(10, 11), true, &[], EPOCH).unwrap();
    assert_eq!(db.gaps().unwrap(), [missing(6)]);
    fill(&mut db, 7, 9).unwrap();
    assert_eq!((db.gaps().unwrap(), db.live_end()), (vec![], Ok(run(1, 11).last())));
    assert_eq!(check(&mut db), Ok(()));
}

#[test]
fn a_host_of_which_every_entry_is_missing_knows_where_its_log_ended() {
    let dir = tempfile::tempdir().unwrap();
    let (path, mut db) = room(&dir);
    db.append(&batch(1, 9)).unwrap();
    drop(db);
    change(&path, "DELETE FROM entry");
    change(&path, "DELETE FROM span");
    let mut db = opened(&path);
    let head = run(1, 9).last();
    assert_eq!(db.gaps().unwrap(), [Gap { after: Seq(0), newest: head, before: Seq(10) }]);
    assert_eq!((db.known().unwrap().head, db.known().unwrap().oldest), (head, Seq(10)));
    db.append(&batch(10, 10)).unwrap();
    fill(&mut db, 1, 9).unwrap();
    assert_eq!(passed(&db, FetchFrom::After(Seq(0)), 20), (run(1, 10), false));
}
