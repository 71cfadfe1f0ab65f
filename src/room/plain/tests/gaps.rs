//! What is missing in a log, after a lost connection and between two starts.

use super::*;

#[test]
fn a_lost_connection_leaves_a_gap_in_the_numbers() {
    let mut world = World::new();
    world.up();
    world.feed(PlainInput::Down);
    world.up();
    world.hear(b"<10.0.0.2> first\n<10.0.0.2> no end");
    world.feed(PlainInput::Down);
    assert_eq!(world.lines(), ["1 10.0.0.2: first", "2 10.0.0.2: no end"], "nothing was before them");
    world.feed(PlainInput::Down);
    world.up();
    world.hear(b"<10.0.0.2> back\n<10.0.0.2> again\n");
    assert_eq!(world.lines(), ["gap 2 4", "4 10.0.0.2: back", "5 10.0.0.2: again"]);
    let behind = world.stores.last().unwrap().0.clone();
    assert_eq!((behind.prev.seq, behind.entries[0].prev.seq), (Seq(3), Seq(3)));
}

#[test]
fn a_gap_is_kept_where_lines_of_both_sides_wait_for_the_disk() {
    let mut world = World::new();
    world.up();
    world.disk_is_full = true;
    world.hear(b"<10.0.0.2> before\n");
    world.feed(PlainInput::Down);
    world.up();
    world.hear(b"<10.0.0.2> after\n");
    world.disk_is_full = false;
    world.later(NOT_STORED_RETRY_MS);
    let expected = ["not storing", "storing again", "1 10.0.0.2: before", "gap 1 3", "3 10.0.0.2: after"];
    assert_eq!(world.lines(), expected);
}

#[test]
fn rows_of_the_start_before_go_out_first() {
    let mut before = World::new();
    before.say(1, "from before");
    let mut world = World::new();
    let parts = PlainParts { digest: Box::new(Fake), signer: Box::new(Fake) };
    world.room = PlainRoom::new(stored(Link { seq: Seq(8), hash: Hash([3; 32]) }, before.outbox), parts);
    world.up();
    world.say(2, "new");
    world.write_all();
    assert_eq!(world.wrote, ["from before\n", "new\n"]);
    assert_eq!(
        world.lines(),
        ["pending new", "gap 8 10", "10 Ana: from before", "11 Ana: new"],
        "numbers go on"
    );
}

#[test]
fn what_was_said_between_two_starts_is_marked_as_missing_once() {
    let mut world = World::new();
    let parts = PlainParts { digest: Box::new(Fake), signer: Box::new(Fake) };
    world.room = PlainRoom::new(stored(Link { seq: Seq(8), hash: Hash([3; 32]) }, Vec::new()), parts);
    world.feed(PlainInput::Down);
    world.up();
    assert!(world.lines().is_empty() && world.stores.is_empty(), "only what comes next tells of it");
    world.hear(b"<10.0.0.2> back\n");
    world.hear(b"<10.0.0.2> again\n");
    assert_eq!(world.lines(), ["gap 8 10", "10 10.0.0.2: back", "11 10.0.0.2: again"]);
    let first = &world.stores[0].0;
    assert_eq!((first.prev.seq, first.prev.hash == Hash([3; 32])), (Seq(9), false));
}

#[test]
fn before_the_first_line_of_a_log_nothing_is_missing() {
    let mut world = World::new();
    world.up();
    world.hear(b"<10.0.0.2> first\n");
    assert_eq!(world.lines(), ["1 10.0.0.2: first"]);
}
