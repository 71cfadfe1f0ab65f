//! The first screen: host a room, join one, or go back to one.

use egui::{Popup, Rect, Ui, UiBuilder, Vec2};

use super::icons;
use super::model::{Action, Model, Screen};
use super::page::page_ui;
use super::text::{history, home as words, when};
use super::tokens::{
    COLUMN_WIDTH, CONTROL_HEIGHT, RAIL_WIDTH, RECENT_MENU_WIDTH, SPACE_1, SPACE_2, SPACE_3, SPACE_5,
};
use super::widgets::{self, ListRow, action_card, card_height, icon_button};
use crate::types::RecentRoom;

/// Draws the screen. `stacked` says that there is no rail beside it.
pub(super) fn home_ui(ui: &mut Ui, model: &Model, stacked: bool, out: &mut Vec<Action>) {
    page_ui(ui, words::TITLE, COLUMN_WIDTH, None, |ui| {
        cards_ui(ui, out);
        ui.add_space(SPACE_5);
        if stacked {
            if model.listed().next().is_some() {
                widgets::heading(ui, words::OPEN_ROOMS);
                super::rail::rooms_ui(ui, model, false, out);
                ui.add_space(SPACE_5);
            }
            let settings = super::text::settings::TITLE;
            if ListRow::new(settings, icons::SETTINGS, settings).show(ui).clicked() {
                out.push(Action::Show(Screen::Settings));
            }
            ui.add_space(SPACE_5);
        }
        recents_ui(ui, model, out);
    });
}

fn cards_ui(ui: &mut Ui, out: &mut Vec<Action>) {
    let room = ui.available_width();
    let side_by_side = room >= 2.0 * RAIL_WIDTH + SPACE_3;
    let width = if side_by_side { (room - SPACE_3) / 2.0 } else { room };
    let (host, join) = ((words::HOST, words::HOST_HINT), (words::JOIN, words::JOIN_HINT));
    let height = card_height(ui, width, host).max(card_height(ui, width, join));
    let size = Vec2::new(width, height);
    let mut cards = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(SPACE_3);
        if action_card(ui, size, icons::ADD, host).clicked() {
            out.push(Action::Show(Screen::Host));
        }
        if action_card(ui, size, icons::ARROW_FORWARD, join).clicked() {
            out.push(Action::Show(Screen::Join));
        }
    };
    if side_by_side {
        ui.horizontal_top(cards);
    } else {
        ui.vertical(|ui| cards(ui));
    }
}

fn recents_ui(ui: &mut Ui, model: &Model, out: &mut Vec<Action>) {
    widgets::heading(ui, words::RECENT);
    ui.add_space(SPACE_1);
    if model.recents.is_empty() {
        let quiet = super::tokens::palette(ui).quiet;
        widgets::wrapped(ui, words::NO_RECENT, &egui::TextStyle::Body, quiet);
        return;
    }
    let now_ms = model.now_ms();
    for recent in &model.recents {
        let when = when::when(recent.last_ms, now_ms, model.zone());
        recent_ui(ui, recent, &when, out);
    }
}

fn recent_ui(ui: &mut Ui, recent: &RecentRoom, when: &str, out: &mut Vec<Action>) {
    let place = recent.addresses.first().map_or_else(|| recent.port.to_string(), ToString::to_string);
    let detail = if recent.plain {
        words::plain_line(&place, when)
    } else {
        words::recent_line(&place, when, recent.nickname.as_str())
    };
    let name = words::back_to(recent.name.as_str());
    let mark = match (recent.hosted, recent.plain) {
        (true, _) => Some(icons::HOME),
        (false, true) => Some(icons::LOCK_OPEN),
        (false, false) => None,
    };
    let row = ListRow {
        detail: Some(&detail),
        mark,
        keep: CONTROL_HEIGHT + SPACE_2,
        ..ListRow::new(&name, icons::MEETING_ROOM, recent.name.as_str())
    };
    let response = row.show(ui);
    let corner = response.rect.right_center() - Vec2::new(CONTROL_HEIGHT + SPACE_1, CONTROL_HEIGHT / 2.0);
    let place = Rect::from_min_size(corner, Vec2::splat(CONTROL_HEIGHT));
    if response.clicked() {
        out.push(Action::Reopen(recent.room_id));
    }
    let mut corner = ui.new_child(UiBuilder::new().max_rect(place));
    let more = words::more_about(recent.name.as_str());
    let button = icon_button(&mut corner, icons::MORE_HORIZ, &more, &more);
    Popup::menu(&button).width(RECENT_MENU_WIDTH).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if ListRow::new(history::EXPORT, icons::SAVE, history::EXPORT).show(ui).clicked() {
            out.push(Action::AskExport(recent.room_id));
            ui.close();
        }
        let forget = ListRow::new(words::FORGET, icons::CLOSE, words::FORGET);
        if (ListRow { detail: Some(words::FORGET_HINT), ..forget }).show(ui).clicked() {
            out.push(Action::Forget(recent.room_id));
            ui.close();
        }
        if ListRow::new(history::FORGET, icons::DELETE, history::FORGET).show(ui).clicked() {
            out.push(Action::AskForget(recent.room_id));
            ui.close();
        }
    });
}
