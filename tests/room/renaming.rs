//! Other names: whoever may not speak does not speak by them.

use hallway::types::limits::{RENAME_EVERY_MS, RENAMES};
use hallway::types::{MemberId, Verb};

use super::deeds::{act, does};
use super::*;

const QUOTA: Option<Quota> = Some(Quota { per_second: 10, burst: 30 });

fn wants(bench: &mut Bench, number: u8, name: &str) {
    let name = Nickname::new(name).unwrap();
    let out = bench.input(Input::Received(ConnId(number.into()), ClientMessage::Introduce(name)));
    drop(out);
    bench.record();
}

fn names(bench: &Bench) -> usize {
    bench.log.iter().filter(|entry| entry.signed.op.kind == kind::MEMBER).count()
}

#[test]
fn after_as_many_names_as_the_limit_each_further_one_takes_a_minute() {
    let mut bench = Bench::new(9, QUOTA);
    bench.enter(1);
    bench.enter(2);
    let first = names(&bench);
    (0..=RENAMES).for_each(|n| wants(&mut bench, 2, &format!("name {n}")));
    assert_eq!(names(&bench) - first, RENAMES as usize);
    let mut comes = |after| {
        let out = bench.room.handle(Now { boot_ms: NOW.boot_ms + after, ..NOW }, Input::Tick);
        out.iter().any(|output| matches!(output, Output::Record(_)))
    };
    assert!(!comes(RENAME_EVERY_MS - 1));
    assert!(comes(RENAME_EVERY_MS), "it comes by itself");
}

#[test]
fn whoever_is_muted_keeps_the_name_until_they_may_speak() {
    let mut bench = Bench::new(9, QUOTA);
    bench.enter(1);
    bench.enter(2);
    does(&mut bench, 1, 1, &act(Verb::Mute, 2));
    let before = names(&bench);
    wants(&mut bench, 2, "down with the host");
    assert_eq!(names(&bench), before);
    // Nor by coming in anew; but they are in.
    bench.input(Input::Closed(ConnId(2)));
    welcome(&bench.connect(2, None));
    let wish = ClientMessage::Introduce(Nickname::new("down with the host").unwrap());
    let out = bench.input(Input::Received(ConnId(2), wish));
    let old = Nickname::new("member 2").unwrap();
    assert!(out.contains(&Output::Send(ConnId(2), ServerMessage::Introduced(MemberId(2), old))), "{out:?}");
    assert_eq!(names(&bench), before);
    does(&mut bench, 1, 2, &act(Verb::Unmute, 2));
    let out = bench.room.handle(Now { boot_ms: NOW.boot_ms + RENAME_EVERY_MS, ..NOW }, Input::Tick);
    assert!(out.iter().any(|output| matches!(output, Output::Record(_))), "{out:?}");
}
