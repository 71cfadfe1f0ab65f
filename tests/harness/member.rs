//! A member's computer: a production `Replica`, its disk, and an eye on everything that it is told.

use std::collections::{BTreeSet, HashSet, VecDeque};

use hallway::net::backoff::Backoff;
use hallway::room::{ConnId, Replica, ReplicaInput, ReplicaParts, Told};
use hallway::types::{
    Author, Content, Epoch, Link, MemberId, MemberKey, Message, MessageText, Nickname, OpId, Outgoing,
    Refusal, Slice,
};
use hallway::wire::message::{ClientMessage, Page, TailWanted};

use super::checker::{Fact, Line};
use super::crypto::{Cheap, Signs};
use super::disk::{Change, Disk, Health, Stores};
use super::log::Log;
use super::random::Random;

/// What the one thread of the records is asked to do.
pub enum Job {
    Store(Stores),
    HandBack(TailWanted),
    HandedBack(Epoch, Link),
    Queue(Outgoing),
    Requeue(Vec<Outgoing>),
    MarkRefused(OpId, Refusal),
    Forget(OpId),
}

pub struct Member {
    pub key: MemberKey,
    /// What it is called at first.
    pub name: Nickname,
    pub nick: Nickname,
    /// None while the program does not run.
    pub replica: Option<Replica>,
    pub disk: Disk,
    pub jobs: VecDeque<Job>,
    pub conn: Option<ConnId>,
    pub backoff: Backoff,
    /// How often it was started or went offline: what was meant for earlier is nobody's.
    pub run: u64,
    pub tries: u64,
    pub tick_at: Option<u64>,
    pub shares_log: bool,
    /// A disk that failed once since the start may have given things back.
    pub disk_failed: bool,
    pub refused: BTreeSet<OpId>,
    /// What was changed on its way, so that the host may refuse it.
    pub garbled: HashSet<OpId>,
    pub online: bool,
    /// The log of the last connection.
    pub epoch: Epoch,
    /// Who is here, as far as I was told.
    pub people: BTreeSet<MemberId>,
    /// How many are here without encryption, as far as I was told.
    pub guests: u32,
}

impl Member {
    pub fn new(number: usize) -> Self {
        let names = ["Ana", "Bo", "ana", "Cem", "Dora", "Eli", "bo", "Fay"];
        let key = MemberKey([u8::try_from(number).unwrap() + 1; 32]);
        let name = Nickname::new(names[number % names.len()]).unwrap();
        Self {
            key,
            name: name.clone(),
            nick: name,
            replica: None,
            disk: Disk::default(),
            jobs: VecDeque::new(),
            conn: None,
            backoff: Backoff::default(),
            run: 0,
            tries: 0,
            tick_at: None,
            shares_log: number == 0,
            disk_failed: false,
            refused: BTreeSet::new(),
            garbled: HashSet::new(),
            online: false,
            epoch: super::host::EPOCH,
            people: BTreeSet::new(),
            guests: 0,
        }
    }

    /// Started. Answers what the checker is to know of it.
    pub fn start(&mut self, log: &Log) -> Fact {
        let stored = self.disk.stored(&self.key, &self.nick, (log, self.shares_log));
        let outbox = stored.outbox.iter().map(|row| row.signed.op.id).collect();
        let fact = Fact::Restarted { epoch: stored.epoch, last: stored.last.seq, outbox };
        let signer = Box::new(Signs(self.key));
        let parts = ReplicaParts { digest: Box::new(Cheap), verifier: Box::new(Cheap), signer };
        self.replica = Some(Replica::new(stored, parts));
        self.disk_failed = self.disk.health != Health::Fine;
        self.backoff = Backoff::default();
        self.tick_at = None;
        self.run += 1;
        fact
    }

    /// The program is gone. Some of what was on its way to the disk got there, the first ones first.
    pub fn stop(&mut self, power_cut: bool, log: &Log, random: &mut Random) {
        let written = random.pick(self.jobs.len() + 1);
        for job in self.jobs.drain(..).take(written).collect::<Vec<_>>() {
            let _gone = change(&job, log).map(|change| self.disk.commit(change));
        }
        self.disk.reopen(power_cut, random);
        self.replica = None;
        self.conn = None;
        self.run += 1;
        self.offline();
    }

    pub fn offline(&mut self) {
        self.online = false;
        self.people.clear();
        // As the window does.
        self.guests = 0;
    }

    /// What the records hand back to the host next, if that is next.
    pub fn hands_back(&self) -> Option<(ConnId, ClientMessage)> {
        let Some(Job::HandBack(TailWanted { epoch, head, fetch })) = self.jobs.front() else { return None };
        let Slice { run, more } = self.disk.offered(*epoch, *head, *fetch);
        Some((self.conn?, ClientMessage::Tail(*epoch, Page { asked: fetch.from, run, more })))
    }

    /// The records do the next thing; what the replica is told of it.
    pub fn next_job(&mut self, log: &Log) -> Option<ReplicaInput> {
        let job = self.jobs.pop_front()?;
        let done = change(&job, log).map_or(Ok(()), |change| self.disk.commit(change));
        self.disk_failed |= done.is_err();
        match (job, done) {
            (Job::Store(stores), Ok(())) => Some(ReplicaInput::Stored(stores.run.last())),
            (Job::Store(..), Err(reason)) => Some(ReplicaInput::StoreFailed(reason)),
            (Job::Queue(row), Ok(())) => Some(ReplicaInput::Queued(row.signed.op.id)),
            (Job::Queue(row), Err(reason)) => Some(ReplicaInput::QueueFailed(row.signed.op.id, reason)),
            (Job::Requeue(_), Ok(())) => Some(ReplicaInput::Requeued),
            (Job::Requeue(_), Err(reason)) => Some(ReplicaInput::RequeueFailed(reason)),
            (Job::MarkRefused(..) | Job::Forget(_) | Job::HandBack(_) | Job::HandedBack(..), _) => None,
        }
    }

    /// What the person is told, as the checker wants it.
    pub fn told(&mut self, told: Told) -> Vec<Fact> {
        match told {
            Told::Online { epoch, .. } => {
                assert!(!std::mem::replace(&mut self.online, true), "online twice");
                return vec![Fact::Follows(epoch)];
            }
            Told::Gap { after, before } => return vec![Fact::Gap { after, before }],
            Told::Entries(messages) => return messages.iter().map(|message| self.shown(message)).collect(),
            Told::Pending(row) => {
                assert!(self.disk.is_safe(&row.signed), "I1: shown as pending before it was safe");
                return vec![Fact::Pending(row.signed.op.id)];
            }
            Told::Sent(id, seq) => return vec![Fact::Sent(id, seq)],
            Told::Refused(id, why, _) => {
                assert!(self.garbled.contains(&id), "{id} was refused: {why:?}");
                self.refused.insert(id);
                return vec![Fact::Refused(id)];
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
            Told::NewEpoch => return vec![Fact::Anew(self.epoch)],
            Told::Unverified | Told::Denied(_) => panic!("{told:?}"),
            Told::Unsaid { .. } | Told::NotKept(_) => assert!(self.disk_failed, "{told:?}"),
            _ => {}
        }
        Vec::new()
    }

    fn shown(&self, message: &Message) -> Fact {
        assert_ne!(message.content, Content::Unreadable, "I5: everything here is well signed");
        let kept = self.shares_log || self.disk_failed || self.disk.holds(message.seq);
        assert!(kept, "I1: shown and not stored: {}", message.seq);
        let said = matches!(message.content, Content::Post(_) | Content::Removed);
        let author = match message.author {
            Author::Member(key) if said => Some(key),
            _ => None,
        };
        Fact::Shown(Line { seq: message.seq, id: message.id, author, prev: Some(message.prev) })
    }
}

fn change(job: &Job, log: &Log) -> Option<Change> {
    Some(match job {
        Job::HandBack(_) => return None,
        Job::HandedBack(epoch, head) => Change::HandedBack(*epoch, *head),
        Job::Store(stores) => Change::copy(stores, log),
        Job::Queue(row) => Change::Queue(row.clone()),
        Job::Requeue(rows) => Change::Requeue(rows.clone()),
        Job::MarkRefused(id, why) => Change::MarkRefused(*id, why.clone()),
        Job::Forget(id) => Change::Forget(*id),
    })
}

pub fn text(number: u64) -> MessageText {
    MessageText::new(&format!("message {number}")).unwrap()
}
