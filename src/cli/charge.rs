//! What the host of a headless room does about people: `/kick`, `/ban`, `/unban`, `/mute`, `/unmute`.

use std::net::IpAddr;
use std::time::Duration;

use super::talk::{ROOM, Talk};
use crate::session::Command;
use crate::session::clock::wall_ms;
use crate::types::{Nickname, Verb};

impl Talk {
    /// Does this about whoever the line names, until the time that it ends with. More may be here than are listed, and the
    /// room knows all of them.
    pub(super) fn act(&mut self, verb: Verb, rest: &str) {
        if verb == Verb::Unban
            && let Ok(address) = rest.parse::<IpAddr>()
        {
            return self.send(Command::LetIn(ROOM, address));
        }
        let timed = matches!(verb, Verb::Ban | Verb::Mute);
        let behind = rest.rsplit_once(' ').filter(|_| timed);
        let span = behind.and_then(|(name, term)| Some((name.trim(), span(term)?)));
        let (name, until_ms) = match span {
            Some((name, span)) => (name, Some(wall_ms().saturating_add(span))),
            None => (rest, None),
        };
        match Nickname::new(name) {
            Ok(name) => self.send(Command::ActOn(ROOM, verb, name, until_ms)),
            Err(_) => self.notice("no-such-person", &format!("nobody here is called \"{name}\"; see /who")),
        }
    }
}

/// Milliseconds of a time as it is typed: `30m`, `2h`, `7d`.
fn span(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return None,
    };
    let minutes = number.parse::<u32>().ok().filter(|number| *number > 0)?.checked_mul(minutes)?;
    i64::try_from(Duration::from_mins(minutes.into()).as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_hours_and_days_and_nothing_else() {
        assert_eq!(span("30m"), Some(1_800_000));
        assert_eq!(span("2h"), Some(7_200_000));
        assert_eq!(span("7d"), Some(604_800_000));
        for bad in ["", "m", "0m", "-1h", "2", "2w", "2 h", "99999999999d", "4294967295d", "\u{e9}"] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }
}
