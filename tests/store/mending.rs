//! Mending a damaged file: what can be read comes over, what cannot is a hole, and the damaged file is kept.

use std::fs;
use std::path::{Path, PathBuf};

use hallway::store::{Gap, Profile, RoomDb, StoreError};
use hallway::types::{Entry, FetchFrom, Hash, Link, Run, RunPlace, Seq};
use rusqlite::Connection;

use crate::samples::{EPOCH, ROOM, ana, batch, entry, id, outgoing, record, run};

/// Bytes of one page of a database.
const PAGE: usize = 4_096;

fn hash_of(said: &Entry) -> Hash {
    entry(said.prev, said.seq.0, &String::from_utf8_lossy(&said.signed.op.body)).hash
}

struct Bench {
    dir: tempfile::TempDir,
    profile: Profile,
}

impl Bench {
    /// A closed room with so many entries, a message that waits and a draft.
    fn new(entries: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::open(dir.path()).unwrap();
        let mut db = profile.create_room(&record()).unwrap();
        for first in (1..=entries).step_by(200) {
            db.append(&batch(first, (first + 199).min(entries))).unwrap();
        }
        db.queue(&outgoing(90_000, "waits")).unwrap();
        db.keep_draft("typed").unwrap();
        Self { dir, profile }
    }

    fn path(&self) -> PathBuf {
        self.profile.room_file(&ROOM)
    }

    fn change(&self, statements: &str) {
        Connection::open(self.path()).unwrap().execute_batch(statements).unwrap();
    }

    /// What a room's listing calls a room.
    fn rooms(&self) -> usize {
        let rooms = self.profile.rooms().unwrap();
        rooms.records.len() + rooms.unreadable.len()
    }

    /// Mends it, and opens it with what is checked then.
    fn mended(&self) -> Result<(RoomDb, u64, PathBuf), StoreError> {
        let mended = self.profile.mend_room(&ROOM, hash_of, 5)?;
        let mut db = self.profile.open_room(&ROOM).unwrap();
        db.check_with(hash_of);
        while db.check_some().unwrap() {}
        Ok((db, mended.lost, mended.original))
    }
}

/// Every entry, which must be what was written, with the numbers of those that are missing, as the holes say.
fn read(db: &RoomDb, entries: u64) -> Vec<u64> {
    let mut there = Vec::new();
    let mut at = Seq(0);
    loop {
        let slice = db.page(FetchFrom::After(at), 500).unwrap();
        for found in &slice.run.entries {
            assert_eq!(*found, run(found.seq.0, found.seq.0).entries[0]);
            there.push(found.seq.0);
        }
        at = slice.run.last().seq;
        if !slice.more {
            break;
        }
    }
    let missing: Vec<u64> = (1..=entries).filter(|seq| !there.contains(seq)).collect();
    let mut holes: Vec<u64> =
        db.gaps().unwrap().iter().flat_map(|gap| gap.after.0 + 1..=gap.newest.seq.0).collect();
    holes.sort_unstable();
    assert_eq!(holes, missing);
    assert_eq!(db.here().unwrap(), there.len() as u64);
    missing
}

/// The byte at which the page begins that holds this text first.
fn page_of(path: &Path, text: &[u8]) -> usize {
    let bytes = fs::read(path).unwrap();
    bytes.windows(text.len()).position(|part| part == text).unwrap() / PAGE * PAGE
}

fn overwrite(path: &Path, at: usize, with: &[u8]) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at..at + with.len()].copy_from_slice(with);
    fs::write(path, bytes).unwrap();
}

#[test]
fn one_bit_in_the_middle_becomes_a_hole_that_can_be_filled_and_its_id_is_still_known() {
    let bench = Bench::new(9);
    bench.change("UPDATE entry SET body = x'6c696e652035' WHERE seq = 4");
    let before = bench.profile.open_room(&ROOM).unwrap().record().unwrap();
    let (mut db, lost, original) = bench.mended().unwrap();
    assert_eq!((lost, read(&db, 9)), (1, vec![4]));
    assert_eq!((db.record(), db.draft(), bench.rooms()), (Ok(before), Ok("typed".to_owned()), 1));
    assert_eq!(db.outbox().unwrap(), [outgoing(90_000, "waits")]);
    assert!(original.is_file());
    // Whoever sends it again is answered with its number, and nobody gets its counter.
    assert_eq!((db.find(&ana(), &id(4)), db.removed(&ana(), &id(4))), (Ok(None), Ok(Some(Seq(4)))));
    let known = db.known().unwrap();
    assert_eq!((known.head, known.counters), (run(1, 9).last(), vec![(ana(), 9)]));
    db.append(&batch(10, 12)).unwrap();
    db.store_vouched(&run(4, 4), (RunPlace::Hole, EPOCH), &[], None).unwrap();
    assert_eq!(read(&db, 12), [0; 0]);
    assert_eq!(db.find(&ana(), &id(4)).unwrap(), Some(run(4, 4).entries.remove(0)));
}

#[test]
fn whole_pages_that_are_gone_take_nothing_else_with_them() {
    let bench = Bench::new(2_000);
    for text in [&b"line 300"[..], b"line 700", b"line 1500"] {
        let at = page_of(&bench.path(), text);
        overwrite(&bench.path(), at, &[0; PAGE]);
    }
    let (db, lost, _) = bench.mended().unwrap();
    let missing = read(&db, 2_000);
    assert_eq!(lost, missing.len() as u64);
    assert!(missing.contains(&300) && missing.contains(&1_500) && missing.len() < 200, "{missing:?}");
    let known: Vec<u64> =
        missing.iter().copied().filter(|seq| db.removed(&ana(), &id(*seq)) == Ok(Some(Seq(*seq)))).collect();
    assert_eq!(known, missing, "their ids are");
}

#[test]
fn newest_entries_that_are_gone_are_missing_and_numbers_go_on_behind_them() {
    let bench = Bench::new(9);
    bench.change("DELETE FROM entry WHERE seq > 6");
    let mut db = bench.profile.open_room(&ROOM).unwrap();
    db.check_with(hash_of);
    let mut check = || -> Result<(), StoreError> {
        while db.check_some()? {}
        Ok(())
    };
    let words = "entry 6: those behind it are missing".to_owned();
    assert_eq!(check(), Err(StoreError::Damaged(words)));
    drop(db);
    let (mut db, lost, _) = bench.mended().unwrap();
    let head = run(1, 9).last();
    assert_eq!(db.gaps().unwrap(), [Gap { after: Seq(6), newest: head, before: Seq(10) }]);
    assert_eq!((lost, db.known().unwrap().head), (3, head));
    let nothing = Run { prev: head, entries: Vec::new() };
    assert_eq!(db.page_without_holes(FetchFrom::Before(Seq(10)), 9).unwrap().run, nothing);
    assert_eq!(db.page_without_holes(FetchFrom::After(Seq(6)), 9).unwrap().run, nothing);
    db.append(&batch(10, 12)).unwrap();
    assert_eq!(read(&db, 12), [7, 8, 9]);
    db.store_vouched(&run(9, 9), (RunPlace::Hole, EPOCH), &[], None).unwrap();
    assert_eq!(read(&db, 12), [7, 8]);
    db.store_vouched(&run(7, 8), (RunPlace::Hole, EPOCH), &[], None).unwrap();
    assert_eq!(read(&db, 12), [0; 0]);
}

#[test]
fn a_file_that_does_not_say_which_room_it_is_is_left_as_it_is() {
    let bench = Bench::new(9);
    bench.change("UPDATE room SET name = ''");
    let before = fs::read(bench.path()).unwrap();
    assert!(matches!(bench.mended(), Err(StoreError::Damaged(_))));
    assert_eq!(fs::read(bench.path()).unwrap(), before);
    let files = fs::read_dir(bench.path().parent().unwrap()).unwrap().count();
    assert_eq!(files, 1, "nothing is left of the try");
}

#[test]
fn nobody_opens_a_room_while_it_is_mended_and_what_an_interrupted_mending_left_goes_at_the_next_start() {
    let mut bench = Bench::new(9);
    for ending in ["mending", "mending-wal", "mending-shm"] {
        fs::write(bench.path().with_extension(ending), "half of it").unwrap();
    }
    assert_eq!(bench.rooms(), 1);
    let busy = Err(StoreError::Io("this room's file is being mended".to_owned()));
    assert_eq!(bench.profile.open_room(&ROOM).map(drop), busy);
    assert_eq!(bench.profile.mend_room(&ROOM, hash_of, 5).map(drop), busy);
    drop(bench.profile);
    bench.profile = Profile::open(bench.dir.path()).unwrap();
    let left = fs::read_dir(bench.path().parent().unwrap()).unwrap();
    let mut left = left.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert!(left.all(|name| !name.contains("mending")));
    let (db, lost, first) = bench.mended().unwrap();
    assert_eq!((lost, read(&db, 9)), (0, vec![]));
    drop(db);
    let (_, _, second) = bench.mended().unwrap();
    assert_ne!(first, second, "every damaged file is kept");
    bench.profile.forget_room(&ROOM).unwrap();
    assert_eq!(
        fs::read_dir(bench.dir.path().join("rooms")).unwrap().count(),
        0,
        "until the room is forgotten"
    );
}

#[test]
fn whatever_bytes_a_disk_changes_nothing_comes_over_that_was_not_written() {
    let whole = Bench::new(1_000);
    let bytes = fs::read(whole.path()).unwrap();
    let (mut mended, mut refused) = (0, 0);
    for seed in 0..40_u64 {
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut draw = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % below as u64).unwrap()
        };
        let mut damaged = bytes.clone();
        for _ in 0..=draw(6) {
            let (at, length) = (draw(bytes.len()), 1 + draw(3_000));
            let change = draw(256);
            for byte in damaged.iter_mut().skip(at).take(length) {
                *byte ^= u8::try_from(change).unwrap();
            }
        }
        fs::write(whole.path(), damaged).unwrap();
        match whole.mended() {
            Ok((db, lost, original)) => {
                mended += 1;
                let missing = read(&db, db.known().unwrap().head.seq.0);
                assert!(lost <= 1_000 && missing.len() <= 1_000, "seed {seed}");
                fs::remove_file(original).unwrap();
            }
            Err(StoreError::Damaged(_) | StoreError::Io(_) | StoreError::NewerSchema(_)) => refused += 1,
            Err(error) => panic!("seed {seed}: {error:?}"),
        }
    }
    assert!(mended > 10 && refused > 0, "{mended} mended, {refused} refused");
    assert_ne!(run(1, 1).last(), Link::START);
}
