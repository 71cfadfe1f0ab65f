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

    /// Damages the index of the room at `path` as a disk may.
    #[cfg(test)]
    pub(crate) fn damage_index(path: &std::path::Path) -> Result<(), StoreError> {
        let db = Self::open(path)?;
        Ok(db.connection.execute_batch("UPDATE find_data SET block = x'00' WHERE id > 10")?)
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
    let left = unindexed(transaction, era)?;
    for entry in entries {
        let seq = rows::seq(entry.seq)?;
        match text_of.filter(|_| seq > left) {
            Some(text_of) => put(transaction, era, entry, text_of)?,
            None if text_of.is_none() => {
                set_unindexed(transaction, era, seq.max(unindexed(transaction, era)?))?;
            }
            None => {}
        }
    }
    Ok(())
}

/// Takes entries out of the index that leave the log: those after the first number up to the second. Their words
/// leave the file when the parts of the index that hold them are merged.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Batch, Hash, Link, MemberId, MemberKey, Nickname, Op, OpId, Signature, SignedOp};

    #[test]
    fn a_row_tells_era_and_number_and_what_has_no_row_is_nobody_elses() {
        let most = SEQ_END.unsigned_abs() - 1;
        for (era, seq) in [(1, 1), (1, most), (2, 0), (ERA_END - 1, most)] {
            let row = rowid(era, Seq(seq)).unwrap();
            assert_eq!((row >> SEQ_BITS, seq_of(row)), (era, Seq(seq)));
        }
        for (era, seq) in [(0, 1), (-1, 1), (1, most + 1), (1, u64::MAX), (ERA_END, 1), (i64::MAX, 1)] {
            assert_eq!(rowid(era, Seq(seq)), None, "{era} {seq}");
        }
        assert_eq!(rows_of(1, (Seq(5), Seq(u64::MAX))), Some(((1 << 48) + 5, (2 << 48) - 1)));
        assert_eq!((rows_of(1, (Seq(0), Seq(0))), rows_of(ERA_END, (Seq(1), Seq(9)))), (None, None));
    }

    #[test]
    fn what_is_removed_is_not_found_and_what_is_around_it_is() {
        let (_dir, mut db) = super::super::tests::room();
        db.index_with(|_| Some("tea".to_owned()));
        let entries = (1..=600).map(|seq: u16| {
            let id = OpId(u128::from(seq).to_le_bytes());
            let body = bytes::Bytes::new();
            let op = Op { room: db.room, author: MemberKey([1; 32]), n: seq.into(), id, kind: 1, body };
            let before = u64::from(seq) - 1;
            Entry {
                prev: Link { seq: Seq(before), hash: Hash([u8::from(before > 0); 32]) },
                seq: Seq(seq.into()),
                at_ms: 0,
                member: MemberId(1),
                name: Nickname::fallback(),
                signed: SignedOp { op, signature: Signature([0; 64]) },
                hash: Hash([1; 32]),
            }
        });
        let entries = entries.collect();
        db.append(&Batch { entries, members: Vec::new(), standing: Vec::new() }).unwrap();
        let era = db.era;
        for (after, last) in [(0, 500), (550, 590), (590, 590), (600, 1 << 60)] {
            db.write(Sync::Full, |transaction| remove(transaction, era, (Seq(after), Seq(last)))).unwrap();
        }
        let rows = "SELECT rowid & 0xffff FROM find WHERE find MATCH 'tea' ORDER BY rowid";
        let mut rows = db.connection.prepare(rows).unwrap();
        let left: Vec<i64> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(left, (501..=550).chain(591..=600).collect::<Vec<i64>>());
    }
}
