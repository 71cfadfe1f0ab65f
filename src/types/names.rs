//! Names of people and rooms, which cannot hold anything that would forge another's line.
//!
//! A name is shown beside what others say, in lists and in terminals, so everything that draws outside its
//! own cell is refused here: control characters, direction marks, zero-width characters, stacked marks.
//! Two names are the same when a reader could confuse them (UTS #39 skeleton after NFKC and case fold).

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::limits::{MARKS_PER_BASE, NICK_BYTES, NICK_GRAPHEMES, ROOM_NAME_BYTES};

/// Why a text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left after trimming.
    #[error("empty")]
    Empty,
    /// More than the limit.
    #[error("longer than {limit} {unit}")]
    TooLong {
        /// How many are allowed.
        limit: usize,
        /// What is counted: `characters` or `bytes`.
        unit: &'static str,
    },
    /// A character that would draw over, hide or forge other text.
    #[error("has a character that names cannot have: U+{:04X}", *.0 as u32)]
    Forbidden(char),
    /// More combining marks on one character than can be told apart.
    #[error("has too many marks on one character")]
    TooManyMarks,
}

/// What a person is called in a room.
///
/// NFC, trimmed, 1 to [`NICK_GRAPHEMES`] grapheme clusters and at most [`NICK_BYTES`] bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nickname(String);

/// What a room is called. NFC, trimmed, one line, 1 to [`ROOM_NAME_BYTES`] bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomName(String);

impl Nickname {
    /// The nickname in `text`.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let name = cleaned(text, NICK_BYTES)?;
        if let Some(bracket) = name.chars().find(|c| matches!(c, '<' | '>')) {
            return Err(NameError::Forbidden(bracket));
        }
        if name.graphemes(true).count() > NICK_GRAPHEMES {
            return Err(NameError::TooLong { limit: NICK_GRAPHEMES, unit: "characters" });
        }
        Ok(Self(name))
    }

    /// What somebody is called whose login name cannot be used.
    pub fn fallback() -> Self {
        Self("Guest".to_owned())
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names must not share in one room: one of them is equal for names that a reader could confuse.
    ///
    /// There are two because folding and likeness do not commute: a capital Н looks like an H, a small н does
    /// not look like an h.
    pub fn skeletons(&self) -> [String; 2] {
        let lower = |text: &str| -> String { text.nfkc().flat_map(char::to_lowercase).collect() };
        let alike = |text: &str| -> String { unicode_security::skeleton(text).collect() };
        // Likeness comes first in the second one: ︱ looks like an l, and NFKC makes a dash of it.
        [alike(&lower(&self.0)), alike(&lower(&alike(&self.0)))]
            .map(|skeleton| lower(&skeleton).chars().filter(|c| !c.is_whitespace()).collect())
    }

    /// The name as it stands before a colon and a text, where nothing but the letters tells lines apart: in angle
    /// brackets, which no name can hold, if the line could be read as the room's own or as somebody else's.
    pub fn before_text(&self) -> String {
        let address = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '#' | '…');
        let forges = self.skeletons().iter().any(|skeleton| {
            skeleton.starts_with(['*', '['])
                || skeleton.ends_with("(guest)")
                || skeleton.contains(':') && !self.0.chars().all(address)
        });
        if forges { format!("<{}>", self.0) } else { self.0.clone() }
    }

    /// A variant with a number behind it: "Ana 2", shortened where the limits demand it.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let tail = format!(" {number}");
        let mut base = self.0.as_str();
        loop {
            let candidate = format!("{}{tail}", base.trim_end());
            if let Ok(name) = Self::new(&candidate) {
                return name;
            }
            let Some((cut, _)) = base.grapheme_indices(true).next_back() else {
                return Self(number.to_string());
            };
            base = &base[..cut];
        }
    }
}

impl RoomName {
    /// What a room is called for which no better name can be made.
    pub fn fallback() -> Self {
        Self("Room".to_owned())
    }

    /// The room name in `text`.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, NameError> {
        cleaned(text, ROOM_NAME_BYTES).map(Self)
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `text` trimmed and in NFC, without anything that names cannot have, at most `limit` bytes.
fn cleaned(text: &str, limit: usize) -> Result<String, NameError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(NameError::Empty);
    }
    // NFC can grow a text threefold at the most; what is far too long is not worth normalising.
    let too_long = NameError::TooLong { limit, unit: "bytes" };
    if trimmed.len() > limit * 4 {
        return Err(too_long);
    }
    let name: String = trimmed.nfc().collect();
    if name.len() > limit {
        return Err(too_long);
    }
    if let Some(bad) = name.chars().find(|c| is_forbidden(*c)) {
        return Err(NameError::Forbidden(bad));
    }
    let mut marks = 0;
    for c in name.chars() {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MARKS_PER_BASE {
            return Err(NameError::TooManyMarks);
        }
    }
    Ok(name)
}

/// Controls, line and paragraph separators, direction marks, zero-width and invisible characters,
/// private use: nothing of that can be seen for what it is.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}' | '\u{13430}'..='\u{13442}' | '\u{16FE4}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{10FFFF}')
}

macro_rules! string_newtype {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(&text)
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}
string_newtype!(Nickname);
string_newtype!(RoomName);

#[cfg(test)]
mod impersonations;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_carries_as_many_marks_as_the_limit_and_no_more() {
        // None of them becomes one letter with the x.
        let marked = |marks: usize| Nickname::new(&format!("x{}", "\u{0324}".repeat(marks)));
        assert!(marked(MARKS_PER_BASE).is_ok());
        assert_eq!(marked(MARKS_PER_BASE + 1), Err(NameError::TooManyMarks));
    }

    #[test]
    fn a_room_is_called_what_was_typed() {
        assert_eq!(RoomName::new(" Tea \u{30}").unwrap().as_str(), "Tea 0");
    }

    #[test]
    fn a_nickname_holds_32_clusters_and_not_33() {
        assert!(Nickname::new(&"é".repeat(32)).is_ok());
        let long = NameError::TooLong { limit: 32, unit: "characters" };
        assert_eq!(Nickname::new(&"é".repeat(33)), Err(long));
    }

    #[test]
    fn a_nickname_holds_128_bytes_and_not_129() {
        assert!(Nickname::new(&"𝔸".repeat(32)).is_ok());
        assert!(Nickname::new(&format!("{}é", "𝔸".repeat(31))).is_ok());
        let flags = "🇩🇪".repeat(16);
        assert_eq!(flags.len(), 128);
        assert!(Nickname::new(&flags).is_ok());
        assert!(matches!(Nickname::new(&format!("{flags}a")), Err(NameError::TooLong { unit: "bytes", .. })));
    }

    #[test]
    fn a_room_name_holds_64_bytes_and_not_65() {
        assert!(RoomName::new(&"a".repeat(64)).is_ok());
        assert!(RoomName::new(&"a".repeat(65)).is_err());
        // Typed with marks beside the letters, it is as long as it will be.
        let typed = "e\u{301}".repeat(32);
        assert_eq!((typed.len(), RoomName::new(&typed).unwrap().as_str().len()), (96, 64));
    }

    #[test]
    fn names_of_nothing_and_of_ten_thousand_are_refused() {
        assert_eq!(Nickname::new(" \u{3000} "), Err(NameError::Empty));
        assert!(matches!(Nickname::new(&"x".repeat(10_000)), Err(NameError::TooLong { .. })));
    }

    #[test]
    fn what_could_forge_a_line_is_refused() {
        for bad in ["a\nb", "a\u{202E}b", "a\u{200B}b", "<Ana>", "a\u{1b}[31m", "a\u{0}"] {
            assert!(matches!(Nickname::new(bad), Err(NameError::Forbidden(_))), "{bad:?}");
        }
        assert_eq!(Nickname::new("a\u{0363}\u{0364}\u{0365}"), Err(NameError::TooManyMarks));
    }

    #[test]
    fn names_that_look_alike_share_a_skeleton() {
        let same = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|name| Nickname::new(name).unwrap().skeletons());
            a.iter().any(|skeleton| b.contains(skeleton))
        };
        assert!(same("Ana", "ana"));
        assert!(same("Ana", "Аna"), "Cyrillic A");
        assert!(same("Hosty", "Ноsty"), "Cyrillic Н, whose small letter does not look like h");
        assert!(same("Nick", "Νick"), "Greek Ν, whose small letter looks like v");
        assert!(same("Ivan", "IVAN") && same("Ivan", "lvan"), "I and l");
        assert!(same("Ｂｏ", "Bo"), "full width");
        assert!(!same("Ana", "Bo"));
    }

    #[test]
    fn a_numbered_variant_keeps_within_the_limits() {
        assert_eq!(Nickname::new("Ana").unwrap().numbered(2).as_str(), "Ana 2");
        let long = Nickname::new(&"é".repeat(32)).unwrap().numbered(10);
        assert_eq!(long.as_str(), format!("{} 10", "é".repeat(29)));
    }
}
