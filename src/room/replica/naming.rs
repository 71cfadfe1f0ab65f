//! How I get the name that I want, and what I am called until then.

use super::Replica;
use super::contract::{ReplicaOutput, Told};
use crate::types::{Denial, MemberId, Nickname};
use crate::wire::message::ClientMessage;

impl Replica {
    pub(super) fn introduced(&mut self, member: MemberId, name: Nickname, out: &mut Vec<ReplicaOutput>) {
        let Some(online) = &mut self.online else { return };
        if member != online.welcome.you {
            return self.hang_up(out);
        }
        let before = online.me.replace(name.clone());
        // The host may first tell of a name that I asked for on an earlier connection.
        let answered = online.asked.take_if(|asked| *asked == name).is_some();
        let waits = online.asked.is_some();
        if answered && self.nick != name {
            // I changed my mind while the host was busy with this name.
            self.ask_for_name(out);
        } else if !waits {
            self.nick = name.clone();
        }
        match before {
            None => {
                self.people.ask(out);
                self.outbox.open();
            }
            Some(before) if before != name => out.push(ReplicaOutput::Tell(Told::Renamed(name))),
            Some(_) => {}
        }
    }

    pub(super) fn denied(&mut self, denial: Denial, out: &mut Vec<ReplicaOutput>) {
        let asked = self.online.as_mut().and_then(|online| online.asked.take());
        let (Denial::NickTaken { free }, Some(wanted)) = (&denial, asked) else {
            out.push(ReplicaOutput::Tell(Told::Denied(denial)));
            return;
        };
        out.push(ReplicaOutput::Tell(Told::NickTaken { wanted: wanted.clone(), free: free.clone() }));
        if self.nick != wanted {
            self.ask_for_name(out);
        } else if let Some(me) = self.online.as_ref().and_then(|online| online.me.clone()) {
            self.nick = me;
        }
    }

    pub(super) fn rename(&mut self, nick: Nickname, out: &mut Vec<ReplicaOutput>) {
        self.nick = nick;
        if self.online.as_ref().is_some_and(|online| online.asked.is_none()) {
            self.ask_for_name(out);
        }
    }

    fn ask_for_name(&mut self, out: &mut Vec<ReplicaOutput>) {
        if let Some(online) = &mut self.online {
            online.asked = Some(self.nick.clone());
            out.push(ReplicaOutput::Send(ClientMessage::Introduce(self.nick.clone())));
        }
    }
}
