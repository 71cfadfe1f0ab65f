//! Keys, certificates and pins; turns a byte stream into an authenticated [`Channel`].
//!
//! A room is a key: its certificate only carries that key, and none of its dates, names or issuers is looked
//! at. What is checked is that the other side holds the key ([`Expect`] says which one must answer) and, on
//! the member's side, an Ed25519 [`Identity`] that signs this very connection. This is the only module that
//! names a cryptography crate, so changing one is a change here and nowhere else.

pub mod channel;
pub mod identity;
pub mod password;
pub mod random;
pub mod room_key;
pub mod sealed;
pub mod words;

pub use channel::{Accepted, Channel, Expect, ServerConfig, TextStream, accept, connect, server_config};
pub use identity::{Identity, verify};
pub use password::{KeptPassword, Try, keep_password};
pub use random::{random_bytes, sha256};
pub use room_key::{RoomKey, verify_head};
pub use sealed::{SealedError, seal, unseal};
pub use words::{compare_words, three_words, words};

use crate::types::RoomId;

/// Why there is no key, or no authenticated channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Another room answers than the one expected: it was reinstalled, moved, or somebody stands between.
    #[error("another room answers: {0}")]
    OtherKey(RoomId),
    /// What answers, or calls, speaks something else.
    #[error("the other side does not speak this protocol")]
    NotHallway,
    /// What arrived is not what was sent, or the other side does not hold the key that it shows.
    #[error("the connection cannot be trusted: {0}")]
    Tampered(String),
    /// The connection ended.
    #[error("the connection broke off: {0}")]
    Lost(std::io::ErrorKind),
    /// A key from the disk is damaged, or its parts do not belong together.
    #[error("{0} is damaged")]
    DamagedKey(&'static str),
    /// The system gives no random numbers, without which there can be no key.
    #[error("the system gives no random numbers")]
    NoRandomness,
}
