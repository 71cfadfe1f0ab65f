//! What people see of guests, and what a host decides about them.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use hallway::session::{Command, Failure, Hosting, Person, RoomEvent, RoomRef};
use hallway::types::{Audience, Author, GuestList, GuestRules, MemberId, MemberKey, Message, Nickname};

use crate::window::{Window, hosting, online, recent, said};

const ROOM: RoomRef = RoomRef(1);

fn nick(name: &str) -> Nickname {
    Nickname::new(name).unwrap()
}

fn guests(names: &[&str]) -> RoomEvent {
    let names: Vec<Nickname> = names.iter().map(|name| nick(name)).collect();
    RoomEvent::Guests(GuestList { count: names.len() as u32, names })
}

/// A room of mine in which somebody said something.
fn talking() -> Window {
    let mut window = Window::open();
    window.host();
    let bo =
        Person { member: MemberId(2), key: MemberKey([2; 32]), name: nick("Bo"), host: false, me: false };
    let me = Person { member: MemberId(1), key: online().key, name: online().me, host: true, me: true };
    window.tell_room(1, RoomEvent::Roster(vec![me, bo], 2));
    window.tell_room(1, RoomEvent::Messages(vec![said(2, "Hello")]));
    window.asked();
    window
}

/// For whom the next line is that is said.
fn says_to(window: &mut Window) -> Audience {
    window.write("hi");
    window.press(Modifiers::NONE, Key::Enter);
    said_to(window)
}

fn said_to(window: &mut Window) -> Audience {
    let said = window.asked().into_iter().find_map(|command| match command {
        Command::Say(_, _, _, audience) => Some(audience),
        _ => None,
    });
    said.unwrap()
}

#[test]
fn an_open_padlock_stands_by_the_composer_exactly_while_a_guest_is_here_and_what_is_said_follows_it() {
    let mut window = talking();
    assert!(!window.sees("without encryption"));
    assert_eq!(says_to(&mut window), Audience::Members);
    window.tell_room(1, guests(&["192.168.1.9"]));
    window.harness.get_by_role_and_label(Role::Button, "A guest without encryption is here");
    assert!(window.sees("open: 1 guest"));
    assert_eq!(says_to(&mut window), Audience::Everyone);
    window.tell_room(1, guests(&["192.168.1.9", "Cy"]));
    assert!(window.sees("2 guests without encryption are here"));
    window.tell_room(1, guests(&[]));
    assert!(!window.sees("without encryption") && !window.sees("open:"));
    assert_eq!(says_to(&mut window), Audience::Members);
}

#[test]
fn what_was_sent_before_the_padlock_was_to_be_seen_is_for_members() {
    let mut window = talking();
    window.write("a secret");
    let came = hallway::session::Event::Room(ROOM, guests(&["192.168.1.9"]));
    window.ends.events.try_send(came).unwrap();
    let enter = egui::Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    // Both are taken in by one and the same frame.
    window.harness.input_mut().events.push(enter);
    window.harness.run();
    assert!(window.sees("A guest without encryption is here"));
    assert_eq!(said_to(&mut window), Audience::Members);
}

#[test]
fn nobody_is_known_to_be_here_while_the_room_is_away() {
    let mut window = talking();
    window.tell_room(1, guests(&["192.168.1.9"]));
    window.tell_room(1, RoomEvent::Offline(Failure::Lost, 500));
    assert!(!window.sees("without encryption") && !window.sees("192.168.1.9, guest"));
    assert_eq!(says_to(&mut window), Audience::Members);
}

#[test]
fn the_padlock_says_who_is_here_and_what_that_means() {
    let mut window = talking();
    window.tell_room(1, guests(&["192.168.1.9", "Cy"]));
    window.click("2 guests without encryption are here");
    assert!(window.sees("192.168.1.9 and Cy. What you send now can be read by anyone on this network."));
}

#[test]
fn guests_stand_below_members_and_are_counted() {
    let mut window = talking();
    let names: Vec<Nickname> = (0..64).map(|n| nick(&format!("10.0.0.{n}"))).collect();
    window.tell_room(1, RoomEvent::Guests(GuestList { names, count: 100 }));
    let top = |label: &str| window.harness.get_by_label(label).rect().top();
    assert!(top("Bo") < top("100 guests"));
    assert!(top("100 guests") < top("10.0.0.0, guest, open"));
    assert!(top("10.0.0.0, guest, open") < top("10.0.0.1, guest, open"));
    assert!(!window.sees("10.0.0.63, guest, open"), "it is below the edge of the pane");
}

#[test]
fn a_guest_can_be_removed_and_its_address_kept_out_after_a_question() {
    let mut window = talking();
    window.tell_room(1, guests(&["192.168.1.9"]));
    window.click("More about 192.168.1.9");
    window.click("Send away");
    assert_eq!(window.asked(), [Command::RemoveGuest(ROOM, nick("192.168.1.9"), false)]);
    window.click("More about 192.168.1.9");
    window.click("Keep out …");
    assert!(window.sees("Keep 192.168.1.9 out of Ana's room?"));
    assert_eq!(window.asked(), []);
    window.click("Keep out");
    assert_eq!(window.asked(), [Command::RemoveGuest(ROOM, nick("192.168.1.9"), true)]);
    assert!(!window.sees("Keep 192.168.1.9 out of"));
}

#[test]
fn a_member_is_offered_nothing_about_a_guest() {
    let mut window = Window::open();
    window.click("Go back to Lunch");
    window.tell_room(1, RoomEvent::Online(online()));
    window.tell_room(1, guests(&["192.168.1.9"]));
    assert!(window.sees("192.168.1.9, guest, open"));
    assert!(!window.sees("More about 192.168.1.9"));
}

fn open_rules(window: &mut Window) {
    window.click("More for this room");
    window.click("People without the app …");
}

#[test]
fn the_host_lets_people_in_without_the_app_and_is_told_how_they_come() {
    let mut window = talking();
    open_rules(&mut window);
    assert!(window.sees("anyone on this network can read what they see"));
    assert!(!window.sees("They may only read"));
    window.harness.get_by_label("Let people in without the app (netcat, telnet)").click();
    window.harness.run();
    let allowed = GuestRules { allowed: true, ..GuestRules::default() };
    assert_eq!(window.asked(), [Command::SetGuests(ROOM, allowed.clone())]);
    assert!(window.sees("nc 192.168.1.23 7666"));
    window.click("Copy They come in with");
    window.harness.get_by_label("They may only read").click();
    window.harness.run();
    let reading = GuestRules { read_only: true, ..allowed };
    assert_eq!(window.asked(), [Command::SetGuests(ROOM, reading)]);
    window.press(Modifiers::NONE, Key::Escape);
    window.click("How people come in");
    assert!(window.sees("nc 192.168.1.23 7666"));
    window.harness.get_by_label("People without the app").click();
    window.harness.run();
    assert!(window.sees("They may only read"));
}

#[test]
fn letters_that_are_not_utf_8_are_read_as_the_host_chooses() {
    let mut window = talking();
    let rules = GuestRules { allowed: true, ..GuestRules::default() };
    window.tell_room(1, RoomEvent::Hosting(Hosting { guests: rules.clone(), ..hosting() }));
    open_rules(&mut window);
    window.harness.get_by_role(Role::ComboBox).click();
    window.harness.run();
    window.click("Cyrillic (KOI8-R)");
    let encoding = hallway::types::TextEncoding::Koi8R;
    assert_eq!(window.asked(), [Command::SetGuests(ROOM, GuestRules { encoding, ..rules })]);
    assert!(window.sees("They may only read"), "the dialog is still there");
}

#[test]
fn an_address_that_is_kept_out_can_be_let_in_again() {
    let mut window = talking();
    let kept = ["192.168.1.9", "fe80::1"].map(|address| address.parse().unwrap());
    let rules = GuestRules { kept_out: kept.to_vec(), ..GuestRules::default() };
    window.tell_room(1, RoomEvent::Hosting(Hosting { guests: rules.clone(), ..hosting() }));
    open_rules(&mut window);
    window.click("Let 192.168.1.9 in again");
    assert_eq!(window.asked(), [Command::LetIn(ROOM, kept[0])]);
    assert!(!window.sees("192.168.1.9"));
}

#[test]
fn the_form_asks_for_guests_only_where_somebody_chose() {
    let mut window = Window::on(hallway::platform::System::Linux, [1040.0, 1000.0]);
    window.tell(hallway::session::Event::Recents(vec![hallway::types::RecentRoom {
        hosted: true,
        ..recent()
    }]));
    window.press(Modifiers::COMMAND, Key::N);
    window.click("More");
    let before = "What you chose when this room was open before holds";
    assert!(!window.sees(before));
    window.type_into("Room name", "Lunch");
    assert!(window.sees(before));
    window.harness.get_by_label("Let people in without the app (netcat, telnet)").click();
    window.harness.run();
    assert!(!window.sees(before));
    window.click("Open the room");
    let asked = window.asked();
    let [Command::Host(_, ask)] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(ask.guests.as_ref().unwrap().allowed);
}

#[test]
fn a_guests_line_carries_its_mark_for_good_and_its_name_alone_groups_it() {
    let mut window = talking();
    let line = |seq, name: &str, text| Message {
        author: Author::Guest,
        member: MemberId(0),
        name: nick(name),
        ..said(seq, text)
    };
    let lines = vec![line(3, "192.168.1.9", "one"), line(4, "192.168.1.9", "two"), line(5, "Cy", "three")];
    window.tell_room(1, RoomEvent::Messages(lines));
    for (text, who) in [("one", "192.168.1.9"), ("two", "192.168.1.9"), ("three", "Cy")] {
        let node = window.harness.get_by_label(text);
        let told = node.accesskit_node().description().unwrap();
        assert!(told.starts_with(&format!("{who}, guest without encryption, ")), "{told}");
    }
    let timeline = &window.harness.state().model().rooms[0].timeline;
    let heads = timeline.rows().filter(|row| {
        matches!(row, hallway::ui::model::timeline::Row::Line(line) if line.head && line.message.author == Author::Guest)
    });
    assert_eq!(heads.count(), 2);
}
