//! Words that are compared in a room, as far as the window knows.

use super::{Dialog, Model, RoomAction};
use crate::session::{Command, RoomRef};
use crate::types::MemberKey;

/// What is known of the words with one person, or with the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparing<'a> {
    /// They are being made.
    Asked,
    /// There is no connection to make them of.
    Gone,
    /// These.
    Told {
        /// Five.
        words: &'a [String],
        /// Others were shown before, of a connection that is gone.
        renewed: bool,
    },
}

/// The words that are shown in one room.
#[derive(Debug, Default)]
pub struct Words {
    /// With whom; none for the host.
    with: Option<MemberKey>,
    /// Empty where there is no connection to make them of; none while they are being made.
    told: Option<Vec<String>>,
    shown_before: bool,
    /// Members with whom I compared words, where I host the room.
    pub compared: Vec<MemberKey>,
    /// The person wants to compare later.
    pub later: bool,
}

impl Words {
    /// Words with this person are wanted, and none of before.
    pub(super) fn ask(&mut self, with: Option<MemberKey>) {
        (self.with, self.told, self.shown_before) = (with, None, false);
    }

    /// These are the words with this person now.
    pub(super) fn told(&mut self, with: Option<MemberKey>, words: Option<Vec<String>>) {
        if self.with == with {
            let words = words.unwrap_or_default();
            self.shown_before |= self.told.as_ref().is_some_and(|before| *before != words);
            self.told = Some(words);
        }
    }

    /// Words were the same, and it is kept.
    pub(super) fn same(&mut self, with: Option<MemberKey>) {
        self.compared.extend(with.filter(|with| !self.compared.contains(with)));
    }

    /// The connection is gone, and the words of it with it.
    pub(super) fn lost(&mut self) {
        if self.told.is_some() {
            self.told = Some(Vec::new());
            self.shown_before = true;
        }
    }

    /// What is to be shown with this person.
    pub fn words(&self, with: Option<MemberKey>) -> Comparing<'_> {
        match self.told.as_deref().filter(|_| self.with == with) {
            None => Comparing::Asked,
            Some([]) => Comparing::Gone,
            Some(words) => Comparing::Told { words, renewed: self.shown_before },
        }
    }
}

impl Model {
    /// Does what was asked about words.
    pub(super) fn act_on_words(&mut self, id: RoomRef, action: &RoomAction) -> Vec<Command> {
        let Some(room) = self.rooms.iter_mut().find(|room| room.id == id) else { return Vec::new() };
        match *action {
            RoomAction::Compare(with) => {
                room.comparing.ask(with);
                self.dialog = Some(Dialog::Compare(id, with));
                vec![Command::Compare(id, with)]
            }
            RoomAction::TheSame(with) => {
                self.dialog = None;
                vec![Command::TheSame(id, with)]
            }
            RoomAction::CompareLater => {
                room.comparing.later = true;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_connection_that_is_gone_are_not_shown_and_new_ones_are_said_to_be_new() {
        let list = |text: &str| Some(vec![text.to_owned(); 5]);
        let mut words = Words::default();
        words.ask(None);
        assert_eq!(words.words(None), Comparing::Asked);
        words.told(Some(MemberKey([2; 32])), list("other"));
        assert_eq!(words.words(None), Comparing::Asked, "those are somebody else's");
        words.told(None, list("cool"));
        let Comparing::Told { renewed, .. } = words.words(None) else { panic!() };
        assert!(!renewed);
        words.lost();
        assert_eq!(words.words(None), Comparing::Gone);
        words.told(None, list("rural"));
        let Comparing::Told { words: five, renewed } = words.words(None) else { panic!() };
        assert_eq!((five[0].as_str(), renewed), ("rural", true));
    }
}
