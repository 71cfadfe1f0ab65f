//! A log whose numbers were given twice gets a new epoch, and everybody comes in anew.

use crate::room::{ConnId, Output, Room, RoomNotice, ledger};
use crate::types::{Epoch, Goodbye, Now, Proof};

/// What new epochs are derived from, so that a room needs no randomness.
const EPOCH: &[u8] = b"hallway epoch 1\0";

impl Room {
    /// The log of this epoch had other entries behind some number: the numbers were given twice.
    pub(super) fn fork(&mut self, proof: &Proof, out: &mut Vec<Output>) {
        let (epoch, head) = (self.facts.epoch.0.to_be_bytes(), self.ledger.head());
        let parts: [&[u8]; 4] = [EPOCH, &epoch, proof.head.link.hash.as_bytes(), head.hash.as_bytes()];
        let hash = self.parts.digest.sha256(&parts);
        let first = hash.as_bytes().first_chunk().copied().unwrap_or_default();
        self.recall.turning = Some((Epoch(u64::from_be_bytes(first)), false));
        self.turn(out);
    }

    /// Has the new epoch written down, as soon as nothing else is being written.
    pub(super) fn turn(&mut self, out: &mut Vec<Output>) {
        let idle = !self.ledger.is_recording() && self.recall.retry_at.is_none();
        if let Some((epoch, written)) = self.recall.turning.as_mut().filter(|(_, written)| !*written && idle)
        {
            *written = true;
            out.push(Output::Turn(*epoch));
        }
    }

    /// The log has the new epoch, or could not be given it.
    pub(in crate::room) fn turned(&mut self, now: Now, done: Result<(), String>, out: &mut Vec<Output>) {
        let Some((epoch, _)) = self.recall.turning.take() else { return };
        if let Err(reason) = done {
            self.recall.turning = Some((epoch, false));
            return self.recall_failed(now, reason, out);
        }
        self.facts.epoch = epoch;
        self.ledger.turned();
        out.push(Output::Tell(RoomNotice::Turned));
        self.begin_again(now, out);
    }

    /// Everybody comes in anew: what they were told of the log does not hold any more.
    pub(super) fn begin_again(&mut self, now: Now, out: &mut Vec<Output>) {
        let ledger::Failed { unheard, .. } = self.ledger.failed();
        self.standing.failed();
        for conn in unheard {
            self.not_kept(conn, out);
        }
        self.roster.forget_claims();
        let conns: Vec<ConnId> = self.conns.keys().copied().collect();
        for conn in conns {
            self.close(now, conn, Goodbye::Other, out);
        }
        self.recall.offers.clear();
        self.recall.quiet_until = 0;
    }
}
