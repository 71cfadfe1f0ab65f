//! Files as a whole: read within a limit, replaced at once or not at all, set aside and never destroyed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::StoreError;

/// Bytes of the longest temporary name before its ending: file systems hold 255.
const NAME_BYTES: usize = 200;
/// Copies of one unreadable file that are kept beside each other before we refuse to make another.
const SET_ASIDE: u32 = 1_000;

/// Replaces the file at `path` by `bytes`, at once: whatever happens in between, the old or the new content is
/// there, and after it returns the new one survives a power cut. A private file can be read by its owner only.
/// A link is followed, so that a linked settings file stays a link.
///
/// # Errors
/// [`StoreError::Full`], [`StoreError::NotFound`] for a folder that is not there, [`StoreError::Io`]; the old
/// content is still there then.
pub fn write_atomic(path: &Path, bytes: &[u8], private: bool) -> Result<(), StoreError> {
    let target = target(path)?;
    let temporary = temporary_beside(&target)?;
    // A leftover of an earlier try; what cannot be removed fails the creation below.
    let _ = fs::remove_file(&temporary);
    let written = write_new(&temporary, bytes, private).and_then(|()| Ok(fs::rename(&temporary, &target)?));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync_parent(&target)
}

/// The content of the file at `path`, at most `limit` bytes of it; none if there is no such file.
///
/// # Errors
/// [`StoreError::TooLarge`] for a longer one, [`StoreError::Io`].
pub fn read_bounded(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let file = match File::open(path).map_err(StoreError::from) {
        Err(StoreError::NotFound) => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(StoreError::TooLarge { limit });
    }
    Ok(Some(bytes))
}

/// Moves an unreadable file away to `<name>.unreadable-N`, and says where it is now.
///
/// # Errors
/// [`StoreError::Io`] when it cannot be moved; it is untouched then.
pub fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let aside = free_name_beside(path, "unreadable")?;
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// Copies a partly readable file to `<name>.unreadable-N`, and says where the copy is.
///
/// # Errors
/// [`StoreError::Full`] or [`StoreError::Io`] when it cannot be copied.
pub fn copy_aside(path: &Path, bytes: &[u8]) -> Result<PathBuf, StoreError> {
    let aside = free_name_beside(path, "unreadable")?;
    write_atomic(&aside, bytes, true)?;
    Ok(aside)
}

/// Keeps what a file holds, which is going to be replaced, in `<name>.former-N`, and says where.
///
/// # Errors
/// [`StoreError::Full`] or [`StoreError::Io`] when it cannot be written.
pub fn keep_former(path: &Path, bytes: &[u8]) -> Result<PathBuf, StoreError> {
    keep_beside(path, "former", bytes)
}

/// Likewise in `<name>.<why>-N`.
pub(super) fn keep_beside(path: &Path, why: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
    let aside = free_name_beside(path, why)?;
    write_atomic(&aside, bytes, true)?;
    Ok(aside)
}

/// Makes the folder and those above it, for its owner only.
pub(super) fn create_private_dir(dir: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => StoreError::Io("it is a file, not a folder".to_owned()),
        _ => not_writable(error),
    })
}

/// Opens the lock file in `dir` and takes the lock, which is held as long as the file is open.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    let file = private(options.create(true).truncate(false).write(true));
    let file = file.open(path).map_err(not_writable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The error behind what the system says of a folder that is to be written for the first time.
fn not_writable(error: std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => error.into(),
    }
}

/// Replaces a private file that matters only while this process runs: nobody waits for the disk, and after a power
/// cut it may hold anything.
pub(super) fn write_passing(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = temporary_beside(path)?;
    remove(&temporary);
    private(OpenOptions::new().create_new(true).write(true)).open(&temporary)?.write_all(bytes)?;
    fs::rename(&temporary, path)?;
    Ok(())
}

/// Removes a file that matters no more; one that stays does no harm.
pub(super) fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Removes a file. None is no error.
pub(super) fn remove_surely(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => sync_parent(path),
    }
}

/// Overwrites a file and removes it. None is no error.
pub(super) fn destroy(path: &Path) -> Result<(), StoreError> {
    overwrite(path)?;
    remove_surely(path)
}

/// Writes zeros over the whole of a file, as far as a file system lets us write in place. None is no error.
pub(super) fn overwrite(path: &Path) -> Result<(), StoreError> {
    /// Bytes in one go.
    const PART: usize = 64 * 1024;
    let mut file = match OpenOptions::new().write(true).open(path).map_err(StoreError::from) {
        Err(StoreError::NotFound) => return Ok(()),
        opened => opened?,
    };
    let zeros = vec![0; PART];
    let mut left = file.metadata()?.len();
    while left > 0 {
        let part = usize::try_from(left).unwrap_or(PART).min(PART);
        file.write_all(zeros.get(..part).unwrap_or(&zeros))?;
        left -= part as u64;
    }
    Ok(file.sync_all()?)
}

/// The files beside `path` whose names begin as its own does, up to the first dot: itself, and what belongs to it.
pub(super) fn of_name(path: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let (Some(dir), Some(stem)) = (path.parent(), path.file_stem()) else { return Ok(Vec::new()) };
    let begins = format!("{}.", stem.to_string_lossy());
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&begins) && entry.file_type()?.is_file() {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// All files in `dir`.
pub(super) fn of_folder(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = fs::read_dir(dir)?.map(|entry| Ok(entry?.path()));
    entries.collect()
}

/// Gives a file a second name, or where the file system has no such thing a copy, that survives a power cut.
pub(super) fn keep_under(path: &Path, name: &Path) -> Result<(), StoreError> {
    if fs::hard_link(path, name).is_err() {
        fs::copy(path, name)?;
    }
    sync(name)?;
    sync_parent(name)
}

/// What was written to a file survives a power cut afterwards.
pub(super) fn sync(path: &Path) -> Result<(), StoreError> {
    Ok(OpenOptions::new().write(true).open(path)?.sync_all()?)
}

/// Whether there is a file that is not empty.
pub(super) fn has_bytes(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path).map_err(StoreError::from) {
        Err(StoreError::NotFound) => Ok(false),
        metadata => Ok(metadata?.len() > 0),
    }
}

/// Makes an empty private file where there is none, so that what SQLite creates beside it is private too.
/// The folder's entry survives a power cut afterwards.
pub(super) fn create_private_file(path: &Path) -> Result<(), StoreError> {
    match private(OpenOptions::new().create_new(true).write(true)).open(path) {
        Ok(_) => sync_parent(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Gives a file that is complete its name. The name survives a power cut afterwards.
pub(super) fn put(made: &Path, path: &Path) -> Result<(), StoreError> {
    fs::rename(made, path)?;
    sync_parent(path)
}

/// The files in `dir` whose names end in `.` and `extension`, in the order of their names. None if there is no
/// such folder.
pub(super) fn list(dir: &Path, extension: &str) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(dir).map_err(StoreError::from) {
        Err(StoreError::NotFound) => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// True where there is a file. SQLite would create one.
pub(super) fn is_file(path: &Path) -> bool {
    path.is_file()
}

fn write_new(path: &Path, bytes: &[u8], keep_private: bool) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    let options = if keep_private { private(&mut options) } else { &mut options };
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

/// `options` that create for the owner only. Windows keeps a profile private by its place.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Takes a file from everybody but its owner, who may have copied it with a program that asks nobody. Where that cannot
/// be done, a file system that knows no owners or somebody else's file, it stays as it is.
pub(super) fn make_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open =
            fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o077 != 0);
        if open {
            let _best_effort = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The file that `path` leads to, where that is a file or nothing yet.
pub(super) fn target(path: &Path) -> Result<PathBuf, StoreError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if target.exists() && !target.is_file() {
        return Err(StoreError::Io(format!("{} is not a file", target.display())));
    }
    Ok(target)
}

/// Where a file is written that is to be at `target`.
pub(super) fn temporary_beside(target: &Path) -> Result<PathBuf, StoreError> {
    let name = target.file_name().ok_or_else(|| StoreError::Io("not the name of a file".into()))?;
    let name = name.to_string_lossy();
    let cut = name.floor_char_boundary(NAME_BYTES);
    Ok(target.with_file_name(format!(".{}.new", &name[..cut])))
}

fn free_name_beside(path: &Path, why: &str) -> Result<PathBuf, StoreError> {
    let name = path.file_name().ok_or_else(|| StoreError::Io("not the name of a file".into()))?;
    let name = name.to_string_lossy();
    (1..=SET_ASIDE)
        .map(|n| path.with_file_name(format!("{name}.{why}-{n}")))
        .find(|aside| !aside.exists())
        .ok_or_else(|| StoreError::Io(format!("too many copies of {name} are beside it ({why})")))
}

/// Makes the folder's entry of `path` durable. Windows does that with the rename.
pub(super) fn sync_parent(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_may_not_be_written_is_told_from_every_other_fault() {
        for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
            assert_eq!(not_writable(kind.into()), StoreError::ReadOnly);
        }
        assert_eq!(not_writable(ErrorKind::StorageFull.into()), StoreError::Full);
        assert!(matches!(not_writable(ErrorKind::NotADirectory.into()), StoreError::Io(_)));
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        write_atomic(&path, b"one", false).unwrap();
        write_atomic(&path, b"two", false).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_name_as_long_as_the_system_allows_can_be_saved() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ä".repeat(127));
        write_atomic(&path, b"x", false).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"x");
    }

    #[test]
    fn a_failed_write_keeps_the_old_content_and_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a");
        fs::write(&file, "old").unwrap();
        assert!(matches!(write_atomic(&file.join("below"), b"x", false), Err(StoreError::Io(_))));
        assert_eq!(write_atomic(&dir.path().join("none/below"), b"x", false), Err(StoreError::NotFound));
        assert!(matches!(write_atomic(dir.path(), b"x", false), Err(StoreError::Io(_))));
        // The temporary name is taken by something that cannot be replaced.
        fs::create_dir(dir.path().join(".a.new")).unwrap();
        assert!(matches!(write_atomic(&file, b"new", false), Err(StoreError::Io(_))));
        assert_eq!(fs::read(&file).unwrap(), b"old");
    }

    #[test]
    fn a_file_is_read_up_to_the_limit_and_not_a_byte_more() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        assert_eq!(read_bounded(&path, 4), Ok(None));
        fs::write(&path, "1234").unwrap();
        assert_eq!(read_bounded(&path, 4), Ok(Some(b"1234".to_vec())));
        assert_eq!(read_bounded(&path, 3), Err(StoreError::TooLarge { limit: 3 }));
    }

    #[test]
    fn files_set_aside_never_replace_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        for n in 1..=3 {
            fs::write(&path, n.to_string()).unwrap();
            let aside = set_aside(&path).unwrap();
            assert_eq!(aside, dir.path().join(format!("a.toml.unreadable-{n}")));
            assert!(!path.exists());
        }
        let copy = copy_aside(&path, b"four").unwrap();
        assert_eq!(fs::read(copy).unwrap(), b"four");
        assert_eq!(fs::read(dir.path().join("a.toml.unreadable-1")).unwrap(), b"1");
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_their_owners_and_links_stay_links() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("a"), dir.path().join("b"));
        write_atomic(&path, b"one", true).unwrap();
        symlink(&path, &link).unwrap();
        write_atomic(&link, b"two", true).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
