//! Every way in which a host says no, as plain data. The window's words for them are in `ui/text`.

use serde::{Deserialize, Serialize};

use super::names::Nickname;

/// Why the host did not take a message. The text stays with its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Faster than the room allows.
    TooFast {
        /// Milliseconds after which it may be said again.
        retry_after_ms: u64,
    },
    /// Longer than the room allows.
    TooLong,
    /// Not a message that can be shown: empty, or not what its kind says.
    Malformed,
    /// The signature is not the author's, or it was meant for another room.
    NotYours,
    /// The same identity was used for another text.
    IdReused,
    /// An earlier message of this device is missing; it will be sent again in order.
    OutOfOrder {
        /// The counter that the host expects next.
        expected: u64,
    },
    /// The author has no name in the room yet.
    NoName,
    /// The host takes nothing of its author for now.
    Muted {
        /// Until when, milliseconds since 1970 UTC by the host's clock; none until the host says otherwise.
        until_ms: Option<i64>,
    },
    /// Only the host and moderators speak here now.
    Announcements,
    /// That is for whoever is in charge to do.
    NotInCharge,
    /// Nothing is done about this one: the host or a moderator, too much is kept of others, or they go by another name.
    NotThem,
    /// The host could not write it down (its disk is full or failing).
    NotStored,
    /// The host's app cannot take this kind.
    Unsupported,
    /// A newer host's reason that this app does not know, in the host's words.
    Other(String),
}

/// Why the host does not let somebody in, or does not let them have a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// The two apps share no protocol version.
    Version {
        /// The oldest that the host speaks.
        host_min: u32,
        /// The newest that the host speaks.
        host_max: u32,
    },
    /// The room holds as many as the host allows.
    RoomFull,
    /// Somebody else goes by this name, or one that looks like it. Only the name is refused.
    NickTaken {
        /// A name that was free then.
        free: Nickname,
    },
    /// The proof of identity was wrong.
    NotYours,
    /// The host wanted to see something else at that point, in its words.
    Protocol(String),
    /// The handshake took too long.
    TooSlow,
    /// The host was asked, and did not let them in.
    NotLetIn,
    /// Nobody comes in who was not in before.
    Locked,
    /// They go on with another key, and nobody comes in with this one.
    Succeeded,
    /// The host keeps them out.
    Banned {
        /// Until when, milliseconds since 1970 UTC by the host's clock; none for good.
        until_ms: Option<i64>,
    },
    /// The room wants something that this app does not know, in the host's words.
    Other(String),
}

/// Why the other side ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goodbye {
    /// The host closes the room.
    RoomClosed,
    /// The member leaves.
    Leaving,
    /// The member did not read for too long; it may come back at once.
    TooSlow,
    /// Nothing was heard for too long.
    Silent,
    /// The same member came in again, by another connection.
    Replaced,
    /// What came was not the protocol.
    Protocol,
    /// The host sent the member away.
    Removed,
    /// A newer app's reason.
    Other,
}
