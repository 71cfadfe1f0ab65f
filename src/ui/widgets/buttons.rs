//! Buttons: one look for what a screen is for, one for what else can be done, one that stands back.

use egui::accesskit::Role;
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, FontId, Pos2, Rect, Response, Sense, Stroke, StrokeKind,
    TextStyle, Ui, Vec2, WidgetInfo, WidgetText,
};

use crate::ui::tokens::{
    self, CONTROL_HEIGHT, FOCUS_WIDTH, HAIRLINE, ICON, RADIUS_CONTROL, SPACE_2, SPACE_4,
};

/// How a button looks at rest, under the pointer and pressed.
struct Look {
    fill: [Color32; 3],
    text: Color32,
    edge: Option<Color32>,
}

/// The one thing that a screen or a dialog is for.
pub fn primary_button(ui: &mut Ui, label: &str) -> Response {
    let p = tokens::palette(ui);
    let look = Look { fill: [p.accent, p.accent_hover, p.accent_hover], text: p.on_accent, edge: None };
    text_button(ui, label, &look, 0.0)
}

/// What ends something for others.
pub fn danger_button(ui: &mut Ui, label: &str) -> Response {
    let p = tokens::palette(ui);
    let look = Look { fill: [p.danger; 3], text: p.on_danger, edge: None };
    text_button(ui, label, &look, 0.0)
}

/// What else can be done.
pub fn button(ui: &mut Ui, label: &str) -> Response {
    let look = plain(ui);
    text_button(ui, label, &look, 0.0)
}

/// The same, at least `width` points wide.
pub fn wide_button(ui: &mut Ui, label: &str, width: f32) -> Response {
    let look = plain(ui);
    text_button(ui, label, &look, width)
}

/// What stands back: text in the accent, without an edge. Its text begins where it stands, so that it lines up
/// with what is above it; the tint under the pointer reaches out of that.
pub fn quiet_button(ui: &mut Ui, label: &str) -> Response {
    let p = tokens::palette(ui);
    let look = Look { fill: [Color32::TRANSPARENT, p.hover, p.hover], text: p.accent, edge: None };
    padded_button(ui, label, &look, (0.0, 0.0))
}

/// A step inside a sentence: underlined text.
pub fn link_button(ui: &mut Ui, label: &str) -> Response {
    let accent = tokens::palette(ui).accent;
    let response = ui.link(egui::RichText::new(label).color(accent).underline());
    focus_ring(ui, &response, RADIUS_CONTROL);
    response
}

/// An icon with a name for those who do not see it and a tooltip for those who do. The tooltip names the
/// shortcut, where there is one.
pub fn icon_button(ui: &mut Ui, icon: &str, name: &str, tooltip: &str) -> Response {
    let p = tokens::palette(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(CONTROL_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if ui.is_rect_visible(rect) {
        let fill = fill_of(&response, [Color32::TRANSPARENT, p.hover, p.pressed]);
        ui.painter().rect_filled(rect, CornerRadius::same(RADIUS_CONTROL), fill);
        let color = if response.hovered() || response.has_focus() { p.text } else { p.quiet };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon, tokens::icon_font(ICON), color);
        focus_ring(ui, &response, RADIUS_CONTROL);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(tooltip)
}

/// The ring around what has the focus, outside of it so that nothing moves.
pub fn focus_ring(ui: &Ui, response: &Response, radius: u8) {
    if response.has_focus() {
        let stroke = Stroke::new(FOCUS_WIDTH, tokens::palette(ui).accent);
        let rect = response.rect.expand(FOCUS_WIDTH);
        ui.painter().rect_stroke(rect, CornerRadius::same(radius + 2), stroke, StrokeKind::Outside);
    }
}

/// The fill for how the pointer or the keyboard stands to a control: at rest, pointed at or focused, pressed.
pub fn fill_of(response: &Response, [rest, hover, pressed]: [Color32; 3]) -> Color32 {
    match state(response) {
        0 => rest,
        1 => hover,
        _ => pressed,
    }
}

/// 0 at rest, 1 under the pointer or focused, 2 pressed.
pub fn state(response: &Response) -> usize {
    if response.is_pointer_button_down_on() {
        2
    } else {
        usize::from(response.hovered() || response.has_focus())
    }
}

fn plain(ui: &Ui) -> Look {
    let p = tokens::palette(ui);
    Look { fill: [p.raised, p.hover, p.pressed], text: p.text, edge: Some(p.edge) }
}

fn text_button(ui: &mut Ui, label: &str, look: &Look, min_width: f32) -> Response {
    padded_button(ui, label, look, (SPACE_4, min_width))
}

fn padded_button(ui: &mut Ui, label: &str, look: &Look, (padding, min_width): (f32, f32)) -> Response {
    let font: FontId = TextStyle::Button.resolve(ui.style());
    let room = ui.available_width() - 2.0 * padding;
    let text = WidgetText::from(label);
    let galley = text.into_galley(ui, Some(egui::TextWrapMode::Truncate), room.max(SPACE_4), font);
    let size = Vec2::new((galley.size().x + 2.0 * padding).max(min_width), galley.size().y + SPACE_2);
    let (rect, response) = ui.allocate_exact_size(size.max(Vec2::new(0.0, CONTROL_HEIGHT)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), label));
    if ui.is_rect_visible(rect) {
        let radius = CornerRadius::same(RADIUS_CONTROL);
        let tint = if padding > 0.0 { rect } else { rect.expand2(Vec2::new(SPACE_2, 0.0)) };
        ui.painter().rect_filled(tint, radius, fill_of(&response, look.fill));
        if let Some(edge) = look.edge {
            ui.painter().rect_stroke(rect, radius, Stroke::new(HAIRLINE, edge), StrokeKind::Inside);
        }
        ui.painter().galley(centered(rect, galley.size()), galley, look.text);
        focus_ring(ui, &response, RADIUS_CONTROL);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

fn centered(rect: Rect, size: Vec2) -> Pos2 {
    Align2::CENTER_CENTER.align_size_within_rect(size, rect).min
}
