//! Why a room could not be opened, joined or kept, as plain data.
//!
//! Each is one sentence with a next step in `ui/text`, and one code in the headless event stream.

use std::path::PathBuf;

use crate::types::{Address, InviteEnd, Nickname};

/// Why it ended, or why it is offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The computer is there, and nothing listens on that port.
    Refused(Address),
    /// Nothing answered in time.
    TimedOut(Address),
    /// There is no way to that address from here.
    Unreachable(Address),
    /// No computer of that name is known.
    NameNotFound(String),
    /// Something else answers there: these were its first words, cut.
    NotHallway(Address, String),
    /// Something accepts there and says nothing.
    Silent(Address),
    /// The other app is too old: it speaks up to this version.
    TooOld(u32),
    /// The other app is too new: it speaks from this version on.
    TooNew(u32),
    /// The name is taken; this one was free.
    NickTaken {
        /// What was asked for.
        wanted: Nickname,
        /// One that was free then.
        free: Nickname,
    },
    /// The room has a password, and none was given.
    PasswordNeeded,
    /// The password is not the room's, or somebody stands between.
    PasswordWrong,
    /// The password was tried too often from here, or by everybody: it may be tried again after so many milliseconds.
    PasswordLater(u64),
    /// A password was given, and what answers did not ask for one: it may be another room.
    PasswordNotAsked,
    /// The invite does not let anybody in any more, and no password was given instead.
    InviteEnded(InviteEnd),
    /// As many are in as the host allows.
    RoomFull,
    /// The host was asked, and did not let me in.
    NotLetIn,
    /// Nobody comes in who was not in before.
    RoomLocked,
    /// I was sent away; I may come again.
    Removed,
    /// Its person goes on with another key in this room, and nobody comes in with mine.
    KeyReplaced,
    /// I am kept out: until then, milliseconds since 1970 UTC by its clock, or for good.
    Banned(Option<i64>),
    /// The room that is known answers with another key: a hard stop.
    KeyChanged(Address),
    /// Another room than last time answers at this address.
    OtherRoom(Address),
    /// The connection broke off.
    Lost,
    /// This computer's network changed, and the address that the connection went from is gone.
    NetworkChanged,
    /// Nothing was heard for 45 seconds.
    WentSilent,
    /// The host closed the room.
    RoomClosed,
    /// The host let me go because I did not read fast enough.
    TooSlow,
    /// The same person came in by another device or window.
    Replaced,
    /// The other side broke the protocol; its words or ours.
    Protocol(String),
    /// The port is taken; the next free one.
    PortTaken {
        /// What was asked for.
        port: u16,
        /// The next one that is free, if one was found.
        next: Option<u16>,
    },
    /// The system does not allow this port.
    PortForbidden(u16),
    /// This computer does not have that address.
    NoSuchAddress(std::net::IpAddr),
    /// The profile could not be read or written, in the system's words.
    Storage(String),
    /// The profile folder, or where it was to be made, may not be written.
    ReadOnly(PathBuf),
    /// The file of a room that is kept here, or may be, cannot be read, in the system's words. It is left as it is.
    Unreadable {
        /// Where it is.
        file: PathBuf,
        /// What is wrong with it.
        said: String,
    },
    /// This computer's disk failed, so the room is opened again, by itself; why, in words.
    Reopening(String),
    /// Another Hallway uses this data folder.
    ProfileInUse,
    /// This room is open here already.
    AlreadyOpen,
    /// As many rooms are open as may be.
    TooManyRooms,
    /// It is not in the recent list any more.
    UnknownRoom,
    /// The host says no for a reason that this app does not know.
    Other(String),
}

impl Failure {
    /// The code in the headless event stream. A code is never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::TimedOut(_) => "timed-out",
            Self::Unreachable(_) => "unreachable",
            Self::NameNotFound(_) => "name-not-found",
            Self::NotHallway(..) => "plain-room",
            Self::Silent(_) => "silent",
            Self::TooOld(_) => "too-old",
            Self::TooNew(_) => "too-new",
            Self::NickTaken { .. } => "nick-taken",
            Self::PasswordNeeded => "password-needed",
            Self::PasswordWrong => "password-wrong",
            Self::PasswordLater(_) => "password-later",
            Self::PasswordNotAsked => "password-not-asked",
            Self::InviteEnded(InviteEnd::Used) => "invite-used",
            Self::InviteEnded(InviteEnd::Expired) => "invite-expired",
            Self::InviteEnded(InviteEnd::Unknown) => "invite-unknown",
            Self::RoomFull => "room-full",
            Self::NotLetIn => "not-let-in",
            Self::RoomLocked => "room-locked",
            Self::Removed => "removed",
            Self::KeyReplaced => "key-replaced",
            Self::Banned(_) => "banned",
            Self::KeyChanged(_) => "key-changed",
            Self::OtherRoom(_) => "other-room",
            Self::Lost => "lost",
            Self::NetworkChanged => "network-changed",
            Self::WentSilent => "went-silent",
            Self::RoomClosed => "room-closed",
            Self::TooSlow => "too-slow",
            Self::Replaced => "replaced",
            Self::Protocol(_) => "protocol",
            Self::PortTaken { .. } => "port-taken",
            Self::PortForbidden(_) => "port-forbidden",
            Self::NoSuchAddress(_) => "no-such-address",
            Self::Storage(_) => "storage",
            Self::ReadOnly(_) => "read-only",
            Self::Unreadable { .. } => "unreadable",
            Self::Reopening(_) => "reopening",
            Self::ProfileInUse => "profile-in-use",
            Self::AlreadyOpen => "already-open",
            Self::TooManyRooms => "too-many-rooms",
            Self::UnknownRoom => "unknown-room",
            Self::Other(_) => "other",
        }
    }
}
