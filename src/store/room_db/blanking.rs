//! Words that were removed: their entries stay in the chain, and say nothing any more.
//!
//! Of such an entry the body and the signature go, and in their place stands the hash that it had ([`Entry::blank`]), so that
//! the chain is as whole as it was. The words are overwritten in the file (`secure_delete`); the write-ahead log holds them
//! until it is used again. What somebody said in all their time may be more than one commit should take: what is left of
//! that is noted, and goes in small steps, also after a crash.

use rusqlite::{Connection, Transaction, params};

use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, Sync, index};
use crate::types::entry::kind;
use crate::types::limits::{BLANKED_AT_ONCE, MERGED_PAGES};
use crate::types::{Entry, Removal, RoomId, Seq};

/// How far the index is with letting go of removed words: a part of it that is merged keeps none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Merging {
    /// It holds none.
    #[default]
    Done,
    /// All its parts are to be merged into one.
    Due,
    /// That is under way.
    Going,
}

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
            return self.merge_some();
        }
        let room = self.room;
        self.overwrite(true)?;
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
        self.merging = Merging::Due;
        Ok(true)
    }

    /// Before something is removed: what leaves a page of the file is overwritten from here on, until no word is left. At
    /// other times that would make everything slower for nothing.
    pub(super) fn will_remove(&mut self, removals: &[(Seq, Removal)]) -> Result<(), StoreError> {
        if !removals.is_empty() {
            self.overwrite(true)?;
            self.merging = Merging::Due;
        }
        Ok(())
    }

    fn overwrite(&self, on: bool) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "secure_delete", on)?)
    }

    /// Merges a little of the index's parts. A merge that is cut off is not gone on with: later ones take the words.
    fn merge_some(&mut self) -> Result<bool, StoreError> {
        if self.merging == Merging::Done || self.text_of.is_none() {
            return Ok(false);
        }
        // A negative number begins to merge all parts into one; then a positive one goes on (SQLite, FTS5 §6.8).
        let pages = if self.merging == Merging::Due { -MERGED_PAGES } else { MERGED_PAGES };
        let before = self.connection.total_changes();
        self.write(Sync::Normal, |transaction| {
            let merge = "INSERT INTO find (find, rank) VALUES ('merge', ?1)";
            transaction.prepare_cached(merge)?.execute([pages])?;
            Ok(())
        })?;
        let any = self.connection.total_changes() - before >= 2;
        self.merging = if any || self.merging == Merging::Due { Merging::Going } else { Merging::Done };
        if self.merging == Merging::Done {
            self.overwrite(false)?;
        }
        Ok(self.merging == Merging::Going)
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
    let Some(id) = &removal.which else {
        let all = (&removal.author.0, before);
        if !blank_of_author(transaction, (room, era), all, indexed)? {
            transaction.execute(
                "INSERT INTO blanking (era, author, upto) VALUES (?1, ?2, ?3)
                 ON CONFLICT (era, author) DO UPDATE SET upto = max(upto, excluded.upto)",
                params![era, removal.author.0, before],
            )?;
        }
        return Ok(());
    };
    let mut statement = transaction.prepare_cached(concat!(
        "SELECT ",
        entry_columns!(),
        " FROM entry WHERE era = ?1 AND author = ?2 AND op_id = ?3 AND seq < ?4 AND kind IN (?5, ?6)"
    ))?;
    let which = params![era, removal.author.0, id.0, before, kind::POST, kind::GUEST];
    let mut found = statement.query(which)?;
    let entry = found.next()?.map(|row| rows::entry(row, room)).transpose()?;
    entry.map_or(Ok(()), |entry| blank(transaction, era, entry, indexed))
}

/// What was removed so far: where the log says so, whose, and which of it.
type Noted = (i64, [u8; 32], Option<[u8; 16]>);

/// Blanks what of these entries, which were just stored, was removed before.
pub(super) fn apply_again(
    transaction: &Transaction<'_>,
    era: i64,
    new: &[&Entry],
    indexed: bool,
) -> Result<(), StoreError> {
    let Some(first) = new.first() else { return Ok(()) };
    let mut statement =
        transaction.prepare_cached("SELECT seq, author, op_id FROM removal WHERE era = ?1 AND seq > ?2")?;
    let noted = statement
        .query_map((era, rows::seq(first.seq)?), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let noted: Vec<Noted> = noted.collect::<Result<_, _>>()?;
    if noted.is_empty() {
        return Ok(());
    }
    for entry in new {
        let (seq, op) = (rows::seq(entry.seq)?, &entry.signed.op);
        let goes = |(at, author, id): &Noted| {
            let said = id.as_ref().map_or(op.kind == kind::POST, |id| {
                *id == op.id.0 && matches!(op.kind, kind::POST | kind::GUEST)
            });
            *at > seq && *author == op.author.0 && said
        };
        if noted.iter().any(goes) {
            blank(transaction, era, (*entry).clone(), indexed)?;
        }
    }
    Ok(())
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
            transaction.execute(
                "INSERT INTO blanking (era, author, upto) VALUES (?1, ?2, ?3)
                 ON CONFLICT (era, author) DO UPDATE SET upto = max(upto, excluded.upto)",
                params![era, author, seq],
            )?;
        }
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
    let before = Seq(seq.0.saturating_sub(1));
    if indexed { index::remove(transaction, era, (before, seq)) } else { Ok(()) }
}
