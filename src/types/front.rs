//! How a second start of the program finds the window of the first.

use std::fmt;
use std::str::FromStr;

use super::ids::{IdError, OpId};

/// Where the running window listens on this computer, what proves that one may speak to it, and whose it is: all stand
/// in a file that only its owner can read, where the file system has owners. Written `4711 000102…0f 101112…1f`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FrontKey {
    /// A TCP port at 127.0.0.1.
    pub port: u16,
    /// Known to whoever can read the profile folder, and never sent.
    pub token: [u8; 16],
    /// Tells apart people who share the folder: the same for every start of one person.
    pub person: [u8; 16],
}

impl fmt::Display for FrontKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.port, OpId(self.token), OpId(self.person))
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
        let (port, rest) = text.trim_end().split_once(' ').ok_or(wrong)?;
        let (token, person) = rest.split_once(' ').ok_or(wrong)?;
        let port = port.parse().ok().filter(|port| *port > 0).ok_or(wrong)?;
        Ok(Self { port, token: token.parse::<OpId>()?.0, person: person.parse::<OpId>()?.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_it_was_and_nothing_else_does() {
        let (token, person) = (std::array::from_fn(|n| n as u8), std::array::from_fn(|n| 16 + n as u8));
        let key = FrontKey { port: 4711, token, person };
        let written = "4711 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f";
        assert_eq!(key.to_string(), written);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!(!format!("{key:?}").contains("0001"), "a token is no one's to read in a log");
        let (nowhere, cut) = (written.replacen("4711", "0", 1), &written[..written.len() - 1]);
        for other in ["", "4711", &nowhere, cut, &written[..37], "4711 0001", "70000 00 00", "4711  00"] {
            assert!(other.parse::<FrontKey>().is_err(), "{other}");
        }
    }
}
