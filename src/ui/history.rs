//! The dialogs about a room's history as a whole.

use egui::Ui;

use super::model::{Action, Model};
use super::text::{history as words, room};
use super::tokens::SPACE_3;
use super::widgets::{self, Dialog as Pane, button, danger_button};
use crate::session::LookedInto;
use crate::types::RoomId;

/// The question before a room is forgotten; true where it is to be closed.
pub(super) fn forget_ui(
    ui: &Ui,
    model: &Model,
    (id, looked): (RoomId, Option<LookedInto>),
    out: &mut Vec<Action>,
) -> bool {
    let name = model.name_of(id).unwrap_or(room::UNNAMED);
    let known = model.recents.iter().any(|recent| recent.room_id == id && recent.hosted);
    let hosted = looked.map_or(known, |looked| looked.hosted);
    let body = words::forget_body(hosted, looked.map(|looked| looked.unsent), model.others_in(id));
    let ask = |ui: &mut Ui| {
        widgets::body(ui, &body);
        ui.add_space(SPACE_3);
        ui.horizontal_wrapped(|ui| {
            if danger_button(ui, words::FORGET_NOW).clicked() {
                out.push(Action::ForgetRoom(id));
            }
            if button(ui, words::KEEP).clicked() {
                out.push(Action::CloseDialog);
            }
        });
    };
    Pane::new(&words::forget_title(name)).show(ui, ask).closed
}
