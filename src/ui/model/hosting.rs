//! What those in charge decide about a room that is open here, and the form for the next one.

use super::action::HostEdit;
use super::{Dialog, Model, RoomAction, RoomState};
use crate::session::{Command, InviteState, RoomEvent, RoomRef};
use crate::types::{Invite, InviteTerms};

/// Invites that need no password, into a room that I host.
#[derive(Debug, Default)]
pub struct Invites {
    /// Those that still let somebody in, oldest first.
    pub working: Vec<InviteState>,
    /// The one that was made last, as long as it does: it is told only once.
    pub made: Option<(u32, InviteTerms, Box<Invite>)>,
}

/// How long somebody is kept out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// Until they are let in again.
    ForGood,
}

impl Span {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::ForGood];

    /// When it ends that begins now, milliseconds since 1970 UTC.
    pub fn until_ms(self, now_ms: i64) -> Option<i64> {
        const HOUR_MS: i64 = 3_600_000;
        match self {
            Self::Hour => Some(now_ms.saturating_add(HOUR_MS)),
            Self::Day => Some(now_ms.saturating_add(24 * HOUR_MS)),
            Self::ForGood => None,
        }
    }
}

impl RoomState {
    /// Takes in what is told of them.
    pub(super) fn apply_invites(&mut self, event: RoomEvent) {
        match event {
            RoomEvent::Invited(number, terms, invite) => self.invites.made = Some((number, terms, invite)),
            RoomEvent::Invites(mut all) => {
                all.retain(|invite| invite.end.is_none());
                let works = |number: u32| all.iter().any(|invite| invite.number == number);
                self.invites.made.take_if(|(number, ..)| !works(*number));
                self.invites.working = all;
            }
            _ => {}
        }
    }
}

impl Model {
    /// Does what was asked for a room where I am in charge.
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
            RoomAction::Remove(removal) => {
                self.dialog = None;
                vec![Command::Remove(id, removal)]
            }
            RoomAction::SetRule(rule) => {
                // Shown at once; the room tells what holds then.
                room.house.rules = room.house.rules.with(rule);
                vec![Command::SetRule(id, rule)]
            }
            RoomAction::SetAsks(asks) => {
                if let Some(hosting) = &mut room.hosting {
                    hosting.asks = asks;
                }
                vec![Command::SetAsks(id, asks)]
            }
            RoomAction::AnswerKnock(key, answer) => {
                // The card goes at once; the room tells who waits then.
                room.knocks.retain(|knock| knock.key != key);
                vec![Command::AnswerKnock(id, key, answer)]
            }
            RoomAction::SetPassword(password) => {
                room.password.clone_from(&password);
                self.dialog = Some(Dialog::Tell(id));
                vec![Command::SetPassword(id, password)]
            }
            RoomAction::Invite(ask) => vec![Command::Invite(id, ask)],
            RoomAction::Revoke(number) => vec![Command::Revoke(id, number)],
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
