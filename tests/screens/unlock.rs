//! A room that asks for its password: where it stands, and in the form.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use hallway::session::{Command, Failure, RoomEvent, RoomRef};
use hallway::types::Password;

use crate::window::{Window, online, recent};

fn tea() -> Password {
    Password::new("tea for two").unwrap()
}

/// A room of the list, which has another password since.
fn asked() -> Window {
    let mut window = Window::open();
    window.click("Go back to Lunch");
    assert_eq!(window.asked(), [Command::Reopen(RoomRef(1), recent().room_id)]);
    window.tell_room(1, RoomEvent::Failed(Failure::PasswordNeeded));
    window
}

/// Types into the field that hides it.
fn type_hidden(window: &mut Window, text: &str) {
    window.harness.get_by_role_and_label(Role::PasswordInput, "Password").focus();
    window.harness.run();
    window.harness.get_by_role_and_label(Role::PasswordInput, "Password").type_text(text);
    window.harness.run();
}

fn is_disabled(window: &Window, button: &str) -> bool {
    window.harness.get_by_role_and_label(Role::Button, button).accesskit_node().is_disabled()
}

#[test]
fn a_known_room_asks_where_it_stands_and_is_entered_from_there() {
    let mut window = asked();
    assert!(window.sees("This room has a password"));
    assert!(is_disabled(&window, "Go in"));
    let field = window.harness.get_by_role_and_label(Role::PasswordInput, "Password");
    assert!(field.accesskit_node().is_focused(), "it has the keyboard");
    type_hidden(&mut window, "tea for two");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.asked(), [Command::Unlock(RoomRef(2), recent().room_id, tea())]);

    window.tell_room(2, RoomEvent::Failed(Failure::PasswordWrong));
    assert!(window.sees("not the room's password"));
    type_hidden(&mut window, "tea for two");
    window.click("Go in");
    assert_eq!(window.asked(), [Command::Unlock(RoomRef(3), recent().room_id, tea())]);
    window.tell_room(3, RoomEvent::Online(online()));
    assert!(window.harness.query_by_role(Role::PasswordInput).is_none());
}

#[test]
fn what_was_typed_is_shown_to_whoever_asks_and_hidden_again() {
    let mut window = asked();
    type_hidden(&mut window, "tea for two");
    window.harness.get_by_role_and_label(Role::Link, "Show").click();
    window.harness.run();
    assert_eq!(window.value("Password"), "tea for two");
    window.harness.get_by_role_and_label(Role::Link, "Hide").click();
    window.harness.run();
    window.harness.get_by_role_and_label(Role::PasswordInput, "Password");
}

#[test]
fn whoever_has_to_wait_sees_for_how_long_and_cannot_try_before() {
    let mut window = asked();
    type_hidden(&mut window, "tea for two");
    window.press(Modifiers::NONE, Key::Enter);
    window.asked();
    window.tell_room(2, RoomEvent::Failed(Failure::PasswordLater(60_000)));
    assert!(window.sees("Try again in 60 seconds"));
    type_hidden(&mut window, "tea for two");
    assert!(is_disabled(&window, "Go in"));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.asked(), []);
}

#[test]
fn the_form_asks_waits_and_says_so_while_the_password_is_typed() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::J);
    window.type_into("Address or invite", "192.168.1.23");
    window.press(Modifiers::NONE, Key::Enter);
    window.asked();
    window.tell_room(1, RoomEvent::Failed(Failure::PasswordLater(60_000)));
    type_hidden(&mut window, "tea for two");
    assert!(window.sees("Try again in 60 seconds"));
    assert!(is_disabled(&window, "Join"));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.asked(), []);
}
