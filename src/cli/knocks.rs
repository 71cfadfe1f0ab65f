//! Who wants to come into a headless room whose host is asked: `/letin`, `/refuse`, `/block`, `/ask`.

use serde_json::json;

use super::talk::{ROOM, Talk};
use crate::session::Command;
use crate::types::{Knock, KnockAnswer};

impl Talk {
    /// Answers whoever waits under this name, or, where no name was said, the only one who waits.
    pub(super) fn answer_knock(&mut self, answer: KnockAnswer, name: &str) {
        let knock = match self.knocks.as_slice() {
            [only] if name.is_empty() => Some(only),
            all => all.iter().find(|knock| knock.name.as_str() == name),
        };
        match knock.map(|knock| knock.key) {
            Some(key) => self.send(Command::AnswerKnock(ROOM, key, answer)),
            None => self.notice("nobody-waits", "nobody waits under that name to be let in"),
        }
    }

    /// Whether the host is asked about newcomers from now on.
    pub(super) fn ask(&mut self, wish: &str) {
        match wish {
            "on" => self.send(Command::SetAsks(ROOM, true)),
            "off" => self.send(Command::SetAsks(ROOM, false)),
            _ => self.notice("ask", "say /ask on or /ask off"),
        }
    }

    /// Who waits now: those are told who did not before.
    pub(super) fn knock(&mut self, knocks: Vec<Knock>) {
        for knock in knocks.iter().filter(|knock| !self.knocks.contains(knock)) {
            let event = json!({
                "event": "knock", "name": knock.name, "key": knock.key, "address": knock.address,
            });
            let text = format!("* {} wants to come in; say /letin, /refuse or /block {0}", knock.name);
            self.out.event(&event, Some(&text));
        }
        self.knocks = knocks;
    }

    /// I wait for the host.
    pub(super) fn waits(&mut self) {
        self.out.event(&json!({ "event": "waiting" }), Some("* waiting for the host to let you in"));
    }
}
