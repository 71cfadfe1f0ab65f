//! The dialogs: one at a time, over the screen, closed by Escape.

use egui::{Ui, Vec2};
use jiff::civil::Date;

use super::charge::{ban_ui, remove_ui, standings_ui};
use super::connection::{checks_ui, firewall_ui};
use super::go_to::go_to_ui;
use super::guests::{guests_ui, keep_out_ui};
use super::history as history_ui;
use super::house::house_ui;
use super::members::{Here, members_ui};
use super::model::host_form::parse_capacity;
use super::model::{Action, Dialog, Model, RoomAction, RoomState};
use super::moving::moving_ui;
use super::password::password_ui;
use super::person::person_ui;
use super::qr::qr_ui;
use super::shortcuts;
use super::tell::tell_people_ui;
use super::text::{
    charge, controls, find, firewall, go_to, guests, host, join, keyboard, password, plain, room as words,
    trust, values,
};
use super::tokens::{self, COLUMN_WIDTH, KEYS_WIDTH, PEOPLE_HEIGHT, SHORT_FIELD, SPACE_3};
use super::trust::{compare_ui, differ_ui, trust_ui};
use super::widgets::{self, Dialog as Pane, Field, button, danger_button, primary_button};
use crate::platform::{Desktop, System};
use crate::session::RoomRef;
use crate::types::limits::CAPACITY_MAX;
use crate::types::{MessageText, Nickname};

/// Draws the open dialog, if there is one. `tab` is the system that the firewall's page shows.
pub(super) fn dialogs_ui(
    ui: &Ui,
    model: &Model,
    desktop: &dyn Desktop,
    tab: &mut System,
    out: &mut Vec<Action>,
) {
    let Some(dialog) = &model.dialog else {
        return;
    };
    let closed = match dialog {
        Dialog::Firewall { port, first } => {
            let answer = Pane::new(firewall::TITLE).width(COLUMN_WIDTH * 0.8).show(ui, |ui| {
                widgets::body(ui, if *first { firewall::FIRST_TIME } else { firewall::INTRO });
                ui.add_space(SPACE_3);
                firewall_ui(ui, desktop, tab, *port)
            });
            out.extend(answer.inner);
            answer.closed
        }
        Dialog::Connection => Pane::new(join::CANNOT_TITLE).show(ui, |ui| checks_ui(ui, model, out)).closed,
        Dialog::People(id) => {
            let Some(room) = model.room(*id) else {
                out.push(Action::CloseDialog);
                return;
            };
            let people = |ui: &mut Ui| {
                let size = Vec2::new(ui.available_width(), PEOPLE_HEIGHT);
                ui.allocate_ui(size, |ui| {
                    ui.set_min_size(size);
                    members_ui(ui, &Here::of(room), out);
                });
            };
            Pane::new(words::PEOPLE).show(ui, people).closed
        }
        Dialog::GoTo(typed, chosen) => {
            Pane::new(go_to::TITLE).show(ui, |ui| go_to_ui(ui, model, (typed, *chosen), out)).closed
        }
        Dialog::Keyboard => Pane::new(keyboard::TITLE).show(ui, keyboard_ui).closed,
        Dialog::Rename(id, text) => {
            Pane::new(words::RENAME_TITLE).show(ui, |ui| rename_ui(ui, *id, text, out)).closed
        }
        Dialog::Day(id, text) => Pane::new(find::DAY).show(ui, |ui| day_ui(ui, *id, text, out)).closed,
        Dialog::Tell(_)
        | Dialog::Qr(_)
        | Dialog::QrOfNew(_)
        | Dialog::Password(..)
        | Dialog::Capacity(..) => door_ui(ui, model, dialog, out),
        Dialog::Trust(_) | Dialog::Compare(..) | Dialog::Differ(..) | Dialog::Person(..) => {
            who_ui(ui, model, dialog, out)
        }
        Dialog::Ban(..) | Dialog::Standings(_) | Dialog::House(_) | Dialog::Remove(..) => {
            charge_ui(ui, model, dialog, out)
        }
        Dialog::Guests(_) | Dialog::KeepOut(..) | Dialog::SendLines(..) => open_ui(ui, model, dialog, out),
        Dialog::Stop(id) => {
            let body = model.room(*id).map(|room| words::stop_body(room.title(), room.others()));
            let leave = Action::Room(*id, RoomAction::Leave);
            let ask = |ui: &mut Ui| question_ui(ui, &body.unwrap_or_default(), (words::STOP, leave), out);
            Pane::new(words::STOP_TITLE).show(ui, ask).closed
        }
        Dialog::Keep(room, chosen, typed) => history_ui::keep_ui(ui, model, (*room, *chosen, typed), out),
        Dialog::Forget(id, looked) => history_ui::forget_ui(ui, model, (*id, *looked), out),
        Dialog::Identity => moving_ui(ui, model, out),
        Dialog::Quit => {
            let body = words::quit_body(&model.rooms_with_others());
            let ask = |ui: &mut Ui| question_ui(ui, &body, (words::QUIT, Action::Quit), out);
            Pane::new(words::QUIT_TITLE).show(ui, ask).closed
        }
    };
    if closed {
        out.push(Action::CloseDialog);
    }
}

/// The dialogs about how people come into a room that I host; true where one is to be closed.
fn door_ui(ui: &Ui, model: &Model, dialog: &Dialog, out: &mut Vec<Action>) -> bool {
    let (Dialog::Tell(id)
    | Dialog::Qr(id)
    | Dialog::QrOfNew(id)
    | Dialog::Password(id, _)
    | Dialog::Capacity(id, _)) = dialog
    else {
        return true;
    };
    let Some((room, hosting)) = model.room(*id).and_then(|room| Some((room, room.hosting.as_ref()?))) else {
        return true;
    };
    match dialog {
        Dialog::Tell(_) => {
            Pane::new(host::TELL_TITLE).show(ui, |ui| tell_people_ui(ui, room, hosting, out)).closed
        }
        Dialog::Qr(_) => qr_ui(ui, &hosting.invite),
        Dialog::QrOfNew(_) => room.invites.made.as_ref().is_none_or(|(_, _, invite)| qr_ui(ui, invite)),
        Dialog::Password(_, typed) => {
            let facts = (*id, hosting.locked, hosting.guests.allowed);
            Pane::new(password::TITLE).show(ui, |ui| password_ui(ui, facts, typed, out)).closed
        }
        Dialog::Capacity(_, text) => {
            Pane::new(host::CAPACITY).show(ui, |ui| capacity_ui(ui, *id, text, out)).closed
        }
        _ => true,
    }
}

/// The dialogs about who is who; true where one is to be closed.
fn who_ui(ui: &Ui, model: &Model, dialog: &Dialog, out: &mut Vec<Action>) -> bool {
    let (Dialog::Trust(id) | Dialog::Compare(id, _) | Dialog::Differ(id, _) | Dialog::Person(id, _)) = dialog
    else {
        return true;
    };
    let Some(room) = model.room(*id) else { return true };
    match dialog {
        Dialog::Trust(_) => Pane::new(trust::TITLE).show(ui, |ui| trust_ui(ui, room, out)).closed,
        Dialog::Compare(_, with) => {
            let with_whom = with.and_then(|key| room.person(&key));
            let title = with_whom.map(|person| trust::compare_with(person.name.as_str()));
            let title = title.unwrap_or_else(|| trust::COMPARE_TITLE.to_owned());
            Pane::new(&title).show(ui, |ui| compare_ui(ui, room, *with, out)).closed
        }
        Dialog::Differ(_, with) => {
            Pane::new(trust::DIFFER_TITLE).show(ui, |ui| differ_ui(ui, room, *with, out)).closed
        }
        Dialog::Person(_, key) => match room.person(key) {
            Some(person) => {
                Pane::new(person.name.as_str())
                    .show(ui, |ui| person_ui(ui, (room, &model.settings), person, out))
                    .closed
            }
            None => true,
        },
        _ => true,
    }
}

/// The dialogs of those in charge; true where one is to be closed.
fn charge_ui(ui: &Ui, model: &Model, dialog: &Dialog, out: &mut Vec<Action>) -> bool {
    let (Dialog::Ban(id, ..) | Dialog::Standings(id) | Dialog::House(id) | Dialog::Remove(id, _)) = dialog
    else {
        return true;
    };
    // What is one's own, everybody may remove.
    let may = |room: &&RoomState| room.is_in_charge() || matches!(dialog, Dialog::Remove(..));
    let Some(room) = model.room(*id).filter(may) else { return true };
    match dialog {
        Dialog::Remove(_, removal) => {
            Pane::new(&charge::remove(removal)).show(ui, |ui| remove_ui(ui, room, removal, out)).closed
        }
        Dialog::House(_) => Pane::new(charge::HOUSE).show(ui, |ui| house_ui(ui, room, out)).closed,
        Dialog::Ban(_, key, span, by_address) => match room.person(key) {
            Some(person) => {
                let (who, how) = ((person, model.now_ms()), (*span, *by_address));
                let title = charge::ban(person.name.as_str());
                Pane::new(&title).show(ui, |ui| ban_ui(ui, room, who, how, out)).closed
            }
            None => true,
        },
        _ => Pane::new(charge::TITLE).show(ui, |ui| standings_ui(ui, room, out)).closed,
    }
}

/// The dialogs about what is not encrypted; true where one is to be closed.
fn open_ui(ui: &Ui, model: &Model, dialog: &Dialog, out: &mut Vec<Action>) -> bool {
    match dialog {
        Dialog::Guests(id) => {
            let Some(hosting) = model.room(*id).and_then(|room| room.hosting.as_ref()) else {
                return true;
            };
            Pane::new(guests::TITLE).show(ui, |ui| guests_ui(ui, *id, hosting, out)).closed
        }
        Dialog::KeepOut(id, name) => {
            let Some(room) = model.room(*id) else { return true };
            let ask = |ui: &mut Ui| keep_out_ui(ui, room, name, out);
            Pane::new(&guests::keep_out(name, room.title())).show(ui, ask).closed
        }
        Dialog::SendLines(id, text) => {
            let title = plain::lines_title(plain::lines_of(text.as_str()));
            Pane::new(&title).show(ui, |ui| send_lines_ui(ui, *id, text, out)).closed
        }
        _ => true,
    }
}

/// The day to go to. Enter goes.
fn day_ui(ui: &mut Ui, id: RoomRef, typed: &str, out: &mut Vec<Action>) {
    let day = typed.trim().parse::<Date>().ok();
    let mut text = typed.to_owned();
    let error = day.is_none().then_some(find::NO_DAY);
    let answer = Field::new(find::DAY_FIELD).error(error).width(SHORT_FIELD * 2.0).show(ui, &mut text);
    focus_once(ui, &answer.response);
    ui.add_space(SPACE_3);
    let go = ui.add_enabled_ui(day.is_some(), |ui| primary_button(ui, find::GO).clicked()).inner;
    match day.filter(|_| go || answer.entered) {
        Some(day) => out.push(Action::Room(id, RoomAction::GoToDay(day))),
        None if answer.response.changed() => out.push(Action::Open(Dialog::Day(id, text))),
        None => {}
    }
}

fn question_ui(ui: &mut Ui, body: &str, (label, action): (&str, Action), out: &mut Vec<Action>) {
    widgets::body(ui, body);
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        if danger_button(ui, label).clicked() {
            out.push(action);
        }
        if button(ui, words::STAY).clicked() {
            out.push(Action::CloseDialog);
        }
    });
}

fn send_lines_ui(ui: &mut Ui, id: RoomRef, text: &MessageText, out: &mut Vec<Action>) {
    widgets::body(ui, plain::LINES_BODY);
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        let send = primary_button(ui, plain::SEND);
        focus_once(ui, &send);
        if send.clicked() {
            out.push(Action::Room(id, RoomAction::SayLines(text.clone())));
        }
        if button(ui, controls::CANCEL).clicked() {
            out.push(Action::CloseDialog);
        }
    });
}

fn rename_ui(ui: &mut Ui, id: RoomRef, typed: &str, out: &mut Vec<Action>) {
    let mut text = typed.to_owned();
    let nick = Nickname::new(typed);
    let error = nick.as_ref().err().map(|error| values::nickname(*error));
    let field = Field::new(words::RENAME_FIELD).error(error.as_deref());
    let answer = field.show(ui, &mut text);
    focus_once(ui, &answer.response);
    if answer.response.changed() {
        out.push(Action::Open(Dialog::Rename(id, text)));
    }
    ui.add_space(SPACE_3);
    let submitted = primary_button(ui, words::RENAME_SUBMIT).clicked();
    if let (true, Ok(nick)) = (submitted || answer.entered, nick) {
        out.push(Action::Room(id, RoomAction::Rename(nick)));
    }
}

fn capacity_ui(ui: &mut Ui, id: RoomRef, typed: &str, out: &mut Vec<Action>) {
    let mut text = typed.to_owned();
    let capacity = parse_capacity(typed);
    let range = host::capacity_range(CAPACITY_MAX);
    let error = capacity.is_none().then_some(range.as_str());
    let answer = Field::new(host::CAPACITY_FIELD).error(error).show(ui, &mut text);
    focus_once(ui, &answer.response);
    if answer.response.changed() {
        out.push(Action::Open(Dialog::Capacity(id, text)));
    }
    ui.add_space(SPACE_3);
    let submitted = primary_button(ui, words::CAPACITY_SUBMIT).clicked();
    if let (true, Some(capacity)) = (submitted || answer.entered, capacity) {
        out.push(Action::Room(id, RoomAction::SetCapacity(capacity)));
    }
}

fn keyboard_ui(ui: &mut Ui) {
    ui.spacing_mut().interact_size.y = tokens::line_height(ui, &egui::TextStyle::Body);
    let ctx = ui.ctx().clone();
    let table = shortcuts::ALL.iter().map(|shortcut| (shortcut.keys(&ctx), shortcut.words));
    let typing = [
        (keyboard::ENTER, keyboard::SEND),
        (keyboard::SHIFT_ENTER, keyboard::BREAK),
        (keyboard::TAB, keyboard::PANES),
        (keyboard::ESCAPE, keyboard::OUT),
    ];
    let typing = typing.into_iter().map(|(keys, what)| (keys.to_owned(), what));
    let ends = [(shortcuts::FIRST, keyboard::FIRST), (shortcuts::NEWEST, keyboard::NEWEST)];
    let ends = ends.map(|(keys, what)| (ctx.format_shortcut(&keys), what));
    for (keys, what) in table.chain(ends).chain(typing) {
        ui.horizontal(|ui| {
            let place = Vec2::new(KEYS_WIDTH, tokens::line_height(ui, &tokens::strong()));
            ui.allocate_ui(place, |ui| {
                ui.set_width(KEYS_WIDTH);
                widgets::strong(ui, &keys);
            });
            widgets::body(ui, what);
        });
    }
}

/// The field of a dialog has the focus when it opens, and not again when the person goes elsewhere.
pub(super) fn focus_once(ui: &Ui, response: &egui::Response) {
    let key = response.id.with("focused");
    let frame = ui.ctx().cumulative_pass_nr();
    let last = ui.data_mut(|data| data.get_temp::<u64>(key));
    if last.is_none_or(|last| last + 1 < frame) {
        response.request_focus();
    }
    ui.data_mut(|data| data.insert_temp(key, frame));
}
