//! Keys of mine that are in other hands: kept until every room that knows me by them has been told of the next one.

use super::profile::Profile;
use super::{StoreError, files};
use crate::types::limits::LOST_KEYS;

/// How their files' names go on behind that of the key in use.
const MARK: &str = "lost";
/// Bytes of such a file that we are willing to read.
const BYTES: u64 = 1_024;

impl Profile {
    /// Keeps the key that is in use, and is lost, beside the next one.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] where [`LOST_KEYS`] are kept already; [`StoreError::Full`], [`StoreError::Io`].
    pub fn keep_lost_key(&self, key: &[u8]) -> Result<(), StoreError> {
        if self.lost_keys()?.len() >= LOST_KEYS {
            return Err(StoreError::TooLarge { limit: LOST_KEYS as u64 });
        }
        files::keep_beside(&self.identity_file(), MARK, key).map(drop)
    }

    /// All of them, in the order in which they were lost.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] for a file that is no key, [`StoreError::Io`].
    pub fn lost_keys(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let file = self.identity_file();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kept = (1..=LOST_KEYS).map(|n| file.with_file_name(format!("{name}.{MARK}-{n}")));
        kept.filter_map(|path| files::read_bounded(&path, BYTES).transpose()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_keys_are_kept_in_their_order_and_no_more_than_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::open(dir.path()).unwrap();
        assert_eq!(profile.lost_keys(), Ok(Vec::new()));
        let keys: Vec<Vec<u8>> = (0..LOST_KEYS).map(|n| vec![u8::try_from(n).unwrap(); 48]).collect();
        for key in &keys {
            profile.keep_lost_key(key).unwrap();
        }
        assert_eq!(profile.lost_keys(), Ok(keys));
        assert_eq!(profile.keep_lost_key(&[9]), Err(StoreError::TooLarge { limit: LOST_KEYS as u64 }));
        #[cfg(unix)]
        for path in std::fs::read_dir(dir.path()).unwrap() {
            use std::os::unix::fs::PermissionsExt;
            let path = path.unwrap();
            if path.file_name().to_string_lossy().contains(MARK) {
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
    }
}
