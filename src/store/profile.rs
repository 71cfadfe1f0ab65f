//! The data folder: one process at a time writes it, others may look.
//!
//! `lock` · `identity.key` · `settings.toml` · `recent.toml` · `rooms/<room id>.db`, and beside that what was damaged of it
//! and is kept (`super::mending`); and `front` while a window runs.
//! The lock is the system's, on an open file, so it is gone when the process is, however that ended.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::forgetting::is_marked;
use super::room_db::{RoomDb, RoomRecord};
use super::{StoreError, files, mending};
use crate::types::{FrontKey, RoomId};

/// Bytes of the identity file that we are willing to read. A key in PKCS #8 has less than a hundred.
const IDENTITY_BYTES: u64 = 4096;

/// Bytes of the file that says where the running window listens; ours has 71 at most.
const FRONT_BYTES: u64 = 96;
/// The folder beside the program that is used instead of the system's.
const PORTABLE: &str = "hallway-data";

/// A data folder that this process may write, for as long as this value lives.
#[derive(Debug)]
pub struct Profile {
    dir: PathBuf,
    _lock: File,
}

/// A data folder that is only looked at, while another process may be writing it.
#[derive(Debug, Clone)]
pub struct ReadOnlyProfile {
    dir: PathBuf,
}

/// The rooms of a data folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rooms {
    /// What can be read.
    pub records: Vec<RoomRecord>,
    /// Databases that cannot be read, and why. They are left as they are.
    pub unreadable: Vec<(PathBuf, StoreError)>,
}

/// The folder `hallway-data` beside the program where there is one, and else where the system wants a program's
/// data: `~/.local/share/hallway`, `~/Library/Application Support/Hallway`, `%LOCALAPPDATA%\Hallway\data`. None where
/// there is no home folder.
pub fn default_dir() -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let portable = program.and_then(|program| portable_dir(&program, Path::is_dir));
    portable.or_else(|| {
        directories::ProjectDirs::from("", "", "Hallway").map(|dirs| dirs.data_local_dir().to_owned())
    })
}

/// This folder in full, where a start with neither this one's arguments nor its environment would take another.
pub fn dir_to_name(dir: &Path) -> Option<PathBuf> {
    // The one variable that moves the system's own place; a terminal may have its own.
    let default = if std::env::var_os("XDG_DATA_HOME").is_some() { None } else { default_dir() };
    named_unless(default.as_deref(), dir)
}

fn named_unless(default: Option<&Path>, dir: &Path) -> Option<PathBuf> {
    let name = || std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    (default != Some(dir)).then(name)
}

/// The folder `hallway-data` beside this program, or beside the bundle of a Mac that holds it, if `is_dir` says that
/// it is there.
pub fn portable_dir(program: &Path, is_dir: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let folder = program.parent()?;
    [Some(folder), beside_bundle(folder)]
        .into_iter()
        .flatten()
        .map(|folder| folder.join(PORTABLE))
        .find(|dir| is_dir(dir))
}

/// For `X.app/Contents/MacOS`, the folder that holds `X.app`.
fn beside_bundle(folder: &Path) -> Option<&Path> {
    let contents = folder.parent().filter(|_| folder.ends_with("Contents/MacOS"))?;
    let bundle = contents.parent()?;
    bundle.parent().filter(|_| bundle.extension().is_some_and(|extension| extension == "app"))
}

impl Profile {
    /// Opens the folder, makes it where there is none, and locks it.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process has it, [`StoreError::ReadOnly`], [`StoreError::Io`],
    /// [`StoreError::Full`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        files::create_private_dir(dir)?;
        files::create_private_dir(&rooms_dir(dir))?;
        let lock = files::lock(&dir.join("lock"))?;
        mending::clear_all(dir);
        // Whoever moves to another computer copies the folder, and often opens it to others with that.
        let keys = files::of_name(&dir.join("identity.key"))?.into_iter();
        keys.chain(files::of_folder(&rooms_dir(dir))?).for_each(|path| files::make_private(&path));
        Ok(Self { dir: dir.to_owned(), _lock: lock })
    }

    /// Looks at the folder without locking it, also while a room runs.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such folder.
    pub fn peek(dir: &Path) -> Result<ReadOnlyProfile, StoreError> {
        if dir.is_dir() { Ok(ReadOnlyProfile { dir: dir.to_owned() }) } else { Err(StoreError::NotFound) }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// This installation's key as it was kept; none before the first start.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for a file that is no key, [`StoreError::Io`]. Whoever gets an error must not
    /// make a new key over it.
    pub fn identity(&self) -> Result<Option<Vec<u8>>, StoreError> {
        files::read_bounded(&self.identity_file(), IDENTITY_BYTES)
    }

    /// Keeps this installation's key, readable by its owner only.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`]; an earlier key is still there then.
    pub fn keep_identity(&self, key: &[u8]) -> Result<(), StoreError> {
        files::write_atomic(&self.identity_file(), key, true)
    }

    /// Keeps the key that was this installation's until now beside the next one, and says where.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_former_identity(&self, key: &[u8]) -> Result<PathBuf, StoreError> {
        files::keep_former(&self.identity_file(), key)
    }

    pub(super) fn identity_file(&self) -> PathBuf {
        self.dir.join("identity.key")
    }

    /// Keeps where the running window listens, readable by its owner only.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_front(&self, key: &FrontKey) -> Result<(), StoreError> {
        files::write_passing(&front_path(&self.dir), key.to_string().as_bytes())
    }

    /// The window ends: nobody listens any more. What cannot be removed does no harm, for nobody answers there.
    pub fn forget_front(&self) {
        files::remove(&front_path(&self.dir));
    }

    /// Every room of this folder.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read. A room that cannot be read is no error.
    pub fn rooms(&self) -> Result<Rooms, StoreError> {
        read_rooms(&self.dir)
    }

    /// Where the database of this room is, or would be.
    pub fn room_file(&self, room: &RoomId) -> PathBuf {
        room_path(&self.dir, room)
    }

    /// What is kept of this room.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no file, and as [`Profile::open_room`] where it cannot be read.
    pub fn record(&self, room: &RoomId) -> Result<RoomRecord, StoreError> {
        read_record(&room_path(&self.dir, room))
    }

    /// Where the databases of all rooms are.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read.
    pub fn room_paths(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut paths = files::list(&rooms_dir(&self.dir), "db")?;
        paths.retain(|path| !is_marked(path));
        Ok(paths)
    }

    /// Makes the database of a new room, at once or not at all: so a file of its name without a room in it is damaged.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] when the room is here already, [`StoreError::Full`], [`StoreError::Io`].
    pub fn create_room(&self, record: &RoomRecord) -> Result<RoomDb, StoreError> {
        let path = room_path(&self.dir, &record.room_id);
        match RoomDb::open_read_only(&path) {
            Err(StoreError::NotFound) => {}
            Ok(_) => return Err(StoreError::Misfit("the room is here already".to_owned())),
            Err(error) => return Err(error),
        }
        // With what SQLite puts beside it.
        let parts = ["making", "making-wal", "making-shm"].map(|ending| path.with_extension(ending));
        let making = path.with_extension("making");
        let clear = || parts.iter().map(PathBuf::as_path).for_each(files::remove);
        clear();
        let made = RoomDb::create(&making, record).map(drop).and_then(|()| files::put(&making, &path));
        if made.is_err() {
            clear();
        }
        made?;
        RoomDb::open(&path)
    }

    /// Opens a room's database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NewerSchema`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn open_room(&self, room: &RoomId) -> Result<RoomDb, StoreError> {
        RoomDb::open(&room_path(&self.dir, room))
    }
}

impl ReadOnlyProfile {
    /// Where the window that runs with this folder listens. None where no window ran or ended well, and also where
    /// the file is not ours.
    pub fn front(&self) -> Option<FrontKey> {
        let bytes = files::read_bounded(&front_path(&self.dir), FRONT_BYTES).ok()??;
        std::str::from_utf8(&bytes).ok()?.parse().ok()
    }

    /// Every room of this folder.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read. A room that cannot be read is no error.
    pub fn rooms(&self) -> Result<Rooms, StoreError> {
        read_rooms(&self.dir)
    }

    /// Opens a room's database for reading; every write to it fails.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NewerSchema`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn open_room(&self, room: &RoomId) -> Result<RoomDb, StoreError> {
        RoomDb::open_read_only(&room_path(&self.dir, room))
    }
}

fn front_path(dir: &Path) -> PathBuf {
    dir.join("front")
}

pub(super) fn rooms_dir(dir: &Path) -> PathBuf {
    dir.join("rooms")
}

fn room_path(dir: &Path, room: &RoomId) -> PathBuf {
    rooms_dir(dir).join(format!("{room}.db"))
}

fn read_rooms(dir: &Path) -> Result<Rooms, StoreError> {
    let mut rooms = Rooms::default();
    for path in files::list(&rooms_dir(dir), "db")?.into_iter().filter(|path| !is_marked(path)) {
        match read_record(&path) {
            Ok(record) => rooms.records.push(record),
            // It was moved away in this moment.
            Err(StoreError::NotFound) => {}
            Err(error) => rooms.unreadable.push((path, error)),
        }
    }
    Ok(rooms)
}

fn read_record(path: &Path) -> Result<RoomRecord, StoreError> {
    match RoomDb::open_read_only(path).and_then(|db| db.record()) {
        Err(StoreError::NotFound) if files::is_file(path) => {
            Err(StoreError::Damaged("there is no room in it".to_owned()))
        }
        read => read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_to_be_named_in_full_unless_it_is_the_one_that_is_found() {
        let dir = Path::new("/home/ana/.local/share/hallway");
        assert_eq!(named_unless(Some(dir), dir), None);
        assert_eq!(named_unless(None, dir), Some(dir.to_owned()));
        let here = std::env::current_dir().unwrap();
        assert_eq!(named_unless(Some(dir), Path::new("other")), Some(here.join("other")));
    }

    #[test]
    fn a_folder_beside_the_program_is_its_profile_only_if_it_is_a_folder() {
        let program = Path::new("/media/stick/hallway");
        let there = |dir: &Path| dir == Path::new("/media/stick/hallway-data");
        assert_eq!(portable_dir(program, there), Some(PathBuf::from("/media/stick/hallway-data")));
        assert_eq!(portable_dir(program, |_| false), None);
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("hallway");
        std::fs::write(dir.path().join(PORTABLE), "a file").unwrap();
        assert_eq!(portable_dir(&program, Path::is_dir), None);
        std::fs::remove_file(dir.path().join(PORTABLE)).unwrap();
        std::fs::create_dir(dir.path().join(PORTABLE)).unwrap();
        assert_eq!(portable_dir(&program, Path::is_dir), Some(dir.path().join(PORTABLE)));
    }

    #[test]
    fn beside_a_program_in_a_bundle_means_beside_the_bundle_too() {
        let program = Path::new("/Volumes/Stick/Hallway.app/Contents/MacOS/hallway");
        let beside = Path::new("/Volumes/Stick/hallway-data");
        assert_eq!(portable_dir(program, |dir| dir == beside), Some(beside.to_owned()));
        let inside = Path::new("/Volumes/Stick/Hallway.app/Contents/MacOS/hallway-data");
        assert_eq!(portable_dir(program, |_| true), Some(inside.to_owned()));
        for other in ["/Volumes/Stick/Hallway/Contents/MacOS/hallway", "/Volumes/Stick/A.app/B/C/hallway"] {
            assert_eq!(portable_dir(Path::new(other), |dir| dir == beside), None, "{other}");
        }
    }

    #[test]
    fn where_the_window_listens_is_kept_until_it_ends_and_any_other_file_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::open(dir.path()).unwrap();
        let told = || Profile::peek(dir.path()).unwrap().front();
        assert_eq!(told(), None);
        let key = FrontKey { port: 4711, token: [0xab; 16], person: [0xcd; 16] };
        profile.keep_front(&key).unwrap();
        assert_eq!(told(), Some(key));
        profile.forget_front();
        assert_eq!(told(), None);
        for other in [&b""[..], b"4711", b"0 00", &[0xff; 40], &[b'1'; 4_096]] {
            std::fs::write(dir.path().join("front"), other).unwrap();
            assert_eq!(told(), None, "{other:?}");
        }
    }
}
