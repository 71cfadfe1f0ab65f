//! Looking for something that was said.

use crate::types::{FindOrder, QueryError};

/// The pane's title, and what a button and a shortcut do.
pub const HERE: &str = "Find in this room";
/// The pane's title, and what a shortcut does.
pub const EVERYWHERE: &str = "Find in all rooms";
/// The field.
pub const FIELD: &str = "Words or a \u{201c}phrase\u{201d}";
/// In the field.
pub const EXAMPLE: &str = "noodle place from:Bo";
/// Under it, as long as nothing is typed.
pub const HELP: &str = "from:Bo, in:Lunch, after:2026-11-01 and before:2026-12-01 narrow it down";
/// A button.
pub const CLOSE: &str = "Close";
/// Under the last line, a button.
pub const MORE: &str = "Show more";
/// As many lines as are shown at once.
pub const ENOUGH: &str = "That is a lot. Another word finds less";
/// Nothing was found.
pub const NOTHING: &str = "Nothing was found. Fewer letters or another word may find more";
/// While it is being looked for.
pub const LOOKING: &str = "Looking \u{2026}";
/// Switches to where everything is.
pub const TO_EVERYWHERE: &str = "All rooms";
/// Switches to one room.
pub const TO_HERE: &str = "This room";
/// The room of a found line is in no list any more.
pub const NOT_LISTED: &str = "This room is not in your list any more. Join it once, then look again";
/// The dialog's title, and an entry of the menu.
pub const DAY: &str = "Go to a day";
/// Its field.
pub const DAY_FIELD: &str = "Day";
/// Its button.
pub const GO: &str = "Go";
/// What is typed there is no day.
pub const NO_DAY: &str = "Write the day as 2026-11-23";

/// What comes first.
pub fn order(order: FindOrder) -> &'static str {
    match order {
        FindOrder::Newest => "Newest first",
        FindOrder::Best => "Best first",
    }
}

/// Why nothing is looked for.
pub fn problem(problem: &QueryError) -> String {
    match problem {
        QueryError::Empty => String::new(),
        QueryError::TooLong => "This is too long to look for. Fewer words find it as well".to_owned(),
        QueryError::NoDay(said) => format!("\u{201c}{said}\u{201d} is no day. Write it as 2026-11-23"),
    }
}
