//! What is known of a room apart from its log: its name and keys, my name in it, where it was.

use std::fmt;

use rusqlite::{Connection, Transaction, params};

use super::rows::{self, damaged};
use super::{RoomDb, StoreError, Sync, in_transaction, invites, schema};
use crate::types::limits::DRAFT_BYTES;
use crate::types::{
    Address, Admission, Epoch, GuestRules, Hash, Link, MemberKey, Nickname, RoomId, RoomName,
};

/// What is known of a room apart from its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRecord {
    /// Which room.
    pub room_id: RoomId,
    /// What it is called.
    pub name: RoomName,
    /// The room's keys, where this computer hosts it.
    pub hosted: Option<HostKeys>,
    /// Which log the numbers belong to; none before the first Welcome.
    pub epoch: Option<Epoch>,
    /// The room's public key as it answered (SubjectPublicKeyInfo, DER); none before the first visit.
    pub spki: Option<Vec<u8>>,
    /// It was joined by an invite, so its key is proven and not only remembered.
    pub verified: bool,
    /// What I am called there.
    pub nick: Nickname,
    /// Where it answered last, best first.
    pub addresses: Vec<Address>,
    /// How many may come in, where this computer hosts it.
    pub capacity: Option<usize>,
    /// What people without the app may do, where this computer hosts it.
    pub guests: GuestRules,
    /// What is kept of the room's password, where this computer hosts it and it has one.
    pub password: Option<KeptSecret>,
    /// How often the password was set, changed or removed: who proved an earlier one has it yet to prove.
    pub password_epoch: u32,
    /// The host is asked about each newcomer, where this computer hosts it.
    pub asks: bool,
    /// A plain-text room, where no Hallway answers: its log is kept by this computer alone.
    pub plain: bool,
    /// When it was made or first visited, milliseconds since 1970 UTC.
    pub created_ms: i64,
}

/// Bytes that are nobody's to see.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptSecret(pub Vec<u8>);

impl fmt::Debug for KeptSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptSecret(private)")
    }
}

/// The certificate and key with which a room answers.
#[derive(Clone, PartialEq, Eq)]
pub struct HostKeys {
    /// The certificate, DER.
    pub cert_der: Vec<u8>,
    /// The private key, PKCS #8.
    pub key_pkcs8: Vec<u8>,
}

impl fmt::Debug for HostKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostKeys(private)")
    }
}

impl RoomDb {
    /// What is known of the room.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it cannot be read, [`StoreError::Io`].
    pub fn record(&self) -> Result<RoomRecord, StoreError> {
        // A file that waits for its upgrade has no such columns.
        let newer = match schema::version(&self.connection)? {
            ..2 => "NULL, 0, NULL, 0, 0",
            2..schema::WITH_DOOR => "guests, plain, NULL, 0, 0",
            schema::WITH_DOOR.. => "guests, plain, password, password_epoch, asks",
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT room_id, name, cert, key, spki, verified, nick, addresses, capacity, created_ms, {newer}
             FROM room"
        ))?;
        let mut rows = statement.query([])?;
        let row = rows.next()?.ok_or(StoreError::NotFound)?;
        let hosted = match (row.get(2)?, row.get(3)?) {
            (Some(cert_der), Some(key_pkcs8)) => Some(HostKeys { cert_der, key_pkcs8 }),
            _ => None,
        };
        let addresses: String = row.get(7)?;
        let addresses: Vec<Address> = serde_json::from_str(&addresses).map_err(damaged("the addresses"))?;
        let capacity: Option<u32> = row.get(8)?;
        let guests: Option<String> = row.get(10)?;
        Ok(RoomRecord {
            room_id: RoomId(row.get(0)?),
            name: RoomName::new(&row.get::<_, String>(1)?).map_err(damaged("the room's name"))?,
            hosted,
            epoch: self.epoch,
            spki: row.get(4)?,
            verified: row.get(5)?,
            nick: rows::nickname(row, 6)?,
            addresses,
            capacity: capacity.map(|capacity| capacity as usize),
            created_ms: row.get(9)?,
            guests: guests
                .map_or_else(|| Ok(GuestRules::default()), |json| serde_json::from_str(&json))
                .map_err(damaged("what guests may do"))?,
            plain: row.get(11)?,
            password: row.get::<_, Option<Vec<u8>>>(12)?.map(KeptSecret),
            password_epoch: row.get(13)?,
            asks: row.get(14)?,
        })
    }

    /// Keeps what is known of the room. Another epoch than before begins an empty log; the entries of the old
    /// one stay in the file, and are not read any more. None leaves the epoch as it is.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] for the record of another room, [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_record(&mut self, record: &RoomRecord) -> Result<(), StoreError> {
        if record.room_id != self.room {
            return Err(StoreError::Misfit("it is the record of another room".into()));
        }
        let (mut era, mut epoch) = (self.era, self.epoch);
        self.write(Sync::Full, |transaction| {
            if let Some(new) = record.epoch {
                era = enter_epoch(transaction, (era, epoch), new)?;
                epoch = Some(new);
            }
            write_record(transaction, record)
        })?;
        (self.era, self.epoch) = (era, epoch);
        Ok(())
    }

    /// Keeps that somebody may come in, which counts while the room has the password of that epoch; and by which invite.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn admit(&mut self, admission: &Admission) -> Result<(), StoreError> {
        self.write(Sync::Full, |transaction| admit(transaction, admission))
    }

    /// Who has proven the password that the room has now.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn admitted(&self) -> Result<Vec<MemberKey>, StoreError> {
        if schema::version(&self.connection)? < schema::WITH_DOOR {
            return Ok(Vec::new());
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT key FROM admitted WHERE epoch = (SELECT password_epoch FROM room)")?;
        let keys = statement.query_map([], |row| Ok(MemberKey(row.get(0)?)))?;
        keys.collect::<Result<_, _>>().map_err(StoreError::from)
    }

    /// What I typed and did not send; empty for nothing.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn draft(&self) -> Result<String, StoreError> {
        Ok(self.connection.query_row("SELECT draft FROM room", [], |row| row.get(0))?)
    }

    /// Keeps what I typed and did not send.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for more than [`DRAFT_BYTES`]; the earlier draft stays then. [`StoreError::Full`],
    /// [`StoreError::Io`].
    pub fn keep_draft(&mut self, text: &str) -> Result<(), StoreError> {
        if text.len() > DRAFT_BYTES {
            return Err(StoreError::TooLarge { limit: DRAFT_BYTES as u64 });
        }
        self.write(Sync::Normal, |transaction| {
            transaction.prepare_cached("UPDATE room SET draft = ?1")?.execute([text])?;
            Ok(())
        })
    }
}

/// Notes that somebody may come in, and by which invite.
pub(super) fn admit(transaction: &Transaction<'_>, admission: &Admission) -> Result<(), StoreError> {
    let Admission { key, epoch, invite } = admission;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO admitted (key, epoch) VALUES (?1, ?2)")?
        .execute(params![key.as_bytes(), epoch])?;
    invite.map_or(Ok(()), |number| invites::used(transaction, number, key))
}

/// Which room the file holds, and which era and epoch it is in.
pub(super) fn identity(connection: &Connection) -> Result<(RoomId, i64, Option<Epoch>), StoreError> {
    let found = connection.query_row(
        "SELECT room.room_id, era.era, era.epoch FROM room JOIN era USING (era)",
        [],
        |row| Ok((RoomId(row.get(0)?), row.get(1)?, row.get::<_, Option<i64>>(2)?)),
    );
    let (room, era, epoch) = found?;
    Ok((room, era, epoch.map(|epoch| Epoch(epoch.cast_unsigned()))))
}

/// Writes the first record into a file that has none.
pub(super) fn create(connection: &mut Connection, record: &RoomRecord) -> Result<(), StoreError> {
    in_transaction(connection, |transaction| {
        let rooms: i64 = transaction.query_row("SELECT count(*) FROM room", [], |row| row.get(0))?;
        if rooms > 0 {
            return Err(StoreError::Misfit("the room is here already".into()));
        }
        begin_era(transaction, 1, record.epoch)?;
        transaction.execute(
            "INSERT INTO room (one, room_id, name, verified, nick, addresses, created_ms, era)
             VALUES (1, ?1, '', 0, '', '', 0, 1)",
            [record.room_id.as_bytes()],
        )?;
        write_record(transaction, record)
    })
}

/// The era of `epoch`, begun where it is not the current one.
pub(super) fn enter_epoch(
    transaction: &Transaction<'_>,
    (era, current): (i64, Option<Epoch>),
    epoch: Epoch,
) -> Result<i64, StoreError> {
    match current {
        Some(current) if current == epoch => Ok(era),
        None => {
            transaction.execute("UPDATE era SET epoch = ?2 WHERE era = ?1", (era, epoch.0.cast_signed()))?;
            Ok(era)
        }
        Some(_) => {
            begin_era(transaction, era + 1, Some(epoch))?;
            transaction.execute("UPDATE room SET era = ?1", [era + 1])?;
            Ok(era + 1)
        }
    }
}

/// The era of `epoch`, begun even where the current one is of that epoch too, unless nothing is in it.
pub(super) fn enter_anew(
    transaction: &Transaction<'_>,
    (era, current): (i64, Option<Epoch>),
    epoch: Epoch,
) -> Result<i64, StoreError> {
    if current != Some(epoch) {
        return enter_epoch(transaction, (era, current), epoch);
    }
    let used: bool =
        transaction
            .query_row("SELECT EXISTS (SELECT 1 FROM entry WHERE era = ?1)", [era], |row| row.get(0))?;
    if !used {
        return Ok(era);
    }
    begin_era(transaction, era + 1, Some(epoch))?;
    transaction.execute("UPDATE room SET era = ?1", [era + 1])?;
    Ok(era + 1)
}

/// Moves the end of the live chain.
pub(super) fn set_live(transaction: &Transaction<'_>, era: i64, live: Link) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE era SET live_seq = ?2, live_hash = ?3 WHERE era = ?1")?
        .execute(params![era, rows::seq(live.seq)?, live.hash.0])?;
    Ok(())
}

/// The end of the live chain.
pub(super) fn live(connection: &Connection, era: i64) -> Result<Link, StoreError> {
    let mut statement = connection.prepare_cached("SELECT live_seq, live_hash FROM era WHERE era = ?1")?;
    let mut rows = statement.query([era])?;
    let row = rows.next()?.ok_or(StoreError::NotFound)?;
    Ok(Link { seq: rows::stored_seq(row, 0)?, hash: Hash(row.get(1)?) })
}

fn begin_era(transaction: &Transaction<'_>, era: i64, epoch: Option<Epoch>) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO era (era, epoch, live_seq, live_hash) VALUES (?1, ?2, 0, ?3)",
        params![era, epoch.map(|epoch| epoch.0.cast_signed()), Link::START.hash.0],
    )?;
    Ok(())
}

pub(super) fn write_record(transaction: &Transaction<'_>, record: &RoomRecord) -> Result<(), StoreError> {
    let addresses = serde_json::to_string(&record.addresses).map_err(damaged("the addresses"))?;
    let guests = serde_json::to_string(&record.guests).map_err(damaged("what guests may do"))?;
    let capacity = record.capacity.map(|capacity| u32::try_from(capacity).unwrap_or(u32::MAX));
    transaction
        .prepare_cached(
            "UPDATE room SET name = ?1, cert = ?2, key = ?3, spki = ?4, verified = ?5, nick = ?6,
             addresses = ?7, capacity = ?8, created_ms = ?9, guests = ?10, plain = ?11,
             password = ?12, password_epoch = ?13, asks = ?14",
        )?
        .execute(params![
            record.name.as_str(),
            record.hosted.as_ref().map(|keys| &keys.cert_der),
            record.hosted.as_ref().map(|keys| &keys.key_pkcs8),
            record.spki,
            record.verified,
            record.nick.as_str(),
            addresses,
            capacity,
            record.created_ms,
            guests,
            record.plain,
            record.password.as_ref().map(|KeptSecret(bytes)| bytes),
            record.password_epoch,
            record.asks,
        ])?;
    transaction.prepare_cached("DELETE FROM admitted WHERE epoch <> ?1")?.execute([record.password_epoch])?;
    transaction.prepare_cached("DELETE FROM invite WHERE epoch <> ?1")?.execute([record.password_epoch])?;
    Ok(())
}
