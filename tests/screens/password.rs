//! The password of a room that I host: in the form, told to people, changed and removed.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use hallway::session::{Command, Hosting, PasswordAsk, RoomEvent, RoomRef};
use hallway::types::Password;

use crate::window::{Window, hosting};

const ROOM: RoomRef = RoomRef(1);

fn words() -> Password {
    Password::new("census moment olympic").unwrap()
}

fn link(window: &mut Window, name: &str) {
    window.harness.get_by_role_and_label(Role::Link, name).click();
    window.harness.run();
}

/// A room of mine, which has this password.
fn locked(locked: bool) -> Window {
    let mut window = Window::open();
    window.host();
    window.tell_room(1, RoomEvent::Hosting(Hosting { locked, ..hosting() }));
    window.asked();
    window
}

#[test]
fn three_words_are_suggested_in_the_form_and_told_to_people_once_the_room_is_open() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::N);
    assert!(window.sees("everybody on this network can come in"));
    window.click("Suggest three words");
    window.click("Open the room");
    let asked = window.asked();
    let [Command::Host(_, ask)] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(ask.password, PasswordAsk::This(words()));
    window.tell_room(1, RoomEvent::Hosting(Hosting { locked: true, ..hosting() }));
    window.tell_room(1, RoomEvent::Online(crate::window::online()));
    window.tell_room(1, RoomEvent::Page(crate::window::nothing_said()));
    assert!(window.sees("census moment olympic"));
}

#[test]
fn a_password_is_set_while_the_room_is_open_and_told_at_once() {
    let mut window = locked(false);
    link(&mut window, "Ask people for a password");
    window.type_into("Password", "tea for two");
    window.click("Suggest three words");
    window.click("Set the password");
    assert_eq!(window.asked(), [Command::SetPassword(ROOM, Some(words()))]);
    window.tell_room(1, RoomEvent::Hosting(Hosting { locked: true, ..hosting() }));
    assert!(window.sees("census moment olympic"));
}

#[test]
fn a_password_of_an_earlier_time_is_not_shown_and_can_be_changed_or_removed() {
    let mut window = locked(true);
    assert!(window.sees("it cannot be shown"));
    link(&mut window, "Change or remove the password");
    window.type_into("New password", "tea for two");
    window.press(Modifiers::NONE, Key::Enter);
    let tea = Password::new("tea for two").unwrap();
    assert_eq!(window.asked(), [Command::SetPassword(ROOM, Some(tea))]);
    window.press(Modifiers::NONE, Key::Escape);
    link(&mut window, "Change or remove the password");
    window.click("Remove the password");
    assert_eq!(window.asked(), [Command::SetPassword(ROOM, None)]);
}

#[test]
fn a_room_with_a_password_says_why_nobody_comes_without_the_app() {
    let mut window = locked(true);
    link(&mut window, "People without the app");
    assert!(window.sees("which people without the app cannot prove"));
    assert!(window.harness.query_by_role(Role::CheckBox).is_none());
}

#[test]
fn by_the_keyboard_the_field_comes_before_what_hides_it() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::N);
    window.harness.get_by_role_and_label(Role::TextInput, "Your name").focus();
    window.harness.run();
    window.press(Modifiers::NONE, Key::Tab);
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Password");
    assert!(field.accesskit_node().is_focused());
}
