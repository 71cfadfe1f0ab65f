//! The rules of a room, without a socket, a clock or a disk.
//!
//! [`Room`] is the host's truth: it takes what happened ([`Input`]) and answers what is to be done
//! ([`Output`]), in that order, and never waits. It is so that one test can drive a room, its members, their
//! networks and their disks through every bad moment with nothing but numbers ([`Now`]) for time.
//!
//! **Record, then send.** What a member submits is staged; one [`Output::Record`] is under way at a time, and
//! what comes meanwhile goes into the next one, so commits group by themselves. Only after
//! [`Input::Recorded`] does anybody hear of an entry or of a result.
//!
//! **Counters.** An op is numbered only where its counter is the one after the last that was taken, so an
//! author's ops never swap. Only ops that are taken use up a counter. A refused op uses none: its author
//! gives what follows it new counters, under the same ids, and signs it again ([`Replica`] does so after its
//! outbox holds the new bytes). An id is therefore the identity of what was said, and the counter only its
//! place: a resend is known by its id, whatever counter it carries.

mod arrive;
mod ledger;
pub mod log;
pub mod plain;
mod presence;
mod quota;
pub mod replica;
mod roster;
mod seen;
mod submit;

pub use replica::{Hole, Replica, ReplicaInput, ReplicaOutput, ReplicaParts, Stored, Told};
pub use seen::Seen;

use std::collections::{BTreeMap, HashMap, VecDeque};

use self::ledger::{Ledger, Stamp};
use self::log::{Digest, HeadSigner, OpSigner, Verifier};
use self::presence::Presence;
use self::roster::Roster;
use crate::types::limits::{NOT_STORED_RETRY_MS, PAGE_ENTRIES};
use crate::types::{
    Batch, Entry, Epoch, Goodbye, KnownMember, Link, MemberId, MemberKey, Nickname, Now, OpId, Refusal,
    RoomId, RoomName, Run, Seq, SignedOp,
};
use crate::wire::message::{ClientMessage, Fetch, Hello, OpResult, Passing, ServerMessage};

/// One connection of a member. The shell draws the number and never uses it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnId(pub u64);

/// How fast a member may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Ops a second that a member may keep up, at least 1.
    pub per_second: u32,
    /// Ops at once before the steady rate holds, at least 1.
    pub burst: u32,
}

/// What a room is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Which room.
    pub room_id: RoomId,
    /// Which log its numbers belong to.
    pub epoch: Epoch,
    /// What it is called.
    pub name: RoomName,
    /// How many members may be connected, the host among them. The host itself is never turned away.
    pub capacity: usize,
    /// How fast a member may speak; none where there is no limit.
    pub quota: Option<Quota>,
    /// The host's own key: it signs the room's own entries.
    pub host: MemberKey,
}

/// The operations of cryptography that a room is given.
pub struct Parts {
    /// SHA-256.
    pub digest: Box<dyn Digest>,
    /// Checks members' signatures.
    pub verifier: Box<dyn Verifier>,
    /// Signs the room's own entries with the host's key.
    pub ops: Box<dyn OpSigner>,
    /// Signs the head with the room's key.
    pub heads: Box<dyn HeadSigner>,
}

/// What the log holds when a room is opened.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The newest entry; none in an empty log.
    pub head: Option<Link>,
    /// The oldest entry; 1 in an empty log.
    pub oldest: Seq,
    /// The newest entry's time, milliseconds since 1970 UTC.
    pub last_at_ms: i64,
    /// Everybody whom the log knows.
    pub members: Vec<KnownMember>,
    /// The last counter of each author in the log.
    pub counters: Vec<(MemberKey, u64)>,
    /// The ids of all entries, by [`Seen::insert`]. Where one is missing, an author who uses it again makes
    /// the log refuse a whole batch.
    pub seen: Seen,
}

/// What happened to a room.
#[derive(Debug, Clone)]
pub enum Input {
    /// A member came. The shell has checked its signature over the connection's exporter.
    Connected {
        /// Its connection.
        conn: ConnId,
        /// Its first message.
        hello: Box<Hello>,
    },
    /// A member sent this.
    Received(ConnId, ClientMessage),
    /// The connection is gone.
    Closed(ConnId),
    /// The batch under way is durable up to this entry.
    Recorded(Seq),
    /// Nothing of the batch under way was written, in words for the host's person.
    RecordFailed(String),
    /// The answer to [`Output::Lookup`].
    Found {
        /// Whose question it was.
        conn: ConnId,
        /// The op that was asked for.
        id: OpId,
        /// What it became, if the log has it.
        entry: Option<Box<Entry>>,
    },
    /// How many members may be connected from now on. Nobody is sent away.
    SetCapacity(usize),
    /// The host ends it: every connection is closed, and nothing is answered any more.
    CloseRoom,
    /// It is [`Room::next_tick`].
    Tick,
}

/// What the shell is to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Write this down in one commit, and answer with [`Input::Recorded`] or [`Input::RecordFailed`]. There is
    /// never a second one before the answer.
    Record(Batch),
    /// These entries are durable: every connection that was started gets them. A run may be longer than one
    /// frame holds; whoever encodes it cuts it.
    Publish(Run),
    /// The connection's Events begin after this entry. Read them from the log or the ring, and let the first
    /// one's `prev` be the log's own: a member whose copy has another hash there sees it by that.
    Start {
        /// Whose.
        conn: ConnId,
        /// After which entry.
        after: Link,
    },
    /// To one connection.
    Send(ConnId, ServerMessage),
    /// To every connection that was started. May be dropped where a connection is slow.
    SendToAll(Passing),
    /// Answer this from the log with [`ServerMessage::Page`]. `max` is within the limits already.
    Load {
        /// Whom.
        conn: ConnId,
        /// What is wanted.
        fetch: Fetch,
    },
    /// Is this op in the log? Answer with [`Input::Found`].
    Lookup {
        /// Who wants to know. At most one question of a connection is open.
        conn: ConnId,
        /// Its author.
        author: MemberKey,
        /// Its id.
        id: OpId,
    },
    /// Close the connection, with a Bye that says why. No [`Input::Closed`] is needed for it.
    Close(ConnId, Goodbye),
    /// For the host's person.
    Tell(RoomNotice),
}

/// What the host's person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomNotice {
    /// Somebody was turned away because as many are connected as may be.
    Full,
    /// The log could not be written, in the system's words: nothing is acknowledged until it can.
    NotStoring(String),
    /// The log can be written again.
    StoringAgain,
}

/// One connection that was let in.
struct Conn {
    key: MemberKey,
    member: MemberId,
    /// It has a name, so it may speak, and others see it.
    present: bool,
    /// The name it asked for and does not have yet.
    wants: Option<Nickname>,
    /// Ops that were not judged yet, because an earlier one is being looked up.
    waiting: VecDeque<SignedOp>,
    /// The op that the log is asked about.
    looking: Option<OpId>,
}

/// The host's truth about one room.
pub struct Room {
    facts: Facts,
    parts: Parts,
    ledger: Ledger,
    roster: Roster,
    presence: Presence,
    conns: BTreeMap<ConnId, Conn>,
    by_key: HashMap<MemberKey, ConnId>,
    oldest: Seq,
    /// The log refused the last batch.
    failing: bool,
    /// When names that wait are tried again, boot milliseconds.
    retry_at: Option<u64>,
    /// When new names that came too fast are looked at again, boot milliseconds.
    rename_at: Option<u64>,
    closed: bool,
}

impl Room {
    /// A room whose log holds what is `known`.
    pub fn open(facts: Facts, parts: Parts, mut known: Known) -> Self {
        let roster = Roster::new(facts.host, std::mem::take(&mut known.members));
        Self {
            facts,
            parts,
            roster,
            presence: Presence::default(),
            conns: BTreeMap::new(),
            by_key: HashMap::new(),
            oldest: known.oldest.max(Seq::START.next()),
            ledger: Ledger::new(known),
            failing: false,
            retry_at: None,
            rename_at: None,
            closed: false,
        }
    }

    /// What is to be done about `input`, in order.
    #[must_use]
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        if self.closed {
            return out;
        }
        match input {
            Input::Connected { conn, hello } => self.connected(now, conn, &hello, &mut out),
            Input::Received(conn, message) => self.received(now, conn, message, &mut out),
            Input::Closed(conn) => self.gone(now, conn),
            Input::Recorded(seq) => self.recorded(now, seq, &mut out),
            Input::RecordFailed(reason) => self.record_failed(now, reason, &mut out),
            Input::Found { conn, id, entry } => self.found(now, conn, id, entry, &mut out),
            Input::SetCapacity(capacity) => self.facts.capacity = capacity,
            Input::CloseRoom => {
                self.closed = true;
                out.extend(self.conns.keys().map(|conn| Output::Close(*conn, Goodbye::RoomClosed)));
                return out;
            }
            Input::Tick => {}
        }
        self.rename_waiting(now, &mut out);
        self.record_next(now, &mut out);
        if let Some(passing) = self.presence.flush(self.roster.present(), now.boot_ms) {
            out.push(Output::SendToAll(passing));
        }
        out
    }

    /// When [`Input::Tick`] is due, boot milliseconds; none while nothing waits for time.
    pub fn next_tick(&self) -> Option<u64> {
        self.presence.next_tick().into_iter().chain(self.retry_at).chain(self.rename_at).min()
    }

    /// The newest durable entry.
    pub fn head(&self) -> Link {
        self.ledger.head()
    }

    /// How many are present.
    pub fn present(&self) -> usize {
        self.roster.present()
    }

    fn received(&mut self, now: Now, id: ConnId, message: ClientMessage, out: &mut Vec<Output>) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        match message {
            ClientMessage::Introduce(name) => {
                conn.wants = Some(name);
                self.introduce(now, id, out);
            }
            ClientMessage::Submit(ops) => self.submit(now, id, ops, out),
            ClientMessage::Fetch(fetch) => {
                let max = u32::try_from(PAGE_ENTRIES).map_or(fetch.max, |most| fetch.max.min(most));
                out.push(Output::Load { conn: id, fetch: Fetch { max, ..fetch } });
            }
            ClientMessage::Roster(offset, max) => {
                out.push(Output::Send(id, ServerMessage::RosterPage(self.roster.page(offset, max))));
            }
            ClientMessage::Typing(typing) if conn.present => {
                let (member, present) = (conn.member, self.roster.present());
                self.presence.typing(member, typing, present, now.boot_ms);
            }
            ClientMessage::Ping(nonce) => {
                out.push(Output::Send(id, ServerMessage::Pong(nonce, self.ledger.head().seq)));
            }
            ClientMessage::Typing(_) | ClientMessage::Pong(_) | ClientMessage::Skipped(_) => {}
            ClientMessage::Hello(_) => self.close(now, id, Goodbye::Protocol, out),
            ClientMessage::Bye(_) => self.close(now, id, Goodbye::Leaving, out),
        }
    }

    /// Hands the next batch to the log, if none is under way.
    fn record_next(&mut self, now: Now, out: &mut Vec<Output>) {
        if self.ledger.only_names_wait() && self.retry_at.is_some_and(|at| now.boot_ms < at) {
            return;
        }
        let stamp = Stamp {
            room: self.facts.room_id,
            wall_ms: now.wall_ms,
            digest: &*self.parts.digest,
            signer: &*self.parts.ops,
        };
        if let Some(batch) = self.ledger.next_batch(&stamp) {
            self.retry_at = None;
            out.push(Output::Record(batch));
        }
    }

    fn recorded(&mut self, now: Now, seq: Seq, out: &mut Vec<Output>) {
        let Some(flight) = self.ledger.recorded(seq) else { return };
        if std::mem::take(&mut self.failing) {
            out.push(Output::Tell(RoomNotice::StoringAgain));
        }
        out.push(Output::Publish(flight.run));
        let mut results: BTreeMap<ConnId, Vec<OpResult>> = BTreeMap::new();
        for (author, said, seq) in flight.taken {
            if let Some(conn) = self.by_key.get(&author) {
                results.entry(*conn).or_default().push(OpResult { id: said.id, outcome: Ok(seq) });
            }
        }
        for (conn, results) in results {
            self.answer(conn, results, out);
        }
        for who in flight.named {
            self.roster.named(&who);
            if let Some(conn) = self.by_key.get(&who.key).copied() {
                self.introduced(now, conn, out);
                self.introduce(now, conn, out);
            }
        }
    }

    fn record_failed(&mut self, now: Now, reason: String, out: &mut Vec<Output>) {
        let mut results: BTreeMap<ConnId, Vec<OpResult>> = BTreeMap::new();
        for SignedOp { op, .. } in self.ledger.failed() {
            if let Some(conn) = self.by_key.get(&op.author) {
                let refused = OpResult { id: op.id, outcome: Err(Refusal::NotStored) };
                results.entry(*conn).or_default().push(refused);
            }
        }
        for (conn, results) in results {
            self.answer(conn, results, out);
        }
        self.retry_at =
            self.ledger.only_names_wait().then(|| now.boot_ms.saturating_add(NOT_STORED_RETRY_MS));
        if !std::mem::replace(&mut self.failing, true) {
            out.push(Output::Tell(RoomNotice::NotStoring(reason)));
        }
    }

    fn answer(&mut self, conn: ConnId, results: Vec<OpResult>, out: &mut Vec<Output>) {
        if !results.is_empty() {
            let (signer, facts) = (&*self.parts.heads, &self.facts);
            let head = self.ledger.signed_head(|head| ledger::sign_head(signer, facts, head));
            out.push(Output::Send(conn, ServerMessage::Results(results, head)));
        }
    }
}
