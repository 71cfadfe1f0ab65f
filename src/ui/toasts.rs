//! Toasts: what needs no answer, under the header and a banner, clear of the composer. What has to be read stays until it is dismissed.

use egui::{Align2, Area, Id, Order, Ui, Vec2};

use super::icons;
use super::model::{Action, Toast, ToastKind};
use super::text::{failures, find, history, moving, notes, notices as words};
use super::tokens::{self, FORM_WIDTH, HEADER_HEIGHT, SPACE_1, SPACE_2, SPACE_3, SPACE_4};
use super::widgets::{self, button, icon_button, notice_frame};

/// Seconds for which a toast that passes by itself can be read.
const SECONDS: f64 = 6.0;

/// Draws them over the window that `ui` belongs to, and not over the banner that ends there.
pub(super) fn toasts_ui(ui: &Ui, toasts: &[Toast], banner_end: Option<f32>, out: &mut Vec<Action>) {
    if toasts.is_empty() {
        return;
    }
    let width = FORM_WIDTH.min(ui.ctx().content_rect().width() - 2.0 * SPACE_4);
    Area::new(Id::unique("toasts"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, Vec2::new(0.0, banner_end.unwrap_or(HEADER_HEIGHT) + SPACE_2))
        .show(ui.ctx(), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = SPACE_1;
            for toast in toasts {
                toast_ui(ui, toast, width, out);
            }
        });
}

fn toast_ui(ui: &mut Ui, toast: &Toast, width: f32, out: &mut Vec<Action>) {
    let p = tokens::palette(ui);
    let unusable = matches!(toast.kind, ToastKind::Unusable(_));
    let grave = unusable
        || matches!(toast.kind, ToastKind::Broken(_) | ToastKind::NotSaved(_) | ToastKind::NotRead(_));
    notice_frame(ui, if grave { p.wash_danger } else { p.raised }, |ui| {
        ui.horizontal_top(|ui| {
            let room = width - tokens::CONTROL_HEIGHT - 2.0 * (SPACE_3 + tokens::HAIRLINE) - SPACE_2;
            ui.allocate_ui(Vec2::new(room, 0.0), |ui| {
                ui.set_width(room);
                ui.vertical(|ui| {
                    // The first line stands beside the cross.
                    let line = tokens::line_height(ui, &egui::TextStyle::Body);
                    ui.add_space(((tokens::CONTROL_HEIGHT - line) / 2.0).max(0.0));
                    widgets::body(ui, &sentence(&toast.kind));
                    // Nothing else can be done, so this is not to be dismissed.
                    if unusable && button(ui, &failures::Step::TryAgain.label()).clicked() {
                        out.push(Action::TryAgain);
                    }
                    if let ToastKind::Exporting { room, .. } = &toast.kind
                        && button(ui, history::CANCEL).clicked()
                    {
                        out.push(Action::CancelExport(*room));
                    }
                });
            });
            let exporting = matches!(toast.kind, ToastKind::Exporting { .. });
            if !unusable
                && !exporting
                && icon_button(ui, icons::CLOSE, words::DISMISS, words::DISMISS).clicked()
            {
                out.push(Action::DropToast(toast.id));
            }
        });
    });
    if toast.kind.passes() && is_over(ui, toast.id) {
        out.push(Action::DropToast(toast.id));
    }
}

/// Asks for one more frame at its end, so that nothing is drawn meanwhile.
fn is_over(ui: &Ui, id: u64) -> bool {
    let now = ui.input(|input| input.time);
    let key = Id::unique(("toast", id));
    let since = ui.data_mut(|data| *data.get_temp_mut_or_insert_with(key, || now));
    let left = since + SECONDS - now;
    if left > 0.0 {
        ui.ctx().request_repaint_after_secs(left as f32);
    }
    left <= 0.0
}

fn sentence(kind: &ToastKind) -> String {
    match kind {
        ToastKind::Saved(path) => words::saved(path),
        ToastKind::NotSaved(said) => words::not_saved(said),
        ToastKind::Exporting { name, percent, .. } => history::exporting(name, *percent),
        ToastKind::NotExported => history::CANCELLED.to_owned(),
        ToastKind::ExportBusy => history::BUSY.to_owned(),
        ToastKind::Identity(moved) => moving::moved(moved),
        ToastKind::Forgotten(name) => history::forgotten(name),
        ToastKind::NotForgotten(name, said) => history::not_forgotten(name, said),
        ToastKind::NotRead(said) => history::not_read(said),
        ToastKind::Notice(notice) => words::sentence(notice),
        ToastKind::Unusable(failure) => failures::sentence(failure),
        ToastKind::Broken(said) => words::broken(said),
        ToastKind::Busy => words::BUSY.to_owned(),
        ToastKind::BusySay => words::BUSY_SAY.to_owned(),
        ToastKind::NotChosen(said) | ToastKind::NotPlayed(said) => said.clone(),
        ToastKind::Running => notes::RUNNING_BEFORE.to_owned(),
        ToastKind::Stays => notes::STAYS.to_owned(),
        ToastKind::NotOpened(said) => words::not_opened(said),
        ToastKind::NotListed => find::NOT_LISTED.to_owned(),
    }
}
