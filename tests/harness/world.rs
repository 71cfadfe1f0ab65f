//! A host, its members and the network between them, in a time of its own: what happens next is what is due
//! first, and everything that is drawn comes from one seed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use hallway::room::ConnId;
use hallway::types::{MemberKey, Now, OpId, Removal};

use super::checker::{Checker, End, Fact};
use super::disk::State;
use super::host::Host;
use super::link::{Link, Way};
use super::log::Log;
use super::member::Member;
use super::random::Random;

/// The computer of the host, whose own member is the first.
pub const HOST: usize = 0;
/// Milliseconds after the last fault in which everybody must have everything: a dead connection is noticed after
/// 45 s, the longest wait before dialling is 30 s, and a disk that was full is tried again every 30 s.
const CALM_MS: u64 = 120_000;

/// Something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The first parcel of a connection has arrived.
    ToHost(ConnId),
    ToMember(ConnId),
    /// New entries are written to a connection.
    Pump(ConnId),
    /// A connection looks at its clock: the host's end, or the member's.
    HostSide(ConnId),
    MemberSide(ConnId),
    /// The log's thread has done something; only where the run is still the same.
    HostDisk(u64),
    MemberDisk(usize, u64),
    HostTick(u64),
    MemberTick(usize, u64),
    /// Dials, and is through.
    Dial(usize, u64),
    Dialled(usize, u64),
    StartMember(usize),
    StartHost,
    DiskHeals(usize),
    /// The person does something.
    Person(usize),
    Guest,
    Fault,
}

/// What a computer is, beside the programs on it.
#[derive(Default)]
pub struct Computer {
    /// When its clock began, in milliseconds of the world.
    pub booted: u64,
    /// How far its wall clock is off.
    pub wall_off_ms: i64,
    pub awake_at: u64,
    /// Until when nothing gets through, by direction.
    pub blocked: [u64; 2],
    /// Until when its disk is slow.
    pub slow_disk: u64,
}

/// What happened in a world.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub events: u64,
    pub faults: u64,
    pub acknowledged: u64,
    pub entries: u64,
    pub guests: u64,
    /// What was removed, as the log says at the end.
    pub removals: u64,
    /// How often the host's file went back to an older state, and how often that made a new epoch.
    pub restored: u64,
    pub turned: u64,
    /// Entries that the host's disk lost and that came back.
    pub refilled: u64,
    /// Everything that was told, folded into one number: two runs of one seed have the same.
    pub digest: u64,
}

pub struct World {
    pub now: u64,
    pub random: Random,
    queue: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    pub host: Host,
    pub members: Vec<Member>,
    pub computers: Vec<Computer>,
    pub links: BTreeMap<ConnId, Link>,
    pub next: u64,
    /// Older states of the host's file: its log, and what its own member had on the disk.
    pub older: VecDeque<(Log, State)>,
    pub checker: Checker,
    pub tally: Tally,
    /// Faults and people stop.
    pub calm: bool,
    pub garble: Option<usize>,
    /// The host's disk loses what it held, once in a while.
    pub rots: bool,
    /// People remove what they said.
    pub removes: bool,
    /// What somebody asked to remove.
    pub asked: Vec<Removal>,
    pub verbose: bool,
}

impl World {
    /// A world whose host's program is about to start, and nobody else's.
    pub fn new(seed: u64, members: usize) -> Self {
        let members: Vec<Member> = (0..members).map(Member::new).collect();
        let mut world = Self {
            now: 1_000,
            random: Random(seed),
            queue: BinaryHeap::new(),
            order: 0,
            host: Host::new(MemberKey([1; 32])),
            checker: Checker::new(super::host::EPOCH, members.iter().map(|member| member.key)),
            computers: members.iter().map(|_| Computer::default()).collect(),
            members,
            links: BTreeMap::new(),
            next: 1,
            older: VecDeque::new(),
            tally: Tally::default(),
            calm: false,
            garble: None,
            rots: false,
            removes: false,
            asked: Vec::new(),
            verbose: false,
        };
        world.at(1_000, Event::StartHost);
        world
    }

    pub fn at(&mut self, time: u64, event: Event) {
        self.order += 1;
        self.queue.push(Reverse((time.max(self.now), self.order, event)));
    }

    pub fn after(&mut self, ms: u64, event: Event) {
        self.at(self.now + ms, event);
    }

    /// What the clocks of a computer say.
    pub fn clock(&self, computer: usize) -> Now {
        let Computer { booted, wall_off_ms, .. } = self.computers[computer];
        let wall_ms = 1_700_000_000_000 + i64::try_from(self.now).unwrap() + wall_off_ms;
        Now { boot_ms: self.now - booted, wall_ms }
    }

    /// Lets everything happen that is due until then.
    pub fn run_until(&mut self, end: u64) {
        while self.queue.peek().is_some_and(|next| next.0.0 <= end)
            && let Some(Reverse((time, order, event))) = self.queue.pop()
        {
            self.now = time;
            let awake_at = self.place(event).map_or(0, |computer| self.computers[computer].awake_at);
            if awake_at > time {
                // It sleeps: this waits for it, in its order.
                self.queue.push(Reverse((awake_at, order, event)));
                continue;
            }
            self.tally.events += 1;
            if self.verbose {
                println!("{:>9} ms  {event:?}", self.now);
            }
            self.happen(event);
        }
        self.now = end;
    }

    /// The computer that does this; none where it is the world's.
    fn place(&self, event: Event) -> Option<usize> {
        let who = |conn| self.links.get(conn).map(|link| link.who);
        match event {
            Event::ToMember(conn) | Event::MemberSide(conn) => who(&conn),
            Event::ToHost(_)
            | Event::Pump(_)
            | Event::HostSide(_)
            | Event::HostDisk(_)
            | Event::HostTick(_)
            | Event::StartHost => Some(HOST),
            Event::MemberDisk(who, _)
            | Event::MemberTick(who, _)
            | Event::Dial(who, _)
            | Event::Dialled(who, _)
            | Event::StartMember(who)
            | Event::Person(who) => Some(who),
            Event::Fault | Event::DiskHeals(_) | Event::Guest => None,
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::ToHost(conn) => self.arrive(conn, Way::ToHost),
            Event::ToMember(conn) => self.arrive(conn, Way::ToMember),
            Event::Pump(conn) => self.pump(conn),
            Event::HostSide(conn) => self.host_side(conn),
            Event::MemberSide(conn) => self.member_side(conn),
            Event::HostDisk(run) => self.host_disk(run),
            Event::MemberDisk(who, run) => self.member_disk(who, run),
            Event::HostTick(run) => self.host_tick(run),
            Event::MemberTick(who, run) => self.member_tick(who, run),
            Event::Dial(who, tries) => self.dial(who, tries),
            Event::Dialled(who, tries) => self.dialled(who, tries),
            Event::StartMember(who) => self.start_member(who),
            Event::StartHost => self.start_host(),
            Event::DiskHeals(who) => self.heal_disk(who),
            Event::Person(who) => self.person(who),
            Event::Guest => self.guest(),
            Event::Fault => self.fault(),
        }
    }

    /// Hands a fact to the checker, which ends the world where it breaks a promise.
    pub fn fact(&mut self, who: usize, fact: &Fact) {
        if self.verbose {
            println!("{:>12}  {} {fact:?}", "", self.members[who].nick);
        }
        let mut fold = |id: &OpId, more: u64| {
            let word = u64::from_le_bytes(id.0[..8].try_into().unwrap());
            self.tally.digest = (self.tally.digest ^ word ^ more).wrapping_mul(0x0000_0100_0000_01b3);
        };
        match fact {
            Fact::Shown(line) => fold(&line.id, line.seq.0),
            Fact::Sent(id, seq) => fold(id, seq.0 << 20),
            Fact::Pending(id) | Fact::Refused(id) => fold(id, who as u64),
            Fact::Gap { .. } | Fact::Restarted { .. } | Fact::Anew(_) | Fact::Follows(_) => {}
        }
        if let Err(violation) = self.checker.fact(who, fact) {
            panic!("{violation}");
        }
    }

    /// I10: the faults end, and after a while everybody has everything. Then once more after everybody was
    /// started again: what a failing disk did not forget is forgotten then.
    pub fn calm_down(&mut self) {
        self.calm = true;
        // Whoever sleeps is left to sleep.
        let awake_at = self.computers.iter().map(|computer| computer.awake_at).max();
        self.run_until(awake_at.unwrap_or_default().max(self.now));
        self.settle();
        for who in (0..self.members.len()).rev() {
            self.stop_member(who, false);
        }
        self.stop_host(false);
        self.at(self.now + 100, Event::StartHost);
        for who in 1..self.members.len() {
            self.at(self.now + 100, Event::StartMember(who));
        }
        self.settle();
        self.judge();
    }

    fn settle(&mut self) {
        self.heal();
        let end = self.now + CALM_MS;
        while self.now < end && self.unsettled().is_some() {
            self.run_until(self.now + 1_000);
            self.backfill();
        }
        if let Some(what) = self.unsettled() {
            panic!("I10: {what}");
        }
    }

    /// What is not at rest yet.
    fn unsettled(&self) -> Option<String> {
        let head = self.host.log.head();
        let idle = self.host.room.as_ref().is_some_and(|room| room.head() == head);
        if !idle || !self.host.jobs.is_empty() {
            return Some("the host has something to do for ever".to_owned());
        }
        if !self.host.log.lost.is_empty() {
            return Some("what the host's disk lost did not come back".to_owned());
        }
        let guests = self.host.guests.count();
        self.members.iter().find_map(|member| {
            let name = &member.nick;
            let Some(replica) = &member.replica else { return Some(format!("{name} does not run")) };
            let era = &member.disk.state.era;
            let same = era.last == Some(head) && era.epoch == Some(self.host.log.epoch);
            let copied = member.shares_log || same;
            match () {
                () if !member.online => Some(format!("{name} is not online")),
                () if !member.jobs.is_empty() => Some(format!("{name} has something to do for ever")),
                () if !copied => Some(format!("{name} is behind {}", head.seq)),
                () if replica.unsent() > 0 => Some(format!("{name} waits to say something")),
                () if replica.has_holes() || !era.holes().is_empty() => {
                    Some(format!("{name} has holes that were not filled"))
                }
                () if member.people.len() != self.members.len() => Some(format!("{name} knows of too few")),
                () if member.guests != guests => Some(format!("{name} knows of other guests")),
                () => None,
            }
        })
    }

    fn judge(&mut self) {
        self.host.guests.check(&self.host.log, self.host.published);
        let lines = self.host.log.lines();
        let end = |member: &Member| End {
            history: if member.shares_log { lines.clone() } else { member.disk.history() },
            waiting: member.disk.state.outbox.iter().map(|row| row.signed.op.id).collect(),
        };
        self.checker.epoch = self.host.log.epoch;
        self.judge_removed();
        let ends: Vec<End> = self.members.iter().map(end).collect();
        if let Err(violation) = self.checker.finish(&lines, &ends) {
            panic!("{violation}");
        }
        let acknowledged: usize = (0..ends.len()).map(|who| self.checker.acknowledged(who)).sum();
        self.tally.acknowledged = acknowledged as u64;
        self.tally.entries = lines.len() as u64;
        self.tally.guests = self.host.guests.said();
    }
}
