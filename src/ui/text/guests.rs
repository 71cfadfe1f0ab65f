//! People without the app: what everybody sees of them, and what the host decides about them.

use std::net::IpAddr;

use crate::types::{Address, GuestList, Nickname, TextEncoding};

/// In what is known of a room, while one of them is here.
pub const READ_ALONG: &str = "Somebody is here without encryption, so whoever listens on the network can read what is said to everybody.";
/// Beside a guest's name, over what it said.
pub const GUEST: &str = "guest";
/// The same, to those who hear it.
pub const WITHOUT_ENCRYPTION: &str = "guest without encryption";
/// Under a guest's name, in the list of people.
pub const OPEN: &str = "guest, open";
/// What it means that a guest is here.
pub const MEANING: &str = "What you send now can be read by anyone on this network.";
/// Sends a guest away.
pub const REMOVE: &str = "Send away";
/// Sends a guest away and keeps its address out.
pub const KEEP_OUT: &str = "Keep out …";
/// The same, once it was asked about.
pub const KEEP_OUT_NOW: &str = "Keep out";
/// Under the question before an address is kept out.
pub const KEEP_OUT_BODY: &str = "Nobody comes in without the app from its address any more, until you let that \
    address in again. People with the app are not affected";
/// The same, where somebody else hosts the room.
pub const KEEP_OUT_AS_MODERATOR: &str = "Nobody comes in without the app from its address any more, until the host lets \
    that address in again. People with the app are not affected";

/// The dialog, the part of the host form, and the way to them.
pub const TITLE: &str = "People without the app";
/// The room's menu.
pub const MENU: &str = "People without the app …";
/// The switch.
pub const ALLOW: &str = "Let people in without the app (netcat, telnet)";
/// Under the switch.
pub const EXPLAINED: &str = "They are not encrypted: anyone on this network can read what they see and change it. \
    Every member sees an open padlock while one is here, and only what is said while one is here is passed to them.";
/// The switch, in the form, for a room that was open before.
pub const AS_BEFORE: &str =
    "What you chose when this room was open before holds, unless you choose anew here";
/// Above the line that brings them in.
pub const COME_IN: &str = "They come in with";
/// A switch.
pub const READ_ONLY: &str = "They may only read";
/// A switch.
pub const CLASSIC: &str = "Classic: behave like the classic chat exercise's server";
/// Under it.
pub const CLASSIC_EXPLAINED: &str = "They get a greeting and what is said, under addresses instead of names, and \
    nothing else: no help, no earlier lines, not who comes and goes. For programs that expect exactly that";
/// A choice.
pub const ENCODING: &str = "Letters that are not UTF-8 are read as";
/// Above the addresses that are kept out.
pub const KEPT_OUT: &str = "Kept out";
/// Lets an address in again.
pub const LET_IN: &str = "Let in again";
/// Above the line that brings them in, among the ways to come in.
pub const WITHOUT_APP: &str = "Without the app";

/// The composer, while guests are here.
pub fn here(count: u32) -> String {
    match count {
        1 => "A guest without encryption is here".to_owned(),
        _ => format!("{count} guests without encryption are here"),
    }
}

/// Who they are, and what that means.
pub fn who(guests: &GuestList) -> String {
    format!("{}. {MEANING}", listed(guests))
}

/// The header, while guests are here.
pub fn in_header(count: u32) -> String {
    format!("open: {}", counted(count))
}

/// Above them in the list of people.
pub fn counted(count: u32) -> String {
    if count == 1 { "1 guest".to_owned() } else { format!("{count} guests") }
}

/// A guest in the list of people, to those who hear it.
pub fn in_list(name: &Nickname) -> String {
    format!("{name}, {OPEN}")
}

/// The button with what can be done about a guest.
pub fn more_about(name: &Nickname) -> String {
    format!("More about {name}")
}

/// The question before an address is kept out.
pub fn keep_out(name: &Nickname, room: &str) -> String {
    format!("Keep {name} out of {room}?")
}

/// The accessible name of the button that lets an address in again.
pub fn let_in(address: IpAddr) -> String {
    format!("Let {address} in again")
}

/// What somebody types who comes in without the app.
pub fn command(address: &Address) -> String {
    format!("nc {} {}", address.host, address.port)
}

/// An encoding, by the people who use it.
pub fn encoding(encoding: TextEncoding) -> &'static str {
    match encoding {
        TextEncoding::Windows1252 => "Western European (Windows-1252)",
        TextEncoding::Windows1250 => "Central European (Windows-1250)",
        TextEncoding::Iso8859_2 => "Central European (ISO 8859-2)",
        TextEncoding::Windows1251 => "Cyrillic (Windows-1251)",
        TextEncoding::Koi8R => "Cyrillic (KOI8-R)",
        TextEncoding::Ibm866 => "Cyrillic (IBM 866)",
        TextEncoding::Windows1253 => "Greek (Windows-1253)",
        TextEncoding::Windows1254 => "Turkish (Windows-1254)",
        TextEncoding::Windows1255 => "Hebrew (Windows-1255)",
        TextEncoding::Windows1256 => "Arabic (Windows-1256)",
        TextEncoding::Gb18030 => "Chinese, simplified (GB 18030)",
        TextEncoding::Big5 => "Chinese, traditional (Big5)",
        TextEncoding::ShiftJis => "Japanese (Shift JIS)",
        TextEncoding::EucJp => "Japanese (EUC-JP)",
        TextEncoding::EucKr => "Korean (EUC-KR)",
    }
}

/// "192.168.1.9, Cy and 98 others".
fn listed(guests: &GuestList) -> String {
    const NAMED: usize = 6;
    let names: Vec<&str> = guests.names.iter().take(NAMED).map(Nickname::as_str).collect();
    let rest = (guests.count as usize).saturating_sub(names.len());
    match (names.split_last(), rest) {
        (None, _) => counted(guests.count),
        (Some((last, [])), 0) => (*last).to_owned(),
        (Some((last, first)), 0) => format!("{} and {last}", first.join(", ")),
        (Some(_), 1) => format!("{} and 1 other", names.join(", ")),
        (Some(_), rest) => format!("{} and {rest} others", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guests(count: u32) -> GuestList {
        let names = (0..count.min(64)).map(|n| Nickname::new(&format!("10.0.0.{n}")).unwrap()).collect();
        GuestList { names, count }
    }

    #[test]
    fn a_few_guests_are_named_and_the_rest_is_counted() {
        assert_eq!(listed(&guests(1)), "10.0.0.0");
        assert_eq!(listed(&guests(2)), "10.0.0.0 and 10.0.0.1");
        assert!(listed(&guests(7)).ends_with("10.0.0.5 and 1 other"));
        assert!(listed(&guests(100)).ends_with("10.0.0.5 and 94 others"));
        assert_eq!(listed(&GuestList { names: Vec::new(), count: 3 }), "3 guests");
    }
}
