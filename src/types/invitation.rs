//! Invites that let their bearer in where a password is asked for: for some people, for some time, or both.
//!
//! Such an invite carries a token. The host keeps only its hash, so whoever reads the host's files cannot come in by it,
//! and nobody can be shown it a second time.

use std::collections::BTreeSet;
use std::fmt;

use data_encoding::BASE32_NOPAD;

use super::ids::{Hash, MemberKey};
use super::limits::{INVITE_MS_MAX, INVITE_MS_MIN, INVITE_PEOPLE};

/// What an invite carries instead of the password: 128 bits that nobody can guess.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token(pub [u8; 16]);

/// Not the text of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct NoToken;

impl Token {
    /// As it stands in a link: 26 letters and digits.
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0).to_ascii_lowercase()
    }

    /// The token that stands in a link.
    ///
    /// # Errors
    /// [`NoToken`] for anything but the 26 letters and digits of one.
    pub fn parse(text: &str) -> Result<Self, NoToken> {
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| NoToken)?;
        bytes.try_into().map(Self).map_err(|_| NoToken)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(private)")
    }
}

/// For whom a new invite is to be: at least one of the two is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InviteAsk {
    people: Option<u32>,
    for_ms: Option<u64>,
}

impl InviteAsk {
    /// An invite for so many people, for so many milliseconds, or both. None where neither is limited, or one is not
    /// between its bounds: 1 to [`INVITE_PEOPLE`], [`INVITE_MS_MIN`] to [`INVITE_MS_MAX`].
    pub fn new(people: Option<u32>, for_ms: Option<u64>) -> Option<Self> {
        let limited = people.is_some() || for_ms.is_some();
        let fits = people.is_none_or(|people| (1..=INVITE_PEOPLE).contains(&people))
            && for_ms.is_none_or(|ms| (INVITE_MS_MIN..=INVITE_MS_MAX).contains(&ms));
        (limited && fits).then_some(Self { people, for_ms })
    }

    /// What holds of it where it is made now, milliseconds since 1970 UTC.
    pub fn terms(&self, wall_ms: i64) -> InviteTerms {
        let until = |ms: u64| wall_ms.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX));
        InviteTerms { people: self.people, until_ms: self.for_ms.map(until) }
    }
}

/// For whom an invite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InviteTerms {
    /// How many people may come in by it; none where only the time is limited, and then no more than [`INVITE_PEOPLE`].
    pub people: Option<u32>,
    /// Until when, by the host's clock, milliseconds since 1970 UTC; none where only the number is limited.
    pub until_ms: Option<i64>,
}

/// Why an invite lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InviteEnd {
    /// As many people came in by it as may.
    Used,
    /// Its time is over.
    Expired,
    /// The host took it back, or does not know it.
    Unknown,
}

/// An invite that the host made, as the host keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its number among those of this room, to name it by.
    pub number: u32,
    /// The hash of its token.
    pub hash: Hash,
    /// For whom it is.
    pub terms: InviteTerms,
    /// Who came in by it.
    pub used: BTreeSet<MemberKey>,
    /// The host took it back.
    pub revoked: bool,
}

impl Issued {
    /// Why nobody new comes in by it now; none where somebody may.
    pub fn end(&self, wall_ms: i64) -> Option<InviteEnd> {
        let most = self.terms.people.unwrap_or(INVITE_PEOPLE);
        if self.revoked {
            Some(InviteEnd::Unknown)
        } else if self.terms.until_ms.is_some_and(|until| until <= wall_ms) {
            Some(InviteEnd::Expired)
        } else if u32::try_from(self.used.len()).is_ok_and(|used| used < most) {
            None
        } else {
            Some(InviteEnd::Used)
        }
    }

    /// Why this member does not come in by it now; none where it may. Whoever came in by it before does not use it up a
    /// second time.
    pub fn end_for(&self, key: &MemberKey, wall_ms: i64) -> Option<InviteEnd> {
        self.end(wall_ms).filter(|end| *end != InviteEnd::Used || !self.used.contains(key))
    }
}

/// That somebody may come in from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// Who.
    pub key: MemberKey,
    /// Which password it stands for, of all that the room had.
    pub epoch: u32,
    /// By which invite; none where the password itself was proven.
    pub invite: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(people: Option<u32>, until_ms: Option<i64>, used: u8) -> Issued {
        let used = (0..used).map(|number| MemberKey([number; 32])).collect();
        let terms = InviteTerms { people, until_ms };
        Issued { number: 1, hash: Hash([1; 32]), terms, used, revoked: false }
    }

    #[test]
    fn a_token_is_read_as_it_is_written_and_nothing_else_is_one() {
        let token = Token([0xa5; 16]);
        let text = token.text();
        assert_eq!((text.len(), Token::parse(&text)), (26, Ok(token)));
        assert_eq!(Token::parse(&text.to_uppercase()), Ok(token));
        for bad in ["", &text[1..], &format!("{text}a"), &text.replace('u', "1"), &format!(" {text}")] {
            assert_eq!(Token::parse(bad), Err(NoToken), "{bad}");
        }
        assert_eq!(format!("{token:?}"), "Token(private)");
    }

    #[test]
    fn an_invite_is_limited_and_its_limits_have_bounds() {
        assert_eq!(InviteAsk::new(None, None), None);
        for (people, fits) in [(0, false), (1, true), (INVITE_PEOPLE, true), (INVITE_PEOPLE + 1, false)] {
            assert_eq!(InviteAsk::new(Some(people), None).is_some(), fits, "{people}");
        }
        for (ms, fits) in [
            (INVITE_MS_MIN - 1, false),
            (INVITE_MS_MIN, true),
            (INVITE_MS_MAX, true),
            (INVITE_MS_MAX + 1, false),
        ] {
            assert_eq!(InviteAsk::new(None, Some(ms)).is_some(), fits, "{ms}");
        }
        let both = InviteAsk::new(Some(5), Some(INVITE_MS_MIN)).unwrap();
        assert_eq!(both.terms(1_000), InviteTerms { people: Some(5), until_ms: Some(61_000) });
    }

    #[test]
    fn an_invite_lets_in_as_many_as_it_is_for_until_its_time_is_over() {
        assert_eq!(issued(Some(2), None, 1).end(0), None);
        assert_eq!(issued(Some(2), None, 2).end(0), Some(InviteEnd::Used));
        assert_eq!(issued(None, Some(1_000), 200).end(999), None);
        assert_eq!(issued(None, Some(1_000), 0).end(1_000), Some(InviteEnd::Expired));
        assert_eq!(Issued { revoked: true, ..issued(Some(2), None, 0) }.end(0), Some(InviteEnd::Unknown));
    }

    #[test]
    fn whoever_came_in_before_does_not_use_it_up_but_is_held_to_its_time() {
        let (old, new) = (MemberKey([0; 32]), MemberKey([9; 32]));
        let used = issued(Some(1), Some(1_000), 1);
        assert_eq!(used.end_for(&old, 0), None);
        assert_eq!(used.end_for(&new, 0), Some(InviteEnd::Used));
        assert_eq!(used.end_for(&old, 1_000), Some(InviteEnd::Expired));
        assert_eq!(Issued { revoked: true, ..used }.end_for(&old, 0), Some(InviteEnd::Unknown));
    }
}
