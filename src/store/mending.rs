//! Mending a room's file that is damaged: what can be read goes into a new file, which takes its place. The damaged one
//! is kept beside it, for the person and for whoever can read more of it.
//!
//! It takes its place at once: whenever the power goes, there is one whole file of that name, the old or the new one.
//! While the new one is being made nobody opens the room, for what is written into the old one then would be lost.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::profile::{Profile, rooms_dir};
use super::room_db::{HashOf, salvage};
use super::{StoreError, files};
use crate::types::RoomId;

/// How the name of the new file ends, and what SQLite puts beside it.
const NEW: &str = "mending";
const PARTS: [&str; 3] = [NEW, "mending-wal", "mending-shm"];

/// What became of a damaged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Where the damaged file is kept.
    pub original: PathBuf,
    /// How many entries are missing that were there.
    pub lost: u64,
}

impl Profile {
    /// Puts what can be read of a room's file into a new one in its place. Nobody may have the room open.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where nobody can tell which room it is; [`StoreError::Full`], [`StoreError::Io`], also
    /// while somebody reads it. Nothing is changed then.
    pub fn mend_room(&self, room: &RoomId, hash_of: HashOf, now_ms: i64) -> Result<Mended, StoreError> {
        let path = self.room_file(room);
        not_mending(&path)?;
        let mended = mend(&path, &path.with_extension(NEW), hash_of, now_ms);
        if mended.is_err() {
            PARTS.iter().for_each(|part| files::remove(&path.with_extension(part)));
        }
        mended
    }
}

/// Fails while the file of this room is being mended.
///
/// # Errors
/// [`StoreError::Io`] says so.
pub(super) fn not_mending(path: &Path) -> Result<(), StoreError> {
    let mending = files::is_file(&path.with_extension(NEW));
    if mending { Err(StoreError::Io("this room's file is being mended".to_owned())) } else { Ok(()) }
}

/// Removes what mendings left that never came to their end, in a folder that nobody else uses.
pub(super) fn clear(dir: &Path) -> Result<(), StoreError> {
    for part in PARTS {
        files::list(&rooms_dir(dir), part)?.iter().for_each(|left| files::remove(left));
    }
    Ok(())
}

fn mend(path: &Path, new: &Path, hash_of: HashOf, now_ms: i64) -> Result<Mended, StoreError> {
    let lost = salvage(path, new, hash_of)?;
    // What is beside it is in it by now, and must not be taken for the new file's.
    for beside in ["db-wal", "db-shm"] {
        files::remove_surely(&path.with_extension(beside))?;
    }
    let original = keep(path, now_ms)?;
    files::put(new, path)?;
    Ok(Mended { original, lost })
}

/// Gives the file a second name, which is none of a room.
fn keep(path: &Path, now_ms: i64) -> Result<PathBuf, StoreError> {
    let name = |ms: i64| path.with_extension(format!("damaged-{ms}"));
    let mut ms = now_ms;
    while name(ms).exists() {
        ms = ms.saturating_add(1);
    }
    let original = name(ms);
    if fs::hard_link(path, &original).is_err() {
        // Not every file system has second names.
        fs::copy(path, &original)?;
    }
    File::options().write(true).open(&original)?.sync_all()?;
    files::sync_parent(path)?;
    Ok(original)
}
