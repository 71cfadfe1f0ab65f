//! Forgetting a room, and what is said before.

use std::sync::Arc;

use super::{Report, Supervisor};
use crate::session::command::{Command, RoomRef};
use crate::session::event::{Event, LookedInto};
use crate::store::StoreError;
use crate::types::RoomId;

impl Supervisor {
    /// Tells what would be lost with this room.
    pub(super) async fn look_into(&self, room: RoomId) {
        let profile = Arc::clone(&self.world.profile);
        let looking = tokio::task::spawn_blocking(move || {
            let db = crate::store::RoomDb::open_read_only(&profile.room_file(&room))?;
            let hosted = db.record()?.hosted.is_some();
            let mut unsent = 0;
            for row in db.outbox()? {
                let op = &row.signed.op;
                // What was numbered a moment ago may still be in the outbox.
                let sent = db.find(&op.author, &op.id)?.is_some();
                unsent += usize::from(!sent);
            }
            Ok::<_, StoreError>(LookedInto { hosted, unsent })
        });
        let looked = looking.await.ok().and_then(Result::ok);
        self.teller.tell(Event::Looked(room, looked)).await;
    }

    /// Forgets a room. One that is open here is left first.
    pub(super) async fn forget_room(&mut self, room: RoomId) {
        if !self.forgetting.insert(room) {
            return;
        }
        self.exports.cancel(Some(room)).await;
        match self.claims.get(&room).copied() {
            Some(holder) => {
                self.left.insert(holder);
                self.hand_on(holder, Command::Leave(holder)).await;
            }
            None => self.forget_closed(room).await,
        }
    }

    /// A visit is over: rooms that it had open and that are to be forgotten are closed now.
    pub(super) async fn forget_left(&mut self, visit: RoomRef) {
        let held = |(room, holder): (&RoomId, &RoomRef)| {
            (*holder == visit && self.forgetting.contains(room)).then_some(*room)
        };
        let rooms: Vec<RoomId> = self.claims.iter().filter_map(held).collect();
        for room in rooms {
            self.forget_closed(room).await;
        }
    }

    /// Everything is left: what was to be forgotten after that is.
    pub(super) async fn forget_rest(&mut self) {
        for room in std::mem::take(&mut self.forgetting) {
            self.finder.leave(room).await;
            self.recents.retain(|recent| recent.room_id != room);
            let profile = Arc::clone(&self.world.profile);
            // What stays now goes at the next start.
            let _left = tokio::task::spawn_blocking(move || profile.forget_room(&room)).await;
        }
    }

    async fn forget_closed(&mut self, room: RoomId) {
        self.finder.leave(room).await;
        self.sweep_elsewhere().await;
        let (profile, reports) = (Arc::clone(&self.world.profile), self.world.reports.clone());
        self.tasks.spawn(async move {
            let forgetting = tokio::task::spawn_blocking(move || profile.forget_room(&room));
            let left = match forgetting.await {
                Ok(done) => done.err().map(|error| error.to_string()),
                Err(broken) => Some(broken.to_string()),
            };
            let _ended = reports.send(Report::Forgotten(room, left)).await;
        });
    }

    /// Nothing of the room is kept any more; or why something is still there.
    pub(super) async fn forgotten(&mut self, room: RoomId, left: Option<String>) {
        self.forgetting.remove(&room);
        if self.recents.iter().any(|recent| recent.room_id == room) {
            self.recents.retain(|recent| recent.room_id != room);
            self.recents_changed().await;
        }
        self.teller.tell(Event::Forgotten(room, left)).await;
    }
}
