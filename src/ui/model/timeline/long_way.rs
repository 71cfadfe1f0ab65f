//! A long room: from the newest to the first, and back from there, with never more than a window of it.

use super::tests::{joined, said};
use super::*;
use crate::session::LogPage;
use crate::types::limits::WINDOW_PAGE;

const LINES: u64 = 100_000;

/// A log of which this stretch (both ends included) is missing, and which answers as the background does.
struct Log(Option<(u64, u64)>);

impl Log {
    fn has(&self, seq: u64) -> bool {
        (1..=LINES).contains(&seq) && self.0.is_none_or(|(from, to)| seq < from || to < seq)
    }

    fn page(&self, ask: PageAsk) -> RoomEvent {
        let numbers: Vec<u64> = match ask {
            PageAsk::Newest => self.before(LINES + 1, WINDOW_PAGE),
            PageAsk::Before(seq) => self.before(seq.0, WINDOW_PAGE),
            PageAsk::After(seq) => self.after(seq.0, WINDOW_PAGE),
            PageAsk::Around(seq) => {
                let mut numbers = self.before(seq.0, WINDOW_PAGE / 2);
                numbers.extend(self.after(seq.0.saturating_sub(1), WINDOW_PAGE - numbers.len()));
                numbers
            }
            PageAsk::AtTime(_) => Vec::new(),
        };
        let last_before = |seq: u64| (0..seq).rev().find(|seq| self.has(*seq) || *seq == 0).unwrap_or(0);
        let reaches = |from: Option<&u64>| from.is_some_and(|from| last_before(*from) == 0);
        RoomEvent::Page(LogPage {
            asked: ask,
            at_start: reaches(numbers.first()),
            at_end: numbers.last() == Some(&LINES),
            messages: numbers.iter().map(|seq| said(*seq, 2, *seq as i64)).collect(),
        })
    }

    fn before(&self, seq: u64, most: usize) -> Vec<u64> {
        let mut numbers: Vec<u64> = (1..seq).rev().filter(|seq| self.has(*seq)).take(most).collect();
        numbers.reverse();
        numbers
    }

    fn after(&self, seq: u64, most: usize) -> Vec<u64> {
        (seq + 1..=LINES).filter(|seq| self.has(*seq)).take(most).collect()
    }
}

/// Looks at the top of what is held, again and again, until nothing older is asked for. Calls `seen` each time.
fn scroll_up(timeline: &mut Timeline, log: &Log, mut seen: impl FnMut(&Timeline)) {
    loop {
        timeline.set_look(Look { first: 0, last: 20, at_bottom: false });
        let Some(ask) = timeline.wanted_page() else { break };
        timeline.apply(&log.page(ask));
        seen(timeline);
    }
}

#[test]
fn the_first_line_is_reached_from_the_newest_and_never_more_than_a_window_is_held() {
    let mut timeline = joined();
    let log = Log(None);
    timeline.apply(&log.page(PageAsk::Newest));
    let (mut pages, mut first) = (0, LINES + 1);
    scroll_up(&mut timeline, &log, |timeline| {
        pages += 1;
        let held = timeline.stretch.messages();
        assert!(held <= WINDOW_MESSAGES, "{held} lines are held");
        let now = timeline.stretch.first_seq().unwrap().0;
        assert!(now < first, "no page is asked for in vain");
        first = now;
    });
    assert_eq!((first, timeline.at_start()), (1, true));
    assert_eq!(pages, LINES.div_ceil(WINDOW_PAGE as u64) - 1);
    assert!(!timeline.rows().any(|row| matches!(row, Row::Gap(_))), "nothing is missing");
    // And down again, by the other end.
    let last = timeline.stretch.last_seq().unwrap();
    let rows = timeline.len();
    timeline.set_look(Look { first: rows - 20, last: rows - 1, at_bottom: false });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::After(last)));
}

#[test]
fn what_is_missing_on_the_way_is_passed_as_a_gap_and_the_way_goes_on_behind_it() {
    let mut timeline = joined();
    let log = Log(Some((90_001, 95_000)));
    timeline.apply(&log.page(PageAsk::Newest));
    let mut gaps = Vec::new();
    loop {
        timeline.set_look(Look { first: 0, last: 20, at_bottom: false });
        if timeline.stretch.first_seq().unwrap() < Seq(80_000) {
            break;
        }
        let ask = timeline.wanted_page().expect("the way goes on");
        timeline.apply(&log.page(ask));
        gaps.extend(timeline.rows().filter_map(|row| match row {
            Row::Gap(gap) => Some((gap.before, gap.missing)),
            _ => None,
        }));
    }
    gaps.dedup();
    assert_eq!(gaps, [(Seq(95_001), 5_000)], "shown, and as what it is");
}

#[test]
fn one_key_takes_to_the_first_line_that_is_kept_and_another_back_to_the_newest() {
    for (missing, first) in [(None, 1), (Some((1, 99_000)), 99_001)] {
        let mut timeline = joined();
        let log = Log(missing);
        timeline.apply(&log.page(PageAsk::Newest));
        timeline.go_to(Seq::START);
        assert_eq!(timeline.wanted_page(), Some(PageAsk::Around(Seq::START)));
        timeline.apply(&log.page(PageAsk::Around(Seq::START)));
        assert!(timeline.target().is_some());
        assert_eq!(timeline.stretch.first_seq(), Some(Seq(first)));
        let ask = timeline.ask_newest();
        timeline.apply(&log.page(ask));
        assert_eq!((timeline.stretch.last_seq(), timeline.at_end()), (Some(Seq(LINES)), true));
    }
}
