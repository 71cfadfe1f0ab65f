//! What the window and the command line ask of the background: plain data, one enum.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::types::{
    Act, Audience, FindOrder, FoundAt, GuestRules, InviteAsk, KnockAnswer, MemberKey, MessageText, Nickname,
    OpId, Passphrase, Password, Query, Removal, Retention, RoomId, RoomName, Rule, Seq, Settings, Verb,
    Where,
};

/// A room that is open in this app, named by whoever asked for it to be opened. Never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomRef(pub u64);

/// What the background is asked to do. Answers come as [`super::Event`]s.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Open a room here.
    Host(RoomRef, HostAsk),
    /// Go to a room.
    Join(RoomRef, JoinAsk),
    /// Go back to a room of the recent list, hosted or joined.
    Reopen(RoomRef, RoomId),
    /// The same, with the password that the room asks for.
    Unlock(RoomRef, RoomId, Password),
    /// Stop waiting and dial now (offline, or after a failure).
    Retry(RoomRef),
    /// Leave, stop hosting, or give up connecting. `Left` follows.
    Leave(RoomRef),
    /// Say something, for members only or, where the window showed that one is present, for guests too. `Pending` follows when it is safe in the outbox, `Unsaid` when it could not be kept.
    Say(RoomRef, OpId, MessageText, Audience),
    /// Take a refused message out of the outbox, because its author put it back into the composer.
    Withdraw(RoomRef, OpId),
    /// Go by another name.
    Rename(RoomRef, Nickname),
    /// I am typing, or no longer.
    Typing(RoomRef, bool),
    /// A part of the log. `Page` follows.
    Page(RoomRef, PageAsk),
    /// Everything anew: `Snapshot` follows. The answer to `Behind`.
    Refresh(RoomRef),
    /// Keep what is in the composer.
    KeepDraft(RoomRef, String),
    /// Keep what is said in this room for so long; none for what the settings say. `Retention` follows.
    SetRetention(RoomRef, Option<Retention>),
    /// How many may come into a room that I host, from now on.
    SetCapacity(RoomRef, usize),
    /// Another password for a room that I host, or none, from now on. Whoever is in proves it to stay. `Hosting` follows, or a
    /// notice where it could not be kept.
    SetPassword(RoomRef, Option<Password>),
    /// What people without the app may do in a room that I host, from now on. Who is kept out stays so, whatever
    /// the rules say of it. `Hosting` follows.
    SetGuests(RoomRef, GuestRules),
    /// Keep this address out no more, in a room that I host. `Hosting` follows.
    LetIn(RoomRef, IpAddr),
    /// Send this guest away, out of a room that I host; and, if so, keep its address out from now on. A notice
    /// follows where nobody has this name or had it a moment ago.
    RemoveGuest(RoomRef, Nickname, bool),
    /// Ask me about each newcomer to a room that I host, or no longer. `Hosting` follows.
    SetAsks(RoomRef, bool),
    /// Whether this one may come into a room that I host. `Knocks` follows.
    AnswerKnock(RoomRef, MemberKey, KnockAnswer),
    /// Do this about somebody in a room where I am in charge. `Standings` follows, and an entry for everybody to see; or a notice.
    Act(RoomRef, Act),
    /// Another rule for everybody in a room where I am in charge. `House` follows, and an entry; or a notice.
    SetRule(RoomRef, Rule),
    /// These words go: mine, or others' in a room where I am in charge. An entry follows, or a notice.
    Remove(RoomRef, Removal),
    /// The same about whoever is called so, in a room that I host, for as long: a member who is known, or a guest who is here, who can be sent
    /// away and kept out only. A notice follows where nobody is.
    ActOn(RoomRef, Verb, Nickname, Option<i64>),
    /// Make an invite that needs no password, into a room that I host and that has one. `Invited` follows, or a notice.
    Invite(RoomRef, InviteAsk),
    /// The invites of a room that I host. `Invites` follows.
    Invites(RoomRef),
    /// Take the invite of this number back. `Invites` follows, or a notice.
    Revoke(RoomRef, u32),
    /// Five words to compare with this member, in a room that I host; with the host, where it is none. `Words` follows.
    Compare(RoomRef, Option<MemberKey>),
    /// The words that were told were the same on both screens, so who is there is who they seem. `Compared` follows, or
    /// a notice.
    TheSame(RoomRef, Option<MemberKey>),
    /// Is this port free? `PortChecked` follows.
    CheckPort(u16),
    /// Keep these settings.
    KeepSettings(Settings),
    /// Remove a room from the recent list. What is kept of it stays.
    ForgetRecent(RoomId),
    /// Write what is kept of a room into a file that the person chose, in the format that its name ends with.
    /// `Exported` follows.
    Export(RoomId, PathBuf),
    /// Write no more of it.
    CancelExport(RoomId),
    /// What would be lost with this room? `Looked` follows.
    LookInto(RoomId),
    /// Remove everything that is kept of this room, its keys first. One that is open is left. `Forgotten` follows.
    ForgetRoom(RoomId),
    /// Write my identity into a file that the person chose. `IdentityMoved` follows.
    ExportIdentity(PathBuf, Passphrase),
    /// Use the identity in a file from now on; if so, also where rooms know me by another one. Refused while a room is
    /// open. `IdentityMoved` follows.
    ImportIdentity(PathBuf, Password, bool),
    /// Go by another key from now on, because somebody else has mine: rooms are told at the next visit. Refused while a room
    /// is open. `IdentityMoved` follows.
    RenewIdentity,
    /// Look again whether the profile can be used, after `Unusable`. That, or `Started`, follows.
    TryAgain,
    /// Look for something that was said. `Found` follows, at once with what is there.
    Find(FindAsk),
    /// Leave every room and end. `Ended` is the last event.
    End,
}

/// What a host chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAsk {
    /// What the room is called. A room of this name that this profile hosted before is opened again.
    pub name: RoomName,
    /// What the host is called.
    pub nick: Nickname,
    /// Which port.
    pub port: PortAsk,
    /// Where to listen; all addresses if none.
    pub bind: Option<IpAddr>,
    /// How many may come in.
    pub capacity: usize,
    /// Whether the quota holds. Benches switch it off.
    pub quota: bool,
    /// What people without the app may do; none for what held in this room the last time. Who was kept out then
    /// stays so.
    pub guests: Option<GuestRules>,
    /// Whether the host is asked about each newcomer; none for what held in this room the last time.
    pub asks: Option<bool>,
    /// The password that whoever comes has to prove. A room with a password lets in nobody without the app.
    pub password: PasswordAsk,
}

/// Which password a room is to have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PasswordAsk {
    /// The one that it had the last time, if any.
    #[default]
    AsBefore,
    /// None.
    Open,
    /// This one. Where it had another, everybody has this one to prove.
    This(Password),
}

/// Which port a room is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortAsk {
    /// This one or none. 0 is any free one.
    Exactly(u16),
    /// This one, or the next free one.
    From(u16),
}

/// What somebody who joins chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinAsk {
    /// Where to.
    pub place: Where,
    /// The port, where `place` has none.
    pub port: u16,
    /// What to be called.
    pub nick: Nickname,
    /// It is known that another room was at this address before, and this is a new one.
    pub new_room: bool,
    /// It is a plain-text room, where no Hallway answers: nothing but lines of text is sent.
    pub plain: bool,
    /// The room's password, where it is known. Where it is given, a room that was not verified before must prove
    /// that it knows it too.
    pub password: Option<Password>,
}

/// Which part of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageAsk {
    /// The newest.
    Newest,
    /// What ends just before this entry.
    Before(Seq),
    /// What follows this entry.
    After(Seq),
    /// This entry in the middle, or where it would stand.
    Around(Seq),
    /// What begins with the first entry at or after this time, milliseconds since 1970 UTC, with a little of what
    /// stands before it.
    AtTime(i64),
}

/// One search, named by whoever asked. A newer one takes the place of an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindRef(pub u64);

/// What is looked for, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindAsk {
    /// Which search.
    pub find: FindRef,
    /// What for.
    pub query: Query,
    /// In this room only; in all that are kept here if none.
    pub room: Option<RoomId>,
    /// Which first.
    pub order: FindOrder,
    /// What follows this line of the answer before; the beginning if none.
    pub after: Option<FoundAt>,
}
