//! The files of a room that is mended: which one stands at its place, what is beside it, and when nothing is changed.

use std::path::Path;
use std::process::{Command, Stdio};

use hallway::store::{Profile, RoomRecord, StoreError};
use hallway::types::Batch;
use rusqlite::Connection;

use super::folder::{Folder, NOW, assert_whole, hash_of, log, members};
use crate::samples::{ROOM, record};

#[test]
fn a_room_that_cannot_be_told_any_more_is_left_as_it_is() {
    for tree in ["room", "era"] {
        let folder = Folder::hosted(200);
        let damaged = folder.zero(folder.pages(tree, "leaf")[0]);
        let refused = folder.profile.mend_room(&ROOM, hash_of, NOW);
        assert!(matches!(refused, Err(StoreError::Damaged(_))), "{tree}: {refused:?}");
        assert_eq!(std::fs::read(&folder.file).unwrap(), damaged);
        assert_eq!(folder.names(), [format!("{ROOM}.db")]);
    }
    let folder = Folder::hosted(20);
    for content in [Vec::new(), b"not a database, but long enough to be read as one ".repeat(50)] {
        std::fs::write(&folder.file, &content).unwrap();
        assert!(matches!(folder.profile.mend_room(&ROOM, hash_of, NOW), Err(StoreError::Damaged(_))));
        assert_eq!(std::fs::read(&folder.file).unwrap(), content);
    }
    std::fs::remove_file(&folder.file).unwrap();
    assert_eq!(folder.profile.mend_room(&ROOM, hash_of, NOW), Err(StoreError::NotFound));
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn a_newer_file_and_one_of_another_room_are_left_as_they_are() {
    let folder = Folder::hosted(20);
    let other = RoomRecord { room_id: hallway::types::RoomId([9; 32]), ..record() };
    let file = folder.profile.room_file(&other.room_id);
    std::fs::copy(&folder.file, &file).unwrap();
    assert!(matches!(folder.profile.mend_room(&other.room_id, hash_of, NOW), Err(StoreError::Damaged(_))));
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(folder.profile.mend_room(&other.room_id, hash_of, NOW), Err(StoreError::NewerSchema(99)));
}

#[test]
fn what_is_not_in_the_file_yet_is_moved_into_it_first() {
    let (folder, mut db) = Folder::new(&record());
    db.append(&Batch { entries: log(50), members: members(), standing: Vec::new() }).unwrap();
    // As after a crash: what was committed is beside the file.
    let beside = folder.file.with_extension("db-wal");
    let (main, wal) = (std::fs::read(&folder.file).unwrap(), std::fs::read(&beside).unwrap());
    drop(db);
    std::fs::write(&folder.file, main).unwrap();
    std::fs::write(&beside, wal).unwrap();
    let mended = folder.mend();
    assert_eq!(folder.names().len(), 2, "nothing is beside it: {:?}", folder.names());
    let mut db = folder.open();
    assert_eq!((mended.lost, assert_whole(&mut db, &log(50), true)), (0, vec![]));
    let original = Connection::open(&mended.original).unwrap();
    let count: i64 = original.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 50);
}

#[test]
fn a_room_that_somebody_reads_is_left_as_it_is() {
    let folder = Folder::hosted(50);
    let mut db = folder.open();
    let reader = Connection::open(&folder.file).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM room").unwrap();
    db.keep_draft("more").unwrap();
    drop(db);
    let refused = folder.profile.mend_room(&ROOM, hash_of, NOW);
    assert!(matches!(refused, Err(StoreError::Io(_))), "{refused:?}");
    drop(reader);
    assert!(!folder.names().iter().any(|name| name.contains("mending") || name.contains("damaged")));
    assert_eq!(folder.mend().lost, 0);
    assert_eq!(folder.open().draft().unwrap(), "more");
}

#[test]
fn what_an_interrupted_mending_left_is_cleared_away_and_what_was_kept_is_not() {
    let leave = |folder: &Folder| {
        for beside in ["mending-5", "mending-5-wal", "mending-6-shm", "mending-5-journal", "damaged-4"] {
            std::fs::write(folder.file.with_extension(beside), "half of it").unwrap();
        }
        // It had got its second name already.
        std::fs::hard_link(&folder.file, folder.file.with_extension("damaged-5")).unwrap();
    };
    let folder = Folder::hosted(50);
    leave(&folder);
    let dir = folder.profile.dir().to_owned();
    let Folder { kept, profile, file } = folder;
    drop(profile);
    let folder = Folder { kept, profile: Profile::open(&dir).unwrap(), file };
    assert_eq!(folder.names(), [format!("{ROOM}.damaged-4"), format!("{ROOM}.db")]);
    std::fs::write(folder.file.with_extension("damaged-4"), "an older one").unwrap();
    let mended = folder.profile.mend_room(&ROOM, hash_of, 4).unwrap();
    assert_eq!(mended.original, folder.file.with_extension("damaged-5"), "the first name is taken");
    let kept = ["damaged-4", "damaged-5", "db"].map(|ending| format!("{ROOM}.{ending}"));
    assert_eq!(folder.names(), kept);
    assert_eq!(assert_whole(&mut folder.open(), &log(50), true), [0; 0]);
    std::fs::write(folder.file.with_extension("mending-9"), "half of it").unwrap();
    assert_eq!(folder.profile.rooms().unwrap().records, [record()], "neither is taken for a room");
    assert_eq!(folder.profile.room_paths().unwrap(), [folder.file.as_path()]);
}

#[test]
fn nobody_opens_a_room_while_its_file_is_being_mended() {
    let folder = Folder::hosted(50);
    std::fs::write(folder.file.with_extension("mending-5"), "half of it").unwrap();
    let busy = StoreError::Io("this room's file is being mended".to_owned());
    assert_eq!(folder.profile.open_room(&ROOM).map(drop), Err(busy.clone()));
    assert_eq!(folder.profile.mend_room(&ROOM, hash_of, 6).map(drop), Err(busy));
    assert_eq!(folder.profile.rooms().unwrap().records, [record()], "what is there can be read");
}

#[test]
fn a_forgotten_room_takes_its_damaged_files_with_it() {
    let folder = Folder::hosted(50);
    let mended = folder.mend();
    let mut held = std::fs::File::open(&mended.original).unwrap();
    folder.profile.forget_room(&ROOM).unwrap();
    assert_eq!(folder.names(), [""; 0]);
    if cfg!(unix) {
        let mut left = Vec::new();
        std::io::Read::read_to_end(&mut held, &mut left).unwrap();
        assert!(!left.is_empty() && left.iter().all(|byte| *byte == 0), "it was overwritten");
    }
}

const DIR: &str = "HALLWAY_TEST_MENDING_DIR";

/// Lets a child mend the room again and again, and ends it where one of the room's files is as wanted.
fn killed_when(folder: Folder, wanted: impl Fn(&str, u64) -> bool) -> Folder {
    let Folder { kept, profile, file } = folder;
    drop(profile);
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "mending::file::child_that_mends", "--ignored"]).env(DIR, kept.path());
    let mut child = child.stdout(Stdio::null()).spawn().unwrap();
    let reached = || {
        let mut entries = std::fs::read_dir(file.parent().unwrap()).unwrap().flatten();
        // One that is gone by now is not what is waited for.
        entries.any(|entry| {
            let length = entry.metadata().map_or(0, |metadata| metadata.len());
            wanted(&entry.file_name().to_string_lossy(), length)
        })
    };
    while !reached() {
        assert_eq!(child.try_wait().unwrap(), None, "the child mends until it is ended");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let profile = Profile::open(kept.path()).unwrap();
    Folder { kept, profile, file }
}

#[test]
fn whenever_a_mending_is_killed_the_room_is_whole_and_nothing_half_done_is_left() {
    let mut folder = Folder::hosted(2_000);
    let place = folder.place(1_000);
    folder.damage(|bytes| bytes[place] ^= 1);
    folder.mend();
    for size in [1, 200_000, 400_000, 600_000] {
        folder = killed_when(folder, |name, length| name.contains("mending-") && length >= size);
        assert_eq!(assert_whole(&mut folder.open(), &log(2_000), true), [1_000], "{size}");
        assert!(folder.names().iter().all(|name| !name.contains("mending")), "{:?}", folder.names());
    }
    for _ in 0..4 {
        // Beside the room and the first one that was kept.
        let nth = folder.names().len() - 1;
        let named = format!(".damaged-{nth}");
        folder = killed_when(folder, |name, _| name.ends_with(&named));
        assert_eq!(assert_whole(&mut folder.open(), &log(2_000), true), [1_000], "{nth}");
        assert!(folder.names().iter().all(|name| !name.contains("mending")), "{:?}", folder.names());
    }
}

#[test]
#[ignore = "the child of the test above"]
fn child_that_mends() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let profile = Profile::open(Path::new(&dir)).unwrap();
    loop {
        profile.mend_room(&ROOM, hash_of, 1).unwrap();
    }
}
