//! One window for one profile: a second start brings the first one's forward.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Setup;
use super::supervisor::END_MS;
pub use crate::net::front::Wish;
use crate::net::front::{self, Call, Front};
use crate::store::{Profile, StoreError, settings};
use crate::trust::sha256;
use crate::types::{Hash, Settings};

/// Milliseconds for which a start looks whether the profile becomes free, or its window answers: longer than a window
/// takes that says goodbye, and has its last records written.
pub(super) const LOOK_MS: u64 = END_MS + 2_000;
/// Milliseconds between two looks.
const LOOK_EVERY_MS: u64 = 100;

/// What became of the window that runs with a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Running {
    /// There is none, or it does not answer: then it is for this start to open one.
    Nowhere,
    /// It is there, and was asked.
    Asked,
    /// It is there and was not asked: it is the window of another person who has the same folder, on whose screen it
    /// would come forward.
    Elsewhere,
}

/// Asks this of the window that runs with this profile. Waits a few seconds at most.
pub fn ask_running(data_dir: &Path, wish: &Wish) -> Running {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_or(Running::Nowhere, |runtime| runtime.block_on(answered(data_dir, wish)))
}

/// What drew the window failed while it was open: it is not what is tried first any more. Waits until the window's
/// background has let the profile go; where that cannot be written, it stays as it is.
pub fn forget_renderer(data_dir: &Path) {
    if settings::look(data_dir).renderer.is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let forgetting = async {
        loop {
            match Profile::open(data_dir) {
                Err(StoreError::Locked) => tokio::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await,
                Err(_) => return,
                Ok(profile) => {
                    let (kept, _) = settings::read_settings(&profile);
                    let _as_before = settings::keep_settings(&profile, &Settings { renderer: None, ..kept });
                    return;
                }
            }
        }
    };
    if let Ok(runtime) = runtime {
        let longest = Duration::from_millis(LOOK_MS);
        let _in_use = runtime.block_on(async { tokio::time::timeout(longest, forgetting).await });
    }
}

/// Another start has the profile. It may be a window that opened in the same moment or that is about to end: asks it
/// for what this start wants, or rests a little where it is nowhere: then the profile may be free by now.
pub(super) async fn look(setup: &Setup) -> Running {
    let running = answered(&setup.data_dir, &setup.wish()).await;
    if running == Running::Nowhere {
        tokio::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await;
    }
    running
}

async fn answered(data_dir: &Path, wish: &Wish) -> Running {
    let dir: PathBuf = data_dir.to_owned();
    let looking = tokio::task::spawn_blocking(move || Profile::peek(&dir).ok()?.front());
    let Ok(Some(key)) = looking.await else { return Running::Nowhere };
    let mine = key.person == person();
    match (front::call(&key, if mine { wish } else { &Wish::Nothing }).await, mine) {
        (false, _) => Running::Nowhere,
        (true, true) => Running::Asked,
        (true, false) => Running::Elsewhere,
    }
}

/// Tells apart the people of this computer, who may share a folder on a stick or on a drive of the network.
fn person() -> [u8; 16] {
    let Hash(name) = sha256(&[whoami::username().unwrap_or_default().as_bytes()]);
    std::array::from_fn(|at| name.get(at).copied().unwrap_or_default())
}

/// Listens for later starts with this profile. None where this computer does not let us: they say then that the
/// profile is in use.
pub(super) async fn open(profile: &Arc<Profile>) -> Option<Front> {
    let front = Front::open(person()).await;
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

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::super::event::Event;
    use super::super::failure::Failure;
    use super::super::{supervisor, tell::Teller};
    use super::*;

    /// A start with this profile, and what it tells its window.
    fn start(data_dir: &Path) -> (mpsc::Sender<super::super::Command>, mpsc::Receiver<Event>) {
        let (commands, commands_in) = mpsc::channel(1);
        let (told, events) = mpsc::channel(8);
        let setup = Setup { data_dir: data_dir.to_owned(), window: true, ..Setup::default() };
        tokio::spawn(supervisor::run(setup, commands_in, Teller::new(told, Arc::new(|| {}))));
        (commands, events)
    }

    #[tokio::test(start_paused = true)]
    async fn a_start_waits_for_a_window_that_takes_its_whole_time_to_say_goodbye() {
        let dir = tempfile::tempdir().unwrap();
        let ending = Profile::open(dir.path()).unwrap();
        let (_commands, mut events) = start(dir.path());
        tokio::time::sleep(Duration::from_millis(END_MS + 1_000)).await;
        drop(ending);
        assert!(matches!(events.recv().await, Some(Event::Started(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_start_does_not_wait_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let _kept = Profile::open(dir.path()).unwrap();
        let (_commands, mut events) = start(dir.path());
        assert_eq!(events.recv().await, Some(Event::Unusable(Failure::ProfileInUse)));
    }
}
