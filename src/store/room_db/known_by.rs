//! By which key of mine a room knows me.

use super::{RoomDb, StoreError, Sync, schema};
use crate::types::MemberKey;

impl RoomDb {
    /// The key with which I was let in there last; none where that was never noted.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn known_by(&self) -> Result<Option<MemberKey>, StoreError> {
        if schema::version(&self.connection)? < schema::WITH_RULES {
            return Ok(None);
        }
        let key: Option<[u8; 32]> =
            self.connection.query_row("SELECT known_by FROM room", [], |row| row.get(0))?;
        Ok(key.map(MemberKey))
    }

    /// Notes it. Durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_known_by(&mut self, key: &MemberKey) -> Result<(), StoreError> {
        self.write(Sync::Full, |transaction| {
            transaction.prepare_cached("UPDATE room SET known_by = ?1")?.execute([key.as_bytes()])?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::room;
    use super::*;

    #[test]
    fn by_which_key_a_room_knows_me_is_kept() {
        let (_dir, mut db) = room();
        assert_eq!(db.known_by(), Ok(None));
        db.keep_known_by(&MemberKey([7; 32])).unwrap();
        assert_eq!(db.known_by(), Ok(Some(MemberKey([7; 32]))));
    }
}
