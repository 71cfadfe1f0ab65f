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
//! on disk.
//!
//! **A host's log can go back in time**, when its file is an older copy of itself. What I hold up to an entry that the
//! room's key vouched for is then offered to the host ([`offers`]), before anything else is said to it. A message of mine
//! leaves the outbox only when such an entry covers it: so each of my messages is either still to be sent, or can be
//! proven to have been there.

mod contract;
mod copy;
mod deeds;
mod following;
mod fork;
mod lacking;
mod meeting;
mod naming;
mod offers;
mod outbox;
mod people;
mod proving;
mod reading;

pub use contract::{Hole, ReplicaInput, ReplicaOutput, ReplicaParts, Stored, Told};
pub use reading::read;

use self::copy::Copy;
use self::deeds::Deeds;
use self::meeting::Met;
use self::offers::Offers;
use self::outbox::Outbox;
use self::people::People;
use crate::types::{Content, Goodbye, MemberKey, Nickname, Now, Pending, Resume, RoomId, Seq};
use crate::wire::chain;
use crate::wire::message::{ClientMessage, ServerMessage, SignedHead, TAIL, TailWanted, Welcome};

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
    /// What I follow was offered once: a second time says nothing new.
    contested: bool,
}

/// A member's copy of one room.
pub struct Replica {
    parts: ReplicaParts,
    room_id: RoomId,
    key: MemberKey,
    nick: Nickname,
    copy: Copy,
    outbox: Outbox,
    offers: Offers,
    people: People,
    deeds: Deeds,
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
            offers: Offers::new(stored.earlier),
            people: People::default(),
            deeds: Deeds::default(),
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
            ReplicaInput::Do { id, deed } => {
                let at = (self.room_id, self.online.is_some());
                self.deeds.submit(at, (id, &deed), &*self.parts.signer, &mut out);
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
            ReplicaInput::Whole => self.copy.whole(),
            ReplicaInput::NotHandedBack(epoch, head) => self.not_handed_back((epoch, head), &mut out),
            ReplicaInput::Lost => self.lost(&mut out),
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
        self.lost(out);
        self.outbox.welcome(welcome.last_n, welcome.head.link.seq);
        self.people.welcome(welcome.you);
        self.offers.welcome(welcome.epoch, welcome.features.iter().any(|feature| feature == TAIL));
        let met = self.copy.welcome(&welcome, self.offers.are_heard());
        let asked = Some(self.nick.clone());
        out.push(ReplicaOutput::Send(ClientMessage::Introduce(self.nick.clone())));
        let (forked, contested) = (false, met == Met::Lacking);
        self.online = Some(Online { welcome, me: None, asked, told: false, forked, contested });
        match met {
            Met::Follows => {}
            Met::Another => self.begun_anew(out),
            Met::Lacking => self.contest(out),
        }
        self.people.tick(now, out);
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
        let Some(_) = &self.online else { return };
        let digest = &*self.parts.digest;
        let followed = match message {
            ServerMessage::Events(run) => self.copy.events(run, digest),
            ServerMessage::Head(head) if !self.vouched(&head) => return self.hang_up(out),
            ServerMessage::Head(head) => {
                self.copy.vouched(head);
                Ok(())
            }
            ServerMessage::Behind(head) => {
                self.copy.is_behind(head);
                Ok(())
            }
            ServerMessage::TailWanted(wanted) if self.hands_back(&wanted) => {
                out.push(ReplicaOutput::HandBack(wanted));
                Ok(())
            }
            ServerMessage::TailTaken(epoch, head, upto) => return self.taken((epoch, head), upto, out),
            ServerMessage::Page(page) => self.copy.page(now, page, digest),
            ServerMessage::Results(_, head) if !self.vouched(&head) => return self.hang_up(out),
            ServerMessage::Results(results, head) => {
                self.copy.vouched(head);
                self.deeds.results(&results, out);
                self.outbox.results(now, results, self.copy.safe_seq(), out);
                Ok(())
            }
            ServerMessage::Pong(_, head) => {
                self.copy.heard_of(head);
                Ok(())
            }
            ServerMessage::Ping(nonce) => return out.push(ReplicaOutput::Send(ClientMessage::Pong(nonce))),
            ServerMessage::Bye(why, min_ms, max_ms) => {
                if why == Goodbye::Protocol {
                    self.offers.not_understood();
                }
                out.push(ReplicaOutput::Tell(Told::HostBye(why, min_ms, max_ms)));
                Ok(())
            }
            other => {
                self.received_of_people(now, other, out);
                Ok(())
            }
        };
        if let Err(fork) = followed {
            self.fork(fork, out);
        }
    }

    /// What is said of who is here and of what holds; the rest is for whoever is not in yet.
    fn received_of_people(&mut self, now: Now, message: ServerMessage, out: &mut Vec<ReplicaOutput>) {
        match message {
            ServerMessage::Introduced(member, name) => self.introduced(member, name, out),
            ServerMessage::RosterPage(page) => self.people.page(page, out),
            ServerMessage::Passing(passing) => self.people.passing(passing, now, out),
            ServerMessage::Guests(guests) => self.people.guests(guests, out),
            // I may perhaps speak sooner than I was told.
            ServerMessage::House(house) if self.deeds.house(house.clone(), out) => self.outbox.hurry(),
            ServerMessage::Standings(standings) => {
                out.push(ReplicaOutput::Tell(Told::Standings(standings)));
            }
            _ => {}
        }
    }

    /// Whether the host may have this of me: what I offered, or what its log may have lost in its middle.
    fn hands_back(&self, wanted: &TailWanted) -> bool {
        let followed = self.online.as_ref().is_some_and(|online| online.welcome.epoch == wanted.epoch);
        self.offers.is_of(wanted.epoch, wanted.head) || (followed && !self.copy.shares_log)
    }

    /// The host broke the protocol: nothing more of this connection is taken.
    fn hang_up(&mut self, out: &mut Vec<ReplicaOutput>) {
        self.lost(out);
        out.push(ReplicaOutput::Hangup(Goodbye::Protocol));
    }

    fn lost(&mut self, out: &mut Vec<ReplicaOutput>) {
        self.deeds.lost(out);
        self.online = None;
        self.held.retain(Told::outlives_connection);
        self.copy.lost();
        self.offers.lost();
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
                    self.people.renamed(key, name, out);
                }
            }
            self.outbox.settled(&settled, &reader, out);
        }
        let before = out.len();
        self.copy.store_next(|id| self.outbox.holds(id), self.outbox.is_numbered(), out);
        for output in out.iter_mut().skip(before) {
            reading::add_removals(output, &self.room_id, &*self.parts.verifier);
        }
        self.copy.fetch_next(out);
        if let Some((epoch, upto)) = self.copy.proven_whole() {
            self.offers.proven(epoch, upto, out);
        }
        self.offers.send_next(out);
        self.outbox.hold(self.offers.wait() || self.copy.unmet);
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
