//! Going to a line or to a time, and on from there.

use super::tests::{joined, page, said};
use super::*;

/// The newest 200 of 10,000 lines.
fn long() -> Timeline {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Snapshot(Box::new(crate::session::Snapshot {
        room: None,
        online: None,
        hosting: None,
        newest: match page(PageAsk::Newest, 9_801..10_001, (false, true)) {
            RoomEvent::Page(page) => page,
            _ => unreachable!(),
        },
        pending: Vec::new(),
        people: Vec::new(),
        present: 0,
        house: crate::types::House::default(),
        guests: crate::types::GuestList::default(),
        compared: Vec::new(),
        words_first: false,
        draft: String::new(),
    })));
    timeline
}

#[test]
fn a_line_that_is_not_held_comes_with_its_page_and_the_reader_goes_on_from_there() {
    let mut timeline = long();
    timeline.go_to(Seq(500));
    assert_eq!(timeline.target(), None, "not before it is here");
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Around(Seq(500))));
    timeline.apply(&page(PageAsk::Around(Seq(500)), 400..600, (false, false)));
    assert_eq!(timeline.target().and_then(|target| target.seq), Some(Seq(500)));
    assert_eq!((timeline.at_start(), timeline.at_end()), (false, false));
    timeline.set_look(Look { first: 0, last: 20, at_bottom: false });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(400))));
    timeline.apply(&page(PageAsk::Before(Seq(400)), 200..400, (false, false)));
    timeline.set_look(Look { first: timeline.len() - 20, last: timeline.len() - 1, at_bottom: true });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::After(Seq(599))));
}

#[test]
fn a_line_that_is_held_is_there_at_once() {
    let mut timeline = long();
    timeline.go_to(Seq(9_900));
    let first = timeline.target().unwrap();
    assert_eq!(first.seq, Some(Seq(9_900)));
    timeline.go_to(Seq(9_900));
    assert_ne!(timeline.target().unwrap().number, first.number, "asked for once more, it is shown once more");
}

#[test]
fn at_a_time_the_first_line_since_then_is_the_target_and_the_last_one_where_there_is_none() {
    for (at_ms, target) in [(said(3, 2, 3).at_ms, 3), (i64::MAX, 5)] {
        let mut timeline = long();
        timeline.go_to_time(at_ms);
        assert_eq!(timeline.wanted_page(), Some(PageAsk::AtTime(at_ms)));
        let messages = (1..6).map(|seq| said(seq, 2, seq as i64)).collect();
        let page = crate::session::LogPage {
            asked: PageAsk::AtTime(at_ms),
            messages,
            at_start: true,
            at_end: false,
        };
        timeline.apply(&RoomEvent::Page(page));
        assert_eq!(timeline.target().and_then(|target| target.seq), Some(Seq(target)));
    }
}

#[test]
fn a_page_that_comes_after_the_reader_went_elsewhere_changes_nothing() {
    let mut timeline = long();
    timeline.go_to(Seq(500));
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Around(Seq(500))));
    timeline.go_to(Seq(700));
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Around(Seq(700))));
    timeline.apply(&page(PageAsk::Around(Seq(500)), 400..600, (false, false)));
    assert_eq!(timeline.seq_at(1), Some(Seq(9_801)));
    timeline.apply(&page(PageAsk::Around(Seq(700)), 600..800, (false, false)));
    assert_eq!(timeline.target().and_then(|target| target.seq), Some(Seq(700)));
}

#[test]
fn the_newest_line_ends_the_visit_to_an_older_one() {
    let mut timeline = long();
    timeline.go_to(Seq(500));
    timeline.wanted_page();
    timeline.apply(&page(PageAsk::Around(Seq(500)), 400..600, (false, false)));
    assert_eq!(timeline.ask_newest(), PageAsk::Newest);
    timeline.apply(&page(PageAsk::Newest, 9_801..10_001, (false, true)));
    assert_eq!((timeline.target(), timeline.at_end()), (None, true));
}

#[test]
fn what_comes_first_into_an_empty_copy_is_not_the_start_of_the_log_where_something_is_before_it() {
    let mut timeline = joined();
    timeline.apply(&page(PageAsk::Newest, 0..0, (true, true)));
    timeline.apply(&RoomEvent::Messages((801..1_001).map(|seq| said(seq, 2, 0)).collect()));
    assert!(!timeline.at_start());
    assert!(
        !timeline.rows().any(|row| matches!(row, Row::Gap(_))),
        "it is not missing before it was asked for"
    );
    timeline.set_look(Look { first: 0, last: 20, at_bottom: false });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(801))));
}
