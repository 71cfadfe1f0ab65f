//! Leaving rooms and the window, and what happens to a command that was not taken.

use super::room::RoomState;
use super::{Dialog, Model, Screen, ToastKind};
use crate::session::{Command, RoomRef};
use crate::types::limits::DRAFT_BYTES;

impl Model {
    /// A command came back because too many were waiting. Nothing that the person did may be lost by it.
    pub fn not_taken(&mut self, command: &Command) {
        let toast = match command {
            Command::Say(id, _, text, _) => {
                if let Some(room) = self.room_mut(*id) {
                    room.put_back(text.as_str());
                }
                Some(ToastKind::BusySay)
            }
            Command::Host(id, _)
            | Command::Join(id, _)
            | Command::Reopen(id, _)
            | Command::Unlock(id, ..) => {
                self.remove(*id);
                Some(ToastKind::Busy)
            }
            Command::Leave(id) => {
                if let Some(room) = self.room_mut(*id) {
                    room.leaving = false;
                }
                Some(ToastKind::Busy)
            }
            Command::ForgetRoom(id) => {
                self.forget_not_taken(*id);
                Some(ToastKind::Busy)
            }
            Command::ExportIdentity(..) | Command::ImportIdentity(..) => {
                self.moving_not_taken();
                Some(ToastKind::Busy)
            }
            Command::Page(id, _) => {
                if let Some(room) = self.room_mut(*id) {
                    room.timeline.page_lost();
                }
                None
            }
            Command::KeepDraft(id, _) => {
                if let Some(room) = self.room_mut(*id) {
                    room.draft_changed = true;
                }
                None
            }
            Command::SetGuests(id, _) | Command::LetIn(id, _) => {
                if let Some(room) = self.room_mut(*id) {
                    room.rules_not_taken();
                }
                Some(ToastKind::Busy)
            }
            Command::SetPassword(id, _) => {
                if let Some(room) = self.room_mut(*id) {
                    room.password_not_taken();
                }
                Some(ToastKind::Busy)
            }
            Command::KeepSettings(_) => {
                self.settings_changed = true;
                None
            }
            Command::End => {
                // The background is gone or stuck. What was acknowledged is on the disk already.
                self.ended = true;
                None
            }
            Command::Typing(..) | Command::CheckPort(_) | Command::LookInto(_) => None,
            _ => Some(ToastKind::Busy),
        };
        if let Some(kind) = toast {
            self.toast(kind);
        }
    }

    pub(super) fn ask_leave(&mut self, id: RoomRef) -> Vec<Command> {
        match self.room(id) {
            Some(room) if room.is_hosted() && room.others() > 0 && room.is_open() => {
                self.dialog = Some(Dialog::Stop(id));
                Vec::new()
            }
            _ => self.leave(id),
        }
    }

    pub(super) fn leave(&mut self, id: RoomRef) -> Vec<Command> {
        let Some(room) = self.room_mut(id) else {
            return Vec::new();
        };
        if !room.is_open() {
            self.remove(id);
            return Vec::new();
        }
        room.leaving = true;
        let mut commands: Vec<Command> = kept_draft(room).into_iter().collect();
        commands.push(Command::Leave(id));
        self.dialog = None;
        if self.screen == Screen::Room(id) {
            self.screen = Screen::Home;
        }
        self.watch();
        commands
    }

    /// Rooms of mine that others are in, by name and how many.
    pub fn rooms_with_others(&self) -> Vec<(String, u32)> {
        let hosted = self.listed().filter(|room| room.is_hosted() && room.is_open() && room.others() > 0);
        hosted.map(|room| (room.title().to_owned(), room.others())).collect()
    }

    pub(super) fn ask_quit(&mut self) -> Vec<Command> {
        if self.closing || self.rooms_with_others().is_empty() {
            return self.quit();
        }
        self.dialog = Some(Dialog::Quit);
        // The question may come from the icon near the clock, with the window hidden.
        self.wanted = !self.focused;
        Vec::new()
    }

    pub(super) fn quit(&mut self) -> Vec<Command> {
        if self.closing {
            // Asked for once more: the person does not want to wait for what does not answer.
            self.ended = true;
            return Vec::new();
        }
        self.closing = true;
        self.dialog = None;
        let mut commands = self.keep_changes();
        commands.push(Command::End);
        commands
    }

    pub(super) fn keep_changes(&mut self) -> Vec<Command> {
        let mut commands = self.keep_drafts();
        if std::mem::take(&mut self.settings_changed) {
            commands.push(Command::KeepSettings(self.settings.clone()));
        }
        commands
    }

    pub(super) fn keep_drafts(&mut self) -> Vec<Command> {
        let remember = self.settings.remember_drafts;
        let rooms = self.rooms.iter_mut();
        rooms.filter_map(kept_draft).filter(|_| remember).collect()
    }
}

/// The command that keeps what is in this room's composer, if it changed. What is longer than a draft may be
/// stays in the composer only.
fn kept_draft(room: &mut RoomState) -> Option<Command> {
    let changed = std::mem::take(&mut room.draft_changed);
    let fits = room.draft.len() <= DRAFT_BYTES;
    (changed && fits).then(|| Command::KeepDraft(room.id, room.draft.clone()))
}
