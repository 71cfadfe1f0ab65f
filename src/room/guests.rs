//! The guests of a room: who is here without the app, what they may do, and what they are told.
//!
//! Nothing of a guest is encrypted or proven. So members are told that one is here before their next line can
//! reach it ([`crate::types::Audience`]), a guest's line is an entry of the host's own, and a guest's name is
//! never one that a member has. In a classic room a guest is told what was said, under addresses, and nothing
//! else: then every note is left out.

mod away;
mod come;
mod names;
mod relay;

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

pub(super) use self::away::Ousted;
use super::contract::{ConnId, ForGuests, Output};
use super::{Now, Room};
use crate::types::limits::{GUEST_NAMES, PRESENCE_EVERY_MS};
use crate::types::{GuestList, Nickname};
use crate::wire::message::{Passing, RosterMember, ServerMessage};
use crate::wire::text::GuestLine;

/// Names in one note of who came or left; more become a count.
const NAMES_IN_A_NOTE: usize = 3;

/// Guests whose list is told as often as who came and left; a longer one is told less often.
const LIST_AT_ONCE: usize = 8;
/// Milliseconds between two longer lists.
const LIST_EVERY_MS: u64 = 1_000;

/// Former names of one guest that are remembered, and for how many milliseconds: who sends somebody away may have
/// read the name a moment before it was changed.
const FORMER_NAMES: usize = 8;
const FORMER_NAME_MS: u64 = 30_000;

/// One guest.
struct Guest {
    address: IpAddr,
    name: Nickname,
    /// Names that it had, and until when, in boot milliseconds; the newest last.
    former: VecDeque<(Nickname, u64)>,
}

impl Guest {
    fn new(address: IpAddr, name: Nickname) -> Self {
        Self { address, name, former: VecDeque::new() }
    }

    fn rename(&mut self, name: Nickname, now_ms: u64) {
        if self.former.len() >= FORMER_NAMES {
            self.former.pop_front();
        }
        self.former.push_back((std::mem::replace(&mut self.name, name), now_ms));
    }

    /// Until when it had this name, where that was a moment ago.
    fn had(&self, name: &Nickname, now_ms: u64) -> Option<u64> {
        let mut times =
            self.former.iter().rev().filter(|(former, _)| former == name).map(|(_, until)| *until);
        times.next().filter(|until| now_ms.saturating_sub(*until) <= FORMER_NAME_MS)
    }
}

/// Who is here without the app, and what of that was not told yet.
#[derive(Default)]
pub(super) struct Guests {
    here: BTreeMap<ConnId, Guest>,
    /// Who came, and who left, since the last notice.
    joined: Vec<(ConnId, Nickname)>,
    left: Vec<Nickname>,
    /// When the next notice goes out, boot milliseconds.
    due: Option<u64>,
    told_at: Option<u64>,
    /// When members are told the list, boot milliseconds.
    list_due: Option<u64>,
    list_told_at: Option<u64>,
    /// What every member knows; none where they know different things.
    list_told: Option<GuestList>,
}

impl Guests {
    /// Who is here, for members.
    pub(super) fn list(&self) -> GuestList {
        GuestList {
            names: self.here.values().take(GUEST_NAMES).map(|guest| guest.name.clone()).collect(),
            count: u32::try_from(self.here.len()).unwrap_or(u32::MAX),
        }
    }

    /// When a notice is due, boot milliseconds.
    pub(super) fn next_tick(&self) -> Option<u64> {
        self.due.into_iter().chain(self.list_due).min()
    }

    /// Who is here, for a member that comes.
    pub(super) fn list_for_one(&mut self) -> GuestList {
        let list = self.list();
        if self.list_told.as_ref() != Some(&list) {
            self.list_told = None;
        }
        list
    }

    /// Who is here, for all members, if that is due and news.
    fn list_for_all(&mut self, now_ms: u64) -> Option<GuestList> {
        self.list_due.take_if(|due| *due <= now_ms)?;
        let list = self.list();
        if self.list_told.replace(list.clone()).as_ref() == Some(&list) {
            return None;
        }
        self.list_told_at = Some(now_ms);
        Some(list)
    }

    fn at(&self, address: IpAddr) -> impl Iterator<Item = (&ConnId, &Guest)> {
        self.here.iter().filter(move |(_, guest)| guest.address == address)
    }

    /// Who has this name, or else who had it last and not long ago.
    fn called(&self, name: &Nickname, now_ms: u64) -> Option<(ConnId, IpAddr)> {
        let now = self.here.iter().find(|(_, guest)| guest.name == *name);
        let had = || {
            let times =
                self.here.iter().filter_map(|(id, guest)| Some((guest.had(name, now_ms)?, id, guest)));
            times.max_by_key(|(until, ..)| *until).map(|(_, id, guest)| (id, guest))
        };
        now.or_else(had).map(|(id, guest)| (*id, guest.address))
    }

    fn come(&mut self, id: ConnId, guest: Guest, now_ms: u64) {
        self.joined.push((id, guest.name.clone()));
        self.here.insert(id, guest);
        self.schedule(now_ms);
    }

    fn go(&mut self, id: ConnId, now_ms: u64) -> Option<Guest> {
        let guest = self.here.remove(&id)?;
        let told = self.joined.len();
        self.joined.retain(|(joined, _)| *joined != id);
        if self.joined.len() == told {
            self.left.push(guest.name.clone());
        }
        self.schedule(now_ms);
        Some(guest)
    }

    fn rename(&mut self, id: ConnId, name: &Nickname, now_ms: u64) {
        if let Some(guest) = self.here.get_mut(&id) {
            guest.rename(name.clone(), now_ms);
        }
        for (joined, known) in &mut self.joined {
            if *joined == id {
                *known = name.clone();
            }
        }
        self.schedule(now_ms);
    }

    /// What guests are told of each other, if a notice is due.
    fn flush(&mut self, now_ms: u64) -> Option<Vec<ForGuests>> {
        self.due.take_if(|due| *due <= now_ms)?;
        self.told_at = Some(now_ms);
        let joined = std::mem::take(&mut self.joined);
        let left = std::mem::take(&mut self.left);
        let names: Vec<&Nickname> = joined.iter().map(|(_, name)| name).collect();
        let mut notes = Vec::new();
        if let Some(words) = in_words(&names, "joined") {
            // Who comes alone knows it; among several, it reads its own name too.
            let from = joined.first().filter(|_| joined.len() == 1).map(|(id, _)| *id);
            notes.push(note(from, words));
        }
        notes.extend(in_words(&left.iter().collect::<Vec<_>>(), "left").map(|words| note(None, words)));
        Some(notes)
    }

    fn schedule(&mut self, now_ms: u64) {
        let after = |told: Option<u64>, wait| told.map_or(0, |told| told.saturating_add(wait)).max(now_ms);
        self.due.get_or_insert(after(self.told_at, PRESENCE_EVERY_MS));
        let wait = if self.here.len() > LIST_AT_ONCE { LIST_EVERY_MS } else { PRESENCE_EVERY_MS };
        let due = after(self.list_told_at, wait);
        self.list_due = Some(self.list_due.map_or(due, |before| before.min(due)));
    }
}

impl Room {
    /// Tells who came and who left: members of guests, and guests of both.
    pub(super) fn tell_presence(&mut self, now: Now, out: &mut Vec<Output>) {
        let mut notes = Vec::new();
        if let Some(passing) = self.presence.flush(self.roster.present(), now.boot_ms) {
            notes.extend(notes_of(&passing));
            out.push(Output::SendToAll(passing));
        }
        if let Some(more) = self.guests.flush(now.boot_ms) {
            notes.extend(more);
        }
        if let Some(list) = self.guests.list_for_all(now.boot_ms) {
            let frames = self.conns.keys().map(|id| Output::Send(*id, ServerMessage::Guests(list.clone())));
            out.extend(frames);
        }
        self.tell_guests(notes, out);
    }

    /// To all guests; a classic room says nothing by itself.
    fn tell_guests(&self, mut lines: Vec<ForGuests>, out: &mut Vec<Output>) {
        if self.facts.guests.classic {
            lines.retain(|told| matches!(told.line, GuestLine::Said { .. }));
        }
        if !lines.is_empty() && !self.guests.here.is_empty() {
            out.push(Output::ToGuests(lines));
        }
    }

    /// The room's own words to one guest; a classic room has none.
    fn tell_guest(&self, id: ConnId, words: impl Into<String>, out: &mut Vec<Output>) {
        if !self.facts.guests.classic {
            out.push(Output::ToGuest(id, GuestLine::Note(words.into())));
        }
    }

    /// Closes a guest's connection, and says why.
    fn close_guest(&self, id: ConnId, words: &str, out: &mut Vec<Output>) {
        let words = (!self.facts.guests.classic).then(|| GuestLine::Note(words.to_owned()));
        out.push(Output::CloseGuest(id, words));
    }
}

/// What a guest from this address is called at first, where nobody else is.
pub fn guest_name(address: IpAddr) -> Nickname {
    names::of_address(address, 1)
}

fn note(from: Option<ConnId>, words: String) -> ForGuests {
    ForGuests { from, line: GuestLine::Note(words) }
}

/// What guests are told of members who came and left.
fn notes_of(passing: &Passing) -> Vec<ForGuests> {
    let names = |members: &'_ [RosterMember]| -> Vec<Nickname> {
        members.iter().map(|member| member.name.clone()).collect()
    };
    let (joined, left) = (names(&passing.joined), names(&passing.left));
    let words = [
        in_words(&joined.iter().collect::<Vec<_>>(), "joined"),
        in_words(&left.iter().collect::<Vec<_>>(), "left"),
        (passing.unnamed > 0).then(|| format!("{} others came or left", passing.unnamed)),
    ];
    words.into_iter().flatten().map(|words| note(None, words)).collect()
}

/// "Ana, Bo and 3 others joined"; none where there is nobody.
fn in_words(names: &[&Nickname], verb: &str) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(format!("{one} {verb}")),
        [one, other] => Some(format!("{one} and {other} {verb}")),
        [one, two, three] if names.len() == NAMES_IN_A_NOTE => {
            Some(format!("{one}, {two} and {three} {verb}"))
        }
        [one, two, rest @ ..] => Some(format!("{one}, {two} and {} others {verb}", rest.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(count: usize) -> Option<String> {
        let names: Vec<Nickname> =
            (1..=count).map(|number| Nickname::new(&format!("m{number}")).unwrap()).collect();
        in_words(&names.iter().collect::<Vec<_>>(), "joined")
    }

    #[test]
    fn three_are_named_and_more_are_counted() {
        let expected = [
            None,
            Some("m1 joined"),
            Some("m1 and m2 joined"),
            Some("m1, m2 and m3 joined"),
            Some("m1, m2 and 2 others joined"),
        ];
        for (count, words) in expected.into_iter().enumerate() {
            assert_eq!(said(count).as_deref(), words);
        }
    }

    #[test]
    fn who_comes_and_goes_between_two_notices_is_not_told_to_guests() {
        let mut guests = Guests::default();
        let guest = |name: &str| Guest::new([10, 0, 0, 1].into(), Nickname::new(name).unwrap());
        guests.come(ConnId(1), guest("a"), 0);
        assert_eq!(guests.flush(0), Some(vec![note(Some(ConnId(1)), "a joined".to_owned())]));
        guests.come(ConnId(2), guest("b"), 10);
        guests.go(ConnId(2), 20);
        assert!(guests.list_for_all(10).is_some());
        assert_eq!((guests.flush(249), guests.next_tick()), (None, Some(250)));
        assert_eq!(guests.flush(250), Some(vec![]));
    }
}
