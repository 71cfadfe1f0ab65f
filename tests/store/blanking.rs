//! Removed words leave the log, the index and the file; their places stay.

use std::path::{Path, PathBuf};

use hallway::store::{Profile, RoomDb};
use hallway::types::entry::kind;
use hallway::types::limits::BLANKED_AT_ONCE;
use hallway::types::{Batch, Entry, FetchFrom, MemberKey, Nickname, OpId, Removal, Run, RunPlace, Seq};

use crate::samples::{EPOCH, ROOM, ana, batch, found, id, record, run, saying, text_of};

fn removal(author: MemberKey, which: Option<OpId>) -> Removal {
    Removal { author, name: Nickname::new("Ana").unwrap(), which }
}

fn made(dir: &Path) -> (RoomDb, PathBuf) {
    let mut db = Profile::open(dir).unwrap().create_room(&record()).unwrap();
    db.index_with(text_of);
    (db, dir.join(format!("rooms/{ROOM}.db")))
}

fn page(db: &RoomDb) -> Vec<Entry> {
    db.page(FetchFrom::After(Seq(0)), 100).unwrap().run.entries
}

/// Whether these bytes are anywhere in the room's files.
fn is_in_files(path: &Path, words: &str) -> bool {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap());
    let mut ours = files.filter(|file| file.file_name().to_string_lossy().starts_with(&name));
    ours.any(|file| {
        let bytes = std::fs::read(file.path()).unwrap();
        bytes.windows(words.len()).any(|part| part == words.as_bytes())
    })
}

#[test]
fn a_removed_message_is_nowhere_any_more_and_its_place_is_in_the_chain() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, path) = made(dir.path());
    // Longer than a made-up hash, which is made of it.
    let secret = "mysecretpassword, which nobody was meant to see in this room";
    let first = saying(run(1, 1).prev, &["hello", secret, "goodbye"]);
    db.append(&first).unwrap();
    assert_eq!(found(&db, "mysecretpassword"), [2]);
    let next = saying(first.entries[2].link(), &["(removes)"]);
    let removals = vec![(Seq(4), removal(ana(), Some(id(2))))];
    db.append(&Batch { removals, ..next }).unwrap();
    assert_eq!(found(&db, "mysecretpassword"), [] as [u64; 0]);
    assert_eq!(found(&db, "hello"), [1]);
    let entries = page(&db);
    assert_eq!(entries[1], first.entries[1].clone().blank());
    assert_eq!((entries[1].signed.op.kind, entries[1].hash), (kind::BLANK, first.entries[1].hash));
    assert_eq!(
        db.find(&ana(), &id(2)).unwrap().unwrap().signed.op.kind,
        kind::BLANK,
        "its id is still known"
    );
    while db.blank_some().unwrap() {}
    db.checkpoint_some().unwrap();
    drop(db);
    assert!(is_in_files(&path, "goodbye"));
    assert!(!is_in_files(&path, "mysecretpassword"));
    assert!(!is_in_files(&path, "secretpass"), "nor a part of it in the index");
}

#[test]
fn a_copy_loses_the_words_when_it_hears_of_the_removal_and_takes_them_from_nobody_again() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, _) = made(dir.path());
    db.store_copied(&run(1, 5), (RunPlace::Live, EPOCH), &[], (None, &[])).unwrap();
    let removals = [(Seq(6), removal(ana(), Some(id(2))))];
    db.store_copied(&run(6, 6), (RunPlace::Live, EPOCH), &[], (None, &removals)).unwrap();
    assert_eq!(page(&db)[1].signed.op.kind, kind::BLANK);
    // Somebody who still has the words sends that page again.
    db.store_copied(&run(1, 5), (RunPlace::Hole, EPOCH), &[], (None, &[])).unwrap();
    assert_eq!(page(&db)[1].signed.op.kind, kind::BLANK);
    // Nor where it comes for the first time, behind the removal.
    let late = tempfile::tempdir().unwrap();
    let (mut late, _) = made(late.path());
    late.store_copied(&run(5, 6), (RunPlace::Live, EPOCH), &[], (None, &removals)).unwrap();
    late.store_copied(&run(1, 4), (RunPlace::Hole, EPOCH), &[], (None, &[])).unwrap();
    let kinds: Vec<u32> = page(&late).iter().map(|entry| entry.signed.op.kind).collect();
    assert_eq!(kinds, [kind::POST, kind::BLANK, kind::POST, kind::POST, kind::POST, kind::POST]);
    assert_eq!(found(&late, "line").len(), 5);
    // What comes blank already is stored so, and found by nobody.
    let blank = Run { entries: run(1, 3).entries.into_iter().map(Entry::blank).collect(), ..run(1, 3) };
    let other = tempfile::tempdir().unwrap();
    let (mut other, _) = made(other.path());
    other.store_copied(&blank, (RunPlace::Live, EPOCH), &[], (None, &[])).unwrap();
    assert_eq!(page(&other), blank.entries);
}

#[test]
fn what_a_guest_said_goes_by_its_id_whoever_hosts_and_nothing_that_a_member_said() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, _) = made(dir.path());
    let mut said = batch(1, 4);
    for (place, kind) in [(0, kind::GUEST), (1, kind::POST), (2, kind::GUEST), (3, kind::GUEST)] {
        said.entries[place].signed.op.kind = kind;
        said.entries[place].signed.op.author = MemberKey([place as u8; 32]);
    }
    db.append(&said).unwrap();
    let removals = (2..=3).map(|which| (Seq(5), removal(MemberKey::GUESTS, Some(id(which)))));
    db.append(&Batch { removals: removals.collect(), ..batch(5, 5) }).unwrap();
    let kinds = |db: &RoomDb| -> Vec<u32> { page(db).iter().map(|entry| entry.signed.op.kind).collect() };
    assert_eq!(kinds(&db), [kind::GUEST, kind::POST, kind::BLANK, kind::GUEST, kind::POST]);
    // Also where it comes after the removal.
    let (dir, mut late) = (tempfile::tempdir().unwrap(), said.entries);
    let (mut copy, _) = made(dir.path());
    let removals = [
        (Seq(5), removal(MemberKey::GUESTS, Some(id(1)))),
        (Seq(6), removal(MemberKey::GUESTS, Some(id(2)))),
    ];
    copy.store_copied(&run(5, 6), (RunPlace::Live, EPOCH), &[], (None, &removals)).unwrap();
    late[0].signed.op.author = ana();
    let late = Run { prev: late[0].prev, entries: late };
    copy.store_copied(&late, (RunPlace::Hole, EPOCH), &[], (None, &[])).unwrap();
    assert_eq!(kinds(&copy)[..3], [kind::BLANK, kind::POST, kind::GUEST]);
}

#[test]
fn only_that_authors_message_goes_and_nothing_that_was_said_after() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, _) = made(dir.path());
    db.append(&batch(1, 5)).unwrap();
    let bo = MemberKey([0xb; 32]);
    let removals = vec![(Seq(6), removal(bo, Some(id(2)))), (Seq(6), removal(ana(), Some(id(9))))];
    db.append(&Batch { removals, ..batch(6, 6) }).unwrap();
    assert!(page(&db).iter().all(|entry| entry.signed.op.kind == kind::POST));
    // All of hers up to there: what the removal itself stands behind.
    db.append(&Batch { removals: vec![(Seq(7), removal(ana(), None))], ..batch(7, 7) }).unwrap();
    let blank: Vec<u64> = page(&db)
        .iter()
        .filter(|entry| entry.signed.op.kind == kind::BLANK)
        .map(|entry| entry.seq.0)
        .collect();
    assert_eq!(blank, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn much_goes_in_steps_also_where_the_program_ends_in_between() {
    let dir = tempfile::tempdir().unwrap();
    let (mut db, _) = made(dir.path());
    let most = BLANKED_AT_ONCE as u64;
    let all = 2 * most + 1;
    for from in (1..=all).step_by(400) {
        db.append(&batch(from, all.min(from + 399))).unwrap();
    }
    let left = |db: &RoomDb| {
        let mut said = 0;
        for after in (0..all).step_by(100) {
            let part = db.page(FetchFrom::After(Seq(after)), 100).unwrap().run.entries;
            said +=
                part.iter().filter(|entry| entry.seq.0 <= all && entry.signed.op.kind == kind::POST).count();
        }
        said as u64
    };
    let removals = vec![(Seq(all + 1), removal(ana(), None))];
    db.append(&Batch { removals, ..batch(all + 1, all + 1) }).unwrap();
    assert_eq!(left(&db), all - most, "the newest at once");
    drop(db);
    let mut db = Profile::open(dir.path()).unwrap().open_room(&ROOM).unwrap();
    db.index_with(text_of);
    db.blank_some().unwrap();
    assert_eq!(left(&db), 1);
    while db.blank_some().unwrap() {}
    assert_eq!(left(&db), 0);
}
