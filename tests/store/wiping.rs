//! Removed words are nowhere in the room's files, however they came there.

use std::path::{Path, PathBuf};

use hallway::store::{Profile, RoomDb};
use hallway::types::{
    Batch, Entry, Epoch, Link, MessageText, Nickname, Outgoing, Removal, Run, RunPlace, Seq,
};

use crate::samples::{EPOCH, ROOM, ana, found, id, op, record, saying, text_of};

/// A part of every removed line.
const SECRET: &str = "sekrit";

fn secret(n: u64) -> String {
    // Longer than a made-up hash, which is made of it.
    let more = "and other words ".repeat((n * 7 % 40) as usize);
    format!("{SECRET}{n:05}, and behind it enough of other words that this is a line of its own {more}")
}

fn made(dir: &Path) -> (RoomDb, PathBuf) {
    let mut db = Profile::open(dir).unwrap().create_room(&record()).unwrap();
    db.index_with(text_of);
    (db, dir.join("rooms"))
}

fn secrets(count: u64) -> Vec<Entry> {
    let texts: Vec<String> = (1..=count).map(secret).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    saying(Link::START, &texts).entries
}

/// The entry behind these, which removes all that Ana said before it, or one of it.
fn removing(last: Link, which: Option<u64>) -> (Run, Vec<(Seq, Removal)>) {
    let entries = saying(last, &["(removes)"]).entries;
    let removal = Removal { author: ana(), name: Nickname::new("Ana").unwrap(), which: which.map(id) };
    let removals = vec![(entries[0].seq, removal)];
    (Run { prev: last, entries }, removals)
}

fn remove(db: &mut RoomDb, last: Link, which: Option<u64>) {
    let (run, removals) = removing(last, which);
    db.append(&Batch { entries: run.entries, removals, ..Batch::default() }).unwrap();
}

/// How many times the words are anywhere in the files of all rooms.
fn count(rooms: &Path, words: &str) -> usize {
    let files = std::fs::read_dir(rooms).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.map(|bytes| bytes.windows(words.len()).filter(|part| *part == words.as_bytes()).count()).sum()
}

fn left(rooms: &Path) -> usize {
    count(rooms, SECRET)
}

fn wipe(db: &mut RoomDb) {
    while db.blank_some().unwrap() {}
}

#[test]
fn also_while_the_room_is_open_and_in_the_write_ahead_log() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let entries = secrets(3);
    db.append(&Batch { entries: entries.clone(), ..Batch::default() }).unwrap();
    for which in 1..=3 {
        let head = db.known().unwrap().head;
        remove(&mut db, head, Some(which));
    }
    assert!(left(&rooms) > 0, "the log beside the file still holds them");
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
    drop(db);
    assert_eq!(left(&rooms), 0);
}

#[test]
fn also_where_pages_were_split_between_them() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let entries = secrets(600);
    let (run, removals) = removing(entries[599].link(), None);
    db.store_copied(&run, (RunPlace::Live, EPOCH), &[], (None, &[])).unwrap();
    // A member's copy: the newest page first, and within it in order, so that pages split before what is there.
    for end in (1..=20_usize).rev() {
        let entries = entries[(end - 1) * 30..end * 30].to_vec();
        db.store_copied(&Run { prev: entries[0].prev, entries }, (RunPlace::Hole, EPOCH), &[], (None, &[]))
            .unwrap();
    }
    let again = saying(run.last(), &["(removes)"]).entries;
    let removals: Vec<_> = removals.into_iter().map(|(_, removal)| (again[0].seq, removal)).collect();
    let again = Run { prev: run.last(), entries: again };
    db.store_copied(&again, (RunPlace::Live, EPOCH), &[], (None, &removals)).unwrap();
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
    assert_eq!(found(&db, "removes"), [602]);
}

#[test]
fn also_where_they_waited_for_the_host_before() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let entries = secrets(40);
    for (n, entry) in (1..).zip(&entries) {
        let text = MessageText::new(&secret(n)).unwrap();
        db.queue(&Outgoing { signed: op(ana(), n, &secret(n)), text, at_ms: 5, refused: None }).unwrap();
        let run = Run { prev: entry.prev, entries: vec![entry.clone()] };
        db.store_copied(&run, (RunPlace::Live, EPOCH), &[id(n)], (None, &[])).unwrap();
    }
    assert!(db.outbox().unwrap().is_empty());
    let (run, removals) = removing(entries[39].link(), None);
    db.store_copied(&run, (RunPlace::Live, EPOCH), &[], (None, &removals)).unwrap();
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
}

#[test]
fn also_where_the_program_ended_before_it_came_to_that() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let entries = secrets(200);
    db.append(&Batch { entries: entries.clone(), ..Batch::default() }).unwrap();
    remove(&mut db, entries[199].link(), None);
    drop(db);
    assert!(left(&rooms) > 0, "in the index, and where pages were split");
    let mut db = Profile::open(dir.path()).unwrap().open_room(&ROOM).unwrap();
    db.index_with(text_of);
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
    // Once, and not at every start.
    drop(db);
    let size = |db: &Path| std::fs::metadata(db).unwrap().modified().unwrap();
    let file = rooms.join(format!("{ROOM}.db"));
    let mut db = Profile::open(dir.path()).unwrap().open_room(&ROOM).unwrap();
    let before = size(&file);
    db.index_with(text_of);
    assert!(!db.blank_some().unwrap());
    assert_eq!(size(&file), before);
}

#[test]
fn also_in_the_logs_that_the_room_had_before() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let entries = secrets(4);
    let first = Run { prev: Link::START, entries: entries.clone() };
    db.store_copied(&first, (RunPlace::Live, EPOCH), &[], (None, &[])).unwrap();
    // The log has another epoch now, in which two of them are still to come.
    let (next, part) = (Epoch(9), Run { prev: Link::START, entries: entries[..3].to_vec() });
    db.store_copied(&part, (RunPlace::Anew, next), &[], (None, &[])).unwrap();
    let (run, removals) = removing(entries[2].link(), Some(2));
    db.store_copied(&run, (RunPlace::Live, next), &[], (None, &removals)).unwrap();
    wipe(&mut db);
    assert_eq!((count(&rooms, &secret(2)), count(&rooms, &secret(3))), (0, 2));
    let (all, removals) = removing(run.last(), None);
    db.store_copied(&all, (RunPlace::Live, next), &[], (None, &removals)).unwrap();
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
}

#[test]
fn whoever_reads_meanwhile_only_delays_it() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let entries = secrets(3);
    db.append(&Batch { entries: entries.clone(), ..Batch::default() }).unwrap();
    let reader = rusqlite::Connection::open(rooms.join(format!("{ROOM}.db"))).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM entry").unwrap();
    remove(&mut db, entries[2].link(), None);
    wipe(&mut db);
    assert!(left(&rooms) > 0);
    reader.execute_batch("COMMIT").unwrap();
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
}

#[test]
fn also_where_they_come_after_their_removal() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let entries = secrets(3);
    let (run, removals) = removing(entries[2].link(), None);
    db.store_copied(&run, (RunPlace::Live, EPOCH), &[], (None, &removals)).unwrap();
    wipe(&mut db);
    // Somebody who was away hands them back, or they are filled in.
    let late = Run { prev: Link::START, entries };
    db.store_copied(&late, (RunPlace::Hole, EPOCH), &[], (None, &[])).unwrap();
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
}

#[test]
fn what_was_said_after_a_removal_that_an_earlier_log_holds_as_well_is_still_there_to_be_handed_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, rooms) = made(dir.path());
    let before = secrets(2);
    let (run, removals) = removing(before[1].link(), None);
    let after = saying(run.last(), &["said afterwards, and as long as it has to be for that"]).entries;
    let mut entries = [before, run.entries, after].concat();
    let log = Run { prev: Link::START, entries: entries.clone() };
    db.store_copied(&log, (RunPlace::Live, EPOCH), &[], (None, &removals)).unwrap();
    // The host went back to before that, and has another epoch now; its log holds the removal.
    entries.truncate(3);
    let shorter = Run { prev: Link::START, entries };
    db.store_copied(&shorter, (RunPlace::Anew, Epoch(9)), &[], (None, &removals)).unwrap();
    wipe(&mut db);
    assert_eq!(left(&rooms), 0);
    assert_eq!(count(&rooms, "said afterwards"), 1);
}
