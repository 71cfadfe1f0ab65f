//! Who is told what, and when.

use super::super::tests::{hosted, online};
use super::*;
use crate::session::{Event, RoomEvent};
use crate::types::{Author, Content, Knock, MemberId, MemberKey, Message, OpId, Seq};
use crate::ui::model::Action;

const ROOM: RoomRef = RoomRef(1);

/// A room in which I am, with the window behind another one.
fn away() -> Model {
    let (mut model, _) = hosted();
    model.set_focused(false);
    model
}

/// Line `seq` by the person of this key; mine is 1.
fn line(seq: u64, key: u8, text: &str) -> Message {
    Message {
        seq: Seq(seq),
        prev: Seq(seq - 1),
        id: OpId([seq as u8; 16]),
        author: Author::Member(MemberKey([key; 32])),
        member: MemberId(u32::from(key)),
        name: Nickname::new("Bo").unwrap(),
        at_ms: 0,
        content: Content::Post(MessageText::new(text).unwrap()),
    }
}

fn hear(model: &mut Model, messages: Vec<Message>) {
    model.apply(Event::Room(ROOM, RoomEvent::Messages(messages)));
}

fn edit(model: &mut Model, edit: SettingsEdit) {
    model.act(Action::EditSettings(edit));
}

fn told(model: &mut Model, now: f64) -> Vec<(String, String)> {
    model.take_notes(now).into_iter().map(|note| (note.title, note.text)).collect()
}

fn pair(title: &str, text: &str) -> (String, String) {
    (title.to_owned(), text.to_owned())
}

#[test]
fn what_somebody_says_while_the_window_is_not_in_front_is_told_with_the_room_and_once() {
    let mut model = away();
    hear(&mut model, vec![line(1, 2, "Who is coming?")]);
    let note = model.take_notes(10.0);
    let [Note { room: Some(ROOM), title, text }] = note.as_slice() else { panic!("{note:?}") };
    assert_eq!((title.as_str(), text.as_str()), ("Bo in Tea", "Who is coming?"));
    assert!(model.take_call());
    assert_eq!(model.take_notes(20.0), []);
    assert!(!model.take_call());
}

#[test]
fn in_front_nothing_is_told_in_any_room() {
    let (mut model, _) = hosted();
    model.act(Action::Show(Screen::Home));
    hear(&mut model, vec![line(1, 2, "Hello")]);
    model.set_focused(false);
    assert_eq!(model.take_notes(0.0), []);
    assert!(!model.take_call());
}

#[test]
fn my_own_lines_are_no_news_wherever_i_wrote_them() {
    let mut model = away();
    hear(&mut model, vec![line(1, 1, "From here")]);
    assert_eq!(model.take_notes(0.0), []);
    assert!(!model.take_call());
}

#[test]
fn what_was_said_before_i_came_in_is_history_and_what_was_missed_since_is_not() {
    let mut model = away();
    let Event::Room(_, RoomEvent::Online(mut known)) = Event::Room(ROOM, online()) else { panic!() };
    known.head = Seq(5);
    model.act(Action::EditJoin(crate::ui::model::JoinEdit::Address("10.0.0.1".into())));
    model.act(Action::SubmitJoin);
    let joined = RoomRef(2);
    let tell = |model: &mut Model, event| model.apply(Event::Room(joined, event));
    tell(&mut model, RoomEvent::Online(known.clone()));
    tell(&mut model, RoomEvent::Messages((1..=5).map(|seq| line(seq, 2, "Old")).collect()));
    assert_eq!(model.take_notes(0.0), []);
    assert!(!model.take_call());
    known.head = Seq(7);
    tell(&mut model, RoomEvent::Online(known));
    tell(&mut model, RoomEvent::Messages(vec![line(6, 2, "Missed"), line(7, 2, "Missed too")]));
    assert_eq!(told(&mut model, 9.0), [pair("2 new messages in Tea", "Bo: Missed too")]);
}

#[test]
fn a_lively_room_is_told_at_most_once_a_second_and_says_how_many_came() {
    let mut model = away();
    hear(&mut model, vec![line(1, 2, "One")]);
    assert_eq!(model.take_notes(10.0).len(), 1);
    hear(&mut model, vec![line(2, 2, "Two")]);
    assert_eq!(model.take_notes(10.4), []);
    let left = model.next_note(10.4).unwrap();
    assert!((left - 0.6).abs() < 1e-9, "{left}");
    hear(&mut model, vec![line(3, 2, "Three")]);
    assert_eq!(told(&mut model, 11.0), [pair("3 new messages in Tea", "Bo: Three")]);
    assert_eq!(model.next_note(11.0), None, "nothing is left that the window would have to wake for");
}

#[test]
fn who_looked_at_the_window_starts_counting_anew() {
    let mut model = away();
    hear(&mut model, vec![line(1, 2, "One"), line(2, 2, "Two")]);
    model.take_notes(0.0);
    model.set_focused(true);
    model.set_focused(false);
    hear(&mut model, vec![line(3, 2, "Three")]);
    assert_eq!(told(&mut model, 0.5), [pair("Bo in Tea", "Three")]);
}

#[test]
fn with_its_text_hidden_a_notification_says_who_and_where_only() {
    let mut model = away();
    edit(&mut model, SettingsEdit::HideText(true));
    hear(&mut model, vec![line(1, 2, "A secret")]);
    assert_eq!(told(&mut model, 0.0), [pair("Bo wrote in Tea", "")]);
    hear(&mut model, vec![line(2, 2, "Another")]);
    assert_eq!(told(&mut model, 5.0), [pair("2 new messages in Tea", "")]);
}

#[test]
fn who_is_not_to_be_disturbed_is_neither_told_nor_called_then_or_later() {
    let mut model = away();
    edit(&mut model, SettingsEdit::DoNotDisturb(true));
    hear(&mut model, vec![line(1, 2, "Hello")]);
    assert_eq!(model.take_notes(0.0), []);
    assert!(!model.take_call());
    edit(&mut model, SettingsEdit::DoNotDisturb(false));
    assert_eq!(model.take_notes(5.0), []);
    assert!(model.has_unread(), "the icon near the clock shows it all the same");
}

#[test]
fn without_notifications_the_sound_is_left() {
    let mut model = away();
    edit(&mut model, SettingsEdit::Notifications(false));
    hear(&mut model, vec![line(1, 2, "Hello")]);
    assert_eq!(model.take_notes(0.0), []);
    assert!(model.take_call());
    assert_eq!(model.next_note(0.0), None);
}

#[test]
fn a_long_text_is_cut_between_letters_and_told_in_one_line() {
    assert_eq!(cut("a\n\n b"), "a b");
    let letter = "👩‍👩‍👧";
    assert_eq!(cut(&letter.repeat(LETTERS)), letter.repeat(LETTERS));
    assert_eq!(cut(&letter.repeat(LETTERS + 1)), format!("{}…", letter.repeat(LETTERS)));
}

#[test]
fn a_click_leads_to_the_room_and_brings_the_window_forward() {
    let mut model = away();
    model.act(Action::Show(Screen::Home));
    model.act(Action::ShowNoted(Some(ROOM)));
    assert_eq!(model.screen, Screen::Room(ROOM));
    assert!(model.take_wanted());
    model.act(Action::ShowNoted(Some(RoomRef(99))));
    assert_eq!(model.screen, Screen::Room(ROOM), "that room is closed by now");
    assert!(model.take_wanted());
}

#[test]
fn that_the_program_goes_on_is_said_once_by_whatever_may_be_shown() {
    for disturb in [true, false] {
        let mut model = away();
        edit(&mut model, SettingsEdit::DoNotDisturb(!disturb));
        model.act(Action::Hidden);
        assert_eq!(model.take_notes(0.0).len(), usize::from(disturb));
        assert_eq!(model.toasts.len(), usize::from(!disturb));
        model.act(Action::Hidden);
        assert_eq!(model.take_notes(9.0).len(), 0);
        assert_eq!(model.toasts.len(), usize::from(!disturb));
        assert!(model.settings.told_running);
    }
}

#[test]
fn the_program_goes_on_where_that_is_wanted_until_it_is_to_end() {
    let (mut model, _) = hosted();
    assert!(!model.goes_on(), "off at first");
    edit(&mut model, SettingsEdit::KeepRunning(true));
    assert!(model.goes_on());
    model.act(Action::Quit);
    assert!(!model.goes_on());
}

#[test]
fn somebody_who_wants_to_come_in_is_told_while_nobody_looks_and_not_all_day() {
    let mut model = away();
    let knocks = |model: &mut Model, names: &[&str]| {
        let knock = |name: &&str| Knock {
            key: MemberKey([9; 32]),
            name: Nickname::new(name).unwrap(),
            address: None,
        };
        model.apply(Event::Room(ROOM, RoomEvent::Knocks(names.iter().map(knock).collect())));
    };
    knocks(&mut model, &["Eve"]);
    assert!(model.take_call());
    assert_eq!(told(&mut model, 10.0), [pair("Eve wants to come in", "Tea")]);
    knocks(&mut model, &["Eve", "Mallory"]);
    assert_eq!(told(&mut model, 11.0), [], "they see one wait already");
    for now in [12.0, 69.0] {
        knocks(&mut model, &[]);
        knocks(&mut model, &["Eve"]);
        assert_eq!(told(&mut model, now), []);
    }
    knocks(&mut model, &[]);
    knocks(&mut model, &["Bo"]);
    assert_eq!(told(&mut model, 70.0), [pair("Bo wants to come in", "Tea")]);
    model.set_focused(true);
    knocks(&mut model, &[]);
    knocks(&mut model, &["Bo"]);
    assert_eq!(told(&mut model, 200.0), [], "the window is in front");
}
