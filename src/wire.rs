//! The protocol: frames, messages, versions. Bytes in, values out; no socket, no clock, no key.
//!
//! # Layers
//! TCP, then TLS 1.3 with the room's own certificate and ALPN `hallway/1` (the framing below), then frames.
//! Bodies are protobuf; `assets/hallway.proto` publishes them, and a test holds it against [`proto`].
//!
//! # Frames
//! ```text
//! frame  = len:u32be  kind:u8  body[len - 1]
//! len    = 1 ..= 4096 before Welcome, 1 ..= 262144 after; checked before anything is set aside for it
//! kind   < 0x80  must be understood: an unknown one ends the connection
//! kind   ≥ 0x80  may be skipped
//! ```
//!
//! # Kinds
//! | kind | name | from | | kind | name | from |
//! |---|---|---|---|---|---|---|
//! | 01 | Hello | member | | 12 | Events | host |
//! | 02 | Welcome | host | | 13 | Behind | host |
//! | 03, 05 | NeedPassword, Ke2 | host | | 14 | Fetch | member |
//! | 04, 06 | Ke1, Ke3 | member | | 15 | Page | host |
//! | 07 | Denied | host | | 16, 17 | *Search, Found* | – |
//! | 08 | Ping | both | | 18 | Roster | member |
//! | 09 | Pong | both | | 19 | RosterPage | host |
//! | 0A | Bye | both | | 1A | *Cursor* | – |
//! | 0B | Introduce | member | | 1B, 1C | TailOffer, Tail | member |
//! | 0C | Introduced | host | | 1D, 1E | TailWanted, TailTaken | host |
//! | 0D | Waiting | host | | 20–25 | *files* | – |
//! | 10 | Submit | member | | 30, 31 | *ProbeMe, ProbeResult* | – |
//! | 11 | Results | host | | 80 | Ephemeral | both |
//! | 81 | Guests | host | | 82 | Head | host |
//! | 83 | House | host | | 84 | Standings | host, to moderators |
//!
//! Kinds in italics are reserved: they mean nothing yet, and may never mean anything else.
//!
//! # Handshake
//! 1. The member sends Hello: its key, and that key's signature over this connection's exporter and the
//!    room's id ([`chain::hello_bytes`]). It carries no name, because the host is not authenticated yet.
//! 2. The host answers Welcome (or Denied, and closes). From here on frames may be large, and entries flow:
//!    Events begin behind `Welcome.from`.
//!    Where the room has a password that this key has not proven, NeedPassword comes instead. The member proves it
//!    by OPAQUE (Ke1, Ke2, Ke3; the context is [`chain::password_bytes`]), and the host with it; then comes Welcome.
//!    A wrong password is seen by the member alone, which ends the connection then. Whoever has an invite with a token
//!    says that in Hello; where it does not let anybody in any more, NeedPassword says why.
//!    Where the host lets each newcomer in, Waiting comes instead. The member sends Introduce, so that the host sees who it
//!    is, and waits for Welcome, or for Denied, for some minutes.
//! 3. The member sends Introduce with a name. Introduced makes it present; a taken name is Denied and may be
//!    asked for again. Before Introduced a member reads and does not speak.
//!
//! # Saying something
//! An op is signed once ([`op::canonical`]) and carried, stored and relayed as those very bytes, so that an
//! older app keeps what it cannot read. Its 16-byte id makes every resend harmless. The host numbers ops
//! into entries; each entry's hash covers the one before it ([`chain`]), and a run travels with the link
//! that it follows, so a member knows that nothing is missing and nothing was changed.
//!
//! What those in charge do is an op as well, with the counter 0: it is done now or not at all, and holes in an outbox do
//! not concern it.
//!
//! # A log that went back
//! A host's file may be an older copy of itself: restored from a backup, or on a disk that lied. Head vouches for
//! what was published, so a member can show (TailOffer) how far the log had come. The host asks for what it
//! lacks (TailWanted, Tail), checks it against the head that its own key signed, and says when it has it (TailTaken). Both
//! sides list the feature [`message::TAIL`]; without it none of the four is sent.
//!
//! # Versions
//! ALPN's `/1` is the framing. The version of the messages is negotiated: Hello offers a range, the host
//! picks the highest that both speak. Within a version changes are additive only: new optional fields (a
//! number is never used again), new op kinds, new kinds from 0x80, new numbers in an enum, whose readers
//! take an unknown one for `OTHER`. Anything that must be understood needs a new version, or a feature that
//! both sides listed.

pub mod chain;
pub mod decode;
pub mod encode;
pub mod frame;
pub mod message;
pub mod op;
pub mod plain;
pub mod proto;
pub mod text;

pub use decode::{DecodeError, decode_client, decode_server};
pub use encode::{encode_client, encode_server};
pub use frame::{Frame, FrameBuffer, FrameError};

/// The kinds of frames, one byte each. See the table in [`crate::wire`].
pub mod kind {
    /// [`super::message::Hello`].
    pub const HELLO: u8 = 0x01;
    /// [`super::message::Welcome`].
    pub const WELCOME: u8 = 0x02;
    /// The room has a password.
    pub const NEED_PASSWORD: u8 = 0x03;
    /// A try of a password.
    pub const KE1: u8 = 0x04;
    /// The host's answer to it.
    pub const KE2: u8 = 0x05;
    /// The proof.
    pub const KE3: u8 = 0x06;
    /// [`crate::types::Denial`].
    pub const DENIED: u8 = 0x07;
    /// A question whether the other side is there.
    pub const PING: u8 = 0x08;
    /// Its answer.
    pub const PONG: u8 = 0x09;
    /// [`crate::types::Goodbye`].
    pub const BYE: u8 = 0x0A;
    /// A wish for a name.
    pub const INTRODUCE: u8 = 0x0B;
    /// The name that holds from here on.
    pub const INTRODUCED: u8 = 0x0C;
    /// The host is asked about a newcomer.
    pub const WAITING: u8 = 0x0D;
    /// Ops of a member.
    pub const SUBMIT: u8 = 0x10;
    /// What became of them.
    pub const RESULTS: u8 = 0x11;
    /// New entries.
    pub const EVENTS: u8 = 0x12;
    /// How far the log is ahead.
    pub const BEHIND: u8 = 0x13;
    /// A wish for older or newer entries.
    pub const FETCH: u8 = 0x14;
    /// A page of the log.
    pub const PAGE: u8 = 0x15;
    /// A wish for a part of the roster.
    pub const ROSTER: u8 = 0x18;
    /// A part of the roster.
    pub const ROSTER_PAGE: u8 = 0x19;
    /// [`crate::types::Proof`].
    pub const TAIL_OFFER: u8 = 0x1B;
    /// A page of the log that is handed back.
    pub const TAIL: u8 = 0x1C;
    /// [`super::message::TailWanted`].
    pub const TAIL_WANTED: u8 = 0x1D;
    /// What was offered is in the log.
    pub const TAIL_TAKEN: u8 = 0x1E;
    /// The first kind that may be skipped.
    pub const SKIPPABLE: u8 = 0x80;
    /// What passes and is not kept: presence and typing.
    pub const EPHEMERAL: u8 = 0x80;
    /// Who is in the room without encryption.
    pub const GUESTS: u8 = 0x81;
    /// The room's key vouches for what was published.
    pub const HEAD: u8 = 0x82;
    /// [`crate::types::House`].
    pub const HOUSE: u8 = 0x83;
    /// [`crate::types::Standing`] of everybody, for moderators.
    pub const STANDINGS: u8 = 0x84;
}
