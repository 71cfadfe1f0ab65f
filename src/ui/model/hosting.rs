//! What a host decides about a room that is open here, and the form for the next one.

use super::action::HostEdit;
use super::{Dialog, Model, RoomAction};
use crate::session::{Command, RoomRef};

impl Model {
    /// Does what was asked for a room that I host.
    pub(super) fn act_as_host(&mut self, id: RoomRef, action: RoomAction) -> Vec<Command> {
        let Some(room) = self.rooms.iter_mut().find(|room| room.id == id) else { return Vec::new() };
        match action {
            RoomAction::SetCapacity(capacity) => {
                if let Some(hosting) = &mut room.hosting {
                    hosting.capacity = capacity;
                }
                self.dialog = None;
                vec![Command::SetCapacity(id, capacity)]
            }
            RoomAction::Act(act) => {
                // A list of people stays for the next one.
                if !matches!(self.dialog, Some(Dialog::Standings(_))) {
                    self.dialog = None;
                }
                vec![Command::Act(id, act)]
            }
            RoomAction::SetPassword(password) => {
                room.password.clone_from(&password);
                self.dialog = Some(Dialog::Tell(id));
                vec![Command::SetPassword(id, password)]
            }
            RoomAction::SetGuests(rules) => {
                room.change_rules(|known| known.clone_from(&rules));
                vec![Command::SetGuests(id, rules)]
            }
            RoomAction::LetIn(address) => {
                room.change_rules(|known| known.kept_out.retain(|kept| *kept != address));
                vec![Command::LetIn(id, address)]
            }
            _ => Vec::new(),
        }
    }

    /// Takes in a change of the form that opens a room.
    pub(super) fn edit_host(&mut self, edit: HostEdit) -> Vec<Command> {
        let edit = match edit {
            HostEdit::Suggest => HostEdit::Password(self.suggestion()),
            edit => edit,
        };
        if self.host.edit(edit) { self.check_port() } else { Vec::new() }
    }

    /// Puts three words into the dialog about this room's password.
    pub(super) fn suggest_password(&mut self, id: RoomRef) {
        self.dialog = Some(Dialog::Password(id, self.suggestion()));
    }

    fn suggestion(&self) -> String {
        (self.seams.suggest)().unwrap_or_default()
    }
}
