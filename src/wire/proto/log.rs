//! Ops, entries, and how they travel.

use bytes::Bytes;

/// A position in the chain.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Link {
    /// The entry's number; 0 before the first.
    #[prost(uint64, tag = "1")]
    pub seq: u64,
    /// Its hash, 32 bytes; zeros before the first.
    #[prost(bytes = "bytes", tag = "2")]
    pub hash: Bytes,
}

/// The newest entry, vouched for by the room's key.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SignedHead {
    /// The entry.
    #[prost(message, optional, tag = "1")]
    pub link: Option<Link>,
    /// ECDSA P-256 over `wire::chain::head_bytes`, ASN.1.
    #[prost(bytes = "bytes", tag = "2")]
    pub signature: Bytes,
}

/// What a member signed.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SignedOp {
    /// The canonical bytes: `wire::op::canonical`.
    #[prost(bytes = "bytes", tag = "1")]
    pub op: Bytes,
    /// Its author's Ed25519 signature over them, 64 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub signature: Bytes,
}

/// Kind 10.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Submit {
    /// In the order of their counters.
    #[prost(message, repeated, tag = "1")]
    pub ops: Vec<SignedOp>,
}

/// Kind 11.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Results {
    /// What became of the ops, in any order.
    #[prost(message, repeated, tag = "1")]
    pub results: Vec<OpResult>,
    /// The newest entry.
    #[prost(message, optional, tag = "2")]
    pub head: Option<SignedHead>,
}

/// What became of one op: exactly one of `seq` and `refused` is there.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OpResult {
    /// Which op, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub id: Bytes,
    /// Its number, durable at the host.
    #[prost(uint64, optional, tag = "2")]
    pub seq: Option<u64>,
    /// Why it was not taken.
    #[prost(message, optional, tag = "3")]
    pub refused: Option<Refused>,
}

/// Why an op was not taken.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Refused {
    /// Why.
    #[prost(enumeration = "RefusedCode", tag = "1")]
    pub code: i32,
    /// In the host's words, at most 256 bytes.
    #[prost(string, tag = "2")]
    pub text: String,
    /// Say it again after so many milliseconds (`TOO_FAST`).
    #[prost(uint64, tag = "3")]
    pub retry_after_ms: u64,
    /// The counter that is due (`OUT_OF_ORDER`).
    #[prost(uint64, tag = "4")]
    pub expected: u64,
    /// Until when, milliseconds since 1970 UTC; absent until the host says otherwise (`MUTED`).
    #[prost(int64, optional, tag = "5")]
    pub until_ms: Option<i64>,
}

/// Why an op was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum RefusedCode {
    /// See the text.
    Other = 0,
    /// Faster than the room allows.
    TooFast = 1,
    /// Longer than the room allows.
    TooLong = 2,
    /// Not what its kind says.
    Malformed = 3,
    /// Wrong signature, author or room.
    NotYours = 4,
    /// The same id stands for something else.
    IdReused = 5,
    /// An earlier op is missing.
    OutOfOrder = 6,
    /// The author has no name yet.
    NoName = 7,
    /// The host could not write it down.
    NotStored = 8,
    /// The host does not take this kind.
    Unsupported = 9,
    /// The host takes nothing of the author for now.
    Muted = 10,
    /// Only the host and moderators speak.
    Announcements = 11,
    /// That is for whoever is in charge.
    NotInCharge = 12,
    /// Nothing is done about this one.
    NotThem = 13,
}

/// One numbered line of the log. The entry before it, or the run's `prev`, is what it follows.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Entry {
    /// Its number, from 1.
    #[prost(uint64, tag = "1")]
    pub seq: u64,
    /// The host's clock, milliseconds since 1970 UTC.
    #[prost(int64, tag = "2")]
    pub at_ms: i64,
    /// The author's number.
    #[prost(uint32, tag = "3")]
    pub member: u32,
    /// The author's name at that time.
    #[prost(string, tag = "4")]
    pub name: String,
    /// The canonical bytes of the op.
    #[prost(bytes = "bytes", tag = "5")]
    pub op: Bytes,
    /// Its author's signature, 64 bytes.
    #[prost(bytes = "bytes", tag = "6")]
    pub signature: Bytes,
}

/// Kind 12.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Events {
    /// The position before the first entry.
    #[prost(message, optional, tag = "1")]
    pub prev: Option<Link>,
    /// In order, without a hole.
    #[prost(message, repeated, tag = "2")]
    pub entries: Vec<Entry>,
}

/// Kind 13.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Behind {
    /// The newest entry.
    #[prost(uint64, tag = "1")]
    pub head: u64,
}

/// Kind 14: exactly one of `after` and `before` is there.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Fetch {
    /// The entries that follow this one.
    #[prost(uint64, optional, tag = "1")]
    pub after: Option<u64>,
    /// The entries that end just before this one.
    #[prost(uint64, optional, tag = "2")]
    pub before: Option<u64>,
    /// At most so many.
    #[prost(uint32, tag = "3")]
    pub max: u32,
}

/// Kind 15: exactly one of `after` and `before` is there, as it was asked.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Page {
    /// As asked.
    #[prost(uint64, optional, tag = "1")]
    pub after: Option<u64>,
    /// As asked.
    #[prost(uint64, optional, tag = "2")]
    pub before: Option<u64>,
    /// The position before the first entry.
    #[prost(message, optional, tag = "3")]
    pub prev: Option<Link>,
    /// In order, without a hole.
    #[prost(message, repeated, tag = "4")]
    pub entries: Vec<Entry>,
    /// There is more that way.
    #[prost(bool, tag = "5")]
    pub more: bool,
}

/// Kind 1B: a member shows how far a log had come.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TailOffer {
    /// Which log.
    #[prost(fixed64, tag = "1")]
    pub epoch: u64,
    /// An entry of it.
    #[prost(message, optional, tag = "2")]
    pub head: Option<SignedHead>,
}

/// Kind 1C: exactly one of `after` and `before` is there, as it was wanted.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Tail {
    /// Which log.
    #[prost(fixed64, tag = "1")]
    pub epoch: u64,
    /// As wanted.
    #[prost(uint64, optional, tag = "2")]
    pub after: Option<u64>,
    /// As wanted.
    #[prost(uint64, optional, tag = "3")]
    pub before: Option<u64>,
    /// The position before the first entry.
    #[prost(message, optional, tag = "4")]
    pub prev: Option<Link>,
    /// In order, without a hole.
    #[prost(message, repeated, tag = "5")]
    pub entries: Vec<Entry>,
    /// There is more that way.
    #[prost(bool, tag = "6")]
    pub more: bool,
}

/// Kind 1D.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TailWanted {
    /// As offered.
    #[prost(fixed64, tag = "1")]
    pub epoch: u64,
    /// As offered.
    #[prost(message, optional, tag = "2")]
    pub head: Option<Link>,
    /// Which part.
    #[prost(message, optional, tag = "3")]
    pub fetch: Option<Fetch>,
}

/// Kind 1E.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TailTaken {
    /// As offered.
    #[prost(fixed64, tag = "1")]
    pub epoch: u64,
    /// As offered.
    #[prost(message, optional, tag = "2")]
    pub head: Option<Link>,
    /// It is all in the host's log up to this number.
    #[prost(uint64, tag = "3")]
    pub upto: u64,
}

/// The body of an op of kind 1: a text.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PostBody {
    /// As `types::MessageText` has it: no white space at its end, `\n` between lines, no control characters.
    #[prost(string, tag = "1")]
    pub text: String,
    /// Its author saw that a guest was present: it may be passed on without encryption.
    #[prost(bool, tag = "9")]
    pub for_guests: bool,
}

/// The body of an op of kind 14: what a guest said, signed by the host.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GuestBody {
    /// What the guest was called.
    #[prost(string, tag = "1")]
    pub name: String,
    /// As in [`PostBody`].
    #[prost(string, tag = "2")]
    pub text: String,
}

/// The body of an op of kind 9: a first visit or a new name, signed by the host.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MemberBody {
    /// The member's number.
    #[prost(uint32, tag = "1")]
    pub member: u32,
    /// The member's key, 32 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub key: Bytes,
    /// The name until then; absent at the first visit.
    #[prost(string, optional, tag = "3")]
    pub before: Option<String>,
    /// The name from here on.
    #[prost(string, tag = "4")]
    pub name: String,
}
