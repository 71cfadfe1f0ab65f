//! Every shortcut in one table: what it does, its keys and its words, so that the keyboard, the tooltips and
//! the list of shortcuts cannot disagree.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::model::{Action, Dialog, FindAction, Screen};
use super::text::{controls, keyboard as words};

/// One shortcut.
pub struct Shortcut {
    keys: KeyboardShortcut,
    /// What it does, in words.
    pub words: &'static str,
    action: fn() -> Action,
}

const fn shortcut(modifiers: Modifiers, key: Key, words: &'static str, action: fn() -> Action) -> Shortcut {
    Shortcut { keys: KeyboardShortcut::new(modifiers, key), words, action }
}

/// Hosts a room.
pub const HOST: Shortcut = shortcut(Modifiers::COMMAND, Key::N, words::HOST, || Action::Show(Screen::Host));
/// Joins a room.
pub const JOIN: Shortcut = shortcut(Modifiers::COMMAND, Key::J, words::JOIN, || Action::Show(Screen::Join));
/// Looks for something in the room on the screen.
pub const FIND: Shortcut = shortcut(Modifiers::COMMAND, Key::F, words::FIND, || Action::FindHere);
/// Looks for something in all rooms.
pub const FIND_ALL: Shortcut =
    shortcut(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::F, words::FIND_ALL, || {
        Action::Find(FindAction::Open(None))
    });
/// Goes to the settings.
pub const SETTINGS: Shortcut =
    shortcut(Modifiers::COMMAND, Key::Comma, words::SETTINGS, || Action::Show(Screen::Settings));
/// Shows the list of shortcuts.
pub const LIST: Shortcut =
    shortcut(Modifiers::COMMAND, Key::Slash, words::LIST, || Action::Open(Dialog::Keyboard));
/// Makes text larger.
pub const LARGER: Shortcut = shortcut(Modifiers::COMMAND, Key::Plus, words::LARGER, || Action::ResizeText(1));
/// Makes text smaller.
pub const SMALLER: Shortcut =
    shortcut(Modifiers::COMMAND, Key::Minus, words::SMALLER, || Action::ResizeText(-1));
/// Ends the program.
pub const QUIT: Shortcut = shortcut(Modifiers::COMMAND, Key::Q, words::QUIT, || Action::AskQuit);

/// Goes to the first line of a conversation. The screen of a room takes it, where it does not move within a text.
pub const FIRST: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Home);
/// Goes to the newest one, likewise.
pub const NEWEST: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::End);

/// All of them, in the order of the list.
pub const ALL: [Shortcut; 12] = [
    shortcut(Modifiers::COMMAND, Key::K, words::GO_TO, || Action::Open(Dialog::GoTo(String::new(), 0))),
    HOST,
    JOIN,
    // The longer one first: the shorter one's keys are held with it as well.
    FIND_ALL,
    FIND,
    shortcut(Modifiers::ALT, Key::ArrowUp, words::PREVIOUS, || Action::Neighbour { next: false }),
    shortcut(Modifiers::ALT, Key::ArrowDown, words::NEXT, || Action::Neighbour { next: true }),
    SETTINGS,
    LARGER,
    SMALLER,
    LIST,
    QUIT,
];

impl Shortcut {
    /// Its keys, as this system writes them.
    pub fn keys(&self, ctx: &Context) -> String {
        let written = ctx.format_shortcut(&self.keys);
        let key = self.keys.logical_key;
        let sign = match key {
            Key::Comma => ",",
            Key::Slash => "/",
            Key::Plus => "+",
            Key::Minus => "-",
            _ => return written,
        };
        // The sign as it stands on the key, not its English name.
        written.strip_suffix(key.name()).map_or(written.clone(), |modifiers| format!("{modifiers}{sign}"))
    }

    /// A tooltip that says what it does and how without the pointer.
    pub fn tooltip(&self, ctx: &Context) -> String {
        controls::with_shortcut(self.words, &self.keys(ctx))
    }
}

/// What was asked for by the keyboard. The keys are used up by it.
pub fn pressed(ctx: &Context) -> Vec<Action> {
    ctx.input_mut(|input| {
        let larger_without_shift = KeyboardShortcut::new(Modifiers::COMMAND, Key::Equals);
        let larger = input.consume_shortcut(&larger_without_shift).then(LARGER.action);
        let table = ALL.iter().filter(|shortcut| input.consume_shortcut(&shortcut.keys));
        table.map(|shortcut| (shortcut.action)()).chain(larger).collect()
    })
}

#[cfg(test)]
mod tests {
    use egui::RawInput;
    use egui::os::OperatingSystem;

    use super::super::fonts;
    use super::*;

    #[test]
    fn a_mac_writes_the_signs_that_stand_on_its_keys_and_others_write_words() {
        let written = |os, shortcut: &Shortcut| {
            let ctx = Context::default();
            fonts::install(&ctx);
            ctx.set_os(os);
            let mut keys = String::new();
            // The signs are written only where the font has them.
            ctx.run_ui(RawInput::default(), |ui| keys = shortcut.keys(ui.ctx())).textures_delta.clear();
            keys
        };
        let last = ALL.last().unwrap();
        let on_macs = [&HOST, &SETTINGS, &LARGER, last].map(|one| written(OperatingSystem::Mac, one));
        assert_eq!(on_macs, ["⌘N", "⌘,", "⌘+", "⌘Q"]);
        let elsewhere = [&HOST, &SETTINGS, &LARGER, last].map(|one| written(OperatingSystem::Nix, one));
        assert_eq!(elsewhere, ["Ctrl+N", "Ctrl+,", "Ctrl++", "Ctrl+Q"]);
    }

    #[test]
    fn no_two_shortcuts_share_their_keys() {
        for (n, one) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(n + 1).all(|other| other.keys != one.keys), "{}", one.words);
        }
    }
}
