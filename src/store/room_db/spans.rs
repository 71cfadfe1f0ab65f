//! Which parts of a log are here. So holes are known without reading the log, however long it is.

use rusqlite::{Connection, Transaction, params};

use super::{RoomDb, StoreError, log, rows};
use crate::types::{Hash, Link, Seq};

/// Entries that are missing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The last entry that is here before them; [`Seq::START`] where the beginning of the log is missing.
    pub after: Seq,
    /// The newest of the missing ones.
    pub newest: Link,
    /// The first entry that is here behind them; where they are the last that there were, the number of the next one.
    pub before: Seq,
}

impl RoomDb {
    /// How many entries are here; of a plain room, about how many.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn here(&self) -> Result<u64, StoreError> {
        let here = "SELECT coalesce(sum(last_seq - prev_seq), 0) FROM span WHERE era = ?1";
        let here: i64 = self.connection.prepare_cached(here)?.query_row([self.era], |row| row.get(0))?;
        Ok(here.unsigned_abs())
    }

    /// The holes in this log, newest first. What was removed is none. In a host's own log they are what was damaged;
    /// the newest of its entries may be among them, for its numbers go on behind them.
    /// [`RoomDb::store_vouched`] fills them, each from its upper end downwards.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn gaps(&self) -> Result<Vec<Gap>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT coalesce((SELECT max(last_seq) FROM span AS older
                              WHERE older.era = span.era AND older.prev_seq < span.prev_seq), era.removed_to),
                    entry.prev_seq, entry.prev_hash, entry.seq
             FROM span JOIN era USING (era) JOIN entry ON entry.era = span.era AND entry.seq =
                 (SELECT min(seq) FROM entry AS behind
                  WHERE behind.era = span.era AND behind.seq > span.prev_seq)
             WHERE span.era = ?1 AND span.prev_seq > era.removed_to ORDER BY span.prev_seq DESC",
        )?;
        let mut rows = statement.query([self.era])?;
        let mut gaps = Vec::from_iter(self.missing_end()?);
        while let Some(row) = rows.next()? {
            gaps.push(Gap {
                after: rows::stored_seq(row, 0)?,
                newest: Link { seq: rows::stored_seq(row, 1)?, hash: Hash(row.get(2)?) },
                before: rows::stored_seq(row, 3)?,
            });
        }
        Ok(gaps)
    }

    /// The hole behind everything that is here.
    fn missing_end(&self) -> Result<Option<Gap>, StoreError> {
        let (newest, live) = (log::newest(&self.connection, self.era)?, self.live_end()?);
        let after = newest.map_or(Seq::START, |newest| newest.seq).max(self.removed_to()?);
        Ok((live.seq > after).then(|| Gap { after, newest: live, before: live.seq.next() }))
    }
}

/// Notes that every entry after `prev` up to `last` is here, and joins that with what it touches.
pub(super) fn cover(
    transaction: &Transaction<'_>,
    era: i64,
    (prev, last): (Seq, Seq),
) -> Result<(), StoreError> {
    let (prev, last) = (rows::seq(prev)?, rows::seq(last)?);
    let (from, to) = touched(transaction, era, (prev, last))?;
    transaction
        .prepare_cached("DELETE FROM span WHERE era = ?1 AND prev_seq <= ?3 AND last_seq >= ?2")?
        .execute(params![era, prev, last])?;
    transaction
        .prepare_cached("INSERT INTO span (era, prev_seq, last_seq) VALUES (?1, ?2, ?3)")?
        .execute(params![era, from, to])?;
    Ok(())
}

/// The bounds of the given span and all that it touches.
fn touched(connection: &Connection, era: i64, (prev, last): (i64, i64)) -> Result<(i64, i64), StoreError> {
    let bounds: (Option<i64>, Option<i64>) = connection
        .prepare_cached(
            "SELECT min(prev_seq), max(last_seq) FROM span
             WHERE era = ?1 AND prev_seq <= ?3 AND last_seq >= ?2",
        )?
        .query_row(params![era, prev, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((bounds.0.map_or(prev, |found| found.min(prev)), bounds.1.map_or(last, |found| found.max(last))))
}
