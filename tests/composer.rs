//! The composer, as a person meets it: by name and by key.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use egui::{Key, Modifiers, Vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use hallway::types::limits::TEXT_BYTES;
use hallway::types::{MessageText, RoomName, Theme};
use hallway::ui::composer::{Composer, ComposerAction, Place, composer_ui};
use hallway::ui::open::Open;
use hallway::ui::text::conversation as words;
use hallway::ui::{fonts, tokens};

/// Fonts and looks hold from the frame after the one in which they are set: true from then on.
fn dressed(ctx: &egui::Context, ready: &mut bool) -> bool {
    if !*ready {
        fonts::install(ctx);
        tokens::apply(ctx, Theme::Light, 14);
        ctx.request_repaint();
    }
    std::mem::replace(ready, true)
}

struct Desk {
    composer: Composer,
    online: bool,
    plain: bool,
    shut: bool,
    now_ms: i64,
    asked: Vec<ComposerAction>,
    ready: bool,
}

fn desk(composer: Composer) -> Harness<'static, Desk> {
    let desk = Desk {
        composer,
        online: true,
        plain: false,
        shut: false,
        now_ms: 0,
        asked: Vec::new(),
        ready: false,
    };
    let room = RoomName::new("Lunch").unwrap();
    let mut harness = Harness::builder().with_size(Vec2::new(500.0, 300.0)).build_ui_state(
        move |ui, desk: &mut Desk| {
            if !dressed(ui.ctx(), &mut desk.ready) {
                return;
            }
            let open = desk.plain.then_some(Open::Plain);
            let place = Place {
                room: Some(&room),
                online: desk.online,
                keeps: true,
                shut: desk.shut,
                slow_s: 0,
                open,
                now_ms: desk.now_ms,
            };
            desk.asked.extend(composer_ui(ui, &mut desk.composer, &place));
        },
        desk,
    );
    harness.state_mut().composer.focus();
    harness.run();
    harness
}

fn write(harness: &mut Harness<'static, Desk>, what: &str) {
    harness.get_by_label("Message Lunch").type_text(what);
    harness.run();
}

fn said_in(desk: &Desk) -> Vec<&str> {
    desk.asked
        .iter()
        .filter_map(|action| match action {
            ComposerAction::Say(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn enter_sends_and_empties_the_composer() {
    let mut harness = desk(Composer::default());
    write(&mut harness, "On my way");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(said_in(harness.state()), ["On my way"]);
    assert_eq!(harness.state().composer.text(), "");
    write(&mut harness, "now");
    harness.get_by_label(words::SEND).click();
    harness.run();
    assert_eq!(said_in(harness.state()), ["On my way", "now"]);
}

#[test]
fn where_i_may_not_write_now_enter_keeps_what_i_typed_until_i_may() {
    let mut harness = desk(Composer::default());
    harness.state_mut().shut = true;
    harness.run();
    harness.get_by_label_contains("Only the host and moderators write here now");
    write(&mut harness, "May I?");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(said_in(harness.state()), [] as [&str; 0]);
    assert_eq!(harness.state().composer.text(), "May I?");
    harness.state_mut().shut = false;
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(said_in(harness.state()), ["May I?"]);
}

#[test]
fn what_is_typed_at_nothing_goes_into_the_composer() {
    let mut harness = desk(Composer::new("See".to_owned()));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!harness.get_by_label("Message Lunch").is_focused());
    harness.event(egui::Event::Text(" you".to_owned()));
    harness.run();
    assert_eq!(harness.state().composer.text(), "See you");
    assert!(harness.get_by_label("Message Lunch").is_focused());
}

#[test]
fn a_space_belongs_to_the_button_that_has_the_focus() {
    let mut harness = desk(Composer::new("See".to_owned()));
    harness.get_by_label(words::SEND).focus();
    harness.run();
    harness.event(egui::Event::Text(" ".to_owned()));
    harness.run();
    assert_eq!(harness.state().composer.text(), "See");
    harness.event(egui::Event::Text("n".to_owned()));
    harness.run();
    assert_eq!(harness.state().composer.text(), "Seen");
}

#[test]
fn shift_and_enter_begin_a_new_line() {
    let mut harness = desk(Composer::default());
    write(&mut harness, "one");
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    harness.run();
    write(&mut harness, "two");
    assert!(said_in(harness.state()).is_empty());
    assert_eq!(harness.state().composer.text(), "one\ntwo");
}

#[test]
fn where_a_room_takes_one_line_at_a_time_several_are_asked_about_and_stay() {
    let mut harness = desk(Composer::new("one\ntwo".to_owned()));
    harness.state_mut().plain = true;
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let text = MessageText::new("one\ntwo").unwrap();
    assert!(harness.state().asked.contains(&ComposerAction::AskLines(text.clone())));
    assert!(said_in(harness.state()).is_empty());
    assert_eq!(harness.state().composer.text(), "one\ntwo");
    let composer = &mut harness.state_mut().composer;
    composer.release(&MessageText::new("another").unwrap());
    assert_eq!(composer.text(), "one\ntwo");
    composer.release(&text);
    assert_eq!(composer.text(), "");
}

#[test]
fn where_a_room_takes_one_line_at_a_time_one_is_not_asked_about() {
    let mut harness = desk(Composer::new("one\n \n".to_owned()));
    harness.state_mut().plain = true;
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(said_in(harness.state()), ["one"]);
}

#[test]
fn enter_that_chooses_a_word_of_an_input_method_does_not_send() {
    let mut harness = desk(Composer::new("draft".to_owned()));
    let preedit = |text: &str| {
        egui::Event::Ime(egui::ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None })
    };
    harness.event(preedit("ae"));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(said_in(harness.state()).is_empty());
    harness.event(egui::Event::Ime(egui::ImeEvent::Commit("ä".to_owned())));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(said_in(harness.state()).len(), 1);
}

#[test]
fn ten_megabytes_are_kept_and_said_and_never_set() {
    let mut harness = desk(Composer::default());
    let paste = "0123456789".repeat(1_000_000);
    harness.event(egui::Event::Paste(paste.clone()));
    harness.run();
    harness.get_by_label_contains("9.5 MB: too long to send as a message");
    assert_eq!(harness.state().composer.text(), paste);
    assert_eq!(harness.state().composer.draft(), None);
    harness.get_by_label(words::CLEAR).click();
    harness.run();
    assert_eq!(harness.state().composer.text(), "");
    write(&mut harness, "short");
    assert_eq!(harness.state().composer.text(), "short");
}

#[test]
fn what_is_left_is_told_when_nine_tenths_are_used_and_one_too_many_is_not_sent() {
    let mut harness = desk(Composer::new("a".repeat(TEXT_BYTES / 10 * 9)));
    assert!(harness.query_by_label_contains("left").is_none());
    write(&mut harness, "aa");
    harness.get_by_label_contains("left");
    harness.state_mut().composer = Composer::new("a".repeat(TEXT_BYTES + 1));
    harness.state_mut().composer.focus();
    harness.run();
    harness.get_by_label_contains("too long to send");
    harness.key_press(Key::Enter);
    harness.run();
    assert!(said_in(harness.state()).is_empty());
    assert_eq!(harness.state().composer.text().len(), TEXT_BYTES + 1, "nothing is lost");
}

#[test]
fn typing_is_told_at_the_first_key_and_taken_back_at_the_end() {
    let mut harness = desk(Composer::default());
    for (now_ms, what) in [(0, "a"), (1_000, "b"), (3_000, "c")] {
        harness.state_mut().now_ms = now_ms;
        write(&mut harness, what);
    }
    harness.key_press(Key::Enter);
    harness.run();
    let told: Vec<bool> = harness
        .state()
        .asked
        .iter()
        .filter_map(|action| match action {
            ComposerAction::Typing(on) => Some(*on),
            _ => None,
        })
        .collect();
    assert_eq!(told, [true, true, false]);
}

#[test]
fn an_absent_room_is_said_above_the_composer() {
    let mut harness = desk(Composer::default());
    harness.state_mut().online = false;
    harness.run();
    harness.get_by_label("Not connected. What you send now goes out when Lunch is back.");
}

#[test]
fn what_comes_back_stands_before_what_is_being_written() {
    let mut composer = Composer::new("new".to_owned());
    composer.put_back("old");
    assert_eq!(composer.text(), "old\nnew");
}
