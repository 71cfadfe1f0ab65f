//! Why a room could not be opened, joined or kept: what happened, and what to do next.

use crate::session::Failure;
use crate::types::{Address, InviteEnd, Nickname};

/// A wait up to here is told in seconds, a longer one in minutes.
const SECONDS_UP_TO: u64 = 90;

/// What a person can do about it with one click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The same once more.
    TryAgain,
    /// Look at what could stand between the two computers.
    CheckConnection,
    /// Go by this name instead.
    TakeName(Nickname),
    /// Go in as if it were never seen before.
    JoinAsNew,
    /// Use this port instead.
    UsePort(u16),
    /// Choose another port.
    ChoosePort,
}

impl Step {
    /// What stands on its button.
    pub fn label(&self) -> String {
        match self {
            Self::TryAgain => "Try again".to_owned(),
            Self::CheckConnection => "Check the connection".to_owned(),
            Self::TakeName(name) => format!("Go in as {name}"),
            Self::JoinAsNew => "Join as a new room".to_owned(),
            Self::UsePort(port) => format!("Use port {port}"),
            Self::ChoosePort => "Choose another port".to_owned(),
        }
    }
}

/// What happened and what to do, in one or two sentences.
pub fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::Refused(at) => format!(
            "That computer is there, but no room is open on it at this port. Is the room open, and is the port \
             right? {}",
            place(at)
        ),
        Failure::TimedOut(at) => {
            format!("Nothing answers. Is the room open, and are you on the same network? {}", place(at))
        }
        Failure::Unreachable(at) => format!(
            "There is no way there from this computer. Are you connected to the same network? {}",
            place(at)
        ),
        Failure::NameNotFound(name) => {
            format!("No computer of that name is known here. Ask for its number address instead. {name}")
        }
        Failure::NotHallway(at, words) => not_hallway(at, words),
        Failure::Silent(at) => format!(
            "Something is there, but it does not answer like a Hallway room. Check the port. {}",
            place(at)
        ),
        Failure::TooOld(_) | Failure::TooNew(_) => version(failure),
        Failure::NickTaken { wanted, .. } => {
            format!("Somebody in the room is already called {wanted}. Choose another name")
        }
        Failure::PasswordNeeded => {
            "This room has a password. Ask its host for it, and enter it here".to_owned()
        }
        Failure::PasswordWrong => {
            "That is not the room's password. Check it with the host, and enter it again".to_owned()
        }
        Failure::PasswordLater(0) => "Too many passwords were tried. Now you can try again".to_owned(),
        Failure::PasswordLater(wait_ms) => {
            format!("Too many passwords were tried. Try again in {}", duration(*wait_ms))
        }
        Failure::PasswordNotAsked => {
            "The room did not ask for the password, so it may be another one. Ask its host for an invite"
                .to_owned()
        }
        Failure::InviteEnded(InviteEnd::Used) => {
            "This invite was used already. Ask the host for a new one, or for the room's password".to_owned()
        }
        Failure::InviteEnded(InviteEnd::Expired) => {
            "The time of this invite is over. Ask the host for a new one, or for the room's password".to_owned()
        }
        Failure::InviteEnded(InviteEnd::Unknown) => {
            "This invite does not let anybody in any more. Ask the host for a new one, or for the room's password"
                .to_owned()
        }
        Failure::RoomFull => {
            "The room is full. Ask the host to let more people in, or try again later".to_owned()
        }
        Failure::KeyChanged(at) => format!(
            "This is not the room you know, although it answers in its place. Nothing was sent to it. Ask the \
             host, face to face, for a new invite. {}",
            place(at)
        ),
        Failure::OtherRoom(at) => format!(
            "This is another room than last time. Do you want to join it as a new room? {}",
            place(at)
        ),
        _ => door(failure).unwrap_or_else(|| later(failure)),
    }
}

/// Why somebody in charge does not let me in.
fn door(failure: &Failure) -> Option<String> {
    Some(match failure {
        Failure::NotLetIn => "The host did not let you in. Ask the host, and try it again".to_owned(),
        Failure::RoomLocked => {
            "The room is locked: nobody comes in who was not in before. Ask the host to unlock it".to_owned()
        }
        Failure::Removed => {
            "You were sent away from this room. You can come in again, if the host agrees".to_owned()
        }
        Failure::KeyReplaced => {
            "In this room this key was replaced by another one, on another device. Import your identity from there"
                .to_owned()
        }
        Failure::Banned(None) => "You are kept out of this room. Ask its host".to_owned(),
        Failure::Banned(Some(until_ms)) => {
            format!("You are kept out of this room until {}", crate::session::local_time(*until_ms))
        }
        _ => return None,
    })
}

/// What can be done about it with one click.
pub fn step(failure: &Failure) -> Option<Step> {
    match failure {
        Failure::Refused(_) | Failure::TimedOut(_) | Failure::Unreachable(_) | Failure::Silent(_) => {
            Some(Step::CheckConnection)
        }
        Failure::NickTaken { free, .. } => Some(Step::TakeName(free.clone())),
        Failure::OtherRoom(_) => Some(Step::JoinAsNew),
        Failure::PortTaken { next: Some(next), .. } => Some(Step::UsePort(*next)),
        Failure::PortTaken { next: None, .. } | Failure::PortForbidden(_) => Some(Step::ChoosePort),
        Failure::RoomFull
        | Failure::NotLetIn
        | Failure::RoomLocked
        | Failure::Removed
        | Failure::Banned(_)
        | Failure::KeyReplaced
        | Failure::Lost
        | Failure::NetworkChanged
        | Failure::WentSilent
        | Failure::RoomClosed
        | Failure::TooSlow
        | Failure::Replaced
        | Failure::Protocol(_)
        | Failure::Storage(_)
        | Failure::ReadOnly(_)
        | Failure::Unreadable { .. }
        | Failure::Reopening(_)
        | Failure::ProfileInUse
        | Failure::NameNotFound(_)
        | Failure::Other(_) => Some(Step::TryAgain),
        Failure::NotHallway(..)
        | Failure::TooOld(_)
        | Failure::TooNew(_)
        | Failure::KeyChanged(_)
        | Failure::NoSuchAddress(_)
        | Failure::PasswordNeeded
        | Failure::PasswordWrong
        | Failure::PasswordLater(_)
        | Failure::PasswordNotAsked
        | Failure::InviteEnded(_)
        | Failure::AlreadyOpen
        | Failure::TooManyRooms
        | Failure::UnknownRoom => None,
    }
}

/// True where nothing can be done but to ask the host: the room is not who it was.
pub fn is_hard_stop(failure: &Failure) -> bool {
    matches!(failure, Failure::KeyChanged(_))
}

/// `192.168.1.23, port 7666`.
pub fn place(address: &Address) -> String {
    format!("{}, port {}", address.host, address.port)
}

/// `40 seconds`, `2 minutes`: never less than it is.
/// For how many milliseconds the words about a wait of `ms` stay right.
pub fn says_so_for(ms: u64) -> u64 {
    let in_minutes = ms.saturating_sub(SECONDS_UP_TO * 1_000);
    let whole = if in_minutes > 0 { 60_000 } else { 1_000 };
    let rest = ms.saturating_sub(1) % whole + 1;
    if in_minutes > 0 { rest.min(in_minutes) } else { rest }
}

fn duration(ms: u64) -> String {
    match ms.div_ceil(1_000) {
        0..=1 => "a second".to_owned(),
        seconds @ ..=SECONDS_UP_TO => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

fn not_hallway(at: &Address, words: &str) -> String {
    let words = words.trim();
    let place = place(at);
    if words.is_empty() {
        format!("Another program answers there, not a Hallway room. Check the address and the port. {place}")
    } else {
        format!(
            "Another program answers there, not a Hallway room. It said: “{words}”. Check the address and the port. \
             {place}"
        )
    }
}

fn version(failure: &Failure) -> String {
    match failure {
        Failure::TooOld(_) => "The host's Hallway is too old for yours. Ask the host to update it".to_owned(),
        _ => "The host's Hallway is newer than yours. Update yours, then join again".to_owned(),
    }
}

/// What can happen after the first answer, and what is wrong on this side.
fn later(failure: &Failure) -> String {
    match failure {
        Failure::Lost => "The connection broke off. Check your network".to_owned(),
        Failure::NetworkChanged => {
            "This computer left the network that the room was reached over. Connect to it again".to_owned()
        }
        Failure::WentSilent => {
            "Nothing was heard from the room for a while. Is the host's computer asleep?".to_owned()
        }
        Failure::RoomClosed => "The host closed the room. It can be open again later".to_owned(),
        Failure::TooSlow => "This connection was too slow to keep up. Move closer to the network".to_owned(),
        Failure::Replaced => {
            "You came into this room from another window, so this one stopped. Use that one, or try again here"
                .to_owned()
        }
        Failure::Protocol(words) => {
            format!("The two apps did not understand each other. Update both, then try again. {words}")
        }
        Failure::PortTaken { port, next: Some(next) } => {
            format!("Another program uses port {port}. The next free one is {next}")
        }
        Failure::PortTaken { port, next: None } => {
            format!("Another program uses port {port}, and the ones after it are taken too. Choose another one")
        }
        Failure::PortForbidden(port) => {
            format!("This computer does not let apps use port {port}. Choose one above 1023")
        }
        Failure::NoSuchAddress(ip) => {
            format!("This computer does not have that address. Choose one of its own. {ip}")
        }
        Failure::Storage(words) => {
            format!("Hallway cannot use its folder: {words}. Put that right, then try again")
        }
        Failure::ReadOnly(dir) => format!(
            "Hallway may not write to its folder {}. Make it writable, or start Hallway with another folder \
             (--data-dir)",
            dir.display()
        ),
        Failure::Unreadable { file, said } => format!(
            "The file of this room cannot be read. It is left as it is: {}. Put a copy of it there that can be read, \
             then try again; or move it away and begin anew. {said}",
            file.display()
        ),
        Failure::Reopening(words) => format!(
            "This computer's disk failed ({words}), so what is said cannot be kept at the moment. Nothing that was sent \
             is lost"
        ),
        Failure::ProfileInUse => {
            "Another start of Hallway uses the same folder, and no window of it answers here: it may have none (hallway host \
             or hallway join), be somebody else's, or be on another computer. End it, then try again; or start Hallway \
             with another folder (--data-dir)"
                .to_owned()
        }
        Failure::AlreadyOpen => "You are in this room already. It is in the list on the left".to_owned(),
        Failure::TooManyRooms => "As many rooms are open as can be. Leave one first".to_owned(),
        Failure::UnknownRoom => "This room is no longer in your list. Join it by its address".to_owned(),
        Failure::Other(words) => format!("The host did not let you in. Ask the host why: “{words}”"),
        _ => "Something went wrong. Try again".to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashSet;

    use super::*;

    /// One of each.
    fn every_failure() -> Vec<Failure> {
        let at: Address = "192.168.1.23:7666".parse().unwrap();
        let name = |n: &str| Nickname::new(n).unwrap();
        vec![
            Failure::Refused(at.clone()),
            Failure::TimedOut(at.clone()),
            Failure::Unreachable(at.clone()),
            Failure::NameNotFound("anas-laptop.local".into()),
            Failure::NotHallway(at.clone(), "SSH-2.0".into()),
            Failure::NotHallway(at.clone(), String::new()),
            Failure::Silent(at.clone()),
            Failure::TooOld(1),
            Failure::TooNew(9),
            Failure::NickTaken { wanted: name("Ana"), free: name("Ana 2") },
            Failure::PasswordNeeded,
            Failure::PasswordWrong,
            Failure::PasswordLater(60_000),
            Failure::PasswordNotAsked,
            Failure::InviteEnded(InviteEnd::Used),
            Failure::InviteEnded(InviteEnd::Expired),
            Failure::InviteEnded(InviteEnd::Unknown),
            Failure::RoomFull,
            Failure::NotLetIn,
            Failure::RoomLocked,
            Failure::Removed,
            Failure::Banned(None),
            Failure::KeyReplaced,
            Failure::Banned(Some(1_795_000_000_000)),
            Failure::KeyChanged(at.clone()),
            Failure::OtherRoom(at),
            Failure::Lost,
            Failure::WentSilent,
            Failure::RoomClosed,
            Failure::TooSlow,
            Failure::Replaced,
            Failure::Protocol("frame 7".into()),
            Failure::PortTaken { port: 7666, next: Some(7667) },
            Failure::PortTaken { port: 7666, next: None },
            Failure::PortForbidden(80),
            Failure::NoSuchAddress([10, 0, 0, 9].into()),
            Failure::Storage("disk full".into()),
            Failure::ReadOnly("/media/stick/hallway-data".into()),
            Failure::Unreadable { file: "/home/ana/rooms/ab.db".into(), said: "the file is damaged".into() },
            Failure::ProfileInUse,
            Failure::AlreadyOpen,
            Failure::TooManyRooms,
            Failure::UnknownRoom,
            Failure::Other("not today".into()),
        ]
    }

    /// Words that mean nothing to the person who reads them, and marks that shout.
    pub(in super::super) fn assert_plain(sentence: &str) {
        let lower = sentence.to_lowercase();
        for word in ["socket", "tls", "handshake", "peer", "tcp", "certificate", "protocol", "error", "!"] {
            assert!(!lower.contains(word), "{word:?} in {sentence:?}");
        }
    }

    #[test]
    fn every_failure_has_a_sentence_of_its_own() {
        let all = every_failure();
        let sentences: HashSet<String> = all.iter().map(sentence).collect();
        assert_eq!(sentences.len(), all.len());
        assert!(!sentences.contains("Something went wrong. Try again"));
        for sentence in &sentences {
            assert_plain(sentence);
        }
    }

    #[test]
    fn a_wait_is_told_anew_exactly_when_its_words_change() {
        for ms in 1..200_000 {
            let (now, change) = (duration(ms), says_so_for(ms));
            assert!(change >= 1);
            assert_eq!(duration(ms - (change - 1)), now, "{ms}");
            assert!(ms == change || ms <= 2_000 || duration(ms - change) != now, "{ms}");
        }
    }

    #[test]
    fn a_failure_to_connect_tells_where_and_comes_last() {
        let at: Address = "192.168.1.23:7666".parse().unwrap();
        let text = sentence(&Failure::TimedOut(at));
        assert!(text.ends_with("192.168.1.23, port 7666"), "{text}");
    }

    #[test]
    fn a_room_that_is_not_who_it_was_has_no_way_on() {
        for failure in every_failure().iter().filter(|f| is_hard_stop(f)) {
            assert_eq!(step(failure), None);
        }
        assert!(every_failure().iter().any(is_hard_stop));
    }
}
