//! The rules of a conversation, one by one.

use jiff::tz::{Offset, TimeZone};

use super::*;
use crate::session::{LogPage, Online, Person, Snapshot, Trust};
use crate::types::{Address, Content, Host, MemberId, Message, Pending, Refusal, RoomId, RoomName};

/// Noon on 1 January 2024, UTC.
const NOON: i64 = 1_704_110_400_000;
const MINUTE: i64 = 60_000;

pub(super) fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(0))
}

pub(super) fn key(person: u8) -> MemberKey {
    MemberKey([person; 32])
}

pub(super) fn op(number: u64) -> OpId {
    OpId(u128::from(number).to_be_bytes())
}

/// Line `seq` by `person`, so many minutes after noon. Its id is its number.
pub(super) fn said(seq: u64, person: u8, minutes: i64) -> Message {
    let name = Nickname::new(&format!("P{person}")).unwrap();
    Message {
        seq: Seq(seq),
        prev: Seq(seq - 1),
        id: op(seq),
        author: crate::types::Author::Member(key(person)),
        member: MemberId(u32::from(person)),
        name,
        at_ms: NOON + minutes * MINUTE,
        content: Content::Post(text(&format!("line {seq}"))),
    }
}

pub(super) fn text(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

fn named(seq: u64, person: u8, before: Option<&str>) -> Message {
    let mut message = said(seq, person, 0);
    let before = before.map(|name| Nickname::new(name).unwrap());
    message.content = Content::Named { key: key(person), before, name: message.name.clone() };
    message
}

pub(super) fn pending(number: u64) -> Pending {
    Pending { id: op(number), text: text(&format!("line {number}")), at_ms: NOON, refused: None }
}

fn person(person: u8) -> Person {
    let name = Nickname::new(&format!("P{person}")).unwrap();
    Person { member: MemberId(person.into()), key: key(person), name, host: person == 0, me: person == 1 }
}

/// I am person 1.
pub(super) fn online() -> RoomEvent {
    RoomEvent::Online(Online {
        room: RoomName::new("Lunch").unwrap(),
        room_id: RoomId([0; 32]),
        me: Nickname::new("P1").unwrap(),
        member: MemberId(1),
        key: key(1),
        trust: Trust::Verified,
        head: Seq::START,
        address: Address { host: Host::Ip("127.0.0.1".parse().unwrap()), port: 7666 },
        plain: false,
    })
}

pub(super) fn page(asked: PageAsk, seqs: impl Iterator<Item = u64>, ends: (bool, bool)) -> RoomEvent {
    let messages = seqs.map(|seq| said(seq, 2, 0)).collect();
    RoomEvent::Page(LogPage { asked, messages, at_start: ends.0, at_end: ends.1 })
}

/// A conversation that I am in, nothing said yet.
pub(super) fn joined() -> Timeline {
    let mut timeline = Timeline::new(zone());
    timeline.apply(&online());
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Newest));
    timeline.apply(&page(PageAsk::Newest, 0..0, (true, true)));
    timeline
}

fn with(messages: &[Message]) -> Timeline {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Messages(messages.to_vec()));
    timeline
}

/// One word for each row.
fn spelled(timeline: &Timeline) -> Vec<String> {
    timeline
        .rows()
        .map(|row| match row {
            Row::Day(date) => format!("day {date}"),
            Row::Unread => "unread".to_owned(),
            Row::Gap(gap) => format!("gap {}", gap.missing),
            Row::Line(line) => format!("{}{}", if line.head { "+" } else { "" }, line.message.seq),
            Row::Presence(p) => {
                let names: Vec<_> = p.arrivals().map(|n| format!("+{n}")).collect();
                let left: Vec<_> = p.departures().map(|n| format!("-{n}")).collect();
                format!("presence {} {} {}", names.join(","), left.join(","), p.others())
            }
            Row::Renamed { .. } => "renamed".to_owned(),
            Row::Done(_) => "done".to_owned(),
            Row::Newer(_) => "newer".to_owned(),
            Row::Ignored(line) => format!("ignored {}", line.message.name),
            Row::Removed(_) => "removed".to_owned(),
            Row::Unreadable(_) => "unreadable".to_owned(),
            Row::Waiting(w) => {
                let state = if w.pending.refused.is_some() { "refused" } else { "waiting" };
                format!("{state}{}", if w.head { "+" } else { "" })
            }
        })
        .collect()
}

#[test]
fn lines_of_one_author_within_five_minutes_are_one_group() {
    let timeline = with(&[said(1, 2, 0), said(2, 2, 4), said(3, 2, 5), said(4, 3, 5), said(5, 2, 5)]);
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "2", "+3", "+4", "+5"]);
}

#[test]
fn days_begin_at_midnight_of_the_reader() {
    let messages = [said(1, 2, 0), said(2, 2, 12 * 60 - 1), said(3, 2, 12 * 60)];
    assert_eq!(spelled(&with(&messages)), ["day 2024-01-01", "+1", "+2", "day 2024-01-02", "+3"]);
    let mut east = Timeline::new(TimeZone::fixed(Offset::constant(1)));
    east.apply(&page(PageAsk::Newest, 0..0, (true, true)));
    east.apply(&RoomEvent::Messages(messages.to_vec()));
    assert_eq!(spelled(&east), ["day 2024-01-01", "+1", "day 2024-01-02", "+2", "3"]);
}

#[test]
fn a_line_that_comes_twice_is_shown_once() {
    let mut timeline = with(&[said(1, 2, 0), said(2, 2, 0)]);
    timeline.apply(&RoomEvent::Messages(vec![said(2, 2, 0), said(1, 2, 0)]));
    timeline.apply(&page(PageAsk::Newest, 1..3, (true, true)));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "2"]);
}

#[test]
fn what_i_say_waits_until_its_line_comes_in_whichever_order_the_two_come() {
    for first_sent in [true, false] {
        let mut timeline = with(&[said(1, 2, 0)]);
        timeline.apply(&RoomEvent::Pending(pending(2)));
        assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "waiting+"]);
        let sent = RoomEvent::Sent(op(2), Seq(2));
        let line = RoomEvent::Messages(vec![said(2, 1, 0)]);
        let order = if first_sent { [sent, line] } else { [line, sent] };
        for event in &order {
            timeline.apply(event);
        }
        assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "+2"]);
    }
}

#[test]
fn my_waiting_lines_stand_in_my_group() {
    let mut timeline = with(&[said(1, 1, 0)]);
    timeline.apply(&RoomEvent::Pending(pending(2)));
    timeline.apply(&RoomEvent::Pending(pending(3)));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "waiting", "waiting"]);
}

#[test]
fn a_refused_line_stays_until_it_is_put_back() {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Pending(pending(7)));
    timeline.apply(&RoomEvent::Refused(op(7), Refusal::TooLong, text("line 7")));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "refused+"]);
    assert_eq!(timeline.withdraw(op(7)), Some(text("line 7")));
    assert!(timeline.is_empty());
}

#[test]
fn what_could_not_be_kept_leaves_the_conversation() {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Pending(pending(7)));
    timeline.apply(&RoomEvent::Unsaid { id: op(7), text: text("line 7"), reason: "disk full".to_owned() });
    assert!(timeline.is_empty());
}

#[test]
fn missing_entries_show_as_a_gap_until_a_page_fills_it() {
    let mut timeline = with(&[said(1, 2, 0)]);
    let mut late = said(5, 2, 0);
    late.prev = Seq(4);
    timeline.apply(&RoomEvent::Messages(vec![late]));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "gap 3", "+5"]);
    timeline.set_look(Look { first: 0, last: 3, at_bottom: true });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(5))));
    assert!(timeline.rows().any(|row| matches!(row, Row::Gap(Gap { loading: true, .. }))));
    timeline.apply(&page(PageAsk::Before(Seq(5)), 3..5, (false, false)));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "gap 1", "+3", "4", "5"]);
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(3))));
    timeline.apply(&page(PageAsk::Before(Seq(3)), 2..3, (false, false)));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "2", "3", "4", "5"]);
    assert_eq!(timeline.wanted_page(), None);
}

#[test]
fn a_page_that_brings_nothing_is_not_asked_for_again_until_something_changes() {
    let mut timeline = with(&[said(1, 2, 0)]);
    timeline.apply(&RoomEvent::Messages(vec![said(12, 2, 0)]));
    timeline.set_look(Look { first: 0, last: 9, at_bottom: true });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(12))));
    timeline.apply(&page(PageAsk::Before(Seq(12)), 0..0, (false, false)));
    assert_eq!(timeline.wanted_page(), None);
    timeline.apply(&online());
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(12))));
}

#[test]
fn people_who_come_and_go_are_one_line_until_somebody_speaks() {
    let mut timeline = with(&[said(1, 2, 0)]);
    timeline.apply(&RoomEvent::Joined(vec![person(3), person(4), person(1)]));
    timeline.apply(&RoomEvent::Left(vec![person(5)]));
    timeline.apply(&RoomEvent::Left(vec![person(4)]));
    timeline.apply(&RoomEvent::Crowd(40));
    timeline.apply(&RoomEvent::Messages(vec![said(2, 2, 0)]));
    timeline.apply(&RoomEvent::Joined(vec![person(5)]));
    let rows = ["day 2024-01-01", "+1", "presence +P3 -P5 40", "+2", "presence +P5  0"];
    assert_eq!(spelled(&timeline), rows);
}

#[test]
fn who_loses_the_connection_and_comes_back_is_not_told() {
    let mut timeline = with(&[said(1, 2, 0)]);
    timeline.apply(&RoomEvent::Left(vec![person(3)]));
    timeline.apply(&RoomEvent::Joined(vec![person(3)]));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1"]);
}

#[test]
fn a_first_visit_makes_no_row_and_a_new_name_does() {
    for joined_first in [true, false] {
        let mut timeline = with(&[said(1, 2, 0)]);
        let joined = RoomEvent::Joined(vec![person(3), person(4)]);
        let log = RoomEvent::Messages(vec![named(2, 3, None), named(3, 4, None)]);
        let order = if joined_first { [joined, log] } else { [log, joined] };
        for event in &order {
            timeline.apply(event);
        }
        timeline.apply(&RoomEvent::Joined(vec![person(5)]));
        assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "presence +P3,+P4,+P5  0"]);
    }
    let timeline = with(&[named(1, 3, None), named(2, 1, None)]);
    assert!(timeline.is_empty());
    let timeline = with(&[named(1, 3, Some("Old"))]);
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "renamed"]);
}

#[test]
fn entries_that_are_missing_before_a_first_visit_still_show() {
    let mut late = named(5, 3, None);
    late.prev = Seq(4);
    assert_eq!(spelled(&with(&[said(1, 2, 0), late])), ["day 2024-01-01", "+1", "gap 3"]);
}

#[test]
fn names_and_comings_are_nothing_that_was_said() {
    assert!(!Timeline::new(zone()).nothing_was_said(), "not known yet");
    let mut timeline = with(&[named(1, 1, None), named(2, 1, Some("Old"))]);
    timeline.apply(&RoomEvent::Joined(vec![person(3)]));
    assert!(timeline.nothing_was_said());
    timeline.apply(&RoomEvent::Pending(pending(3)));
    assert!(!timeline.nothing_was_said());
}

#[test]
fn the_unread_line_stands_above_the_first_line_that_nobody_watched() {
    let mut timeline = with(&[said(1, 2, 0)]);
    timeline.set_watched(false);
    timeline.apply(&RoomEvent::Messages(vec![said(2, 1, 0), said(3, 2, 0), said(4, 2, 0)]));
    assert_eq!(timeline.unread(), 2);
    let rows = ["day 2024-01-01", "+1", "+2", "unread", "+3", "4"];
    assert_eq!(spelled(&timeline), rows);
    timeline.set_watched(true);
    assert_eq!(timeline.unread(), 0);
    assert_eq!(spelled(&timeline), rows, "it stays while it is read");
    timeline.set_watched(false);
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+1", "+2", "+3", "4"]);
}

#[test]
fn older_pages_come_when_the_reader_nears_the_start() {
    let mut timeline = Timeline::new(zone());
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Newest));
    timeline.apply(&page(PageAsk::Newest, 301..501, (false, true)));
    timeline.set_look(Look { first: 150, last: 190, at_bottom: true });
    assert_eq!(timeline.wanted_page(), None);
    timeline.set_look(Look { first: 20, last: 60, at_bottom: false });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(301))));
    assert_eq!(timeline.wanted_page(), None, "asked for once");
    timeline.apply(&page(PageAsk::Before(Seq(301)), 101..301, (false, false)));
    assert_eq!(timeline.row_of(Seq(301)), Some(201));
    assert!(!timeline.at_start() && timeline.at_end());
}

#[test]
fn older_lines_that_are_not_here_yet_show_as_missing_and_can_be_asked_for() {
    let mut timeline = Timeline::new(zone());
    timeline.apply(&page(PageAsk::Newest, 301..303, (false, true)));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+301", "302"]);
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(301))));
    timeline.apply(&page(PageAsk::Before(Seq(301)), 0..0, (false, false)));
    assert_eq!(spelled(&timeline), ["gap 300", "day 2024-01-01", "+301", "302"]);
    assert_eq!(timeline.wanted_page(), None);
    assert_eq!(timeline.ask_gap(Seq(301)), PageAsk::Before(Seq(301)));
    timeline.apply(&page(PageAsk::Before(Seq(301)), 300..301, (false, false)));
    assert_eq!(spelled(&timeline), ["day 2024-01-01", "+300", "301", "302"]);
}

#[test]
fn the_window_holds_two_thousand_messages_and_lets_go_far_from_the_reader() {
    let mut timeline = joined();
    let all: Vec<Message> = (1..=WINDOW_MESSAGES as u64).map(|seq| said(seq, 2, 0)).collect();
    timeline.apply(&RoomEvent::Messages(all));
    assert_eq!(timeline.log_len(), WINDOW_MESSAGES + 1);
    timeline.apply(&RoomEvent::Messages(vec![said(2_001, 2, 0)]));
    assert_eq!(timeline.log_len(), 1_800 + 1);
    assert!(!timeline.at_start() && timeline.at_end());

    timeline.set_look(Look { first: 0, last: 40, at_bottom: false });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(202))));
    timeline.apply(&page(PageAsk::Before(Seq(202)), 2..202, (false, false)));
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Before(Seq(2))));
    timeline.apply(&page(PageAsk::Before(Seq(2)), 1..2, (true, false)));
    assert!(timeline.at_start() && !timeline.at_end(), "the newest went");

    timeline.apply(&RoomEvent::Messages(vec![said(2_002, 2, 0)]));
    assert!(timeline.row_of(Seq(2_002)).is_none(), "it comes with the pages");
    timeline.set_look(Look { first: 1_700, last: 1_790, at_bottom: false });
    assert_eq!(timeline.wanted_page(), Some(PageAsk::After(Seq(1_800))));
    timeline.apply(&page(PageAsk::After(Seq(1_800)), 1_801..2_002, (false, true)));
    assert!(!timeline.at_end(), "2,002 was told and is not here");
}

#[test]
fn falling_behind_takes_the_newest_page_and_keeps_the_outbox() {
    let mut timeline = with(&[said(1, 2, 0)]);
    timeline.apply(&RoomEvent::Behind(Seq(500)));
    assert!(!timeline.at_end());
    let messages = (401..=500).map(|seq| said(seq, 2, 0)).collect();
    let snapshot = Snapshot {
        room: None,
        online: None,
        hosting: None,
        newest: LogPage { asked: PageAsk::Newest, messages, at_start: false, at_end: true },
        pending: vec![pending(600), pending(500)],
        people: vec![person(2), person(0)],
        present: 9,
        house: crate::types::House::default(),
        guests: crate::types::GuestList::default(),
        compared: Vec::new(),
        words_first: false,
        draft: String::new(),
    };
    timeline.apply(&RoomEvent::Snapshot(Box::new(snapshot)));
    let rows = spelled(&timeline);
    assert_eq!(rows.len(), 1 + 100 + 1);
    assert_eq!(rows.last().unwrap(), "waiting+");
    assert!(timeline.at_end());
    assert_eq!(timeline.people().present(), 9);
    assert!(timeline.people().known()[0].host);
}

#[test]
fn another_log_begins_anew() {
    let mut timeline = with(&[said(7, 2, 0)]);
    timeline.apply(&RoomEvent::Notice(Notice::NewEpoch));
    assert!(timeline.is_empty());
    timeline.apply(&RoomEvent::Messages(vec![said(1, 2, 0)]));
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Newest));
}

#[test]
fn what_is_not_kept_any_more_goes_from_the_window_too() {
    let messages = vec![said(1, 1, 0), said(2, 2, 9), said(3, 1, 18)];
    let mut timeline = joined();
    let page = LogPage { asked: PageAsk::Newest, messages, at_start: false, at_end: true };
    timeline.apply(&RoomEvent::Page(page));
    timeline.apply(&RoomEvent::NotKept(Seq(2)));
    assert_eq!(timeline.rows().filter(|row| matches!(row, Row::Line(_))).count(), 1);
    let gap = timeline.rows().find_map(|row| if let Row::Gap(gap) = row { Some(gap) } else { None }).unwrap();
    assert!(gap.not_kept && timeline.at_start());
    assert_eq!(timeline.wanted_page(), None);
    timeline.apply(&RoomEvent::NotKept(Seq(3)));
    assert!(timeline.is_empty());
    assert_eq!(timeline.wanted_page(), Some(PageAsk::Newest));
}
