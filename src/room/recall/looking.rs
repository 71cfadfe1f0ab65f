//! One offer, and how far it has been looked at.

use std::collections::VecDeque;

use super::staging::Reached;
use crate::room::{ConnId, Output};
use crate::types::limits::RECALL_ENTRIES;
use crate::types::{Entry, FetchFrom, Link, OpId, Proof, Seq};
use crate::wire::message::{Fetch, ServerMessage, TailWanted};

/// Offers that are answered without looking, because the same was taken already.
pub(super) const REMEMBERED: usize = 64;

/// One offer that is being looked at.
pub(super) struct Looking {
    pub(super) conn: ConnId,
    pub(super) proof: Proof,
    /// Bounds of the pages, the newest first: each page ends with one and follows the next.
    pub(super) bounds: Vec<Link>,
    pub(super) step: Step,
    /// When the member must have answered, boot milliseconds.
    pub(super) due_ms: u64,
    /// How many came back.
    pub(super) count: u64,
    /// Its copy was seen to begin late.
    pub(super) late: bool,
    /// Where it does: what of it may come back.
    pub(super) reached: Reached,
}

pub(super) enum Step {
    /// The log is asked what stands at the number of the last bound.
    Comparing,
    /// The member is asked for the page that ends with the last bound.
    Backwards,
    /// The member is asked for the page behind this entry.
    Forwards { from: Link, verbatim: bool },
    /// A page is being written, with the numbers that it had, up to this entry.
    Writing(Link),
    /// What is in this page and not in the log is staged, one op after the other.
    Staging { entries: VecDeque<Entry>, upto: Link, asked: Option<OpId> },
    /// Enough is staged: the page behind this entry is asked for when some of it is durable.
    Resting(Link),
    /// All of it is staged, and some of it is not durable yet.
    Settling,
}

impl Looking {
    pub(super) fn waits_for_member(&self) -> bool {
        self.wants().is_some()
    }

    /// What the member is asked for.
    pub(super) fn wants(&self) -> Option<FetchFrom> {
        match self.step {
            Step::Backwards => self.bounds.last().map(|bound| FetchFrom::Before(bound.seq.next())),
            Step::Forwards { from, .. } => Some(FetchFrom::After(from.seq)),
            Step::Comparing | Step::Writing(_) | Step::Staging { .. } | Step::Resting(_) | Step::Settling => {
                None
            }
        }
    }

    /// The op that the log is asked about.
    pub(super) fn asks(&self) -> Option<OpId> {
        let Step::Staging { asked, .. } = &self.step else { return None };
        *asked
    }

    pub(super) fn ask(&self, out: &mut Vec<Output>) {
        if let Some(from) = self.wants() {
            let fetch = Fetch { from, max: u32::try_from(RECALL_ENTRIES).unwrap_or(u32::MAX) };
            let wanted = TailWanted { epoch: self.proof.epoch, head: self.proof.head.link, fetch };
            out.push(Output::Send(self.conn, ServerMessage::TailWanted(wanted)));
        } else if matches!(self.step, Step::Comparing) {
            let seq = self.bounds.last().map_or(Seq::START, |bound| bound.seq);
            out.push(Output::Peek { conn: self.conn, seq });
        }
    }
}
