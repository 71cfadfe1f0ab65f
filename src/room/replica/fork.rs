//! What to do where the host's log and mine part.

use super::Replica;
use super::contract::{ReplicaOutput, Told};
use super::copy::Fork;
use crate::types::{Epoch, Link, Seq};

impl Replica {
    /// What came does not follow what is here. Where I can prove that what is here was the room's, the host is shown
    /// that first. Else, once, the chain begins anew at the head that the room signed; never silently, and never
    /// twice on one connection.
    pub(super) fn fork(&mut self, fork: Fork, out: &mut Vec<ReplicaOutput>) {
        let Some(online) = &mut self.online else { return };
        if matches!(fork, Fork::Unsigned) {
            return self.hang_up(out);
        }
        if !std::mem::replace(&mut online.contested, true) && self.offers.are_heard() && self.copy.contest() {
            return self.contest(out);
        }
        if std::mem::replace(&mut online.forked, true) {
            return self.hang_up(out);
        }
        self.copy.begin_anew(online.welcome.head.link);
        self.begun_anew(out);
    }

    /// Shows the host how far the log that I follow had come.
    pub(super) fn contest(&mut self, out: &mut Vec<ReplicaOutput>) {
        if let Some(proof) = self.copy.proof() {
            self.offers.contest(proof);
            out.push(ReplicaOutput::Tell(Told::HandingBack));
        }
    }

    /// Another log is followed from here on. What the one before held is offered, where that can be proven.
    pub(super) fn begun_anew(&mut self, out: &mut Vec<ReplicaOutput>) {
        if let Some(proof) = self.copy.take_left() {
            self.offers.leave(proof);
        }
        self.outbox.new_epoch();
        out.push(ReplicaOutput::Tell(Told::NewEpoch));
    }

    /// What I offered is not here any more, or cannot be read. Where I follow that log, I follow the host's from here on.
    pub(super) fn not_handed_back(&mut self, (epoch, head): (Epoch, Link), out: &mut Vec<ReplicaOutput>) {
        let followed = self.offers.unreadable(epoch, head);
        let Some(online) = self.online.as_mut().filter(|_| followed) else { return };
        online.forked = true;
        self.copy.begin_anew(online.welcome.head.link);
        let _not_here = self.copy.take_left();
        self.begun_anew(out);
    }

    /// The host has all that I offered of this log, up to this number of its own.
    pub(super) fn taken(&mut self, offered: (Epoch, Link), upto: Seq, out: &mut Vec<ReplicaOutput>) {
        let Some(online) = &mut self.online else { return };
        let followed = self.offers.taken(offered, (online.welcome.epoch, upto));
        if followed && self.copy.taken(&online.welcome) {
            online.forked = true;
            self.begun_anew(out);
        }
    }
}
