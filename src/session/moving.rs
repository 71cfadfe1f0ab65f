//! My identity on its way to another computer: into a file under a passphrase, and out of one.
//!
//! It is moved, not shared: two computers with one key would take each other's place in every room. Whatever identity was
//! here before is kept beside the new one, because rooms may know me by it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::keys::{self, KeyError};
use crate::store::{Profile, StoreError, files};
use crate::trust::{Identity, SealedError, TrustError, seal, unseal};
use crate::types::limits::SEALED_BYTES;
use crate::types::{Passphrase, Password};

/// What became of an identity that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// It is the one that this computer had already.
    Same,
    /// It took the place of one that was made here; which is kept in this file.
    Replaced(PathBuf),
    /// There was none before.
    First,
}

/// It moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Into this file.
    Exported(PathBuf),
    /// Out of one.
    Imported(Import),
    /// It is another one, because the one before is lost.
    Renewed,
}

/// Why it did not move.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MovingError {
    /// The profile cannot be used.
    #[error("{0}")]
    Profile(String),
    /// Rooms are open, by the identity of now.
    #[error("leave every room first")]
    RoomsOpen,
    /// Rooms know me by the identity that is here, and nobody said that it may go.
    #[error("rooms that are kept here know you by another identity")]
    Known,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// The file cannot be written.
    #[error("the file cannot be written: {0}")]
    NotWritten(String),
    /// There is no identity in it, or the passphrase is another one.
    #[error("{0}")]
    Sealed(#[from] SealedError),
}

impl From<KeyError> for MovingError {
    fn from(error: KeyError) -> Self {
        Self::Profile(error.to_string())
    }
}

impl From<TrustError> for MovingError {
    fn from(error: TrustError) -> Self {
        Self::Sealed(error.into())
    }
}

/// Writes the identity of this profile into a file, readable by its owner only.
///
/// # Errors
/// [`MovingError`]; what was at the file's place is still there then.
pub fn export_identity(data_dir: &Path, to: &Path, passphrase: &Passphrase) -> Result<(), MovingError> {
    let profile = Profile::open(data_dir).map_err(of_profile)?;
    write(&*keys::identity(&profile)?, to, passphrase)
}

/// Takes over the identity in a file. With `replace`, also where rooms know me by another one.
///
/// # Errors
/// [`MovingError`]; the identity of before is still in use then.
pub fn import_identity(
    data_dir: &Path,
    from: &Path,
    passphrase: &Password,
    replace: bool,
) -> Result<Import, MovingError> {
    let profile = Profile::open(data_dir).map_err(of_profile)?;
    take(&profile, from, passphrase, replace).map(|(import, _)| import)
}

/// Writes this identity into a file.
pub(super) fn write(identity: &Identity, to: &Path, passphrase: &Passphrase) -> Result<(), MovingError> {
    let sealed = seal(identity, passphrase)?;
    files::write_atomic(to, &sealed, true).map_err(|error| MovingError::NotWritten(error.to_string()))
}

/// Takes over the identity in a file, and what became of it.
pub(super) fn take(
    profile: &Profile,
    from: &Path,
    passphrase: &Password,
    replace: bool,
) -> Result<(Import, Arc<Identity>), MovingError> {
    let identity = Arc::new(unseal(&read(from)?, passphrase)?);
    let before = profile.identity().map_err(of_profile)?;
    let import = match before {
        None => Import::First,
        Some(before) if before == identity.pkcs8() => return Ok((Import::Same, identity)),
        Some(before) => {
            let is_known = profile.room_paths().map_err(of_profile)?.into_iter().next().is_some();
            if is_known && !replace {
                return Err(MovingError::Known);
            }
            Import::Replaced(profile.keep_former_identity(&before).map_err(of_profile)?)
        }
    };
    profile.keep_identity(identity.pkcs8()).map_err(of_profile)?;
    Ok((import, identity))
}

fn read(from: &Path) -> Result<Vec<u8>, MovingError> {
    match files::read_bounded(from, SEALED_BYTES as u64) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(MovingError::Unreadable("there is no such file".to_owned())),
        // No identity is that long.
        Err(StoreError::TooLarge { .. }) => Err(SealedError::NotOne.into()),
        Err(error) => Err(MovingError::Unreadable(error.to_string())),
    }
}

fn of_profile(error: StoreError) -> MovingError {
    MovingError::Profile(match error {
        StoreError::Locked => "another Hallway uses this data folder; end it first".to_owned(),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::finder::tests::record;
    use crate::types::RoomId;

    fn words() -> Passphrase {
        Passphrase::new(Password::new("census moment olympic").unwrap()).unwrap()
    }

    fn key(dir: &Path) -> Vec<u8> {
        Profile::open(dir).unwrap().identity().unwrap().unwrap()
    }

    /// A profile in which a room knows somebody.
    fn known(dir: &Path) -> Vec<u8> {
        let profile = Profile::open(dir).unwrap();
        let identity = keys::identity(&profile).unwrap();
        profile.create_room(&record(RoomId([7; 32]), "Tea")).unwrap();
        identity.pkcs8().to_vec()
    }

    #[test]
    fn an_identity_moves_to_a_computer_that_has_none_or_an_unused_one() {
        let (old, new, away) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = away.path().join("me.hallway-id");
        export_identity(old.path(), &file, &words()).unwrap();
        let take = || import_identity(new.path(), &file, words().password(), false);
        assert_eq!(take(), Ok(Import::First));
        assert_eq!(key(new.path()), key(old.path()));
        assert_eq!(take(), Ok(Import::Same));
        let unused = tempfile::tempdir().unwrap();
        let made = keys::identity(&Profile::open(unused.path()).unwrap()).unwrap().pkcs8().to_vec();
        let taken = import_identity(unused.path(), &file, words().password(), false);
        let Ok(Import::Replaced(former)) = taken else { panic!("{taken:?}") };
        assert_eq!((std::fs::read(former).unwrap(), key(unused.path())), (made, key(old.path())));
    }

    #[test]
    fn an_identity_by_which_rooms_know_me_goes_only_where_that_is_said() {
        let (old, new, away) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = away.path().join("me.hallway-id");
        export_identity(old.path(), &file, &words()).unwrap();
        let before = known(new.path());
        let take = |replace| import_identity(new.path(), &file, words().password(), replace);
        assert_eq!(take(false), Err(MovingError::Known));
        assert_eq!(key(new.path()), before);
        assert!(matches!(take(true), Ok(Import::Replaced(_))));
        assert_eq!(key(new.path()), key(old.path()));
    }

    #[test]
    fn what_cannot_be_opened_changes_nothing() {
        let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = old.path().join("me.hallway-id");
        export_identity(old.path(), &file, &words()).unwrap();
        let before = known(new.path());
        let take = |file: &Path, words: &str| {
            import_identity(new.path(), file, &Password::new(words).unwrap(), true).unwrap_err()
        };
        assert_eq!(take(&file, "census moment olympia"), MovingError::Sealed(SealedError::Wrong));
        std::fs::write(&file, vec![b'H'; SEALED_BYTES + 1]).unwrap();
        assert_eq!(take(&file, "census moment olympic"), MovingError::Sealed(SealedError::NotOne));
        std::fs::remove_file(&file).unwrap();
        assert!(matches!(take(&file, "census moment olympic"), MovingError::Unreadable(_)));
        assert_eq!(key(new.path()), before);
    }

    #[test]
    #[cfg(unix)]
    fn a_file_with_an_identity_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("me.hallway-id");
        export_identity(&dir.path().join("profile"), &file, &words()).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
