//! What a data folder holds of a room, read without opening the room: also while it runs, and with no network.

use std::path::{Path, PathBuf};

use crate::room::replica;
use crate::session::keys;
use crate::store::{Profile, ReadOnlyProfile, RoomDb, RoomRecord, StoreError};
use crate::types::limits::PAGE_ENTRIES;
use crate::types::{FetchFrom, Message, RoomId, RoomName, Seq};

/// Why there is no history to read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// The data folder holds no room.
    #[error("no room is kept in {}", .0.display())]
    Nothing(PathBuf),
    /// No room fits the name or the start of an id.
    #[error("no room called {wanted} is kept here; there are: {there}")]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// The names that are kept.
        there: String,
    },
    /// More than one room fits, or none was named and there are several.
    #[error("several rooms are kept here; say which: {0}")]
    Several(String),
    /// A part of it is not what was written.
    #[error("the history cannot be read: {0}; open the room once, and what can be read is mended")]
    Damaged(StoreError),
    /// It cannot be read.
    #[error("the history cannot be read: {0}")]
    Store(StoreError),
}

impl From<StoreError> for HistoryError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Damaged(_)) { Self::Damaged(error) } else { Self::Store(error) }
    }
}

/// A room's messages, first to last, a page at a time.
pub struct RoomHistory {
    db: RoomDb,
    room: RoomId,
    name: RoomName,
    plain: bool,
    after: Option<Seq>,
    /// The newest entry when it was opened: what is said meanwhile is not in it.
    until: Seq,
}

/// Opens the history of the room whose name or start of the id is `wanted`; of the only room if none is given.
///
/// # Errors
/// [`HistoryError`].
pub fn history(data_dir: &Path, wanted: Option<&str>) -> Result<RoomHistory, HistoryError> {
    let nothing = || HistoryError::Nothing(data_dir.to_owned());
    let profile = match Profile::peek(data_dir) {
        Ok(profile) => profile,
        Err(StoreError::NotFound) => return Err(nothing()),
        Err(error) => return Err(error.into()),
    };
    let rooms = match profile.rooms() {
        Ok(rooms) => {
            // It is no answer that nothing is there where something is that cannot be read.
            if let (true, Some((_, error))) = (rooms.records.is_empty(), rooms.unreadable.into_iter().next())
            {
                return Err(error.into());
            }
            rooms.records
        }
        Err(StoreError::NotFound) => return Err(nothing()),
        Err(error) => return Err(error.into()),
    };
    if rooms.is_empty() {
        return Err(nothing());
    }
    let record = choose(&rooms, wanted)?;
    open(&profile, record)
}

fn choose<'r>(rooms: &'r [RoomRecord], wanted: Option<&str>) -> Result<&'r RoomRecord, HistoryError> {
    let fits = |room: &&RoomRecord| match wanted {
        Some(wanted) => {
            room.name.as_str() == wanted || room.room_id.to_string().starts_with(&wanted.to_lowercase())
        }
        None => true,
    };
    let fitting: Vec<&RoomRecord> = rooms.iter().filter(fits).collect();
    match (fitting.as_slice(), wanted) {
        ([room], _) => Ok(room),
        ([], Some(wanted)) => {
            let there: Vec<String> = rooms.iter().map(|room| room.name.to_string()).collect();
            Err(HistoryError::Unknown { wanted: wanted.to_owned(), there: there.join(", ") })
        }
        (several, _) => {
            let name = |room: &&RoomRecord| {
                let id = room.room_id.to_string();
                format!("{} ({})", room.name, id.get(..8).unwrap_or(&id))
            };
            Err(HistoryError::Several(several.iter().map(name).collect::<Vec<_>>().join(", ")))
        }
    }
}

fn open(profile: &ReadOnlyProfile, record: &RoomRecord) -> Result<RoomHistory, HistoryError> {
    RoomHistory::new(profile.open_room(&record.room_id)?, record)
}

impl RoomHistory {
    /// What this profile holds of this very room, open or not.
    pub(super) fn of(profile: &Profile, room: RoomId) -> Result<Self, HistoryError> {
        let db = RoomDb::open_read_only(&profile.room_file(&room))?;
        let record = db.record()?;
        Self::new(db, &record)
    }

    fn new(mut db: RoomDb, record: &RoomRecord) -> Result<Self, HistoryError> {
        db.check_with(keys::hash_of);
        let newest = db.page(FetchFrom::Before(Seq(u64::MAX)), 1)?.run.entries;
        let until = newest.last().map_or(Seq::START, |entry| entry.seq);
        let (room, name, plain) = (record.room_id, record.name.clone(), record.plain);
        Ok(Self { db, room, name, plain, after: Some(Seq::START), until })
    }

    /// Which room it is.
    pub(super) fn room(&self) -> RoomId {
        self.room
    }

    /// It is a plain-text room: whoever speaks there is without the app.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Entries up to here were removed.
    pub(super) fn removed_to(&self) -> Result<Seq, HistoryError> {
        Ok(self.db.removed_to()?)
    }

    /// About how many entries there are.
    pub(super) fn total(&self) -> Result<u64, HistoryError> {
        Ok(self.db.here()?)
    }

    /// What the room is called.
    pub fn name(&self) -> &RoomName {
        &self.name
    }

    /// The next messages, in order; none at the end.
    ///
    /// # Errors
    /// [`HistoryError::Store`].
    pub fn next_page(&mut self) -> Result<Option<Vec<Message>>, HistoryError> {
        let Some(after) = self.after.take() else { return Ok(None) };
        let slice = self.db.page(FetchFrom::After(after), PAGE_ENTRIES)?;
        let last = slice.run.last().seq;
        self.after = (slice.more && last < self.until).then_some(last);
        let verifier = keys::verifier(&[]);
        let read = |entry| replica::read(entry, &self.room, &entry.signed.op.author, &*verifier);
        let entries = slice.run.entries.iter().filter(|entry| entry.seq <= self.until);
        Ok(Some(entries.map(read).collect()))
    }
}
