//! The screens, driven by accessible name over a session that has nothing behind it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "screens/charge.rs"]
mod charge;
#[path = "screens/find.rs"]
mod find;
#[path = "screens/guests.rs"]
mod guests;
#[path = "screens/history.rs"]
mod history;
#[path = "screens/invites.rs"]
mod invites;
#[path = "screens/knock.rs"]
mod knock;
#[path = "screens/moving.rs"]
mod moving;
#[path = "screens/password.rs"]
mod password;
#[path = "screens/plain.rs"]
mod plain;
#[path = "screens/qr.rs"]
mod qr;
#[path = "screens/quiet.rs"]
mod quiet;
#[path = "screens/told.rs"]
mod told;
#[path = "screens/trust.rs"]
mod trust;
#[path = "screens/unlock.rs"]
mod unlock;
#[path = "screens/window.rs"]
mod window;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use hallway::platform::System;
use hallway::platform::fake::Asked;
use hallway::session::{Command, Event, Failure, PageAsk, PortAsk, RoomEvent, RoomRef};
use hallway::types::{Nickname, RoomId, Seq};
use window::{Window, address, hosting, nothing_said, online, said};

#[test]
fn a_room_is_hosted_by_two_clicks() {
    let mut window = Window::open();
    window.harness.get_all_by_role_and_label(Role::Button, "Host room").next().unwrap().click();
    window.harness.run();
    assert_eq!(window.value("Room name"), "Ana's room");
    window.click("Open the room");
    let asked = window.asked();
    let [Command::Host(RoomRef(1), ask)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((ask.name.as_str(), ask.nick.as_str(), ask.port), ("Ana's room", "Ana", PortAsk::From(7666)));
}

#[test]
fn a_room_is_hosted_by_the_keyboard_alone_and_tells_how_people_come_in() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::N);
    window.press(Modifiers::NONE, Key::Enter);
    assert!(matches!(window.asked().as_slice(), [Command::Host(..)]));
    window.tell_room(1, RoomEvent::Hosting(hosting()));
    window.tell_room(1, RoomEvent::Online(online()));
    window.tell_room(1, RoomEvent::Page(nothing_said()));
    assert!(window.sees("192.168.1.23 port 7666"));
    assert!(window.sees("garden · lemon · velvet · harbor · piano · swift"));
    window.click("Copy 192.168.1.23 port 7666");
    window.tell_room(1, RoomEvent::Messages(vec![said(2, "Hello")]));
    assert!(!window.sees("192.168.1.23 port 7666"), "it is a conversation now");
}

#[test]
fn the_ends_of_the_conversation_are_a_key_away_but_not_out_of_a_text() {
    let mut window = Window::open();
    window.host();
    window.tell_room(1, RoomEvent::Messages(vec![said(2, "Hello")]));
    window.asked();
    window.press(Modifiers::COMMAND, Key::Home);
    assert_eq!(window.paged(), [PageAsk::Around(Seq::START)]);
    window.write("half a line");
    window.press(Modifiers::COMMAND, Key::Home);
    assert_eq!(window.paged(), []);
}

#[test]
fn a_port_that_is_taken_is_said_at_once_with_the_next_one_a_click_away() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::N);
    window.tell(Event::PortChecked { port: 7666, free: false, next: Some(7670) });
    assert!(window.sees("Another program uses port 7666"));
    window.click("Use 7670");
    assert_eq!(window.value("Port"), "7670");
    window.click("Open the room");
    let asked = window.asked();
    let [Command::Host(_, ask)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(ask.port, PortAsk::Exactly(7670));
}

#[test]
fn an_address_is_judged_while_it_is_typed_and_not_before() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::J);
    assert!(!window.sees("This is not an address yet"));
    window.type_into("Address or invite", "192.168.1");
    assert!(window.sees("This is not an address yet"));
    window.type_into("Address or invite", "192.168.1.23:8123");
    assert!(!window.sees("This is not an address yet"));
    assert_eq!(window.value("Port"), "8123");
    window.press(Modifiers::NONE, Key::Enter);
    let asked = window.asked();
    let [Command::Join(RoomRef(1), ask)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(ask.place.addresses(ask.port), ["192.168.1.23:8123".parse().unwrap()]);
}

#[test]
fn a_damaged_link_that_was_clicked_brings_the_window_forward_and_stands_there_with_what_is_wrong() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::Comma);
    window.tell(Event::ToFront(Some("hallway://join/1?cut".parse().unwrap())));
    assert_eq!(window.value("Address or invite"), "hallway://join/1?cut");
    assert!(window.sees("This invite is incomplete. Copy all of it, or ask for a new one"));
    assert_eq!(window.asked(), []);
}

fn joining() -> Window {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::J);
    window.type_into("Address or invite", "192.168.1.23");
    window.press(Modifiers::NONE, Key::Enter);
    window.tell_room(1, RoomEvent::Connecting(address()));
    window.asked();
    window
}

#[test]
fn a_failure_to_join_says_what_to_do_and_keeps_what_was_typed() {
    let mut window = joining();
    assert!(window.sees("Connecting to 192.168.1.23, port 7666"));
    window.tell_room(1, RoomEvent::Failed(Failure::TimedOut(address())));
    assert!(window.sees("Nothing answers"));
    assert_eq!(window.value("Address or invite"), "192.168.1.23");
    window.click("Check the connection");
    assert!(window.sees("Both computers are on the same network"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Both computers are on the same network"));
}

#[test]
fn connecting_can_be_given_up() {
    let mut window = joining();
    window.click("Cancel");
    assert_eq!(window.asked(), [Command::Leave(RoomRef(1))]);
    assert!(window.sees("Join"));
}

#[test]
fn a_name_that_is_taken_offers_the_free_one() {
    let mut window = joining();
    let (wanted, free) = (Nickname::new("Ana").unwrap(), Nickname::new("Ana 2").unwrap());
    window.tell_room(1, RoomEvent::NickTaken { wanted, free: free.clone() });
    assert!(window.sees("Somebody in the room is already called Ana"));
    assert!(!window.sees("Connecting"), "it waits for a name, not for the room");
    window.click("Go in as Ana 2");
    assert_eq!(window.asked(), [Command::Rename(RoomRef(1), free)]);
    window.tell_room(1, RoomEvent::Online(online()));
    assert!(!window.sees("already called Ana"), "that was settled on the way in");
}

#[test]
fn instead_of_a_name_that_is_taken_another_one_can_be_typed() {
    let mut window = joining();
    let (wanted, free) = (Nickname::new("Ana").unwrap(), Nickname::new("Ana 2").unwrap());
    window.tell_room(1, RoomEvent::NickTaken { wanted, free });
    window.type_into("Your name", "Anna");
    assert!(!window.sees("already called Ana"));
    assert!(window.sees("Go in as Anna"));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.asked(), [Command::Rename(RoomRef(1), Nickname::new("Anna").unwrap())]);
}

#[test]
fn a_message_that_comes_while_one_looks_elsewhere_plays_a_sound_unless_that_is_off() {
    for sounds in [true, false] {
        let mut window = Window::open();
        window.host();
        window.tell_room(1, RoomEvent::Messages(vec![said(2, "Hello")]));
        assert_eq!(window.desktop.asked(), [], "it is before their eyes");
        if !sounds {
            window.press(Modifiers::COMMAND, Key::Comma);
            let switch = "Play a sound for a message while Hallway is not in front";
            window.harness.get_by_label(switch).click();
        }
        window.look_elsewhere();
        window.tell_room(1, RoomEvent::Messages(vec![said(3, "Anybody?")]));
        window.tell_room(1, RoomEvent::Messages(vec![said(4, "No?")]));
        assert_eq!(window.desktop.asked().len(), usize::from(sounds), "one for both");
    }
}

#[test]
fn another_room_than_last_time_is_joined_only_when_asked_for() {
    let mut window = joining();
    window.tell_room(1, RoomEvent::Failed(Failure::OtherRoom(address())));
    assert_eq!(window.asked(), []);
    window.click("Join as a new room");
    let asked = window.asked();
    let [Command::Join(RoomRef(2), ask)] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(ask.new_room);
}

#[test]
fn a_room_that_is_not_who_it_was_is_a_hard_stop() {
    let mut window = joining();
    window.tell_room(1, RoomEvent::Failed(Failure::KeyChanged(address())));
    assert!(window.sees("This is not the room you know"));
    for way_on in ["Join as a new room", "Join", "Try again"] {
        let mut buttons = window.harness.query_all_by_role_and_label(Role::Button, way_on);
        assert!(!buttons.any(|node| node.rect().left() > 240.0), "{way_on}");
    }
}

#[test]
fn a_recent_room_is_one_click_away_and_can_be_forgotten() {
    let mut window = Window::open();
    assert!(window.sees("Go back to Lunch"));
    window.click("Go back to Lunch");
    assert_eq!(window.asked(), [Command::Reopen(RoomRef(1), RoomId([7; 32]))]);
    window.click("Home");
    window.click("More about Lunch");
    window.click("Remove from this list");
    assert_eq!(window.asked(), [Command::ForgetRecent(RoomId([7; 32]))]);
    assert!(!window.sees("Go back to Lunch"));
}

#[test]
fn settings_hold_at_once_and_are_kept() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::Comma);
    window.click("Dark");
    assert!(window.harness.ctx.style_of(egui::Theme::Dark).visuals.dark_mode);
    assert_eq!(window.harness.ctx.theme(), egui::Theme::Dark);
    window.harness.run_steps(20);
    let kept = std::iter::from_fn(|| window.ends.commands.try_recv().ok());
    let themes: Vec<_> =
        kept.filter_map(|c| if let Command::KeepSettings(s) = c { Some(s.theme) } else { None }).collect();
    assert_eq!(themes, [hallway::types::Theme::Dark]);
}

#[test]
fn text_grows_and_shrinks_by_the_keyboard() {
    let mut window = Window::open();
    let size = |window: &Window| window.harness.state().model().settings.text_size;
    window.press(Modifiers::COMMAND, Key::Plus);
    window.press(Modifiers::COMMAND, Key::Plus);
    assert_eq!(size(&window), 16);
    for _ in 0..20 {
        window.press(Modifiers::COMMAND, Key::Minus);
    }
    assert_eq!(size(&window), 11);
}

#[test]
fn the_first_room_on_windows_explains_the_firewall_by_itself_once() {
    let mut window = Window::on(System::Windows, [1040.0, 720.0]);
    window.host();
    let rule = "netsh advfirewall firewall add rule name=\"Hallway\" dir=in action=allow \
                program=\"C:\\Program Files\\Hallway\\hallway.exe\" protocol=TCP localport=7666 \
                profile=private,domain";
    assert!(window.sees(rule));
    window.click("Open the firewall settings");
    assert_eq!(window.desktop.asked(), [Asked::FirewallSettings]);
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("netsh"));
    assert!(window.harness.state().model().settings.firewall_hint_shown);
}

#[test]
fn what_is_typed_after_a_dialog_is_gone_goes_into_the_composer() {
    let mut window = Window::on(System::Windows, [1040.0, 720.0]);
    window.host();
    for key in [None, Some(Key::Slash), Some(Key::K)] {
        if let Some(key) = key {
            window.press(Modifiers::COMMAND, key);
        }
        window.press(Modifiers::NONE, Key::Escape);
        window.harness.event(egui::Event::Text("hi ".to_owned()));
        window.harness.run();
    }
    assert_eq!(window.written(), "hi hi hi ");
}

#[test]
fn the_firewalls_of_other_systems_are_a_tab_away() {
    let mut window = Window::open();
    window.host();
    window.harness.get_by_label("Nobody can join?").click();
    window.harness.run();
    assert!(window.sees("sudo ufw allow 7666/tcp"));
    window.click("macOS");
    assert!(window.sees("Local Network"));
    window.click("Windows");
    assert!(window.sees("netsh advfirewall"));
}

#[test]
fn a_room_with_people_in_it_is_closed_only_after_a_question() {
    let mut window = Window::open();
    window.host();
    window.tell_room(1, RoomEvent::Roster(vec![], 3));
    window.click("More for this room");
    window.click("Close the room");
    assert!(window.sees("2 people are in Ana's room"));
    assert_eq!(window.asked(), []);
    window.click("Close the room");
    assert_eq!(window.asked(), [Command::Leave(RoomRef(1))]);
    window.tell_room(1, RoomEvent::Over);
    assert!(window.sees("Rooms on this network"));
}

#[test]
fn rooms_are_walked_through_by_the_keyboard() {
    let mut window = Window::open();
    window.host();
    window.press(Modifiers::COMMAND, Key::Comma);
    assert!(window.sees("Text size"));
    window.press(Modifiers::ALT, Key::ArrowDown);
    assert!(window.sees("192.168.1.23 port 7666"));
    window.press(Modifiers::COMMAND, Key::Slash);
    assert!(window.sees("Keyboard shortcuts"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.sees("Keyboard shortcuts"));
}

#[test]
fn every_screen_fits_narrow_and_wide_windows() {
    for width in [400.0, 480.0, 640.0, 1600.0] {
        let mut window = Window::on(System::MacOs, [width, 720.0]);
        for key in [Key::N, Key::J, Key::Comma, Key::Slash] {
            window.press(Modifiers::COMMAND, key);
            window.press(Modifiers::NONE, Key::Escape);
        }
        window.host();
        window.tell_room(1, RoomEvent::Offline(Failure::Lost, 500));
        assert!(window.sees("Not connected"), "at {width}");
        window.click("Who is here");
        window.press(Modifiers::NONE, Key::Escape);
        for node in window.harness.query_all_by_role(Role::Button) {
            let rect = node.rect();
            let name = node.accesskit_node().label();
            assert!(rect.left() >= -1.0 && rect.right() <= width + 1.0, "{name:?} at {width}: {rect}");
        }
    }
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let mut window = Window::open();
    window.host();
    window.harness.run_steps(20);
    window.harness.step();
    let delay = window.harness.output().viewport_output.values().map(|out| out.repaint_delay).min();
    assert_eq!(delay, Some(std::time::Duration::MAX));
}

#[test]
fn a_part_of_a_name_and_enter_lead_to_a_room_or_an_action() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::K);
    window.type_into("Room or action", "lun");
    assert!(window.sees("Lunch"));
    assert!(!window.sees("All rooms"));
    window.press(Modifiers::NONE, Key::Enter);
    assert!(matches!(window.asked().as_slice(), [Command::Reopen(_, RoomId(room))] if *room == [7; 32]));
    window.press(Modifiers::COMMAND, Key::K);
    window.type_into("Room or action", "a room");
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.value("Address or invite"), "");
    window.press(Modifiers::COMMAND, Key::K);
    window.type_into("Room or action", "zzz");
    assert!(window.sees("No room and no action is called that"));
}

#[test]
fn an_end_that_the_system_forces_still_keeps_what_changed_and_waits_for_the_rooms() {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::Plus);
    let Window { mut harness, mut ends, .. } = window;
    let background = std::thread::spawn(move || {
        let asked: Vec<Command> = std::iter::from_fn(|| ends.commands.blocking_recv()).collect();
        ends.events.blocking_send(Event::Ended).unwrap();
        asked
    });
    eframe::App::on_exit(harness.state_mut(), None);
    let asked = background.join().unwrap();
    assert!(asked.iter().any(|command| matches!(command, Command::KeepSettings(_))), "{asked:?}");
}
