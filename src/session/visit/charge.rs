//! What somebody in charge does about a person.

use super::{End, Visit};
use crate::room::ReplicaInput;
use crate::session::event::{Notice, RoomEvent};
use crate::types::{Act, Deed, MemberKey, MessageText, Nickname, OpId};

impl Visit {
    /// Does it about whoever goes by this name. A guest, who has no key, is sent away by the room itself.
    pub(super) async fn put_in_order(
        &mut self,
        id: OpId,
        name: Nickname,
        (deed, text): (Deed, MessageText),
    ) -> Result<(), End> {
        if let Some(key) = self.called(&name).await {
            let at_ms = (self.world.clock)().wall_ms;
            let act = Act { key, name, deed };
            return self.feed(ReplicaInput::Do { id, act, text, at_ms }).await;
        }
        match &self.own {
            Some(own) if deed.removes() => own.room.remove_guest(name, deed != Deed::Kick).await,
            _ => self.teller.tell(RoomEvent::Notice(Notice::NobodyCalled(name))).await,
        }
        Ok(())
    }

    /// Whoever goes by this name: of those who are here, and, where the room is hosted here, of all who ever were.
    async fn called(&mut self, name: &Nickname) -> Option<MemberKey> {
        let (here, _) = self.present.people();
        if let Some(person) = here.into_iter().find(|person| person.name == *name) {
            return Some(person.key);
        }
        match self.records.called(name.clone()).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "who goes by a name was not found out");
                None
            }
        }
    }
}
