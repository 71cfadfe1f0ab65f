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
mod charge;
mod contract;
mod gate;
mod guests;
mod house;
mod ledger;
pub mod log;
pub mod plain;
mod presence;
mod quota;
mod recall;
mod refill;
pub mod replica;
mod roster;
mod seen;
mod submit;

pub use contract::{ConnId, Facts, ForGuests, Input, Known, Output, Parts, Quota, RoomNotice};
pub use guests::guest_name;
pub use quota::Bucket;
pub use replica::{Hole, Replica, ReplicaInput, ReplicaOutput, ReplicaParts, Stored, Told};
pub use seen::Seen;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;

use self::charge::Charge;
use self::gate::Gate;
use self::guests::Guests;
use self::house::Rules;
use self::ledger::{Failed, Ledger, Stamp};
use self::presence::Presence;
use self::recall::Recall;
use self::refill::Refill;
use self::roster::Roster;
use crate::types::limits::{KEPT_OUT, NOT_STORED_RETRY_MS, PAGE_ENTRIES};
use crate::types::{Goodbye, Link, MemberId, MemberKey, Nickname, Now, OpId, Refusal, Seq, SignedOp};
use crate::wire::message::{ClientMessage, Fetch, OpResult, ServerMessage};

/// One connection that was let in.
struct Conn {
    key: MemberKey,
    member: MemberId,
    /// Where it comes from; none for the host itself.
    address: Option<IpAddr>,
    /// What both ends of this very connection share.
    binding: [u8; 32],
    /// It has a name, so it may speak, and others see it.
    present: bool,
    /// The name it asked for and does not have yet.
    wants: Option<Nickname>,
    /// Ops that were not judged yet, because an earlier one is being looked up.
    waiting: VecDeque<SignedOp>,
    /// The op that the log is asked about.
    looking: Option<OpId>,
    /// It hands back what the log has lost.
    hands_back: bool,
}

/// The host's truth about one room.
pub struct Room {
    facts: Facts,
    parts: Parts,
    ledger: Ledger,
    roster: Roster,
    presence: Presence,
    guests: Guests,
    gate: Gate,
    charge: Charge,
    rules: Rules,
    recall: Recall,
    refill: Refill,
    conns: BTreeMap<ConnId, Conn>,
    by_key: HashMap<MemberKey, ConnId>,
    oldest: Seq,
    /// The log refused the last batch.
    failing: bool,
    /// When names that wait are tried again, boot milliseconds.
    retry_at: Option<u64>,
    /// When new names that came too fast are looked at again, boot milliseconds.
    rename_at: Option<u64>,
    /// How many other names each took since the room was opened, and when the last one, boot milliseconds.
    renamed: HashMap<MemberKey, (u32, u64)>,
    closed: bool,
}

impl Room {
    /// A room whose log holds what is `known`.
    pub fn open(mut facts: Facts, parts: Parts, mut known: Known) -> Self {
        facts.guests.kept_out.truncate(KEPT_OUT);
        let mut roster = Roster::new(facts.host, std::mem::take(&mut known.members));
        let charge = Charge::new(std::mem::take(&mut known.standings));
        charge.successions().for_each(|(before, to)| roster.succeed(&before, to));
        Self {
            facts,
            parts,
            roster,
            presence: Presence::default(),
            guests: Guests::default(),
            charge,
            rules: Rules::new(known.rules),
            gate: Gate::new(&mut known),
            recall: Recall::default(),
            refill: Refill::new(std::mem::take(&mut known.holes)),
            conns: BTreeMap::new(),
            by_key: HashMap::new(),
            oldest: known.oldest.max(Seq::START.next()),
            ledger: Ledger::new(known),
            failing: false,
            retry_at: None,
            rename_at: None,
            renamed: HashMap::new(),
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
        self.opened(now);
        match input {
            Input::Connected { conn, hello, address, binding } => {
                self.connected(now, (conn, address, binding), hello, &mut out);
            }
            Input::Received(conn, message) => self.received(now, conn, message, &mut out),
            Input::GuestCame { conn, address } => self.guest_came(now, conn, address, &mut out),
            Input::GuestAsked(conn, ask) => self.guest_asked(now, conn, ask, &mut out),
            Input::SetGuests(rules) => self.set_guests(now, rules, &mut out),
            Input::LetIn(address) => self.let_in(address, &mut out),
            Input::RemoveGuest { name, keep_out } => self.act_on_guest(now, name, keep_out, &mut out),
            Input::Closed(conn) => {
                self.gone(now, conn);
                self.guest_gone(now, conn);
                self.look_on(now, &mut out);
            }
            Input::Recorded(seq) => self.recorded(now, seq, &mut out),
            Input::RecordFailed(reason) => self.record_failed(now, reason, &mut out),
            Input::Found { conn, id, entry } => self.found(now, conn, id, entry, &mut out),
            Input::FoundRemoved { conn, id, seq } => self.found_removed(now, (conn, id), seq, &mut out),
            Input::LookupFailed { conn, id, reason } => self.lookup_failed(now, (conn, id), reason, &mut out),
            Input::Peeked(conn, at) => self.peeked(now, conn, at, &mut out),
            Input::Turned(done) => self.turned(now, done, &mut out),
            Input::Refilled(done) => self.refilled(now, done, &mut out),
            Input::Admitted(conn, done) => self.admitted(now, conn, done, &mut out),
            Input::SetInvites(invites) => self.gate.set_invites(invites),
            Input::SetCapacity(capacity) => self.facts.capacity = capacity,
            Input::Act(act) => self.act(now, act, &mut out),
            Input::SetAsks(asks) => self.set_asks(now, asks, &mut out),
            Input::AnswerKnock(key, answer) => self.answer_knock(now, &key, answer, &mut out),
            Input::ActOn { verb, name, until_ms } => self.act_on(now, verb, (name, until_ms), &mut out),
            Input::AskBinding(key) => out.push(Output::Tell(self.binding(key))),
            Input::CloseRoom => {
                self.closed = true;
                let all = self.conns.keys().chain(self.gate.waiting());
                out.extend(all.map(|conn| Output::Close(*conn, Goodbye::RoomClosed)));
                self.close_guests(&mut out);
                return out;
            }
            Input::Tick => {
                self.recall_tick(now, &mut out);
                self.gate_tick(now, &mut out);
            }
        }
        self.settle(now, &mut out);
        out
    }

    /// What follows from whatever happened.
    fn settle(&mut self, now: Now, out: &mut Vec<Output>) {
        self.give_way(now, out);
        self.after_quiet(now, out);
        self.rename_waiting(now, out);
        self.record_next(now, out);
        self.refill_next(now, out);
        self.tell_presence(now, out);
        self.tell_house(out);
        self.tell_knocks(out);
    }

    /// When [`Input::Tick`] is due, boot milliseconds; none while nothing waits for time.
    pub fn next_tick(&self) -> Option<u64> {
        let presence = self.presence.next_tick().into_iter().chain(self.guests.next_tick());
        presence
            .chain(self.retry_at)
            .chain(self.rename_at)
            .chain(self.gate.due())
            .chain(self.recall_due())
            .chain(self.refill.due())
            .min()
    }

    /// What the room is, as it stands now.
    pub fn facts(&self) -> &Facts {
        &self.facts
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
        let Some(conn) = self.conns.get_mut(&id) else { return self.at_gate(now, id, &message, out) };
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
            ClientMessage::TailOffer(proof) => self.offered(now, id, proof, out),
            ClientMessage::Tail(epoch, page) => self.handed_back(now, id, (epoch, page), out),
            ClientMessage::Typing(typing) if conn.present => {
                let (member, present) = (conn.member, self.roster.present());
                self.presence.typing(member, typing, present, now.boot_ms);
            }
            ClientMessage::Ping(nonce) => {
                out.push(Output::Send(id, ServerMessage::Pong(nonce, self.ledger.head().seq)));
            }
            ClientMessage::Typing(_) | ClientMessage::Pong(_) | ClientMessage::Skipped(_) => {}
            ClientMessage::Hello(_) | ClientMessage::Ke1(_) | ClientMessage::Ke3(_) => {
                self.close(now, id, Goodbye::Protocol, out);
            }
            ClientMessage::Bye(_) => self.close(now, id, Goodbye::Leaving, out),
        }
    }

    /// What waited while nothing could be numbered has its turn.
    fn after_quiet(&mut self, now: Now, out: &mut Vec<Output>) {
        if !self.take_held(now) {
            return;
        }
        let conns: Vec<ConnId> = self.conns.keys().copied().collect();
        for id in conns {
            self.judge_held(now, id, out);
            self.introduce(now, id, out);
        }
    }

    /// Hands the next batch to the log, if none is under way.
    fn record_next(&mut self, now: Now, out: &mut Vec<Output>) {
        if self.is_quiet(now) {
            // Whatever waits is looked at when that is over.
            self.retry_at = None;
            return self.held();
        }
        if self.ledger.only_names_wait() && self.retry_at.is_some_and(|at| now.boot_ms < at) {
            return;
        }
        let stamp = Stamp {
            room: self.facts.room_id,
            wall_ms: now.wall_ms,
            digest: &*self.parts.digest,
            signer: &*self.parts.ops,
            host: self.roster.called(&self.facts.host),
        };
        if let Some(batch) = self.ledger.next_batch(&stamp) {
            self.retry_at = None;
            let batch = self.with_effects(batch);
            out.push(Output::Record(batch));
        }
    }

    fn recorded(&mut self, now: Now, seq: Seq, out: &mut Vec<Output>) {
        let Some(flight) = self.ledger.recorded(seq) else { return };
        if std::mem::take(&mut self.failing) {
            out.push(Output::Tell(RoomNotice::StoringAgain));
        }
        self.relay(&flight.run, &flight.heard, out);
        let (signer, facts) = (&*self.parts.heads, &self.facts);
        let head = self.ledger.signed_head(|head| ledger::sign_head(signer, facts, head));
        out.push(Output::Publish(flight.run, head));
        let mut results: BTreeMap<ConnId, Vec<OpResult>> = BTreeMap::new();
        for ledger::Taken { author, said, seq, .. } in flight.taken {
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
        self.acted(now, out);
        self.ruled(now, out);
        self.taken_back(now, out);
    }

    fn record_failed(&mut self, now: Now, reason: String, out: &mut Vec<Output>) {
        let mut results: BTreeMap<ConnId, Vec<OpResult>> = BTreeMap::new();
        let Failed { refused, unheard } = self.ledger.failed();
        self.charge.failed();
        self.rules.failed();
        for conn in unheard {
            self.not_kept(conn, out);
        }
        for SignedOp { op, .. } in refused {
            if let Some(conn) = self.by_key.get(&op.author) {
                let refused = OpResult { id: op.id, outcome: Err(Refusal::NotStored) };
                results.entry(*conn).or_default().push(refused);
            }
        }
        for (conn, results) in results {
            self.answer(conn, results, out);
        }
        self.recall_failed(now, reason, out);
        self.retry_at =
            self.ledger.only_names_wait().then(|| now.boot_ms.saturating_add(NOT_STORED_RETRY_MS));
    }

    fn not_storing(&mut self, reason: String, out: &mut Vec<Output>) {
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
