//! Somebody at the door of a room whose host lets each newcomer in.

use std::net::IpAddr;

use super::ids::MemberKey;
use super::names::Nickname;

/// Who wants to come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knock {
    /// Their key.
    pub key: MemberKey,
    /// What they want to be called.
    pub name: Nickname,
    /// Where they come from; none for the host itself.
    pub address: Option<IpAddr>,
}

/// What the host says to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnockAnswer {
    /// Come in, now and whenever you like.
    LetIn,
    /// Not now.
    Refuse,
    /// Never, and nobody else from there either.
    Block,
}
