//! Which logs of the room I hold that its host may lack a part of, and how I offer them: one at a time.
//!
//! A host takes what it lacks and says so. Until all offers are answered nothing else is said to it, so that what I
//! said before a loss stands before what I say after it.

use std::collections::VecDeque;

use super::contract::ReplicaOutput;
use crate::types::limits::LOGS_OFFERED;
use crate::types::{Epoch, Link, Proof};
use crate::wire::message::ClientMessage;

/// Whose offer was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// The log that I follow.
    Followed,
    /// One before it.
    Earlier,
}

#[derive(Debug)]
pub(super) struct Offers {
    /// Logs that I do not follow any more, newest first.
    earlier: VecDeque<Proof>,
    /// The log that I follow, where the host's seems to be another one.
    followed: Option<Proof>,
    /// What the host was shown and has not answered.
    sent: Option<Proof>,
    /// This host hears offers.
    heard: bool,
}

impl Offers {
    pub(super) fn new(earlier: Vec<Proof>) -> Self {
        Self { earlier: earlier.into(), followed: None, sent: None, heard: false }
    }

    /// A host that hears offers or does not.
    pub(super) fn welcome(&mut self, heard: bool) {
        self.heard = heard;
    }

    pub(super) fn are_heard(&self) -> bool {
        self.heard
    }

    pub(super) fn contest(&mut self, proof: Proof) {
        self.followed = Some(proof);
    }

    /// This log is not followed any more.
    pub(super) fn leave(&mut self, proof: Proof) {
        self.earlier.push_front(proof);
        self.earlier.truncate(LOGS_OFFERED);
    }

    pub(super) fn lost(&mut self) {
        (self.followed, self.sent, self.heard) = (None, None, false);
    }

    /// Whether something is to be answered before I say anything else.
    pub(super) fn wait(&self) -> bool {
        self.heard && (self.followed.is_some() || !self.earlier.is_empty())
    }

    pub(super) fn send_next(&mut self, out: &mut Vec<ReplicaOutput>) {
        if !self.heard || self.sent.is_some() {
            return;
        }
        if let Some(proof) = self.followed.as_ref().or_else(|| self.earlier.front()) {
            self.sent = Some(proof.clone());
            out.push(ReplicaOutput::Send(ClientMessage::TailOffer(proof.clone())));
        }
    }

    /// Whether this is what the host was shown.
    pub(super) fn is_of(&self, epoch: Epoch, head: Link) -> bool {
        self.sent.as_ref().is_some_and(|sent| is_of(sent, epoch, head))
    }

    /// The host has it all; none where it was not asked about that.
    pub(super) fn taken(&mut self, epoch: Epoch, head: Link) -> Option<Taken> {
        self.sent.take_if(|sent| is_of(sent, epoch, head))?;
        if self.followed.take_if(|followed| is_of(followed, epoch, head)).is_some() {
            return Some(Taken::Followed);
        }
        self.earlier.retain(|earlier| !is_of(earlier, epoch, head));
        Some(Taken::Earlier)
    }

    /// What I offered cannot be read here: it is not offered again before the next start.
    pub(super) fn unreadable(&mut self, epoch: Epoch, head: Link) {
        let of = |proof: &mut Proof| is_of(proof, epoch, head);
        self.sent.take_if(of);
        self.followed.take_if(of);
        self.earlier.retain(|earlier| !is_of(earlier, epoch, head));
    }

    /// The host hung up for what I handed back: it is not offered again before the next start.
    pub(super) fn not_understood(&mut self) {
        if let Some(sent) = self.sent.take() {
            self.unreadable(sent.epoch, sent.head.link);
        }
    }
}

fn is_of(proof: &Proof, epoch: Epoch, head: Link) -> bool {
    proof.epoch == epoch && proof.head.link == head
}
