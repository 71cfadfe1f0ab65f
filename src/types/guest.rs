//! Guests: people who come without the app, by netcat, telnet or a script. Nothing of theirs is encrypted or
//! proven, so what is passed to them, and what they may do, is said in types of its own.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::names::Nickname;

/// For whom something was said. Its author signs it with the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// For members: it is never passed on without encryption.
    #[default]
    Members,
    /// Also for guests: its author saw that one was present.
    Everyone,
}

/// Who is in the room without encryption. Replaces what was known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuestList {
    /// Their names, at most [`super::limits::GUEST_NAMES`].
    pub names: Vec<Nickname>,
    /// How many there are in all.
    pub count: u32,
}

/// What a host allows people without the app to do in one room.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GuestRules {
    /// They may come in.
    pub allowed: bool,
    /// They may read and not speak.
    pub read_only: bool,
    /// The room behaves to them as the classic exercise's server does: a greeting without a line end, addresses
    /// for names, and nothing else.
    pub classic: bool,
    /// How their bytes are read that are not UTF-8.
    pub encoding: TextEncoding,
    /// Addresses from which no guest comes in, members all the same; at most [`super::limits::KEPT_OUT`].
    pub kept_out: Vec<IpAddr>,
}

/// An encoding from before UTF-8 that terminals and small devices still write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextEncoding {
    /// Western Europe; what most bytes that are not UTF-8 turn out to be.
    #[default]
    Windows1252,
    /// Central Europe.
    Windows1250,
    /// Central Europe, on older Unix.
    Iso8859_2,
    /// Cyrillic, on Windows.
    Windows1251,
    /// Cyrillic, on Unix.
    Koi8R,
    /// Cyrillic, in a Windows console.
    Ibm866,
    /// Greek.
    Windows1253,
    /// Turkish.
    Windows1254,
    /// Hebrew.
    Windows1255,
    /// Arabic.
    Windows1256,
    /// Chinese, simplified.
    Gb18030,
    /// Chinese, traditional.
    Big5,
    /// Japanese, on Windows.
    ShiftJis,
    /// Japanese, on Unix.
    EucJp,
    /// Korean.
    EucKr,
}

impl TextEncoding {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 15] = [
        Self::Windows1252,
        Self::Windows1250,
        Self::Iso8859_2,
        Self::Windows1251,
        Self::Koi8R,
        Self::Ibm866,
        Self::Windows1253,
        Self::Windows1254,
        Self::Windows1255,
        Self::Windows1256,
        Self::Gb18030,
        Self::Big5,
        Self::ShiftJis,
        Self::EucJp,
        Self::EucKr,
    ];

    /// Its name in the WHATWG Encoding Standard.
    pub fn label(self) -> &'static str {
        match self {
            Self::Windows1252 => "windows-1252",
            Self::Windows1250 => "windows-1250",
            Self::Iso8859_2 => "iso-8859-2",
            Self::Windows1251 => "windows-1251",
            Self::Koi8R => "koi8-r",
            Self::Ibm866 => "ibm866",
            Self::Windows1253 => "windows-1253",
            Self::Windows1254 => "windows-1254",
            Self::Windows1255 => "windows-1255",
            Self::Windows1256 => "windows-1256",
            Self::Gb18030 => "gb18030",
            Self::Big5 => "big5",
            Self::ShiftJis => "shift_jis",
            Self::EucJp => "euc-jp",
            Self::EucKr => "euc-kr",
        }
    }
}

impl std::str::FromStr for TextEncoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_lowercase();
        let found = Self::ALL.into_iter().find(|encoding| encoding.label() == wanted);
        found.ok_or_else(|| {
            let all: Vec<&str> = Self::ALL.iter().map(|encoding| encoding.label()).collect();
            format!("{text} is not an encoding that is known here; there are {}", all.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_found_by_its_label() {
        for encoding in TextEncoding::ALL {
            assert_eq!(encoding.label().to_uppercase().parse(), Ok(encoding));
        }
        assert!("utf-9".parse::<TextEncoding>().is_err());
    }

    #[test]
    fn rules_that_an_older_app_wrote_are_read_as_far_as_they_go() {
        let read: GuestRules = serde_json::from_str(r#"{"allowed":true,"newer":1}"#).unwrap();
        assert_eq!(read, GuestRules { allowed: true, ..GuestRules::default() });
    }
}
