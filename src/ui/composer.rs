//! Where one writes: one line that grows to eight. What is in it is never lost by an error.
//!
//! A text that is far too long for a message is kept and not set as text: megabytes would be laid out again
//! for every frame.

use egui::epaint::text::cursor::CCursor;
use egui::text_selection::CCursorRange;
use egui::{
    Align2, Event, Frame, Id, ImeEvent, Key, KeyboardShortcut, Margin, Modifiers, Pos2, Rect, ScrollArea,
    Stroke, TextEdit, Ui, UiBuilder, Vec2,
};

use super::open::{Open, open_ui};
use super::text::plain::lines_of;
use super::text::{charge, conversation as words};
use super::tokens::{self, CONTROL_HEIGHT, FOCUS_WIDTH, HAIRLINE, RADIUS_CARD, SPACE_1, SPACE_2};
use super::{conversation, icons, widgets};
use crate::types::limits::{DRAFT_BYTES, TEXT_BYTES, TYPING_MS};
use crate::types::{MessageText, RoomName, TextError};

/// Bytes up to which a text can be edited, though it is too long to send: twice a message, so that one can
/// paste and then cut.
const EDITED_BYTES: usize = 2 * TEXT_BYTES;
/// Bytes of a longer text that are shown.
const HEAD_BYTES: usize = 400;
/// Lines to which the composer grows.
const LINES: f32 = 8.0;
/// Milliseconds after which "is typing" is said again: twice before it lapses.
const TYPING_AGAIN_MS: i64 = TYPING_MS as i64 / 2;

/// What the person asked for in the composer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComposerAction {
    /// Say this. The composer is empty already; give the text to [`Composer::put_back`] if it fails.
    Say(MessageText),
    /// Ask whether this text of several lines is to be said, in a room that takes one at a time. The composer
    /// still holds it, until [`Composer::release`].
    AskLines(MessageText),
    /// Tell the room that I am typing, or no longer.
    Typing(bool),
    /// The draft is another one: keep [`Composer::draft`] once the person rests or leaves.
    Changed,
}

/// What the composer has to know of its room.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The room, for the hint.
    pub room: Option<&'a RoomName>,
    /// The room can be reached.
    pub online: bool,
    /// What is said while it cannot is kept until it can.
    pub keeps: bool,
    /// I may not speak here now.
    pub shut: bool,
    /// Seconds between two messages of mine; 0 where there is no such wait.
    pub slow_s: u32,
    /// Why what is said here can be read by others, where it can.
    pub open: Option<Open<'a>>,
    /// The clock, milliseconds since 1970 UTC: for saying "is typing" not too often.
    pub now_ms: i64,
}

/// The composer of one room.
#[derive(Debug, Default)]
pub struct Composer {
    text: String,
    /// Why the text cannot be sent, said when it was tried or when it is plainly too long.
    problem: Option<TextError>,
    /// When the room was told last that I am typing.
    told_ms: Option<i64>,
    /// An input method is in the middle of a word, so Enter belongs to it.
    composing: bool,
    wants_focus: bool,
    /// What is typed goes into it.
    focused: bool,
    /// The text came from elsewhere: one goes on writing at its end.
    cursor_to_end: bool,
}

impl Composer {
    /// A composer that holds what was typed before.
    pub fn new(draft: String) -> Self {
        Self { text: draft, ..Self::default() }
    }

    /// What is in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What can be kept as a draft; none where there is too much.
    pub fn draft(&self) -> Option<&str> {
        (self.text.len() <= DRAFT_BYTES).then_some(self.text.as_str())
    }

    /// Puts a text before what is in the composer now: a refused line, or one that could not be kept.
    pub fn put_back(&mut self, text: &str) {
        let rest = std::mem::take(&mut self.text);
        self.text = if rest.is_empty() { text.to_owned() } else { format!("{text}\n{rest}") };
        self.problem = None;
        self.wants_focus = true;
        self.cursor_to_end = true;
    }

    /// Lets go of a text that was asked about and is being said. What was typed since then stays.
    pub fn release(&mut self, text: &MessageText) {
        if MessageText::new(&self.text).is_ok_and(|held| held == *text) {
            self.clear();
        }
    }

    /// What is typed goes into it, and nothing was typed yet: keys that only move within a text are free.
    pub fn waits(&self) -> bool {
        self.focused && self.text.is_empty()
    }

    /// Takes the keyboard in the next frame.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    fn clear(&mut self) {
        *self = Self { wants_focus: true, told_ms: self.told_ms, ..Self::default() };
    }
}

/// Draws the composer in the conversation's column, at the top of `ui` and as high as it needs, its margins
/// included: the panel around it needs none.
pub fn composer_ui(ui: &mut Ui, composer: &mut Composer, place: &Place<'_>) -> Vec<ComposerAction> {
    let mut actions = Vec::new();
    let area = ui.available_rect_before_wrap();
    let column = conversation::column(area);
    let id = ui.scope_id().with("composer");
    ui.scope_builder(UiBuilder::new().max_rect(column), |ui| {
        ui.spacing_mut().item_spacing.y = SPACE_1;
        if !place.online {
            let away = if place.keeps { words::offline(place.room) } else { words::NOT_KEPT_NOW.to_owned() };
            widgets::meta(ui, &away);
        } else if place.shut {
            widgets::meta(ui, charge::SHUT);
        } else if place.slow_s > 0 {
            widgets::meta(ui, &charge::slow(place.slow_s));
        }
        let p = tokens::palette(ui);
        let focused = ui.memory(|memory| memory.has_focus(id));
        composer.focused = focused;
        let edge = match place.open {
            Some(_) => p.warning,
            None if focused => p.accent,
            None => p.edge,
        };
        let frame = Frame::new()
            .fill(p.raised)
            .stroke(Stroke::new(if place.open.is_some() { FOCUS_WIDTH } else { HAIRLINE }, edge))
            .corner_radius(RADIUS_CARD)
            .inner_margin(Margin::same(SPACE_1 as i8));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            if let Some(open) = place.open {
                open_ui(ui, open);
            }
            if composer.text.len() > EDITED_BYTES {
                oversize_ui(ui, composer, &mut actions);
            } else {
                field_ui(ui, composer, (id, place), &mut actions);
            }
        });
        notes_ui(ui, composer);
        ui.add_space(SPACE_2);
    });
    actions
}

/// The field, and the button at its last line.
fn field_ui(
    ui: &mut Ui,
    composer: &mut Composer,
    (id, place): (Id, &Place<'_>),
    actions: &mut Vec<ComposerAction>,
) {
    let right = ui.max_rect().right();
    let (field, entered) = edit_ui(ui, composer, (id, place), actions);
    let button = Vec2::splat(CONTROL_HEIGHT);
    let at = Align2::RIGHT_BOTTOM.anchor_size(Pos2::new(right, field.bottom()), button);
    let sent = ui
        .scope_builder(UiBuilder::new().max_rect(at), |ui| {
            ui.add_enabled_ui(!composer.text.trim().is_empty() && !place.shut, |ui| {
                widgets::icon_button(ui, icons::ARROW_UPWARD, words::SEND, words::SEND_TIP).clicked()
            })
            .inner
        })
        .inner;
    if (sent || entered) && !place.shut {
        say(composer, place, actions);
    }
}

/// Where the field is, and whether Enter was pressed in it.
fn edit_ui(
    ui: &mut Ui,
    composer: &mut Composer,
    (id, place): (Id, &Place<'_>),
    actions: &mut Vec<ComposerAction>,
) -> (Rect, bool) {
    let mut entered = false;
    if std::mem::take(&mut composer.wants_focus) || is_typed_at_nothing(ui) {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    if std::mem::take(&mut composer.cursor_to_end) {
        let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
        let end = CCursor::new(composer.text.chars().count());
        state.cursor.set_char_range(Some(CCursorRange::one(end)));
        TextEdit::store_state(ui.ctx(), id, state);
    }
    if ui.memory(|memory| memory.has_focus(id)) {
        entered = take_enter(ui, composer);
        if take_long_paste(ui, composer) {
            actions.push(ComposerAction::Changed);
            return (Rect::from_min_size(ui.cursor().min, Vec2::ZERO), false);
        }
    }
    let line = tokens::line_height(ui, &egui::TextStyle::Body);
    let hint = words::hint(place.room);
    let width = ui.available_width() - CONTROL_HEIGHT - SPACE_1;
    let below = ((CONTROL_HEIGHT - line) / 2.0).round().max(0.0);
    let margin = Margin { left: SPACE_2 as i8, right: SPACE_2 as i8, top: below as i8, bottom: below as i8 };
    let area = ScrollArea::vertical().max_height(LINES * line + 2.0 * below).max_width(width);
    let field = area.id_salt("composer lines").content_margin(0.0).show(ui, |ui| {
        ui.set_width(width);
        ui.add(
            TextEdit::multiline(&mut composer.text)
                .id(id)
                .frame(Frame::NONE.inner_margin(margin))
                .hint_text(hint.clone())
                .desired_rows(1)
                .desired_width(width)
                .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter)),
        )
    });
    let response = field.inner;
    let rect = response.rect.intersect(field.inner_rect);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(hint));
    if response.changed() {
        composer.problem = None;
        actions.push(ComposerAction::Changed);
        typed(composer, place.now_ms, actions);
    }
    (rect, entered)
}

/// Whether somebody types while no field has the keyboard: they mean the composer. A space is left to the button or
/// switch that has the focus.
fn is_typed_at_nothing(ui: &Ui) -> bool {
    let focused = ui.memory(egui::Memory::focused);
    let in_a_field = focused.is_some_and(|id| TextEdit::load_state(ui.ctx(), id).is_some());
    let covered = ui.memory(|memory| memory.top_modal_layer().is_some());
    let typed = |event: &Event| match event {
        Event::Text(text) | Event::Paste(text) => focused.is_none() || text != " ",
        Event::Ime(ImeEvent::Commit(_)) => true,
        _ => false,
    };
    !in_a_field && !covered && ui.input(|input| input.events.iter().any(typed))
}

/// Enter without any other key, unless an input method is using it to choose a word.
fn take_enter(ui: &Ui, composer: &mut Composer) -> bool {
    ui.input_mut(|input| {
        let mut committed = false;
        for event in &input.events {
            match event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => composer.composing = !text.is_empty(),
                Event::Ime(ImeEvent::Commit(_)) => {
                    composer.composing = false;
                    committed = true;
                }
                _ => {}
            }
        }
        let free = !composer.composing && !committed;
        let mut entered = false;
        input.events.retain(|event| {
            let plain = matches!(event, Event::Key { key: Key::Enter, pressed: true, modifiers, .. }
                if !modifiers.any());
            entered |= plain && free;
            !plain
        });
        entered
    })
}

/// A paste that makes the text too long to be edited goes past the field, which would lay it out.
fn take_long_paste(ui: &Ui, composer: &mut Composer) -> bool {
    ui.input_mut(|input| {
        let before = composer.text.len();
        input.events.retain(|event| match event {
            Event::Paste(pasted) if composer.text.len() + pasted.len() > EDITED_BYTES => {
                composer.text.push_str(pasted);
                false
            }
            _ => true,
        });
        composer.text.len() > before
    })
}

/// Says "is typing" at the first key and then now and again, and takes it back when nothing is left.
fn typed(composer: &mut Composer, now_ms: i64, actions: &mut Vec<ComposerAction>) {
    if composer.text.is_empty() {
        if composer.told_ms.take().is_some() {
            actions.push(ComposerAction::Typing(false));
        }
    } else if composer.told_ms.is_none_or(|told| now_ms.saturating_sub(told) >= TYPING_AGAIN_MS) {
        composer.told_ms = Some(now_ms);
        actions.push(ComposerAction::Typing(true));
    }
}

fn say(composer: &mut Composer, place: &Place<'_>, actions: &mut Vec<ComposerAction>) {
    let line_by_line = place.open == Some(Open::Plain);
    match MessageText::new(&composer.text) {
        Ok(text) if line_by_line && lines_of(text.as_str()) > 1 => {
            actions.push(ComposerAction::AskLines(text));
        }
        Ok(text) => {
            composer.clear();
            actions.push(ComposerAction::Say(text));
            actions.push(ComposerAction::Changed);
            if composer.told_ms.take().is_some() {
                actions.push(ComposerAction::Typing(false));
            }
        }
        Err(TextError::Empty) => {}
        Err(problem) => composer.problem = Some(problem),
    }
}

/// The head of a text that is far too long, and what can be done with it.
fn oversize_ui(ui: &mut Ui, composer: &mut Composer, actions: &mut Vec<ComposerAction>) {
    ui.set_width(ui.available_width());
    let head = composer.text.get(..composer.text.floor_char_boundary(HEAD_BYTES)).unwrap_or_default();
    let head: String = head.lines().take(LINES as usize - 4).collect::<Vec<_>>().join("\n");
    widgets::hint(ui, &format!("{head} …"));
    widgets::error_line(ui, &words::too_long(composer.text.len()));
    ui.horizontal(|ui| {
        if widgets::button(ui, words::COPY).clicked() {
            ui.copy_text(composer.text.clone());
        }
        if widgets::button(ui, words::CLEAR).clicked() {
            composer.clear();
            actions.push(ComposerAction::Changed);
        }
    });
}

/// How much is left, once that matters, and why the text could not be sent.
fn notes_ui(ui: &mut Ui, composer: &Composer) {
    let bytes = composer.text.len();
    if bytes > EDITED_BYTES {
        return;
    }
    match composer.problem {
        Some(TextError::TooManyLines { lines }) => {
            widgets::error_line(ui, &words::too_many_lines(lines));
        }
        _ if bytes > TEXT_BYTES => {
            widgets::error_line(ui, &words::room_left(bytes));
        }
        _ if bytes > TEXT_BYTES / 10 * 9 => {
            ui.add_space(SPACE_1);
            widgets::meta(ui, &words::room_left(bytes));
        }
        _ => {}
    }
}
