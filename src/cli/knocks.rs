//! Who wants to come into a headless room whose host is asked: `/letin`, `/refuse`, `/block`, `/ask`.

use serde_json::json;

use super::talk::{ROOM, Talk};
use crate::session::Command;
use crate::types::{Knock, KnockAnswer};

/// Hex digits of a key by which somebody who waits can be meant.
const KEY_START: usize = 8;

impl Talk {
    /// Answers whoever waits under this name, or, where no name was said, the only one who waits.
    pub(super) fn answer_knock(&mut self, answer: KnockAnswer, name: &str) {
        let named = |knock: &&Knock| {
            let key = knock.key.to_string();
            knock.name.as_str() == name || (name.len() >= KEY_START && key.starts_with(name))
        };
        let meant: Vec<&Knock> = self.knocks.iter().filter(|knock| name.is_empty() || named(knock)).collect();
        match meant.as_slice() {
            [only] => self.send(Command::AnswerKnock(ROOM, only.key, answer)),
            [] if name.is_empty() => self.notice("nobody-waits", "nobody waits to be let in"),
            [] => self.notice("nobody-waits", "nobody waits under that name to be let in"),
            several => {
                let each: Vec<String> = several
                    .iter()
                    .map(|knock| format!("{} ({:.8})", knock.name, knock.key.to_string()))
                    .collect();
                let text = format!(
                    "several wait: {}; say which by name, or by what stands behind it, the start of the key",
                    each.join(", ")
                );
                self.notice("which-person", &text);
            }
        }
    }

    /// Says why nobody is asked about.
    pub(super) fn asks_about_nobody(&mut self) {
        let text = "whoever types this room's password comes in, so nobody is asked about; for that, open it without a \
                    password";
        self.notice("ask", text);
    }

    /// Whether the host is asked about newcomers from now on.
    pub(super) fn ask(&mut self, wish: &str) {
        match wish {
            "on" if self.locked => self.asks_about_nobody(),
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
        let over: Vec<&Knock> = self.knocks.iter().filter(|knock| !knocks.contains(knock)).collect();
        for knock in over {
            self.out.event(&json!({ "event": "knock-over", "name": knock.name, "key": knock.key }), None);
        }
        self.knocks = knocks;
    }

    /// I wait for the host.
    pub(super) fn waits(&mut self) {
        self.out.event(&json!({ "event": "waiting" }), Some("* waiting for the host to let you in"));
    }
}
