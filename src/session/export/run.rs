//! An export that runs beside everything else, on a thread of its own, and can be cancelled.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{ExportError, write_history_file};
use crate::session::clock;
use crate::session::event::{Event, Exported};
use crate::session::history::RoomHistory;
use crate::session::tell::Teller;
use crate::store::Profile;
use crate::types::limits::{EXPORT_QUIET_ENTRIES, PAGE_ENTRIES};
use crate::types::{ExportFormat, RoomId};

/// The export that runs, if one does: one at a time.
pub(in crate::session) struct Exports {
    profile: Arc<Profile>,
    teller: Teller,
    running: Option<Running>,
}

struct Running {
    room: RoomId,
    wanted: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Exports {
    pub(in crate::session) fn new(profile: Arc<Profile>, teller: Teller) -> Self {
        Self { profile, teller, running: None }
    }

    /// Writes what is kept of this room into this file. `Exported` is told, while it runs and when it ends.
    pub(in crate::session) async fn start(&mut self, room: RoomId, path: PathBuf) {
        if self.running.as_ref().is_some_and(|running| !running.wanted.is_closed()) {
            return self.teller.tell(Event::Exported(room, Exported::Busy)).await;
        }
        self.cancel(None).await;
        let (wanted, still) = watch::channel(true);
        let (profile, teller) = (Arc::clone(&self.profile), self.teller.clone());
        let task = tokio::task::spawn_blocking(move || {
            let told = |exported| pollster::block_on(teller.tell(Event::Exported(room, exported)));
            let done = export(&profile, room, &path, |percent| {
                if let Some(percent) = percent {
                    told(Exported::Progress(percent));
                }
                *still.borrow()
            });
            // From here on the next one may begin.
            drop(still);
            told(match done {
                Ok(()) => Exported::Done(path),
                Err(ExportError::Cancelled) => Exported::Cancelled,
                Err(ExportError::History(error)) => Exported::NotRead(error.to_string()),
                Err(ExportError::File(error)) => Exported::NotWritten(error.to_string()),
                Err(ExportError::Output(error)) => Exported::NotWritten(error.to_string()),
            });
        });
        self.running = Some(Running { room, wanted, task });
    }

    /// Ends the export, of this room or of any, and waits until it has ended.
    pub(in crate::session) async fn cancel(&mut self, room: Option<RoomId>) {
        let this = |running: &mut Running| room.is_none_or(|room| running.room == room);
        if let Some(Running { wanted, task, .. }) = self.running.take_if(this) {
            wanted.send_replace(false);
            let _broken = task.await;
        }
    }
}

/// `go_on` hears of each percent, once it takes long enough to be shown.
fn export(
    profile: &Profile,
    room: RoomId,
    path: &Path,
    mut go_on: impl FnMut(Option<u8>) -> bool,
) -> Result<(), ExportError> {
    let mut history = RoomHistory::of(profile, room)?;
    let total = history.total()?.max(1);
    let mut told = None;
    let shape = (ExportFormat::of(path), clock::zone());
    write_history_file(&mut history, shape, path, |count| {
        let percent = u8::try_from(count.min(total).saturating_mul(100) / total).unwrap_or(100);
        let fresh = told != Some(percent) && count > (EXPORT_QUIET_ENTRIES + PAGE_ENTRIES) as u64;
        go_on(fresh.then(|| *told.insert(percent)))
    })
}
