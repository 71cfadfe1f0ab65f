//! Going somewhere by name.

/// The dialog's title, and what a shortcut does.
pub const TITLE: &str = "Go to";
/// The field.
pub const FIELD: &str = "Room or action";
/// Nothing fits what was typed.
pub const NOTHING: &str = "No room and no action is called that";
/// A place to go to.
pub const HOME: &str = "All rooms";

/// An action that is about one room.
pub fn in_room(action: &str, room: &str) -> String {
    format!("{action} in {room}")
}
