//! What the background tells the window and the command line: plain data, one enum.

use super::command::{FindRef, PageAsk, RoomRef};
use super::failure::Failure;
use super::moving::{Moved, MovingError};
pub use crate::nearby::{Reach, ReachKind};
use crate::types::{
    Address, Found, FoundAt, GuestList, GuestRules, Invite, InviteText, MemberId, MemberKey, Message,
    MessageText, Nickname, OpId, Pending, RecentRoom, Refusal, Retention, RoomId, RoomName, Seq, Settings,
};

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The background runs; always first.
    Started(Box<Started>),
    /// This profile cannot be used, so there is nothing to begin with; instead of `Started`.
    Unusable(Failure),
    /// The recent list changed.
    Recents(Vec<RecentRoom>),
    /// A port was looked at.
    PortChecked {
        /// The port that was asked about.
        port: u16,
        /// It could be listened on.
        free: bool,
        /// The next one that is free, where this one is not.
        next: Option<u16>,
    },
    /// The program was started once more with this profile: the window is to come forward, with this link.
    ToFront(Option<InviteText>),
    /// What [`super::Command::Find`] asked for.
    Found(FoundPage),
    /// How it stands with the export of this room's history.
    Exported(RoomId, Exported),
    /// My identity went to another computer or came from one, or why not.
    IdentityMoved(Result<Moved, MovingError>),
    /// What [`super::Command::LookInto`] asked for; none where the room cannot be read.
    Looked(RoomId, Option<LookedInto>),
    /// Nothing of this room is kept any more; or why something is, until the next start removes it.
    Forgotten(RoomId, Option<String>),
    /// Something about one room.
    Room(RoomRef, RoomEvent),
    /// Something that a person should read and that is about no single room.
    Notice(Notice),
    /// A part of the background broke. The sentence is for the person; nothing acknowledged is lost.
    Broken(String),
    /// Everything is left and written; always last.
    Ended,
}

/// How it stands with an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// So many percent are written. Not told of a short one.
    Progress(u8),
    /// All of it is in this file.
    Done(std::path::PathBuf),
    /// It was cancelled, and nothing was written.
    Cancelled,
    /// Another one runs, so this one did not begin.
    Busy,
    /// The history cannot be read, for this reason; nothing was written.
    NotRead(String),
    /// The file cannot be written, for this reason; what was there is still there.
    NotWritten(String),
}

/// What would be lost with a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookedInto {
    /// It is hosted here: its key is nowhere else.
    pub hosted: bool,
    /// How many messages of mine were not sent.
    pub unsent: usize,
}

/// What the window begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Started {
    /// The settings.
    pub settings: Settings,
    /// Rooms to go back to, newest first.
    pub recents: Vec<RecentRoom>,
    /// What to be called where nothing was chosen: the login name, made good.
    pub login_name: Nickname,
    /// Rooms to go back to at once, quietly.
    pub again: Vec<RoomId>,
}

/// What happened in a room.
#[derive(Debug, Clone, PartialEq)]
pub enum RoomEvent {
    /// Dialling.
    Connecting(Address),
    /// The room is open here and takes members. `Online` follows, as for everybody.
    Hosting(Hosting),
    /// In the room, or in it again.
    Online(Online),
    /// New entries, durable here, in order, each exactly once.
    Messages(Vec<Message>),
    /// Entries between these numbers (both excluded) are not here yet.
    Gap {
        /// The last one that is here before the gap.
        after: Seq,
        /// The first one that is here behind it.
        before: Seq,
    },
    /// Much was said while I was away, and it is coming: how far that is. None once it is here.
    CatchingUp(Option<CatchingUp>),
    /// What [`super::Command::Page`] asked for.
    Page(LogPage),
    /// How long what is said here is kept on this computer; none for what the settings say.
    Retention(Option<Retention>),
    /// Entries up to this number are not kept on this computer.
    NotKept(Seq),
    /// The event queue was full: more was said than was passed on. Ask for `Refresh`.
    Behind(Seq),
    /// Everything anew.
    Snapshot(Box<Snapshot>),
    /// Safe in my outbox.
    Pending(Pending),
    /// It could not be kept, so it is nowhere but here: back into the composer.
    Unsaid {
        /// Which.
        id: OpId,
        /// What it said.
        text: MessageText,
        /// Why, in words.
        reason: String,
    },
    /// Numbered and durable at the host.
    Sent(OpId, Seq),
    /// The host did not take it. It stays in the outbox, refused, until it is withdrawn.
    Refused(OpId, Refusal, MessageText),
    /// Who came.
    Joined(Vec<Person>),
    /// Who left.
    Left(Vec<Person>),
    /// How many came or left without being named, because there were many.
    Crowd(u32),
    /// Everybody who is known to be here, and how many there are in all. Replaces what was known.
    Roster(Vec<Person>, u32),
    /// Who is typing, and how many more. Never myself.
    Typing(Vec<Nickname>, u32),
    /// Who is here without encryption. Replaces what was known.
    Guests(GuestList),
    /// The name I asked for is taken; I still have the one from before, or none.
    NickTaken {
        /// What I asked for.
        wanted: Nickname,
        /// One that was free then.
        free: Nickname,
    },
    /// What [`super::Command::Compare`] asked for, with this member, or with the host where it is none: five words that
    /// the other screen shows as well, unless somebody stands between. None where there is no connection to make them
    /// of. They hold for one connection.
    Words(Option<MemberKey>, Option<Vec<String>>),
    /// Words were the same, and it is kept: this member is who it seems; where it is none, the room is verified.
    Compared(Option<MemberKey>),
    /// I am called this now.
    Renamed(Nickname),
    /// The connection is gone; it will be tried again after so many milliseconds.
    Offline(Failure, u64),
    /// A person should read this.
    Notice(Notice),
    /// It ends here, and nothing more follows for this room.
    Failed(Failure),
    /// I left, as I asked. Nothing more follows for this room.
    Over,
}

/// A person in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its number in the room.
    pub member: MemberId,
    /// Its key: the colour of its name comes from here.
    pub key: MemberKey,
    /// Its name.
    pub name: Nickname,
    /// It hosts the room.
    pub host: bool,
    /// It is me.
    pub me: bool,
}

/// A room that is open here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosting {
    /// What it is called.
    pub room: RoomName,
    /// Which room it is.
    pub room_id: RoomId,
    /// Where it listens.
    pub port: u16,
    /// What to tell people, best first.
    pub addresses: Vec<Reach>,
    /// A link that brings people in, verified.
    pub invite: Invite,
    /// Six words from the room's key, to read aloud.
    pub words: Vec<String>,
    /// How many may come in.
    pub capacity: usize,
    /// What people without the app may do.
    pub guests: GuestRules,
    /// Whoever comes has to prove a password.
    pub locked: bool,
}

/// How far the room's identity is proven to me.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// By an invite, by its password, or because I host it.
    Verified,
    /// Encrypted, its key remembered from now on, not yet verified.
    FirstVisit,
    /// Not encrypted, nothing proven.
    Open,
}

/// What I know when I am in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Online {
    /// What the room is called.
    pub room: RoomName,
    /// Which room it is.
    pub room_id: RoomId,
    /// What I am called here.
    pub me: Nickname,
    /// My number here.
    pub member: MemberId,
    /// My key.
    pub key: MemberKey,
    /// How far the room is proven.
    pub trust: Trust,
    /// The newest entry at the host.
    pub head: Seq,
    /// Where it answered.
    pub address: Address,
    /// It is a plain-text room: names are addresses, nothing is confirmed, and much is not there.
    pub plain: bool,
}

/// How far a copy has caught up that was away for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatchingUp {
    /// Entries that have come.
    pub here: u64,
    /// Entries that were missing when it began, and those that were said since.
    pub all: u64,
}

/// A part of the log, read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// What was asked.
    pub asked: PageAsk,
    /// The messages, in order. A hole between two is seen by `prev`.
    pub messages: Vec<Message>,
    /// Nothing older exists, as far as is known.
    pub at_start: bool,
    /// Nothing newer is here.
    pub at_end: bool,
}

/// A part of an answer to a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPage {
    /// Which search.
    pub find: FindRef,
    /// The lines, in the order that was asked for. Those of the page before are not in it.
    pub lines: Vec<Found>,
    /// Where to go on; none where that is all.
    pub more: Option<FoundAt>,
    /// Histories that could not be searched, or not to their end yet, in words.
    pub missing: Vec<String>,
}

/// A room's whole state, for a window that comes to it anew or fell behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// What it is called, once known.
    pub room: Option<RoomName>,
    /// How I am in; none while offline.
    pub online: Option<Online>,
    /// How it is hosted, where it is.
    pub hosting: Option<Hosting>,
    /// The newest page.
    pub newest: LogPage,
    /// My outbox, oldest first.
    pub pending: Vec<Pending>,
    /// Who is known to be here.
    pub people: Vec<Person>,
    /// How many are here in all.
    pub present: u32,
    /// Who is here without encryption.
    pub guests: GuestList,
    /// Members with whom I compared words, in a room that I host.
    pub compared: Vec<MemberKey>,
    /// It is a first visit by a bare address, and words to compare were not told yet: nothing that is said before
    /// [`RoomEvent::Words`] is taken.
    pub words_first: bool,
    /// What I had typed.
    pub draft: String,
}

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
    /// Another password could not be kept, in words; the room has the one that it had.
    PasswordNotKept(String),
    /// As many are here as may be; somebody was turned away.
    Full,
    /// The only address at which the room that is hosted here listens is none of this computer's any more.
    AddressGone(std::net::IpAddr),
    /// No guest is called this, so nobody was sent away.
    NoSuchGuest(crate::types::Nickname),
    /// Nobody is or was in by this name.
    NobodyCalled(Nickname),
    /// No words were told that could have been compared, or they were those of a connection that is gone.
    NothingCompared,
    /// That words were compared could not be kept, so it does not count; why, in the system's words.
    ComparedNotKept(String),
}
