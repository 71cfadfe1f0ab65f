//! Looking for something that was said, and going there.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hallway::session::{Command, Event, FindAsk, FindRef, FoundPage, LogPage, PageAsk, RoomEvent, RoomRef};
use hallway::types::{Author, FindOrder, Found, FoundAt, MemberKey, Nickname, RoomId, RoomName, Seq, Term};

use super::window::{NOW_MS, Window, recent, said};

const FIELD: &str = "Words or a \u{201c}phrase\u{201d}";

/// A line of the room that is open, or of the one that is in the list.
fn found(open: bool, seq: u64, excerpt: &str) -> Found {
    Found {
        room_id: if open { RoomId([9; 32]) } else { recent().room_id },
        room: RoomName::new(if open { "Ana's room" } else { "Lunch" }).unwrap(),
        seq: Seq(seq),
        author: Author::Member(MemberKey([2; 32])),
        name: Nickname::new("Bo").unwrap(),
        at_ms: NOW_MS,
        excerpt: excerpt.to_owned(),
        marks: vec![(0, 4)],
    }
}

fn answer(find: FindRef, lines: Vec<Found>) -> Event {
    Event::Found(FoundPage { find, lines, more: None, missing: Vec::new() })
}

/// What was asked last.
fn last_find(window: &mut Window) -> FindAsk {
    let asked = window.asked();
    let mut asks = asked.into_iter().filter_map(|command| match command {
        Command::Find(ask) => Some(ask),
        _ => None,
    });
    asks.next_back().unwrap()
}

fn pages(window: &mut Window) -> Vec<PageAsk> {
    let all = std::iter::from_fn(|| window.ends.commands.try_recv().ok());
    all.filter_map(|command| if let Command::Page(_, ask) = command { Some(ask) } else { None }).collect()
}

/// A room in which much was said long ago, and somebody looks for the noodles.
fn looking(window: &mut Window) -> FindAsk {
    window.host();
    window.press(Modifiers::COMMAND, Key::F);
    let field = window.harness.get_by_role_and_label(Role::TextInput, FIELD);
    assert!(field.is_focused());
    field.type_text("nood from:bo");
    window.harness.run();
    last_find(window)
}

#[test]
fn what_is_typed_is_looked_for_in_the_room_and_enter_goes_to_the_line() {
    let mut window = Window::open();
    let ask = looking(&mut window);
    assert_eq!(ask.room, Some(RoomId([9; 32])));
    assert_eq!(ask.query.terms, [Term::Word("nood".to_owned())]);
    assert_eq!(ask.query.from.as_deref(), Some("bo"));
    let lines = vec![found(true, 500, "noodles at one"), found(true, 40, "noodle place")];
    window.tell(answer(ask.find, lines));
    assert!(window.sees("noodles at one") && window.sees("noodle place"));
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(pages(&mut window), [PageAsk::Around(Seq(40))]);
    let messages = (1..100).map(|seq| said(seq, &format!("line {seq}"))).collect();
    let page = LogPage { asked: PageAsk::Around(Seq(40)), messages, at_start: true, at_end: false };
    window.tell_room(1, RoomEvent::Page(page));
    assert!(window.sees("line 40") && !window.sees("line 99"));
    // The field keeps the keyboard, for the next line; Escape gives it back.
    assert!(window.harness.get_by_role_and_label(Role::TextInput, FIELD).is_focused());
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.harness.query_by_role_and_label(Role::TextInput, FIELD).is_none());
    window.harness.run();
    assert!(window.harness.get_by_role(Role::MultilineTextInput).is_focused());
}

#[test]
fn an_answer_to_what_is_not_typed_any_more_is_not_shown() {
    let mut window = Window::open();
    let before = looking(&mut window);
    window.type_into(FIELD, "soup");
    let now = last_find(&mut window);
    window.tell(answer(before.find, vec![found(true, 5, "noodles at one")]));
    assert!(!window.sees("noodles at one"));
    window.tell(answer(now.find, vec![found(true, 6, "soup of the day")]));
    assert!(window.sees("soup of the day"));
}

#[test]
fn a_line_in_another_room_opens_that_room_and_is_shown_once_it_is_there() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::F);
    assert!(window.sees("Find in all rooms"));
    window.type_into(FIELD, "noodles");
    let ask = last_find(&mut window);
    assert_eq!(ask.room, None);
    window.tell(answer(ask.find, vec![found(false, 7, "noodles again")]));
    assert!(window.sees("Lunch, today"));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.asked(), [Command::Reopen(RoomRef(1), recent().room_id)]);
    let online = hallway::session::Online { room_id: recent().room_id, ..super::window::online() };
    window.tell_room(1, RoomEvent::Online(online));
    assert_eq!(pages(&mut window), [PageAsk::Around(Seq(7))]);
}

#[test]
fn the_order_and_what_follows_are_asked_for() {
    let mut window = Window::open();
    let ask = looking(&mut window);
    assert_eq!((ask.order, &ask.after), (FindOrder::Newest, &None));
    window.click("Best first");
    let ask = last_find(&mut window);
    assert_eq!(ask.order, FindOrder::Best);
    let more = FoundAt { at_ms: NOW_MS, rank: -1.0, room_id: RoomId([9; 32]), seq: Seq(5) };
    let lines = vec![found(true, 5, "noodles at one")];
    window.tell(Event::Found(FoundPage { find: ask.find, lines, more: Some(more.clone()), missing: vec![] }));
    window.click("Show more");
    let ask = last_find(&mut window);
    assert_eq!(ask.after, Some(more));
    window.tell(answer(ask.find, vec![found(true, 4, "noodles at two")]));
    assert!(window.sees("noodles at one") && window.sees("noodles at two"));
}

#[test]
fn what_is_wrong_with_a_date_is_said_and_nothing_found_is_said() {
    let mut window = Window::open();
    let ask = looking(&mut window);
    window.tell(answer(ask.find, Vec::new()));
    assert!(window.sees("Nothing was found"));
    window.type_into(FIELD, "after:yesterday");
    assert!(window.sees("is no day. Write it as 2026-11-23"));
    assert_eq!(window.asked(), []);
}

#[test]
fn a_day_is_gone_to_by_the_rooms_menu() {
    let mut window = Window::open();
    window.host();
    pages(&mut window);
    window.click("More for this room");
    window.click("Go to a day");
    window.type_into("Day", "2026-10-1x");
    assert!(window.sees("Write the day as"));
    window.type_into("Day", "2026-10-01");
    window.press(Modifiers::NONE, Key::Enter);
    let at_ms = "2026-10-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert_eq!(pages(&mut window), [PageAsk::AtTime(at_ms)]);
}

#[test]
fn the_list_of_people_takes_the_panes_place_when_it_is_asked_for() {
    let mut window = Window::open();
    looking(&mut window);
    window.click("Who is here");
    assert!(window.harness.query_by_role_and_label(Role::TextInput, FIELD).is_none());
    assert!(window.harness.state().model().settings.show_members);
}

#[test]
fn in_a_narrow_window_the_pane_covers_the_room_until_a_line_is_chosen() {
    let mut window = Window::on(hallway::platform::System::Linux, [600.0, 500.0]);
    let ask = looking(&mut window);
    assert!(window.harness.query_by_role(Role::MultilineTextInput).is_none());
    window.tell(answer(ask.find, vec![found(true, 1, "noodles at one")]));
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.harness.query_by_role(Role::MultilineTextInput).is_some());
}
