//! One connection between a member and the host: bytes arrive in their order or not at all, sooner or later.

use std::collections::VecDeque;

use hallway::net::keepalive::Keepalive;
use hallway::wire::message::{ClientMessage, ServerMessage};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    ToHost,
    ToMember,
}

/// What travels; none is the end of it.
pub type Parcel<M> = Option<M>;

/// One direction of a connection.
pub struct Lane<M> {
    /// What is under way, and when it arrives at the earliest, in milliseconds of the world.
    pub queue: VecDeque<(u64, Parcel<M>)>,
    last: u64,
}

impl<M> Default for Lane<M> {
    fn default() -> Self {
        Self { queue: VecDeque::new(), last: 0 }
    }
}

impl<M> Lane<M> {
    /// Sends. Answers when to look for it, if nothing else was under way.
    pub fn send(&mut self, arrives: u64, parcel: Parcel<M>) -> Option<u64> {
        self.last = self.last.max(arrives);
        self.queue.push_back((self.last, parcel));
        (self.queue.len() == 1).then_some(self.last)
    }
}

/// One end of a connection, as the program there sees it.
pub struct Side {
    pub open: bool,
    pub keepalive: Keepalive,
}

impl Side {
    pub fn new(boot_ms: u64) -> Self {
        Self { open: true, keepalive: Keepalive::new(boot_ms) }
    }
}

pub struct Link {
    pub who: usize,
    pub to_host: Lane<ClientMessage>,
    pub to_member: Lane<ServerMessage>,
    /// The host's end; none before Hello came.
    pub host: Option<Side>,
    pub member: Side,
    /// Neither end learns anything of the other any more.
    pub dead: bool,
    /// When Welcome must have come, in milliseconds of the member's clock; none once it has.
    pub welcome_by: Option<u64>,
    /// Milliseconds that one way takes, and up to how many more.
    pub latency: (u64, u64),
}

impl Link {
    pub fn is_over(&self) -> bool {
        !self.member.open && self.host.as_ref().is_none_or(|side| !side.open)
    }
}
