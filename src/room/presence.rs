//! Who came, who left, who is typing: told together, a few times a second, and not kept.

use std::collections::BTreeMap;

use crate::types::limits::{PRESENCE_EVERY_MS, PRESENCE_NAMES, TYPING_MEMBERS, TYPING_MS, TYPING_NAMES};
use crate::types::{MemberId, Nickname};
use crate::wire::message::{Passing, RosterMember};

/// What passes, until it is told.
///
/// Of somebody who leaves and comes back before the next notice, only the last is told: whoever knows it
/// already says nothing, and whoever read the roster in between learns of it.
#[derive(Default)]
pub(super) struct Presence {
    joined: BTreeMap<MemberId, RosterMember>,
    left: BTreeMap<MemberId, RosterMember>,
    /// Who is typing, and until when that holds, boot milliseconds.
    typing: BTreeMap<MemberId, u64>,
    typing_told: (Vec<MemberId>, u32),
    /// When the next notice goes out.
    due: Option<u64>,
    told_at: Option<u64>,
}

impl Presence {
    pub(super) fn joined(&mut self, who: RosterMember, now_ms: u64) {
        self.left.remove(&who.member);
        self.joined.insert(who.member, who);
        self.schedule(now_ms);
    }

    /// They go by another name: whoever has yet to hear that they came hears that one.
    pub(super) fn called(&mut self, member: MemberId, name: &Nickname) {
        if let Some(who) = self.joined.get_mut(&member) {
            who.name = name.clone();
        }
    }

    pub(super) fn left(&mut self, who: RosterMember, now_ms: u64) {
        self.typing.remove(&who.member);
        self.joined.remove(&who.member);
        self.left.insert(who.member, who);
        self.schedule(now_ms);
    }

    /// Notes that `member` types, or no longer. Among many, nobody is noted.
    pub(super) fn typing(&mut self, member: MemberId, typing: bool, present: usize, now_ms: u64) {
        if typing && present <= TYPING_MEMBERS {
            self.typing.insert(member, now_ms.saturating_add(TYPING_MS));
        } else if self.typing.remove(&member).is_none() {
            return;
        }
        if self.typing_now() != self.typing_told {
            self.schedule(now_ms);
        }
    }

    /// The next notice, if it is due.
    pub(super) fn flush(&mut self, present: usize, now_ms: u64) -> Option<Passing> {
        let before = self.typing.len();
        self.typing.retain(|_, until| *until > now_ms && present <= TYPING_MEMBERS);
        if self.typing.len() != before {
            self.schedule(now_ms);
        }
        self.due.take_if(|due| *due <= now_ms)?;
        self.told_at = Some(now_ms);
        let changed = !self.joined.is_empty() || !self.left.is_empty();
        let typing = self.typing_now();
        let mut passing = Passing::default();
        if changed {
            let (joined, more_joined) = named(std::mem::take(&mut self.joined));
            let (left, more_left) = named(std::mem::take(&mut self.left));
            let unnamed = more_joined.saturating_add(more_left);
            let present = Some(u32::try_from(present).unwrap_or(u32::MAX));
            passing = Passing { joined, left, unnamed, present, typing: None };
        }
        if typing != self.typing_told {
            self.typing_told = typing.clone();
            passing.typing = Some(typing);
        }
        (passing != Passing::default()).then_some(passing)
    }

    /// When [`Presence::flush`] has something to do.
    pub(super) fn next_tick(&self) -> Option<u64> {
        self.due.into_iter().chain(self.typing.values().copied()).min()
    }

    fn schedule(&mut self, now_ms: u64) {
        let earliest = self.told_at.map_or(0, |told| told.saturating_add(PRESENCE_EVERY_MS));
        self.due.get_or_insert(earliest.max(now_ms));
    }

    fn typing_now(&self) -> (Vec<MemberId>, u32) {
        let named: Vec<MemberId> = self.typing.keys().copied().take(TYPING_NAMES).collect();
        let more = self.typing.len() - named.len();
        (named, u32::try_from(more).unwrap_or(u32::MAX))
    }
}

/// As many as one notice names, and how many more there are.
fn named(people: BTreeMap<MemberId, RosterMember>) -> (Vec<RosterMember>, u32) {
    let more = people.len().saturating_sub(PRESENCE_NAMES);
    (people.into_values().take(PRESENCE_NAMES).collect(), u32::try_from(more).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::MemberKey;

    fn person(number: u32) -> RosterMember {
        let name = Nickname::new(&format!("m{number}")).unwrap();
        RosterMember { member: MemberId(number), key: MemberKey([1; 32]), name, host: false }
    }

    #[test]
    fn whoever_comes_and_takes_another_name_at_once_is_told_by_that_one() {
        let mut presence = Presence::default();
        presence.joined(person(1), 0);
        let name = Nickname::new("Bo").unwrap();
        presence.called(MemberId(1), &name);
        presence.called(MemberId(2), &name);
        let told = presence.flush(1, 0).unwrap().joined;
        assert_eq!(told.iter().map(|who| who.name.as_str()).collect::<Vec<_>>(), ["Bo"]);
    }

    #[test]
    fn the_first_is_told_at_once_and_what_follows_together() {
        let mut presence = Presence::default();
        presence.joined(person(1), 1_000);
        let first = presence.flush(1, 1_000).unwrap();
        assert_eq!((first.joined.len(), first.present), (1, Some(1)));
        presence.joined(person(2), 1_001);
        presence.joined(person(3), 1_100);
        assert_eq!(presence.flush(3, 1_249), None);
        assert_eq!(presence.next_tick(), Some(1_250));
        assert_eq!(presence.flush(3, 1_250).unwrap().joined.len(), 2);
        assert_eq!(presence.next_tick(), None);
    }

    #[test]
    fn of_who_leaves_and_comes_back_in_between_only_the_last_is_told() {
        let mut presence = Presence::default();
        presence.joined(person(1), 0);
        presence.flush(1, 0);
        presence.left(person(1), 10);
        presence.joined(person(1), 20);
        let passing = presence.flush(1, 250).unwrap();
        assert_eq!((passing.joined, passing.left), (vec![person(1)], vec![]));
    }

    #[test]
    fn a_notice_names_64_and_counts_the_rest() {
        for (people, unnamed) in [(64, 0), (65, 1)] {
            let mut presence = Presence::default();
            (0..people).for_each(|number| presence.joined(person(number), 0));
            let passing = presence.flush(people as usize, 0).unwrap();
            assert_eq!((passing.joined.len(), passing.unnamed), (PRESENCE_NAMES, unnamed));
        }
    }

    #[test]
    fn three_who_type_are_named_and_the_rest_counted_and_all_expire() {
        let mut presence = Presence::default();
        (1..=5).for_each(|number| presence.typing(MemberId(number), true, 10, 0));
        let told = presence.flush(10, 0).unwrap().typing;
        assert_eq!(told, Some((vec![MemberId(1), MemberId(2), MemberId(3)], 2)));
        assert_eq!(presence.next_tick(), Some(TYPING_MS));
        assert_eq!(presence.flush(10, TYPING_MS - 1), None);
        assert_eq!(presence.flush(10, TYPING_MS).unwrap().typing, Some((vec![], 0)));
    }

    #[test]
    fn typing_is_told_among_200_and_not_among_201() {
        let mut presence = Presence::default();
        presence.typing(MemberId(1), true, TYPING_MEMBERS + 1, 0);
        assert_eq!(presence.next_tick(), None);
        presence.typing(MemberId(1), true, TYPING_MEMBERS, 0);
        assert!(presence.flush(TYPING_MEMBERS, 0).is_some());
        assert_eq!(presence.flush(TYPING_MEMBERS + 1, 250).unwrap().typing, Some((vec![], 0)));
    }
}
