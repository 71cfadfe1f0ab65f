//! An invite as a QR code, as large as the window lets it be: for whoever sits in the last row.
//!
//! It is dark on light in both looks, with the margin that readers need, and each square covers whole pixels.

use std::sync::Arc;

use egui::emath::GuiRounding;
use egui::{Mesh, Rect, Role, Sense, Shape, Ui, Vec2, WidgetInfo};
use qrcode::{Color, EcLevel, QrCode};

use super::text::host as words;
use super::tokens::{self, CONTROL_HEIGHT, FORM_WIDTH, QR_DARK, QR_LIGHT, RADIUS_CONTROL};
use super::tokens::{SPACE_3, SPACE_4, SPACE_5};
use super::widgets::{self, Dialog as Pane, code_box};
use crate::types::Invite;

/// Light squares around the code (ISO/IEC 18004, quiet zone).
const MARGIN: usize = 4;
/// Lines of the hint below it, in the narrowest window.
const HINT_LINES: f32 = 3.0;

/// The squares of a code.
struct Squares {
    /// How many there are in a row, and rows.
    side: usize,
    /// Row by row.
    dark: Vec<bool>,
}

/// Draws the dialog; true where it is to be closed.
pub(super) fn qr_ui(ui: &Ui, invite: &Invite) -> bool {
    let screen = ui.ctx().content_rect();
    let hint = tokens::line_height(ui, &tokens::meta()) * HINT_LINES;
    let below = screen.height() - 2.0 * (SPACE_5 + SPACE_4) - CONTROL_HEIGHT - 2.0 * SPACE_3 - hint;
    let pane = Pane::new(words::QR_TITLE).width(below.max(FORM_WIDTH));
    pane.show(ui, |ui| {
        let text = invite.compact();
        match squares(ui, &text) {
            Some(squares) => {
                let side = below.min(ui.available_width());
                ui.vertical_centered(|ui| code_ui(ui, &squares, side));
            }
            None => code_box(ui, words::INVITE, &text),
        }
        ui.add_space(SPACE_3);
        widgets::hint(ui, words::QR_HINT);
    })
    .closed
}

/// Draws it, at most `side` points wide and high.
fn code_ui(ui: &mut Ui, squares: &Squares, side: f32) {
    let pixels = ui.ctx().pixels_per_point();
    let count = (squares.side + 2 * MARGIN) as f32;
    let square = (side * pixels / count).floor().max(1.0) / pixels;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(square * count), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words::QR_NAME));
    let painter = ui.painter();
    let corner = rect.min.round_to_pixels(pixels);
    painter.rect_filled(Rect::from_min_size(corner, rect.size()), RADIUS_CONTROL, QR_LIGHT);
    let mut mesh = Mesh::default();
    for (row, dark) in squares.dark.chunks(squares.side).enumerate() {
        for (column, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
            let at = Vec2::new((column + MARGIN) as f32, (row + MARGIN) as f32) * square;
            mesh.add_colored_rect(Rect::from_min_size(corner + at, Vec2::splat(square)), QR_DARK);
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// The code of this text, made once; none where the text is too long for one.
fn squares(ui: &Ui, text: &str) -> Option<Arc<Squares>> {
    let key = egui::Id::unique(("qr", text));
    ui.data_mut(|data| data.get_temp_mut_or_insert_with(key, || made(text).map(Arc::new)).clone())
}

fn made(text: &str) -> Option<Squares> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    Some(Squares { side: code.width(), dark })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{RoomId, RoomName, Where};

    fn invite(addresses: &[&str]) -> Invite {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Invite::new(addresses, RoomId([0x5a; 32]), RoomName::new("Tea").unwrap())
    }

    /// What a camera would read, of a picture with so many pixels for each square.
    fn read(squares: &Squares) -> String {
        const PIXELS: usize = 4;
        let wide = (squares.side + 2 * MARGIN) * PIXELS;
        let dark = |x: usize, y: usize| {
            let (x, y) = ((x / PIXELS).checked_sub(MARGIN)?, (y / PIXELS).checked_sub(MARGIN)?);
            (x < squares.side).then(|| squares.dark.get(y * squares.side + x).copied()).flatten()
        };
        let shade = |x, y| if dark(x, y) == Some(true) { 0 } else { 255 };
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(wide, wide, shade);
        let [grid] = picture.detect_grids().try_into().unwrap_or_else(|_| panic!("one code"));
        grid.decode().unwrap().1
    }

    #[test]
    fn what_a_camera_reads_is_an_invite_into_the_room() {
        let invite = invite(&["192.168.1.23:7666", "[fd00::5]:7667"]);
        let text = read(&made(&invite.compact()).unwrap());
        assert_eq!(text, invite.compact());
        let Ok(Where::Invite(read)) = text.parse() else { panic!("{text}") };
        assert_eq!((read.room, &read.addresses), (invite.room, &invite.addresses));
    }

    #[test]
    fn the_squares_are_few_enough_to_be_read_across_a_room() {
        let side = |addresses: &[&str]| made(&invite(addresses).compact()).unwrap().side;
        assert!(side(&["192.168.1.23:7666"]) <= 33);
        assert!(side(&["192.168.1.23:7666", "10.0.0.5:7666", "[fd00::5]:7667"]) <= 41);
    }

    #[test]
    fn what_is_too_long_for_a_code_has_none() {
        assert!(made(&"é".repeat(2_000)).is_none());
    }
}
