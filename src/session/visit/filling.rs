//! Filling what is missing here: at once where somebody looks, and all the rest little by little.
//!
//! A room of a million lines is not fetched at once by everybody who comes in for the first time. But a copy that has
//! all of it can be searched, scrolled through without the host, and given back to a host that lost its own.

use super::{End, Visit};
use crate::room::{Hole, ReplicaInput};
use crate::session::command::PageAsk;
use crate::session::event::{LogPage, RoomEvent};
use crate::types::Seq;
use crate::types::limits::{BACKFILL_EVERY_MS, BACKFILL_REST, NOT_KEPT_RETRY_MS};

/// How far the filling is.
#[derive(Debug, Default)]
pub(super) struct Filling {
    pace: Pace,
    /// A page before this entry ends at this hole: it is answered when the hole has changed.
    wanted: Option<(Seq, Hole)>,
}

/// When the next page of what is missing is asked for. All times are boot milliseconds.
#[derive(Debug, Default)]
struct Pace {
    asked_ms: Option<u64>,
    next_ms: u64,
}

impl Pace {
    fn asked(&mut self, now_ms: u64) {
        self.asked_ms = Some(now_ms);
    }

    /// What was asked for is here. A host or a disk that took long for it is left alone for longer.
    fn answered(&mut self, now_ms: u64) {
        if let Some(asked) = self.asked_ms.take() {
            let took = now_ms.saturating_sub(asked);
            self.next_ms = now_ms.saturating_add(took.saturating_mul(BACKFILL_REST).max(BACKFILL_EVERY_MS));
        }
    }

    /// What was asked for could not be kept.
    fn failed(&mut self, now_ms: u64) {
        self.asked_ms = None;
        self.next_ms = now_ms.saturating_add(NOT_KEPT_RETRY_MS);
    }
}

impl Visit {
    /// Hands in what the records answered.
    pub(super) async fn settle(&mut self, input: ReplicaInput) -> Result<(), End> {
        let stored = matches!(input, ReplicaInput::Stored(_));
        match &input {
            ReplicaInput::StoreFailed(_) => {
                self.filling.pace.failed((self.world.clock)().boot_ms);
                self.answer_wanted().await;
            }
            ReplicaInput::QueueFailed(id, _) if self.records.is_in_trouble() => self.given_back.push(*id),
            _ => {}
        }
        self.feed(input).await?;
        if stored {
            self.stored_here().await;
        }
        Ok(())
    }

    /// Whether this page ends at a hole that is going to be filled: then it is answered later.
    pub(super) fn waits_for_a_hole(&mut self, page: &LogPage) -> bool {
        let PageAsk::Before(before) = page.asked else { return false };
        let last = page.messages.last().map_or(Seq::START, |message| message.seq);
        let hole = self.replica.hole_before(before).filter(|hole| self.link.is_up() && last <= hole.after);
        self.filling.wanted = hole.map(|hole| (before, hole));
        hole.is_some()
    }

    /// Answers the page that waited for a hole, once that is another one or none: it was filled, in part at least, or
    /// the host does not have it.
    pub(super) async fn look_after_holes(&mut self) {
        if let Some((before, hole)) = self.filling.wanted
            && self.replica.hole_before(before) != Some(hole)
        {
            self.answer_wanted().await;
        }
    }

    /// Answers the page that waited for a hole with what is here.
    pub(super) async fn answer_wanted(&mut self) {
        if let Some((before, _)) = self.filling.wanted.take() {
            let page = self.read(PageAsk::Before(before)).await;
            self.teller.tell(RoomEvent::Page(page)).await;
        }
    }

    /// When [`Self::fill`] is due, boot milliseconds; none while nothing can be filled.
    pub(super) fn fill_due(&mut self, now_ms: u64) -> Option<u64> {
        if !self.link.is_up() || !self.replica.can_backfill() {
            return None;
        }
        self.filling.pace.answered(now_ms);
        Some(if self.filling.wanted.is_some() { now_ms } else { self.filling.pace.next_ms })
    }

    /// Asks for a page of what is missing.
    pub(super) async fn fill(&mut self) -> Result<(), End> {
        self.filling.pace.asked((self.world.clock)().boot_ms);
        match self.filling.wanted {
            Some((before, _)) => self.feed(ReplicaInput::BackfillBefore(before)).await,
            None => self.feed(ReplicaInput::Backfill).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_a_while_apart_and_longer_where_they_take_long() {
        let mut pace = Pace::default();
        assert_eq!(pace.next_ms, 0, "the first one is asked for at once");
        pace.asked(1_000);
        pace.answered(1_001);
        assert_eq!(pace.next_ms, 1_001 + BACKFILL_EVERY_MS);
        pace.asked(5_000);
        pace.answered(7_000);
        assert_eq!(pace.next_ms, 7_000 + 2_000 * BACKFILL_REST);
        pace.answered(9_000);
        assert_eq!(pace.next_ms, 7_000 + 2_000 * BACKFILL_REST, "nothing was asked since");
    }

    #[test]
    fn what_the_disk_does_not_take_is_not_fetched_again_and_again() {
        let mut pace = Pace::default();
        pace.asked(1_000);
        pace.failed(1_010);
        pace.answered(1_020);
        assert_eq!(pace.next_ms, 1_010 + NOT_KEPT_RETRY_MS);
    }
}
