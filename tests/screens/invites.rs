//! Invites that need no password, in a room that I host.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use hallway::session::{Command, Hosting, InviteState, RoomEvent, RoomRef};
use hallway::types::{Invite, InviteAsk, InviteEnd, InviteTerms, Token};

use crate::window::{Window, hosting};

const ROOM: RoomRef = RoomRef(1);
const ONCE: InviteTerms = InviteTerms { people: Some(1), until_ms: None };

fn room(locked: bool) -> Window {
    let mut window = Window::open();
    window.host();
    window.tell_room(1, RoomEvent::Hosting(Hosting { locked, ..hosting() }));
    window.asked();
    window
}

fn state(number: u32, end: Option<InviteEnd>) -> InviteState {
    InviteState { number, terms: ONCE, used: Vec::new(), end }
}

#[test]
fn an_invite_is_made_shown_once_and_taken_back() {
    let mut window = room(true);
    window.click("For one person");
    let once = InviteAsk::new(Some(1), None).unwrap();
    assert_eq!(window.asked(), [Command::Invite(ROOM, once)]);
    let invite = Invite { token: Some(Token([0x5a; 16])), ..hosting().invite };
    window.tell_room(1, RoomEvent::Invited(2, ONCE, Box::new(invite.clone())));
    window.tell_room(1, RoomEvent::Invites(vec![state(1, Some(InviteEnd::Used)), state(2, None)]));
    assert!(window.sees(&invite.to_string()));
    assert!(window.sees("A new invite for one person"));
    assert!(window.sees("Invite 2, for one person: nobody came in by it yet"));
    assert!(!window.sees("Invite 1"), "it lets nobody in any more");
    window.click("Revoke invite 2");
    assert_eq!(window.asked(), [Command::Revoke(ROOM, 2)]);
    window.tell_room(1, RoomEvent::Invites(vec![state(2, Some(InviteEnd::Unknown))]));
    assert!(!window.sees(&invite.to_string()) && !window.sees("Invite 2"));
    window.click("For everybody, for a day");
    let day = InviteAsk::new(None, Some(24 * 3_600_000)).unwrap();
    assert_eq!(window.asked(), [Command::Invite(ROOM, day)]);
}

#[test]
fn the_new_invite_is_shown_to_cameras() {
    let mut window = room(true);
    let invite = Invite { token: Some(Token([0x5a; 16])), ..hosting().invite };
    window.tell_room(1, RoomEvent::Invited(1, ONCE, Box::new(invite)));
    window.tell_room(1, RoomEvent::Invites(vec![state(1, None)]));
    window.harness.get_by_role_and_label(Role::Link, "Show this invite as a QR code").click();
    window.harness.run();
    window.harness.get_by_role_and_label(Role::Image, "QR code of the invite");
}

#[test]
fn an_open_room_offers_no_such_invites() {
    let window = room(false);
    assert!(!window.sees("Invite without the password"));
}
