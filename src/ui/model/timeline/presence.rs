//! Who came and went between two messages, folded into one line.
//!
//! Presence is no part of the log: it is told once, shown where it happened, and gone with the window.

use super::stretch::Stretch;
use crate::session::Person;
use crate::types::limits::PRESENCE_NAMES;
use crate::types::{MemberKey, Nickname, Seq};

/// Who came and went since the message above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    id: u64,
    after: Seq,
    joined: Vec<(MemberKey, Nickname)>,
    left: Vec<(MemberKey, Nickname)>,
    crowd: u32,
}

impl Presence {
    pub(super) fn new(id: u64, after: Seq) -> Self {
        Self { id, after, joined: Vec::new(), left: Vec::new(), crowd: 0 }
    }

    /// Who came, in order. Somebody who went and came back is not named.
    pub fn arrivals(&self) -> impl ExactSizeIterator<Item = &Nickname> {
        self.joined.iter().map(|(_, name)| name)
    }

    /// Who went, in order.
    pub fn departures(&self) -> impl ExactSizeIterator<Item = &Nickname> {
        self.left.iter().map(|(_, name)| name)
    }

    /// How many came or went besides, because they were too many to name.
    pub fn others(&self) -> u32 {
        self.crowd
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// The newest entry that was known when it happened.
    pub(super) fn after(&self) -> Seq {
        self.after
    }

    pub(super) fn joined(&mut self, people: &[Person]) {
        for person in people.iter().filter(|person| !person.me) {
            if !remove(&mut self.left, person.key) {
                add(&mut self.joined, person, &mut self.crowd);
            }
        }
    }

    pub(super) fn left(&mut self, people: &[Person]) {
        for person in people.iter().filter(|person| !person.me) {
            if !remove(&mut self.joined, person.key) {
                add(&mut self.left, person, &mut self.crowd);
            }
        }
    }

    pub(super) fn crowd(&mut self, count: u32) {
        self.crowd = self.crowd.saturating_add(count);
    }

    fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.left.is_empty() && self.crowd == 0
    }
}

/// Notes that people came or went now, at the end of the stretch.
pub(super) fn note(stretch: &mut Stretch, fresh: Presence, change: impl FnOnce(&mut Presence)) {
    let index = stretch.presence_at_end(fresh);
    let Some(presence) = stretch.presence_mut(index) else { return };
    change(presence);
    if presence.is_empty() {
        stretch.remove_presence(index);
    }
}

fn remove(people: &mut Vec<(MemberKey, Nickname)>, key: MemberKey) -> bool {
    let place = people.iter().position(|(known, _)| *known == key);
    place.map(|place| people.remove(place)).is_some()
}

fn add(people: &mut Vec<(MemberKey, Nickname)>, person: &Person, crowd: &mut u32) {
    if people.len() >= PRESENCE_NAMES {
        *crowd = crowd.saturating_add(1);
    } else if people.iter().all(|(known, _)| *known != person.key) {
        people.push((person.key, person.name.clone()));
    }
}
