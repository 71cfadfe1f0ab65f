//! What is not kept: removed a little at a time, with all that hangs on it, and nothing else.

use hallway::store::{NotKept, RoomDb};
use hallway::types::limits::{FREE_PAGES, REMOVE_ENTRIES};
use hallway::types::{Epoch, FetchFrom, Link, MemberKey, Retention, Seq};
use rusqlite::Connection;

use crate::samples::{EPOCH, ana, batch, entry, found, id, outgoing, record, run, text, text_of};

/// When the entry of this number was said.
fn at(seq: u64) -> i64 {
    entry(Link::START, seq, "").at_ms
}

fn room() -> (tempfile::TempDir, RoomDb) {
    let dir = tempfile::tempdir().unwrap();
    let mut db = RoomDb::create(&dir.path().join("a.db"), &record()).unwrap();
    db.index_with(text_of);
    (dir, db)
}

/// A hosted room with so many entries.
fn hosted(entries: u64) -> (tempfile::TempDir, RoomDb) {
    let (dir, mut db) = room();
    for from in (1..=entries).step_by(256) {
        db.append(&batch(from, entries.min(from + 255))).unwrap();
    }
    (dir, db)
}

/// Removes what was said before this entry.
fn remove_before(db: &mut RoomDb, seq: u64) {
    db.set_not_kept(NotKept { before_ms: Some(at(seq)), ..NotKept::default() });
    while db.remove_some().unwrap() {}
}

fn numbers(db: &RoomDb) -> Vec<u64> {
    let slice = db.page(FetchFrom::After(Seq::START), 500).unwrap();
    slice.run.entries.iter().map(|entry| entry.seq.0).collect()
}

#[test]
fn the_oldest_go_a_few_at_a_time_and_everything_else_goes_on() {
    let most = REMOVE_ENTRIES as u64;
    let (dir, mut db) = hosted(most * 2 + 10);
    assert!(!db.remove_some().unwrap(), "nobody said what is not kept");
    db.set_not_kept(NotKept { before_ms: Some(at(most + 2)), ..NotKept::default() });
    assert!(db.remove_some().unwrap());
    assert_eq!(numbers(&db)[0], most + 1, "one go");
    assert!(db.remove_some().unwrap());
    assert!(!db.remove_some().unwrap());
    let left: Vec<u64> = (most + 2..=most * 2 + 10).collect();
    assert_eq!(numbers(&db), left);
    assert_eq!(found(&db, "line"), left.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!((db.removed_to().unwrap(), db.here().unwrap()), (Seq(most + 1), left.len() as u64));
    assert_eq!(db.gaps().unwrap(), [], "what was removed is not missing");
    let known = db.known().unwrap();
    assert_eq!((known.oldest, known.head.seq), (Seq(most + 2), Seq(most * 2 + 10)));
    assert_eq!(known.members.len(), 1);
    drop(db);
    let mut db = RoomDb::open(&dir.path().join("a.db")).unwrap();
    db.append(&batch(most * 2 + 11, most * 2 + 11)).unwrap();
    assert_eq!(db.known().unwrap().counters, [(ana(), most * 2 + 11)]);
}

#[test]
fn a_log_of_which_nothing_is_left_goes_on_with_its_numbers_its_counters_and_its_times() {
    let (dir, mut db) = hosted(100);
    let head = db.known().unwrap().head;
    db.queue(&outgoing(101, "unsent")).unwrap();
    db.set_not_kept(NotKept { all_at_end: true, ..NotKept::default() });
    assert!(!db.remove_some().unwrap(), "somebody uses the room");
    db.remove_at_end().unwrap();
    assert!(numbers(&db).is_empty());
    drop(db);
    let mut db = RoomDb::open(&dir.path().join("a.db")).unwrap();
    let known = db.known().unwrap();
    assert_eq!((known.head, known.oldest, known.last_at_ms), (head, Seq(101), at(100)));
    assert_eq!(known.counters, [(ana(), 100)]);
    assert_eq!((db.next_n(&ana()).unwrap(), db.outbox().unwrap().len()), (102, 1), "nothing unsent goes");
    assert_eq!((db.live_end().unwrap(), db.is_indexed().unwrap()), (head, true));
    db.append(&batch(101, 101)).unwrap();
    assert_eq!(numbers(&db), [101]);
    assert_eq!(db.gaps().unwrap(), []);
}

#[test]
fn what_the_host_took_once_is_known_by_its_old_number_when_it_is_removed() {
    let (_dir, mut db) = hosted(10);
    remove_before(&mut db, 8);
    assert_eq!(db.find(&ana(), &id(3)).unwrap(), None);
    assert_eq!(db.removed(&ana(), &id(3)).unwrap(), Some(Seq(3)));
    assert_eq!(db.removed(&ana(), &id(9)).unwrap(), None);
    assert_eq!(db.removed(&MemberKey([3; 32]), &id(3)).unwrap(), None);
    let mut ids = Vec::new();
    db.each_id(|_, id| ids.push(*id)).unwrap();
    ids.sort_by_key(|id| id.0);
    assert_eq!(ids, (1..=10).map(id).collect::<Vec<_>>());
}

#[test]
fn a_members_copy_does_not_miss_what_it_removed_and_still_misses_what_it_never_had() {
    let (_dir, mut db) = room();
    for (from, to) in [(10, 20), (41, 50)] {
        db.store_run(&run(from, to), true, &[], EPOCH).unwrap();
    }
    let missing = |db: &RoomDb| -> Vec<(u64, u64)> {
        db.gaps().unwrap().iter().map(|gap| (gap.after.0, gap.newest.seq.0)).collect()
    };
    assert_eq!(missing(&db), [(20, 40), (0, 9)]);
    remove_before(&mut db, 15);
    assert_eq!((numbers(&db)[0], missing(&db)), (15, vec![(20, 40)]));
    remove_before(&mut db, 30);
    assert_eq!((numbers(&db)[0], missing(&db)), (41, vec![(20, 40)]), "some of it may be newer");
    remove_before(&mut db, 45);
    assert_eq!((numbers(&db)[0], missing(&db)), (45, vec![]));
    db.store_run(&run(51, 52), true, &[], EPOCH).unwrap();
    assert_eq!((db.live_end().unwrap().seq, db.here().unwrap()), (Seq(52), 8));
}

#[test]
fn what_was_there_up_to_a_number_goes_whenever_it_was_said_with_what_earlier_logs_hold() {
    let (_dir, mut db) = room();
    db.store_run(&run(1, 5), true, &[], EPOCH).unwrap();
    db.store_run(&run(1, 9), true, &[], Epoch(7)).unwrap();
    db.set_not_kept(NotKept { through: Seq(7), ..NotKept::default() });
    while db.remove_some().unwrap() {}
    assert_eq!((numbers(&db), db.removed_to().unwrap()), (vec![8, 9], Seq(7)));
    assert!(
        !db.has_before(at(8)).unwrap() && db.has_before(at(9)).unwrap(),
        "nothing of the earlier log is left"
    );
}

#[test]
fn earlier_logs_of_the_room_go_too() {
    let (dir, mut db) = room();
    db.store_run(&run(1, 5), true, &[], EPOCH).unwrap();
    db.store_run(&run(1, 3), true, &[], Epoch(7)).unwrap();
    remove_before(&mut db, 3);
    let beside = Connection::open(dir.path().join("a.db")).unwrap();
    let mut left = beside.prepare("SELECT era, seq FROM entry ORDER BY era, seq").unwrap();
    let left: Vec<(i64, i64)> =
        left.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert_eq!(left, [(1, 3), (1, 4), (1, 5), (2, 3)]);
}

/// Fills the room's file with long texts, removes all but the last, and answers its pages before and after.
fn shrunk(db: &mut RoomDb, path: &std::path::Path) -> (u64, u64) {
    let long = "tea and ".repeat(100);
    let texts: Vec<String> = (1..=3_000).map(|seq| format!("{long}{seq}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut prev = Link::START;
    for part in texts.chunks(250) {
        let saying = crate::samples::saying(prev, part);
        prev = saying.entries.last().unwrap().link();
        db.append(&saying).unwrap();
    }
    let pages = || -> u64 {
        let count = Connection::open(path).unwrap().query_row("PRAGMA page_count", [], |row| row.get(0));
        u64::try_from(count.unwrap_or(0_i64)).unwrap()
    };
    let before = pages();
    remove_before(db, 3_000);
    assert_eq!(numbers(db), [3_000]);
    (before, pages())
}

#[test]
fn the_space_is_given_back_but_for_a_little() {
    let (dir, mut db) = room();
    let (before, after) = shrunk(&mut db, &dir.path().join("a.db"));
    assert!(before > 800 && after < before / 2 && after >= FREE_PAGES as u64, "{before} {after}");
}

#[test]
fn a_file_from_before_gives_its_space_back_too() {
    let (dir, db) = room();
    drop(db);
    let path = dir.path().join("a.db");
    Connection::open(&path).unwrap().execute_batch("PRAGMA auto_vacuum = NONE; VACUUM").unwrap();
    let mut db = RoomDb::open(&path).unwrap();
    let (before, after) = shrunk(&mut db, &path);
    assert!(after < before / 2, "{before} {after}");
    let mode: i64 =
        Connection::open(&path).unwrap().query_row("PRAGMA auto_vacuum", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, 2, "from now on piece by piece");
}

#[test]
fn how_long_a_room_is_kept_is_kept_with_it() {
    let (dir, mut db) = room();
    assert_eq!(db.retention().unwrap(), None);
    for retention in [Some(Retention::Days(30)), Some(Retention::Nothing), None] {
        db.keep_retention(retention).unwrap();
        assert_eq!(RoomDb::open_read_only(&dir.path().join("a.db")).unwrap().retention().unwrap(), retention);
    }
}

#[test]
fn removing_goes_on_where_the_index_is_damaged() {
    let (dir, mut db) = hosted(200);
    let beside = Connection::open(dir.path().join("a.db")).unwrap();
    beside.execute_batch("UPDATE find_data SET block = x'00' WHERE id > 10").unwrap();
    remove_before(&mut db, 150);
    assert_eq!((numbers(&db)[0], text(150)), (150, "line 150".to_owned()));
}
