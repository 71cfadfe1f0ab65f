//! What goes into a room and what comes out.

use std::collections::HashSet;
use std::net::IpAddr;

use super::log::{Digest, HeadSigner, Lock, OpSigner, Verifier};
use super::replica::Hole;
use super::seen::Seen;
use crate::types::{
    Act, Admission, At, Batch, Entry, Epoch, Goodbye, GuestRules, HouseRules, Issued, Knock, KnockAnswer,
    KnownMember, Link, MemberKey, Nickname, OpId, RoomId, RoomName, Run, Seq, SignedHead, Standing, Verb,
};
use crate::wire::message::{ClientMessage, Fetch, Hello, Passing, ServerMessage};
use crate::wire::text::{GuestAsk, GuestLine};

/// One connection, a member's or a guest's. The shell draws the number and never uses it again.
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
    /// What people without the app may do.
    pub guests: GuestRules,
    /// The host's own address, under which a classic room shows what the host says; none where it is not known.
    pub address: Option<IpAddr>,
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
    /// The password; none where the room has none.
    pub lock: Option<Box<dyn Lock>>,
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
    /// What is missing in the middle of it, newest first.
    pub holes: Vec<Hole>,
    /// How people stand about whom something was done.
    pub standings: Vec<Standing>,
    /// What holds for everybody.
    pub rules: HouseRules,
    /// The host is asked about each newcomer.
    pub asks: bool,
    /// Which password the room has now: how often it was set, changed or removed.
    pub password_epoch: u32,
    /// Who has proven that one.
    pub admitted: HashSet<MemberKey>,
    /// The invites that were made since it has that one.
    pub invites: Vec<Issued>,
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
        /// Where it comes from; none for the host itself.
        address: Option<IpAddr>,
        /// What both ends of this very connection share, and nobody else.
        binding: [u8; 32],
    },
    /// Somebody came without the app, and has said something or listened for a while.
    GuestCame {
        /// Its connection.
        conn: ConnId,
        /// Where it comes from.
        address: IpAddr,
    },
    /// A guest wants this.
    GuestAsked(ConnId, GuestAsk),
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
    /// Likewise, where the log knows its number and does not keep the entry any more.
    FoundRemoved {
        /// Whose question it was.
        conn: ConnId,
        /// The op that was asked for.
        id: OpId,
        /// The number that it had.
        seq: Seq,
    },
    /// The log could not answer [`Output::Lookup`], in words for the host's person.
    LookupFailed {
        /// Whose question it was.
        conn: ConnId,
        /// The op that was asked for.
        id: OpId,
        /// Why.
        reason: String,
    },
    /// The answer to [`Output::Peek`].
    Peeked(ConnId, At),
    /// The answer to [`Output::Turn`], in the system's words where it was not written.
    Turned(Result<(), String>),
    /// The answer to [`Output::Refill`], in the system's words where it was not written.
    Refilled(Result<(), String>),
    /// The answer to [`Output::Admit`], in the system's words where it was not written.
    Admitted(ConnId, Result<(), String>),
    /// The invites that there are from now on, as they are kept. Who came in by one meanwhile stays known.
    SetInvites(Vec<Issued>),
    /// How many members may be connected from now on. Nobody is sent away.
    SetCapacity(usize),
    /// What people without the app may do from now on. Where they may not come any more, those here are sent away.
    /// Who is kept out stays so, whatever the rules say of it: whoever made them may not know the newest of it.
    /// [`RoomNotice::GuestsChanged`] follows.
    SetGuests(GuestRules),
    /// An address is not kept out any more. [`RoomNotice::GuestsChanged`] follows.
    LetIn(IpAddr),
    /// The host sends a guest away. [`RoomNotice::NoSuchGuest`] follows where there is none.
    RemoveGuest {
        /// Which, by the name that it has or had a moment ago.
        name: Nickname,
        /// Its address stays out from now on.
        keep_out: bool,
    },
    /// Whether the host is asked about each newcomer from now on.
    SetAsks(bool),
    /// The host says whether this one may come in.
    AnswerKnock(MemberKey, KnockAnswer),
    /// The host does this about somebody. [`RoomNotice::Standings`] follows once it is durable.
    Act(Act),
    /// The same about whoever is called so: a member whom the log knows, or a guest. [`RoomNotice::NoSuchGuest`] follows
    /// where there is none.
    ActOn {
        /// What.
        verb: Verb,
        /// What they are called.
        name: Nickname,
        /// Until when, milliseconds since 1970 UTC; none for good.
        until_ms: Option<i64>,
    },
    /// The host wants to compare words with this member. [`RoomNotice::Binding`] follows.
    AskBinding(MemberKey),
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
    /// These entries are durable: every connection that was started gets them, and that the room's key vouches for the
    /// last one. A run may be longer than one frame holds; whoever encodes it cuts it.
    Publish(Run, SignedHead),
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
    /// Is this op in the log? Answer with [`Input::Found`], [`Input::FoundRemoved`] or [`Input::LookupFailed`].
    Lookup {
        /// Who wants to know. At most one question of a connection is open.
        conn: ConnId,
        /// Its author.
        author: MemberKey,
        /// Its id.
        id: OpId,
    },
    /// What entry has this number? Answer with [`Input::Peeked`].
    Peek {
        /// Whose offer it is about.
        conn: ConnId,
        /// Which.
        seq: Seq,
    },
    /// Note durably that the log is of this epoch from here on, and answer with [`Input::Turned`]. Never while a
    /// [`Output::Record`] is under way.
    Turn(Epoch),
    /// Keep durably that somebody may come in, and by which invite, and answer with [`Input::Admitted`].
    Admit(ConnId, Admission),
    /// Write these entries, which were lost, back into the log, and answer with [`Input::Refilled`]. There is never a
    /// second one before the answer.
    Refill(Run),
    /// Close the connection, with a Bye that says why. No [`Input::Closed`] is needed for it.
    Close(ConnId, Goodbye),
    /// This guest is in from here on: it gets what [`Output::ToGuests`] says behind this, and before that what the
    /// log holds for guests in front of `before`.
    GuestIn {
        /// Its connection.
        conn: ConnId,
        /// The first entry that it is told of live.
        before: Seq,
    },
    /// To one guest, as an answer.
    ToGuest(ConnId, GuestLine),
    /// To every guest that is in.
    ToGuests(Vec<ForGuests>),
    /// Close a guest's connection when it has what was said to it, and last of all these words; a classic room
    /// says none. No [`Input::Closed`] is needed for it.
    CloseGuest(ConnId, Option<GuestLine>),
    /// For the host's person.
    Tell(RoomNotice),
}

/// A line for all guests but the one whom it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForGuests {
    /// Whose doing it is: no guest is told what it said itself.
    pub from: Option<ConnId>,
    /// What they are told.
    pub line: GuestLine,
}

/// What the host's person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomNotice {
    /// Somebody was turned away because as many are connected as may be.
    Full,
    /// The log could not be written, or not be read where that must come first, in the system's words: nothing is
    /// acknowledged until it can.
    NotStoring(String),
    /// The log can be written again.
    StoringAgain,
    /// So many entries were missing in this log, which is an older copy of itself, and came back from a member.
    TakenBack(u64),
    /// A member holds what this log had lost, and its numbers were given again since: the log has a new epoch.
    Turned,
    /// Somebody at this address tried the password so often that it must wait.
    Guessing(IpAddr),
    /// Who waits for the host to let them in. Replaces what was told.
    Knocks(Vec<Knock>),
    /// How people stand now.
    Standings(Vec<Standing>),
    /// This was not done: nobody does anything about the host, and there is an end to what is kept of others.
    NotDone(Act),
    /// This member came in by the invite of this number, for the first time.
    InviteUsed(u32, MemberKey),
    /// What was missing in the middle of the log is there again: so many entries came back from members.
    Refilled(u64),
    /// What guests may do is this from now on, and nothing else: the answer to every change. To be kept.
    GuestsChanged(GuestRules),
    /// No guest has this name, or had it a moment ago: nobody was sent away.
    NoSuchGuest(Nickname),
    /// A guest is sent away, or kept out until it is let in again: nothing else is done about one.
    NoApp(Nickname),
    /// What this member's connection and this room share, and nobody else; none where it is not connected.
    Binding(MemberKey, Option<[u8; 32]>),
}
