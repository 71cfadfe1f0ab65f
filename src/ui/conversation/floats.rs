//! What stands over or under the lines and does not move with them.

use egui::{Align2, Color32, CornerRadius, CursorIcon, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, Vec2};

use super::row::{Type, name_label};
use super::scroll::Scroll;
use crate::ui::model::timeline::{Row, Timeline};
use crate::ui::text::conversation as words;
use crate::ui::tokens::{self, CONTROL_HEIGHT, HAIRLINE, ICON_SMALL, SPACE_1, SPACE_2, SPACE_3, SPACE_4};
use crate::ui::{icons, widgets};

/// What to do where nothing was said yet.
pub(super) fn empty_ui(ui: &mut Ui, area: Rect) {
    let place =
        Rect::from_center_size(area.center(), Vec2::new(area.width() - 2.0 * SPACE_4, CONTROL_HEIGHT));
    let builder = egui::UiBuilder::new()
        .max_rect(place)
        .layout(egui::Layout::centered_and_justified(egui::Direction::LeftToRight));
    ui.scope_builder(builder, |ui| widgets::hint(ui, words::EMPTY));
}

/// The day of the topmost row, while its divider is above the screen; the next one pushes it away.
pub(super) fn sticky_day_ui(
    ui: &Ui,
    (timeline, face, column): (&Timeline, &Type, Rect),
    scroll: &Scroll,
    viewport: Rect,
) {
    let (first, last) = scroll.shown();
    let above_screen = scroll.top_of(first, viewport.height()) < viewport.top();
    let Some(day) = timeline.day_of(first).filter(|_| above_screen) else { return };
    let text = face.meta(ui, words::day(day), face.palette.quiet);
    let height = text.size().y + 2.0 * SPACE_1;
    let top = ui.min_rect().top() + viewport.top();
    let next = (first + 1..=last)
        .find(|row| matches!(timeline.row(*row), Some(Row::Day(_))))
        .map(|row| ui.min_rect().top() + scroll.top_of(row, viewport.height()));
    let y = next.map_or(top, |next| top.min(next - height));
    let size = Vec2::new(text.size().x + 2.0 * SPACE_3, height);
    let pill = Rect::from_min_size(Pos2::new(column.center().x - size.x / 2.0, y + SPACE_1), size);
    let radius = CornerRadius::same((height / 2.0) as u8);
    ui.painter().rect_filled(pill, radius, face.palette.background);
    ui.painter().rect_stroke(pill, radius, Stroke::new(HAIRLINE, face.palette.hairline), StrokeKind::Inside);
    let place = Align2::CENTER_CENTER.align_size_within_rect(text.size(), pill);
    ui.painter().galley(place.min, text, Color32::PLACEHOLDER);
}

/// The way to the newest line, with how many came since. True where it was taken.
pub(super) fn jump_ui(ui: &Ui, column: Rect, new: u64) -> bool {
    let p = tokens::palette(ui);
    let font = tokens::strong().resolve(ui.style());
    let count = if new == 0 { String::new() } else { new.to_string() };
    let galley = ui.painter().layout_no_wrap(count, font, p.text);
    let gap = if new == 0 { 0.0 } else { SPACE_1 };
    let width = (ICON_SMALL + gap + galley.size().x + 2.0 * SPACE_3).max(CONTROL_HEIGHT);
    let corner = column.right_bottom() - Vec2::new(0.0, SPACE_2);
    let rect = Align2::RIGHT_BOTTOM.anchor_size(corner, Vec2::new(width, CONTROL_HEIGHT));
    let name = words::below(new);
    let response = ui.interact(rect, ui.scope_id().with("to newest"), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, enabled, &name));
    let radius = (CONTROL_HEIGHT / 2.0) as u8;
    let fill = [p.raised, p.hover, p.pressed].get(widgets::state(&response)).copied().unwrap_or(p.raised);
    ui.painter().rect_filled(rect, CornerRadius::same(radius), fill);
    let stroke = Stroke::new(HAIRLINE, p.edge);
    ui.painter().rect_stroke(rect, CornerRadius::same(radius), stroke, StrokeKind::Inside);
    let icon = Pos2::new(rect.center().x - f32::midpoint(galley.size().x, gap), rect.center().y);
    let icon_font = tokens::icon_font(ICON_SMALL);
    ui.painter().text(icon, Align2::CENTER_CENTER, icons::ARROW_DOWNWARD, icon_font, p.text);
    let count = Pos2::new(icon.x + ICON_SMALL / 2.0 + gap, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(count, galley, p.text);
    widgets::focus_ring(ui, &response, radius);
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(words::TO_NEWEST).clicked()
}

/// Who is typing, in a strip that is there for nobody too, so that nothing moves.
pub(super) fn typing_ui(ui: &Ui, strip: Rect, timeline: &Timeline) {
    let (names, more) = timeline.typing();
    let words = words::typing(names, more);
    if words.is_empty() {
        return;
    }
    let response = ui.interact(strip, ui.scope_id().with("typing"), Sense::hover());
    name_label(ui, &response, &words);
    let p = tokens::palette(ui);
    let font = tokens::meta().resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(words, font, p.quiet);
    job.wrap = egui::text::TextWrapping::truncate_at_width(strip.width());
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    ui.painter().galley(strip.min, galley, p.quiet);
}
