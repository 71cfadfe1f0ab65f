//! A member's copy of a room, without a socket, a clock or a disk.
//!
//! [`Replica`] keeps four promises, whatever is cut, killed or started again:
//! * **What I say is safe before it is shown and before it is sent**: [`ReplicaOutput::Queue`] first, and
//!   only after [`ReplicaInput::Queued`] is it told as pending and submitted.
//! * **What is shown is stored, in order, once**: entries are told after [`ReplicaInput::Stored`]. One store
//!   is under way at a time; what comes meanwhile goes with the next.
//! * **Nothing is missing unseen**: every run must follow the last entry by number and by hash. What does not
//!   is fetched again, told as a gap, or told as another log.
//! * **Nobody is misquoted**: hashes are computed here, signatures are checked here, and what does not
//!   verify is a stub.
//!
//! An entry that belongs to another epoch than before begins a new chain; what was said in the old one stays
//! on disk. Own ops that a restored log lacks are not submitted again: that is left for a later version.

mod contract;
mod copy;
mod following;
mod outbox;
mod people;
mod reading;

pub use contract::{Hole, ReplicaInput, ReplicaOutput, ReplicaParts, Stored, Told};
pub use reading::read;

use self::copy::{Copy, Fork};
use self::outbox::Outbox;
use self::people::People;
use crate::types::{
    Content, Denial, Goodbye, MemberId, MemberKey, Nickname, Now, Pending, Resume, RoomId, Seq,
};
use crate::wire::chain;
use crate::wire::message::{ClientMessage, ServerMessage, SignedHead, Welcome};

/// Things to tell that are held until `Online` was told; past it `Online` is told with the name that I want.
const HELD: usize = 256;

/// A connection that the host let in.
struct Online {
    welcome: Box<Welcome>,
    /// What I am called, once introduced.
    me: Option<Nickname>,
    /// The name that I asked for and have no answer about.
    asked: Option<Nickname>,
    /// `Online` was told.
    told: bool,
    /// Its chain was begun anew once: a second time is one too many.
    forked: bool,
}

/// A member's copy of one room.
pub struct Replica {
    parts: ReplicaParts,
    room_id: RoomId,
    key: MemberKey,
    nick: Nickname,
    copy: Copy,
    outbox: Outbox,
    people: People,
    online: Option<Online>,
    held: Vec<Told>,
}

impl Replica {
    /// The copy that the disk holds. Rows of the outbox are not told again: whoever read them shows them.
    pub fn new(stored: Stored, parts: ReplicaParts) -> Self {
        let key = parts.signer.key();
        Self {
            room_id: stored.room_id,
            key,
            nick: stored.nick.clone(),
            copy: Copy::new(&stored),
            outbox: Outbox::new(stored.room_id, stored.next_n, stored.outbox),
            people: People::default(),
            online: None,
            held: Vec::new(),
            parts,
        }
    }

    /// What is to be done about `input`, in order.
    #[must_use]
    pub fn handle(&mut self, now: Now, input: ReplicaInput) -> Vec<ReplicaOutput> {
        let mut out = Vec::new();
        match input {
            ReplicaInput::Welcome(welcome) => self.welcome(now, welcome, &mut out),
            ReplicaInput::Received(message) => self.received(now, message, &mut out),
            ReplicaInput::Stored(_) => self.copy.stored(),
            ReplicaInput::StoreFailed(reason) => self.copy.store_failed(now, reason, &mut out),
            ReplicaInput::Say { id, text, audience, at_ms } => {
                self.people.said();
                self.outbox.say((id, text, audience, at_ms), &*self.parts.signer, &mut out);
            }
            ReplicaInput::Queued(id) => self.outbox.queued(id, &mut out),
            ReplicaInput::QueueFailed(id, reason) => self.outbox.queue_failed(id, reason, &mut out),
            ReplicaInput::Requeued => self.outbox.requeued(),
            ReplicaInput::RequeueFailed(reason) => self.outbox.requeue_failed(now, reason, &mut out),
            ReplicaInput::Withdraw(id) => self.outbox.withdraw(id, &mut out),
            ReplicaInput::Rename(nick) => self.rename(nick, &mut out),
            ReplicaInput::Typing(typing) => self.people.i_type(typing, now, &mut out),
            ReplicaInput::Backfill => self.copy.backfill(None),
            ReplicaInput::BackfillBefore(seq) => self.copy.backfill(Some(seq)),
            ReplicaInput::KeepSince(since_ms) => self.copy.since_ms = since_ms,
            ReplicaInput::Lost => self.lost(),
            ReplicaInput::Tick => {
                self.outbox.tick(now);
                self.copy.tick(now);
                self.people.tick(now, &mut out);
            }
        }
        self.settle(now, &mut out);
        self.hold(out)
    }

    /// Where the next Hello goes on; none before the first visit.
    pub fn resume(&self) -> Option<Resume> {
        self.copy.resume()
    }

    /// Whether anything is missing that the host may have.
    pub fn has_holes(&self) -> bool {
        !self.copy.holes.is_empty()
    }

    /// Whether [`ReplicaInput::Backfill`] would fetch something now. What is new comes first.
    pub fn can_backfill(&self) -> bool {
        self.copy.can_backfill()
    }

    /// What is missing before this entry, newest first.
    pub fn hole_before(&self, seq: Seq) -> Option<Hole> {
        self.copy.hole_before(seq)
    }

    /// How far the log was told, and the newest entry that the host spoke of; none while not connected.
    pub fn followed(&self) -> Option<(Seq, Seq)> {
        self.copy.followed()
    }

    /// My outbox, oldest first: what is safe there, and not what is on its way to it.
    pub fn pending(&self) -> Vec<Pending> {
        self.outbox.pending()
    }

    /// How many messages wait for the host, refused ones not counted.
    pub fn unsent(&self) -> usize {
        self.outbox.unsent()
    }

    /// When [`ReplicaInput::Tick`] is due, boot milliseconds; none while nothing waits for time.
    pub fn next_tick(&self) -> Option<u64> {
        [self.outbox.next_tick(), self.copy.next_tick(), self.people.next_tick()].into_iter().flatten().min()
    }

    fn welcome(&mut self, now: Now, welcome: Box<Welcome>, out: &mut Vec<ReplicaOutput>) {
        let head = &welcome.head;
        let signed = chain::head_bytes(&welcome.room_id, welcome.epoch, head.link);
        let verified = self.parts.verifier.verify_head(&signed, &head.signature);
        if welcome.room_id != self.room_id || !verified {
            return self.hang_up(out);
        }
        self.lost();
        self.outbox.welcome(welcome.last_n);
        self.people.welcome(welcome.you);
        if self.copy.welcome(&welcome) {
            self.outbox.new_epoch();
            out.push(ReplicaOutput::Tell(Told::NewEpoch));
        }
        self.people.tick(now, out);
        let asked = Some(self.nick.clone());
        out.push(ReplicaOutput::Send(ClientMessage::Introduce(self.nick.clone())));
        self.online = Some(Online { welcome, me: None, asked, told: false, forked: false });
    }

    /// Whether the room's key signed this head, for this log.
    fn vouched(&self, head: &SignedHead) -> bool {
        let Some(online) = &self.online else { return false };
        let signed = chain::head_bytes(&self.room_id, online.welcome.epoch, head.link);
        self.parts.verifier.verify_head(&signed, &head.signature)
    }

    fn received(&mut self, now: Now, message: ServerMessage, out: &mut Vec<ReplicaOutput>) {
        if let ServerMessage::Welcome(welcome) = message {
            return self.welcome(now, welcome, out);
        }
        if let ServerMessage::Denied(denial) = message {
            return self.denied(denial, out);
        }
        if self.online.is_none() {
            return;
        }
        let digest = &*self.parts.digest;
        let followed = match message {
            ServerMessage::Events(run) => self.copy.events(run, digest),
            ServerMessage::Page(page) => self.copy.page(page, digest),
            ServerMessage::Results(_, head) if !self.vouched(&head) => return self.hang_up(out),
            ServerMessage::Results(results, _) => {
                self.outbox.results(now, results, self.copy.last_seq(), out);
                Ok(())
            }
            ServerMessage::Introduced(member, name) => {
                self.introduced(member, name, out);
                Ok(())
            }
            ServerMessage::RosterPage(page) => {
                self.people.page(page, out);
                Ok(())
            }
            ServerMessage::Passing(passing) => {
                self.people.passing(passing, now, out);
                Ok(())
            }
            ServerMessage::Guests(guests) => {
                self.people.guests(guests, out);
                Ok(())
            }
            ServerMessage::Pong(_, head) => {
                self.copy.heard_of(head);
                Ok(())
            }
            ServerMessage::Ping(nonce) => {
                out.push(ReplicaOutput::Send(ClientMessage::Pong(nonce)));
                Ok(())
            }
            ServerMessage::Bye(why, min_ms, max_ms) => {
                out.push(ReplicaOutput::Tell(Told::HostBye(why, min_ms, max_ms)));
                Ok(())
            }
            ServerMessage::Welcome(_)
            | ServerMessage::Denied(_)
            | ServerMessage::Behind(_)
            | ServerMessage::Skipped(_) => Ok(()),
        };
        if let Err(fork) = followed {
            self.fork(fork, out);
        }
    }

    /// What came does not follow what is here. Once, the chain begins anew at the head that the room signed;
    /// never silently, and never twice on one connection.
    fn fork(&mut self, fork: Fork, out: &mut Vec<ReplicaOutput>) {
        let Some(online) = &mut self.online else { return };
        if matches!(fork, Fork::Unsigned) || std::mem::replace(&mut online.forked, true) {
            return self.hang_up(out);
        }
        self.copy.begin_anew(online.welcome.head.link);
        self.outbox.new_epoch();
        out.push(ReplicaOutput::Tell(Told::NewEpoch));
    }

    fn introduced(&mut self, member: MemberId, name: Nickname, out: &mut Vec<ReplicaOutput>) {
        let Some(online) = &mut self.online else { return };
        if member != online.welcome.you {
            return self.hang_up(out);
        }
        let before = online.me.replace(name.clone());
        // The host may first tell of a name that I asked for on an earlier connection.
        let answered = online.asked.take_if(|asked| *asked == name).is_some();
        let waits = online.asked.is_some();
        if answered && self.nick != name {
            // I changed my mind while the host was busy with this name.
            self.ask_for_name(out);
        } else if !waits {
            self.nick = name.clone();
        }
        match before {
            None => {
                self.people.ask(out);
                self.outbox.open();
            }
            Some(before) if before != name => out.push(ReplicaOutput::Tell(Told::Renamed(name))),
            Some(_) => {}
        }
    }

    fn denied(&mut self, denial: Denial, out: &mut Vec<ReplicaOutput>) {
        let asked = self.online.as_mut().and_then(|online| online.asked.take());
        let (Denial::NickTaken { free }, Some(wanted)) = (&denial, asked) else {
            out.push(ReplicaOutput::Tell(Told::Denied(denial)));
            return;
        };
        out.push(ReplicaOutput::Tell(Told::NickTaken { wanted: wanted.clone(), free: free.clone() }));
        if self.nick != wanted {
            self.ask_for_name(out);
        } else if let Some(me) = self.online.as_ref().and_then(|online| online.me.clone()) {
            self.nick = me;
        }
    }

    fn rename(&mut self, nick: Nickname, out: &mut Vec<ReplicaOutput>) {
        self.nick = nick;
        if self.online.as_ref().is_some_and(|online| online.asked.is_none()) {
            self.ask_for_name(out);
        }
    }

    fn ask_for_name(&mut self, out: &mut Vec<ReplicaOutput>) {
        if let Some(online) = &mut self.online {
            online.asked = Some(self.nick.clone());
            out.push(ReplicaOutput::Send(ClientMessage::Introduce(self.nick.clone())));
        }
    }

    /// The host broke the protocol: nothing more of this connection is taken.
    fn hang_up(&mut self, out: &mut Vec<ReplicaOutput>) {
        self.lost();
        out.push(ReplicaOutput::Hangup(Goodbye::Protocol));
    }

    fn lost(&mut self) {
        self.online = None;
        self.held.retain(Told::outlives_connection);
        self.copy.lost();
        self.outbox.lost();
        self.people.lost();
    }

    /// Does what has become possible: tells what is stored, stores what came, fetches what is missing, submits
    /// what waits.
    fn settle(&mut self, now: Now, out: &mut Vec<ReplicaOutput>) {
        while let Some(settled) = self.copy.settled() {
            let reader = reading::Reader {
                verifier: &*self.parts.verifier,
                room: self.room_id,
                host: settled.host,
                me: self.key,
            };
            for message in reading::tell(&settled, &reader, out) {
                if let Content::Named { key, name, .. } = &message.content {
                    self.people.renamed(key, name);
                }
            }
            self.outbox.settled(&settled, &reader, out);
        }
        self.copy.store_next(|id| self.outbox.holds(id), out);
        self.copy.fetch_next(out);
        self.outbox.submit_next(now, &*self.parts.signer, out);
    }

    /// Holds back what would be told before `Online`, and tells `Online` when its time has come.
    fn hold(&mut self, out: Vec<ReplicaOutput>) -> Vec<ReplicaOutput> {
        let Some(online) = self.online.as_mut().filter(|online| !online.told) else {
            let held = std::mem::take(&mut self.held).into_iter().map(ReplicaOutput::Tell);
            return held.chain(out).collect();
        };
        let mut kept = Vec::new();
        for output in out {
            match output {
                ReplicaOutput::Tell(told) if told.waits_for_online() => self.held.push(told),
                other => kept.push(other),
            }
        }
        if online.me.is_some() || self.held.len() > HELD {
            online.told = true;
            let me = online.me.clone().unwrap_or_else(|| self.nick.clone());
            let Welcome { room_name: room, you: member, epoch, head, .. } = (*online.welcome).clone();
            let first = Told::Online { room, member, me, epoch, head: head.link.seq };
            let told = std::iter::once(first).chain(std::mem::take(&mut self.held));
            kept.extend(told.map(ReplicaOutput::Tell));
        }
        kept
    }
}
