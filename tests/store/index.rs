//! The index of words: filled in the background, gone on with after a crash, made again after damage.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use hallway::store::{Profile, RoomDb};
use hallway::types::limits::INDEX_ENTRIES;
use hallway::types::{Epoch, Run, Seq};
use rusqlite::Connection;

use crate::samples::{EPOCH, ROOM, batch, found, record, run, text_of};

const DIR: &str = "HALLWAY_TEST_INDEX_DIR";

fn path(dir: &Path) -> std::path::PathBuf {
    dir.join(format!("rooms/{ROOM}.db"))
}

/// A room whose first so many entries are not indexed.
fn unindexed(entries: u64) -> (tempfile::TempDir, RoomDb) {
    let dir = tempfile::tempdir().unwrap();
    let mut db = Profile::open(dir.path()).unwrap().create_room(&record()).unwrap();
    for from in (1..=entries).step_by(500) {
        db.append(&batch(from, entries.min(from + 499))).unwrap();
    }
    assert_eq!(db.is_indexed(), Ok(entries == 0));
    (dir, db)
}

#[test]
fn what_is_not_indexed_yet_gets_its_turn_newest_first_and_a_little_at_a_time() {
    let most = INDEX_ENTRIES as u64;
    let (_dir, mut db) = unindexed(most * 2 + 1);
    assert_eq!(db.index_some(), Ok(false), "nobody said how to read entries");
    db.index_with(text_of);
    assert_eq!((db.index_some(), found(&db, "line").len()), (Ok(true), INDEX_ENTRIES));
    assert_eq!(found(&db, "line").last(), Some(&(most + 2)));
    // What is said meanwhile is found at once.
    db.append(&batch(most * 2 + 2, most * 2 + 2)).unwrap();
    assert_eq!(found(&db, "line")[0], most * 2 + 2);
    assert_eq!((db.index_some(), db.is_indexed()), (Ok(true), Ok(false)));
    assert_eq!((db.index_some(), db.is_indexed()), (Ok(false), Ok(true)));
    assert_eq!(found(&db, "line"), (1..=most * 2 + 2).rev().collect::<Vec<_>>());
    assert_eq!(db.index_some(), Ok(false));
}

#[test]
fn long_entries_are_indexed_few_at_a_time() {
    let (_dir, mut db) = unindexed(0);
    let long = "word ".repeat(2_000);
    db.append(&crate::samples::saying(hallway::types::Link::START, &[long.as_str(); 9])).unwrap();
    db.index_with(text_of);
    assert_eq!((db.index_some(), found(&db, "word").len()), (Ok(true), 2));
}

#[test]
fn a_hole_that_is_filled_is_indexed_once_whether_it_lies_before_the_mark_or_behind_it() {
    let (_dir, mut db) = unindexed(10);
    let far = |from, to| run(from, to);
    db.store_run(&far(101, 110), true, &[], EPOCH).unwrap();
    db.index_with(text_of);
    db.store_run(&far(201, 210), true, &[], EPOCH).unwrap();
    assert_eq!(found(&db, "line").len(), 10);
    db.store_run(&far(151, 200), false, &[], EPOCH).unwrap();
    db.store_run(&far(51, 100), false, &[], EPOCH).unwrap();
    assert_eq!(found(&db, "line"), (151..=210).rev().collect::<Vec<_>>());
    while db.index_some().unwrap() {}
    db.store_run(&far(11, 50), false, &[], EPOCH).unwrap();
    db.store_run(&far(11, 120), false, &[], EPOCH).unwrap_or_else(|error| panic!("{error}"));
    let all: Vec<u64> = (151..=210).rev().chain((1..=120).rev()).collect();
    assert_eq!(found(&db, "line"), all);
}

#[test]
fn what_was_stored_without_an_index_begins_anew_with_the_next_epoch() {
    let (_dir, mut db) = unindexed(3);
    db.index_with(text_of);
    let Run { prev, entries } = run(1, 2);
    db.store_run(&Run { prev, entries }, true, &[], Epoch(9)).unwrap();
    assert_eq!((db.is_indexed(), found(&db, "line")), (Ok(true), vec![2, 1]));
}

#[test]
fn indexing_goes_on_after_it_was_killed_and_nothing_is_missing_or_double() {
    let (dir, db) = unindexed(3_000);
    drop(db);
    for chunks in [1, 3, 2] {
        let mut indexer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "index::child_that_indexes", "--ignored", "--nocapture"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(indexer.stdout.take().unwrap()).lines();
        let done = lines.map(Result::unwrap).filter(|line| line.starts_with("indexed")).take(chunks).count();
        assert_eq!(done, chunks);
        indexer.kill().unwrap();
        indexer.wait().unwrap();
    }
    let mut db = RoomDb::open(&path(dir.path())).unwrap();
    let before = found(&db, "line");
    assert!(before.len() >= 6 * INDEX_ENTRIES && before[0] == 3_000, "{}", before.len());
    assert_eq!(before, (3_001 - before.len() as u64..=3_000).rev().collect::<Vec<_>>());
    db.index_with(text_of);
    while db.index_some().unwrap() {}
    assert_eq!(found(&db, "line"), (1..=3_000).rev().collect::<Vec<_>>());
    drop(db);
    let check = "INSERT INTO find (find, rank) VALUES ('integrity-check', 0)";
    Connection::open(path(dir.path())).unwrap().execute(check, []).unwrap();
}

#[test]
#[ignore = "the child of the test above"]
fn child_that_indexes() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let mut db = RoomDb::open(&path(Path::new(&dir))).unwrap();
    db.index_with(text_of);
    let mut out = std::io::stdout();
    // Ends when nobody listens any more.
    while db.index_some().unwrap() && writeln!(out, "\nindexed").is_ok() {}
    while writeln!(out, "\nindexed").is_ok() {}
}

#[test]
fn a_damaged_index_is_begun_again_and_no_entry_is_refused_for_it() {
    for damage in [
        "UPDATE find_data SET block = x'00'",
        "UPDATE find_data SET block = zeroblob(length(block))",
        "DELETE FROM find_data",
        "DELETE FROM find_config",
        "DELETE FROM find_docsize; DELETE FROM find_idx",
        "DROP TABLE find_data",
        "DROP TABLE find_config",
    ] {
        let (dir, mut db) = unindexed(0);
        db.index_with(text_of);
        db.append(&batch(1, 50)).unwrap();
        db.append(&batch(51, 100)).unwrap();
        drop(db);
        let raw = Connection::open(path(dir.path())).unwrap();
        raw.execute_batch(damage).unwrap();
        drop(raw);
        let mut db = RoomDb::open(&path(dir.path())).unwrap();
        db.index_with(text_of);
        for next in 101..=120 {
            db.append(&batch(next, next)).unwrap_or_else(|error| panic!("{damage}: {error}"));
        }
        assert_eq!(db.known().unwrap().head.seq, Seq(120), "{damage}");
        // What reads finds the damage that writing did not meet, and has the index begun again.
        let pattern = hallway::types::search::Pattern::new("line", true).unwrap();
        let wanted = hallway::store::Wanted {
            patterns: std::slice::from_ref(&pattern),
            from: None,
            between: (Seq(1), Seq(u64::MAX)),
        };
        let mut seen = 0;
        let read = db.each_found(&wanted, |_| {
            seen += 1;
            true
        });
        if read.is_err() || seen < 120 {
            db.rebuild_index().unwrap_or_else(|error| panic!("{damage}: {error}"));
        }
        while db.index_some().unwrap() {}
        assert_eq!(found(&db, "line").len(), 120, "{damage}");
        assert_eq!(db.is_indexed(), Ok(true), "{damage}");
    }
}
