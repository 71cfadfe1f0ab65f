//! The copy itself: what is durable here, what is on its way to the disk, and what is asked of the host.

use super::contract::{Hole, ReplicaOutput, Stored, Told};
use super::lacking::Lacking;
use crate::types::limits::{FIRST_JOIN_ENTRIES, NOT_KEPT_RETRY_MS, PAGE_ENTRIES};
use crate::types::{
    Entry, Epoch, FetchFrom, Link, MemberKey, Now, OpId, Proof, Resume, Run, RunPlace, Seq, SignedHead,
};
use crate::wire::message::{ClientMessage, Fetch};

/// Entries that may wait for the disk before more are left at the host: they are fetched when it has caught up.
pub(super) const WAITING: usize = 4 * PAGE_ENTRIES;

/// Why what came cannot follow what is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fork {
    /// It belongs to another log.
    OtherLog,
    /// It does not lead to the head that the room signed, or is no chain at all.
    Unsigned,
}

/// Where the live chain stands on this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// No connection.
    Offline,
    /// The newest page is wanted first, up to this signed head; what is older than `after` is here.
    Joining { head: Link, after: Seq },
    /// Events follow the tail.
    Live,
    /// The host is shown what it lacks. What it sends meanwhile is let pass.
    Ahead,
}

/// What a page is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The newest entries, up to this head; what is older than `after` is here.
    Newest { head: Link, after: Seq },
    /// What follows the tail.
    Behind,
    /// The newest part of this hole.
    Older(Hole),
}

/// A run that is stored, or told without.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub entries: Vec<Entry>,
    pub gap: Option<(Seq, Seq)>,
    /// Up to where entries were told before.
    pub shown: Seq,
    /// The end of the live chain, stored or not.
    pub end: Seq,
    /// Up to here what is stored can be proven to be the room's.
    pub proven: Seq,
    pub host: MemberKey,
    /// The outbox rows of these entries are still on the disk.
    pub rows_remain: bool,
}

/// A run on its way to the disk.
#[derive(Debug, Clone)]
pub(super) struct Flight {
    pub run: Run,
    pub gap: Option<(Seq, Seq)>,
    /// The hole that it fills, where it is not of the live chain.
    pub fills: Option<Hole>,
    /// How often the chain had begun anew when it came.
    pub chain: u64,
    /// What proves it, when it is stored.
    pub proof: Option<SignedHead>,
}

#[derive(Debug)]
pub(super) struct Copy {
    pub(super) shares_log: bool,
    /// The log that `last` belongs to, durable.
    pub(super) epoch: Option<Epoch>,
    pub(super) last: Link,
    /// The newest entry up to `last` that the room's key vouched for, durable.
    pub(super) proof: Option<SignedHead>,
    /// The newest entry that it vouched for on this connection, here or not.
    pub(super) vouched: Option<SignedHead>,
    /// The log that was left when the chain began anew, where it can be proven.
    pub(super) left: Option<Proof>,
    /// Nothing of the chain is stored yet, and it is another one than the one that is.
    pub(super) begins: bool,
    /// The log of this connection.
    pub(super) live_epoch: Epoch,
    pub(super) host: MemberKey,
    pub(super) mode: Mode,
    /// The host's log goes on behind my copy, and was not seen yet to hold the entry that my copy ends with.
    pub(super) unmet: bool,
    /// The last entry of the live chain that came, stored or not.
    pub(super) tail: Link,
    pub(super) shown: Seq,
    /// How often the chain has begun anew: what was on its way before is not of it.
    pub(super) chain: u64,
    pub(super) holes: Vec<Hole>,
    /// Those that the host cannot fill.
    pub(super) lacking: Lacking,
    /// Live entries that wait for the disk.
    pub(super) next: Option<Flight>,
    /// A page of older ones that waits for the disk.
    pub(super) older: Option<Flight>,
    pub(super) storing: Option<Flight>,
    pub(super) settled: Option<Settled>,
    pub(super) fetching: Option<(FetchFrom, Wanted)>,
    /// Entries up to here exist and were let pass.
    pub(super) passed: Seq,
    /// What the host said was its head when it let me in.
    pub(super) head: Seq,
    /// The same, the last time it said so since.
    pub(super) heard: Seq,
    /// The hole of which a page is to be fetched.
    pub(super) backfill: Option<Hole>,
    /// What was said before this time is not fetched.
    pub(super) since_ms: i64,
    /// The disk did not take the live chain: entries are told without, until this boot time.
    pub(super) not_kept: Option<u64>,
    pub(super) not_kept_told: bool,
}

impl Copy {
    pub(super) fn new(stored: &Stored) -> Self {
        Self {
            shares_log: stored.shares_log,
            epoch: stored.epoch,
            last: stored.last,
            proof: stored.proof.clone(),
            vouched: None,
            left: None,
            begins: false,
            live_epoch: stored.epoch.unwrap_or(Epoch(0)),
            host: MemberKey([0; 32]),
            mode: Mode::Offline,
            unmet: false,
            tail: stored.last,
            shown: stored.last.seq,
            chain: 0,
            holes: stored.holes.clone(),
            lacking: Lacking::default(),
            next: None,
            older: None,
            storing: None,
            settled: None,
            fetching: None,
            passed: Seq::START,
            head: Seq::START,
            heard: Seq::START,
            backfill: None,
            since_ms: i64::MIN,
            not_kept: None,
            not_kept_told: false,
        }
    }

    pub(super) fn resume(&self) -> Option<Resume> {
        self.epoch.map(|epoch| Resume { epoch, last: self.last })
    }

    pub(super) fn next_tick(&self) -> Option<u64> {
        self.not_kept.into_iter().chain(self.lacking.due()).min()
    }

    /// The host says that its head is there. Events may still be on their way; but what was said the last
    /// time must have come by now.
    pub(super) fn heard_of(&mut self, head: Seq) {
        if self.heard > self.tail.seq {
            self.passed = self.passed.max(self.heard);
        }
        self.heard = head;
    }

    /// The run under way is durable.
    pub(super) fn stored(&mut self) {
        let Some(flight) = self.storing.take().filter(|flight| flight.chain == self.chain) else { return };
        self.not_kept_told = false;
        if flight.fills.is_some() {
            self.filled(&flight);
        } else {
            self.epoch = Some(self.live_epoch);
            self.last = flight.run.last();
            self.begins = false;
            self.proof = flight.proof.clone().or(self.proof.take());
            self.settle(flight, false);
        }
    }

    /// Nothing of the run under way was written.
    pub(super) fn store_failed(&mut self, now: Now, reason: String, out: &mut Vec<ReplicaOutput>) {
        let Some(flight) = self.storing.take().filter(|flight| flight.chain == self.chain) else { return };
        if !std::mem::replace(&mut self.not_kept_told, true) {
            out.push(ReplicaOutput::Tell(Told::NotKept(reason)));
        }
        if flight.fills.is_none() {
            self.not_kept = Some(now.boot_ms.saturating_add(NOT_KEPT_RETRY_MS));
            self.settle(flight, true);
        }
    }

    /// Tries the disk again, with what it did not take.
    pub(super) fn tick(&mut self, now: Now) {
        let again = self.lacking.tick(now);
        self.missing(again);
        if self.not_kept.take_if(|at| *at <= now.boot_ms).is_none() {
            return;
        }
        match (self.mode, self.epoch) {
            (Mode::Live, Some(epoch)) if epoch == self.live_epoch => {
                self.passed = self.passed.max(self.tail.seq);
                self.tail = self.last;
            }
            (Mode::Live, _) => self.begin(self.tail, Seq::START),
            (Mode::Offline, _) => self.tail = self.last,
            (Mode::Joining { .. } | Mode::Ahead, _) => {}
        }
    }

    /// What became durable and was not told yet.
    pub(super) fn settled(&mut self) -> Option<Settled> {
        if self.settled.is_none() && (self.shares_log || self.not_kept.is_some()) {
            let flight = self.next.take()?;
            if self.shares_log {
                self.epoch = Some(self.live_epoch);
                self.last = flight.run.last();
            }
            self.settle(flight, true);
        }
        self.settled.take()
    }

    /// Hands the next run to the disk, if none is under way.
    /// Outbox rows go with the entries that they became, where these can be proven then; some row may wait for that.
    pub(super) fn store_next(
        &mut self,
        in_outbox: impl Fn(&OpId) -> bool,
        row_waits: bool,
        out: &mut Vec<ReplicaOutput>,
    ) {
        if self.storing.is_some() {
            return;
        }
        let next = self.next.take().or_else(|| self.older.take());
        let Some(mut flight) = next.or_else(|| row_waits.then(|| self.proof_alone()).flatten()) else {
            return;
        };
        let live = flight.fills.is_none();
        if live && !self.shares_log {
            flight.proof = self.proof_of(&flight.run);
        }
        let safe = flight.proof.as_ref().map_or(Seq::START, |proof| proof.link.seq).max(self.proven());
        let entries = flight.run.entries.iter().filter(|entry| live && entry.seq <= safe);
        let done = entries.map(|entry| entry.signed.op.id).filter(in_outbox).collect();
        let place = match (live, self.begins) {
            (false, _) => RunPlace::Hole,
            (true, true) => RunPlace::Anew,
            (true, false) => RunPlace::Live,
        };
        let (run, proof) = (flight.run.clone(), flight.proof.clone());
        let removals = Vec::new();
        out.push(ReplicaOutput::Store { run, place, done, epoch: self.live_epoch, proof, removals });
        self.storing = Some(flight);
    }

    /// Asks for the next page that is wanted, one at a time: first what is new, then what is older.
    pub(super) fn fetch_next(&mut self, out: &mut Vec<ReplicaOutput>) {
        if self.fetching.is_some() || matches!(self.mode, Mode::Offline | Mode::Ahead) {
            return;
        }
        let waiting = self.next.as_ref().map_or(0, |flight| flight.run.entries.len());
        let (from, max, wanted) = if let Mode::Joining { head, after } = self.mode {
            if self.next.is_some() {
                // What waits belongs before the page, so it goes to the disk first.
                return;
            }
            (FetchFrom::Before(head.seq.next()), FIRST_JOIN_ENTRIES, Wanted::Newest { head, after })
        } else if self.passed > self.tail.seq && waiting < WAITING {
            (FetchFrom::After(self.tail.seq), PAGE_ENTRIES, Wanted::Behind)
        } else if let Some(hole) = self.backfill.take() {
            (FetchFrom::Before(hole.newest.seq.next()), PAGE_ENTRIES, Wanted::Older(hole))
        } else {
            return;
        };
        self.fetching = Some((from, wanted));
        let max = u32::try_from(max).unwrap_or(u32::MAX);
        out.push(ReplicaOutput::Send(ClientMessage::Fetch(Fetch { from, max })));
    }

    fn settle(&mut self, flight: Flight, rows_remain: bool) {
        let end = flight.run.last().seq;
        let shown = self.shown;
        self.shown = shown.max(end);
        // What was told without being stored is missing on the disk and not before anybody's eyes.
        let gap = flight.gap.map(|(after, before)| (after.max(shown), before));
        let gap = gap.filter(|(after, before)| *before > after.next());
        let (entries, proven) = (flight.run.entries, self.proven());
        self.settled = Some(Settled { entries, gap, shown, end, proven, host: self.host, rows_remain });
    }

    fn filled(&mut self, flight: &Flight) {
        let filled = self.holes.iter_mut().filter(|hole| Some(**hole) == flight.fills);
        filled.for_each(|hole| hole.newest = flight.run.prev);
        self.holes.retain(|hole| hole.newest.seq > hole.after);
    }
}

#[cfg(test)]
mod tests;
