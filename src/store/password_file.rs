//! A password in a file of the person's, for a start without a window.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::types::limits::PASSWORD_BYTES;
use crate::types::{Password, PasswordError};

/// Bytes of the file that are read: a password with space around it.
const READ_BYTES: u64 = 4 * PASSWORD_BYTES as u64 + 64;

/// Why there is no password in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFileError {
    /// It cannot be read, in the system's words.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Its first line is no password.
    #[error("the password in its first line is {0}")]
    Bad(#[from] PasswordError),
}

/// The password in the first line of the file.
///
/// # Errors
/// [`PasswordFileError`].
pub fn password_in(path: &Path) -> Result<Password, PasswordFileError> {
    let unreadable = |error: std::io::Error| PasswordFileError::Unreadable(error.to_string());
    let file = File::open(path).map_err(unreadable)?;
    let mut line = Vec::new();
    BufReader::new(file.take(READ_BYTES)).read_until(b'\n', &mut line).map_err(unreadable)?;
    let line =
        String::from_utf8(line).map_err(|_| PasswordFileError::Unreadable("it is no text".to_owned()))?;
    Ok(Password::new(&line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Password, PasswordFileError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, bytes).unwrap();
        password_in(&path)
    }

    #[test]
    fn the_first_line_is_the_password() {
        let tea = Password::new("tea for two").unwrap();
        for bytes in [&b"tea for two"[..], b"tea for two\n", b"tea for two\r\nanother\n"] {
            assert_eq!(read(bytes), Ok(tea.clone()));
        }
    }

    #[test]
    fn a_file_without_a_password_says_what_is_wrong_with_it() {
        assert_eq!(read(b""), Err(PasswordFileError::Bad(PasswordError::Empty)));
        assert_eq!(read(b"\ntea\n"), Err(PasswordFileError::Bad(PasswordError::Empty)));
        assert_eq!(read(&[b'a'; 5_000]), Err(PasswordFileError::Bad(PasswordError::TooLong)));
        assert!(matches!(read(&[0xff, 0xfe]), Err(PasswordFileError::Unreadable(_))));
        assert!(matches!(password_in(Path::new("/nowhere/at/all")), Err(PasswordFileError::Unreadable(_))));
    }
}
