//! The invite as a QR code.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable as _;

use super::Window;

#[test]
fn an_invite_is_shown_to_cameras_and_closed_by_escape() {
    let mut window = Window::open();
    window.host();
    window.harness.get_by_role_and_label(Role::Link, "Show it as a QR code").click();
    window.harness.run();
    window.harness.get_by_role_and_label(Role::Image, "QR code of the invite");
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.harness.query_by_label("QR code of the invite").is_none());
}
