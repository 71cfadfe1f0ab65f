//! Moving my identity while the window is open.

use std::path::PathBuf;
use std::sync::Arc;

use super::Supervisor;
use crate::session::command::Command;
use crate::session::event::Event;
use crate::session::moving::{self, Moved, MovingError};
use crate::session::renewing;
use crate::types::Passphrase;

impl Supervisor {
    /// Writes my identity into a file.
    pub(super) async fn export_identity(&self, to: PathBuf, passphrase: Passphrase) {
        let identity = Arc::clone(&self.world.identity);
        let writing = tokio::task::spawn_blocking(move || {
            moving::write(&identity, &to, &passphrase).map(|()| Moved::Exported(to))
        });
        self.moved(writing.await.unwrap_or_else(|broken| Err(MovingError::Profile(broken.to_string()))))
            .await;
    }

    /// Takes over the identity in a file, or makes another one. Nothing else begins meanwhile, so no room is opened by the
    /// one before.
    pub(super) async fn change_identity(&mut self, command: Command) {
        // Those that are being left say nothing more but goodbye.
        if !self.visits.keys().all(|room| self.left.contains(room)) {
            return self.moved(Err(MovingError::RoomsOpen)).await;
        }
        let profile = Arc::clone(&self.world.profile);
        let changing = tokio::task::spawn_blocking(move || {
            let (moved, identity) = match command {
                Command::ImportIdentity(from, words, replace) => {
                    let (import, identity) = moving::take(&profile, &from, &words, replace)?;
                    (Moved::Imported(import), identity)
                }
                _ => (Moved::Renewed, renewing::renew(&profile)?),
            };
            let lost = renewing::lost(&profile, &identity);
            Ok((moved, identity, lost.map_err(|error| MovingError::Profile(error.to_string()))?))
        });
        let changed = changing.await.unwrap_or_else(|broken| Err(MovingError::Profile(broken.to_string())));
        let moved = changed.map(|(moved, identity, lost)| {
            (self.world.identity, self.world.lost) = (identity, lost.into());
            moved
        });
        self.moved(moved).await;
    }

    async fn moved(&self, moved: Result<Moved, MovingError>) {
        self.teller.tell(Event::IdentityMoved(moved)).await;
    }
}
