//! How entries that came are made to follow the ones before: by number and by hash, or not at all.

use super::contract::Hole;
use super::copy::{Copy, Flight, Fork, Mode, WAITING, Wanted};
use super::lacking::Lacking;
use crate::room::log::Digest;
use crate::types::{Link, Now, Run, Seq};
use crate::wire::chain;
use crate::wire::message::Page;

impl Copy {
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

    /// Fetches a page of what is missing: just before `near`, where somebody looks, or else of the newest.
    pub(super) fn backfill(&mut self, near: Option<Seq>) {
        if self.can_backfill() {
            let looked_at = near.and_then(|seq| self.hole_before(seq));
            self.backfill = looked_at.or(self.holes.first().copied());
        }
    }

    /// This is missing too, and the host may have it.
    pub(super) fn missing(&mut self, more: Vec<Hole>) {
        self.holes.extend(more);
        self.holes.sort_by_key(|hole| std::cmp::Reverse(hole.newest.seq));
    }

    /// Nothing is missing, as far as is known.
    pub(super) fn whole(&mut self) {
        self.holes.clear();
        self.lacking = Lacking::default();
    }

    /// New entries of the log. Those that cannot be taken now are let pass, and fetched later.
    pub(super) fn events(&mut self, run: Run, digest: &dyn Digest) -> Result<(), Fork> {
        let waiting = self.next.as_ref().map_or(0, |flight| flight.run.entries.len());
        let catching_up = self.passed > self.tail.seq;
        if self.mode != Mode::Live || catching_up || run.prev.seq > self.tail.seq || waiting >= WAITING {
            self.passed = self.passed.max(run.last().seq);
            return Ok(());
        }
        self.follow(run, digest)
    }

    /// A page, if it is the one that was asked for.
    pub(super) fn page(&mut self, now: Now, page: Page, digest: &dyn Digest) -> Result<(), Fork> {
        let Some((_, wanted)) = self.fetching.take_if(|(from, _)| *from == page.asked) else { return Ok(()) };
        match wanted {
            Wanted::Newest { head, after } => self.newest(sealed(page.run, digest)?, head, after),
            Wanted::Behind => self.behind(page, digest),
            Wanted::Older(hole) => {
                self.older(now, sealed(page.run, digest)?, hole);
                Ok(())
            }
        }
    }

    /// The first page of a chain that begins: it must lead to the head that the room signed.
    fn newest(&mut self, run: Run, head: Link, after: Seq) -> Result<(), Fork> {
        if run.last() != head {
            return Err(Fork::Unsigned);
        }
        let run = cut(run, after);
        // The host may keep nothing any more of what leads to its head.
        let first = run.entries.first().map_or(head.seq.next(), |first| first.seq);
        let gap = (run.prev.seq > after).then_some((after, first));
        // The host's own copy is the log itself, of which nothing is missing.
        if gap.is_some() && !self.shares_log {
            self.holes.retain(|hole| hole.newest != run.prev);
            self.holes.insert(0, Hole { after, newest: run.prev });
        }
        self.mode = Mode::Live;
        self.tail = head;
        self.next = Some(Flight { run, gap, fills: None, chain: self.chain, proof: None });
        Ok(())
    }

    /// What follows the tail, page by page. Where the host has not kept what comes next, that is a gap.
    fn behind(&mut self, page: Page, digest: &dyn Digest) -> Result<(), Fork> {
        let before = self.tail;
        let more = page.more;
        if page.run.prev.seq > before.seq {
            if self.next.is_some() {
                // A gap is told before its entries, so they cannot go with what waits already: asked again.
                return Ok(());
            }
            let run = sealed(page.run, digest)?;
            // What my copy ends with is not there any more to be compared. Nothing may be left behind it either.
            self.unmet = false;
            let first = run.entries.first().map_or(run.prev.seq.next(), |first| first.seq);
            self.holes.insert(0, Hole { after: before.seq, newest: run.prev });
            self.tail = run.last();
            self.append(run, Some((before.seq, first)));
        } else {
            self.follow(page.run, digest)?;
        }
        if self.tail.seq == before.seq {
            // The host has nothing more, whatever it was that passed.
            self.passed = Seq::START;
        } else if more {
            self.passed = self.passed.max(self.tail.seq.next());
        }
        Ok(())
    }

    /// A page of a hole: it must lead to the link that the entry behind the hole follows.
    fn older(&mut self, now: Now, run: Run, hole: Hole) {
        let complete = !run.entries.is_empty() && run.last() == hole.newest;
        if complete {
            let mut hole = hole;
            if run.entries.first().is_some_and(|first| first.at_ms < self.since_ms) {
                // Still older ones would not be kept here.
                let ended = Hole { after: hole.after.max(run.prev.seq), ..hole };
                self.holes.iter_mut().filter(|other| **other == hole).for_each(|other| *other = ended);
                hole = ended;
            }
            self.older = Some(Flight {
                run: cut(run, hole.after),
                gap: None,
                fills: Some(hole),
                chain: self.chain,
                proof: None,
            });
        } else {
            // The host does not have it, or has something else there: it stays missing, and is seen to be.
            self.holes.retain(|other| *other != hole);
            self.lacking.note(now, hole);
        }
    }

    /// Takes a run that begins at the tail or before it.
    fn follow(&mut self, run: Run, digest: &dyn Digest) -> Result<(), Fork> {
        let run = sealed(run, digest)?;
        let tail = self.tail;
        if run.last().seq < tail.seq {
            return Ok(());
        }
        let known = run.prev == tail || run.entries.iter().any(|entry| entry.link() == tail);
        if !known {
            return Err(Fork::OtherLog);
        }
        self.unmet = false;
        let run = cut(run, tail.seq);
        if !run.entries.is_empty() {
            self.tail = run.last();
            self.append(run, None);
        }
        Ok(())
    }

    fn append(&mut self, run: Run, gap: Option<(Seq, Seq)>) {
        match &mut self.next {
            Some(waiting) if gap.is_none() => waiting.run.entries.extend(run.entries),
            _ => self.next = Some(Flight { run, gap, fills: None, chain: self.chain, proof: None }),
        }
    }
}

/// The run with its hashes computed.
fn sealed(mut run: Run, digest: &dyn Digest) -> Result<Run, Fork> {
    chain::seal(&mut run, &mut |parts| digest.sha256(parts));
    let rising = run.entries.iter().all(|entry| entry.prev.seq < entry.seq);
    if rising { Ok(run) } else { Err(Fork::Unsigned) }
}

/// The part of a sealed run that comes after `after`.
fn cut(mut run: Run, after: Seq) -> Run {
    let known = run.entries.partition_point(|entry| entry.seq <= after);
    if let Some(last) = run.entries.drain(..known).next_back() {
        run.prev = last.link();
    }
    run
}
