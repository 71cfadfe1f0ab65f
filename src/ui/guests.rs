//! What a host decides about people without the app: in the form before a room opens, in a dialog afterwards.

use std::net::IpAddr;

use egui::{Align, Checkbox, ComboBox, Label, Layout, RichText, ScrollArea, Ui, Vec2};

use super::model::{Action, Dialog, RoomAction, RoomState};
use super::text::{controls, guests as words, password};
use super::tokens::{self, CONTROL_HEIGHT, FORM_WIDTH, PEOPLE_HEIGHT, SPACE_1, SPACE_3, SPACE_5};
use super::widgets::{self, button, code_box, danger_button};
use crate::session::{Hosting, ReachKind, RoomRef};
use crate::types::{Address, GuestRules, Nickname, TextEncoding};

/// Where a switch's text begins: what explains it stands under that.
const SWITCH_LEFT: f32 = SPACE_5;

/// Draws the dialog of a room that I host.
pub(super) fn guests_ui(ui: &mut Ui, id: RoomRef, hosting: &Hosting, out: &mut Vec<Action>) {
    let changed = if hosting.locked {
        widgets::body(ui, password::NO_GUESTS);
        None
    } else {
        rules_ui(ui, &hosting.guests, way_in(hosting).as_deref())
    };
    out.extend(changed.map(|rules| Action::Room(id, RoomAction::SetGuests(rules))));
    if !hosting.guests.kept_out.is_empty() {
        let let_in = ui.scope(|ui| kept_out_ui(ui, &hosting.guests.kept_out)).inner;
        out.extend(let_in.map(|address| Action::Room(id, RoomAction::LetIn(address))));
    }
}

/// What somebody types who comes in without the app.
pub(super) fn way_in(hosting: &Hosting) -> Option<String> {
    let best = hosting.addresses.iter().find(|reach| reach.kind != ReachKind::Loopback);
    let best = best.or(hosting.addresses.first())?;
    Some(words::command(&Address::ip(best.ip, hosting.port)))
}

/// Draws the switches; returns what they are from now on, where one was changed. `way_in` is known of a room
/// that is open.
pub(super) fn rules_ui(ui: &mut Ui, rules: &GuestRules, way_in: Option<&str>) -> Option<GuestRules> {
    let mut new = rules.clone();
    ui.scope(|ui| switches_ui(ui, rules, &mut new, way_in));
    (new != *rules).then_some(new)
}

fn switches_ui(ui: &mut Ui, rules: &GuestRules, new: &mut GuestRules, way_in: Option<&str>) {
    ui.spacing_mut().item_spacing.y = SPACE_1;
    switch(ui, &mut new.allowed, words::ALLOW);
    under(ui, words::EXPLAINED);
    if rules.allowed {
        if let Some(way_in) = way_in {
            ui.add_space(SPACE_3);
            widgets::strong(ui, words::COME_IN);
            code_box(ui, words::COME_IN, way_in);
        }
        ui.add_space(SPACE_3);
        switch(ui, &mut new.read_only, words::READ_ONLY);
        switch(ui, &mut new.classic, words::CLASSIC);
        under(ui, words::CLASSIC_EXPLAINED);
        ui.add_space(SPACE_3);
        encoding_ui(ui, &mut new.encoding);
    }
}

/// Asks before an address is kept out.
pub(super) fn keep_out_ui(ui: &mut Ui, room: &RoomState, guest: &Nickname, out: &mut Vec<Action>) {
    let hosts = room.is_hosted();
    widgets::body(ui, if hosts { words::KEEP_OUT_BODY } else { words::KEEP_OUT_AS_MODERATOR });
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        if danger_button(ui, words::KEEP_OUT_NOW).clicked() {
            out.push(Action::Room(room.id, RoomAction::RemoveGuest(guest.clone(), true)));
        }
        if button(ui, controls::CANCEL).clicked() {
            out.push(Action::CloseDialog);
        }
    });
}

/// The entry among the ways to come in: the line for those without the app, or the way to let them in.
pub(super) fn in_tell_ui(ui: &mut Ui, id: RoomRef, hosting: &Hosting, out: &mut Vec<Action>) {
    if let Some(way_in) = way_in(hosting).filter(|_| hosting.guests.allowed) {
        widgets::strong(ui, words::WITHOUT_APP);
        code_box(ui, words::WITHOUT_APP, &way_in);
    }
    if widgets::link_button(ui, words::TITLE).clicked() {
        out.push(Action::Open(Dialog::Guests(id)));
    }
}

fn encoding_ui(ui: &mut Ui, encoding: &mut TextEncoding) {
    let label = widgets::body(ui, words::ENCODING);
    let combo = ComboBox::from_id_salt("guests-encoding")
        .selected_text(words::encoding(*encoding))
        .width(FORM_WIDTH * 0.65)
        .height(PEOPLE_HEIGHT);
    let shown = combo.show_ui(ui, |ui| {
        for other in TextEncoding::ALL {
            ui.selectable_value(encoding, other, words::encoding(other));
        }
    });
    shown.response.labelled_by(label.id);
}

/// Returns the address that the host lets in again.
fn kept_out_ui(ui: &mut Ui, kept_out: &[IpAddr]) -> Option<IpAddr> {
    ui.spacing_mut().item_spacing.y = SPACE_1;
    ui.add_space(SPACE_3);
    widgets::strong(ui, words::KEPT_OUT);
    let row = CONTROL_HEIGHT + SPACE_1;
    let height = (kept_out.len() as f32 * row).min(PEOPLE_HEIGHT / 2.0);
    let mut let_in = None;
    let list = ScrollArea::vertical().id_salt("kept-out").max_height(height);
    list.show_rows(ui, CONTROL_HEIGHT, kept_out.len(), |ui, range| {
        for place in range {
            let Some(address) = kept_out.get(place).copied() else { continue };
            let place = Vec2::new(ui.available_width(), CONTROL_HEIGHT);
            let right_to_left = Layout::right_to_left(Align::Center);
            ui.allocate_ui_with_layout(place, right_to_left, |ui| {
                if button(ui, words::LET_IN).accessible_name(words::let_in(address)).clicked() {
                    let_in = Some(address);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let color = tokens::palette(ui).text;
                    let text = RichText::new(address.to_string()).monospace().color(color);
                    ui.add(Label::new(text).truncate());
                });
            });
        }
    });
    let_in
}

fn switch(ui: &mut Ui, on: &mut bool, words: &str) {
    ui.add(Checkbox::new(on, words));
}

fn under(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        ui.add_space(SWITCH_LEFT);
        ui.vertical(|ui| widgets::hint(ui, text));
    });
}
