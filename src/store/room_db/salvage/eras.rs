//! What is known of a room's logs in a damaged file, of whatever schema.

use rusqlite::{Connection, Row, Transaction, params};

use super::{StoreError, rows, schema};
use crate::types::Link;

/// What is known of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Era {
    pub(super) era: i64,
    pub(super) live: Link,
    pub(super) removed_to: i64,
    /// The entry that the room's key vouched for, and the signature.
    pub(super) proof: Option<(Link, Vec<u8>)>,
    epoch: Option<i64>,
    removed_ms: Option<i64>,
    handed_back: bool,
}

/// All logs, in order.
pub(super) fn read(connection: &Connection) -> Result<Vec<Era>, StoreError> {
    let version = schema::version(connection)?;
    let removed = if version >= schema::WITH_RETENTION { "removed_to, removed_ms" } else { "0, NULL" };
    let proof = if version >= schema::WITH_PROOFS {
        "handed_back, proof_seq, proof_hash, proof_sig"
    } else {
        "0, NULL, NULL, NULL"
    };
    let mut statement = connection.prepare(&format!(
        "SELECT era, epoch, live_seq, live_hash, {removed}, {proof} FROM era ORDER BY era"
    ))?;
    let mut rows = statement.query([])?;
    let mut eras: Vec<Era> = Vec::new();
    while let Some(row) = rows.next()? {
        let era = parse(row)?;
        if eras.last().is_some_and(|last| last.era >= era.era) {
            return Err(StoreError::Damaged("its logs are not in order".to_owned()));
        }
        eras.push(era);
    }
    Ok(eras)
}

/// Writes a log that nothing is in.
pub(super) fn write(transaction: &Transaction<'_>, era: &Era) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO era (era, epoch, live_seq, live_hash, removed_to, removed_ms, handed_back)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            era.era,
            era.epoch,
            rows::seq(era.live.seq)?,
            era.live.hash.0,
            era.removed_to,
            era.removed_ms,
            era.handed_back,
        ],
    )?;
    Ok(())
}

fn parse(row: &Row<'_>) -> Result<Era, StoreError> {
    let proven: Option<i64> = row.get(7)?;
    Ok(Era {
        era: row.get(0)?,
        epoch: row.get(1)?,
        live: rows::link(row, 2)?,
        removed_to: row.get::<_, i64>(4)?.max(0),
        removed_ms: row.get(5)?,
        handed_back: row.get(6)?,
        // A proof that cannot be read proves nothing; the next one does.
        proof: proven.and_then(|_| Some((rows::link(row, 7).ok()?, row.get(9).ok()?))),
    })
}
