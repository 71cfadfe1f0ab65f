//! A room's password, as somebody typed it.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::limits::{PASSPHRASE_CHARS, PASSWORD_BYTES};

/// A password that can be typed again: the same letters are the same bytes, however a keyboard makes them. It is
/// never shown, also not for people who look for faults.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing is left of it without the space around it.
    #[error("empty")]
    Empty,
    /// More than [`PASSWORD_BYTES`].
    #[error("too long")]
    TooLong,
    /// It has a control character, which nobody can type.
    #[error("not something that can be typed")]
    Control,
}

impl Password {
    /// The password in `text`, without the space around it.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub fn new(text: &str) -> Result<Self, PasswordError> {
        // What is far too long is not worked on.
        if text.trim().len() > 4 * PASSWORD_BYTES {
            return Err(PasswordError::TooLong);
        }
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            Err(PasswordError::Empty)
        } else if text.len() > PASSWORD_BYTES {
            Err(PasswordError::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(PasswordError::Control)
        } else {
            Ok(Self(text))
        }
    }

    /// The password, for the eyes of whoever chose it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is proven to be known. To be shown to nobody.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A passphrase that is long enough to keep a file from whoever finds it: at least [`PASSPHRASE_CHARS`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passphrase(Password);

/// Fewer than [`PASSPHRASE_CHARS`] characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too short; at least {PASSPHRASE_CHARS} characters are needed")]
pub struct TooShort;

impl Passphrase {
    /// This password, where it is long enough.
    ///
    /// # Errors
    /// [`TooShort`].
    pub fn new(password: Password) -> Result<Self, TooShort> {
        if password.0.chars().count() < PASSPHRASE_CHARS { Err(TooShort) } else { Ok(Self(password)) }
    }

    /// The passphrase.
    pub fn password(&self) -> &Password {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_letters_are_the_same_password() {
        assert_eq!(Password::new("  cafe\u{301}\n"), Password::new("caf\u{e9}"));
        assert_ne!(Password::new("Tea"), Password::new("tea"));
    }

    #[test]
    fn a_password_is_as_long_as_the_limit_and_no_longer() {
        assert!(Password::new(&"a".repeat(PASSWORD_BYTES)).is_ok());
        assert_eq!(Password::new(&"a".repeat(PASSWORD_BYTES + 1)), Err(PasswordError::TooLong));
        assert_eq!(Password::new(&"a".repeat(1_000_000)), Err(PasswordError::TooLong));
    }

    #[test]
    fn what_nobody_can_type_is_no_password() {
        assert_eq!(Password::new(" \t "), Err(PasswordError::Empty));
        assert_eq!(Password::new("a\u{0}b"), Err(PasswordError::Control));
    }

    #[test]
    fn a_passphrase_has_twelve_characters_and_not_eleven() {
        let of = |count| Passphrase::new(Password::new(&"\u{e9}".repeat(count)).unwrap()).map(|_| ());
        assert_eq!((of(PASSPHRASE_CHARS), of(PASSPHRASE_CHARS - 1)), (Ok(()), Err(TooShort)));
    }

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(format!("{:?}", Password::new("tea").unwrap()), "Password(secret)");
    }
}
