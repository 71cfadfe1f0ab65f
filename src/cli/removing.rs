//! `/remove ID` and `/remove all NAME`: words that go.

use std::collections::{HashMap, VecDeque};

use super::talk::{ROOM, Talk};
use crate::session::Command;
use crate::types::{Author, Content, MemberKey, Message, Nickname, OpId, Removal};

/// Printed messages that can be removed by their identity: as far as anybody scrolls up.
const PRINTED: usize = 4_096;

/// Who said what was printed last.
#[derive(Default)]
pub(super) struct Printed {
    order: VecDeque<OpId>,
    authors: HashMap<OpId, (Author, Nickname)>,
}

impl Printed {
    /// Notes what was said. What the room itself says is nobody's words, whoever signed it.
    pub(super) fn add(&mut self, message: &Message) {
        if !matches!(message.content, Content::Post(_)) {
            return;
        }
        if self.authors.insert(message.id, (message.author, message.name.clone())).is_none() {
            self.order.push_back(message.id);
        }
        if self.order.len() > PRINTED
            && let Some(oldest) = self.order.pop_front()
        {
            self.authors.remove(&oldest);
        }
    }

    /// Whether words of a guest stand under this name.
    fn has_guest(&self, name: &str) -> bool {
        self.authors.values().any(|(author, known)| author.key().is_none() && known.as_str() == name)
    }

    /// Whose words stand under this name, of members.
    pub(super) fn called(&self, name: &str) -> Vec<MemberKey> {
        let of = |(author, known): &(Author, Nickname)| author.key().filter(|_| known.as_str() == name);
        let mut keys: Vec<MemberKey> = self.authors.values().filter_map(of).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

impl Talk {
    /// Removes what the line names: a message by its identity, or everything that somebody said.
    pub(super) fn remove(&mut self, rest: &str) {
        if matches!(rest.trim(), "" | "all") {
            let text = "say /remove ID, or /remove all NAME for everything that somebody said";
            return self.notice("no-such-message", text);
        }
        match rest.split_once(' ') {
            Some(("all", name)) => self.remove_all(name.trim()),
            _ => self.remove_one(rest),
        }
    }

    fn remove_one(&mut self, id: &str) {
        let id = id.parse::<OpId>().ok();
        let Some((id, (author, name))) =
            id.and_then(|id| Some((id, self.printed_before.authors.get(&id)?.clone())))
        else {
            let text = "no message with that id was printed here; the id of each is in its event with --json";
            return self.notice("no-such-message", text);
        };
        let author = author.key().unwrap_or(MemberKey::GUESTS);
        self.does(Command::Remove(ROOM, Removal { author, name, which: Some(id) }));
    }

    fn remove_all(&mut self, name: &str) {
        let nobody = format!("nobody here is or was called \"{name}\"; see /who");
        let Ok(nick) = Nickname::new(name) else { return self.notice("no-such-person", &nobody) };
        let here = self.people.iter().find(|person| person.name == nick).map(|person| person.key);
        let author = match (here, &*self.printed_before.called(name)) {
            (Some(author), _) => author,
            (None, [author]) => *author,
            (None, []) if self.guests.names.contains(&nick) || self.printed_before.has_guest(name) => {
                let text = format!("{name} has no app: remove what was said one by one, with /remove ID");
                return self.notice("no-app", &text);
            }
            (None, []) => return self.notice("no-such-person", &nobody),
            (None, _) => {
                let text = format!(
                    "more than one person was called \"{name}\"; remove what they said one by one, with /remove ID"
                );
                return self.notice("which-person", &text);
            }
        };
        self.does(Command::Remove(ROOM, Removal { author, name: nick, which: None }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{MemberId, MessageText, Seq};

    #[test]
    fn as_many_printed_messages_are_known_as_the_limit_and_no_more() {
        let message = |n: usize| {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&(n as u64).to_be_bytes());
            Message {
                seq: Seq(n as u64 + 1),
                prev: Seq(n as u64),
                id: OpId(id),
                author: Author::Guest,
                member: MemberId(0),
                name: Nickname::new("Bo").unwrap(),
                at_ms: 0,
                content: Content::Post(MessageText::new("Hi").unwrap()),
            }
        };
        let mut printed = Printed::default();
        (0..PRINTED).for_each(|n| printed.add(&message(n)));
        printed.add(&message(0));
        assert!(printed.authors.contains_key(&message(0).id), "nothing goes for what is there");
        printed.add(&message(PRINTED));
        assert_eq!((printed.authors.len(), printed.order.len()), (PRINTED, PRINTED));
        assert!(!printed.authors.contains_key(&message(0).id));
    }
}
