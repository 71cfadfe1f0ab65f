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
        let Some(whom) = here.or_else(before) else {
            let text = format!("nobody else here is called \"{name}\"; see /who");
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
