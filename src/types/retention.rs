//! How long a computer keeps what was said.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::limits::RETENTION_DAYS;

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How long this computer keeps what was said in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Retention {
    /// For good.
    #[default]
    Everything,
    /// So many days, 1 to [`RETENTION_DAYS`].
    Days(u16),
    /// Only while the room is open.
    Nothing,
}

impl Retention {
    /// So many days, where that is a number of days that can be chosen.
    pub fn days(days: u16) -> Option<Self> {
        (1..=RETENTION_DAYS).contains(&days).then_some(Self::Days(days))
    }

    /// Before when nothing is kept of a room that is open, milliseconds since 1970 UTC; none where all is.
    pub fn since_ms(self, now_ms: i64) -> Option<i64> {
        match self {
            Self::Days(days) => Some(now_ms.saturating_sub(i64::from(days).saturating_mul(DAY_MS))),
            Self::Everything | Self::Nothing => None,
        }
    }

    /// The same, of one that is not open.
    pub fn since_ms_closed(self, now_ms: i64) -> Option<i64> {
        if self == Self::Nothing { Some(i64::MAX) } else { self.since_ms(now_ms) }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Days(days) => write!(f, "{days} days"),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

impl FromStr for Retention {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = || text.strip_suffix("days").unwrap_or(text).trim().parse().ok().and_then(Self::days);
        match text.trim() {
            "everything" => Ok(Self::Everything),
            "nothing" => Ok(Self::Nothing),
            _ => {
                days().ok_or_else(|| format!("there are everything, nothing, and 1 to {RETENTION_DAYS} days"))
            }
        }
    }
}

impl TryFrom<String> for Retention {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Retention> for String {
    fn from(retention: Retention) -> Self {
        retention.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_one_to_the_limit_and_not_one_more() {
        assert_eq!((Retention::days(0), Retention::days(RETENTION_DAYS + 1)), (None, None));
        for days in [1, RETENTION_DAYS] {
            assert_eq!(Retention::days(days), Some(Retention::Days(days)));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for retention in [Retention::Everything, Retention::Nothing, Retention::Days(1), Retention::Days(365)]
        {
            assert_eq!(retention.to_string().parse(), Ok(retention));
        }
        for other in ["", "0 days", "-1 days", "36501 days", "soon", "days"] {
            assert!(other.parse::<Retention>().is_err(), "{other}");
        }
    }

    #[test]
    fn the_limit_is_a_time_and_only_a_closed_room_may_lose_everything() {
        assert_eq!(Retention::Days(2).since_ms(DAY_MS * 3), Some(DAY_MS));
        assert_eq!(Retention::Days(RETENTION_DAYS).since_ms(i64::MIN), Some(i64::MIN));
        assert_eq!((Retention::Everything.since_ms(0), Retention::Nothing.since_ms(0)), (None, None));
        assert_eq!(Retention::Nothing.since_ms_closed(0), Some(i64::MAX));
        assert_eq!(Retention::Everything.since_ms_closed(0), None);
    }
}
