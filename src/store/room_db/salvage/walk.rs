//! Walking through a table of which some pages cannot be read.
//!
//! SQLite ends a walk at the first page that it cannot read, whatever lies behind it. So a table is walked from both
//! ends, and what lies between is looked up by its number, one after the other, until something can be read again.

use rusqlite::{Connection, Row};

use super::StoreError;

/// Bytes in a file that no row of a log is smaller than: an entry alone has keys and hashes of 176. It bounds how many
/// numbers are looked up where nothing tells how many there are.
const LEAST_ROW: u64 = 128;

/// How a table is walked: three statements over the same columns. Their first parameter says of what, the second is the
/// number of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ways {
    /// The column that holds the number.
    pub(super) number: usize,
    /// The rows behind a number, ascending.
    pub(super) up: &'static str,
    /// The rows behind a number, descending.
    pub(super) down: &'static str,
    /// The row of a number.
    pub(super) one: &'static str,
}

/// Calls `each` with every row that can be read, in any order, each once; `top` is the highest number that there may
/// be. The first error of `each` ends it, and no other one does.
pub(super) fn each_row(
    connection: &Connection,
    (ways, of): (Ways, i64),
    top: i64,
    mut each: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let Some(mut at) = ascend(connection, (ways, of), (0, i64::MAX), &mut each)? else { return Ok(()) };
    let lowest = descend(connection, (ways, of), at, &mut each)?;
    let end = lowest.unwrap_or(top.saturating_add(1));
    let most = most_rows(connection);
    loop {
        let reach = at.saturating_add(most).min(end.saturating_sub(1));
        let Some(found) = next_readable(connection, (ways, of), (at, reach), &mut each)? else {
            return Ok(());
        };
        let Some(stuck) = ascend(connection, (ways, of), (found, end), &mut each)? else { return Ok(()) };
        at = stuck;
    }
}

/// Walks up from behind `at` as long as rows can be read, and answers where it got stuck; nowhere where it came to
/// `limit` or to the end.
fn ascend(
    connection: &Connection,
    (ways, of): (Ways, i64),
    (mut at, limit): (i64, i64),
    each: &mut impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<Option<i64>, StoreError> {
    let Ok(mut statement) = connection.prepare_cached(ways.up) else { return Ok(Some(at)) };
    let Ok(mut rows) = statement.query((of, at)) else { return Ok(Some(at)) };
    loop {
        match rows.next() {
            Ok(None) => return Ok(None),
            Ok(Some(row)) => match row.get::<_, i64>(ways.number) {
                Ok(number) if number >= limit => return Ok(None),
                // A tree whose pages point to wrong ones could be walked for ever.
                Ok(number) if number > at => {
                    at = number;
                    each(row)?;
                }
                _ => return Ok(Some(at)),
            },
            Err(_) => return Ok(Some(at)),
        }
    }
}

/// Walks down to behind `at` as long as rows can be read, and answers the last number; none where there was no row.
fn descend(
    connection: &Connection,
    (ways, of): (Ways, i64),
    at: i64,
    each: &mut impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<Option<i64>, StoreError> {
    let mut last = None;
    let Ok(mut statement) = connection.prepare_cached(ways.down) else { return Ok(None) };
    let Ok(mut rows) = statement.query((of, at)) else { return Ok(None) };
    while let Ok(Some(row)) = rows.next() {
        match row.get::<_, i64>(ways.number) {
            Ok(number) if number > at && last.is_none_or(|last| number < last) => {
                last = Some(number);
                each(row)?;
            }
            _ => break,
        }
    }
    Ok(last)
}

/// Looks up one number after the other, from behind the first to the last, and answers the first of which the row can be
/// read.
fn next_readable(
    connection: &Connection,
    (ways, of): (Ways, i64),
    (at, last): (i64, i64),
    each: &mut impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<Option<i64>, StoreError> {
    let Ok(mut statement) = connection.prepare_cached(ways.one) else { return Ok(None) };
    for number in at.saturating_add(1)..=last {
        let Ok(mut rows) = statement.query((of, number)) else { continue };
        if let Ok(Some(row)) = rows.next()
            && row.get::<_, i64>(ways.number) == Ok(number)
        {
            each(row)?;
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// More rows than the file has space for.
fn most_rows(connection: &Connection) -> i64 {
    let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i64>(0)).unwrap_or(0);
    let bytes =
        number("PRAGMA page_count").unsigned_abs().saturating_mul(number("PRAGMA page_size").unsigned_abs());
    i64::try_from(bytes / LEAST_ROW).unwrap_or(i64::MAX)
}
