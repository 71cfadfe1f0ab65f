//! What a room tells by itself.

use super::*;

#[test]
fn how_far_one_has_caught_up_is_told_while_much_is_coming() {
    let mut window = Window::open();
    window.host();
    let told = hallway::session::CatchingUp { here: 12_400, all: 50_000 };
    window.tell_room(1, RoomEvent::CatchingUp(Some(told)));
    assert!(window.sees("Catching up: 12,400 of 50,000"));
    window.tell_room(1, RoomEvent::CatchingUp(None));
    assert!(!window.sees("Catching up: 12,400 of 50,000"));
}
