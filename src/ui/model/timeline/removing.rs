//! Messages that are removed: whose words go from the window, and which of them I may remove.

use super::{Prepared, Stretch, Timeline};
use crate::types::{Author, Content, MemberKey, Message, Removal};

/// What of others' words I may remove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// I am in charge.
    pub in_charge: bool,
    /// Whose words are beyond me all the same.
    pub beyond: Vec<MemberKey>,
}

impl Timeline {
    /// Says what I may remove from now on.
    pub fn set_rights(&mut self, rights: Rights) {
        if self.rights != rights {
            self.rights = rights;
            self.version += 1;
        }
    }

    /// What to ask for so that this message goes; none where that is not mine to do.
    pub fn removal_of(&self, message: &Message) -> Option<Removal> {
        let Content::Post(_) = message.content else { return None };
        let author = match message.author {
            Author::Member(key) => key,
            Author::Guest => MemberKey::GUESTS,
        };
        let own = message.author.key().is_some() && self.me == message.author.key();
        let may = own || (self.rights.in_charge && !self.rights.beyond.contains(&author));
        (may && !self.plain).then(|| Removal { author, name: message.name.clone(), which: Some(message.id) })
    }

    /// Takes away what these messages remove.
    pub(super) fn take_removals(&mut self, messages: &[Message]) {
        let mut any = false;
        for message in messages {
            if let Content::Removal(removal) = &message.content {
                any |= self.stretch.blank(|said| said.seq < message.seq && is_about(removal, said));
            }
        }
        if any {
            self.rebuild();
        }
    }
}

impl Stretch {
    /// Takes the words of these; true where there was one.
    fn blank(&mut self, which: impl Fn(&Message) -> bool) -> bool {
        let mut any = false;
        for said in self.said_mut().filter(|said| which(&said.message)) {
            said.message.content = Content::Removed;
            said.text = Prepared::default();
            any = true;
        }
        any
    }
}

/// Whether this message goes by that removal. Guests have no key.
fn is_about(removal: &Removal, said: &Message) -> bool {
    let Content::Post(_) = said.content else { return false };
    match removal.which {
        Some(id) => said.id == id && said.author.key() == removal.author.of_member(),
        None => said.author.key() == Some(removal.author),
    }
}
