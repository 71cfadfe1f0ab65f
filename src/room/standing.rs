//! Who may not come in or not speak, and who may say so.
//!
//! What is decided is an entry like any other. It holds from the moment when it is durable, and a matter stands as the
//! newest entry about it says: so it makes no difference in which order entries come back that were lost.

use std::collections::BTreeMap;

use super::{ConnId, Output, Room};
use crate::types::limits::STANDINGS;
use crate::types::{
    Act, Bar, Content, Deed, Denial, Entry, Goodbye, Lasting, MemberKey, Nickname, Now, OpId, Refusal,
    SignedOp, Stand,
};
use crate::wire::message::ServerMessage;
use crate::wire::op;

/// How people stand.
#[derive(Default)]
pub(super) struct Standing {
    durable: BTreeMap<(MemberKey, Bar), Stand>,
    /// What is staged or under way, in its order.
    coming: Vec<(OpId, Act)>,
}

impl Standing {
    pub(super) fn new(known: Vec<Stand>) -> Self {
        let durable = known.into_iter().map(|stand| ((stand.key, stand.bar), stand)).collect();
        Self { durable, coming: Vec::new() }
    }

    /// How people stand otherwise by these entries: what is to be written with them.
    pub(super) fn changes(&self, entries: &[Entry]) -> Vec<Stand> {
        let mut changed: BTreeMap<(MemberKey, Bar), Stand> = BTreeMap::new();
        for stand in entries.iter().filter_map(stand) {
            let at = (stand.key, stand.bar);
            let before = changed.get(&at).or_else(|| self.durable.get(&at));
            if before.is_none_or(|before| before.seq < stand.seq) {
                changed.insert(at, stand);
            }
        }
        changed.into_values().collect()
    }

    /// These entries are durable.
    fn hold(&mut self, entries: &[Entry]) {
        let changes = self.changes(entries);
        self.durable.extend(changes.into_iter().map(|stand| ((stand.key, stand.bar), stand)));
        if !self.coming.is_empty() {
            let done = |id: &OpId| entries.iter().any(|entry| entry.signed.op.id == *id);
            self.coming.retain(|(id, _)| !done(id));
        }
    }

    /// Nothing that is staged comes.
    pub(super) fn failed(&mut self) {
        self.coming.clear();
    }

    /// What holds now of this person in this matter.
    fn holding(&self, key: &MemberKey, bar: Bar, now_ms: i64) -> Option<&Stand> {
        let stand = self.durable.get(&(*key, bar))?;
        stand.term.is_some_and(|term| term.holds(now_ms)).then_some(stand)
    }

    /// Until when this person may not speak, what is staged counted.
    fn muted(&self, key: &MemberKey, now_ms: i64) -> Option<Lasting> {
        let sets = |(_, act): &(OpId, Act)| {
            act.deed.sets(now_ms).filter(|(bar, _)| act.key == *key && *bar == Bar::Silent)
        };
        match self.coming.iter().rev().find_map(sets) {
            Some((_, term)) => term,
            None => self.holding(key, Bar::Silent, now_ms).and_then(|stand| stand.term),
        }
    }

    fn is_full(&self) -> bool {
        self.durable.len() + self.coming.len() >= STANDINGS
    }
}

impl Room {
    /// Whether this member may say this now.
    pub(super) fn may_say(&self, now: Now, signed: &SignedOp) -> Result<(), Refusal> {
        let author = &signed.op.author;
        if let Content::Act(act) = op::content(signed) {
            return self.may_do(author, &act);
        }
        match self.standing.muted(author, now.wall_ms) {
            Some(term) => Err(Refusal::Muted { until_ms: term.ms() }),
            None => Ok(()),
        }
    }

    /// Notes what was staged, so that what is said after it is judged by it.
    pub(super) fn staged_act(&mut self, signed: &SignedOp) {
        if let Content::Act(act) = op::content(signed) {
            self.standing.coming.push((signed.op.id, act));
        }
    }

    /// Why this member is not let in now.
    pub(super) fn kept_out(&self, now: Now, key: &MemberKey) -> Option<Denial> {
        let stand = self.standing.holding(key, Bar::Out, now.wall_ms)?;
        Some(Denial::Removed { by: stand.by.clone(), term: stand.term })
    }

    /// These entries are durable, also such as were lost and came back: what is done in them holds, and whoever is
    /// not to be here goes. Whoever was only sent out in a log that came back was free to come again, and stays.
    pub(super) fn done(&mut self, now: Now, entries: &[Entry], out: &mut Vec<Output>) {
        if entries.iter().all(|entry| act(entry).is_none()) {
            return;
        }
        let happens_now: Vec<OpId> = self.standing.coming.iter().map(|(id, _)| *id).collect();
        self.standing.hold(entries);
        for entry in entries.iter().filter(|entry| happens_now.contains(&entry.signed.op.id)) {
            let kicked = act(entry).filter(|act| act.deed == Deed::Kick);
            if let Some(id) = kicked.and_then(|act| self.by_key.get(&act.key).copied()) {
                let denial = Denial::Removed { by: entry.name.clone(), term: None };
                self.send_out(now, id, denial, out);
            }
        }
        self.send_out_who_may_not_stay(now, out);
    }

    /// How people stand by entries that came back in the middle of the log.
    pub(super) fn stand_again(&mut self, now: Now, standing: Vec<Stand>, out: &mut Vec<Output>) {
        self.standing.durable.extend(standing.into_iter().map(|stand| ((stand.key, stand.bar), stand)));
        self.send_out_who_may_not_stay(now, out);
    }

    fn send_out_who_may_not_stay(&mut self, now: Now, out: &mut Vec<Output>) {
        let out_now = |(id, conn): (&ConnId, &super::Conn)| Some((*id, self.kept_out(now, &conn.key)?));
        let away: Vec<_> = self.conns.iter().filter_map(out_now).collect();
        for (id, denial) in away {
            self.send_out(now, id, denial, out);
        }
    }

    fn send_out(&mut self, now: Now, id: ConnId, denial: Denial, out: &mut Vec<Output>) {
        out.push(Output::Send(id, ServerMessage::Denied(denial)));
        self.close(now, id, Goodbye::Other, out);
    }

    /// The host may do all of it to everybody else, and nobody may do any of it to the host.
    fn may_do(&self, author: &MemberKey, act: &Act) -> Result<(), Refusal> {
        if *author != self.facts.host || act.key == self.facts.host {
            return Err(Refusal::NotAllowed);
        }
        let sets = matches!(act.deed, Deed::Ban(_) | Deed::Mute(_));
        if sets && self.standing.is_full() {
            return Err(Refusal::Other(format!("{STANDINGS} people are muted or kept out already")));
        }
        Ok(())
    }
}

fn act(entry: &Entry) -> Option<Act> {
    match op::content(&entry.signed) {
        Content::Act(act) => Some(act),
        _ => None,
    }
}

fn stand(entry: &Entry) -> Option<Stand> {
    let act = act(entry)?;
    let by: Nickname = entry.name.clone();
    let (bar, term) = act.deed.sets(entry.at_ms)?;
    Some(Stand { key: act.key, bar, seq: entry.seq, by, term })
}
