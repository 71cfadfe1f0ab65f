//! The messages of the protocol, as the rest of the program sees them: already checked, in our own types.
//!
//! The protobuf shapes and their numbers are in `wire/proto.rs` and `assets/hallway.proto`; `wire/decode.rs`
//! turns the one into the other, so that whatever reaches a `Room` or a `Replica` is well formed.

use bytes::Bytes;

use crate::types::{
    Denial, Epoch, FetchFrom, Fingerprint, Goodbye, GuestList, House, InviteEnd, Link, MemberId, MemberKey,
    Nickname, OpId, Proof, Refusal, Resume, RoomId, RoomName, Run, Seq, Signature, SignedOp, Standing, Token,
};

pub use crate::types::SignedHead;

/// The oldest protocol version that this app speaks.
pub const VERSION_MIN: u32 = 1;
/// The newest protocol version that this app speaks.
pub const VERSION_MAX: u32 = 1;
/// The feature of handing a lost tail back: [`ClientMessage::TailOffer`] and what follows it.
pub const TAIL: &str = "tail";

/// The first frame of a member: who it is and where it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// The oldest version that it speaks.
    pub version_min: u32,
    /// The newest version that it speaks.
    pub version_max: u32,
    /// Optional abilities, used only where both sides list them.
    pub features: Vec<String>,
    /// Name and version of the app, for people who look for faults. At most 64 bytes.
    pub app: String,
    /// The member's key.
    pub member_key: MemberKey,
    /// Over the connection's exporter and the room's id: proves the key on this very connection.
    pub signature: Signature,
    /// Where it goes on, if it was here before.
    pub resume: Option<Resume>,
    /// Which room it expects, from its invite or its own records.
    pub expects: Option<Fingerprint>,
    /// What its invite carries, to come in without the password. Sent only where the room has proven that invite's key.
    pub token: Option<Token>,
}

/// What the host answers to a Hello that it accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The version that both speak from here on.
    pub version: u32,
    /// The features that both listed.
    pub features: Vec<String>,
    /// Which room this is.
    pub room_id: RoomId,
    /// Which log its numbers belong to.
    pub epoch: Epoch,
    /// What it is called.
    pub room_name: RoomName,
    /// The member's number here.
    pub you: MemberId,
    /// The last op counter of this device that the log holds: the outbox goes on behind it.
    pub last_n: u64,
    /// The key that signs the room's own entries.
    pub host_key: MemberKey,
    /// The newest durable entry, signed by the room's key.
    pub head: SignedHead,
    /// The oldest entry that the host can still give.
    pub oldest: Seq,
    /// After which entry the Events of this connection begin. The resume point where the host could take
    /// it up, else the head: the member then asks for what it wants of the older.
    pub from: Link,
    /// The host's clock, milliseconds since 1970 UTC.
    pub server_ms: i64,
    /// How many are present.
    pub present: u32,
    /// Messages a second and burst that the room allows; 0 where it sets no limit.
    pub quota: (u32, u32),
}

/// What became of one submitted op.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpResult {
    /// Which op.
    pub id: OpId,
    /// Its number, durable at the host; or why it was not taken.
    pub outcome: Result<Seq, Refusal>,
}

/// What a member asks of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetch {
    /// Which way.
    pub from: FetchFrom,
    /// At most so many; the host may send fewer.
    pub max: u32,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What was asked.
    pub asked: FetchFrom,
    /// The entries; empty at the end of the log.
    pub run: Run,
    /// There is more that way.
    pub more: bool,
}

/// A host asks for a part of what a member offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TailWanted {
    /// As offered.
    pub epoch: Epoch,
    /// As offered: a member may hold two logs of one epoch.
    pub head: Link,
    /// Which part of that log.
    pub fetch: Fetch,
}

/// One member in the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterMember {
    /// Its number.
    pub member: MemberId,
    /// Its key.
    pub key: MemberKey,
    /// Its name.
    pub name: Nickname,
    /// It hosts the room.
    pub host: bool,
}

/// A page of who is present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterPage {
    /// How many come before this page.
    pub offset: u32,
    /// How many are present in all.
    pub total: u32,
    /// Sorted by member number.
    pub members: Vec<RosterMember>,
}

/// What passes and is not kept: dropped first when a connection is slow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passing {
    /// Who came, at most [`crate::types::limits::PRESENCE_NAMES`].
    pub joined: Vec<RosterMember>,
    /// Who left, likewise.
    pub left: Vec<RosterMember>,
    /// How many came or left beyond those that are named.
    pub unnamed: u32,
    /// How many are present; none where it did not change.
    pub present: Option<u32>,
    /// Who is typing, at most three, and how many more; none where that did not change.
    pub typing: Option<(Vec<MemberId>, u32)>,
}

/// What a member sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMessage {
    /// Who I am. Always first.
    Hello(Box<Hello>),
    /// I try a password: the first message of the proof (OPAQUE), of [`crate::types::limits::KE1_BYTES`].
    Ke1(Bytes),
    /// The proof, of [`crate::types::limits::KE3_BYTES`].
    Ke3(Bytes),
    /// What I want to be called. Before it, a member reads but does not speak and is not present.
    Introduce(Nickname),
    /// Ops in the order of their counters, at most 64.
    Submit(Vec<SignedOp>),
    /// A part of the log, please.
    Fetch(Fetch),
    /// A part of the roster, please: offset and how many.
    Roster(u32, u32),
    /// I hold a log up to here, but for its gaps: do you?
    TailOffer(Proof),
    /// The part that you wanted of the log that I offered; empty where I do not have it.
    Tail(Epoch, Page),
    /// I am typing, or no longer.
    Typing(bool),
    /// Are you there?
    Ping(u64),
    /// I am here.
    Pong(u64),
    /// I go.
    Bye(Goodbye),
    /// A frame of a kind that may be skipped and that this app does not know.
    Skipped(u8),
}

/// What a host sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerMessage {
    /// You are in.
    Welcome(Box<Welcome>),
    /// This room has a password: prove it now, or after so many milliseconds, for there were too many tries.
    NeedPassword(u64),
    /// This room has a password, and your invite does not let you in: prove the password now.
    InviteEnded(InviteEnd),
    /// The host is asked whether to let me in: wait for so many milliseconds, and say what to be called, which the host is
    /// shown.
    Waiting(u64),
    /// The host's answer to a try, of [`crate::types::limits::KE2_BYTES`]: proves the host as well.
    Ke2(Bytes),
    /// You are called this, and present from now on.
    Introduced(MemberId, Nickname),
    /// No. Fatal but for a refused name.
    Denied(Denial),
    /// What became of your ops; and the newest entry, signed by the room's key.
    Results(Vec<OpResult>, SignedHead),
    /// New entries of the log.
    Events(Run),
    /// The room's key vouches for the newest entry. Comes before the Events that end with it.
    Head(SignedHead),
    /// Give me this part of what you offered.
    TailWanted(TailWanted),
    /// All that you offered up to this entry of this log is in mine, up to this number; the highest there is where a
    /// part was left out, and is to be offered again.
    TailTaken(Epoch, Link, Seq),
    /// You are catching up; the newest entry is this.
    Behind(Seq),
    /// What you fetched.
    Page(Page),
    /// What you asked of the roster.
    RosterPage(RosterPage),
    /// Presence and typing.
    Passing(Passing),
    /// Who is here without encryption.
    Guests(GuestList),
    /// What holds in the room, and who is in charge besides the host.
    House(House),
    /// To moderators: how people stand about whom something holds. Without the addresses, which stay with the host.
    Standings(Vec<Standing>),
    /// Are you there?
    Ping(u64),
    /// I am here; the newest entry is this.
    Pong(u64, Seq),
    /// I end this connection; come back after between so many and so many milliseconds.
    Bye(Goodbye, u64, u64),
    /// A frame of a kind that may be skipped and that this app does not know.
    Skipped(u8),
}
