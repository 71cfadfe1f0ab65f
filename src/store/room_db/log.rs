//! The log: what a host appends, what a member copies, and what is known of it.
//!
//! An entry that is stored stays as it is. Storing the same one again changes nothing; one that contradicts it
//! (another entry of that number, the same op under another number, a chain that does not meet) fails the
//! whole call with [`StoreError::Misfit`], and nothing of the call is stored.

use rusqlite::{Connection, Transaction, params};

use super::rows::{self, entry_columns};
use super::{RoomDb, StoreError, Sync, blanking, index, outbox, proofs, record, spans};
use crate::types::{
    Batch, Entry, Epoch, Hash, KnownMember, Link, MemberId, MemberKey, OpId, Removal, RoomId, Run, RunPlace,
    Seq, SignedHead,
};

/// What a host knows of its log when it opens the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    /// The last entry that there ever was, here or not.
    pub head: Link,
    /// The first entry that is here; the one after the head where there is none.
    pub oldest: Seq,
    /// The stamp of the last entry that is here, milliseconds since 1970 UTC; the least possible where there is none.
    pub last_at_ms: i64,
    /// Everybody who was ever in, by number.
    pub members: Vec<KnownMember>,
    /// The last counter of each author who has one.
    pub counters: Vec<(MemberKey, u64)>,
}

impl RoomDb {
    /// A host's commit: entries that follow the head, and the members they tell of. Synced when it returns.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] for entries that do not follow, that repeat an op or belong to another room;
    /// [`StoreError::Full`], [`StoreError::Unsynced`], [`StoreError::Io`]. Nothing of the batch is there then.
    pub fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let (room, era) = (self.room, self.era);
        self.will_remove(&batch.removals)?;
        self.write_entries(Sync::Full, |transaction, text_of| {
            if !batch.entries.is_empty() {
                let head = end(transaction, era)?;
                let last = check_chain(room, head, &batch.entries)?;
                for entry in &batch.entries {
                    if !insert(transaction, era, entry)? {
                        return Err(StoreError::Misfit(format!("entry {} says an op again", entry.seq)));
                    }
                }
                index::add(transaction, era, &batch.entries.iter().collect::<Vec<_>>(), text_of)?;
                spans::cover(transaction, era, (head.seq, last.seq))?;
                record::set_live(transaction, era, last)?;
            }
            blanking::apply(transaction, (room, era), &batch.removals, text_of.is_some())?;
            batch.members.iter().try_for_each(|member| keep_member(transaction, member))?;
            batch.standings.iter().try_for_each(|standing| super::standing::write(transaction, standing))?;
            batch.rules.iter().try_for_each(|rules| super::standing::write_rules(transaction, *rules))
        })
    }

    /// A member's copy: in one transaction the entries are stored, where they are the host's newest the live
    /// chain ends with them, and the ops in `done` leave the outbox. Answers the end of the live chain.
    ///
    /// The live chain never goes back within an epoch. Another epoch than before begins an empty log. Only a
    /// call that takes something out of the outbox is synced: what is lost otherwise can be fetched again.
    ///
    /// # Errors
    /// As [`RoomDb::append`].
    pub fn store_run(
        &mut self,
        run: &Run,
        live: bool,
        done: &[OpId],
        epoch: Epoch,
    ) -> Result<Link, StoreError> {
        let place = if live { RunPlace::Live } else { RunPlace::Hole };
        self.store_copied(run, (place, epoch), done, (None, &[]))
    }

    /// As [`RoomDb::store_run`], with where the run belongs, and an entry of what is here then that the room's key
    /// vouched for; and what the run removes. The proof of a chain only moves on.
    ///
    /// # Errors
    /// As [`RoomDb::append`].
    pub fn store_copied(
        &mut self,
        run: &Run,
        (place, epoch): (RunPlace, Epoch),
        done: &[OpId],
        (proof, removals): (Option<&SignedHead>, &[(Seq, Removal)]),
    ) -> Result<Link, StoreError> {
        let (room, current) = (self.room, (self.era, self.epoch));
        self.will_remove(removals)?;
        let sync = if done.is_empty() { Sync::Normal } else { Sync::Full };
        let (era, end, again) = self.write_entries(sync, |transaction, text_of| {
            let era = match place {
                RunPlace::Anew => record::enter_anew(transaction, current, epoch)?,
                RunPlace::Live | RunPlace::Hole => record::enter_epoch(transaction, current, epoch)?,
            };
            let (last, new) = copy(transaction, room, era, run)?;
            index::add(transaction, era, &new, text_of)?;
            blanking::apply(transaction, (room, era), removals, text_of.is_some())?;
            let again = blanking::apply_again(transaction, era, &new, text_of.is_some())?;
            let mut end = record::live(transaction, era)?;
            if place != RunPlace::Hole && last.seq > end.seq {
                record::set_live(transaction, era, last)?;
                end = last;
            }
            if let Some(proof) = proof {
                proofs::keep(transaction, era, proof)?;
            }
            done.iter().try_for_each(|id| outbox::delete(transaction, id))?;
            Ok((era, end, again))
        })?;
        if again {
            self.will_wipe()?;
        }
        (self.era, self.epoch) = (era, Some(epoch));
        Ok(end)
    }

    /// The entry that an op became.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] also where it is not what was written; [`StoreError::Io`].
    pub fn find(&self, author: &MemberKey, id: &OpId) -> Result<Option<Entry>, StoreError> {
        let mut statement = self.connection.prepare_cached(concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entry WHERE era = ?1 AND author = ?2 AND op_id = ?3"
        ))?;
        let mut rows = statement.query(params![self.era, author.0, id.0])?;
        rows.next()?.map(|row| self.whole_entry(row)).transpose()
    }

    /// Calls `each` with the author and id of every entry, also of removed ones: a host that goes on with this log knows its own.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn each_id(&self, mut each: impl FnMut(&MemberKey, &OpId)) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT author, op_id FROM entry WHERE era = ?1 ORDER BY author, op_id")?;
        let mut rows = statement.query([self.era])?;
        while let Some(row) = rows.next()? {
            let (author, id): ([u8; 32], [u8; 16]) = (row.get(0)?, row.get(1)?);
            each(&MemberKey(author), &OpId(id));
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT removed_author.author, op_id FROM removed_author JOIN removed ON removed.author = place
             WHERE era = ?1",
        )?;
        let mut rows = statement.query([self.era])?;
        while let Some(row) = rows.next()? {
            let (author, id): ([u8; 32], [u8; 16]) = (row.get(0)?, row.get(1)?);
            each(&MemberKey(author), &OpId(id));
        }
        Ok(())
    }

    /// What a host must know to go on with its log, also where its newest entries are missing here: it goes on behind
    /// them. Takes a look-up for each author, not one for each entry.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn known(&self) -> Result<KnownLog, StoreError> {
        let head = end(&self.connection, self.era)?;
        let (oldest, last_at_ms): (Option<i64>, Option<i64>) = self.connection.query_row(
            "SELECT (SELECT min(seq) FROM entry WHERE era = ?1),
                    coalesce((SELECT at_ms FROM entry WHERE era = ?1 ORDER BY seq DESC LIMIT 1),
                             (SELECT removed_ms FROM era WHERE era = ?1))",
            [self.era],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(KnownLog {
            head,
            oldest: oldest.map_or(head.seq.next(), |seq| Seq(seq.unsigned_abs())),
            last_at_ms: last_at_ms.unwrap_or(i64::MIN),
            members: self.members()?,
            counters: self.counters()?,
        })
    }

    /// The end of the live chain: where a member goes on, and a host's head.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn live_end(&self) -> Result<Link, StoreError> {
        let live = record::live(&self.connection, self.era)?;
        let here = self.link_here(self.era, live.seq)?;
        if here.is_none_or(|here| here == live) { Ok(live) } else { Err(not_the_end(live.seq)) }
    }

    pub(super) fn members(&self) -> Result<Vec<KnownMember>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT member, key, name FROM member ORDER BY member")?;
        let mut rows = statement.query([])?;
        let mut members = Vec::new();
        while let Some(row) = rows.next()? {
            members.push(KnownMember {
                member: MemberId(row.get(0)?),
                key: MemberKey(row.get(1)?),
                name: rows::nickname(row, 2)?,
            });
        }
        Ok(members)
    }

    fn counters(&self) -> Result<Vec<(MemberKey, u64)>, StoreError> {
        // Goes from author to author by the index; a plain GROUP BY would read all of it.
        let mut statement = self.connection.prepare_cached(
            "WITH RECURSIVE authors(author) AS (
                 SELECT min(author) FROM entry WHERE era = ?1
                 UNION ALL
                 SELECT (SELECT min(author) FROM entry WHERE era = ?1 AND author > authors.author)
                 FROM authors WHERE authors.author IS NOT NULL)
             SELECT author, max(last) FROM (
                 SELECT author, (SELECT max(n) FROM entry WHERE era = ?1 AND author = authors.author) AS last
                 FROM authors WHERE author IS NOT NULL AND last > 0
                 UNION ALL SELECT author, n FROM removed_author WHERE era = ?1 AND n > 0)
             GROUP BY author",
        )?;
        let mut rows = statement.query([self.era])?;
        let mut counters = Vec::new();
        while let Some(row) = rows.next()? {
            counters.push((MemberKey(row.get(0)?), rows::counter(row, 1)?));
        }
        Ok(counters)
    }
}

/// Where the log ends and goes on: at the newest entry that there ever was, also where that is missing here.
pub(super) fn end(connection: &Connection, era: i64) -> Result<Link, StoreError> {
    let live = record::live(connection, era)?;
    match newest(connection, era)? {
        Some(newest) if newest.seq > live.seq => Ok(newest),
        Some(newest) if newest.seq == live.seq && newest != live => Err(not_the_end(live.seq)),
        _ => Ok(live),
    }
}

/// The newest entry that is here.
pub(super) fn newest(connection: &Connection, era: i64) -> Result<Option<Link>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT seq, hash FROM entry WHERE era = ?1 ORDER BY seq DESC LIMIT 1")?;
    let mut rows = statement.query([era])?;
    rows.next()?.map(|row| rows::link(row, 0)).transpose()
}

fn not_the_end(seq: Seq) -> StoreError {
    StoreError::Damaged(format!("entry {seq}: it is not the one that the log ended with"))
}

/// Stores what is not here yet of a run, and answers its last position and what was not here.
fn copy<'r>(
    transaction: &Transaction<'_>,
    room: RoomId,
    era: i64,
    run: &'r Run,
) -> Result<(Link, Vec<&'r Entry>), StoreError> {
    let (last, mut new) = (check_chain(room, run.prev, &run.entries)?, Vec::new());
    if run.entries.is_empty() {
        return Ok((last, new));
    }
    check_neighbours(transaction, era, (run.prev, last))?;
    check_live(transaction, era, run)?;
    for entry in &run.entries {
        if insert(transaction, era, entry)? {
            new.push(entry);
        } else if !is_here(transaction, era, entry.link())? {
            return Err(StoreError::Misfit(format!("entry {} is another one here", entry.seq)));
        }
    }
    check_alone(transaction, era, run)?;
    spans::cover(transaction, era, (run.prev.seq, last.seq))?;
    Ok((last, new))
}

/// The position after `entries`, if each follows the one before and all are of this room.
fn check_chain(room: RoomId, prev: Link, entries: &[Entry]) -> Result<Link, StoreError> {
    entries.iter().try_fold(prev, |last, entry| {
        if entry.prev != last || entry.seq <= last.seq {
            return Err(StoreError::Misfit(format!("entry {} does not follow {}", entry.seq, last.seq)));
        }
        if entry.signed.op.room != room {
            return Err(StoreError::Misfit(format!("entry {} belongs to another room", entry.seq)));
        }
        Ok(entry.link())
    })
}

/// Checks that the chain meets what is here on both sides of it.
fn check_neighbours(
    transaction: &Transaction<'_>,
    era: i64,
    (prev, last): (Link, Link),
) -> Result<(), StoreError> {
    let apart = |seq: Seq| StoreError::Misfit(format!("the chain does not meet entry {seq}"));
    let mut statement = transaction.prepare_cached("SELECT hash FROM entry WHERE era = ?1 AND seq = ?2")?;
    let mut before = statement.query((era, rows::seq(prev.seq)?))?;
    if let Some(row) = before.next()?
        && row.get::<_, [u8; 32]>(0)? != prev.hash.0
    {
        return Err(apart(prev.seq));
    }
    let mut statement = transaction.prepare_cached(
        "SELECT seq, prev_seq, prev_hash FROM entry WHERE era = ?1 AND seq > ?2 ORDER BY seq LIMIT 1",
    )?;
    let mut behind = statement.query((era, rows::seq(last.seq)?))?;
    let Some(row) = behind.next()? else { return Ok(()) };
    let theirs = Link { seq: rows::stored_seq(row, 1)?, hash: Hash(row.get(2)?) };
    if theirs.seq < last.seq || (theirs.seq == last.seq && theirs.hash != last.hash) {
        return Err(apart(rows::stored_seq(row, 0)?));
    }
    Ok(())
}

/// Checks that the run leads to the end of the live chain where it comes to it: that may be missing here.
fn check_live(transaction: &Transaction<'_>, era: i64, run: &Run) -> Result<(), StoreError> {
    let live = record::live(transaction, era)?;
    match run.entries.iter().find(|entry| entry.seq == live.seq) {
        Some(entry) if entry.hash != live.hash => {
            Err(StoreError::Misfit(format!("entry {} is not the one that the log ended with", live.seq)))
        }
        _ => Ok(()),
    }
}

/// Checks that the chain passes by no entry that is here.
fn check_alone(transaction: &Transaction<'_>, era: i64, run: &Run) -> Result<(), StoreError> {
    let mut statement =
        transaction.prepare_cached("SELECT count(*) FROM entry WHERE era = ?1 AND seq > ?2 AND seq <= ?3")?;
    let (from, to) = (rows::seq(run.prev.seq)?, rows::seq(run.last().seq)?);
    let here: i64 = statement.query_row((era, from, to), |row| row.get(0))?;
    if here.unsigned_abs() == run.entries.len() as u64 {
        Ok(())
    } else {
        Err(StoreError::Misfit(format!("the chain passes by entries before {}", run.last().seq)))
    }
}

/// Inserts the entry; false where its number or its op is here already.
pub(super) fn insert(transaction: &Transaction<'_>, era: i64, entry: &Entry) -> Result<bool, StoreError> {
    let op = &entry.signed.op;
    let mut statement = transaction.prepare_cached(concat!(
        "INSERT INTO entry (era, ",
        entry_columns!(),
        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING"
    ))?;
    let inserted = statement.execute(params![
        era,
        rows::seq(entry.seq)?,
        rows::seq(entry.prev.seq)?,
        entry.prev.hash.0,
        entry.at_ms,
        entry.member.0,
        entry.name.as_str(),
        op.author.0,
        rows::stored_count(op.n)?,
        op.id.0,
        op.kind,
        &op.body[..],
        entry.signed.signature.0,
        entry.hash.0,
    ])?;
    Ok(inserted == 1)
}

fn is_here(transaction: &Transaction<'_>, era: i64, link: Link) -> Result<bool, StoreError> {
    let mut statement =
        transaction.prepare_cached("SELECT 1 FROM entry WHERE era = ?1 AND seq = ?2 AND hash = ?3")?;
    Ok(statement.exists(params![era, rows::seq(link.seq)?, link.hash.0])?)
}

/// Notes a member's name. A number never goes to another key.
pub(super) fn keep_member(transaction: &Transaction<'_>, known: &KnownMember) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO member (member, key, name) VALUES (?1, ?2, ?3)
         ON CONFLICT (member) DO UPDATE SET name = excluded.name WHERE key = excluded.key",
    )?;
    match statement.execute(params![known.member.0, known.key.0, known.name.as_str()])? {
        0 => Err(StoreError::Misfit(format!("member {} has another key", known.member.0))),
        _ => Ok(()),
    }
}
