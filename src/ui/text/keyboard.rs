//! The list of shortcuts.

/// Its title.
pub const TITLE: &str = "Keyboard shortcuts";
/// What a shortcut does.
pub const GO_TO: &str = "Go to a room or an action";
/// What a shortcut does.
pub const HOST: &str = "Host a room";
/// What a shortcut does.
pub const JOIN: &str = "Join a room";
/// What a shortcut does.
pub const FIND: &str = "Find in this room";
/// What a shortcut does.
pub const FIND_ALL: &str = "Find in all rooms";
/// What a shortcut does.
pub const PREVIOUS: &str = "Previous room";
/// What a shortcut does.
pub const NEXT: &str = "Next room";
/// What a shortcut does.
pub const SETTINGS: &str = "Settings";
/// What a shortcut does.
pub const LIST: &str = "This list";
/// What a shortcut does.
pub const LARGER: &str = "Larger text";
/// What a shortcut does.
pub const SMALLER: &str = "Smaller text";
/// What a shortcut does.
pub const QUIT: &str = "Quit Hallway";
/// What a shortcut does.
pub const SEND: &str = "Send the message";
/// What a shortcut does.
pub const BREAK: &str = "Begin a new line";
/// What a shortcut does.
pub const OUT: &str = "Close what is open, or go back";
/// What a shortcut does.
pub const PANES: &str = "Next and previous control";
/// What a shortcut does.
pub const FIRST: &str = "First line of the room";
/// What a shortcut does.
pub const NEWEST: &str = "Newest line of the room";
/// The key.
pub const ENTER: &str = "Enter";
/// The keys.
pub const SHIFT_ENTER: &str = "Shift+Enter";
/// The key.
pub const ESCAPE: &str = "Esc";
/// The keys.
pub const TAB: &str = "Tab, Shift+Tab";
