//! A log that went back in time, and what its members hold of it.
//!
//! A host's file may be an older copy of itself: restored from a backup, or on a disk that did not keep what it had
//! confirmed. Members hold what was said since, up to an entry that the room's own key vouched for ([`Proof`]). So:
//!
//! * **After its start a host numbers nothing for a moment**, so that whoever knows more can say so first.
//! * **What is proven and missing is taken back with the numbers that it had**, if nothing was numbered since.
//! * **Else the log gets a new epoch**: its numbers were given twice. What the other log held is numbered again behind
//!   it, whatever of it is not here, by its author's signature and id as ever. So both are there, and nothing twice.
//!
//! A tail is looked at twice: first backwards from the proof, page by page, down to where it meets this log, keeping no
//! more than the bounds of the pages; then forwards from there, each page held against its bound. So a member cannot
//! make the host write anything that the host has not vouched for before, and a long tail needs no memory.

mod looking;
mod order;
mod patience;
mod staging;
mod turn;

use std::collections::VecDeque;

use self::looking::{Looking, REMEMBERED, Step};
use self::order::Offer;
use self::patience::Patience;
use super::{ConnId, Output, Room, RoomNotice};
use crate::types::entry::kind;
use crate::types::limits::{
    NOT_STORED_RETRY_MS, OFFERS_WAITING, RECALL_PAGE_MS, RECALL_PAGES, RECALL_WAIT_MS,
};
use crate::types::{At, Epoch, Goodbye, Link, Now, Proof, Resume, Run, Seq};
use crate::wire::chain;
use crate::wire::message::{Hello, Page, ServerMessage, TAIL};

/// What is offered, and what of it is being looked at.
#[derive(Default)]
pub(super) struct Recall {
    /// Nothing is numbered before, boot milliseconds.
    quiet_until: u64,
    /// When the first input came, boot milliseconds.
    opened: Option<u64>,
    /// Something waited for the quiet to end.
    held: bool,
    offers: VecDeque<Offer>,
    looking: Option<Looking>,
    /// The log is to have this epoch; whether that is being written.
    turning: Option<(Epoch, bool)>,
    /// Nothing is looked at before, boot milliseconds: the disk did not take what came back.
    retry_at: Option<u64>,
    taken: VecDeque<(Epoch, Link)>,
    patience: Patience,
}

impl Room {
    /// The first thing that happens to a room: where its log is not empty, it may be an old one.
    pub(super) fn opened(&mut self, now: Now) {
        if self.recall.opened.is_some() {
            return;
        }
        self.recall.opened = Some(now.boot_ms);
        if self.ledger.head() != Link::START {
            self.recall.quiet_until = now.boot_ms.saturating_add(RECALL_WAIT_MS);
        }
    }

    /// A member came whose copy ends where it says. The host's own copy is the log itself, and says nothing.
    pub(super) fn resumed(&mut self, now: Now, hello: &Hello) {
        let of_this = |resume: &&Resume| resume.epoch == self.facts.epoch;
        let resume = hello.resume.as_ref().filter(of_this).filter(|_| hello.member_key != self.facts.host);
        let Some(resume) = resume else { return };
        let head = self.ledger.head();
        if resume.last.seq > head.seq && hello.features.iter().any(|feature| feature == TAIL) {
            let quiet_until = now.boot_ms.saturating_add(RECALL_WAIT_MS);
            // It proves that when it is in, if it can.
            if quiet_until > self.recall.quiet_until && self.recall.patience.spend(now.boot_ms) {
                self.recall.quiet_until = quiet_until;
            }
        } else if resume.last == head && self.recall.offers.is_empty() && self.recall.looking.is_none() {
            // Who was here until now knows of nothing more.
            self.recall.quiet_until = 0;
        }
    }

    /// Whether nothing may be numbered, or promised a number, now.
    pub(super) fn is_quiet(&self, now: Now) -> bool {
        let recall = &self.recall;
        let of_this = |proof: &Proof| proof.epoch == self.facts.epoch;
        now.boot_ms < recall.quiet_until
            || recall.turning.is_some()
            || recall.looking.as_ref().is_some_and(|looking| of_this(&looking.proof))
            || (self.waits_for_offers(now) && recall.offers.iter().any(|offer| of_this(&offer.proof)))
    }

    /// Whether there is patience to look at what is offered.
    pub(super) fn waits_for_offers(&self, now: Now) -> bool {
        !self.recall.patience.is_over(now.boot_ms)
    }

    /// Whether nothing of what members say, and no new name, is looked at now: what comes back may be theirs, and be
    /// numbered with the very counters that they are about to use.
    pub(super) fn is_holding(&self, now: Now) -> bool {
        let offered = self.waits_for_offers(now) && !self.recall.offers.is_empty();
        self.is_quiet(now) || self.recall.looking.is_some() || offered
    }

    /// Notes that something waits for [`Room::is_holding`] to end.
    pub(super) fn held(&mut self) {
        self.recall.held = true;
    }

    /// True once the quiet is over and something waited for it.
    pub(super) fn take_held(&mut self, now: Now) -> bool {
        self.recall.held && !self.is_holding(now) && std::mem::take(&mut self.recall.held)
    }

    /// When something of this is due, boot milliseconds.
    pub(super) fn recall_due(&self) -> Option<u64> {
        let waits = self.recall.looking.as_ref().filter(|looking| looking.waits_for_member());
        let waits_for_quiet = self.recall.held || !self.recall.offers.is_empty();
        let quiet = (self.recall.quiet_until > 0 && waits_for_quiet).then_some(self.recall.quiet_until);
        let patience = self.recall.patience.due().filter(|_| !self.recall.offers.is_empty());
        let all = waits.map(|looking| looking.due_ms).into_iter().chain(self.recall.retry_at).chain(quiet);
        all.chain(patience).min()
    }

    /// Time has passed: whoever does not hand back what was asked for is not waited for.
    pub(super) fn recall_tick(&mut self, now: Now, out: &mut Vec<Output>) {
        if self.recall.quiet_until <= now.boot_ms {
            self.recall.quiet_until = 0;
        }
        self.recall.retry_at.take_if(|at| *at <= now.boot_ms);
        self.recall.patience.refill(now.boot_ms);
        let late = self
            .recall
            .looking
            .take_if(|looking| looking.waits_for_member() && looking.due_ms <= now.boot_ms);
        if let Some(looking) = late {
            self.recall.patience.spend(now.boot_ms);
            self.close(now, looking.conn, Goodbye::TooSlow, out);
        }
        self.look_on(now, out);
    }

    /// A member shows how far a log had come.
    pub(super) fn offered(&mut self, now: Now, conn: ConnId, proof: Proof, out: &mut Vec<Output>) {
        let signed = chain::head_bytes(&self.facts.room_id, proof.epoch, proof.head.link);
        let waiting = self.recall.offers.iter().any(|offer| offer.conn == conn)
            || self.recall.looking.as_ref().is_some_and(|looking| looking.conn == conn);
        if waiting || !self.parts.verifier.verify_head(&signed, &proof.head.signature) {
            return self.close(now, conn, Goodbye::Protocol, out);
        }
        if self.recall.offers.len() >= OFFERS_WAITING {
            return self.close(now, conn, Goodbye::Other, out);
        }
        self.recall.offers.push_back(Offer { conn, proof, late: false });
        self.look_on(now, out);
    }

    /// A connection is gone, and with it what it offered.
    pub(super) fn offer_gone(&mut self, now: Now, conn: ConnId) {
        self.recall.offers.retain(|offer| offer.conn != conn);
        let of = |looking: &mut Looking| looking.conn == conn && !matches!(looking.step, Step::Writing(_));
        if self.recall.looking.take_if(of).is_some_and(|looking| looking.waits_for_member()) {
            self.recall.patience.spend(now.boot_ms);
        }
    }

    /// The log's answer to [`Output::Peek`]; none where it could not be read.
    pub(super) fn peeked(&mut self, now: Now, conn: ConnId, at: At, out: &mut Vec<Output>) {
        let asked =
            self.recall.looking.take_if(|one| one.conn == conn && matches!(one.step, Step::Comparing));
        let Some(mut looking) = asked else { return };
        let bound = looking.bounds.last().copied().unwrap_or(Link::START);
        match at {
            At::Unreadable => {
                self.close(now, conn, Goodbye::Other, out);
                return self.look_on(now, out);
            }
            At::Entry(here) if here == bound => return self.met(now, looking, bound, out),
            // What is not kept any more cannot be compared, and is behind everybody.
            At::Nothing if bound.seq < self.oldest => return self.met(now, looking, bound, out),
            At::Entry(_) | At::Nothing => {}
        }
        if looking.proof.epoch == self.facts.epoch {
            // The room's key vouched for two entries of one number.
            return self.fork(&looking.proof, out);
        }
        looking.step = Step::Backwards;
        self.go_on(now, looking, out);
    }

    /// A member handed a page back.
    pub(super) fn handed_back(
        &mut self,
        now: Now,
        conn: ConnId,
        (epoch, page): (Epoch, Page),
        out: &mut Vec<Output>,
    ) {
        let of = |one: &mut Looking| {
            one.conn == conn && one.proof.epoch == epoch && one.wants() == Some(page.asked)
        };
        let Some(looking) = self.recall.looking.take_if(of) else {
            return self.refilling(conn, epoch, page, out);
        };
        let slow = looking.due_ms.saturating_sub(now.boot_ms) < RECALL_PAGE_MS / 2;
        if slow && !self.recall.patience.spend(now.boot_ms) {
            return self.close(now, conn, Goodbye::TooSlow, out);
        }
        let run = self.sealed(page.run);
        match looking.step {
            Step::Backwards => self.backwards(now, looking, &run, out),
            Step::Forwards { from, verbatim } => self.forwards(now, (looking, run), (from, verbatim), out),
            _ => {}
        }
    }

    fn backwards(&mut self, now: Now, mut looking: Looking, run: &Run, out: &mut Vec<Output>) {
        let bound = looking.bounds.last().copied().unwrap_or(Link::START);
        let rising = run.entries.iter().all(|entry| entry.prev.seq < entry.seq);
        if run.entries.is_empty() || (rising && run.last().seq < bound.seq) {
            return self.begins_late(now, looking, bound, out);
        }
        if run.last() != bound || !rising || looking.bounds.len() >= RECALL_PAGES {
            return self.close(now, looking.conn, Goodbye::Protocol, out);
        }
        let head = self.ledger.head();
        if run.prev == head || run.entries.iter().any(|entry| entry.link() == head) {
            return self.met(now, looking, head, out);
        }
        looking.bounds.push(run.prev);
        if looking.proof.epoch == self.facts.epoch && run.prev.seq <= head.seq {
            return self.fork(&looking.proof, out);
        }
        if run.prev == Link::START {
            return self.met(now, looking, Link::START, out);
        }
        looking.step = if run.prev.seq <= head.seq { Step::Comparing } else { Step::Backwards };
        self.go_on(now, looking, out);
    }

    /// The member's copy begins behind this entry, or has a hole there: it came late, or cannot read more.
    fn begins_late(&mut self, now: Now, looking: Looking, behind: Link, out: &mut Vec<Output>) {
        if looking.bounds.len() < 2 {
            // It has nothing of it any more; who waits for an answer says nothing else meanwhile.
            let (epoch, link) = (looking.proof.epoch, looking.proof.head.link);
            out.push(Output::Send(looking.conn, ServerMessage::TailTaken(epoch, link, Seq(u64::MAX))));
            return self.look_on(now, out);
        }
        if looking.proof.epoch == self.facts.epoch {
            return self.fork(&looking.proof, out);
        }
        if let Some(looking) = self.others_first(looking) {
            return self.met(now, looking, behind, out);
        }
        self.look_on(now, out);
    }

    /// What was offered and this log have this entry in common.
    fn met(&mut self, now: Now, mut looking: Looking, at: Link, out: &mut Vec<Output>) {
        looking.bounds.retain(|bound| bound.seq > at.seq);
        let this = looking.proof.epoch == self.facts.epoch;
        if looking.bounds.is_empty() {
            return self.finished(now, &looking, out);
        }
        if this && (at != self.ledger.head() || self.ledger.is_recording()) {
            return self.fork(&looking.proof, out);
        }
        looking.step = Step::Forwards { from: at, verbatim: this };
        self.go_on(now, looking, out);
    }

    fn forwards(
        &mut self,
        now: Now,
        (mut looking, mut run): (Looking, Run),
        (from, verbatim): (Link, bool),
        out: &mut Vec<Output>,
    ) {
        let bound = looking.bounds.last().copied().unwrap_or(Link::START);
        run.entries.retain(|entry| entry.seq <= bound.seq);
        if run.prev != from || run.last() != bound || !self.is_signed(&run) {
            return self.close(now, looking.conn, Goodbye::Protocol, out);
        }
        looking.bounds.pop();
        if verbatim {
            hold_blank_times(&mut run, self.ledger.last_at_ms(), now.wall_ms);
            looking.count += run.entries.len() as u64;
            looking.step = Step::Writing(bound);
            self.recall.looking = Some(looking);
            let batch = self.ledger.take_back(run, &*self.parts.digest);
            let batch = self.with_effects(batch);
            out.push(Output::Record(batch));
        } else {
            looking.step = Step::Staging { entries: run.entries.into(), upto: bound, asked: None };
            self.stage_on(now, looking, out);
        }
    }

    /// Asks for what is next of this offer.
    fn go_on(&mut self, now: Now, looking: Looking, out: &mut Vec<Output>) {
        if matches!(looking.step, Step::Settling) && !self.ledger.has_again() && !self.ledger.is_recording() {
            return self.finished(now, &looking, out);
        }
        looking.ask(out);
        self.recall.looking = Some(Looking { due_ms: now.boot_ms.saturating_add(RECALL_PAGE_MS), ..looking });
    }

    /// All that was offered is here.
    fn finished(&mut self, now: Now, looking: &Looking, out: &mut Vec<Output>) {
        let (epoch, link) = (looking.proof.epoch, looking.proof.head.link);
        // Whoever offers the same has perhaps what this one lacked.
        if !looking.late {
            self.recall.taken.push_back((epoch, link));
            if self.recall.taken.len() > REMEMBERED {
                self.recall.taken.pop_front();
            }
        }
        // What was left out is to be offered again.
        let upto = if looking.reached.left_out { Seq(u64::MAX) } else { self.ledger.head().seq };
        out.push(Output::Send(looking.conn, ServerMessage::TailTaken(epoch, link, upto)));
        if looking.count > 0 {
            self.recall.patience.restore();
            out.push(Output::Tell(RoomNotice::TakenBack(looking.count)));
            // Numbers, names and counters are others than everybody was told when they came in.
            self.begin_again(now, out);
        }
        self.look_on(now, out);
    }

    /// The batch under way was of this offer, and is durable.
    pub(super) fn taken_back(&mut self, now: Now, out: &mut Vec<Output>) {
        let writes =
            |one: &mut Looking| matches!(one.step, Step::Writing(_) | Step::Resting(_) | Step::Settling);
        let Some(mut looking) = self.recall.looking.take_if(writes) else {
            // What waited for the disk to be idle waits no more.
            return self.turn(out);
        };
        match looking.step {
            Step::Writing(_) if looking.bounds.is_empty() => return self.finished(now, &looking, out),
            Step::Writing(from) => looking.step = Step::Forwards { from, verbatim: true },
            Step::Resting(from) if !self.ledger.is_full() => {
                looking.step = Step::Forwards { from, verbatim: false };
            }
            _ => {}
        }
        self.go_on(now, looking, out);
    }

    /// The disk did not take something: what is being looked at is looked at anew, after a while.
    pub(super) fn recall_failed(&mut self, now: Now, reason: String, out: &mut Vec<Output>) {
        let writes = |one: &mut Looking| !matches!(one.step, Step::Comparing | Step::Backwards);
        let again = self.recall.looking.take_if(writes);
        if let Some(looking) = again.filter(|looking| self.conns.contains_key(&looking.conn)) {
            self.recall.offers.push_front(Offer::again(looking));
        }
        self.recall.retry_at = Some(now.boot_ms.saturating_add(NOT_STORED_RETRY_MS));
        if !std::mem::replace(&mut self.failing, true) {
            out.push(Output::Tell(RoomNotice::NotStoring(reason)));
        }
    }
}

/// The times of blank entries, which nothing vouches for: not before what stands before them, nor after what stands behind
/// them, or now.
fn hold_blank_times(run: &mut Run, before_ms: i64, now_ms: i64) {
    let mut latest = now_ms.max(before_ms);
    for entry in run.entries.iter_mut().rev() {
        if entry.signed.op.kind == kind::BLANK {
            entry.at_ms = entry.at_ms.min(latest);
        }
        latest = latest.min(entry.at_ms);
    }
    let mut earliest = before_ms;
    for entry in &mut run.entries {
        if entry.signed.op.kind == kind::BLANK {
            entry.at_ms = entry.at_ms.max(earliest);
        }
        earliest = entry.at_ms;
    }
}
