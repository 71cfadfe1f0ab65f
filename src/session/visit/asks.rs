//! What the window asks of a room that is open.

use super::pages::{self, Missing};
use super::{End, Visit};
use crate::room::{ReplicaInput, replica};
use crate::session::command::{Command, PageAsk};
use crate::session::event::{LogPage, Notice, RoomEvent, Snapshot};
use crate::session::{fresh_op_id, keys};
use crate::types::{Deed, GuestRules, Message};

impl Visit {
    /// Does what was asked.
    pub(super) async fn obey(&mut self, command: Command) -> Result<(), End> {
        match command {
            Command::Say(_, id, text, _) if self.words_first() => {
                let reason = "you are not in that room yet, and nobody has verified it".to_owned();
                self.teller.tell(RoomEvent::Unsaid { id, text, reason }).await;
            }
            Command::Say(_, id, text, audience) => {
                let at_ms = (self.world.clock)().wall_ms;
                self.feed(ReplicaInput::Say { id, text, audience, at_ms }).await?;
            }
            Command::Withdraw(_, id) => self.feed(ReplicaInput::Withdraw(id)).await?,
            Command::Rename(_, nick) => self.feed(ReplicaInput::Rename(nick)).await?,
            Command::Typing(_, typing) => self.feed(ReplicaInput::Typing(typing)).await?,
            Command::Page(_, ask) => self.page(ask).await,
            Command::Refresh(_) => self.snapshot().await,
            Command::KeepDraft(_, draft) => self.records.keep_draft(draft).await,
            Command::SetCapacity(_, capacity) => self.set_capacity(capacity).await,
            Command::SetPassword(_, password) => self.set_password(password).await,
            Command::Invite(_, ask) => self.make_invite(ask).await,
            Command::Invites(_) => self.tell_invites().await,
            Command::Revoke(_, number) => self.revoke(number).await,
            Command::SetGuests(..) | Command::LetIn(..) | Command::RemoveGuest(..) => {
                self.about_guests(command).await;
            }
            Command::SetRetention(_, own) => {
                self.records.keep_retention(own).await;
                self.keeping.choose(own);
                self.keep_since().await?;
                self.teller.tell(RoomEvent::Retention(own)).await;
            }
            Command::SetAsks(_, asks) => self.set_asks(asks).await,
            Command::AnswerKnock(_, key, answer) => {
                if let Some(own) = &self.own {
                    own.room.answer_knock(key, answer).await;
                }
            }
            Command::Act(..) | Command::ActOn(..) | Command::SetRule(..) | Command::Remove(..) => {
                self.act(command).await?;
            }
            Command::Compare(_, with) => self.compare(with).await,
            Command::TheSame(_, with) => self.the_same(with).await,
            Command::Retry(_) => self.link.hurry(),
            _ => {} // The supervisor's own.
        }
        Ok(())
    }

    /// Tells the replica what is not worth fetching, for it would not be kept.
    pub(super) async fn keep_since(&mut self) -> Result<(), End> {
        let since_ms = self.keeping.since_ms((self.world.clock)().wall_ms);
        self.feed(ReplicaInput::KeepSince(since_ms)).await
    }

    /// The room answers by how people stand from then on.
    async fn act(&mut self, command: Command) -> Result<(), End> {
        let deed = match (command, &self.own) {
            (Command::Act(_, act), Some(own)) => {
                own.room.act(act).await;
                return Ok(());
            }
            (Command::ActOn(_, verb, name, until_ms), Some(own)) => {
                own.room.act_on(verb, name, until_ms).await;
                return Ok(());
            }
            (Command::Act(_, act), None) => Deed::Act(act),
            (Command::SetRule(_, rule), _) => Deed::Rule(rule),
            (Command::Remove(_, removal), _) => Deed::Remove(removal),
            _ => return Ok(()),
        };
        if let Some(id) = fresh_op_id() {
            return self.feed(ReplicaInput::Do { id, deed }).await;
        }
        self.teller.tell(RoomEvent::Notice(Notice::NotDoneHere(None))).await;
        Ok(())
    }

    async fn set_capacity(&mut self, capacity: usize) {
        let Some(own) = &mut self.own else { return };
        own.room.set_capacity(capacity).await;
        own.hosting.capacity = capacity;
        own.ask.capacity = capacity;
        self.record.capacity = Some(capacity);
        self.keep_hosting().await;
    }

    async fn set_asks(&mut self, asks: bool) {
        let Some(own) = &mut self.own else { return };
        own.room.set_asks(asks).await;
        own.hosting.asks = asks;
        self.record.asks = asks;
        self.keep_hosting().await;
    }

    /// The room answers by what holds from then on, and that alone is kept: what is asked here may be older than
    /// what the room did meanwhile.
    async fn about_guests(&mut self, command: Command) {
        let Some(own) = &self.own else { return };
        match command {
            Command::SetGuests(_, rules) => own.room.set_guests(rules).await,
            Command::LetIn(_, address) => own.room.let_in(address).await,
            Command::RemoveGuest(_, name, keep_out) => own.room.remove_guest(name, keep_out).await,
            _ => {}
        }
    }

    /// What guests may do in the room that is hosted here is this now, as the room says.
    pub(super) async fn guests_changed(&mut self, rules: GuestRules) {
        let Some(own) = &mut self.own else { return };
        own.hosting.guests = rules.clone();
        self.record.guests = rules;
        self.keep_hosting().await;
    }

    /// Keeps how the room is hosted, and tells it.
    async fn keep_hosting(&mut self) {
        let Some(own) = &self.own else { return };
        let hosting = own.hosting.clone();
        self.records.keep_record(self.record.clone()).await;
        self.teller.tell(RoomEvent::Hosting(hosting)).await;
    }

    /// Answers a page; one that ends at a hole when that is filled, where there is anybody to ask.
    pub(super) async fn page(&mut self, ask: PageAsk) {
        let page = self.read(ask).await;
        if !self.waits_for_a_hole(&page) {
            self.teller.tell(RoomEvent::Page(page)).await;
        }
    }

    pub(super) async fn read(&mut self, ask: PageAsk) -> LogPage {
        let part = pages::read(&self.records, &mut self.teller, ask, Missing::CanBeFetched).await;
        LogPage {
            asked: ask,
            messages: self.readable(&part.entries),
            at_start: part.at_start,
            at_end: part.at_end,
        }
    }

    fn readable(&self, entries: &[crate::types::Entry]) -> Vec<Message> {
        let verifier = keys::verifier(&[]);
        let read = |entry: &crate::types::Entry| {
            let host = self.host_key.unwrap_or(entry.signed.op.author);
            replica::read(entry, &self.record.room_id, &host, &*verifier)
        };
        entries.iter().map(read).collect()
    }

    /// Everything anew.
    pub(super) async fn snapshot(&mut self) {
        self.teller.tell(RoomEvent::Retention(self.keeping.own())).await;
        let newest = self.read(PageAsk::Newest).await;
        let (people, present) = self.present.people();
        let snapshot = Snapshot {
            room: Some(self.record.name.clone()),
            online: self.online.clone(),
            hosting: self.own.as_ref().map(|own| own.hosting.clone()),
            newest,
            pending: self.replica.pending(),
            people,
            present,
            guests: self.present.guests(),
            house: self.present.house.clone(),
            compared: self.comparing.compared.clone(),
            words_first: self.words_first(),
            draft: pages::draft(&self.records, &mut self.teller).await,
        };
        self.teller.tell(RoomEvent::Snapshot(Box::new(snapshot))).await;
        if self.own.is_some() || !self.standings.is_empty() {
            self.teller.tell(RoomEvent::Standings(self.standings.clone())).await;
        }
        if self.own.is_some() {
            self.teller.tell(RoomEvent::Knocks(self.knocks.clone())).await;
        }
        self.tell_invites().await;
    }
}
