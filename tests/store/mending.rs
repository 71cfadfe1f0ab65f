//! Rooms whose files are really damaged, byte by byte: what is saved of them, and what is known of the rest.

mod file;
mod folder;

use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use hallway::store::{Gap, NotKept, RoomRecord, StoreError};
use hallway::types::{Batch, Epoch, FetchFrom, KnownMember, RunPlace, Seq, SignedHead};
use rusqlite::Connection;

use self::folder::{Folder, NOW, PAGE, all, assert_whole, check, counters, hash_of, log, members, part};
use crate::samples::{EPOCH, ROOM, ana, found, outgoing, record, text_of};

#[test]
fn a_flipped_bit_costs_one_entry_that_others_can_give_back() {
    let folder = Folder::hosted(2_000);
    folder.open().keep_compared(&ana()).unwrap();
    let place = folder.place(1_000);
    let damaged = folder.damage(|bytes| bytes[place] ^= 4);
    let mut db = folder.open();
    let words = "entry 1000: it is not what was written".to_owned();
    assert_eq!(check(&mut db), Err(StoreError::Damaged(words)));
    drop(db);
    let mended = folder.mend();
    assert_eq!(mended.lost, 1);
    assert_eq!(std::fs::read(&mended.original).unwrap(), damaged, "the original is kept");
    let name = mended.original.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(folder.names(), [format!("{ROOM}.damaged-{NOW}"), format!("{ROOM}.db")]);
    assert_eq!(name, format!("{ROOM}.damaged-{NOW}"));
    assert_eq!(folder.profile.rooms().unwrap().records, [record()]);
    assert_eq!(folder.profile.room_paths().unwrap(), [folder.file.as_path()]);

    let log = log(2_000);
    let mut db = folder.open();
    assert_eq!(assert_whole(&mut db, &log, true), [1_000]);
    assert_eq!(
        (db.outbox().unwrap(), db.draft().unwrap()),
        (vec![outgoing(2_001, "waits")], "half a thought".into())
    );
    assert_eq!((db.known().unwrap().members, db.compared().unwrap()), (members(), vec![ana()]));
    db.index_with(text_of);
    while db.index_some().unwrap() {}
    assert_eq!((found(&db, "1001"), found(&db, "1000")), (vec![1_001], vec![]));
    // Somebody who has it gives it back.
    db.store_copied(&part(1_000, 1_000), (RunPlace::Hole, EPOCH), &[], (None, &[])).unwrap();
    assert_eq!((db.gaps().unwrap(), check(&mut db)), (vec![], Ok(())));
    assert_eq!(found(&db, "1000"), [1_000]);
    let op = &log[999].signed.op;
    assert_eq!(db.find(&op.author, &op.id).unwrap().as_ref(), Some(&log[999]), "it is not the removed one");
    assert_eq!(db.known().unwrap().counters, counters(&log));
    db.append(&Batch { entries: part(2_001, 2_002).entries, ..Batch::default() }).unwrap();
}

#[test]
fn whole_pages_of_zeros_cost_what_was_in_them() {
    let folder = Folder::hosted(2_000);
    for page in [folder.leaf(700), folder.leaf(720), folder.leaf(1_505)] {
        folder.zero(page);
    }
    let mended = folder.mend();
    let mut db = folder.open();
    let missing = assert_whole(&mut db, &log(2_000), true);
    assert_eq!(mended.lost, missing.len() as u64);
    assert!((10..100).contains(&missing.len()), "{missing:?}");
    assert!([700, 720, 1_505].iter().all(|seq| missing.contains(seq)));
}

#[test]
fn a_page_that_leads_to_many_others_costs_those_that_nothing_else_leads_to() {
    let folder = Folder::hosted(3_000);
    for page in folder.pages("entry", "internal") {
        folder.zero(page);
    }
    let mended = folder.mend();
    let mut db = folder.open();
    let missing = assert_whole(&mut db, &log(3_000), true);
    assert_eq!((mended.lost, missing.len()), (3_000, 3_000), "they are known to be missing");
    db.append(&Batch { entries: part(3_001, 3_001).entries, ..Batch::default() }).unwrap();
}

#[test]
fn rows_that_are_gone_are_counted() {
    let folder = Folder::hosted(2_000);
    folder.change("DELETE FROM entry WHERE seq BETWEEN 100 AND 120 OR seq > 1990");
    let mended = folder.mend();
    assert_eq!(mended.lost, 31);
    let mut db = folder.open();
    let missing = assert_whole(&mut db, &log(2_000), false);
    assert_eq!(missing, (100..=120).chain(1_991..=2_000).collect::<Vec<_>>());
}

#[test]
fn a_file_that_was_cut_off_keeps_what_is_left() {
    for keeps in [4, 6, 8] {
        let folder = Folder::hosted(2_000);
        let cut = folder.damage(|bytes| bytes.truncate(bytes.len() * keeps / 10 + 77));
        assert!(matches!(folder.profile.open_room(&ROOM), Err(StoreError::Damaged(_))));
        let mended = folder.mend();
        assert_eq!(std::fs::read(&mended.original).unwrap(), cut);
        let mut db = folder.open();
        let missing = assert_whole(&mut db, &log(2_000), false);
        assert_eq!(mended.lost, missing.len() as u64);
        assert!(missing.len() < 1_990, "{}", missing.len());
    }
}

#[test]
fn the_newest_entries_are_missed_and_their_authors_go_on_where_they_were() {
    let folder = Folder::hosted(2_000);
    folder.zero(folder.leaf(2_000));
    let mended = folder.mend();
    let mut db = folder.open();
    let missing = assert_whole(&mut db, &log(2_000), true);
    assert_eq!((missing.last(), mended.lost), (Some(&2_000), missing.len() as u64));
    let head = log(2_000).last().unwrap().link();
    let gap = Gap { after: Seq(missing[0] - 1), newest: head, before: Seq(2_001) };
    assert_eq!(db.gaps().unwrap(), [gap]);
    db.append(&Batch { entries: part(2_001, 2_003).entries, ..Batch::default() }).unwrap();
    assert_eq!(db.gaps().unwrap(), [gap]);
    db.store_copied(&part(missing[0], 2_000), (RunPlace::Hole, EPOCH), &[], (None, &[])).unwrap();
    assert_eq!((db.gaps().unwrap(), check(&mut db)), (vec![], Ok(())));
    assert_eq!(all(&db), log(2_003));
}

#[test]
fn a_damaged_index_costs_no_entry() {
    for tree in ["sqlite_autoindex_entry_2", "entry_by_counter"] {
        let folder = Folder::hosted(2_000);
        let pages = folder.pages(tree, "leaf");
        folder.zero(pages[pages.len() / 2]);
        let mut db = folder.open();
        assert!(matches!(check(&mut db), Err(StoreError::Damaged(_))), "{tree}");
        drop(db);
        assert_eq!(folder.mend().lost, 0);
        let mut db = folder.open();
        assert_eq!(assert_whole(&mut db, &log(2_000), true), [0; 0]);
    }
}

#[test]
fn a_number_that_no_hash_covers_is_set_right() {
    for prev in [0, 3, 60] {
        let folder = Folder::hosted(100);
        folder.change(&format!("UPDATE entry SET prev_seq = {prev} WHERE seq = 70"));
        let mut db = folder.open();
        assert!(matches!(check(&mut db), Err(StoreError::Damaged(_))));
        drop(db);
        assert_eq!(folder.mend().lost, 0);
        assert_eq!(assert_whole(&mut folder.open(), &log(100), true), [0; 0]);
    }
    for live in ["live_hash = zeroblob(32)", "live_seq = 98"] {
        let folder = Folder::hosted(100);
        folder.change(&format!("UPDATE era SET {live}"));
        assert_eq!(folder.mend().lost, 0);
        assert_eq!(assert_whole(&mut folder.open(), &log(100), true), [0; 0]);
    }
}

#[test]
fn of_two_entries_that_do_not_fit_the_newer_one_stays() {
    let folder = Folder::hosted(100);
    let mut other = log(100)[59].clone();
    other.at_ms += 1;
    other.hash = hash_of(&other);
    let raw = Connection::open(&folder.file).unwrap();
    let set = "UPDATE entry SET at_ms = ?1, hash = ?2 WHERE seq = 60";
    raw.execute(set, (other.at_ms, other.hash.0)).unwrap();
    drop(raw);
    assert_eq!(folder.mend().lost, 1);
    assert_eq!(assert_whole(&mut folder.open(), &log(100), true), [60]);
}

#[test]
fn what_was_removed_stays_removed() {
    let folder = Folder::hosted(500);
    let mut db = folder.open();
    db.set_not_kept(NotKept { through: Seq(200), ..NotKept::default() });
    while db.remove_some().unwrap() {}
    drop(db);
    let place = folder.place(400);
    folder.damage(|bytes| bytes[place] ^= 1);
    assert_eq!(folder.mend().lost, 1);
    let mut db = folder.open();
    assert_eq!((db.removed_to().unwrap(), check(&mut db)), (Seq(200), Ok(())));
    assert_eq!(db.gaps().unwrap().len(), 1);
    let log = log(500);
    for entry in &log {
        let (op, gone) = (&entry.signed.op, entry.seq.0 <= 200 || entry.seq.0 == 400);
        assert_eq!(db.removed(&op.author, &op.id).unwrap(), gone.then_some(entry.seq));
    }
    assert_eq!(db.known().unwrap().counters, counters(&log));
}

/// A member's room: an earlier log of 400 entries, and one of 300. Both are proven.
fn copy() -> Folder {
    let (folder, mut db) = Folder::new(&RoomRecord { hosted: None, ..record() });
    for (to, epoch) in [(400, EPOCH), (300, Epoch(7))] {
        let proof = SignedHead { link: log(to).last().unwrap().link(), signature: vec![7; 70] };
        let run = part(1, to);
        db.store_copied(&run, (RunPlace::Live, epoch), &[], (Some(&proof), &[])).unwrap();
    }
    db.queue(&outgoing(301, "waits")).unwrap();
    folder
}

#[test]
fn earlier_logs_are_saved_too_and_a_proof_goes_with_its_entry() {
    let folder = copy();
    folder.change("UPDATE entry SET body = x'00' WHERE era = 1 AND seq = 20 OR era = 2 AND seq = 300");
    let mended = folder.mend();
    assert_eq!(mended.lost, 1);
    let mut db = folder.open();
    assert_eq!(assert_whole(&mut db, &log(300), false), [300]);
    assert_eq!((db.epoch(), db.proof()), (Some(Epoch(7)), Ok(None)));
    assert_eq!((db.outbox().unwrap().len(), db.next_n(&ana()).unwrap()), (1, 302));
    let earlier = db.earlier_proofs().unwrap();
    assert_eq!(earlier.len(), 1);
    let head = earlier[0].head.link;
    assert_eq!(head, log(400).last().unwrap().link());
    let offered = |from| db.offered_page((EPOCH, head), from, 500).unwrap().run;
    assert_eq!(offered(FetchFrom::Before(Seq(401))), part(21, 400));
    assert_eq!(offered(FetchFrom::After(Seq(0))), part(1, 19));

    let folder = copy();
    folder.change("DELETE FROM entry WHERE era = 1 AND seq = 400");
    assert_eq!(folder.mend().lost, 0, "that is another log");
    let db = folder.open();
    assert_eq!((db.earlier_proofs().unwrap().len(), db.proof().unwrap().is_some()), (0, true));
}

#[test]
fn a_copy_of_which_nothing_is_left_misses_all_of_it() {
    let folder = copy();
    folder.change("UPDATE entry SET body = x'00'");
    assert_eq!(folder.mend().lost, 300);
    let mut db = folder.open();
    let head = log(300).last().unwrap().link();
    let missing = Gap { after: Seq(0), newest: head, before: Seq(301) };
    assert_eq!((db.live_end().unwrap(), db.gaps().unwrap()), (head, vec![missing]));
    assert_eq!((db.epoch(), db.next_n(&ana()).unwrap()), (Some(Epoch(7)), 302), "counters go on");
    db.store_run(&part(201, 300), false, &[], Epoch(7)).unwrap();
    db.store_run(&part(1, 200), false, &[], Epoch(7)).unwrap();
    assert_eq!(assert_whole(&mut db, &log(300), false), [0; 0]);
}

#[test]
fn a_room_of_an_older_schema_is_mended_into_a_newer_one() {
    for schema in 1..=7 {
        let (folder, db) = Folder::new(&record());
        drop(db);
        let fixture = format!("tests/data/room-schema-{schema}.db");
        std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture), &folder.file).unwrap();
        // Their hashes are made up.
        let mended = folder.profile.mend_room(&ROOM, |entry| entry.hash, NOW).unwrap();
        assert_eq!(mended.lost, 0);
        let db = folder.profile.open_room(&ROOM).unwrap();
        assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, crate::samples::run(1, 3));
        assert_eq!(db.outbox().unwrap(), [outgoing(4, "waits")]);
        assert_eq!((db.known().unwrap().members.len(), db.gaps().unwrap()), (1, vec![]));
    }
}

#[test]
fn members_that_cannot_be_read_are_known_by_what_they_said() {
    let folder = Folder::hosted(100);
    folder.zero(folder.pages("member", "leaf")[0]);
    folder.mend();
    let known = folder.open().known().unwrap().members;
    let numbers = |members: &[KnownMember]| -> Vec<_> {
        members.iter().map(|member| (member.member, member.key)).collect()
    };
    assert_eq!(numbers(&known), numbers(&members()));
}

#[test]
fn whatever_is_damaged_nothing_is_shown_that_was_not_said() {
    let log = log(2_000);
    let whole = Folder::hosted(2_000);
    let bytes = std::fs::read(&whole.file).unwrap();
    let (mut mended, mut refused, mut lost) = (0, 0, 0);
    for seed in 1..=40_u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(seed);
        let mut random = || {
            hasher.write_u8(1);
            hasher.finish() as usize
        };
        let mut damaged = bytes.clone();
        for _ in 0..=random() % 12 {
            // Some bytes here and there, a part of a page, a whole one.
            let length = [1, 16, 600, PAGE][random() % 4];
            let place = random() % (damaged.len() - length);
            damaged[place..place + length].iter_mut().for_each(|byte| *byte = random() as u8);
        }
        if seed % 5 == 0 {
            damaged.truncate(damaged.len() - random() % (damaged.len() / 3));
        }
        std::fs::write(&whole.file, &damaged).unwrap();
        if let Ok(mut db) = whole.profile.open_room(&ROOM) {
            db.check_with(hash_of);
            let _whole = check(&mut db);
            let _known = (db.known(), db.gaps(), db.page(FetchFrom::After(Seq(0)), 100));
        }
        match whole.profile.mend_room(&ROOM, hash_of, NOW + seed as i64) {
            Ok(done) => {
                let mut db = whole.open();
                let missing = assert_whole(&mut db, &log, false);
                assert_eq!(done.lost, missing.len() as u64, "seed {seed}");
                mended += 1;
                lost += missing.len();
            }
            Err(StoreError::Damaged(_)) => refused += 1,
            Err(other) => panic!("seed {seed}: {other:?}"),
        }
    }
    assert!(mended > 20 && lost > 0, "{mended} mended, {refused} refused, {lost} lost");
}
