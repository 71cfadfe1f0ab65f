//! What I said and the host has not numbered yet, below the log.

use std::collections::VecDeque;

use super::text::Prepared;
use crate::types::{MessageText, OpId, Pending, Refusal};

#[derive(Debug)]
pub(super) struct Unnumbered {
    pub(super) pending: Pending,
    pub(super) text: Prepared,
    /// The host has it; its line has not come yet.
    pub(super) sent: bool,
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    lines: VecDeque<Unnumbered>,
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn get(&self, place: usize) -> Option<&Unnumbered> {
        self.lines.get(place)
    }

    /// Whether the host has answered to all of it.
    pub(super) fn all_sent(&self) -> bool {
        self.lines.iter().all(|line| line.sent || line.pending.refused.is_some())
    }

    pub(super) fn add(&mut self, pending: Pending) {
        let unnumbered = Unnumbered { text: Prepared::new(pending.text.as_str()), pending, sent: false };
        match self.place(unnumbered.pending.id).and_then(|place| self.lines.get_mut(place)) {
            Some(known) => known.pending = unnumbered.pending,
            None => self.lines.push_back(unnumbered),
        }
    }

    pub(super) fn replace<'a>(&mut self, pending: impl Iterator<Item = &'a Pending>) {
        self.lines.clear();
        pending.for_each(|pending| self.add(pending.clone()));
    }

    /// The host numbered it. It stays until its line is shown above, if that is still to come.
    pub(super) fn sent(&mut self, id: OpId, shown: bool) {
        if shown {
            self.remove(id);
        } else if let Some(line) = self.place(id).and_then(|place| self.lines.get_mut(place)) {
            line.sent = true;
            line.pending.refused = None;
        }
    }

    /// The host did not take it. `at_ms` is for one that was never seen pending.
    pub(super) fn refused(&mut self, id: OpId, refusal: &Refusal, text: &MessageText, at_ms: i64) {
        if self.place(id).is_none() {
            self.add(Pending { id, text: text.clone(), at_ms, refused: None });
        }
        if let Some(line) = self.place(id).and_then(|place| self.lines.get_mut(place)) {
            line.pending.refused = Some(refusal.clone());
        }
    }

    pub(super) fn remove(&mut self, id: OpId) -> Option<Unnumbered> {
        self.lines.remove(self.place(id)?)
    }

    /// Lines leave in the order in which they came, so the search ends early.
    fn place(&self, id: OpId) -> Option<usize> {
        self.lines.iter().position(|line| line.pending.id == id)
    }
}
