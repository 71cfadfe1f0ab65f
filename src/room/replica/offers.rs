//! Which logs of the room I hold that its host may lack a part of, and how I offer them: one at a time.
//!
//! A host takes what it lacks and says so. Until all offers are answered nothing else is said to it, so that what I
//! said before a loss stands before what I say after it. For the same reason the log that the host itself goes on with
//! comes first, and then the older ones before the newer.

use std::collections::VecDeque;

use super::contract::ReplicaOutput;
use crate::types::limits::LOGS_OFFERED;
use crate::types::{Epoch, Link, Proof, Seq};
use crate::wire::message::ClientMessage;

/// A log that I do not follow any more.
#[derive(Debug)]
struct Earlier {
    proof: Proof,
    /// The host of this connection has answered about it.
    answered: bool,
    /// All of it is in the log of this epoch up to this number, as a host said.
    taken: Option<(Epoch, Seq)>,
}

#[derive(Debug)]
pub(super) struct Offers {
    /// Newest first. Each stays until my own copy can prove that the host took it: a host that took it may lose it
    /// once more.
    earlier: VecDeque<Earlier>,
    /// The log that I follow, where the host's seems to be another one.
    followed: Option<Proof>,
    /// What the host was shown and has not answered.
    sent: Option<Proof>,
    /// This host hears offers.
    heard: bool,
    /// The log of this host.
    epoch: Epoch,
}

impl Offers {
    pub(super) fn new(earlier: Vec<Proof>) -> Self {
        let earlier = earlier.into_iter().map(Earlier::new).collect();
        Self { earlier, followed: None, sent: None, heard: false, epoch: Epoch(0) }
    }

    /// A host that goes on with this log, and hears offers or does not.
    pub(super) fn welcome(&mut self, epoch: Epoch, heard: bool) {
        (self.epoch, self.heard) = (epoch, heard);
    }

    pub(super) fn are_heard(&self) -> bool {
        self.heard
    }

    pub(super) fn contest(&mut self, proof: Proof) {
        self.followed = Some(proof);
    }

    /// This log is not followed any more.
    pub(super) fn leave(&mut self, proof: Proof) {
        self.earlier.push_front(Earlier::new(proof));
        self.earlier.truncate(LOGS_OFFERED);
    }

    pub(super) fn lost(&mut self) {
        (self.followed, self.sent, self.heard) = (None, None, false);
        self.earlier.iter_mut().for_each(|earlier| earlier.answered = false);
    }

    /// Whether something is to be answered before I say anything else.
    pub(super) fn wait(&self) -> bool {
        self.heard && (self.followed.is_some() || self.earlier.iter().any(|earlier| !earlier.answered))
    }

    pub(super) fn send_next(&mut self, out: &mut Vec<ReplicaOutput>) {
        if !self.heard || self.sent.is_some() {
            return;
        }
        let oldest_first = || self.earlier.iter().rev().filter(|one| !one.answered).map(|one| &one.proof);
        let earlier = oldest_first().find(|proof| proof.epoch == self.epoch).or(oldest_first().next());
        if let Some(proof) = self.followed.as_ref().or(earlier) {
            self.sent = Some(proof.clone());
            out.push(ReplicaOutput::Send(ClientMessage::TailOffer(proof.clone())));
        }
    }

    /// Whether this is what the host was shown.
    pub(super) fn is_of(&self, epoch: Epoch, head: Link) -> bool {
        self.sent.as_ref().is_some_and(|sent| is_of(sent, epoch, head))
    }

    /// The host has it all, up to a number of the log of this epoch. True where that is the log that I follow.
    pub(super) fn taken(&mut self, (epoch, head): (Epoch, Link), into: (Epoch, Seq)) -> bool {
        if self.sent.take_if(|sent| is_of(sent, epoch, head)).is_none() {
            return false;
        }
        if self.followed.take_if(|followed| is_of(followed, epoch, head)).is_some() {
            return true;
        }
        for earlier in self.earlier.iter_mut().filter(|earlier| is_of(&earlier.proof, epoch, head)) {
            (earlier.answered, earlier.taken) = (true, Some(into));
        }
        false
    }

    /// My copy is whole and proven up to this number of the log of this epoch: what was taken into that is not offered
    /// any more.
    pub(super) fn proven(&mut self, epoch: Epoch, upto: Seq, out: &mut Vec<ReplicaOutput>) {
        let is_safe = |earlier: &Earlier| earlier.taken.is_some_and(|(of, seq)| of == epoch && seq <= upto);
        for earlier in self.earlier.iter().filter(|earlier| is_safe(earlier)) {
            out.push(ReplicaOutput::HandedBack(earlier.proof.epoch, earlier.proof.head.link));
        }
        self.earlier.retain(|earlier| !is_safe(earlier));
    }

    /// What I offered cannot be read here: it is not offered again before the next start. True where that is the log that I
    /// follow.
    pub(super) fn unreadable(&mut self, epoch: Epoch, head: Link) -> bool {
        let of = |proof: &mut Proof| is_of(proof, epoch, head);
        self.sent.take_if(of);
        self.earlier.retain(|earlier| !is_of(&earlier.proof, epoch, head));
        self.followed.take_if(of).is_some()
    }

    /// The host hung up for what I handed back: it is not offered again before the next start.
    pub(super) fn not_understood(&mut self) {
        if let Some(sent) = self.sent.take() {
            let _followed = self.unreadable(sent.epoch, sent.head.link);
        }
    }
}

impl Earlier {
    fn new(proof: Proof) -> Self {
        Self { proof, answered: false, taken: None }
    }
}

fn is_of(proof: &Proof, epoch: Epoch, head: Link) -> bool {
    proof.epoch == epoch && proof.head.link == head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Hash, SignedHead};

    fn proof(epoch: u64, seq: u64) -> Proof {
        let link = Link { seq: Seq(seq), hash: Hash([9; 32]) };
        Proof { epoch: Epoch(epoch), head: SignedHead { link, signature: Vec::new() } }
    }

    #[test]
    fn the_log_of_the_host_is_offered_first_and_then_the_older_ones_before_the_newer() {
        let earlier = vec![proof(3, 30), proof(1, 20), proof(2, 10), proof(1, 5)];
        let mut offers = Offers::new(earlier);
        offers.welcome(Epoch(2), true);
        let mut offered = Vec::new();
        while offers.wait() {
            let mut out = Vec::new();
            offers.send_next(&mut out);
            let [ReplicaOutput::Send(ClientMessage::TailOffer(proof))] = out.as_slice() else {
                panic!("{out:?}")
            };
            let (epoch, link) = (proof.epoch, proof.head.link);
            offered.push((epoch.0, link.seq.0));
            assert!(!offers.taken((epoch, link), (Epoch(2), Seq(90))));
        }
        assert_eq!(offered, [(2, 10), (1, 5), (1, 20), (3, 30)]);
    }
}
