//! A member's disk, as SQLite uses it: whole commits in their order, of which those that were not synced may be
//! lost in a power cut, the last ones first, and those that were synced never.

use std::rc::Rc;

use hallway::room::{Hole, Stored};
use hallway::types::{
    Entry, Epoch, FetchFrom, Link, MemberKey, Nickname, OpId, Outgoing, Proof, Refusal, Removal, Run,
    RunPlace, Seq, SignedHead, Slice,
};
use hallway::wire::message::Fetch;

use super::checker::Line;
use super::log::{Log, line};
use super::random::Random;
use super::removing::Removed;

/// How a disk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Health {
    #[default]
    Fine,
    /// Every write fails, and nothing of it is there.
    Full,
    /// The next sync fails.
    Failing,
    /// A sync failed: nothing is written until the file is opened again.
    Unsynced,
}

/// One commit.
#[derive(Debug, Clone)]
pub enum Change {
    /// Entries that are here now, and what proves the chain then.
    Copy {
        entries: Vec<Rc<Entry>>,
        last: Link,
        place: RunPlace,
        done: Vec<OpId>,
        epoch: Epoch,
        proof: Option<SignedHead>,
        removals: Vec<(Seq, Removal)>,
    },
    Queue(Outgoing),
    Requeue(Vec<Outgoing>),
    MarkRefused(OpId, Refusal),
    Forget(OpId),
    HandedBack(Epoch, Link),
}

impl Change {
    /// A run that is stored, held against everything that ever stood in the log.
    pub fn copy(stored: &Stores, log: &Log) -> Self {
        let Stores { run, place, done, epoch, proof, removals } = stored.clone();
        for entry in &run.entries {
            assert!(log.held(entry), "I1: a copy of what the log never held");
        }
        let last = run.last();
        let entries = run.entries.into_iter().map(Rc::new).collect();
        Self::Copy { entries, last, place, done, epoch, proof, removals }
    }

    /// Whether the commit is synced when it returns.
    fn is_synced(&self) -> bool {
        match self {
            Self::Copy { done, .. } => !done.is_empty(),
            Self::HandedBack(..) => false,
            _ => true,
        }
    }
}

/// What a replica has stored.
#[derive(Debug, Clone)]
pub struct Stores {
    pub run: Run,
    pub place: RunPlace,
    pub done: Vec<OpId>,
    pub epoch: Epoch,
    pub proof: Option<SignedHead>,
    pub removals: Vec<(Seq, Removal)>,
}

/// The copy of one log.
#[derive(Debug, Clone, Default)]
pub struct Era {
    pub epoch: Option<Epoch>,
    pub last: Option<Link>,
    entries: Vec<Option<Rc<Entry>>>,
    removed: Removed,
    pub proof: Option<SignedHead>,
    handed_back: bool,
}

/// What stands on a disk.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Logs that were followed before, oldest first.
    earlier: Vec<Era>,
    pub era: Era,
    pub outbox: Vec<Outgoing>,
}

/// A disk and what the system keeps of it in memory.
#[derive(Debug, Default)]
pub struct Disk {
    /// What a program reads, also one that was killed and started again.
    pub state: State,
    /// What a power cut leaves at least.
    synced: State,
    unsynced: Vec<Change>,
    pub health: Health,
    /// The commit whose sync failed: it may be there when the file is opened again.
    ghost: Option<Change>,
}

impl Disk {
    /// Commits.
    ///
    /// # Errors
    /// It does not; nothing of it is there then.
    pub fn commit(&mut self, change: Change) -> Result<(), String> {
        match self.health {
            Health::Full => return Err("the disk is full".to_owned()),
            Health::Unsynced => return Err("a sync failed".to_owned()),
            Health::Failing if change.is_synced() => {
                (self.health, self.ghost) = (Health::Unsynced, Some(change));
                return Err("a sync failed".to_owned());
            }
            Health::Fine | Health::Failing => {}
        }
        self.state.apply(&change);
        let synced = change.is_synced();
        self.unsynced.push(change);
        if synced {
            self.sync();
        }
        Ok(())
    }

    /// The file is opened again, after a power cut or by another process of a system that went on.
    pub fn reopen(&mut self, power_cut: bool, random: &mut Random) {
        if power_cut {
            let kept = random.pick(self.unsynced.len() + 1);
            self.unsynced.truncate(kept);
            self.sync();
            self.state = self.synced.clone();
        }
        if self.health == Health::Unsynced {
            self.health = Health::Fine;
            if let Some(ghost) = self.ghost.take().filter(|_| random.chance(50)) {
                // It reached the disk after all, and so did all before it.
                self.state.apply(&ghost);
                self.unsynced.push(ghost);
                self.sync();
            }
        }
        self.ghost = None;
    }

    /// Whether this very row is safe.
    pub fn is_safe(&self, signed: &hallway::types::SignedOp) -> bool {
        self.synced.outbox.iter().any(|row| row.signed == *signed)
    }

    /// Whether an entry is here.
    pub fn holds(&self, seq: Seq) -> bool {
        self.state.era.at(seq).is_some()
    }

    /// Whether a power cut leaves this very entry here, in whatever log.
    pub fn keeps(&self, entry: &Entry) -> bool {
        let mut eras = std::iter::once(&self.synced.era).chain(&self.synced.earlier);
        eras.any(|era| era.at(entry.seq).is_some_and(|at| at.hash == entry.hash))
    }

    /// How far a power cut leaves a proof of this very log; none where it is of another one.
    pub fn proves(&self, log: &Log) -> Seq {
        let proof = self.synced.era.proof.as_ref().map_or(Link::START, |proof| proof.link);
        let of_it = self.synced.era.epoch == Some(log.epoch) && log.link_at(proof.seq) == Some(proof);
        if of_it { proof.seq } else { Seq::START }
    }

    /// The host's file is an older copy of itself.
    pub fn restore(&mut self, state: State) {
        self.synced = state.clone();
        self.state = state;
        self.unsynced.clear();
        self.ghost = None;
    }

    /// What a replica starts with. The host's own shares the log.
    pub fn stored(&self, key: &MemberKey, nick: &Nickname, log: (&Log, bool)) -> Stored {
        let (log, shares_log) = log;
        let State { era, earlier, outbox } = &self.state;
        let mine = era.entries.iter().flatten().map(|entry| &entry.signed.op);
        let shared = log.entries.iter().filter(|_| shares_log).map(|entry| &entry.signed.op);
        let logged = mine.chain(shared).filter(|op| op.author == *key).map(|op| op.n);
        let waiting = outbox.iter().filter(|row| row.refused.is_none()).map(|row| row.signed.op.n);
        let next_n = logged.chain(waiting).max().unwrap_or(0) + 1;
        let mut outbox = outbox.clone();
        outbox.sort_by_key(|row| row.signed.op.n);
        let offered = |era: &Era| Some(Proof { epoch: era.epoch?, head: era.proof.clone()? });
        Stored {
            room_id: super::host::ROOM,
            epoch: if shares_log { Some(log.epoch) } else { era.epoch },
            last: if shares_log { log.head() } else { era.last.unwrap_or(Link::START) },
            holes: era.holes(),
            next_n,
            proof: era.proof.clone(),
            earlier: earlier
                .iter()
                .rev()
                .filter(|era| !era.handed_back)
                .filter_map(offered)
                .take(8)
                .collect(),
            outbox,
            nick: nick.clone(),
            shares_log,
        }
    }

    /// A part of a log that was offered.
    pub fn offered(&self, epoch: Epoch, head: Link, fetch: Fetch) -> Slice {
        let State { era, earlier, .. } = &self.state;
        let leads = |era: &&Era| era.at(head.seq).is_some_and(|at| at.link() == head);
        let eras = || std::iter::once(era).chain(earlier.iter().rev()).filter(leads);
        let nothing = Slice { run: Run { prev: Link::START, entries: Vec::new() }, more: false };
        let of_it = eras().find(|era| era.epoch == Some(epoch));
        let Some(era) = of_it.or_else(|| eras().next()) else { return nothing };
        let max = usize::try_from(fetch.max).unwrap();
        let here = era.entries.iter().flatten().map(|entry| (**entry).clone());
        let mut entries: Vec<Entry> = match fetch.from {
            FetchFrom::After(seq) => here.filter(|entry| entry.seq > seq).take(max).collect(),
            FetchFrom::Before(seq) => {
                let before: Vec<Entry> = here.filter(|entry| entry.seq < seq).collect();
                before[before.len().saturating_sub(max)..].to_vec()
            }
        };
        let prev = entries.first().map_or(Link::START, |first| first.prev);
        let run = Run { prev, entries: std::mem::take(&mut entries) };
        let run = match fetch.from {
            FetchFrom::After(_) => run.unbroken_start(),
            FetchFrom::Before(_) => run.unbroken_end(),
        };
        Slice { run, more: true }
    }

    /// What of the log is here, first to last.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.state.era.entries.iter().flatten().map(|entry| &**entry)
    }

    /// The copy, first to last.
    pub fn history(&self) -> Vec<Line> {
        self.entries().map(line).collect()
    }

    fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            self.synced.apply(&change);
        }
    }
}

impl State {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Copy { entries, last, place, done, epoch, proof, removals } => {
                self.enter(*epoch, *place);
                let era = &mut self.era;
                for entry in entries {
                    let at = usize::try_from(entry.seq.0).unwrap() - 1;
                    era.entries.resize(era.entries.len().max(at + 1), None);
                    era.entries[at] = Some(Rc::clone(entry));
                }
                era.remove(entries, removals);
                if *place != RunPlace::Hole && era.last.is_none_or(|before| before.seq < last.seq) {
                    era.last = Some(*last);
                }
                let proven = era.proof.as_ref().map_or(Seq::START, |proof| proof.link.seq);
                if let Some(proof) = proof.as_ref().filter(|proof| proof.link.seq > proven) {
                    era.proof = Some(proof.clone());
                }
                self.outbox.retain(|row| !done.contains(&row.signed.op.id));
            }
            Change::HandedBack(epoch, head) => {
                let of = |era: &&mut Era| {
                    era.epoch == Some(*epoch) && era.proof.as_ref().is_some_and(|proof| proof.link == *head)
                };
                self.earlier.iter_mut().filter(of).for_each(|era| era.handed_back = true);
            }
            Change::Queue(row) => self.outbox.push(row.clone()),
            Change::Requeue(rows) => {
                for row in rows {
                    let mut waiting = self.outbox.iter_mut();
                    if let Some(old) = waiting.find(|old| old.signed.op.id == row.signed.op.id) {
                        *old = row.clone();
                    }
                }
            }
            Change::MarkRefused(id, why) => self
                .outbox
                .iter_mut()
                .filter(|row| row.signed.op.id == *id)
                .for_each(|row| row.refused = Some(why.clone())),
            Change::Forget(id) => self.outbox.retain(|row| row.signed.op.id != *id),
        }
    }

    /// The copy of this log, begun where it is another one.
    fn enter(&mut self, epoch: Epoch, place: RunPlace) {
        let anew = place == RunPlace::Anew && !self.era.entries.is_empty();
        if self.era.epoch.is_some_and(|known| known != epoch || anew) {
            self.earlier.push(std::mem::take(&mut self.era));
        }
        self.era.epoch = Some(epoch);
    }
}

impl Era {
    /// Blanks what these removals are about, and what of these new entries was removed before.
    fn remove(&mut self, new: &[Rc<Entry>], removals: &[(Seq, Removal)]) {
        self.removed.note(removals);
        let removed = &self.removed;
        let keep = |slot: &mut Option<Rc<Entry>>| {
            if let Some(entry) = slot
                && removed.is_about(entry)
            {
                *entry = Rc::new((**entry).clone().blank());
            }
        };
        if removals.is_empty() {
            let places = new.iter().map(|entry| usize::try_from(entry.seq.0).unwrap() - 1);
            places.for_each(|at| keep(&mut self.entries[at]));
        } else {
            self.entries.iter_mut().for_each(keep);
        }
    }

    fn at(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(usize::try_from(seq.0).unwrap().checked_sub(1)?)?.as_deref()
    }

    /// What is missing, newest first.
    pub fn holes(&self) -> Vec<Hole> {
        let mut holes = Vec::new();
        let mut after = Seq::START;
        for entry in self.entries.iter().flatten() {
            if entry.seq != after.next() {
                holes.insert(0, Hole { after, newest: entry.prev });
            }
            after = entry.seq;
        }
        if let Some(newest) = self.last.filter(|last| last.seq > after) {
            holes.insert(0, Hole { after, newest });
        }
        holes
    }
}
