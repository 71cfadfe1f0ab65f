//! A host, its members and the links between them; every step is drawn from one seed.

use hallway::room::{ConnId, Input, ReplicaInput};
use hallway::types::{Audience, Fingerprint, MessageText, Nickname, Now, OpId, Signature};
use hallway::wire::message::{ClientMessage, Hello, ServerMessage};
use hallway::wire::text::GuestAsk;
use std::collections::VecDeque;

use super::host::{Host, ROOM};
use super::member::{Member, text};

/// Small, fast and the same everywhere (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Connect(usize),
    Say(usize),
    Burst(usize),
    Typing(usize),
    Rename(usize),
    Withdraw(usize),
    Backfill(usize),
    Pump(usize, usize),
    ToHost(usize, usize),
    ToMember(usize, usize),
    MemberDisk(usize, usize),
    HostDisk,
    Cut(usize),
    Leave(usize),
    Stall(usize),
    Garble(usize),
    CrashMember(usize, usize),
    RestartHost(bool),
    HostDiskFails(bool),
    MemberDiskFails(usize, bool),
    Advance(u64),
    GuestComes,
    GuestSays(u64),
    GuestGoes(u64),
}

pub struct World {
    pub host: Host,
    pub members: Vec<Member>,
    pub now: Now,
    next: u64,
    garble: Option<usize>,
}

impl World {
    pub fn new(members: usize) -> Self {
        let host = Host::new(hallway::types::MemberKey([1; 32]));
        let names = ["Ana", "Bo", "ana", "Cem", "Dora"];
        let member = |number: usize| {
            let nick = Nickname::new(names[number % names.len()]).unwrap();
            Member::new(u8::try_from(number).unwrap(), nick, number == 0, &host.log)
        };
        let members = (0..members).map(member).collect();
        Self { host, members, now: Now { boot_ms: 1_000, wall_ms: 1_700_000_000_000 }, next: 1, garble: None }
    }

    /// A step that is likely enough to matter, and rare enough to let others happen.
    pub fn draw(&self, random: &mut Random) -> Step {
        let who = usize::try_from(random.below(self.members.len() as u64)).unwrap();
        let some = 1 + usize::try_from(random.below(6)).unwrap();
        match random.below(1_000) {
            0..60 => Step::Connect(who),
            60..160 => Step::Say(who),
            160..165 => Step::Burst(who),
            165..180 => Step::Typing(who),
            180..190 => Step::Rename(who),
            190..200 => Step::Withdraw(who),
            200..230 => Step::Backfill(who),
            230..330 => Step::Pump(who, some),
            330..480 => Step::ToHost(who, some),
            480..640 => Step::ToMember(who, some),
            640..790 => Step::MemberDisk(who, some),
            790..900 => Step::HostDisk,
            900..915 => Step::Cut(who),
            915..920 => Step::Leave(who),
            920..927 => Step::Stall(who),
            927..930 => Step::Garble(who),
            930..940 => Step::CrashMember(who, some),
            940..944 => Step::RestartHost(random.chance(50)),
            944..954 => Step::HostDiskFails(random.chance(30)),
            954..964 => Step::MemberDiskFails(who, random.chance(30)),
            964..970 => Step::GuestComes,
            970..985 => Step::GuestSays(random.below(5)),
            985..989 => Step::GuestGoes(random.below(5)),
            _ => Step::Advance(1 << random.below(14)),
        }
    }

    pub fn apply(&mut self, step: Step) {
        match step {
            Step::Connect(who) => self.connect(who),
            Step::Say(who) => self.say(who, 1),
            Step::Burst(who) => self.say(who, 70),
            Step::Typing(who) => self.member(who, ReplicaInput::Typing(self.next.is_multiple_of(2))),
            Step::Rename(who) => {
                let nick = self.members[who].nick.numbered(u32::try_from(self.next % 3 + 2).unwrap());
                self.members[who].nick = nick.clone();
                self.member(who, ReplicaInput::Rename(nick));
            }
            Step::Withdraw(who) => {
                if let Some(id) = self.members[who].refused.iter().min().copied() {
                    self.member(who, ReplicaInput::Withdraw(id));
                }
            }
            Step::Backfill(who) => self.member(who, ReplicaInput::Backfill),
            Step::Pump(who, max) => {
                if let Some(conn) = self.members[who].conn {
                    self.host.pump(conn, max * 4);
                }
            }
            Step::ToHost(who, count) => (0..count).for_each(|_| self.deliver_to_host(who)),
            Step::ToMember(who, count) => (0..count).for_each(|_| self.deliver_to_member(who)),
            Step::MemberDisk(who, count) => (0..count).for_each(|_| {
                self.members[who].disk(self.now, &self.host.log);
            }),
            Step::HostDisk => self.host.disk(self.now),
            Step::Cut(who) => self.cut(who),
            Step::Leave(who) => {
                if let Some(conn) = self.members[who].conn {
                    let bye = ClientMessage::Bye(hallway::types::Goodbye::Leaving);
                    self.host.input(self.now, Input::Received(conn, bye));
                }
            }
            Step::Stall(who) => self.members[who].stalled = !self.members[who].stalled,
            Step::Garble(who) => self.garble = Some(who),
            Step::CrashMember(who, written) => {
                if let Some(conn) = self.members[who].conn {
                    self.host.input(self.now, Input::Closed(conn));
                }
                self.members[who].restart(written - 1, &self.host.log);
            }
            Step::RestartHost(written) => {
                self.host.restart(written);
                self.members[0].restart(usize::from(written), &self.host.log);
            }
            Step::HostDiskFails(failing) => self.host.failing = failing,
            Step::MemberDiskFails(who, failing) => self.members[who].failing = failing,
            Step::Advance(ms) => self.advance(ms),
            Step::GuestComes | Step::GuestSays(_) | Step::GuestGoes(_) => self.guest(step),
        }
        self.close_links();
    }

    /// Everything that holds after every step and is not checked where it happens.
    pub fn check(&mut self) {
        for member in &mut self.members {
            member.check_said(&self.host.log);
        }
        self.host.guests.check(&self.host.log, self.host.published);
    }

    /// I10: the faults end, and after a while everybody has everything. Then once more after everybody was
    /// started again: what a failing disk did not forget is forgotten then.
    pub fn calm_down(&mut self) {
        self.quiet_time();
        for who in 0..self.members.len() {
            self.cut(who);
            self.members[who].restart(usize::MAX, &self.host.log);
        }
        self.quiet_time();
        for member in &self.members {
            let waits = member.disk.outbox.iter().filter(|row| row.refused.is_none()).count();
            assert_eq!(waits, 0, "the outbox of {} is not empty", member.nick);
        }
    }

    fn quiet_time(&mut self) {
        self.host.failing = false;
        self.garble = None;
        for member in &mut self.members {
            (member.stalled, member.failing) = (false, false);
        }
        for _ in 0..300 {
            for who in 0..self.members.len() {
                if self.members[who].conn.is_none() {
                    self.connect(who);
                }
                self.member(who, ReplicaInput::Backfill);
                self.apply(Step::ToHost(who, 100));
                self.host.disk(self.now);
                self.apply(Step::Pump(who, 100));
                self.apply(Step::ToMember(who, 100));
                self.apply(Step::MemberDisk(who, 100));
            }
            self.advance(500);
            self.check();
            if self.is_settled() {
                break;
            }
        }
        assert!(self.host.is_idle(), "the host has something to do for ever");
        let head = self.host.log.head();
        for member in self.members.iter().skip(1) {
            assert!(member.is_idle(), "{} has something to do for ever", member.nick);
            assert_eq!(member.disk.last, Some(head), "I10: {} is behind", member.nick);
            assert_eq!(member.disk.entries.len(), self.host.log.entries.len(), "holes were not filled");
            assert!(!member.replica.has_holes());
        }
        for member in &self.members {
            assert_eq!(member.people.len(), self.members.len(), "{} knows of too few", member.nick);
            assert_eq!(member.guests, self.host.guests.count(), "{} knows of other guests", member.nick);
            assert_eq!(member.replica.unsent(), 0, "I10: {} waits for ever", member.nick);
            for id in member.said.iter().filter(|id| !member.refused.contains(id)) {
                assert!(self.host.log.find(&member.key, id).is_some(), "never numbered: {id}");
            }
        }
    }

    fn is_settled(&self) -> bool {
        let head = Some(self.host.log.head());
        let guests = self.host.guests.count();
        let everybody =
            |member: &Member| member.people.len() == self.members.len() && member.guests == guests;
        self.host.is_idle()
            && self.members.iter().all(everybody)
            && self.members.iter().all(|member| member.is_idle() && member.replica.unsent() == 0)
            && self
                .members
                .iter()
                .skip(1)
                .all(|member| member.disk.last == head && !member.replica.has_holes())
    }

    pub fn said(&self) -> usize {
        self.members.iter().map(|member| member.said.len()).sum()
    }

    fn connect(&mut self, who: usize) {
        let member = &mut self.members[who];
        if member.conn.is_some() && self.next.is_multiple_of(4) {
            // The member gives the connection up; the host does not know and sees it come in again.
            member.input(self.now, ReplicaInput::Lost, &self.host.log);
        }
        if member.conn.is_some() {
            return;
        }
        self.next += 1;
        let conn = ConnId(self.next);
        member.conn = Some(conn);
        let hello = Hello {
            version_min: 1,
            version_max: 1,
            features: Vec::new(),
            app: "simulation".to_owned(),
            member_key: member.key,
            signature: Signature([0; 64]),
            resume: member.replica.resume(),
            expects: Some(Fingerprint(ROOM.fingerprint().0)),
        };
        self.host.input(self.now, Input::Connected { conn, hello: Box::new(hello), address: None });
        self.close_links();
    }

    fn say(&mut self, who: usize, count: u64) {
        for _ in 0..count {
            self.next += 1;
            let mut id = [0; 16];
            id[..8].copy_from_slice(&self.next.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            id[8..].copy_from_slice(&self.next.to_be_bytes());
            let (id, text) = (OpId(id), text(self.next));
            let sees_guests = self.members[who].guests > 0;
            let audience = if sees_guests { Audience::Everyone } else { Audience::Members };
            self.member(who, ReplicaInput::Say { id, text, audience, at_ms: self.now.wall_ms });
        }
    }

    fn guest(&mut self, step: Step) {
        let input = match step {
            Step::GuestComes if !self.host.guests.is_full() => {
                self.next += 1;
                let address = [10, 0, 0, (self.next % 3) as u8].into();
                Input::GuestCame { conn: ConnId(self.next), address }
            }
            Step::GuestSays(which) => {
                let Some(conn) = self.host.guests.any(which) else { return };
                let text = MessageText::new(&self.host.guests.next_words(conn)).unwrap();
                Input::GuestAsked(conn, GuestAsk::Say(text))
            }
            Step::GuestGoes(which) => {
                let Some(conn) = self.host.guests.any(which) else { return };
                self.host.guests.gone(conn);
                Input::Closed(conn)
            }
            _ => return,
        };
        self.host.input(self.now, input);
        self.close_links();
    }

    fn deliver_to_host(&mut self, who: usize) {
        let member = &mut self.members[who];
        let (Some(conn), false) = (member.conn, member.stalled) else { return };
        let Some(mut message) = member.to_host.pop_front() else { return };
        if let ClientMessage::Submit(ops) = &mut message
            && self.garble.take_if(|garbled| *garbled == who).is_some()
        {
            ops[0].op.body = bytes::Bytes::from_static(b"something else");
        }
        self.host.input(self.now, Input::Received(conn, message));
        self.close_links();
    }

    fn deliver_to_member(&mut self, who: usize) {
        let member = &mut self.members[who];
        let (Some(conn), false) = (member.conn, member.stalled) else { return };
        let Some(message) = self.host.to_members.get_mut(&conn).and_then(VecDeque::pop_front) else {
            return;
        };
        let input = match message {
            ServerMessage::Welcome(welcome) => ReplicaInput::Welcome(welcome),
            ServerMessage::Events(mut run) => {
                // Hashes do not travel.
                for entry in &mut run.entries {
                    entry.hash = hallway::types::Hash([0; 32]);
                    entry.prev.hash = hallway::types::Hash([0; 32]);
                }
                ReplicaInput::Received(ServerMessage::Events(run))
            }
            other => ReplicaInput::Received(other),
        };
        let renamed = member.nick.clone();
        member.input(self.now, input, &self.host.log);
        if member.nick != renamed {
            let nick = member.nick.clone();
            member.input(self.now, ReplicaInput::Rename(nick), &self.host.log);
        }
    }

    fn cut(&mut self, who: usize) {
        if let Some(conn) = self.members[who].conn {
            self.host.input(self.now, Input::Closed(conn));
            self.member(who, ReplicaInput::Lost);
        }
    }

    fn advance(&mut self, ms: u64) {
        self.now.boot_ms += ms;
        // The wall clock is nobody's friend: it jumps back now and then.
        let jump = if self.now.boot_ms.is_multiple_of(7) { -5_000 } else { 0 };
        self.now.wall_ms += i64::try_from(ms).unwrap() + jump;
        if self.host.room.next_tick().is_some_and(|at| at <= self.now.boot_ms) {
            self.host.input(self.now, Input::Tick);
            let next = self.host.room.next_tick();
            assert!(next.is_none_or(|at| at > self.now.boot_ms), "the room's clock stands still");
        }
        for who in 0..self.members.len() {
            if self.members[who].replica.next_tick().is_some_and(|at| at <= self.now.boot_ms) {
                self.member(who, ReplicaInput::Tick);
                let next = self.members[who].replica.next_tick();
                assert!(next.is_none_or(|at| at > self.now.boot_ms), "a replica's clock stands still");
            }
        }
    }

    fn member(&mut self, who: usize, input: ReplicaInput) {
        self.members[who].input(self.now, input, &self.host.log);
    }

    /// What the host closed, the member sees as lost.
    fn close_links(&mut self) {
        for conn in std::mem::take(&mut self.host.closed) {
            if let Some(who) = self.members.iter().position(|member| member.conn == Some(conn)) {
                self.member(who, ReplicaInput::Lost);
            }
        }
    }
}
