//! Coming, going, and staying in touch.

use bytes::Bytes;

use super::log::{Link, SignedHead};

/// Kind 01.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Hello {
    /// The oldest version that the member speaks, from 1.
    #[prost(uint32, tag = "1")]
    pub version_min: u32,
    /// The newest version that the member speaks.
    #[prost(uint32, tag = "2")]
    pub version_max: u32,
    /// Optional abilities.
    #[prost(string, repeated, tag = "3")]
    pub features: Vec<String>,
    /// Name and version of the app.
    #[prost(string, tag = "4")]
    pub app: String,
    /// Ed25519 public key, 32 bytes.
    #[prost(bytes = "bytes", tag = "5")]
    pub member_key: Bytes,
    /// Ed25519 signature over `wire::chain::hello_bytes`, 64 bytes.
    #[prost(bytes = "bytes", tag = "6")]
    pub signature: Bytes,
    /// Where it goes on.
    #[prost(message, optional, tag = "7")]
    pub resume: Option<Resume>,
    /// The first 20 bytes of the room's id that it expects.
    #[prost(bytes = "bytes", optional, tag = "8")]
    pub expects: Option<Bytes>,
    /// What its invite carries, 16 bytes.
    #[prost(bytes = "bytes", optional, tag = "10")]
    pub token: Option<Bytes>,
}

/// Where a member goes on.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Resume {
    /// The log.
    #[prost(fixed64, tag = "1")]
    pub epoch: u64,
    /// The last entry that it has.
    #[prost(message, optional, tag = "2")]
    pub last: Option<Link>,
}

/// Kind 02.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Welcome {
    /// The version that both speak from here on.
    #[prost(uint32, tag = "1")]
    pub version: u32,
    /// Features that both listed.
    #[prost(string, repeated, tag = "2")]
    pub features: Vec<String>,
    /// SHA-256 of the room's public key, 32 bytes.
    #[prost(bytes = "bytes", tag = "3")]
    pub room_id: Bytes,
    /// The log.
    #[prost(fixed64, tag = "4")]
    pub epoch: u64,
    /// What the room is called.
    #[prost(string, tag = "5")]
    pub room_name: String,
    /// The member's number.
    #[prost(uint32, tag = "6")]
    pub you: u32,
    /// The last op counter of this member in the log.
    #[prost(uint64, tag = "7")]
    pub last_n: u64,
    /// The key that signs the room's own entries, 32 bytes.
    #[prost(bytes = "bytes", tag = "8")]
    pub host_key: Bytes,
    /// The newest entry.
    #[prost(message, optional, tag = "9")]
    pub head: Option<SignedHead>,
    /// The oldest entry that the host can give.
    #[prost(uint64, tag = "10")]
    pub oldest: u64,
    /// Events begin behind this entry.
    #[prost(message, optional, tag = "11")]
    pub from: Option<Link>,
    /// The host's clock, milliseconds since 1970 UTC.
    #[prost(int64, tag = "12")]
    pub server_ms: i64,
    /// How many are present.
    #[prost(uint32, tag = "13")]
    pub present: u32,
    /// How fast a member may speak; absent where the room sets no limit.
    #[prost(message, optional, tag = "14")]
    pub quota: Option<Quota>,
}

/// How fast a member may speak.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Quota {
    /// Messages a second.
    #[prost(uint32, tag = "1")]
    pub per_second: u32,
    /// Messages at once.
    #[prost(uint32, tag = "2")]
    pub burst: u32,
}

/// Kind 03.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct NeedPassword {
    /// There were too many tries: try again after so many milliseconds.
    #[prost(uint64, tag = "1")]
    pub wait_ms: u64,
    /// Why the invite in Hello lets nobody in.
    #[prost(enumeration = "InviteEnded", tag = "2")]
    pub invite: i32,
}

/// Why an invite lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum InviteEnded {
    /// There was none.
    Not = 0,
    /// As many people came in by it as may.
    Used = 1,
    /// Its time is over.
    Expired = 2,
    /// The host took it back, or does not know it.
    Unknown = 3,
}

/// Kind 04.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Ke1 {
    /// 96 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub message: Bytes,
}

/// Kind 05.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Ke2 {
    /// 320 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub message: Bytes,
}

/// Kind 06.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Ke3 {
    /// 64 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub message: Bytes,
}

/// Kind 07.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Denied {
    /// Why.
    #[prost(enumeration = "DeniedCode", tag = "1")]
    pub code: i32,
    /// In the host's words, at most 256 bytes.
    #[prost(string, tag = "2")]
    pub text: String,
    /// The oldest version that the host speaks (`VERSION`).
    #[prost(uint32, tag = "3")]
    pub host_min: u32,
    /// The newest version that the host speaks (`VERSION`).
    #[prost(uint32, tag = "4")]
    pub host_max: u32,
    /// A name that was free (`NICK_TAKEN`).
    #[prost(string, tag = "5")]
    pub free_nick: String,
    /// Until when, milliseconds since 1970 UTC; absent for good (`BANNED`).
    #[prost(int64, optional, tag = "6")]
    pub until_ms: Option<i64>,
}

/// Why somebody, or their name, is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum DeniedCode {
    /// See the text.
    Other = 0,
    /// No common version.
    Version = 1,
    /// As many are in as the host allows.
    RoomFull = 2,
    /// Only the name is refused.
    NickTaken = 3,
    /// The signature in Hello was wrong.
    NotYours = 4,
    /// Something else was due.
    Protocol = 5,
    /// The handshake took too long.
    TooSlow = 6,
    /// The host keeps them out.
    Banned = 7,
    /// The host was asked, and did not let them in.
    NotLetIn = 8,
    /// Nobody comes in who was not in before.
    Locked = 9,
    /// They go on with another key.
    Succeeded = 10,
}

/// Kind 0D.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Waiting {
    /// For so many milliseconds at most.
    #[prost(uint64, tag = "1")]
    pub patience_ms: u64,
}

/// Kind 08.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Ping {
    /// Comes back in the Pong.
    #[prost(fixed64, tag = "1")]
    pub nonce: u64,
}

/// Kind 09.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Pong {
    /// The Ping's.
    #[prost(fixed64, tag = "1")]
    pub nonce: u64,
    /// The newest entry; a member says nothing here.
    #[prost(uint64, tag = "2")]
    pub head: u64,
}

/// Kind 0A.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Bye {
    /// Why.
    #[prost(enumeration = "ByeReason", tag = "1")]
    pub reason: i32,
    /// Come back after so many milliseconds at the earliest.
    #[prost(uint64, tag = "2")]
    pub retry_min_ms: u64,
    /// And at the latest; drawn at random between, so that a room does not come back at once.
    #[prost(uint64, tag = "3")]
    pub retry_max_ms: u64,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ByeReason {
    /// Something that this version has no number for.
    Other = 0,
    /// The host closes the room.
    RoomClosed = 1,
    /// The member leaves.
    Leaving = 2,
    /// The member did not read for too long.
    TooSlow = 3,
    /// Nothing was heard for too long.
    Silent = 4,
    /// The same member came in by another connection.
    Replaced = 5,
    /// What came was not the protocol.
    Protocol = 6,
    /// The host sent the member away.
    Removed = 7,
}

/// Kind 0B.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Introduce {
    /// The name wished for.
    #[prost(string, tag = "1")]
    pub nick: String,
}

/// Kind 0C.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Introduced {
    /// The member's number.
    #[prost(uint32, tag = "1")]
    pub member: u32,
    /// The name that holds from here on.
    #[prost(string, tag = "2")]
    pub nick: String,
}
