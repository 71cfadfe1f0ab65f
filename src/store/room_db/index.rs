//! The index of words: what makes a line findable, whoever said it and however long ago.
//!
//! It is a full-text table without the texts themselves; its row numbers tell era and number of the entry. It can
//! be made anew from the log at any time, so damage to it is never damage to the room: it is begun again, and where
//! not even that works, the room goes on without it.
//!
//! An entry is indexed in the commit that stores it. What was there before there was an index is indexed afterwards,
//! newest first and a little at a time ([`RoomDb::index_some`]), and `era.unindexed` says how far that came: every
//! entry with a higher number is in the index, no other is. So it goes on where it was after a crash.

use rusqlite::{Transaction, params};

use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, Sync, schema};
use crate::types::limits::{INDEX_BYTES, INDEX_ENTRIES};
use crate::types::search::words;
use crate::types::{Entry, Seq};

/// What an entry says, for the index; none where it says nothing that anybody looks for. The store cannot read
/// entries.
pub type TextOf = fn(&Entry) -> Option<String>;

/// Bits of a row number that are the entry's number; those above are the era. Host's numbers go up one by one, so no
/// honest log comes near. What does not fit is not indexed, and so is never taken for another entry.
const SEQ_BITS: u32 = 48;
const SEQ_END: i64 = 1 << SEQ_BITS;
const ERA_END: i64 = 1 << (63 - SEQ_BITS);

impl RoomDb {
    /// Indexes entries from here on, with what `text_of` reads in them. Until this is called they are stored
    /// without.
    pub fn index_with(&mut self, text_of: TextOf) {
        self.text_of = Some(text_of);
    }

    /// Whether every entry that can be found is in the index.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn is_indexed(&self) -> Result<bool, StoreError> {
        if schema::version(&self.connection)? < schema::WITH_INDEX || self.era >= ERA_END {
            return Ok(false);
        }
        Ok(unindexed(&self.connection, self.era)? == 0)
    }

    /// Indexes a few entries that are not yet, the newest first, and answers whether there are more. What is lost in
    /// a crash is done again.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`], and [`StoreError::Damaged`] where the index could not be begun
    /// again.
    pub fn index_some(&mut self) -> Result<bool, StoreError> {
        let (room, era) = (self.room, self.era);
        if self.text_of.is_none() || self.is_indexed()? || era >= ERA_END {
            return Ok(false);
        }
        self.write_entries(Sync::Normal, |transaction, text_of| {
            let Some(text_of) = text_of else { return Ok(()) };
            let mut statement = transaction.prepare_cached(OLDER)?;
            let mut rows = statement.query((era, unindexed(transaction, era)?, INDEX_ENTRIES as i64))?;
            let (mut taken, mut bytes, mut lowest) = (Vec::new(), 0, 0);
            while let Some(row) = rows.next()? {
                lowest = row.get::<_, i64>(0)?;
                // What cannot be read is not found; reading the log says so.
                let Ok(entry) = rows::entry(row, room) else { continue };
                bytes += entry.signed.op.body.len();
                taken.push(entry);
                if bytes > INDEX_BYTES {
                    break;
                }
            }
            drop(rows);
            // Ascending: the index writes out what it has gathered at every number that goes down.
            for entry in taken.iter().rev() {
                put(transaction, era, entry, text_of)?;
            }
            set_unindexed(transaction, era, lowest.saturating_sub(1).max(0))
        })?;
        Ok(self.text_of.is_some() && !self.is_indexed()?)
    }

    /// Begins the index again: nothing is in it, and [`RoomDb::index_some`] fills it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Full`], [`StoreError::Io`].
    pub fn rebuild_index(&mut self) -> Result<(), StoreError> {
        let era = self.era;
        self.write(Sync::Normal, |transaction| {
            transaction.execute_batch(schema::INDEX_AGAIN).map_err(index_error)?;
            let last = "SELECT coalesce(max(seq), 0) FROM entry WHERE era = ?1";
            let last = transaction.query_row(last, [era], |row| row.get(0))?;
            set_unindexed(transaction, era, last)
        })
    }

    /// Does `work`, which stores entries, in one transaction. What fails with the index and not without it is the
    /// index's fault: then the entries are stored, and the index is begun again, once, and after that left alone.
    pub(super) fn write_entries<T>(
        &mut self,
        sync: Sync,
        work: impl Fn(&Transaction<'_>, Option<TextOf>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let text_of = self.text_of;
        let done = self.write(sync, |transaction| work(transaction, text_of));
        let index_may_be_why =
            matches!(done, Err(StoreError::Damaged(_) | StoreError::Misfit(_) | StoreError::Io(_)));
        if text_of.is_none() || !index_may_be_why {
            return done;
        }
        let done = self.write(sync, |transaction| work(transaction, None))?;
        if self.index_mended || self.rebuild_index().is_err() {
            self.text_of = None;
        }
        self.index_mended = true;
        Ok(done)
    }
}

/// The row of an entry in the index; none where it has no place there.
pub(super) fn rowid(era: i64, seq: Seq) -> Option<i64> {
    let seq = i64::try_from(seq.0).ok().filter(|seq| *seq < SEQ_END)?;
    (1..ERA_END).contains(&era).then_some((era << SEQ_BITS) | seq)
}

/// The number of the entry in this row.
pub(super) fn seq_of(rowid: i64) -> Seq {
    Seq((rowid & (SEQ_END - 1)).unsigned_abs())
}

/// The first and the last row of the entries from the first number up to the one before the second.
pub(super) fn rows_of(era: i64, (from, end): (Seq, Seq)) -> Option<(i64, i64)> {
    let last = end.0.checked_sub(1)?.min(SEQ_END.unsigned_abs() - 1);
    Some((rowid(era, from)?, rowid(era, Seq(last))?))
}

/// Indexes entries that were just stored, or notes that they are not indexed. Those among what is not indexed yet
/// get their turn with it.
pub(super) fn add(
    transaction: &Transaction<'_>,
    era: i64,
    entries: &[&Entry],
    text_of: Option<TextOf>,
) -> Result<(), StoreError> {
    let mut left = unindexed(transaction, era)?;
    for entry in entries {
        let seq = rows::seq(entry.seq)?;
        match text_of {
            Some(text_of) if seq > left => put(transaction, era, entry, text_of)?,
            Some(_) => {}
            None if seq > left => {
                left = seq;
                set_unindexed(transaction, era, left)?;
            }
            None => {}
        }
    }
    Ok(())
}

/// Takes entries out of the index that leave the log: those after the first number up to the second. Their words
/// leave the file when the parts of the index that hold them are merged.
#[cfg_attr(not(test), expect(dead_code, reason = "for what removes entries from the log"))]
pub(super) fn remove(
    transaction: &Transaction<'_>,
    era: i64,
    (after, last): (Seq, Seq),
) -> Result<(), StoreError> {
    let Some((from, to)) = rows_of(era, (after.next(), last.next())) else { return Ok(()) };
    let mut statement =
        transaction.prepare_cached("DELETE FROM find WHERE rowid BETWEEN ?1 AND ?2").map_err(index_error)?;
    statement.execute([from, to]).map(drop).map_err(index_error)
}

fn put(transaction: &Transaction<'_>, era: i64, entry: &Entry, text_of: TextOf) -> Result<(), StoreError> {
    let (Some(row), Some(text)) = (rowid(era, entry.seq), text_of(entry)) else { return Ok(()) };
    let mut statement = transaction.prepare_cached(PUT).map_err(index_error)?;
    statement.execute(params![row, spaced(entry.name.as_str()), spaced(&text)]).map_err(index_error)?;
    Ok(())
}

/// The words of a text with spaces between them: what the table's own tokenizer cannot read otherwise.
fn spaced(text: &str) -> String {
    let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
    words.join(" ")
}

/// The last entry that is not in the index; 0 where all are.
fn unindexed(connection: &rusqlite::Connection, era: i64) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT unindexed FROM era WHERE era = ?1")?;
    Ok(statement.query_row([era], |row| row.get(0))?)
}

fn set_unindexed(transaction: &Transaction<'_>, era: i64, last: i64) -> Result<(), StoreError> {
    transaction.prepare_cached("UPDATE era SET unindexed = ?2 WHERE era = ?1")?.execute((era, last))?;
    Ok(())
}

/// What is wrong with the table of the index, which answers some damage as if the statement were wrong.
pub(super) fn index_error(error: rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(failure, words) if failure.code == rusqlite::ErrorCode::Unknown => {
            StoreError::Damaged(format!("the index: {}", words.unwrap_or_default()))
        }
        other => other.into(),
    }
}

const PUT: &str = "INSERT OR REPLACE INTO find (rowid, name, text) VALUES (?1, ?2, ?3)";
const OLDER: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM entry WHERE era = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT ?3"
);
