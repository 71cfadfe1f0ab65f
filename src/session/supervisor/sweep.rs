//! What is not kept of rooms that are not open: removed at the start, when somebody chooses otherwise, and once a day.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Supervisor;
use crate::session::finder::text_of;
use crate::store::{NotKept, Profile, RoomDb, StoreError};
use crate::types::{Retention, RoomId};

/// A sweep that runs beside everything else.
pub(super) struct Sweep {
    wanted: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Begins to remove what is not kept of rooms that are not open.
    pub(super) async fn sweep(&mut self) {
        self.stop_sweep().await;
        let (wanted, still) = watch::channel(true);
        let (profile, now_ms) = (Arc::clone(&self.world.profile), (self.world.clock)().wall_ms);
        let open: HashSet<RoomId> = self.claims.keys().chain(&self.forgetting).copied().collect();
        let settings = *self.keep.borrow();
        let task = tokio::task::spawn_blocking(move || sweep(&profile, &open, (settings, now_ms), &still));
        self.sweeping = Some(Sweep { wanted, task });
    }

    /// Ends that, and waits until no room is held by it. True where it had more to do.
    pub(super) async fn stop_sweep(&mut self) -> bool {
        let Some(Sweep { wanted, task }) = self.sweeping.take() else { return false };
        let unfinished = !task.is_finished();
        wanted.send_replace(false);
        let _broken = task.await;
        unfinished
    }

    /// A room is about to be opened or removed: the sweep lets go of it, and goes on with the others.
    pub(super) async fn sweep_elsewhere(&mut self) {
        if self.stop_sweep().await {
            self.sweep().await;
        }
    }
}

fn sweep(profile: &Profile, open: &HashSet<RoomId>, limit: (Retention, i64), still: &watch::Receiver<bool>) {
    for path in profile.room_paths().unwrap_or_default() {
        match sweep_room(&path, open, limit, still) {
            Ok(()) | Err(StoreError::NotFound) => {}
            Err(error) => tracing::warn!(%error, "what is not kept was not removed"),
        }
        if !*still.borrow() {
            return;
        }
    }
}

/// Most rooms are only looked at.
fn sweep_room(
    path: &Path,
    open: &HashSet<RoomId>,
    (settings, now_ms): (Retention, i64),
    still: &watch::Receiver<bool>,
) -> Result<(), StoreError> {
    let db = RoomDb::open_read_only(path)?;
    let retention = db.retention()?.unwrap_or(settings);
    let Some(before_ms) = retention.since_ms_closed(now_ms) else { return Ok(()) };
    if open.contains(&db.room()) || !db.has_before(before_ms)? {
        return Ok(());
    }
    drop(db);
    let mut db = RoomDb::open(path)?;
    db.index_with(text_of);
    db.set_not_kept(NotKept { before_ms: Some(before_ms), ..NotKept::default() });
    while *still.borrow() && db.remove_some()? {}
    Ok(())
}
