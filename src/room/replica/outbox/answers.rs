//! What the host answers about what was submitted.

use super::{CALM_MS, Outbox, State};
use crate::room::replica::contract::{ReplicaOutput, Told};
use crate::types::limits::NOT_STORED_RETRY_MS;
use crate::types::{Now, OpId, Refusal, Seq};
use crate::wire::message::OpResult;

impl Outbox {
    /// The host's answers. `stored` is the last entry of the live chain that is durable and proven here.
    pub(in crate::room::replica) fn results(
        &mut self,
        now: Now,
        results: Vec<OpResult>,
        stored: Seq,
        out: &mut Vec<ReplicaOutput>,
    ) {
        for OpResult { id, outcome } in results {
            match outcome {
                Ok(seq) => self.numbered(id, seq, stored, out),
                Err(refusal) => self.refused(now, id, refusal, out),
            }
        }
    }

    fn numbered(&mut self, id: OpId, seq: Seq, stored: Seq, out: &mut Vec<ReplicaOutput>) {
        self.not_storing_told = false;
        let Some(row) = self.row(&id) else { return };
        let n = row.out.signed.op.n;
        if !matches!(row.state, State::Numbered(_)) {
            row.state = State::Numbered(seq);
            out.push(ReplicaOutput::Tell(Told::Sent(id, seq)));
        }
        self.known_n = self.known_n.max(n);
        self.slowed &= self.unsent() > 0;
        if seq <= stored {
            self.remove(&id);
            out.push(ReplicaOutput::Forget(id));
        }
    }

    fn refused(&mut self, now: Now, id: OpId, refusal: Refusal, out: &mut Vec<ReplicaOutput>) {
        let Some(row) = self.row(&id).filter(|row| row.state == State::Submitted) else { return };
        row.state = State::Waiting;
        let n = row.out.signed.op.n;
        match refusal {
            Refusal::TooFast { retry_after_ms } => {
                self.wait(now, retry_after_ms);
                if !std::mem::replace(&mut self.slowed, true) {
                    out.push(ReplicaOutput::Tell(Told::Slowed));
                }
            }
            Refusal::NoName => self.wait(now, CALM_MS),
            Refusal::NotStored => {
                self.wait(now, NOT_STORED_RETRY_MS);
                if !std::mem::replace(&mut self.not_storing_told, true) {
                    out.push(ReplicaOutput::Tell(Told::HostNotStoring));
                }
            }
            Refusal::OutOfOrder { expected } => {
                self.known_n = expected.saturating_sub(1);
                self.perhaps_n = self.perhaps_n.min(n.saturating_sub(1));
                self.dirty = true;
                self.unordered = true;
            }
            refusal @ (Refusal::TooLong
            | Refusal::Malformed
            | Refusal::NotYours
            | Refusal::IdReused
            | Refusal::Unsupported
            | Refusal::Muted { .. }
            | Refusal::Announcements
            | Refusal::NotInCharge
            | Refusal::NotThem
            | Refusal::Other(_)) => {
                row.state = State::Refused;
                row.out.refused = Some(refusal.clone());
                out.push(ReplicaOutput::MarkRefused(id, refusal.clone()));
                out.push(ReplicaOutput::Tell(Told::Refused(id, refusal, row.out.text.clone())));
                self.dirty = true;
            }
        }
    }
}
