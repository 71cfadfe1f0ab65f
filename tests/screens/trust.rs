//! How far a room can be trusted, and words that two people compare.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hallway::session::{Command, Failure, Online, Person, RoomEvent, RoomRef, Trust};
use hallway::types::{MemberId, MemberKey, Nickname};

use crate::window::{Window, nothing_said, online};

const ROOM: RoomRef = RoomRef(1);
const BO: MemberKey = MemberKey([2; 32]);

fn five(word: &str) -> Vec<String> {
    (1..=5).map(|n| format!("{word}{n}")).collect()
}

/// A room that I came into by a bare address.
pub(crate) fn visiting(trust: Trust) -> Window {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::J);
    window.type_into("Address or invite", "10.0.0.1");
    window.press(Modifiers::NONE, Key::Enter);
    window.asked();
    window.tell_room(1, RoomEvent::Online(Online { trust, ..online() }));
    window.tell_room(1, RoomEvent::Page(nothing_said()));
    window
}

#[test]
fn a_first_visit_offers_words_to_compare_and_is_verified_once_they_were_the_same() {
    let mut window = visiting(Trust::FirstVisit);
    assert!(window.sees("Not verified yet"));
    window.click("Compare words");
    assert_eq!(window.asked(), [Command::Compare(ROOM, None)]);
    assert!(window.sees("Making words"));
    window.tell_room(1, RoomEvent::Words(None, Some(five("sea"))));
    assert!(window.sees("sea1") && window.sees("sea5"));
    window.click("They are the same");
    assert_eq!(window.asked(), [Command::TheSame(ROOM, None)]);
    assert!(window.sees("Not verified yet"), "it counts once it is kept");
    window.tell_room(1, RoomEvent::Compared(None));
    assert!(!window.sees("Not verified yet"));
    window.harness.get_by_role_and_label(Role::Button, "verified");
}

#[test]
fn words_that_differ_lead_out_of_the_room() {
    let mut window = visiting(Trust::FirstVisit);
    window.click("Compare words");
    window.tell_room(1, RoomEvent::Words(None, Some(five("sea"))));
    window.click("They differ");
    assert!(window.sees("Somebody may stand between you and the host"));
    window.asked();
    window.click("Leave the room");
    assert_eq!(window.asked(), [Command::Leave(ROOM)]);
}

#[test]
fn words_of_a_connection_that_was_lost_are_not_shown_any_more() {
    let mut window = visiting(Trust::FirstVisit);
    window.click("Compare words");
    window.tell_room(1, RoomEvent::Words(None, Some(five("sea"))));
    window.tell_room(1, RoomEvent::Offline(Failure::Lost, 1_000));
    assert!(!window.sees("sea1") && window.sees("not connected now"));
    window.tell_room(1, RoomEvent::Online(Online { trust: Trust::FirstVisit, ..online() }));
    window.tell_room(1, RoomEvent::Words(None, Some(five("hill"))));
    assert!(window.sees("hill1") && window.sees("these are new words"));
}

#[test]
fn the_banner_can_wait_and_the_header_still_leads_there() {
    let mut window = visiting(Trust::FirstVisit);
    window.click("Later");
    assert!(!window.sees("Not verified yet"));
    window.click("first visit");
    for sentence in ["encrypted on its way", "Nobody has verified yet", "The host can read this room"] {
        assert!(window.sees(sentence), "{sentence}");
    }
    window.click("Compare words");
    assert_eq!(window.asked(), [Command::Compare(ROOM, None)]);
}

#[test]
fn every_level_says_who_can_read_the_room() {
    let mut window = visiting(Trust::Verified);
    window.click("verified");
    assert!(window.sees("This is the right room") && window.sees("The host can read this room"));
    let mut window = Window::open();
    window.host();
    window.click("verified");
    assert!(window.sees("This room is yours") && window.sees("You are the host, so you can read"));
}

#[test]
fn a_host_compares_words_with_one_person_and_sees_with_whom_that_was_done() {
    let mut window = Window::open();
    window.host();
    let name = |name| Nickname::new(name).unwrap();
    let bo = Person { member: MemberId(2), key: BO, name: name("Bo"), host: false, me: false };
    let me = Person { member: MemberId(1), key: online().key, name: online().me, host: true, me: true };
    window.tell_room(1, RoomEvent::Roster(vec![me, bo], 2));
    window.asked();
    window.click("Bo");
    assert!(window.sees("0202 0202") && window.sees("You have not compared words"));
    window.click("Compare words");
    assert_eq!(window.asked(), [Command::Compare(ROOM, Some(BO))]);
    assert!(window.sees("Compare words with Bo"));
    window.tell_room(1, RoomEvent::Words(Some(BO), Some(five("sea"))));
    window.click("They are the same");
    assert_eq!(window.asked(), [Command::TheSame(ROOM, Some(BO))]);
    window.tell_room(1, RoomEvent::Compared(Some(BO)));
    window.click("Bo, verified");
    assert!(window.sees("You compared words with this person"));
}
