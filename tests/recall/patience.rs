//! Members that have a room wait for nothing.

use hallway::types::limits::{PATIENCE, PATIENCE_MS};

use super::*;

/// Where a copy ends that holds more, as its owner says.
fn more(seq: u64) -> Link {
    Link { seq: Seq(seq), hash: Hash([9; 32]) }
}

fn has_sent(out: &[Output]) -> bool {
    out.iter().any(|output| matches!(output, Output::Record(_)))
}

#[test]
fn who_only_says_that_it_holds_more_has_the_room_wait_a_few_times_and_not_for_ever() {
    let log = log(40);
    let mut bench = Bench::new(&log[..5]);
    bench.ana(log[4].link());
    bench.enter(3, BO, more(999));
    assert!(!has_sent(&bench.receive(2, say(&log, 6))));
    let mut waits = 1;
    while waits < 100 {
        // Just before the room would go on, and just after.
        bench.now += RECALL_WAIT_MS - 60;
        bench.enter(3, BO, more(1_000 + u64::from(waits)));
        bench.now += 40;
        if has_sent(&bench.input(Input::Tick)) {
            break;
        }
        waits += 1;
    }
    assert_eq!(waits, PATIENCE);
}

#[test]
fn who_shows_heads_and_hands_nothing_back_has_the_room_wait_a_few_times_and_then_once_a_minute() {
    let log = log(40);
    let mut bench = Bench::new(&log[..5]);
    bench.ana(log[4].link());
    let mut waited = 0;
    while waited < 100 {
        bench.enter(3, BO, Link::START);
        bench.receive(3, ClientMessage::TailOffer(proof(Epoch(1), more(1_000 + waited))));
        bench.now += RECALL_PAGE_MS;
        if closed(&bench.input(Input::Tick)) != Some(Goodbye::TooSlow) {
            assert!(has_sent(&bench.receive(2, say(&log, 6))), "the room goes on");
            break;
        }
        waited += 1;
    }
    // Minutes pass meanwhile.
    let minutes = u64::from(PATIENCE) * RECALL_PAGE_MS / PATIENCE_MS;
    let most = u64::from(PATIENCE) + minutes + 1;
    assert!((u64::from(PATIENCE)..=most).contains(&waited), "{waited}");
    bench.now += PATIENCE_MS;
    assert_ne!(wanted(&bench.input(Input::Tick)), [], "what is offered is looked at in the end");
}
