//! Moving what was committed from the write-ahead log into the database itself.
//!
//! SQLite would do so by itself after a commit, and tell nobody where that fails: a disk that no longer confirms what
//! is written would go unnoticed. So it is done here, when there is nothing else to do, and after a commit at the
//! latest when the log has grown long. A sync that fails in it counts like any other.

use std::time::Duration;

use super::{RoomDb, StoreError, Sync};
use crate::types::limits::{WAL_IDLE_PAGES, WAL_PAGES, WAL_PAGES_MAX};

/// Pages in the write-ahead log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Wal {
    /// All of them.
    pages: u64,
    /// Those that are in the database too.
    moved: u64,
}

impl RoomDb {
    /// Moves what was committed into the database where that is worth its while: for when nothing else is to be done.
    ///
    /// # Errors
    /// [`StoreError::Unsynced`], [`StoreError::Full`], [`StoreError::Io`]. What was committed stays so.
    pub fn checkpoint_some(&mut self) -> Result<(), StoreError> {
        if self.unsynced || self.wal()?.waiting() < WAL_IDLE_PAGES { Ok(()) } else { self.checkpoint() }
    }

    /// Makes everything that can be read here survive a power cut. What is read after a crash, or after a sync that
    /// failed, is perhaps in memory only; nobody may be told of it before.
    pub(super) fn settle(&mut self) -> Result<(), StoreError> {
        if self.wal()?.waiting() == 0 {
            return Ok(());
        }
        self.checkpoint()?;
        if self.wal()?.waiting() == 0 {
            return Ok(());
        }
        // Somebody reads what was there before, so not all of it could be moved: a commit that is synced does as well.
        self.write(Sync::Full, |transaction| {
            transaction.execute("UPDATE room SET one = one", [])?;
            Ok(())
        })
    }

    /// Puts everything into the database's own file, for one that is to be moved without its log. SQLite does so when the
    /// file is closed, and tells nobody where that fails.
    pub(super) fn complete(&mut self) -> Result<(), StoreError> {
        self.checkpoint()?;
        match self.wal()?.waiting() {
            0 => Ok(()),
            pages => Err(StoreError::Io(format!("{pages} pages could not be moved into the file"))),
        }
    }

    /// Moves everything into the database and cuts the write-ahead log off, so that no page is left as it was before. False
    /// where somebody reads what was there before.
    pub(super) fn cut_log(&mut self) -> Result<bool, StoreError> {
        if self.unsynced {
            return Err(StoreError::Unsynced);
        }
        // Nobody is waited for.
        self.connection.busy_timeout(Duration::ZERO)?;
        let done = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .map_err(StoreError::from);
        self.connection.busy_timeout(super::BUSY)?;
        self.unsynced |= matches!(done, Err(StoreError::Unsynced));
        Ok(done? == 0)
    }

    /// After a commit. It is done, so an error here is none of it: the next one fails.
    pub(super) fn committed(&mut self) {
        let long = self.wal().is_ok_and(|wal| wal.waiting() >= WAL_PAGES);
        if long && let Err(error) = self.checkpoint() {
            tracing::warn!(%error, "what was committed was not moved into the database");
        }
    }

    /// Before a commit: a log that could not be moved for long does not grow any more.
    pub(super) fn check_wal(&mut self) -> Result<(), StoreError> {
        if self.wal()?.waiting() < WAL_PAGES_MAX { Ok(()) } else { self.checkpoint() }
    }

    /// Moves as much as can be moved without waiting for anybody who reads.
    fn checkpoint(&mut self) -> Result<(), StoreError> {
        let done = look(&self.connection, "PRAGMA wal_checkpoint(PASSIVE)").map(drop);
        self.unsynced |= matches!(done, Err(StoreError::Unsynced));
        done
    }

    fn wal(&self) -> Result<Wal, StoreError> {
        look(&self.connection, "PRAGMA wal_checkpoint(NOOP)")
    }
}

impl Wal {
    /// Pages that are not in the database yet.
    fn waiting(self) -> u64 {
        self.pages.saturating_sub(self.moved)
    }
}

/// What a checkpoint answers. Without a write-ahead log it answers negative numbers, and nothing waits.
fn look(connection: &rusqlite::Connection, pragma: &str) -> Result<Wal, StoreError> {
    let pages = |pages: i64| u64::try_from(pages).unwrap_or(0);
    let mut statement = connection.prepare_cached(pragma)?;
    Ok(statement.query_row([], |row| Ok(Wal { pages: pages(row.get(1)?), moved: pages(row.get(2)?) }))?)
}

#[cfg(test)]
mod tests {
    use super::super::tests::room;
    use super::*;
    use crate::types::limits::DRAFT_BYTES;

    /// Commits of 16 pages and a few.
    fn write(db: &mut RoomDb, commits: u64) {
        for n in 0..commits {
            db.keep_draft(&char::from(b'a' + (n % 26) as u8).to_string().repeat(DRAFT_BYTES)).unwrap();
        }
    }

    #[test]
    fn a_short_log_is_left_alone_and_a_longer_one_is_moved_when_there_is_time() {
        let (_dir, mut db) = room();
        db.checkpoint().unwrap();
        write(&mut db, WAL_IDLE_PAGES / 32);
        db.checkpoint_some().unwrap();
        assert!(db.wal().unwrap().waiting() > 0);
        write(&mut db, WAL_IDLE_PAGES / 16);
        assert!(db.wal().unwrap().waiting() >= WAL_IDLE_PAGES);
        db.checkpoint_some().unwrap();
        assert_eq!(db.wal().unwrap().waiting(), 0);
    }

    #[test]
    fn without_any_time_the_log_stays_bounded() {
        let (dir, mut db) = room();
        write(&mut db, 4 * WAL_PAGES / 16);
        let length = std::fs::metadata(dir.path().join("a.db-wal")).unwrap().len();
        assert!((WAL_PAGES * 3_000..(WAL_PAGES + 40) * 4_200).contains(&length), "{length}");
    }

    #[test]
    fn after_a_failed_sync_there_is_no_checkpoint() {
        let (_dir, mut db) = room();
        write(&mut db, WAL_IDLE_PAGES / 16);
        db.unsynced = true;
        let before = db.wal().unwrap();
        db.checkpoint_some().unwrap();
        assert_eq!(db.wal().unwrap(), before);
    }

    #[test]
    fn the_file_of_a_new_room_holds_it_without_what_lies_beside_it() {
        let (dir, db) = room();
        let alone = dir.path().join("alone.db");
        std::fs::copy(dir.path().join("a.db"), &alone).unwrap();
        assert_eq!(RoomDb::open(&alone).unwrap().room(), db.room());
    }

    #[test]
    fn what_is_read_when_a_room_is_opened_is_in_the_database_first() {
        let (dir, mut db) = room();
        db.keep_draft("typed").unwrap();
        // As after a crash: the log is there, and nobody who moved it.
        let (main, wal) = (dir.path().join("b.db"), dir.path().join("b.db-wal"));
        std::fs::copy(dir.path().join("a.db"), &main).unwrap();
        std::fs::copy(dir.path().join("a.db-wal"), wal).unwrap();
        let db = RoomDb::open(&main).unwrap();
        assert_eq!(db.wal().unwrap().waiting(), 0);
        assert_eq!(db.draft().unwrap(), "typed");
    }

    #[test]
    fn it_is_settled_also_while_somebody_reads_what_was_there_before() {
        let (dir, mut db) = room();
        let path = dir.path().join("a.db");
        db.checkpoint().unwrap();
        let reader = RoomDb::open_read_only(&path).unwrap();
        reader.connection.execute_batch("BEGIN; SELECT count(*) FROM room").unwrap();
        db.keep_draft("typed").unwrap();
        drop(db);
        let mut db = RoomDb::open(&path).unwrap();
        assert_eq!(db.draft().unwrap(), "typed");
        db.keep_draft("more").unwrap();
    }
}
