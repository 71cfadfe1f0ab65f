//! Notifications, and the icon near the clock.

use crate::platform::TrayWords;

/// Said once, when the window is closed and the program goes on.
pub const RUNNING: &str = "Hallway keeps running";
/// Under it.
pub const RUNNING_HINT: &str = "Your rooms stay open. Start Hallway again to get the window back";
/// The same, told when the window is back.
pub const RUNNING_BEFORE: &str =
    "Hallway kept running while its window was closed, as chosen in the settings";
/// The window was closed, and the desktop left it where it was.
pub const STAYS: &str = "This desktop does not put windows away. Closing this one again quits Hallway";
/// What stands at the icon near the clock.
pub const TRAY: TrayWords = TrayWords {
    name: "Hallway",
    unread: "Hallway: unread messages",
    open: "Open Hallway",
    do_not_disturb: super::settings::DO_NOT_DISTURB,
    quit: super::keyboard::QUIT,
};

/// Somebody wrote something that is not told.
pub fn wrote(name: &str, room: &str) -> String {
    format!("{name} wrote in {room}")
}

/// Somebody said what stands below.
pub fn said(name: &str, room: &str) -> String {
    format!("{name} in {room}")
}

/// Several lines at once.
pub fn count(count: u64, room: &str) -> String {
    format!("{count} new messages in {room}")
}

/// The last of several lines.
pub fn line(name: &str, text: &str) -> String {
    format!("{name}: {text}")
}

/// No notification can be shown here, in the system's words.
pub fn not_shown(words: &str) -> String {
    format!("This computer shows no notifications: {words}")
}

/// The program could not be made to start with the computer, in the system's words.
pub fn not_started(words: &str) -> String {
    format!("Starting with the computer could not be changed. {words}")
}
