//! Who comes and goes, and how the room stands.

use serde_json::json;

use super::{Talk, words};
use crate::session::{Notice, Person, RoomEvent};
use crate::types::{GuestList, Seq};

impl Talk {
    pub(super) fn presence(&mut self, event: RoomEvent) {
        match event {
            RoomEvent::Joined(people) => {
                for person in people {
                    let event = json!({ "event": "joined", "name": person.name });
                    self.out.event(&event, Some(&format!("* {} joined", person.name)));
                    self.people.retain(|known| known.member != person.member);
                    self.people.push(person);
                }
            }
            RoomEvent::Left(people) => {
                for person in people {
                    let event = json!({ "event": "left", "name": person.name });
                    self.out.event(&event, Some(&format!("* {} left", person.name)));
                    self.people.retain(|known| known.member != person.member);
                }
            }
            RoomEvent::Called(person) => self.called(&person),
            RoomEvent::Roster(people, _) => self.people = people,
            RoomEvent::NickTaken { wanted, free } if !self.online => self.nick_taken(wanted, free),
            RoomEvent::NickTaken { wanted, free } => {
                self.notice("nick-taken", &format!("somebody here is called {wanted}; {free} is free"));
            }
            RoomEvent::Guests(guests) => self.guests(guests),
            RoomEvent::House(house) => self.house(house),
            RoomEvent::Standings(standings) => self.standings = standings,
            RoomEvent::Words(with, words) => self.words(with, words.as_deref()),
            RoomEvent::Compared(with) => self.verified(with),
            RoomEvent::Invited(number, terms, invite) => self.invited(number, &terms, &invite),
            RoomEvent::Invites(invites) => self.invites(&invites),
            RoomEvent::InviteUsed(number, key) => self.invite_used(number, key),
            RoomEvent::Renamed(nick) => self.notice("renamed", &format!("you are called {nick} now")),
            RoomEvent::Offline(failure, wait) => {
                self.offline = true;
                self.guests = GuestList::default();
                self.inputs.guests_shown(false);
                let reason = words::failure(&failure);
                let event = json!({ "event": "offline", "reason": reason, "code": failure.code(), "retry_in_ms": wait });
                self.out.event(&event, Some(&format!("* {reason}; trying again")));
            }
            RoomEvent::Notice(notice) => {
                if notice == Notice::NewEpoch {
                    // Numbers begin anew: what was printed before says nothing of what comes now.
                    self.printed = Seq::START;
                }
                self.did_not(&notice);
                let (code, text) = words::notice(&notice);
                self.notice(code, &text);
            }
            RoomEvent::Failed(failure) => self.failed(failure.code(), &words::failure(&failure)),
            RoomEvent::Over => self.end(),
            _ => {}
        }
    }

    /// One of those who are here goes by another name: from here on commands know them by that.
    fn called(&mut self, person: &Person) {
        let Some(known) = self.people.iter_mut().find(|known| known.key == person.key) else { return };
        let before = std::mem::replace(&mut known.name, person.name.clone());
        if !person.me {
            let event = json!({ "event": "named", "before": before, "name": person.name, "key": person.key });
            self.out.event(&event, Some(&format!("* {before} is now called {}", person.name)));
        }
    }
}
