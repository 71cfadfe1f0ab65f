//! What people do: they talk, some in bursts, rename themselves, scroll back, and come in without the app.

use bytes::Bytes;
use hallway::room::{ConnId, Input, Replica, ReplicaInput};
use hallway::types::{Audience, MessageText, OpId};
use hallway::wire::message::ClientMessage;
use hallway::wire::text::GuestAsk;

use super::member::text;
use super::world::{Event, World};

/// Milliseconds between two things that one person does, on average.
const EVERY_MS: u64 = 22_000;
/// Likewise for all guests together.
const GUESTS_EVERY_MS: u64 = 60_000;

impl World {
    /// Everybody begins to do things, and things begin to fail.
    pub fn begin(&mut self, first_hour_ms: u64) {
        for who in 1..self.members.len() {
            // Some come when there is a lot to read.
            let late = if self.random.chance(35) { first_hour_ms } else { 5_000 };
            let at = self.random.below(late);
            self.after(at, Event::StartMember(who));
        }
        for who in 0..self.members.len() {
            self.after(1_000, Event::Person(who));
        }
        self.after(5_000, Event::Guest);
        self.after(10_000, Event::Fault);
    }

    pub fn person(&mut self, who: usize) {
        if self.calm {
            return;
        }
        let next = self.random.below(2 * EVERY_MS);
        self.after(next, Event::Person(who));
        if self.members[who].replica.is_none() {
            return;
        }
        match self.random.below(100) {
            0 => self.say(who, 70),
            1..3 => self.say(who, 12),
            3..85 => self.say(who, 1),
            85..90 => {
                let typing = self.random.chance(50);
                self.member_input(who, ReplicaInput::Typing(typing));
            }
            90..93 => {
                let number = u32::try_from(self.random.between(2, 4)).unwrap();
                let nick = self.members[who].name.numbered(number);
                self.members[who].nick = nick.clone();
                self.member_input(who, ReplicaInput::Rename(nick));
            }
            93..96 => {
                if let Some(id) = self.members[who].refused.first().copied() {
                    self.member_input(who, ReplicaInput::Withdraw(id));
                }
            }
            98.. if self.removes => self.remove(who),
            _ => self.member_input(who, ReplicaInput::Backfill),
        }
    }

    pub fn say(&mut self, who: usize, count: u64) {
        for _ in 0..count {
            self.next += 1;
            let mut id = [0; 16];
            id[..8].copy_from_slice(&self.next.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            id[8..].copy_from_slice(&self.next.to_be_bytes());
            let (id, text) = (OpId(id), text(self.next));
            let sees_guests = self.members[who].guests > 0;
            let audience = if sees_guests { Audience::Everyone } else { Audience::Members };
            let at_ms = self.clock(who).wall_ms;
            self.member_input(who, ReplicaInput::Say { id, text, audience, at_ms });
        }
    }

    /// Whoever has holes scrolls back.
    pub fn backfill(&mut self) {
        for who in 0..self.members.len() {
            if self.members[who].replica.as_ref().is_some_and(Replica::has_holes) {
                self.member_input(who, ReplicaInput::Backfill);
            }
        }
    }

    /// Somebody without the app does something.
    pub fn guest(&mut self) {
        if self.calm {
            return;
        }
        let next = self.random.below(2 * GUESTS_EVERY_MS);
        self.after(next, Event::Guest);
        if self.host.room.is_none() {
            return;
        }
        let (drawn, which) = (self.random.below(10), self.random.below(5));
        let input = match (drawn, self.host.guests.any(which)) {
            (0..3, _) if !self.host.guests.is_full() => {
                self.next += 1;
                let address = [10, 0, 1, (self.next % 3) as u8].into();
                Input::GuestCame { conn: ConnId(self.next), address }
            }
            (3..9, Some(conn)) => {
                let text = MessageText::new(&self.host.guests.next_words(conn)).unwrap();
                Input::GuestAsked(conn, GuestAsk::Say(text))
            }
            (9, Some(conn)) => {
                self.host.guests.check(&self.host.log, self.host.published);
                self.host.guests.gone(conn);
                Input::Closed(conn)
            }
            _ => return,
        };
        self.host_input(input);
    }

    /// Changes what a member says on its way, where that was drawn: nothing but a broken program does that.
    pub fn garbled(&mut self, who: usize, message: ClientMessage) -> ClientMessage {
        match message {
            ClientMessage::Submit(mut ops) if self.garble.take_if(|garbled| *garbled == who).is_some() => {
                ops[0].op.body = Bytes::from_static(b"something else");
                self.members[who].garbled.insert(ops[0].op.id);
                ClientMessage::Submit(ops)
            }
            other => other,
        }
    }
}
