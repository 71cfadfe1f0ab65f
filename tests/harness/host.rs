//! The host's computer: a production `Room`, its log on a disk, and the connections that were let in.

use std::collections::{BTreeMap, VecDeque};

use hallway::room::{ConnId, Facts, Parts, Quota, Room};
use hallway::types::{Batch, Epoch, GuestRules, MemberKey, OpId, RoomId, RoomName, Run, Seq, SignedHead};
use hallway::wire::message::Fetch;

use super::crypto::{Cheap, Signs};
use super::disk::Health;
use super::guests::Guests;
use super::log::Log;
use super::random::Random;

pub const ROOM: RoomId = RoomId([7; 32]);
pub const EPOCH: Epoch = Epoch(42);

/// What the one thread of the log is asked to do.
pub enum Job {
    Record(Batch),
    Load(ConnId, Fetch),
    Lookup(ConnId, MemberKey, OpId),
    Peek(ConnId, Seq),
    Turn(Epoch),
    Refill(Run),
}

/// One connection that said Hello.
#[derive(Default)]
pub struct Served {
    /// The last entry that was sent; none before the room says where to begin.
    pub at: Option<Seq>,
    /// Pages that were asked for and not sent.
    pub fetches: usize,
}

pub struct Host {
    pub log: Log,
    /// None while the program does not run.
    pub room: Option<Room>,
    facts: Facts,
    pub jobs: VecDeque<Job>,
    pub health: Health,
    ghost: Option<Batch>,
    pub published: Seq,
    /// What the room vouched for when it published last.
    pub vouched: Option<SignedHead>,
    pub served: BTreeMap<ConnId, Served>,
    pub guests: Guests,
    /// How often it was started: what was meant for an earlier run is nobody's.
    pub run: u64,
    pub tick_at: Option<u64>,
}

impl Host {
    pub fn new(host: MemberKey) -> Self {
        let facts = Facts {
            room_id: ROOM,
            epoch: EPOCH,
            name: RoomName::new("Simulation").unwrap(),
            capacity: 100,
            quota: Some(Quota { per_second: 10, burst: 30 }),
            host,
            guests: GuestRules { allowed: true, ..GuestRules::default() },
            address: None,
        };
        Self {
            log: Log::new(EPOCH),
            room: None,
            facts,
            jobs: VecDeque::new(),
            health: Health::Fine,
            ghost: None,
            published: Seq::START,
            vouched: None,
            served: BTreeMap::new(),
            guests: Guests::default(),
            run: 0,
            tick_at: None,
        }
    }

    /// Opens the room with what the disk holds.
    pub fn start(&mut self, random: &mut Random) {
        if self.health == Health::Unsynced {
            self.health = Health::Fine;
            if let Some(batch) = self.ghost.take().filter(|_| random.chance(50)) {
                self.log.append(batch);
            }
        }
        self.ghost = None;
        let parts = Parts {
            digest: Box::new(Cheap),
            verifier: Box::new(Cheap),
            ops: Box::new(Signs(self.facts.host)),
            heads: Box::new(Cheap),
            lock: None,
        };
        let facts = Facts { epoch: self.log.epoch, ..self.facts.clone() };
        self.room = Some(Room::open(facts, parts, self.log.known()));
        self.vouched = None;
        self.published = self.log.head().seq;
        self.run += 1;
        self.tick_at = None;
    }

    /// Its file is put back as it was once.
    pub fn restore(&mut self, older: &Log) {
        self.log.restore(older);
        self.ghost = None;
        if self.health == Health::Unsynced {
            self.health = Health::Fine;
        }
    }

    /// Gone, and what it was writing with it, unless that had just become durable.
    pub fn stop(&mut self, random: &mut Random) {
        for job in std::mem::take(&mut self.jobs) {
            if let Job::Record(batch) = job
                && self.health == Health::Fine
                && random.chance(50)
            {
                self.log.append(batch);
            }
        }
        self.room = None;
        self.run += 1;
        self.served.clear();
        self.guests.all_gone();
    }

    /// Notes the epoch.
    ///
    /// # Errors
    /// It is not noted.
    pub fn turn(&mut self, epoch: Epoch) -> Result<(), String> {
        self.write(|log| log.epoch = epoch)
    }

    /// Writes back what was lost.
    ///
    /// # Errors
    /// Nothing of it is there.
    pub fn refill(&mut self, run: Run) -> Result<(), String> {
        self.write(|log| log.refill(run))
    }

    fn write(&mut self, change: impl FnOnce(&mut Log)) -> Result<(), String> {
        match self.health {
            Health::Fine => {
                change(&mut self.log);
                Ok(())
            }
            Health::Full => Err("the disk is full".to_owned()),
            Health::Failing | Health::Unsynced => {
                self.health = Health::Unsynced;
                Err("a sync failed".to_owned())
            }
        }
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// Nothing of it is there.
    pub fn append(&mut self, batch: Batch) -> Result<(), String> {
        match self.health {
            Health::Fine => {
                self.log.append(batch);
                Ok(())
            }
            Health::Full => Err("the disk is full".to_owned()),
            Health::Failing => {
                (self.health, self.ghost) = (Health::Unsynced, Some(batch));
                Err("a sync failed".to_owned())
            }
            Health::Unsynced => Err("a sync failed".to_owned()),
        }
    }
}
