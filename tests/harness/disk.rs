//! A member's disk, as SQLite uses it: whole commits in their order, of which those that were not synced may be
//! lost in a power cut, the last ones first, and those that were synced never.

use hallway::room::{Hole, Stored};
use hallway::types::{Epoch, Link, MemberKey, Nickname, OpId, Outgoing, Refusal, Run, Seq};

use super::checker::Line;
use super::log::{Log, line};
use super::random::Random;

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
    /// Numbers that are here now: after the first, up to the second; and whether they end the live chain.
    Copy {
        after: Seq,
        last: Link,
        live: bool,
        done: Vec<OpId>,
        epoch: Epoch,
    },
    Queue(Outgoing),
    Requeue(Vec<Outgoing>),
    MarkRefused(OpId, Refusal),
    Forget(OpId),
}

impl Change {
    /// A run that is stored, held against the log.
    pub fn copy(run: &Run, live: bool, done: Vec<OpId>, (epoch, log): (Epoch, &Log)) -> Self {
        for entry in &run.entries {
            assert_eq!(log.at(entry.seq), Some(entry), "I1: a copy that is not the log");
        }
        Self::Copy { after: run.prev.seq, last: run.last(), live, done, epoch }
    }

    /// Whether the commit is synced when it returns.
    fn is_synced(&self) -> bool {
        !matches!(self, Self::Copy { done, .. } if done.is_empty())
    }
}

/// What stands on a disk.
#[derive(Debug, Clone, Default)]
pub struct State {
    epoch: Option<Epoch>,
    pub last: Option<Link>,
    /// Whether an entry is here, by its number.
    here: Vec<bool>,
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
        let at = usize::try_from(seq.0).unwrap().checked_sub(1);
        at.and_then(|at| self.state.here.get(at)).is_some_and(|here| *here)
    }

    /// What a replica starts with. The host's own shares the log.
    pub fn stored(&self, key: &MemberKey, nick: &Nickname, log: (&Log, bool)) -> Stored {
        let (log, shares_log) = log;
        let State { epoch, last, outbox, .. } = &self.state;
        let mine = self.state.numbers().filter_map(|seq| log.at(seq)).map(|entry| &entry.signed.op);
        let shared = log.entries.iter().filter(|_| shares_log).map(|entry| &entry.signed.op);
        let logged = mine.chain(shared).filter(|op| op.author == *key).map(|op| op.n);
        let waiting = outbox.iter().filter(|row| row.refused.is_none()).map(|row| row.signed.op.n);
        let next_n = logged.chain(waiting).max().unwrap_or(0) + 1;
        let mut outbox = outbox.clone();
        outbox.sort_by_key(|row| row.signed.op.n);
        Stored {
            room_id: super::host::ROOM,
            epoch: if shares_log { Some(super::host::EPOCH) } else { *epoch },
            last: if shares_log { log.head() } else { last.unwrap_or(Link::START) },
            holes: self.state.holes(log),
            next_n,
            outbox,
            nick: nick.clone(),
            shares_log,
        }
    }

    /// The copy, first to last.
    pub fn history(&self, log: &Log) -> Vec<Line> {
        self.state.numbers().filter_map(|seq| log.at(seq)).map(line).collect()
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
            Change::Copy { after, last, live, done, epoch } => {
                self.epoch = Some(*epoch);
                let (after, end) = (usize::try_from(after.0).unwrap(), usize::try_from(last.seq.0).unwrap());
                self.here.resize(self.here.len().max(end), false);
                self.here[after..end].fill(true);
                if *live && self.last.is_none_or(|before| before.seq < last.seq) {
                    self.last = Some(*last);
                }
                self.outbox.retain(|row| !done.contains(&row.signed.op.id));
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

    fn numbers(&self) -> impl Iterator<Item = Seq> {
        (1..).map(Seq).zip(&self.here).filter(|(_, here)| **here).map(|(seq, _)| seq)
    }

    /// What is missing, newest first.
    fn holes(&self, log: &Log) -> Vec<Hole> {
        let mut holes = Vec::new();
        let mut after = Seq::START;
        for seq in self.numbers() {
            if seq != after.next() {
                let newest = log.at(seq).expect("what is here is in the log").prev;
                holes.insert(0, Hole { after, newest });
            }
            after = seq;
        }
        holes
    }
}
