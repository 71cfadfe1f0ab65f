//! Guests who are sent away, or whose address is kept out.
//!
//! A guest has no key: what is done about it is done about who has its name just then. Like every act it is an entry, and has
//! effect once that is durable; so who is meant is noted with it, whatever the name does meanwhile.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::Guest;
use crate::room::contract::{ConnId, Output, RoomNotice};
use crate::room::{Now, Room};
use crate::types::limits::KEPT_OUT;
use crate::types::{Act, MemberKey, Nickname, Verb};

/// What somebody reads whose address is kept out.
pub(super) const KEPT_OUT_WORDS: &str = "the host keeps your address out";

/// Who goes once an act is durable.
#[derive(Debug, Clone)]
pub(in crate::room) struct Ousted {
    guest: ConnId,
    /// From where nobody comes in any more, for a ban.
    address: Option<IpAddr>,
    by_host: bool,
}

impl Room {
    /// The host sends a guest away, or keeps its address out.
    pub(in crate::room) fn act_on_guest(
        &mut self,
        now: Now,
        name: Nickname,
        keep_out: bool,
        out: &mut Vec<Output>,
    ) {
        let verb = if keep_out { Verb::Ban } else { Verb::Remove };
        let act = Act { verb, whom: MemberKey::GUESTS, name, until_ms: None, by_address: keep_out };
        if self.is_about_a_guest(now, &act) {
            return self.act(now, act, out);
        }
        out.push(Output::Tell(RoomNotice::NoSuchGuest(act.name)));
    }

    /// Whether a guest is called so, or was a moment ago.
    pub(in crate::room) fn has_guest(&self, now: Now, name: &Nickname) -> bool {
        self.guests.called(name, now.boot_ms).is_some()
    }

    /// Whether this is an act that there is about guests, and such a guest is here. Without a key nobody is told apart from
    /// others at the address for a time, or muted for more than a connection.
    pub(in crate::room) fn is_about_a_guest(&self, now: Now, act: &Act) -> bool {
        act.whom == MemberKey::GUESTS
            && matches!(act.verb, Verb::Remove | Verb::Ban)
            && act.until_ms.is_none()
            && self.has_guest(now, &act.name)
    }

    /// Who goes by this act, by the names that guests have now.
    pub(in crate::room) fn ousted(&self, now: Now, act: &Act, by_host: bool) -> Option<Ousted> {
        if !self.is_about_a_guest(now, act) {
            return None;
        }
        let (guest, address) = self.guests.called(&act.name, now.boot_ms)?;
        let address = (act.verb == Verb::Ban).then_some(address);
        Some(Ousted { guest, address, by_host })
    }

    /// The act is durable.
    pub(in crate::room) fn oust(&mut self, now: Now, ousted: &Ousted, out: &mut Vec<Output>) {
        let words = if ousted.by_host { "the host sent you away" } else { "a moderator sent you away" };
        let Some(address) = ousted.address else {
            return self.send_away(now, ousted.guest, words, out);
        };
        self.send_all_away(now, |guest| guest.address == address, words, out);
        let kept_out = &mut self.facts.guests.kept_out;
        kept_out.retain(|kept| *kept != address);
        if kept_out.len() >= KEPT_OUT {
            // The one that was kept out first has stayed away for longest.
            kept_out.remove(0);
        }
        kept_out.push(address);
        self.tell_rules(out);
    }

    /// An address is not kept out any more.
    pub(in crate::room) fn let_in(&mut self, address: IpAddr, out: &mut Vec<Output>) {
        self.facts.guests.kept_out.retain(|kept| *kept != address);
        self.tell_rules(out);
    }

    /// Sends away who comes from where nobody may come from any more.
    pub(in crate::room) fn send_banned_guests_away(&mut self, now: Now, out: &mut Vec<Output>) {
        let addresses: BTreeSet<IpAddr> = self.guests.here.values().map(|guest| guest.address).collect();
        let banned: Vec<IpAddr> =
            addresses.into_iter().filter(|address| self.keeps_guests_out(now, *address)).collect();
        self.send_all_away(now, |guest| banned.contains(&guest.address), KEPT_OUT_WORDS, out);
    }

    pub(super) fn send_all_away(
        &mut self,
        now: Now,
        goes: impl Fn(&Guest) -> bool,
        words: &str,
        out: &mut Vec<Output>,
    ) {
        let going: Vec<_> =
            self.guests.here.iter().filter(|(_, guest)| goes(guest)).map(|(id, _)| *id).collect();
        for id in going {
            self.send_away(now, id, words, out);
        }
    }

    pub(super) fn send_away(&mut self, now: Now, id: ConnId, words: &str, out: &mut Vec<Output>) {
        if self.guests.here.contains_key(&id) {
            self.close_guest(id, words, out);
            self.guest_gone(now, id);
        }
    }
}
