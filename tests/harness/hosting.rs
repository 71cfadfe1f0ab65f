//! What the host's program does with what comes: it hands it to the `Room` and carries out what that decides.

use hallway::net::keepalive::Due;
use hallway::room::{ConnId, Input, Output, RoomNotice};
use hallway::types::limits::{FETCHES_WAITING, RETRY_MIN_MS, WRITE_STALL_MS};
use hallway::types::{At, Goodbye};
use hallway::wire::message::{ClientMessage, ServerMessage};

use super::host::{Job, Served};
use super::link::Side;
use super::world::{Event, HOST, World};

/// Parcels under way to a member before new entries wait in the log.
const UNDER_WAY: usize = 4;
/// Milliseconds over which members come back after the host said goodbye.
const COME_BACK_MS: u64 = 2_000;

impl World {
    pub fn start_host(&mut self) {
        if self.host.room.is_some() {
            return;
        }
        self.computers[HOST].booted = self.now;
        self.host.start(&mut self.random);
        self.start_member(HOST);
    }

    /// The host's program ends, with what it was writing; its own member with it.
    pub fn stop_host(&mut self, power_cut: bool) {
        self.host.stop(&mut self.random);
        for link in self.links.values_mut() {
            // Also where Hello is still on its way: whoever reads it is gone.
            link.host.get_or_insert_with(|| Side::new(0)).open = false;
            link.dead |= power_cut;
        }
        let ends: Vec<ConnId> = self.links.keys().copied().collect();
        for conn in ends {
            self.send_to_member(conn, None);
        }
        self.stop_member(HOST, power_cut);
    }

    /// The host's person closes the room: what is being written is finished, and everybody is told.
    pub fn close_room(&mut self) {
        while !self.host.jobs.is_empty() {
            self.host_disk(self.host.run);
        }
        self.host_input(Input::CloseRoom);
        self.stop_host(false);
    }

    pub fn host_input(&mut self, input: Input) {
        let now = self.clock(HOST);
        let Some(room) = &mut self.host.room else { return };
        let outputs = room.handle(now, input);
        for output in outputs {
            self.host_output(output);
        }
        let Some(room) = &self.host.room else { return };
        let due = room.next_tick().map(|at| self.computers[HOST].booted + at);
        if let Some(at) = due.filter(|at| self.host.tick_at.is_none_or(|set| *at < set)) {
            self.host.tick_at = Some(at);
            self.at(at, Event::HostTick(self.host.run));
        }
    }

    pub fn host_tick(&mut self, run: u64) {
        if run != self.host.run {
            return;
        }
        self.host.tick_at = None;
        let now = self.clock(HOST).boot_ms;
        let due = |world: &Self| world.host.room.as_ref().and_then(hallway::room::Room::next_tick);
        if due(self).is_some_and(|at| at <= now) {
            self.host_input(Input::Tick);
            assert!(due(self).is_none_or(|at| at > now), "the room's clock stands still");
        } else if let Some(at) = due(self) {
            let at = self.computers[HOST].booted + at;
            self.host.tick_at = Some(at);
            self.at(at, Event::HostTick(run));
        }
    }

    fn host_output(&mut self, output: Output) {
        if self.verbose {
            println!("{:>12}  the room says {output:?}", "");
        }
        match output {
            // The rooms here have no password.
            Output::Admit(..) => {}
            Output::Record(batch) => {
                let recording = self.host.jobs.iter().any(|job| matches!(job, Job::Record(_)));
                assert!(!recording, "two batches under way");
                self.ask_log(Job::Record(batch));
            }
            Output::Publish(run, head) => {
                let durable = self.host.log.at(run.last().seq).map(hallway::types::Entry::link);
                assert_eq!(durable, Some(run.last()), "I1: published and not recorded");
                assert_eq!(head.link, run.last(), "I1: vouched for something else");
                self.host.vouched = Some(head);
                self.host.published = run.last().seq;
                let listening: Vec<ConnId> = self.host.served.keys().copied().collect();
                for conn in listening {
                    let soon = self.random.below(3);
                    self.after(soon, Event::Pump(conn));
                }
            }
            Output::Start { conn, after } => {
                if let Some(served) = self.host.served.get_mut(&conn) {
                    served.at = Some(after.seq);
                }
                self.after(0, Event::Pump(conn));
            }
            Output::Send(conn, message) => {
                if let ServerMessage::Results(_, head) = &message {
                    assert_eq!(head.link, self.host.log.head(), "I1: a signed head that is not the log's");
                }
                self.send_to_member(conn, Some(message));
            }
            Output::SendToAll(passing) => {
                let listening: Vec<ConnId> = self.host.served.keys().copied().collect();
                for conn in listening {
                    self.send_to_member(conn, Some(ServerMessage::Passing(passing.clone())));
                }
            }
            Output::Load { conn, fetch } => {
                if let Some(served) = self.host.served.get_mut(&conn) {
                    served.fetches += 1;
                    assert!(served.fetches <= FETCHES_WAITING, "too many pages asked for at once");
                }
                self.ask_log(Job::Load(conn, fetch));
            }
            Output::Lookup { conn, author, id } => self.ask_log(Job::Lookup(conn, author, id)),
            Output::Peek { conn, seq } => self.ask_log(Job::Peek(conn, seq)),
            Output::Turn(epoch) => self.ask_log(Job::Turn(epoch)),
            Output::Refill(run, _) => {
                let refilling = self.host.jobs.iter().any(|job| matches!(job, Job::Refill(_)));
                assert!(!refilling, "two pages written back at once");
                self.ask_log(Job::Refill(run));
            }
            Output::Close(conn, why) => self.host_closes(conn, Some(why)),
            Output::GuestIn { conn, before } => self.host.guests.let_in(conn, before),
            Output::ToGuests(lines) => self.host.guests.told(&lines),
            Output::ToGuest(conn, line) => self.host.guests.answered(conn, &line),
            Output::CloseGuest(conn, _) => self.host.guests.gone(conn),
            Output::Tell(notice) => {
                assert!(!matches!(notice, RoomNotice::Full), "nobody is turned away here");
            }
        }
    }

    fn ask_log(&mut self, job: Job) {
        self.host.jobs.push_back(job);
        if self.host.jobs.len() == 1 {
            let wait = self.disk_ms(HOST);
            self.after(wait, Event::HostDisk(self.host.run));
        }
    }

    /// The log's thread has done one thing.
    pub fn host_disk(&mut self, run: u64) {
        let Some(job) = (run == self.host.run).then(|| self.host.jobs.pop_front()).flatten() else { return };
        if !self.host.jobs.is_empty() {
            let wait = self.disk_ms(HOST);
            self.after(wait, Event::HostDisk(run));
        }
        match job {
            Job::Record(batch) => {
                let last = batch.entries.last().map_or(self.host.log.head().seq, |entry| entry.seq);
                let input = match self.host.append(batch) {
                    Ok(()) => Input::Recorded(last),
                    Err(reason) => Input::RecordFailed(reason),
                };
                self.host_input(input);
            }
            Job::Load(conn, fetch) => {
                if let Some(served) = self.host.served.get_mut(&conn) {
                    served.fetches -= 1;
                    let page = self.host.log.page(fetch);
                    self.send_to_member(conn, Some(ServerMessage::Page(page)));
                }
            }
            Job::Peek(conn, seq) => {
                let at = self.host.log.peek(seq).map_or(At::Nothing, At::Entry);
                self.host_input(Input::Peeked(conn, at));
            }
            Job::Turn(epoch) => {
                let done = self.host.turn(epoch);
                self.tally.turned += u64::from(done.is_ok());
                self.host_input(Input::Turned(done));
            }
            Job::Refill(run) => {
                let count = run.entries.len() as u64;
                let done = self.host.refill(run);
                self.tally.refilled += if done.is_ok() { count } else { 0 };
                self.host_input(Input::Refilled(done));
            }
            Job::Lookup(conn, author, id) => {
                let entry = self.host.log.find(&author, &id).cloned().map(Box::new);
                let lost =
                    entry.as_ref().map(|entry| entry.seq).filter(|seq| self.host.log.lost.contains(seq));
                self.host_input(match lost {
                    Some(seq) => Input::FoundRemoved { conn, id, seq },
                    None => Input::Found { conn, id, entry },
                });
            }
        }
    }

    /// Writes new entries to a connection, as far as it takes them.
    pub fn pump(&mut self, conn: ConnId) {
        while let Some(link) = self.links.get(&conn).filter(|link| link.to_member.queue.len() < UNDER_WAY)
            && let Some(served) = self.host.served.get_mut(&conn)
            && let Some(at) = served.at.filter(|at| *at < self.host.published)
            && !link.is_over()
        {
            let count = usize::try_from(self.host.published.0 - at.0).unwrap().min(64);
            let run = self.host.log.run(at, count);
            served.at = Some(run.last().seq);
            if let Some(head) = self.host.vouched.clone().filter(|head| head.link == run.last()) {
                self.send_to_member(conn, Some(ServerMessage::Head(head)));
            }
            self.send_to_member(conn, Some(ServerMessage::Events(run)));
        }
    }

    /// A member's message, or the end of its connection.
    pub fn host_receives(&mut self, conn: ConnId, message: Option<ClientMessage>) {
        let now = self.clock(HOST).boot_ms;
        let running = self.host.room.is_some();
        let Some(link) = self.links.get_mut(&conn) else { return };
        if let Some(side) = &mut link.host {
            if !side.open {
                return;
            }
            side.keepalive.heard(now);
        }
        let address = (link.who != HOST).then(|| [10, 0, 0, link.who as u8].into());
        match message {
            Some(ClientMessage::Hello(hello)) if running => {
                link.host = Some(Side::new(now));
                self.host.served.insert(conn, Served::default());
                self.after(0, Event::HostSide(conn));
                self.host_input(Input::Connected { conn, hello, address, binding: [0; 32] });
            }
            None | Some(ClientMessage::Bye(_) | ClientMessage::Hello(_)) => self.host_closes(conn, None),
            Some(ClientMessage::Ping(nonce)) => {
                let head = self.host.published;
                self.send_to_member(conn, Some(ServerMessage::Pong(nonce, head)));
            }
            Some(ClientMessage::Pong(_) | ClientMessage::Skipped(_)) => {}
            Some(message) => {
                let who = link.who;
                let message = self.garbled(who, message);
                self.host_input(Input::Received(conn, message));
            }
        }
    }

    /// The host's end closes: with last words where the room says so, else the room is told.
    fn host_closes(&mut self, conn: ConnId, why: Option<Goodbye>) {
        if let Some(why) = why {
            self.send_to_member(conn, Some(ServerMessage::Bye(why, RETRY_MIN_MS, COME_BACK_MS)));
        }
        self.send_to_member(conn, None);
        self.host.served.remove(&conn);
        if let Some(link) = self.links.get_mut(&conn) {
            link.host.iter_mut().for_each(|side| side.open = false);
        }
        self.forget_link(conn);
        if why.is_none() {
            self.host_input(Input::Closed(conn));
        }
    }

    /// The host's end of a connection looks at its clock.
    pub fn host_side(&mut self, conn: ConnId) {
        let (now, world_ms) = (self.clock(HOST).boot_ms, self.now);
        let Some(link) = self.links.get_mut(&conn) else { return };
        let oldest = link.to_member.queue.front().map_or(world_ms, |(at, _)| *at);
        let Some(side) = link.host.as_mut().filter(|side| side.open) else { return };
        if world_ms.saturating_sub(oldest) >= WRITE_STALL_MS {
            return self.host_closes(conn, None);
        }
        match side.keepalive.due(now) {
            Due::Wait(wait) => {
                let wait = u64::try_from(wait.as_millis()).unwrap();
                self.after(wait.max(1), Event::HostSide(conn));
            }
            Due::Ping => {
                self.send_to_member(conn, Some(ServerMessage::Ping(now)));
                self.after(1, Event::HostSide(conn));
            }
            Due::Dead => self.host_closes(conn, None),
        }
    }
}
