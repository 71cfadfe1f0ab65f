//! Sentences that appear by themselves: banners in a room, and toasts for what needs no answer.

use std::path::Path;

use crate::session::Notice;
use crate::types::limits::INVITES;

/// Too much was asked at once; nothing was lost.
pub const BUSY: &str = "Hallway is busy. What you asked for was not done; try again in a moment";
/// The same, of a message.
pub const BUSY_SAY: &str = "Hallway is busy. Your text is back in the composer; send it again in a moment";
/// Closes a banner.
pub const DISMISS: &str = "Dismiss";

/// Words were said to be the same that belong to no connection any more.
const NOTHING_COMPARED: &str =
    "The connection was lost meanwhile, so these words do not count. Compare the new ones";

/// More was said than the room takes at once.
const SLOWED: &str =
    "You say more than this room takes at once. The rest follows by itself, a few lines at a time";

/// For what this version has no words.
const OTHER: &str = "Something happened that this version of Hallway has no words for";

fn compared_not_kept(words: &str) -> String {
    format!("That you compared words could not be kept. Make room on the disk and try it again. {words}")
}

fn no_such_guest(name: &crate::types::Nickname) -> String {
    format!("Nobody here is called {name}, so nothing was done")
}

/// What the background tells, as a sentence.
pub fn sentence(notice: &Notice) -> String {
    match notice {
        Notice::NothingCompared => NOTHING_COMPARED.to_owned(),
        Notice::ComparedNotKept(words) => compared_not_kept(words),
        Notice::NotKept(words) => format!(
            "What is said here is shown, but this computer cannot keep it ({words}). Make room on the disk"
        ),
        Notice::HostNotStoring(words) => format!(
            "The host's computer cannot write down what is said. What you send waits until it can. {words}"
        ),
        Notice::Slowed => SLOWED.to_owned(),
        Notice::NotRead(words) => {
            format!("A part of what is kept of this room cannot be read. What can be read is shown. {words}")
        }
        Notice::Reopening(words) => format!(
            "This computer's disk failed ({words}). The room opens again by itself, and nothing that was sent is lost"
        ),
        Notice::Mended(0, original) => format!(
            "This room's file was damaged and is mended; nothing is missing. The damaged one is kept: {}",
            original.display()
        ),
        Notice::Mended(lost, original) => format!(
            "This room's file was damaged and is mended. {} missing until somebody who has {} is here. The damaged \
             one is kept: {}",
            if *lost == 1 { "One line is".to_owned() } else { format!("{lost} lines are") },
            if *lost == 1 { "it" } else { "them" },
            original.display()
        ),
        Notice::StoringAgain => "What is said is written down again".to_owned(),
        Notice::NewEpoch => {
            "The host's record of this room began anew. What you had before is kept".to_owned()
        }
        Notice::HandingBack => {
            "The host's record of this room went back in time. What it lacks is given back from yours"
                .to_owned()
        }
        Notice::TakenBack(1) => {
            "One line was missing here, and came back from somebody who has it".to_owned()
        }
        Notice::TakenBack(count) => {
            format!("{count} lines were missing here, and came back from somebody who has them")
        }
        Notice::Turned => {
            "This room's file is an older copy. What it lacks comes back from those who have it".to_owned()
        }
        Notice::Unverified => "Some lines could not be verified. They are left out, and marked".to_owned(),
        Notice::Full => {
            "The room is full, and somebody was turned away. You can let more people in from the room's menu"
                .to_owned()
        }
        _ => around(notice),
    }
}

/// What is not about what is said: the settings, the door and the network.
fn around(notice: &Notice) -> String {
    match notice {
        Notice::SettingsAside(path) => format!(
            "Your settings could not be read, so Hallway starts with new ones. The old file is kept: {}",
            path.display()
        ),
        Notice::SettingsNotKept(words) => {
            format!("Your settings could not be kept. Make room on the disk. {words}")
        }
        Notice::RecentsAside(path) => format!(
            "The list of your rooms could not be read, so it begins anew. The old file is kept: {}",
            path.display()
        ),
        Notice::OtherPort { wanted, got } => {
            format!("Port {wanted} is taken already, so this room is on port {got}")
        }
        Notice::NotDone(name) => {
            format!("Nothing was done about {name}. Nobody can act on the host of a room")
        }
        Notice::NotDoneHere(None) => {
            "The connection was gone, so nothing was done, or nobody knows. Look, and try again".to_owned()
        }
        Notice::NotDoneHere(Some(why)) => super::conversation::not_done(why),
        Notice::PasswordNotKept(words) => format!(
            "The password could not be kept, so the room has the one that it had. Make room on the disk and try again. \
             {words}"
        ),
        Notice::InviteNotNeeded => {
            "This room has no password, so the plain invite lets everybody in".to_owned()
        }
        Notice::TooManyInvites => format!(
            "There are {INVITES} invites that still work, and no more can be made. Take one back first"
        ),
        Notice::NoSuchInvite(_) => "That invite is not there any more. Nothing was changed".to_owned(),
        Notice::InviteNotKept(words) => {
            format!("That could not be kept, so it is not so. Make room on the disk and try again. {words}")
        }
        Notice::Guessing(address) => guessing(*address),
        Notice::AddressGone(ip) => format!(
            "Nobody can come in: this room is open at one address only, and this computer does not have it any more. \
             Go back to that network, or open the room anew. {ip}"
        ),
        Notice::NoApp(name) => {
            format!("{name} has no app, so it can be sent away or kept out for good, and nothing else")
        }
        Notice::NoSuchGuest(name) => no_such_guest(name),
        _ => OTHER.to_owned(),
    }
}

fn guessing(address: std::net::IpAddr) -> String {
    format!(
        "Somebody is guessing the password, and has to wait now. If it could be guessed, choose another. {address}"
    )
}

/// A part of the background broke.
pub fn broken(words: &str) -> String {
    format!("A part of Hallway stopped. What was sent is safe; close the window and open it again. {words}")
}

/// A file was written.
pub fn saved(path: &Path) -> String {
    format!("Saved to {}", path.display())
}

/// A file could not be written.
pub fn not_saved(words: &str) -> String {
    format!("The file could not be written: {words}. Choose another place")
}

/// A message could not be kept, so it went back to where it was typed.
pub fn unsaid(words: &str) -> String {
    format!("That could not be kept for sending, so it is back in the composer. {words}")
}

/// A page of the system could not be opened.
pub fn not_opened(words: &str) -> String {
    format!("That page could not be opened. {words}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::failures::tests::assert_plain;
    use super::*;

    #[test]
    fn every_notice_has_a_sentence_of_its_own() {
        let all = [
            Notice::SettingsAside("/a".into()),
            Notice::SettingsNotKept("full".into()),
            Notice::RecentsAside("/a".into()),
            Notice::OtherPort { wanted: 7666, got: 7667 },
            Notice::NotKept("full".into()),
            Notice::HostNotStoring("full".into()),
            Notice::Slowed,
            Notice::Reopening("full".into()),
            Notice::Mended(0, "/a".into()),
            Notice::Mended(1, "/a".into()),
            Notice::Mended(2, "/a".into()),
            Notice::StoringAgain,
            Notice::NewEpoch,
            Notice::HandingBack,
            Notice::TakenBack(1),
            Notice::TakenBack(2),
            Notice::Turned,
            Notice::Unverified,
            Notice::Guessing(std::net::IpAddr::from([10, 0, 0, 9])),
            Notice::PasswordNotKept("full".into()),
            Notice::NotDone(crate::types::Nickname::fallback()),
            Notice::NotDoneHere(None),
            Notice::NotDoneHere(Some(crate::types::Refusal::NotInCharge)),
            Notice::NotDoneHere(Some(crate::types::Refusal::NotStored)),
            Notice::InviteNotNeeded,
            Notice::TooManyInvites,
            Notice::NoSuchInvite(3),
            Notice::InviteNotKept("full".into()),
            Notice::Full,
            Notice::AddressGone([192, 168, 1, 23].into()),
            Notice::NoSuchGuest(crate::types::Nickname::fallback()),
            Notice::NoApp(crate::types::Nickname::fallback()),
            Notice::NothingCompared,
            Notice::ComparedNotKept(String::new()),
        ];
        let sentences: HashSet<String> = all.iter().map(sentence).collect();
        assert_eq!(sentences.len(), all.len());
        for sentence in &sentences {
            assert_plain(sentence);
        }
    }
}
