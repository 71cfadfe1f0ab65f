//! Words that were removed leave the room's files altogether.
//!
//! To overwrite a row is not all. The index keeps its words in parts that are only marked, until they are merged. SQLite
//! leaves copies of rows in the free space of pages that it rebuilt, also with `secure_delete`. And the write-ahead log holds
//! pages as they were, until it is used again. So, when there is nothing else to do, the parts are merged, the file is
//! written anew, and the log is cut off. That this is still to be done stands in the room's row, so a crash does not end it.
//!
//! A file of more than [`VACUUM_PAGES`] is not written anew, because everybody would wait for it: there the pages that are
//! free leave the file, and in the free space of those that are not, pieces may stay that were copied before.

use rusqlite::Transaction;

use super::{RoomDb, StoreError, Sync};
use crate::types::limits::{MERGED_PAGES, VACUUM_PAGES};
use crate::types::{Removal, Seq};

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Wiping {
    /// Nothing: no word is left, or the disk did not do it, and it is tried again when the room is opened the next time.
    #[default]
    Done,
    /// All parts of the index are to be merged into one.
    Merging,
    /// That is under way.
    Merged,
    /// The file is to be written anew.
    Rewriting,
    /// The write-ahead log is to be cut off.
    Cutting,
}

impl Wiping {
    /// What is left of it in this file.
    pub(super) fn of(connection: &rusqlite::Connection) -> Result<Self, StoreError> {
        if super::schema::version(connection)? < super::schema::WITH_WIPING {
            return Ok(Self::Done);
        }
        let unwiped: bool = connection.query_row("SELECT unwiped FROM room", [], |row| row.get(0))?;
        Ok(if unwiped { Self::Merging } else { Self::Done })
    }
}

impl RoomDb {
    /// Before something is removed: pages that leave the file are overwritten from here on, until no word is left. At other
    /// times that would make everything slower for nothing.
    pub(super) fn will_remove(&mut self, removals: &[(Seq, Removal)]) -> Result<(), StoreError> {
        if removals.is_empty() { Ok(()) } else { self.will_wipe() }
    }

    pub(super) fn will_wipe(&mut self) -> Result<(), StoreError> {
        self.overwrite("ON")?;
        self.wiping = Wiping::Merging;
        Ok(())
    }

    /// Does a little of it, and answers whether there is more that can be done now.
    pub(super) fn wipe_some(&mut self) -> Result<bool, StoreError> {
        match self.wiping {
            Wiping::Done => Ok(false),
            Wiping::Merging | Wiping::Merged => self.merge_some(),
            Wiping::Rewriting => {
                // What fails here fails again and again.
                self.wiping = Wiping::Done;
                let more = self.rewrite()?;
                self.wiping = if more { Wiping::Rewriting } else { Wiping::Cutting };
                Ok(true)
            }
            Wiping::Cutting => {
                // Whoever reads what was there before keeps it: later, then.
                if self.cut_log()? {
                    self.wiping = Wiping::Done;
                    self.write(Sync::Normal, |transaction| {
                        transaction.execute("UPDATE room SET unwiped = 0", [])?;
                        Ok(())
                    })?;
                    self.overwrite("FAST")?;
                }
                Ok(false)
            }
        }
    }

    fn overwrite(&self, how: &str) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "secure_delete", how)?)
    }

    /// Merges a little of the index's parts. A merge that is cut off is not gone on with: later ones take the words.
    fn merge_some(&mut self) -> Result<bool, StoreError> {
        let begins = self.wiping == Wiping::Merging;
        let mut any = false;
        if self.text_of.is_some() {
            // A negative number begins to merge all parts into one; then a positive one goes on (SQLite, FTS5 §6.8).
            let pages = if begins { -MERGED_PAGES } else { MERGED_PAGES };
            let before = self.connection.total_changes();
            self.write(Sync::Normal, |transaction| {
                let merge = "INSERT INTO find (find, rank) VALUES ('merge', ?1)";
                transaction.prepare_cached(merge)?.execute([pages])?;
                Ok(())
            })?;
            any = begins || self.connection.total_changes() - before >= 2;
        }
        self.wiping = if any { Wiping::Merged } else { Wiping::Rewriting };
        Ok(true)
    }

    /// Writes the file anew where that is little, else gives some of its free pages back; answers whether there are more.
    fn rewrite(&mut self) -> Result<bool, StoreError> {
        let number = |pragma| self.connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let used = number("PRAGMA page_count")? - number("PRAGMA freelist_count")?;
        if used.unsigned_abs() > VACUUM_PAGES as u64 {
            return self.give_back_some(0);
        }
        if self.unsynced {
            return Err(StoreError::Unsynced);
        }
        self.check_wal()?;
        let done = self.connection.execute_batch("VACUUM").map_err(StoreError::from);
        self.unsynced = matches!(done, Err(StoreError::Unsynced));
        done?;
        self.committed();
        Ok(false)
    }
}

/// Notes that words were removed, and are not wiped out yet.
pub(super) fn note(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.prepare_cached("UPDATE room SET unwiped = 1 WHERE unwiped = 0")?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::room;
    use super::*;

    fn number(db: &RoomDb, pragma: &str) -> i64 {
        db.connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).unwrap()
    }

    /// A room whose file has so many pages in use, and some that are free.
    fn of_pages(pages: usize) -> (tempfile::TempDir, RoomDb) {
        let (dir, db) = room();
        db.connection.execute_batch("CREATE TABLE more (a)").unwrap();
        db.connection.execute_batch("UPDATE room SET unwiped = 1").unwrap();
        let used = |db: &RoomDb| number(db, "page_count") - number(db, "freelist_count");
        let missing = pages as i64 - used(&db);
        let more = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
                    INSERT INTO more SELECT zeroblob(4050) FROM n";
        db.connection.execute(more, [missing * 96 / 100]).unwrap();
        while used(&db) < pages as i64 {
            db.connection.execute("INSERT INTO more VALUES (zeroblob(4050))", []).unwrap();
        }
        // Others take their place, in a table of two pages.
        db.connection
            .execute_batch("CREATE TABLE gone (a); INSERT INTO gone VALUES (zeroblob(4050)); DROP TABLE gone")
            .unwrap();
        assert_eq!(used(&db), pages as i64);
        assert!(number(&db, "freelist_count") > 0);
        (dir, db)
    }

    #[test]
    fn a_file_of_as_much_as_is_written_anew_is_and_of_a_larger_one_free_pages_go() {
        for (pages, anew) in [(VACUUM_PAGES, true), (VACUUM_PAGES + 1, false)] {
            let (_dir, mut db) = of_pages(pages);
            db.wiping = Wiping::of(&db.connection).unwrap();
            let before = number(&db, "schema_version");
            while db.wipe_some().unwrap() {}
            assert_eq!(number(&db, "schema_version") > before, anew, "that is what writing it anew changes");
            assert_eq!(number(&db, "freelist_count"), 0);
            assert_eq!((db.wiping, Wiping::of(&db.connection)), (Wiping::Done, Ok(Wiping::Done)));
        }
    }

    #[test]
    fn a_disk_that_does_not_do_it_is_asked_again_at_the_next_start() {
        let (dir, mut db) = room();
        db.connection.execute_batch("UPDATE room SET unwiped = 1").unwrap();
        db.will_wipe().unwrap();
        while db.wiping != Wiping::Rewriting {
            db.wipe_some().unwrap();
        }
        db.unsynced = true;
        assert_eq!(db.wipe_some(), Err(StoreError::Unsynced));
        assert_eq!(db.wipe_some(), Ok(false));
        drop(db);
        let mut db = RoomDb::open(&dir.path().join("a.db")).unwrap();
        assert_eq!(db.wiping, Wiping::Merging);
        while db.wipe_some().unwrap() {}
        assert_eq!(Wiping::of(&db.connection), Ok(Wiping::Done));
    }
}
