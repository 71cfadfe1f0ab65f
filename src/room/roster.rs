//! Who is known, who is present, and whose name is whose.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::ConnId;
use crate::types::limits::ROSTER_PAGE;
use crate::types::{KnownMember, MemberId, MemberKey, Nickname};
use crate::wire::message::{RosterMember, RosterPage};

/// Everybody whom the log knows, and who of them is here.
///
/// A name belongs to a key from the moment it is claimed until the same key has taken another one: an absent
/// member's name is kept for it, so nobody can come in as somebody who just left.
pub(super) struct Roster {
    host: MemberKey,
    known: HashMap<MemberKey, KnownMember>,
    skeletons: HashMap<String, MemberKey>,
    /// Names that are staged and not durable yet.
    claims: HashMap<MemberKey, KnownMember>,
    /// What the names of guests who are here must not be confused with.
    guests: HashMap<String, ConnId>,
    present: BTreeMap<MemberId, RosterMember>,
    /// Keys with which nobody comes any more, because their people have others.
    gone: HashSet<MemberKey>,
    next: u32,
}

impl Roster {
    pub(super) fn new(host: MemberKey, known: Vec<KnownMember>) -> Self {
        let next = known.iter().map(|known| known.member.0).max().unwrap_or(0).saturating_add(1);
        let skeletons = known
            .iter()
            .flat_map(|known| known.name.skeletons().map(|skeleton| (skeleton, known.key)))
            .collect();
        let known = known.into_iter().map(|known| (known.key, known)).collect();
        Self {
            host,
            known,
            skeletons,
            claims: HashMap::new(),
            guests: HashMap::new(),
            present: BTreeMap::new(),
            gone: HashSet::new(),
            next,
        }
    }

    /// The member's number; a new one where the log has none.
    pub(super) fn number(&mut self, key: &MemberKey) -> MemberId {
        if let Some(known) = self.known.get(key).or_else(|| self.claims.get(key)) {
            return known.member;
        }
        let member = MemberId(self.next);
        self.next = self.next.saturating_add(1);
        member
    }

    /// The member's durable name.
    pub(super) fn name(&self, key: &MemberKey) -> Option<&Nickname> {
        self.known.get(key).map(|known| &known.name)
    }

    /// The member's number and durable name; what stands for them where there is none.
    pub(super) fn called(&self, key: &MemberKey) -> (MemberId, Nickname) {
        let known = self.known.get(key).map(|known| (known.member, known.name.clone()));
        known.unwrap_or_else(|| (MemberId(0), Nickname::fallback()))
    }

    /// Whose name this is.
    pub(super) fn whose(&self, name: &Nickname) -> Option<MemberKey> {
        let is_it = |known: &&KnownMember| known.name == *name && !self.gone.contains(&known.key);
        self.known.values().find(is_it).map(|known| known.key)
    }

    /// What was kept for this key is kept for that one from now on: its name, until the other has one.
    pub(super) fn succeed(&mut self, before: &MemberKey, to: MemberKey) {
        self.gone.insert(*before);
        self.skeletons.values_mut().filter(|owner| **owner == *before).for_each(|owner| *owner = to);
    }

    /// Whether a name is staged for this member.
    pub(super) fn has_claim(&self, key: &MemberKey) -> bool {
        self.claims.contains_key(key)
    }

    /// Keeps the name for its member, until [`Roster::named`].
    ///
    /// # Errors
    /// It is somebody else's, or looks like it: a free one.
    pub(super) fn claim(&mut self, who: &KnownMember) -> Result<(), Nickname> {
        let KnownMember { key, name, .. } = who;
        if !self.is_free(key, name) {
            let numbers = 2..self.skeletons.len().saturating_add(4);
            let variants = numbers.map(|number| name.numbered(u32::try_from(number).unwrap_or(u32::MAX)));
            let mut free = variants.filter(|variant| self.is_free(key, variant));
            return Err(free.next().unwrap_or_else(|| name.numbered(u32::MAX)));
        }
        self.skeletons.extend(name.skeletons().map(|skeleton| (skeleton, *key)));
        self.claims.insert(*key, who.clone());
        Ok(())
    }

    /// Nothing that is staged becomes durable.
    pub(super) fn forget_claims(&mut self) {
        for who in std::mem::take(&mut self.claims).into_values() {
            let known = self.known.get(&who.key).map(|known| known.name.skeletons());
            for skeleton in who.name.skeletons() {
                let kept = known.as_ref().is_some_and(|known| known.contains(&skeleton));
                if !kept && self.skeletons.get(&skeleton) == Some(&who.key) {
                    self.skeletons.remove(&skeleton);
                }
            }
        }
    }

    /// The name is durable; the one before it is free.
    pub(super) fn named(&mut self, who: &KnownMember) {
        self.claims.remove(&who.key);
        self.next = self.next.max(who.member.0.saturating_add(1));
        self.skeletons.extend(who.name.skeletons().map(|skeleton| (skeleton, who.key)));
        if let Some(before) = self.known.insert(who.key, who.clone()) {
            let kept = who.name.skeletons();
            for old in before.name.skeletons() {
                if !kept.contains(&old) && self.skeletons.get(&old) == Some(&who.key) {
                    self.skeletons.remove(&old);
                }
            }
        }
        if let Some(present) = self.present.get_mut(&who.member) {
            present.name = who.name.clone();
        }
    }

    /// The member is here; none if it was here already.
    pub(super) fn arrive(&mut self, key: &MemberKey) -> Option<RosterMember> {
        let KnownMember { member, key, name } = self.known.get(key)?.clone();
        let row = RosterMember { member, key, name, host: key == self.host };
        self.present.insert(member, row.clone()).is_none().then_some(row)
    }

    /// The member is gone; none if it was not here.
    pub(super) fn leave(&mut self, member: MemberId) -> Option<RosterMember> {
        self.present.remove(&member)
    }

    /// Whether a guest may have this name: no member has, known or claimed, and no other guest.
    pub(super) fn guest_may(&self, id: ConnId, name: &Nickname) -> bool {
        name.skeletons().iter().all(|skeleton| {
            !self.skeletons.contains_key(skeleton)
                && self.guests.get(skeleton).is_none_or(|owner| *owner == id)
        })
    }

    /// A guest has this name.
    pub(super) fn guest_named(&mut self, id: ConnId, name: &Nickname) {
        self.guests.extend(name.skeletons().map(|skeleton| (skeleton, id)));
    }

    /// The guest is gone, or has another name.
    pub(super) fn guest_gone(&mut self, id: ConnId, name: &Nickname) {
        for skeleton in name.skeletons() {
            if self.guests.get(&skeleton) == Some(&id) {
                self.guests.remove(&skeleton);
            }
        }
    }

    /// Everybody who is present, by number.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &RosterMember> {
        self.present.values()
    }

    /// How many are present.
    pub(super) fn present(&self) -> usize {
        self.present.len()
    }

    /// A part of who is present, by number.
    pub(super) fn page(&self, offset: u32, max: u32) -> RosterPage {
        let count = usize::try_from(max).unwrap_or(ROSTER_PAGE).min(ROSTER_PAGE);
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        RosterPage {
            offset,
            total: u32::try_from(self.present.len()).unwrap_or(u32::MAX),
            members: self.present.values().skip(skipped).take(count).cloned().collect(),
        }
    }

    fn is_free(&self, key: &MemberKey, name: &Nickname) -> bool {
        let owners = name.skeletons().map(|skeleton| self.skeletons.get(&skeleton));
        let of_no_guest = || name.skeletons().iter().all(|skeleton| !self.guests.contains_key(skeleton));
        owners.iter().flatten().all(|owner| *owner == key) && of_no_guest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> MemberKey {
        MemberKey([number; 32])
    }

    fn nick(text: &str) -> Nickname {
        Nickname::new(text).unwrap()
    }

    fn known(member: u32, name: &str) -> KnownMember {
        KnownMember { member: MemberId(member), key: key(member as u8), name: nick(name) }
    }

    fn claim(roster: &mut Roster, member: u32, name: &str) -> Result<(), Nickname> {
        roster.claim(&known(member, name))
    }

    #[test]
    fn a_name_of_somebody_absent_is_kept_and_a_free_variant_offered() {
        let mut roster = Roster::new(key(1), vec![known(1, "Ana"), known(2, "Ana 2")]);
        assert_eq!(claim(&mut roster, 3, "аna"), Err(nick("аna 3")), "Cyrillic а");
        assert_eq!(claim(&mut roster, 1, "ANA"), Ok(()), "one's own name in another case");
        assert_eq!(claim(&mut roster, 3, "Bo"), Ok(()));
        assert!(claim(&mut roster, 4, "bo").is_err(), "claimed before it is durable");
    }

    #[test]
    fn the_old_name_is_free_once_the_new_one_is_durable() {
        let mut roster = Roster::new(key(1), vec![known(1, "Ana")]);
        assert_eq!(claim(&mut roster, 1, "Eva"), Ok(()));
        assert!(claim(&mut roster, 2, "Ana").is_err());
        roster.named(&known(1, "Eva"));
        assert_eq!(claim(&mut roster, 2, "Ana"), Ok(()));
        // The same in other letters is still theirs.
        roster.named(&known(1, "EVA"));
        assert!(claim(&mut roster, 3, "eva").is_err());
    }

    #[test]
    fn whoever_arrives_is_told_once_with_who_hosts_and_is_listed_until_they_leave() {
        let mut roster = Roster::new(key(1), vec![known(1, "Ana"), known(2, "Bo")]);
        let row = |member, name, host| RosterMember {
            member: MemberId(member),
            key: key(member as u8),
            name: nick(name),
            host,
        };
        assert_eq!(roster.arrive(&key(2)), Some(row(2, "Bo", false)));
        assert_eq!(roster.arrive(&key(1)), Some(row(1, "Ana", true)));
        assert_eq!((roster.arrive(&key(1)), roster.arrive(&key(3))), (None, None));
        let here: Vec<_> = roster.everybody().cloned().collect();
        assert_eq!(here, [row(1, "Ana", true), row(2, "Bo", false)]);
        assert_eq!((roster.leave(MemberId(2)), roster.leave(MemberId(2))), (Some(row(2, "Bo", false)), None));
        assert_eq!(roster.everybody().count(), 1);
    }

    #[test]
    fn a_guest_has_a_name_that_no_member_and_no_other_guest_has_until_they_are_gone() {
        let mut roster = Roster::new(key(1), vec![known(1, "Ana")]);
        let (one, other) = (ConnId(1), ConnId(2));
        assert!(!roster.guest_may(one, &nick("ana")), "a member's, who may be away");
        assert!(roster.guest_may(one, &nick("Gus")));
        roster.guest_named(one, &nick("Gus"));
        assert!(roster.guest_may(one, &nick("gus")) && !roster.guest_may(other, &nick("gus")));
        assert!(claim(&mut roster, 2, "gus").is_err(), "nor does a member get it meanwhile");
        // Whoever goes takes nobody else's name along.
        roster.guest_gone(other, &nick("Gus"));
        assert!(!roster.guest_may(other, &nick("Gus")));
        roster.guest_gone(one, &nick("Gus"));
        assert!(roster.guest_may(other, &nick("Gus")));
        assert_eq!(claim(&mut roster, 2, "gus"), Ok(()));
        assert!(!roster.guest_may(other, &nick("Gus")), "claimed by a member");
    }

    #[test]
    fn a_name_is_on_its_way_from_its_claim_until_it_is_durable_or_forgotten() {
        let mut roster = Roster::new(key(1), Vec::new());
        assert!(!roster.has_claim(&key(1)));
        assert_eq!(claim(&mut roster, 1, "Ana"), Ok(()));
        assert!(roster.has_claim(&key(1)) && !roster.has_claim(&key(2)));
        roster.named(&known(1, "Ana"));
        assert!(!roster.has_claim(&key(1)));
        assert_eq!(claim(&mut roster, 2, "Bo"), Ok(()));
        roster.forget_claims();
        assert!(!roster.has_claim(&key(2)));
        assert_eq!(claim(&mut roster, 3, "Bo"), Ok(()), "nobody has it");
        assert_eq!(claim(&mut roster, 1, "ANA"), Ok(()));
        roster.forget_claims();
        assert!(claim(&mut roster, 2, "ana").is_err(), "what was durable before is still somebody's");
    }

    #[test]
    fn numbers_go_on_behind_the_highest_known_one() {
        let mut roster = Roster::new(key(1), vec![known(7, "Ana")]);
        assert_eq!(roster.number(&key(7)), MemberId(7));
        assert_eq!(roster.number(&key(8)), MemberId(8));
        assert_eq!(roster.number(&key(9)), MemberId(9));
    }

    #[test]
    fn a_roster_page_holds_256_and_not_257() {
        let everybody: Vec<_> = (1..=300_u32)
            .map(|member| KnownMember {
                member: MemberId(member),
                key: MemberKey([(member % 256) as u8, (member / 256) as u8].repeat(16).try_into().unwrap()),
                name: nick(&format!("m{member}")),
            })
            .collect();
        let mut roster = Roster::new(key(1), everybody.clone());
        for known in &everybody {
            roster.arrive(&known.key);
        }
        let total = u32::try_from(roster.present()).unwrap();
        assert_eq!(roster.page(0, u32::MAX).members.len(), ROSTER_PAGE);
        assert_eq!(roster.page(256, 256).members.len(), total as usize - ROSTER_PAGE);
        assert_eq!(roster.page(u32::MAX, 1), RosterPage { offset: u32::MAX, total, members: vec![] });
    }
}
