//! Moving my identity while the window is open.

use std::path::PathBuf;
use std::sync::Arc;

use super::Supervisor;
use crate::session::event::Event;
use crate::session::moving::{self, Moved, MovingError};
use crate::types::{Passphrase, Password};

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

    /// Takes over the identity in a file. Nothing else begins meanwhile, so no room is opened by the one before.
    pub(super) async fn import_identity(&mut self, from: PathBuf, passphrase: Password, replace: bool) {
        // Those that are being left say nothing more but goodbye.
        if !self.visits.keys().all(|room| self.left.contains(room)) {
            return self.moved(Err(MovingError::RoomsOpen)).await;
        }
        let profile = Arc::clone(&self.world.profile);
        let taking = tokio::task::spawn_blocking(move || moving::take(&profile, &from, &passphrase, replace));
        let taken = taking.await.unwrap_or_else(|broken| Err(MovingError::Profile(broken.to_string())));
        let taken = taken.map(|(import, identity)| {
            self.world.identity = identity;
            Moved::Imported(import)
        });
        self.moved(taken).await;
    }

    async fn moved(&self, moved: Result<Moved, MovingError>) {
        self.teller.tell(Event::IdentityMoved(moved)).await;
    }
}
