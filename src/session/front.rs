//! One window for one profile: a second start brings the first one's forward.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use crate::net::front::Wish;
use crate::net::front::{self, Call, Front};
use crate::store::Profile;

/// How often a start looks again whether the profile has become free, or its window answers.
const LOOKS: usize = 20;
/// Milliseconds between two looks.
const LOOK_EVERY_MS: u64 = 100;

/// Asks this of the window that runs with this profile. False where there is none, or where it does not answer:
/// then it is for this start to open one. Waits a few seconds at most.
pub fn ask_running(data_dir: &Path, wish: &Wish) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.is_ok_and(|runtime| runtime.block_on(answered(data_dir, wish)))
}

/// Another start has the profile. It may be a window that opened in the same moment or that is about to end: waits
/// a little for either.
pub(super) async fn look(data_dir: &Path, hidden: bool, number: usize) -> Look {
    let wish = if hidden { Wish::Nothing } else { Wish::Front };
    if answered(data_dir, &wish).await {
        return Look::InFront;
    }
    if number >= LOOKS {
        return Look::InUse;
    }
    tokio::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await;
    Look::Again
}

/// What became of a profile that another start had.
pub(super) enum Look {
    /// The window of that start was asked, and is there.
    InFront,
    /// It may be free by now.
    Again,
    /// That start keeps it.
    InUse,
}

async fn answered(data_dir: &Path, wish: &Wish) -> bool {
    let dir: PathBuf = data_dir.to_owned();
    let looking = tokio::task::spawn_blocking(move || Profile::peek(&dir).ok()?.front());
    match looking.await {
        Ok(Some(key)) => front::call(&key, wish).await,
        Ok(None) | Err(_) => false,
    }
}

/// Listens for later starts with this profile. None where this computer does not let us: they say then that the
/// profile is in use.
pub(super) async fn open(profile: &Arc<Profile>) -> Option<Front> {
    let front = Front::open().await;
    let front = front.inspect_err(|error| tracing::warn!(%error, "later starts will not find this window"));
    let front = front.ok()?;
    let (profile, key) = (Arc::clone(profile), front.key());
    let keeping = tokio::task::spawn_blocking(move || profile.keep_front(&key));
    keeping.await.is_ok_and(|kept| kept.is_ok()).then_some(front)
}

/// Waits for the next call; for ever where nobody can call.
pub(super) async fn called(front: &mut Option<Front>) -> Call {
    match front {
        Some(front) => front.next().await,
        None => std::future::pending().await,
    }
}
