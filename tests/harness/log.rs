//! The host's log: what its disk holds, and the reference that every copy is held against.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hallway::room::{Hole, Known, Seen};
use hallway::types::limits::{PAGE_BYTES, PAGE_ENTRIES};
use hallway::types::{Batch, Entry, Epoch, FetchFrom, Hash, KnownMember, Link, MemberKey, OpId, Run, Seq};
use hallway::wire::message::{Fetch, Page};

use super::checker::Line;
use super::removing::Removed;

#[derive(Clone)]
pub struct Log {
    pub epoch: Epoch,
    pub entries: Vec<Entry>,
    members: BTreeMap<u32, KnownMember>,
    ids: HashMap<(MemberKey, OpId), Seq>,
    /// Every entry that ever stood in it, also where it went back since.
    ever: HashSet<Hash>,
    removed: Removed,
    /// What stood where something was removed: guests were told of it when it was said.
    said: BTreeMap<Seq, Entry>,
    /// Entries that the disk gives back no more. Their ids it does.
    pub lost: BTreeSet<Seq>,
}

impl Log {
    pub fn new(epoch: Epoch) -> Self {
        let (members, ids, ever) = (BTreeMap::new(), HashMap::new(), HashSet::new());
        let removed = Removed::default();
        let (entries, said, lost) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        Self { epoch, entries, members, ids, ever, removed, said, lost }
    }

    /// Goes back to an older state of itself.
    pub fn restore(&mut self, older: &Self) {
        let mut ever = std::mem::take(&mut self.ever);
        ever.extend(&older.ever);
        *self = Self { ever, ..older.clone() };
    }

    /// Whether this very entry ever stood here.
    pub fn held(&self, entry: &Entry) -> bool {
        self.ever.contains(&entry.hash)
    }

    /// The entry of this number.
    pub fn link_at(&self, seq: Seq) -> Option<Link> {
        if seq == Seq::START { Some(Link::START) } else { self.at(seq).map(Entry::link) }
    }

    /// Writes a batch. Panics where it is not what a log may ever hold.
    pub fn append(&mut self, batch: Batch) {
        for entry in batch.entries {
            assert_eq!(entry.prev, self.head(), "I2: an entry that does not follow the head");
            assert_eq!(entry.seq, self.head().seq.next(), "I2: a number left out");
            let id = (entry.signed.op.author, entry.signed.op.id);
            assert_eq!(self.ids.insert(id, entry.seq), None, "I3: an op numbered twice: {entry:?}");
            let before = self.entries.last().map_or(i64::MIN, |entry| entry.at_ms);
            assert!(entry.at_ms >= before, "a time before the one of the line above");
            self.ever.insert(entry.hash);
            self.entries.push(entry);
            if self.removed.is_about(self.entries.last().unwrap()) {
                self.blank(self.entries.len() - 1);
            }
        }
        if !batch.removals.is_empty() {
            self.removed.note(&batch.removals);
            for at in 0..self.entries.len() {
                if self.removed.is_about(&self.entries[at]) {
                    self.blank(at);
                }
            }
        }
        self.members.extend(batch.members.into_iter().map(|known| (known.member.0, known)));
    }

    fn blank(&mut self, at: usize) {
        let entry = self.entries[at].clone();
        self.entries[at] = entry.clone().blank();
        self.said.insert(entry.seq, entry);
    }

    /// What was said, also where it was removed since.
    pub fn as_said(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|entry| self.said.get(&entry.seq).unwrap_or(entry))
    }

    pub fn head(&self) -> Link {
        self.entries.last().map_or(Link::START, Entry::link)
    }

    pub fn at(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(usize::try_from(seq.0).ok()?.checked_sub(1)?)
    }

    pub fn find(&self, author: &MemberKey, id: &OpId) -> Option<&Entry> {
        self.at(*self.ids.get(&(*author, *id))?)
    }

    /// What the disk has at this number.
    pub fn peek(&self, seq: Seq) -> Option<Link> {
        self.link_at(seq).filter(|_| !self.lost.contains(&seq))
    }

    /// Writes back what was lost.
    pub fn refill(&mut self, run: Run) {
        for entry in run.entries {
            let at = usize::try_from(entry.seq.0).unwrap() - 1;
            assert_eq!(self.entries[at].link(), entry.link(), "I7: something else came back");
            assert!(self.lost.remove(&entry.seq), "I7: what was not lost came back");
            // Whoever hands it back may have its words no more.
            self.entries[at] = entry;
            if self.removed.is_about(&self.entries[at]) {
                self.blank(at);
            }
        }
    }

    /// What is missing, newest first.
    fn holes(&self) -> Vec<Hole> {
        let mut holes: Vec<Hole> = Vec::new();
        for seq in &self.lost {
            let newest = self.link_at(*seq).unwrap();
            match holes.last_mut().filter(|hole| hole.newest.seq.next() == *seq) {
                Some(hole) => hole.newest = newest,
                None => holes.push(Hole { after: Seq(seq.0 - 1), newest }),
            }
        }
        holes.reverse();
        holes
    }

    /// Entries behind this one, or behind the hole behind it, as many as a page holds: up to the next hole.
    pub fn run(&self, after: Seq, max: usize) -> Run {
        let mut after = after;
        while self.lost.contains(&after.next()) {
            after = after.next();
        }
        let hole = self.lost.range(after.next()..).next().map_or(u64::MAX, |seq| seq.0 - 1 - after.0);
        let max = max.min(usize::try_from(hole).unwrap_or(usize::MAX));
        let prev = self.at(after).map_or(Link::START, Entry::link);
        let mut bytes = 0;
        let fits = |entry: &&Entry| {
            bytes += entry.weight();
            bytes <= PAGE_BYTES
        };
        let rest = self.entries.get(usize::try_from(after.0).unwrap()..).unwrap_or_default();
        Run { prev, entries: rest.iter().take(max.min(PAGE_ENTRIES)).take_while(fits).cloned().collect() }
    }

    pub fn page(&self, Fetch { from, max }: Fetch) -> Page {
        let max = u64::from(max).min(PAGE_ENTRIES as u64);
        let (run, more) = match from {
            FetchFrom::After(after) => {
                let run = self.run(after, usize::try_from(max).unwrap());
                let more = run.last().seq < self.head().seq;
                (run, more)
            }
            FetchFrom::Before(before) => {
                let end = before.0.saturating_sub(1).min(self.head().seq.0);
                let hole = self.lost.range(..=Seq(end)).next_back().map_or(0, |seq| seq.0);
                let after = end.saturating_sub(max).max(hole);
                (self.run(Seq(after), usize::try_from(end - after).unwrap()), after > 0)
            }
        };
        Page { asked: from, run, more }
    }

    /// What a room is opened with.
    pub fn known(&self) -> Known {
        let mut counters = BTreeMap::new();
        let mut seen = Seen::default();
        for entry in &self.entries {
            let op = &entry.signed.op;
            let last: &mut u64 = counters.entry(op.author).or_default();
            *last = op.n.max(*last);
            seen.insert(&op.author, &op.id);
        }
        Known {
            rules: hallway::types::HouseRules::default(),
            standings: Vec::new(),
            invites: Vec::new(),
            password_epoch: 0,
            asks: false,
            admitted: std::collections::HashSet::new(),
            head: self.entries.last().map(Entry::link),
            oldest: Seq(1),
            last_at_ms: self.entries.last().map_or(0, |entry| entry.at_ms),
            holes: self.holes(),
            members: self.members.values().cloned().collect(),
            counters: counters.into_iter().filter(|(_, n)| *n > 0).collect(),
            seen,
        }
    }

    pub fn lines(&self) -> Vec<Line> {
        self.entries.iter().map(line).collect()
    }
}

/// An entry as the checker sees it.
pub fn line(entry: &Entry) -> Line {
    let op = &entry.signed.op;
    // What the room itself says has no counter.
    Line { seq: entry.seq, id: op.id, author: (op.n > 0).then_some(op.author), prev: Some(entry.prev.seq) }
}
