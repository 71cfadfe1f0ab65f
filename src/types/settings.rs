//! What the person chose, and where they have been. Plain data; `store` keeps it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ids::{MemberKey, RoomId};
use super::limits::{CAPACITY, DEFAULT_PORT, IGNORED};
use super::message::{Content, Message};
use super::names::{Nickname, RoomName};
use super::place::Address;
use super::retention::Retention;
use super::succession::Succession;

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Follow the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What draws the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Renderer {
    /// OpenGL.
    Glow,
    /// Vulkan, Metal or Direct3D, whichever is there.
    Wgpu,
}

impl Renderer {
    /// What is tried first where nothing is remembered: the smaller and the quicker one.
    pub const FIRST: Self = Self::Glow;

    /// The one to try when this one cannot start.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Glow => Self::Wgpu,
            Self::Wgpu => Self::Glow,
        }
    }

    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Glow => "glow",
            Self::Wgpu => "wgpu",
        }
    }
}

impl FromStr for Renderer {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let renderer = [Self::Glow, Self::Wgpu].into_iter().find(|renderer| renderer.word() == word);
        renderer.ok_or_else(|| "there are glow (OpenGL) and wgpu (Vulkan, Metal or Direct3D)".to_owned())
    }
}

/// Where the window was, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WindowPlace {
    /// Left edge; none where the system does not tell (Wayland).
    pub x: Option<f32>,
    /// Top edge.
    pub y: Option<f32>,
    /// Inner width.
    pub width: f32,
    /// Inner height.
    pub height: f32,
    /// It filled the screen.
    #[serde(default)]
    pub maximized: bool,
}

/// Somebody whom I ignore, in every room: by their key, which is theirs whatever they are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// Their key.
    pub key: MemberKey,
    /// What they were called when I began to.
    pub name: Nickname,
}

/// Everything on the settings screen, and what the window remembers by itself.
///
/// Every field has a default, so that an older or a hand-written file is read as far as it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What I was called last; none until I chose.
    pub nickname: Option<Nickname>,
    /// Colours.
    pub theme: Theme,
    /// Size of body text in points, 11 to 24.
    pub text_size: u8,
    /// A sound for a message while the window is not in front.
    pub sounds: bool,
    /// Remember the rooms I was in, and where they are.
    pub remember_rooms: bool,
    /// Remember what I typed and did not send.
    pub remember_drafts: bool,
    /// How long what was said is kept here, in rooms for which nothing else was chosen.
    pub keep_history: Retention,
    /// The program goes on when its window is closed.
    pub keep_running: bool,
    /// It was said once that the program goes on.
    pub told_running: bool,
    /// Tell what is said while the window is not in front by the system's notifications.
    pub notifications: bool,
    /// Neither notifications nor sounds, for now.
    pub do_not_disturb: bool,
    /// Notifications say who said something and not what.
    pub hide_text: bool,
    /// The member list is unfolded.
    pub show_members: bool,
    /// The port to offer for the next room.
    pub port: u16,
    /// How many may come in, to offer for the next room.
    pub capacity: usize,
    /// The firewall hint opened by itself once.
    pub firewall_hint_shown: bool,
    /// Whom I ignore, at most [`super::limits::IGNORED`]. Nobody else hears of it.
    pub ignored: Vec<Ignored>,
    /// What drew the window last, where that was not what is tried first.
    pub renderer: Option<Renderer>,
    /// Size and place of the window.
    pub window: Option<WindowPlace>,
}

impl Settings {
    /// Whether I ignore this one.
    pub fn ignores(&self, key: &MemberKey) -> bool {
        self.ignored.iter().any(|ignored| ignored.key == *key)
    }

    /// Ignores somebody, or no longer; false where as many are ignored as may be.
    pub fn ignore(&mut self, whom: Ignored, on: bool) -> bool {
        self.ignored.retain(|ignored| ignored.key != whom.key);
        let may = self.ignored.len() < IGNORED;
        if on && may {
            self.ignored.push(whom);
        }
        may || !on
    }

    /// Ignores whoever goes on for somebody whom I ignore, as the room says in what is new; true where there is one. What is
    /// read again is no news: whom I hear again since stays so.
    pub fn ignore_successors(&mut self, new: &[Message]) -> bool {
        let mut any = false;
        for message in new {
            let before = self.ignored.iter().find(|ignored| message.author.key() == Some(ignored.key));
            if let (Some(before), Content::Succeeded(Succession { to, .. })) = (before, &message.content) {
                let name = before.name.clone();
                any |= !self.ignores(to) && self.ignore(Ignored { key: *to, name }, true);
            }
        }
        any
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nickname: None,
            theme: Theme::System,
            text_size: 14,
            sounds: true,
            remember_rooms: true,
            remember_drafts: true,
            keep_history: Retention::Everything,
            keep_running: false,
            told_running: false,
            notifications: true,
            do_not_disturb: false,
            hide_text: false,
            show_members: true,
            port: DEFAULT_PORT,
            capacity: CAPACITY,
            firewall_hint_shown: false,
            ignored: Vec::new(),
            renderer: None,
            window: None,
        }
    }
}

/// A room that I was in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentRoom {
    /// Which room.
    pub room_id: RoomId,
    /// What it is called.
    pub name: RoomName,
    /// Whether I host it: going back opens it again.
    pub hosted: bool,
    /// Where it answered last, best first. For a room that I host, what I told people.
    pub addresses: Vec<Address>,
    /// The port that I hosted it on.
    pub port: u16,
    /// When I was there last, milliseconds since 1970 UTC.
    pub last_ms: i64,
    /// What I am called there.
    pub nickname: Nickname,
    /// It was joined by an invite, so its key is proven and not only remembered.
    #[serde(default)]
    pub verified: bool,
    /// How many may come in, for a room that I host.
    #[serde(default)]
    pub capacity: Option<usize>,
    /// A plain-text room: no Hallway answers there.
    #[serde(default)]
    pub plain: bool,
    /// It is open, or was when Hallway ended.
    #[serde(default)]
    pub open: bool,
}

#[cfg(test)]
mod tests {
    use super::super::{Author, MemberId, OpId, Seq, Signature};
    use super::*;

    #[test]
    fn as_many_are_ignored_as_the_limit_and_no_more_and_nobody_twice() {
        let whom = |n: usize| {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&n.to_be_bytes());
            Ignored { key: MemberKey(key), name: Nickname::new("Bo").unwrap() }
        };
        let mut settings = Settings::default();
        assert!((0..IGNORED).all(|n| settings.ignore(whom(n), true)));
        assert!(settings.ignore(whom(3), true), "again");
        assert_eq!(settings.ignored.len(), IGNORED);
        assert!(!settings.ignore(whom(IGNORED), true));
        assert!(settings.ignore(whom(3), false) && !settings.ignores(&whom(3).key));
        assert!(settings.ignore(whom(IGNORED), true) && settings.ignores(&whom(IGNORED).key));
    }

    #[test]
    fn whoever_goes_on_with_another_key_is_ignored_by_that_one_too() {
        let (bo, cy, next) = (MemberKey([2; 32]), MemberKey([3; 32]), MemberKey([4; 32]));
        let goes_on = |author| Message {
            seq: Seq(1),
            prev: Seq(0),
            id: OpId([1; 16]),
            author: Author::Member(author),
            member: MemberId(2),
            name: Nickname::new("Bo").unwrap(),
            at_ms: 0,
            content: Content::Succeeded(Succession { to: next, proof: Signature([0; 64]) }),
        };
        let mut settings = Settings::default();
        settings.ignore(Ignored { key: bo, name: Nickname::new("Bo").unwrap() }, true);
        assert!(!settings.ignore_successors(&[goes_on(cy)]) && !settings.ignores(&next));
        assert!(settings.ignore_successors(&[goes_on(bo)]));
        assert!(settings.ignores(&next) && settings.ignores(&bo));
        assert!(!settings.ignore_successors(&[goes_on(bo)]), "once");
    }
}
