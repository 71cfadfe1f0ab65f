//! One row of the conversation, as it is drawn.

use jiff::civil::Date;

use super::presence::Presence;
use super::stretch::Said;
use super::text::Prepared;
use crate::types::{Content, MemberKey, Message, Nickname, OpId, Pending, Seq};

/// One row of the conversation.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// A day begins.
    Day(Date),
    /// What follows came while nobody watched.
    Unread,
    /// Entries are missing here.
    Gap(Gap),
    /// Somebody said something.
    Line(Line<'a>),
    /// People came and went.
    Presence(&'a Presence),
    /// Somebody goes by another name.
    Renamed {
        /// Where.
        seq: Seq,
        /// The name until then.
        before: &'a Nickname,
        /// The name from here on.
        name: &'a Nickname,
    },
    /// Somebody in charge did this.
    Done(&'a Message),
    /// A newer app said something that this one cannot show.
    Newer(Line<'a>),
    /// A line that cannot be read or verified.
    Unreadable(Line<'a>),
    /// Something that somebody said whom I ignore: folded away.
    Ignored(Line<'a>),
    /// The place of something that was removed.
    Removed(Line<'a>),
    /// What I said and the host has not numbered yet, or refused.
    Waiting(Waiting<'a>),
}

/// What names a row for as long as it stands in the conversation and looks the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// A day.
    Day(Date),
    /// The unread line.
    Unread,
    /// A gap, by the entry below it.
    Gap(Seq),
    /// A numbered line, and whether it opens a group.
    Line(Seq, bool),
    /// Likewise of one that is folded away.
    Ignored(Seq, bool),
    /// Likewise of one that was removed.
    Removed(Seq, bool),
    /// A presence line, and how much it tells.
    Presence(u64, usize),
    /// My line in the outbox; whether it opens a group; whether it was refused.
    Waiting(OpId, bool, bool),
}

/// Entries that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first entry that is here again.
    pub before: Seq,
    /// How many are missing, as far as the numbers tell.
    pub missing: u64,
    /// They are being asked for.
    pub loading: bool,
    /// They are not kept on this computer, by the person's own choice.
    pub not_kept: bool,
}

/// A numbered line.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The message.
    pub message: &'a Message,
    /// What is drawn of it.
    pub text: &'a Prepared,
    /// It opens a group, so its author's name and its time stand above it.
    pub head: bool,
    /// I said it.
    pub mine: bool,
}

/// A line of my outbox.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// What waits.
    pub pending: &'a Pending,
    /// What is drawn of it.
    pub text: &'a Prepared,
    /// The host has it, and its line is about to come.
    pub sent: bool,
    /// It opens a group.
    pub head: bool,
}

impl<'a> Row<'a> {
    pub(super) fn of(said: &'a Said, head: bool, me: Option<MemberKey>) -> Self {
        let mine = me.is_some() && said.message.author.key() == me;
        let line = Line { message: &said.message, text: &said.text, head, mine };
        match &said.message.content {
            Content::Post(_) => Self::Line(line),
            Content::Named { before, name, .. } => {
                Self::Renamed { seq: said.message.seq, before: before.as_ref().unwrap_or(name), name }
            }
            Content::Act(_) | Content::Rule(_) | Content::Succeeded(_) | Content::Removal(_) => {
                Self::Done(&said.message)
            }
            Content::Removed => Self::Removed(line),
            Content::Newer { .. } => Self::Newer(line),
            Content::Unreadable => Self::Unreadable(line),
        }
    }

    /// Its name.
    pub fn key(&self) -> RowKey {
        match self {
            Self::Day(date) => RowKey::Day(*date),
            Self::Unread => RowKey::Unread,
            Self::Gap(gap) => RowKey::Gap(gap.before),
            Self::Line(line) | Self::Newer(line) | Self::Unreadable(line) => {
                RowKey::Line(line.message.seq, line.head)
            }
            Self::Ignored(line) => RowKey::Ignored(line.message.seq, line.head),
            Self::Removed(line) => RowKey::Removed(line.message.seq, line.head),
            Self::Presence(p) => {
                let told = p.arrivals().len() + p.departures().len() + p.others() as usize;
                RowKey::Presence(p.id(), told)
            }
            Self::Renamed { seq, .. } => RowKey::Line(*seq, false),
            Self::Done(message) => RowKey::Line(message.seq, false),
            Self::Waiting(w) => RowKey::Waiting(w.pending.id, w.head, w.pending.refused.is_some()),
        }
    }
}
