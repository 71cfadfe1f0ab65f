//! A host's log: what is appended, and what is read of it.

use hallway::store::{Profile, RoomDb, StoreError};
use hallway::types::limits::{PAGE_BYTES, PAGE_ENTRIES};
use hallway::types::{Entry, Epoch, FetchFrom, Link, MemberId, MemberKey, Nickname, Seq};

use crate::samples::{ROOM, ana, batch, entry, id, record, run};

fn room() -> (tempfile::TempDir, RoomDb) {
    let dir = tempfile::tempdir().unwrap();
    let db = Profile::open(dir.path()).unwrap().create_room(&record()).unwrap();
    (dir, db)
}

fn numbers(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq.0).collect()
}

#[test]
fn what_was_appended_is_there_after_the_file_is_opened_again() {
    let (dir, mut db) = room();
    db.append(&batch(1, 3)).unwrap();
    db.append(&batch(4, 4)).unwrap();
    let known = db.known().unwrap();
    drop(db);
    let db = Profile::open(dir.path()).unwrap().open_room(&ROOM).unwrap();
    assert_eq!(db.page(FetchFrom::After(Seq::START), 10).unwrap().run, run(1, 4));
    assert_eq!(db.record().unwrap(), record());
    assert_eq!(db.known().unwrap(), known);
    assert_eq!(known.head, run(1, 4).last());
    assert_eq!(db.live_end().unwrap(), known.head);
    assert_eq!((known.oldest, known.last_at_ms), (Seq(1), 1_700_000_000_004));
    assert_eq!(known.members, batch(1, 1).members);
    assert_eq!(known.counters, [(ana(), 4)]);
    assert_eq!(db.gaps().unwrap(), []);
}

#[test]
fn an_empty_log_begins_before_the_first_entry() {
    let (_dir, db) = room();
    let known = db.known().unwrap();
    assert_eq!((known.head, known.oldest), (Link::START, Seq(1)));
    assert_eq!((known.counters, known.members), (vec![], vec![]));
    for from in [FetchFrom::After(Seq(9)), FetchFrom::Before(Seq(u64::MAX))] {
        let page = db.page(from, 10).unwrap();
        assert_eq!((page.run.prev, page.run.entries.len(), page.more), (Link::START, 0, false));
    }
}

#[test]
fn entries_that_do_not_follow_the_head_are_refused_and_nothing_is_stored() {
    let (_dir, mut db) = room();
    db.append(&batch(1, 3)).unwrap();
    let before = db.known().unwrap();
    let mut other_room = batch(4, 4);
    other_room.entries[0].signed.op.room.0[0] ^= 1;
    let mut hole = batch(4, 6);
    hole.entries.remove(1);
    let mut again = batch(4, 5);
    again.entries[1].signed.op.id = id(2);
    for wrong in [batch(3, 4), batch(5, 5), batch(1, 1), other_room, hole, again] {
        assert!(matches!(db.append(&wrong), Err(StoreError::Misfit(_))));
        assert_eq!(db.known().unwrap(), before);
    }
    db.append(&batch(4, 5)).unwrap();
    assert_eq!(db.known().unwrap().head.seq, Seq(5));
}

#[test]
fn a_member_may_change_the_name_but_not_the_key() {
    let (_dir, mut db) = room();
    let mut names = batch(1, 1);
    db.append(&names).unwrap();
    names.entries.clear();
    names.members[0].name = Nickname::new("Ana 2").unwrap();
    db.append(&names).unwrap();
    assert_eq!(db.known().unwrap().members, names.members);
    names.members[0].key = MemberKey([1; 32]);
    assert!(matches!(db.append(&names), Err(StoreError::Misfit(_))));
    names.members[0] = batch(1, 1).members.remove(0);
    names.members[0].member = MemberId(2);
    assert!(matches!(db.append(&names), Err(StoreError::Misfit(_))), "a key has one number");
    assert_eq!(db.known().unwrap().members[0].name.as_str(), "Ana 2");
}

#[test]
fn pages_go_both_ways_in_ascending_order_and_say_whether_there_is_more() {
    let (_dir, mut db) = room();
    db.append(&batch(1, 10)).unwrap();
    let page = |from, max| {
        let slice = db.page(from, max).unwrap();
        (numbers(&slice.run.entries), slice.run.prev.seq.0, slice.more)
    };
    assert_eq!(page(FetchFrom::After(Seq(3)), 4), (vec![4, 5, 6, 7], 3, true));
    assert_eq!(page(FetchFrom::After(Seq(6)), 4), (vec![7, 8, 9, 10], 6, false));
    assert_eq!(page(FetchFrom::After(Seq(10)), 4), (vec![], 10, false));
    assert_eq!(page(FetchFrom::Before(Seq(5)), 2), (vec![3, 4], 2, true));
    assert_eq!(page(FetchFrom::Before(Seq(5)), 4), (vec![1, 2, 3, 4], 0, false));
    assert_eq!(page(FetchFrom::Before(Seq(u64::MAX)), 2), (vec![9, 10], 8, true));
    assert_eq!(page(FetchFrom::Before(Seq(1)), 2), (vec![], 0, false));
    assert_eq!(page(FetchFrom::After(Seq(0)), 0), (vec![], 10, true));
}

#[test]
fn a_page_holds_as_many_entries_and_bytes_as_the_limits_say_and_not_one_more() {
    let (_dir, mut db) = room();
    db.append(&batch(1, PAGE_ENTRIES as u64 + 1)).unwrap();
    let page = db.page(FetchFrom::After(Seq(0)), usize::MAX).unwrap();
    assert_eq!((page.run.entries.len(), page.more), (PAGE_ENTRIES, true));
    let page = db.page(FetchFrom::After(Seq(1)), usize::MAX).unwrap();
    assert_eq!((page.run.entries.len(), page.more), (PAGE_ENTRIES, false));

    // Two entries that fill a page to the byte, and then with one byte more.
    for (extra, expected) in [(0, 2), (1, 1)] {
        let (_dir, mut db) = room();
        let empty = entry(Link::START, 1, "").weight();
        let first = entry(Link::START, 1, &"a".repeat(PAGE_BYTES / 2 - empty));
        let second = entry(first.link(), 2, &"b".repeat(PAGE_BYTES / 2 - empty + extra));
        let mut both = batch(1, 1);
        both.entries = vec![first, second];
        db.append(&both).unwrap();
        for from in [FetchFrom::After(Seq(0)), FetchFrom::Before(Seq(3))] {
            let page = db.page(from, 10).unwrap();
            assert_eq!((page.run.entries.len(), page.more), (expected, expected == 1));
        }
    }
}

#[test]
fn an_entry_larger_than_a_page_is_read_by_itself() {
    let (_dir, mut db) = room();
    let large = entry(Link::START, 1, &"a".repeat(PAGE_BYTES * 2));
    let mut alone = batch(1, 1);
    alone.entries = vec![large.clone()];
    db.append(&alone).unwrap();
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run.entries, [large]);
}

#[test]
fn an_entry_is_found_by_its_op_however_old_it_is() {
    let (_dir, mut db) = room();
    db.append(&batch(1, 100)).unwrap();
    assert_eq!(db.find(&ana(), &id(2)).unwrap(), Some(run(2, 2).entries.remove(0)));
    assert_eq!(db.find(&ana(), &id(101)).unwrap(), None);
    assert_eq!(db.find(&MemberKey([1; 32]), &id(2)).unwrap(), None);
}

#[test]
fn counters_are_known_for_every_author_and_not_for_the_room_itself() {
    let (_dir, mut db) = room();
    let mut mixed = batch(1, 6);
    let mut last = Link::START;
    for (place, entry) in mixed.entries.iter_mut().enumerate() {
        let author = u8::try_from(place % 3).unwrap();
        entry.prev = last;
        entry.signed.op.author = MemberKey([author; 32]);
        entry.signed.op.n = if author == 0 { 0 } else { place as u64 };
        last = entry.link();
    }
    db.append(&mixed).unwrap();
    assert_eq!(db.known().unwrap().counters, [(MemberKey([1; 32]), 4), (MemberKey([2; 32]), 5)]);
    assert_eq!(db.next_n(&MemberKey([2; 32])), Ok(6));
}

#[test]
fn a_new_epoch_begins_an_empty_log() {
    let (dir, mut db) = room();
    db.append(&batch(1, 3)).unwrap();
    let mut renewed = record();
    renewed.epoch = Some(Epoch(1));
    db.keep_record(&renewed).unwrap();
    assert_eq!(db.known().unwrap().head, Link::START);
    db.append(&batch(1, 1)).unwrap();
    drop(db);
    let db = Profile::open(dir.path()).unwrap().open_room(&ROOM).unwrap();
    assert_eq!(db.record().unwrap(), renewed);
    assert_eq!(db.known().unwrap().head.seq, Seq(1));
}
