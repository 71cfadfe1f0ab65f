//! What goes into a replica and what comes out.

use crate::types::{
    Audience, Deed, Denial, Epoch, Goodbye, GuestList, House, Link, MemberId, Message, MessageText, Nickname,
    OpId, Outgoing, Proof, Refusal, Removal, RoomId, RoomName, Run, RunPlace, Seq, SignedHead, Standing,
};
use crate::wire::message::{ClientMessage, RosterMember, ServerMessage, TailWanted, Welcome};

use crate::room::log::{Digest, OpSigner, Verifier};

/// The operations of cryptography that a replica is given. The verifier knows the room's public key of the
/// connection, or of the room's record.
pub struct ReplicaParts {
    /// SHA-256.
    pub digest: Box<dyn Digest>,
    /// Checks members' signatures and the room's.
    pub verifier: Box<dyn Verifier>,
    /// Signs what I say.
    pub signer: Box<dyn OpSigner>,
}

/// Entries that are missing here, between two that are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// The last entry that is here before it; [`Seq::START`] where the log's beginning is missing.
    pub after: Seq,
    /// The newest of the missing ones: the `prev` of the first entry that is here behind it.
    pub newest: Link,
}

/// What a member's disk holds of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Which room.
    pub room_id: RoomId,
    /// Which log; none before the first visit.
    pub epoch: Option<Epoch>,
    /// The end of the live chain.
    pub last: Link,
    /// What is missing of this epoch's log, newest first.
    pub holes: Vec<Hole>,
    /// The counter for what is said next: one more than the highest in the log and in the outbox.
    pub next_n: u64,
    /// The newest entry of the live chain that the room's key vouched for.
    pub proof: Option<SignedHead>,
    /// Logs of the room before this one that its host may lack a part of, newest first.
    pub earlier: Vec<Proof>,
    /// What the host has not numbered yet, oldest first, with what it refused.
    pub outbox: Vec<Outgoing>,
    /// What I want to be called.
    pub nick: Nickname,
    /// The host's own replica: its entries are in the room's log already, so there is nothing to store.
    pub shares_log: bool,
}

/// What happened to a member.
#[derive(Debug, Clone)]
pub enum ReplicaInput {
    /// The host let me in.
    Welcome(Box<Welcome>),
    /// The host sent this.
    Received(ServerMessage),
    /// The [`ReplicaOutput::Store`] under way is durable; where the live chain ends now.
    Stored(Link),
    /// Nothing of the [`ReplicaOutput::Store`] under way was written, in the system's words.
    StoreFailed(String),
    /// Say this.
    Say {
        /// A fresh random id.
        id: OpId,
        /// What to say.
        text: MessageText,
        /// For whom: whether the window showed that a guest is present.
        audience: Audience,
        /// My own clock, milliseconds since 1970 UTC.
        at_ms: i64,
    },
    /// Do this, as whoever is in charge; or tell why not.
    Do {
        /// A fresh random id.
        id: OpId,
        /// What.
        deed: Deed,
    },
    /// The outbox row is durable.
    Queued(OpId),
    /// The outbox row was not written, in the system's words.
    QueueFailed(OpId, String),
    /// The [`ReplicaOutput::Requeue`] under way is durable.
    Requeued,
    /// Nothing of the [`ReplicaOutput::Requeue`] under way was written, in the system's words.
    RequeueFailed(String),
    /// Take a refused message out of the outbox.
    Withdraw(OpId),
    /// Call me this.
    Rename(Nickname),
    /// I am typing, or no longer.
    Typing(bool),
    /// One more page of what is missing, please. Nothing happens while something else is fetched.
    Backfill,
    /// The same, of what is missing before this entry first: somebody looks there.
    BackfillBefore(Seq),
    /// What was said before this time is not kept here, and so not fetched; milliseconds since 1970 UTC.
    KeepSince(i64),
    /// Nothing is missing any more of the log that I share.
    Whole,
    /// [`ReplicaOutput::HandBack`] of this log cannot be done: it cannot be read.
    NotHandedBack(Epoch, Link),
    /// The connection is gone.
    Lost,
    /// It is [`super::Replica::next_tick`].
    Tick,
}

/// What the shell is to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaOutput {
    /// To the host.
    Send(ClientMessage),
    /// Write this down in one commit, and answer with [`ReplicaInput::Stored`] or
    /// [`ReplicaInput::StoreFailed`]. There is never a second one before the answer. An empty live run
    /// records the epoch.
    Store {
        /// The entries.
        run: Run,
        /// Where they belong.
        place: RunPlace,
        /// Outbox rows that go with the same commit, because these entries are what became of them.
        done: Vec<OpId>,
        /// The log that they belong to.
        epoch: Epoch,
        /// An entry of the chain as it is then that the room's key vouched for, if it is newer than the one before.
        proof: Option<SignedHead>,
        /// What the run removes, with the place of each.
        removals: Vec<(Seq, Removal)>,
    },
    /// Add this row to the outbox, durably, and answer with [`ReplicaInput::Queued`] or
    /// [`ReplicaInput::QueueFailed`].
    Queue(Outgoing),
    /// Replace the rows of these ids in one durable commit, and answer with [`ReplicaInput::Requeued`] or
    /// [`ReplicaInput::RequeueFailed`].
    Requeue(Vec<Outgoing>),
    /// Note in the outbox that the host did not take it.
    MarkRefused(OpId, Refusal),
    /// The outbox row is not needed any more.
    Forget(OpId),
    /// Send this part of a log that is here with [`ClientMessage::Tail`], empty where it is not here. Where it cannot be
    /// read, also say so with [`ReplicaInput::NotHandedBack`].
    HandBack(TailWanted),
    /// The host has all of this earlier log, and my copy can prove it: it need not be offered again.
    HandedBack(Epoch, Link),
    /// For the person.
    Tell(Told),
    /// Close the connection.
    Hangup(Goodbye),
}

/// What the person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// In the room: once per connection, before anything else of it.
    Online {
        /// What the room is called.
        room: RoomName,
        /// My number in it.
        member: MemberId,
        /// What I am called.
        me: Nickname,
        /// The log.
        epoch: Epoch,
        /// The newest entry at the host.
        head: Seq,
    },
    /// New entries, in order, each once, durable here unless `NotKept` was told.
    Entries(Vec<Message>),
    /// Entries between these numbers (both excluded) are not here yet.
    Gap {
        /// The last one that is here before the gap.
        after: Seq,
        /// The first one that is here behind it.
        before: Seq,
    },
    /// Safe in my outbox.
    Pending(Outgoing),
    /// It could not be kept, so it is nowhere else.
    Unsaid {
        /// Which.
        id: OpId,
        /// What it said.
        text: MessageText,
        /// Why, in the system's words.
        reason: String,
    },
    /// Numbered and durable at the host.
    Sent(OpId, Seq),
    /// The host did not take it. It stays in the outbox, refused, until it is withdrawn.
    Refused(OpId, Refusal, MessageText),
    /// Who came. Never myself.
    Joined(Vec<RosterMember>),
    /// Who left.
    Left(Vec<RosterMember>),
    /// One of those who are here goes by this name now.
    Called(RosterMember),
    /// How many came or left without being named.
    Crowd(u32),
    /// Who is present, as far as it was fetched, myself among them; and how many there are in all.
    Roster(Vec<RosterMember>, u32),
    /// Who is typing, and how many more. Never myself.
    Typing(Vec<Nickname>, u32),
    /// Who is here without encryption. Told when it changes.
    Guests(GuestList),
    /// What holds in the room, and who is in charge besides the host. Told when it changes.
    House(House),
    /// How people stand about whom something holds: I am a moderator.
    Standings(Vec<Standing>),
    /// What I wanted to do was not done; why, or none where I am not connected, or was not when the answer came.
    NotDone(Option<Refusal>),
    /// The name is somebody else's.
    NickTaken {
        /// What I asked for.
        wanted: Nickname,
        /// One that was free then.
        free: Nickname,
    },
    /// I am called this from now on.
    Renamed(Nickname),
    /// The host's log is another one than before: numbers begin anew.
    NewEpoch,
    /// The host's log lacks what is here: it is handed back.
    HandingBack,
    /// Something that was just told as a stub cannot be read, or was not signed by its author.
    Unverified,
    /// This device cannot write down what is said, in the system's words: it is shown and not kept.
    NotKept(String),
    /// The host cannot write down what is said: what I said stays pending and is tried again.
    HostNotStoring,
    /// I say more than the host takes at once: the rest waits and goes by itself. Not told again before all of it went.
    Slowed,
    /// The host said no.
    Denied(Denial),
    /// The host ends the connection; come back after between so many and so many milliseconds.
    HostBye(Goodbye, u64, u64),
}

impl Told {
    /// Whether this is about the room, so that it makes sense only after [`Told::Online`].
    pub(super) fn waits_for_online(&self) -> bool {
        match self {
            Self::Online { .. }
            | Self::Pending(_)
            | Self::Unsaid { .. }
            | Self::NickTaken { .. }
            | Self::NotKept(_)
            | Self::NotDone(_)
            | Self::Denied(_)
            | Self::HostBye(..) => false,
            Self::Entries(_)
            | Self::Gap { .. }
            | Self::Sent(..)
            | Self::Refused(..)
            | Self::Joined(_)
            | Self::Left(_)
            | Self::Called(_)
            | Self::Crowd(_)
            | Self::Roster(..)
            | Self::Typing(..)
            | Self::Guests(_)
            | Self::House(_)
            | Self::Standings(_)
            | Self::Renamed(_)
            | Self::NewEpoch
            | Self::HandingBack
            | Self::Unverified
            | Self::HostNotStoring
            | Self::Slowed => true,
        }
    }

    /// Whether this still holds when the connection is gone.
    pub(super) fn outlives_connection(&self) -> bool {
        !matches!(
            self,
            Self::Joined(_)
                | Self::Left(_)
                | Self::Called(_)
                | Self::Crowd(_)
                | Self::Roster(..)
                | Self::Typing(..)
                | Self::Guests(_)
                | Self::House(_)
                | Self::Standings(_)
                | Self::Renamed(_)
                | Self::Slowed
        )
    }
}
