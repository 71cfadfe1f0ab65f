//! A room's password, and who has proven it.

use hallway::store::{Issue, KeptSecret, Profile, RoomRecord};
use hallway::types::{Admission, Hash, InviteTerms, MemberKey};

use crate::samples::{ROOM, record};

fn locked(epoch: u32, password: Option<u8>) -> RoomRecord {
    let password = password.map(|byte| KeptSecret(vec![byte; 320]));
    RoomRecord { password, password_epoch: epoch, ..record() }
}

fn proven(member: u8, epoch: u32) -> Admission {
    Admission { key: MemberKey([member; 32]), epoch, invite: None }
}

fn invite(byte: u8, people: Option<u32>, until_ms: Option<i64>) -> Issue {
    Issue { hash: Hash([byte; 32]), terms: InviteTerms { people, until_ms }, wall_ms: 1_000 }
}

#[test]
fn who_proved_the_password_is_known_after_a_start_and_until_it_changes() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&locked(1, Some(7))).unwrap();
    assert_eq!(db.admitted().unwrap(), []);
    for member in [5, 5, 6] {
        db.admit(&proven(member, 1)).unwrap();
    }
    db.keep_record(&locked(1, Some(7))).unwrap();
    drop(db);
    let mut db = profile.open_room(&ROOM).unwrap();
    assert_eq!(db.record().unwrap(), locked(1, Some(7)));
    assert_eq!(db.admitted().unwrap(), [MemberKey([5; 32]), MemberKey([6; 32])]);
    db.keep_record(&locked(2, Some(8))).unwrap();
    assert_eq!(db.admitted().unwrap(), []);
    db.admit(&proven(5, 1)).unwrap();
    assert_eq!(db.admitted().unwrap(), [], "of a password that is no more");
    db.admit(&proven(6, 2)).unwrap();
    db.keep_record(&locked(3, None)).unwrap();
    assert_eq!(db.admitted().unwrap(), []);
}

#[test]
fn a_mended_room_still_has_its_password() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&locked(4, Some(7))).unwrap();
    db.admit(&proven(5, 4)).unwrap();
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

#[test]
fn invites_and_who_came_in_by_them_are_kept_with_the_admission_and_end_with_the_password() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&locked(1, Some(7))).unwrap();
    let (once, day) = (invite(1, Some(1), None), invite(2, None, Some(86_400_000)));
    assert_eq!((db.issue(&once), db.issue(&day)), (Ok(1), Ok(2)));
    db.admit(&Admission { invite: Some(1), ..proven(5, 1) }).unwrap();
    assert_eq!(db.revoke(2), Ok(true));
    drop(db);
    let mut db = profile.open_room(&ROOM).unwrap();
    let kept = db.invites().unwrap();
    assert_eq!(db.admitted().unwrap(), [MemberKey([5; 32])]);
    assert_eq!((kept[0].hash, kept[0].terms, kept[0].revoked), (once.hash, once.terms, false));
    assert_eq!(kept[0].used, [MemberKey([5; 32])].into());
    assert_eq!((kept[1].terms, kept[1].revoked, kept[1].used.len()), (day.terms, true, 0));
    db.keep_record(&locked(1, Some(7))).unwrap();
    assert_eq!(db.invites().unwrap(), kept);
    db.keep_record(&locked(2, Some(8))).unwrap();
    assert_eq!(db.invites().unwrap(), []);
    assert_eq!(db.issue(&once), Ok(1), "and none of the earlier one is left");
    assert!(db.invites().unwrap()[0].used.is_empty());
}

#[test]
fn a_mended_room_still_has_its_invites() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&locked(4, Some(7))).unwrap();
    db.issue(&invite(1, Some(1), None)).unwrap();
    db.issue(&invite(2, Some(9), Some(86_400_000))).unwrap();
    db.admit(&Admission { invite: Some(1), ..proven(5, 4) }).unwrap();
    db.revoke(2).unwrap();
    let before = db.invites().unwrap();
    drop(db);
    profile.mend_room(&ROOM, |_| Hash([0; 32]), 1).unwrap();
    assert_eq!(profile.open_room(&ROOM).unwrap().invites().unwrap(), before);
}
