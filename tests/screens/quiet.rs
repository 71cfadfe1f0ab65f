//! Settings about notifications and about going on, and what the system is told and tells.

use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers, UserAttentionType, ViewportCommand, ViewportEvent, ViewportId};
use egui_kittest::kittest::{NodeT, Queryable};
use hallway::platform::fake::Fake;
use hallway::platform::{System, TrayEvent};
use hallway::session::{Command, Event, Failure, RoomEvent, RoomRef};
use hallway::ui::model::Screen;

use super::window::{Window, said};

const AUTOSTART: &str = "Start with the computer, hidden";
const KEEP_RUNNING: &str = "Keep running when the window is closed";
const NOTIFY: &str = "Show what is said while Hallway is not in front";

fn settings(window: &mut Window) {
    window.press(Modifiers::COMMAND, Key::Comma);
}

fn is_on(window: &Window, switch: &str) -> bool {
    let node = window.harness.get_by_role_and_label(Role::CheckBox, switch);
    node.accesskit_node().toggled() == Some(Toggled::True)
}

fn flip(window: &mut Window, switch: &str) {
    // The settings are longer than the window.
    window.harness.get_by_role_and_label(Role::CheckBox, switch).scroll_to_me();
    window.harness.run();
    window.harness.get_by_role_and_label(Role::CheckBox, switch).click();
    window.harness.run();
}

#[test]
fn what_goes_on_behind_ones_back_is_off_at_first_and_notifications_are_on() {
    let mut window = Window::open();
    settings(&mut window);
    assert!(!is_on(&window, AUTOSTART) && !is_on(&window, KEEP_RUNNING));
    assert!(is_on(&window, NOTIFY));
    assert!(!is_on(&window, "Show only who wrote, not what") && !is_on(&window, "Do not disturb"));
    flip(&mut window, KEEP_RUNNING);
    flip(&mut window, "Do not disturb");
    let settings = &window.harness.state().model().settings;
    assert!(settings.keep_running && settings.do_not_disturb && settings.notifications);
}

#[test]
fn the_program_starts_with_the_computer_as_the_system_says_and_not_as_we_remember() {
    // High enough for the whole screen: what is scrolled out of sight is not clicked.
    let mut window = Window::on(System::Linux, [1040.0, 900.0]);
    settings(&mut window);
    flip(&mut window, AUTOSTART);
    assert!(window.desktop.autostarts() && is_on(&window, AUTOSTART));
    window.press(Modifiers::NONE, Key::Escape);
    hallway::platform::Autostart::set(&window.desktop, false).unwrap();
    settings(&mut window);
    assert!(!is_on(&window, AUTOSTART), "somebody removed the entry meanwhile");
}

#[test]
fn a_system_that_can_do_neither_says_why_under_the_switches() {
    let mut failing = Fake::new(System::Linux);
    failing.failure = Some("No such service".to_owned());
    let mut window = Window::with(failing, [1040.0, 720.0]);
    settings(&mut window);
    assert!(window.sees("This computer shows no notifications: No such service"));
    flip(&mut window, AUTOSTART);
    assert!(window.sees("Starting with the computer could not be changed. No such service"));
    assert!(!is_on(&window, AUTOSTART));
}

/// What the window asks of the desktop in its next frame.
fn asked_of_desktop(window: &mut Window) -> Vec<ViewportCommand> {
    window.harness.step();
    window.harness.output().viewport_output.get(&ViewportId::ROOT).unwrap().commands.clone()
}

fn close(window: &mut Window) -> Vec<ViewportCommand> {
    window
        .harness
        .input_mut()
        .viewports
        .entry(ViewportId::ROOT)
        .or_default()
        .events
        .push(ViewportEvent::Close);
    let asked = asked_of_desktop(window);
    window.harness.input_mut().viewports.entry(ViewportId::ROOT).or_default().events.clear();
    asked
}

/// A window of Wayland that goes on when it is closed.
fn on_wayland() -> Window {
    let mut wayland = Fake::new(System::Linux);
    (wayland.hides, wayland.rules) = (false, false);
    let mut window = Window::with(wayland, [1040.0, 720.0]);
    settings(&mut window);
    flip(&mut window, KEEP_RUNNING);
    window.look_back();
    window
}

#[test]
fn where_closed_windows_stay_the_person_is_told_and_the_next_time_it_quits() {
    let mut window = on_wayland();
    assert!(close(&mut window).contains(&ViewportCommand::Minimized(true)));
    window.harness.run_steps(12);
    assert!(window.sees("Closing this one again quits Hallway"));
    assert!(!close(&mut window).contains(&ViewportCommand::Minimized(true)));
    assert!(window.asked().contains(&Command::End));
}

#[test]
fn where_closed_windows_are_put_away_they_are_so_every_time() {
    let mut window = on_wayland();
    for _ in 0..2 {
        assert!(close(&mut window).contains(&ViewportCommand::Minimized(true)));
        window.look_elsewhere();
        window.harness.run_steps(12);
        window.look_back();
        assert!(!window.sees("quits Hallway"));
    }
    assert!(!window.asked().contains(&Command::End));
}

#[test]
fn where_the_desktop_decides_what_is_in_front_it_is_asked_to_point_at_the_window() {
    let called = ViewportCommand::RequestUserAttention(UserAttentionType::Critical);
    for (mut window, asks) in [(on_wayland(), true), (Window::open(), false)] {
        window.look_elsewhere();
        window.ends.events.try_send(Event::ToFront(None)).unwrap();
        let asked = asked_of_desktop(&mut window);
        assert!(asked.contains(&ViewportCommand::Focus));
        assert_eq!(asked.contains(&called), asks);
    }
}

#[test]
fn a_click_on_a_notification_leads_to_its_room_and_looking_takes_the_others_away() {
    let mut window = Window::open();
    window.host();
    settings(&mut window);
    window.look_elsewhere();
    window.tell_room(1, RoomEvent::Messages(vec![said(2, "Hello")]));
    let notes = window.desktop.notes();
    let [note] = notes.as_slice() else { panic!("{notes:?}") };
    assert_eq!((note.title.as_str(), note.text.as_str()), ("Bo in Ana's room", "Hello"));
    assert!(window.desktop.tray_state().unwrap().unread);
    window.desktop.click_note();
    window.harness.run();
    assert_eq!(window.harness.state().model().screen, Screen::Room(RoomRef(1)));
    window.tell_room(1, RoomEvent::Messages(vec![said(3, "Still there?")]));
    window.look_back();
    assert_eq!(window.desktop.notes(), []);
    assert!(!window.desktop.tray_state().unwrap().unread);
}

#[test]
fn the_icon_near_the_clock_switches_notifications_off_and_ends_the_program() {
    let mut window = Window::open();
    window.desktop.at_tray(TrayEvent::DoNotDisturb);
    window.harness.run();
    assert!(window.harness.state().model().settings.do_not_disturb);
    assert!(window.desktop.tray_state().unwrap().do_not_disturb);
    window.desktop.at_tray(TrayEvent::Quit);
    window.harness.run();
    assert!(window.asked().contains(&Command::End));
}

#[test]
fn the_menus_of_a_mac_reach_the_window() {
    let mut window = Window::with(Fake::new(System::MacOs), [1040.0, 720.0]);
    window.desktop.at_tray(TrayEvent::Settings);
    window.harness.run();
    assert_eq!(window.harness.state().model().screen, Screen::Settings);
    window.press(Modifiers::NONE, Key::Escape);
    window.press(Modifiers::COMMAND, Key::J);
    window.type_into("Address or invite", "192.168.1.23");
    window.desktop.at_tray(TrayEvent::SelectAll);
    window.harness.run();
    window.harness.event(egui::Event::Cut);
    window.harness.run();
    assert_eq!(window.value("Address or invite"), "");
    for (event, asked) in [
        (TrayEvent::Cut, egui::ViewportCommand::RequestCut),
        (TrayEvent::Copy, egui::ViewportCommand::RequestCopy),
        (TrayEvent::Paste, egui::ViewportCommand::RequestPaste),
    ] {
        window.desktop.at_tray(event);
        window.harness.step();
        let output = window.harness.output();
        assert!(output.viewport_output.values().any(|view| view.commands.contains(&asked)), "{event:?}");
    }
}

#[test]
fn the_program_is_ended_by_name_as_well() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::K);
    window.type_into("Room or action", "quit");
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.asked().contains(&Command::End));
}

#[test]
fn a_window_closed_once_more_while_it_asks_ends() {
    for keeps_running in [false, true] {
        let mut window = Window::open();
        if keeps_running {
            settings(&mut window);
            flip(&mut window, KEEP_RUNNING);
        }
        window.host();
        window.tell_room(1, RoomEvent::Roster(vec![], 3));
        window.press(Modifiers::COMMAND, Key::Q);
        assert!(window.sees("Quit Hallway?"));
        assert_eq!(window.asked(), []);
        window.close();
        assert!(window.asked().contains(&Command::End), "{keeps_running}");
    }
}

#[test]
fn a_profile_that_cannot_be_used_is_tried_again_by_a_button_until_it_can() {
    let mut window = Window::open();
    window.tell(Event::Unusable(Failure::ProfileInUse));
    assert!(window.sees("Another start of Hallway uses the same folder"));
    window.click("Try again");
    assert_eq!(window.asked(), [Command::TryAgain]);
    assert!(!window.sees("Another start of Hallway"));
    window.tell(Event::Unusable(Failure::ProfileInUse));
    window.start();
    assert!(!window.sees("Another start of Hallway"));
}

#[test]
fn a_hidden_window_whose_profile_cannot_be_used_tells_why_and_ends_and_a_shown_one_stays() {
    for shown in [false, true] {
        let mut window = Window::unstarted();
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let ctx = window.harness.ctx.clone();
        window.harness.state_mut().start_hidden(&ctx, tell);
        if shown {
            window.harness.state_mut().come_forward(&ctx);
        }
        window.ends.events.try_send(Event::Unusable(Failure::ProfileInUse)).unwrap();
        // A window that wants to end asks for frames until it is gone.
        window.harness.step();
        assert_eq!(told.try_recv().ok(), (!shown).then_some(Failure::ProfileInUse));
        assert_eq!(window.harness.state().model().ended, !shown);
    }
}
