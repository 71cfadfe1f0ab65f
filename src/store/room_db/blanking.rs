//! Words that were removed: their entries stay in the chain, and say nothing any more.
//!
//! Of such an entry the body and the signature go, and in their place stands the hash that it had ([`Entry::blank`]), so that
//! the chain is as whole as it was; also where it stands in an earlier log of the room. What somebody said in all their
//! time may be more than one commit should take: what is left of that is noted, and goes in small steps, also after a crash.
//! What is left of the words in the file goes afterwards ([`super::wiping`]).

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, Sync, index};
use crate::types::entry::kind;
use crate::types::limits::BLANKED_AT_ONCE;
use crate::types::{Entry, MemberKey, OpId, Removal, RoomId, Seq};

impl RoomDb {
    /// Blanks some more of what is to be blanked, lets go of its words in the index, and answers whether there may be more
    /// of that.
    ///
    /// # Errors
    /// As [`RoomDb::append`].
    pub fn blank_some(&mut self) -> Result<bool, StoreError> {
        let waiting: i64 =
            self.connection.query_row("SELECT count(*) FROM blanking", [], |row| row.get(0))?;
        if waiting == 0 {
            return self.wipe_some();
        }
        let room = self.room;
        self.will_wipe()?;
        self.write_entries(Sync::Normal, |transaction, text_of| {
            let next = "SELECT era, author, upto FROM blanking LIMIT 1";
            let (era, author, upto): (i64, [u8; 32], i64) =
                transaction.query_row(next, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            if blank_of_author(transaction, (room, era), (&author, upto), text_of.is_some())? {
                let done = "DELETE FROM blanking WHERE era = ?1 AND author = ?2";
                transaction.execute(done, params![era, author])?;
            }
            Ok(())
        })?;
        Ok(true)
    }
}

/// Takes away what these removals are about, which stand at these places of the log: of much the newest at once.
pub(super) fn apply(
    transaction: &Transaction<'_>,
    log: (RoomId, i64),
    removals: &[(Seq, Removal)],
    indexed: bool,
) -> Result<(), StoreError> {
    removals.iter().try_for_each(|removal| apply_one(transaction, log, removal, indexed))
}

fn apply_one(
    transaction: &Transaction<'_>,
    (room, era): (RoomId, i64),
    (seq, removal): &(Seq, Removal),
    indexed: bool,
) -> Result<(), StoreError> {
    let before = rows::seq(*seq)?;
    note(transaction, era, (before, &removal.author.0, removal.which.as_ref().map(|id| &id.0)))?;
    let at_ms = "SELECT at_ms FROM entry WHERE era = ?1 AND seq = ?2";
    let at_ms = transaction.prepare_cached(at_ms)?.query_row([era, before], |row| row.get(0)).optional()?;
    for one in eras(transaction, era)? {
        let earlier = one != era;
        if let Some(id) = &removal.which {
            let before = if earlier { i64::MAX } else { before };
            blank_one(transaction, (room, one), (&removal.author, id, before), indexed)?;
            continue;
        }
        // An earlier log may hold the removal as well, and what was said after it: so the time tells.
        let before = if earlier { said_before(transaction, one, at_ms)? } else { before };
        if !blank_of_author(transaction, (room, one), (&removal.author.0, before), indexed)? {
            begin(transaction, one, (&removal.author.0, before))?;
        }
    }
    Ok(())
}

/// The first number in this log of what was said at that time or later; times never run backwards in a log.
fn said_before(transaction: &Transaction<'_>, era: i64, at_ms: Option<i64>) -> Result<i64, StoreError> {
    let Some(at_ms) = at_ms else { return Ok(0) };
    Ok(super::find::first_at(transaction, era, at_ms)?.unwrap_or(i64::MAX))
}

/// This log and those before it.
fn eras(transaction: &Transaction<'_>, era: i64) -> Result<Vec<i64>, StoreError> {
    let mut statement =
        transaction.prepare_cached("SELECT era FROM era WHERE era <= ?1 ORDER BY era DESC")?;
    let eras = statement.query_map([era], |row| row.get(0))?;
    Ok(eras.collect::<Result<_, _>>()?)
}

/// Notes that the rest of what this author said before that place is to go.
fn begin(
    transaction: &Transaction<'_>,
    era: i64,
    (author, before): (&[u8; 32], i64),
) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO blanking (era, author, upto) VALUES (?1, ?2, ?3)
         ON CONFLICT (era, author) DO UPDATE SET upto = max(upto, excluded.upto)",
        params![era, author, before],
    )?;
    Ok(())
}

fn blank_one(
    transaction: &Transaction<'_>,
    (room, era): (RoomId, i64),
    (author, id, before): (&MemberKey, &OpId, i64),
    indexed: bool,
) -> Result<(), StoreError> {
    let found = if *author == MemberKey::GUESTS {
        let mut statement = transaction.prepare_cached(GUEST_LINE)?;
        let mut rows = statement.query(params![era, id.0, before, kind::GUEST])?;
        rows.next()?.map(|row| rows::entry(row, room)).transpose()?
    } else {
        let mut statement = transaction.prepare_cached(LINE)?;
        let mut rows = statement.query(params![era, author.0, id.0, before, kind::POST, kind::GUEST])?;
        rows.next()?.map(|row| rows::entry(row, room)).transpose()?
    };
    found.map_or(Ok(()), |entry| blank(transaction, era, entry, indexed))
}

const LINE: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM entry WHERE era = ?1 AND author = ?2 AND op_id = ?3 AND seq < ?4 AND kind IN (?5, ?6)"
);
/// By whichever key it stands: that of the host, which is nobody's business here. One author after the other, since the index
/// begins with them.
const GUEST_LINE: &str = concat!(
    "WITH RECURSIVE who (key) AS (
         SELECT min(author) FROM entry WHERE era = ?1
         UNION ALL
         SELECT (SELECT min(author) FROM entry WHERE era = ?1 AND author > key) FROM who WHERE key IS NOT NULL
     )
     SELECT ",
    entry_columns!(),
    " FROM who JOIN entry ON era = ?1 AND author = key AND op_id = ?2 WHERE seq < ?3 AND kind = ?4"
);

/// What was removed so far: where the log says so, whose, and which of it.
type Noted = (i64, [u8; 32], Option<[u8; 16]>);

/// Blanks what of these entries, which were just stored, was removed before.
/// True where there was something of that.
pub(super) fn apply_again(
    transaction: &Transaction<'_>,
    era: i64,
    new: &[&Entry],
    indexed: bool,
) -> Result<bool, StoreError> {
    let Some(first) = new.first() else { return Ok(false) };
    let mut statement =
        transaction.prepare_cached("SELECT seq, author, op_id FROM removal WHERE era = ?1 AND seq > ?2")?;
    let noted = statement
        .query_map((era, rows::seq(first.seq)?), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let noted: Vec<Noted> = noted.collect::<Result<_, _>>()?;
    if noted.is_empty() {
        return Ok(false);
    }
    let mut any = false;
    for entry in new {
        let (seq, op) = (rows::seq(entry.seq)?, &entry.signed.op);
        let goes = |(at, author, id): &Noted| {
            let by = if MemberKey(*author) == MemberKey::GUESTS {
                op.kind == kind::GUEST
            } else {
                *author == op.author.0
            };
            let said = id.as_ref().map_or(op.kind == kind::POST, |id| {
                *id == op.id.0 && matches!(op.kind, kind::POST | kind::GUEST)
            });
            *at > seq && by && said
        };
        if noted.iter().any(goes) {
            blank(transaction, era, (*entry).clone(), indexed)?;
            any = true;
        }
    }
    Ok(any)
}

fn note(
    transaction: &Transaction<'_>,
    era: i64,
    (seq, author, id): (i64, &[u8; 32], Option<&[u8; 16]>),
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO removal (era, seq, author, op_id) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![era, seq, author, id])?;
    Ok(())
}

/// Notes in a mended file what was removed in the damaged one; what is left of that is begun again.
pub(super) fn mend(transaction: &Transaction<'_>, damaged: &Connection) -> Result<(), StoreError> {
    let mut statement = damaged.prepare("SELECT era, seq, author, op_id FROM removal")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (era, seq): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (author, id): ([u8; 32], Option<[u8; 16]>) = (row.get(2)?, row.get(3)?);
        note(transaction, era, (seq, &author, id.as_ref()))?;
        if id.is_none() {
            begin(transaction, era, (&author, seq))?;
        }
    }
    let mut statement = damaged.prepare("SELECT era, author, upto FROM blanking")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (era, author, upto): (i64, [u8; 32], i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        begin(transaction, era, (&author, upto))?;
    }
    Ok(())
}

/// Blanks what this author said before that place, the newest first; true where that was all of it.
fn blank_of_author(
    transaction: &Transaction<'_>,
    (room, era): (RoomId, i64),
    (author, before): (&[u8; 32], i64),
    indexed: bool,
) -> Result<bool, StoreError> {
    let mut statement = transaction.prepare_cached(concat!(
        "SELECT ",
        entry_columns!(),
        " FROM entry WHERE era = ?1 AND author = ?2 AND seq < ?3 AND kind = ?4 ORDER BY seq DESC LIMIT ?5"
    ))?;
    let mut found = statement.query(params![era, author, before, kind::POST, BLANKED_AT_ONCE as i64])?;
    let mut entries = Vec::new();
    while let Some(row) = found.next()? {
        entries.push(rows::entry(row, room)?);
    }
    let all = entries.len() < BLANKED_AT_ONCE;
    entries.into_iter().try_for_each(|entry| blank(transaction, era, entry, indexed))?;
    Ok(all)
}

fn blank(transaction: &Transaction<'_>, era: i64, entry: Entry, indexed: bool) -> Result<(), StoreError> {
    let Entry { seq, signed, .. } = entry.blank();
    let mut statement = transaction.prepare_cached(
        "UPDATE entry SET kind = ?3, body = ?4, signature = ?5 WHERE era = ?1 AND seq = ?2",
    )?;
    statement.execute(params![
        era,
        rows::seq(seq)?,
        signed.op.kind,
        &signed.op.body[..],
        signed.signature.0
    ])?;
    super::wiping::note(transaction)?;
    let before = Seq(seq.0.saturating_sub(1));
    if indexed { index::remove(transaction, era, (before, seq)) } else { Ok(()) }
}
