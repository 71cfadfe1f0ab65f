//! How members come, get their names, and go.

use std::collections::VecDeque;
use std::net::IpAddr;

use super::{Conn, ConnId, Output, Room, RoomNotice, ledger};
use crate::types::limits::{NOT_STORED_RETRY_MS, RENAME_EVERY_MS, RENAMES};
use crate::types::{Denial, Goodbye, KnownMember, Link, MemberKey, Nickname, Now, Resume, Seq};
use crate::wire::message::{Hello, ServerMessage, TAIL, VERSION_MAX, VERSION_MIN, Welcome};

/// The optional abilities that this host has.
const FEATURES: &[&str] = &[TAIL];

impl Room {
    pub(super) fn connected(
        &mut self,
        now: Now,
        (id, address, binding): (ConnId, Option<IpAddr>, [u8; 32]),
        hello: Box<Hello>,
        out: &mut Vec<Output>,
    ) {
        let version = hello.version_max.min(VERSION_MAX);
        // The host itself comes by no network: whoever has its key and comes by one is not the host.
        if hello.member_key == self.facts.host && address.is_some() {
            return turn_away(id, Denial::NotYours, out);
        }
        if version < hello.version_min.max(VERSION_MIN) {
            let denial = Denial::Version { host_min: VERSION_MIN, host_max: VERSION_MAX };
            return turn_away(id, denial, out);
        }
        if self.keeps_out(now, (id, &hello.member_key, address), out)
            || self.is_locked_for(id, &hello.member_key, out)
        {
            return;
        }
        if self.needs_password(&hello.member_key) {
            return self.ask_password(now, (id, address, binding), hello, out);
        }
        if self.asks_about(&hello.member_key) {
            return self.wait_at_door(now, (id, address, binding), hello, out);
        }
        self.come_in(now, (id, address, binding), &hello, out);
    }

    /// Lets somebody in of whom nothing more is to be proven.
    pub(super) fn come_in(
        &mut self,
        now: Now,
        (id, address, binding): (ConnId, Option<IpAddr>, [u8; 32]),
        hello: &Hello,
        out: &mut Vec<Output>,
    ) {
        // A ban may have begun while the password was being proven, and the room been locked.
        if self.keeps_out(now, (id, &hello.member_key, address), out)
            || self.is_locked_for(id, &hello.member_key, out)
        {
            return;
        }
        let version = hello.version_max.min(VERSION_MAX);
        let before = self.by_key.get(&hello.member_key).copied();
        if before.is_none() && hello.member_key != self.facts.host && self.conns.len() >= self.facts.capacity
        {
            out.push(Output::Tell(RoomNotice::Full));
            return turn_away(id, Denial::RoomFull, out);
        }
        self.resumed(now, hello);
        let old = before.and_then(|before| self.conns.remove(&before).map(|conn| (before, conn)));
        let member =
            old.as_ref().map_or_else(|| self.roster.number(&hello.member_key), |(_, old)| old.member);
        // Whoever comes in again by another connection was never away, so nobody is told that they left.
        let present = old.as_ref().is_some_and(|(_, old)| old.present);
        if let Some((before, _)) = old {
            out.push(Output::Close(before, Goodbye::Replaced));
        }
        let key = hello.member_key;
        let hands_back = key != self.facts.host && hello.features.iter().any(|feature| feature == TAIL);
        if hands_back {
            self.refill.may_come();
        }
        let (waiting, wants, looking) = (VecDeque::new(), None, None);
        let conn = Conn { key, member, address, binding, present, wants, waiting, looking, hands_back };
        self.conns.insert(id, conn);
        self.by_key.insert(key, id);
        let welcome = self.welcome(now, id, hello, version);
        let after = welcome.from;
        out.push(Output::Send(id, ServerMessage::Welcome(Box::new(welcome))));
        out.push(Output::Send(id, ServerMessage::Guests(self.guests.list_for_one())));
        self.tell_house_to(id, &key, out);
        out.push(Output::Start { conn: id, after });
    }

    /// What the connection of this member shares with the room.
    pub(super) fn binding(&self, key: MemberKey) -> RoomNotice {
        let conn = self.by_key.get(&key).and_then(|id| self.conns.get(id));
        RoomNotice::Binding(key, conn.map(|conn| conn.binding))
    }

    /// Gives the connection the name that it wants, as soon as that name is durable.
    pub(super) fn introduce(&mut self, now: Now, id: ConnId, out: &mut Vec<Output>) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if self.roster.has_claim(&conn.key) {
            // A name of this member is being recorded; the wish is looked at again when it is.
            return;
        }
        let Some(name) = conn.wants.take() else { return };
        let (key, member) = (conn.key, conn.member);
        let before = self.roster.name(&key).cloned();
        if before.as_ref() == Some(&name) {
            return self.introduced(now, id, out);
        }
        let who = KnownMember { member, key, name };
        if self.is_holding(now) {
            // What is missing of the log may hold other numbers and names.
            conn_wants(self.conns.get_mut(&id), who.name);
            return self.held();
        }
        if let Err(wait_ms) = self.may_rename(now, &key, before.is_some()) {
            let comes = self.conns.get(&id).is_some_and(|conn| !conn.present);
            conn_wants(self.conns.get_mut(&id), who.name);
            let at = now.boot_ms.saturating_add(wait_ms);
            self.rename_at = Some(self.rename_at.map_or(at, |other| other.min(at)));
            // Until then they are in under the name of before.
            if comes && before.is_some() {
                self.introduced(now, id, out);
            }
            return;
        }
        match self.roster.claim(&who) {
            Ok(()) => self.ledger.stage_naming(who, before),
            Err(free) => {
                out.push(Output::Send(id, ServerMessage::Denied(Denial::NickTaken { free })));
            }
        }
    }

    /// The connection's member has its durable name: it is present.
    pub(super) fn introduced(&mut self, now: Now, id: ConnId, out: &mut Vec<Output>) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let Some(name) = self.roster.name(&conn.key).cloned() else { return };
        conn.present = true;
        out.push(Output::Send(id, ServerMessage::Introduced(conn.member, name.clone())));
        let member = conn.member;
        match self.roster.arrive(&conn.key) {
            Some(row) => self.presence.joined(row, now.boot_ms),
            None => self.presence.called(member, &name),
        }
    }

    /// The connection is to be closed from this side.
    pub(super) fn close(&mut self, now: Now, id: ConnId, why: Goodbye, out: &mut Vec<Output>) {
        out.push(Output::Close(id, why));
        self.gone(now, id);
    }

    /// The connection is gone. What it staged is recorded all the same.
    pub(super) fn gone(&mut self, now: Now, id: ConnId) {
        self.gate.gone(id);
        self.offer_gone(now, id);
        self.refill.gone(id);
        let Some(conn) = self.conns.remove(&id) else { return };
        self.by_key.remove(&conn.key);
        if let Some(row) = self.roster.leave(conn.member) {
            self.presence.left(row, now.boot_ms);
        }
    }

    fn welcome(&mut self, now: Now, id: ConnId, hello: &Hello, version: u32) -> Welcome {
        let (signer, facts) = (&*self.parts.heads, &self.facts);
        let head = self.ledger.signed_head(|head| ledger::sign_head(signer, facts, head));
        let from = hello.resume.filter(|resume| self.can_resume(resume)).map_or(head.link, |at| at.last);
        let offered = |feature: &&&str| hello.features.iter().any(|theirs| theirs == **feature);
        Welcome {
            version,
            features: FEATURES.iter().filter(offered).map(|feature| (*feature).to_owned()).collect(),
            room_id: self.facts.room_id,
            epoch: self.facts.epoch,
            room_name: self.facts.name.clone(),
            you: self
                .conns
                .get(&id)
                .map_or_else(|| self.roster.number(&hello.member_key), |conn| conn.member),
            last_n: self.ledger.durable_n(&hello.member_key),
            host_key: self.facts.host,
            head,
            oldest: self.oldest,
            from,
            server_ms: now.wall_ms,
            present: u32::try_from(self.roster.present()).unwrap_or(u32::MAX),
            quota: self.facts.quota.map_or((0, 0), |quota| (quota.per_second, quota.burst)),
        }
    }

    /// Whether Events can go on behind what the member holds. The hash is compared where it is at hand; else
    /// the first run carries the log's own `prev`, and the member sees by that whether its copy is of this log.
    fn can_resume(&self, resume: &Resume) -> bool {
        let (head, last) = (self.ledger.head(), resume.last);
        resume.epoch == self.facts.epoch
            && last.seq <= head.seq
            && last.seq.next() >= self.oldest
            && (last.seq != head.seq || last.hash == head.hash)
            && (last.seq != Seq::START || last == Link::START)
    }

    /// Looks again at the names that had to wait.
    pub(super) fn rename_waiting(&mut self, now: Now, out: &mut Vec<Output>) {
        if self.rename_at.take_if(|at| *at <= now.boot_ms).is_some() {
            let waiting: Vec<ConnId> =
                self.conns.iter().filter(|(_, conn)| conn.wants.is_some()).map(|(id, _)| *id).collect();
            for id in waiting {
                self.introduce(now, id, out);
            }
        }
    }

    /// A new name is an entry that everybody reads, so it costs as much as a message, and after a few of them it takes a
    /// while: else whoever may not speak would speak by names. The first one is free.
    fn may_rename(&mut self, now: Now, key: &MemberKey, again: bool) -> Result<(), u64> {
        if self.ledger.is_full() {
            return Err(NOT_STORED_RETRY_MS);
        }
        let Some(quota) = self.facts.quota.filter(|_| again) else { return Ok(()) };
        if self.silences(now, key).is_some() {
            return Err(RENAME_EVERY_MS);
        }
        let (count, last_ms) = self.renamed.get(key).copied().unwrap_or_default();
        let wait_ms = last_ms.saturating_add(RENAME_EVERY_MS).saturating_sub(now.boot_ms);
        if count >= RENAMES && wait_ms > 0 {
            return Err(wait_ms);
        }
        self.ledger.charge(key, quota, now.boot_ms)?;
        self.renamed.insert(*key, (count.saturating_add(1), now.boot_ms));
        Ok(())
    }
}

fn conn_wants(conn: Option<&mut Conn>, name: Nickname) {
    if let Some(conn) = conn {
        conn.wants = Some(name);
    }
}

fn turn_away(id: ConnId, denial: Denial, out: &mut Vec<Output>) {
    out.push(Output::Send(id, ServerMessage::Denied(denial)));
    out.push(Output::Close(id, Goodbye::Other));
}
