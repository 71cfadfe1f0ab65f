//! Removing what is not to be kept: the oldest entries of the log, a few at a time, with all that hangs on them.
//!
//! What stays right without them: numbers go on, for the end of the live chain is kept by itself; what the host took
//! once is answered with its old number, for ids and numbers of removed ops are kept; authors' counters go on; and what
//! was removed is not missing, so nobody fetches it again. Old eras go the same way as the current one.

use rusqlite::{Connection, Transaction, params};

use super::rows;
use super::{RoomDb, StoreError, Sync, index, schema};
use crate::types::limits::{FREE_PAGES, GIVE_BACK_PAGES, REMOVE_ENTRIES, VACUUM_PAGES};
use crate::types::{MemberKey, OpId, Retention, Seq};

/// What is not to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NotKept {
    /// Entries that were said before this time, milliseconds since 1970 UTC.
    pub before_ms: Option<i64>,
    /// Entries up to this number, and all that earlier logs of the room hold.
    pub through: Seq,
    /// Everything, once nobody uses the room any more.
    pub all_at_end: bool,
}

impl NotKept {
    /// Whether an entry of this number and time is not kept.
    fn covers(self, seq: i64, at_ms: i64) -> bool {
        seq.unsigned_abs() <= self.through.0 || self.before_ms.is_some_and(|before| at_ms < before)
    }
}

impl RoomDb {
    /// How long this room's entries are kept here; none for what the settings say.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn retention(&self) -> Result<Option<Retention>, StoreError> {
        if schema::version(&self.connection)? < schema::WITH_RETENTION {
            return Ok(None);
        }
        let keep: Option<String> =
            self.connection.query_row("SELECT keep FROM room", [], |row| row.get(0))?;
        // What a newer app wrote, and this one cannot read, is no reason to remove anything.
        Ok(keep.map(|keep| keep.parse().unwrap_or_default()))
    }

    /// Keeps how long this room's entries are kept here.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_retention(&mut self, retention: Option<Retention>) -> Result<(), StoreError> {
        self.write(Sync::Full, |transaction| {
            let keep = retention.map(|retention| retention.to_string());
            transaction.execute("UPDATE room SET keep = ?1", [keep])?;
            Ok(())
        })
    }

    /// Entries up to this number are not kept here: they were removed, and nobody fetches them again.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn removed_to(&self) -> Result<Seq, StoreError> {
        removed_to(&self.connection, self.era)
    }

    /// The number of an op whose entry was removed.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn removed(&self, author: &MemberKey, id: &OpId) -> Result<Option<Seq>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq FROM removed JOIN removed_author ON place = removed.author
             WHERE era = ?1 AND removed_author.author = ?2 AND op_id = ?3",
        )?;
        let mut rows = statement.query(params![self.era, author.0, id.0])?;
        rows.next()?.map(|row| rows::stored_seq(row, 0)).transpose()
    }

    /// Whether there is anything that was said before this time.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn has_before(&self, before_ms: i64) -> Result<bool, StoreError> {
        let not_kept = NotKept { before_ms: Some(before_ms), ..NotKept::default() };
        Ok(era_to_remove(&self.connection, self.era, not_kept)?.is_some())
    }

    /// From now on this is not kept.
    pub fn set_not_kept(&mut self, not_kept: NotKept) {
        self.not_kept = not_kept;
    }

    /// Removes a few entries that are not to be kept, or gives back some of the space that they took, and answers
    /// whether there is more to do. What is lost in a crash is done again.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Full`], [`StoreError::Io`].
    pub fn remove_some(&mut self) -> Result<bool, StoreError> {
        let (current, not_kept) = (self.era, self.not_kept);
        if not_kept.before_ms.is_none() && not_kept.through == Seq::START {
            return Ok(false);
        }
        if let Some(era) = era_to_remove(&self.connection, current, not_kept)? {
            let earlier = era < current && not_kept.through > Seq::START;
            let through = if earlier { Seq(u64::MAX) } else { not_kept.through };
            let limit = NotKept { through, ..not_kept };
            self.write_entries(Sync::Normal, |transaction, text_of| {
                remove(transaction, era, limit, text_of.is_some())
            })?;
            return Ok(true);
        }
        self.give_back_some(FREE_PAGES)
    }

    /// Nobody uses the room any more: removes what was kept only for as long.
    ///
    /// # Errors
    /// As [`RoomDb::remove_some`].
    pub fn remove_at_end(&mut self) -> Result<(), StoreError> {
        if self.not_kept.all_at_end {
            self.not_kept.through = Seq(u64::MAX);
            while self.remove_some()? {}
        }
        Ok(())
    }

    /// Gives the file system some of the space that is free in the file, and answers whether there is more. A little
    /// may stay: what is said next takes it.
    ///
    /// A file that was made before there was a way to do so piece by piece is written anew once, where that is
    /// little; else its space is used for what is said next.
    pub(super) fn give_back_some(&mut self, keep: usize) -> Result<bool, StoreError> {
        let number = |pragma: &str| -> Result<u64, StoreError> {
            let number: i64 = self.connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))?;
            Ok(number.unsigned_abs())
        };
        let (free, pages) = (number("freelist_count")?, number("page_count")?);
        if free <= keep as u64 || self.unsynced {
            return Ok(false);
        }
        if number("auto_vacuum")? == 0 {
            if free > pages / 4 && pages - free <= VACUUM_PAGES as u64 {
                self.check_wal()?;
                self.connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; VACUUM;")?;
                self.committed();
            }
            return Ok(false);
        }
        let some = (free - keep as u64).min(GIVE_BACK_PAGES as u64);
        self.write(Sync::Normal, |transaction| {
            let mut statement = transaction.prepare(&format!("PRAGMA incremental_vacuum({some})"))?;
            let mut rows = statement.query([])?;
            while rows.next()?.is_some() {}
            Ok(())
        })?;
        Ok(true)
    }
}

/// Entries of the era up to this number are not kept here.
pub(super) fn removed_to(connection: &Connection, era: i64) -> Result<Seq, StoreError> {
    if schema::version(connection)? < schema::WITH_RETENTION {
        return Ok(Seq::START);
    }
    let mut statement = connection.prepare_cached("SELECT removed_to FROM era WHERE era = ?1")?;
    let seq: i64 = statement.query_row([era], |row| row.get(0))?;
    Ok(Seq(seq.unsigned_abs()))
}

/// The first era that begins with an entry that is not to be kept.
fn era_to_remove(
    connection: &Connection,
    current: i64,
    not_kept: NotKept,
) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT era.era, entry.seq, entry.at_ms FROM era JOIN entry ON entry.era = era.era AND entry.seq =
             (SELECT min(seq) FROM entry AS first WHERE first.era = era.era)
         ORDER BY era.era",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (era, seq, at_ms): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let earlier = era < current && not_kept.through > Seq::START;
        if earlier || not_kept.covers(seq, at_ms) {
            return Ok(Some(era));
        }
    }
    Ok(None)
}

/// Removes the oldest entries of the era, as far as they are not to be kept.
fn remove(
    transaction: &Transaction<'_>,
    era: i64,
    not_kept: NotKept,
    indexed: bool,
) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached(
        "SELECT seq, at_ms, author, n, op_id FROM entry WHERE era = ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = statement.query((era, REMOVE_ENTRIES as i64))?;
    let (mut last, mut last_ms) = (None, 0);
    let hosted: bool = transaction.query_row("SELECT key IS NOT NULL FROM room", [], |row| row.get(0))?;
    while let Some(row) = rows.next()? {
        let (seq, at_ms): (i64, i64) = (row.get(0)?, row.get(1)?);
        if !not_kept.covers(seq, at_ms) {
            break;
        }
        (last, last_ms) = (Some(seq), at_ms);
        let (author, n, id): ([u8; 32], i64, [u8; 16]) = (row.get(2)?, row.get(3)?, row.get(4)?);
        // What the room itself said has no counter, and nobody sends it again.
        if n > 0 {
            if hosted {
                keep_id(transaction, era, (&author, n), (&id, seq))?;
            } else {
                keep_counter(transaction, era, (&author, n))?;
            }
        }
    }
    drop(rows);
    let Some(last) = last else { return Ok(()) };
    let before = removed_to(transaction, era)?;
    transaction.prepare_cached("DELETE FROM entry WHERE era = ?1 AND seq <= ?2")?.execute((era, last))?;
    transaction.prepare_cached("DELETE FROM span WHERE era = ?1 AND last_seq <= ?2")?.execute((era, last))?;
    transaction
        .prepare_cached("UPDATE span SET prev_seq = ?2 WHERE era = ?1 AND prev_seq < ?2")?
        .execute((era, last))?;
    transaction
        .prepare_cached("UPDATE era SET removed_to = max(removed_to, ?2), removed_ms = ?3 WHERE era = ?1")?
        .execute((era, last, last_ms))?;
    if indexed {
        index::remove(transaction, era, (before, Seq(last.unsigned_abs())))?;
    }
    Ok(())
}

/// Keeps the number that an op had whose entry is not here any more.
pub(super) fn keep_id(
    transaction: &Transaction<'_>,
    era: i64,
    (author, n): (&[u8; 32], i64),
    (id, seq): (&[u8; 16], i64),
) -> Result<(), StoreError> {
    let place = keep_counter(transaction, era, (author, n))?;
    transaction
        .prepare_cached("INSERT OR IGNORE INTO removed (author, op_id, seq) VALUES (?1, ?2, ?3)")?
        .execute(params![place, id, seq])?;
    Ok(())
}

/// Notes an author's counter, and answers where the author stands among those of removed entries.
pub(super) fn keep_counter(
    transaction: &Transaction<'_>,
    era: i64,
    (author, n): (&[u8; 32], i64),
) -> Result<i64, StoreError> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO removed_author (era, author, n) VALUES (?1, ?2, ?3)
         ON CONFLICT (era, author) DO UPDATE SET n = max(n, excluded.n) RETURNING place",
    )?;
    Ok(statement.query_row(params![era, author, n], |row| row.get(0))?)
}
