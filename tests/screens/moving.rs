//! Taking my identity to another computer, from the settings.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hallway::platform::System;
use hallway::platform::fake::Fake;
use hallway::session::{Command, Event, Import, Moved, MovingError, SealedError};
use hallway::types::{Passphrase, Password};
use hallway::ui::model::moving::MovingAction;
use hallway::ui::model::{Action, Screen};

use crate::window::Window;

const WORDS: &str = "census moment olympic";

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

/// The dialog, opened from the settings.
fn open(mut window: Window) -> Window {
    act(&mut window, Action::Show(Screen::Settings));
    window.click("Move my identity …");
    assert!(window.sees("Rooms know you by a key") && window.sees("on one computer at a time"));
    window
}

fn act(window: &mut Window, action: Action) {
    let ctx = window.harness.ctx.clone();
    window.harness.state_mut().act(&ctx, action);
    window.harness.run();
}

/// Types into a field that shows dots.
fn type_secret(window: &mut Window, field: &str, text: &str) {
    window.harness.get_by_role_and_label(Role::PasswordInput, field).focus();
    window.harness.run();
    window.press(Modifiers::COMMAND, Key::A);
    window.harness.get_by_role_and_label(Role::PasswordInput, field).type_text(text);
    window.harness.run();
}

/// The file dialog is answered with this file.
fn choose(window: &mut Window, file: &str) {
    act(window, Action::Moving(MovingAction::File(file.into())));
}

#[test]
fn an_identity_is_saved_under_a_passphrase_that_was_typed_twice() {
    let mut window = open(Window::open());
    type_secret(&mut window, "Passphrase", "tea");
    assert!(window.sees("This could be guessed"));
    choose(&mut window, "/tmp/me");
    assert_eq!(window.asked(), [], "not under a short one");
    type_secret(&mut window, "Passphrase", WORDS);
    type_secret(&mut window, "The same once more", "census moment olympia");
    assert!(window.sees("These two are not the same"));
    choose(&mut window, "/tmp/me");
    assert_eq!(window.asked(), [], "nor under one that was mistyped");
    type_secret(&mut window, "The same once more", WORDS);
    choose(&mut window, "/tmp/me");
    let words = Passphrase::new(password(WORDS)).unwrap();
    assert_eq!(window.asked(), [Command::ExportIdentity("/tmp/me".into(), words)]);
    assert!(window.sees("One moment …"));
    window.tell(Event::IdentityMoved(Err(MovingError::NotWritten("the disk is full".into()))));
    assert!(window.sees("The file could not be written: the disk is full") && !window.sees("One moment …"));
    window.tell(Event::IdentityMoved(Ok(Moved::Exported("/tmp/me".into()))));
    assert!(window.sees("Your identity is saved") && !window.sees("The same once more"));
    window.click("Move my identity …");
    let field = window.harness.get_by_role_and_label(Role::PasswordInput, "Passphrase");
    assert_eq!(field.value().unwrap_or_default(), "", "nothing of it is left");
}

#[test]
fn an_identity_comes_in_from_a_file_and_over_another_one_only_where_that_is_said() {
    let mut window = open(Window::open());
    window.click("From another computer");
    assert!(window.sees("Choose the file that you saved on the other computer"));
    choose(&mut window, "/home/ana/my-identity.hallway");
    assert!(window.sees("my-identity.hallway"));
    type_secret(&mut window, "Passphrase", WORDS);
    window.click("Use this identity");
    let asked =
        |replace| [Command::ImportIdentity("/home/ana/my-identity.hallway".into(), password(WORDS), replace)];
    assert_eq!(window.asked(), asked(false));
    window.tell(Event::IdentityMoved(Err(MovingError::Sealed(SealedError::Wrong))));
    assert!(window.sees("The passphrase is another one, or the file is damaged"));
    assert!(!window.sees("Use it all the same"));
    window.tell(Event::IdentityMoved(Err(MovingError::Known)));
    assert!(window.sees("They will take you for somebody new"));
    window.click("Use it all the same");
    assert_eq!(window.asked(), asked(true));
    window.tell(Event::IdentityMoved(Ok(Moved::Imported(Import::Replaced("/data/former".into())))));
    assert!(window.sees("Rooms know you by this identity from now on"));
    assert!(!window.sees("Use this identity"));
}

#[test]
fn where_no_file_can_be_chosen_it_says_so_and_escape_closes_the_dialog() {
    let mut desktop = Fake::new(System::Linux);
    desktop.file_dialogs = false;
    let mut window = open(Window::with(desktop, [1040.0, 720.0]));
    window.click("From another computer");
    window.click("Choose the file …");
    assert!(window.sees("No file can be chosen here. Install zenity"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("From another computer"));
}
