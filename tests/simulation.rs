//! Hours of a room in which everything fails that can: production `Room` and `Replica`, and a checker that knows
//! nothing of them.
//!
//! A failure prints its seed; `SEED=n cargo test --test simulation` lives through that hour step by step, and
//! `SEEDS=n` tries more of them. `benches/simulation` runs as many as one likes, quickly.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that meets the unexpected shall end there"
)]

#[path = "harness/simulation.rs"]
mod simulation;

use hallway::types::Seq;
use simulation::hours::{self, Hour};
use simulation::world::{Event, HOST, World};

/// Seeds that found something once, and must not again; one a line, with what it was behind it.
const FAILED: &str = include_str!("planted/seeds");
/// Seeds that every run tries.
const SEEDS: u64 = 10;

fn seeds_that_failed() -> impl Iterator<Item = u64> {
    FAILED.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok())
}

#[test]
fn whatever_fails_nothing_is_lost_doubled_or_out_of_order() {
    let asked = |name| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    if let Some(seed) = asked("SEED") {
        println!("{:?}", hours::live(seed, true).tally);
        return;
    }
    let mut removed = 0;
    for seed in seeds_that_failed().chain(0..asked("SEEDS").unwrap_or(SEEDS)) {
        let hour = hours::survive(seed).unwrap_or_else(|| {
            panic!("seed {seed} failed; SEED={seed} cargo test --test simulation replays it");
        });
        assert!(hour.counts(), "seed {seed} tests too little: {:?}", hour.tally);
        assert!(hour.tally.guests > 0, "seed {seed}: no guest said anything");
        assert!(hour.tally.entries >= hour.tally.acknowledged);
        removed += hour.tally.removals;
    }
    assert!(removed > 0, "nobody removed anything");
}

#[test]
fn the_same_seed_is_the_same_hour_again_and_another_one_is_not() {
    let [once, again, other] = [7, 7, 8].map(|seed| hours::live(seed, false)).map(|Hour { tally, .. }| tally);
    assert_eq!(once, again);
    assert_ne!(once.digest, other.digest);
}

/// Everybody comes, and nothing fails.
fn quiet(members: usize) -> World {
    let mut world = World::new(1, members);
    world.calm = true;
    (0..members).for_each(|who| world.at(2_000, Event::StartMember(who)));
    world.run_until(10_000);
    world
}

#[test]
fn a_quiet_room_brings_every_message_to_everybody() {
    let mut world = quiet(4);
    (0..4).for_each(|who| world.say(who, 1));
    world.calm_down();
    // Four names and four messages.
    assert_eq!((world.tally.acknowledged, world.tally.entries), (4, 8));
}

#[test]
fn a_flood_is_slowed_down_and_arrives_in_order() {
    let mut world = quiet(2);
    world.say(1, 210);
    world.calm_down();
    assert_eq!(world.tally.acknowledged, 210);
}

#[test]
fn who_comes_late_reads_all_that_was_said() {
    let mut world = World::new(2, 2);
    world.calm = true;
    world.run_until(5_000);
    world.say(HOST, 900);
    world.run_until(200_000);
    world.at(200_000, Event::StartMember(1));
    world.calm_down();
    assert_eq!((world.tally.acknowledged, world.tally.entries), (900, 902));
}

/// A room in which four people spoke, whose host's file was copied before that and is about to be put back.
fn about_to_go_back() -> World {
    let mut world = quiet(4);
    world.copy_file();
    (0..4).for_each(|who| world.say(who, 2));
    world.run_until(20_000);
    assert_eq!(world.host.log.head().seq, Seq(12), "four names and eight messages");
    world
}

#[test]
fn what_a_host_whose_file_went_back_has_lost_comes_back_with_its_numbers() {
    let mut world = about_to_go_back();
    let before = world.host.log.entries.clone();
    world.stop_host(false);
    world.put_back(0);
    assert_eq!(world.host.log.head().seq, Seq(4));
    world.at(20_500, Event::StartHost);
    world.run_until(60_000);
    assert_eq!(world.host.log.entries, before);
    assert_eq!((world.tally.restored, world.tally.turned), (1, 0));
    world.say(1, 1);
    world.calm_down();
    assert_eq!(world.tally.acknowledged, 9);
}

#[test]
fn where_numbers_were_given_again_another_log_has_what_was_said_before_and_since() {
    let mut world = about_to_go_back();
    let before = world.host.log.entries.clone();
    (1..4).for_each(|who| world.leave(who));
    world.stop_host(false);
    world.put_back(0);
    world.at(20_500, Event::StartHost);
    world.run_until(30_000);
    world.say(HOST, 3);
    world.run_until(40_000);
    assert_eq!(world.host.log.head().seq, Seq(7), "the host numbered what it said");
    (1..4).for_each(|who| world.at(40_000, Event::StartMember(who)));
    world.calm_down();
    assert!(world.tally.turned > 0);
    let there = |entry: &&hallway::types::Entry| {
        world.host.log.find(&entry.signed.op.author, &entry.signed.op.id).is_some()
    };
    assert_eq!(before.iter().filter(there).count(), 12, "all that was said and every name");
    assert_eq!(world.host.log.entries.len(), 15);
}

#[test]
fn what_a_host_has_lost_in_the_middle_comes_back_while_everything_goes_on() {
    let mut world = about_to_go_back();
    let before = world.host.log.entries.clone();
    world.stop_host(false);
    world.host.log.lost.extend([2, 3, 6, 11, 12].map(Seq));
    world.at(20_500, Event::StartHost);
    world.run_until(24_500);
    assert_eq!(world.tally.refilled, 5);
    world.say(1, 1);
    world.calm_down();
    assert_eq!(world.host.log.entries[..12], before);
    assert_eq!((world.tally.acknowledged, world.tally.turned), (9, 0));
}

#[test]
fn who_comes_for_the_first_time_while_something_is_missing_gets_it_when_it_is_back() {
    let mut world = quiet(4);
    world.leave(3);
    (0..3).for_each(|who| world.say(who, 2));
    world.run_until(20_000);
    (1..3).for_each(|who| world.leave(who));
    world.stop_host(false);
    // The last one was there until somebody had spoken; the newest are nowhere but with those who are away.
    let head = world.host.log.head().seq;
    world.host.log.lost.extend((5..=head.0).map(Seq));
    world.at(20_500, Event::StartHost);
    world.at(30_000, Event::StartMember(3));
    world.run_until(60_000);
    assert_eq!(world.tally.refilled, 0);
    (1..3).for_each(|who| world.at(60_000, Event::StartMember(who)));
    world.calm_down();
    assert_eq!(world.tally.refilled, head.0 - 4);
}

#[test]
fn what_nobody_else_has_is_said_again_by_whoever_said_it() {
    let mut world = quiet(2);
    world.copy_file();
    // Its computer is cut from power before it has written down what it heard.
    world.computers[1].slow_disk = 100_000;
    world.say(1, 1);
    world.run_until(14_000);
    world.stop_member(1, true);
    world.stop_host(false);
    world.put_back(0);
    world.computers[1].slow_disk = 0;
    world.at(15_000, Event::StartHost);
    world.at(20_000, Event::StartMember(1));
    world.calm_down();
    assert_eq!((world.tally.entries, world.tally.turned), (3, 0));
}
