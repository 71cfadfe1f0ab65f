//! What people look for in what was said, and what is found.
//!
//! A query is typed: words, `"phrases"`, and `from:`, `in:`, `before:`, `after:` before a value. It is parsed once,
//! here, so that nothing below meets a half-typed one. What is a word, and which words are the same, is decided here
//! too: for the index, for the query and for the marks alike.

mod parse;
mod pattern;
mod words;

pub use pattern::{Pattern, excerpt, rank};
pub use words::{SpokenWord, folded, words};

use super::ids::{RoomId, Seq};
use super::limits::{QUERY_BYTES, QUERY_TERMS};
use super::message::Author;
use super::names::{Nickname, RoomName};

/// A day of somebody's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// As in 2026.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
    /// 1 to what the month has.
    pub day: i8,
}

/// Something that a line must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A word, or the beginning of one.
    Word(String),
    /// These words, one after the other.
    Phrase(String),
}

/// What is looked for: all of it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What the line says; empty where only the other fields count.
    pub terms: Vec<Term>,
    /// Its author's name holds this.
    pub from: Option<String>,
    /// Its room's name holds this.
    pub room: Option<String>,
    /// It was said on this day or later.
    pub after: Option<Day>,
    /// It was said before this day.
    pub before: Option<Day>,
}

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing to look for yet.
    #[error("empty")]
    Empty,
    /// More than [`QUERY_BYTES`] bytes or [`QUERY_TERMS`] terms.
    #[error("more than {QUERY_BYTES} bytes or {QUERY_TERMS} words")]
    TooLong,
    /// What stands behind `before:` or `after:` is no day.
    #[error("{0:?} is no day: write it as 2026-11-23")]
    NoDay(String),
}

/// Which lines come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindOrder {
    /// The newest.
    #[default]
    Newest,
    /// Those that fit best.
    Best,
}

/// A line's place in an answer, from which the answer goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundAt {
    /// When it was said, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// How well it fits, where that counts: the less the better.
    pub rank: f64,
    /// In which room.
    pub room_id: RoomId,
    /// Its number there.
    pub seq: Seq,
}

impl Eq for FoundAt {}

/// A line that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// In which room.
    pub room_id: RoomId,
    /// What that is called.
    pub room: RoomName,
    /// Its number there.
    pub seq: Seq,
    /// Who said it.
    pub author: Author,
    /// What the author was called then.
    pub name: Nickname,
    /// The host's clock, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// What it says around what was found, shortened, in one line.
    pub excerpt: String,
    /// Which bytes of the excerpt are what was looked for: ascending, apart, at characters' borders.
    pub marks: Vec<(usize, usize)>,
}
