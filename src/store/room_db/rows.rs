//! Rows as words: what comes from a disk is parsed like what comes from a peer.

use std::fmt::Display;

use bytes::Bytes;
use rusqlite::Row;

use super::StoreError;
use crate::types::{
    Entry, Hash, Link, MemberId, MemberKey, Nickname, Op, OpId, RoomId, Seq, Signature, SignedOp,
};

/// The columns that [`entry`] reads, in its order. A macro, so that statements stay literals.
macro_rules! entry_columns {
    () => {
        "seq, prev_seq, prev_hash, at_ms, member, name, author, n, op_id, kind, body, signature, hash"
    };
}
pub(super) use entry_columns;

/// The entry in `row`; the error of a bad row says its number.
pub(super) fn entry(row: &Row<'_>, room: RoomId) -> Result<Entry, StoreError> {
    let seq = stored_seq(row, 0)?;
    parse_entry(row, room, seq).map_err(|error| match error {
        StoreError::Damaged(why) => StoreError::Damaged(format!("entry {seq}: {why}")),
        other => other,
    })
}

fn parse_entry(row: &Row<'_>, room: RoomId, seq: Seq) -> Result<Entry, StoreError> {
    let op = Op {
        room,
        author: MemberKey(row.get(6)?),
        n: counter(row, 7)?,
        id: OpId(row.get(8)?),
        kind: row.get(9)?,
        body: Bytes::from(row.get::<_, Vec<u8>>(10)?),
    };
    Ok(Entry {
        prev: link(row, 1)?,
        seq,
        at_ms: row.get(3)?,
        member: MemberId(row.get(4)?),
        name: nickname(row, 5)?,
        signed: SignedOp { op, signature: Signature(row.get(11)?) },
        hash: Hash(row.get(12)?),
    })
}

/// The position in a column and the one behind it.
pub(super) fn link(row: &Row<'_>, column: usize) -> Result<Link, StoreError> {
    Ok(Link { seq: stored_seq(row, column)?, hash: Hash(row.get(column + 1)?) })
}

/// The nickname in a column.
pub(super) fn nickname(row: &Row<'_>, column: usize) -> Result<Nickname, StoreError> {
    Nickname::new(&row.get::<_, String>(column)?).map_err(damaged("a nickname"))
}

/// The number in a column.
pub(super) fn stored_seq(row: &Row<'_>, column: usize) -> Result<Seq, StoreError> {
    counter(row, column).map(Seq)
}

/// The count in a column, never negative.
pub(super) fn counter(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(damaged("a number"))
}

/// A number as SQLite holds it: 63 bits.
pub(super) fn seq(seq: Seq) -> Result<i64, StoreError> {
    stored_count(seq.0)
}

/// A count as SQLite holds it: 63 bits.
pub(super) fn stored_count(count: u64) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|_| StoreError::Misfit(format!("the number {count} is too large")))
}

/// Turns why `what` could not be read into the error for a damaged file.
pub(super) fn damaged<E: Display>(what: &'static str) -> impl FnOnce(E) -> StoreError {
    move |error| StoreError::Damaged(format!("{what}: {error}"))
}
