//! What is known of entries that cannot be read any more: their ids, and their authors' counters.
//!
//! Both stand in indexes as well, which are trees of their own in the file: an index may be whole where the entry is
//! not. A host that knows them numbers no op twice, and takes its authors' next ones.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::super::retention::{keep_counter, keep_id};
use super::StoreError;

/// An op whose entry is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    author: [u8; 32],
    /// None where the index of ids could not be read there.
    id: Option<[u8; 16]>,
    /// None where the index of counters could not be read there. 0 for what the room itself said.
    n: Option<i64>,
}

/// Those entries of an era between the two numbers that the indexes know and that are not among `here`, which is in
/// order. What cannot be read is passed over.
pub(super) fn find(
    connection: &Connection,
    era: i64,
    (after, last): (i64, i64),
    here: &[i64],
) -> BTreeMap<i64, Lost> {
    let is_lost = |seq: i64| seq > after && seq <= last && here.binary_search(&seq).is_err();
    let mut lost = BTreeMap::new();
    with_ids(connection, || {
        each(connection, era, IDS, |row| {
            let (seq, author, id): (i64, [u8; 32], [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if is_lost(seq) {
                lost.insert(seq, Lost { author, id: Some(id), n: None });
            }
            Ok(())
        });
    });
    each(connection, era, COUNTERS, |row| {
        let (seq, author, n): (i64, [u8; 32], i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        // Counters go up one by one, and so do numbers: a higher one was damaged.
        if is_lost(seq) && (0..=seq).contains(&n) {
            let known = lost.entry(seq).or_insert(Lost { author, id: None, n: None });
            if known.author == author {
                known.n = Some(n);
            }
        }
        Ok(())
    });
    lost
}

/// Keeps them as is kept what was removed: counters always, ids and numbers where this computer hosts the room.
pub(super) fn keep(
    transaction: &Transaction<'_>,
    era: i64,
    hosted: bool,
    lost: &BTreeMap<i64, Lost>,
) -> Result<(), StoreError> {
    // Ascending, so that a counter that is not known follows those before it.
    for (seq, lost) in lost {
        let n = match lost.n {
            Some(n) => n,
            None => counter_at(transaction, era, (&lost.author, *seq))?.saturating_add(1),
        };
        // What the room itself said has no counter, and nobody sends it again.
        if n == 0 {
            continue;
        }
        match lost.id.filter(|_| hosted) {
            Some(id) => keep_id(transaction, era, (&lost.author, n), (&id, *seq))?,
            None => keep_counter(transaction, era, (&lost.author, n)).map(drop)?,
        }
    }
    Ok(())
}

/// Copies ids and numbers of removed entries of one author, who has another place in the new file.
pub(super) fn copy_removed(
    connection: &Connection,
    old: i64,
    (transaction, place): (&Transaction<'_>, i64),
) -> Result<(), StoreError> {
    let mut put = transaction
        .prepare_cached("INSERT OR IGNORE INTO removed (author, op_id, seq) VALUES (?1, ?2, ?3)")?;
    let mut ids: Vec<([u8; 16], i64)> = Vec::new();
    each(connection, old, REMOVED, |row| {
        ids.push((row.get(0)?, row.get(1)?));
        Ok(())
    });
    for (id, seq) in ids {
        put.execute(params![place, id, seq])?;
    }
    Ok(())
}

/// The last counter of an author before this number, of which all before it are known.
fn counter_at(
    transaction: &Transaction<'_>,
    era: i64,
    (author, seq): (&[u8; 32], i64),
) -> Result<i64, StoreError> {
    let mut said = transaction.prepare_cached(
        "SELECT n FROM entry WHERE era = ?1 AND author = ?2 AND seq < ?3 ORDER BY n DESC LIMIT 1",
    )?;
    let said: Option<i64> = said.query_row(params![era, author, seq], |row| row.get(0)).optional()?;
    let mut lost =
        transaction.prepare_cached("SELECT n FROM removed_author WHERE era = ?1 AND author = ?2")?;
    let lost: Option<i64> = lost.query_row(params![era, author], |row| row.get(0)).optional()?;
    Ok(said.max(lost).unwrap_or(0))
}

/// Does `work` while the index of ids can be read as a table. No statement reads the numbers in that index without the
/// entries they belong to, and those are what cannot be read. The change of the schema is never committed.
fn with_ids(connection: &Connection, work: impl FnOnce()) {
    let begun = connection.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
        connection.execute(AS_TABLE, [])?;
        connection.execute_batch("PRAGMA writable_schema = RESET; PRAGMA writable_schema = ON")
    });
    if begun.is_ok() {
        work();
    }
    connection.flush_prepared_statement_cache();
    // Where nothing was begun there is nothing to end.
    let _ended = connection.execute_batch("ROLLBACK");
    let _again = connection.execute_batch("PRAGMA writable_schema = RESET; PRAGMA writable_schema = ON");
}

/// Calls `each` with the rows of an index as far as they can be read, from either end.
fn each(
    connection: &Connection,
    of: i64,
    [up, down]: [&str; 2],
    mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) {
    if walk(connection, of, up, &mut each).is_err() {
        let _rest = walk(connection, of, down, &mut each);
    }
}

fn walk(
    connection: &Connection,
    of: i64,
    statement: &str,
    each: &mut impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    // A tree whose pages point to wrong ones could be walked for ever.
    let most = pages.saturating_mul(ROWS_IN_PAGE);
    let mut statement = connection.prepare(statement)?;
    let mut rows = statement.query((of, most))?;
    while let Some(row) = rows.next()? {
        // One that cannot be read is lost, and those behind it are not.
        let _unreadable = each(row);
    }
    Ok(())
}

/// More rows of an index than one page of 4 KiB has space for: an author alone takes 32 bytes.
const ROWS_IN_PAGE: i64 = 128;

const AS_TABLE: &str = "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
     SELECT 'table', 'known_ids', 'known_ids', rootpage,
         'CREATE TABLE known_ids (era, author, op_id, seq, PRIMARY KEY (era, author, op_id, seq)) WITHOUT ROWID'
     FROM sqlite_schema WHERE name = 'sqlite_autoindex_entry_2'";
const REMOVED: [&str; 2] = [
    "SELECT op_id, seq FROM removed WHERE author = ?1 ORDER BY op_id LIMIT ?2",
    "SELECT op_id, seq FROM removed WHERE author = ?1 ORDER BY op_id DESC LIMIT ?2",
];
const IDS: [&str; 2] = [
    "SELECT seq, author, op_id FROM known_ids WHERE era = ?1 ORDER BY author, op_id LIMIT ?2",
    "SELECT seq, author, op_id FROM known_ids WHERE era = ?1 ORDER BY author DESC, op_id DESC LIMIT ?2",
];
const COUNTERS: [&str; 2] = [
    "SELECT seq, author, n FROM entry INDEXED BY entry_by_counter WHERE era = ?1 ORDER BY author, n LIMIT ?2",
    "SELECT seq, author, n FROM entry INDEXED BY entry_by_counter WHERE era = ?1
     ORDER BY author DESC, n DESC LIMIT ?2",
];
