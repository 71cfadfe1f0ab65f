//! The frame of every screen but a room's: a title, a column, and a way back where the panes are stacked.

use egui::{ScrollArea, Ui};

use super::icons;
use super::model::Action;
use super::text::controls;
use super::tokens::{CONTROL_HEIGHT, SPACE_2, SPACE_4, SPACE_5};
use super::widgets::{icon_button, title};

/// A column at most `width` points wide under a title. With `back`, nothing stands beside it, so it has a way
/// back, which is told there.
pub(super) fn page_ui(
    ui: &mut Ui,
    name: &str,
    width: f32,
    back: Option<&mut Vec<Action>>,
    content: impl FnOnce(&mut Ui),
) {
    ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
        let margin = if ui.available_width() < width + 2.0 * SPACE_5 { SPACE_4 } else { SPACE_5 };
        let column = width.min(ui.available_width() - 2.0 * margin);
        let left = ((ui.available_width() - column) / 2.0).max(margin);
        ui.add_space(SPACE_5);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space(left);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.x = SPACE_2;
                ui.set_width(column);
                heading_ui(ui, name, back);
                ui.add_space(SPACE_4);
                content(ui);
            });
        });
        ui.add_space(SPACE_5);
    });
}

fn heading_ui(ui: &mut Ui, name: &str, back: Option<&mut Vec<Action>>) {
    let Some(out) = back else {
        title(ui, name);
        return;
    };
    ui.horizontal(|ui| {
        ui.set_min_height(CONTROL_HEIGHT);
        let tooltip = controls::with_shortcut(controls::BACK, "Esc");
        if icon_button(ui, icons::ARROW_BACK, controls::BACK, &tooltip).clicked() {
            out.push(Action::Back);
        }
        ui.add_space(SPACE_2);
        title(ui, name);
    });
}
