//! Who is in a plain room, as far as it says so.

use crate::session::event::Person;
use crate::trust::random;
use crate::types::{MemberId, MemberKey, Nickname, RoomId};

/// What stands for the key of somebody who has none.
const NAMED: &[u8] = b"hallway plain name 1\0";
/// Numbers from here on are nobody's in a log: they only tell names apart.
const NUMBERS: u32 = 1 << 31;

/// Makes people of names. A name is all that there is, so numbers and keys follow from it.
pub(super) struct People {
    room: RoomId,
    me: Person,
}

impl People {
    pub(super) fn new(room: RoomId, key: MemberKey, name: Nickname) -> Self {
        Self { room, me: Person { member: super::ME, key, name, host: false, me: true } }
    }

    /// Me and everybody who is known by name.
    pub(super) fn all<'n>(&self, names: impl Iterator<Item = &'n Nickname>) -> Vec<Person> {
        std::iter::once(self.me.clone()).chain(names.map(|name| self.person(name))).collect()
    }

    /// Whoever goes by this name.
    pub(super) fn person(&self, name: &Nickname) -> Person {
        let key = random::sha256(&[NAMED, self.room.as_bytes(), name.as_str().as_bytes()]).0;
        let [a, b, c, d, ..] = key;
        let member = MemberId(NUMBERS | u32::from_be_bytes([a, b, c, d]));
        Person { member, key: MemberKey(key), name: name.clone(), host: false, me: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_person_at_every_visit_and_another_name_another() {
        let nick = |name: &str| Nickname::new(name).unwrap();
        let people = || People::new(RoomId([1; 32]), MemberKey([2; 32]), nick("Ana"));
        let (user4, user5) = (nick("user4"), nick("user5"));
        assert_eq!(people().person(&user4), people().person(&user4));
        assert_ne!(people().person(&user4).member, people().person(&user5).member);
        let names = [user4, user5];
        let all = people().all(names.iter());
        assert_eq!((all.len(), all[0].me, all[0].member), (3, true, MemberId(1)));
    }
}
