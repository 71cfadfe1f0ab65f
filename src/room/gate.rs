//! Who may come into a room that has a password.
//!
//! A connection whose key has not proven it stands at the gate: it is in no list, has no number, hears nothing of the
//! room, and nothing is heard of it but the messages of the proof. It does not stand there long, because whoever has to
//! think of the password comes again with it. An invite with a token stands for the password, for whom it is made. What is
//! proven is written down before anybody is let in by it, so a member never has to prove it twice.

mod invites;
mod knock;
mod tries;

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use self::tries::Tries;
use super::log::Lock;
use super::{ConnId, Known, Output, Room, RoomNotice};
use crate::types::limits::{AT_GATE, AT_GATE_PER_ADDRESS, HANDSHAKE_MS};
use crate::types::{Admission, Goodbye, InviteEnd, Issued, Knock, MemberKey, Nickname, Now};
use crate::wire::chain;
use crate::wire::message::{ClientMessage, Hello, ServerMessage};

/// Who may come in, and who wants to.
pub(super) struct Gate {
    /// Which password it is, of all that the room had.
    epoch: u32,
    admitted: HashSet<MemberKey>,
    /// The host is asked about each newcomer.
    asks: bool,
    /// Who waits for that, as the host was told.
    told: Vec<Knock>,
    /// What may be brought instead.
    invites: Vec<Issued>,
    waiting: BTreeMap<ConnId, Waiting>,
    tries: Tries,
}

/// Somebody at the gate.
struct Waiting {
    hello: Box<Hello>,
    address: Option<IpAddr>,
    /// What both ends of this very connection share.
    binding: [u8; 32],
    /// How far it is.
    step: Step,
    /// When it is sent away, boot milliseconds.
    by: u64,
}

/// How far somebody is with the proof.
enum Step {
    /// It was asked for the password.
    Asked,
    /// The host is asked whether it may come in; with its name, once it has said that.
    Knocks(Option<Nickname>),
    /// It tries one, and was answered; what its proof is held against.
    Tries(Vec<u8>),
    /// It has proven it, or brought this invite, and that is being written down.
    Proven(Option<Brought>),
}

/// An invite that somebody brought.
#[derive(Clone, Copy)]
struct Brought {
    number: u32,
    /// It did not bring it before.
    first: bool,
}

impl Gate {
    pub(super) fn new(known: &mut Known) -> Self {
        Self {
            epoch: known.password_epoch,
            admitted: std::mem::take(&mut known.admitted),
            asks: known.asks,
            told: Vec::new(),
            invites: std::mem::take(&mut known.invites),
            waiting: BTreeMap::new(),
            tries: Tries::default(),
        }
    }

    /// Who is at the gate.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &ConnId> {
        self.waiting.keys()
    }

    pub(super) fn gone(&mut self, id: ConnId) {
        self.waiting.remove(&id);
    }

    /// When somebody is to be sent away, boot milliseconds.
    pub(super) fn due(&self) -> Option<u64> {
        self.waiting.values().map(|waiting| waiting.by).min()
    }

    fn at(&mut self, id: ConnId, step: Step) {
        if let Some(waiting) = self.waiting.get_mut(&id) {
            waiting.step = step;
        }
    }

    fn is_full_for(&self, address: Option<IpAddr>) -> bool {
        let near = self.waiting.values().filter(|waiting| waiting.address == address).count();
        self.waiting.len() >= AT_GATE || near >= AT_GATE_PER_ADDRESS
    }
}

impl Room {
    /// From here on the room has this password, the one of this epoch, or none. Whoever proved an earlier one has this one
    /// yet to prove: everybody but the host is sent away, to come again, and so are guests, who prove nothing.
    pub fn relock(&mut self, now: Now, lock: Option<Box<dyn Lock>>, epoch: u32) -> Vec<Output> {
        let mut out = Vec::new();
        if self.closed {
            return out;
        }
        self.parts.lock = lock;
        self.gate.epoch = epoch;
        self.gate.admitted.clear();
        self.gate.invites.clear();
        let mut away: Vec<ConnId> = self.gate.waiting().copied().collect();
        if self.parts.lock.is_some() {
            let members = self.conns.iter().filter(|(_, conn)| conn.key != self.facts.host);
            away.extend(members.map(|(id, _)| *id));
            if self.facts.guests.allowed {
                self.set_guests(now, self.facts.guests.clone(), &mut out);
            }
        }
        for id in away {
            self.close(now, id, Goodbye::Other, &mut out);
        }
        self.settle(now, &mut out);
        out
    }

    /// Whether this key has the password yet to prove. The host's own has not.
    pub(super) fn needs_password(&self, key: &MemberKey) -> bool {
        self.parts.lock.is_some() && *key != self.facts.host && !self.gate.admitted.contains(key)
    }

    /// Asks for the password whoever does not bring an invite that stands for it.
    pub(super) fn ask_password(
        &mut self,
        now: Now,
        (id, address, binding): (ConnId, Option<IpAddr>, [u8; 32]),
        hello: Box<Hello>,
        out: &mut Vec<Output>,
    ) {
        let late = address.and_then(|address| self.gate.tries.wait(address, now.boot_ms));
        if let Some(wait_ms) = late.or(self.gate.is_full_for(address).then_some(HANDSHAKE_MS)) {
            return send_away(id, wait_ms, out);
        }
        let step = match hello.token.map(|token| self.brought(now, &token, &hello.member_key)) {
            None => {
                out.push(Output::Send(id, ServerMessage::NeedPassword(0)));
                Step::Asked
            }
            Some(Ok(brought)) => {
                let (key, epoch, invite) = (hello.member_key, self.gate.epoch, Some(brought.number));
                out.push(Output::Admit(id, Admission { key, epoch, invite }));
                Step::Proven(Some(brought))
            }
            Some(Err(end)) => {
                // One that there never was is as good as a password that somebody guessed.
                if end == InviteEnd::Unknown && self.may_not_try(now, (id, address), out) {
                    return;
                }
                out.push(Output::Send(id, ServerMessage::InviteEnded(end)));
                Step::Asked
            }
        };
        let by = now.boot_ms.saturating_add(HANDSHAKE_MS);
        self.gate.waiting.insert(id, Waiting { hello, address, binding, step, by });
    }

    /// Counts a try, and sends away whoever had too many.
    fn may_not_try(
        &mut self,
        now: Now,
        (id, address): (ConnId, Option<IpAddr>),
        out: &mut Vec<Output>,
    ) -> bool {
        let Some(address) = address else { return false };
        let Some(late) = self.gate.tries.begin(address, now.boot_ms) else { return false };
        self.gate.gone(id);
        if late.news {
            out.push(Output::Tell(RoomNotice::Guessing(address)));
        }
        send_away(id, late.wait_ms, out);
        true
    }

    /// What somebody at the gate says. Whatever is not the next message of the proof ends it.
    pub(super) fn at_gate(&mut self, now: Now, id: ConnId, message: &ClientMessage, out: &mut Vec<Output>) {
        let Some(waiting) = self.gate.waiting.get(&id) else { return };
        match (message, &waiting.step) {
            (ClientMessage::Ping(_) | ClientMessage::Pong(_) | ClientMessage::Skipped(_), _) => {}
            (ClientMessage::Bye(_), _) => self.close(now, id, Goodbye::Leaving, out),
            (ClientMessage::Introduce(name), Step::Knocks(None)) => self.knocked(id, name.clone()),
            (ClientMessage::Ke1(ke1), Step::Asked) => self.try_begins(now, id, ke1, out),
            (ClientMessage::Ke3(ke3), Step::Tries(state)) => {
                if self.parts.lock.as_deref().is_some_and(|lock| lock.finish(state, ke3)) {
                    let (key, epoch) = (waiting.hello.member_key, self.gate.epoch);
                    self.gate.at(id, Step::Proven(None));
                    out.push(Output::Admit(id, Admission { key, epoch, invite: None }));
                } else {
                    self.close(now, id, Goodbye::Protocol, out);
                }
            }
            _ => self.close(now, id, Goodbye::Protocol, out),
        }
    }

    fn try_begins(&mut self, now: Now, id: ConnId, ke1: &[u8], out: &mut Vec<Output>) {
        let Some(waiting) = self.gate.waiting.get(&id) else { return };
        let context = chain::password_bytes(&waiting.binding, &self.facts.room_id);
        // Counted before it is looked at: whoever guesses never ends a try.
        if self.may_not_try(now, (id, waiting.address), out) {
            return;
        }
        match self.parts.lock.as_deref().and_then(|lock| lock.start(ke1, &context)) {
            Some((ke2, state)) => {
                self.gate.at(id, Step::Tries(state));
                out.push(Output::Send(id, ServerMessage::Ke2(ke2.into())));
            }
            None => self.close(now, id, Goodbye::Protocol, out),
        }
    }

    /// It is written down that somebody may come in, or could not be.
    pub(super) fn admitted(&mut self, now: Now, id: ConnId, done: Result<(), String>, out: &mut Vec<Output>) {
        let Some(waiting) = self.gate.waiting.remove(&id) else { return };
        let brought = if let Step::Proven(brought) = waiting.step { brought } else { None };
        let brought = brought.filter(|brought| brought.first);
        let key = waiting.hello.member_key;
        if let Err(reason) = done {
            if let Some(brought) = brought {
                self.gate.not_used(brought.number, &key);
            }
            self.not_storing(reason, out);
            return out.push(Output::Close(id, Goodbye::Other));
        }
        self.gate.admitted.insert(key);
        if let Some(address) = waiting.address {
            self.gate.tries.proven(address);
        }
        if let Some(brought) = brought {
            out.push(Output::Tell(RoomNotice::InviteUsed(brought.number, key)));
        }
        self.come_in(now, (id, waiting.address, waiting.binding), &waiting.hello, out);
    }

    /// Sends away who takes too long.
    pub(super) fn gate_tick(&mut self, now: Now, out: &mut Vec<Output>) {
        let late = self.gate.waiting.extract_if(.., |_, waiting| waiting.by <= now.boot_ms);
        out.extend(late.map(|(id, _)| Output::Close(id, Goodbye::Silent)));
        self.gate.tries.forget(now.boot_ms);
    }
}

fn send_away(id: ConnId, wait_ms: u64, out: &mut Vec<Output>) {
    out.push(Output::Send(id, ServerMessage::NeedPassword(wait_ms)));
    out.push(Output::Close(id, Goodbye::Other));
}
