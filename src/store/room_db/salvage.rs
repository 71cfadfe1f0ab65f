//! What can be read of a damaged file, in a new one.
//!
//! Every row is parsed and every entry held against its hash and against the one that follows it, so nothing comes over
//! that was not written so. What is missing then is a hole like any other. The ids of what is lost have b-trees of their
//! own, which may be readable where the entries are not: a host keeps them, so that what was said is not numbered again.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, Transaction, params_from_iter};

use super::rows::{self, entry_columns};
use super::{
    HashOf, RoomDb, StoreError, connect, in_transaction, log, outbox, record, retention, schema, spans,
};
use crate::store::files;
use crate::types::{Entry, Seq};

/// Writes into the new file at `to` what can be read of the one at `from`, which nobody has open. Answers how many
/// entries of the current era are missing that were there. The new file is whole and synced then, without what SQLite
/// puts beside it; and the old one is, but for its damage.
///
/// # Errors
/// [`StoreError::Damaged`] where nobody can tell which room it is; [`StoreError::Full`], [`StoreError::Io`].
pub(in crate::store) fn salvage(from: &Path, to: &Path, hash_of: HashOf) -> Result<u64, StoreError> {
    let mut old = connect(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    schema::migrate(&mut old)?;
    alone(&old)?;
    let old = RoomDb::new(old)?;
    let kept = old.record()?;
    let here = old.here().unwrap_or(0);
    files::create_private_file(to)?;
    let mut new = connect(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    new.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    schema::migrate(&mut new)?;
    in_transaction(&mut new, |transaction| {
        let from = &old.connection;
        let named = |row: &Row<'_>| rows::nickname(row, 2).map(drop);
        let waits = |row: &Row<'_>| outbox::outgoing(row, old.room).map(drop);
        rescue(from, transaction, ("era", "*", "era"), |_| Ok(()))?;
        rescue(from, transaction, ("room", "*", "one"), |_| Ok(()))?;
        rescue(from, transaction, ("member", "member, key, name", "member"), named)?;
        rescue(from, transaction, ("outbox", outbox::COLUMNS, "place"), waits)?;
        rescue(from, transaction, ("removed_author", "*", "place"), |_| Ok(()))?;
        rescue(from, transaction, ("removed", "*", "author, op_id"), |_| Ok(()))?;
        let eras = column(transaction, "SELECT era FROM era ORDER BY era")?;
        let mut logs = Vec::new();
        for era in eras {
            let mut log = Log { transaction, era, first: None, pending: None, spans: Vec::new() };
            each_entry(&old, era, hash_of, |entry| log.take(entry))?;
            log.finish()?;
            logs.push(log);
        }
        // Without that index nobody knows more than before.
        if kept.hosted.is_some() && index_alone(from).is_ok() {
            logs.iter().try_for_each(|log| ids(from, transaction, log.era, &log.spans))?;
        }
        transaction.execute_batch(AFTERWARDS)?;
        Ok(())
    })?;
    let mut new = RoomDb::new(new)?;
    if new.record()? != kept {
        return Err(StoreError::Damaged("what is known of the room cannot be read twice".to_owned()));
    }
    new.complete()?;
    Ok(here.saturating_sub(new.here()?))
}

/// What was found of an era decides what is known of it.
const AFTERWARDS: &str = "
UPDATE era SET unindexed = coalesce((SELECT max(seq) FROM entry WHERE entry.era = era.era), 0);
UPDATE era SET proof_seq = NULL, proof_hash = NULL, proof_sig = NULL WHERE NOT EXISTS
    (SELECT 1 FROM entry WHERE entry.era = era.era AND seq = proof_seq AND hash = proof_hash);
";

/// Moves what was committed into the file itself: what stays beside it would be taken for the new file's.
fn alone(connection: &Connection) -> Result<(), StoreError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(StoreError::Io("it is being read".to_owned())) }
}

/// Copies the rows of a small table that can be read, from both of its ends.
fn rescue(
    from: &Connection,
    to: &Transaction<'_>,
    (table, names, key): (&str, &str, &str),
    check: impl Fn(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for order in ["ASC", "DESC"] {
        let order = key.split(", ").map(|key| format!("{key} {order}")).collect::<Vec<_>>().join(", ");
        let done = from
            .prepare(&format!("SELECT {names} FROM {table} ORDER BY {order}"))
            .map_err(StoreError::from)
            .and_then(|mut statement| {
                let columns = statement.column_count();
                let places = vec!["?"; columns].join(", ");
                let into = if names == "*" { String::new() } else { format!("({names})") };
                let insert = format!("INSERT OR IGNORE INTO {table} {into} VALUES ({places})");
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let values: Result<Vec<Value>, _> = (0..columns).map(|column| row.get(column)).collect();
                    let (Ok(values), Ok(())) = (values, check(row)) else { continue };
                    to.prepare_cached(&insert)?.execute(params_from_iter(values))?;
                }
                Ok(())
            });
        match done {
            Ok(()) => return Ok(()),
            Err(StoreError::Damaged(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Calls `each` with every entry of the era that is what was written, in their order.
fn each_entry(
    old: &RoomDb,
    era: i64,
    hash_of: HashOf,
    mut each: impl FnMut(Entry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (end, mut at) = (last_possible(&old.connection, era), 0);
    loop {
        match scan(old, (BEHIND, era), (&mut at, hash_of), &mut each) {
            Err(StoreError::Damaged(_)) => {}
            done => return done,
        }
        // Past what cannot be read, one number after the other.
        loop {
            at += 1;
            if at > end {
                return Ok(());
            }
            let mut alone = at - 1;
            match scan(old, (ALONE, era), (&mut alone, hash_of), &mut each) {
                Ok(()) if alone == at => break,
                Ok(()) | Err(StoreError::Damaged(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Calls `each` with what the statement finds behind `at`, which moves on with it. Rows that are not what was written
/// are passed by.
fn scan(
    old: &RoomDb,
    (statement, era): (&str, i64),
    (at, hash_of): (&mut i64, HashOf),
    each: &mut impl FnMut(Entry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = old.connection.prepare_cached(statement)?;
    let mut rows = statement.query((era, *at))?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if seq <= *at {
            return Err(StoreError::Damaged("numbers do not rise".to_owned()));
        }
        *at = seq;
        if let Ok(entry) = rows::entry(row, old.room)
            && hash_of(&entry) == entry.hash
        {
            each(entry)?;
        }
    }
    Ok(())
}

const BEHIND: &str =
    concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq > ?2 ORDER BY seq");
const ALONE: &str = concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq = ?2 + 1");

/// The highest number that an entry of the era may have.
fn last_possible(connection: &Connection, era: i64) -> i64 {
    let ends = [
        "SELECT max(live_seq, coalesce(proof_seq, 0)) FROM era WHERE era = ?1",
        "SELECT max(last_seq) FROM span WHERE era = ?1",
        "SELECT max(seq) FROM entry WHERE era = ?1",
    ];
    let read =
        |end: &&str| connection.query_row(end, [era], |row| row.get::<_, Option<i64>>(0)).ok().flatten();
    ends.iter().filter_map(read).max().unwrap_or(0)
}

/// The log of an era, as far as it came over.
struct Log<'t> {
    transaction: &'t Transaction<'t>,
    era: i64,
    /// What the stretch that is being written follows.
    first: Option<Seq>,
    /// Written once it is known that the next one follows it.
    pending: Option<Entry>,
    spans: Vec<(Seq, Seq)>,
}

impl Log<'_> {
    fn take(&mut self, entry: Entry) -> Result<(), StoreError> {
        if let Some(before) = self.pending.take() {
            if entry.prev == before.link() {
                self.write(&before)?;
            } else {
                // The newer one is believed: what leads to the end of the log is what was written.
                let fits = entry.prev.seq > before.seq;
                self.close(fits.then_some(before))?;
            }
        }
        self.pending = Some(entry);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        let last = self.pending.take();
        let live = record::live(self.transaction, self.era)?;
        let fits = |last: &Entry| last.seq != live.seq || last.hash == live.hash;
        self.close(last.filter(fits))
    }

    fn write(&mut self, entry: &Entry) -> Result<(), StoreError> {
        if !log::insert(self.transaction, self.era, entry)? {
            // Its op is here already, under another number: that one was first.
            return self.end_stretch();
        }
        self.first.get_or_insert(entry.prev.seq);
        Ok(())
    }

    /// The stretch ends with this entry, or with the one before it.
    fn close(&mut self, last: Option<Entry>) -> Result<(), StoreError> {
        if let Some(last) = last {
            self.write(&last)?;
        }
        self.end_stretch()
    }

    fn end_stretch(&mut self) -> Result<(), StoreError> {
        if let Some(first) = self.first.take() {
            let last = log::newest(self.transaction, self.era)?.map_or(first, |last| last.seq);
            spans::cover(self.transaction, self.era, (first, last))?;
            self.spans.push((first, last));
        }
        Ok(())
    }
}

/// Keeps the ids and counters of entries that did not come over.
fn ids(from: &Connection, to: &Transaction<'_>, era: i64, spans: &[(Seq, Seq)]) -> Result<(), StoreError> {
    let removed_to = retention::removed_to(to, era)?;
    let is_lost = |seq: i64| {
        let seq = Seq(seq.unsigned_abs());
        seq > removed_to && !spans.iter().any(|(after, last)| *after < seq && seq <= *last)
    };
    let mut counters: HashMap<i64, i64> = HashMap::new();
    from_both_ends(from, ("entry", "author", "n"), era, |row| {
        let (n, seq) = (row.get(1)?, row.get(2)?);
        if is_lost(seq) {
            counters.insert(seq, n);
        }
        Ok(())
    })?;
    from_both_ends(from, ("by_op", "author", "op_id"), era, |row| {
        let (author, id, seq): ([u8; 32], [u8; 16], i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let n = counters.get(&seq).copied().unwrap_or(1);
        if is_lost(seq) && n > 0 {
            retention::keep_id(to, era, (&author, n), (&id, seq))?;
        }
        Ok(())
    })
}

/// Makes the index of ops a table of its own, in a transaction that is never committed. SQLite would look every row of
/// the index up in the entries, which are what is damaged, though all that is wanted is in the index.
fn index_alone(connection: &Connection) -> Result<(), StoreError> {
    let root: i64 = connection.query_row(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_entry_2'",
        [],
        |row| row.get(0),
    )?;
    connection.execute_batch("BEGIN; PRAGMA writable_schema = ON")?;
    let table = "CREATE TABLE by_op (era INTEGER, author BLOB, op_id BLOB, seq INTEGER,
                                     PRIMARY KEY (era, author, op_id)) WITHOUT ROWID";
    let insert = "INSERT INTO sqlite_schema VALUES ('table', 'by_op', 'by_op', ?1, ?2)";
    connection.execute(insert, (root, table))?;
    Ok(connection.execute_batch("PRAGMA writable_schema = RESET")?)
}

/// Reads a table in the order of two of its columns from both of its ends, as far as it can be read.
fn from_both_ends(
    from: &Connection,
    (table, first, second): (&str, &str, &str),
    era: i64,
    mut each: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for order in ["ASC", "DESC"] {
        let statement = format!(
            "SELECT {first}, {second}, seq FROM {table} WHERE era = ?1 ORDER BY {first} {order}, {second} {order}"
        );
        let read = from.prepare(&statement).map_err(StoreError::from).and_then(|mut statement| {
            let mut rows = statement.query([era])?;
            while let Some(row) = rows.next()? {
                match each(row) {
                    Ok(()) | Err(StoreError::Damaged(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        });
        match read {
            Ok(()) => return Ok(()),
            Err(StoreError::Damaged(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The numbers that a statement answers.
fn column(connection: &Connection, statement: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare(statement)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
