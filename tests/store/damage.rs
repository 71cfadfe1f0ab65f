//! Files that are damaged, cut, foreign or newer: each is an error in words, and none is changed.

use std::fs;
use std::path::{Path, PathBuf};

use hallway::store::{KeptSecret, Profile, RoomDb, RoomRecord, StoreError};
use hallway::types::{
    Batch, FetchFrom, GuestRules, HouseRules, MemberKey, Nickname, Seq, SignedHead, Standing, Until,
};
use rusqlite::Connection;

use crate::samples::{EPOCH, ROOM, ana, batch, found, outgoing, record, run, text_of};

fn made(dir: &Path) -> PathBuf {
    let path = dir.join("a.db");
    let mut db = RoomDb::create(&path, &record()).unwrap();
    db.index_with(text_of);
    db.append(&batch(1, 3)).unwrap();
    db.queue(&outgoing(4, "waits")).unwrap();
    path
}

/// What opening and reading everything answers.
fn read_all(path: &Path) -> Result<usize, StoreError> {
    let db = RoomDb::open(path)?;
    db.record()?;
    db.known()?;
    db.gaps()?;
    db.outbox()?;
    db.draft()?;
    Ok(db.page(FetchFrom::After(Seq(0)), 100)?.run.entries.len())
}

#[test]
fn a_room_of_schema_1_opens_after_every_upgrade() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-1.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    let mut db = RoomDb::open(&path).unwrap();
    // It was made before guests were: nobody let them in.
    assert_eq!(db.record().unwrap(), RoomRecord { guests: GuestRules::default(), ..record() });
    assert_eq!(db.epoch(), Some(EPOCH));
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 3));
    assert_eq!(db.outbox().unwrap(), [outgoing(4, "waits")]);
    assert_eq!(db.next_n(&ana()), Ok(5));
    db.append(&batch(4, 4)).unwrap();
    assert_eq!(db.known().unwrap().head.seq, Seq(4));
}

#[test]
fn a_room_of_schema_1_is_read_before_its_upgrade() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-1.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    let db = RoomDb::open_read_only(&path).unwrap();
    assert_eq!(db.record().unwrap(), RoomRecord { guests: GuestRules::default(), ..record() });
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 3));
}

#[test]
fn a_room_of_schema_2_opens_after_every_upgrade() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-2.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    let mut db = RoomDb::open(&path).unwrap();
    assert_eq!(db.record().unwrap(), record());
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 3));
    assert_eq!(db.outbox().unwrap(), [outgoing(4, "waits")]);
    // It was made before there was an index: what it holds is indexed when there is time.
    assert_eq!((db.is_indexed(), found(&db, "line")), (Ok(false), vec![]));
    db.index_with(text_of);
    assert_eq!((db.index_some(), db.is_indexed()), (Ok(false), Ok(true)));
    assert_eq!(found(&db, "line"), [3, 2, 1]);
}

#[test]
fn a_room_of_an_older_schema_is_read_before_its_upgrade_and_says_that_it_has_no_index() {
    for fixture in ["tests/data/room-schema-1.db", "tests/data/room-schema-2.db"] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture), &path).unwrap();
        let db = RoomDb::open_read_only(&path).unwrap();
        assert_eq!((db.is_indexed(), found(&db, "line")), (Ok(false), vec![]));
        assert_eq!(db.first_at(i64::MIN), Ok(Some(Seq(1))));
    }
}

#[test]
fn a_room_of_schema_3_opens_after_every_upgrade() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-3.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    let mut db = RoomDb::open(&path).unwrap();
    assert_eq!(db.record().unwrap(), record());
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 3));
    assert_eq!((db.is_indexed(), found(&db, "lin")), (Ok(true), vec![3, 2, 1]));
    db.index_with(text_of);
    db.append(&batch(4, 4)).unwrap();
    assert_eq!((found(&db, "line"), found(&db, "2")), (vec![4, 3, 2, 1], vec![2]));
}

#[test]
fn a_room_of_schema_4_opens_after_every_upgrade_and_has_no_proof_yet() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-4.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    let before = RoomDb::open_read_only(&path).unwrap();
    assert_eq!((before.proof(), before.earlier_proofs()), (Ok(None), Ok(vec![])));
    drop(before);
    let mut db = RoomDb::open(&path).unwrap();
    assert_eq!(db.record().unwrap(), record());
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 3));
    assert_eq!((db.proof(), db.earlier_proofs()), (Ok(None), Ok(vec![])));
    db.append(&batch(4, 4)).unwrap();
}

#[test]
fn a_room_of_schema_5_keeps_its_proof_and_has_no_password_yet() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-5.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    assert_eq!(RoomDb::open_read_only(&path).unwrap().record().unwrap(), record());
    let mut db = RoomDb::open(&path).unwrap();
    assert_eq!(db.record().unwrap(), record());
    assert_eq!((record().password, record().password_epoch), (None, 0));
    let proof = SignedHead { link: run(1, 3).last(), signature: vec![7; 70] };
    assert_eq!(db.proof(), Ok(Some(proof)));
    assert_eq!((db.compared(), db.admitted()), (Ok(vec![]), Ok(vec![])));
    let locked = RoomRecord { password: Some(KeptSecret(vec![7; 320])), password_epoch: 1, ..record() };
    db.keep_record(&locked).unwrap();
    db.append(&batch(4, 4)).unwrap();
    assert_eq!(db.record().unwrap(), locked);
}

#[test]
fn a_room_of_schema_6_keeps_who_is_kept_out_and_has_no_rules_yet() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-6.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    let banned = Standing {
        banned: Some(Until::ForGood),
        ..Standing::new(MemberKey([7; 32]), Nickname::new("Eve").unwrap())
    };
    Connection::open(&path)
        .unwrap()
        .execute(
            "INSERT INTO standing (key, name, banned, addresses) VALUES (?1, 'Eve', 0, '[]')",
            [banned.key.as_bytes()],
        )
        .unwrap();
    let closed = RoomDb::open_read_only(&path).unwrap();
    assert_eq!(
        (closed.standings(), closed.house_rules()),
        (Ok(vec![banned.clone()]), Ok(HouseRules::default()))
    );
    drop(closed);
    let mut db = RoomDb::open(&path).unwrap();
    assert_eq!((db.standings(), db.house_rules()), (Ok(vec![banned.clone()]), Ok(HouseRules::default())));
    let (moderator, rules) = (
        Standing { moderator: true, ..Standing::new(MemberKey([8; 32]), Nickname::new("Mo").unwrap()) },
        HouseRules { slow_s: 30, announcements: true, locked: true },
    );
    let standings = vec![moderator.clone()];
    db.append(&Batch { standings, rules: Some(rules), ..batch(4, 4) }).unwrap();
    drop(db);
    let db = RoomDb::open(&path).unwrap();
    assert_eq!((db.standings(), db.house_rules()), (Ok(vec![banned, moderator]), Ok(rules)));
}

#[test]
fn a_room_of_schema_7_is_wiped_of_what_was_removed_in_it() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-7.db");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    fs::copy(fixture, &path).unwrap();
    let unwiped =
        |db: &Connection| -> bool { db.query_row("SELECT unwiped FROM room", [], |row| row.get(0)).unwrap() };
    drop(RoomDb::open(&path).unwrap());
    assert!(!unwiped(&Connection::open(&path).unwrap()));
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/room-schema-7.db"), &path).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute("INSERT INTO removal (era, seq, author, op_id) VALUES (1, 9, ?1, NULL)", [ana().as_bytes()])
        .unwrap();
    assert_eq!(RoomDb::open_read_only(&path).unwrap().record().unwrap(), record());
    let mut db = RoomDb::open(&path).unwrap();
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 10).unwrap().run, run(1, 3));
    assert!(unwiped(&Connection::open(&path).unwrap()));
    db.index_with(text_of);
    while db.blank_some().unwrap() {}
    assert!(!unwiped(&Connection::open(&path).unwrap()));
}

/// `HALLWAY_FIXTURE=1 cargo test --test store -- --ignored fixture`, once for each new schema.
#[test]
#[ignore = "writes the fixture of a new schema"]
fn write_the_fixture() {
    if std::env::var_os("HALLWAY_FIXTURE").is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = made(dir.path());
    let version: u32 =
        Connection::open(&path).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    let fixture = format!("tests/data/room-schema-{version}.db");
    fs::copy(path, Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture)).unwrap();
}

#[test]
fn a_newer_or_foreign_file_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let newer = made(dir.path());
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let foreign = dir.path().join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    let marked = dir.path().join("marked.db");
    Connection::open(&marked).unwrap().execute_batch("CREATE TABLE t (a); PRAGMA user_version = 1").unwrap();
    let text = dir.path().join("text.db");
    fs::write(&text, "not a database, but long enough to be read as one ".repeat(50)).unwrap();
    for path in [&newer, &foreign, &marked, &text] {
        let before = fs::read(path).unwrap();
        for error in [
            RoomDb::open(path).unwrap_err(),
            RoomDb::open_read_only(path).unwrap_err(),
            RoomDb::create(path, &record()).unwrap_err(),
        ] {
            let expected = error == StoreError::NewerSchema(99);
            assert!(
                if path == &newer { expected } else { matches!(error, StoreError::Damaged(_)) },
                "{error}"
            );
        }
        assert_eq!(fs::read(path).unwrap(), before);
    }
}

#[test]
fn a_file_cut_or_overwritten_anywhere_is_an_error_or_still_right() {
    let dir = tempfile::tempdir().unwrap();
    let whole = fs::read(made(dir.path())).unwrap();
    let path = dir.path().join("b.db");
    let mut errors = 0;
    for place in (0..whole.len()).step_by(1_531) {
        for garbage in [None, Some([0xff; 64])] {
            let mut bytes = whole.clone();
            match garbage {
                None => bytes.truncate(place),
                Some(garbage) => {
                    let end = bytes.len().min(place + garbage.len());
                    bytes[place..end].copy_from_slice(&garbage[..end - place]);
                }
            }
            fs::write(&path, &bytes).unwrap();
            match read_all(&path) {
                Ok(_) => {}
                Err(StoreError::Damaged(_) | StoreError::NotFound | StoreError::Io(_)) => errors += 1,
                Err(other) => panic!("{other:?} at {place}"),
            }
            let _ =
                (fs::remove_file(dir.path().join("b.db-wal")), fs::remove_file(dir.path().join("b.db-shm")));
        }
    }
    assert!(errors > 10, "only {errors} of the damaged files were noticed");
}

#[test]
fn a_bad_row_is_an_error_with_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let path = made(dir.path());
    let change = |statement: &str| Connection::open(&path).unwrap().execute(statement, []).unwrap();
    for (set, back) in [
        ("name = 'a<b'", "name = 'Ana'"),
        ("hash = x'00'", "hash = zeroblob(32)"),
        ("member = -1", "member = 1"),
        ("n = -5", "n = 2"),
        ("kind = 5000000000", "kind = 1"),
    ] {
        change(&format!("UPDATE entry SET {set} WHERE seq = 2"));
        let db = RoomDb::open(&path).unwrap();
        match db.page(FetchFrom::After(Seq(0)), 10) {
            Err(StoreError::Damaged(why)) => assert!(why.starts_with("entry 2: "), "{set}: {why}"),
            other => panic!("{set}: {other:?}"),
        }
        assert_eq!(db.page(FetchFrom::After(Seq(2)), 10).unwrap().run.entries.len(), 1);
        change(&format!("UPDATE entry SET {back} WHERE seq = 2"));
    }
    change("UPDATE outbox SET text = '', refused = 'not JSON'");
    assert!(matches!(RoomDb::open(&path).unwrap().outbox(), Err(StoreError::Damaged(_))));
    change("UPDATE room SET addresses = '[7]'");
    assert!(matches!(RoomDb::open(&path).unwrap().record(), Err(StoreError::Damaged(_))));
}

#[test]
fn a_refusal_that_a_newer_app_wrote_keeps_the_message() {
    let dir = tempfile::tempdir().unwrap();
    let path = made(dir.path());
    let raw = Connection::open(&path).unwrap();
    raw.execute("UPDATE outbox SET refused = '\"Muted\"'", []).unwrap();
    let outbox = RoomDb::open(&path).unwrap().outbox().unwrap();
    assert_eq!(outbox[0].refused, Some(hallway::types::Refusal::Other("\"Muted\"".into())));
}

#[test]
fn a_transaction_that_was_not_finished_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = made(dir.path());
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE; DELETE FROM outbox; DELETE FROM entry WHERE seq = 3;").unwrap();
    drop(raw);
    let db = RoomDb::open(&path).unwrap();
    assert_eq!((db.known().unwrap().head.seq, db.outbox().unwrap().len()), (Seq(3), 1));
}

#[test]
fn wherever_the_last_write_was_cut_off_whole_commits_remain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    let mut db = RoomDb::create(&path, &record()).unwrap();
    for from in [1, 4, 7] {
        db.append(&batch(from, from + 2)).unwrap();
    }
    // The writer is still there: nothing was moved from the write-ahead log into the database.
    let (main, wal) = (fs::read(&path).unwrap(), fs::read(dir.path().join("a.db-wal")).unwrap());
    let cut = dir.path().join("cut.db");
    let mut seen = std::collections::BTreeSet::new();
    for length in (0..wal.len()).step_by(1_013).chain([wal.len()]) {
        fs::write(&cut, &main).unwrap();
        fs::write(dir.path().join("cut.db-wal"), &wal[..length]).unwrap();
        match RoomDb::open(&cut) {
            Ok(db) => {
                let head = db.known().unwrap().head;
                assert_eq!(db.live_end().unwrap(), head);
                assert_eq!(db.page(FetchFrom::After(Seq(0)), 100).unwrap().run.last(), head);
                assert_eq!(db.gaps().unwrap(), []);
                seen.insert(head.seq.0);
            }
            // What made the room was in its file before the file had its name.
            Err(other) => panic!("{other:?} at {length}"),
        }
    }
    assert_eq!(seen, [0, 3, 6, 9].into());
}

#[test]
fn a_room_whose_making_was_cut_off_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    fs::write(dir.path().join(format!("rooms/{ROOM}.making")), "half of it").unwrap();
    assert_eq!(profile.rooms().unwrap(), hallway::store::Rooms::default());
    assert_eq!(profile.open_room(&ROOM).unwrap_err(), StoreError::NotFound);
    assert_eq!(profile.record(&ROOM).unwrap_err(), StoreError::NotFound);
    drop(profile.create_room(&record()).unwrap());
    assert_eq!(profile.rooms().unwrap().records, [record()]);
    assert!(matches!(profile.create_room(&record()), Err(StoreError::Misfit(_))));
    assert!(!dir.path().join(format!("rooms/{ROOM}.making")).exists());
}

#[test]
fn an_empty_file_is_a_damaged_room_and_none_that_was_never_made() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    drop(profile.create_room(&record()).unwrap());
    assert_eq!(profile.record(&ROOM).unwrap(), record());
    let file = profile.room_file(&ROOM);
    fs::write(&file, "").unwrap();
    let rooms = profile.rooms().unwrap();
    assert!(matches!(rooms.unreadable.as_slice(), [(path, StoreError::Damaged(_))] if *path == file));
    assert!(matches!(profile.record(&ROOM), Err(StoreError::Damaged(_))));
    assert_eq!(fs::metadata(file).unwrap().len(), 0, "it is left as it is");
}
