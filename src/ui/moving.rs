//! The dialog that takes my identity to another computer, or one from there to this one.

use egui::Ui;

use super::dialogs::focus_once;
use super::model::moving::{Moving, MovingAction, Unfit, Way};
use super::model::{Action, Model};
use super::text::moving as words;
use super::tokens::{self, SPACE_3};
use super::widgets::{self, Dialog as Pane, Field, button, danger_button, primary_button};
use crate::session::MovingError;
use crate::types::PasswordError;

/// Draws it; true where it is to be closed.
pub(super) fn moving_ui(ui: &Ui, model: &Model, out: &mut Vec<Action>) -> bool {
    let form = &model.moving;
    let mut asked = Vec::new();
    let answer = Pane::new(words::TITLE).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = SPACE_3;
        widgets::body(ui, words::INTRO);
        ui.add_enabled_ui(!form.busy, |ui| {
            ui.horizontal_wrapped(|ui| {
                for way in [Way::Out, Way::In, Way::Lost] {
                    let choice = egui::Button::selectable(form.way == way, words::way(way));
                    if ui.add(choice.frame_when_inactive(true)).clicked() {
                        asked.push(MovingAction::Go(way));
                    }
                }
            });
            match form.way {
                Way::Out => out_ui(ui, form, &mut asked),
                Way::In => in_ui(ui, form, &mut asked),
                Way::Lost => lost_ui(ui, form, &mut asked),
            }
        });
        if form.busy {
            widgets::body(ui, words::BUSY);
        }
    });
    out.extend(asked.into_iter().map(Action::Moving));
    answer.closed
}

fn out_ui(ui: &mut Ui, form: &Moving, asked: &mut Vec<MovingAction>) {
    widgets::hint(ui, words::ROOMS);
    let unfit = form.sealing().err();
    let first = unfit.filter(|unfit| !form.passphrase.is_empty() && *unfit != Unfit::Differs);
    let second = unfit.filter(|unfit| !form.again.is_empty() && *unfit == Unfit::Differs);
    let hint = words::passphrase_hint();
    let mut entered = passphrase_ui(ui, form, (Some(&hint), first.map(words::unfit)), asked);
    let error = second.map(words::unfit);
    let mut text = form.again.clone();
    let answer = Field::new(words::AGAIN).secret().error(error.as_deref()).show(ui, &mut text);
    if answer.response.changed() {
        asked.push(MovingAction::Again(text));
    }
    entered |= answer.entered;
    failure_ui(ui, form, asked);
    let save = ui.add_enabled_ui(unfit.is_none(), |ui| primary_button(ui, words::SAVE).clicked()).inner;
    if save || (entered && unfit.is_none()) {
        asked.push(MovingAction::ChooseFile);
    }
}

fn in_ui(ui: &mut Ui, form: &Moving, asked: &mut Vec<MovingAction>) {
    let Some(file) = &form.file else {
        widgets::body(ui, words::CHOOSE_HINT);
        failure_ui(ui, form, asked);
        if primary_button(ui, words::CHOOSE).clicked() {
            asked.push(MovingAction::ChooseFile);
        }
        return;
    };
    widgets::strong(ui, &words::chosen(file));
    let error = crate::types::Password::new(&form.passphrase).err();
    let error = error.filter(|error| *error != PasswordError::Empty).map(Unfit::Password).map(words::unfit);
    let entered = passphrase_ui(ui, form, (None, error), asked);
    failure_ui(ui, form, asked);
    let ready = form.opening().is_some();
    ui.horizontal_wrapped(|ui| {
        let take = ui.add_enabled_ui(ready, |ui| primary_button(ui, words::TAKE).clicked()).inner;
        if take || (entered && ready) {
            asked.push(MovingAction::Take(false));
        }
        if button(ui, words::CHOOSE).clicked() {
            asked.push(MovingAction::ChooseFile);
        }
    });
}

fn lost_ui(ui: &mut Ui, form: &Moving, asked: &mut Vec<MovingAction>) {
    widgets::body(ui, words::LOST);
    widgets::hint(ui, words::LOST_HINT);
    failure_ui(ui, form, asked);
    if danger_button(ui, words::RENEW).clicked() {
        asked.push(MovingAction::Renew);
    }
}

/// What opens the file; true where Enter was pressed in it.
fn passphrase_ui(
    ui: &mut Ui,
    form: &Moving,
    (hint, error): (Option<&str>, Option<String>),
    asked: &mut Vec<MovingAction>,
) -> bool {
    let mut text = form.passphrase.clone();
    let field = Field::new(words::PASSPHRASE).secret().hint(hint).error(error.as_deref());
    let answer = field.show(ui, &mut text);
    focus_once(ui, &answer.response);
    if answer.response.changed() {
        asked.push(MovingAction::Passphrase(text));
    }
    answer.entered
}

/// Why it did not go, where the eye is; and the way past it, where there is one.
fn failure_ui(ui: &mut Ui, form: &Moving, asked: &mut Vec<MovingAction>) {
    let Some(failure) = &form.failure else { return };
    let p = tokens::palette(ui);
    widgets::notice_frame(ui, p.wash_warning, |ui| {
        widgets::body(ui, &words::failure(failure));
        if *failure == MovingError::Known && danger_button(ui, words::TAKE_ALL_THE_SAME).clicked() {
            asked.push(MovingAction::Take(true));
        }
    });
}
