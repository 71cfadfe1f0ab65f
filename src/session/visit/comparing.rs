//! Words that two people compare, each on their own screen, so that they know that nobody stands between.
//!
//! Both sides make them of the room's key, the member's key and what only the two ends of this very connection share.

use std::collections::HashSet;

use super::Visit;
use crate::session::event::{Notice, RoomEvent, Trust};
use crate::store::RoomRecord;
use crate::trust::compare_words;
use crate::types::MemberKey;

/// What is known for comparing words.
#[derive(Debug, Default)]
pub(super) struct Comparing {
    /// What both ends of my connection share; none while there is none.
    pub(super) binding: Option<[u8; 32]>,
    /// With whom words were told that may still be said to be the same; none for the host.
    told: HashSet<Option<MemberKey>>,
    /// Members with whom I compared words, where I host the room.
    pub(super) compared: Vec<MemberKey>,
}

impl Comparing {
    pub(super) fn new(compared: Vec<MemberKey>) -> Self {
        Self { compared, ..Self::default() }
    }

    /// My connection is gone, and its words with it.
    pub(super) fn lost(&mut self) {
        self.binding = None;
        self.told.remove(&None);
    }
}

impl Visit {
    /// True until words are told on a first visit by a bare address. Who answers there may be anybody, so nothing that
    /// is typed before is taken.
    pub(super) fn words_first(&self) -> bool {
        self.first_contact && self.own.is_none() && !self.record.verified
    }

    /// Tells the words for comparing, or asks the room that is hosted here for what they are made of.
    pub(super) async fn compare(&mut self, with: Option<MemberKey>) {
        match (&self.own, with) {
            (Some(own), Some(member)) => own.room.ask_binding(member).await,
            (None, None) => {
                let binding = self.comparing.binding.filter(|_| self.online.is_some());
                self.tell_words(None, binding).await;
            }
            // I need no proof of myself; and what others share among them is not mine to know.
            _ => self.tell_words(with, None).await,
        }
    }

    /// Tells the words of a connection with this member, or with the host.
    pub(super) async fn tell_words(&mut self, with: Option<MemberKey>, binding: Option<[u8; 32]>) {
        let (room, member) = (self.record.room_id, with.unwrap_or_else(|| self.world.identity.key()));
        let words = match binding {
            // They take a while on purpose.
            Some(binding) => {
                let making = tokio::task::spawn_blocking(move || compare_words(&room, &member, &binding));
                making.await.ok().map(|words| words.map(str::to_owned).to_vec())
            }
            None => None,
        };
        if words.is_some() {
            self.comparing.told.insert(with);
        } else {
            self.comparing.told.remove(&with);
        }
        self.teller.tell(RoomEvent::Words(with, words)).await;
    }

    /// The words were the same on both screens. It counts once it is kept.
    pub(super) async fn the_same(&mut self, with: Option<MemberKey>) {
        if !self.comparing.told.contains(&with) {
            return self.teller.tell(RoomEvent::Notice(Notice::NothingCompared)).await;
        }
        let kept = if let Some(member) = with {
            self.records.keep_compared(member).await
        } else {
            self.records.prove(RoomRecord { verified: true, ..self.record.clone() }).await
        };
        if let Err(error) = kept {
            let reason = error.to_string();
            return self.teller.tell(RoomEvent::Notice(Notice::ComparedNotKept(reason))).await;
        }
        match with {
            Some(member) if self.comparing.compared.contains(&member) => {}
            Some(member) => self.comparing.compared.push(member),
            None => {
                self.record.verified = true;
                if let Some(online) = &mut self.online {
                    online.trust = Trust::Verified;
                }
                self.been().await;
            }
        }
        self.teller.tell(RoomEvent::Compared(with)).await;
    }
}
