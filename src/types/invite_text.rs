//! A link to a room as somebody clicked it, which may be damaged: the window shows it and says what is wrong.

use std::fmt;
use std::str::FromStr;

use super::limits::WHERE_BYTES;

/// The scheme that systems hand to us, with whatever follows it.
const SCHEME: &str = "hallway:";

/// One line that begins with `hallway:`. What is longer than [`WHERE_BYTES`] is cut behind the first letter over it, so
/// that it is still too long for an invite.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InviteText(String);

/// The text is no link of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Hallway link")]
pub struct NotOurs;

impl FromStr for InviteText {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let mut line = String::new();
        for letter in text.trim().chars().filter(|letter| !letter.is_control()) {
            if line.len() > WHERE_BYTES {
                break;
            }
            line.push(letter);
        }
        let scheme = line.get(..SCHEME.len()).ok_or(NotOurs)?;
        if scheme.eq_ignore_ascii_case(SCHEME) { Ok(Self(line)) } else { Err(NotOurs) }
    }
}

impl fmt::Display for InviteText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Where, WhereError};
    use super::*;

    fn kept(text: &str) -> Result<String, NotOurs> {
        text.parse::<InviteText>().map(|link| link.to_string())
    }

    #[test]
    fn whatever_has_our_scheme_is_kept_in_one_line_and_nothing_else_is() {
        assert_eq!(kept(" hallway://join/1?cut\r\n").as_deref(), Ok("hallway://join/1?cut"));
        assert_eq!(kept("HALLWAY:午後\n\x1b[1m x").as_deref(), Ok("HALLWAY:午後[1m x"));
        for other in ["", "hallway", "hallwayé", "https://example.org", "192.168.1.5", "hosthallway:"] {
            assert_eq!(kept(other), Err(NotOurs), "{other}");
        }
    }

    #[test]
    fn what_is_as_long_as_an_invite_may_be_stays_whole_and_what_is_longer_stays_too_long() {
        let text = |bytes: usize| format!("hallway:{}", "a".repeat(bytes - SCHEME.len()));
        assert_eq!(kept(&text(WHERE_BYTES)), Ok(text(WHERE_BYTES)));
        let cut = kept(&text(2 * WHERE_BYTES)).unwrap();
        assert_eq!(cut.len(), WHERE_BYTES + 1);
        assert_eq!(cut.parse::<Where>(), Err(WhereError::TooLong));
    }
}
