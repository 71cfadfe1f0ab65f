//! Invites into a room that is hosted here.

use serde_json::{Value, json};

use super::{ROOM, Talk};
use crate::cli::json::time;
use crate::cli::span::span;
use crate::session::{Command, InviteState};
use crate::types::{Invite, InviteAsk, InviteEnd, InviteTerms, MemberKey};

const HOW: &str =
    "say /invite alone, /invite once, /invite 5 (people), /invite 2h (or 30m, 7d), or /invite 5 2h";

/// What `/invite` is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// The one that proves the room, and no more.
    Plain,
    New(InviteAsk),
    Revoke(u32),
}

impl Talk {
    pub(in crate::cli) fn make_invite(&mut self, rest: &str) {
        match asked(rest) {
            Some(Asked::Plain) => {
                let Some(invite) = &self.invite else { return };
                let invite = invite.to_string();
                let event = json!({ "event": "invite", "id": null, "invite": invite });
                self.out.event(&event, Some(&format!("* invite: {invite}")));
            }
            Some(Asked::New(ask)) => self.send(Command::Invite(ROOM, ask)),
            Some(Asked::Revoke(number)) => self.send(Command::Revoke(ROOM, number)),
            None => self.notice("bad-invite", HOW),
        }
    }

    pub(super) fn invited(&mut self, number: u32, terms: &InviteTerms, invite: &Invite) {
        let invite = invite.to_string();
        let event = json!({
            "event": "invite", "id": number, "invite": invite, "people": terms.people, "until": until(terms),
        });
        let text = format!("* invite {number}, {}, without the password: {invite}", meant(terms));
        self.out.event(&event, Some(&text));
    }

    /// Printed where it was asked for: it is told after every change.
    pub(super) fn invites(&mut self, invites: &[InviteState]) {
        if !std::mem::take(&mut self.lists_invites) {
            return;
        }
        let listed: Vec<Value> = invites.iter().map(entry).collect();
        let lines: Vec<String> = invites.iter().map(line).collect();
        let text = if lines.is_empty() {
            "* no invite without the password was made".to_owned()
        } else {
            lines.join("\n")
        };
        self.out.event(&json!({ "event": "invites", "invites": listed }), Some(&text));
    }

    pub(super) fn invite_used(&mut self, number: u32, key: MemberKey) {
        let event = json!({ "event": "invite-used", "id": number, "key": key });
        self.out.event(&event, Some(&format!("* somebody came in by invite {number}")));
    }
}

fn asked(rest: &str) -> Option<Asked> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    match *words.as_slice() {
        [] => Some(Asked::Plain),
        ["once"] => InviteAsk::new(Some(1), None).map(Asked::New),
        ["revoke", number] => number.parse().ok().map(Asked::Revoke),
        [one] => match one.parse() {
            Ok(people) => InviteAsk::new(Some(people), None).map(Asked::New),
            Err(_) => InviteAsk::new(None, Some(span(one)?)).map(Asked::New),
        },
        ["once", time] => InviteAsk::new(Some(1), Some(span(time)?)).map(Asked::New),
        [people, time] => InviteAsk::new(Some(people.parse().ok()?), Some(span(time)?)).map(Asked::New),
        _ => None,
    }
}

fn until(terms: &InviteTerms) -> Option<String> {
    terms.until_ms.map(time)
}

/// For whom it is, in words.
fn meant(terms: &InviteTerms) -> String {
    let people = match terms.people {
        Some(1) => "for one person".to_owned(),
        Some(people) => format!("for {people} people"),
        None => "for everybody".to_owned(),
    };
    until(terms).map_or_else(|| people.clone(), |until| format!("{people} until {until}"))
}

fn ended(end: InviteEnd) -> &'static str {
    match end {
        InviteEnd::Used => "used",
        InviteEnd::Expired => "expired",
        InviteEnd::Unknown => "revoked",
    }
}

fn entry(invite: &InviteState) -> Value {
    json!({
        "id": invite.number, "people": invite.terms.people, "until": until(&invite.terms),
        "used": invite.used.len(), "keys": invite.used, "state": invite.end.map_or("works", ended),
    })
}

fn line(invite: &InviteState) -> String {
    let state = invite.end.map_or("works", ended);
    let used = invite.used.len();
    format!("* invite {}, {}: {state}, {used} came in by it", invite.number, meant(&invite.terms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_understood_or_explained() {
        const HOUR: u64 = 3_600_000;
        let new = |people, ms| InviteAsk::new(people, ms).map(Asked::New);
        for (text, meant) in [
            ("", Some(Asked::Plain)),
            (" once ", new(Some(1), None)),
            ("5", new(Some(5), None)),
            ("2h", new(None, Some(2 * HOUR))),
            ("30m", new(None, Some(HOUR / 2))),
            ("5 7d", new(Some(5), Some(7 * 24 * HOUR))),
            ("once 1d", new(Some(1), Some(24 * HOUR))),
            ("revoke 3", Some(Asked::Revoke(3))),
        ] {
            assert!(meant.is_some(), "{text}");
            assert_eq!(asked(text), meant, "{text}");
        }
        for text in
            ["0", "0m", "h", "2", "-1", "2 h", "2x", "ten", "é", "revoke", "revoke x", "1 2h 3", "999999d"]
        {
            let good = text == "2";
            assert_eq!(asked(text).is_some(), good, "{text}");
        }
    }
}
