//! The copy itself: what is durable here, what is on its way to the disk, and what is asked of the host.

use super::contract::{Hole, ReplicaOutput, Stored, Told};
use crate::types::limits::{FIRST_JOIN_ENTRIES, NOT_KEPT_RETRY_MS, PAGE_ENTRIES};
use crate::types::{Entry, Epoch, FetchFrom, Link, MemberKey, Now, OpId, Resume, Run, Seq};
use crate::wire::message::{ClientMessage, Fetch, Welcome};

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
}

#[derive(Debug)]
pub(super) struct Copy {
    shares_log: bool,
    /// The log that `last` belongs to, durable.
    epoch: Option<Epoch>,
    last: Link,
    /// The log of this connection.
    pub(super) live_epoch: Epoch,
    host: MemberKey,
    pub(super) mode: Mode,
    /// The last entry of the live chain that came, stored or not.
    pub(super) tail: Link,
    shown: Seq,
    /// How often the chain has begun anew: what was on its way before is not of it.
    pub(super) chain: u64,
    pub(super) holes: Vec<Hole>,
    /// Live entries that wait for the disk.
    pub(super) next: Option<Flight>,
    /// A page of older ones that waits for the disk.
    pub(super) older: Option<Flight>,
    storing: Option<Flight>,
    settled: Option<Settled>,
    pub(super) fetching: Option<(FetchFrom, Wanted)>,
    /// Entries up to here exist and were let pass.
    pub(super) passed: Seq,
    /// What the host said was its head when it let me in.
    head: Seq,
    /// The same, the last time it said so since.
    heard: Seq,
    /// The hole of which a page is to be fetched.
    backfill: Option<Hole>,
    /// What was said before this time is not fetched.
    pub(super) since_ms: i64,
    /// The disk did not take the live chain: entries are told without, until this boot time.
    not_kept: Option<u64>,
    not_kept_told: bool,
}

impl Copy {
    pub(super) fn new(stored: &Stored) -> Self {
        Self {
            shares_log: stored.shares_log,
            epoch: stored.epoch,
            last: stored.last,
            live_epoch: stored.epoch.unwrap_or(Epoch(0)),
            host: MemberKey([0; 32]),
            mode: Mode::Offline,
            tail: stored.last,
            shown: stored.last.seq,
            chain: 0,
            holes: stored.holes.clone(),
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

    pub(super) fn last_seq(&self) -> Seq {
        self.last.seq
    }

    pub(super) fn can_backfill(&self) -> bool {
        let of_a_hole = |flight: &Option<Flight>| flight.as_ref().is_some_and(|it| it.fills.is_some());
        let busy = self.fetching.is_some() || of_a_hole(&self.older) || of_a_hole(&self.storing);
        self.mode == Mode::Live && !busy && self.passed <= self.tail.seq && !self.holes.is_empty()
    }

    pub(super) fn hole_before(&self, seq: Seq) -> Option<Hole> {
        let before = self.holes.iter().filter(|hole| hole.newest.seq < seq);
        before.max_by_key(|hole| hole.newest.seq).copied()
    }

    pub(super) fn followed(&self) -> Option<(Seq, Seq)> {
        let Mode::Live = self.mode else { return None };
        Some((self.shown, self.head.max(self.heard).max(self.passed).max(self.tail.seq)))
    }

    pub(super) fn next_tick(&self) -> Option<u64> {
        self.not_kept
    }

    /// The host let me in. True where its log is another one than the one that is here.
    pub(super) fn welcome(&mut self, welcome: &Welcome) -> bool {
        let head = welcome.head.link;
        self.host = welcome.host_key;
        self.head = head.seq;
        if self.not_kept.take().is_some() {
            // What was told without being kept is sent again, and kept if the disk takes it now.
            self.forget_waiting();
            self.tail = self.last;
        }
        let Some(epoch) = self.epoch.or(self.storing.is_some().then_some(self.live_epoch)) else {
            self.live_epoch = welcome.epoch;
            self.begin(head, Seq::START);
            return false;
        };
        let other_tail = head.seq == self.tail.seq && head.hash != self.tail.hash;
        if epoch != welcome.epoch || head.seq < self.tail.seq || other_tail {
            self.live_epoch = welcome.epoch;
            self.begin_anew(head);
            return true;
        }
        self.live_epoch = welcome.epoch;
        if welcome.from.seq <= self.tail.seq {
            self.mode = Mode::Live;
        } else {
            self.begin(head, self.tail.seq);
        }
        false
    }

    /// Another log: numbers begin anew, and nothing of it was told.
    pub(super) fn begin_anew(&mut self, head: Link) {
        self.forget_waiting();
        self.holes.clear();
        self.chain += 1;
        self.shown = Seq::START;
        self.begin(head, Seq::START);
    }

    pub(super) fn lost(&mut self) {
        self.mode = Mode::Offline;
        self.fetching = None;
        self.passed = Seq::START;
        self.head = Seq::START;
        self.heard = Seq::START;
        self.backfill = None;
    }

    /// Fetches a page of what is missing: just before `near`, where somebody looks, or else of the newest.
    pub(super) fn backfill(&mut self, near: Option<Seq>) {
        if self.can_backfill() {
            let looked_at = near.and_then(|seq| self.hole_before(seq));
            self.backfill = looked_at.or(self.holes.first().copied());
        }
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
            (Mode::Joining { .. }, _) => {}
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
    pub(super) fn store_next(&mut self, in_outbox: impl Fn(&OpId) -> bool, out: &mut Vec<ReplicaOutput>) {
        if self.storing.is_some() {
            return;
        }
        let Some(flight) = self.next.take().or_else(|| self.older.take()) else { return };
        let ids = flight.run.entries.iter().map(|entry| entry.signed.op.id);
        let live = flight.fills.is_none();
        let done = ids.filter(|id| live && in_outbox(id)).collect();
        out.push(ReplicaOutput::Store { run: flight.run.clone(), live, done, epoch: self.live_epoch });
        self.storing = Some(flight);
    }

    /// Asks for the next page that is wanted, one at a time: first what is new, then what is older.
    pub(super) fn fetch_next(&mut self, out: &mut Vec<ReplicaOutput>) {
        if self.fetching.is_some() || self.mode == Mode::Offline {
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

    /// The live chain begins at `head`, with the newest page.
    fn begin(&mut self, head: Link, after: Seq) {
        self.fetching = None;
        self.passed = Seq::START;
        if head.seq > Seq::START {
            self.mode = Mode::Joining { head, after };
            return;
        }
        self.mode = Mode::Live;
        self.tail = Link::START;
        let run = Run { prev: Link::START, entries: Vec::new() };
        self.next = Some(Flight { run, gap: None, fills: None, chain: self.chain });
    }

    /// What waits for the disk and is not there yet is left to be sent again.
    fn forget_waiting(&mut self) {
        self.next = None;
        self.older = None;
    }

    fn settle(&mut self, flight: Flight, rows_remain: bool) {
        let end = flight.run.last().seq;
        let shown = self.shown;
        self.shown = shown.max(end);
        let gap = flight.gap.filter(|(_, before)| *before > shown);
        let entries = flight.run.entries;
        self.settled = Some(Settled { entries, gap, shown, end, host: self.host, rows_remain });
    }

    fn filled(&mut self, flight: &Flight) {
        let Some(at) = self.holes.iter().position(|hole| Some(*hole) == flight.fills) else { return };
        if let Some(hole) = self.holes.get_mut(at) {
            hole.newest = flight.run.prev;
            if hole.newest.seq <= hole.after {
                self.holes.remove(at);
            }
        }
    }
}

#[cfg(test)]
mod tests;
