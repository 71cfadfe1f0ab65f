//! Whatever order things are told in: every line once, in order, and nothing of mine lost or doubled.

use std::collections::HashSet;

use proptest::prelude::*;

use super::tests::{joined, online, op, page, pending, said, text};
use super::*;
use crate::types::{Message, Refusal};

/// Lines that I say: they have even numbers.
const MINE: u8 = 1;

fn line(seq: u64) -> Message {
    said(seq, if seq.is_multiple_of(2) { MINE } else { 2 }, 0)
}

#[derive(Debug, Clone)]
enum Step {
    Told(u64, u64),
    Pending(u64),
    Sent(u64),
    Refused(u64),
    Page(PageAsk, u64, u64),
    Look(usize, bool),
    Watched(bool),
    Online,
}

fn step() -> impl Strategy<Value = Step> {
    let seq = 1_u64..60;
    prop_oneof![
        4 => (seq.clone(), 0_u64..5).prop_map(|(first, more)| Step::Told(first, first + more)),
        2 => seq.clone().prop_map(Step::Pending),
        1 => seq.clone().prop_map(Step::Sent),
        1 => seq.clone().prop_map(Step::Refused),
        3 => (seq.clone(), seq.clone(), 0_u64..20, 0_u8..3).prop_map(|(at, first, more, ask)| {
            let ask = match ask {
                0 => PageAsk::Newest,
                1 => PageAsk::Before(Seq(at)),
                _ => PageAsk::After(Seq(at)),
            };
            Step::Page(ask, first, first + more)
        }),
        1 => (0_usize..40, any::<bool>()).prop_map(|(row, bottom)| Step::Look(row, bottom)),
        1 => any::<bool>().prop_map(Step::Watched),
        1 => Just(Step::Online),
    ]
}

fn take(timeline: &mut Timeline, step: &Step) {
    match step {
        Step::Told(first, last) => {
            timeline.apply(&RoomEvent::Messages((*first..=*last).map(line).collect()));
        }
        Step::Pending(seq) => timeline.apply(&RoomEvent::Pending(pending(seq * 2))),
        Step::Sent(seq) => timeline.apply(&RoomEvent::Sent(op(seq * 2), Seq(seq * 2))),
        Step::Refused(seq) => {
            timeline.apply(&RoomEvent::Refused(op(seq * 2), Refusal::TooLong, text("x")));
        }
        Step::Page(ask, first, last) => {
            let RoomEvent::Page(mut page) = page(*ask, *first..=*last, (false, true)) else { return };
            page.messages = (*first..=*last).map(line).collect();
            timeline.apply(&RoomEvent::Page(page));
        }
        Step::Look(first, at_bottom) => {
            timeline.set_look(Look { first: *first, last: first + 10, at_bottom: *at_bottom });
            timeline.wanted_page();
        }
        Step::Watched(watched) => timeline.set_watched(*watched),
        Step::Online => timeline.apply(&online()),
    }
}

/// What must hold of the rows whatever happened.
fn check(timeline: &Timeline) -> Result<(), TestCaseError> {
    let mut last = Seq::START;
    let mut gap = false;
    let mut ids = HashSet::new();
    let mut keys = HashSet::new();
    let mut unread = 0;
    for row in timeline.rows() {
        prop_assert!(keys.insert(row.key()), "{:?} twice", row.key());
        match row {
            Row::Line(line) => {
                let message = line.message;
                prop_assert!(message.seq > last, "{} after {last}", message.seq);
                prop_assert!(ids.insert(message.id), "{:?} twice", message.id);
                let hole = message.seq > last.next() && last > Seq::START;
                prop_assert_eq!(hole, gap && last > Seq::START, "a gap shows where entries are missing");
                last = message.seq;
                gap = false;
            }
            Row::Gap(_) => gap = true,
            Row::Waiting(waiting) => {
                prop_assert!(ids.insert(waiting.pending.id), "{:?} twice", waiting.pending.id);
            }
            Row::Unread => unread += 1,
            _ => {}
        }
    }
    prop_assert!(unread <= 1);
    Ok(())
}

proptest! {
    #[test]
    fn every_line_is_shown_once_and_in_order(steps in prop::collection::vec(step(), 1..60)) {
        let mut timeline = Timeline::with_limit(super::tests::zone(), 20);
        timeline.apply(&online());
        for step in &steps {
            take(&mut timeline, step);
            check(&timeline)?;
        }
    }

    #[test]
    fn rows_that_were_added_are_those_that_would_be_worked_out_anew(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut timeline = joined();
        for step in &steps {
            take(&mut timeline, step);
            let added: Vec<RowKey> = timeline.rows().map(|row| row.key()).collect();
            timeline.rebuild();
            let anew: Vec<RowKey> = timeline.rows().map(|row| row.key()).collect();
            prop_assert_eq!(added, anew);
        }
    }
}
