//! Forgetting a room: its keys first, then everything that is kept of it.
//!
//! A mark beside the room's file says that it is to go. Where that is there, the room counts as gone, and what a crash
//! or a file in use left of it goes at the next start.

use std::path::{Path, PathBuf};

use super::profile::{Profile, rooms_dir};
use super::room_db::RoomDb;
use super::{StoreError, files};
use crate::types::RoomId;

/// How the name of the mark ends.
const MARK: &str = "forget";

impl Profile {
    /// Forgets a room: overwrites its keys, its draft and what was not sent, then removes its file and every other one
    /// of its name, also damaged ones that were kept, which are overwritten as a whole. Nobody may have it open.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`] where a file cannot be written or removed. The room counts as gone all
    /// the same once its mark is there, and the rest goes with [`Profile::finish_forgetting`].
    pub fn forget_room(&self, room: &RoomId) -> Result<(), StoreError> {
        let mark = self.room_file(room).with_extension(MARK);
        files::write_atomic(&mark, b"", true)?;
        forget(&mark)
    }

    /// Forgets what is left of rooms that were being forgotten when the program ended. Answers which rooms those are.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read. What cannot be removed even now is left for the next start.
    pub fn finish_forgetting(&self) -> Result<Vec<RoomId>, StoreError> {
        let marks = files::list(&rooms_dir(self.dir()), MARK)?;
        for mark in &marks {
            if let Err(error) = forget(mark) {
                tracing::warn!(%error, "a forgotten room is not wholly gone");
            }
        }
        let id = |mark: &PathBuf| mark.file_stem()?.to_str()?.parse().ok();
        Ok(marks.iter().filter_map(id).collect())
    }
}

/// Whether the room of this file is being forgotten.
pub(super) fn is_marked(path: &Path) -> bool {
    files::is_file(&path.with_extension(MARK))
}

/// Removes everything of the room whose mark this is, and the mark last.
fn forget(mark: &Path) -> Result<(), StoreError> {
    let room = mark.with_extension("db");
    // What was not moved into the file yet holds keys as well.
    for beside in ["db-wal", "db-journal"] {
        files::destroy(&mark.with_extension(beside))?;
    }
    files::remove_surely(&mark.with_extension("db-shm"))?;
    if files::is_file(&room) && RoomDb::wipe(&room).is_err() {
        // Nobody knows where in a damaged file its keys are.
        files::overwrite(&room)?;
    }
    let mut rest = files::of_name(mark)?;
    rest.retain(|path| path != mark);
    for path in rest {
        if path == room { files::remove_surely(&path)? } else { files::destroy(&path)? }
    }
    files::remove_surely(mark)
}
