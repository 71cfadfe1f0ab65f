//! Whether a log is what was written, and what of it may be passed on.

use hallway::store::{Gap, RoomDb, StoreError};
use hallway::types::{FetchFrom, Link, Run, Seq};
use rusqlite::Connection;

use crate::samples::{EPOCH, batch, entry, record, run};

fn room(dir: &tempfile::TempDir) -> (std::path::PathBuf, RoomDb) {
    let path = dir.path().join("a.db");
    let db = RoomDb::create(&path, &record()).unwrap();
    (path, db)
}

fn change(path: &std::path::Path, statement: &str) {
    assert!(Connection::open(path).unwrap().execute(statement, []).unwrap() > 0);
}

/// Looks at all of it.
fn check(db: &mut RoomDb) -> Result<(), StoreError> {
    while db.check_some()? {}
    Ok(())
}

#[test]
fn what_is_passed_on_ends_where_a_hole_begins_and_begins_where_one_ends() {
    let dir = tempfile::tempdir().unwrap();
    let (_path, mut db) = room(&dir);
    db.store_run(&run(21, 30), true, &[], EPOCH).unwrap();
    db.store_run(&run(5, 10), false, &[], EPOCH).unwrap();
    let page = |from, max| {
        let slice = db.page_without_holes(from, max).unwrap();
        (slice.run, slice.more)
    };
    assert_eq!(page(FetchFrom::After(Seq(0)), 100), (run(5, 10), true));
    assert_eq!(page(FetchFrom::After(Seq(7)), 2), (run(8, 9), true));
    assert_eq!(page(FetchFrom::After(Seq(10)), 100), (run(21, 30), false));
    assert_eq!(page(FetchFrom::After(Seq(15)), 100), (run(21, 30), false));
    assert_eq!(page(FetchFrom::Before(Seq(31)), 100), (run(21, 30), true));
    assert_eq!(page(FetchFrom::Before(Seq(29)), 4), (run(25, 28), true));
    assert_eq!(page(FetchFrom::Before(Seq(15)), 100), (run(5, 10), false));
}

#[test]
fn an_entry_that_is_gone_from_the_middle_is_damage_and_a_hole_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let (path, mut db) = room(&dir);
    db.store_run(&run(201, 400), true, &[], EPOCH).unwrap();
    db.check_with(|entry| entry.hash);
    assert_eq!(check(&mut db), Ok(()));
    change(&path, "DELETE FROM entry WHERE seq = 300");
    assert_eq!(check(&mut db), Ok(()), "it is looked at once for each opening");
    let mut db = RoomDb::open(&path).unwrap();
    db.check_with(|entry| entry.hash);
    let damaged = StoreError::Damaged("entry 301: those before it are missing".to_owned());
    assert_eq!(check(&mut db), Err(damaged.clone()));
    assert_eq!(check(&mut db), Ok(()), "it is told once");
    for from in [FetchFrom::After(Seq(290)), FetchFrom::After(Seq(299)), FetchFrom::Before(Seq(305))] {
        assert_eq!(db.page(from, 20), Err(damaged.clone()));
    }
    assert_eq!(db.page(FetchFrom::After(Seq(210)), 5).unwrap().run, run(211, 215));
}

#[test]
fn an_entry_that_is_not_what_was_written_is_damage_with_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let (path, mut db) = room(&dir);
    db.append(&batch(1, 9)).unwrap();
    change(&path, "UPDATE entry SET body = x'00' WHERE seq = 4");
    let hash_of = |said: &hallway::types::Entry| {
        entry(said.prev, said.seq.0, &String::from_utf8_lossy(&said.signed.op.body)).hash
    };
    db.check_with(hash_of);
    let damaged = StoreError::Damaged("entry 4: it is not what was written".to_owned());
    assert_eq!(check(&mut db), Err(damaged.clone()));
    assert_eq!(db.page(FetchFrom::Before(Seq(9)), 9), Err(damaged.clone()));
    assert_eq!(db.page_without_holes(FetchFrom::Before(Seq(9)), 9), Err(damaged));
    assert_eq!(db.page(FetchFrom::After(Seq(4)), 9).unwrap().run, run(5, 9));
    change(&path, "UPDATE entry SET prev_hash = zeroblob(32) WHERE seq = 7");
    assert!(matches!(db.page(FetchFrom::After(Seq(4)), 9), Err(StoreError::Damaged(_))));
}

#[test]
fn a_host_whose_newest_entries_are_missing_goes_on_behind_them() {
    let dir = tempfile::tempdir().unwrap();
    let (path, mut db) = room(&dir);
    db.append(&batch(1, 9)).unwrap();
    drop(db);
    change(&path, "DELETE FROM entry WHERE seq > 6");
    change(&path, "UPDATE span SET last_seq = 6");
    let mut db = RoomDb::open(&path).unwrap();
    let head = run(1, 9).last();
    let missing = Gap { after: Seq(6), newest: head, before: Seq(10) };
    assert_eq!((db.known().unwrap().head, db.gaps().unwrap()), (head, vec![missing]));
    let nothing = Run { prev: head, entries: Vec::new() };
    assert_eq!(db.page_without_holes(FetchFrom::Before(Seq(10)), 9).unwrap().run, nothing);
    assert_eq!(db.page_without_holes(FetchFrom::After(Seq(6)), 9).unwrap().run, nothing);
    db.append(&batch(10, 12)).unwrap();
    assert_eq!(db.gaps().unwrap(), [missing]);
    assert_eq!(db.page_without_holes(FetchFrom::After(Seq(6)), 9).unwrap().run, run(10, 12));
    db.store_run(&run(7, 9), false, &[], EPOCH).unwrap();
    assert_eq!((db.gaps().unwrap(), db.live_end().unwrap()), (vec![], run(1, 12).last()));
    assert_eq!(db.page_without_holes(FetchFrom::After(Seq(0)), 20).unwrap().run, run(1, 12));
    assert_ne!(head, Link::START);
}
