//! Invites that need no password, among the ways to come in: made, shown once, and taken back.

use egui::{Align, Label, Layout, RichText, Ui, Vec2};

use super::model::{Action, Dialog, RoomAction, RoomState};
use super::text::inviting as words;
use super::tokens::{self, CONTROL_HEIGHT, SPACE_3};
use super::widgets::{self, button, code_box, link_button};
use crate::session::InviteState;
use crate::types::{InviteAsk, InviteTerms};

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 3_600_000;

/// The entry among the ways to come in.
pub(super) fn in_tell_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    widgets::strong(ui, words::TITLE);
    widgets::hint(ui, words::HINT);
    if let Some((_, terms, invite)) = &room.invites.made {
        code_box(ui, words::TITLE, &invite.to_string());
        widgets::hint(ui, &words::made(&meant(terms, room)));
        if link_button(ui, words::QR).clicked() {
            out.push(Action::Open(Dialog::QrOfNew(room.id)));
        }
    }
    ui.horizontal_wrapped(|ui| {
        for (label, ask) in [
            (words::FOR_ONE, InviteAsk::new(Some(1), None)),
            (words::FOR_A_DAY, InviteAsk::new(None, Some(DAY_MS))),
        ] {
            let clicked = button(ui, label).clicked();
            out.extend(ask.filter(|_| clicked).map(|ask| Action::Room(room.id, RoomAction::Invite(ask))));
        }
    });
    for invite in &room.invites.working {
        if row_ui(ui, invite, room) {
            out.push(Action::Room(room.id, RoomAction::Revoke(invite.number)));
        }
    }
    ui.add_space(SPACE_3);
}

/// One that still works; true where it is to be taken back.
fn row_ui(ui: &mut Ui, invite: &InviteState, room: &RoomState) -> bool {
    let mut revoked = false;
    let place = Vec2::new(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(place, Layout::right_to_left(Align::Center), |ui| {
        let name = words::revoke(invite.number);
        revoked = button(ui, words::REVOKE).accessible_name(&name).clicked();
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let terms = meant(&invite.terms, room);
            let text = words::row(invite.number, &terms, invite.used.len());
            ui.add(Label::new(RichText::new(text).color(tokens::palette(ui).text)).truncate());
        });
    });
    revoked
}

fn meant(terms: &InviteTerms, room: &RoomState) -> String {
    words::terms(terms, terms.until_ms.map(|until| room.timeline.local(until)))
}
