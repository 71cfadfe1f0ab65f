//! The dialogs about a room's history as a whole.

use egui::Ui;

use super::model::{Action, Dialog, Model};
use super::text::{controls, history as words, room};
use super::tokens::{SHORT_FIELD, SPACE_3};
use super::widgets::{self, Dialog as Pane, Field, button, danger_button, primary_button};
use crate::session::{LookedInto, RoomRef};
use crate::types::{Retention, RoomId};

/// The numbers of days that are offered.
const DAYS: [u16; 3] = [30, 90, 365];

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
        for paragraph in &body {
            widgets::body(ui, paragraph);
        }
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

/// How long what is said is kept; true where the dialog is to be closed.
pub(super) fn keep_ui(
    ui: &Ui,
    model: &Model,
    (room, chosen, typed): (Option<RoomRef>, Option<Retention>, &str),
    out: &mut Vec<Action>,
) -> bool {
    let settings = model.settings.keep_history;
    let open = room.and_then(|id| model.room(id));
    let title = open.map_or_else(|| words::KEEP_TITLE.to_owned(), |room| words::keep_title(room.title()));
    let own = typed.trim().parse().ok().and_then(Retention::days);
    let fits = typed.trim().is_empty() || own.is_some();
    let content = |ui: &mut Ui| {
        let body = if room.is_some() { words::KEEP_ROOM_BODY } else { words::KEEP_SETTINGS_BODY };
        widgets::body(ui, body);
        ui.add_space(SPACE_3);
        ui.horizontal_wrapped(|ui| {
            for choice in choices(room.is_some()) {
                let here = typed.is_empty() && choice == chosen;
                let name = words::retention(choice, settings);
                if ui.add(egui::Button::selectable(here, name).frame_when_inactive(true)).clicked() {
                    out.push(Action::Open(Dialog::Keep(room, choice, String::new())));
                }
            }
        });
        ui.add_space(SPACE_3);
        let mut text = typed.to_owned();
        let wrong = words::no_days();
        let field = Field::new(words::DAYS_FIELD).error((!fits).then_some(wrong.as_str()));
        let answer = field.text_width(SHORT_FIELD).show(ui, &mut text);
        if answer.response.changed() {
            out.push(Action::Open(Dialog::Keep(room, chosen, text)));
        }
        let wanted = own.or(chosen);
        ui.add_space(SPACE_3);
        widgets::body(ui, &words::retention_means(wanted.unwrap_or(settings)));
        ui.add_space(SPACE_3);
        ui.horizontal_wrapped(|ui| {
            let less = model.keeps_less(room, wanted);
            let set = ui.add_enabled_ui(fits, |ui| {
                if less {
                    danger_button(ui, words::keep_less(wanted.unwrap_or(settings)))
                } else {
                    primary_button(ui, words::KEEP_SET)
                }
            });
            if fits && (set.inner.clicked() || (answer.entered && !less)) {
                out.push(Action::Keep(room, wanted));
            }
            if button(ui, controls::CANCEL).clicked() {
                out.push(Action::CloseDialog);
            }
        });
    };
    Pane::new(&title).show(ui, content).closed
}

/// What is offered; what the settings say only for a room.
fn choices(room: bool) -> Vec<Option<Retention>> {
    let days = DAYS.map(|days| Some(Retention::Days(days)));
    let all = [Some(Retention::Everything)].into_iter().chain(days).chain([Some(Retention::Nothing)]);
    room.then_some(None).into_iter().chain(all).collect()
}
