//! Who is here.

use crate::session::{Person, RoomEvent};

/// The people in a room: the host first, then by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    known: Vec<Person>,
    present: u32,
}

impl People {
    /// Those whose names are known, the host first, then by name.
    pub fn known(&self) -> &[Person] {
        &self.known
    }

    /// How many are here in all, myself included. At least as many as are known by name.
    pub fn present(&self) -> u32 {
        self.present.max(u32::try_from(self.known.len()).unwrap_or(u32::MAX))
    }

    pub(super) fn apply(&mut self, event: &RoomEvent) {
        match event {
            RoomEvent::Roster(people, present) => self.replace(people, *present),
            RoomEvent::Snapshot(snapshot) => self.replace(&snapshot.people, snapshot.present),
            RoomEvent::Joined(people) => people.iter().for_each(|person| self.add(person)),
            RoomEvent::Called(person) if self.known.iter().any(|known| known.key == person.key) => {
                self.add(person);
            }
            RoomEvent::Left(people) => people.iter().for_each(|person| self.remove(person)),
            RoomEvent::Renamed(name) => {
                if let Some(mut me) = self.known.iter().find(|person| person.me).cloned() {
                    me.name = name.clone();
                    self.add(&me);
                }
            }
            RoomEvent::Offline(..) | RoomEvent::Failed(_) | RoomEvent::Over => self.replace(&[], 0),
            _ => {}
        }
    }

    fn replace(&mut self, people: &[Person], present: u32) {
        self.known = people.to_vec();
        self.known.sort_by_cached_key(order);
        self.present = present;
    }

    fn add(&mut self, person: &Person) {
        let before = self.known.len();
        self.known.retain(|known| known.key != person.key);
        if self.known.len() == before {
            self.present = self.present.saturating_add(1);
        }
        let key = order(person);
        let place = self.known.partition_point(|known| order(known) < key);
        self.known.insert(place, person.clone());
    }

    fn remove(&mut self, person: &Person) {
        let before = self.known.len();
        self.known.retain(|known| known.key != person.key);
        if self.known.len() < before || self.present() > u32::try_from(before).unwrap_or(u32::MAX) {
            self.present = self.present.saturating_sub(1);
        }
    }
}

fn order(person: &Person) -> (bool, String, u32) {
    (!person.host, person.name.as_str().to_lowercase(), person.member.0)
}
