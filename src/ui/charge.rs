//! What those in charge do about people: send them away, keep them out, do not listen to them.

use egui::{Checkbox, ScrollArea, Ui};

use super::model::{Action, Dialog, RoomAction, RoomState, Span};
use super::text::{charge as words, controls};
use super::tokens::{CONTROL_HEIGHT, PEOPLE_HEIGHT, SPACE_2, SPACE_3};
use super::widgets::{self, button, danger_button};
use crate::session::{self, Person};
use crate::types::{Act, MemberKey, Nickname, Removal, Standing, Until, Verb};

/// Draws what can be done about a person who is here.
pub(super) fn person_ui(ui: &mut Ui, room: &RoomState, person: &Person, out: &mut Vec<Action>) {
    ui.add_space(SPACE_3);
    widgets::strong(ui, if room.is_hosted() { words::IN_CHARGE } else { words::MODERATES });
    let act = |verb| Action::Room(room.id, RoomAction::Act(plain(verb, person.key, &person.name)));
    let muted = room.standing(&person.key).is_some_and(|standing| standing.muted.is_some());
    ui.horizontal_wrapped(|ui| {
        let (label, verb) = if muted { (words::UNMUTE, Verb::Unmute) } else { (words::MUTE, Verb::Mute) };
        if button(ui, label).clicked() {
            out.push(act(verb));
        }
        if button(ui, words::REMOVE).clicked() {
            out.push(act(Verb::Remove));
        }
        if button(ui, words::BAN).clicked() {
            out.push(Action::Open(Dialog::Ban(room.id, person.key, Span::Hour, true)));
        }
    });
    if room.is_hosted() {
        ui.add_space(SPACE_2);
        let moderates = room.is_moderator(&person.key);
        let (label, verb) =
            if moderates { (words::DISMISS, Verb::Dismiss) } else { (words::APPOINT, Verb::Appoint) };
        if button(ui, label).clicked() {
            out.push(act(verb));
        }
        widgets::hint(ui, words::APPOINT_HINT);
    }
    ui.add_space(SPACE_2);
    if button(ui, words::REMOVE_ALL).clicked() {
        let (author, name) = (person.key, person.name.clone());
        out.push(Action::Open(Dialog::Remove(room.id, Removal { author, name, which: None })));
    }
    widgets::hint(ui, words::SEEN);
}

/// Asks whether words are to be removed.
pub(super) fn remove_ui(ui: &mut Ui, room: &RoomState, removal: &Removal, out: &mut Vec<Action>) {
    widgets::body(ui, words::REMOVE_BODY);
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        if danger_button(ui, words::REMOVE_NOW).clicked() {
            out.push(Action::Room(room.id, RoomAction::Remove(removal.clone())));
        }
        if button(ui, controls::CANCEL).clicked() {
            out.push(Action::CloseDialog);
        }
    });
}

/// Asks for how long somebody is kept out. `here` is who they are and what the time is.
pub(super) fn ban_ui(
    ui: &mut Ui,
    room: &RoomState,
    (person, now_ms): (&Person, i64),
    (span, by_address): (Span, bool),
    out: &mut Vec<Action>,
) {
    let open = |span, by_address| Action::Open(Dialog::Ban(room.id, person.key, span, by_address));
    widgets::body(ui, words::BAN_BODY);
    ui.add_space(SPACE_2);
    ui.horizontal_wrapped(|ui| {
        for other in Span::ALL {
            let choice =
                egui::Button::selectable(other == span, words::span(other)).frame_when_inactive(true);
            if ui.add(choice).clicked() {
                out.push(open(other, by_address));
            }
        }
    });
    ui.add_space(SPACE_2);
    let mut on = by_address;
    if ui.add(Checkbox::new(&mut on, words::BY_ADDRESS)).changed() {
        out.push(open(span, on));
    }
    widgets::hint(ui, words::BY_ADDRESS_HINT);
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        if danger_button(ui, words::BAN_NOW).clicked() {
            let until_ms = span.until_ms(now_ms);
            let act = Act { until_ms, by_address, ..plain(Verb::Ban, person.key, &person.name) };
            out.push(Action::Room(room.id, RoomAction::Act(act)));
        }
        if button(ui, controls::CANCEL).clicked() {
            out.push(Action::CloseDialog);
        }
    });
}

/// Draws everybody about whom something holds, and the way to end it.
pub(super) fn standings_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    // Whoever goes on with another key is not kept out, and nothing is done about the key of before.
    let held = |standing: &&Standing| {
        standing.successor.is_none() && (standing.banned.is_some() || standing.muted.is_some())
    };
    let standings: Vec<&Standing> = room.standings.iter().filter(held).collect();
    if standings.is_empty() {
        widgets::body(ui, words::NOBODY);
        return;
    }
    let height = (standings.len() as f32 * 2.0 * CONTROL_HEIGHT).min(PEOPLE_HEIGHT);
    ScrollArea::vertical().id_salt("standings").max_height(height).show(ui, |ui| {
        for standing in standings {
            standing_ui(ui, room, standing, out);
        }
    });
}

fn standing_ui(ui: &mut Ui, room: &RoomState, standing: &Standing, out: &mut Vec<Action>) {
    widgets::body(ui, standing.name.as_str());
    let until = |term: Until| term.until_ms().map(session::local_time);
    let rows = [
        (standing.banned, Verb::Unban, words::UNBAN, words::banned as fn(Option<String>) -> String),
        (standing.muted, Verb::Unmute, words::UNMUTE, words::muted),
    ];
    for (term, verb, label, sentence) in rows {
        let Some(term) = term else { continue };
        ui.horizontal_wrapped(|ui| {
            widgets::meta(ui, &sentence(until(term)));
            let name = words::about(label, standing.name.as_str());
            if button(ui, label).accessible_name(name).clicked() {
                let act = plain(verb, standing.key, &standing.name);
                out.push(Action::Room(room.id, RoomAction::Act(act)));
            }
        });
    }
    ui.add_space(SPACE_2);
}

/// An act that holds for good and everywhere.
fn plain(verb: Verb, whom: MemberKey, name: &Nickname) -> Act {
    Act { verb, whom, name: name.clone(), until_ms: None, by_address: false }
}
