//! What I said and the host has not numbered, from the first key press to the entry that it became.
//!
//! Rows are submitted in their order, at most [`OPS_UNANSWERED`] unanswered. Where the host refuses one for
//! good, or expects another counter, nothing more is submitted until all that is under way was answered;
//! then what waits gets consecutive counters, is signed again, and is submitted when the new bytes are
//! durable. The host knows a message by its id, so this never makes two of one.

mod answers;

use std::collections::VecDeque;

use super::contract::{ReplicaOutput, Told};
use super::copy::Settled;
use super::reading::Reader;
use crate::room::log::OpSigner;
use crate::types::entry::kind;
use crate::types::limits::{NOT_STORED_RETRY_MS, OPS_UNANSWERED, OUTBOX, PAGE_BYTES};
use crate::types::{Audience, MessageText, Now, Op, OpId, Outgoing, Pending, RoomId, Seq, SignedOp};
use crate::wire::message::ClientMessage;
use crate::wire::op;

/// Milliseconds after which a host that keeps expecting another counter is asked again.
const CALM_MS: u64 = 1_000;
/// Bytes around a body in a Submit, rounded up.
const ENVELOPE: usize = 320;

/// How far a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not durable yet.
    Queuing,
    /// To be submitted.
    Waiting,
    /// Submitted on this connection and not answered.
    Submitted,
    /// The host has it; the row goes when its entry is here.
    Numbered(Seq),
    /// The host does not take it: its author decides.
    Refused,
}

#[derive(Debug, Clone)]
struct Row {
    out: Outgoing,
    state: State,
}

#[derive(Debug)]
pub(super) struct Outbox {
    room: RoomId,
    rows: VecDeque<Row>,
    next_n: u64,
    /// The last counter that the host has of me.
    known_n: u64,
    /// Rows up to this counter may be in the log already, under this very counter.
    perhaps_n: u64,
    /// I have a name on this connection.
    open: bool,
    /// Something else has to be settled with the host first.
    held: bool,
    /// Counters have to be looked at before anything is submitted.
    dirty: bool,
    /// Another counter was expected, and nothing explained it so far.
    unordered: bool,
    requeueing: bool,
    /// Write all rows again, because the last time failed.
    rewrite: bool,
    /// Nothing is submitted before, boot milliseconds.
    retry_at: Option<u64>,
    not_storing_told: bool,
    /// It was told that the host takes no more at once, and something of that still waits.
    slowed: bool,
}

impl Outbox {
    pub(super) fn new(room: RoomId, next_n: u64, rows: Vec<Outgoing>) -> Self {
        let row = |out: Outgoing| {
            let state = if out.refused.is_some() { State::Refused } else { State::Waiting };
            Row { out, state }
        };
        Self {
            room,
            rows: rows.into_iter().map(row).collect(),
            next_n,
            known_n: 0,
            perhaps_n: 0,
            open: false,
            held: false,
            dirty: false,
            unordered: false,
            requeueing: false,
            rewrite: false,
            retry_at: None,
            not_storing_told: false,
            slowed: false,
        }
    }

    pub(super) fn say(
        &mut self,
        (id, text, audience, at_ms): (OpId, MessageText, Audience, i64),
        signer: &dyn OpSigner,
        out: &mut Vec<ReplicaOutput>,
    ) {
        if self.holds(&id) {
            return;
        }
        if self.rows.len() >= OUTBOX {
            let reason = format!("{OUTBOX} messages wait for the room already");
            out.push(ReplicaOutput::Tell(Told::Unsaid { id, text, reason }));
            return;
        }
        let n = self.next_n;
        self.next_n = n.saturating_add(1);
        let body = op::post_body(&text, audience);
        let op = Op { room: self.room, author: signer.key(), n, id, kind: kind::POST, body };
        let outgoing = Outgoing { signed: sign(op, signer), text, at_ms, refused: None };
        out.push(ReplicaOutput::Queue(outgoing.clone()));
        self.rows.push_back(Row { out: outgoing, state: State::Queuing });
    }

    pub(super) fn queued(&mut self, id: OpId, out: &mut Vec<ReplicaOutput>) {
        if let Some(row) = self.row(&id).filter(|row| row.state == State::Queuing) {
            row.state = State::Waiting;
            out.push(ReplicaOutput::Tell(Told::Pending(row.out.clone())));
        }
    }

    pub(super) fn queue_failed(&mut self, id: OpId, reason: String, out: &mut Vec<ReplicaOutput>) {
        if self.row(&id).is_some_and(|row| row.state == State::Queuing)
            && let Some(row) = self.remove(&id)
        {
            self.dirty = true;
            out.push(ReplicaOutput::Tell(Told::Unsaid { id, text: row.out.text, reason }));
        }
    }

    pub(super) fn requeued(&mut self) {
        self.requeueing = false;
    }

    pub(super) fn requeue_failed(&mut self, now: Now, reason: String, out: &mut Vec<ReplicaOutput>) {
        self.requeueing = false;
        self.dirty = true;
        self.rewrite = true;
        self.wait(now, NOT_STORED_RETRY_MS);
        out.push(ReplicaOutput::Tell(Told::NotKept(reason)));
    }

    pub(super) fn withdraw(&mut self, id: OpId, out: &mut Vec<ReplicaOutput>) {
        if self.row(&id).is_some_and(|row| row.state == State::Refused) {
            self.remove(&id);
            out.push(ReplicaOutput::Forget(id));
        }
    }

    /// What the host had numbered behind its head, or of whose counter it does not know, it has lost: that goes again,
    /// before anything that I said later.
    pub(super) fn welcome(&mut self, last_n: u64, head: Seq) {
        self.known_n = last_n;
        self.perhaps_n = last_n;
        self.dirty = true;
        for row in &mut self.rows {
            let lost = |seq| seq > head || row.out.signed.op.n > last_n;
            if matches!(row.state, State::Numbered(seq) if lost(seq)) {
                row.state = State::Waiting;
            }
        }
    }

    /// Numbers of the old log mean nothing: what was not seen in it is submitted to the new one.
    pub(super) fn new_epoch(&mut self) {
        for row in &mut self.rows {
            if matches!(row.state, State::Numbered(_)) {
                row.state = State::Waiting;
            }
        }
        self.dirty = true;
    }

    pub(super) fn open(&mut self) {
        self.open = true;
    }

    /// Nothing is submitted while this holds.
    pub(super) fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// Whether a row waits for its entry to be proven.
    pub(super) fn is_numbered(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.state, State::Numbered(_)))
    }

    pub(super) fn lost(&mut self) {
        self.open = false;
        self.retry_at = None;
        self.unordered = false;
        for row in &mut self.rows {
            if row.state == State::Submitted {
                row.state = State::Waiting;
            }
        }
    }

    pub(super) fn holds(&self, id: &OpId) -> bool {
        self.rows.iter().any(|row| row.out.signed.op.id == *id)
    }

    pub(super) fn pending(&self) -> Vec<Pending> {
        let safe = self.rows.iter().filter(|row| row.state != State::Queuing);
        safe.map(|row| row.out.pending()).collect()
    }

    pub(super) fn unsent(&self) -> usize {
        let waits = |row: &&Row| !matches!(row.state, State::Refused | State::Numbered(_));
        self.rows.iter().filter(waits).count()
    }

    pub(super) fn next_tick(&self) -> Option<u64> {
        self.retry_at
    }

    pub(super) fn tick(&mut self, now: Now) {
        if self.retry_at.take_if(|at| *at <= now.boot_ms).is_some() {
            self.unordered = false;
        }
    }

    /// Entries are stored or told: those of my own are what became of rows.
    pub(super) fn settled(&mut self, settled: &Settled, reader: &Reader<'_>, out: &mut Vec<ReplicaOutput>) {
        for entry in settled.entries.iter().filter(|entry| entry.signed.op.author == reader.me) {
            let op = &entry.signed.op;
            self.known_n = self.known_n.max(op.n);
            let Some(row) = self.row(&op.id) else { continue };
            if !matches!(row.state, State::Numbered(_)) {
                out.push(ReplicaOutput::Tell(Told::Sent(op.id, entry.seq)));
            }
            row.state = State::Numbered(entry.seq);
            if !settled.rows_remain && entry.seq <= settled.proven {
                self.remove(&op.id);
            }
        }
        // Those whose entries lie in a gap are not waited for.
        let safe = settled.end.min(settled.proven);
        let passed = |row: &Row| matches!(row.state, State::Numbered(seq) if seq <= safe);
        for row in self.rows.iter().filter(|row| passed(row)) {
            out.push(ReplicaOutput::Forget(row.out.signed.op.id));
        }
        self.rows.retain(|row| !passed(row));
    }

    /// Submits what may be submitted, after counters were put in order.
    pub(super) fn submit_next(&mut self, now: Now, signer: &dyn OpSigner, out: &mut Vec<ReplicaOutput>) {
        if !self.open || self.held || self.requeueing || self.retry_at.is_some() {
            return;
        }
        if self.dirty && !self.put_in_order(now, signer, out) {
            return;
        }
        let under_way = self.rows.iter().filter(|row| row.state == State::Submitted).count();
        let perhaps_n = self.perhaps_n;
        let unclear = |row: &Row| {
            matches!(row.state, State::Waiting | State::Submitted) && row.out.signed.op.n <= perhaps_n
        };
        let unclear = self.rows.iter().any(unclear);
        let (mut ops, mut bytes) = (Vec::new(), 0);
        for row in &mut self.rows {
            match row.state {
                State::Queuing => break,
                // One that may be in the log already may as well need a new counter, and what follows it with it.
                State::Waiting if unclear && row.out.signed.op.n > perhaps_n => break,
                State::Waiting if under_way + ops.len() >= OPS_UNANSWERED => break,
                State::Waiting => {}
                State::Submitted | State::Numbered(_) | State::Refused => continue,
            }
            bytes += ENVELOPE + row.out.signed.op.body.len();
            if bytes > PAGE_BYTES {
                break;
            }
            row.state = State::Submitted;
            ops.push(row.out.signed.clone());
        }
        if !ops.is_empty() {
            out.push(ReplicaOutput::Send(ClientMessage::Submit(ops)));
        }
    }

    /// Gives consecutive counters to what waits. False while that cannot be done, or has to be made durable.
    fn put_in_order(&mut self, now: Now, signer: &dyn OpSigner, out: &mut Vec<ReplicaOutput>) -> bool {
        if self.rows.iter().any(|row| matches!(row.state, State::Submitted | State::Queuing)) {
            return false;
        }
        let mut n = self.known_n;
        let mut changed = Vec::new();
        for row in self.rows.iter_mut().filter(|row| row.state == State::Waiting) {
            let op = &row.out.signed.op;
            if op.n > self.perhaps_n {
                n = n.saturating_add(1);
                if op.n != n {
                    row.out.signed = sign(Op { n, ..op.clone() }, signer);
                    changed.push(row.out.clone());
                    continue;
                }
            }
            if self.rewrite {
                changed.push(row.out.clone());
            }
        }
        self.next_n = n.saturating_add(1);
        self.rewrite = false;
        self.dirty = false;
        if !changed.is_empty() {
            self.unordered = false;
            self.requeueing = true;
            out.push(ReplicaOutput::Requeue(changed));
            return false;
        }
        if std::mem::take(&mut self.unordered) {
            self.wait(now, CALM_MS);
            return false;
        }
        true
    }

    /// What waits is tried at once.
    pub(super) fn hurry(&mut self) {
        self.retry_at = None;
    }

    fn wait(&mut self, now: Now, ms: u64) {
        let at = now.boot_ms.saturating_add(ms);
        self.retry_at = Some(self.retry_at.map_or(at, |other| other.max(at)));
    }

    fn row(&mut self, id: &OpId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.out.signed.op.id == *id)
    }

    fn remove(&mut self, id: &OpId) -> Option<Row> {
        let at = self.rows.iter().position(|row| row.out.signed.op.id == *id)?;
        self.rows.remove(at)
    }
}

fn sign(op: Op, signer: &dyn OpSigner) -> SignedOp {
    let signature = signer.sign(&op::canonical(&op));
    SignedOp { op, signature }
}

#[cfg(test)]
mod tests;
