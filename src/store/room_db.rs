//! One room's database: its log, my outbox, what is known of the room, and its keys.
//!
//! One connection writes, in one transaction at a time; readers in other processes see whole commits only.
//! Commits that somebody is told about are synced to the disk before they return (`synchronous=FULL`); what a
//! member can fetch again is only safe against a crash of the app until the next such commit.
//!
//! A log belongs to an *era*: the rows of an earlier epoch stay in the file, and everything here reads the
//! current era only.

mod blanking;
mod checkpoint;
mod compared;
mod find;
mod index;
mod invites;
mod known_by;
mod log;
mod outbox;
mod pages;
mod proofs;
mod record;
mod retention;
mod rows;
mod salvage;
mod schema;
mod spans;
mod standing;
mod whole;
mod wiping;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::{StoreError, files, mending};
use crate::types::{Epoch, RoomId};

pub use find::{Interrupter, Wanted};
pub use index::TextOf;
pub use invites::Issue;
pub use log::KnownLog;
pub use record::{HostKeys, KeptSecret, RoomRecord};
pub use retention::NotKept;
pub use spans::Gap;
pub use whole::HashOf;

pub(super) use salvage::Salvage;

/// How long a statement waits for another process that has the file for a moment (a checkpoint, a backup).
const BUSY: Duration = Duration::from_secs(5);
/// Statements that stay prepared: all of this module's.
const STATEMENTS: usize = 64;

/// A room's database. Everything blocks.
#[derive(Debug)]
pub struct RoomDb {
    connection: Connection,
    room: RoomId,
    era: i64,
    epoch: Option<Epoch>,
    sync: Sync,
    unsynced: bool,
    text_of: Option<TextOf>,
    hash_of: Option<HashOf>,
    checked: whole::Checked,
    /// The index was begun again once.
    index_mended: bool,
    /// What is to be done until no removed word is left in the file.
    wiping: wiping::Wiping,
    wipes: wiping::Budget,
    not_kept: NotKept,
}

/// How safe a commit is when it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sync {
    /// Against a crash of the app.
    Normal,
    /// Against a power cut.
    Full,
}

impl RoomDb {
    /// Makes the database of a new room. Interrupted, it leaves a file that holds no room, and making the
    /// room again goes on from there. When it returns, the file holds the room without what SQLite puts beside it.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] when the file holds a room already, and as [`RoomDb::open`].
    pub fn create(path: &Path, record: &RoomRecord) -> Result<Self, StoreError> {
        let mut connection = begin(path)?;
        record::create(&mut connection, record)?;
        let mut db = Self::new(connection)?;
        db.complete()?;
        Ok(db)
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no room at `path`, [`StoreError::NewerSchema`] and
    /// [`StoreError::Damaged`] for files that this app must not touch, [`StoreError::Full`],
    /// [`StoreError::Unsynced`], [`StoreError::Io`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !files::is_file(path) {
            return Err(StoreError::NotFound);
        }
        mending::not_mending(path)?;
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema::migrate(&mut connection)?;
        let mut db = Self::new(connection)?;
        db.settle()?;
        Ok(db)
    }

    /// Opens the database for reading, also while another process writes it. Every write fails.
    ///
    /// # Errors
    /// As [`RoomDb::open`].
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        if !files::is_file(path) {
            return Err(StoreError::NotFound);
        }
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // Migrations only add, so that an older file can be read as it is.
        if schema::version(&connection)? == 0 {
            return Err(StoreError::NotFound);
        }
        Self::new(connection)
    }

    /// Overwrites what must not be found again when the file is removed: the room's keys, my draft, and what was not
    /// sent. The room is no room after that.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and [`StoreError::NewerSchema`] for a file in which nobody knows where they are;
    /// [`StoreError::Io`], also while somebody else reads it.
    pub(super) fn wipe(path: &Path) -> Result<(), StoreError> {
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        // What a journal on the disk would keep of them is not overwritten. Where somebody still reads, it stays.
        let _read = connection.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()));
        in_transaction(&mut connection, |transaction| {
            transaction.execute_batch(
                "UPDATE room SET cert = NULL, key = NULL, spki = NULL, draft = '';
                 DELETE FROM outbox;",
            )?;
            Ok(())
        })?;
        let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::Io("it is being read".to_owned())) }
    }

    /// Which room it is.
    pub fn room(&self) -> RoomId {
        self.room
    }

    /// Which log the numbers belong to; none before the first Welcome.
    pub fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }

    /// Whether a sync failed, so that nothing is written any more until the room is opened again.
    pub fn is_unsynced(&self) -> bool {
        self.unsynced
    }

    fn new(connection: Connection) -> Result<Self, StoreError> {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let (room, era, epoch) = record::identity(&connection)?;
        let wiping = wiping::Wiping::of(&connection)?;
        Ok(Self {
            connection,
            room,
            era,
            epoch,
            sync: Sync::Full,
            unsynced: false,
            text_of: None,
            hash_of: None,
            checked: whole::Checked::default(),
            index_mended: false,
            wiping,
            wipes: wiping::Budget::default(),
            not_kept: NotKept::default(),
        })
    }

    /// Does `work` in one transaction: after an error nothing of it is there.
    ///
    /// When a sync fails, SQLite takes the commit back, but its pages may still reach the disk; so nothing
    /// more is written through this connection. Opened again, the log may hold that last commit: its ops keep
    /// their ids, so saying them again does not double them.
    fn write<T>(
        &mut self,
        sync: Sync,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.unsynced {
            return Err(StoreError::Unsynced);
        }
        self.check_wal()?;
        self.set_sync(sync)?;
        let done = in_transaction(&mut self.connection, work);
        self.unsynced = matches!(done, Err(StoreError::Unsynced));
        if done.is_ok() {
            self.committed();
            self.wipes.committed();
        }
        done
    }

    fn set_sync(&mut self, sync: Sync) -> Result<(), StoreError> {
        if self.sync != sync {
            let level = match sync {
                Sync::Normal => "NORMAL",
                Sync::Full => "FULL",
            };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.sync = sync;
        }
        Ok(())
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// A file with all the tables, and nothing in them unless it was there already.
fn begin(path: &Path) -> Result<Connection, StoreError> {
    files::create_private_file(path)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Only a file without tables can be told so: space in it can be given back piece by piece.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// A connection with everything set that holds for one connection only. Nothing is written.
fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    schema::check(&connection)?;
    for (pragma, value) in [
        // macOS leaves data in the drive's cache unless asked twice; elsewhere these two do nothing.
        ("fullfsync", "ON"),
        ("checkpoint_fullfsync", "ON"),
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        // It swallows its errors; see `checkpoint`.
        ("wal_autocheckpoint", "0"),
        // A room's file may come from somebody else: its schema gets no functions to call.
        ("trusted_schema", "OFF"),
        ("cell_size_check", "ON"),
        // What was said and was taken away leaves the pages that are written anyway.
        ("secure_delete", "FAST"),
        // What a file is sorted or written anew with is nobody's to find.
        ("temp_store", "MEMORY"),
    ] {
        connection.pragma_update(None, pragma, value)?;
    }
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits::DRAFT_BYTES;
    use crate::types::{Nickname, RoomName};

    pub(super) fn room() -> (tempfile::TempDir, RoomDb) {
        let dir = tempfile::tempdir().unwrap();
        let record = RoomRecord {
            room_id: RoomId([7; 32]),
            name: RoomName::new("Kitchen").unwrap(),
            hosted: None,
            epoch: None,
            spki: None,
            verified: false,
            nick: Nickname::new("Ana").unwrap(),
            addresses: Vec::new(),
            capacity: None,
            guests: crate::types::GuestRules::default(),
            password: None,
            password_epoch: 0,
            asks: false,
            plain: false,
            created_ms: 0,
        };
        let db = RoomDb::create(&dir.path().join("a.db"), &record).unwrap();
        (dir, db)
    }

    #[test]
    fn a_full_disk_refuses_the_write_and_takes_the_next_one_when_there_is_space() {
        let (_dir, mut db) = room();
        db.keep_draft("old").unwrap();
        let pages: u32 = db.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        db.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
        let long = "a".repeat(DRAFT_BYTES);
        assert_eq!(db.keep_draft(&long), Err(StoreError::Full));
        assert_eq!(db.draft().unwrap(), "old");
        db.connection.query_row("PRAGMA max_page_count = 100000", [], |_| Ok(())).unwrap();
        db.keep_draft(&long).unwrap();
        assert_eq!(db.draft().unwrap(), long);
    }

    #[test]
    fn after_a_failed_sync_nothing_is_written_until_the_room_is_opened_again() {
        let (dir, mut db) = room();
        let failed = db.write(Sync::Full, |transaction| {
            transaction.execute("UPDATE room SET draft = 'lost'", [])?;
            Err::<(), _>(StoreError::Unsynced)
        });
        assert_eq!(failed, Err(StoreError::Unsynced));
        assert_eq!(db.keep_draft("new"), Err(StoreError::Unsynced));
        assert_eq!(db.draft().unwrap(), "");
        drop(db);
        let mut db = RoomDb::open(&dir.path().join("a.db")).unwrap();
        db.keep_draft("new").unwrap();
        assert_eq!(db.draft().unwrap(), "new");
    }

    #[test]
    fn commits_are_synced_unless_they_can_be_fetched_again() {
        let (_dir, mut db) = room();
        let level = |db: &RoomDb| -> i64 {
            db.connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap()
        };
        assert_eq!(level(&db), 2);
        db.write(Sync::Normal, |_| Ok(())).unwrap();
        assert_eq!(level(&db), 1);
        db.write(Sync::Full, |_| Ok(())).unwrap();
        assert_eq!(level(&db), 2);
        let mode: String = db.connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}
