//! Numbers and keys that name things. Each is its own type, so that none can stand for another.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

/// Why a text is not an id: it is not lower-case hex of the right length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hexadecimal digits")]
pub struct IdError {
    /// Digits that the id has.
    pub expected: usize,
}

macro_rules! bytes_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Bytes in this id.
            pub const LEN: usize = $len;

            /// The id from exactly its length of bytes.
            ///
            /// # Errors
            /// [`IdError`] when there are more or fewer bytes.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, IdError> {
                bytes.try_into().map(Self).map_err(|_| IdError { expected: $len * 2 })
            }

            /// The bytes.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let wrong = IdError { expected: $len * 2 };
                let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| wrong)?;
                Self::from_slice(&bytes)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

bytes_id! {
    /// A message's identity, made at random by whoever wrote it. A resend carries the same one.
    OpId, 16
}
bytes_id! {
    /// The room: SHA-256 of its public key (the certificate's SubjectPublicKeyInfo, DER).
    RoomId, 32
}
bytes_id! {
    /// A member's Ed25519 public key, one per installation.
    MemberKey, 32
}

impl MemberKey {
    /// In the place of a key where what is done is about a guest, who has none. Nobody comes in with it.
    pub const GUESTS: Self = Self([0; Self::LEN]);

    /// The key, where it is anybody's.
    pub fn of_member(self) -> Option<Self> {
        (self != Self::GUESTS).then_some(self)
    }
}

bytes_id! {
    /// SHA-256 of an entry and everything before it.
    Hash, 32
}
bytes_id! {
    /// An Ed25519 signature.
    Signature, 64
}
bytes_id! {
    /// The first 20 bytes of a [`RoomId`], as an invite carries it: enough against a second preimage.
    Fingerprint, 20
}

impl RoomId {
    /// What an invite carries of this id.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut short = [0; 20];
        short.copy_from_slice(&self.0[..20]);
        Fingerprint(short)
    }
}

/// A member's number in one room, given by the host at the first visit and never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MemberId(pub u32);

/// An entry's place in the room's log, from 1. It orders everything; clocks order nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct Seq(pub u64);

impl Seq {
    /// The place before the first entry.
    pub const START: Self = Self(0);

    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which log the numbers belong to: drawn at random when a room is made, and again only when its log
/// was reset or restored. A mere restart keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Epoch(pub u64);

/// A position in the chain: an entry's number and the hash over it and everything before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// The entry's number; 0 is the place before the first.
    pub seq: Seq,
    /// The entry's hash; zeros before the first.
    pub hash: Hash,
}

impl Link {
    /// The position before the first entry.
    pub const START: Self = Self { seq: Seq::START, hash: Hash([0; 32]) };
}

/// Where a member goes on: the log it knows and the last entry that it has stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume {
    /// The log.
    pub epoch: Epoch,
    /// The last entry of the live chain.
    pub last: Link,
}

/// One instant, read once by the shell and handed down.
///
/// Order, expiry and timers use `boot_ms`, a clock that counts sleep; `wall_ms` is for display only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Now {
    /// Milliseconds since the machine started, sleep included.
    pub boot_ms: u64,
    /// Milliseconds since 1970-01-01 UTC.
    pub wall_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips_and_wrong_lengths_are_errors() {
        let id = OpId([0xab; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("ab".parse::<OpId>(), Err(IdError { expected: 32 }));
        assert_eq!("zz".repeat(16).parse::<OpId>(), Err(IdError { expected: 32 }));
        assert!(OpId::from_slice(&[0; 17]).is_err());
    }

    #[test]
    fn an_invite_carries_the_first_twenty_bytes_of_the_room() {
        let mut bytes = [7; 32];
        bytes[20] = 9;
        assert_eq!(RoomId(bytes).fingerprint(), Fingerprint([7; 20]));
    }

    #[test]
    fn the_last_number_has_no_successor_that_wraps() {
        assert_eq!(Seq(u64::MAX).next(), Seq(u64::MAX));
    }
}
