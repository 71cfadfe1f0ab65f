//! Invites that let people in without the room's password, where this computer hosts it. Of their tokens only the hashes
//! are here. Another password ends them all, as it ends what was proven of the one before.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::{RoomDb, StoreError, Sync, schema};
use crate::types::limits::INVITES;
use crate::types::{Hash, InviteTerms, Issued, MemberKey};

/// An invite that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The hash of its token.
    pub hash: Hash,
    /// For whom it is.
    pub terms: InviteTerms,
    /// When it is made, milliseconds since 1970 UTC.
    pub wall_ms: i64,
}

impl RoomDb {
    /// Keeps a new invite, in place of the oldest that ended where there are many. Answers its number.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] where there are [`INVITES`] that did not end; [`StoreError::Full`], [`StoreError::Io`].
    pub fn issue(&mut self, new: &Issue) -> Result<u32, StoreError> {
        let before = self.invites()?;
        let ended = before.iter().filter(|issued| issued.end(new.wall_ms).is_some());
        let surplus = (before.len() + 1).saturating_sub(INVITES);
        let away: Vec<u32> = ended.take(surplus).map(|issued| issued.number).collect();
        if away.len() < surplus {
            return Err(StoreError::TooLarge { limit: INVITES as u64 });
        }
        let number = before.last().map_or(1, |newest| newest.number.saturating_add(1));
        let (epoch, used) = (self.record()?.password_epoch, BTreeSet::new());
        let issued = Issued { number, hash: new.hash, terms: new.terms, used, revoked: false };
        self.write(Sync::Full, |transaction| {
            for number in &away {
                transaction.prepare_cached("DELETE FROM invite WHERE number = ?1")?.execute([number])?;
            }
            write(transaction, &issued, epoch)
        })?;
        Ok(number)
    }

    /// Takes an invite back. False where there is none of this number.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn revoke(&mut self, number: u32) -> Result<bool, StoreError> {
        self.write(Sync::Full, |transaction| {
            let revoking = "UPDATE invite SET revoked = 1 WHERE number = ?1";
            Ok(transaction.prepare_cached(revoking)?.execute([number])? > 0)
        })
    }

    /// The invites that were made since the room has its password, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn invites(&self) -> Result<Vec<Issued>, StoreError> {
        // A file that waits for its upgrade has no such table.
        if schema::version(&self.connection)? < schema::WITH_DOOR {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT number, hash, people, until_ms, revoked FROM invite
             WHERE epoch = (SELECT password_epoch FROM room) ORDER BY number",
        )?;
        let read = statement.query_map([], |row| {
            let terms = InviteTerms { people: row.get(2)?, until_ms: row.get(3)? };
            let (hash, used) = (Hash(row.get(1)?), BTreeSet::new());
            Ok(Issued { number: row.get(0)?, hash, terms, used, revoked: row.get(4)? })
        })?;
        let mut issued: Vec<Issued> = read.collect::<Result<_, _>>()?;
        let mut uses = self.connection.prepare_cached("SELECT key FROM invite_use WHERE invite = ?1")?;
        for invite in &mut issued {
            let keys = uses.query_map([invite.number], |row| row.get(0).map(MemberKey))?;
            invite.used = keys.collect::<Result<_, _>>()?;
        }
        Ok(issued)
    }
}

/// Notes an invite, and who came in by it.
pub(super) fn write(transaction: &Transaction<'_>, issued: &Issued, epoch: u32) -> Result<(), StoreError> {
    let Issued { number, hash, terms, used: keys, revoked } = issued;
    transaction
        .prepare_cached(
            "INSERT INTO invite (number, hash, people, until_ms, revoked, epoch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![number, hash.0, terms.people, terms.until_ms, revoked, epoch])?;
    keys.iter().try_for_each(|key| used(transaction, *number, key))
}

/// Notes that this member came in by this invite. One that is gone by now is not noted for anybody.
pub(super) fn used(transaction: &Transaction<'_>, number: u32, key: &MemberKey) -> Result<(), StoreError> {
    let noting =
        "INSERT OR IGNORE INTO invite_use (invite, key) SELECT number, ?2 FROM invite WHERE number = ?1";
    transaction.prepare_cached(noting)?.execute(params![number, key.0])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::room;
    use super::*;
    use crate::types::Admission;

    fn new(byte: u8, people: u32) -> Issue {
        let terms = InviteTerms { people: Some(people), until_ms: None };
        Issue { hash: Hash([byte; 32]), terms, wall_ms: 1_000 }
    }

    fn comes(db: &mut RoomDb, member: u8, invite: u32) {
        db.admit(&Admission { key: MemberKey([member; 32]), epoch: 0, invite: Some(invite) }).unwrap();
    }

    #[test]
    fn a_new_invite_takes_the_place_of_the_oldest_that_ended_and_of_no_other() {
        let (_dir, mut db) = room();
        for byte in 1..=u8::try_from(INVITES).unwrap() {
            assert_eq!(db.issue(&new(byte, 1)), Ok(u32::from(byte)));
        }
        let full = Err(StoreError::TooLarge { limit: INVITES as u64 });
        assert_eq!(db.issue(&new(200, 1)), full);
        comes(&mut db, 7, 3);
        assert_eq!(db.revoke(5), Ok(true));
        let next = u32::try_from(INVITES).unwrap() + 1;
        assert_eq!(db.issue(&new(200, 1)), Ok(next));
        let numbers: Vec<u32> = db.invites().unwrap().iter().map(|issued| issued.number).collect();
        assert_eq!(numbers.len(), INVITES);
        assert!(!numbers.contains(&3) && numbers.contains(&5));
        assert_eq!(db.issue(&new(201, 1)), Ok(next + 1));
        assert_eq!(db.issue(&new(202, 1)), full);
    }

    #[test]
    fn who_came_in_by_it_is_noted_once_and_for_no_invite_that_is_gone() {
        let (_dir, mut db) = room();
        let number = db.issue(&new(1, 5)).unwrap();
        for member in [7, 7, 8] {
            comes(&mut db, member, number);
        }
        comes(&mut db, 9, number + 1);
        let kept = db.invites().unwrap();
        assert_eq!(kept[0].used, BTreeSet::from([MemberKey([7; 32]), MemberKey([8; 32])]));
        assert_eq!(db.admitted().unwrap().len(), 3);
        assert_eq!(db.revoke(number + 1), Ok(false));
    }
}
