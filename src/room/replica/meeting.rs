//! A connection begins and ends: how the host's log and my copy stand to each other, and where the live chain goes on.

use super::copy::{Copy, Flight, Mode};
use crate::types::{Link, Run, Seq};
use crate::wire::message::Welcome;

/// How the host's log and the copy stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    /// The copy is of this log, as far as can be told.
    Follows,
    /// It is another log: the copy begins anew.
    Another,
    /// The host's log lacks what is here, and that can be proven.
    Lacking,
}

impl Copy {
    /// The host let me in; it hears what I offer, or does not.
    pub(super) fn welcome(&mut self, welcome: &Welcome, hears: bool) -> Met {
        self.vouched = Some(welcome.head.clone());
        let head = welcome.head.link;
        self.host = welcome.host_key;
        self.head = head.seq;
        let again = self.lacking.again();
        self.missing(again);
        if self.not_kept.take().is_some() {
            // What was told without being kept is sent again, and kept if the disk takes it now.
            self.forget_waiting();
            self.tail = self.last;
        }
        let Some(epoch) = self.epoch.or(self.storing.is_some().then_some(self.live_epoch)) else {
            self.live_epoch = welcome.epoch;
            self.begin(head, Seq::START);
            return Met::Follows;
        };
        let lacking = head.seq < self.tail.seq || (head.seq == self.tail.seq && head.hash != self.tail.hash);
        if epoch == welcome.epoch && lacking && hears && self.contest() {
            self.live_epoch = welcome.epoch;
            return Met::Lacking;
        }
        // A chain that was begun and of which nothing is stored is begun again, also where the host went back.
        if epoch != welcome.epoch || lacking || self.begins {
            self.live_epoch = welcome.epoch;
            self.begin_anew(head);
            return Met::Another;
        }
        self.live_epoch = welcome.epoch;
        if welcome.from.seq <= self.tail.seq {
            self.mode = Mode::Live;
            self.unmet = head.seq > self.tail.seq && !self.shares_log;
        } else {
            self.begin(head, self.tail.seq);
        }
        Met::Follows
    }

    /// Another log: numbers begin anew, and nothing of it was told.
    pub(super) fn begin_anew(&mut self, head: Link) {
        self.forget_waiting();
        self.left = self.proof();
        self.proof = None;
        self.begins = true;
        self.whole();
        self.chain += 1;
        self.shown = Seq::START;
        self.begin(head, Seq::START);
    }

    pub(super) fn lost(&mut self) {
        self.mode = Mode::Offline;
        self.unmet = false;
        self.vouched = None;
        self.fetching = None;
        self.passed = Seq::START;
        self.head = Seq::START;
        self.heard = Seq::START;
        self.backfill = None;
    }

    /// What follows is read from the host's disk. Where that decides whether I may speak, it is asked for: the host may keep
    /// nothing of it any more, and then sends nothing.
    pub(super) fn is_behind(&mut self, head: Seq) {
        if self.unmet {
            self.passed = self.passed.max(head);
        }
    }

    /// The live chain begins at `head`, with the newest page.
    pub(super) fn begin(&mut self, head: Link, after: Seq) {
        self.fetching = None;
        self.unmet = false;
        self.passed = Seq::START;
        if head.seq > Seq::START {
            self.mode = Mode::Joining { head, after };
            return;
        }
        self.mode = Mode::Live;
        self.tail = Link::START;
        let run = Run { prev: Link::START, entries: Vec::new() };
        self.next = Some(Flight { run, gap: None, fills: None, chain: self.chain, proof: None });
    }

    /// What waits for the disk and is not there yet is left to be sent again.
    fn forget_waiting(&mut self) {
        self.next = None;
        self.older = None;
    }
}
