//! Rooms that are forgotten, at once or after a crash in the middle of it.

use hallway::store::{HostKeys, Profile, RoomRecord, StoreError};
use hallway::types::RoomId;

use crate::samples::{outgoing, record};

/// A key that is found where it is not overwritten.
const KEY: &[u8] = b"the private key of this very room, as long as one is";

fn hosted() -> RoomRecord {
    let keys = HostKeys { cert_der: b"a certificate".to_vec(), key_pkcs8: KEY.to_vec() };
    RoomRecord { hosted: Some(keys), ..record() }
}

fn names(profile: &Profile) -> Vec<String> {
    let entries = std::fs::read_dir(profile.dir().join("rooms")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn nothing_of_a_forgotten_room_is_left_and_other_rooms_are_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let other = RoomRecord { room_id: RoomId([9; 32]), ..hosted() };
    drop(profile.create_room(&other).unwrap());
    let mut db = profile.create_room(&hosted()).unwrap();
    db.queue(&outgoing(1, "unsent")).unwrap();
    db.keep_draft("half a thought").unwrap();
    drop(db);
    let file = profile.room_file(&record().room_id);
    for beside in ["damaged-1.db", "damaged-1.db-wal", "making", "db-wal"] {
        std::fs::write(file.with_extension(beside), KEY).unwrap();
    }
    profile.forget_room(&record().room_id).unwrap();
    assert_eq!(names(&profile), [format!("{}.db", other.room_id)]);
    assert_eq!(profile.record(&record().room_id), Err(StoreError::NotFound));
    assert_eq!(profile.record(&other.room_id).unwrap(), other);
    drop(profile.create_room(&record()).unwrap());
    assert_eq!(profile.record(&record().room_id).unwrap(), record(), "it can be met again");
}

#[cfg(unix)]
#[test]
fn the_keys_are_overwritten_where_they_stood() {
    use std::io::Read;
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&hosted()).unwrap();
    db.keep_record(&hosted()).unwrap();
    drop(db);
    let file = profile.room_file(&record().room_id);
    let damaged = file.with_extension("damaged-1.db");
    std::fs::write(&damaged, KEY).unwrap();
    let mut held: Vec<std::fs::File> =
        [&file, &damaged].iter().map(|path| std::fs::File::open(path).unwrap()).collect();
    assert!(std::fs::read(&file).unwrap().windows(KEY.len()).any(|part| part == KEY));
    profile.forget_room(&record().room_id).unwrap();
    for file in &mut held {
        let mut left = Vec::new();
        file.read_to_end(&mut left).unwrap();
        assert!(!left.is_empty() && !left.windows(KEY.len()).any(|part| part == KEY));
    }
}

#[test]
fn a_room_that_was_half_forgotten_counts_as_gone_and_goes_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let room = record().room_id;
    let profile = Profile::open(dir.path()).unwrap();
    drop(profile.create_room(&hosted()).unwrap());
    std::fs::write(profile.room_file(&room).with_extension("forget"), "").unwrap();
    assert!(profile.rooms().unwrap().records.is_empty());
    assert!(profile.room_paths().unwrap().is_empty());
    assert!(Profile::peek(dir.path()).unwrap().rooms().unwrap().records.is_empty());
    drop(profile);
    let profile = Profile::open(dir.path()).unwrap();
    assert_eq!(profile.finish_forgetting().unwrap(), [room]);
    assert!(names(&profile).is_empty());
    assert_eq!(profile.finish_forgetting().unwrap(), []);
}

#[test]
fn a_file_in_which_no_room_can_be_read_is_forgotten_too() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    std::fs::write(profile.room_file(&record().room_id), "garbage".repeat(10_000)).unwrap();
    profile.forget_room(&record().room_id).unwrap();
    assert!(names(&profile).is_empty());
}
