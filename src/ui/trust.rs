//! How far a room can be trusted, in three sentences, and words that two people compare to be sure.

use egui::{Align, Layout, RichText, Ui};

use super::icons;
use super::model::comparing::Comparing;
use super::model::{Action, Dialog, RoomAction, RoomState};
use super::text::{controls, guests, trust as words};
use super::tokens::{self, ICON_SMALL, SPACE_1, SPACE_2, SPACE_3};
use super::widgets::{self, button, danger_button, primary_button};
use crate::session::{self, Trust};
use crate::types::MemberKey;

/// Draws what is known of the room, and what can be done to know more.
pub(super) fn trust_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    let Some(online) = &room.online else {
        widgets::body(ui, words::NOT_THERE);
        return;
    };
    let p = tokens::palette(ui);
    let (icon, color) = match online.trust {
        _ if room.is_open_now() => (icons::LOCK_OPEN, p.warning),
        Trust::Verified => (icons::LOCK, p.accent),
        Trust::FirstVisit => (icons::LOCK, p.quiet),
        Trust::Open => (icons::LOCK_OPEN, p.warning),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_1;
        widgets::icon(ui, icon, ICON_SMALL, color);
        widgets::strong(ui, words::level(online.trust, room.is_open_now()));
    });
    ui.add_space(SPACE_1);
    for sentence in sentences(room, online.trust) {
        widgets::body(ui, sentence);
    }
    if !room.is_plain() {
        ui.add_space(SPACE_3);
        widgets::strong(ui, super::text::host::WORDS);
        widgets::body(ui, &session::room_words(&online.room_id).join(" · "));
        widgets::hint(ui, super::text::host::WORDS_HINT);
    }
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        if room.is_hosted() {
            if button(ui, super::text::host::TELL_TITLE).clicked() {
                out.push(Action::Open(Dialog::Tell(room.id)));
            }
        } else if online.trust == Trust::FirstVisit {
            if primary_button(ui, words::COMPARE).clicked() {
                out.push(Action::Room(room.id, RoomAction::Compare(None)));
            }
        } else if !room.is_plain() && button(ui, words::COMPARE_AGAIN).clicked() {
            out.push(Action::Room(room.id, RoomAction::Compare(None)));
        }
    });
}

/// What holds in this room: three sentences, of which one says who can read it.
fn sentences(room: &RoomState, trust: Trust) -> [&'static str; 3] {
    if room.is_plain() {
        return words::PLAIN;
    }
    let first = if room.guests.count > 0 { guests::READ_ALONG } else { words::ENCRYPTED };
    match trust {
        _ if room.is_hosted() => [first, words::MINE, words::I_READ],
        Trust::Verified => [first, words::PROVEN, words::HOST_READS],
        Trust::FirstVisit => [first, words::NOT_PROVEN, words::HOST_READS],
        Trust::Open => words::PLAIN,
    }
}

/// Draws the words to compare with the host or, at the host, with a member.
pub(super) fn compare_ui(ui: &mut Ui, room: &RoomState, with: Option<MemberKey>, out: &mut Vec<Action>) {
    let act = |action: RoomAction| Action::Room(room.id, action);
    match room.comparing.words(with) {
        Comparing::Asked => drop(widgets::body(ui, words::MAKING)),
        Comparing::Gone => {
            widgets::body(ui, if with.is_some() { words::MEMBER_GONE } else { words::HOST_GONE });
            ui.add_space(SPACE_3);
            if button(ui, words::ASK_AGAIN).clicked() {
                out.push(act(RoomAction::Compare(with)));
            }
        }
        Comparing::Told { words: five, renewed } => {
            widgets::body(ui, words::READ_ALOUD);
            ui.add_space(SPACE_2);
            five_ui(ui, five);
            ui.add_space(SPACE_2);
            if renewed {
                widgets::hint(ui, words::RENEWED);
            }
            ui.horizontal_wrapped(|ui| {
                if primary_button(ui, words::THE_SAME).clicked() {
                    out.push(act(RoomAction::TheSame(with)));
                }
                if button(ui, words::DIFFER).clicked() {
                    out.push(Action::Open(Dialog::Differ(room.id, with)));
                }
            });
        }
    }
}

/// The words, large enough to be read across a table, one after the other as they are read aloud.
fn five_ui(ui: &mut Ui, five: &[String]) {
    widgets::card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            for word in five {
                ui.label(RichText::new(word).text_style(tokens::display()));
            }
        });
    });
}

/// Draws what it means that the words differ, and the way out.
pub(super) fn differ_ui(ui: &mut Ui, room: &RoomState, with: Option<MemberKey>, out: &mut Vec<Action>) {
    widgets::body(ui, if with.is_some() { words::MEMBER_DIFFERS } else { words::HOST_DIFFERS });
    ui.add_space(SPACE_3);
    ui.horizontal_wrapped(|ui| {
        if with.is_none() && danger_button(ui, words::LEAVE).clicked() {
            out.push(Action::Room(room.id, RoomAction::Leave));
        }
        if button(ui, words::LOOK_AGAIN).clicked() {
            out.push(Action::Room(room.id, RoomAction::Compare(with)));
        }
        if with.is_some() && button(ui, controls::CLOSE).clicked() {
            out.push(Action::CloseDialog);
        }
    });
}
