//! What the headless commands say: one sentence each, with a next step.

mod notices;

pub(super) use self::notices::notice;
use crate::session::{self, Failure, Hosting};
use crate::types::{Address, GuestRules, InviteEnd, Refusal, TextError, limits};

/// Where people come in from now on.
pub(super) fn moved(hosting: &Hosting) -> String {
    let addresses: Vec<String> =
        hosting.addresses.iter().map(|reach| Address::ip(reach.ip, hosting.port).to_string()).collect();
    format!("the network changed; tell people: {}; invite: {}", addresses.join(" or "), hosting.invite)
}

/// What people without the app may do from now on.
pub(super) fn guest_rules(rules: &GuestRules) -> String {
    let text = match (rules.allowed, rules.read_only) {
        (false, _) => "nobody comes in without the app",
        (true, false) => "people without the app may come in, read and speak",
        (true, true) => "people without the app may come in and read",
    };
    if rules.kept_out.is_empty() {
        return text.to_owned();
    }
    let addresses: Vec<String> = rules.kept_out.iter().map(ToString::to_string).collect();
    format!("{text}; kept out: {}", addresses.join(", "))
}

/// What is wrong with the arguments, in one sentence of what the library says in several lines.
pub(super) fn misused(said: &str) -> String {
    let said = said.strip_prefix("error: ").unwrap_or(said);
    let first: Vec<&str> = said.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    format!("{}; see `hallway --help`", first.join(" "))
}

/// Why it ended, or why it is offline.
pub(super) fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Refused(at) => format!("nothing answers at {at}; is the room open?"),
        Failure::TimedOut(at) => {
            format!("{at} does not answer; is it on the same network, and does its firewall let Hallway in?")
        }
        Failure::Unreachable(at) => {
            format!("there is no way to {at} from here; are you on the same network?")
        }
        Failure::NameNotFound(name) => {
            format!("no computer called \"{name}\" is known here; try its IP address")
        }
        Failure::NotHallway(at, words) if words.is_empty() => {
            format!(
                "what answers at {at} is not a Hallway room; if you expected one, ask its host for an invite"
            )
        }
        Failure::NotHallway(at, words) => format!(
            "what answers at {at} is not a Hallway room (it says \"{words}\"); a plain-text room needs --plain, a Hallway room an invite"
        ),
        Failure::Silent(at) => format!(
            "something at {at} accepts and says nothing; a plain-text room needs --plain, a Hallway room an invite"
        ),
        Failure::TooOld(version) => {
            format!("the room's Hallway is too old (it speaks version {version}); update it there")
        }
        Failure::TooNew(version) => {
            format!("the room's Hallway is newer (it speaks version {version} and up); update yours")
        }
        Failure::NickTaken { wanted, free } => {
            format!("somebody here is called {wanted} already; try --nick \"{free}\"")
        }
        Failure::RoomFull => "the room is full; ask its host to let more people in".to_owned(),
        Failure::KeyChanged(at) => {
            format!("what answers at {at} is not the room that you know; ask its host for an invite")
        }
        Failure::OtherRoom(at) => {
            format!("another room than last time answers at {at}; to join it as a new one, add --new-room")
        }
        Failure::Lost => "the connection broke off".to_owned(),
        Failure::NetworkChanged => "this computer left the network that the connection went over".to_owned(),
        Failure::WentSilent => "nothing was heard of the room for a while".to_owned(),
        Failure::RoomClosed => "the host closed the room".to_owned(),
        Failure::TooSlow => "the host let go of this connection because it read too slowly".to_owned(),
        Failure::Replaced => "you came in again by another window or device".to_owned(),
        Failure::Protocol(words) => format!("the other side does not keep to the protocol: {words}"),
        Failure::Other(words) => words.clone(),
        _ => door(failure).unwrap_or_else(|| here(failure)),
    }
}

/// Why the host does not let me in.
fn door(failure: &Failure) -> Option<String> {
    Some(match failure {
        Failure::PasswordNeeded => {
            "the room has a password; name a file that holds it with --password-file".to_owned()
        }
        Failure::PasswordWrong => "that is not the room's password; ask its host".to_owned(),
        Failure::PasswordLater(wait_ms) => {
            format!("too many passwords were tried; try again in {} s", wait_ms.div_ceil(1_000))
        }
        Failure::PasswordNotAsked => {
            "the room did not ask for the password, so it may be another one; ask its host".to_owned()
        }
        Failure::InviteEnded(end) => {
            let why = match end {
                InviteEnd::Used => "this invite was used already",
                InviteEnd::Expired => "the time of this invite is over",
                InviteEnd::Unknown => "this invite does not let anybody in any more",
            };
            format!(
                "{why}; ask the host for a new one, or for the password, and name its file with --password-file"
            )
        }
        Failure::NotLetIn => "the host did not let you in; ask the host".to_owned(),
        Failure::RoomLocked => {
            "the room is locked: nobody comes in who was not in before; ask its host".to_owned()
        }
        Failure::Removed => "you were sent away".to_owned(),
        Failure::KeyReplaced => {
            "in this room this key was replaced by another one, on another device; import your identity from there"
                .to_owned()
        }
        Failure::Banned(None) => "you are kept out of this room; ask its host".to_owned(),
        Failure::Banned(Some(until_ms)) => {
            format!("you are kept out of this room until {}", session::local_time(*until_ms))
        }
        _ => return None,
    })
}

/// What is wrong on this side.
fn here(failure: &Failure) -> String {
    match failure {
        Failure::PortTaken { port, next: Some(next) } => format!("port {port} is taken; {next} is free"),
        Failure::PortTaken { port, next: None } => format!("port {port} is taken; try another one"),
        Failure::PortForbidden(port) => {
            format!("this system does not allow port {port}; take one above 1023")
        }
        Failure::NoSuchAddress(ip) => format!("{ip} is not an address of this computer"),
        Failure::Storage(reason) => format!("the room cannot be kept here: {reason}"),
        Failure::ReadOnly(dir) => {
            format!("{} cannot be written; name another folder with --data-dir", dir.display())
        }
        Failure::Unreadable { file, said } => format!(
            "the room's file {} cannot be read ({said}); it is left as it is; put a copy of it there that can, or move \
             it away to begin a new room",
            file.display()
        ),
        Failure::Reopening(reason) => format!("this computer's disk failed: {reason}"),
        Failure::ProfileInUse => {
            "another Hallway uses this data folder; end it, or name another one with --data-dir".to_owned()
        }
        Failure::AlreadyOpen => "this room is open here already".to_owned(),
        Failure::TooManyRooms => format!("{} rooms are open; leave one first", limits::OPEN_ROOMS),
        Failure::UnknownRoom => "this room is not kept here".to_owned(),
        _ => "something went wrong; try again".to_owned(),
    }
}

/// Why a message was not taken.
pub(super) fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooFast { retry_after_ms } => {
            format!("too fast; try again in {} s", retry_after_ms.div_ceil(1000))
        }
        Refusal::TooLong => "too long for this room".to_owned(),
        Refusal::Muted { until_ms: Some(until_ms) } => {
            format!("you are muted until {}; say it again then", session::local_time(*until_ms))
        }
        Refusal::Muted { until_ms: None } => "you are muted; ask the host or a moderator".to_owned(),
        Refusal::Announcements => "only the host and moderators speak here now".to_owned(),
        Refusal::NotInCharge => "that is not for you to do here; ask the host".to_owned(),
        Refusal::NotThem => {
            "nothing is done about the host, about a moderator, or about somebody who goes by another name now; see /who".to_owned()
        }
        Refusal::Malformed => "not a message that can be shown".to_owned(),
        Refusal::NotYours => "its signature was not accepted".to_owned(),
        Refusal::IdReused => "its identity was used for another message".to_owned(),
        Refusal::OutOfOrder { .. } => "an earlier message is missing".to_owned(),
        Refusal::NoName => "you have no name in the room yet".to_owned(),
        Refusal::NotStored => "the host could not write it down".to_owned(),
        Refusal::Unsupported => "the host's app does not know this kind".to_owned(),
        Refusal::Other(words) => words.clone(),
    }
}

/// Why a line is no message.
pub(super) fn text(error: TextError) -> String {
    match error {
        TextError::Empty => "an empty line is not sent".to_owned(),
        TextError::TooLong { bytes } => {
            format!("this line is too long: {bytes} bytes or more, at most {}", limits::TEXT_BYTES)
        }
        TextError::TooManyLines { lines } => {
            format!("{lines} lines are too many, at most {}", limits::TEXT_LINES)
        }
    }
}
