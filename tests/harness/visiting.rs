//! What a member's program does with what comes: it hands it to the `Replica` and carries out what that asks for.

use hallway::net::keepalive::Due;
use hallway::room::{ConnId, ReplicaInput, ReplicaOutput};
use hallway::types::limits::{DIAL_MS, HANDSHAKE_MS};
use hallway::types::{Fingerprint, Goodbye, Signature};
use hallway::wire::message::{ClientMessage, Hello, ServerMessage, TAIL};

use super::disk::Stores;
use super::host::ROOM;
use super::link::{Lane, Link, Side};
use super::member::Job;
use super::world::{Event, HOST, World};

impl World {
    pub fn start_member(&mut self, who: usize) {
        let host_runs = who != HOST || self.host.room.is_some();
        let member = &mut self.members[who];
        if member.replica.is_some() || !host_runs {
            return;
        }
        if who != HOST {
            self.computers[who].booted = self.now;
        }
        let fact = member.start(&self.host.log);
        member.tries += 1;
        let tries = member.tries;
        self.fact(who, &fact);
        self.after(1, Event::Dial(who, tries));
    }

    /// The program is gone, with its connection; after a power cut nobody tells the host.
    pub fn stop_member(&mut self, who: usize, power_cut: bool) {
        if let Some(conn) = self.members[who].conn {
            if power_cut {
                self.links.get_mut(&conn).into_iter().for_each(|link| link.dead = true);
            }
            self.member_closes(conn);
        }
        if self.members[who].replica.is_some() {
            self.members[who].stop(power_cut, &self.host.log, &mut self.random);
        }
    }

    /// The person leaves: what is on its way to the disk is finished, and the host is told.
    pub fn leave(&mut self, who: usize) {
        while !self.members[who].jobs.is_empty() {
            self.member_disk(who, self.members[who].run);
        }
        if let Some(conn) = self.members[who].conn {
            self.send_to_host(conn, Some(ClientMessage::Bye(Goodbye::Leaving)));
        }
        self.stop_member(who, false);
    }

    pub fn member_input(&mut self, who: usize, input: ReplicaInput) {
        let now = self.clock(who);
        let Some(replica) = &mut self.members[who].replica else { return };
        let outputs = replica.handle(now, input);
        for output in outputs {
            self.member_output(who, output);
        }
        self.arm_member(who);
    }

    fn arm_member(&mut self, who: usize) {
        let member = &mut self.members[who];
        let booted = self.computers[who].booted;
        let due = member.replica.as_ref().and_then(hallway::room::Replica::next_tick).map(|at| booted + at);
        if let Some(at) = due.filter(|at| member.tick_at.is_none_or(|set| *at < set)) {
            member.tick_at = Some(at);
            let run = member.run;
            self.at(at, Event::MemberTick(who, run));
        }
    }

    pub fn member_tick(&mut self, who: usize, run: u64) {
        if run != self.members[who].run {
            return;
        }
        self.members[who].tick_at = None;
        let now = self.clock(who).boot_ms;
        let due =
            |world: &Self| world.members[who].replica.as_ref().and_then(hallway::room::Replica::next_tick);
        if due(self).is_some_and(|at| at <= now) {
            self.member_input(who, ReplicaInput::Tick);
            assert!(due(self).is_none_or(|at| at > now), "a replica's clock stands still");
        }
        self.arm_member(who);
    }

    fn member_output(&mut self, who: usize, output: ReplicaOutput) {
        let member = &mut self.members[who];
        match output {
            ReplicaOutput::Send(message) => {
                if let ClientMessage::Submit(ops) = &message {
                    // What is done rather than said waits nowhere.
                    let safe = ops.iter().all(|op| op.op.n == 0 || member.disk.is_safe(op));
                    assert!(safe, "I1: submitted before it was safe: {ops:?}");
                }
                if let Some(conn) = member.conn {
                    self.send_to_host(conn, Some(message));
                }
            }
            ReplicaOutput::Store { run, place, done, epoch, proof, removals } => {
                assert!(!member.shares_log, "the host's own replica has nothing to store");
                self.ask_records(who, Job::Store(Stores { run, place, done, epoch, proof, removals }));
            }
            ReplicaOutput::HandBack(wanted) => self.ask_records(who, Job::HandBack(wanted)),
            ReplicaOutput::HandedBack(epoch, head) => self.ask_records(who, Job::HandedBack(epoch, head)),
            ReplicaOutput::Queue(row) => self.ask_records(who, Job::Queue(row)),
            ReplicaOutput::Requeue(rows) => self.ask_records(who, Job::Requeue(rows)),
            ReplicaOutput::MarkRefused(id, why) => self.ask_records(who, Job::MarkRefused(id, why)),
            ReplicaOutput::Forget(id) => self.ask_records(who, Job::Forget(id)),
            ReplicaOutput::Tell(told) => {
                if self.verbose {
                    println!("{:>12}  {} is told {told:?}", "", member.nick);
                }
                for fact in member.told(told) {
                    self.fact(who, &fact);
                }
            }
            ReplicaOutput::Hangup(why) => panic!("hung up: {why:?}"),
        }
    }

    fn ask_records(&mut self, who: usize, job: Job) {
        let member = &mut self.members[who];
        member.jobs.push_back(job);
        if member.jobs.len() == 1 {
            let run = member.run;
            let wait = self.disk_ms(who);
            self.after(wait, Event::MemberDisk(who, run));
        }
    }

    /// The records have done one thing.
    pub fn member_disk(&mut self, who: usize, run: u64) {
        let member = &mut self.members[who];
        if run != member.run {
            return;
        }
        let handed = member.hands_back();
        let input = member.next_job(&self.host.log);
        if let Some((conn, message)) = handed {
            self.send_to_host(conn, Some(message));
        }
        let member = &mut self.members[who];
        if !member.jobs.is_empty() {
            let wait = self.disk_ms(who);
            self.after(wait, Event::MemberDisk(who, run));
        }
        let Some(input) = input else { return };
        let stored = matches!(input, ReplicaInput::Stored(_));
        self.member_input(who, input);
        let member = &self.members[who];
        if stored && member.online && member.replica.as_ref().is_some_and(hallway::room::Replica::has_holes) {
            self.member_input(who, ReplicaInput::Backfill);
        }
    }

    pub fn member_receives(&mut self, conn: ConnId, message: Option<ServerMessage>) {
        let Some(link) = self.links.get_mut(&conn).filter(|link| link.member.open) else { return };
        let who = link.who;
        let Some(message) = message else { return self.lost(who, None) };
        let boot_ms = self.now - self.computers[who].booted;
        link.member.keepalive.heard(boot_ms);
        let renamed = self.members[who].nick.clone();
        match message {
            ServerMessage::Welcome(welcome) => {
                link.welcome_by = None;
                self.members[who].epoch = welcome.epoch;
                self.members[who].backoff.up(boot_ms);
                self.member_input(who, ReplicaInput::Welcome(welcome));
            }
            ServerMessage::Bye(why, least, most) => {
                assert_ne!(why, Goodbye::Replaced, "replaced, and by nobody");
                self.member_input(who, ReplicaInput::Received(message));
                self.lost(who, Some((least, most)));
            }
            message => self.member_input(who, ReplicaInput::Received(message)),
        }
        if self.members[who].nick != renamed {
            let nick = self.members[who].nick.clone();
            self.member_input(who, ReplicaInput::Rename(nick));
        }
    }

    /// The connection is gone, as this end sees it: dialled again after a while.
    pub fn lost(&mut self, who: usize, spread: Option<(u64, u64)>) {
        if let Some(conn) = self.members[who].conn.take() {
            self.member_closes(conn);
        }
        if self.members[who].replica.is_none() {
            return;
        }
        let random = self.random.below(u64::MAX);
        let boot_ms = self.clock(who).boot_ms;
        let member = &mut self.members[who];
        member.offline();
        let wait = member.backoff.down(boot_ms, random, spread);
        member.tries += 1;
        let tries = member.tries;
        self.after(wait, Event::Dial(who, tries));
        self.member_input(who, ReplicaInput::Lost);
    }

    fn member_closes(&mut self, conn: ConnId) {
        self.send_to_host(conn, None);
        if let Some(link) = self.links.get_mut(&conn) {
            link.member.open = false;
        }
        self.forget_link(conn);
    }

    pub fn dial(&mut self, who: usize, tries: u64) {
        let member = &self.members[who];
        if tries != member.tries || member.replica.is_none() || member.conn.is_some() {
            return;
        }
        let takes = match who {
            HOST => 0,
            _ if self.reaches(who) => self.random.between(2, 60),
            _ => DIAL_MS,
        };
        self.after(takes, Event::Dialled(who, tries));
    }

    pub fn dialled(&mut self, who: usize, tries: u64) {
        let now = self.clock(who).boot_ms;
        let member = &mut self.members[who];
        let Some(replica) = member.replica.as_ref().filter(|_| tries == member.tries) else { return };
        let hello = Hello {
            version_min: 1,
            version_max: 1,
            features: vec![TAIL.to_owned()],
            app: "simulation".to_owned(),
            member_key: member.key,
            signature: Signature([0; 64]),
            resume: replica.resume(),
            expects: Some(Fingerprint(ROOM.fingerprint().0)),
            token: None,
        };
        let host_listens = self.host.room.is_some() && self.computers[HOST].awake_at <= self.now;
        if !host_listens || !self.reaches(who) {
            return self.lost(who, None);
        }
        self.next += 1;
        let conn = ConnId(self.next);
        self.members[who].conn = Some(conn);
        let slow = if who == HOST { (0, 0) } else { (self.random.below(4), self.random.scaled(200)) };
        let link = Link {
            who,
            to_host: Lane::default(),
            to_member: Lane::default(),
            host: None,
            member: Side::new(now),
            dead: false,
            welcome_by: Some(now + HANDSHAKE_MS),
            latency: slow,
        };
        self.links.insert(conn, link);
        self.send_to_host(conn, Some(ClientMessage::Hello(Box::new(hello))));
        self.after(HANDSHAKE_MS, Event::MemberSide(conn));
    }

    /// The member's end of a connection looks at its clock.
    pub fn member_side(&mut self, conn: ConnId) {
        let Some(link) = self.links.get_mut(&conn).filter(|link| link.member.open) else { return };
        let who = link.who;
        let now = self.now - self.computers[who].booted;
        if link.welcome_by.is_some_and(|by| now >= by) {
            return self.lost(who, None);
        }
        match link.member.keepalive.due(now) {
            Due::Wait(wait) => {
                let wait = u64::try_from(wait.as_millis()).unwrap();
                self.after(wait.max(1), Event::MemberSide(conn));
            }
            Due::Ping => {
                self.send_to_host(conn, Some(ClientMessage::Ping(now)));
                self.after(1, Event::MemberSide(conn));
            }
            Due::Dead => self.lost(who, None),
        }
    }
}
