//! The header of a room: its name, how far it can be trusted, who is here, and what can be done.

use egui::{Align, Color32, CursorIcon, Layout, Popup, Response, Role, Sense, TextStyle, Ui, WidgetInfo};

use super::icons;
use super::model::{Action, Dialog, FindAction, Phase, RoomAction, RoomState};
use super::shortcuts;
use super::text::{charge, controls, find as find_words, guests, history, password, plain, room as words};
use super::tokens::{self, ICON_SMALL, MEMBERS_BELOW, MENU_WIDTH, RADIUS_CONTROL, SPACE_1, SPACE_3};
use super::widgets::{self, ListRow, icon_button};
use crate::session::Trust;

/// Points that the room's name keeps, if it needs them, whatever else is known.
const TITLE_KEEPS: f32 = 144.0;

/// Draws it. `back` says that nothing stands beside the room.
pub(super) fn header_ui(ui: &mut Ui, room: &RoomState, back: bool, out: &mut Vec<Action>) {
    ui.horizontal_centered(|ui| {
        if back {
            let tooltip = controls::with_shortcut(controls::BACK, "Esc");
            if icon_button(ui, icons::ARROW_BACK, controls::BACK, &tooltip).clicked() {
                out.push(Action::Back);
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            tools_ui(ui, room, out);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                facts_ui(ui, room, out);
            });
        });
    });
}

/// What is known of the room. Where that does not fit, the count goes first, which stands in the list of people as
/// well; then words do, and their icons stay.
fn facts_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    let p = tokens::palette(ui);
    let mut facts = Vec::new();
    if let Some(online) = &room.online {
        facts.push(if room.is_plain() {
            Fact {
                icon: Some(icons::LOCK_OPEN),
                color: p.warning,
                ..Fact::new(plain::MARK, plain::MARK_MEANING)
            }
        } else {
            trust(p, online.trust)
        });
    }
    if room.guests.count > 0 && !room.is_plain() {
        let (text, who) = (guests::in_header(room.guests.count), guests::who(&room.guests));
        facts.push(Fact { icon: Some(icons::LOCK_OPEN), color: p.warning, ..Fact::new(&text, &who) });
    }
    if room.house.rules.locked {
        facts.push(Fact { color: p.quiet, ..Fact::new(charge::LOCKED, charge::LOCKED_MEANING) });
    }
    let present = room.timeline.people().present();
    // Of a plain-text room nobody says who is in it, unless others are known.
    if room.phase == Phase::Online && (!room.is_plain() || present > 1) {
        facts.push(Fact { color: p.quiet, ..Fact::new(&words::here(present), "") });
    }
    let width_of = |facts: &[Fact]| facts.iter().map(|fact| fact.width(ui) + SPACE_3).sum::<f32>();
    let title = widgets::row_galley(ui, room.title(), &TextStyle::Heading, TITLE_KEEPS).size().x;
    let room_for = ui.available_width() - title;
    if width_of(&facts) > room_for {
        facts.retain(|fact| fact.icon.is_some());
    }
    for place in 0..facts.len() {
        let full = width_of(&facts) > room_for;
        facts.iter_mut().skip(place).take(1).for_each(|fact| fact.short = full);
    }
    let width = ui.available_width() - width_of(&facts);
    widgets::heading_line(ui, room.title(), width);
    ui.spacing_mut().item_spacing.x = 0.0;
    for fact in &facts {
        ui.add_space(SPACE_3);
        let response = fact.show(ui);
        // What has an icon is about who can read the room.
        if fact.icon.is_some() && response.clicked() {
            out.push(Action::Open(Dialog::Trust(room.id)));
        }
    }
}

fn trust(p: &tokens::Palette, trust: Trust) -> Fact {
    let (icon, color) = match trust {
        Trust::Verified => (icons::LOCK, p.accent),
        Trust::FirstVisit => (icons::LOCK, p.quiet),
        Trust::Open => (icons::LOCK_OPEN, p.warning),
    };
    Fact { icon: Some(icon), color, ..Fact::new(words::trust(trust), words::trust_meaning(trust)) }
}

/// A few words in the header, and what they mean.
struct Fact {
    icon: Option<&'static str>,
    color: Color32,
    text: String,
    meaning: String,
    /// Only its icon is drawn.
    short: bool,
}

impl Fact {
    fn new(text: &str, meaning: &str) -> Self {
        let (text, meaning) = (text.to_owned(), meaning.to_owned());
        Self { icon: None, color: Color32::PLACEHOLDER, text, meaning, short: false }
    }

    fn width(&self, ui: &Ui) -> f32 {
        let icon = if self.icon.is_some() { ICON_SMALL + SPACE_1 } else { 0.0 };
        if self.short {
            return ICON_SMALL;
        }
        icon + widgets::row_galley(ui, &self.text, &tokens::meta(), f32::INFINITY).size().x
    }

    /// Draws it. One with an icon can be clicked.
    fn show(&self, ui: &mut Ui) -> Response {
        let inner = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = SPACE_1;
            if let Some(icon) = self.icon {
                widgets::icon(ui, icon, ICON_SMALL, self.color);
            }
            if self.short {
                return;
            }
            let text = egui::RichText::new(&self.text).text_style(tokens::meta()).color(self.color);
            ui.add(egui::Label::new(text).extend());
        });
        let response = inner.response;
        let response = if self.icon.is_some() {
            let response = response.interact(Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &self.text));
            widgets::focus_ring(ui, &response, RADIUS_CONTROL);
            response
        } else {
            response
        };
        if self.short {
            response.on_hover_text(format!("{}. {}", self.text, self.meaning))
        } else if self.meaning.is_empty() {
            response
        } else {
            response.on_hover_text(&self.meaning)
        }
    }
}

/// From right to left: the menu, who is here, how people come in.
fn tools_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    let menu = icon_button(ui, icons::MORE_HORIZ, words::MENU, words::MENU);
    Popup::menu(&menu).width(MENU_WIDTH).show(|ui| menu_ui(ui, room, out));
    let find = shortcuts::FIND.tooltip(ui.ctx());
    if room.online.is_some() && icon_button(ui, icons::SEARCH, find_words::HERE, &find).clicked() {
        out.push(Action::Find(FindAction::Open(Some(room.id))));
    }
    if room.online.is_some() && icon_button(ui, icons::GROUP, words::PEOPLE, words::PEOPLE).clicked() {
        let wide = ui.ctx().content_rect().width() >= MEMBERS_BELOW;
        out.push(if wide { Action::TogglePeople } else { Action::Open(Dialog::People(room.id)) });
    }
    if room.hosting.is_some() && icon_button(ui, icons::INFO, words::TELL, words::TELL).clicked() {
        out.push(Action::Open(Dialog::Tell(room.id)));
    }
}

fn menu_ui(ui: &mut Ui, room: &RoomState, out: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut entry = |ui: &mut Ui, icon: &str, words: &str, action: Action| {
        if ListRow::new(words, icon, words).show(ui).clicked() {
            out.push(action);
            ui.close();
        }
    };
    if let Some(online) = &room.online {
        if room.is_plain() {
            missing_ui(ui, icons::EDIT, words::RENAME, plain::NO_NAMES);
            missing_ui(ui, icons::INFO, words::TELL, plain::NO_INVITE);
        } else {
            let dialog = Dialog::Rename(room.id, online.me.to_string());
            entry(ui, icons::EDIT, words::RENAME, Action::Open(dialog));
        }
        entry(ui, icons::HISTORY, find_words::DAY, Action::AskDay(room.id));
    }
    if let Some(id) = room.room_id() {
        entry(ui, icons::SAVE, history::EXPORT, Action::AskExport(id));
        entry(ui, icons::SCHEDULE, history::KEEP_FOR, Action::AskKeep(Some(room.id)));
    }
    if let Some(hosting) = &room.hosting {
        let dialog = Dialog::Capacity(room.id, hosting.capacity.to_string());
        entry(ui, icons::GROUP, words::CAPACITY, Action::Open(dialog));
        entry(ui, icons::LOCK, password::MENU, Action::Open(Dialog::Password(room.id, String::new())));
        entry(ui, icons::LOCK_OPEN, guests::MENU, Action::Open(Dialog::Guests(room.id)));
    }
    if room.is_in_charge() && room.online.is_some() {
        entry(ui, icons::BLOCK, charge::MENU, Action::Open(Dialog::Standings(room.id)));
        entry(ui, icons::CHECK, charge::HOUSE_MENU, Action::Open(Dialog::House(room.id)));
    }
    let leave = if room.is_hosted() { words::STOP } else { words::LEAVE };
    entry(ui, icons::LOGOUT, leave, Action::Room(room.id, RoomAction::AskLeave));
    if let Some(id) = room.room_id() {
        entry(ui, icons::DELETE, history::FORGET, Action::AskForget(id));
    }
}

/// What this room cannot do, and why: pointed at, it says so.
fn missing_ui(ui: &mut Ui, icon: &str, words: &str, why: &str) {
    let row = ui.add_enabled_ui(false, |ui| ListRow::new(words, icon, words).show(ui)).inner;
    ui.ctx().accesskit_node_builder(row.id, |node| node.set_description(why));
    row.on_disabled_hover_text(why);
}
