//! With whom the host of a room compared words. It is the host's own knowledge, and never leaves this computer.

use rusqlite::{Transaction, params};

use super::{RoomDb, StoreError, Sync, schema};
use crate::types::MemberKey;
use crate::types::limits::COMPARED_MEMBERS;

impl RoomDb {
    /// Everybody with whom the host compared words.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn compared(&self) -> Result<Vec<MemberKey>, StoreError> {
        // A file that waits for its upgrade has no such table.
        if schema::version(&self.connection)? < schema::WITH_DOOR {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached("SELECT key FROM compared ORDER BY key")?;
        let keys = statement.query_map([], |row| row.get(0).map(MemberKey))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// Keeps that the host compared words with this member. Durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for more than [`COMPARED_MEMBERS`]; [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_compared(&mut self, key: &MemberKey) -> Result<(), StoreError> {
        self.write(Sync::Full, |transaction| {
            write(transaction, key)?;
            let kept: i64 = transaction.query_row("SELECT count(*) FROM compared", [], |row| row.get(0))?;
            if u64::try_from(kept).is_ok_and(|kept| kept <= COMPARED_MEMBERS) {
                return Ok(());
            }
            Err(StoreError::TooLarge { limit: COMPARED_MEMBERS })
        })
    }
}

/// Notes one member; one that is there already stays so.
pub(super) fn write(transaction: &Transaction<'_>, key: &MemberKey) -> Result<(), StoreError> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO compared (key) VALUES (?1)")?
        .execute(params![key.0])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::room;
    use super::*;

    fn numbered(number: u64) -> MemberKey {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_be_bytes());
        MemberKey(key)
    }

    #[test]
    fn with_whom_words_were_compared_is_kept_once_and_up_to_the_limit() {
        let (dir, mut db) = room();
        db.write(Sync::Full, |transaction| {
            (1..COMPARED_MEMBERS).try_for_each(|number| write(transaction, &numbered(number)))
        })
        .unwrap();
        db.keep_compared(&numbered(COMPARED_MEMBERS)).unwrap();
        db.keep_compared(&numbered(7)).unwrap();
        let too_many = StoreError::TooLarge { limit: COMPARED_MEMBERS };
        assert_eq!(db.keep_compared(&numbered(COMPARED_MEMBERS + 1)), Err(too_many));
        drop(db);
        let db = RoomDb::open(&dir.path().join("a.db")).unwrap();
        assert_eq!(db.compared().unwrap(), (1..=COMPARED_MEMBERS).map(numbered).collect::<Vec<_>>());
    }
}
