//! My own lines, where a server sends them back to me.

use std::collections::VecDeque;

use crate::types::limits::PLAIN_ECHOES;
use crate::types::{MessageText, Nickname, Now};

/// Milliseconds after which a line of mine does not come back any more.
const ECHO_MS: u64 = 10_000;

/// The lines of one connection that may come back.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    /// What I wrote, and until when it may come back, boot milliseconds.
    wrote: VecDeque<(MessageText, u64)>,
    /// How this server was seen to behave.
    habit: Habit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Habit {
    #[default]
    Unknown,
    /// Lines of mine came back.
    Echoes,
    /// A line of mine did not come back: what looks like one of mine is somebody else's, at the same address.
    Keeps,
}

impl Echoes {
    /// I wrote this.
    pub(super) fn wrote(&mut self, now: Now, text: MessageText) {
        self.expire(now);
        if self.habit == Habit::Keeps {
            return;
        }
        if self.wrote.len() >= PLAIN_ECHOES {
            self.wrote.pop_front();
        }
        self.wrote.push_back((text, now.boot_ms.saturating_add(ECHO_MS)));
    }

    /// Whether this is a line of mine that came back: under a name of mine, or under none.
    pub(super) fn is_echo(
        &mut self,
        now: Now,
        who: Option<&Nickname>,
        mine: &[Nickname],
        text: &MessageText,
    ) -> bool {
        self.expire(now);
        if who.is_some_and(|who| !mine.contains(who)) {
            return false;
        }
        let Some(at) = self.wrote.iter().position(|(wrote, _)| wrote == text) else { return false };
        // They come back in order: those before it did not, and will not.
        self.wrote.drain(..=at);
        self.habit = Habit::Echoes;
        true
    }

    fn expire(&mut self, now: Now) {
        let before = self.wrote.len();
        self.wrote.retain(|(_, until)| now.boot_ms < *until);
        if self.wrote.len() < before && self.habit == Habit::Unknown {
            self.habit = Habit::Keeps;
            self.wrote.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(boot_ms: u64) -> Now {
        Now { boot_ms, wall_ms: 0 }
    }

    fn text(text: &str) -> MessageText {
        MessageText::new(text).unwrap()
    }

    fn nick(name: &str) -> Nickname {
        Nickname::new(name).unwrap()
    }

    #[test]
    fn a_line_of_mine_comes_back_once_under_my_name_or_none() {
        let mine = [nick("10.0.0.1")];
        let mut echoes = Echoes::default();
        for _ in 0..3 {
            echoes.wrote(at(0), text("hi"));
        }
        assert!(!echoes.is_echo(at(1), Some(&nick("10.0.0.2")), &mine, &text("hi")));
        assert!(!echoes.is_echo(at(1), Some(&mine[0]), &mine, &text("ho")));
        assert!(echoes.is_echo(at(1), Some(&mine[0]), &mine, &text("hi")));
        assert!(echoes.is_echo(at(1), None, &mine, &text("hi")));
        assert!(echoes.is_echo(at(ECHO_MS - 1), None, &mine, &text("hi")));
        assert!(!echoes.is_echo(at(ECHO_MS - 1), None, &mine, &text("hi")));
    }

    #[test]
    fn ten_seconds_are_the_end_and_then_a_server_is_known_to_keep_them() {
        let mut echoes = Echoes::default();
        echoes.wrote(at(0), text("hi"));
        assert!(!echoes.is_echo(at(ECHO_MS), None, &[], &text("hi")));
        echoes.wrote(at(ECHO_MS), text("hi"));
        assert!(!echoes.is_echo(at(ECHO_MS), None, &[], &text("hi")), "somebody else at my address");
    }

    #[test]
    fn a_server_that_echoed_once_may_be_late_later() {
        let mut echoes = Echoes::default();
        echoes.wrote(at(0), text("a"));
        assert!(echoes.is_echo(at(1), None, &[], &text("a")));
        echoes.wrote(at(2), text("b"));
        echoes.wrote(at(ECHO_MS + 2), text("c"));
        assert!(echoes.is_echo(at(ECHO_MS + 3), None, &[], &text("c")));
    }

    #[test]
    fn thirty_two_lines_are_remembered_and_not_33() {
        let mut echoes = Echoes::default();
        for number in 0..=PLAIN_ECHOES {
            echoes.wrote(at(0), text(&number.to_string()));
        }
        assert!(!echoes.is_echo(at(1), None, &[], &text("0")));
        assert!(echoes.is_echo(at(1), None, &[], &text("1")));
    }
}
