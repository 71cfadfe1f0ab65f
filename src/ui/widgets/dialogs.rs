//! A dialog: a pane with a title over everything else. Escape closes it, and so does a click beside it.

use egui::{Frame, Id, Margin, Modal, Stroke, Ui};

use super::buttons::icon_button;
use super::texts::heading;
use crate::ui::tokens::{self, FORM_WIDTH, HAIRLINE, RADIUS_CARD, SPACE_3, SPACE_4, SPACE_5};
use crate::ui::{icons, text};

/// A dialog, before it is shown.
pub struct Dialog<'a> {
    title: &'a str,
    width: f32,
}

/// What a dialog answered.
pub struct DialogAnswer<R> {
    /// What its content returned.
    pub inner: R,
    /// The person wants it closed: Escape, the close button, or a click beside it.
    pub closed: bool,
}

impl<'a> Dialog<'a> {
    /// A dialog of this title.
    pub fn new(title: &'a str) -> Self {
        Self { title, width: FORM_WIDTH }
    }

    /// Points at the most; a narrow window makes it narrower.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Shows it over the window that `ui` belongs to.
    pub fn show<R>(self, ui: &Ui, content: impl FnOnce(&mut Ui) -> R) -> DialogAnswer<R> {
        let p = tokens::palette(ui);
        let screen = ui.ctx().content_rect();
        let frame = Frame::new()
            .fill(p.raised)
            .stroke(Stroke::new(HAIRLINE, p.hairline))
            .corner_radius(RADIUS_CARD)
            .shadow(ui.visuals().window_shadow)
            .inner_margin(Margin::same(SPACE_5 as i8));
        let id = Id::unique(("dialog", self.title));
        // Without a size of its own an area is first tried at 400 points, and would scroll for ever.
        let area = Modal::default_area(id).default_size(screen.size());
        let modal = Modal::new(id).area(area).frame(frame).backdrop_color(p.scrim);
        let answer = modal.show(ui.ctx(), |ui| {
            ui.set_width(self.width.min(screen.width() - 2.0 * (SPACE_5 + SPACE_4)));
            // It has the room that the window has, and not what it took the last time: so it can grow.
            ui.set_max_height(screen.height() - 2.0 * SPACE_5 - 2.0 * SPACE_4);
            let mut closed = false;
            ui.horizontal(|ui| {
                let room = ui.available_width() - tokens::CONTROL_HEIGHT - SPACE_3;
                ui.allocate_ui(egui::Vec2::new(room, tokens::CONTROL_HEIGHT), |ui| {
                    ui.set_width(room);
                    heading(ui, self.title);
                });
                let close = text::controls::with_shortcut(text::controls::CLOSE, "Esc");
                closed = icon_button(ui, icons::CLOSE, text::controls::CLOSE, &close).clicked();
            });
            ui.add_space(SPACE_3);
            let height = screen.height() - 2.0 * SPACE_5 - 2.0 * SPACE_4 - tokens::HEADER_HEIGHT;
            let inner = egui::ScrollArea::vertical().max_height(height.max(120.0)).show(ui, content).inner;
            (inner, closed)
        });
        // It is placed by its size of the frame before: one that changed is drawn once more, in its place.
        let size = answer.response.rect.size();
        if ui.data_mut(|data| data.get_temp(id)) != Some(size) {
            ui.data_mut(|data| data.insert_temp(id, size));
            ui.ctx().request_repaint();
        }
        let closed = answer.inner.1 || answer.should_close();
        DialogAnswer { inner: answer.inner.0, closed }
    }
}
