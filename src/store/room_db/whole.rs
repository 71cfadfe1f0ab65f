//! Whether the log is what was written: row by row, hash by hash.
//!
//! A disk gives back other bytes than it was given, once in a while, and SQLite notices some of that. So nothing of a
//! log is used before it was looked at, and when there is nothing else to do all of it is, once for each opening.

use rusqlite::Connection;

use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, log};
use crate::types::limits::{CHECK_BYTES, CHECK_ENTRIES};
use crate::types::{Entry, FetchFrom, Hash, Link, Seq, Slice};

/// The hash that an entry must have. The store cannot compute it.
pub type HashOf = fn(&Entry) -> Hash;

/// How far all of the file was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Checked {
    /// Not at all: nobody said how.
    #[default]
    Nothing,
    /// In this era up to this entry, and all before.
    UpTo(i64, Link),
    /// To its end.
    All,
}

impl RoomDb {
    /// Checks hashes from here on, with what `hash_of` computes. Until this is called only the order is checked.
    pub fn check_with(&mut self, hash_of: HashOf) {
        self.hash_of = Some(hash_of);
        self.checked = Checked::UpTo(0, Link::START);
    }

    /// Looks at a few entries that were not looked at yet, and answers whether there are more. The first that is damaged
    /// is the last.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where something is not what was written, [`StoreError::Io`].
    pub fn check_some(&mut self) -> Result<bool, StoreError> {
        let Checked::UpTo(era, at) = self.checked else { return Ok(false) };
        self.checked = Checked::All;
        if let Some(last) = self.check_behind(era, at)? {
            self.checked = Checked::UpTo(era, last);
            return Ok(true);
        }
        self.check_end(era)?;
        let next: Option<i64> =
            self.connection.query_row("SELECT min(era) FROM era WHERE era > ?1", [era], |row| row.get(0))?;
        if let Some(next) = next {
            self.checked = Checked::UpTo(next, Link::START);
        } else {
            self.members()?;
            self.outbox()?;
        }
        Ok(next.is_some())
    }

    /// Checks a few entries behind this one, and answers the last of them; none at the end.
    fn check_behind(&self, era: i64, at: Link) -> Result<Option<Link>, StoreError> {
        let (mut last, mut count, mut bytes) = (at, 0_usize, 0_usize);
        let mut statement = self.connection.prepare_cached(BEHIND)?;
        let mut rows = statement.query((era, rows::seq(at.seq)?, CHECK_ENTRIES as i64))?;
        while let Some(row) = rows.next()? {
            let entry = rows::entry(row, self.room)?;
            self.check_entry(era, last, &entry)?;
            check_found(&self.connection, era, &entry)?;
            last = entry.link();
            count += 1;
            bytes += entry.weight();
            if bytes > CHECK_BYTES {
                break;
            }
        }
        Ok((count > 0).then_some(last))
    }

    /// Checks that the log of an era ends where it is known to.
    fn check_end(&self, era: i64) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT max(last_seq) FROM span WHERE era = ?1")?;
        let known: Option<i64> = statement.query_row([era], |row| row.get(0))?;
        let Some(known) = known.map(|known| Seq(known.unsigned_abs())) else { return Ok(()) };
        let here = log::reaches(&self.connection, era)?;
        if known <= here {
            return Ok(());
        }
        Err(StoreError::Damaged(format!("entry {here}: those behind it are missing")))
    }

    /// As [`RoomDb::page`], without a hole in it: what a host may pass on. It ends where the first hole begins, or
    /// begins where the last one ends.
    ///
    /// # Errors
    /// As [`RoomDb::page`].
    pub fn page_without_holes(&self, from: FetchFrom, max: usize) -> Result<Slice, StoreError> {
        let Slice { run, more } = self.page(from, max)?;
        let whole = run.entries.len();
        let mut run = match from {
            FetchFrom::After(_) => run.unbroken_start(),
            FetchFrom::Before(_) => run.unbroken_end(),
        };
        let mut cut = run.entries.len() < whole;
        let live = self.live_end()?;
        let newest_are_missing = log::reaches(&self.connection, self.era)? < live.seq;
        if newest_are_missing && from == FetchFrom::Before(live.seq.next()) {
            // What can be said is where they end.
            run.entries.clear();
            (run.prev, cut) = (live, true);
        }
        Ok(Slice { run, more: more || cut })
    }

    /// Checks entries in their order, of which the first comes after the entry of this number, or anywhere.
    pub(super) fn check_run(
        &self,
        era: i64,
        after: Option<Seq>,
        entries: &[Entry],
    ) -> Result<(), StoreError> {
        let Some(first) = entries.first() else { return Ok(()) };
        // What stands at or before where it begins is not looked at again.
        let before = after.filter(|after| *after < first.prev.seq);
        let mut last = before.map_or(first.prev, |after| Link { seq: after, hash: first.prev.hash });
        for entry in entries {
            self.check_entry(era, last, entry)?;
            last = entry.link();
        }
        Ok(())
    }

    /// Checks one entry and that it follows `last`, or a hole that is known.
    fn check_entry(&self, era: i64, last: Link, entry: &Entry) -> Result<(), StoreError> {
        let damaged = |why: &str| StoreError::Damaged(format!("entry {}: {why}", entry.seq));
        if self.hash_of.is_some_and(|hash_of| hash_of(entry) != entry.hash) {
            return Err(damaged("it is not what was written"));
        }
        if entry.prev == last {
            return Ok(());
        }
        if entry.prev.seq <= last.seq {
            return Err(damaged("it does not follow the one before"));
        }
        let mut statement =
            self.connection.prepare_cached("SELECT 1 FROM span WHERE era = ?1 AND prev_seq = ?2")?;
        if statement.exists((era, rows::seq(entry.prev.seq)?))? {
            Ok(())
        } else {
            Err(damaged("those before it are missing"))
        }
    }
}

/// Checks that the entry is found by its op: a host would number the op again else.
fn check_found(connection: &Connection, era: i64, entry: &Entry) -> Result<(), StoreError> {
    let op = &entry.signed.op;
    let mut statement =
        connection.prepare_cached("SELECT seq FROM entry WHERE era = ?1 AND author = ?2 AND op_id = ?3")?;
    let mut rows = statement.query((era, op.author.0, op.id.0))?;
    let found = rows.next()?.map(|row| rows::stored_seq(row, 0)).transpose()?;
    if found == Some(entry.seq) {
        Ok(())
    } else {
        Err(StoreError::Damaged(format!("entry {}: it is not found by what it is known by", entry.seq)))
    }
}

const BEHIND: &str =
    concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
