//! The conversation and the list of people, as a person meets them: by name and by key.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use egui::{Key, Vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use hallway::session::{LogPage, Online, PageAsk, Person, RoomEvent, RoomRef, Trust};
use hallway::types::{
    Address, Content, GuestList, Host, MemberId, MemberKey, Message, MessageText, Nickname, OpId, Pending,
    Refusal, RoomId, RoomName, Seq, Theme,
};
use hallway::ui::conversation::{ConversationAction, ViewState, conversation_ui};
use hallway::ui::members::{Here, members_ui};
use hallway::ui::model::timeline::Timeline;
use hallway::ui::text::conversation as words;
use hallway::ui::{fonts, tokens};
use jiff::tz::TimeZone;

/// Noon on 1 January 2024, UTC.
const NOON: i64 = 1_704_110_400_000;

struct Room {
    timeline: Timeline,
    view: ViewState,
    asked: Vec<ConversationAction>,
    ready: bool,
}

fn text(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

fn nick(name: &str) -> Nickname {
    Nickname::new(name).unwrap()
}

fn op(number: u64) -> OpId {
    OpId(u128::from(number).to_be_bytes())
}

fn said(seq: u64, person: u8, what: &str) -> Message {
    Message {
        seq: Seq(seq),
        prev: Seq(seq - 1),
        id: op(seq),
        author: hallway::types::Author::Member(MemberKey([person; 32])),
        member: MemberId(person.into()),
        name: nick(["Hana", "Ana", "Bo"][usize::from(person)]),
        at_ms: NOON,
        content: Content::Post(text(what)),
    }
}

/// I am Ana, person 1.
fn joined() -> Timeline {
    let mut timeline = Timeline::new(TimeZone::UTC);
    timeline.apply(&RoomEvent::Online(Online {
        room: RoomName::new("Lunch").unwrap(),
        room_id: RoomId([0; 32]),
        me: nick("Ana"),
        member: MemberId(1),
        key: MemberKey([1; 32]),
        trust: Trust::Verified,
        head: Seq(0),
        address: Address { host: Host::Ip("127.0.0.1".parse().unwrap()), port: 7666 },
        plain: false,
    }));
    let page = LogPage { asked: PageAsk::Newest, messages: Vec::new(), at_start: true, at_end: true };
    timeline.apply(&RoomEvent::Page(page));
    timeline
}

/// Fonts and looks hold from the frame after the one in which they are set: true from then on.
fn dressed(ctx: &egui::Context, ready: &mut bool) -> bool {
    if !*ready {
        fonts::install(ctx);
        tokens::apply(ctx, Theme::Light, 14);
        ctx.request_repaint();
    }
    std::mem::replace(ready, true)
}

fn shown(timeline: Timeline) -> Harness<'static, Room> {
    let room = Room { timeline, view: ViewState::new(), asked: Vec::new(), ready: false };
    let mut harness = Harness::builder().with_size(Vec2::new(600.0, 400.0)).build_ui_state(
        |ui, room: &mut Room| {
            if !dressed(ui.ctx(), &mut room.ready) {
                return;
            }
            for action in conversation_ui(ui, &mut room.view, &room.timeline) {
                match action {
                    ConversationAction::Look(look) => room.timeline.set_look(look),
                    other => room.asked.push(other),
                }
            }
        },
        room,
    );
    harness.run();
    harness
}

fn many(count: u64) -> Timeline {
    let mut timeline = joined();
    let lines = (1..=count).map(|seq| said(seq, (seq % 3) as u8, &format!("line {seq}"))).collect();
    timeline.apply(&RoomEvent::Messages(lines));
    timeline
}

#[test]
fn a_message_is_shown_with_its_author_and_its_day() {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Messages(vec![said(1, 2, "Is there room for two more?")]));
    let harness = shown(timeline);
    harness.get_by_label("Is there room for two more?");
    harness.get_by_label("Monday, 1 January 2024");
}

#[test]
fn an_empty_room_says_what_to_do() {
    shown(joined()).get_by_label(words::EMPTY);
}

#[test]
fn only_what_is_on_the_screen_is_there_and_the_newest_is() {
    let harness = shown(many(2_000));
    harness.get_by_label("line 2000");
    assert!(harness.query_by_label("line 1").is_none());
    assert!(harness.query_by_label(words::TO_NEWEST).is_none());
}

#[test]
fn a_reader_stays_where_they_are_and_jumps_to_what_came() {
    let mut harness = shown(many(500));
    harness.key_press(Key::PageUp);
    harness.run();
    assert!(harness.query_by_label("line 500").is_none());
    let top = |harness: &Harness<'_, Room>| {
        (300..500).find_map(|n| {
            let label = format!("line {n}");
            harness.query_by_label(&label).map(|line| (n, line.rect().top()))
        })
    };
    let before = top(&harness).unwrap();
    let new = (501..=503).map(|seq| said(seq, 2, &format!("line {seq}"))).collect();
    harness.state_mut().timeline.apply(&RoomEvent::Messages(new));
    harness.run();
    assert_eq!(top(&harness).unwrap(), before, "nothing moved");

    harness.get_by_label("Go to the newest message, 3 new").click();
    harness.run();
    harness.get_by_label("line 503");
    assert!(harness.query_by_label_contains(words::TO_NEWEST).is_none());
}

/// Lines `from..to`, two lines of text each, as the page that was asked for.
fn older(asked: PageAsk, from: u64, to: u64) -> RoomEvent {
    let messages = (from..to).map(|seq| said(seq, 2, &format!("line {seq}\nand more"))).collect();
    RoomEvent::Page(LogPage { asked, messages, at_start: false, at_end: true })
}

/// The newest 200 of 400 lines, read far up.
fn read_far_up() -> Harness<'static, Room> {
    let mut timeline = Timeline::new(TimeZone::UTC);
    timeline.apply(&older(PageAsk::Newest, 201, 401));
    let mut harness = shown(timeline);
    for _ in 0..19 {
        harness.key_press(Key::PageUp);
        harness.run();
    }
    harness
}

/// The first of those lines on the screen, and how high it stands.
fn first_on_screen(harness: &Harness<'_, Room>) -> (u64, f32) {
    let place = (1..401).find_map(|n| {
        let label = format!("line {n}\nand more");
        harness.query_by_label(&label).map(|line| (n, line.rect().top()))
    });
    place.unwrap()
}

#[test]
fn older_pages_do_not_move_what_is_read() {
    let mut harness = read_far_up();
    let before = first_on_screen(&harness);
    let ask = harness.state_mut().timeline.wanted_page();
    assert_eq!(ask, Some(PageAsk::Before(Seq(201))));
    harness.state_mut().timeline.apply(&older(PageAsk::Before(Seq(201)), 1, 201));
    harness.run();
    let after = first_on_screen(&harness);
    assert_eq!(before.0, after.0);
    assert!((before.1 - after.1).abs() < 1.0, "{before:?} {after:?}");
}

#[test]
fn page_keys_in_the_frame_in_which_older_lines_come_pass_over_none() {
    for pages in [1, 3] {
        let mut harness = read_far_up();
        let (before, _) = first_on_screen(&harness);
        harness.state_mut().timeline.apply(&older(PageAsk::Before(Seq(201)), 1, 201));
        for _ in 0..pages {
            harness.key_press(Key::PageUp);
        }
        harness.run();
        let (after, _) = first_on_screen(&harness);
        // 400 points hold nine lines of this height at the most.
        assert!(after < before && before - after <= 9 * pages, "{pages}: from {before} to {after}");
    }
}

#[test]
fn a_refused_line_says_why_and_can_be_put_back() {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Pending(Pending {
        id: op(9),
        text: text("too fast"),
        at_ms: NOON,
        refused: None,
    }));
    let mut harness = shown(timeline);
    harness.get_by_label(words::WAITING);
    let refused = RoomEvent::Refused(op(9), Refusal::TooFast { retry_after_ms: 1 }, text("too fast"));
    harness.state_mut().timeline.apply(&refused);
    harness.run();
    harness.get_by_label_contains("faster than the room allows");
    harness.get_by_label(words::PUT_BACK).click();
    harness.run();
    assert_eq!(harness.state().asked, [ConversationAction::PutBack(op(9))]);
}

#[test]
fn a_link_is_opened_only_after_the_whole_of_it_was_shown() {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Messages(vec![said(1, 2, "see https://example.org/a?b=c for it")]));
    let mut harness = shown(timeline);
    harness.get_by_label("https://example.org/a?b=c").click();
    harness.run();
    assert!(harness.state().asked.is_empty());
    harness.get_by_label(words::LINK_CANCEL).click();
    harness.run();
    assert!(harness.query_by_label(words::LINK_OPEN).is_none());
    harness.get_by_label("https://example.org/a?b=c").click();
    harness.run();
    harness.get_by_label(words::LINK_OPEN).click();
    harness.run();
    let opened = ConversationAction::OpenLink("https://example.org/a?b=c".to_owned());
    assert_eq!(harness.state().asked, [opened]);
}

#[test]
fn text_is_selected_and_copied_across_lines() {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Messages(vec![said(1, 2, "first line"), said(2, 0, "second line")]));
    let mut harness = shown(timeline);
    let from = harness.get_by_label("first line").rect().left_center();
    let to = harness.get_by_label("second line").rect().right_center();
    harness.drag_at(from);
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.drop_at(to);
    harness.step();
    harness.event(egui::Event::Copy);
    harness.step();
    let copied = harness.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("first line\n\nsecond line"));
}

#[test]
fn a_long_text_is_folded_until_the_whole_of_it_is_wanted() {
    let mut timeline = joined();
    let long: Vec<String> = (1..=60).map(|n| format!("row {n}")).collect();
    timeline.apply(&RoomEvent::Messages(vec![said(1, 2, &long.join("\n"))]));
    let mut harness = shown(timeline);
    assert!(harness.query_by_label_contains("row 60").is_none());
    harness.get_by_label("Show all 60 lines").click();
    harness.run();
    harness.get_by_label_contains("row 60");
}

#[test]
fn a_gap_can_be_filled_by_hand() {
    let mut timeline = joined();
    timeline.apply(&RoomEvent::Messages(vec![said(1, 2, "a"), said(5, 2, "b")]));
    let mut harness = shown(timeline);
    harness.get_by_label("3 messages are missing here");
    harness.get_by_label(words::LOAD).click();
    harness.run();
    assert_eq!(harness.state().asked, [ConversationAction::LoadGap(Seq(5))]);
}

#[test]
fn a_full_hall_lists_the_host_first_and_counts_who_is_not_named() {
    let mut timeline = joined();
    let people = (0..3_u8)
        .map(|n| Person {
            member: MemberId(n.into()),
            key: MemberKey([n; 32]),
            name: nick(["Zoe", "Ana", "Bo"][usize::from(n)]),
            host: n == 0,
            me: n == 1,
        })
        .collect();
    timeline.apply(&RoomEvent::Roster(people, 900));
    let mut harness = Harness::builder().with_size(Vec2::new(208.0, 300.0)).build_ui_state(
        |ui, (timeline, ready): &mut (Timeline, bool)| {
            if dressed(ui.ctx(), ready) {
                let guests = GuestList::default();
                let here = Here {
                    people: timeline.people(),
                    guests: &guests,
                    plain: false,
                    in_charge: false,
                    room: RoomRef(1),
                    compared: &[],
                    moderators: &[],
                    ignored: &[],
                };
                members_ui(ui, &here, &mut Vec::new());
            }
        },
        (timeline, false),
    );
    harness.run();
    let top = |label: &str| harness.get_by_label(label).rect().top();
    assert!(top("Zoe, host") < top("Ana, you") && top("Ana, you") < top("Bo"));
    harness.get_by_label("and 897 others");
    harness.get_by_label("900 here");
}
