//! The form that opens a room. Everything has a good default: Enter is enough.

use egui::{Id, Ui};

use super::guests::rules_ui;
use super::knocks;
use super::model::host_form::{CAPACITY_MIN, HostForm, PortCheck, well_known};
use super::model::{Action, HostEdit, Model};
use super::page::page_ui;
use super::password;
use super::text::{controls, failures, guests, host as words, password as password_words, values};
use super::tokens::{self, FORM_WIDTH, SPACE_2, SPACE_3};
use super::widgets::{self, Field, button, primary_button, quiet_button};
use crate::types::limits::CAPACITY_MAX;

/// The lowest port that a system gives to anybody.
const FIRST_OPEN_PORT: u16 = 1024;

/// The field that has the focus first.
pub(super) fn first_field() -> Id {
    Id::unique("host-name")
}

/// Draws the screen.
pub(super) fn host_ui(ui: &mut Ui, model: &Model, back: bool, out: &mut Vec<Action>) {
    let form = &model.host;
    let mut leave = Vec::new();
    page_ui(ui, words::TITLE, FORM_WIDTH, back.then_some(&mut leave), |ui| {
        widgets::hint(ui, words::INTRO);
        ui.add_space(SPACE_2);
        ui.spacing_mut().item_spacing.y = SPACE_3;
        let entered = ui.add_enabled_ui(form.opening.is_none(), |ui| fields_ui(ui, model, out)).inner;
        if let Some(failure) = &form.failure {
            widgets::error_line(ui, &failures::sentence(failure));
        }
        let submitted = ui.horizontal(|ui| submit_ui(ui, form, out)).inner;
        if entered || submitted {
            out.push(Action::SubmitHost);
        }
    });
    out.append(&mut leave);
}

fn fields_ui(ui: &mut Ui, model: &Model, out: &mut Vec<Action>) -> bool {
    let form = &model.host;
    let mut edit = |edit: HostEdit| out.push(Action::EditHost(edit));
    let error = form.name_error().map(values::room_name);
    let mut text = form.name.clone();
    let field = Field::new(words::NAME).id(first_field()).error(error.as_deref());
    let name = field.show(ui, &mut text);
    if name.response.changed() {
        edit(HostEdit::Name(text));
    }

    let error = form.nick_error().map(values::nickname);
    let mut text = form.nick.clone();
    let nick = Field::new(words::NICK).error(error.as_deref()).show(ui, &mut text);
    if nick.response.changed() {
        edit(HostEdit::Nick(text));
    }

    let password = password::in_form_ui(ui, model, &mut edit);
    let port = port_ui(ui, form, &mut edit);

    let mut capacity = false;
    if form.more {
        let error = words::capacity_range(CAPACITY_MAX);
        let error = form.capacity().is_none().then_some(error.as_str());
        let mut text = form.capacity.clone();
        let field = Field::new(words::CAPACITY).text_width(tokens::SHORT_FIELD).error(error);
        let answer = field.show(ui, &mut text);
        if answer.response.changed() {
            edit(HostEdit::Capacity(text));
        }
        capacity = answer.entered;
        ui.add_space(SPACE_2);
        if form.password.is_empty()
            && let Some(asks) = knocks::asks_ui(ui, form.asks.unwrap_or_default())
        {
            edit(HostEdit::Asks(asks));
        }
        ui.add_space(SPACE_2);
        widgets::strong(ui, guests::TITLE);
        guests_ui(ui, model, &mut edit);
    } else if quiet_button(ui, words::MORE).clicked() {
        edit(HostEdit::More(true));
    }
    name.entered || nick.entered || password || port || capacity
}

/// What people without the app may do; nothing where there is a password, which they cannot prove.
fn guests_ui(ui: &mut Ui, model: &Model, edit: &mut impl FnMut(HostEdit)) {
    let form = &model.host;
    if !form.password.is_empty() {
        widgets::hint(ui, password_words::NO_GUESTS_FORM);
        return;
    }
    if form.guests.is_none() && model.host_is_known() {
        widgets::hint(ui, guests::AS_BEFORE);
    }
    let rules = form.guests.clone().unwrap_or_default();
    if let Some(rules) = rules_ui(ui, &rules, None) {
        edit(HostEdit::Guests(rules));
    }
}

fn port_ui(ui: &mut Ui, form: &HostForm, edit: &mut impl FnMut(HostEdit)) -> bool {
    let port = form.port();
    let taken = matches!(form.check, PortCheck::Taken(_));
    let error = match port {
        None if form.port_is_wrong() => Some(values::port()),
        Some(port) if taken => Some(words::taken(port)),
        _ => None,
    };
    let hint = port.and_then(|port| port_hint(port, form.check));
    let mut text = form.port.clone();
    let field = Field::new(words::PORT).hint(hint.as_deref()).error(error.as_deref());
    let answer = field.text_width(tokens::SHORT_FIELD).show(ui, &mut text);
    if answer.response.changed() {
        edit(HostEdit::Port(text));
    }
    if let PortCheck::Taken(Some(next)) = form.check
        && button(ui, &words::use_port(next)).clicked()
    {
        edit(HostEdit::Port(next.to_string()));
    }
    answer.entered
}

fn port_hint(port: u16, check: PortCheck) -> Option<String> {
    if port < FIRST_OPEN_PORT {
        return Some(words::LOW_PORT.to_owned());
    }
    if let Some(what) = well_known(port) {
        return Some(words::well_known(what));
    }
    match check {
        PortCheck::Asked => Some(words::CHECKING.to_owned()),
        PortCheck::Free => Some(words::FREE.to_owned()),
        PortCheck::Unknown | PortCheck::Taken(_) => None,
    }
}

fn submit_ui(ui: &mut Ui, form: &HostForm, out: &mut Vec<Action>) -> bool {
    if form.opening.is_some() {
        widgets::meta(ui, words::OPENING);
        if button(ui, controls::CANCEL).clicked() {
            out.push(Action::CancelForm);
        }
        return false;
    }
    let submitted = primary_button(ui, words::SUBMIT).clicked();
    if let Some(failures::Step::UsePort(next)) = form.failure.as_ref().and_then(failures::step)
        && button(ui, &words::use_port(next)).clicked()
    {
        out.push(Action::EditHost(HostEdit::Port(next.to_string())));
        out.push(Action::SubmitHost);
    }
    submitted
}

const _: () = assert!(CAPACITY_MIN == 2, "the words of `capacity_range` say so");
