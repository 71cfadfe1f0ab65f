//! Somebody wants to come into a room whose host is asked.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hallway::session::{Command, Hosting, RoomEvent, RoomRef};
use hallway::types::{Knock, KnockAnswer, MemberKey, Nickname};

use crate::window::{Window, hosting};

const ROOM: RoomRef = RoomRef(1);

fn knock(number: u8) -> Knock {
    let name = Nickname::new(&format!("Bo {number}")).unwrap();
    Knock { key: MemberKey([number; 32]), name, address: Some([10, 0, 0, number].into()) }
}

#[test]
fn a_card_for_each_who_waits_lets_in_refuses_and_blocks() {
    let mut window = Window::open();
    window.host();
    window.asked();
    window.tell_room(1, RoomEvent::Knocks((1..=5).map(knock).collect()));
    assert!(window.sees("Bo 1 wants to come in") && window.sees("10.0.0.3") && window.sees("2 more wait"));
    for (name, number, answer) in [
        ("Let in: Bo 1", 1, KnockAnswer::LetIn),
        ("Refuse: Bo 2", 2, KnockAnswer::Refuse),
        ("Refuse and block: Bo 3", 3, KnockAnswer::Block),
    ] {
        window.click(name);
        assert_eq!(window.asked(), [Command::AnswerKnock(ROOM, MemberKey([number; 32]), answer)]);
    }
    assert!(!window.sees("Bo 1 wants") && window.sees("Bo 4 wants to come in"));
    window.tell_room(1, RoomEvent::Knocks(Vec::new()));
    assert!(!window.sees("wants to come in"));
}

#[test]
fn the_host_chooses_to_be_asked_and_whoever_knocks_is_told_to_wait() {
    let mut window = Window::open();
    window.host();
    window.tell_room(1, RoomEvent::Hosting(Hosting { asks: false, ..hosting() }));
    window.asked();
    let switch = "Ask me before anybody new comes in";
    window.harness.get_by_role_and_label(Role::CheckBox, switch).click();
    window.harness.run();
    assert_eq!(window.asked(), [Command::SetAsks(ROOM, true)]);

    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::J);
    window.type_into("Address or invite", "10.0.0.1");
    window.press(Modifiers::NONE, Key::Enter);
    window.tell_room(1, RoomEvent::Waiting);
    assert!(window.sees("Waiting for the host to let you in"));
}
