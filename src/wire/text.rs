//! Lines of text, as people without the app write and read them: netcat, telnet, a script, a microcontroller.

use crate::types::MessageText;

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
