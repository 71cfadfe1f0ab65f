//! My own lines, where a server sends them back to me.
//!
//! An equal line is most often somebody else's: people answer "hi" with "hi", and several of them share an address.
//! A line too many is better than one that is lost, so nothing is taken for an echo before the room is known to send
//! every line back. It is known when the first two lines that I say on a connection both come back at once, each as
//! the very next thing that is heard. The first of them is therefore shown twice; the second, and all that follow,
//! are not. A room that keeps back one line is not believed again before the next connection.

use std::collections::VecDeque;

use crate::types::limits::PLAIN_ECHOES;
use crate::types::{MessageText, Nickname, Now};

/// Milliseconds within which a line comes back while the room is not known: less than a person needs to answer.
const PROOF_MS: u64 = 300;
/// Milliseconds within which a line comes back from a room that is known to send all back.
const ECHO_MS: u64 = 5_000;
/// Lines in a row that must come back until the room is known.
const PROOFS: u8 = 2;

/// The lines of one connection that may come back.
#[derive(Debug, Default)]
pub(super) struct Echoes {
    /// What I wrote and when, boot milliseconds, oldest first.
    wrote: VecDeque<(MessageText, u64)>,
    /// How this server was seen to behave.
    habit: Habit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// So many of my first lines came back, and none did not.
    Unknown(u8),
    /// It sends back what I say.
    Echoes,
    /// It does not: what looks like a line of mine is somebody else's.
    Keeps,
}

impl Default for Habit {
    fn default() -> Self {
        Self::Unknown(0)
    }
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
        self.wrote.push_back((text, now.boot_ms));
    }

    /// Whether this, which came next, is a line of mine that came back, under a name of mine or under none, and is not
    /// to be shown. Every line swallows one at most.
    pub(super) fn is_echo(
        &mut self,
        now: Now,
        who: Option<&Nickname>,
        mine: &[Nickname],
        text: &MessageText,
    ) -> bool {
        self.expire(now);
        let may_be_mine = who.is_none_or(|who| mine.contains(who));
        match self.habit {
            Habit::Unknown(proofs) => self.proves(proofs, may_be_mine, text),
            Habit::Echoes if may_be_mine => {
                let at = self.wrote.iter().position(|(wrote, _)| wrote == text);
                at.and_then(|at| self.wrote.remove(at)).is_some()
            }
            Habit::Echoes | Habit::Keeps => false,
        }
    }

    /// Whether this is the last proof that was missing. Anything else than the oldest line that may come back shows
    /// that it did not.
    fn proves(&mut self, proofs: u8, may_be_mine: bool, text: &MessageText) -> bool {
        let Some((oldest, _)) = self.wrote.front() else { return false };
        if !may_be_mine || oldest != text {
            self.keeps();
            return false;
        }
        self.wrote.pop_front();
        let known = proofs + 1 >= PROOFS;
        self.habit = if known { Habit::Echoes } else { Habit::Unknown(proofs + 1) };
        known
    }

    fn expire(&mut self, now: Now) {
        let within = if self.habit == Habit::Echoes { ECHO_MS } else { PROOF_MS };
        if self.wrote.front().is_some_and(|(_, at_ms)| now.boot_ms > at_ms.saturating_add(within)) {
            self.keeps();
        }
    }

    fn keeps(&mut self) {
        self.habit = Habit::Keeps;
        self.wrote.clear();
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

    /// A room that is known to send all back at 0.
    fn known() -> Echoes {
        let mut echoes = Echoes::default();
        for (said, swallowed) in [("a", false), ("b", true)] {
            echoes.wrote(at(0), text(said));
            assert_eq!(swallows(&mut echoes, 0, said), swallowed);
        }
        echoes
    }

    #[test]
    fn an_answer_that_is_what_i_said_is_somebodys() {
        let mut echoes = Echoes::default();
        for start in [0, 10_000, 20_000] {
            echoes.wrote(at(start), text("hi"));
            assert!(!swallows(&mut echoes, start + 1_000, "hi"));
            assert!(!swallows(&mut echoes, start + 1_001, "hi"));
        }
    }

    #[test]
    fn one_line_that_came_back_proves_nothing_and_two_do() {
        let mut echoes = Echoes::default();
        echoes.wrote(at(0), text("a"));
        assert!(!swallows(&mut echoes, PROOF_MS, "a"), "shown twice");
        assert!(!swallows(&mut echoes, PROOF_MS, "a"), "and this is somebody's");
        echoes.wrote(at(1_000), text("b"));
        assert!(swallows(&mut echoes, 1_000 + PROOF_MS, "b"));
        let mut late = Echoes::default();
        late.wrote(at(0), text("a"));
        assert!(!swallows(&mut late, PROOF_MS + 1, "a"));
        late.wrote(at(1_000), text("b"));
        assert!(!swallows(&mut late, 1_000, "b"));
        late.wrote(at(2_000), text("c"));
        assert!(!swallows(&mut late, 2_000, "c"), "its first two lines told");
    }

    #[test]
    fn another_line_or_another_name_before_it_proves_that_none_comes_back() {
        let mine = [nick("10.0.0.1")];
        for (who, said) in [(nick("10.0.0.2"), "b"), (nick("10.0.0.1"), "x"), (nick("10.0.0.2"), "x")] {
            let mut echoes = Echoes::default();
            echoes.wrote(at(0), text("a"));
            assert!(!echoes.is_echo(at(1), Some(&mine[0]), &mine, &text("a")));
            echoes.wrote(at(2), text("b"));
            assert!(!echoes.is_echo(at(3), Some(&who), &mine, &text(said)));
            assert!(!echoes.is_echo(at(4), Some(&mine[0]), &mine, &text("b")));
        }
    }

    #[test]
    fn lines_that_are_written_before_the_first_came_back_are_known_too() {
        let mut echoes = Echoes::default();
        ["a", "b", "c"].iter().for_each(|said| echoes.wrote(at(0), text(said)));
        assert!(!swallows(&mut echoes, 1, "a"));
        assert!(swallows(&mut echoes, 2, "b"));
        assert!(swallows(&mut echoes, 3, "c"));
    }

    #[test]
    fn in_a_room_that_is_known_every_line_swallows_one_within_five_seconds() {
        let mine = [nick("10.0.0.1")];
        let mut echoes = known();
        echoes.wrote(at(0), text("hi"));
        assert!(!echoes.is_echo(at(1), Some(&nick("10.0.0.2")), &mine, &text("hi")));
        assert!(!echoes.is_echo(at(1), Some(&mine[0]), &mine, &text("ho")));
        assert!(echoes.is_echo(at(ECHO_MS), Some(&mine[0]), &mine, &text("hi")));
        assert!(!echoes.is_echo(at(ECHO_MS), Some(&mine[0]), &mine, &text("hi")));
    }

    #[test]
    fn a_line_that_does_not_come_back_for_five_seconds_ends_it() {
        let mut echoes = known();
        echoes.wrote(at(0), text("hi"));
        assert!(!swallows(&mut echoes, ECHO_MS + 1, "hi"));
        echoes.wrote(at(ECHO_MS + 1), text("ho"));
        assert!(!swallows(&mut echoes, ECHO_MS + 1, "ho"));
    }

    #[test]
    fn thirty_two_lines_are_remembered_and_not_33() {
        let mut echoes = known();
        for number in 0..=PLAIN_ECHOES {
            echoes.wrote(at(0), text(&format!("line {number}")));
        }
        assert!(!swallows(&mut echoes, 1, "line 0"));
        assert!(swallows(&mut echoes, 1, "line 1"));
    }
}
