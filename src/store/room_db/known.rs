//! What a host knows of its log when it opens the room.

use super::rows;
use super::{RoomDb, StoreError, log};
use crate::types::{KnownMember, Link, MemberId, MemberKey, Seq};

/// What a host knows of its log when it opens the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    /// The last entry.
    pub head: Link,
    /// The first entry that is here; the one after the head where there is none.
    pub oldest: Seq,
    /// The stamp of the last entry, milliseconds since 1970 UTC; the least possible where there is none.
    pub last_at_ms: i64,
    /// Everybody who was ever in, by number.
    pub members: Vec<KnownMember>,
    /// The last counter of each author who has one.
    pub counters: Vec<(MemberKey, u64)>,
}

impl RoomDb {
    /// What a host must know to go on with its log. Takes a look-up for each author, not one for each entry.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn known(&self) -> Result<KnownLog, StoreError> {
        let head = log::end(&self.connection, self.era)?;
        let (oldest, last_at_ms): (Option<i64>, Option<i64>) = self.connection.query_row(
            "SELECT (SELECT min(seq) FROM entry WHERE era = ?1),
                    coalesce((SELECT at_ms FROM entry WHERE era = ?1 AND seq = ?2),
                             (SELECT removed_ms FROM era WHERE era = ?1))",
            (self.era, rows::seq(head.seq)?),
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

    /// Everybody who was ever in, by number.
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
                 UNION ALL SELECT author, n FROM removed_author WHERE era = ?1)
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
