//! Who may come in.

use super::*;

#[test]
fn apps_that_share_no_version_part_with_both_ranges_told() {
    let mut bench = Bench::new(9, None);
    let too_new = Hello { version_min: 2, ..*hello(2, None) };
    let out = bench.input(connected(2, Box::new(too_new)));
    assert_eq!(denial(&out), Some(Denial::Version { host_min: 1, host_max: 1 }));
    assert!(out.contains(&Output::Close(ConnId(2), Goodbye::Other)));
    assert_eq!(welcome(&bench.connect(3, None)).version, 1);
}

#[test]
fn a_full_room_turns_away_a_stranger_but_neither_its_host_nor_who_comes_again() {
    let mut bench = Bench::new(2, None);
    bench.enter(2);
    bench.enter(3);
    let out = bench.connect(4, None);
    assert_eq!(denial(&out), Some(Denial::RoomFull));
    assert!(out.contains(&Output::Tell(RoomNotice::Full)));
    assert_eq!(denial(&bench.connect(1, None)), None);
    let again = bench.input(connected(99, hello(2, None)));
    assert_eq!(again[0], Output::Close(ConnId(2), Goodbye::Replaced));
    assert_eq!(denial(&again), None);
    assert_eq!(bench.room.present(), 2, "whoever comes again was never away");
}
