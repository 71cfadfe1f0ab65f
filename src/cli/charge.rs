//! What those in charge of a headless room do: `/kick`, `/ban`, `/mute` and their opposites, `/mod`, `/unmod`, `/slow`,
//! `/announce`, `/lock`.

use std::net::IpAddr;

use serde_json::json;

use super::span::{seconds, span};
use super::talk::{ROOM, Talk};
use super::words;
use crate::session::clock::wall_ms;
use crate::session::{self, Command, Notice};
use crate::types::limits::{SLOW_S_MAX, SPAN_DAYS};
use crate::types::{Act, Content, House, HouseRules, MemberKey, Message, Nickname, Rule, Standing, Verb};

impl Talk {
    /// A command of those in charge; false where it is none.
    pub(super) fn is_charge(&mut self, name: &str, rest: &str) -> bool {
        let verb = match name {
            "kick" => Verb::Remove,
            "ban" => Verb::Ban,
            "unban" => Verb::Unban,
            "mute" => Verb::Mute,
            "unmute" => Verb::Unmute,
            "mod" => Verb::Appoint,
            "unmod" => Verb::Dismiss,
            "slow" | "announce" | "lock" => {
                self.set_rule(name, rest);
                return true;
            }
            _ => return false,
        };
        self.act(verb, rest);
        true
    }

    /// I am the host or a moderator.
    pub(super) fn is_in_charge(&self) -> bool {
        self.rules.is_some() || self.me.is_some_and(|me| self.house.moderators.contains(&me))
    }

    /// Asks for something that is answered by an entry of mine or by a notice. What was asked for before `/quit` is done before
    /// that.
    pub(super) fn does(&mut self, command: Command) {
        self.undone += 1;
        self.send(command);
    }

    /// A message is perhaps the answer.
    pub(super) fn did(&mut self, message: &Message) {
        let done = matches!(message.content, Content::Act(_) | Content::Rule(_) | Content::Removal(_));
        if done && message.author.key().is_some_and(|key| self.me == Some(key)) {
            self.undone = self.undone.saturating_sub(1);
        }
    }

    /// Likewise a notice.
    pub(super) fn did_not(&mut self, notice: &Notice) {
        let not = matches!(
            notice,
            Notice::NotDone(_) | Notice::NotDoneHere(_) | Notice::NoSuchGuest(_) | Notice::NoApp(_)
        );
        if not {
            self.undone = self.undone.saturating_sub(1);
        }
    }

    /// What holds in the room now.
    pub(super) fn house(&mut self, house: House) {
        let HouseRules { slow_s, announcements, locked } = house.rules;
        let event = json!({
            "event": "house", "slow": slow_s, "announcements": announcements, "locked": locked,
            "moderators": house.moderators,
        });
        let holds = [
            (slow_s > 0).then(|| format!("slow mode, one message every {}", session::wait(slow_s))),
            announcements.then(|| "only the host and moderators speak".to_owned()),
            locked.then(|| "locked, nobody new comes in".to_owned()),
        ];
        let holds: Vec<String> = holds.into_iter().flatten().collect();
        // What is changed while I am here is told by its entry.
        let text = (!self.house_told && !holds.is_empty()).then(|| format!("* here: {}", holds.join("; ")));
        self.out.event(&event, text.as_deref());
        self.house_told = true;
        self.house = house;
    }

    /// Does this about whoever the line names, until the time that it ends with. At the host more may be here than are
    /// listed, and the room knows all of them.
    fn act(&mut self, verb: Verb, rest: &str) {
        if verb == Verb::Unban
            && self.rules.is_some()
            && let Ok(address) = rest.parse::<IpAddr>()
        {
            return self.send(Command::LetIn(ROOM, address));
        }
        if rest.is_empty() {
            return self.notice("no-such-person", "say whom, by their name; see /who");
        }
        let timed = matches!(verb, Verb::Ban | Verb::Mute);
        // Somebody may be called like a time.
        let whole = Nickname::new(rest).is_ok_and(|name| self.whose(&name).is_some());
        let behind = rest.rsplit_once(' ').filter(|_| timed && !whole);
        let (name, until_ms) = match behind.map(|(name, term)| (name.trim(), term, span(term))) {
            Some((name, _, Some(span))) => (name, Some(wall_ms().saturating_add_unsigned(span))),
            Some((_, term, None)) if looks_like_a_time(term) => {
                let text =
                    format!("{term} is no time that is kept here: say 30m, 2h or 7d, at most {SPAN_DAYS}d");
                return self.notice("bad-time", &text);
            }
            Some(_) | None => (rest, None),
        };
        let nobody = format!("nobody here is called \"{name}\"; see /who");
        let Ok(name) = Nickname::new(name) else { return self.notice("no-such-person", &nobody) };
        if self.rules.is_some() {
            return self.does(Command::ActOn(ROOM, verb, name, until_ms));
        }
        let sent_away = until_ms.is_none() && matches!(verb, Verb::Remove | Verb::Ban);
        let guest = || {
            // Of many guests not all are named here, and the room knows them.
            let more = usize::try_from(self.guests.count).is_ok_and(|count| count > self.guests.names.len());
            (self.guests.names.contains(&name) || (more && sent_away)).then_some(MemberKey::GUESTS)
        };
        match self.whose(&name).or_else(guest) {
            Some(MemberKey::GUESTS) if !sent_away => {
                let (code, text) = words::notice(&Notice::NoApp(name));
                self.notice(code, &text);
            }
            Some(whom) => {
                let act = Act { verb, whom, name, until_ms, by_address: verb == Verb::Ban };
                self.does(Command::Act(ROOM, act));
            }
            None => self.notice("no-such-person", &nobody),
        }
    }

    /// Who is called so: somebody who is here, or about whom something holds.
    fn whose(&self, name: &Nickname) -> Option<MemberKey> {
        let here = self.people.iter().find(|person| person.name == *name).map(|person| person.key);
        let known = |standing: &&Standing| standing.name == *name && standing.successor.is_none();
        let held = || self.standings.iter().find(known).map(|standing| standing.key);
        // Or who said something here and has left since.
        let left = || match &*self.printed_before.called(name.as_str()) {
            [key] => Some(*key),
            _ => None,
        };
        here.or_else(held).or_else(left)
    }

    fn set_rule(&mut self, name: &str, wish: &str) {
        let on = match wish {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        };
        let rule = match (name, on) {
            ("slow", Some(false)) => Some(Rule::Slow(0)),
            ("slow", _) => seconds(wish).filter(|wait_s| *wait_s <= SLOW_S_MAX).map(Rule::Slow),
            ("announce", Some(on)) => Some(Rule::Announcements(on)),
            ("lock", Some(on)) => Some(Rule::Locked(on)),
            _ => None,
        };
        match rule {
            Some(rule) => self.does(Command::SetRule(ROOM, rule)),
            None if name == "slow" => {
                self.notice("bad-rule", "say /slow 10s or /slow 5m, at most an hour, or /slow off");
            }
            None => self.notice("bad-rule", &format!("say /{name} on or /{name} off")),
        }
    }
}

/// Whether somebody meant a time by it: a number, and one of the letters that times end with.
fn looks_like_a_time(word: &str) -> bool {
    let number = word.strip_prefix('-').unwrap_or(word).trim_end_matches(['s', 'm', 'h', 'd', 'w', 'y']);
    number.len() < word.len() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_as_a_time_is_told_from_a_name() {
        for time in ["30s", "0m", "-5m", "99999d", "2w"] {
            assert!(looks_like_a_time(time), "{time}");
        }
        for name in ["Bo", "s", "-m", "2", "R2D2", "", "3rd"] {
            assert!(!looks_like_a_time(name), "{name}");
        }
    }
}
