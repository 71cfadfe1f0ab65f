//! The settings screen.

use crate::types::Theme;

/// Its title.
pub const TITLE: &str = "Settings";
/// A part.
pub const YOU: &str = "You";
/// A field.
pub const NICK: &str = "Your name";
/// Under it.
pub const NICK_HINT: &str = "What new rooms call you. In each room you can go by another one";
/// A part.
pub const LOOKS: &str = "Looks";
/// A choice.
pub const THEME: &str = "Colours";
/// A slider.
pub const TEXT_SIZE: &str = "Text size";
/// Makes text smaller.
pub const SMALLER: &str = "Smaller text";
/// Makes text larger.
pub const LARGER: &str = "Larger text";
/// A switch.
pub const SOUNDS: &str = "Play a sound for a message while Hallway is not in front";
/// A part.
pub const NOTIFICATIONS: &str = "Notifications";
/// A switch.
pub const NOTIFY: &str = "Show what is said while Hallway is not in front";
/// A switch.
pub const HIDE_TEXT: &str = "Show only who wrote, not what";
/// A switch, also in the menu of the icon near the clock.
pub const DO_NOT_DISTURB: &str = "Do not disturb";
/// Under it.
pub const DO_NOT_DISTURB_HINT: &str = "No notifications and no sounds until you switch it off";
/// A part.
pub const CLOSED: &str = "When Hallway is closed";
/// A switch.
pub const KEEP_RUNNING: &str = "Keep running when the window is closed";
/// A switch.
pub const AUTOSTART: &str = "Start with the computer, hidden";
/// Under it.
pub const AUTOSTART_HINT: &str = "The rooms that were open when Hallway ended come back";
/// A part.
pub const MEMORY: &str = "What Hallway remembers";
/// A switch.
pub const ROOMS: &str = "The rooms I was in, and where they are";
/// A switch.
pub const DRAFTS: &str = "What I typed and did not send";
/// Under the part.
pub const MEMORY_HINT: &str = "All of it stays on this computer, in files that only you can open";
/// A part.
pub const NETWORK: &str = "Network";
/// A button.
pub const FIREWALL: &str = "Nobody can join?";
/// A button.
pub const KEYBOARD: &str = "Keyboard shortcuts";

/// A theme's name.
pub fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "Like the system",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

/// The size of text, in points.
pub fn points(size: u8) -> String {
    format!("{size} points")
}

/// Under the switch that keeps the program running, with the keys that end it.
pub fn keep_running_hint(keys: &str) -> String {
    format!(
        "Your rooms stay open. Start Hallway again to get the window back, or use its icon near the clock where \
         there is one. {keys} ends it"
    )
}
