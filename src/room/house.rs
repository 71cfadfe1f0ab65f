//! What holds for everybody: slow mode, announcements, the lock; and who sees to it besides the host.
//!
//! A rule is an entry, by whoever is in charge. Like how people stand it is written down in the entry's own commit, and has
//! effect once it is durable. Everybody in the room is told of the rules and of the moderators, and moderators of how people
//! stand: in frames of their own, since somebody who comes later may never see the entries.

use std::collections::HashMap;
use std::hash::Hash;

use super::{ConnId, Output, Room};
use crate::types::limits::{MODERATORS, STANDINGS, STANDINGS_TOLD, SUCCESSIONS};
use crate::types::{
    Act, Batch, Deed, Denial, Goodbye, House, HouseRules, MemberKey, Now, Refusal, Removal, Standing,
    Succession, Verb,
};
use crate::wire::message::ServerMessage;
use crate::wire::{chain, op};

/// The rules as they hold.
#[derive(Debug, Default)]
pub(super) struct Rules {
    now: HouseRules,
    /// What the batch under way makes of them.
    coming: Option<HouseRules>,
    members: Spoke<MemberKey>,
    guests: Spoke<ConnId>,
    /// What everybody was told last.
    told: House,
}

impl Rules {
    pub(super) fn new(now: HouseRules) -> Self {
        Self { now, ..Self::default() }
    }

    /// Nothing of the batch under way was written.
    pub(super) fn failed(&mut self) {
        self.coming = None;
    }
}

/// When those spoke last who are to speak slowly, boot milliseconds.
#[derive(Debug)]
struct Spoke<K>(HashMap<K, u64>);

impl<K> Default for Spoke<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Spoke<K> {
    /// They speak now; or in how many milliseconds they may. Whoever may speak again is not kept.
    fn speak(&mut self, who: K, slow_s: u32, now_ms: u64) -> Result<(), u64> {
        let wait_ms = u64::from(slow_s).saturating_mul(1_000);
        self.0.retain(|_, at| now_ms < at.saturating_add(wait_ms));
        if let Some(at) = self.0.get(&who) {
            return Err(at.saturating_add(wait_ms).saturating_sub(now_ms));
        }
        if wait_ms > 0 {
            self.0.insert(who, now_ms);
        }
        Ok(())
    }
}

impl Room {
    /// Whether this one sees to order here: the host, or a moderator.
    pub(super) fn is_in_charge(&self, key: &MemberKey) -> bool {
        *key == self.facts.host || self.charge.is_moderator(key)
    }

    /// Why what somebody wants to do is not done, if that is so.
    pub(super) fn forbids(&self, now: Now, author: &MemberKey, deed: &Deed) -> Option<Refusal> {
        if let Deed::Succeed(succession) = deed {
            return (!self.may_succeed(author, succession)).then_some(Refusal::NotThem);
        }
        if let Deed::Remove(removal) = deed {
            let by_guest = removal.author == MemberKey::GUESTS;
            let by = if by_guest { self.facts.host } else { removal.author };
            let said = removal.which.map_or(!by_guest, |id| self.ledger.perhaps_logged(&by, &id));
            return self.may_not_remove(author, removal).or((!said).then_some(Refusal::NotThem));
        }
        if !self.is_in_charge(author) {
            return Some(Refusal::NotInCharge);
        }
        let Deed::Act(act) = deed else { return None };
        let is_host = *author == self.facts.host;
        if matches!(act.verb, Verb::Appoint | Verb::Dismiss) && !is_host {
            return Some(Refusal::NotInCharge);
        }
        if act.whom == MemberKey::GUESTS {
            return (!self.is_about_a_guest(now, act)).then_some(Refusal::NotThem);
        }
        // By the name that everybody sees: what is read is what is done.
        let names = [self.roster.name(&act.whom), self.charge.name(&act.whom)];
        let beyond = self.charge.is_moderator(&act.whom) && !is_host;
        (beyond || !names.contains(&Some(&act.name)) || !self.may_act(act)).then_some(Refusal::NotThem)
    }

    /// Why this one may not remove that: everybody may what is their own, and those in charge what others said.
    fn may_not_remove(&self, author: &MemberKey, removal: &Removal) -> Option<Refusal> {
        if removal.author == *author || *author == self.facts.host {
            return None;
        }
        if !self.charge.is_moderator(author) {
            return Some(Refusal::NotInCharge);
        }
        let beyond = removal.author == self.facts.host || self.charge.is_moderator(&removal.author);
        beyond.then_some(Refusal::NotThem)
    }

    /// Whether this one may go on with another key: one that nobody has here, and that says so itself. The host's own key is
    /// what its room is known by.
    fn may_succeed(&self, author: &MemberKey, succession: &Succession) -> bool {
        let to = &succession.to;
        let new = self.roster.name(to).is_none()
            && self.charge.name(to).is_none()
            && !self.by_key.contains_key(to)
            && !self.charge.is_successor(to);
        // Two more may be kept for it.
        let few = self.charge.successions().count() < SUCCESSIONS;
        let has_place = few && self.charge.standings().count() + 2 <= STANDINGS;
        *author != self.facts.host && new && has_place && self.says_so_itself(author, succession)
    }

    /// Whether the next key says so too: nobody is made somebody's successor unasked.
    pub(super) fn says_so_itself(&self, author: &MemberKey, Succession { to, proof }: &Succession) -> bool {
        let message = chain::successor_bytes(&self.facts.room_id, author);
        self.parts.verifier.verify(to, &message, proof)
    }

    /// Whether anything is done about this one, and there is a place to keep it.
    pub(super) fn may_act(&self, act: &Act) -> bool {
        let moderators = self.charge.moderators().count();
        act.whom != self.facts.host
            && !self.charge.is_succeeded(&act.whom)
            && (act.verb == Verb::Remove
                || act.whom == MemberKey::GUESTS
                || self.charge.has_place_for(&act.whom))
            && (act.verb != Verb::Appoint || moderators < MODERATORS || self.charge.is_moderator(&act.whom))
    }

    /// Why nothing is taken of what this member says under the rules, if that is so; else they have spoken now.
    pub(super) fn rules_forbid(&mut self, now: Now, key: &MemberKey) -> Option<Refusal> {
        if self.is_in_charge(key) {
            return None;
        }
        if self.rules.now.announcements {
            return Some(Refusal::Announcements);
        }
        let slow_s = self.rules.now.slow_s;
        let wait = self.rules.members.speak(*key, slow_s, now.boot_ms).err();
        wait.map(|retry_after_ms| Refusal::TooFast { retry_after_ms })
    }

    /// What a guest is told who may not speak under the rules; else it has spoken now.
    pub(super) fn rules_forbid_guest(&mut self, now: Now, id: ConnId) -> Option<String> {
        if self.rules.now.announcements {
            return Some("only the host and moderators speak here now".to_owned());
        }
        let slow_s = self.rules.now.slow_s;
        let wait_ms = self.rules.guests.speak(id, slow_s, now.boot_ms).err()?;
        Some(format!("not sent: in slow mode you may speak again in {} s", wait_ms.div_ceil(1_000)))
    }

    /// Whether nobody comes in who was not in before.
    pub(super) fn is_locked(&self) -> bool {
        self.rules.now.locked
    }

    /// Turns away whoever is new, while the room is locked; true where that was done.
    pub(super) fn is_locked_for(&self, id: ConnId, key: &MemberKey, out: &mut Vec<Output>) -> bool {
        let known =
            *key == self.facts.host || self.roster.name(key).is_some() || self.charge.is_successor(key);
        let shut = self.is_locked() && !known;
        if shut {
            out.push(Output::Send(id, ServerMessage::Denied(Denial::Locked)));
            out.push(Output::Close(id, Goodbye::Removed));
        }
        shut
    }

    /// The batch, with the rules as they are after it.
    pub(super) fn with_rules(&mut self, mut batch: Batch) -> Batch {
        let mut rules = None;
        for entry in &batch.entries {
            let op = &entry.signed.op;
            if let Some(Deed::Rule(rule)) = op::deed(op).filter(|_| self.is_in_charge(&op.author)) {
                rules = Some(rules.unwrap_or(self.rules.now).with(rule));
            }
        }
        self.rules.coming = rules;
        batch.rules = rules;
        batch
    }

    /// The rules of the batch are durable, and have effect.
    pub(super) fn ruled(&mut self, now: Now, out: &mut Vec<Output>) {
        let Some(rules) = self.rules.coming.take() else { return };
        let before = std::mem::replace(&mut self.rules.now, rules);
        if before.slow_s != rules.slow_s {
            (self.rules.members, self.rules.guests) = (Spoke::default(), Spoke::default());
        }
        if rules.locked && !before.locked {
            let waiting: Vec<_> = self.gate.everybody().collect();
            for (id, key, _) in waiting {
                if self.is_locked_for(id, &key, out) {
                    self.gone(now, id);
                }
            }
        }
    }

    /// Tells everybody what holds, where that changed.
    pub(super) fn tell_house(&mut self, out: &mut Vec<Output>) {
        let house = self.house();
        if house == self.rules.told {
            return;
        }
        self.rules.told = house.clone();
        out.extend(self.conns.keys().map(|id| Output::Send(*id, ServerMessage::House(house.clone()))));
    }

    /// Tells somebody who comes in.
    pub(super) fn tell_house_to(&self, id: ConnId, key: &MemberKey, out: &mut Vec<Output>) {
        out.push(Output::Send(id, ServerMessage::House(self.house())));
        if self.charge.is_moderator(key) {
            out.push(Output::Send(id, ServerMessage::Standings(self.standings_told())));
        }
    }

    /// Tells moderators how people stand, since that changed.
    pub(super) fn tell_moderators(&self, out: &mut Vec<Output>) {
        let here = self.conns.iter().filter(|(_, conn)| self.charge.is_moderator(&conn.key));
        out.extend(here.map(|(id, _)| Output::Send(*id, ServerMessage::Standings(self.standings_told()))));
    }

    fn house(&self) -> House {
        House { rules: self.rules.now, moderators: self.charge.moderators().take(MODERATORS).collect() }
    }

    fn standings_told(&self) -> Vec<Standing> {
        let told = self.charge.standings().filter(|standing| standing.successor.is_none());
        let told = told.take(STANDINGS_TOLD);
        // From where somebody came stays with the host.
        told.map(|standing| Standing { addresses: Vec::new(), ..standing.clone() }).collect()
    }
}
