//! What the window asks of a plain room that is open.

use super::PlainVisit;
use crate::room::plain::PlainInput;
use crate::room::replica;
use crate::session::command::{Command, PageAsk};
use crate::session::event::{LogPage, RoomEvent, Snapshot};
use crate::session::keys;
use crate::session::visit::End;
use crate::session::visit::pages::{self, Missing};
use crate::types::{Entry, GuestList, House, Message};

impl PlainVisit {
    /// Does what was asked. What a plain room cannot do is passed over: typing, names, guests.
    pub(in crate::session::visit) async fn obey(&mut self, command: Command) -> Result<(), End> {
        match command {
            Command::Say(_, id, text, _) => {
                let at_ms = (self.world.clock)().wall_ms;
                self.feed(PlainInput::Say { id, text, at_ms }).await?;
            }
            Command::Page(_, ask) => {
                let page = self.read(ask).await;
                self.teller.tell(RoomEvent::Page(page)).await;
            }
            Command::Refresh(_) => self.snapshot().await,
            Command::KeepDraft(_, draft) => self.records.keep_draft(draft).await,
            Command::SetRetention(_, own) => {
                self.records.keep_retention(own).await;
                self.keeping.choose(own);
                self.teller.tell(RoomEvent::Retention(own)).await;
            }
            Command::Retry(_) => self.way.hurry(),
            _ => {}
        }
        Ok(())
    }

    /// Everything anew.
    pub(super) async fn snapshot(&mut self) {
        self.teller.tell(RoomEvent::Retention(self.keeping.own())).await;
        let newest = self.read(PageAsk::Newest).await;
        let people = if self.online.is_some() { self.people.all(self.room.names()) } else { Vec::new() };
        let snapshot = Snapshot {
            room: Some(self.record.name.clone()),
            online: self.online.clone(),
            hosting: None,
            newest,
            pending: self.room.pending(),
            present: u32::try_from(people.len()).unwrap_or(u32::MAX),
            people,
            guests: GuestList::default(),
            house: House::default(),
            compared: Vec::new(),
            words_first: false,
            draft: pages::draft(&self.records, &mut self.teller).await,
        };
        self.teller.tell(RoomEvent::Snapshot(Box::new(snapshot))).await;
    }

    /// A page of the log. What is missing in it stays so: nobody else has it.
    async fn read(&mut self, ask: PageAsk) -> LogPage {
        let part = pages::read(&self.records, &mut self.teller, ask, Missing::StaysSo).await;
        LogPage {
            asked: ask,
            messages: self.readable(&part.entries),
            at_start: part.at_start,
            at_end: part.at_end,
        }
    }

    fn readable(&self, entries: &[Entry]) -> Vec<Message> {
        let verifier = keys::verifier(&[]);
        let read = |entry: &Entry| {
            replica::read(entry, &self.record.room_id, &self.world.identity.key(), &*verifier)
        };
        entries.iter().map(read).collect()
    }
}
