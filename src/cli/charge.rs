//! What the host of a headless room does about people: `/kick`, `/ban`, `/unban`, `/mute`, `/unmute`.

use std::net::IpAddr;

use super::span::span;
use super::talk::{ROOM, Talk};
use crate::session::Command;
use crate::session::clock::wall_ms;
use crate::types::{Nickname, Verb};

impl Talk {
    /// Does this about whoever the line names, until the time that it ends with. More may be here than are listed, and the
    /// room knows all of them.
    pub(super) fn act(&mut self, verb: Verb, rest: &str) {
        if verb == Verb::Unban
            && let Ok(address) = rest.parse::<IpAddr>()
        {
            return self.send(Command::LetIn(ROOM, address));
        }
        let timed = matches!(verb, Verb::Ban | Verb::Mute);
        let behind = rest.rsplit_once(' ').filter(|_| timed);
        let span = behind.and_then(|(name, term)| Some((name.trim(), span(term)?)));
        let (name, until_ms) = match span {
            Some((name, span)) => (name, Some(wall_ms().saturating_add_unsigned(span))),
            None => (rest, None),
        };
        match Nickname::new(name) {
            Ok(name) => self.send(Command::ActOn(ROOM, verb, name, until_ms)),
            Err(_) => self.notice("no-such-person", &format!("nobody here is called \"{name}\"; see /who")),
        }
    }
}
