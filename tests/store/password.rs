//! A room's password, and who has proven it.

use hallway::store::{KeptSecret, Profile, RoomRecord};
use hallway::types::{Hash, MemberKey};

use crate::samples::{ROOM, record};

fn locked(epoch: u32, password: Option<u8>) -> RoomRecord {
    let password = password.map(|byte| KeptSecret(vec![byte; 320]));
    RoomRecord { password, password_epoch: epoch, ..record() }
}

#[test]
fn who_proved_the_password_is_known_after_a_start_and_until_it_changes() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&locked(1, Some(7))).unwrap();
    assert_eq!(db.admitted().unwrap(), []);
    for member in [5, 5, 6] {
        db.admit(&MemberKey([member; 32]), 1).unwrap();
    }
    db.keep_record(&locked(1, Some(7))).unwrap();
    drop(db);
    let mut db = profile.open_room(&ROOM).unwrap();
    assert_eq!(db.record().unwrap(), locked(1, Some(7)));
    assert_eq!(db.admitted().unwrap(), [MemberKey([5; 32]), MemberKey([6; 32])]);
    db.keep_record(&locked(2, Some(8))).unwrap();
    assert_eq!(db.admitted().unwrap(), []);
    db.admit(&MemberKey([5; 32]), 1).unwrap();
    assert_eq!(db.admitted().unwrap(), [], "of a password that is no more");
    db.admit(&MemberKey([6; 32]), 2).unwrap();
    db.keep_record(&locked(3, None)).unwrap();
    assert_eq!(db.admitted().unwrap(), []);
}

#[test]
fn a_mended_room_still_has_its_password() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&locked(4, Some(7))).unwrap();
    db.admit(&MemberKey([5; 32]), 4).unwrap();
    drop(db);
    profile.mend_room(&ROOM, |_| Hash([0; 32]), 1).unwrap();
    let db = profile.open_room(&ROOM).unwrap();
    assert_eq!(db.record().unwrap(), locked(4, Some(7)));
    assert_eq!(db.admitted().unwrap(), [MemberKey([5; 32])]);
}

#[test]
fn a_password_is_not_printed_with_what_is_known_of_a_room() {
    assert!(format!("{:?}", locked(1, Some(7))).contains("KeptSecret(private)"));
}
