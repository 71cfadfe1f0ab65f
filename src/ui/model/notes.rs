//! What a person is told while the window is not in front: by whom, in which room, and how often.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Dialog, Model, RoomState, Screen, SettingsEdit, ToastKind};
use crate::session::{Command, RoomRef};
use crate::types::{MessageText, Nickname};
use crate::ui::text::{knocks, notes as words};

/// Seconds between two notifications about one room: a lively room is told in one.
const EVERY_SECONDS: f64 = 1.0;
/// Seconds between two notifications that somebody wants to come in: whoever only knocks, and knocks again, is not to be heard
/// all day.
const KNOCK_EVERY_SECONDS: f64 = 60.0;
/// What of a message stands in a notification, in letters as a person counts them.
const LETTERS: usize = 200;

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The room that a click leads to; none where it is about the program.
    pub room: Option<RoomRef>,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub text: String,
}

/// Something that somebody else said just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Who.
    pub name: Nickname,
    /// What.
    pub text: MessageText,
}

/// What was said in a room since the window was in front.
#[derive(Debug, Default)]
pub struct Untold {
    count: u64,
    last: Option<Heard>,
    /// There is more than was told last.
    fresh: bool,
    /// When it was told last, in the window's seconds.
    told_at: Option<f64>,
    /// Who wants to come in, where that is to be told.
    knock: Option<Nickname>,
    /// When such a thing was told last, in the window's seconds. It outlives a look at the window.
    knock_told_at: Option<f64>,
}

impl Untold {
    fn seconds_left(&self, now: f64) -> Option<f64> {
        let told = self.told_at.map_or(0.0, |at| (at + EVERY_SECONDS - now).max(0.0));
        self.fresh.then_some(told)
    }
}

impl Model {
    /// Notes that somebody said something, so many lines of which this is the last.
    pub(super) fn heard(&mut self, id: RoomRef, count: u64, last: Heard) {
        if self.focused || self.settings.do_not_disturb {
            return;
        }
        self.called = true;
        if let Some(room) = self.room_mut(id) {
            room.untold.count += count;
            room.untold.last = Some(last);
            room.untold.fresh = true;
        }
    }

    /// Notes that somebody wants to come in, where nobody waited before.
    pub(super) fn knocked(&mut self, id: RoomRef, name: Nickname) {
        if self.focused || self.settings.do_not_disturb {
            return;
        }
        self.called = true;
        if let Some(room) = self.room_mut(id) {
            room.untold.knock = Some(name);
        }
    }

    /// The person looks at the window: they know.
    pub(super) fn forget_untold(&mut self) {
        self.called = false;
        for room in &mut self.rooms {
            room.untold = Untold { knock_told_at: room.untold.knock_told_at, ..Untold::default() };
        }
    }

    /// True once after somebody said something while the window was not in front: the person is to be called.
    pub fn take_call(&mut self) -> bool {
        std::mem::take(&mut self.called) && !self.settings.do_not_disturb
    }

    /// The notifications to show now, in the window's seconds: for each room at most one a second.
    pub fn take_notes(&mut self, now: f64) -> Vec<Note> {
        let mut notes = std::mem::take(&mut self.notes);
        if !self.tells() {
            self.rooms.iter_mut().for_each(|room| (room.untold.fresh, room.untold.knock) = (false, None));
            return Vec::new();
        }
        for room in &mut self.rooms {
            let Some(name) = room.untold.knock.take() else { continue };
            if room.untold.knock_told_at.is_none_or(|at| now - at >= KNOCK_EVERY_SECONDS) {
                room.untold.knock_told_at = Some(now);
                let (title, text) = (knocks::wants(name.as_str()), room.title().to_owned());
                notes.push(Note { room: Some(room.id), title, text });
            }
        }
        let hide = self.settings.hide_text;
        for room in self.rooms.iter_mut().filter(|room| room.untold.seconds_left(now) == Some(0.0)) {
            room.untold.fresh = false;
            room.untold.told_at = Some(now);
            notes.extend(note(room, hide));
        }
        notes
    }

    /// Seconds until there is something to show, if there will be.
    pub fn next_note(&self, now: f64) -> Option<f64> {
        self.rooms.iter().filter_map(|room| room.untold.seconds_left(now)).reduce(f64::min)
    }

    /// True while any room has something that was not read.
    pub fn has_unread(&self) -> bool {
        self.listed().any(|room| room.timeline.unread() > 0)
    }

    /// The window hides when it is closed, and the rooms go on.
    pub fn goes_on(&self) -> bool {
        self.settings.keep_running && self.started && !self.closing
    }

    /// The window was closed and the program goes on: the first time this is said.
    pub(super) fn hidden(&mut self) {
        if self.settings.told_running {
            return;
        }
        self.edit_settings(SettingsEdit::ToldRunning);
        if self.tells() {
            let (title, text) = (words::RUNNING.to_owned(), words::RUNNING_HINT.to_owned());
            self.notes.push(Note { room: None, title, text });
        } else {
            self.toast(ToastKind::Running);
        }
    }

    /// The window was closed, the program went on, and the window is still there.
    pub(super) fn stayed(&mut self) {
        self.toasts.retain(|toast| toast.kind != ToastKind::Running);
        self.toast(ToastKind::Stays);
    }

    /// The person clicked on a notification.
    pub(super) fn show_noted(&mut self, room: Option<RoomRef>) -> Vec<Command> {
        self.wanted = true;
        let room = room.filter(|id| self.listed().any(|room| room.id == *id));
        match room {
            Some(id) if self.dialog != Some(Dialog::Quit) => self.show(Screen::Room(id)),
            _ => Vec::new(),
        }
    }

    fn tells(&self) -> bool {
        self.settings.notifications && !self.settings.do_not_disturb
    }
}

fn note(room: &RoomState, hide: bool) -> Option<Note> {
    let last = room.untold.last.as_ref()?;
    let (name, place, count) = (last.name.as_str(), room.title(), room.untold.count);
    let (title, text) = match (count, hide) {
        (1, true) => (words::wrote(name, place), String::new()),
        (_, true) => (words::count(count, place), String::new()),
        (1, false) => (words::said(name, place), cut(last.text.as_str())),
        (_, false) => (words::count(count, place), words::line(name, &cut(last.text.as_str()))),
    };
    Some(Note { room: Some(room.id), title, text })
}

/// The beginning of a text in one line.
fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.grapheme_indices(true).nth(LETTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests;
