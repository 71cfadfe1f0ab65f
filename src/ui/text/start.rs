//! Words for a window that cannot open.

use crate::types::Renderer;

/// The title of the dialog.
pub const TITLE: &str = "Hallway cannot open its window";
/// Where a library gave up without a word.
pub const NO_REASON: &str = "no reason was given";

/// One renderer was tried.
pub fn cannot(renderer: Renderer, reason: &str) -> String {
    format!(
        "The window cannot be drawn with {} ({}); try `hallway --renderer {}`, or use `hallway host` or `hallway join`, \
         which need no window",
        renderer.word(),
        trimmed(reason),
        renderer.other().word()
    )
}

/// There is nothing to open a window on.
pub fn no_display(reason: &str) -> String {
    format!(
        "No window can be opened here: {}; without one, use `hallway host` or `hallway join`",
        trimmed(reason)
    )
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

/// On one line, without the full stop at its end, and without the place in a library's source that some begin with.
fn trimmed(reason: &str) -> String {
    let behind = reason.rsplit_once(".rs:").and_then(|(_, rest)| rest.split_once(": "));
    let reason = behind.map_or(reason, |(_, reason)| reason);
    let words: Vec<&str> = reason.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_without_the_place_in_a_librarys_source() {
        let os = "winit EventLoopError: os error at /home/a/winit/linux/mod.rs:788: No X server.";
        assert_eq!(trimmed(os), "No X server");
        assert_eq!(trimmed("glutin error:\n [a7] bad config\n"), "glutin error: [a7] bad config");
        assert_eq!(trimmed("stopped in main.rs:"), "stopped in main.rs:");
    }

    #[test]
    fn where_one_failed_the_other_is_named_as_the_way_on() {
        let said = cannot(Renderer::Wgpu, "no adapter.\n");
        assert!(said.contains("wgpu (no adapter)") && said.contains("--renderer glow"), "{said}");
    }

    #[test]
    fn where_both_failed_both_reasons_are_named() {
        let said = neither((Renderer::Glow, "no GL."), (Renderer::Wgpu, "no adapter"));
        assert!(said.contains("glow (no GL)") && said.contains("wgpu (no adapter)"), "{said}");
    }
}
