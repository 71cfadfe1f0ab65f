//! How what happened finds its place in the stretch: each message once, in order, whatever comes first.

use super::{Presence, Said, Timeline, presence};
use crate::session::{LogPage, Online, PageAsk, Snapshot};
use crate::types::limits::WINDOW_PAGE;
use crate::types::{Content, Message, MessageText, Seq};
use crate::ui::model::Heard;

/// Rows this close to an end of the stretch make the timeline ask for the next page.
const NEAR_END: usize = WINDOW_PAGE / 4;

impl Timeline {
    /// Whether this is a plain-text room.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// Says whether this is a plain-text room, before the room itself does.
    pub fn set_plain(&mut self, plain: bool) {
        if self.plain != plain {
            self.plain = plain;
            self.version += 1;
            self.rows.bump();
        }
    }

    pub(super) fn came_online(&mut self, online: &Online) {
        self.fruitless.clear();
        self.asked = None;
        self.host_head = online.head;
        self.old_until.get_or_insert(online.head);
        self.my_name = Some(online.me.clone());
        self.set_plain(online.plain);
        if self.me != Some(online.key) {
            self.me = Some(online.key);
            self.rebuild();
        }
    }

    /// Another log from here on: nothing that was held has a place in it.
    pub(super) fn forget(&mut self) {
        self.stretch.clear();
        self.target = None;
        self.head = Seq::START;
        self.host_head = Seq::START;
        self.not_kept = Seq::START;
        self.old_until = None;
        self.loaded = false;
        self.asked = None;
        self.fruitless.clear();
        self.rebuild();
    }

    pub(super) fn take_new(&mut self, messages: &[Message]) {
        for message in messages {
            if message.seq <= self.head && self.stretch.holds(message.id) {
                continue;
            }
            let by_others = self.me.is_none() || message.author.key() != self.me;
            let text = match &message.content {
                Content::Post(text) if by_others && message.seq > self.head && !self.is_ignored(message) => {
                    Some(text)
                }
                _ => None,
            };
            if let Some(text) = text {
                self.arrived += 1;
                self.hear(message, text);
                if !self.watched {
                    self.unread += 1;
                    let from = *self.rows.unread_from.get_or_insert(message.seq);
                    if self.stretch.last_seq().is_some_and(|last| from <= last) {
                        self.rows.spoil();
                    }
                }
            }
            self.head = self.head.max(message.seq);
            self.outbox.remove(message.id);
        }
        // What lies beyond an end that the stretch does not reach comes with the pages.
        let (first, last) = (self.stretch.first_seq(), self.stretch.last_seq());
        let at_end = self.stretch.at_end;
        let below = |m: &Message| last.is_some_and(|last| m.seq > last) && !at_end;
        let above = |m: &Message| first.is_some_and(|first| m.seq < first);
        // Nothing was here, so the start was: but not where the first that comes follows something else.
        let behind = first.is_none() && messages.first().is_some_and(|m| m.prev > Seq::START);
        self.set_start(self.stretch.at_start && !behind && !messages.iter().any(above));
        self.merge(messages.iter().filter(|m| !below(m) && !above(m)));
        self.take_removals(messages);
        self.trim(self.look.at_bottom);
    }

    /// What others said since this was asked last, without what they had said before I came in: how many lines,
    /// and the last of them.
    pub fn take_heard(&mut self) -> Option<(u64, Heard)> {
        self.heard.take()
    }

    fn hear(&mut self, message: &Message, text: &MessageText) {
        if self.old_until.is_some_and(|old| message.seq <= old) {
            return;
        }
        let before = self.heard.take().map_or(0, |(count, _)| count);
        self.heard = Some((before + 1, Heard { name: message.name.clone(), text: text.clone() }));
    }

    pub(super) fn take_page(&mut self, page: &LogPage) {
        if self.asked == Some(page.asked) {
            self.asked = None;
        }
        let before = self.stretch.messages();
        match page.asked {
            PageAsk::Newest => self.place_newest(page),
            PageAsk::Before(seq) if self.stretch.first_seq() == Some(seq) => {
                self.merge(page.messages.iter().filter(|m| m.seq < seq));
                self.set_start(page.at_start);
                self.trim(false);
            }
            // A hole within the stretch: what lies beyond its ends is asked for by other pages.
            PageAsk::Before(_) => {
                let within = self.stretch.first_seq().zip(self.stretch.last_seq());
                self.merge(
                    page.messages.iter().filter(|m| within.is_some_and(|(a, b)| a < m.seq && m.seq < b)),
                );
            }
            PageAsk::After(seq) if self.stretch.last_seq() == Some(seq) => {
                self.merge(page.messages.iter().filter(|m| m.seq > seq));
                self.reached_end(page.at_end);
                self.trim(true);
            }
            PageAsk::After(_) => {}
            PageAsk::Around(_) | PageAsk::AtTime(_) => self.place_around(page),
        }
        let nothing_new = self.stretch.messages() == before;
        if nothing_new {
            self.fruitless.push(page.asked);
        } else {
            self.fruitless.clear();
        }
        // The store knows of older lines and does not have them: that shows, and can be asked for by hand.
        let first = self.stretch.first_seq().map(PageAsk::Before);
        self.rows.start_missing = nothing_new && first == Some(page.asked) && !self.stretch.at_start;
        self.rebuild();
    }

    /// Puts the newest page in place: joined to the stretch where it adjoins, instead of it where the reader
    /// follows the newest line, not at all where they read further up.
    fn place_newest(&mut self, page: &LogPage) {
        let adjoins = match (page.messages.first(), self.stretch.last_seq()) {
            (Some(first), Some(last)) => first.prev <= last,
            (_, None) | (None, _) => true,
        };
        if !adjoins && !self.look.at_bottom {
            self.stretch.at_end = false;
            return;
        }
        if !adjoins {
            self.stretch.clear();
            self.rebuild();
        }
        let first = self.stretch.first_seq();
        self.loaded = true;
        self.merge(page.messages.iter());
        if first.is_none() || self.stretch.first_seq() != first {
            self.set_start(page.at_start);
        }
        self.reached_end(page.at_end);
        self.trim(true);
    }

    /// The stretch reaches the start of the log, or no longer: what is missing above its first line shows.
    pub(super) fn set_start(&mut self, at_start: bool) {
        if self.stretch.at_start != at_start {
            self.stretch.at_start = at_start;
            self.rebuild();
        }
    }

    /// A page says that nothing newer is here; what was told meanwhile may say otherwise.
    pub(super) fn reached_end(&mut self, page_at_end: bool) {
        self.stretch.at_end = page_at_end && self.stretch.last_seq().is_none_or(|last| last >= self.head);
    }

    pub(super) fn take_snapshot(&mut self, snapshot: &Snapshot) {
        if let Some(online) = &snapshot.online {
            self.came_online(online);
        }
        self.asked = None;
        self.fruitless.clear();
        self.place_newest(&snapshot.newest);
        let stretch = &self.stretch;
        self.outbox.replace(snapshot.pending.iter().filter(|pending| !stretch.holds(pending.id)));
        self.rows.bump();
    }

    /// Puts messages where they belong, each once, and takes those of mine out of the outbox.
    pub(super) fn merge<'a>(&mut self, messages: impl Iterator<Item = &'a Message>) {
        let mut appended_only = true;
        for message in messages {
            self.outbox.remove(message.id);
            let said = || Said::new(message, &self.zone);
            let Some(index) = self.stretch.insert(message, said) else { continue };
            if appended_only && index + 1 == self.stretch.len() {
                self.rows.push(&self.stretch, self.stretch.len() - 1);
            } else {
                appended_only = false;
            }
        }
        if !appended_only || self.rows.is_stale() {
            self.rebuild();
        }
    }

    pub(super) fn present(&mut self, change: impl FnOnce(&mut Presence)) {
        if !self.stretch.at_end {
            return;
        }
        let id = self.next_presence;
        self.next_presence += 1;
        let after = self.stretch.last_seq().unwrap_or(Seq::START).max(self.head).max(self.host_head);
        presence::note(&mut self.stretch, Presence::new(id, after), change);
        self.rebuild();
    }

    /// Entries up to this one are not kept any more: they go from the window too.
    pub(super) fn not_kept(&mut self, seq: Seq) {
        self.not_kept = self.not_kept.max(seq);
        if self.stretch.forget_through(seq) {
            // Where nothing is left that was held, the newest page is wanted.
            self.loaded &= self.stretch.messages() > 0;
        }
        self.rebuild();
    }

    /// Lets go of the end that is far from the reader, a page at a time, once the stretch is too long.
    fn trim(&mut self, from_front: bool) {
        let dropped = if from_front { self.stretch.trim_front() } else { self.stretch.trim_back() };
        if dropped {
            self.rows.start_missing &= !from_front;
            self.rebuild();
        }
    }

    pub(super) fn rebuild(&mut self) {
        self.rows.rebuild(&self.stretch);
    }

    /// The page next to where the reader is, where one is missing.
    pub(super) fn next_page(&self) -> Option<PageAsk> {
        if let Some(ask) = self.target_page().filter(|ask| !self.fruitless.contains(ask)) {
            return Some(ask);
        }
        if !self.loaded {
            return Some(PageAsk::Newest);
        }
        let (first, last) = (self.stretch.first_seq()?, self.stretch.last_seq()?);
        let seen = self.look.first..=self.look.last;
        let mut gaps = self.rows.gaps_in(seen, &self.stretch);
        // Nobody has what a plain-text room said while the connection was gone.
        let gap = gaps.find(|seq| *seq != first && !self.plain);
        let older = (!self.stretch.at_start && self.look.first < NEAR_END).then_some(PageAsk::Before(first));
        let near_end = self.look.last + NEAR_END >= self.rows.len();
        let newer = (!self.stretch.at_end && near_end).then_some(PageAsk::After(last));
        [gap.map(PageAsk::Before), older, newer]
            .into_iter()
            .flatten()
            .find(|ask| !self.fruitless.contains(ask))
    }
}
