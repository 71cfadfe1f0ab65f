//! Pages of the log: read, and looked at before anybody sees them; and what of them a host may pass on.

use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, log, record};
use crate::types::limits::{PAGE_BYTES, PAGE_ENTRIES};
use crate::types::{FetchFrom, Link, Run, Seq, Slice};

/// How much one page holds: of both, and at least one entry if there is any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

impl RoomDb {
    /// At most `max` entries, [`PAGE_ENTRIES`] and [`PAGE_BYTES`] of them, ascending, but at least one if there
    /// is any. What ends before a number reaches up to the last one here before it. An empty page stands
    /// at the end of the log, or at the beginning where that is not before it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the entry that cannot be read, is not what was written, or does not follow what is
    /// before it; [`StoreError::Io`].
    pub fn page(&self, from: FetchFrom, max: usize) -> Result<Slice, StoreError> {
        self.page_of(self.era, from, max)
    }

    /// As [`RoomDb::page`], without a hole in it: what a host may pass on. What follows a number ends where the first
    /// hole begins, or begins behind the hole if that comes first: then it stands at a higher number than the one asked
    /// for. What ends before a number reaches up to the entry just before it, and is empty where that one is missing.
    ///
    /// # Errors
    /// As [`RoomDb::page`].
    pub fn page_without_holes(&self, from: FetchFrom, max: usize) -> Result<Slice, StoreError> {
        let slice = self.page(from, max)?;
        let read = slice.run.entries.len();
        let run = match from {
            FetchFrom::After(_) => slice.run.unbroken_start(),
            FetchFrom::Before(bound) => {
                let run = slice.run.unbroken_end();
                if self.is_just_before(bound, run.last())? {
                    run
                } else {
                    Run { prev: self.end_before(self.era, bound)?, entries: Vec::new() }
                }
            }
        };
        let more = slice.more || run.entries.len() < read;
        Ok(Slice { run, more })
    }

    /// As [`RoomDb::page`], of any era.
    pub(super) fn page_of(&self, era: i64, from: FetchFrom, max: usize) -> Result<Slice, StoreError> {
        let most = Most { entries: max.min(PAGE_ENTRIES), bytes: PAGE_BYTES };
        self.read_page(era, from, most)
    }

    pub(super) fn read_page(&self, era: i64, from: FetchFrom, most: Most) -> Result<Slice, StoreError> {
        // Somebody else may be writing: entries, spans and the end of the log are those of one moment.
        let _moment = self.connection.unchecked_transaction()?;
        let (statement, bound, forward) = match from {
            FetchFrom::After(seq) => (AFTER, seq, true),
            FetchFrom::Before(seq) => (BEFORE, seq, false),
        };
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut rows = statement.query((era, stored_bound(bound)))?;
        let (mut entries, mut bytes, mut more) = (Vec::new(), 0, false);
        while let Some(row) = rows.next()? {
            let entry = rows::entry(row, self.room)?;
            bytes += entry.weight();
            if entries.len() >= most.entries || (bytes > most.bytes && !entries.is_empty()) {
                more = true;
                break;
            }
            entries.push(entry);
        }
        if !forward {
            entries.reverse();
        }
        let prev = match entries.first() {
            Some(first) => first.prev,
            None if forward => log::end(&self.connection, era)?,
            // What stood there was removed, or is missing.
            None => self.end_before(era, bound)?,
        };
        let slice = Slice { run: Run { prev, entries }, more };
        self.check_page(era, from, &slice)?;
        Ok(slice)
    }

    /// The first entry from this number on, and what it follows.
    pub(super) fn first_from(&self, era: i64, bound: Seq) -> Result<Option<(Seq, Link)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT prev_seq, prev_hash, seq FROM entry WHERE era = ?1 AND seq >= ?2 ORDER BY seq LIMIT 1",
        )?;
        let mut rows = statement.query((era, stored_bound(bound)))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some((rows::stored_seq(row, 2)?, rows::link(row, 0)?)))
    }

    /// The end of the log where it is before this number; else its beginning.
    fn end_before(&self, era: i64, bound: Seq) -> Result<Link, StoreError> {
        let live = record::live(&self.connection, era)?;
        Ok(if live.seq < bound { live } else { Link::START })
    }

    /// Whether no entry is missing between this one and the number.
    fn is_just_before(&self, bound: Seq, last: Link) -> Result<bool, StoreError> {
        if last.seq.next() == bound {
            return Ok(true);
        }
        match self.first_from(self.era, bound)? {
            Some((_, prev)) => Ok(prev == last),
            None => Ok(log::end(&self.connection, self.era)? == last),
        }
    }
}

/// Everybody may ask for any number; SQLite holds 63 bits of it.
fn stored_bound(bound: Seq) -> i64 {
    i64::try_from(bound.0).unwrap_or(i64::MAX)
}

const AFTER: &str =
    concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq > ?2 ORDER BY seq");
const BEFORE: &str =
    concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq < ?2 ORDER BY seq DESC");
