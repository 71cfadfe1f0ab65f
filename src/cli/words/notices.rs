//! What a person should read: a code for programs, and a sentence.

use std::path::Path;

use crate::session::Notice;
use crate::types::limits::INVITES;

const NOTHING_COMPARED: &str =
    "there are no words that could be the same: compare five words first, with /words";

fn compared_not_kept(reason: &str) -> String {
    format!("that you compared words could not be kept ({reason}), so it does not count; try /verify again")
}

/// The code and the sentence of a notice.
pub(in crate::cli) fn notice(notice: &Notice) -> (&'static str, String) {
    match notice {
        Notice::NothingCompared => ("nothing-compared", NOTHING_COMPARED.to_owned()),
        Notice::ComparedNotKept(reason) => ("compared-not-kept", compared_not_kept(reason)),
        Notice::NotKept(reason) => ("not-kept", format!("what is said is shown and not kept here: {reason}")),
        Notice::HostNotStoring(reason) if reason.is_empty() => (
            "host-not-storing",
            "the host cannot write down what is said; yours waits here and is sent when it can".to_owned(),
        ),
        Notice::HostNotStoring(reason) => (
            "host-not-storing",
            format!("what is said cannot be written down, so nothing is sent until it can: {reason}"),
        ),
        Notice::Slowed => {
            ("slowed", "that is more than the room takes at once; the rest follows by itself".to_owned())
        }
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
        _ => around(notice),
    }
}

/// What is not about what is said: the settings, the door and the network.
fn around(notice: &Notice) -> (&'static str, String) {
    match notice {
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
        Notice::Guessing(address) => {
            ("guessing", format!("somebody at {address} is guessing the password, and has to wait now"))
        }
        Notice::NotDone(name) => {
            ("not-done", format!("nothing was done about {name}; nobody can act on the host of a room"))
        }
        Notice::NotDoneHere(None) => (
            "not-done",
            "the connection is gone, so nothing was done, or nobody knows; look, and try again".to_owned(),
        ),
        Notice::NotDoneHere(Some(why)) => ("not-done", super::refusal(why)),
        Notice::PasswordNotKept(reason) => (
            "password-not-kept",
            format!("the password could not be kept ({reason}); the room has the one that it had"),
        ),
        Notice::InviteNotNeeded => (
            "invite-not-needed",
            "this room has no password, so the plain invite lets everybody in; see /invite".to_owned(),
        ),
        Notice::TooManyInvites => (
            "too-many-invites",
            format!("{INVITES} invites are there that still work; take one back with /invite revoke ID"),
        ),
        Notice::NoSuchInvite(number) => {
            ("no-such-invite", format!("there is no invite {number}; see /invites"))
        }
        Notice::InviteNotKept(reason) => {
            ("invite-not-kept", format!("that could not be kept ({reason}), so it is not so; try again"))
        }
        Notice::Full => ("full", "somebody was turned away because the room is full".to_owned()),
        Notice::AddressGone(ip) => (
            "address-gone",
            format!(
                "this room listens at {ip} alone, which is no address of this computer now; nobody can come in \
                     until it is one again"
            ),
        ),
        Notice::NoApp(name) => (
            "no-app",
            format!(
                "{name} has no app: say /kick {name}, or /ban {name} for good; the host lets it in again by /unban and its address"
            ),
        ),
        Notice::NoSuchGuest(name) => ("no-such-guest", format!("nobody here is called \"{name}\"; see /who")),
        _ => ("other", "something happened that this version has no words for".to_owned()),
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
