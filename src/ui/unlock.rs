//! A room that asks for its password: the field stands in the room's banner, and a wait counts down beside it.

use std::time::Duration;

use egui::{Id, Ui};

use super::model::{Action, RoomAction, RoomState, unlock};
use super::text::{failures, join, password as words, room as room_words, values};
use super::tokens::{self, FORM_WIDTH, SPACE_1, SPACE_2};
use super::widgets::{self, Field, button, primary_button};
use crate::session::Failure;
use crate::types::Password;

/// Draws the banner of a room that wants its password; `wants` is what it says by now.
pub(super) fn unlock_ui(ui: &mut Ui, room: &RoomState, wants: &Failure, out: &mut Vec<Action>) {
    let act = |action: RoomAction| Action::Room(room.id, action);
    tick(ui, wants);
    widgets::notice_frame(ui, tokens::palette(ui).wash_warning, |ui| {
        widgets::body(ui, &failures::sentence(wants));
        ui.add_space(SPACE_1);
        let mut text = room.typed_password.clone();
        let password = Password::new(&text);
        let error =
            password.as_ref().err().filter(|_| !text.is_empty()).map(|error| values::password(*error));
        let field = Field::new(join::PASSWORD).id(Id::unique(("room-asks-password", room.id.0))).secret();
        let answer = field.width(FORM_WIDTH).error(error.as_deref()).show(ui, &mut text);
        super::dialogs::focus_once(ui, &answer.response);
        if answer.response.changed() {
            out.push(act(RoomAction::TypePassword(text)));
        }
        ui.add_space(SPACE_2);
        ui.horizontal_wrapped(|ui| {
            let ready = password.is_ok() && unlock::may_try(wants);
            let clicked = ui.add_enabled_ui(ready, |ui| primary_button(ui, words::GO_IN)).inner.clicked();
            if let (true, Ok(password)) = (ready && (clicked || answer.entered), password) {
                out.push(act(RoomAction::Unlock(password)));
            } else if answer.entered {
                // It did nothing, so nothing is lost by it.
                answer.response.request_focus();
            }
            if button(ui, room_words::CLOSE).clicked() {
                out.push(act(RoomAction::Leave));
            }
        });
    });
}

/// Draws again when the words about a wait change, and not before.
pub(super) fn tick(ui: &Ui, wants: &Failure) {
    if let Failure::PasswordLater(left @ 1..) = wants {
        ui.ctx().request_repaint_after(Duration::from_millis(failures::says_so_for(*left)));
    }
}
