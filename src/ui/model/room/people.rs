//! Who is in a room, and how they stand.

use super::super::timeline::Rights;
use super::RoomState;
use crate::session::{Person, RoomEvent, Trust};
use crate::types::{MemberKey, Standing};

impl RoomState {
    /// Takes in what happened to people.
    pub(super) fn apply_about_people(&mut self, event: RoomEvent) {
        match event {
            RoomEvent::Guests(guests) => {
                self.guests = guests;
                self.open_shown &= self.is_open_now();
            }
            RoomEvent::House(house) => {
                self.house = house;
                self.know_rights();
            }
            RoomEvent::Roster(..) | RoomEvent::Joined(_) => self.know_rights(),
            RoomEvent::Knocks(knocks) => self.knocks = knocks,
            RoomEvent::Waiting => self.waits = true,
            RoomEvent::Standings(standings) => self.standings = standings,
            RoomEvent::Words(with, words) => self.comparing.told(with, words),
            RoomEvent::Compared(with) => {
                self.comparing.same(with);
                if let (None, Some(online)) = (with, &mut self.online) {
                    online.trust = Trust::Verified;
                }
            }
            invites => self.apply_invites(invites),
        }
    }

    /// Nobody has verified yet that it is the right room.
    pub fn is_first_visit(&self) -> bool {
        self.online.as_ref().is_some_and(|online| online.trust == Trust::FirstVisit)
    }

    /// A person who is here, as far as they are listed.
    pub fn person(&self, key: &MemberKey) -> Option<&Person> {
        self.timeline.people().known().iter().find(|person| person.key == *key)
    }

    /// How somebody stands, where something was done about them.
    pub fn standing(&self, key: &MemberKey) -> Option<&Standing> {
        self.standings.iter().find(|standing| standing.key == *key)
    }

    /// What I may remove of others' words.
    pub(super) fn know_rights(&mut self) {
        let host = self.timeline.people().known().iter().find(|person| person.host).map(|person| person.key);
        let others = host.into_iter().chain(self.house.moderators.iter().copied());
        let beyond = others.filter(|_| !self.is_hosted()).collect();
        self.timeline.set_rights(Rights { in_charge: self.is_in_charge(), beyond });
    }

    /// Whether the host made them a moderator.
    pub fn is_moderator(&self, key: &MemberKey) -> bool {
        self.house.moderators.contains(key)
    }

    /// I am the host or a moderator.
    pub fn is_in_charge(&self) -> bool {
        self.is_hosted() || self.online.as_ref().is_some_and(|online| self.is_moderator(&online.key))
    }

    /// Whether I can do something about this one.
    pub fn may_act_on(&self, person: &Person) -> bool {
        let beyond = person.me || person.host || (self.is_moderator(&person.key) && !self.is_hosted());
        self.is_in_charge() && !beyond
    }

    /// How many are here besides me.
    pub fn others(&self) -> u32 {
        self.timeline.people().present().saturating_sub(1)
    }
}
