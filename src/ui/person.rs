//! One person in a room: who they are, and what can be done about them.

use egui::{Sense, Ui, Vec2};

use super::charge;
use super::model::{Action, RoomAction, RoomState, SettingsEdit};
use super::text::{charge as charge_words, conversation, trust as words};
use super::tokens::{self, CHIP, SPACE_2, SPACE_3};
use super::widgets::{self, button, primary_button};
use crate::session::Person;
use crate::types::limits::IGNORED;
use crate::types::{Ignored, MemberKey, Settings};

/// Hexadecimal digits of a key that are shown together.
const GROUP: usize = 4;
/// Groups of them: enough that nobody finds another key that begins so.
const GROUPS: usize = 8;

/// Draws the dialog.
pub(super) fn person_ui(
    ui: &mut Ui,
    (room, settings): (&RoomState, &Settings),
    person: &Person,
    out: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_2;
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(CHIP), Sense::hover());
        let color = tokens::author_color(ui, &person.key);
        ui.painter().circle_filled(rect.center(), CHIP / 2.0, color);
        let mark = match (person.host, room.is_moderator(&person.key)) {
            (true, _) => conversation::HOST,
            (false, true) => charge_words::MODERATOR,
            (false, false) => "",
        };
        widgets::body(ui, person.name.as_str());
        if !mark.is_empty() {
            widgets::meta(ui, mark);
        }
    });
    ui.add_space(SPACE_3);
    widgets::strong(ui, words::KEY);
    ui.monospace(short(&person.key));
    widgets::hint(ui, words::KEY_HINT);
    let compares = if room.is_hosted() { Some(Some(person.key)) } else { person.host.then_some(None) };
    if room.is_hosted() {
        ui.add_space(SPACE_3);
        let known = room.comparing.compared.contains(&person.key);
        widgets::body(ui, if known { words::VERIFIED_PERSON } else { words::UNVERIFIED_PERSON });
    }
    if let Some(with) = compares.filter(|_| !room.is_plain()) {
        ui.add_space(SPACE_3);
        if primary_button(ui, words::COMPARE).clicked() {
            out.push(Action::Room(room.id, RoomAction::Compare(with)));
        }
    }
    ignore_ui(ui, settings, person, out);
    if room.may_act_on(person) {
        charge::person_ui(ui, room, person, out);
    }
}

/// Whether I ignore them, and the way to change that. What they do not notice they need not be told.
fn ignore_ui(ui: &mut Ui, settings: &Settings, person: &Person, out: &mut Vec<Action>) {
    ui.add_space(SPACE_3);
    let on = settings.ignores(&person.key);
    if on {
        widgets::body(ui, words::IGNORED);
    }
    let label = if on { words::STOP_IGNORING } else { words::IGNORE };
    let full = !on && settings.ignored.len() >= IGNORED;
    if ui.add_enabled_ui(!full, |ui| button(ui, label)).inner.clicked() {
        let whom = Ignored { key: person.key, name: person.name.clone() };
        out.push(Action::EditSettings(SettingsEdit::Ignore(whom, !on)));
    }
    widgets::hint(ui, if full { words::IGNORE_FULL } else { words::IGNORE_HINT });
}

/// The beginning of a key, in groups that can be read aloud.
fn short(key: &MemberKey) -> String {
    let digits: Vec<char> = key.to_string().chars().take(GROUP * GROUPS).collect();
    let groups: Vec<String> = digits.chunks(GROUP).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_shown_in_groups_that_can_be_read_aloud() {
        assert_eq!(short(&MemberKey([0xab; 32])), ["abab"; 8].join(" "));
    }
}
