//! The settings screen. Everything holds at once; nothing has to be saved.

use egui::{Checkbox, Ui};

use super::model::moving::MovingAction;
use super::model::{Action, Dialog, Model, SettingsEdit};
use super::page::page_ui;
use super::shortcuts;
use super::text::{history, moving, notes, settings as words, trust, values};
use super::tokens::{BODY_MAX, BODY_MIN, FORM_WIDTH, SPACE_2, SPACE_3, SPACE_5};
use super::widgets::{self, Field, button, heading};
use crate::types::{Nickname, Theme};

/// Draws the screen.
pub(super) fn settings_ui(ui: &mut Ui, model: &Model, back: bool, out: &mut Vec<Action>) {
    let mut leave = Vec::new();
    page_ui(ui, words::TITLE, FORM_WIDTH, back.then_some(&mut leave), |ui| {
        let mut edits = Vec::new();
        name_ui(ui, model, &mut edits, out);
        looks_ui(ui, model, &mut edits);
        notifications_ui(ui, model, &mut edits);
        closed_ui(ui, model, &mut edits, out);
        part(ui, words::MEMORY);
        switch(ui, words::ROOMS, model.settings.remember_rooms, SettingsEdit::RememberRooms, &mut edits);
        switch(ui, words::DRAFTS, model.settings.remember_drafts, SettingsEdit::RememberDrafts, &mut edits);
        widgets::hint(ui, words::MEMORY_HINT);
        kept_ui(ui, model, out);
        part(ui, words::NETWORK);
        ui.horizontal_wrapped(|ui| {
            if button(ui, words::FIREWALL).clicked() {
                let port = model.settings.port;
                out.push(Action::Open(Dialog::Firewall { port, first: false }));
            }
            if button(ui, words::KEYBOARD).clicked() {
                out.push(Action::Open(Dialog::Keyboard));
            }
        });
        ignored_ui(ui, model, &mut edits);
        out.extend(edits.into_iter().map(Action::EditSettings));
    });
    out.append(&mut leave);
}

/// Whom I ignore, where there is anybody.
fn ignored_ui(ui: &mut Ui, model: &Model, edits: &mut Vec<SettingsEdit>) {
    if model.settings.ignored.is_empty() {
        return;
    }
    part(ui, trust::IGNORED_PEOPLE);
    for ignored in &model.settings.ignored {
        ui.horizontal_wrapped(|ui| {
            widgets::body(ui, ignored.name.as_str());
            let name = trust::stop_ignoring(ignored.name.as_str());
            if button(ui, trust::STOP_IGNORING).accessible_name(name).clicked() {
                edits.push(SettingsEdit::Ignore(ignored.clone(), false));
            }
        });
    }
}

/// How long what was said is kept: what holds, and the way to choose otherwise.
fn kept_ui(ui: &mut Ui, model: &Model, out: &mut Vec<Action>) {
    let now = model.settings.keep_history;
    ui.add_space(SPACE_2);
    widgets::body(ui, &history::kept_now(now));
    if button(ui, history::KEEP_FOR).clicked() {
        out.push(Action::AskKeep(None));
    }
    widgets::hint(ui, &history::retention_means(now));
}

fn name_ui(ui: &mut Ui, model: &Model, edits: &mut Vec<SettingsEdit>, out: &mut Vec<Action>) {
    heading(ui, words::YOU);
    let mut text = model.nick_text.clone();
    let error = Nickname::new(&text).err().map(values::nickname);
    let field = Field::new(words::NICK).hint(Some(words::NICK_HINT)).error(error.as_deref());
    if field.show(ui, &mut text).response.changed() {
        edits.push(SettingsEdit::Nick(text));
    }
    ui.add_space(SPACE_2);
    if button(ui, moving::MOVE).clicked() {
        out.push(Action::Moving(MovingAction::Open));
    }
    widgets::hint(ui, moving::MOVE_HINT);
}

fn looks_ui(ui: &mut Ui, model: &Model, edits: &mut Vec<SettingsEdit>) {
    part(ui, words::LOOKS);
    widgets::body(ui, words::THEME);
    ui.horizontal_wrapped(|ui| {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            let here = model.settings.theme == theme;
            if ui.add(egui::Button::selectable(here, words::theme(theme)).frame_when_inactive(true)).clicked()
            {
                edits.push(SettingsEdit::Theme(theme));
            }
        }
    });
    ui.add_space(SPACE_2);
    widgets::body(ui, words::TEXT_SIZE);
    let size = model.settings.text_size;
    ui.horizontal_wrapped(|ui| {
        let smaller = ui.add_enabled_ui(size > BODY_MIN, |ui| button(ui, words::SMALLER)).inner;
        if smaller.on_hover_text(shortcuts::SMALLER.tooltip(ui.ctx())).clicked() {
            edits.push(SettingsEdit::TextSize(size - 1));
        }
        widgets::body(ui, &words::points(size));
        let larger = ui.add_enabled_ui(size < BODY_MAX, |ui| button(ui, words::LARGER)).inner;
        if larger.on_hover_text(shortcuts::LARGER.tooltip(ui.ctx())).clicked() {
            edits.push(SettingsEdit::TextSize(size + 1));
        }
    });
}

fn notifications_ui(ui: &mut Ui, model: &Model, edits: &mut Vec<SettingsEdit>) {
    let settings = &model.settings;
    part(ui, words::NOTIFICATIONS);
    switch(ui, words::NOTIFY, settings.notifications, SettingsEdit::Notifications, edits);
    if let Some(said) = model.no_notifications.as_ref().filter(|_| settings.notifications) {
        under(ui, |ui| widgets::hint(ui, &notes::not_shown(said)));
    }
    ui.add_enabled_ui(settings.notifications, |ui| {
        switch(ui, words::HIDE_TEXT, settings.hide_text, SettingsEdit::HideText, edits);
    });
    switch(ui, words::SOUNDS, settings.sounds, SettingsEdit::Sounds, edits);
    switch(ui, words::DO_NOT_DISTURB, settings.do_not_disturb, SettingsEdit::DoNotDisturb, edits);
    under(ui, |ui| widgets::hint(ui, words::DO_NOT_DISTURB_HINT));
}

fn closed_ui(ui: &mut Ui, model: &Model, edits: &mut Vec<SettingsEdit>, out: &mut Vec<Action>) {
    part(ui, words::CLOSED);
    switch(ui, words::KEEP_RUNNING, model.settings.keep_running, SettingsEdit::KeepRunning, edits);
    let keys = shortcuts::QUIT.keys(ui.ctx());
    under(ui, |ui| widgets::hint(ui, &words::keep_running_hint(&keys)));
    let mut on = model.autostart.on;
    if ui.add(Checkbox::new(&mut on, words::AUTOSTART)).changed() {
        out.push(Action::StartWithComputer(on));
    }
    under(ui, |ui| match &model.autostart.error {
        Some(said) => widgets::error_line(ui, &notes::not_started(said)),
        None => widgets::hint(ui, words::AUTOSTART_HINT),
    });
}

fn part(ui: &mut Ui, name: &str) {
    ui.add_space(SPACE_5 - SPACE_3);
    heading(ui, name);
}

/// What belongs to the switch above, under its words.
fn under(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> egui::Response) {
    let left = ui.spacing().icon_width + ui.spacing().icon_spacing;
    ui.add_space(-SPACE_2);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(left);
        ui.vertical(content);
    });
}

fn switch(
    ui: &mut Ui,
    words: &str,
    mut on: bool,
    edit: fn(bool) -> SettingsEdit,
    edits: &mut Vec<SettingsEdit>,
) {
    if ui.add(Checkbox::new(&mut on, words)).changed() {
        edits.push(edit(on));
    }
}
