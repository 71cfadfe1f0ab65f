//! Who is here: the pane at the right of a conversation. Members first, then guests, who are not encrypted.

use egui::{Align2, Color32, Popup, Pos2, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2};

use super::icons;
use super::model::timeline::People;
use super::model::{Action, Dialog, RoomAction, RoomState};
use super::text::{charge, conversation as words, guests, plain, trust};
use super::tokens::{self, CHIP, CONTROL_HEIGHT, ICON_SMALL, LINE_GAP, MENU_WIDTH, RADIUS_CONTROL};
use super::tokens::{SPACE_1, SPACE_2, SPACE_3, SPACE_4};
use super::widgets::{self, ListRow, icon_button, row_galley};
use crate::session::{Person, RoomRef};
use crate::types::{GuestList, Ignored, MemberKey, Nickname};

/// Rows of guests that are drawn beyond the edges of the pane, so that the Tab key finds the next one.
const BEYOND: usize = 1;

/// Who is here, and what may be done about it.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    /// Those who came with the app.
    pub people: &'a People,
    /// Those who came without it.
    pub guests: &'a GuestList,
    /// It is a plain-text room, which may not say who is here.
    pub plain: bool,
    /// I am in charge, and may send guests away.
    pub in_charge: bool,
    /// The room.
    pub room: RoomRef,
    /// With whom I compared words, where I host the room.
    pub compared: &'a [MemberKey],
    /// Whom the host appointed.
    pub moderators: &'a [MemberKey],
    /// Whom I ignore.
    pub ignored: &'a [Ignored],
}

impl<'a> Here<'a> {
    /// Who is in this room.
    pub fn of(room: &'a RoomState) -> Self {
        Self {
            people: room.timeline.people(),
            guests: &room.guests,
            plain: room.is_plain(),
            in_charge: room.is_in_charge(),
            room: room.id,
            compared: &room.comparing.compared,
            moderators: &room.house.moderators,
            ignored: room.timeline.ignored(),
        }
    }

    /// Whether anybody but me is known to be here.
    fn is_silent(&self) -> bool {
        self.guests.count == 0 && self.people.known().iter().all(|person| person.me)
    }
}

/// One row of the list.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Person(&'a Person),
    More(u32),
    /// How many guests there are.
    Guests(u32),
    Guest(&'a Nickname),
}

/// Draws the pane over all the room that is left in `ui`: how many are here, then who. Only the rows on the
/// screen are set, so a full hall costs no more than a table.
pub fn members_ui(ui: &mut Ui, here: &Here<'_>, out: &mut Vec<Action>) {
    let p = tokens::palette(ui);
    let area = ui.available_rect_before_wrap();
    ui.painter().rect_filled(area, 0.0, p.rail);
    ui.add_space(SPACE_4);
    let silent = here.plain && here.is_silent();
    // Nobody is known to be here while the room cannot be reached: that is no count.
    if here.people.present() > 0 && !silent {
        ui.horizontal(|ui| {
            ui.add_space(SPACE_4);
            widgets::meta(ui, &words::present(here.people.present()));
        });
    }
    ui.add_space(SPACE_1);
    let rows = Rows::new(ui, here);
    ui.spacing_mut().item_spacing.y = 0.0;
    let list = ScrollArea::vertical().auto_shrink(false).id_salt("people");
    list.show_viewport(ui, |ui, view| {
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(egui::accesskit::Role::List);
            node.set_label(words::PEOPLE);
        });
        let origin = ui.max_rect().min;
        let size = Vec2::new(ui.available_width(), rows.top(rows.len()));
        for row in rows.seen(view) {
            let at = origin + Vec2::new(0.0, rows.top(row));
            let rect = Rect::from_min_size(at, Vec2::new(size.x, rows.height(row)));
            entry_ui(ui, rows.get(row), (row, rect), here, out);
        }
        ui.allocate_space(size);
        let hint = if silent {
            Some(plain::NO_PEOPLE)
        } else {
            (here.people.present() == 0 && here.guests.count == 0).then_some(words::NOBODY_KNOWN)
        };
        if let Some(hint) = hint {
            let at = origin + Vec2::new(SPACE_4, size.y + SPACE_2);
            let place = Rect::from_min_size(at, Vec2::new(size.x - SPACE_4 - SPACE_3, f32::INFINITY));
            ui.scope_builder(UiBuilder::new().max_rect(place), |ui| widgets::hint(ui, hint));
        }
    });
}

/// The rows and where they are: those of guests are higher, for a second line.
struct Rows<'a> {
    here: Here<'a>,
    unnamed: u32,
    line: f32,
    guest: f32,
}

impl<'a> Rows<'a> {
    fn new(ui: &Ui, here: &Here<'a>) -> Self {
        let known = u32::try_from(here.people.known().len()).unwrap_or(u32::MAX);
        let body = tokens::line_height(ui, &egui::TextStyle::Body);
        Self {
            here: *here,
            unnamed: here.people.present().saturating_sub(known),
            line: body + SPACE_2 + LINE_GAP,
            guest: body + tokens::line_height(ui, &tokens::meta()) + SPACE_2,
        }
    }

    /// Rows above the first guest.
    fn above(&self) -> usize {
        let heading = usize::from(self.here.guests.count > 0);
        self.here.people.known().len() + usize::from(self.unnamed > 0) + heading
    }

    fn len(&self) -> usize {
        let named = self.here.guests.names.len();
        self.above() + named + usize::from(self.guests_unnamed() > 0 && named > 0)
    }

    fn guests_unnamed(&self) -> u32 {
        let named = u32::try_from(self.here.guests.names.len()).unwrap_or(u32::MAX);
        self.here.guests.count.saturating_sub(named)
    }

    fn get(&self, row: usize) -> Entry<'a> {
        if let Some(person) = self.here.people.known().get(row) {
            return Entry::Person(person);
        }
        match row.checked_sub(self.above()) {
            None if row + 1 == self.above() && self.here.guests.count > 0 => {
                Entry::Guests(self.here.guests.count)
            }
            None => Entry::More(self.unnamed),
            Some(place) => match self.here.guests.names.get(place) {
                Some(name) => Entry::Guest(name),
                None => Entry::More(self.guests_unnamed()),
            },
        }
    }

    fn top(&self, row: usize) -> f32 {
        let above = row.min(self.above());
        above as f32 * self.line + (row - above) as f32 * self.guest
    }

    fn height(&self, row: usize) -> f32 {
        if row < self.above() { self.line - LINE_GAP } else { self.guest - SPACE_1 }
    }

    fn seen(&self, view: Rect) -> std::ops::Range<usize> {
        let row_at = |y: f32| {
            let guests = self.top(self.above());
            if y < guests { y / self.line } else { self.above() as f32 + (y - guests) / self.guest }
        };
        let first = (row_at(view.top()).max(0.0) as usize).saturating_sub(BEYOND);
        let last = row_at(view.bottom()).max(0.0) as usize + 1 + BEYOND;
        first..last.min(self.len())
    }
}

fn entry_ui(
    ui: &mut Ui,
    entry: Entry<'_>,
    (row, rect): (usize, Rect),
    here: &Here<'_>,
    out: &mut Vec<Action>,
) {
    // Of myself and in a plain-text room there is nothing more to know.
    let opens = matches!(entry, Entry::Person(person) if !person.me && !here.plain);
    let sense = if opens { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, ui.scope_id().with(row), sense);
    if opens && (response.hovered() || response.has_focus()) {
        let place = rect.shrink2(Vec2::new(SPACE_2, 0.0));
        ui.painter().rect_filled(place, RADIUS_CONTROL, tokens::palette(ui).hover);
    }
    let name = match entry {
        Entry::Person(person) => {
            let color = match (person.me, here.plain) {
                (true, _) => tokens::palette(ui).accent,
                (false, true) => tokens::name_color(ui, &person.name),
                (false, false) => tokens::author_color(ui, &person.key),
            };
            person_ui(ui, person, (color, &mark(person, here)), rect)
        }
        Entry::More(count) => quiet_ui(ui, &words::unnamed(count), rect),
        Entry::Guests(count) => guests_ui(ui, count, rect),
        Entry::Guest(guest) => {
            let menu = if here.in_charge { CONTROL_HEIGHT } else { 0.0 };
            guest_ui(ui, guest, rect, menu);
            guests::in_list(guest)
        }
    };
    let enabled = ui.is_enabled();
    let role = if opens { egui::accesskit::Role::Button } else { egui::accesskit::Role::Label };
    response.widget_info(|| egui::WidgetInfo::labeled(role, enabled, &name));
    if let Entry::Person(person) = entry
        && opens
    {
        widgets::focus_ring(ui, &response, RADIUS_CONTROL);
        if response.clicked() {
            out.push(Action::Open(Dialog::Person(here.room, person.key)));
        }
        return;
    }
    if let Entry::Guest(guest) = entry {
        response.on_hover_text(format!("{guest}: {}", guests::WITHOUT_ENCRYPTION));
        if here.in_charge {
            let corner = rect.right_center() - Vec2::new(CONTROL_HEIGHT + SPACE_1, CONTROL_HEIGHT / 2.0);
            let place = Rect::from_min_size(corner, Vec2::splat(CONTROL_HEIGHT));
            let mut corner = ui.new_child(UiBuilder::new().id_salt(row).max_rect(place));
            guest_menu_ui(&mut corner, here.room, guest, out);
        }
    }
}

/// What those in charge can do about a guest.
fn guest_menu_ui(ui: &mut Ui, room: RoomRef, guest: &Nickname, out: &mut Vec<Action>) {
    let more = guests::more_about(guest);
    let button = icon_button(ui, icons::MORE_HORIZ, &more, &more);
    Popup::menu(&button).width(MENU_WIDTH).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut entry = |icon: &str, words: &str, action: Action| {
            if ListRow::new(words, icon, words).show(ui).clicked() {
                out.push(action);
                ui.close();
            }
        };
        let remove = RoomAction::RemoveGuest(guest.clone(), false);
        entry(icons::LOGOUT, guests::REMOVE, Action::Room(room, remove));
        let ask = Dialog::KeepOut(room, guest.clone());
        entry(icons::BLOCK, guests::KEEP_OUT, Action::Open(ask));
    });
}

/// What the person is here.
fn mark(person: &Person, here: &Here<'_>) -> String {
    let moderates = here.moderators.contains(&person.key);
    let verified = here.compared.contains(&person.key) && !person.me && !person.host;
    let marks = [
        person.host.then_some(words::HOST),
        (moderates && !person.host).then_some(charge::MODERATOR),
        person.me.then_some(words::YOU),
        verified.then_some(trust::VERIFIED),
        here.ignored.iter().any(|ignored| ignored.key == person.key).then_some(trust::IGNORED_MARK),
    ];
    marks.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A colour, a name, and what the person is here. The words for it.
fn person_ui(ui: &Ui, person: &Person, (color, mark): (Color32, &str), rect: Rect) -> String {
    let p = tokens::palette(ui);
    let chip = Pos2::new(rect.left() + SPACE_4 + CHIP / 2.0, rect.center().y);
    ui.painter().circle_filled(chip, CHIP / 2.0, color);
    let meta = tokens::meta().resolve(ui.style());
    let mark_galley = ui.painter().layout_no_wrap(mark.to_owned(), meta, p.quiet);
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

/// How many guests there are, beside the open padlock. The words for it.
fn guests_ui(ui: &Ui, count: u32, rect: Rect) -> String {
    let p = tokens::palette(ui);
    let words = guests::counted(count);
    let chip = Pos2::new(rect.left() + SPACE_4 + CHIP / 2.0, rect.center().y + LINE_GAP);
    let font = tokens::icon_font(ICON_SMALL);
    ui.painter().text(chip, Align2::CENTER_CENTER, icons::LOCK_OPEN, font, p.warning);
    let at = chip + Vec2::new(CHIP / 2.0 + SPACE_2, LINE_GAP / 2.0);
    let font = tokens::meta().resolve(ui.style());
    ui.painter().text(at, Align2::LEFT_CENTER, &words, font, p.warning);
    words
}

/// A name, and under it what a guest is; `menu` points stay free at the right.
fn guest_ui(ui: &Ui, name: &Nickname, rect: Rect, menu: f32) {
    let p = tokens::palette(ui);
    let left = rect.left() + SPACE_4 + CHIP + SPACE_2;
    let room = (rect.right() - SPACE_3 - menu - left).max(SPACE_4);
    let name = row_galley(ui, name.as_str(), &egui::TextStyle::Body, room);
    let mark = row_galley(ui, guests::OPEN, &tokens::meta(), room);
    let top = rect.center().y - f32::midpoint(name.size().y, mark.size().y);
    let below = top + name.size().y;
    ui.painter().galley_with_override_text_color(Pos2::new(left, top), name, p.guest);
    ui.painter().galley_with_override_text_color(Pos2::new(left, below), mark, p.quiet);
}

fn quiet_ui(ui: &Ui, text: &str, rect: Rect) -> String {
    let font = tokens::meta().resolve(ui.style());
    let at = Pos2::new(rect.left() + SPACE_4, rect.center().y);
    ui.painter().text(at, Align2::LEFT_CENTER, text, font, tokens::palette(ui).quiet);
    text.to_owned()
}
