//! The stretch of the log that is held: messages in order, each once, with what happened between them.

use std::collections::{HashSet, VecDeque};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::presence::Presence;
use super::text::Prepared;
use crate::types::limits::WINDOW_PAGE;
use crate::types::{Content, Message, OpId, Seq};

/// A message, with what is worked out once.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) message: Message,
    pub(super) date: Date,
    pub(super) text: Prepared,
}

impl Said {
    pub(super) fn new(message: &Message, zone: &TimeZone) -> Self {
        let text = match &message.content {
            Content::Post(text) => Prepared::new(text.as_str()),
            Content::Named { .. }
            | Content::Act(_)
            | Content::Rule(_)
            | Content::Succeeded(_)
            | Content::Removal(_)
            | Content::Removed
            | Content::Newer { .. }
            | Content::Unreadable => Prepared::default(),
        };
        Self { date: super::local(zone, message.at_ms).date(), message: message.clone(), text }
    }

    /// It has no row: it names somebody who is here for the first time, or removes a message of its author's own, in whose
    /// place that stands.
    pub(super) fn has_no_row(&self) -> bool {
        match &self.message.content {
            Content::Named { before, .. } => before.is_none(),
            Content::Removal(removal) => {
                removal.which.is_some() && self.message.author.key() == Some(removal.author)
            }
            _ => false,
        }
    }
}

#[derive(Debug)]
pub(super) enum Item {
    Said(Box<Said>),
    Presence(Presence),
}

impl Item {
    /// What the items are ordered by.
    fn seq(&self) -> Seq {
        match self {
            Self::Said(said) => said.message.seq,
            Self::Presence(presence) => presence.after(),
        }
    }

    /// A first visit, which has no row: presence tells that somebody came.
    fn is_silent(&self) -> bool {
        matches!(self, Self::Said(said) if said.has_no_row())
    }
}

#[derive(Debug)]
pub(super) struct Stretch {
    items: VecDeque<Item>,
    ids: HashSet<OpId>,
    limit: usize,
    pub(super) at_start: bool,
    pub(super) at_end: bool,
}

impl Stretch {
    pub(super) fn new(limit: usize) -> Self {
        Self { items: VecDeque::new(), ids: HashSet::new(), limit, at_start: false, at_end: true }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// How many messages are held.
    pub(super) fn messages(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn holds(&self, id: OpId) -> bool {
        self.ids.contains(&id)
    }

    /// Whether this entry is held.
    pub(super) fn has(&self, seq: Seq) -> bool {
        let place = self.items.partition_point(|item| item.seq() < seq);
        self.said(place).is_some_and(|said| said.message.seq == seq)
    }

    pub(super) fn get(&self, index: usize) -> Option<&Item> {
        self.items.get(index)
    }

    pub(super) fn said(&self, index: usize) -> Option<&Said> {
        match self.items.get(index)? {
            Item::Said(said) => Some(said),
            Item::Presence(_) => None,
        }
    }

    pub(super) fn presence(&self, index: usize) -> Option<&Presence> {
        match self.items.get(index)? {
            Item::Presence(presence) => Some(presence),
            Item::Said(_) => None,
        }
    }

    /// All messages that are held, to be changed.
    pub(super) fn said_mut(&mut self) -> impl Iterator<Item = &mut Said> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Said(said) => Some(&mut **said),
            Item::Presence(_) => None,
        })
    }

    /// The message before the one at `index`.
    pub(super) fn said_before(&self, index: usize) -> Option<&Said> {
        (0..index).rev().find_map(|index| self.said(index))
    }

    pub(super) fn last_said(&self) -> Option<&Said> {
        self.said_before(self.items.len())
    }

    pub(super) fn first_seq(&self) -> Option<Seq> {
        (0..self.items.len()).find_map(|index| self.said(index)).map(|said| said.message.seq)
    }

    pub(super) fn last_seq(&self) -> Option<Seq> {
        self.last_said().map(|said| said.message.seq)
    }

    /// Puts a message at its place and tells which that is; none where it is held already.
    pub(super) fn insert(&mut self, message: &Message, said: impl FnOnce() -> Said) -> Option<usize> {
        let after_all = self.items.back().is_none_or(|last| last.seq() < message.seq);
        let place = if after_all {
            self.items.len()
        } else {
            self.items.partition_point(|item| item.seq() < message.seq)
        };
        let taken = self.said(place).is_some_and(|said| said.message.seq == message.seq);
        if taken || !self.ids.insert(message.id) {
            return None;
        }
        self.items.insert(place, Item::Said(Box::new(said())));
        Some(place)
    }

    /// Where the presence line below the last row stands; `fresh` is put there where there is none. Entries
    /// without a row do not part what is told in one line.
    pub(super) fn presence_at_end(&mut self, fresh: Presence) -> usize {
        let last = self.items.iter().rposition(|item| !item.is_silent());
        if let Some(place) = last.filter(|place| self.presence(*place).is_some()) {
            return place;
        }
        self.items.push_back(Item::Presence(fresh));
        self.items.len() - 1
    }

    /// Nobody said anything in what is held.
    pub(super) fn is_silent(&self) -> bool {
        self.items.iter().all(|item| match item {
            Item::Said(said) => matches!(said.message.content, Content::Named { .. }),
            Item::Presence(_) => true,
        })
    }

    pub(super) fn presence_mut(&mut self, index: usize) -> Option<&mut Presence> {
        match self.items.get_mut(index)? {
            Item::Presence(presence) => Some(presence),
            Item::Said(_) => None,
        }
    }

    pub(super) fn remove_presence(&mut self, index: usize) {
        if self.presence(index).is_some() {
            self.items.remove(index);
        }
    }

    /// Lets go of the oldest messages where there are too many, a page more than needed so that this is seldom.
    pub(super) fn trim_front(&mut self) -> bool {
        let Some(keep) = self.keep() else { return false };
        while self.ids.len() > keep || matches!(self.items.front(), Some(Item::Presence(_))) {
            let item = self.items.pop_front();
            self.let_go(item);
        }
        self.at_start = false;
        true
    }

    /// Lets go of the newest messages where there are too many.
    pub(super) fn trim_back(&mut self) -> bool {
        let Some(keep) = self.keep() else { return false };
        while self.ids.len() > keep {
            let item = self.items.pop_back();
            self.let_go(item);
        }
        self.at_end = false;
        true
    }

    /// Lets go of everything up to this number; true where anything was held of that.
    pub(super) fn forget_through(&mut self, seq: Seq) -> bool {
        let held = self.items.len();
        while self.items.front().is_some_and(|item| item.seq() <= seq) {
            let item = self.items.pop_front();
            self.let_go(item);
        }
        let any = self.items.len() < held;
        self.at_start |= any;
        any
    }

    fn keep(&self) -> Option<usize> {
        (self.ids.len() > self.limit).then(|| self.limit.saturating_sub(WINDOW_PAGE).max(1))
    }

    fn let_go(&mut self, item: Option<Item>) {
        if let Some(Item::Said(said)) = item {
            self.ids.remove(&said.message.id);
        }
    }
}
