//! A room's records, read as far as a visit needs before their thread takes them.

use std::path::PathBuf;
use std::sync::Arc;

use super::World;
use crate::room::{Hole, Known, Seen, Stored};
use crate::session::event::{Notice, RoomEvent};
use crate::session::failure::Failure;
use crate::session::finder::text_of;
use crate::session::keys;
use crate::session::records::Records;
use crate::session::tell::RoomTeller;
use crate::store::{Mended, Profile, RoomDb, RoomRecord, StoreError};
use crate::types::limits::FIRST_JOIN_ENTRIES;
use crate::types::{FetchFrom, Link, MemberKey, OpId, Retention, RoomId, Seq};

/// What was read, and the way to the rest.
pub(super) struct Opened {
    pub(super) record: RoomRecord,
    pub(super) records: Records,
    pub(super) stored: Stored,
    /// What the host's log holds; none where somebody else hosts.
    pub(super) known: Option<Known>,
    /// How long its entries are kept here; none for what the settings say.
    pub(super) retention: Option<Retention>,
    /// By which key of mine the room knows me, as far as it was noted.
    pub(super) known_by: Option<MemberKey>,
    /// Its file was damaged, and this became of it.
    pub(super) mended: Option<Mended>,
}

impl Opened {
    /// What a person is told of how it went.
    pub(super) async fn tell(&self, teller: &mut RoomTeller) {
        if let Some(Mended { original, lost }) = self.mended.clone() {
            teller.tell(RoomEvent::Notice(Notice::Mended(lost, original))).await;
        }
    }
}

/// Why a room's file could not be opened.
enum Refused {
    /// It could not be read.
    Reading(StoreError),
    /// What was to be kept could not be written.
    Writing(StoreError),
}

/// Opens the room of `wanted`, or makes it; a damaged file is mended first. Name, nickname, addresses and capacity become
/// what `wanted` says; keys, epoch and age stay what they are.
pub(super) async fn open(world: &World, wanted: RoomRecord) -> Result<Opened, Failure> {
    let room = wanted.room_id;
    let file = world.profile.room_file(&room);
    let (profile, key, wall_ms) = (Arc::clone(&world.profile), world.identity.key(), (world.clock)().wall_ms);
    let opening = tokio::task::spawn_blocking(move || {
        let opened = open_here(&profile, wanted.clone(), &key);
        let Err(Refused::Reading(StoreError::Damaged(words))) = opened else { return opened };
        let mended = profile.mend_room(&room, keys::hash_of, wall_ms).map_err(|error| match error {
            // What was wrong first is what a person is told.
            StoreError::Damaged(_) => Refused::Reading(StoreError::Damaged(words)),
            other => Refused::Writing(other),
        })?;
        Ok(Opened { mended: Some(mended), ..open_here(&profile, wanted, &key)? })
    });
    let opened = opening.await.map_err(|broken| Failure::Storage(broken.to_string()))?;
    opened.map_err(|refused| match refused {
        Refused::Reading(error) => unreadable(file, &error),
        Refused::Writing(error) => failure(&error),
    })
}

fn open_here(profile: &Profile, wanted: RoomRecord, key: &MemberKey) -> Result<Opened, Refused> {
    let mut db = match profile.open_room(&wanted.room_id) {
        Err(StoreError::NotFound) => profile.create_room(&wanted).map_err(Refused::Writing)?,
        db => db.map_err(Refused::Reading)?,
    };
    db.index_with(text_of);
    let kept = db.record().map_err(Refused::Reading)?;
    db.check_with(keys::hash_of);
    let before = kept.clone();
    let record = RoomRecord {
        hosted: before.hosted.or(wanted.hosted),
        epoch: before.epoch.or(wanted.epoch),
        spki: before.spki.or(wanted.spki),
        verified: kept.verified || wanted.verified,
        created_ms: kept.created_ms,
        ..wanted
    };
    // A disk that takes nothing is no reason not to read what is there.
    if record != kept {
        db.keep_record(&record).map_err(Refused::Writing)?;
    }
    read(db, record, key).map_err(Refused::Reading)
}

/// Mends the file of a room that is not open.
pub(super) async fn mend(world: &World, room: RoomId) -> Result<Mended, StoreError> {
    let (profile, wall_ms) = (Arc::clone(&world.profile), (world.clock)().wall_ms);
    let mending = tokio::task::spawn_blocking(move || profile.mend_room(&room, keys::hash_of, wall_ms));
    mending.await.unwrap_or_else(|broken| Err(StoreError::Io(broken.to_string())))
}

fn read(db: RoomDb, record: RoomRecord, key: &MemberKey) -> Result<Opened, StoreError> {
    // What is shown first is looked at first.
    db.page(FetchFrom::Before(Seq(u64::MAX)), FIRST_JOIN_ENTRIES)?;
    let known = record.hosted.is_some().then(|| known(&db)).transpose()?;
    let stored = stored(&db, &record, key)?;
    let (retention, known_by) = (db.retention()?, db.known_by()?);
    Ok(Opened { record, records: Records::start(db)?, stored, known, retention, known_by, mended: None })
}

/// The record of this very room, which is kept here. Nothing else will do in its place.
pub(super) async fn record(world: &World, room: RoomId) -> Result<RoomRecord, Failure> {
    let profile = Arc::clone(&world.profile);
    let reading = tokio::task::spawn_blocking(move || {
        profile.record(&room).map_err(|error| unreadable(profile.room_file(&room), &error))
    });
    reading.await.unwrap_or_else(|broken| Err(Failure::Storage(broken.to_string())))
}

/// Takes rows out of the outbox of this very room. It is to be there: nothing is made in its place.
pub(super) async fn forget(world: &World, room: RoomId, rows: Vec<OpId>) -> Result<(), Failure> {
    let profile = Arc::clone(&world.profile);
    let forgetting = tokio::task::spawn_blocking(move || {
        let unreadable = |error| unreadable(profile.room_file(&room), &error);
        let mut db = profile.open_room(&room).map_err(unreadable)?;
        rows.iter().try_for_each(|row| db.forget(row)).map_err(unreadable)
    });
    forgetting.await.unwrap_or_else(|broken| Err(Failure::Storage(broken.to_string())))
}

/// What a person is told of a room's file that is to be there and cannot be read.
pub(super) fn unreadable(file: PathBuf, error: &StoreError) -> Failure {
    match error {
        StoreError::NotFound => Failure::Unreadable { file, said: "it is not there".to_owned() },
        StoreError::Damaged(_) | StoreError::NewerSchema(_) | StoreError::Io(_) | StoreError::Misfit(_) => {
            Failure::Unreadable { file, said: error.to_string() }
        }
        other => failure(other),
    }
}

/// What a person is told of a store that cannot be used.
pub(super) fn failure(error: &StoreError) -> Failure {
    match error {
        StoreError::Locked => Failure::ProfileInUse,
        other => Failure::Storage(other.to_string()),
    }
}

fn stored(db: &RoomDb, record: &RoomRecord, key: &MemberKey) -> Result<Stored, StoreError> {
    Ok(Stored {
        room_id: record.room_id,
        epoch: db.epoch(),
        last: db.live_end()?,
        holes: holes(db)?,
        proof: db.proof()?,
        earlier: db.earlier_proofs()?,
        next_n: db.next_n(key)?,
        outbox: db.outbox()?,
        nick: record.nick.clone(),
        shares_log: record.hosted.is_some(),
    })
}

fn holes(db: &RoomDb) -> Result<Vec<Hole>, StoreError> {
    Ok(db.gaps()?.into_iter().map(|gap| Hole { after: gap.after, newest: gap.newest }).collect())
}

fn known(db: &RoomDb) -> Result<Known, StoreError> {
    let (log, record) = (db.known()?, db.record()?);
    let mut seen = Seen::default();
    db.each_id(|author, id| seen.insert(author, id))?;
    Ok(Known {
        head: (log.head != Link::START).then_some(log.head),
        oldest: log.oldest,
        last_at_ms: log.last_at_ms,
        members: log.members,
        counters: log.counters,
        holes: holes(db)?,
        standings: db.standings()?,
        rules: db.house_rules()?,
        password_epoch: record.password_epoch,
        asks: record.asks,
        admitted: db.admitted()?.into_iter().collect(),
        invites: db.invites()?,
        seen,
    })
}
