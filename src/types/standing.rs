//! What somebody in charge does about a person, and how people stand by it.

use super::ids::{MemberKey, Seq};
use super::names::Nickname;

/// What somebody in charge does about a person: an entry of its own in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Whom it is about.
    pub key: MemberKey,
    /// What that person was called then, for the line that tells of it.
    pub name: Nickname,
    /// What is done.
    pub deed: Deed,
}

/// What is done. A time is a length and not an end, so nobody's clock but the host's, which stamps the entry, matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Out of the room now. They may come again.
    Kick,
    /// Out, and kept out for so many milliseconds; for good where there is none.
    Ban(Option<u64>),
    /// They may come in again.
    Unban,
    /// Nothing that they say is taken for so many milliseconds; for good where there is none.
    Mute(Option<u64>),
    /// They may speak again.
    Unmute,
}

/// What may hold of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bar {
    /// They are kept out.
    Out,
    /// They may not speak.
    Silent,
}

/// How long something holds, by the host's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Until somebody ends it.
    ForGood,
    /// Until then, milliseconds since 1970 UTC.
    Until(i64),
}

/// How one person stands in one matter, since an entry that said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// Who.
    pub key: MemberKey,
    /// In which matter.
    pub bar: Bar,
    /// The entry that says so: an older one changes nothing of it.
    pub seq: Seq,
    /// Who did it, by the name of then.
    pub by: Nickname,
    /// How long it holds; none where it was ended.
    pub term: Option<Lasting>,
}

impl Deed {
    /// Which matter it changes, and for how long it sets it from `at_ms` on; none for what only happens once.
    pub fn sets(self, at_ms: i64) -> Option<(Bar, Option<Lasting>)> {
        match self {
            Self::Kick => None,
            Self::Ban(length) => Some((Bar::Out, Some(Lasting::from(at_ms, length)))),
            Self::Unban => Some((Bar::Out, None)),
            Self::Mute(length) => Some((Bar::Silent, Some(Lasting::from(at_ms, length)))),
            Self::Unmute => Some((Bar::Silent, None)),
        }
    }

    /// Whether the person has to go by it.
    pub fn removes(self) -> bool {
        matches!(self, Self::Kick | Self::Ban(_))
    }

    /// How long it holds, milliseconds; none where it holds for good or happens once.
    pub fn length(self) -> Option<u64> {
        match self {
            Self::Ban(length) | Self::Mute(length) => length,
            Self::Kick | Self::Unban | Self::Unmute => None,
        }
    }
}

impl Lasting {
    fn from(at_ms: i64, length: Option<u64>) -> Self {
        length.map_or(Self::ForGood, |length| {
            Self::Until(at_ms.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)))
        })
    }

    /// Whether it still holds, by the host's clock.
    pub fn holds(self, now_ms: i64) -> bool {
        match self {
            Self::ForGood => true,
            Self::Until(end) => now_ms < end,
        }
    }

    /// The end, milliseconds since 1970 UTC; 0 where there is none. The inverse of [`Lasting::of_ms`].
    pub fn ms(self) -> i64 {
        match self {
            Self::ForGood => 0,
            Self::Until(end) => end,
        }
    }

    /// The term with this end.
    pub fn of_ms(end: i64) -> Self {
        if end == 0 { Self::ForGood } else { Self::Until(end) }
    }
}

/// A length as people say it: "10 minutes", "an hour", "2 days".
pub fn length_in_words(ms: u64) -> String {
    const MINUTE: u64 = 60_000;
    let (unit, one, many) = match ms {
        ..MINUTE => (1_000, "a second", "seconds"),
        MINUTE..3_600_000 => (MINUTE, "a minute", "minutes"),
        3_600_000..86_400_000 => (3_600_000, "an hour", "hours"),
        _ => (86_400_000, "a day", "days"),
    };
    match ms.div_ceil(unit) {
        ..=1 => one.to_owned(),
        count => format!("{count} {many}"),
    }
}

/// What an act was, in one sentence.
pub fn act_in_words(by: &Nickname, act: &Act) -> String {
    let name = &act.name;
    let length = act.deed.length().map_or_else(String::new, |ms| format!(" for {}", length_in_words(ms)));
    match act.deed {
        Deed::Kick => format!("{by} removed {name}"),
        Deed::Ban(_) => format!("{by} removed {name} and keeps them out{length}"),
        Deed::Unban => format!("{by} lets {name} come in again"),
        Deed::Mute(_) => format!("{by} muted {name}{length}"),
        Deed::Unmute => format!("{by} lets {name} speak again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_the_largest_unit_that_fits() {
        for (ms, words) in [
            (1_000, "a second"),
            (59_000, "59 seconds"),
            (60_000, "a minute"),
            (600_000, "10 minutes"),
            (3_600_000, "an hour"),
            (2 * 86_400_000, "2 days"),
        ] {
            assert_eq!(length_in_words(ms), words);
        }
    }

    #[test]
    fn a_term_holds_until_its_end_and_no_longer() {
        let (bar, term) = Deed::Ban(Some(50)).sets(100).unwrap();
        assert_eq!((bar, term), (Bar::Out, Some(Lasting::Until(150))));
        assert!(term.unwrap().holds(149) && !term.unwrap().holds(150));
        let for_good = Deed::Mute(None).sets(100).unwrap().1.unwrap();
        assert!(for_good.holds(i64::MAX));
        assert_eq!(Lasting::of_ms(for_good.ms()), for_good);
    }
}
