//! The pane that looks for something that was said: what is typed, what was found, and the way there.

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, Color32, CornerRadius, CursorIcon, Id, Key, Modifiers, Pos2, Rect, Response, ScrollArea};
use egui::{Sense, TextStyle, Ui, Vec2, WidgetInfo};

use super::icons;
use super::model::{Action, Find, FindAction, Model, Screen};
use super::text::find as words;
use super::text::when::when;
use super::tokens::{self, LINE_GAP, RADIUS_CONTROL, SPACE_1, SPACE_2, SPACE_3};
use super::widgets::{self, Field, icon_button, quiet_button};
use crate::types::{FindOrder, Found};

/// Lines of text that are shown of what was found.
const EXCERPT_LINES: usize = 2;

/// The field.
fn field() -> Id {
    Id::unique("find")
}

/// Draws the pane over all of `ui`. `fresh` says that it was not there before: the field takes the keyboard.
pub(super) fn find_ui(ui: &mut Ui, (model, find): (&Model, &Find), fresh: bool, out: &mut Vec<Action>) {
    title_ui(ui, model, find, out);
    let step = step(ui);
    let mut typed = find.typed.clone();
    let problem = find.problem.as_ref().filter(|_| !find.is_empty()).map(words::problem);
    let answer = Field::new(words::FIELD)
        .id(field())
        .example(words::EXAMPLE)
        .error(problem.as_deref())
        .hint(find.is_empty().then_some(words::HELP))
        .width(f32::INFINITY)
        .text_width(f32::INFINITY)
        .show(ui, &mut typed);
    if fresh || answer.entered {
        ui.memory_mut(|memory| memory.request_focus(field()));
    }
    let chosen = find.chosen.saturating_add_signed(step);
    if answer.response.changed() {
        out.push(Action::Find(FindAction::Edit(typed)));
    } else if step != 0 {
        out.push(Action::Find(FindAction::Choose(chosen)));
    } else if answer.entered && !find.lines.is_empty() {
        out.push(Action::Find(FindAction::Go(find.chosen)));
    }
    if find.problem.is_none() {
        order_ui(ui, find, out);
        found_ui(ui, (model, find), step != 0, out);
    }
}

fn title_ui(ui: &mut Ui, model: &Model, find: &Find, out: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let width = ui.available_width() - tokens::CONTROL_HEIGHT - SPACE_2;
        let title = if find.room.is_some() { words::HERE } else { words::EVERYWHERE };
        widgets::heading_line(ui, title, width);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if icon_button(ui, icons::CLOSE, words::CLOSE, words::CLOSE).clicked() {
                out.push(Action::Find(FindAction::Close));
            }
        });
    });
    let other = match (find.room, model.screen) {
        (Some(_), _) => Some((words::TO_EVERYWHERE, None)),
        (None, Screen::Room(id)) => Some((words::TO_HERE, Some(id))),
        (None, _) => None,
    };
    if let Some((label, room)) = other
        && quiet_button(ui, label).clicked()
    {
        out.push(Action::Find(FindAction::Open(room)));
        ui.memory_mut(|memory| memory.request_focus(field()));
    }
    ui.add_space(SPACE_1);
}

/// The arrows choose a line while one types.
fn step(ui: &Ui) -> isize {
    if !ui.memory(|memory| memory.has_focus(field())) {
        return 0;
    }
    ui.input_mut(|input| {
        let down = input.consume_key(Modifiers::NONE, Key::ArrowDown);
        let up = input.consume_key(Modifiers::NONE, Key::ArrowUp);
        isize::from(down) - isize::from(up)
    })
}

fn order_ui(ui: &mut Ui, find: &Find, out: &mut Vec<Action>) {
    ui.add_space(SPACE_1);
    ui.horizontal(|ui| {
        for order in [FindOrder::Newest, FindOrder::Best] {
            let chosen = find.order == order;
            let button = ui.selectable_label(chosen, words::order(order));
            if button.clicked() && !chosen {
                out.push(Action::Find(FindAction::Order(order)));
            }
        }
    });
    ui.add_space(SPACE_1);
}

/// What was found, and what there is to say of it.
fn found_ui(ui: &mut Ui, (model, find): (&Model, &Find), moved: bool, out: &mut Vec<Action>) {
    for missing in &find.missing {
        widgets::hint(ui, missing);
    }
    if find.lines.is_empty() {
        widgets::hint(ui, if find.looking { words::LOOKING } else { words::NOTHING });
        return;
    }
    let body = tokens::line_height(ui, &TextStyle::Body);
    let height = body + LINE_GAP + EXCERPT_LINES as f32 * body + 2.0 * SPACE_2;
    // The last row is the way to what follows.
    let rows = find.lines.len() + usize::from(find.has_more() || find.enough);
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().id_salt("found").auto_shrink(false);
    area.show_rows(ui, height, rows, |ui, shown| {
        let top = ui.min_rect().top();
        for index in shown.clone() {
            let Some(line) = find.lines.get(index) else {
                rest_ui(ui, find, out);
                continue;
            };
            let now_ms = model.now_ms();
            let row =
                Row { line, when: when(line.at_ms, now_ms, model.zone()), chosen: index == find.chosen };
            if row.show(ui, height, find.room.is_none()).clicked() {
                out.push(Action::Find(FindAction::Go(index)));
            }
        }
        if moved {
            let at = top + height * (find.chosen as f32 - shown.start as f32);
            let rect = Rect::from_min_size(Pos2::new(ui.min_rect().left(), at), Vec2::new(1.0, height));
            ui.scroll_to_rect(rect, None);
        }
    });
}

/// Below the last line that is here.
fn rest_ui(ui: &mut Ui, find: &Find, out: &mut Vec<Action>) {
    ui.add_space(SPACE_2);
    if find.enough {
        widgets::hint(ui, words::ENOUGH);
    } else if find.looking {
        widgets::hint(ui, words::LOOKING);
    } else if quiet_button(ui, words::MORE).clicked() {
        out.push(Action::Find(FindAction::More));
    }
}

/// One found line: who said it and when, and what.
struct Row<'a> {
    line: &'a Found,
    when: String,
    chosen: bool,
}

impl Row<'_> {
    fn show(self, ui: &mut Ui, height: f32, with_room: bool) -> Response {
        let p = tokens::palette(ui);
        let Self { line, when, chosen } = self;
        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
        let beside = if with_room { format!("{}, {when}", line.room) } else { when };
        let (enabled, name) = (ui.is_enabled(), format!("{}, {beside}: {}", line.name, line.excerpt));
        response.widget_info(|| WidgetInfo::selected(egui::accesskit::Role::Button, enabled, chosen, &name));
        if ui.is_rect_visible(rect) {
            let rest = if chosen { p.selected } else { Color32::TRANSPARENT };
            let fill =
                widgets::fill_of(&response, [rest, if chosen { p.selected } else { p.hover }, p.pressed]);
            ui.painter().rect_filled(rect, CornerRadius::same(RADIUS_CONTROL), fill);
            let inner = rect.shrink2(Vec2::new(SPACE_2, SPACE_2));
            let beside = widgets::row_galley(ui, &beside, &tokens::meta(), inner.width() * 0.6);
            let room = inner.width() - beside.size().x - SPACE_3;
            let author = widgets::row_galley(ui, line.name.as_str(), &tokens::strong(), room);
            let color = line.author.key().map_or(p.guest, |key| tokens::author_color(ui, &key));
            ui.painter().galley(inner.min, author.clone(), color);
            let right = Pos2::new(inner.right(), inner.top() + author.size().y / 2.0);
            let at = Align2::RIGHT_CENTER.anchor_size(right, beside.size());
            ui.painter().galley(at.min, beside, p.quiet);
            let below = inner.min + Vec2::new(0.0, tokens::line_height(ui, &TextStyle::Body) + LINE_GAP);
            let job = excerpt(ui, line, inner.width());
            let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
            ui.painter().galley(below, galley, p.text);
            widgets::focus_ring(ui, &response, RADIUS_CONTROL);
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }
}

/// What the line says around what was found, which stands out.
fn excerpt(ui: &Ui, line: &Found, width: f32) -> LayoutJob {
    let p = tokens::palette(ui);
    let font = TextStyle::Body.resolve(ui.style());
    let height = Some(tokens::line_height(ui, &TextStyle::Body));
    let plain = TextFormat { line_height: height, ..TextFormat::simple(font, p.quiet) };
    let strong = tokens::strong().resolve(ui.style());
    let marked = TextFormat { line_height: height, ..TextFormat::simple(strong, p.text) };
    let mut job = LayoutJob::default();
    let mut at = 0;
    let mut append = |part: Option<&str>, format: &TextFormat| {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            job.append(part, 0.0, format.clone());
        }
    };
    for (from, to) in &line.marks {
        append(line.excerpt.get(at..*from), &plain);
        append(line.excerpt.get(*from..*to), &marked);
        at = *to;
    }
    append(line.excerpt.get(at..), &plain);
    job.wrap = TextWrapping { max_width: width, max_rows: EXCERPT_LINES, ..TextWrapping::default() };
    job
}
