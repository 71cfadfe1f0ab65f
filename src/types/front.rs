//! How a second start of the program finds the window of the first.

use std::fmt;
use std::str::FromStr;

use super::ids::{IdError, OpId};

/// Where the running window listens on this computer, and what proves that one may speak to it: both stand in a
/// file that only its owner can read. Written `4711 000102…0f`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FrontKey {
    /// A TCP port at 127.0.0.1.
    pub port: u16,
    /// Known to whoever can read the profile folder, and never sent.
    pub token: [u8; 16],
}

impl fmt::Display for FrontKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.port, OpId(self.token))
    }
}

impl fmt::Debug for FrontKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrontKey({})", self.port)
    }
}

impl FromStr for FrontKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = IdError { expected: OpId::LEN * 2 };
        let (port, token) = text.trim_end().split_once(' ').ok_or(wrong)?;
        let port = port.parse().ok().filter(|port| *port > 0).ok_or(wrong)?;
        Ok(Self { port, token: token.parse::<OpId>()?.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_it_was_and_nothing_else_does() {
        let key = FrontKey { port: 4711, token: std::array::from_fn(|n| n as u8) };
        assert_eq!(key.to_string(), "4711 000102030405060708090a0b0c0d0e0f");
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!(!format!("{key:?}").contains("0001"), "a token is no one's to read in a log");
        for other in ["", "4711", "0 000102030405060708090a0b0c0d0e0f", "4711 0001", "70000 00", "4711  00"] {
            assert!(other.parse::<FrontKey>().is_err(), "{other}");
        }
    }
}
