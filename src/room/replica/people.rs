//! Who is here and who is typing, as far as it was heard. Nothing of it is kept.

use std::collections::BTreeMap;

use super::contract::{ReplicaOutput, Told};
use crate::types::limits::{PEOPLE_KEPT, ROSTER_PAGE, TYPING_MS};
use crate::types::{GuestList, MemberId, MemberKey, Nickname, Now};
use crate::wire::message::{ClientMessage, Passing, RosterMember, RosterPage};

/// Milliseconds after which the roster is asked for again, where its count and what was told do not agree.
const ASK_AGAIN_MS: u64 = 2_000;
/// Milliseconds that others' typing is shown without being heard of again: a notice may have been dropped.
const TYPING_SHOWN_MS: u64 = 5 * TYPING_MS;

#[derive(Debug, Default)]
pub(super) struct People {
    me: Option<MemberId>,
    present: BTreeMap<MemberId, RosterMember>,
    /// How many there are in all.
    total: u32,
    /// The roster was asked for on this connection: what passed before is in it.
    in_room: bool,
    /// Pages of the roster are on their way.
    asked: bool,
    ask_at: Option<u64>,
    typing_until: Option<u64>,
    /// Who was told to be here without encryption.
    guests: GuestList,
    guests_forgotten: bool,
    /// I said that I am typing; it holds at the host until then, boot milliseconds.
    i_type_until: Option<u64>,
}

impl People {
    pub(super) fn welcome(&mut self, me: MemberId) {
        self.me = Some(me);
    }

    pub(super) fn lost(&mut self) {
        let typing_until = self.typing_until.map(|_| 0);
        // What was told of guests is compared with what the next host says.
        let guests = std::mem::take(&mut self.guests);
        *self = Self { typing_until, guests, guests_forgotten: true, ..Self::default() };
    }

    pub(super) fn next_tick(&self) -> Option<u64> {
        self.ask_at.into_iter().chain(self.typing_until).min()
    }

    /// Asks for the roster, from its beginning.
    pub(super) fn ask(&mut self, out: &mut Vec<ReplicaOutput>) {
        self.in_room = true;
        self.asked = true;
        self.ask_at = None;
        self.present.clear();
        ask_page(0, out);
    }

    pub(super) fn page(&mut self, page: RosterPage, out: &mut Vec<ReplicaOutput>) {
        if !self.asked {
            return;
        }
        let got = u32::try_from(page.members.len()).unwrap_or(u32::MAX);
        self.present.extend(page.members.into_iter().map(|row| (row.member, row)));
        self.total = page.total;
        let next = page.offset.saturating_add(got);
        if got > 0 && next < page.total && self.present.len() < PEOPLE_KEPT {
            return ask_page(next, out);
        }
        self.asked = false;
        let everybody = self.present.values().cloned().collect();
        out.push(ReplicaOutput::Tell(Told::Roster(everybody, self.total)));
    }

    pub(super) fn passing(&mut self, passing: Passing, now: Now, out: &mut Vec<ReplicaOutput>) {
        if !self.in_room {
            return;
        }
        let others = |row: &RosterMember| Some(row.member) != self.me;
        let mut joined: Vec<RosterMember> =
            passing.joined.iter().filter(|row| others(row)).cloned().collect();
        let mut left: Vec<RosterMember> = passing.left.iter().filter(|row| others(row)).cloned().collect();
        // The roster may have said already what a notice, which gathers, says only now.
        let complete = self.present.len() < PEOPLE_KEPT;
        left.retain(|row| self.present.remove(&row.member).is_some() || !complete);
        joined.retain(|row| !self.present.contains_key(&row.member));
        for row in &joined {
            if self.present.len() < PEOPLE_KEPT {
                self.present.insert(row.member, row.clone());
            }
        }
        // While the roster is on its way, it says all of this.
        if !self.asked {
            let tell = |told| ReplicaOutput::Tell(told);
            out.extend((!joined.is_empty()).then(|| tell(Told::Joined(joined))));
            out.extend((!left.is_empty()).then(|| tell(Told::Left(left))));
            out.extend((passing.unnamed > 0).then(|| tell(Told::Crowd(passing.unnamed))));
        }
        if let Some(total) = passing.present {
            self.total = total;
            let known = u32::try_from(self.present.len()).unwrap_or(u32::MAX);
            if known != total && self.present.len() < PEOPLE_KEPT && !self.asked {
                self.ask_at.get_or_insert(now.boot_ms.saturating_add(ASK_AGAIN_MS));
            }
        }
        if let Some((typing, more)) = passing.typing {
            self.others_type(&typing, more, now, out);
        }
    }

    /// Who is here without encryption, if that is not what was told last.
    pub(super) fn guests(&mut self, guests: GuestList, out: &mut Vec<ReplicaOutput>) {
        // On a new connection whoever reads it has forgotten, so it is said again; but nobody has to hear that
        // there are none where there were none.
        let again = std::mem::take(&mut self.guests_forgotten) && guests.count > 0;
        if self.guests != guests || again {
            self.guests = guests.clone();
            out.push(ReplicaOutput::Tell(Told::Guests(guests)));
        }
    }

    /// A member goes by another name from here on.
    pub(super) fn renamed(&mut self, key: &MemberKey, name: &Nickname, out: &mut Vec<ReplicaOutput>) {
        let told = self.in_room && !self.asked;
        let other = |row: &&mut RosterMember| row.key == *key && row.name != *name;
        for row in self.present.values_mut().filter(other) {
            row.name = name.clone();
            if told {
                out.push(ReplicaOutput::Tell(Told::Called(row.clone())));
            }
        }
    }

    pub(super) fn tick(&mut self, now: Now, out: &mut Vec<ReplicaOutput>) {
        if self.typing_until.take_if(|until| *until <= now.boot_ms).is_some() {
            out.push(ReplicaOutput::Tell(Told::Typing(Vec::new(), 0)));
        }
        if self.ask_at.take_if(|at| *at <= now.boot_ms).is_some() {
            self.ask(out);
        }
    }

    /// Tells the host that I type, not more often than is needed for it to hold.
    pub(super) fn i_type(&mut self, typing: bool, now: Now, out: &mut Vec<ReplicaOutput>) {
        let send = ReplicaOutput::Send(ClientMessage::Typing(typing));
        if typing && self.me.is_some() {
            if self.i_type_until.is_none_or(|until| until <= now.boot_ms.saturating_add(TYPING_MS / 2)) {
                self.i_type_until = Some(now.boot_ms.saturating_add(TYPING_MS));
                out.push(send);
            }
        } else if self.i_type_until.take().is_some() {
            out.push(send);
        }
    }

    /// I said something, so I am not typing any more; the host knows that by itself.
    pub(super) fn said(&mut self) {
        self.i_type_until = None;
    }

    fn others_type(&mut self, typing: &[MemberId], more: u32, now: Now, out: &mut Vec<ReplicaOutput>) {
        let others: Vec<&MemberId> = typing.iter().filter(|member| Some(**member) != self.me).collect();
        let names: Vec<Nickname> =
            others.iter().filter_map(|member| self.present.get(member)).map(|row| row.name.clone()).collect();
        let unknown = u32::try_from(others.len() - names.len()).unwrap_or(0);
        // Where I type and am not named, I am one of the others who are only counted.
        let me_unnamed = others.len() == typing.len() && self.i_type_until > Some(now.boot_ms);
        let more = more.saturating_sub(u32::from(me_unnamed)).saturating_add(unknown);
        self.typing_until =
            (!names.is_empty() || more > 0).then(|| now.boot_ms.saturating_add(TYPING_SHOWN_MS));
        out.push(ReplicaOutput::Tell(Told::Typing(names, more)));
    }
}

fn ask_page(offset: u32, out: &mut Vec<ReplicaOutput>) {
    let max = u32::try_from(ROSTER_PAGE).unwrap_or(u32::MAX);
    out.push(ReplicaOutput::Send(ClientMessage::Roster(offset, max)));
}
