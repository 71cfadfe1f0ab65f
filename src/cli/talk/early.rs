//! Lines that came before they may go to whoever answers.

use super::Talk;
use crate::types::Audience;

impl Talk {
    /// Says a line, as soon as it may go to whoever answers.
    pub(super) fn hear(&mut self, line: &str, audience: Audience) {
        self.early.push_back((line.to_owned(), audience));
        self.say_early();
    }

    /// Says what had to wait, where nothing stands against it any more.
    pub(in crate::cli) fn say_early(&mut self) {
        while self.began && !self.words_first {
            let Some((line, audience)) = self.early.pop_front() else { return };
            self.say(&line, audience);
        }
    }
}
