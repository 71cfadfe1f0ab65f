//! The open padlock by the composer: before one types, it says that what is said now can be read by others.

use std::sync::Arc;

use egui::accesskit::{Live, Role};
use egui::{
    Align, Align2, CornerRadius, CursorIcon, Frame, Galley, Layout, Popup, Pos2, Rect, RichText, Sense,
    TextStyle, TextWrapMode, Ui, Vec2, WidgetInfo, WidgetText,
};

use super::text::{guests, plain};
use super::tokens::{self, FORM_WIDTH, ICON_SMALL, RADIUS_CONTROL, SPACE_1, SPACE_2};
use super::{icons, widgets};
use crate::types::GuestList;

/// Why what is said here can be read by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open<'a> {
    /// These are here without encryption.
    Guests(&'a GuestList),
    /// It is a plain-text room.
    Plain,
}

/// Draws it over the whole width. Pointed at or clicked, it says more.
pub(super) fn open_ui(ui: &mut Ui, open: Open<'_>) {
    let (text, more) = match open {
        Open::Guests(list) => (guests::here(list.count), guests::who(list)),
        Open::Plain => (plain::COMPOSER.to_owned(), plain::MARK_MEANING.to_owned()),
    };
    let p = tokens::palette(ui);
    let left = SPACE_2 + ICON_SMALL + SPACE_2;
    let width = ui.available_width();
    let galley = set(ui, &text, width - left - SPACE_2);
    let size = Vec2::new(width, galley.size().y + SPACE_2);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &text));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
    let radius = CornerRadius::same(RADIUS_CONTROL);
    ui.painter().rect_filled(rect, radius, p.wash_warning);
    let line = tokens::line_height(ui, &TextStyle::Body);
    let icon = Pos2::new(rect.left() + SPACE_2, rect.top() + SPACE_1);
    let icon = Align2::CENTER_CENTER.align_size_within_rect(
        Vec2::splat(ICON_SMALL),
        Rect::from_min_size(icon, Vec2::new(ICON_SMALL, line)),
    );
    let font = tokens::icon_font(ICON_SMALL);
    ui.painter().text(icon.center(), Align2::CENTER_CENTER, icons::LOCK_OPEN, font, p.warning);
    ui.painter().galley(rect.min + Vec2::new(left, SPACE_1), galley, p.warning);
    widgets::focus_ring(ui, &response, RADIUS_CONTROL);
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let popup = Popup::menu(&response).width(FORM_WIDTH * 0.75).layout(Layout::top_down(Align::Min));
    popup.show(|ui| Frame::new().inner_margin(SPACE_2).show(ui, |ui| widgets::body(ui, &more)));
    response.on_hover_text(&more);
}

fn set(ui: &Ui, text: &str, width: f32) -> Arc<Galley> {
    let line = tokens::line_height(ui, &TextStyle::Body);
    let text = WidgetText::from(RichText::new(text).line_height(Some(line)));
    text.into_galley(ui, Some(TextWrapMode::Wrap), width.max(ICON_SMALL), TextStyle::Body)
}
