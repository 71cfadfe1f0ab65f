//! The rail: open rooms with what is unread, and the ways to more of them. Folds to icons in narrow windows.

use egui::{Align, Layout, ScrollArea, Ui};

use super::icons;
use super::model::{Action, Model, RoomState, Screen};
use super::shortcuts::{self, Shortcut};
use super::text::home as words;
use super::tokens::{CONTROL_HEIGHT, SPACE_1, SPACE_2, SPACE_3};
use super::widgets::{self, ListRow, icon_button};

/// Draws the rail over the whole of `ui`.
pub(super) fn rail_ui(ui: &mut Ui, model: &Model, folded: bool, out: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = SPACE_1 / 2.0;
    home_ui(ui, model, folded, out);
    ui.add_space(SPACE_3);
    let controls = if folded { 3.0 * CONTROL_HEIGHT + SPACE_3 } else { 2.0 * CONTROL_HEIGHT + 2.0 * SPACE_3 };
    let height = (ui.available_height() - controls).max(CONTROL_HEIGHT);
    ui.allocate_ui(egui::Vec2::new(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| rooms_ui(ui, model, folded, out));
    });
    if folded {
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            for (icon, shortcut, screen) in ways() {
                way_icon(ui, icon, &shortcut, screen, out);
            }
        });
    } else {
        ways_ui(ui, model, out);
    }
}

/// The open rooms, as rows.
pub(super) fn rooms_ui(ui: &mut Ui, model: &Model, folded: bool, out: &mut Vec<Action>) {
    let mut any = false;
    for room in model.listed() {
        any = true;
        room_ui(ui, model, room, folded, out);
    }
    if !any && !folded {
        ui.horizontal(|ui| {
            ui.add_space(SPACE_2);
            widgets::meta(ui, words::NO_ROOMS);
        });
    }
}

fn home_ui(ui: &mut Ui, model: &Model, folded: bool, out: &mut Vec<Action>) {
    let clicked = if folded {
        let button = |ui: &mut Ui| icon_button(ui, icons::HOME, words::HOME, words::HOME).clicked();
        ui.vertical_centered(button).inner
    } else {
        let row = ListRow::new(words::HOME, icons::HOME, words::APP);
        ListRow { selected: model.screen == Screen::Home, ..row }.show(ui).clicked()
    };
    if clicked {
        out.push(Action::Show(Screen::Home));
    }
}

fn room_ui(ui: &mut Ui, model: &Model, room: &RoomState, folded: bool, out: &mut Vec<Action>) {
    let unread = room.timeline.unread();
    let mut name = words::open_room(room.title(), unread, room.is_hosted());
    let mark = match (room.is_hosted(), room.is_plain()) {
        (true, _) => Some(icons::HOME),
        (false, true) => Some(icons::LOCK_OPEN),
        (false, false) => None,
    };
    if room.is_plain() {
        name = format!("{name}, {}", super::text::plain::SHORT);
    }
    let badge = (unread > 0).then(|| words::badge(unread));
    let selected = model.screen == Screen::Room(room.id);
    let icon = if selected { icons::DOOR_OPEN } else { icons::MEETING_ROOM };
    let row = ListRow {
        badge: badge.as_deref().filter(|_| !folded),
        mark: mark.filter(|_| !folded),
        selected,
        ..ListRow::new(&name, icon, if folded { "" } else { room.title() })
    };
    let response = row.show(ui);
    if folded && unread > 0 {
        let dot = response.rect.right_top() + egui::Vec2::new(-SPACE_3, SPACE_3);
        ui.painter().circle_filled(dot, SPACE_1, super::tokens::palette(ui).accent);
    }
    let response = if folded { response.on_hover_text(&name) } else { response };
    if response.clicked() {
        out.push(Action::Show(Screen::Room(room.id)));
    }
}

fn ways() -> [(&'static str, Shortcut, Screen); 3] {
    [
        (icons::ADD, shortcuts::HOST, Screen::Host),
        (icons::ARROW_FORWARD, shortcuts::JOIN, Screen::Join),
        (icons::SETTINGS, shortcuts::SETTINGS, Screen::Settings),
    ]
}

fn ways_ui(ui: &mut Ui, model: &Model, out: &mut Vec<Action>) {
    let labels = [words::HOST_SHORT, words::JOIN_SHORT, super::text::settings::TITLE];
    let half = (ui.available_width() - SPACE_2) / 2.0;
    let mut way = |ui: &mut Ui, at: usize, width: f32| {
        let (Some((icon, shortcut, screen)), Some(label)) = (ways().into_iter().nth(at), labels.get(at))
        else {
            return;
        };
        ui.allocate_ui(egui::Vec2::new(width, CONTROL_HEIGHT), |ui| {
            ui.set_width(width);
            let row =
                ListRow { selected: model.screen == screen, ..ListRow::new(shortcut.words, icon, label) };
            if row.show(ui).on_hover_text(shortcut.tooltip(ui.ctx())).clicked() {
                out.push(Action::Show(screen));
            }
        });
    };
    ui.horizontal_top(|ui| {
        way(ui, 0, half);
        way(ui, 1, half);
    });
    let whole = ui.available_width();
    way(ui, 2, whole);
}

fn way_icon(ui: &mut Ui, icon: &str, shortcut: &Shortcut, screen: Screen, out: &mut Vec<Action>) {
    if icon_button(ui, icon, shortcut.words, &shortcut.tooltip(ui.ctx())).clicked() {
        out.push(Action::Show(screen));
    }
}
