//! Taking a room's history along, and what is asked before anything of it goes.

use std::path::PathBuf;

use egui::{Key, Modifiers};
use hallway::platform::System;
use hallway::platform::fake::Fake;
use hallway::session::{Command, Event, Exported, LogPage, LookedInto, PageAsk, RoomEvent, RoomRef};
use hallway::types::{Message, Retention, RoomId, Seq};
use hallway::ui::model::Action;

use crate::window::{Window, hosting, said};

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
        (
            Exported::NotWritten("the disk is full".into()),
            "The file could not be written: the disk is full. Choose another place",
        ),
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
    assert!(window.sees("2 messages of yours that were not sent are lost"));
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
    assert!(window.sees("2 people are in it now, and are sent out"));
    window.asked();
    window.click("Forget this room");
    assert_eq!(window.asked(), [Command::ForgetRoom(id)], "no draft is kept of it");
    assert!(window.sees("Rooms on this network"));
    window.tell(Event::Room(RoomRef(1), RoomEvent::Over));
    window.tell(Event::Forgotten(id, Some("access denied".into())));
    assert!(window.sees("Not everything of Ana's room could be removed. Hallway tries again"));
}

#[test]
fn how_long_history_is_kept_is_chosen_with_what_it_means_and_set_by_a_button() {
    let mut window = Window::on(System::Linux, [1040.0, 1_400.0]);
    window.press(Modifiers::COMMAND, Key::Comma);
    assert!(window.sees("History is kept for good") && window.sees("stays on this computer"));
    window.click("How long to keep history …");
    window.click("90 days");
    assert!(window.sees("What is older than 90 days is removed from this computer"));
    assert_eq!(window.kept(), []);
    window.click("Cancel");
    window.click("How long to keep history …");
    window.click("90 days");
    window.click("Remove what is older");
    assert_eq!(window.kept(), [Retention::Days(90)]);
    assert!(window.sees("History is kept for 90 days"));
    window.click("How long to keep history …");
    window.click("For good");
    window.click("Set");
    assert_eq!(window.kept(), [Retention::Everything]);
    window.click("How long to keep history …");
    window.type_into("Another number of days", "0");
    assert!(window.sees("A number from 1 to 36,500"));
    window.type_into("Another number of days", "7");
    assert!(window.sees("older than 7 days"));
    window.click("Remove what is older");
    assert_eq!(window.kept(), [Retention::Days(7)]);
    window.click("How long to keep history …");
    window.click("Only while open");
    assert!(window.sees("here only while the room is open"));
    window.click("Keep nothing");
    assert_eq!(window.kept(), [Retention::Nothing]);
}

impl Window {
    /// How long history is kept by the settings that were kept since the last look.
    fn kept(&mut self) -> Vec<Retention> {
        let all = std::iter::from_fn(|| self.ends.commands.try_recv().ok());
        all.filter_map(|command| match command {
            Command::KeepSettings(settings) => Some(settings.keep_history),
            _ => None,
        })
        .collect()
    }
}

#[test]
fn a_room_may_be_kept_for_another_time_than_the_settings_say() {
    let mut window = Window::open();
    window.host();
    window.click("More for this room");
    window.click("How long to keep history …");
    assert!(window.sees("How long to keep the history of Ana's room"));
    window.click("30 days");
    window.asked();
    window.click("Remove what is older");
    assert_eq!(window.asked(), [Command::SetRetention(RoomRef(1), Some(Retention::Days(30)))]);
    window.tell_room(1, RoomEvent::Retention(Some(Retention::Days(30))));
    window.click("More for this room");
    window.click("How long to keep history …");
    window.click("As in the settings (for good)");
    window.click("Set");
    assert_eq!(window.asked(), [Command::SetRetention(RoomRef(1), None)]);
}

#[test]
fn where_older_lines_are_not_kept_the_conversation_says_so_and_asks_for_nothing() {
    let mut window = Window::open();
    window.host();
    let messages = vec![Message { prev: Seq(40), ..said(41, "Hello") }];
    let page = LogPage { asked: PageAsk::Newest, messages, at_start: true, at_end: true };
    window.tell_room(1, RoomEvent::Notice(hallway::session::Notice::NewEpoch));
    window.tell_room(1, RoomEvent::NotKept(Seq(40)));
    window.tell_room(1, RoomEvent::Page(page));
    assert!(window.sees("Older messages are not kept on this computer"));
    assert!(!window.sees("missing here") && !window.sees("Load"));
}
