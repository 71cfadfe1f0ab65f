//! Which offer is looked at first.
//!
//! What was said in the log that this one goes on with was said before anything in a log that came after it. And it comes
//! back with its numbers only where nothing was numbered before. So an offer of this very log goes before every other
//! one, also before one that is being looked at already; and every other one waits for the end of the quiet, in which
//! such an offer may come.

use super::looking::{Looking, Step};
use crate::room::{Output, Room};
use crate::types::Now;
use crate::types::limits::RECALL_PAGE_MS;
use crate::wire::message::ServerMessage;

impl Room {
    /// Looks at the next offer, if none is being looked at.
    pub(in crate::room) fn look_on(&mut self, now: Now, out: &mut Vec<Output>) {
        self.turn(out);
        let recall = &mut self.recall;
        while recall.looking.is_none() && recall.turning.is_none() && recall.retry_at.is_none() {
            let (epoch, quiet) = (self.facts.epoch, now.boot_ms < recall.quiet_until);
            let of_this = recall.offers.iter().position(|(_, proof)| proof.epoch == epoch);
            let Some(at) = of_this.or((!quiet).then_some(0)) else { return };
            let Some((conn, proof)) = recall.offers.remove(at) else { return };
            let link = proof.head.link;
            if recall.taken.contains(&(proof.epoch, link)) || link == self.ledger.head() {
                out.push(Output::Send(
                    conn,
                    ServerMessage::TailTaken(proof.epoch, link, self.ledger.head().seq),
                ));
                continue;
            }
            let step = if link.seq <= self.ledger.head().seq { Step::Comparing } else { Step::Backwards };
            let looking = Looking { conn, proof, bounds: vec![link], step, due_ms: 0, count: 0 };
            looking.ask(out);
            recall.looking = Some(Looking { due_ms: now.boot_ms.saturating_add(RECALL_PAGE_MS), ..looking });
        }
    }

    /// What is being looked at waits, where an offer of this very log came meanwhile. What of it is being written is
    /// written first.
    pub(in crate::room) fn give_way(&mut self, now: Now, out: &mut Vec<Output>) {
        let epoch = self.facts.epoch;
        let waits = self.recall.offers.iter().any(|(_, proof)| proof.epoch == epoch);
        if !waits || self.ledger.is_recording() {
            return;
        }
        if let Some(looking) = self.recall.looking.take_if(|looking| looking.proof.epoch != epoch) {
            self.ledger.unstage_again();
            self.recall.offers.push_back((looking.conn, looking.proof));
            self.look_on(now, out);
        }
    }
}
