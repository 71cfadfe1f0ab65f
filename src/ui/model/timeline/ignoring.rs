//! Whose words are folded away, because I ignore them.

use super::Timeline;
use super::row::Row;
use crate::types::{Ignored, Message, Nickname};

impl Timeline {
    /// Ignores these, and nobody else, from now on. What they said is still here, and can be unfolded.
    pub fn set_ignored(&mut self, ignored: &[Ignored]) {
        if self.ignored != ignored {
            self.ignored = ignored.to_vec();
            self.version += 1;
            self.rows.bump();
            self.rebuild();
        }
    }

    /// Whom I ignore.
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    pub(super) fn is_ignored(&self, message: &Message) -> bool {
        message.author.key().is_some_and(|key| self.ignored.iter().any(|ignored| ignored.key == key))
    }

    /// The row, folded away where it is somebody's whom I ignore.
    pub(super) fn folded<'a>(&self, row: Row<'a>) -> Row<'a> {
        match row {
            Row::Line(line) if self.is_ignored(line.message) => Row::Ignored(line),
            other => other,
        }
    }

    /// Whether somebody of this name who types is somebody whom I ignore.
    pub(super) fn ignores_name(&self, name: &Nickname) -> bool {
        let here = self.people.known().iter().find(|person| person.name == *name);
        here.is_some_and(|person| self.ignored.iter().any(|ignored| ignored.key == person.key))
    }
}
