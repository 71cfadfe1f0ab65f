//! The host of the simulation: a production `Room`, a log in memory, and what lies between.

use std::collections::{BTreeMap, HashMap, VecDeque};

use hallway::room::{ConnId, Facts, Input, Known, Output, Parts, Quota, Room, RoomNotice, Seen};
use hallway::types::limits::PAGE_BYTES;
use hallway::types::{
    Batch, Entry, Epoch, FetchFrom, GuestRules, KnownMember, Link, MemberKey, Now, OpId, RoomId, RoomName,
    Run, Seq,
};
use hallway::wire::message::{Fetch, Page, ServerMessage};

use super::crypto::{Cheap, Signs};
use super::guests::Guests;

pub const ROOM: RoomId = RoomId([7; 32]);
pub const EPOCH: Epoch = Epoch(42);

/// What survives a crash of the host, and the reference that everything is held against.
#[derive(Default)]
pub struct Log {
    pub entries: Vec<Entry>,
    members: BTreeMap<u32, KnownMember>,
    ids: HashMap<(MemberKey, OpId), Seq>,
}

impl Log {
    /// Writes a batch. Panics where it is not what a log may ever hold (I2).
    fn append(&mut self, batch: Batch) {
        for entry in batch.entries {
            assert_eq!(entry.prev, self.head(), "an entry that does not follow the head");
            assert_eq!(entry.seq, self.head().seq.next(), "a number left out");
            let id = (entry.signed.op.author, entry.signed.op.id);
            assert_eq!(self.ids.insert(id, entry.seq), None, "I2: an op numbered twice: {entry:?}");
            let before = self.entries.last().map_or(i64::MIN, |entry| entry.at_ms);
            assert!(entry.at_ms >= before, "a time before the one of the line above");
            self.entries.push(entry);
        }
        self.members.extend(batch.members.into_iter().map(|known| (known.member.0, known)));
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

    fn run(&self, after: Seq, max: usize) -> Run {
        let skipped = usize::try_from(after.0).unwrap();
        let prev = self.at(after).map_or(Link::START, Entry::link);
        Run { prev, entries: self.entries.iter().skip(skipped).take(max).cloned().collect() }
    }

    fn page(&self, Fetch { from, max }: Fetch) -> Page {
        let max = u64::from(max).min(PAGE_BYTES as u64 / 400);
        let (run, more) = match from {
            FetchFrom::After(after) => {
                let run = self.run(after, usize::try_from(max).unwrap());
                let more = run.last().seq < self.head().seq;
                (run, more)
            }
            FetchFrom::Before(before) => {
                let end = before.0.saturating_sub(1).min(self.head().seq.0);
                let after = end.saturating_sub(max);
                (self.run(Seq(after), usize::try_from(end - after).unwrap()), after > 0)
            }
        };
        Page { asked: from, run, more }
    }

    fn known(&self) -> Known {
        let mut counters = HashMap::new();
        let mut seen = Seen::default();
        for entry in &self.entries {
            let op = &entry.signed.op;
            let last: &mut u64 = counters.entry(op.author).or_default();
            *last = op.n.max(*last);
            seen.insert(&op.author, &op.id);
        }
        Known {
            head: self.entries.last().map(Entry::link),
            oldest: Seq(1),
            last_at_ms: self.entries.last().map_or(0, |entry| entry.at_ms),
            members: self.members.values().cloned().collect(),
            counters: counters.into_iter().filter(|(_, n)| *n > 0).collect(),
            seen,
        }
    }
}

enum Job {
    Load(ConnId, Fetch),
    Lookup(ConnId, MemberKey, OpId),
}

pub struct Host {
    pub log: Log,
    pub room: Room,
    facts: Facts,
    recording: Option<Batch>,
    jobs: VecDeque<Job>,
    pub published: Seq,
    cursors: BTreeMap<ConnId, Seq>,
    pub to_members: BTreeMap<ConnId, VecDeque<ServerMessage>>,
    pub closed: Vec<ConnId>,
    pub failing: bool,
    pub guests: Guests,
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
        let log = Log::default();
        Self {
            room: opened(&facts, &log),
            log,
            facts,
            recording: None,
            jobs: VecDeque::new(),
            published: Seq::START,
            cursors: BTreeMap::new(),
            to_members: BTreeMap::new(),
            closed: Vec::new(),
            failing: false,
            guests: Guests::default(),
        }
    }

    /// Killed and started again. What was being written may have become durable, or not.
    pub fn restart(&mut self, written: bool) {
        if let Some(batch) = self.recording.take().filter(|_| written) {
            self.log.append(batch);
        }
        self.room = opened(&self.facts, &self.log);
        self.published = self.log.head().seq;
        self.jobs.clear();
        self.cursors.clear();
        self.closed.extend(std::mem::take(&mut self.to_members).into_keys());
        self.failing = false;
        self.guests.all_gone();
    }

    pub fn input(&mut self, now: Now, input: Input) {
        if let Input::Connected { conn, .. } = &input {
            self.to_members.insert(*conn, VecDeque::new());
        }
        if let Input::Closed(conn) = &input {
            self.forget(*conn);
        }
        for output in self.room.handle(now, input) {
            self.execute(output);
        }
    }

    /// The disk answers: the write under way first, then one question.
    pub fn disk(&mut self, now: Now) {
        if let Some(batch) = self.recording.take() {
            let input = if self.failing {
                Input::RecordFailed("the disk is full".to_owned())
            } else {
                let seq = batch.entries.last().expect("a batch is never empty").seq;
                self.log.append(batch);
                Input::Recorded(seq)
            };
            self.input(now, input);
        }
        match self.jobs.pop_front() {
            Some(Job::Load(conn, fetch)) => {
                let page = self.log.page(fetch);
                self.queue(conn, ServerMessage::Page(page));
            }
            Some(Job::Lookup(conn, author, id)) => {
                let entry = self.log.find(&author, &id).cloned().map(Box::new);
                self.input(now, Input::Found { conn, id, entry });
            }
            None => {}
        }
    }

    /// Moves a connection's cursor: at most `max` entries become one Events frame.
    pub fn pump(&mut self, conn: ConnId, max: usize) {
        let Some(at) = self.cursors.get(&conn).copied() else { return };
        let unpublished = usize::try_from(self.published.0 - at.0).unwrap();
        let run = self.log.run(at, max.min(unpublished));
        if !run.entries.is_empty() {
            self.cursors.insert(conn, run.last().seq);
            self.queue(conn, ServerMessage::Events(run));
        }
    }

    pub fn is_idle(&self) -> bool {
        self.recording.is_none()
            && self.jobs.is_empty()
            && self.cursors.values().all(|at| *at == self.published)
            && self.to_members.values().all(VecDeque::is_empty)
    }

    fn execute(&mut self, output: Output) {
        match output {
            Output::Record(batch) => {
                assert!(self.recording.is_none(), "two batches under way");
                self.recording = Some(batch);
            }
            Output::Publish(run) => {
                let durable = self.log.at(run.last().seq).map(Entry::link);
                assert_eq!(durable, Some(run.last()), "published and not recorded");
                self.published = run.last().seq;
            }
            Output::Start { conn, after } => {
                self.cursors.insert(conn, after.seq);
            }
            Output::Send(conn, message) => {
                if let ServerMessage::Results(_, head) = &message {
                    assert_eq!(head.link, self.log.head(), "a signed head that is not the log's");
                }
                self.queue(conn, message);
            }
            Output::SendToAll(passing) => {
                for queue in self.to_members.values_mut() {
                    queue.push_back(ServerMessage::Passing(passing.clone()));
                }
            }
            Output::Load { conn, fetch } => self.jobs.push_back(Job::Load(conn, fetch)),
            Output::Lookup { conn, author, id } => self.jobs.push_back(Job::Lookup(conn, author, id)),
            Output::Close(conn, _) => {
                self.forget(conn);
                self.closed.push(conn);
            }
            Output::GuestIn { conn, before } => self.guests.let_in(conn, before),
            Output::ToGuests(lines) => self.guests.told(&lines),
            Output::ToGuest(conn, line) => self.guests.answered(conn, &line),
            Output::CloseGuest(conn, _) => panic!("{conn:?} is closed, and there is a place"),
            Output::Tell(notice) => {
                assert!(!matches!(notice, RoomNotice::Full), "nobody is turned away here");
            }
        }
    }

    fn queue(&mut self, conn: ConnId, message: ServerMessage) {
        if let Some(queue) = self.to_members.get_mut(&conn) {
            queue.push_back(message);
        }
    }

    fn forget(&mut self, conn: ConnId) {
        self.cursors.remove(&conn);
        self.to_members.remove(&conn);
    }
}

fn opened(facts: &Facts, log: &Log) -> Room {
    let parts = Parts {
        digest: Box::new(Cheap),
        verifier: Box::new(Cheap),
        ops: Box::new(Signs(facts.host)),
        heads: Box::new(Cheap),
    };
    Room::open(facts.clone(), parts, log.known())
}
