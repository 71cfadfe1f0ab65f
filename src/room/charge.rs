//! Somebody is in charge: who is sent away, kept out, or not listened to, and who is a moderator.
//!
//! Every act is an entry, signed by the host or the moderator who did it, so everybody sees what was done and by whom. How
//! somebody stands because of it is written down in the same commit, so it holds after a restart, also when the entry is not
//! kept any more. It has effect once it is durable, which takes a moment, and what was staged before that is still numbered.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::guests::Ousted;
use super::ledger::Staged;
use super::{ConnId, Output, Room, RoomNotice};
use crate::types::limits::STANDINGS;
use crate::types::{
    Act, Batch, Deed, Denial, Entry, Goodbye, MemberKey, Nickname, Now, OpId, Refusal, Removal, Standing,
    Until, Verb,
};
use crate::wire::message::ServerMessage;
use crate::wire::op;

/// What follows at once from how somebody stands.
#[derive(Debug, Clone, Copy)]
enum Effect {
    /// Nothing.
    None,
    /// They go.
    Away,
    /// Whoever is kept out goes.
    BannedAway,
    /// The same, and what was theirs is this key's.
    Succeeded(MemberKey),
}

/// How people stand.
#[derive(Debug, Default)]
pub(super) struct Charge {
    standings: BTreeMap<MemberKey, Standing>,
    /// How people stand once the batch under way is durable, and what that has for an effect.
    coming: Vec<(Standing, Effect)>,
    /// Which guests go then.
    ousted: Vec<Ousted>,
    /// Whom moderators meant by what they did about guests, until that is under way; by its id.
    meant: BTreeMap<OpId, Ousted>,
}

impl Charge {
    pub(super) fn new(standings: Vec<Standing>) -> Self {
        let standings = standings.into_iter().map(|standing| (standing.key, standing)).collect();
        Self { standings, ..Self::default() }
    }

    /// Everybody about whom something holds.
    pub(super) fn standings(&self) -> impl Iterator<Item = &Standing> {
        self.standings.values()
    }

    /// Who goes on with another key, and with which.
    pub(super) fn successions(&self) -> impl Iterator<Item = (MemberKey, MemberKey)> {
        self.standings.values().filter_map(|standing| Some((standing.key, standing.successor?)))
    }

    /// Whether this one goes on for somebody who was here.
    pub(super) fn is_successor(&self, key: &MemberKey) -> bool {
        self.successions().any(|(_, to)| to == *key)
    }

    /// Whom the host appointed.
    pub(super) fn moderators(&self) -> impl Iterator<Item = MemberKey> {
        self.standings.values().filter(|standing| standing.moderator).map(|standing| standing.key)
    }

    pub(super) fn is_moderator(&self, key: &MemberKey) -> bool {
        self.standings.get(key).is_some_and(|standing| standing.moderator)
    }

    /// What this one was called when something was done.
    pub(super) fn name(&self, key: &MemberKey) -> Option<&Nickname> {
        self.standings.get(key).map(|standing| &standing.name)
    }

    /// Whether it can be kept how this one stands.
    pub(super) fn has_place_for(&self, key: &MemberKey) -> bool {
        self.standings.len() < STANDINGS || self.standings.contains_key(key)
    }

    /// Nothing of the batch under way was written.
    pub(super) fn failed(&mut self) {
        self.coming.clear();
        self.ousted.clear();
        self.meant.clear();
    }

    /// How long this key is kept out, or whoever comes from this address.
    fn banned(&self, key: &MemberKey, address: Option<IpAddr>, wall_ms: i64) -> Option<Until> {
        let holds = |standing: &Standing| standing.banned.filter(|term| term.holds(wall_ms));
        if self.is_succeeded(key) {
            return Some(Until::ForGood);
        }
        if let Some(term) = self.standings.get(key).and_then(holds) {
            return Some(term);
        }
        // What is done about somebody does not reach those in charge who share an address with them.
        self.banned_at(address.filter(|_| !self.is_moderator(key))?, wall_ms)
    }

    /// Whether somebody goes on with another key than this one. Nobody comes in with it, whatever is done about it.
    pub(super) fn is_succeeded(&self, key: &MemberKey) -> bool {
        self.standings.get(key).is_some_and(|standing| standing.successor.is_some())
    }

    /// What whoever is kept out is told.
    fn denial(&self, key: &MemberKey, term: Until) -> Denial {
        if self.is_succeeded(key) { Denial::Succeeded } else { Denial::Banned { until_ms: term.until_ms() } }
    }

    /// How long whoever comes from this address is kept out.
    fn banned_at(&self, address: IpAddr, wall_ms: i64) -> Option<Until> {
        if address.is_loopback() {
            return None;
        }
        let holds = |standing: &Standing| standing.banned.filter(|term| term.holds(wall_ms));
        let at_address = self.standings.values().filter(|standing| standing.addresses.contains(&address));
        at_address.filter_map(holds).max_by_key(|term| term.until_ms().unwrap_or(i64::MAX))
    }
}

impl Room {
    /// A moderator's deed is staged: whom it is about is whoever has that name now.
    pub(super) fn means(&mut self, now: Now, id: OpId, deed: &Deed) {
        let Deed::Act(act) = deed else { return };
        if let Some(ousted) = self.ousted(now, act, false) {
            self.charge.meant.insert(id, ousted);
        }
    }

    /// Does something about somebody. It has effect once it is an entry.
    pub(super) fn act(&mut self, now: Now, act: Act, out: &mut Vec<Output>) {
        if self.ledger.is_full() || !self.may_act(&act) {
            return out.push(Output::Tell(RoomNotice::NotDone(act)));
        }
        let ousted = self.ousted(now, &act, true);
        self.ledger.stage_act(act, ousted);
    }

    /// The same about whoever is called so. A guest has no key, and is sent away by its name and kept out by its address.
    pub(super) fn act_on(
        &mut self,
        now: Now,
        verb: Verb,
        (name, until_ms): (Nickname, Option<i64>),
        out: &mut Vec<Output>,
    ) {
        let held = |standing: &&Standing| standing.name == name && standing.successor.is_none();
        let kept = || self.charge.standings.values().find(held);
        let whom = self.roster.whose(&name).or_else(|| kept().map(|standing| standing.key));
        match (whom, verb) {
            (Some(whom), _) => {
                self.act(now, Act { verb, whom, name, until_ms, by_address: verb == Verb::Ban }, out);
            }
            (None, Verb::Remove | Verb::Ban) if until_ms.is_none() => {
                self.act_on_guest(now, name, verb == Verb::Ban, out);
            }
            (None, _) if self.has_guest(now, &name) => out.push(Output::Tell(RoomNotice::NoApp(name))),
            (None, _) => out.push(Output::Tell(RoomNotice::NoSuchGuest(name))),
        }
    }

    /// Turns away who is kept out; true where that was done.
    pub(super) fn keeps_out(
        &self,
        now: Now,
        (id, key, address): (ConnId, &MemberKey, Option<IpAddr>),
        out: &mut Vec<Output>,
    ) -> bool {
        if *key == self.facts.host {
            return false;
        }
        let Some(term) = self.charge.banned(key, address, now.wall_ms) else { return false };
        out.push(Output::Send(id, ServerMessage::Denied(self.charge.denial(key, term))));
        out.push(Output::Close(id, Goodbye::Removed));
        true
    }

    /// Whether a ban keeps guests out who come from this address: without the app nobody gets around it.
    pub(super) fn keeps_guests_out(&self, now: Now, address: IpAddr) -> bool {
        self.charge.banned_at(address, now.wall_ms).is_some()
    }

    /// Why nothing is taken of what this member says, if that is so.
    pub(super) fn silences(&self, now: Now, key: &MemberKey) -> Option<Refusal> {
        let muted = self.charge.standings.get(key).and_then(|standing| standing.muted);
        let term = muted.filter(|term| term.holds(now.wall_ms))?;
        Some(Refusal::Muted { until_ms: term.until_ms() })
    }

    /// The batch, with what follows from it: the rules, and how people stand after the acts in it. Only those that are new
    /// send somebody away: one that comes back has done so before. A removal that was handed back and was never its author's to
    /// do says nothing any more: whoever copies the log would do it.
    pub(super) fn with_effects(&mut self, mut batch: Batch) -> Batch {
        let mut after = BTreeMap::new();
        let (mut coming, mut ousted) = (Vec::new(), Vec::new());
        for (place, entry) in batch.entries.iter_mut().enumerate() {
            match op::deed(&entry.signed.op) {
                Some(Deed::Remove(removal)) if self.removes(&entry.signed.op.author, &removal, &after) => {
                    batch.removals.push((entry.seq, removal));
                }
                Some(Deed::Remove(_)) => {
                    *entry = entry.clone().blank();
                    self.ledger.blank_under_way(entry.seq);
                }
                _ => {}
            }
            let staged = self.ledger.was_staged(place);
            let new = !matches!(staged, None | Some(Staged::Again(..)));
            if let Some(Staged::Act(_, Some(meant))) = staged {
                ousted.push(meant.clone());
            }
            let meant = self.charge.meant.remove(&entry.signed.op.id);
            ousted.extend(meant.filter(|_| self.act_of(entry, &after).is_some()));
            for (standing, effect) in self.effects_of(entry, &after) {
                after.insert(standing.key, standing.clone());
                if new || !matches!(effect, Effect::Away) {
                    coming.push((standing, effect));
                }
            }
        }
        (self.charge.coming, self.charge.ousted) = (coming, ousted);
        batch.standings = after.into_values().collect();
        self.with_rules(batch)
    }

    /// Whether what this one wants to remove goes; `after` is what was done before it in the same batch.
    fn removes(&self, author: &MemberKey, removal: &Removal, after: &BTreeMap<MemberKey, Standing>) -> bool {
        let moderates = |key: &MemberKey| {
            after.get(key).or(self.charge.standings.get(key)).is_some_and(|standing| standing.moderator)
        };
        let host = self.facts.host;
        removal.author == *author
            || *author == host
            || (moderates(author) && removal.author != host && !moderates(&removal.author))
    }

    /// How people stand after this entry, if it changes that; `after` is what the entries before it did.
    fn effects_of(&self, entry: &Entry, after: &BTreeMap<MemberKey, Standing>) -> Vec<(Standing, Effect)> {
        let op = &entry.signed.op;
        let before = |key: &MemberKey, name: &Nickname| {
            let before: Option<&Standing> = after.get(key).or(self.charge.standings.get(key));
            before.cloned().unwrap_or_else(|| Standing::new(*key, name.clone()))
        };
        if let Some(Deed::Succeed(succession)) = op::deed(op) {
            let (to, before) = (succession.to, before(&op.author, &entry.name));
            // It may have been handed back, so it is not only what was judged here.
            let proven = self.says_so_itself(&op.author, &succession);
            if op.author == self.facts.host || before.successor.is_some() || !proven {
                return Vec::new();
            }
            let (old, new) = before.succeeded(to);
            // What is done about the next one already stays so.
            let own = after.get(&to).or(self.charge.standings.get(&to)).cloned();
            return vec![(own.unwrap_or(new), Effect::None), (old, Effect::Succeeded(to))];
        }
        let about_members = |act: &Act| act.whom != MemberKey::GUESTS;
        let Some(act) = self.act_of(entry, after).filter(about_members) else { return Vec::new() };
        let conn = self.by_key.get(&act.whom).and_then(|id| self.conns.get(id));
        let address = conn.map_or_else(|| self.gate.address_of(&act.whom), |conn| conn.address);
        let address = address.filter(|address| !address.is_loopback());
        let effect = match act.verb {
            Verb::Remove => Effect::Away,
            Verb::Ban => Effect::BannedAway,
            Verb::Unban | Verb::Mute | Verb::Unmute | Verb::Appoint | Verb::Dismiss => Effect::None,
        };
        vec![(before(&act.whom, &act.name).after(&act, address.into_iter()), effect)]
    }

    /// The acts of the batch are durable, and have effect.
    pub(super) fn acted(&mut self, now: Now, out: &mut Vec<Output>) {
        for ousted in std::mem::take(&mut self.charge.ousted) {
            self.oust(now, &ousted, out);
        }
        let coming = std::mem::take(&mut self.charge.coming);
        if coming.is_empty() {
            return;
        }
        for (standing, effect) in coming {
            let key = standing.key;
            if standing.is_plain() {
                self.charge.standings.remove(&key);
            } else {
                self.charge.standings.insert(key, standing);
            }
            match effect {
                Effect::None => {}
                Effect::Away => {
                    if let Some(id) = self.by_key.get(&key).copied() {
                        self.close(now, id, Goodbye::Removed, out);
                    }
                }
                Effect::BannedAway => self.close_banned(now, out),
                Effect::Succeeded(to) => {
                    self.roster.succeed(&key, to);
                    self.close_banned(now, out);
                }
            }
        }
        let standings = self.charge.standings.values().cloned().collect();
        out.push(Output::Tell(RoomNotice::Standings(standings)));
        self.tell_moderators(out);
    }

    /// Sends away who is in and may not be any more.
    fn close_banned(&mut self, now: Now, out: &mut Vec<Output>) {
        let banned = |key: &MemberKey, address| {
            self.charge.banned(key, address, now.wall_ms).filter(|_| *key != self.facts.host)
        };
        let inside = self.conns.iter().map(|(id, conn)| (*id, conn.key, conn.address));
        let told = |(id, key, address)| Some((id, self.charge.denial(&key, banned(&key, address)?)));
        let away: Vec<(ConnId, Denial)> = inside.chain(self.gate.everybody()).filter_map(told).collect();
        for (id, denial) in away {
            out.push(Output::Send(id, ServerMessage::Denied(denial)));
            self.close(now, id, Goodbye::Removed, out);
        }
        self.send_banned_guests_away(now, out);
    }

    /// The act that an entry holds, by somebody who was in charge then: `after` is what the entries before it did.
    fn act_of(&self, entry: &Entry, after: &BTreeMap<MemberKey, Standing>) -> Option<Act> {
        let op = &entry.signed.op;
        let Some(Deed::Act(act)) = op::deed(op) else { return None };
        if op.author == self.facts.host {
            return Some(act);
        }
        let moderates = |key: &MemberKey| {
            after.get(key).or(self.charge.standings.get(key)).is_some_and(|standing| standing.moderator)
        };
        let theirs = !matches!(act.verb, Verb::Appoint | Verb::Dismiss);
        (theirs && moderates(&op.author) && !moderates(&act.whom) && act.whom != self.facts.host)
            .then_some(act)
    }
}
