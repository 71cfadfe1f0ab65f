//! Saving what can be read of a damaged room into a new file.
//!
//! What is known of the room and of its logs must be readable. Of everything else each row is taken that can be read,
//! and of the log only what has the right hash: so an entry is what was written or it is not there. What is missing
//! then are holes, as every copy has them, and what the room needs to know of it is kept.

mod chain;
mod eras;
mod lost;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row, Transaction, params};

use self::chain::Here;
use self::eras::Era;
use self::walk::{Ways, each_row};
use super::rows::{self, entry_columns};
use super::{
    BUSY, HashOf, RoomDb, StoreError, begin, blanking, compared, files, in_transaction, invites, log, outbox,
    record, retention, schema, spans, standing,
};
use crate::types::limits::MEND_CACHE_KIB;
use crate::types::{Admission, KnownMember, MemberId, MemberKey, RoomId, Seq};

/// A number that no row has.
const LAST: i64 = i64::MAX;

/// A damaged room's file.
#[derive(Debug)]
pub(in super::super) struct Salvage {
    db: RoomDb,
    eras: Vec<Era>,
    hosted: bool,
}

impl Salvage {
    /// Opens the file, and reads what is known of the room and of its logs. Nothing in the file is changed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NewerSchema`], and [`StoreError::Damaged`] where it cannot be read.
    pub(in super::super) fn open(path: &Path, room: &RoomId) -> Result<Self, StoreError> {
        if !files::is_file(path) {
            return Err(StoreError::NotFound);
        }
        let salvage = open(path).map_err(|error| match error {
            StoreError::NotFound => StoreError::Damaged("there is no room in it".to_owned()),
            // A table that is not there any more is as bad as one that cannot be read.
            StoreError::Io(words) => StoreError::Damaged(words),
            other => other,
        })?;
        if salvage.db.room == *room {
            Ok(salvage)
        } else {
            Err(StoreError::Damaged("it is another room".to_owned()))
        }
    }

    /// Makes a new file at `path`, complete, of what can be read. Answers how many entries of the current log should be
    /// here and are not.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`]; what is at `path` then is of no use.
    pub(in super::super) fn make(&self, path: &Path, hash_of: HashOf) -> Result<u64, StoreError> {
        let mut new = begin(path)?;
        for (pragma, value) in [
            // Until it is whole nobody needs it, so nothing is written twice.
            ("journal_mode", "OFF"),
            ("synchronous", "OFF"),
            ("cache_size", &format!("-{MEND_CACHE_KIB}")),
        ] {
            new.pragma_update(None, pragma, value)?;
        }
        let mut lost = 0;
        in_transaction(&mut new, |transaction| {
            self.copy_record(transaction)?;
            self.copy_removed(transaction)?;
            for era in &self.eras {
                let lost_here = self.copy_log(transaction, era, hash_of)?;
                if era.era == self.db.era {
                    lost = lost_here;
                }
            }
            self.copy_members(transaction)?;
            self.copy_outbox(transaction)
        })?;
        for (pragma, value) in [("journal_mode", "WAL"), ("synchronous", "FULL")] {
            new.pragma_update(None, pragma, value)?;
        }
        RoomDb::new(new)?.complete()?;
        Ok(lost)
    }

    /// Moves everything into the file itself, and closes it.
    ///
    /// # Errors
    /// [`StoreError::Io`], also while somebody else reads it.
    pub(in super::super) fn close(self) -> Result<(), StoreError> {
        let busy: i64 =
            self.db.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy != 0 {
            return Err(StoreError::Io("it is being read".to_owned()));
        }
        self.db.connection.flush_prepared_statement_cache();
        self.db.connection.close().map_err(|(_, error)| error.into())
    }

    fn copy_record(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        self.eras.iter().try_for_each(|era| eras::write(transaction, era))?;
        let retention = self.db.retention()?.map(|retention| retention.to_string());
        // What was typed is no reason to lose the room.
        let draft = self.db.draft().unwrap_or_default();
        transaction.execute(
            "INSERT INTO room (one, room_id, name, verified, nick, addresses, created_ms, era, keep, draft)
             VALUES (1, ?1, '', 0, '', '', 0, ?2, ?3, ?4)",
            params![self.db.room.as_bytes(), self.db.era, retention, draft],
        )?;
        let kept = self.db.record()?;
        record::write_record(transaction, &kept)?;
        // Words can be compared again, and whoever is not known any more to have proven the password proves it once
        // more; so not to know it is no reason to lose the room either.
        for key in self.db.compared().unwrap_or_default() {
            compared::write(transaction, &key)?;
        }
        if let Ok(Some(key)) = self.db.known_by() {
            transaction.execute("UPDATE room SET known_by = ?1", [key.as_bytes()])?;
        }
        // A file of an older schema notes nothing of the kind.
        let _noted = blanking::mend(transaction, &self.db.connection);
        // Whoever was kept out can be kept out once more.
        for standing in self.db.standings().unwrap_or_default() {
            standing::write(transaction, &standing)?;
        }
        standing::write_rules(transaction, self.db.house_rules().unwrap_or_default())?;
        for key in self.db.admitted().unwrap_or_default() {
            record::admit(transaction, &Admission { key, epoch: kept.password_epoch, invite: None })?;
        }
        // An invite that is not known any more lets nobody in.
        for issued in self.db.invites().unwrap_or_default() {
            invites::write(transaction, &issued, kept.password_epoch)?;
        }
        Ok(())
    }

    /// Copies what of a log can be read and fits, and everything that hangs on it. Answers how many entries are lost.
    fn copy_log(&self, transaction: &Transaction<'_>, era: &Era, hash_of: HashOf) -> Result<u64, StoreError> {
        let proven = era.proof.as_ref().map_or(Seq::START, |(link, _)| link.seq);
        let top = rows::seq(era.live.seq.max(proven))?;
        each_row(&self.db.connection, (ENTRIES, era.era), top, |row| {
            let Ok(mut entry) = rows::entry(row, self.db.room) else { return Ok(()) };
            if hash_of(&entry) == entry.hash {
                // The one number that the hash does not cover.
                entry.prev.seq = Seq(entry.prev.seq.0.min(entry.seq.0.saturating_sub(1)));
                log::insert(transaction, era.era, &entry)?;
            }
            Ok(())
        })?;
        chain::join(transaction, era.era, era.live)?;
        let here = chain::note(transaction, era.era)?;
        let removed_to = self.note_end(transaction, era, &here)?;
        let end = here.newest.map_or(Seq::START, |newest| newest.seq).max(era.live.seq);
        let bounds = (removed_to, rows::seq(end)?);
        let lost = lost::find(&self.db.connection, era.era, bounds, &here.numbers);
        lost::keep(transaction, era.era, self.hosted, &lost)?;
        let counted = chain::count_lost(&self.db.connection, era.era, bounds, &here.numbers);
        // A host has all of its log. What of it a copy had is in the indexes, if nowhere else.
        let whole = if self.hosted { chain::missing_of(&here.numbers, bounds) } else { 0 };
        Ok(counted.unwrap_or(whole).max(lost.len() as u64))
    }

    /// Notes where the log ends, up to where it was removed, and its proof, as what is here now has it. Answers up to
    /// which number it was removed.
    fn note_end(&self, transaction: &Transaction<'_>, era: &Era, here: &Here) -> Result<i64, StoreError> {
        let removed_to = match here.numbers.first() {
            Some(first) if *first <= era.removed_to => here.first_prev,
            Some(_) => era.removed_to,
            None => era.removed_to.min(rows::seq(era.live.seq)?),
        };
        let live = match here.newest {
            // Its own hash is right, so it is the note of it that is damaged, or older.
            Some(newest) if newest.seq == era.live.seq || (self.hosted && newest.seq > era.live.seq) => {
                newest
            }
            _ => era.live,
        };
        record::set_live(transaction, era.era, live)?;
        transaction.execute(
            "UPDATE era SET removed_to = ?2, unindexed = ?3 WHERE era = ?1",
            params![era.era, removed_to, here.numbers.last().copied().unwrap_or(0)],
        )?;
        if let Some((link, signature)) = &era.proof {
            transaction.execute(
                "UPDATE era SET proof_seq = ?2, proof_hash = ?3, proof_sig = ?4 WHERE era = ?1 AND EXISTS
                     (SELECT 1 FROM entry WHERE entry.era = ?1 AND seq = ?2 AND hash = ?3)",
                params![era.era, rows::seq(link.seq)?, link.hash.0, signature],
            )?;
        }
        Ok(removed_to)
    }

    fn copy_removed(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        if schema::version(&self.db.connection)? < schema::WITH_RETENTION {
            return Ok(());
        }
        let mut authors = Vec::new();
        each_row(&self.db.connection, (AUTHORS, 0), LAST, |row| {
            authors.extend(author(row).ok());
            Ok(())
        })?;
        for (old, era, author, n) in authors {
            if self.eras.iter().any(|known| known.era == era) {
                let place = retention::keep_counter(transaction, era, (&author, n))?;
                lost::copy_removed(&self.db.connection, old, (transaction, place))?;
            }
        }
        Ok(())
    }

    fn copy_members(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let mut known = BTreeMap::new();
        each_row(&self.db.connection, (MEMBERS, 0), LAST, |row| {
            known.extend(member(row).ok().map(|member| (member.member.0, member)));
            Ok(())
        })?;
        // Whoever said something is known by that too.
        let mut statement = transaction.prepare(
            "SELECT member, author, name, max(seq) FROM entry
             WHERE era = ?1 AND member > 0 AND n > 0 GROUP BY member",
        )?;
        let mut rows = statement.query([self.db.era])?;
        while let Some(row) = rows.next()?.filter(|_| self.hosted) {
            let member = member(row)?;
            if !known.values().any(|other: &KnownMember| other.key == member.key) {
                known.entry(member.member.0).or_insert(member);
            }
        }
        known.values().try_for_each(|member| log::keep_member(transaction, member))
    }

    fn copy_outbox(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let mut waiting = BTreeMap::new();
        each_row(&self.db.connection, (OUTBOX, 0), LAST, |row| {
            if let (Ok(place), Ok(message)) = (row.get::<_, i64>(9), outbox::outgoing(row, self.db.room)) {
                waiting.insert(place, message);
            }
            Ok(())
        })?;
        waiting.values().try_for_each(|message| outbox::insert(transaction, message))
    }
}

fn open(path: &Path) -> Result<Salvage, StoreError> {
    let access = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, access)?;
    connection.busy_timeout(BUSY)?;
    // A file that was cut off is not read at all else.
    connection.pragma_update(None, "writable_schema", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "cache_spill", "OFF")?;
    schema::check(&connection)?;
    if schema::version(&connection)? == 0 {
        return Err(StoreError::NotFound);
    }
    let db = RoomDb::new(connection)?;
    let (record, eras) = (db.record()?, eras::read(&db.connection)?);
    Ok(Salvage { db, eras, hosted: record.hosted.is_some() })
}

fn member(row: &Row<'_>) -> Result<KnownMember, StoreError> {
    let (member, key) = (MemberId(row.get(0)?), MemberKey(row.get(1)?));
    Ok(KnownMember { member, key, name: rows::nickname(row, 2)? })
}

/// Place, era, key and counter of somebody of whom entries were removed.
fn author(row: &Row<'_>) -> rusqlite::Result<(i64, i64, [u8; 32], i64)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

const ENTRIES: Ways = Ways {
    number: 0,
    up: concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq > ?2 ORDER BY seq"),
    down: concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq > ?2 ORDER BY seq DESC"),
    one: concat!("SELECT ", entry_columns!(), " FROM entry WHERE era = ?1 AND seq = ?2"),
};
const MEMBERS: Ways = Ways {
    number: 0,
    up: "SELECT member, key, name FROM member WHERE ?1 = 0 AND member > ?2 ORDER BY member",
    down: "SELECT member, key, name FROM member WHERE ?1 = 0 AND member > ?2 ORDER BY member DESC",
    one: "SELECT member, key, name FROM member WHERE ?1 = 0 AND member = ?2",
};
const AUTHORS: Ways = Ways {
    number: 0,
    up: "SELECT place, era, author, n FROM removed_author WHERE ?1 = 0 AND place > ?2 ORDER BY place",
    down: "SELECT place, era, author, n FROM removed_author WHERE ?1 = 0 AND place > ?2 ORDER BY place DESC",
    one: "SELECT place, era, author, n FROM removed_author WHERE ?1 = 0 AND place = ?2",
};
const OUTBOX: Ways = Ways {
    number: 9,
    up: "SELECT op_id, author, n, kind, body, signature, text, at_ms, refused, place FROM outbox
         WHERE ?1 = 0 AND place > ?2 ORDER BY place",
    down: "SELECT op_id, author, n, kind, body, signature, text, at_ms, refused, place FROM outbox
           WHERE ?1 = 0 AND place > ?2 ORDER BY place DESC",
    one: "SELECT op_id, author, n, kind, body, signature, text, at_ms, refused, place FROM outbox
          WHERE ?1 = 0 AND place = ?2",
};
