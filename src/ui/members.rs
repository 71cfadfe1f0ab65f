//! Who is here: the pane at the right of a conversation.

use egui::{Align2, Color32, Pos2, Rect, ScrollArea, Sense, Ui, Vec2};

use super::text::conversation as words;
use super::tokens::{self, LINE_GAP, SPACE_1, SPACE_2, SPACE_3, SPACE_4};
use super::widgets;
use crate::session::Person;
use crate::ui::model::timeline::People;

/// The dot of a person's colour.
const CHIP: f32 = 8.0;

/// Draws the pane over all the room that is left in `ui`: how many are here, then who. Only the rows on the
/// screen are set, so a full hall costs no more than a table.
pub fn members_ui(ui: &mut Ui, people: &People) {
    let p = tokens::palette(ui);
    let area = ui.available_rect_before_wrap();
    ui.painter().rect_filled(area, 0.0, p.rail);
    ui.add_space(SPACE_4);
    // Nobody is known to be here while the room cannot be reached: that is no count.
    if people.present() > 0 {
        ui.horizontal(|ui| {
            ui.add_space(SPACE_4);
            widgets::meta(ui, &words::present(people.present()));
        });
    }
    ui.add_space(SPACE_1);
    let known = people.known();
    let unnamed = people.present().saturating_sub(u32::try_from(known.len()).unwrap_or(u32::MAX));
    let rows = known.len() + usize::from(unnamed > 0);
    let height = tokens::line_height(ui, &egui::TextStyle::Body) + SPACE_2;
    ui.spacing_mut().item_spacing.y = LINE_GAP;
    ScrollArea::vertical().auto_shrink(false).id_salt("people").show_rows(ui, height, rows, |ui, range| {
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(egui::accesskit::Role::List);
            node.set_label(words::PEOPLE);
        });
        for row in range {
            let size = Vec2::new(ui.available_width(), height);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            let name = match known.get(row) {
                Some(person) => person_ui(ui, person, rect),
                None => quiet_ui(ui, &words::unnamed(unnamed), rect),
            };
            let enabled = ui.is_enabled();
            response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, enabled, &name));
        }
    });
}

/// A colour, a name, and what the person is here. The words for it.
fn person_ui(ui: &Ui, person: &Person, rect: Rect) -> String {
    let p = tokens::palette(ui);
    let color = if person.me { p.accent } else { tokens::author_color(ui, &person.key) };
    let chip = Pos2::new(rect.left() + SPACE_4 + CHIP / 2.0, rect.center().y);
    ui.painter().circle_filled(chip, CHIP / 2.0, color);
    let mark = match (person.host, person.me) {
        (true, true) => format!("{}, {}", words::HOST, words::YOU),
        (true, false) => words::HOST.to_owned(),
        (false, true) => words::YOU.to_owned(),
        (false, false) => String::new(),
    };
    let meta = tokens::meta().resolve(ui.style());
    let mark_galley = ui.painter().layout_no_wrap(mark.clone(), meta, p.quiet);
    let left = chip.x + CHIP / 2.0 + SPACE_2;
    let room = rect.right() - SPACE_3 - left - mark_galley.size().x - SPACE_2;
    let font = egui::TextStyle::Body.resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(person.name.to_string(), font, p.text);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.max(SPACE_4));
    let name = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let name_rect = Align2::LEFT_CENTER.anchor_size(Pos2::new(left, rect.center().y), name.size());
    let beside = Pos2::new(name_rect.right() + SPACE_2, rect.center().y + 1.0);
    let mark_rect = Align2::LEFT_CENTER.anchor_size(beside, mark_galley.size());
    ui.painter().galley(name_rect.min, name, Color32::PLACEHOLDER);
    ui.painter().galley(mark_rect.min, mark_galley, Color32::PLACEHOLDER);
    if mark.is_empty() { person.name.to_string() } else { format!("{}, {mark}", person.name) }
}

fn quiet_ui(ui: &Ui, text: &str, rect: Rect) -> String {
    let font = tokens::meta().resolve(ui.style());
    let at = Pos2::new(rect.left() + SPACE_4, rect.center().y);
    ui.painter().text(at, Align2::LEFT_CENTER, text, font, tokens::palette(ui).quiet);
    text.to_owned()
}
