//! What somebody in charge types about a person.

use super::talk::{ROOM, Talk};
use crate::session::{Command, fresh_op_id};
use crate::types::{Deed, MessageText, Nickname};

impl Talk {
    /// `/kick NAME`, `/ban NAME 1h` and the like. A guest, who has no key, is sent away or kept out likewise.
    pub(super) fn charge(&mut self, command: &str, rest: &str) {
        let timed = matches!(command, "ban" | "mute");
        let (name, length) = match rest.rsplit_once(' ').and_then(|(name, last)| Some((name, length(last)?)))
        {
            Some((name, length)) if timed => (name.trim(), Some(length)),
            _ => (rest, None),
        };
        let deed = match command {
            "kick" => Deed::Kick,
            "ban" => Deed::Ban(length),
            "unban" => Deed::Unban,
            "mute" => Deed::Mute(length),
            _ => Deed::Unmute,
        };
        let (Ok(name), Ok(text)) = (Nickname::new(name), MessageText::new(&format!("/{command} {rest}")))
        else {
            return self.notice("nobody-called", &format!("nobody here is called \"{name}\"; see /who"));
        };
        let Some(id) = fresh_op_id() else {
            return self.notice("not-sent", "this system gives no randomness; nothing was done");
        };
        self.send(Command::Do(ROOM, id, name, deed, text));
    }
}

/// Milliseconds of "30s", "10m", "1h" or "2d".
fn length(text: &str) -> Option<u64> {
    let unit = match text.chars().next_back()? {
        's' => 1_000,
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        _ => return None,
    };
    let count: u64 = text.get(..text.len().checked_sub(1)?)?.parse().ok()?;
    count.checked_mul(unit).filter(|ms| *ms > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_a_number_and_its_unit() {
        for (text, ms) in [("30s", 30_000), ("10m", 600_000), ("1h", 3_600_000), ("2d", 172_800_000)] {
            assert_eq!(length(text), Some(ms));
        }
        for text in ["", "m", "0m", "10", "-1h", "1.5h", "18446744073709551615d", "1\u{e4}"] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
