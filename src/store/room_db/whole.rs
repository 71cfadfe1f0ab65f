//! Whether the log is what was written: row by row, hash by hash.
//!
//! A disk gives back other bytes than it was given, once in a while, and SQLite notices some of that. So nothing of a
//! log is used before it was looked at, and when there is nothing else to do all of it is, once for each opening. The
//! hash of an entry tells whether it is what was written; the chain and the spans tell whether all are there.

use rusqlite::{OptionalExtension, Row};

use super::pages::Most;
use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, log, retention};
use crate::types::limits::{CHECK_BYTES, CHECK_ENTRIES};
use crate::types::{Entry, FetchFrom, Hash, Link, Seq, Slice};

/// The hash that an entry must have. The store cannot compute it.
pub type HashOf = fn(&Entry) -> Hash;

/// How far all that is kept of the room was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Checked {
    /// Not at all.
    #[default]
    Nothing,
    /// In this era up to this entry, and the eras behind it.
    UpTo(i64, Link),
    /// To its end.
    All,
}

impl RoomDb {
    /// Checks hashes from here on, with what `hash_of` computes. Until this is called, only whether entries can be read
    /// and follow each other.
    pub fn check_with(&mut self, hash_of: HashOf) {
        self.hash_of = Some(hash_of);
        self.checked = Checked::Nothing;
    }

    /// Looks at a few entries that were not looked at yet, of the current log and then of earlier ones, and answers
    /// whether there are more. The first that is damaged is the last.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where something is not what was written, [`StoreError::Io`].
    pub fn check_some(&mut self) -> Result<bool, StoreError> {
        self.checked = match std::mem::replace(&mut self.checked, Checked::All) {
            Checked::Nothing => {
                self.check_beside()?;
                Checked::UpTo(self.era, Link::START)
            }
            Checked::UpTo(era, at) => self.check_behind(era, at)?,
            Checked::All => Checked::All,
        };
        Ok(self.checked != Checked::All)
    }

    /// The entry in this row, if it is what was written.
    pub(super) fn whole_entry(&self, row: &Row<'_>) -> Result<Entry, StoreError> {
        let entry = rows::entry(row, self.room)?;
        self.check_hash(&entry)?;
        Ok(entry)
    }

    /// The position of the entry of this number; none where it is not here.
    pub(super) fn link_here(&self, era: i64, seq: Seq) -> Result<Option<Link>, StoreError> {
        let mut statement = self.connection.prepare_cached(concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entry WHERE era = ?1 AND seq = ?2"
        ))?;
        let mut rows = statement.query((era, rows::seq(seq)?))?;
        rows.next()?.map(|row| Ok(self.whole_entry(row)?.link())).transpose()
    }

    /// Checks that every entry of a page is what was written, and that they follow each other and what is around them,
    /// or a hole that is known.
    pub(super) fn check_page(&self, era: i64, from: FetchFrom, slice: &Slice) -> Result<(), StoreError> {
        let entries = slice.run.entries.as_slice();
        entries.iter().try_for_each(|entry| self.check_hash(entry))?;
        for pair in entries.windows(2) {
            if let [before, entry] = pair {
                self.check_follows(era, before.link(), (entry.seq, entry.prev))?;
            }
        }
        let reaches_end = match from {
            FetchFrom::After(after) => {
                if let Some(first) = entries.first().filter(|first| first.prev.seq > after) {
                    self.check_hole(era, (first.seq, first.prev), None)?;
                }
                !slice.more
            }
            FetchFrom::Before(bound) => {
                let behind = self.first_from(era, bound)?;
                match (entries.last(), behind) {
                    (Some(last), Some(behind)) => self.check_follows(era, last.link(), behind)?,
                    (None, Some(behind)) if !slice.more => self.check_begins(era, behind)?,
                    _ => {}
                }
                if let Some(first) = entries.first().filter(|_| !slice.more) {
                    self.check_begins(era, (first.seq, first.prev))?;
                }
                behind.is_none() && (!slice.more || !entries.is_empty())
            }
        };
        if reaches_end { self.check_end(era, entries.last().map(|last| last.seq)) } else { Ok(()) }
    }

    /// Checks what is kept beside the log.
    fn check_beside(&self) -> Result<(), StoreError> {
        self.record()?;
        self.members()?;
        self.outbox()?;
        self.live_end()?;
        log::end(&self.connection, self.era).map(drop)
    }

    /// Checks a few entries behind this one, and answers what is to be looked at next.
    fn check_behind(&self, era: i64, at: Link) -> Result<Checked, StoreError> {
        let most = Most { entries: CHECK_ENTRIES, bytes: CHECK_BYTES };
        let slice = self.read_page(era, FetchFrom::After(at.seq), most)?;
        // What was removed meanwhile cannot be compared any more.
        let is_here = at.seq > retention::removed_to(&self.connection, era)?;
        if let Some(first) = slice.run.entries.first().filter(|_| is_here) {
            self.check_follows(era, at, (first.seq, first.prev))?;
        }
        slice.run.entries.iter().try_for_each(|entry| self.check_found(era, entry))?;
        if slice.more {
            return Ok(Checked::UpTo(era, slice.run.last()));
        }
        let earlier = "SELECT max(era) FROM era WHERE era < ?1";
        let earlier: Option<i64> = self.connection.query_row(earlier, [era], |row| row.get(0))?;
        Ok(earlier.map_or(Checked::All, |era| Checked::UpTo(era, Link::START)))
    }

    fn check_hash(&self, entry: &Entry) -> Result<(), StoreError> {
        if self.hash_of.is_some_and(|hash_of| hash_of(entry) != entry.hash) {
            return Err(damaged(entry.seq, "it is not what was written"));
        }
        Ok(())
    }

    /// Checks that an entry follows `last`, which is the one before it here, or a hole that is known.
    fn check_follows(&self, era: i64, last: Link, (seq, prev): (Seq, Link)) -> Result<(), StoreError> {
        if prev == last {
            return Ok(());
        }
        if prev.seq <= last.seq {
            return Err(damaged(seq, "it does not follow the one before"));
        }
        self.check_hole(era, (seq, prev), Some(last.seq))
    }

    /// Checks that an entry, before which none is here, is the first one or follows a hole that is known.
    fn check_begins(&self, era: i64, (seq, prev): (Seq, Link)) -> Result<(), StoreError> {
        if prev.seq == Seq::START { Ok(()) } else { self.check_hole(era, (seq, prev), None) }
    }

    /// Checks that it is known that entries are missing before this one, and since the number `last`.
    fn check_hole(&self, era: i64, (seq, prev): (Seq, Link), last: Option<Seq>) -> Result<(), StoreError> {
        let missing = || damaged(seq, "those before it are missing");
        let mut statement =
            self.connection.prepare_cached("SELECT 1 FROM span WHERE era = ?1 AND prev_seq = ?2")?;
        if !statement.exists((era, rows::seq(prev.seq)?))? {
            return Err(missing());
        }
        let Some(last) = last else { return Ok(()) };
        let mut statement = self.connection.prepare_cached(
            "SELECT last_seq FROM span WHERE era = ?1 AND prev_seq < ?2 ORDER BY prev_seq DESC LIMIT 1",
        )?;
        let end: Option<i64> =
            statement.query_row((era, rows::seq(prev.seq)?), |row| row.get(0)).optional()?;
        if end == Some(rows::seq(last)?) { Ok(()) } else { Err(missing()) }
    }

    /// Checks that nothing is missing at the end: the newest entry is the one that is known to be here.
    fn check_end(&self, era: i64, last: Option<Seq>) -> Result<(), StoreError> {
        let last = match last {
            Some(last) => Some(last),
            None => log::newest(&self.connection, era)?.map(|newest| newest.seq),
        };
        let mut statement = self
            .connection
            .prepare_cached("SELECT last_seq FROM span WHERE era = ?1 ORDER BY prev_seq DESC LIMIT 1")?;
        let mut rows = statement.query([era])?;
        let known = rows.next()?.map(|row| rows::stored_seq(row, 0)).transpose()?;
        if last == known {
            return Ok(());
        }
        Err(damaged(known.max(last).unwrap_or(Seq::START), "the end of what should be here is another one"))
    }

    /// Checks that the entry is found by its op and its counter: a host would number the op again else.
    fn check_found(&self, era: i64, entry: &Entry) -> Result<(), StoreError> {
        let (op, seq) = (&entry.signed.op, rows::seq(entry.seq)?);
        let mut by_op = self.connection.prepare_cached(
            "SELECT 1 FROM entry WHERE era = ?1 AND author = ?2 AND op_id = ?3 AND +seq = ?4",
        )?;
        let mut by_counter = self.connection.prepare_cached(
            "SELECT 1 FROM entry INDEXED BY entry_by_counter
             WHERE era = ?1 AND author = ?2 AND n = ?3 AND seq = ?4",
        )?;
        let found = by_op.exists((era, op.author.0, op.id.0, seq))?
            && by_counter.exists((era, op.author.0, rows::stored_count(op.n)?, seq))?;
        if found { Ok(()) } else { Err(damaged(entry.seq, "it is not found by what it is known by")) }
    }
}

fn damaged(seq: Seq, why: &str) -> StoreError {
    StoreError::Damaged(format!("entry {seq}: {why}"))
}
