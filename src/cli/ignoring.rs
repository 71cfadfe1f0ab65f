//! `/ignore NAME` and `/unignore NAME`: for this profile alone, in every room.

use super::talk::Talk;
use crate::session::{Command, Person};
use crate::types::Ignored;
use crate::types::limits::IGNORED;

impl Talk {
    pub(super) fn ignore(&mut self, name: &str, on: bool) {
        let named = |person: &&Person| person.name.as_str() == name && !person.me;
        let here = self.people.iter().find(named);
        let here = here.map(|person| Ignored { key: person.key, name: person.name.clone() });
        let before = || self.settings.ignored.iter().find(|ignored| ignored.name.as_str() == name).cloned();
        // Whoever is ignored is known by the name of then, which may be somebody else's now.
        let whom = if on { here.or_else(before) } else { before().or(here) };
        let whom = whom.filter(|whom| on || self.settings.ignores(&whom.key));
        let Some(whom) = whom else {
            let text = if on {
                format!("nobody else here is called \"{name}\"; see /who")
            } else {
                format!("nobody whom you ignore is called \"{name}\"")
            };
            return self.notice("no-such-person", &text);
        };
        if !self.settings.ignore(whom, on) {
            return self
                .notice("too-many-ignored", &format!("{IGNORED} people are ignored; see /unignore NAME"));
        }
        self.send(Command::KeepSettings(self.settings.clone()));
        let text = if on { format!("you ignore {name} now") } else { format!("you hear {name} again") };
        self.notice("ignoring", &text);
    }
}
