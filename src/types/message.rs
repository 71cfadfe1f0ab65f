//! What people say, and how a line of a room looks to the window and to the command line.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::act::Act;
use super::entry::SignedOp;
use super::house::Rule;
use super::ids::{MemberId, MemberKey, OpId, Seq};
use super::limits::{TEXT_BYTES, TEXT_LINES};
use super::names::Nickname;
use super::refusal::Refusal;
use super::removal::Removal;
use super::succession::Succession;

/// Why a text cannot be a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More than [`TEXT_BYTES`] bytes.
    #[error("{bytes} bytes, at most {TEXT_BYTES}")]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// More than [`TEXT_LINES`] lines.
    #[error("{lines} lines, at most {TEXT_LINES}")]
    TooManyLines {
        /// How many there are.
        lines: usize,
    },
}

/// What somebody said: 1 to [`TEXT_BYTES`] bytes, at most [`TEXT_LINES`] lines, `\n` between them, no other
/// control character but the tab.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(String);

impl MessageText {
    /// The message in `text`: line ends become `\n`, control characters go, blank ends are trimmed.
    ///
    /// # Errors
    /// [`TextError`] when nothing is left, or too much.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.len() > TEXT_BYTES * 2 {
            return Err(TextError::TooLong { bytes: text.len() });
        }
        let unified = text.replace("\r\n", "\n").replace('\r', "\n");
        let kept: String = unified.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let trimmed = kept.trim_end().trim_start_matches('\n');
        if trimmed.trim().is_empty() {
            return Err(TextError::Empty);
        }
        if trimmed.len() > TEXT_BYTES {
            return Err(TextError::TooLong { bytes: trimmed.len() });
        }
        let lines = trimmed.split('\n').count();
        if lines > TEXT_LINES {
            return Err(TextError::TooManyLines { lines });
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MessageText {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(&text)
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> Self {
        text.0
    }
}

/// One numbered line of a room, read for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its place in the log.
    pub seq: Seq,
    /// The place of the entry before it: what lies between is missing here when that is not the line above.
    pub prev: Seq,
    /// Its identity.
    pub id: OpId,
    /// Who said it.
    pub author: Author,
    /// The author's number in the room; 0 for a guest.
    pub member: MemberId,
    /// What the author was called then.
    pub name: Nickname,
    /// The host's clock, milliseconds since 1970 UTC, never before the line above.
    pub at_ms: i64,
    /// What it says.
    pub content: Content,
}

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// A member: this key signed it.
    Member(MemberKey),
    /// Somebody without the app, as the host heard it: not encrypted, not proven.
    Guest,
}

impl Author {
    /// The key that signed it; none for a guest.
    pub fn key(&self) -> Option<MemberKey> {
        match self {
            Self::Member(key) => Some(*key),
            Self::Guest => None,
        }
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Somebody said this.
    Post(MessageText),
    /// Somebody in charge did this about somebody.
    Act(Act),
    /// Somebody in charge changed this rule.
    Rule(Rule),
    /// Its author, or somebody in charge, removed this.
    Removal(Removal),
    /// Here was something that was removed.
    Removed,
    /// Its author goes on with another key, and nobody comes in with the one that signed this.
    Succeeded(Succession),
    /// Somebody came for the first time, or goes by another name from here on.
    Named {
        /// Whom it is about.
        key: MemberKey,
        /// The name until then; none at the first visit.
        before: Option<Nickname>,
        /// The name from here on.
        name: Nickname,
    },
    /// A newer app said something that this one cannot show.
    Newer {
        /// The op's kind number.
        kind: u32,
    },
    /// It cannot be read or was not signed by its author. It is kept, and shown as a stub.
    Unreadable,
}

/// What I said that the host has not numbered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its identity, kept when it is sent again.
    pub id: OpId,
    /// The text.
    pub text: MessageText,
    /// When I said it, my own clock, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Why the host did not take it; none while it waits.
    pub refused: Option<Refusal>,
}

/// A row of the outbox: what I signed, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// What goes to the host, the same bytes at every try.
    pub signed: SignedOp,
    /// What it says.
    pub text: MessageText,
    /// When I said it, my own clock, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Why the host did not take it; none while it waits.
    pub refused: Option<Refusal>,
}

impl Outgoing {
    /// How it is shown.
    pub fn pending(&self) -> Pending {
        let Self { signed, text, at_ms, refused } = self;
        Pending { id: signed.op.id, text: text.clone(), at_ms: *at_ms, refused: refused.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_holds_16_kib_and_not_a_byte_more() {
        assert!(MessageText::new(&"a".repeat(TEXT_BYTES)).is_ok());
        let bytes = TEXT_BYTES + 1;
        assert_eq!(MessageText::new(&"a".repeat(bytes)), Err(TextError::TooLong { bytes }));
        assert_eq!(MessageText::new(&"a".repeat(10_000_000)), Err(TextError::TooLong { bytes: 10_000_000 }));
    }

    #[test]
    fn a_text_holds_500_lines_and_not_501() {
        assert!(MessageText::new(&vec!["a"; 500].join("\n")).is_ok());
        assert_eq!(MessageText::new(&vec!["a"; 501].join("\n")), Err(TextError::TooManyLines { lines: 501 }));
    }

    #[test]
    fn line_ends_are_unified_and_controls_go() {
        assert_eq!(MessageText::new("\r\na\r\nb\rc\u{1b}[0m\0 \n").unwrap().as_str(), "a\nb\nc[0m");
        assert_eq!(MessageText::new(" \t\n"), Err(TextError::Empty));
    }

    #[test]
    fn indentation_of_the_first_line_is_kept() {
        assert_eq!(MessageText::new("  code").unwrap().as_str(), "  code");
    }
}
