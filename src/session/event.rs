//! What the background tells the window and the command line: plain data, one enum.

mod notice;

pub use self::notice::Notice;
use super::command::{FindRef, PageAsk, RoomRef};
use super::failure::Failure;
use super::moving::{Moved, MovingError};
pub use crate::nearby::{Reach, ReachKind};
use crate::types::{
    Address, Found, FoundAt, GuestList, GuestRules, House, Invite, InviteEnd, InviteTerms, InviteText, Knock,
    MemberId, MemberKey, Message, MessageText, Nickname, OpId, Pending, RecentRoom, Refusal, Retention,
    RoomId, RoomName, Seq, Settings, Standing,
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
    /// One of those who are here goes by another name now. Of me, [`RoomEvent::Renamed`] says it as well.
    Called(Person),
    /// How many came or left without being named, because there were many.
    Crowd(u32),
    /// Everybody who is known to be here, and how many there are in all. Replaces what was known.
    Roster(Vec<Person>, u32),
    /// Who is typing, and how many more. Never myself.
    Typing(Vec<Nickname>, u32),
    /// Who is here without encryption. Replaces what was known.
    Guests(GuestList),
    /// What holds in the room, and who is in charge besides the host. Replaces what was known.
    House(House),
    /// The name I asked for is taken; I still have the one from before, or none.
    NickTaken {
        /// What I asked for.
        wanted: Nickname,
        /// One that was free then.
        free: Nickname,
    },
    /// What [`super::Command::Compare`] asked for, with this member, or with the host where it is none: five words that
    /// the other screen shows as well, unless somebody stands between. None without a connection, for which they hold.
    Words(Option<MemberKey>, Option<Vec<String>>),
    /// Words were the same, and it is kept: this member is who it seems; where it is none, the room is verified.
    Compared(Option<MemberKey>),
    /// Who waits for me to let them into a room that I host. Replaces what was known.
    Knocks(Vec<Knock>),
    /// I wait for the host to let me in.
    Waiting,
    /// How people stand about whom something was done, in a room where I am in charge. Replaces what was known.
    Standings(Vec<Standing>),
    /// What [`super::Command::Invite`] asked for: its number, for whom it is, and the invite, which is told only here.
    Invited(u32, InviteTerms, Box<Invite>),
    /// The invites of the room that I host, those that ended among them, oldest first. Replaces what was known.
    Invites(Vec<InviteState>),
    /// This member came in by the invite of this number.
    InviteUsed(u32, MemberKey),
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

/// How it stands with an invite that I made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteState {
    /// Its number.
    pub number: u32,
    /// For whom it is.
    pub terms: InviteTerms,
    /// Who came in by it.
    pub used: Vec<MemberKey>,
    /// Why it lets nobody else in; none where it does.
    pub end: Option<InviteEnd>,
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
    /// The host is asked about each newcomer.
    pub asks: bool,
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
    /// What holds in the room, and who is in charge besides the host.
    pub house: House,
    /// Members with whom I compared words, in a room that I host.
    pub compared: Vec<MemberKey>,
    /// It is a first visit by a bare address, and words to compare were not told yet: nothing that is said before
    /// [`RoomEvent::Words`] is taken.
    pub words_first: bool,
    /// What I had typed.
    pub draft: String,
}
