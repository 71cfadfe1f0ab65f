//! What of a log was saved: that it is one chain, and which parts of it are here.
//!
//! Every entry has the right hash by now, which covers all of it but the number of its predecessor. Of two that do not
//! fit the newer one decides, for what comes after it was built on it.

use rusqlite::{Connection, Transaction, params};

use super::StoreError;
use super::rows;
use super::spans;
use crate::types::{Hash, Link, Seq};

/// What of a log is here.
#[derive(Debug, Default)]
pub(super) struct Here {
    /// The numbers, in order.
    pub(super) numbers: Vec<i64>,
    /// The number that the first of them follows.
    pub(super) first_prev: i64,
    /// The newest entry.
    pub(super) newest: Option<Link>,
}

/// What is to be done with an entry that does not fit.
enum Change {
    Remove(Seq),
    Follow(Seq, Seq),
}

/// Makes one chain of what is here, in which the log ended with `live`.
pub(super) fn join(transaction: &Transaction<'_>, era: i64, live: Link) -> Result<(), StoreError> {
    // Neither the end of the log nor what comes before knows of it.
    transaction.execute(
        "DELETE FROM entry AS top WHERE era = ?1 AND seq = ?2 AND hash <> ?3 AND EXISTS
             (SELECT 1 FROM entry AS below
              WHERE below.era = ?1 AND below.seq = top.prev_seq AND below.hash <> top.prev_hash)",
        params![era, rows::seq(live.seq)?, live.hash.0],
    )?;
    for change in changes(transaction, era)? {
        match change {
            Change::Remove(seq) => transaction
                .prepare_cached("DELETE FROM entry WHERE era = ?1 AND seq = ?2")?
                .execute((era, rows::seq(seq)?))?,
            Change::Follow(seq, prev) => transaction
                .prepare_cached("UPDATE entry SET prev_seq = ?3 WHERE era = ?1 AND seq = ?2")?
                .execute((era, rows::seq(seq)?, rows::seq(prev)?))?,
        };
    }
    Ok(())
}

/// Notes which parts of the log are here.
pub(super) fn note(transaction: &Transaction<'_>, era: i64) -> Result<Here, StoreError> {
    let mut statement =
        transaction.prepare("SELECT seq, prev_seq, hash FROM entry WHERE era = ?1 ORDER BY seq")?;
    let mut rows = statement.query([era])?;
    let (mut here, mut part) = (Here::default(), None);
    while let Some(row) = rows.next()? {
        let (seq, prev) = (rows::stored_seq(row, 0)?, rows::stored_seq(row, 1)?);
        if here.numbers.is_empty() {
            here.first_prev = row.get(1)?;
        }
        here.numbers.push(row.get(0)?);
        here.newest = Some(Link { seq, hash: Hash(row.get(2)?) });
        part = match part {
            Some((first, last)) if last == prev => Some((first, seq)),
            whole => {
                whole.map_or(Ok(()), |whole| spans::cover(transaction, era, whole))?;
                Some((prev, seq))
            }
        };
    }
    part.map_or(Ok(()), |part| spans::cover(transaction, era, part))?;
    Ok(here)
}

/// How many entries between the two numbers were here by what the file says, and are not among `here`, which is in order;
/// none where it cannot say so.
pub(super) fn count_lost(
    connection: &Connection,
    era: i64,
    (after, last): (i64, i64),
    here: &[i64],
) -> Result<u64, StoreError> {
    let mut statement = connection.prepare("SELECT prev_seq, last_seq FROM span WHERE era = ?1")?;
    let mut rows = statement.query([era])?;
    let mut lost = 0_u64;
    while let Some(row) = rows.next()? {
        let part: (i64, i64) = (row.get(0)?, row.get(1)?);
        lost = lost.saturating_add(missing_of(here, (part.0.max(after), part.1.min(last))));
    }
    Ok(lost)
}

/// How many numbers behind the first up to the second are not among `here`.
pub(super) fn missing_of(here: &[i64], (after, last): (i64, i64)) -> u64 {
    if after >= last {
        return 0;
    }
    let found = here.partition_point(|seq| *seq <= last) - here.partition_point(|seq| *seq <= after);
    last.abs_diff(after).saturating_sub(found as u64)
}

/// What does not fit, from the newest entry down.
fn changes(transaction: &Transaction<'_>, era: i64) -> Result<Vec<Change>, StoreError> {
    let mut statement = transaction
        .prepare("SELECT seq, hash, prev_seq, prev_hash FROM entry WHERE era = ?1 ORDER BY seq DESC")?;
    let mut rows = statement.query([era])?;
    let (mut changes, mut above) = (Vec::new(), None::<(Seq, Link)>);
    while let Some(row) = rows.next()? {
        let (link, prev) = (rows::link(row, 0)?, rows::link(row, 2)?);
        if let Some((seq, follows)) = above {
            // Hosts number one by one, so a number that cannot be right is that.
            let one_less = Seq(seq.0.saturating_sub(1));
            let is_next = follows.hash == link.hash;
            if is_next && follows.seq != link.seq {
                changes.push(Change::Follow(seq, link.seq));
            } else if !is_next && follows.seq <= link.seq {
                if follows.seq != one_less {
                    changes.push(Change::Follow(seq, one_less));
                }
                if link.seq == one_less {
                    changes.push(Change::Remove(link.seq));
                    above = Some((seq, Link { seq: one_less, ..follows }));
                    continue;
                }
            }
        }
        above = Some((link.seq, prev));
    }
    if let Some((seq, follows)) = above
        && follows.seq == Seq::START
        && follows != Link::START
    {
        changes.push(Change::Follow(seq, Seq(seq.0.saturating_sub(1))));
    }
    Ok(changes)
}
