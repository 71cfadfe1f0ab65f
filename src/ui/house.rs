//! The rules of a room, for whoever is in charge: how fast one may speak, who may speak, who may come in.

use egui::{Checkbox, Ui};

use super::model::{Action, RoomAction, RoomState};
use super::text::charge as words;
use super::tokens::{SPACE_2, SPACE_3};
use super::widgets;
use crate::types::Rule;

/// Waits between two messages that can be chosen, seconds; 0 for none.
const WAITS_S: [u32; 6] = [0, 5, 15, 30, 60, 300];

/// Draws the dialog. What is chosen holds at once, and everybody is told.
pub(super) fn house_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    let rules = room.house.rules;
    let mut set = |rule| out.push(Action::Room(room.id, RoomAction::SetRule(rule)));
    widgets::strong(ui, words::SLOW);
    ui.add_space(SPACE_2);
    ui.horizontal_wrapped(|ui| {
        // One that was set by a command stands among them.
        let other = (!WAITS_S.contains(&rules.slow_s)).then_some(rules.slow_s);
        for wait_s in WAITS_S.into_iter().chain(other) {
            let (label, name) = (words::wait(wait_s), words::wait_name(wait_s));
            let choice = egui::Button::selectable(wait_s == rules.slow_s, label).frame_when_inactive(true);
            let response = ui.add(choice);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
            if response.clicked() {
                set(Rule::Slow(wait_s));
            }
        }
    });
    widgets::hint(ui, words::SLOW_HINT);
    ui.add_space(SPACE_3);
    let mut announcements = rules.announcements;
    if ui.add(Checkbox::new(&mut announcements, words::ANNOUNCEMENTS)).changed() {
        set(Rule::Announcements(announcements));
    }
    ui.add_space(SPACE_2);
    let mut locked = rules.locked;
    if ui.add(Checkbox::new(&mut locked, words::LOCK)).changed() {
        set(Rule::Locked(locked));
    }
    widgets::hint(ui, words::LOCK_HINT);
    ui.add_space(SPACE_3);
    widgets::hint(ui, words::SEEN);
}
