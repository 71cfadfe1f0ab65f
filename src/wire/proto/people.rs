//! Who is here, and what passes.

use bytes::Bytes;

/// Kind 18.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Roster {
    /// How many to skip.
    #[prost(uint32, tag = "1")]
    pub offset: u32,
    /// At most so many.
    #[prost(uint32, tag = "2")]
    pub max: u32,
}

/// Kind 19.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RosterPage {
    /// How many come before this page.
    #[prost(uint32, tag = "1")]
    pub offset: u32,
    /// How many are present in all.
    #[prost(uint32, tag = "2")]
    pub total: u32,
    /// Sorted by member number.
    #[prost(message, repeated, tag = "3")]
    pub members: Vec<RosterMember>,
}

/// One who is present.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RosterMember {
    /// The member's number.
    #[prost(uint32, tag = "1")]
    pub member: u32,
    /// Ed25519 public key, 32 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub key: Bytes,
    /// The name.
    #[prost(string, tag = "3")]
    pub name: String,
    /// Hosts the room.
    #[prost(bool, tag = "4")]
    pub host: bool,
}

/// Kind 80. A host sends the first five, a member the sixth.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Ephemeral {
    /// Who came.
    #[prost(message, repeated, tag = "1")]
    pub joined: Vec<RosterMember>,
    /// Who left.
    #[prost(message, repeated, tag = "2")]
    pub left: Vec<RosterMember>,
    /// How many came or left beyond those.
    #[prost(uint32, tag = "3")]
    pub unnamed: u32,
    /// How many are present; absent where that did not change.
    #[prost(uint32, optional, tag = "4")]
    pub present: Option<u32>,
    /// Who is typing; absent where that did not change.
    #[prost(message, optional, tag = "5")]
    pub typing: Option<Typing>,
    /// From a member: it is typing, or no longer.
    #[prost(bool, optional, tag = "6")]
    pub i_am_typing: Option<bool>,
}

/// Kind 81.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Guests {
    /// At most 64 of them.
    #[prost(string, repeated, tag = "1")]
    pub names: Vec<String>,
    /// How many there are in all.
    #[prost(uint32, tag = "2")]
    pub count: u32,
}

/// Who is typing.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Typing {
    /// At most three.
    #[prost(uint32, repeated, tag = "1")]
    pub members: Vec<u32>,
    /// How many more.
    #[prost(uint32, tag = "2")]
    pub more: u32,
}
