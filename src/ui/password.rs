//! The password of a room that is hosted here: chosen in the form, told to people, changed and removed while it is open.

use egui::{Id, Ui};

use super::model::{Action, Dialog, HostEdit, Model, RoomAction, RoomState};
use super::text::{password as words, values};
use super::tokens::{SPACE_2, SPACE_3};
use super::widgets::{
    self, Field, button, code_box, danger_button, link_button, primary_button, quiet_button,
};
use crate::session::RoomRef;
use crate::types::Password;

/// The field in the form that opens a room. True where Enter was pressed in it.
pub(super) fn in_form_ui(ui: &mut Ui, model: &Model, edit: &mut impl FnMut(HostEdit)) -> bool {
    let form = &model.host;
    let error = form.password_error().map(values::password);
    let known = model.host_is_known() && form.password.is_empty();
    let hint = if known { words::AS_BEFORE } else { words::FORM_HINT };
    let mut text = form.password.clone();
    let answer =
        Field::new(words::FIELD).shown_secret().hint(Some(hint)).error(error.as_deref()).show(ui, &mut text);
    if answer.response.changed() {
        edit(HostEdit::Password(text));
    }
    if quiet_button(ui, words::SUGGEST).clicked() {
        edit(HostEdit::Suggest);
    }
    answer.entered
}

/// The entry among the ways to come in: what else people need, or the way to ask for something.
pub(super) fn in_tell_ui(ui: &mut Ui, room: &RoomState, locked: bool, out: &mut Vec<Action>) {
    let open = |out: &mut Vec<Action>| out.push(Action::Open(Dialog::Password(room.id, String::new())));
    if !locked {
        if link_button(ui, words::SET).clicked() {
            open(out);
        }
        return;
    }
    widgets::strong(ui, words::TITLE);
    match &room.password {
        Some(password) => {
            code_box(ui, words::FIELD, password.as_str());
            widgets::hint(ui, words::TELL_HINT);
        }
        None => drop(widgets::hint(ui, words::NOT_KEPT)),
    }
    if link_button(ui, words::CHANGE).clicked() {
        open(out);
    }
    ui.add_space(SPACE_3);
}

/// Draws the dialog of a room that I host.
pub(super) fn password_ui(
    ui: &mut Ui,
    (id, locked, guests): (RoomRef, bool, bool),
    typed: &str,
    out: &mut Vec<Action>,
) {
    widgets::body(ui, if locked { words::IS_ON } else { words::IS_OFF });
    ui.add_space(SPACE_2);
    let password = Password::new(typed);
    let error = password.as_ref().err().filter(|_| !typed.is_empty()).map(|error| values::password(*error));
    let label = if locked { words::NEW_FIELD } else { words::FIELD };
    let mut text = typed.to_owned();
    let answer = Field::new(label)
        .id(Id::unique("room-password"))
        .shown_secret()
        .error(error.as_deref())
        .show(ui, &mut text);
    super::dialogs::focus_once(ui, &answer.response);
    if answer.response.changed() {
        out.push(Action::Open(Dialog::Password(id, text)));
    }
    if quiet_button(ui, words::SUGGEST).clicked() {
        out.push(Action::SuggestPassword(id));
    }
    widgets::hint(ui, if locked { words::CHANGE_HINT } else { words::SET_HINT });
    if guests {
        widgets::hint(ui, words::GUESTS_LEAVE);
    }
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        let submit = if locked { words::CHANGE_NOW } else { words::SET_NOW };
        let good = password.is_ok();
        let submitted = ui.add_enabled_ui(good, |ui| primary_button(ui, submit)).inner.clicked();
        if let (true, Ok(password)) = (submitted || answer.entered, password) {
            out.push(Action::Room(id, RoomAction::SetPassword(Some(password))));
        }
        if locked && danger_button(ui, words::REMOVE).clicked() {
            out.push(Action::Room(id, RoomAction::SetPassword(None)));
        }
        if button(ui, super::text::controls::CANCEL).clicked() {
            out.push(Action::CloseDialog);
        }
    });
}
