//! Looking into the log: for words by the index, for a time by halving.

use rusqlite::{Connection, InterruptHandle};

use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, index, schema};
use crate::types::search::Pattern;
use crate::types::{Entry, Seq};

/// Which entries are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// What they say: all of it.
    pub patterns: &'a [Pattern],
    /// What their author's name has in it.
    pub from: Option<&'a Pattern>,
    /// The first and the one behind the last.
    pub between: (Seq, Seq),
}

/// Stops what a database is reading, from another thread.
pub struct Interrupter(InterruptHandle);

impl Interrupter {
    /// What is being read now ends with [`StoreError::Interrupted`]; what is read after it does not.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

impl RoomDb {
    /// What stops this connection.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.connection.get_interrupt_handle())
    }

    /// Calls `each` with the entries that fit, newest first, until it answers false. Words are looked up in the
    /// index ([`RoomDb::is_indexed`] says whether that knows all of them), so that the first entries come at once
    /// however long the log and however common the word; only a word of which the beginning is given takes a time
    /// that grows with its lines. What cannot be read, or is not
    /// what was written, is passed over.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the index cannot be read, [`StoreError::Interrupted`], [`StoreError::Io`].
    pub fn each_found(&self, wanted: &Wanted<'_>, each: impl FnMut(Entry) -> bool) -> Result<(), StoreError> {
        if wanted.between.0 >= wanted.between.1 {
            return Ok(());
        }
        match match_expression(wanted) {
            None => self.each_between(wanted.between, each),
            Some(_) if schema::version(&self.connection)? < schema::WITH_INDEX => Ok(()),
            Some(expression) => self.each_match(&expression, wanted.between, each),
        }
    }

    /// The first entry that was said at `at_ms`, milliseconds since 1970 UTC, or later; none where all are older.
    ///
    /// Times never decrease along a log, so it is found by halving the numbers: there is no index of times.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn first_at(&self, at_ms: i64) -> Result<Option<Seq>, StoreError> {
        let first = first_at(&self.connection, self.era, at_ms)?;
        Ok(first.map(|seq| Seq(seq.unsigned_abs())))
    }

    fn each_match(
        &self,
        expression: &str,
        between: (Seq, Seq),
        mut each: impl FnMut(Entry) -> bool,
    ) -> Result<(), StoreError> {
        let Some((from, last)) = index::rows_of(self.era, between) else { return Ok(()) };
        let mut found = self.connection.prepare_cached(MATCH).map_err(index::index_error)?;
        let mut entry = self.connection.prepare_cached(ENTRY)?;
        let mut matches = found.query((expression, from, last)).map_err(index::index_error)?;
        while let Some(row) = matches.next().map_err(index::index_error)? {
            let seq = rows::seq(index::seq_of(row.get(0)?))?;
            let mut rows = entry.query((self.era, seq))?;
            let Some(row) = rows.next()? else { continue };
            if self.whole_entry(row).is_ok_and(|entry| !each(entry)) {
                break;
            }
        }
        Ok(())
    }

    fn each_between(
        &self,
        (from, end): (Seq, Seq),
        mut each: impl FnMut(Entry) -> bool,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(BETWEEN)?;
        let number = |seq: Seq| i64::try_from(seq.0).unwrap_or(i64::MAX);
        let mut rows = statement.query((self.era, number(from), number(end)))?;
        while let Some(row) = rows.next()? {
            if self.whole_entry(row).is_ok_and(|entry| !each(entry)) {
                break;
            }
        }
        Ok(())
    }
}

/// The number of the first entry of this log from that time on, found by halving.
pub(super) fn first_at(connection: &Connection, era: i64, at_ms: i64) -> Result<Option<i64>, StoreError> {
    let mut at_or_behind = connection
        .prepare_cached("SELECT seq, at_ms FROM entry WHERE era = ?1 AND seq >= ?2 ORDER BY seq LIMIT 1")?;
    let last = "SELECT coalesce(max(seq), 0) FROM entry WHERE era = ?1";
    let last: i64 = connection.prepare_cached(last)?.query_row([era], |row| row.get(0))?;
    // Everything below `low` is older; what is found lies in `low..=high`.
    let (mut low, mut high, mut found) = (1, last, None);
    while low <= high {
        let middle = low + (high - low) / 2;
        let mut rows = at_or_behind.query((era, middle))?;
        let Some(row) = rows.next()? else { break };
        let (seq, at): (i64, i64) = (row.get(0)?, row.get(1)?);
        if at >= at_ms {
            found = Some(seq);
            high = middle - 1;
        } else {
            low = seq.saturating_add(1);
        }
    }
    Ok(found)
}

/// What the full-text table is asked; none where it need not be. Only letters, digits and marks of what a person
/// typed come into it, in quotation marks: there is no other way to its syntax.
fn match_expression(wanted: &Wanted<'_>) -> Option<String> {
    let of = |column: &'static str| {
        move |pattern: &Pattern| {
            let words = pattern.words.join(" ").replace('"', " ");
            format!("{column} : \"{words}\"{}", if pattern.open { " *" } else { "" })
        }
    };
    let said = wanted.patterns.iter().map(of("text"));
    let parts: Vec<String> = said.chain(wanted.from.map(of("name"))).collect();
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

const MATCH: &str =
    "SELECT rowid FROM find WHERE find MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC";
const ENTRY: &str = concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq = ?2");
const BETWEEN: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM entry WHERE era = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq DESC"
);
