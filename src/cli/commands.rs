//! The lines that begin with a slash.

use serde_json::json;

use super::talk::{ROOM, Talk};
use crate::session::{Command, Person};
use crate::types::{GuestList, GuestRules, KnockAnswer, MemberKey, NameError, Nickname};

/// What there is, for somebody who typed something else.
const MEMBERS: &str = "/nick NAME, /who, /words, /verify, /remove ID, /ignore NAME, /unignore NAME and /quit";
/// Likewise, for a moderator.
const MODERATORS: &str = "/nick NAME, /who, /words, /verify, /kick NAME, /ban NAME 2h, /unban NAME, /mute NAME 30m, /unmute NAME, /slow 10s or off, /announce on or off, /lock on or off, /remove ID, /remove all NAME, /ignore NAME, /unignore NAME and /quit";
/// Likewise, for a host.
const HOSTS: &str = "/nick NAME, /who, /words NAME, /verify NAME, /guests on, off, read or speak, /kick NAME, /ban NAME 2h, /unban NAME or ADDRESS, /mute NAME 30m, /unmute NAME, /mod NAME, /unmod NAME, /slow 10s or off, /announce on or off, /lock on or off, /remove ID, /remove all NAME, /ignore NAME, /unignore NAME, /ask on or off, /letin, /refuse and /block NAME, /invite, /invite once, NUMBER or TIME, /invites, /invite revoke ID and /quit";

impl Talk {
    pub(super) fn command(&mut self, line: &str) {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match (name, self.rules.clone()) {
            ("nick", _) if self.manner.plain => {
                self.notice("bad-name", "a plain-text room knows no names: the others see your address");
            }
            ("nick", _) => match Nickname::new(rest) {
                Ok(nick) => self.send(Command::Rename(ROOM, nick)),
                Err(error) => {
                    self.notice("bad-name", &format!("that name cannot be used: it {}", is_or_has(error)));
                }
            },
            ("who", _) => self.who(),
            ("words" | "verify", _) => self.compare(rest, name == "verify"),
            ("remove", _) if !self.manner.plain => self.remove(rest),
            ("ignore" | "unignore", _) if !self.manner.plain => self.ignore(rest, name == "ignore"),
            ("quit", _) => self.quit(),
            ("invite", Some(_)) => self.make_invite(rest),
            ("invites", Some(_)) => {
                self.lists_invites = true;
                self.send(Command::Invites(ROOM));
            }
            ("guests", Some(rules)) => self.rule(rest, rules),
            ("ask", Some(_)) => self.ask(rest),
            ("letin", Some(_)) => self.answer_knock(KnockAnswer::LetIn, rest),
            ("refuse", Some(_)) => self.answer_knock(KnockAnswer::Refuse, rest),
            ("block", Some(_)) => self.answer_knock(KnockAnswer::Block, rest),
            _ if self.is_in_charge() && self.is_charge(name, rest) => {}
            (_, rules) => {
                let there = match rules {
                    Some(_) => HOSTS,
                    None if self.is_in_charge() => MODERATORS,
                    None => MEMBERS,
                };
                self.notice("unknown-command", &format!("there is no /{name} here; there are {there}"));
            }
        }
    }

    /// Who is here without encryption from now on.
    pub(super) fn guests(&mut self, guests: GuestList) {
        let text = match guests.count {
            0 => "* no guest is here any more: what you say is encrypted for everybody".to_owned(),
            count => format!("* {count} here without encryption: {}", names(&guests)),
        };
        let event = json!({ "event": "guests", "count": guests.count, "names": guests.names });
        // In this order a script that answers the event at once is never too early.
        self.inputs.guests_shown(guests.count > 0);
        self.out.event(&event, Some(&text));
        self.guests = guests;
    }

    fn who(&mut self) {
        let named = |person: &Person| {
            let role = if self.house.moderators.contains(&person.key) { " (moderator)" } else { "" };
            let mark = if self.compared.contains(&person.key) { " (verified)" } else { "" };
            format!("{}{role}{mark}", person.name)
        };
        let people: Vec<String> = self.people.iter().map(named).collect();
        let members = format!("{} here: {}", people.len(), people.join(", "));
        let text = match self.guests.count {
            0 => members,
            count => format!("{members}; {count} without encryption: {}", names(&self.guests)),
        };
        self.notice("who", &text);
    }

    fn rule(&mut self, wish: &str, rules: GuestRules) {
        let rules = match wish {
            "on" => GuestRules { allowed: true, ..rules },
            "off" => GuestRules { allowed: false, ..rules },
            "read" => GuestRules { read_only: true, ..rules },
            "speak" => GuestRules { read_only: false, ..rules },
            _ => return self.notice("guests", "say /guests on, off, read or speak"),
        };
        // The next line may come before the room's answer, and goes on from here.
        self.rules = Some(rules.clone());
        self.send(Command::SetGuests(ROOM, rules));
    }

    /// Words to compare with this person, or, at a member, with the host; or that they were the same.
    fn compare(&mut self, name: &str, same: bool) {
        let with =
            match (self.rules.is_some(), self.people.iter().find(|person| person.name.as_str() == name)) {
                _ if self.manner.plain => {
                    let text = "a plain-text room is not encrypted, so there are no words to compare";
                    return self.notice("no-words", text);
                }
                (false, _) if name.is_empty() => None,
                (false, _) => {
                    return self
                        .notice("no-words", "only the host's words can be compared here: say /words alone");
                }
                (true, Some(person)) if !person.me => Some(person.key),
                (true, _) => {
                    return self
                        .notice("no-words", "say with whom, by a name of somebody else here; see /who");
                }
            };
        self.send(if same { Command::TheSame(ROOM, with) } else { Command::Compare(ROOM, with) });
    }

    /// Words to compare were made, or cannot be.
    pub(super) fn words(&mut self, with: Option<MemberKey>, words: Option<&[String]>) {
        let name = self.compared_name(with);
        let Some(words) = words else {
            return self
                .notice("no-words", &format!("{name} is not connected, so there are no words to compare"));
        };
        let event = json!({ "event": "words", "with": name, "words": words });
        let text = format!(
            "* {}\n* read these to {name}: do both screens show the same words? Then say /verify; if they differ, \
             somebody stands between you: leave",
            words.join(" ")
        );
        self.out.event(&event, Some(&text));
        if with.is_none() && std::mem::take(&mut self.words_first) {
            self.say_early();
        }
    }

    /// The words were the same.
    pub(super) fn verified(&mut self, with: Option<MemberKey>) {
        let name = self.compared_name(with);
        self.compared.extend(with);
        let text = match with {
            Some(_) => format!("* {name} is verified"),
            None => "* this room is verified".to_owned(),
        };
        self.out.event(&json!({ "event": "verified", "with": name }), Some(&text));
    }

    fn compared_name(&self, with: Option<MemberKey>) -> String {
        let is_it = |person: &&Person| with.map_or(person.host, |key| person.key == key);
        let found = self.people.iter().find(is_it);
        found.map_or_else(|| "the host".to_owned(), |person| person.name.to_string())
    }
}

/// What is the matter with a name, behind "it".
fn is_or_has(error: NameError) -> String {
    match error {
        NameError::Empty | NameError::TooLong { .. } => format!("is {error}"),
        NameError::Forbidden(_) | NameError::TooManyMarks => error.to_string(),
    }
}

/// The names in one line, and how many more there are.
fn names(guests: &GuestList) -> String {
    let names: Vec<&str> = guests.names.iter().map(Nickname::as_str).collect();
    match usize::try_from(guests.count).unwrap_or(usize::MAX).saturating_sub(names.len()) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
