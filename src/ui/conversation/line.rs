//! One row on the screen: its text can be selected, its links followed, its time read.

use std::collections::HashSet;
use std::ops::Range;

use egui::epaint::text::PlacedRow;
use egui::epaint::text::cursor::CCursor;
use egui::text_selection::LabelSelectionState;
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Galley, Id, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2,
};

use super::ConversationAction;
use super::row::{Set, Type, name_label};
use crate::types::Author;
use crate::ui::model::timeline::{Line, Prepared, Row, RowKey, Timeline, Waiting};
use crate::ui::text::{conversation as words, guests, plain};
use crate::ui::tokens::{self, HAIRLINE, ICON_SMALL, RADIUS_CONTROL, SPACE_1, SPACE_2, SPACE_4};
use crate::ui::{icons, widgets};

/// Points from the column's right edge to the middle of the icon that removes a line: beyond a time of day and a tick.
const REMOVE_LEFT: f32 = 72.0;

/// What the rows of one frame share.
pub(super) struct Column<'a> {
    pub(super) face: &'a Type,
    pub(super) timeline: &'a Timeline,
    pub(super) area: Rect,
    pub(super) link: &'a mut Option<String>,
    pub(super) unfolded: &'a mut HashSet<RowKey>,
    pub(super) actions: &'a mut Vec<ConversationAction>,
}

impl Column<'_> {
    /// Draws a row into `rect`. True where its height is another from now on.
    pub(super) fn row_ui(&mut self, ui: &mut Ui, row: &Row<'_>, rect: Rect) -> bool {
        match row {
            Row::Day(date) => self.rule_ui(ui, rect, &words::day(*date), None),
            Row::Unread => self.rule_ui(ui, rect, words::NEW, Some(self.face.palette.accent)),
            _ => return self.text_ui(ui, row, rect),
        }
        false
    }

    /// A few words in the middle of the column, on a line where they have a colour.
    fn rule_ui(&self, ui: &Ui, rect: Rect, words: &str, color: Option<Color32>) {
        let text = self.face.meta(ui, words.to_owned(), color.unwrap_or(self.face.palette.quiet));
        let words_rect = Align2::CENTER_CENTER.align_size_within_rect(text.size(), rect);
        if let Some(color) = color {
            let stroke = Stroke::new(HAIRLINE, color);
            ui.painter().hline(rect.left()..=words_rect.left() - SPACE_2, rect.center().y, stroke);
            ui.painter().hline(words_rect.right() + SPACE_2..=rect.right(), rect.center().y, stroke);
        }
        let response = ui.interact(words_rect, ui.scope_id().with(("rule", words)), Sense::hover());
        name_label(ui, &response, words);
        ui.painter().galley(words_rect.min, text, Color32::PLACEHOLDER);
    }

    fn text_ui(&mut self, ui: &mut Ui, row: &Row<'_>, rect: Rect) -> bool {
        let key = row.key();
        let unfolded = self.unfolded.contains(&key);
        let set = self.face.set(ui, row, self.timeline, unfolded);
        let looked_at = match row {
            Row::Ignored(line) if unfolded => Row::Line(*line),
            other => *other,
        };
        let row = &looked_at;
        let id = ui.scope_id().with(key);
        // Marks piled on letters would draw over the lines around.
        let clip = ui.clip_rect();
        ui.set_clip_rect(clip.intersect(rect.expand2(Vec2::new(SPACE_4, SPACE_1))));
        if self.is_target(row) {
            let radius = CornerRadius::same(RADIUS_CONTROL);
            ui.painter().rect_filled(
                rect.expand2(Vec2::new(SPACE_2, 0.0)),
                radius,
                self.face.palette.selected,
            );
        }
        set.paint_head(ui, rect.min);
        let text_rect = set.text_rect(rect.min);
        let response = ui.interact(text_rect, id, text_sense());
        name_label(ui, &response, set.text.text());
        describe(ui, &response, row, self.timeline);
        let written = self.timeline.is_plain() && matches!(row, Row::Line(Line { mine: true, .. }));
        let response = if written { response.on_hover_text(plain::WRITTEN) } else { response };
        if let Some(text) = row_text(row) {
            self.links_ui(ui, (text, &set), text_rect.min, id);
        }
        LabelSelectionState::label_text_selection(
            ui,
            &response,
            text_rect.min,
            set.text.clone(),
            self.face.palette.text,
            Stroke::NONE,
        );
        self.margin_ui(ui, row, &set, rect);
        ui.set_clip_rect(clip);
        self.steps_ui(ui, row, &set, rect)
    }

    /// Whether the person asked to be taken to this line.
    fn is_target(&self, row: &Row<'_>) -> bool {
        let target = self.timeline.target().and_then(|target| target.seq);
        target.is_some_and(
            |target| matches!(row.key(), RowKey::Line(seq, _) | RowKey::Removed(seq, _) | RowKey::Ignored(seq, _) if seq == target),
        )
    }

    /// What can be clicked inside a text.
    fn links_ui(&mut self, ui: &Ui, (text, set): (&Prepared, &Set), at: Pos2, id: Id) {
        for (number, link) in text.links().iter().enumerate() {
            let shown = set.text.text();
            let Some(spelled) = shown.get(link.range.clone()) else { break };
            let start = shown.get(..link.range.start).map_or(0, |before| before.chars().count());
            let chars = start..start + spelled.chars().count();
            let mut whole: Option<Response> = None;
            for rect in rects_of(&set.text, chars) {
                let rect = rect.translate(at.to_vec2());
                let part = whole.is_some();
                // A line of text is higher than its letters: a galley's own underline would hang far below.
                let base = rect.center().y + self.face.body.size * 0.5;
                let stroke = Stroke::new(HAIRLINE, self.face.palette.accent);
                ui.painter().hline(rect.x_range(), base, stroke);
                let response = ui.interact(
                    rect,
                    id.with((number, rect.top() as i32)),
                    if part { Sense::CLICK } else { Sense::click() },
                );
                whole = Some(match whole {
                    Some(first) => first.union(response),
                    None => response,
                });
            }
            let Some(response) = whole else { continue };
            let enabled = ui.is_enabled();
            response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Link, enabled, spelled));
            widgets::focus_ring(ui, &response, 0);
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                *self.link = Some(link.target.clone());
            }
        }
    }

    /// The clock beside what waits; the time and the tick beside what is pointed at.
    fn margin_ui(&mut self, ui: &Ui, row: &Row<'_>, set: &Set, rect: Rect) {
        let p = self.face.palette;
        if let Row::Waiting(Waiting { pending, sent: false, .. }) = row
            && pending.refused.is_none()
        {
            let at = set.behind_text(rect.min);
            let icon = Rect::from_center_size(at + Vec2::new(ICON_SMALL / 2.0, 0.0), Vec2::splat(ICON_SMALL));
            let response = ui.interact(icon, ui.scope_id().with((pending.id, "clock")), Sense::hover());
            name_label(ui, &response, words::WAITING);
            let font = tokens::icon_font(ICON_SMALL - 2.0);
            ui.painter().text(icon.center(), Align2::CENTER_CENTER, icons::SCHEDULE, font, p.quiet);
            response.on_hover_text(words::WAITING);
        }
        // Rows share their edges: one that is pointed at there is the lower one.
        let above = ui.input(|input| input.pointer.hover_pos().is_none_or(|at| at.y < rect.bottom()));
        let pointed = above && ui.rect_contains_pointer(rect);
        let Some((at_ms, mine)) = said_at(row).filter(|_| pointed) else { return };
        // The head of a group tells the time already.
        let time = if set.head.is_some() { String::new() } else { words::time(self.timeline.local(at_ms)) };
        let time = self.face.meta(ui, time, p.quiet);
        let line = set.text_at.y + self.face.body_line / 2.0;
        let right = Pos2::new(self.area.right(), rect.top() + line);
        let time_rect = Align2::RIGHT_CENTER.anchor_size(right, time.size());
        ui.painter().galley(time_rect.min, time, Color32::PLACEHOLDER);
        // Nothing is confirmed in a plain-text room, so there is nothing to tick.
        if mine && !self.timeline.is_plain() {
            let tick = Pos2::new(time_rect.left() - SPACE_1, right.y);
            let font = tokens::icon_font(ICON_SMALL - 2.0);
            ui.painter().text(tick, Align2::RIGHT_CENTER, icons::CHECK, font, p.quiet);
        }
        if let Row::Line(Line { message, .. }) = row
            && let Some(removal) = self.timeline.removal_of(message)
        {
            // Left of the time and the tick, whether they are there or not: it stands still from line to line.
            let at = Pos2::new(self.area.right() - REMOVE_LEFT, right.y);
            if self.icon_ui(ui, at, (icons::DELETE, words::REMOVE), row.key()) {
                self.actions.push(ConversationAction::AskRemove(removal));
            }
        }
    }

    /// A small icon that can be clicked, in the margin of the row that is pointed at.
    fn icon_ui(&self, ui: &Ui, at: Pos2, (icon, label): (&str, &str), key: RowKey) -> bool {
        let rect = Rect::from_center_size(at, Vec2::splat(ICON_SMALL + SPACE_1));
        let response = ui.interact(rect, ui.scope_id().with((key, label)), Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, enabled, label));
        let p = self.face.palette;
        let color = if response.hovered() { p.danger } else { p.quiet };
        let font = tokens::icon_font(ICON_SMALL);
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon, font, color);
        response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(label).clicked()
    }

    /// What stands under a text: the rest of it, or why it was refused and the way back.
    fn steps_ui(&mut self, ui: &mut Ui, row: &Row<'_>, set: &Set, rect: Rect) -> bool {
        let mut y = set.text_rect(rect.min).bottom();
        if set.folded {
            let label = match row_text(row).map_or(0, Prepared::lines) {
                lines if lines > Prepared::FOLD_LINES => words::show_all(lines),
                _ => words::SHOW_ALL.to_owned(),
            };
            if self.step_ui(ui, Pos2::new(rect.left(), y), &label, row.key()) {
                self.unfolded.insert(row.key());
                return true;
            }
            y += self.face.link_height();
        }
        if let Row::Ignored(_) = row {
            let at = Pos2::new(set.text_rect(rect.min).right() + SPACE_2, set.text_rect(rect.min).top());
            if self.step_ui(ui, at, words::SHOW_IGNORED, row.key()) {
                self.unfolded.insert(row.key());
                return true;
            }
        }
        if let (Row::Waiting(waiting), Some(note)) = (row, &set.note) {
            let note_rect = Rect::from_min_size(Pos2::new(rect.left(), y), note.size());
            let response = ui.interact(note_rect, ui.scope_id().with((row.key(), "why")), Sense::hover());
            name_label(ui, &response, note.text());
            ui.painter().galley(note_rect.min, note.clone(), Color32::PLACEHOLDER);
            if self.step_ui(ui, note_rect.left_bottom(), words::PUT_BACK, row.key()) {
                self.actions.push(ConversationAction::PutBack(waiting.pending.id));
            }
        }
        // Nobody has what a plain-text room said while the connection was gone.
        if let Row::Gap(gap) = row
            && !gap.loading
            && !gap.not_kept
            && !self.timeline.is_plain()
        {
            let at = Pos2::new(set.text_rect(rect.min).right() + SPACE_2, set.text_rect(rect.min).top());
            if self.step_ui(ui, at, words::LOAD, row.key()) {
                self.actions.push(ConversationAction::LoadGap(gap.before));
            }
        }
        false
    }

    /// A step in the smaller face, as a button of no more than its words.
    fn step_ui(&self, ui: &Ui, at: Pos2, label: &str, key: RowKey) -> bool {
        let text = self.face.meta(ui, label.to_owned(), self.face.palette.accent);
        let rect = Rect::from_min_size(at, text.size());
        let response = ui.interact(rect, ui.scope_id().with((key, label)), Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, enabled, label));
        ui.painter().galley(rect.min, text, Color32::PLACEHOLDER);
        if response.hovered() {
            let stroke = Stroke::new(HAIRLINE, self.face.palette.accent);
            ui.painter().hline(rect.x_range(), rect.bottom() - HAIRLINE, stroke);
        }
        widgets::focus_ring(ui, &response, 0);
        response.on_hover_cursor(CursorIcon::PointingHand).clicked()
    }
}

/// Text is pointed at and dragged over, and is no stop on the way of the Tab key.
fn text_sense() -> Sense {
    let mut sense = Sense::click_and_drag();
    sense.remove(Sense::FOCUSABLE);
    sense
}

/// Who said a line and when, for those who hear the window: the text alone does not tell.
fn describe(ui: &Ui, response: &Response, row: &Row<'_>, timeline: &Timeline) {
    if let Row::Line(Line { message, mine, .. }) = row {
        ui.ctx().accesskit_node_builder(response.id, |node| {
            let at = words::date_and_time(timeline.local(message.at_ms));
            let is_plain = timeline.is_plain();
            let guest = match message.author {
                Author::Guest if !is_plain => format!(", {}", guests::WITHOUT_ENCRYPTION),
                _ => String::new(),
            };
            let sent = match (*mine, is_plain) {
                (true, true) => format!(", {}", plain::WRITTEN),
                (true, false) => format!(", {}", words::SENT),
                (false, _) => String::new(),
            };
            node.set_description(format!("{}{guest}, {at}{sent}", message.name));
        });
    }
}

fn row_text<'a>(row: &Row<'a>) -> Option<&'a Prepared> {
    match row {
        Row::Line(line) => Some(line.text),
        Row::Waiting(waiting) => Some(waiting.text),
        _ => None,
    }
}

/// When a row was said, and whether it is mine and the host has it.
fn said_at(row: &Row<'_>) -> Option<(i64, bool)> {
    match row {
        Row::Line(line) | Row::Newer(line) | Row::Unreadable(line) | Row::Removed(line) => {
            Some((line.message.at_ms, line.mine))
        }
        Row::Waiting(waiting) => Some((waiting.pending.at_ms, false)),
        _ => None,
    }
}

/// Where these characters stand in a text that was set: one rectangle for each line that they are on.
fn rects_of(galley: &Galley, chars: Range<usize>) -> impl Iterator<Item = Rect> + '_ {
    let start = galley.pos_from_cursor(CCursor::new(chars.start));
    let end = galley.pos_from_cursor(CCursor { prefer_next_row: false, ..CCursor::new(chars.end) });
    galley.rows.iter().map(PlacedRow::rect).filter_map(move |row| {
        let middle = row.center().y;
        if middle < start.top() || middle > end.bottom() {
            return None;
        }
        let left = if start.y_range().contains(middle) { start.left() } else { row.left() };
        let right = if end.y_range().contains(middle) { end.right() } else { row.right() };
        (right > left).then(|| Rect::from_x_y_ranges(left..=right, row.y_range()))
    })
}
