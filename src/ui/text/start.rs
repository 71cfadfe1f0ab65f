//! Words for a window that cannot open.

use crate::types::Renderer;

/// The title of the dialog.
pub const TITLE: &str = "Hallway cannot open its window";
/// Where a library gave up without a word.
pub const NO_REASON: &str = "no reason was given";

/// One renderer was tried.
pub fn cannot(renderer: Renderer, reason: &str) -> String {
    format!("The window cannot be drawn with {}: {}", renderer.word(), trimmed(reason))
}

/// There was a window, and it ended by itself.
pub fn ended(reason: &str) -> String {
    format!("The window ended: {}", trimmed(reason))
}

/// Both were tried.
pub fn neither(first: (Renderer, &str), second: (Renderer, &str)) -> String {
    format!(
        "The window cannot be drawn, neither with {} ({}) nor with {} ({}); update the graphics driver, or use \
         `hallway host` or `hallway join`, which need no window",
        first.0.word(),
        trimmed(first.1),
        second.0.word(),
        trimmed(second.1)
    )
}

/// On one line, without the full stop at its end.
fn trimmed(reason: &str) -> String {
    let words: Vec<&str> = reason.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}
