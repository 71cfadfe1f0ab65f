//! The data folder: one process at a time writes it, others may look.
//!
//! `lock` · `identity.key` · `settings.toml` · `recent.toml` · `rooms/<room id>.db`. The lock is the system's,
//! on an open file, so it is gone when the process is, however that ended.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::files;
use super::room_db::{RoomDb, RoomRecord};
use crate::types::RoomId;

/// Bytes of the identity file that we are willing to read. A key in PKCS #8 has less than a hundred.
const IDENTITY_BYTES: u64 = 4096;

/// A data folder that this process may write, for as long as this value lives.
#[derive(Debug)]
pub struct Profile {
    dir: PathBuf,
    _lock: File,
}

/// A data folder that is only looked at, while another process may be writing it.
#[derive(Debug, Clone)]
pub struct ReadOnlyProfile {
    dir: PathBuf,
}

/// The rooms of a data folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rooms {
    /// What can be read.
    pub records: Vec<RoomRecord>,
    /// Databases that cannot be read, and why. They are left as they are.
    pub unreadable: Vec<(PathBuf, StoreError)>,
}

/// Where the system wants a program's data: `~/.local/share/hallway`, `~/Library/Application Support/Hallway`,
/// `%LOCALAPPDATA%\Hallway\data`. None where there is no home folder.
pub fn default_dir() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "Hallway").map(|dirs| dirs.data_local_dir().to_owned())
}

impl Profile {
    /// Opens the folder, makes it where there is none, and locks it.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process has it, [`StoreError::Io`], [`StoreError::Full`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        files::create_private_dir(dir)?;
        files::create_private_dir(&rooms_dir(dir))?;
        let lock = files::lock(&dir.join("lock"))?;
        Ok(Self { dir: dir.to_owned(), _lock: lock })
    }

    /// Looks at the folder without locking it, also while a room runs.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such folder.
    pub fn peek(dir: &Path) -> Result<ReadOnlyProfile, StoreError> {
        if dir.is_dir() { Ok(ReadOnlyProfile { dir: dir.to_owned() }) } else { Err(StoreError::NotFound) }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// This installation's key as it was kept; none before the first start.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for a file that is no key, [`StoreError::Io`]. Whoever gets an error must not
    /// make a new key over it.
    pub fn identity(&self) -> Result<Option<Vec<u8>>, StoreError> {
        files::read_bounded(&self.dir.join("identity.key"), IDENTITY_BYTES)
    }

    /// Keeps this installation's key, readable by its owner only.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`]; an earlier key is still there then.
    pub fn keep_identity(&self, key: &[u8]) -> Result<(), StoreError> {
        files::write_atomic(&self.dir.join("identity.key"), key, true)
    }

    /// Every room of this folder.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read. A room that cannot be read is no error.
    pub fn rooms(&self) -> Result<Rooms, StoreError> {
        read_rooms(&self.dir)
    }

    /// Makes the database of a new room.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] when the room is here already, [`StoreError::Full`], [`StoreError::Io`].
    pub fn create_room(&self, record: &RoomRecord) -> Result<RoomDb, StoreError> {
        RoomDb::create(&room_path(&self.dir, &record.room_id), record)
    }

    /// Opens a room's database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NewerSchema`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn open_room(&self, room: &RoomId) -> Result<RoomDb, StoreError> {
        RoomDb::open(&room_path(&self.dir, room))
    }
}

impl ReadOnlyProfile {
    /// Every room of this folder.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read. A room that cannot be read is no error.
    pub fn rooms(&self) -> Result<Rooms, StoreError> {
        read_rooms(&self.dir)
    }

    /// Opens a room's database for reading; every write to it fails.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NewerSchema`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn open_room(&self, room: &RoomId) -> Result<RoomDb, StoreError> {
        RoomDb::open_read_only(&room_path(&self.dir, room))
    }
}

fn rooms_dir(dir: &Path) -> PathBuf {
    dir.join("rooms")
}

fn room_path(dir: &Path, room: &RoomId) -> PathBuf {
    rooms_dir(dir).join(format!("{room}.db"))
}

fn read_rooms(dir: &Path) -> Result<Rooms, StoreError> {
    let mut rooms = Rooms::default();
    for path in files::list(&rooms_dir(dir), "db")? {
        match RoomDb::open_read_only(&path).and_then(|db| db.record()) {
            Ok(record) => rooms.records.push(record),
            // Its making was interrupted: there is no room in it yet.
            Err(StoreError::NotFound) => {}
            Err(error) => rooms.unreadable.push((path, error)),
        }
    }
    Ok(rooms)
}
