//! Before a link is opened the person sees the whole of it: texts of others can name one place and mean another.

use egui::Ui;

use crate::ui::text::conversation as words;
use crate::ui::tokens::SPACE_3;
use crate::ui::widgets::{self, Dialog};

/// The dialog about `link`, while there is one. The link, where it is to be opened.
pub(super) fn dialog_ui(ui: &Ui, link: &mut Option<String>) -> Option<String> {
    let target = link.as_ref()?;
    let answer = Dialog::new(words::LINK_TITLE).show(ui, |ui| {
        widgets::body(ui, words::LINK_BODY);
        ui.add_space(SPACE_3);
        egui::Frame::new().fill(crate::ui::tokens::palette(ui).code).inner_margin(SPACE_3).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let text = egui::RichText::new(target).monospace();
            ui.add(egui::Label::new(text).wrap_mode(egui::TextWrapMode::Wrap).selectable(true));
        });
        ui.add_space(SPACE_3);
        let mut opened = false;
        let mut done = false;
        ui.horizontal_wrapped(|ui| {
            opened = widgets::primary_button(ui, words::LINK_OPEN).clicked();
            if widgets::button(ui, words::LINK_COPY).clicked() {
                ui.copy_text(target.clone());
                done = true;
            }
            done |= widgets::button(ui, words::LINK_CANCEL).clicked();
        });
        (opened, done)
    });
    let (opened, done) = answer.inner;
    if !opened && !done && !answer.closed {
        return None;
    }
    link.take().filter(|_| opened)
}
