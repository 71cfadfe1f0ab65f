//! The form that goes to a room: one field understands whatever somebody was told.

use egui::{Checkbox, Id, Ui};

use super::model::unlock::{may_try, wanted};
use super::model::{Action, Dialog, JoinEdit, JoinForm, Model, Phase, RoomState};
use super::page::page_ui;
use super::text::{controls, failures, join as words, knocks, plain, values};
use super::tokens::{self, FORM_WIDTH, SHORT_FIELD, SPACE_1, SPACE_2, SPACE_3};
use super::unlock::tick;
use super::widgets::{self, Field, button, primary_button, quiet_button};
use crate::session::Failure;

/// The field that has the focus first.
pub(super) fn first_field() -> Id {
    Id::unique("join-address")
}

/// The field that has it when the room asks for its password.
fn password_field() -> Id {
    Id::unique("join-password")
}

/// Draws the screen; `waiting` is the room that is being dialled with the form.
pub(super) fn join_ui(
    ui: &mut Ui,
    model: &Model,
    waiting: Option<&RoomState>,
    back: bool,
    out: &mut Vec<Action>,
) {
    let mut leave = Vec::new();
    let form = &model.join;
    let wants = form.failure.as_ref().and_then(|failure| wanted(failure, form.failed_ms, model.now_ms()));
    let failure = wants.as_ref().or(form.failure.as_ref());
    let ready = wants.as_ref().is_none_or(may_try);
    page_ui(ui, words::TITLE, FORM_WIDTH, back.then_some(&mut leave), |ui| {
        ui.spacing_mut().item_spacing.y = SPACE_3;
        let named = form.name_taken().is_some();
        take_the_keyboard_back(ui, form, form.failure.is_some() && !named);
        let entered = fields_ui(ui, form, out);
        if let Some(failure) = failure.filter(|_| !named) {
            tick(ui, failure);
            failure_ui(ui, failure, form.offers_plain(), out);
        }
        let submitted = ui.horizontal_wrapped(|ui| submit_ui(ui, form, (waiting, ready), out)).inner;
        if (entered && ready) || submitted {
            out.push(Action::SubmitJoin);
        }
    });
    out.append(&mut leave);
}

/// While the app dials, nothing has the keyboard. When that failed, the address has it again, or the password: it is what one would
/// correct, and what is offered besides is a few presses of Tab away.
fn take_the_keyboard_back(ui: &Ui, form: &JoinForm, failed: bool) {
    let known = ui.data_mut(|data| {
        std::mem::replace(data.get_temp_mut_or_default::<bool>(Id::unique("join-failed")), failed)
    });
    if failed && !known {
        let field = if form.wants_password() { password_field() } else { first_field() };
        ui.memory_mut(|memory| memory.request_focus(field));
    }
}

fn fields_ui(ui: &mut Ui, form: &JoinForm, out: &mut Vec<Action>) -> bool {
    let mut edit = |edit: JoinEdit| out.push(Action::EditJoin(edit));
    let invite = form.invite().map(|invite| match &invite.name {
        Some(name) => words::invite_to(name.as_str()),
        None => words::INVITE_HINT.to_owned(),
    });
    let error = form.address_error().map(values::place);
    let room = ui.available_width();
    let mut entered = false;
    ui.add_enabled_ui(form.connecting.is_none(), |ui| {
        ui.horizontal_top(|ui| {
            let mut text = form.address.clone();
            let field = Field::new(words::ADDRESS).example(words::ADDRESS_EXAMPLE).id(first_field());
            let field = field.width(room - SHORT_FIELD - SPACE_2).error(error.as_deref());
            let answer = field.hint(invite.as_deref()).show(ui, &mut text);
            if answer.response.changed() {
                edit(JoinEdit::Address(text));
            }
            entered |= answer.entered;

            let error = form.port_is_wrong().then(values::port);
            let mut text = form.port.clone();
            ui.add_enabled_ui(form.invite().is_none(), |ui| {
                let answer =
                    Field::new(words::PORT).width(SHORT_FIELD).error(error.as_deref()).show(ui, &mut text);
                if answer.response.changed() {
                    edit(JoinEdit::Port(text));
                }
                entered |= answer.entered;
            });
        });
    });
    if form.wants_password() {
        entered |= ui.add_enabled_ui(form.connecting.is_none(), |ui| password_ui(ui, form, out)).inner;
    }
    entered |= nick_ui(ui, form, out);
    ui.add_enabled_ui(form.connecting.is_none(), |ui| more_ui(ui, form, out));
    entered
}

/// The password, once the room has asked for one.
fn password_ui(ui: &mut Ui, form: &JoinForm, out: &mut Vec<Action>) -> bool {
    let error = form.password_error().map(values::password);
    let mut text = form.password.clone();
    let field = Field::new(words::PASSWORD).id(password_field()).secret().error(error.as_deref());
    let answer = field.show(ui, &mut text);
    if answer.response.changed() {
        out.push(Action::EditJoin(JoinEdit::Password(text)));
    }
    answer.entered
}

/// My name; where it is taken, that and nothing else is said, and a free one is a click away.
fn nick_ui(ui: &mut Ui, form: &JoinForm, out: &mut Vec<Action>) -> bool {
    let tried = form.name_to_try();
    let taken = form.name_taken().filter(|_| tried.is_none());
    let error = form.nick_error().map(values::nickname);
    let error = error.or(taken.map(|(wanted, _)| words::name_taken(wanted.as_str())));
    let free = form.connecting.is_none() || form.name_taken().is_some();
    let mut text = form.nick.clone();
    let answer = ui
        .add_enabled_ui(free, |ui| {
            let hint = (form.plain && form.invite().is_none()).then_some(plain::NICK_HINT);
            Field::new(words::NICK).hint(hint).error(error.as_deref()).show(ui, &mut text)
        })
        .inner;
    if answer.response.changed() {
        out.push(Action::EditJoin(JoinEdit::Nick(text)));
    }
    answer.entered
}

/// What went wrong stands between the fields and the button: where the eye is.
fn failure_ui(ui: &mut Ui, failure: &Failure, plain: bool, out: &mut Vec<Action>) {
    let p = tokens::palette(ui);
    let grave = failures::is_hard_stop(failure);
    widgets::notice_frame(ui, if grave { p.wash_danger } else { p.wash_warning }, |ui| {
        widgets::body(ui, &failures::sentence(failure));
        match failures::step(failure) {
            Some(step @ failures::Step::JoinAsNew) if button(ui, &step.label()).clicked() => {
                out.push(Action::JoinAsNew);
            }
            Some(step @ failures::Step::CheckConnection) if button(ui, &step.label()).clicked() => {
                out.push(Action::Open(Dialog::Connection));
            }
            _ => {}
        }
        if plain {
            ui.add_space(SPACE_2);
            widgets::hint(ui, plain::MEANING);
            if button(ui, plain::JOIN).clicked() {
                out.push(Action::JoinPlain);
            }
        }
    });
}

/// What few people need: the room is a plain-text one. An invite is to a Hallway room and no other.
fn more_ui(ui: &mut Ui, form: &JoinForm, out: &mut Vec<Action>) {
    if form.invite().is_some() {
        return;
    }
    if !form.more && !form.plain {
        if quiet_button(ui, plain::MORE).clicked() {
            out.push(Action::EditJoin(JoinEdit::More(true)));
        }
        return;
    }
    let mut on = form.plain;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = SPACE_1;
        if ui.add(Checkbox::new(&mut on, plain::SWITCH)).changed() {
            out.push(Action::EditJoin(JoinEdit::Plain(on)));
        }
        if form.plain {
            widgets::hint(ui, plain::MEANING);
        }
    });
}

/// What sends the form off; not before it is `ready`.
fn submit_ui(
    ui: &mut Ui,
    form: &JoinForm,
    (waiting, ready): (Option<&RoomState>, bool),
    out: &mut Vec<Action>,
) -> bool {
    let mut submitted = false;
    if let Some((_, free)) = form.name_taken() {
        let name = form.name_to_try().unwrap_or_else(|| free.clone());
        if primary_button(ui, &words::go_in_as(name.as_str())).clicked() {
            out.push(Action::JoinAs(name));
        }
        if button(ui, controls::CANCEL).clicked() {
            out.push(Action::CancelForm);
        }
        return false;
    }
    if let Some(room) = waiting {
        let doing = match &room.phase {
            _ if room.waits => knocks::WAITING.to_owned(),
            Phase::Connecting(Some(address)) => words::connecting(address),
            Phase::Offline(failure) => failures::sentence(failure),
            _ => words::CONNECTING.to_owned(),
        };
        widgets::body(ui, &doing);
        if button(ui, controls::CANCEL).clicked() {
            out.push(Action::CancelForm);
        }
    } else if form.failure.as_ref().is_none_or(|failure| !failures::is_hard_stop(failure)) {
        submitted = ui.add_enabled_ui(ready, |ui| primary_button(ui, words::SUBMIT)).inner.clicked();
    }
    let offered = form.failure.as_ref().and_then(failures::step) == Some(failures::Step::CheckConnection);
    if offered {
        return submitted;
    }
    ui.add_space(SPACE_2);
    if quiet_button(ui, words::CANNOT).clicked() {
        out.push(Action::Open(Dialog::Connection));
    }
    submitted
}
