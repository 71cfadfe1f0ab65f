//! Settings and the list of recent rooms, as they are kept.

use std::sync::Arc;

use tokio::task::JoinError;

use super::Supervisor;
use crate::session::event::{Event, Notice};
use crate::store::{StoreError, settings};
use crate::types::limits::RECENT_ROOMS;
use crate::types::{RecentRoom, Settings};

impl Supervisor {
    /// Puts the room on top of the list. It counts as open while somebody here wants to be in it.
    pub(super) fn been(&mut self, recent: RecentRoom) {
        let open = self.claims.get(&recent.room_id).is_some_and(|holder| !self.left.contains(holder));
        self.recents.retain(|known| known.room_id != recent.room_id);
        self.recents.insert(0, RecentRoom { open, ..recent });
        self.recents.truncate(RECENT_ROOMS);
    }

    pub(super) async fn recents_changed(&mut self) {
        self.teller.tell(Event::Recents(self.recents.clone())).await;
        if !self.setup.window {
            return;
        }
        let (profile, recents) = (Arc::clone(&self.world.profile), self.recents.clone());
        let kept = tokio::task::spawn_blocking(move || settings::keep_recent(&profile, &recents)).await;
        self.kept(kept).await;
    }

    pub(super) async fn keep_settings(&mut self, kept: Settings) {
        self.remember = kept.remember_rooms;
        if self.keep.send_if_modified(|keep| std::mem::replace(keep, kept.keep_history) != kept.keep_history)
        {
            self.sweep().await;
        }
        if !self.remember && !self.recents.is_empty() {
            self.recents.clear();
            self.recents_changed().await;
        }
        let profile = Arc::clone(&self.world.profile);
        let kept = tokio::task::spawn_blocking(move || settings::keep_settings(&profile, &kept)).await;
        self.kept(kept).await;
    }

    async fn kept(&self, kept: Result<Result<(), StoreError>, JoinError>) {
        let reason = match kept {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(broken) => broken.to_string(),
        };
        self.teller.tell(Event::Notice(Notice::SettingsNotKept(reason))).await;
    }
}
