//! Whole rows and cards that are one button: large targets, one name.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Galley, Pos2, Rect, Response, RichText, Sense, Stroke,
    StrokeKind, TextStyle, TextWrapMode, Ui, Vec2, WidgetInfo, WidgetText,
};

use super::buttons::{fill_of, focus_ring};
use crate::ui::tokens::{self, HAIRLINE, ICON, LINE_GAP, RADIUS_CARD, RADIUS_CONTROL};
use crate::ui::tokens::{SPACE_1, SPACE_2, SPACE_3, SPACE_4};

/// Where the text of a card begins.
const CARD_LEFT: f32 = SPACE_4 + tokens::CONTROL_HEIGHT + SPACE_3;

/// A row of a list that leads somewhere.
pub struct ListRow<'a> {
    /// What it is called for those who hear it.
    pub name: &'a str,
    /// At the left.
    pub icon: &'a str,
    /// What stands in it.
    pub title: &'a str,
    /// Under the title, if anything.
    pub detail: Option<&'a str>,
    /// At the right, in the accent: a count.
    pub badge: Option<&'a str>,
    /// At the right, quiet: an icon.
    pub mark: Option<&'a str>,
    /// It is the one that is shown.
    pub selected: bool,
    /// Points kept free at the right, for another control.
    pub keep: f32,
}

impl<'a> ListRow<'a> {
    /// A row with an icon and a title.
    pub fn new(name: &'a str, icon: &'a str, title: &'a str) -> Self {
        Self { name, icon, title, detail: None, badge: None, mark: None, selected: false, keep: 0.0 }
    }

    /// Shows it over the whole width.
    pub fn show(self, ui: &mut Ui) -> Response {
        let p = tokens::palette(ui);
        let text_left = SPACE_2 + ICON + SPACE_2;
        let badge = self.badge.map(|text| row_galley(ui, text, &tokens::meta(), f32::INFINITY));
        let badge_width = badge.as_ref().map_or(0.0, |galley| galley.size().x + SPACE_3);
        let mark_width = self.mark.map_or(0.0, |_| ICON);
        let right = badge_width + mark_width + self.keep + SPACE_2;
        let room = (ui.available_width() - text_left - right).max(SPACE_4);
        let style = if self.selected || self.badge.is_some() { tokens::strong() } else { TextStyle::Body };
        let style = if self.detail.is_some() { tokens::strong() } else { style };
        let title = row_galley(ui, self.title, &style, room);
        let detail = self.detail.map(|text| row_galley(ui, text, &tokens::meta(), room));
        let text_height = title.size().y + detail.as_ref().map_or(0.0, |g| g.size().y + LINE_GAP);
        let height = (text_height + 2.0 * SPACE_2).max(tokens::CONTROL_HEIGHT + SPACE_1);

        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
        let (enabled, selected, name) = (ui.is_enabled(), self.selected, self.name);
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, selected, name));
        if ui.is_rect_visible(rect) {
            let rest = if self.selected { p.selected } else { Color32::TRANSPARENT };
            let fill =
                fill_of(&response, [rest, if self.selected { p.selected } else { p.hover }, p.pressed]);
            ui.painter().rect_filled(rect, CornerRadius::same(RADIUS_CONTROL), fill);
            let icon_color = if self.selected { p.accent } else { p.quiet };
            let icon_at = Pos2::new(rect.left() + SPACE_2 + ICON / 2.0, rect.center().y);
            ui.painter().text(icon_at, Align2::CENTER_CENTER, self.icon, tokens::icon_font(ICON), icon_color);
            let top = Pos2::new(rect.left() + text_left, rect.center().y - text_height / 2.0);
            let below = top + Vec2::new(0.0, title.size().y + LINE_GAP);
            ui.painter().galley(top, title, p.text);
            if let Some(detail) = detail {
                ui.painter().galley(below, detail, p.quiet);
            }
            let mut edge = rect.right() - self.keep - SPACE_2;
            if let Some(badge) = badge {
                let size = Vec2::new(badge_width, badge.size().y + LINE_GAP);
                let pill = Rect::from_center_size(Pos2::new(edge - size.x / 2.0, rect.center().y), size);
                ui.painter().rect_filled(pill, CornerRadius::same((size.y / 2.0) as u8), p.accent);
                let at = Align2::CENTER_CENTER.align_size_within_rect(badge.size(), pill).min;
                ui.painter().galley_with_override_text_color(at, badge, p.on_accent);
                edge -= size.x + SPACE_1;
            }
            if let Some(mark) = self.mark {
                let at = Pos2::new(edge - ICON / 2.0, rect.center().y);
                let font = tokens::icon_font(tokens::ICON_SMALL);
                ui.painter().text(at, Align2::CENTER_CENTER, mark, font, p.quiet);
            }
            focus_ring(ui, &response, RADIUS_CONTROL);
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }
}

/// A card that is one button: an icon, what it does, and a sentence about it.
pub fn action_card(ui: &mut Ui, size: Vec2, icon: &str, words: (&str, &str)) -> Response {
    let p = tokens::palette(ui);
    let title = words.0;
    let (title_galley, hint_galley) = card_galleys(ui, size.x, words);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), title));
    if ui.is_rect_visible(rect) {
        let radius = CornerRadius::same(RADIUS_CARD);
        ui.painter().rect_filled(rect, radius, fill_of(&response, [p.raised, p.hover, p.pressed]));
        let edge = if response.hovered() { p.edge } else { p.hairline };
        ui.painter().rect_stroke(rect, radius, Stroke::new(HAIRLINE, edge), StrokeKind::Inside);
        let half = tokens::CONTROL_HEIGHT / 2.0;
        let icon_at = rect.left_top() + Vec2::new(SPACE_4 + half, SPACE_4 + half);
        ui.painter().circle_filled(icon_at, half, p.selected);
        ui.painter().text(icon_at, Align2::CENTER_CENTER, icon, tokens::icon_font(ICON), p.accent);
        let top = rect.left_top() + Vec2::new(CARD_LEFT, SPACE_4);
        let below = top + Vec2::new(0.0, title_galley.size().y + SPACE_1);
        ui.painter().galley(top, title_galley, p.text);
        ui.painter().galley_with_override_text_color(below, hint_galley, p.quiet);
        focus_ring(ui, &response, RADIUS_CARD);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// The height of a card of this width, in points: cards side by side take the larger one.
pub fn card_height(ui: &Ui, width: f32, words: (&str, &str)) -> f32 {
    let (title, hint) = card_galleys(ui, width, words);
    title.size().y + SPACE_1 + hint.size().y + 2.0 * SPACE_4
}

/// One line of text, cut with an ellipsis at `room` points.
pub fn row_galley(ui: &Ui, text: &str, style: &TextStyle, room: f32) -> Arc<Galley> {
    let text = WidgetText::from(RichText::new(text).text_style(style.clone()).color(Color32::PLACEHOLDER));
    text.into_galley(ui, Some(TextWrapMode::Truncate), room, style.clone())
}

fn card_galleys(ui: &Ui, width: f32, (title, hint): (&str, &str)) -> (Arc<Galley>, Arc<Galley>) {
    let room = (width - CARD_LEFT - SPACE_4).max(SPACE_4);
    let title = row_galley(ui, title, &TextStyle::Heading, room);
    let line = tokens::line_height(ui, &TextStyle::Body);
    let text = WidgetText::from(RichText::new(hint).line_height(Some(line)));
    (title, text.into_galley(ui, Some(TextWrapMode::Wrap), room, TextStyle::Body))
}
