//! What another log held goes into this one, behind what is there.
//!
//! **Nobody's messages swap.** A whole copy holds all of what its authors said since the two logs parted. One that begins
//! late may hold a message and not what its author said before it; whoever has that is perhaps on the way. Such a message
//! is left out for a while, and the copy is to be offered again. Whoever offers it speaks for itself: what it said
//! comes back in any case, because it says nothing new before.

use std::collections::HashMap;

use super::looking::{Looking, Step};
use crate::room::{ConnId, Output, Room};
use crate::types::entry::kind;
use crate::types::limits::RECALL_PATIENCE_MS;
use crate::types::{Entry, MemberKey, Now, Op, OpId};

/// What came back of a copy that begins late.
#[derive(Default)]
pub(super) struct Reached {
    /// The last counter of each author that is here, or was seen to be.
    last: HashMap<MemberKey, u64>,
    /// Something did not come back, because it has to wait for what its author said before.
    pub(super) left_out: bool,
}

impl Room {
    /// Stages what of a page is not in the log, as far as that is known without asking it.
    pub(super) fn stage_on(&mut self, now: Now, mut looking: Looking, out: &mut Vec<Output>) {
        let Step::Staging { upto, .. } = looking.step else { return };
        while let Step::Staging { entries, asked, .. } = &mut looking.step
            && let Some(entry) = entries.front()
        {
            let op = &entry.signed.op;
            let known = op.kind == kind::MEMBER || self.ledger.is_remembered(&op.author, &op.id);
            if !known && self.ledger.perhaps_logged(&op.author, &op.id) {
                *asked = Some(op.id);
                out.push(Output::Lookup { conn: looking.conn, author: op.author, id: op.id });
                self.recall.looking = Some(looking);
                return;
            }
            let Some(entry) = entries.pop_front() else { break };
            self.come_back(now, &mut looking, entry, known);
        }
        looking.step = match (looking.bounds.is_empty(), self.ledger.is_full()) {
            (true, _) => Step::Settling,
            (false, true) => Step::Resting(upto),
            (false, false) => Step::Forwards { from: upto, verbatim: false },
        };
        self.go_on(now, looking, out);
    }

    /// The log's answer about an op of the page; true where it was about that.
    pub(in crate::room) fn found_again(
        &mut self,
        now: Now,
        (conn, id): (ConnId, OpId),
        here: bool,
        out: &mut Vec<Output>,
    ) -> bool {
        let asks = |one: &mut Looking| one.conn == conn && one.asks() == Some(id);
        let Some(mut looking) = self.recall.looking.take_if(asks) else { return false };
        if let Step::Staging { entries, asked, .. } = &mut looking.step {
            *asked = None;
            if let Some(entry) = entries.pop_front() {
                self.come_back(now, &mut looking, entry, here);
            }
        }
        self.stage_on(now, looking, out);
        true
    }

    /// Whether the log was asked about this op of a page.
    pub(in crate::room) fn is_asked_again(&self, conn: ConnId, id: OpId) -> bool {
        let of = |one: &Looking| one.conn == conn && one.asks() == Some(id);
        self.recall.looking.as_ref().is_some_and(of)
    }

    /// Stages what the other log held and this one does not, under the number and name that its author has here.
    fn come_back(&mut self, now: Now, looking: &mut Looking, entry: Entry, here: bool) {
        let op = &entry.signed.op;
        let comes = here || self.may_come_back(now, looking, op);
        if !comes {
            looking.reached.left_out = true;
            return;
        }
        if looking.late {
            looking.reached.last.insert(op.author, op.n);
        }
        if here {
            return;
        }
        looking.count += 1;
        let author = op.author;
        let who = self.roster.name(&author).cloned().filter(|_| op.kind != kind::GUEST);
        let (member, name) = match who {
            Some(name) => (self.roster.number(&author), name),
            None => (entry.member, entry.name),
        };
        self.ledger.stage_again(entry.signed, (member, name), &*self.parts.digest);
    }

    /// Whether what its author said before this is here, as far as can be told. What the room itself says has no counter.
    fn may_come_back(&self, now: Now, looking: &Looking, op: &Op) -> bool {
        let waited =
            self.recall.opened.is_some_and(|at| now.boot_ms >= at.saturating_add(RECALL_PATIENCE_MS));
        let own = self.conns.get(&looking.conn).is_some_and(|conn| conn.key == op.author);
        if !looking.late || waited || own || op.n == 0 {
            return true;
        }
        let here = self.ledger.durable_n(&op.author);
        let last = looking.reached.last.get(&op.author).map_or(here, |last| here.max(*last));
        op.n <= last.saturating_add(1)
    }
}
