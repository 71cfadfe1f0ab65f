//! Who wants to come into a room whose host lets each newcomer in.
//!
//! Whoever is not known stands at the gate and has said nothing but a name, which the host is shown with its key and its
//! address. A room with a password asks for that instead: whoever knows it need not be looked at.

use std::net::IpAddr;

use super::{Step, Waiting};
use crate::room::{ConnId, Output, Room, RoomNotice};
use crate::types::limits::{KNOCK_MS, KNOCKS};
use crate::types::{Act, Admission, Denial, Goodbye, Knock, KnockAnswer, MemberKey, Nickname, Now, Verb};
use crate::wire::message::{Hello, ServerMessage};

impl Room {
    /// Whether the host is asked about this key before it comes in.
    pub(in crate::room) fn asks_about(&self, key: &MemberKey) -> bool {
        self.gate.asks
            && self.parts.lock.is_none()
            && *key != self.facts.host
            && !self.gate.admitted.contains(key)
            && self.roster.name(key).is_none()
            && !self.charge.is_successor(key)
    }

    /// Lets somebody wait until the host says whether they may come in.
    pub(in crate::room) fn wait_at_door(
        &mut self,
        now: Now,
        (id, address, binding): (ConnId, Option<IpAddr>, [u8; 32]),
        hello: Box<Hello>,
        out: &mut Vec<Output>,
    ) {
        let key = hello.member_key;
        // Whoever dials again stands there once.
        let before = self.gate.waiting.iter().find(|(_, waiting)| waiting.hello.member_key == key);
        if let Some(before) = before.map(|(id, _)| *id) {
            self.close(now, before, Goodbye::Replaced, out);
        }
        let knocks = self.gate.waiting.values().filter(|waiting| matches!(waiting.step, Step::Knocks(_)));
        if knocks.count() >= KNOCKS || self.gate.is_full_for(address) {
            out.push(Output::Send(id, ServerMessage::Denied(Denial::RoomFull)));
            return out.push(Output::Close(id, Goodbye::Other));
        }
        out.push(Output::Send(id, ServerMessage::Waiting(KNOCK_MS)));
        let by = now.boot_ms.saturating_add(KNOCK_MS);
        self.gate.waiting.insert(id, Waiting { hello, address, binding, step: Step::Knocks(None), by });
    }

    /// Somebody who waits has said what they want to be called.
    pub(super) fn knocked(&mut self, id: ConnId, name: Nickname) {
        self.gate.at(id, Step::Knocks(Some(name)));
    }

    /// The host says whether somebody may come in.
    pub(in crate::room) fn answer_knock(
        &mut self,
        now: Now,
        key: &MemberKey,
        answer: KnockAnswer,
        out: &mut Vec<Output>,
    ) {
        let Some((id, name)) = self.gate.knocker(key) else { return };
        match answer {
            KnockAnswer::LetIn => {
                self.gate.at(id, Step::Proven(None));
                let admission = Admission { key: *key, epoch: self.gate.epoch, invite: None };
                out.push(Output::Admit(id, admission));
            }
            KnockAnswer::Refuse => {
                out.push(Output::Send(id, ServerMessage::Denied(Denial::NotLetIn)));
                self.close(now, id, Goodbye::Removed, out);
            }
            KnockAnswer::Block => {
                let (verb, whom) = (Verb::Ban, *key);
                self.act(now, Act { verb, whom, name, until_ms: None, by_address: true }, out);
            }
        }
    }

    /// Whether newcomers are asked about from now on. Where they are not, those who wait come in.
    pub(in crate::room) fn set_asks(&mut self, now: Now, asks: bool, out: &mut Vec<Output>) {
        self.gate.asks = asks;
        if asks {
            return;
        }
        let wait = |waiting: &mut Waiting| matches!(waiting.step, Step::Knocks(_));
        let waiting: Vec<(ConnId, Waiting)> = self.gate.waiting.extract_if(.., |_, who| wait(who)).collect();
        for (id, who) in waiting {
            self.come_in(now, (id, who.address, who.binding), &who.hello, out);
        }
    }

    /// Tells the host who waits, where that is not what was told before.
    pub(in crate::room) fn tell_knocks(&mut self, out: &mut Vec<Output>) {
        let knocks: Vec<Knock> = self.gate.knocks().map(|(_, knock)| knock).collect();
        if knocks != self.gate.told {
            self.gate.told.clone_from(&knocks);
            out.push(Output::Tell(RoomNotice::Knocks(knocks)));
        }
    }
}

impl super::Gate {
    /// Everybody who waits and has said a name, the longest first.
    fn knocks(&self) -> impl Iterator<Item = (ConnId, Knock)> {
        self.waiting.iter().filter_map(|(id, waiting)| match &waiting.step {
            Step::Knocks(Some(name)) => {
                let (key, name) = (waiting.hello.member_key, name.clone());
                Some((*id, Knock { key, name, address: waiting.address }))
            }
            _ => None,
        })
    }

    fn knocker(&self, key: &MemberKey) -> Option<(ConnId, Nickname)> {
        self.knocks().find(|(_, knock)| knock.key == *key).map(|(id, knock)| (id, knock.name))
    }

    /// Where this key waits from.
    pub(in crate::room) fn address_of(&self, key: &MemberKey) -> Option<IpAddr> {
        self.waiting.values().find(|waiting| waiting.hello.member_key == *key)?.address
    }

    /// Everybody who waits: connection, key and address.
    pub(in crate::room) fn everybody(&self) -> impl Iterator<Item = (ConnId, MemberKey, Option<IpAddr>)> {
        self.waiting.iter().map(|(id, waiting)| (*id, waiting.hello.member_key, waiting.address))
    }
}
