//! What is kept on disk: rooms, outbox, identity, settings, and the rooms I was in.
//!
//! Everything here blocks; `session` runs it on threads of its own. It is the only place that names SQLite or
//! the file system, so every way in which a disk can fail ends in one [`StoreError`] with words for a person.
//! A file that cannot be read is never overwritten: databases stay where they are or are kept beside what was saved of
//! them, settings are set aside.

pub mod files;
mod forgetting;
mod lost_keys;
mod mending;
mod new_file;
mod password_file;
pub mod profile;
pub mod room_db;
pub mod settings;

use std::io;

use rusqlite::ErrorCode;

pub use mending::Mended;
pub use new_file::NewFile;
pub use password_file::{PasswordFileError, password_in};
pub use profile::{Profile, ReadOnlyProfile, Rooms, default_dir, dir_to_name, portable_dir};
pub use room_db::{
    Gap, HashOf, HostKeys, Interrupter, Issue, KeptSecret, KnownLog, NotKept, RoomDb, RoomRecord, TextOf,
    Wanted,
};

/// Why something could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process has this data folder.
    #[error("another Hallway uses this data folder")]
    Locked,
    /// The folder cannot be written: a read-only stick, or somebody else's folder.
    #[error("this folder cannot be written; use another one (--data-dir), or one that you may write")]
    ReadOnly,
    /// No room on the disk, or no more of it for this user.
    #[error("the disk is full")]
    Full,
    /// The disk did not confirm a write. What was written may or may not survive, so nothing more is written
    /// until the room is opened again.
    #[error("the disk did not confirm what was written")]
    Unsynced,
    /// Anything else that the system said.
    #[error("{0}")]
    Io(String),
    /// What is on the disk is not what was written there.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// The file was written by a newer app, whose schema has this number.
    #[error("a newer Hallway wrote this file (schema {0}); update this one to open it")]
    NewerSchema(u32),
    /// Somebody else had the reading stopped.
    #[error("it was stopped")]
    Interrupted,
    /// There is no such file, or no such room.
    #[error("not found")]
    NotFound,
    /// What was to be stored contradicts what is there. Nothing of it was stored.
    #[error("it does not fit what is kept here: {0}")]
    Misfit(String),
    /// The outbox holds [`crate::types::limits::OUTBOX`] messages.
    #[error("too many messages wait for this room")]
    OutboxFull,
    /// Larger than what is kept or read.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// What is allowed, in bytes.
        limit: u64,
    },
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full
            }
            io::ErrorKind::NotFound => Self::NotFound,
            _ => Self::Io(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match error {
            E::SqliteFailure(failure, message) => from_sqlite(failure, message),
            E::QueryReturnedNoRows => Self::NotFound,
            E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::InvalidColumnType(..)
            | E::Utf8Error(..) => Self::Damaged(error.to_string()),
            other => Self::Io(other.to_string()),
        }
    }
}

/// The error behind SQLite's code and words.
fn from_sqlite(failure: rusqlite::ffi::Error, message: Option<String>) -> StoreError {
    use rusqlite::ffi::{SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMSIZE};
    let words = message.unwrap_or_else(|| failure.to_string());
    match (failure.code, failure.extended_code) {
        // The shared-memory file cannot grow: nothing but a full disk does that.
        (ErrorCode::DiskFull, _) | (_, SQLITE_IOERR_SHMSIZE) => StoreError::Full,
        (_, SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC) => StoreError::Unsynced,
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => StoreError::Damaged(words),
        (ErrorCode::OperationInterrupted, _) => StoreError::Interrupted,
        (ErrorCode::ConstraintViolation, _) => StoreError::Misfit(words),
        _ => StoreError::Io(words),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn every_kind_of_failure_of_the_database_has_its_word() {
        let error = |code| StoreError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        assert_eq!(error(ffi::SQLITE_FULL), StoreError::Full);
        assert_eq!(error(ffi::SQLITE_IOERR_SHMSIZE), StoreError::Full);
        assert_eq!(error(ffi::SQLITE_IOERR_FSYNC), StoreError::Unsynced);
        assert_eq!(error(ffi::SQLITE_IOERR_DIR_FSYNC), StoreError::Unsynced);
        for damaged in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB, ffi::SQLITE_CORRUPT_INDEX] {
            assert!(matches!(error(damaged), StoreError::Damaged(_)));
        }
        assert!(matches!(error(ffi::SQLITE_CONSTRAINT_UNIQUE), StoreError::Misfit(_)));
        assert_eq!(error(ffi::SQLITE_INTERRUPT), StoreError::Interrupted);
        assert!(matches!(error(ffi::SQLITE_IOERR_READ), StoreError::Io(_)));
        assert!(matches!(error(ffi::SQLITE_BUSY), StoreError::Io(_)));
    }

    #[test]
    fn every_kind_of_failure_of_a_file_has_its_word() {
        let error = |kind: io::ErrorKind| StoreError::from(io::Error::from(kind));
        assert_eq!(error(io::ErrorKind::StorageFull), StoreError::Full);
        assert_eq!(error(io::ErrorKind::QuotaExceeded), StoreError::Full);
        assert_eq!(error(io::ErrorKind::FileTooLarge), StoreError::Full);
        assert_eq!(error(io::ErrorKind::NotFound), StoreError::NotFound);
        assert!(matches!(error(io::ErrorKind::PermissionDenied), StoreError::Io(_)));
    }
}
