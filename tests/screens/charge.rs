//! A host that is in charge.

use hallway::session::{Command, Person, RoomEvent, RoomRef};
use hallway::types::{Act, MemberId, MemberKey, Nickname, Standing, Until, Verb};

use crate::window::{NOW_MS, Window, online};

const ROOM: RoomRef = RoomRef(1);
const BO: MemberKey = MemberKey([2; 32]);

fn name() -> Nickname {
    Nickname::new("Bo").unwrap()
}

fn act(verb: Verb) -> Act {
    Act { verb, whom: BO, name: name(), until_ms: None, by_address: false }
}

/// A room of mine that Bo is in.
fn with_bo() -> Window {
    let mut window = Window::open();
    window.host();
    let bo = Person { member: MemberId(2), key: BO, name: name(), host: false, me: false };
    let me = Person { member: MemberId(1), key: online().key, name: online().me, host: true, me: true };
    window.tell_room(1, RoomEvent::Roster(vec![me, bo], 2));
    window.asked();
    window
}

#[test]
fn a_person_is_muted_and_let_speak_again_and_sent_away() {
    let mut window = with_bo();
    window.click("Bo");
    window.click("Mute");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Mute))]);
    let muted = Standing { muted: Some(Until::ForGood), ..Standing::new(BO, name()) };
    window.tell_room(1, RoomEvent::Standings(vec![muted]));
    window.click("Bo");
    window.click("Let speak again");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Unmute))]);
    window.click("Bo");
    window.click("Send away");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Remove))]);
}

#[test]
fn whoever_is_kept_out_is_so_for_as_long_and_as_widely_as_was_chosen() {
    let mut window = with_bo();
    window.click("Bo");
    window.click("Keep out …");
    window.click("For a day");
    window.click("Keep out");
    let until_ms = Some(NOW_MS + 24 * 3_600_000);
    let banned = Act { until_ms, by_address: true, ..act(Verb::Ban) };
    assert_eq!(window.asked(), [Command::Act(ROOM, banned)]);
}

#[test]
fn who_is_kept_out_is_listed_and_let_in_again() {
    let mut window = with_bo();
    let banned = Standing { banned: Some(Until::ForGood), ..Standing::new(BO, name()) };
    window.tell_room(1, RoomEvent::Standings(vec![banned]));
    window.click("More for this room");
    window.click("People kept out or muted …");
    window.click("Let in again: Bo");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Unban))]);
    window.tell_room(1, RoomEvent::Standings(Vec::new()));
    assert!(window.sees("Nobody is kept out of this room"));
}
