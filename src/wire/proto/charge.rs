//! Who is in charge, what they do, and what holds because of it.

use bytes::Bytes;

/// The body of `STANDING`, what somebody in charge did about somebody.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StandingBody {
    /// What.
    #[prost(enumeration = "Verb", tag = "1")]
    pub verb: i32,
    /// Whose key, 32 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub key: Bytes,
    /// What they were called then.
    #[prost(string, tag = "3")]
    pub name: String,
    /// Until when, milliseconds since 1970 UTC; absent for good.
    #[prost(int64, optional, tag = "4")]
    pub until_ms: Option<i64>,
    /// It holds for everybody at the address that they came from, too.
    #[prost(bool, tag = "5")]
    pub by_address: bool,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Verb {
    /// Something that this version does not know.
    Unknown = 0,
    /// They were sent away.
    Remove = 1,
    /// They were sent away and are kept out.
    Ban = 2,
    /// They are let in again.
    Unban = 3,
    /// Nothing is taken of what they say.
    Mute = 4,
    /// They may speak again.
    Unmute = 5,
    /// They are a moderator.
    Appoint = 6,
    /// They are none any more.
    Dismiss = 7,
}

/// The body of `RULE`: what somebody in charge changed. Exactly one of them is there.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct RuleBody {
    /// Seconds between two messages of one person; 0 for no such wait.
    #[prost(uint32, optional, tag = "1")]
    pub slow_s: Option<u32>,
    /// Only the host and moderators speak.
    #[prost(bool, optional, tag = "2")]
    pub announcements: Option<bool>,
    /// Nobody comes in who was not in before.
    #[prost(bool, optional, tag = "3")]
    pub locked: Option<bool>,
}

/// The body of `REMOVAL`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RemovalBody {
    /// By whose key it was said, 32 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub author: Bytes,
    /// What they are called.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Which of it, 16 bytes; absent for all that they said before.
    #[prost(bytes = "bytes", optional, tag = "3")]
    pub id: Option<Bytes>,
}

/// The body of `SUCCESSION`, signed by the key before.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SuccessionBody {
    /// The key from there on, 32 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub key: Bytes,
    /// Its signature over `wire::chain::successor_bytes`, 64 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub proof: Bytes,
}

/// Kind 83: to everybody, at first and whenever it changed.
#[derive(Clone, PartialEq, prost::Message)]
pub struct House {
    /// As in [`RuleBody`].
    #[prost(uint32, tag = "1")]
    pub slow_s: u32,
    /// Likewise.
    #[prost(bool, tag = "2")]
    pub announcements: bool,
    /// Likewise.
    #[prost(bool, tag = "3")]
    pub locked: bool,
    /// The keys of those whom the host appointed, 32 bytes each, at most 32.
    #[prost(bytes = "bytes", repeated, tag = "4")]
    pub moderators: Vec<Bytes>,
}

/// Kind 84: to moderators, likewise. At most 512.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Standings {
    /// How people stand about whom something holds.
    #[prost(message, repeated, tag = "1")]
    pub standings: Vec<Standing>,
}

/// How somebody stands.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Standing {
    /// Whose key, 32 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub key: Bytes,
    /// What they were called when it last changed.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Until when they are kept out, milliseconds since 1970 UTC; 0 for good, absent where they are not.
    #[prost(int64, optional, tag = "3")]
    pub banned: Option<i64>,
    /// Likewise, muted.
    #[prost(int64, optional, tag = "4")]
    pub muted: Option<i64>,
    /// The host made them a moderator.
    #[prost(bool, tag = "5")]
    pub moderator: bool,
}
