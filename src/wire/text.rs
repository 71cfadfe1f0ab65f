//! Lines of text, as people without the app write and read them: netcat, telnet, a script, a microcontroller.
//!
//! Bytes in, wishes out, and lines in, bytes out; no clock and no socket. Nothing that such a person sends can be
//! an error: what cannot be read as it was meant is read as well as it can be, and never dropped. What can act
//! on a terminal or forge another's line is taken out in both directions, because these lines are shown by
//! programs that check nothing.
//!
//! | part | what it knows |
//! |---|---|
//! | `first` | whose bytes a connection begins with |
//! | `telnet` | telnet's commands between the text |
//! | `encoding` | UTF-8, and what was written before it |
//! | `clean` | what acts on a terminal instead of being shown |
//! | `reader` | lines, their length, the keys that correct them, commands |
//! | `writer` | how a line looks to a guest |

mod clean;
mod encoding;
mod first;
mod reader;
mod telnet;
mod writer;

pub use clean::clean;
pub(super) use encoding::{decode, whole_characters};
pub use first::{First, first};
pub use reader::GuestReader;
pub use writer::{Style, write};

use crate::types::MessageText;

/// The first bytes that a guest gets, as the server of the classic exercise writes them; without a line end.
pub const GREETING: &str = "Welcome to this chatroom!";

/// What somebody without the app wants, read from one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuestAsk {
    /// Say this to everybody.
    Say(MessageText),
    /// Be called this.
    Nick(String),
    /// Who is here?
    Who,
    /// Leave.
    Quit,
    /// What can I do?
    Help,
    /// A command that there is not, without its slash.
    Unknown(String),
}

/// What somebody without the app is told. What each looks like as bytes is the writer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuestLine {
    /// Somebody said something. Each of its lines is written under the name.
    Said {
        /// A name; in a classic room an address.
        who: String,
        /// What.
        text: String,
    },
    /// The room itself says something, in one line.
    Note(String),
}
