//! Text in its few sizes, cards, and what can be copied.

use egui::{CornerRadius, Frame, InnerResponse, Label, Margin, Response, RichText, Stroke, TextStyle};
use egui::{Ui, WidgetText};

use super::buttons::{icon_button, quiet_button};
use crate::ui::tokens::{self, HAIRLINE, RADIUS_CARD, RADIUS_CONTROL, SPACE_2, SPACE_4};
use crate::ui::{icons, text};

/// The title of a screen.
pub fn title(ui: &mut Ui, text: &str) -> Response {
    heading_of(ui, text, tokens::title())
}

/// The title of a part.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    heading_of(ui, text, TextStyle::Heading)
}

/// A title on one line, cut with an ellipsis at `width` points.
pub fn heading_line(ui: &mut Ui, text: &str, width: f32) -> Response {
    let color = tokens::palette(ui).text;
    let galley = super::rows::row_galley(ui, text, &TextStyle::Heading, width);
    let (rect, response) = ui.allocate_exact_size(galley.size(), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Heading, true, text));
    ui.painter().galley_with_override_text_color(rect.min, galley, color);
    response
}

/// A text in semibold.
pub fn strong(ui: &mut Ui, text: &str) -> Response {
    ui.add(Label::new(RichText::new(text).text_style(tokens::strong())).truncate())
}

/// Body text that breaks where the pane ends.
pub fn body(ui: &mut Ui, text: &str) -> Response {
    let color = tokens::palette(ui).text;
    wrapped(ui, text, &TextStyle::Body, color)
}

/// Small text that stands back, on one line.
pub fn meta(ui: &mut Ui, text: &str) -> Response {
    let quiet = tokens::palette(ui).quiet;
    ui.add(Label::new(RichText::new(text).text_style(tokens::meta()).color(quiet)).truncate())
}

/// Small text that stands back and breaks where the pane ends.
pub fn hint(ui: &mut Ui, text: &str) -> Response {
    let quiet = tokens::palette(ui).quiet;
    wrapped(ui, text, &tokens::meta(), quiet)
}

/// What is wrong with a field, under it.
pub fn error_line(ui: &mut Ui, text: &str) -> Response {
    let danger = tokens::palette(ui).danger;
    wrapped(ui, text, &tokens::meta(), danger)
}

/// A text of any look that breaks where the pane ends, in lines of our height.
pub fn wrapped(ui: &mut Ui, text: &str, style: &TextStyle, color: egui::Color32) -> Response {
    let height = tokens::line_height(ui, style);
    let text = RichText::new(text).text_style(style.clone()).color(color).line_height(Some(height));
    ui.add(Label::new(text).wrap())
}

/// An icon that says nothing by itself: the text beside it does.
pub fn icon(ui: &mut Ui, icon: &str, size: f32, color: egui::Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(egui::Vec2::splat(size), egui::Sense::hover());
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, icon, tokens::icon_font(size), color);
    response
}

/// A raised surface that holds what belongs together.
pub fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let p = tokens::palette(ui);
    Frame::new()
        .fill(p.raised)
        .stroke(Stroke::new(HAIRLINE, p.hairline))
        .corner_radius(CornerRadius::same(RADIUS_CARD))
        .inner_margin(Margin::same(SPACE_4 as i8))
        .show(ui, content)
}

/// A tinted surface for something that a person should notice, over the whole width.
pub fn notice_frame<R>(ui: &mut Ui, fill: egui::Color32, content: impl FnOnce(&mut Ui) -> R) -> R {
    let p = tokens::palette(ui);
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(HAIRLINE, p.hairline))
        .corner_radius(CornerRadius::same(RADIUS_CONTROL))
        .inner_margin(Margin::symmetric(tokens::SPACE_3 as i8, SPACE_2 as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

/// Something to copy, as it is: monospace, selectable, with its own button. `what` names it.
pub fn code_box(ui: &mut Ui, what: &str, code: &str) {
    let p = tokens::palette(ui);
    Frame::new()
        .fill(p.code)
        .corner_radius(CornerRadius::same(RADIUS_CONTROL))
        .inner_margin(Margin::same(SPACE_2 as i8))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let width = (ui.available_width() - tokens::CONTROL_HEIGHT - SPACE_2).max(SPACE_4);
                ui.allocate_ui(egui::Vec2::new(width, 0.0), |ui| {
                    ui.set_width(width);
                    let text = RichText::new(code).monospace().color(p.text);
                    let wrap = Some(egui::TextWrapMode::Wrap);
                    let set = WidgetText::from(text).into_galley(ui, wrap, width, TextStyle::Monospace);
                    let above = ((tokens::CONTROL_HEIGHT - set.size().y) / 2.0).max(0.0).round();
                    ui.vertical(|ui| {
                        // A single line stands beside the middle of the button.
                        ui.spacing_mut().item_spacing.y = 0.0;
                        ui.add_space(above);
                        ui.add(Label::new(set).selectable(true));
                    });
                });
                if icon_button(ui, icons::CONTENT_COPY, &text::controls::copy_of(what), text::controls::COPY)
                    .clicked()
                {
                    ui.ctx().copy_text(code.to_owned());
                }
            });
        });
}

/// A button that puts `content` on the clipboard; `what` names it for those who do not see where it stands.
pub fn copy_button(ui: &mut Ui, what: &str, content: &str) -> Response {
    let response = quiet_button(ui, text::controls::COPY).accessible_name(text::controls::copy_of(what));
    if response.clicked() {
        ui.ctx().copy_text(content.to_owned());
    }
    response
}

fn heading_of(ui: &mut Ui, text: &str, style: TextStyle) -> Response {
    let response = ui.add(Label::new(RichText::new(text).text_style(style)).wrap());
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::accesskit::Role::Heading);
        node.set_label(text);
    });
    response
}
