//! Mending a room whose file is damaged: what can be read goes into a new file, and the damaged one is kept beside it.
//!
//! The new file is made whole and synced before anything else happens; then the old one gets a second name, and the new
//! one takes its place, at once. So a crash leaves either the old room or the new one. As long as the new file has the
//! name under which it was made, the old one still stands at its place, and both that file and the second name are
//! leftovers.

use std::path::{Path, PathBuf};

use super::profile::{Profile, rooms_dir};
use super::room_db::{HashOf, Salvage};
use super::{StoreError, files};
use crate::types::RoomId;

/// How the names of files end in which a mended room is made, before the time. No room's name ends so.
const MAKING: &str = "mending-";
/// How the names of damaged files end that were kept, before the time.
const KEPT: &str = "damaged-";
/// Mendings within one millisecond, of which each needs a name of its own. A clock that stands still has more.
const NAMES: i64 = 1_000;

/// What became of a damaged room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Where the damaged file is kept. It holds the room's keys and texts, and goes when the room is forgotten.
    pub original: PathBuf,
    /// Entries of the current log that were here and could not be read any more: now holes, or missing at its end.
    pub lost: u64,
}

impl Profile {
    /// Makes a damaged room's file anew from what can be read of it, and keeps the damaged one. Nobody may have the room
    /// open. `hash_of` computes the hash that an entry must have; `now_ms`, milliseconds since 1970 UTC, goes into the
    /// name of the file that is kept. Takes some ten seconds for a million entries.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no file; [`StoreError::Damaged`] where not even what is known of the room
    /// and of its logs can be read; [`StoreError::NewerSchema`], [`StoreError::Full`], [`StoreError::Io`], also while
    /// somebody else reads it. The room is what it was then.
    pub fn mend_room(&self, room: &RoomId, hash_of: HashOf, now_ms: i64) -> Result<Mended, StoreError> {
        let path = self.room_file(room);
        not_mending(&path)?;
        let (making, original) = free_names(&path, now_ms)?;
        let mended = mend(&path, room, &making, hash_of).and_then(|lost| {
            put(&path, &making, &original)?;
            Ok(Mended { original, lost })
        });
        if mended.is_err()
            && let Err(error) = clear(&path)
        {
            tracing::warn!(%error, "what a mending that failed left is still there");
        }
        mended
    }
}

/// Fails while the file of this room is being mended: what is written into the old one then would be lost. What a killed
/// mending left is gone since the profile was opened.
pub(super) fn not_mending(path: &Path) -> Result<(), StoreError> {
    let mending = files::of_name(path)?.iter().any(|beside| split(beside).is_some());
    if mending { Err(StoreError::Io("this room's file is being mended".to_owned())) } else { Ok(()) }
}

/// Removes what interrupted mendings left in this folder. What cannot be removed does no harm.
pub(super) fn clear_all(dir: &Path) {
    let leftovers = files::of_folder(&rooms_dir(dir)).unwrap_or_default();
    for leftover in leftovers {
        let Some((stem, _)) = split(&leftover) else { continue };
        let cleared = clear(&leftover.with_file_name(format!("{stem}.db")));
        if let Err(error) = cleared {
            tracing::warn!(%error, "what an interrupted mending left is still there");
        }
    }
}

/// Removes what an interrupted mending of the room at `path` left.
fn clear(path: &Path) -> Result<(), StoreError> {
    for leftover in files::of_name(path)? {
        let Some((_, at)) = split(&leftover) else { continue };
        // Its room still stands where it was, so this is no more than a second name of it, or a copy.
        if at.parse::<i64>().is_ok() && files::is_file(path) {
            files::remove_surely(&path.with_extension(format!("{KEPT}{at}")))?;
        }
    }
    for leftover in files::of_name(path)?.iter().filter(|leftover| split(leftover).is_some()) {
        files::remove_surely(leftover)?;
    }
    Ok(())
}

/// The room and the time in the name of a file in which a room is made, or of what lies beside one.
fn split(path: &Path) -> Option<(&str, &str)> {
    let (stem, ending) = path.file_name()?.to_str()?.split_once('.')?;
    Some((stem, ending.strip_prefix(MAKING)?))
}

/// The names of the file that is made and of the one that is kept, neither of which is there.
fn free_names(path: &Path, now_ms: i64) -> Result<(PathBuf, PathBuf), StoreError> {
    let names = |ms| [MAKING, KEPT].map(|ending| path.with_extension(format!("{ending}{ms}")));
    (now_ms..now_ms.saturating_add(NAMES))
        .map(names)
        .find(|names| !names.iter().any(|name| files::is_file(name)))
        .map(|[making, kept]| (making, kept))
        .ok_or_else(|| StoreError::Io("too many damaged files of this room".to_owned()))
}

/// Makes the new file, whole and synced, and leaves nothing beside the old one. Answers how many entries are lost.
fn mend(path: &Path, room: &RoomId, making: &Path, hash_of: HashOf) -> Result<u64, StoreError> {
    let salvage = Salvage::open(path, room)?;
    let lost = salvage.make(making, hash_of)?;
    files::sync(making)?;
    salvage.close()?;
    for beside in ["db-wal", "db-journal"] {
        // It would be taken for a part of the new file.
        if files::has_bytes(&path.with_extension(beside))? {
            return Err(StoreError::Io("a part of it could not be moved into the file".to_owned()));
        }
    }
    for beside in ["db-wal", "db-journal", "db-shm"] {
        files::remove_surely(&path.with_extension(beside))?;
    }
    Ok(lost)
}

/// Keeps the old file under its second name, and puts the new one at its place.
fn put(path: &Path, making: &Path, original: &Path) -> Result<(), StoreError> {
    files::keep_under(path, original)?;
    files::put(making, path)
}
