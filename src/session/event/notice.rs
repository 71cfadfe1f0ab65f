//! Sentences that a person should read.

use crate::types::{Nickname, Refusal};

/// A sentence that a person should read. The window finds its words by the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The settings could not be read; the file was moved aside to this place and nothing of it is lost.
    SettingsAside(std::path::PathBuf),
    /// The settings could not be written.
    SettingsNotKept(String),
    /// The list of recent rooms could not be read; the file was moved aside.
    RecentsAside(std::path::PathBuf),
    /// The port that was asked for is taken; the room has this one.
    OtherPort {
        /// What was asked for.
        wanted: u16,
        /// What it is.
        got: u16,
    },
    /// This device cannot write down what is said: it is shown and not kept.
    NotKept(String),
    /// The host cannot write down what is said, so nothing is sent until it can.
    HostNotStoring(String),
    /// I say more than the room takes at once; what waits goes by itself, a little later.
    Slowed,
    /// A part of the room's records could not be read, in the system's words.
    NotRead(String),
    /// The disk did not confirm what was written of this room, so it is opened again, by itself; why, in words.
    Reopening(String),
    /// The room's file was damaged: so many entries are missing now, until they come back from somebody who has them; and
    /// where the damaged file is kept.
    Mended(u64, std::path::PathBuf),
    /// What is said is written down again, here and at the host.
    StoringAgain,
    /// The host's log is another one than before: numbers begin anew.
    NewEpoch,
    /// The host's record lacks a part that is here, and gets it back.
    HandingBack,
    /// The record of the room that is hosted here lacked so many lines, which came back from somebody who had them.
    TakenBack(u64),
    /// The record of the room that is hosted here had lost lines, and others stand in their place: both are kept.
    Turned,
    /// Lines that could not be verified were left out and are kept as stubs.
    Unverified,
    /// Somebody at this address tried the password of my room so often that it must wait.
    Guessing(std::net::IpAddr),
    /// Nothing was done about this person: they are the host, or too much is kept of others already.
    NotDone(Nickname),
    /// What I wanted to do, as somebody in charge, was not done; or, where no reason is known, perhaps not: the connection
    /// was gone before the answer.
    NotDoneHere(Option<Refusal>),
    /// Another password could not be kept, in words; the room has the one that it had.
    PasswordNotKept(String),
    /// The room has no password, so the plain invite lets everybody in.
    InviteNotNeeded,
    /// As many invites are there as may be, and none of them ended.
    TooManyInvites,
    /// There is no invite of this number.
    NoSuchInvite(u32),
    /// That an invite was made, or taken back, could not be kept, in words; it is not so then.
    InviteNotKept(String),
    /// As many are here as may be; somebody was turned away.
    Full,
    /// The only address at which the room that is hosted here listens is none of this computer's any more.
    AddressGone(std::net::IpAddr),
    /// No guest is called this, so nobody was sent away.
    NoSuchGuest(Nickname),
    /// A guest is sent away, or kept out until it is let in again: nothing else is done about one.
    NoApp(Nickname),
    /// No words were told that could have been compared, or they were those of a connection that is gone.
    NothingCompared,
    /// That words were compared could not be kept, so it does not count; why, in the system's words.
    ComparedNotKept(String),
}
