//! What stands on each row.

use super::row::{Gap, Row, Waiting};
use super::rows::RowRef;
use super::{GROUP_MS, Timeline};
use crate::session::PageAsk;
use crate::types::Seq;

impl Timeline {
    pub(super) fn log_row(&self, row: RowRef) -> Option<Row<'_>> {
        Some(match row {
            RowRef::Day(date) => Row::Day(date),
            RowRef::Unread => Row::Unread,
            RowRef::Gap(index) => Row::Gap(self.gap(index)?),
            RowRef::Presence(index) => Row::Presence(self.stretch.presence(index)?),
            RowRef::Line { index, head } => {
                let said = self.stretch.said(index)?;
                self.folded(Row::of(said, head, self.me))
            }
        })
    }

    fn gap(&self, index: usize) -> Option<Gap> {
        let said = self.stretch.said(index)?;
        let after = self.stretch.said_before(index).map_or(Seq::START, |said| said.message.seq);
        let before = said.message.seq;
        let missing = before.0.saturating_sub(after.0).saturating_sub(1);
        let loading = self.asked == Some(PageAsk::Before(before));
        Some(Gap { before, missing, loading, not_kept: before <= self.not_kept.next() })
    }

    pub(super) fn waiting_row(&self, place: usize) -> Option<Row<'_>> {
        let waiting = self.outbox.get(place)?;
        let previous = match place.checked_sub(1) {
            Some(above) => self.outbox.get(above).map(|above| above.pending.at_ms),
            None => self
                .rows
                .group(&self.stretch)
                .filter(|head| self.me.is_some() && head.author.key() == self.me)
                .map(|h| h.at_ms),
        };
        let head = previous.is_none_or(|above| waiting.pending.at_ms.saturating_sub(above) >= GROUP_MS);
        Some(Row::Waiting(Waiting {
            pending: &waiting.pending,
            text: &waiting.text,
            sent: waiting.sent,
            head,
        }))
    }
}
