//! My own lines, where a server sends them back to me.
//!
//! An equal line is most often somebody else's: people answer "hi" with "hi", and several of them share an address.
//! So a line is taken for the echo of mine only if it comes back sooner than a person can answer. Once one came back
//! the room is known to send all back, and a slow one gets more time, until a line stays away.

use std::collections::VecDeque;

use crate::types::limits::PLAIN_ECHOES;
use crate::types::{MessageText, Nickname, Now};

/// Milliseconds within which a line comes back while the room is not known: less than a person needs to answer.
const PROOF_MS: u64 = 400;
/// Milliseconds within which a line comes back from a room that is known to send all back.
const ECHO_MS: u64 = 5_000;

/// The lines of one connection that may come back.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    /// What I wrote and when, boot milliseconds, oldest first.
    wrote: VecDeque<(MessageText, u64)>,
    /// My last line came back.
    known: bool,
}

impl Echoes {
    /// I wrote this.
    pub(super) fn wrote(&mut self, now: Now, text: MessageText) {
        self.expire(now);
        if self.wrote.len() >= PLAIN_ECHOES {
            self.wrote.pop_front();
        }
        self.wrote.push_back((text, now.boot_ms));
    }

    /// Whether this, which came now, is a line of mine that came back, under a name of mine or under none, and is not
    /// to be shown. Every line of mine swallows one at most.
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
        let at = self.wrote.iter().position(|(wrote, _)| wrote == text);
        let came_back = at.and_then(|at| self.wrote.remove(at)).is_some();
        self.known |= came_back;
        came_back
    }

    /// Lines that did not come back in time do not any more, and the room is not one that sends all back.
    fn expire(&mut self, now: Now) {
        let within = if self.known { ECHO_MS } else { PROOF_MS };
        while self.wrote.front().is_some_and(|(_, at_ms)| now.boot_ms > at_ms.saturating_add(within)) {
            self.wrote.pop_front();
            self.known = false;
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

    /// Whether `said`, heard at `ms` under no name, is swallowed.
    fn swallows(echoes: &mut Echoes, ms: u64, said: &str) -> bool {
        echoes.is_echo(at(ms), None, &[], &text(said))
    }

    #[test]
    fn an_answer_that_is_what_i_said_is_somebodys() {
        let mut echoes = Echoes::default();
        for start in [0, 10_000, 20_000] {
            echoes.wrote(at(start), text("hi"));
            assert!(!swallows(&mut echoes, start + PROOF_MS + 1, "hi"));
        }
    }

    #[test]
    fn a_line_that_comes_back_at_once_is_swallowed_once_whatever_comes_between() {
        let mine = [nick("10.0.0.1")];
        let mut echoes = Echoes::default();
        echoes.wrote(at(0), text("hi"));
        assert!(!echoes.is_echo(at(1), Some(&nick("10.0.0.2")), &mine, &text("hi")));
        assert!(!echoes.is_echo(at(1), Some(&mine[0]), &mine, &text("ho")));
        assert!(echoes.is_echo(at(PROOF_MS), Some(&mine[0]), &mine, &text("hi")));
        assert!(!echoes.is_echo(at(PROOF_MS), Some(&mine[0]), &mine, &text("hi")));
    }

    #[test]
    fn a_room_that_sends_back_gets_five_seconds_until_a_line_stays_away() {
        let mut echoes = Echoes::default();
        echoes.wrote(at(0), text("a"));
        assert!(swallows(&mut echoes, 1, "a"));
        echoes.wrote(at(1_000), text("b"));
        assert!(swallows(&mut echoes, 1_000 + ECHO_MS, "b"));
        echoes.wrote(at(10_000), text("c"));
        assert!(!swallows(&mut echoes, 10_001 + ECHO_MS, "c"));
        echoes.wrote(at(20_000), text("d"));
        assert!(!swallows(&mut echoes, 20_001 + PROOF_MS, "d"), "it is not known any more");
    }

    #[test]
    fn thirty_two_lines_are_remembered_and_not_33() {
        let mut echoes = Echoes::default();
        for number in 0..=PLAIN_ECHOES {
            echoes.wrote(at(0), text(&format!("line {number}")));
        }
        assert!(!swallows(&mut echoes, 1, "line 0"));
        assert!(swallows(&mut echoes, 1, "line 1"));
    }
}
