//! What of the copy can be proven to be the room's, and what is done where the host's log does not have it.

use super::copy::{Copy, Flight, Mode};
use crate::types::{Epoch, Proof, Run, Seq, SignedHead};
use crate::wire::message::Welcome;

impl Copy {
    /// Up to here what is stored can be proven to be the room's: a host that loses it gets it back from here.
    pub(super) fn safe_seq(&self) -> Seq {
        self.proven().min(self.last.seq)
    }

    /// How far the log that is followed can be proven.
    pub(super) fn proof(&self) -> Option<Proof> {
        Some(Proof { epoch: self.epoch?, head: self.proof.clone()? })
    }

    /// The log that is followed, and up to where it is here without a hole and can be proven.
    pub(super) fn proven_whole(&self) -> Option<(Epoch, Seq)> {
        let whole = self.holes.is_empty() && self.older.is_none() && !self.begins;
        Some((self.epoch?, self.proven())).filter(|_| whole)
    }

    /// The room's key vouches for this entry.
    pub(super) fn vouched(&mut self, head: SignedHead) {
        if self.vouched.as_ref().is_none_or(|known| known.link.seq < head.link.seq) {
            self.vouched = Some(head);
        }
    }

    /// Nothing more is taken until the host has answered what it is shown. False where nothing can be proven.
    pub(super) fn contest(&mut self) -> bool {
        let provable = self.proof().is_some() && !self.begins;
        if provable {
            (self.mode, self.fetching) = (Mode::Ahead, None);
        }
        provable
    }

    /// The host has what can be proven. True where the copy begins anew all the same: more is here, and the host's
    /// log does not have it.
    pub(super) fn taken(&mut self, welcome: &Welcome) -> bool {
        let all = self.proof.as_ref().is_some_and(|proof| proof.link == self.tail);
        let anew = !all && welcome.head.link.seq < self.tail.seq;
        if anew {
            self.begin_anew(welcome.head.link);
        } else if self.mode == Mode::Ahead {
            self.mode = Mode::Live;
            self.passed = self.passed.max(self.tail.seq.next());
        }
        anew
    }

    /// The log that was left when the chain began anew, once.
    pub(super) fn take_left(&mut self) -> Option<Proof> {
        self.left.take()
    }

    /// Up to here what is stored can be proven. The host's own copy is the log itself.
    pub(super) fn proven(&self) -> Seq {
        if self.shares_log {
            return Seq(u64::MAX);
        }
        self.proof.as_ref().map_or(Seq::START, |proof| proof.link.seq)
    }

    /// What proves the chain when this run is its end, if that is more than before.
    pub(super) fn proof_of(&self, run: &Run) -> Option<SignedHead> {
        let head = self.vouched.as_ref().filter(|head| self.begins || head.link.seq > self.proven())?;
        let here = run.last() == head.link || run.entries.iter().any(|entry| entry.link() == head.link);
        here.then(|| head.clone())
    }

    /// Nothing new but that the end of the chain is proven now.
    pub(super) fn proof_alone(&self) -> Option<Flight> {
        let run = Run { prev: self.last, entries: Vec::new() };
        let stored = self.mode == Mode::Live && !self.begins && self.tail == self.last && !self.shares_log;
        let proven = stored && self.not_kept.is_none() && self.proof_of(&run).is_some();
        proven.then(|| Flight { run, gap: None, fills: None, chain: self.chain, proof: None })
    }
}
