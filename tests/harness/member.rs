//! A member of the simulation: a production `Replica`, a disk in memory that loses what was not acknowledged,
//! and an eye on everything that it is told.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use hallway::room::{ConnId, Hole, Replica, ReplicaInput, ReplicaOutput, ReplicaParts, Stored, Told};
use hallway::types::{
    Content, Entry, Epoch, Link, MemberId, MemberKey, MessageText, Nickname, Now, OpId, Outgoing, Refusal,
    Run, Seq,
};
use hallway::wire::message::ClientMessage;

use super::crypto::{Cheap, Signs};
use super::host::{Log, ROOM};

/// What survives a crash.
#[derive(Default)]
pub struct Disk {
    epoch: Option<Epoch>,
    pub last: Option<Link>,
    pub entries: BTreeMap<Seq, Entry>,
    pub outbox: Vec<Outgoing>,
}

enum Job {
    Store(Run, bool, Vec<OpId>, Epoch),
    Queue(Outgoing),
    Requeue(Vec<Outgoing>),
    MarkRefused(OpId, Refusal),
    Forget(OpId),
}

pub struct Member {
    pub key: MemberKey,
    pub nick: Nickname,
    pub replica: Replica,
    pub disk: Disk,
    jobs: VecDeque<Job>,
    pub conn: Option<ConnId>,
    pub to_host: VecDeque<ClientMessage>,
    pub stalled: bool,
    pub failing: bool,
    shares_log: bool,
    /// Up to here entries were shown, or were on the disk at the start.
    shown: Seq,
    /// What was said and is or was in the outbox, in order.
    pub said: Vec<OpId>,
    pub refused: HashSet<OpId>,
    /// The beginning of `said` that is in the log, and where.
    settled: Vec<Seq>,
    pub sent: BTreeMap<OpId, Seq>,
    /// A gap that was told: its entries follow.
    gap: Option<Seq>,
    online: bool,
    /// Who is here, as far as I was told.
    pub people: BTreeSet<MemberId>,
    /// How many are here without encryption, as far as I was told.
    pub guests: u32,
}

impl Member {
    pub fn new(number: u8, nick: Nickname, shares_log: bool, log: &Log) -> Self {
        let key = MemberKey([number + 1; 32]);
        let disk = Disk::default();
        let replica = started(key, &nick, &disk, shares_log.then_some(log));
        Self {
            key,
            nick,
            replica,
            disk,
            jobs: VecDeque::new(),
            conn: None,
            to_host: VecDeque::new(),
            stalled: false,
            failing: false,
            shares_log,
            shown: Seq::START,
            said: Vec::new(),
            refused: HashSet::new(),
            settled: Vec::new(),
            sent: BTreeMap::new(),
            gap: None,
            online: false,
            people: BTreeSet::new(),
            guests: 0,
        }
    }

    /// Killed and started again. `written` of what was on its way to the disk got there.
    pub fn restart(&mut self, written: usize, log: &Log) {
        let survive = written.min(self.jobs.len());
        let jobs: Vec<Job> = self.jobs.drain(..).take(survive).collect();
        for job in jobs {
            self.write(job, log);
        }
        self.replica = started(self.key, &self.nick, &self.disk, self.shares_log.then_some(log));
        self.shown =
            if self.shares_log { log.head().seq } else { self.disk.last.map_or(Seq::START, |l| l.seq) };
        self.gap = None;
        self.conn = None;
        self.online = false;
        self.people.clear();
        self.guests = 0;
        self.to_host.clear();
    }

    pub fn input(&mut self, now: Now, input: ReplicaInput, log: &Log) {
        if matches!(input, ReplicaInput::Lost) {
            self.conn = None;
            self.online = false;
            self.people.clear();
            // As the window does.
            self.guests = 0;
            self.to_host.clear();
        }
        for output in self.replica.handle(now, input) {
            match output {
                ReplicaOutput::Send(message) => {
                    self.check_sent(&message);
                    self.to_host.push_back(message);
                }
                ReplicaOutput::Store { run, live, done, epoch } => {
                    assert!(!self.shares_log, "the host's own replica has nothing to store");
                    self.jobs.push_back(Job::Store(run, live, done, epoch));
                }
                ReplicaOutput::Queue(row) => self.jobs.push_back(Job::Queue(row)),
                ReplicaOutput::Requeue(rows) => self.jobs.push_back(Job::Requeue(rows)),
                ReplicaOutput::MarkRefused(id, why) => self.jobs.push_back(Job::MarkRefused(id, why)),
                ReplicaOutput::Forget(id) => self.jobs.push_back(Job::Forget(id)),
                ReplicaOutput::Tell(told) => self.told(told, log),
                ReplicaOutput::Hangup(why) => panic!("hung up: {why:?}"),
            }
        }
    }

    /// The disk does the next thing.
    pub fn disk(&mut self, now: Now, log: &Log) -> bool {
        let Some(job) = self.jobs.pop_front() else { return false };
        let reason = "no space".to_owned();
        let answer = match &job {
            Job::Store(..) if self.failing => Some(ReplicaInput::StoreFailed(reason)),
            Job::Queue(row) if self.failing => Some(ReplicaInput::QueueFailed(row.signed.op.id, reason)),
            Job::Requeue(_) if self.failing => Some(ReplicaInput::RequeueFailed(reason)),
            Job::Store(run, ..) => Some(ReplicaInput::Stored(run.last())),
            Job::Queue(row) => Some(ReplicaInput::Queued(row.signed.op.id)),
            Job::Requeue(_) => Some(ReplicaInput::Requeued),
            Job::MarkRefused(..) | Job::Forget(_) => None,
        };
        if !self.failing {
            self.write(job, log);
        }
        if let Some(answer) = answer {
            self.input(now, answer, log);
        }
        true
    }

    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty() && self.to_host.is_empty()
    }

    /// What I said is in my outbox or in the log, whatever happened, and the log has it in my order. What was
    /// refused is its author's again: where it was garbled on its way, that is.
    pub fn check_said(&mut self, log: &Log) {
        let Self { said, refused, disk, settled, .. } = self;
        let mut before = settled.last().copied().unwrap_or(Seq::START);
        let mut in_order = true;
        for id in said.iter().skip(settled.len()) {
            match log.find(&self.key, id) {
                _ if refused.contains(id) => {}
                Some(entry) => {
                    assert!(entry.seq > before, "I4: {id} of {} is out of order", self.nick);
                    before = entry.seq;
                }
                None => {
                    let waits = disk.outbox.iter().any(|row| row.signed.op.id == *id);
                    assert!(waits, "lost: {id} of {}", self.nick);
                    in_order = false;
                }
            }
            if in_order {
                settled.push(before);
            }
        }
    }

    fn write(&mut self, job: Job, log: &Log) {
        let outbox = &mut self.disk.outbox;
        match job {
            Job::Store(run, live, done, epoch) => {
                for entry in &run.entries {
                    assert_eq!(log.at(entry.seq), Some(entry), "I3: a copy that is not the log");
                }
                if live {
                    (self.disk.epoch, self.disk.last) = (Some(epoch), Some(run.last()));
                }
                self.disk.entries.extend(run.entries.into_iter().map(|entry| (entry.seq, entry)));
                outbox.retain(|row| !done.contains(&row.signed.op.id));
            }
            Job::Queue(row) => {
                self.said.push(row.signed.op.id);
                outbox.push(row);
            }
            Job::Requeue(rows) => {
                for row in rows {
                    let at = outbox.iter().position(|old| old.signed.op.id == row.signed.op.id);
                    outbox[at.expect("requeued rows are in the outbox")] = row;
                }
            }
            Job::MarkRefused(id, why) => outbox
                .iter_mut()
                .filter(|row| row.signed.op.id == id)
                .for_each(|row| row.refused = Some(why.clone())),
            Job::Forget(id) => outbox.retain(|row| row.signed.op.id != id),
        }
    }

    /// What is submitted must be in the outbox with these very bytes.
    fn check_sent(&self, message: &ClientMessage) {
        let ClientMessage::Submit(ops) = message else { return };
        for op in ops {
            assert!(
                self.disk.outbox.iter().any(|row| row.signed == *op),
                "submitted before it was safe: {op:?}"
            );
        }
    }

    fn told(&mut self, told: Told, log: &Log) {
        match told {
            Told::Online { .. } => assert!(!std::mem::replace(&mut self.online, true), "online twice"),
            Told::Gap { after, before } => {
                assert_eq!(after, self.shown, "I6: a gap that does not begin where I am");
                self.gap = Some(before);
            }
            Told::Entries(messages) => {
                for message in messages {
                    let Self { gap, shown, .. } = self;
                    let follows = message.prev == *shown || gap.take() == Some(message.seq);
                    assert!(message.seq > *shown, "I5: shown twice: {message:?}");
                    assert!(follows, "I6: {:?} shown after {shown}, and no gap was told", message.seq);
                    let entry = log.at(message.seq).expect("I1: shown and not in the log");
                    assert_eq!(message.id, entry.signed.op.id);
                    assert_ne!(message.content, Content::Unreadable, "everything here is well signed");
                    self.shown = message.seq;
                }
            }
            Told::Pending(row) => {
                assert!(self.said.contains(&row.signed.op.id), "shown as pending before it was safe");
            }
            Told::Sent(id, seq) => {
                let entry = log.at(seq).expect("I1: acknowledged and not in the log");
                assert_eq!((entry.signed.op.id, entry.signed.op.author), (id, self.key), "I1: another entry");
                assert_eq!(*self.sent.entry(id).or_insert(seq), seq, "what was sent moved");
            }
            Told::Refused(id, ..) => {
                self.refused.insert(id);
            }
            Told::NickTaken { free, .. } => self.nick = free,
            Told::Roster(people, _) => self.people = people.iter().map(|row| row.member).collect(),
            Told::Guests(list) => self.guests = list.count,
            Told::Joined(people) => {
                for row in people {
                    assert_ne!(row.key, self.key, "told that I came");
                    assert!(self.people.insert(row.member), "joined and was here: {row:?}");
                }
            }
            Told::Left(people) => {
                for row in people {
                    assert!(self.people.remove(&row.member), "left and was not here: {row:?}");
                }
            }
            Told::NewEpoch => panic!("the log is the same from the first to the last"),
            Told::Unverified | Told::Denied(_) => panic!("{told:?}"),
            Told::Unsaid { .. } | Told::NotKept(_) => assert!(self.failing, "{told:?}"),
            _ => {}
        }
    }
}

pub fn text(number: u64) -> MessageText {
    MessageText::new(&format!("message {number}")).unwrap()
}

fn started(key: MemberKey, nick: &Nickname, disk: &Disk, shared: Option<&Log>) -> Replica {
    let own = |entry: &&Entry| entry.signed.op.author == key;
    let entries: Vec<&Entry> =
        shared.map_or_else(|| disk.entries.values().collect(), |log| log.entries.iter().collect());
    let logged = entries.iter().copied().filter(own).map(|entry| entry.signed.op.n);
    let next_n = logged.chain(disk.outbox.iter().map(|row| row.signed.op.n)).max().unwrap_or(0) + 1;
    let mut holes = Vec::new();
    let mut after = Seq::START;
    for entry in &entries {
        if entry.prev.seq != after {
            holes.insert(0, Hole { after, newest: entry.prev });
        }
        after = entry.seq;
    }
    let stored = Stored {
        room_id: ROOM,
        epoch: shared.map_or(disk.epoch, |_| Some(super::host::EPOCH)),
        last: shared.map_or(disk.last, |log| Some(log.head())).unwrap_or(Link::START),
        holes,
        next_n,
        outbox: disk.outbox.clone(),
        nick: nick.clone(),
        shares_log: shared.is_some(),
    };
    let parts =
        ReplicaParts { digest: Box::new(Cheap), verifier: Box::new(Cheap), signer: Box::new(Signs(key)) };
    Replica::new(stored, parts)
}
