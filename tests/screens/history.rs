//! Taking a room's history along, and what is asked before anything of it goes.

use std::path::PathBuf;

use hallway::platform::System;
use hallway::platform::fake::Fake;
use hallway::session::{Command, Event, Exported, LookedInto, RoomEvent, RoomRef};
use hallway::types::RoomId;
use hallway::ui::model::Action;

use crate::window::{Window, hosting};

const LUNCH: RoomId = RoomId([7; 32]);

#[test]
fn a_history_is_exported_from_the_list_of_rooms_and_from_the_rooms_own_menu() {
    let mut window = Window::on(System::Linux, [1040.0, 720.0]);
    window.click("More about Lunch");
    assert!(window.sees("Export history …"));
    window.press(egui::Modifiers::NONE, egui::Key::Escape);
    window.host();
    window.click("More for this room");
    assert!(window.sees("Export history …"));
}

#[test]
fn where_no_file_can_be_chosen_it_says_what_to_do() {
    let mut desktop = Fake::new(System::Linux);
    desktop.file_dialogs = false;
    let mut window = Window::with(desktop, [1040.0, 720.0]);
    window.click("More about Lunch");
    window.click("Export history …");
    assert!(window.sees("No place for a file can be chosen here. Install zenity"));
    assert_eq!(window.asked(), []);
}

#[test]
fn a_long_export_shows_how_far_it_is_and_can_be_cancelled() {
    let mut window = Window::open();
    let ctx = window.harness.ctx.clone();
    window.harness.state_mut().act(&ctx, Action::Export(LUNCH, "/tmp/lunch.md".into()));
    assert_eq!(window.asked(), [Command::Export(LUNCH, "/tmp/lunch.md".into())]);
    window.tell(Event::Exported(LUNCH, Exported::Progress(12)));
    window.tell(Event::Exported(LUNCH, Exported::Progress(13)));
    assert!(window.sees("Exporting the history of Lunch: 13 %") && !window.sees("12 %"));
    window.click("Cancel the export");
    assert_eq!(window.asked(), [Command::CancelExport(LUNCH)]);
    window.tell(Event::Exported(LUNCH, Exported::Cancelled));
    assert!(window.sees("The export was cancelled. Nothing was written") && !window.sees("13 %"));
}

#[test]
fn what_became_of_an_export_is_one_sentence_with_a_next_step() {
    let mut window = Window::open();
    for (exported, sentence) in [
        (Exported::Done(PathBuf::from("/tmp/lunch.md")), "Saved to /tmp/lunch.md"),
        (Exported::NotWritten("the disk is full".into()), "Choose another place. the disk is full"),
        (Exported::NotRead("entry 3".into()), "The history could not be read, so nothing was written"),
        (Exported::Busy, "Wait until it is done, or cancel it"),
    ] {
        window.tell(Event::Exported(LUNCH, exported));
        assert!(window.sees(sentence), "{sentence}");
    }
}

#[test]
fn forgetting_a_room_says_first_what_is_lost_and_is_done_by_a_second_click() {
    let mut window = Window::open();
    window.click("More about Lunch");
    window.click("Forget this room …");
    assert_eq!(window.asked(), [Command::LookInto(LUNCH)]);
    assert!(window.sees("Forget Lunch?") && window.sees("cannot be brought back"));
    assert!(!window.sees("its key is removed"));
    window.tell(Event::Looked(LUNCH, Some(LookedInto { hosted: false, unsent: 2 })));
    assert!(window.sees("2 messages of yours that were not sent are lost."));
    window.click("Keep it");
    assert_eq!(window.asked(), []);
    window.click("More about Lunch");
    window.click("Forget this room …");
    window.tell(Event::Looked(LUNCH, None));
    window.asked();
    window.click("Forget this room");
    assert_eq!(window.asked(), [Command::ForgetRoom(LUNCH)]);
    window.tell(Event::Recents(Vec::new()));
    window.tell(Event::Forgotten(LUNCH, None));
    assert!(window.sees("Lunch is forgotten. Nothing of it is on this computer any more"));
}

#[test]
fn an_open_room_of_mine_that_is_forgotten_is_left_and_who_is_in_it_is_spoken_of() {
    let mut window = Window::open();
    window.host();
    let id = hosting().room_id;
    window.tell_room(1, RoomEvent::Roster(Vec::new(), 3));
    window.click("More for this room");
    window.click("Forget this room …");
    window.tell(Event::Looked(id, Some(LookedInto { hosted: true, unsent: 0 })));
    assert!(window.sees("nobody can ever come back to it"));
    assert!(window.sees("2 people are in it now, and are sent out."));
    window.asked();
    window.click("Forget this room");
    assert_eq!(window.asked(), [Command::ForgetRoom(id)], "no draft is kept of it");
    assert!(window.sees("Rooms on this network"));
    window.tell(Event::Room(RoomRef(1), RoomEvent::Over));
    window.tell(Event::Forgotten(id, Some("access denied".into())));
    assert!(window.sees("Not everything of Ana's room could be removed. Hallway tries again"));
}
