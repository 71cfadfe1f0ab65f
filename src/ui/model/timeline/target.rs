//! Being taken to a line or to a time, wherever in the log it stands.
//!
//! Where the stretch that is held does not reach it, the page around it takes the stretch's place; from there the
//! reader goes on up and down as everywhere.

use super::Timeline;
use crate::session::{LogPage, PageAsk};
use crate::types::Seq;

/// Where the person asked to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Asked for once more, it is another one.
    pub number: u64,
    /// The entry, or the first one behind it that is here; none as long as only a time is known.
    pub seq: Option<Seq>,
    /// The first entry at or after this time, milliseconds since 1970 UTC.
    at_ms: Option<i64>,
    /// Its page is in place.
    here: bool,
}

impl Timeline {
    /// Takes the reader to this entry. The page that is needed for it is told by [`Timeline::wanted_page`].
    pub fn go_to(&mut self, seq: Seq) {
        self.aim(Some(seq), None);
    }

    /// Takes the reader to the first entry at or after this time, milliseconds since 1970 UTC.
    pub fn go_to_time(&mut self, at_ms: i64) {
        self.aim(None, Some(at_ms));
    }

    /// Where the person asked to be taken, once it is here.
    pub fn target(&self) -> Option<Target> {
        self.target.filter(|target| target.here)
    }

    /// The person looks for nothing any more.
    pub fn drop_target(&mut self) {
        if self.target.take().is_some() {
            self.version += 1;
        }
    }

    fn aim(&mut self, seq: Option<Seq>, at_ms: Option<i64>) {
        let number = self.target.map_or(1, |target| target.number + 1);
        let held = seq.is_some_and(|seq| self.stretch.has(seq));
        self.target = Some(Target { number, seq, at_ms, here: held });
        self.fruitless.clear();
        self.asked = self.asked.filter(|_| held);
        self.version += 1;
    }

    /// The page that the target needs.
    pub(super) fn target_page(&self) -> Option<PageAsk> {
        let target = self.target.filter(|target| !target.here)?;
        target.seq.map(PageAsk::Around).or(target.at_ms.map(PageAsk::AtTime))
    }

    /// Puts the page around the target in the stretch's place.
    pub(super) fn place_around(&mut self, page: &LogPage) {
        if self.target_page() != Some(page.asked) || page.messages.is_empty() {
            // Nothing is there, or the person has asked for something else since.
            self.target = self.target.filter(|_| self.target_page() != Some(page.asked));
            return;
        }
        self.stretch.clear();
        self.loaded = true;
        self.merge(page.messages.iter());
        self.set_start(page.at_start);
        self.reached_end(page.at_end);
        self.look.at_bottom = false;
        if let Some(target) = &mut self.target {
            let since = |at_ms| page.messages.iter().find(|message| message.at_ms >= at_ms);
            let found = target.at_ms.and_then(since).or(page.messages.last());
            target.seq = target.seq.or(found.map(|message| message.seq));
            target.here = true;
        }
        self.version += 1;
    }
}
