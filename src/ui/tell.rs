//! What a host tells people: the address large enough to read across a table, then every other way in.

use egui::{Label, RichText, Ui};

use super::guests::in_tell_ui;
use super::icons;
use super::inviting;
use super::knocks;
use super::model::{Action, Dialog, RoomAction, RoomState};
use super::password;
use super::text::{controls, host as words};
use super::tokens::{self, SPACE_1, SPACE_2, SPACE_3};
use super::widgets::{self, code_box, copy_button, icon_button, link_button};
use crate::session::{Hosting, Reach, ReachKind};
use crate::types::Address;

/// Draws it: in the empty room, and in a dialog later.
pub(super) fn tell_people_ui(ui: &mut Ui, room: &RoomState, hosting: &Hosting, out: &mut Vec<Action>) {
    let id = room.id;
    ui.spacing_mut().item_spacing.y = SPACE_1;
    let mut ways = hosting.addresses.iter().filter(|reach| reach.kind != ReachKind::Loopback);
    match ways.next() {
        Some(best) => best_ui(ui, best, hosting.port),
        None => drop(widgets::body(ui, words::NO_NETWORK)),
    }
    let others: Vec<&Reach> = ways.collect();
    if !others.is_empty() {
        ui.add_space(SPACE_3);
        widgets::strong(ui, words::OTHER_WAYS);
        for reach in others {
            other_ui(ui, reach, hosting.port);
        }
    }
    ui.add_space(SPACE_3);
    if hosting.locked {
        password::in_tell_ui(ui, room, true, out);
    }
    widgets::strong(ui, words::INVITE);
    code_box(ui, words::INVITE, &hosting.invite.to_string());
    widgets::hint(ui, words::INVITE_HINT);
    if link_button(ui, words::QR).clicked() {
        out.push(Action::Open(Dialog::Qr(id)));
    }
    ui.add_space(SPACE_3);
    if hosting.locked {
        inviting::in_tell_ui(ui, room, out);
    }
    widgets::strong(ui, words::WORDS);
    widgets::body(ui, &hosting.words.join(" · "));
    widgets::hint(ui, words::WORDS_HINT);
    ui.add_space(SPACE_3);
    if !hosting.locked {
        let asks = knocks::asks_ui(ui, hosting.asks);
        out.extend(asks.map(|asks| Action::Room(id, RoomAction::SetAsks(asks))));
        ui.add_space(SPACE_2);
        password::in_tell_ui(ui, room, false, out);
    }
    in_tell_ui(ui, id, hosting, out);
    if link_button(ui, words::NOBODY).clicked() {
        out.push(Action::Open(Dialog::Firewall { port: hosting.port, first: false }));
    }
}

fn best_ui(ui: &mut Ui, best: &Reach, port: u16) {
    let text = words::tell(&best.ip.to_string(), port);
    ui.horizontal_wrapped(|ui| {
        let large = RichText::new(&text).text_style(tokens::display());
        ui.add(Label::new(large).selectable(true).wrap());
        ui.add_space(SPACE_2);
        copy_button(ui, &text, &Address::ip(best.ip, port).to_string());
    });
    widgets::hint(ui, words::TELL_HINT);
}

fn other_ui(ui: &mut Ui, reach: &Reach, port: u16) {
    let address = Address::ip(reach.ip, port).to_string();
    ui.horizontal_wrapped(|ui| {
        ui.add(Label::new(RichText::new(&address).monospace()).selectable(true));
        widgets::meta(ui, &format!("{} · {}", reach.interface, words::kind(reach.kind)));
        let copy = icon_button(ui, icons::CONTENT_COPY, &controls::copy_of(&address), controls::COPY);
        if copy.clicked() {
            ui.ctx().copy_text(address);
        }
    });
}
