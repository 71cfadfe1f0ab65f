//! From the stretch to rows: which lines open a group, where days begin, where something is missing.
//!
//! Appending looks at the last row only, so a busy room costs the same however long the stretch is.
//! Everything else (a page above, a filled gap) works the rows out anew, once for each such event.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::GROUP_MS;
use super::stretch::{Item, Said, Stretch};
use crate::types::{Content, Message, Seq};

/// A row, by where in the stretch it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowRef {
    Day(Date),
    Unread,
    Gap(usize),
    Line { index: usize, head: bool },
    Presence(usize),
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    list: Vec<RowRef>,
    revision: u64,
    stale: bool,
    /// The first line that came unwatched.
    pub(super) unread_from: Option<Seq>,
    unread_placed: bool,
    /// What is above the first line was asked for and is not here yet.
    pub(super) start_missing: bool,
    day: Option<Date>,
    /// The last message that was placed.
    last: Option<usize>,
    /// The line that opened the group which the next one may continue.
    group: Option<usize>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&RowRef> {
        self.list.get(index)
    }

    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// Rows look different from here on though none was added.
    pub(super) fn bump(&mut self) {
        self.revision += 1;
    }

    /// The stretch changed under the rows: they are to be worked out anew.
    pub(super) fn spoil(&mut self) {
        self.stale = true;
    }

    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    /// The message that opened the last group, where the last row is one of its lines.
    pub(super) fn group<'a>(&self, stretch: &'a Stretch) -> Option<&'a Message> {
        Some(&stretch.said(self.group?)?.message)
    }

    /// The entries below the gaps among these rows.
    pub(super) fn gaps_in<'a>(
        &'a self,
        rows: RangeInclusive<usize>,
        stretch: &'a Stretch,
    ) -> impl Iterator<Item = Seq> + 'a {
        let shown = self.list.iter().take(rows.end().saturating_add(1)).skip(*rows.start());
        shown.filter_map(|row| match row {
            RowRef::Gap(index) => Some(stretch.said(*index)?.message.seq),
            _ => None,
        })
    }

    /// Works out every row anew.
    pub(super) fn rebuild(&mut self, stretch: &Stretch) {
        *self = Self {
            list: std::mem::take(&mut self.list),
            revision: self.revision + 1,
            unread_from: self.unread_from,
            start_missing: self.start_missing,
            ..Self::default()
        };
        self.list.clear();
        (0..stretch.len()).for_each(|index| self.push(stretch, index));
    }

    /// Adds the rows of the item at `index`, which follows those that were added before.
    pub(super) fn push(&mut self, stretch: &Stretch, index: usize) {
        match stretch.get(index) {
            Some(Item::Presence(_)) => {
                self.list.push(RowRef::Presence(index));
                self.group = None;
            }
            Some(Item::Said(said)) => self.push_said(stretch, index, said),
            None => {}
        }
    }

    fn push_said(&mut self, stretch: &Stretch, index: usize, said: &Said) {
        let message = &said.message;
        self.push_gap(stretch, index, message.seq);
        // Presence tells that somebody came, to those who are here: in the log it is no news.
        if said.has_no_row() {
            self.last = Some(index);
            return;
        }
        self.push_breaks(said);
        match &message.content {
            Content::Named { .. }
            | Content::Act(_)
            | Content::Rule(_)
            | Content::Succeeded(_)
            | Content::Removal(_) => {
                self.list.push(RowRef::Line { index, head: false });
                self.group = None;
            }
            Content::Post(_) | Content::Newer { .. } | Content::Unreadable | Content::Removed => {
                let goes_on = self.group(stretch).is_some_and(|head| continues(head, message));
                if !goes_on {
                    self.group = Some(index);
                }
                self.list.push(RowRef::Line { index, head: !goes_on });
            }
        }
        self.last = Some(index);
    }

    /// The gap above a message, where something is missing.
    fn push_gap(&mut self, stretch: &Stretch, index: usize, seq: Seq) {
        let before = self.last.and_then(|last| stretch.said(last)).map(|said| said.message.seq);
        let missing = match before {
            Some(before) => before.next() < seq,
            None => (stretch.at_start || self.start_missing) && seq > Seq::START.next(),
        };
        if missing {
            self.list.push(RowRef::Gap(index));
            self.group = None;
        }
    }

    /// The day and the unread line above a message, where there are any.
    fn push_breaks(&mut self, said: &Said) {
        if self.day != Some(said.date) {
            self.list.push(RowRef::Day(said.date));
            self.day = Some(said.date);
            self.group = None;
        }
        if !self.unread_placed && self.unread_from.is_some_and(|from| from <= said.message.seq) {
            self.list.push(RowRef::Unread);
            self.unread_placed = true;
            self.group = None;
        }
    }
}

/// True where `message` belongs under the name above `head`.
fn continues(head: &Message, message: &Message) -> bool {
    head.author == message.author
        && head.member == message.member
        && head.name == message.name
        && message.at_ms.saturating_sub(head.at_ms) < GROUP_MS
}
