//! How the members of a hosted room stand: who is kept out, and who may not speak. It is what the newest entries about it
//! say, and stays where those are not kept any more.

use rusqlite::{Transaction, params};

use super::{RoomDb, StoreError, Sync, rows, schema};
use crate::types::{Bar, Lasting, MemberKey, Stand};

impl RoomDb {
    /// How everybody stands of whom an entry says so.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn standing(&self) -> Result<Vec<Stand>, StoreError> {
        // A file that waits for its upgrade has no such table.
        if schema::version(&self.connection)? < schema::WITH_DOOR {
            return Ok(Vec::new());
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT key, bar, seq, by_name, until_ms FROM standing ORDER BY key, bar")?;
        let mut found = statement.query([])?;
        let mut standing = Vec::new();
        while let Some(row) = found.next()? {
            let bar = match row.get(1)? {
                1 => Bar::Out,
                2 => Bar::Silent,
                other => return Err(StoreError::Damaged(format!("a member stands as {other}"))),
            };
            let (key, seq, by) = (MemberKey(row.get(0)?), rows::counter(row, 2)?, rows::nickname(row, 3)?);
            let term = row.get::<_, Option<i64>>(4)?.map(Lasting::of_ms);
            standing.push(Stand { key, bar, seq: crate::types::Seq(seq), by, term });
        }
        Ok(standing)
    }

    /// Keeps how people stand by entries that came back.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_standing(&mut self, standing: &[Stand]) -> Result<(), StoreError> {
        if standing.is_empty() {
            return Ok(());
        }
        self.write(Sync::Full, |transaction| keep(transaction, standing))
    }
}

/// Notes how people stand, unless something newer is known of them.
pub(super) fn keep(transaction: &Transaction<'_>, standing: &[Stand]) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO standing (key, bar, seq, by_name, until_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (key, bar) DO UPDATE SET seq = excluded.seq, by_name = excluded.by_name,
             until_ms = excluded.until_ms WHERE excluded.seq > seq",
    )?;
    for Stand { key, bar, seq, by, term } in standing {
        let bar = match bar {
            Bar::Out => 1,
            Bar::Silent => 2,
        };
        statement.execute(params![key.0, bar, rows::seq(*seq)?, by.as_str(), term.map(Lasting::ms)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::room;
    use super::*;
    use crate::types::{Nickname, Seq};

    fn stand(seq: u64, term: Option<Lasting>) -> Stand {
        let by = Nickname::new("Ana").unwrap();
        Stand { key: MemberKey([7; 32]), bar: Bar::Out, seq: Seq(seq), by, term }
    }

    #[test]
    fn what_the_newest_entry_says_is_kept_whatever_comes_last() {
        let (dir, mut db) = room();
        let newest = [stand(9, Some(Lasting::Until(50))), stand(3, None)];
        for one in newest.clone() {
            db.keep_standing(&[one]).unwrap();
        }
        drop(db);
        let db = RoomDb::open(&dir.path().join("a.db")).unwrap();
        assert_eq!(db.standing().unwrap(), newest[..1]);
    }
}
