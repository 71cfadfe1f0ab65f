//! The conversation: names and texts in one column, newest at the bottom.
//!
//! Only the rows on the screen are set and drawn. The view holds on to a line, not to a number of points, so
//! nothing moves while the rows above it are measured, paged in or let go; only a reader who is at the bottom
//! follows what comes. What the person does is returned; nothing is changed here but the view itself.

mod floats;
mod heights;
mod line;
mod link;
mod row;
mod scroll;

use std::collections::HashSet;

use egui::{Pos2, Rect, ScrollArea, Ui, UiBuilder, Vec2};

use self::line::Column;
use self::row::Type;
use self::scroll::Scroll;
use super::text::conversation as words;
use super::tokens::{self, COLUMN_WIDTH, SPACE_1, SPACE_2, SPACE_4, SPACE_5};
use crate::types::{OpId, Removal, Seq};
use crate::ui::model::timeline::{Look, Row, RowKey, Timeline};

/// Kept free at the right of every line for the time and the mark that show under the pointer.
const GUTTER: f32 = 64.0;

/// What the person asked for in the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationAction {
    /// The reader is here now: pass it to [`Timeline::set_look`], then ask for [`Timeline::wanted_page`].
    Look(Look),
    /// Show the newest line, which is not held here: pass on [`Timeline::ask_newest`].
    Newest,
    /// Fill the gap above this entry: pass on [`Timeline::ask_gap`].
    LoadGap(Seq),
    /// Take this refused line out of the conversation and its text back into the composer.
    PutBack(OpId),
    /// Ask whether this is to be removed.
    AskRemove(Removal),
    /// Show this in the browser or the mail program. The person saw the whole of it and agreed.
    OpenLink(String),
}

/// What the view of one room remembers between frames.
#[derive(Debug, Default)]
pub struct ViewState {
    scroll: Scroll,
    /// Long texts that are shown whole.
    unfolded: HashSet<RowKey>,
    /// The link whose dialog is open.
    link: Option<String>,
    look: Option<Look>,
    /// [`Timeline::arrived`] when the newest line was last on the screen.
    seen: u64,
    /// The number of the last target that was brought into view.
    brought: Option<u64>,
}

impl ViewState {
    /// A view that follows the newest line.
    pub fn new() -> Self {
        Self::default()
    }

    /// The newest line is on the screen, and what comes is followed.
    pub fn is_at_bottom(&self) -> bool {
        self.scroll.follows()
    }

    /// Goes to the newest line that is held, and follows from there.
    pub fn to_bottom(&mut self) {
        self.scroll.follow();
    }
}

/// Draws the conversation over all the room that is left in `ui`.
pub fn conversation_ui(ui: &mut Ui, view: &mut ViewState, timeline: &Timeline) -> Vec<ConversationAction> {
    let mut actions = Vec::new();
    let all = ui.available_rect_before_wrap();
    let strip = tokens::line_height(ui, &tokens::meta()) + SPACE_1;
    let area = Rect::from_min_max(all.min, Pos2::new(all.right(), (all.bottom() - strip).max(all.top())));
    let column = column(area);
    let face = Type::of(ui, (column.width() - GUTTER).max(GUTTER));

    ui.advance_cursor_after_rect(all);
    view.bring_target(timeline, area.height());
    ui.scope_builder(UiBuilder::new().max_rect(area).id_salt("conversation"), |ui| {
        view.scroll.prepare(ui, (timeline, &face), &view.unfolded, area.height());
        lines_ui(ui, view, (timeline, &face, column), &mut actions);
    });
    if timeline.is_empty() && timeline.at_start() {
        floats::empty_ui(ui, area);
    } else if !view.scroll.follows() || !timeline.at_end() {
        let new = timeline.arrived().saturating_sub(view.seen);
        if floats::jump_ui(ui, column, new) {
            view.to_bottom();
            if !timeline.at_end() {
                actions.push(ConversationAction::Newest);
            }
        }
    }
    let strip = Rect::from_min_max(
        Pos2::new(column.left(), area.bottom()),
        column.right_bottom() + Vec2::new(0.0, strip),
    );
    floats::typing_ui(ui, strip, timeline);
    actions.extend(link::dialog_ui(ui, &mut view.link).map(ConversationAction::OpenLink));
    actions.extend(view.look_changed(timeline).map(ConversationAction::Look));
    actions
}

/// The rows on the screen, in a scroll area that believes in all of them.
fn lines_ui(
    ui: &mut Ui,
    view: &mut ViewState,
    (timeline, face, column): (&Timeline, &Type, Rect),
    actions: &mut Vec<ConversationAction>,
) {
    let ViewState { scroll, unfolded, link, .. } = view;
    // It would take rows that were added above for a pull past the edge, and spring back.
    ui.spacing_mut().scroll.kinetic.rubber_band = false;
    let mut area = ScrollArea::vertical().auto_shrink(false).content_margin(0.0).id_salt("lines");
    if let Some(offset) = scroll.moved() {
        area = area.vertical_scroll_offset(offset);
    }
    let answer = area.show_viewport(ui, |ui, viewport| {
        ui.set_min_size(Vec2::new(ui.available_width(), scroll.content_height(viewport.height())));
        name_conversation(ui);
        let top = ui.min_rect().top();
        let shown = scroll.rows_in(viewport);
        let mut lines = Column { face, timeline, area: column, link, unfolded, actions };
        for index in shown {
            let Some(row) = timeline.row(index) else { break };
            let at = Pos2::new(column.left(), top + scroll.top_of(index, viewport.height()));
            let rect = Rect::from_min_size(at, Vec2::new(column.width(), scroll.height_of(index)));
            // The day that stands at the top stands for its own row.
            let stuck = matches!(row, Row::Day(_)) && rect.top() < top + viewport.top();
            if !stuck && lines.row_ui(ui, &row, rect) {
                scroll.changed(index);
            }
        }
        floats::sticky_day_ui(ui, (timeline, face, column), scroll, viewport);
    });
    scroll.settle(timeline, answer.state.clamped_offset().y, answer.inner_rect.height());
}

fn name_conversation(ui: &Ui) {
    ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
        node.set_role(egui::accesskit::Role::Log);
        node.set_label(words::CONVERSATION);
    });
}

/// The column that is read: as wide as reads easily, in the middle of what there is.
pub(super) fn column(area: Rect) -> Rect {
    let margin = if area.width() < tokens::STACK_BELOW { SPACE_4 } else { SPACE_5 };
    let width = (area.width() - 2.0 * margin).clamp(SPACE_5, COLUMN_WIDTH);
    let left = area.left() + ((area.width() - width) / 2.0).round().max(SPACE_2);
    Rect::from_min_size(Pos2::new(left, area.top()), Vec2::new(width, area.height()))
}

impl ViewState {
    /// Goes where the person asked to be taken, once for each time that they asked.
    fn bring_target(&mut self, timeline: &Timeline, height: f32) {
        let Some(target) = timeline.target().filter(|target| self.brought != Some(target.number)) else {
            return;
        };
        self.brought = Some(target.number);
        if let Some((seq, row)) = target.seq.and_then(|seq| Some((seq, timeline.row_of(seq)?))) {
            self.scroll.bring((row, seq), height);
        }
    }

    /// Where the reader is, if that is not what was told last.
    fn look_changed(&mut self, timeline: &Timeline) -> Option<Look> {
        let (first, last) = self.scroll.shown();
        let look = Look { first, last, at_bottom: self.scroll.follows() };
        if look.at_bottom && timeline.at_end() {
            self.seen = timeline.arrived();
        }
        (self.look != Some(look)).then(|| {
            self.look = Some(look);
            look
        })
    }
}
