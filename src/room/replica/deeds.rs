//! What I do, rather than say, as somebody in charge.
//!
//! It is sent at once and waits nowhere: what it is about may be over when the connection is back. What became of it is an
//! entry, which comes like any other; so only what was not done is told.

use super::contract::{ReplicaOutput, Told};
use crate::room::log::OpSigner;
use crate::types::limits::DEEDS_UNANSWERED;
use crate::types::{Deed, House, Op, OpId, RoomId, SignedOp};
use crate::wire::message::{ClientMessage, OpResult};
use crate::wire::op;

/// What I did and have no answer to.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    unanswered: Vec<OpId>,
    /// What was told of the room's rules.
    house: House,
}

impl Deeds {
    pub(super) fn submit(
        &mut self,
        (room, online): (RoomId, bool),
        (id, deed): (OpId, &Deed),
        signer: &dyn OpSigner,
        out: &mut Vec<ReplicaOutput>,
    ) {
        if !online || self.unanswered.len() >= DEEDS_UNANSWERED {
            return out.push(ReplicaOutput::Tell(Told::NotDone(None)));
        }
        let (kind, body) = op::deed_body(deed);
        let op = Op { room, author: signer.key(), n: 0, id, kind, body };
        let signature = signer.sign(&op::canonical(&op));
        self.unanswered.push(id);
        out.push(ReplicaOutput::Send(ClientMessage::Submit(vec![SignedOp { op, signature }])));
    }

    /// Takes the answers that are about what I did.
    pub(super) fn results(&mut self, results: &[OpResult], out: &mut Vec<ReplicaOutput>) {
        for OpResult { id, outcome } in results {
            let Some(at) = self.unanswered.iter().position(|deed| deed == id) else { continue };
            self.unanswered.remove(at);
            if let Err(refusal) = outcome {
                out.push(ReplicaOutput::Tell(Told::NotDone(Some(refusal.clone()))));
            }
        }
    }

    /// What holds, if that is not what was told last; true where it is another thing.
    pub(super) fn house(&mut self, house: House, out: &mut Vec<ReplicaOutput>) -> bool {
        let changed = self.house != house;
        if changed {
            self.house = house.clone();
            out.push(ReplicaOutput::Tell(Told::House(house)));
        }
        changed
    }

    /// The connection is gone: nobody knows what became of what I did, until its entry comes or does not.
    pub(super) fn lost(&mut self, out: &mut Vec<ReplicaOutput>) {
        out.extend(self.unanswered.drain(..).map(|_| ReplicaOutput::Tell(Told::NotDone(None))));
    }
}
