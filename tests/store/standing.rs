//! How people of a room stand that this computer hosts.

use hallway::store::Profile;
use hallway::types::{Batch, Hash, HouseRules, MemberKey, Nickname, Standing, Until};

use crate::samples::{ROOM, batch, record};

fn standing(number: u8, banned: Option<Until>, muted: Option<Until>) -> Standing {
    let addresses = vec![[10, 0, 0, number].into(), "fd00::9".parse().unwrap()];
    let new = Standing::new(MemberKey([number; 32]), Nickname::new(&format!("Bo {number}")).unwrap());
    Standing { banned, muted, addresses, ..new }
}

#[test]
fn how_people_stand_is_kept_with_the_entries_that_say_so_and_in_a_mended_file() {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile::open(dir.path()).unwrap();
    let mut db = profile.create_room(&record()).unwrap();
    let kept =
        [standing(2, Some(Until::ForGood), None), standing(3, Some(Until::At(-5)), Some(Until::At(9)))];
    let gone = standing(4, None, Some(Until::ForGood));
    let standings = kept.iter().cloned().chain([gone.clone()]).collect();
    db.append(&Batch { standings, ..batch(1, 3) }).unwrap();
    let over = Standing { muted: None, ..gone };
    db.append(&Batch { standings: vec![over], ..Batch::default() }).unwrap();
    assert_eq!(db.standings().unwrap(), kept);
    drop(db);
    profile.mend_room(&ROOM, |_| Hash([0; 32]), 1).unwrap();
    assert_eq!(profile.open_room(&ROOM).unwrap().standings().unwrap(), kept);
}

#[test]
fn where_the_entries_are_not_written_nobody_stands_otherwise() {
    let dir = tempfile::tempdir().unwrap();
    let mut db = Profile::open(dir.path()).unwrap().create_room(&record()).unwrap();
    let standings = vec![standing(2, Some(Until::ForGood), None)];
    assert!(db.append(&Batch { standings, ..batch(5, 6) }).is_err(), "they do not follow");
    assert_eq!(db.standings().unwrap(), []);
    let rules = Some(HouseRules { slow_s: 30, ..HouseRules::default() });
    assert!(db.append(&Batch { rules, ..batch(5, 6) }).is_err());
    assert_eq!(db.house_rules().unwrap(), HouseRules::default());
}
