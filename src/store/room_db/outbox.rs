//! My outbox: what I said that the host has not numbered yet. Every change is synced before it returns, because
//! the window then shows it as safe.

use bytes::Bytes;
use rusqlite::{Connection, Row, Transaction, params};

use super::rows::{self, damaged};
use super::{RoomDb, StoreError, Sync};
use crate::types::limits::OUTBOX;
use crate::types::{MemberKey, MessageText, Op, OpId, Outgoing, Refusal, RoomId, Signature, SignedOp};

impl RoomDb {
    /// Puts a message at the end of the outbox.
    ///
    /// # Errors
    /// [`StoreError::OutboxFull`], [`StoreError::Misfit`] for an id that waits already or another room's op,
    /// [`StoreError::Full`], [`StoreError::Unsynced`], [`StoreError::Io`]. It is not in the outbox then.
    pub fn queue(&mut self, message: &Outgoing) -> Result<(), StoreError> {
        self.queue_all(std::slice::from_ref(message))
    }

    /// Puts messages at the end of the outbox, all in one commit or none.
    ///
    /// # Errors
    /// As [`RoomDb::queue`].
    pub fn queue_all(&mut self, messages: &[Outgoing]) -> Result<(), StoreError> {
        let room = self.room;
        self.write(Sync::Full, |transaction| {
            messages.iter().try_for_each(|message| {
                check_space(transaction)?;
                check_room(room, message)?;
                insert(transaction, message)
            })
        })
    }

    /// Replaces messages that wait by others of the same ids: signed anew, because their counters moved, or
    /// waiting again after a refusal. Ids that do not wait any more are left out. All of it in one commit.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] for another room's op, [`StoreError::Full`], [`StoreError::Unsynced`],
    /// [`StoreError::Io`]. The outbox is as it was then.
    pub fn requeue(&mut self, messages: &[Outgoing]) -> Result<(), StoreError> {
        let room = self.room;
        self.write(Sync::Full, |transaction| {
            for message in messages {
                check_room(room, message)?;
                replace(transaction, message)?;
            }
            Ok(())
        })
    }

    /// Notes why the host did not take a message. Its counter is free again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no such message waits, [`StoreError::Full`], [`StoreError::Io`].
    pub fn mark_refused(&mut self, id: &OpId, refusal: &Refusal) -> Result<(), StoreError> {
        let refusal = refusal_text(refusal)?;
        self.write(Sync::Full, |transaction| {
            let mut statement =
                transaction.prepare_cached("UPDATE outbox SET refused = ?2 WHERE op_id = ?1")?;
            match statement.execute(params![id.0, refusal])? {
                0 => Err(StoreError::NotFound),
                _ => Ok(()),
            }
        })
    }

    /// Takes a message out of the outbox; nothing happens if it is not there.
    ///
    /// Only for what was withdrawn, or is in this log. What the host numbered leaves the outbox by
    /// [`RoomDb::store_run`], so that its counter is never given twice.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Unsynced`], [`StoreError::Io`].
    pub fn forget(&mut self, id: &OpId) -> Result<(), StoreError> {
        self.write(Sync::Full, |transaction| delete(transaction, id))
    }

    /// The outbox, in the order of the counters; refused messages stand where they were refused.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn outbox(&self) -> Result<Vec<Outgoing>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT op_id, author, n, kind, body, signature, text, at_ms, refused FROM outbox ORDER BY n, place",
        )?;
        let mut rows = statement.query([])?;
        let mut messages = Vec::new();
        while let Some(row) = rows.next()? {
            messages.push(outgoing(row, self.room)?);
        }
        Ok(messages)
    }

    /// The counter of the next thing that I say: one more than the last in this log and in the outbox. Refused
    /// messages do not count, the host has not taken their counters. Welcome may know of a later one.
    ///
    /// # Errors
    /// [`StoreError::Io`]. A full outbox is no error here: [`RoomDb::queue`] tells.
    pub fn next_n(&self, author: &MemberKey) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT max(coalesce((SELECT max(n) FROM entry WHERE era = ?1 AND author = ?2), 0),
                        coalesce((SELECT n FROM removed_author WHERE era = ?1 AND author = ?2), 0),
                        coalesce((SELECT max(n) FROM outbox WHERE author = ?2 AND refused IS NULL), 0))",
        )?;
        let last: i64 = statement.query_row(params![self.era, author.0], |row| row.get(0))?;
        Ok(last.unsigned_abs() + 1)
    }
}

/// Takes a message out of the outbox.
pub(super) fn delete(transaction: &Transaction<'_>, id: &OpId) -> Result<(), StoreError> {
    transaction.prepare_cached("DELETE FROM outbox WHERE op_id = ?1")?.execute([id.0])?;
    Ok(())
}

fn check_space(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM outbox")?;
    let waiting: i64 = statement.query_row([], |row| row.get(0))?;
    if waiting.unsigned_abs() < OUTBOX as u64 { Ok(()) } else { Err(StoreError::OutboxFull) }
}

fn check_room(room: RoomId, message: &Outgoing) -> Result<(), StoreError> {
    if message.signed.op.room == room {
        Ok(())
    } else {
        Err(StoreError::Misfit("the message was meant for another room".into()))
    }
}

pub(super) fn insert(transaction: &Transaction<'_>, message: &Outgoing) -> Result<(), StoreError> {
    let statement = "INSERT INTO outbox (op_id, author, n, kind, body, signature, text, at_ms, refused)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    write(transaction, statement, message)
}

fn replace(transaction: &Transaction<'_>, message: &Outgoing) -> Result<(), StoreError> {
    let statement = "UPDATE outbox SET author = ?2, n = ?3, kind = ?4, body = ?5, signature = ?6, text = ?7,
                     at_ms = ?8, refused = ?9 WHERE op_id = ?1";
    write(transaction, statement, message)
}

fn write(transaction: &Transaction<'_>, statement: &str, message: &Outgoing) -> Result<(), StoreError> {
    let op = &message.signed.op;
    transaction.prepare_cached(statement)?.execute(params![
        op.id.0,
        op.author.0,
        rows::stored_count(op.n)?,
        op.kind,
        &op.body[..],
        message.signed.signature.0,
        message.text.as_str(),
        message.at_ms,
        message.refused.as_ref().map(refusal_text).transpose()?,
    ])?;
    Ok(())
}

pub(super) fn outgoing(row: &Row<'_>, room: RoomId) -> Result<Outgoing, StoreError> {
    let op = Op {
        room,
        id: OpId(row.get(0)?),
        author: MemberKey(row.get(1)?),
        n: rows::counter(row, 2)?,
        kind: row.get(3)?,
        body: Bytes::from(row.get::<_, Vec<u8>>(4)?),
    };
    let refused: Option<String> = row.get(8)?;
    Ok(Outgoing {
        signed: SignedOp { op, signature: Signature(row.get(5)?) },
        text: MessageText::new(&row.get::<_, String>(6)?).map_err(damaged("a message in the outbox"))?,
        at_ms: row.get(7)?,
        // A newer app's reason is no reason to lose the message.
        refused: refused.map(|text| serde_json::from_str(&text).unwrap_or(Refusal::Other(text))),
    })
}

fn refusal_text(refusal: &Refusal) -> Result<String, StoreError> {
    serde_json::to_string(refusal).map_err(|error| StoreError::Io(error.to_string()))
}
