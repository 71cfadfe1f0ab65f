//! What the headless commands say: one sentence each, with a next step.

use std::path::Path;

use crate::session::{Failure, Hosting, Notice};
use crate::types::{Address, GuestRules, Refusal, TextError, limits};

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
        Failure::Other(words) => words.clone(),
    }
}

/// Why a message was not taken.
pub(super) fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooFast { retry_after_ms } => {
            format!("too fast; try again in {} s", retry_after_ms.div_ceil(1000))
        }
        Refusal::TooLong => "too long for this room".to_owned(),
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

const NOTHING_COMPARED: &str =
    "there are no words that could be the same: compare five words first, with /words";

fn compared_not_kept(reason: &str) -> String {
    format!("that you compared words could not be kept ({reason}), so it does not count; try /verify again")
}

/// The code and the sentence of a notice.
pub(super) fn notice(notice: &Notice) -> (&'static str, String) {
    match notice {
        Notice::NothingCompared => ("nothing-compared", NOTHING_COMPARED.to_owned()),
        Notice::ComparedNotKept(reason) => ("compared-not-kept", compared_not_kept(reason)),
        Notice::SettingsAside(place) => (
            "settings-aside",
            format!("the settings could not be read and were moved to {}", place.display()),
        ),
        Notice::SettingsNotKept(reason) => {
            ("settings-not-kept", format!("the settings were not kept: {reason}"))
        }
        Notice::RecentsAside(place) => (
            "recents-aside",
            format!("the recent rooms could not be read and were moved to {}", place.display()),
        ),
        Notice::OtherPort { wanted, got } => {
            ("other-port", format!("port {wanted} is taken, so the room is at {got}"))
        }
        Notice::NotKept(reason) => ("not-kept", format!("what is said is shown and not kept here: {reason}")),
        Notice::HostNotStoring(reason) if reason.is_empty() => (
            "host-not-storing",
            "the host cannot write down what is said; yours waits here and is sent when it can".to_owned(),
        ),
        Notice::HostNotStoring(reason) => (
            "host-not-storing",
            format!("what is said cannot be written down, so nothing is sent until it can: {reason}"),
        ),
        Notice::NotRead(reason) => {
            ("not-read", format!("a part of what is kept of the room cannot be read: {reason}"))
        }
        Notice::Reopening(reason) => (
            "reopening",
            format!(
                "this computer's disk failed ({reason}); the room opens again by itself, and nothing sent is lost"
            ),
        ),
        Notice::Mended(lost, original) => ("mended", mended(*lost, original)),
        Notice::StoringAgain => ("storing-again", "what is said is written down again".to_owned()),
        Notice::HandingBack => (
            "handing-back",
            "the host's record lacks a part of what is kept here; it is given back".to_owned(),
        ),
        Notice::TakenBack(count) => (
            "taken-back",
            format!(
                "{count} lines were missing in this room's record and came back from somebody who has them"
            ),
        ),
        Notice::Turned => (
            "record-mended",
            "this room's record is an older copy of itself; what it lacks comes back from those who have it"
                .to_owned(),
        ),
        Notice::NewEpoch => ("new-epoch", "the host's record begins anew; yours is kept".to_owned()),
        Notice::Unverified => {
            ("unverified", "a line that was not signed by its author was left out".to_owned())
        }
        Notice::Full => ("full", "somebody was turned away because the room is full".to_owned()),
        Notice::AddressGone(ip) => (
            "address-gone",
            format!(
                "this room listens at {ip} alone, which is no address of this computer now; nobody can come in \
                     until it is one again"
            ),
        ),
        Notice::NoSuchGuest(name) => {
            ("no-such-guest", format!("no guest here is called \"{name}\"; see /who"))
        }
    }
}

fn mended(lost: u64, original: &Path) -> String {
    let kept = format!("the damaged file is kept at {}", original.display());
    match lost {
        0 => format!("this room's file was damaged, and nothing is missing; {kept}"),
        1 => format!(
            "this room's file was damaged; one line is missing until somebody who has it is here; {kept}"
        ),
        lost => format!(
            "this room's file was damaged; {lost} lines are missing until somebody who has them is here; {kept}"
        ),
    }
}
