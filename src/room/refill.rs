//! Entries that a host's own log has lost in its middle, and how they come back.
//!
//! What stands behind such a hole names the hash of the entry that was before it. So whatever leads to that hash is
//! what was lost, whoever hands it over, and nobody has to be believed; but for what stands before a blank entry, which
//! names its own hash: of that only what was said is sure, because its authors signed it, and not that it is all of it or
//! its order. Members are asked one page at a time, from the
//! newest missing entry backwards, while everything else goes on. What no member has stays a hole, and is seen to be
//! one; whoever comes later is asked for it.

use std::collections::BTreeSet;

use super::{ConnId, Hole, Output, Room, RoomNotice};
use crate::types::entry::kind;
use crate::types::limits::{NOT_KEPT_RETRY_MS, RECALL_ENTRIES, RECALL_PAGE_MS};
use crate::types::{Content, Epoch, FetchFrom, Link, Now, Run, Seq, SignedOp};
use crate::wire::message::{Fetch, Page, ServerMessage, TailWanted};
use crate::wire::{chain, op};

/// What is missing, and who is asked for it.
#[derive(Default)]
pub(super) struct Refill {
    /// Newest first.
    holes: Vec<Hole>,
    step: Step,
    /// Who has nothing that ends with the entry of this number.
    lacking: BTreeSet<(ConnId, Seq)>,
    /// Nobody here has more of it.
    nobody: bool,
    /// Entries that came back.
    count: u64,
    /// Nothing is asked before, boot milliseconds: the disk did not take what came back.
    retry_at: Option<u64>,
}

#[derive(Default)]
enum Step {
    #[default]
    Idle,
    /// This member is asked for what ends with `newest`, and answers before `due_ms`.
    Asking { conn: ConnId, newest: Link, due_ms: u64 },
    /// The log is writing what fills the hole down to `from`.
    Writing { newest: Link, from: Link, count: u64 },
}

impl Refill {
    pub(super) fn new(holes: Vec<Hole>) -> Self {
        Self { holes, ..Self::default() }
    }

    /// Somebody came who may have it.
    pub(super) fn may_come(&mut self) {
        self.nobody = false;
    }

    /// A connection is gone, and what it was asked for is not coming.
    pub(super) fn gone(&mut self, gone: ConnId) {
        self.lacking.retain(|(conn, _)| *conn != gone);
        if matches!(self.step, Step::Asking { conn, .. } if conn == gone) {
            (self.step, self.nobody) = (Step::Idle, false);
        }
    }

    /// When a tick is due, boot milliseconds.
    pub(super) fn due(&self) -> Option<u64> {
        match self.step {
            Step::Asking { due_ms, .. } => Some(due_ms),
            Step::Idle | Step::Writing { .. } => self.retry_at,
        }
    }

    /// This member does not have what it was asked for.
    fn lacks(&mut self, conn: ConnId, newest: Link) {
        self.lacking.insert((conn, newest.seq));
        (self.step, self.nobody) = (Step::Idle, false);
    }
}

impl Room {
    /// Asks for the next page of what is missing, where somebody may have it.
    pub(super) fn refill_next(&mut self, now: Now, out: &mut Vec<Output>) {
        let late = matches!(self.refill.step, Step::Asking { due_ms, .. } if due_ms <= now.boot_ms);
        if late && let Step::Asking { conn, newest, .. } = std::mem::take(&mut self.refill.step) {
            self.refill.lacks(conn, newest);
        }
        self.refill.retry_at.take_if(|at| *at <= now.boot_ms);
        let idle = matches!(self.refill.step, Step::Idle) && self.refill.retry_at.is_none();
        if !idle || self.refill.nobody || self.refill.holes.is_empty() {
            return;
        }
        if self.is_holding(now) {
            return self.held();
        }
        let conns = self.conns.iter().filter(|(_, conn)| conn.hands_back).map(|(id, _)| *id);
        let lacking = &self.refill.lacking;
        let asks = conns.flat_map(|conn| self.refill.holes.iter().map(move |hole| (conn, hole.newest)));
        let next = asks.into_iter().find(|(conn, newest)| !lacking.contains(&(*conn, newest.seq)));
        let Some((conn, newest)) = next else {
            self.refill.nobody = true;
            return;
        };
        let from = FetchFrom::Before(newest.seq.next());
        let fetch = Fetch { from, max: u32::try_from(RECALL_ENTRIES).unwrap_or(u32::MAX) };
        let wanted = TailWanted { epoch: self.facts.epoch, head: newest, fetch };
        out.push(Output::Send(conn, ServerMessage::TailWanted(wanted)));
        self.refill.step = Step::Asking { conn, newest, due_ms: now.boot_ms.saturating_add(RECALL_PAGE_MS) };
    }

    /// A member's page. One that nobody waits for any more is let pass.
    pub(super) fn refilling(&mut self, from: ConnId, epoch: Epoch, page: Page, out: &mut Vec<Output>) {
        let Step::Asking { conn, newest, .. } = self.refill.step else { return };
        let asked = FetchFrom::Before(newest.seq.next());
        if conn != from || epoch != self.facts.epoch || page.asked != asked {
            return;
        }
        let hole = self.refill.holes.iter().find(|hole| hole.newest == newest).copied();
        let run = hole.and_then(|hole| self.leads_to(hole, page.run));
        let Some(run) = run else { return self.refill.lacks(conn, newest) };
        for entry in &run.entries {
            self.ledger.holds(&entry.signed.op);
        }
        let count = run.entries.len() as u64;
        self.refill.step = Step::Writing { newest, from: run.prev, count };
        out.push(Output::Refill(run));
    }

    /// The log's answer to [`Output::Refill`].
    pub(super) fn refilled(&mut self, now: Now, done: Result<(), String>, out: &mut Vec<Output>) {
        let Step::Writing { newest, from, count } = std::mem::take(&mut self.refill.step) else { return };
        if let Err(reason) = done {
            self.refill.retry_at = Some(now.boot_ms.saturating_add(NOT_KEPT_RETRY_MS));
            return self.not_storing(reason, out);
        }
        let refill = &mut self.refill;
        refill.nobody = false;
        refill.count = refill.count.saturating_add(count);
        if let Some(hole) = refill.holes.iter_mut().find(|hole| hole.newest == newest) {
            hole.newest = from;
        }
        refill.holes.retain(|hole| hole.newest.seq > hole.after);
        if self.oldest > from.seq.next() {
            self.oldest = from.seq.next();
        }
        if refill.holes.is_empty() {
            let count = std::mem::take(&mut refill.count);
            refill.lacking.clear();
            out.push(Output::Tell(RoomNotice::Refilled(count)));
        }
    }

    /// The part of a run that fills this hole, sealed; none where it does not lead to what is missing.
    fn leads_to(&self, hole: Hole, run: Run) -> Option<Run> {
        let mut run = self.sealed(run);
        let rising = run.entries.iter().all(|entry| entry.prev.seq < entry.seq);
        if run.entries.is_empty() || run.last() != hole.newest || !rising || !self.is_signed(&run) {
            return None;
        }
        let known = run.entries.partition_point(|entry| entry.seq <= hole.after);
        if let Some(last) = run.entries.drain(..known).next_back() {
            run.prev = last.link();
        }
        Some(run)
    }

    /// Whether everything in the run was signed by whom it names, for this room, and what is the host's alone by the host. The
    /// chain alone does not tell: a blank entry says its own hash, so what stands before one is bound by signatures only.
    pub(super) fn is_signed(&self, run: &Run) -> bool {
        run.entries.iter().all(|entry| {
            let SignedOp { op, signature } = &entry.signed;
            let blank = op::content(&entry.signed) == Content::Removed;
            let alone = matches!(op.kind, kind::MEMBER | kind::GUEST);
            // No member counts that far, and no log could hold it.
            op.room == self.facts.room_id
                && i64::try_from(op.n).is_ok()
                && (!alone || op.author == self.facts.host)
                && (blank || self.parts.verifier.verify(&op.author, &op::canonical(op), signature))
        })
    }

    /// The run with its hashes computed: whatever a member says of them.
    pub(super) fn sealed(&self, mut run: Run) -> Run {
        chain::seal(&mut run, &mut |parts| self.parts.digest.sha256(parts));
        run
    }
}
