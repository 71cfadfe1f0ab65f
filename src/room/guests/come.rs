//! How guests come, what they ask, and how they go.

use std::collections::HashSet;
use std::net::IpAddr;

use super::away::KEPT_OUT_WORDS;
use super::names::{is_like_address, of_address};
use super::{Guest, note};
use crate::room::contract::{ConnId, Output, RoomNotice};
use crate::room::{Now, Room};
use crate::types::limits::{GUESTS, GUESTS_PER_ADDRESS};
use crate::types::{GuestRules, MessageText, Nickname};
use crate::wire::text::GuestAsk;

/// Bytes of names in one answer to `/who`, and how many names; the rest is counted.
const WHO_BYTES: usize = 2 * 1024;
const WHO_NAMES: usize = 64;
/// Characters of an unknown command that are said again.
const COMMAND_CHARS: usize = 32;
/// Milliseconds between two new names of one guest: everybody is told of each.
const RENAME_EVERY_MS: u64 = 2_000;
/// Too much waits for the disk already.
const BUSY: &str = "the room is busy: say it again";
/// The disk is full, or broken.
const NOT_KEPT: &str = "not kept: the host's disk did not take it; say it again";
/// What a guest can do, in one line.
const HELP: &str = "/nick NAME gives you a name, /who says who is here, /quit leaves; \
    what begins with two slashes is said with one";

impl Room {
    /// Lets a guest in, if there is a place.
    pub(in crate::room) fn guest_came(
        &mut self,
        now: Now,
        id: ConnId,
        address: IpAddr,
        out: &mut Vec<Output>,
    ) {
        let rules = &self.facts.guests;
        let refusal = if rules.kept_out.contains(&address) || self.keeps_guests_out(now, address) {
            Some(KEPT_OUT_WORDS)
        } else if self.is_locked() {
            Some("this room is locked: nobody comes in who was not in before")
        } else if !rules.allowed {
            Some("this room takes no guests any more")
        } else if self.guests.here.len() >= GUESTS {
            Some("as many guests are here as may be; try again later")
        } else if self.guests.at(address).count() >= GUESTS_PER_ADDRESS {
            Some("as many guests are here from your address as may be")
        } else {
            None
        };
        if let Some(words) = refusal {
            self.close_guest(id, words, out);
            return;
        }
        let name = self.free_name(id, address);
        self.roster.guest_named(id, &name);
        if name != of_address(address, 1) {
            self.tell_guest(
                id,
                format!("you are called {name} here, because others came from your address"),
                out,
            );
        }
        self.guests.come(id, Guest::new(address, name), now.boot_ms);
        out.push(Output::GuestIn { conn: id, before: self.ledger.head().seq.next() });
    }

    /// Does what a guest wants.
    pub(in crate::room) fn guest_asked(
        &mut self,
        now: Now,
        id: ConnId,
        ask: GuestAsk,
        out: &mut Vec<Output>,
    ) {
        if !self.guests.here.contains_key(&id) {
            return;
        }
        match ask {
            GuestAsk::Say(text) => self.guest_says(now, id, text, out),
            GuestAsk::Nick(wanted) => {
                let words = self.guest_renames(now, id, &wanted, out).unwrap_or_else(|why| why);
                self.tell_guest(id, words, out);
            }
            GuestAsk::Who => self.tell_guest(id, self.who(id), out),
            GuestAsk::Help => self.tell_guest(id, HELP, out),
            GuestAsk::Unknown(command) => {
                let shown: String = command.chars().take(COMMAND_CHARS).collect();
                self.tell_guest(id, format!("there is no command /{shown}; /help says which there are"), out);
            }
            GuestAsk::Quit => self.send_away(now, id, "goodbye", out),
        }
    }

    /// The guest is gone by itself.
    pub(in crate::room) fn guest_gone(&mut self, now: Now, id: ConnId) {
        if let Some(guest) = self.guests.go(id, now.boot_ms) {
            self.roster.guest_gone(id, &guest.name);
        }
    }

    /// Other rules from now on; who is kept out stays so.
    pub(in crate::room) fn set_guests(&mut self, now: Now, mut rules: GuestRules, out: &mut Vec<Output>) {
        // Guests prove nothing, so a room with a password has none.
        rules.allowed &= self.parts.lock.is_none();
        if !rules.allowed {
            // Said while a classic room is still one, and so says nothing.
            self.send_all_away(now, |_| true, "this room takes no guests any more", out);
        }
        rules.kept_out = std::mem::take(&mut self.facts.guests.kept_out);
        self.facts.guests = rules;
        self.tell_rules(out);
    }

    pub(super) fn tell_rules(&self, out: &mut Vec<Output>) {
        out.push(Output::Tell(RoomNotice::GuestsChanged(self.facts.guests.clone())));
    }

    /// Tells every guest that it ends.
    pub(in crate::room) fn close_guests(&self, out: &mut Vec<Output>) {
        for id in self.guests.here.keys() {
            self.close_guest(*id, "the host closed the room", out);
        }
    }

    fn guest_says(&mut self, now: Now, id: ConnId, text: MessageText, out: &mut Vec<Output>) {
        let Some(guest) = self.guests.here.get(&id) else { return };
        if self.facts.guests.read_only {
            return self.tell_guest(id, "you can read here, and not speak", out);
        }
        if self.ledger.is_full_of_guests() {
            return self.tell_guest(id, BUSY, out);
        }
        let name = guest.name.clone();
        if let Some(words) = self.rules_forbid_guest(now, id) {
            return self.tell_guest(id, words, out);
        }
        self.ledger.stage_heard(id, name, text);
    }

    /// The log refused what this guest said.
    pub(in crate::room) fn not_kept(&self, id: ConnId, out: &mut Vec<Output>) {
        if self.guests.here.contains_key(&id) {
            self.tell_guest(id, NOT_KEPT, out);
        }
    }

    /// What it is told: the new name, or why not.
    fn guest_renames(
        &mut self,
        now: Now,
        id: ConnId,
        wanted: &str,
        out: &mut Vec<Output>,
    ) -> Result<String, String> {
        let name = Nickname::new(wanted).map_err(|error| format!("that name does not work: {error}"))?;
        let Some(before) = self.guests.here.get(&id).map(|guest| guest.name.clone()) else {
            return Err(String::new());
        };
        if before == name {
            return Ok(format!("you are called {name}"));
        }
        if is_like_address(&name) {
            return Err("that name looks like an address; choose another".to_owned());
        }
        if name.as_str().starts_with('*') {
            return Err("the room's own lines begin with *; choose another name".to_owned());
        }
        if !self.roster.guest_may(id, &name) {
            return Err(format!("somebody here is called {name}, or much like it; choose another"));
        }
        let renamed = self.guests.here.get(&id).and_then(|guest| guest.former.back()).map(|(_, at)| *at);
        if renamed.is_some_and(|at| now.boot_ms.saturating_sub(at) < RENAME_EVERY_MS) {
            return Err("you changed your name a moment ago; try again".to_owned());
        }
        self.roster.guest_gone(id, &before);
        self.roster.guest_named(id, &name);
        self.guests.rename(id, &name, now.boot_ms);
        self.tell_guests(vec![note(Some(id), format!("{before} is now called {name}"))], out);
        Ok(format!("you are called {name} now"))
    }

    /// A name from the address that nobody has.
    fn free_name(&self, id: ConnId, address: IpAddr) -> Nickname {
        let used: HashSet<&Nickname> = self.guests.at(address).map(|(_, guest)| &guest.name).collect();
        let numbers = 1..=u32::MAX;
        let mut names = numbers.map(|number| of_address(address, number));
        let free = |name: &Nickname| !used.contains(name) && self.roster.guest_may(id, name);
        names.find(free).unwrap_or_else(Nickname::fallback)
    }

    /// Who is here, in one line.
    fn who(&self, asker: ConnId) -> String {
        let members = self.roster.everybody().map(|row| (row.name.to_string(), false));
        let guests = self.guests.here.iter().map(|(id, guest)| {
            let you = if *id == asker { " (you)" } else { "" };
            (format!("{}{you}", guest.name), true)
        });
        let all = self.roster.present() + self.guests.here.len();
        let (mut words, mut named, mut in_guests) = ("here: ".to_owned(), 0, false);
        for (name, is_guest) in members.chain(guests).take(WHO_NAMES) {
            if words.len() > WHO_BYTES {
                break;
            }
            if is_guest && !std::mem::replace(&mut in_guests, true) {
                words.push_str(if named > 0 { "; without the app: " } else { "without the app: " });
            } else if named > 0 {
                words.push_str(", ");
            }
            words.push_str(&name);
            named += 1;
        }
        if all > named {
            words.extend([" and ", &(all - named).to_string(), " more"]);
        }
        words
    }
}
