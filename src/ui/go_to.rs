//! Going to a room or an action by typing a part of its name.

use egui::{Key, Modifiers, Ui};

use super::icons;
use super::model::{Action, Dialog, FindAction, Model, Screen};
use super::text::{go_to as words, guests, keyboard};
use super::tokens::SPACE_2;
use super::widgets::{self, Field, ListRow};

/// Places that are listed at once: more of them ask for another letter.
const SHOWN: usize = 8;

/// A place to go to.
struct Destination {
    icon: &'static str,
    name: String,
    action: Action,
}

/// Draws the field and what fits it. The arrows choose, Enter goes.
pub(super) fn go_to_ui(ui: &mut Ui, model: &Model, (typed, chosen): (&str, usize), out: &mut Vec<Action>) {
    let fitting = destinations(model, typed);
    let last = fitting.len().saturating_sub(1);
    let step = ui.input_mut(|input| {
        let down = input.consume_key(Modifiers::NONE, Key::ArrowDown);
        let up = input.consume_key(Modifiers::NONE, Key::ArrowUp);
        i32::from(down) - i32::from(up)
    });
    let chosen = chosen.min(last).saturating_add_signed(step as isize).min(last);
    let mut text = typed.to_owned();
    let answer = Field::new(words::FIELD).show(ui, &mut text);
    super::dialogs::focus_once(ui, &answer.response);
    ui.add_space(SPACE_2);
    if fitting.is_empty() {
        widgets::hint(ui, words::NOTHING);
    }
    let mut gone = answer.entered.then_some(chosen);
    for (n, place) in fitting.iter().enumerate() {
        let row = ListRow { selected: n == chosen, ..ListRow::new(&place.name, place.icon, &place.name) };
        if row.show(ui).clicked() {
            gone = Some(n);
        }
    }
    if let Some(place) = gone.and_then(|n| fitting.into_iter().nth(n)) {
        out.extend([Action::CloseDialog, place.action]);
    } else if answer.response.changed() {
        out.push(Action::Open(Dialog::GoTo(text, 0)));
    } else if step != 0 {
        out.push(Action::Open(Dialog::GoTo(text, chosen)));
    }
}

/// What fits `typed`: open rooms first, then rooms to go back to, then actions.
fn destinations(model: &Model, typed: &str) -> Vec<Destination> {
    let open = model.listed().map(|room| Destination {
        icon: icons::DOOR_OPEN,
        name: room.title().to_owned(),
        action: Action::Show(Screen::Room(room.id)),
    });
    let is_open = |id| model.listed().any(|room| room.room_id() == Some(id));
    let before = model.recents.iter().filter(|recent| !is_open(recent.room_id)).map(|recent| Destination {
        icon: icons::MEETING_ROOM,
        name: recent.name.to_string(),
        action: Action::Reopen(recent.room_id),
    });
    let wanted = typed.trim().to_lowercase();
    let hosted = model.listed().filter(|room| room.is_hosted()).map(|room| Destination {
        icon: icons::LOCK_OPEN,
        name: words::in_room(guests::TITLE, room.title()),
        action: Action::Open(Dialog::Guests(room.id)),
    });
    let all = open.chain(before).chain(actions()).chain(hosted);
    all.filter(|place| place.name.to_lowercase().contains(&wanted)).take(SHOWN).collect()
}

fn actions() -> impl Iterator<Item = Destination> {
    let action = |icon, name: &str, action| Destination { icon, name: name.to_owned(), action };
    [
        action(icons::HOME, words::HOME, Action::Show(Screen::Home)),
        action(icons::ADD, keyboard::HOST, Action::Show(Screen::Host)),
        action(icons::ARROW_FORWARD, keyboard::JOIN, Action::Show(Screen::Join)),
        action(icons::SEARCH, keyboard::FIND_ALL, Action::Find(FindAction::Open(None))),
        action(icons::SETTINGS, keyboard::SETTINGS, Action::Show(Screen::Settings)),
        action(icons::INFO, keyboard::TITLE, Action::Open(Dialog::Keyboard)),
        action(icons::CLOSE, keyboard::QUIT, Action::AskQuit),
    ]
    .into_iter()
}
