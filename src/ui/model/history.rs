//! What a person does with a room's history as a whole: taking it along, keeping it for a time, and forgetting it.

use super::{Dialog, Model, Screen, SettingsEdit, ToastKind};
use crate::session::{Command, Exported, LookedInto, RoomRef};
use crate::types::{Retention, RoomId};

impl Model {
    /// How it stands with an export.
    pub(super) fn exported(&mut self, room: RoomId, exported: Exported) {
        if let Exported::Progress(percent) = exported {
            return self.export_grew(room, percent);
        }
        if exported != Exported::Busy {
            self.toasts
                .retain(|toast| !matches!(&toast.kind, ToastKind::Exporting { room: of, .. } if *of == room));
        }
        match exported {
            Exported::Done(path) => self.toast(ToastKind::Saved(path)),
            Exported::Cancelled => self.toast(ToastKind::NotExported),
            Exported::Busy => self.toast(ToastKind::ExportBusy),
            Exported::NotRead(words) => self.toast(ToastKind::NotRead(words)),
            Exported::NotWritten(words) => self.toast(ToastKind::NotSaved(words)),
            Exported::Progress(_) => {}
        }
    }

    /// Asks how long what is said is kept, with what holds now chosen.
    pub(super) fn ask_keep(&mut self, room: Option<RoomRef>) {
        let now = match room {
            None => Some(self.settings.keep_history),
            Some(id) => self.room(id).and_then(|room| room.retention),
        };
        self.dialog = Some(Dialog::Keep(room, now, String::new()));
    }

    /// It was chosen.
    pub(super) fn keep_for(&mut self, room: Option<RoomRef>, retention: Option<Retention>) -> Vec<Command> {
        self.dialog = None;
        if let Some(id) = room {
            return vec![Command::SetRetention(id, retention)];
        }
        self.edit_settings(SettingsEdit::KeepHistory(retention.unwrap_or_default()));
        self.keep_changes()
    }

    /// Whether less is kept by this choice than by the one before.
    pub fn keeps_less(&self, room: Option<RoomRef>, chosen: Option<Retention>) -> bool {
        let settings = self.settings.keep_history;
        let now = room.and_then(|id| self.room(id)).and_then(|room| room.retention).unwrap_or(settings);
        let days = |retention: Retention| match retention {
            Retention::Nothing => 0,
            Retention::Days(days) => u32::from(days),
            Retention::Everything => u32::MAX,
        };
        days(chosen.unwrap_or(settings)) < days(now)
    }

    /// Asks whether a room is to be forgotten, and has it looked up what would be lost.
    pub(super) fn ask_forget(&mut self, room: RoomId) -> Vec<Command> {
        self.dialog = Some(Dialog::Forget(room, None));
        vec![Command::LookInto(room)]
    }

    /// What would be lost with a room.
    pub(super) fn looked(&mut self, room: RoomId, found: Option<LookedInto>) {
        if let Some(Dialog::Forget(asked, looked)) = &mut self.dialog
            && *asked == room
        {
            *looked = found;
        }
    }

    /// Has a room forgotten. One that is open is off the rail at once.
    pub(super) fn forget_room(&mut self, id: RoomId) -> Vec<Command> {
        self.dialog = None;
        let name = self.name_of(id).unwrap_or(crate::ui::text::room::UNNAMED).to_owned();
        self.forgetting.push((id, name));
        let rooms = self.rooms.iter_mut().filter(|room| room.room_id() == Some(id));
        let mut ended = Vec::new();
        for room in rooms {
            if !room.is_open() {
                ended.push(room.id);
            }
            room.leaving = true;
            room.draft_changed = false;
            if self.screen == Screen::Room(room.id) {
                self.screen = Screen::Home;
            }
        }
        for room in ended {
            self.remove(room);
        }
        self.watch();
        vec![Command::ForgetRoom(id)]
    }

    /// It was not taken: the room is there as it was.
    pub(super) fn forget_not_taken(&mut self, id: RoomId) {
        self.forgetting.retain(|(room, _)| *room != id);
        for room in self.rooms.iter_mut().filter(|room| room.room_id() == Some(id)) {
            room.leaving = false;
        }
    }

    /// A room is forgotten, or why something of it is still there.
    pub(super) fn forgotten(&mut self, id: RoomId, left: Option<String>) {
        let Some(at) = self.forgetting.iter().position(|(room, _)| *room == id) else { return };
        let (_, name) = self.forgetting.remove(at);
        self.toast(match left {
            None => ToastKind::Forgotten(name),
            Some(words) => ToastKind::NotForgotten(name, words),
        });
    }

    /// How many others are in this room, where it is hosted and open here.
    pub fn others_in(&self, id: RoomId) -> u32 {
        let room = self.rooms.iter().find(|room| room.room_id() == Some(id));
        room.filter(|room| room.is_hosted() && room.is_open()).map_or(0, super::RoomState::others)
    }

    /// What this room is called, open or not.
    pub fn name_of(&self, room: RoomId) -> Option<&str> {
        let open = self.rooms.iter().find(|open| open.room_id() == Some(room)).map(super::RoomState::title);
        open.or_else(|| {
            self.recents.iter().find(|known| known.room_id == room).map(|known| known.name.as_str())
        })
    }

    fn export_grew(&mut self, room: RoomId, now: u8) {
        for toast in &mut self.toasts {
            if let ToastKind::Exporting { room: of, percent, .. } = &mut toast.kind
                && *of == room
            {
                *percent = now;
                return;
            }
        }
        let name = self.name_of(room).unwrap_or(crate::ui::text::room::UNNAMED).to_owned();
        self.toast(ToastKind::Exporting { room, name, percent: now });
    }
}
