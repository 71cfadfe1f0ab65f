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
use crate::types::limits::{MERGED_PAGES, VACUUM_PAGES, WIPE_COMMITS, WIPES};
use crate::types::{Removal, Seq};

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Wiping {
    /// Nothing: no word is left, or the disk did not do it, and it is tried again when the room is opened the next time.
    #[default]
    Done,
    /// All of it: the parts of the index are to be merged into one.
    Due,
    /// That is under way.
    Merging,
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
        Ok(if unwiped { Self::Due } else { Self::Done })
    }
}

/// How often it is begun while the room is open: whoever removes one thing after the other does not keep everybody waiting.
/// What is left waits until more was written, or until the room is closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    left: u32,
    commits: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: WIPES, commits: 0 }
    }
}

impl Budget {
    fn spend(&mut self) -> bool {
        let any = self.left > 0;
        self.left = self.left.saturating_sub(1);
        any
    }

    /// Something was written.
    pub(super) fn committed(&mut self) {
        self.commits += 1;
        if self.commits >= WIPE_COMMITS {
            (self.left, self.commits) = ((self.left + 1).min(WIPES), 0);
        }
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
        self.wiping = Wiping::Due;
        Ok(())
    }

    /// Nobody uses the room any more: wipes out what is left to be.
    ///
    /// # Errors
    /// As [`RoomDb::append`]. What is left is done when the room is opened again.
    pub fn wipe_at_end(&mut self) -> Result<(), StoreError> {
        self.wipes = Budget::default();
        while self.blank_some()? {}
        Ok(())
    }

    /// Does a little of it, and answers whether there is more that can be done now. After an error it is tried again when the
    /// room is opened the next time: what fails here fails again and again.
    pub(super) fn wipe_some(&mut self) -> Result<bool, StoreError> {
        if self.wiping == Wiping::Due && !self.wipes.spend() {
            return Ok(false);
        }
        let (next, more) = match std::mem::take(&mut self.wiping) {
            Wiping::Done => (Wiping::Done, false),
            Wiping::Due => (self.merge_some(-MERGED_PAGES)?, true),
            Wiping::Merging => (self.merge_some(MERGED_PAGES)?, true),
            Wiping::Rewriting => (if self.rewrite()? { Wiping::Rewriting } else { Wiping::Cutting }, true),
            // Whoever reads what was there before keeps it: later, then.
            Wiping::Cutting if !self.cut_log()? => (Wiping::Cutting, false),
            Wiping::Cutting => {
                self.wiped()?;
                (Wiping::Done, false)
            }
        };
        self.wiping = next;
        Ok(more)
    }

    fn overwrite(&self, how: &str) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "secure_delete", how)?)
    }

    /// Merges some pages of the index's parts: a negative number of them begins to merge all parts into one, a positive one
    /// goes on with that (SQLite, FTS5 §6.8). A merge that is cut off is begun again. An index that cannot be merged is made
    /// anew, which is no error of the room.
    fn merge_some(&mut self, pages: i64) -> Result<Wiping, StoreError> {
        if self.text_of.is_none() {
            return Ok(Wiping::Rewriting);
        }
        let before = self.connection.total_changes();
        let done = self.write(Sync::Normal, |transaction| {
            let merge = "INSERT INTO find (find, rank) VALUES ('merge', ?1)";
            transaction.prepare_cached(merge)?.execute([pages])?;
            Ok(())
        });
        match done {
            Err(StoreError::Damaged(_) | StoreError::Misfit(_) | StoreError::Io(_)) => {
                self.rebuild_index()?;
                Ok(Wiping::Rewriting)
            }
            Ok(()) if pages < 0 || self.connection.total_changes() - before >= 2 => Ok(Wiping::Merging),
            Ok(()) => Ok(Wiping::Rewriting),
            Err(error) => Err(error),
        }
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
        self.check_tables()?;
        self.check_wal()?;
        let done = self.connection.execute_batch("VACUUM").map_err(StoreError::from);
        self.unsynced = matches!(done, Err(StoreError::Unsynced));
        done?;
        self.committed();
        Ok(false)
    }

    /// A damaged file is never written anew: what can be saved of it is in its pages as they are. The index of words is not
    /// looked at, for it can be made again.
    fn check_tables(&self) -> Result<(), StoreError> {
        let mut tables = self.connection.prepare_cached(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'find%' AND name NOT LIKE 'sqlite_%'",
        )?;
        let tables = tables.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        for table in tables {
            let check = format!("PRAGMA integrity_check('{table}')");
            let answer: String = self.connection.query_row(&check, [], |row| row.get(0))?;
            if answer != "ok" {
                return Err(StoreError::Damaged(answer));
            }
        }
        Ok(())
    }

    /// No word is left; but where the index is left alone, it may hold some.
    fn wiped(&mut self) -> Result<(), StoreError> {
        self.overwrite("FAST")?;
        if self.text_of.is_none() {
            return Ok(());
        }
        self.write(Sync::Normal, |transaction| {
            transaction.execute("UPDATE room SET unwiped = 0", [])?;
            Ok(())
        })
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
        let (dir, mut db) = room();
        db.index_with(|_| None);
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
        db.index_with(|_| None);
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
        assert_eq!(db.wiping, Wiping::Due);
        // An index that is left alone may hold the words.
        while db.wipe_some().unwrap() {}
        assert_eq!((db.wiping, Wiping::of(&db.connection)), (Wiping::Done, Ok(Wiping::Due)));
        db.index_with(|_| None);
        db.will_wipe().unwrap();
        while db.wipe_some().unwrap() {}
        assert_eq!(Wiping::of(&db.connection), Ok(Wiping::Done));
    }

    #[test]
    fn after_a_failed_sync_the_log_is_not_cut_off() {
        let (_dir, mut db) = room();
        (db.wiping, db.unsynced) = (Wiping::Cutting, true);
        assert_eq!(db.wipe_some(), Err(StoreError::Unsynced));
    }

    #[test]
    fn a_damaged_file_is_not_written_anew() {
        let (_dir, mut db) = room();
        db.connection
            .execute_batch(
                "PRAGMA ignore_check_constraints = ON; INSERT INTO span VALUES (1, 9, 5);
                 PRAGMA ignore_check_constraints = OFF",
            )
            .unwrap();
        db.wiping = Wiping::Rewriting;
        let before = number(&db, "schema_version");
        assert!(matches!(db.wipe_some(), Err(StoreError::Damaged(_))));
        assert_eq!(number(&db, "schema_version"), before);
    }

    #[test]
    fn it_is_done_as_often_as_the_limit_and_then_once_for_so_many_commits_and_at_the_end() {
        let (_dir, mut db) = room();
        db.index_with(|_| None);
        let wipes = |db: &mut RoomDb| {
            db.will_wipe().unwrap();
            db.connection.execute_batch("UPDATE room SET unwiped = 1").unwrap();
            db.wipes.commits = 0;
            while db.wipe_some().unwrap() {}
            Wiping::of(&db.connection) == Ok(Wiping::Done)
        };
        assert!((0..WIPES).all(|_| wipes(&mut db)));
        assert!(!wipes(&mut db));
        (0..WIPE_COMMITS - 1).for_each(|_| db.wipes.committed());
        assert_eq!(db.wipes.left, 0);
        db.wipes.committed();
        assert!(wipes(&mut db) && !wipes(&mut db));
        db.wipe_at_end().unwrap();
        assert_eq!(Wiping::of(&db.connection), Ok(Wiping::Done));
    }
}
