//! Who wants to come into a room whose host is asked: a card for each, over the conversation.

use egui::{Checkbox, Sense, Ui, Vec2};

use super::model::{Action, RoomAction, RoomState};
use super::text::knocks as words;
use super::tokens::{self, CHIP, SPACE_1, SPACE_2};
use super::widgets::{self, button, primary_button};
use crate::session::RoomRef;
use crate::types::{Knock, KnockAnswer};

/// Cards that are shown at once; the others come after them.
const SHOWN: usize = 3;

/// Draws the cards; nothing where nobody waits.
pub(super) fn knocks_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    for knock in room.knocks.iter().take(SHOWN) {
        let fill = tokens::palette(ui).wash;
        widgets::notice_frame(ui, fill, |ui| knock_ui(ui, room.id, knock, out));
        ui.add_space(SPACE_1);
    }
    if let Some(more) = room.knocks.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        widgets::hint(ui, &words::more(more));
    }
}

fn knock_ui(ui: &mut Ui, id: RoomRef, knock: &Knock, out: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_2;
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(CHIP), Sense::hover());
        ui.painter().circle_filled(rect.center(), CHIP / 2.0, tokens::author_color(ui, &knock.key));
        widgets::strong(ui, &words::wants(knock.name.as_str()));
        if let Some(address) = knock.address {
            widgets::meta(ui, &address.to_string());
        }
    });
    ui.horizontal_wrapped(|ui| {
        let name = knock.name.as_str();
        let mut answer = |clicked: bool, answer| {
            if clicked {
                out.push(Action::Room(id, RoomAction::AnswerKnock(knock.key, answer)));
            }
        };
        let let_in = primary_button(ui, words::LET_IN).accessible_name(words::about(words::LET_IN, name));
        answer(let_in.clicked(), KnockAnswer::LetIn);
        let refuse = button(ui, words::REFUSE).accessible_name(words::about(words::REFUSE, name));
        answer(refuse.clicked(), KnockAnswer::Refuse);
        let block = button(ui, words::BLOCK).accessible_name(words::about(words::BLOCK, name));
        answer(block.clicked(), KnockAnswer::Block);
    });
}

/// Whether the host is asked; returns what holds from now on, where that was changed.
pub(super) fn asks_ui(ui: &mut Ui, asks: bool) -> Option<bool> {
    let mut on = asks;
    let changed = ui.add(Checkbox::new(&mut on, words::ASK)).changed();
    widgets::hint(ui, words::ASK_HINT);
    changed.then_some(on)
}
