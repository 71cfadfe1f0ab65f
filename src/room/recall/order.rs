//! Which offer is looked at first.
//!
//! What was said in the log that this one goes on with was said before anything in a log that came after it. And it comes
//! back with its numbers only where nothing was numbered before. So an offer of this very log goes before every other
//! one, also before one that is being looked at already; and every other one waits for the end of the quiet, in which
//! such an offer may come. Of these, a copy that begins somewhere in the middle of its log goes last: another one may hold
//! what was said before.

use super::looking::{Looking, Step};
use super::staging::Reached;
use crate::room::{ConnId, Output, Room};
use crate::types::limits::RECALL_PAGE_MS;
use crate::types::{Now, Proof};
use crate::wire::message::ServerMessage;

/// What a member showed, and waits to be looked at.
pub(super) struct Offer {
    pub(super) conn: ConnId,
    pub(super) proof: Proof,
    /// Its copy was seen to begin late.
    pub(super) late: bool,
}

impl Offer {
    pub(super) fn again(looking: Looking) -> Self {
        Self { conn: looking.conn, proof: looking.proof, late: looking.late }
    }
}

impl Room {
    /// Looks at the next offer, if none is being looked at.
    pub(in crate::room) fn look_on(&mut self, now: Now, out: &mut Vec<Output>) {
        self.turn(out);
        if !self.waits_for_offers(now) {
            return;
        }
        let recall = &mut self.recall;
        while recall.looking.is_none() && recall.turning.is_none() && recall.retry_at.is_none() {
            let (epoch, quiet) = (self.facts.epoch, now.boot_ms < recall.quiet_until);
            let first = |of: &dyn Fn(&Offer) -> bool| recall.offers.iter().position(of);
            let of_this = first(&|offer| offer.proof.epoch == epoch);
            let any = || first(&|offer| !offer.late).or(first(&|_| true)).filter(|_| !quiet);
            let Some(at) = of_this.or_else(any) else { return };
            let Some(Offer { conn, proof, late }) = recall.offers.remove(at) else { return };
            let link = proof.head.link;
            if recall.taken.contains(&(proof.epoch, link)) || link == self.ledger.head() {
                out.push(Output::Send(
                    conn,
                    ServerMessage::TailTaken(proof.epoch, link, self.ledger.head().seq),
                ));
                continue;
            }
            let step = if link.seq <= self.ledger.head().seq { Step::Comparing } else { Step::Backwards };
            let looking = Looking {
                conn,
                proof,
                bounds: vec![link],
                step,
                due_ms: 0,
                count: 0,
                late,
                reached: Reached::default(),
            };
            looking.ask(out);
            recall.looking = Some(Looking { due_ms: now.boot_ms.saturating_add(RECALL_PAGE_MS), ..looking });
        }
    }

    /// What is being looked at waits, where an offer of this very log came meanwhile. What of it is being written is
    /// written first.
    pub(in crate::room) fn give_way(&mut self, now: Now, out: &mut Vec<Output>) {
        let epoch = self.facts.epoch;
        let waits = self.recall.offers.iter().any(|offer| offer.proof.epoch == epoch);
        if !waits || self.ledger.is_recording() {
            return;
        }
        if let Some(looking) = self.recall.looking.take_if(|looking| looking.proof.epoch != epoch) {
            self.ledger.unstage_again();
            self.recall.offers.push_back(Offer::again(looking));
            self.look_on(now, out);
        }
    }

    /// This copy begins late: it waits again, if another offer waits of which that is not known.
    pub(super) fn others_first(&mut self, looking: Looking) -> Option<Looking> {
        let waits = !looking.late && self.recall.offers.iter().any(|offer| !offer.late);
        let looking = Looking { late: true, ..looking };
        if !waits {
            return Some(looking);
        }
        self.recall.offers.push_back(Offer::again(looking));
        None
    }
}
