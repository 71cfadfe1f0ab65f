//! Words for a window that cannot open. Whoever reads them has double-clicked: what to do comes first, and what the
//! libraries said last.

use crate::types::Renderer;

/// The title of the dialog.
pub const TITLE: &str = "Hallway";
/// Where a library gave up without a word.
pub const NO_REASON: &str = "no reason was given";
/// The window of somebody else has the folder.
pub const ELSEWHERE: &str = "Hallway is already open with this folder, by somebody else or on another computer. End it \
                             there, or start Hallway with another folder (--data-dir)";
/// What needs no window.
const WITHOUT: &str = "use `hallway host` or `hallway join` in a terminal, which need none";

/// Nothing that was tried could draw the window: what, and what each said.
pub fn cannot(tried: &[(Renderer, &str)]) -> String {
    let reasons: Vec<String> =
        tried.iter().map(|(renderer, reason)| format!("{} ({})", renderer.word(), trimmed(reason))).collect();
    let way_on = match tried {
        [(only, _)] => format!("Try `hallway --renderer {}`", only.other().word()),
        _ => "Update the driver of the graphics card".to_owned(),
    };
    format!(
        "Hallway cannot draw its window on this computer. {way_on}, or {WITHOUT}. The technical reason: {}",
        reasons.join(", ")
    )
}

/// There is nothing to open a window on.
pub fn no_display(reason: &str) -> String {
    format!(
        "There is no screen here that Hallway could open its window on; {WITHOUT}. The technical reason: {}",
        trimmed(reason)
    )
}

/// There was a window, and it ended by itself.
pub fn ended(reason: &str) -> String {
    format!(
        "Hallway's window ended by a fault; start Hallway again. The technical reason: {}",
        trimmed(reason)
    )
}

/// What the window was on is gone: the desktop ended, or broke the connection.
pub fn cut_off(reason: &str) -> String {
    format!("the desktop no longer answers ({})", trimmed(reason))
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
    fn where_nothing_can_draw_plain_words_come_first_and_every_reason_last() {
        let said = cannot(&[(Renderer::Glow, "no GL."), (Renderer::Wgpu, "no adapter")]);
        let (plain, technical) = said.split_once("technical reason").unwrap();
        assert_eq!(technical, ": glow (no GL), wgpu (no adapter)");
        assert!(plain.contains("driver") && !plain.contains("glow"), "{plain}");
    }

    #[test]
    fn where_one_was_tried_the_other_is_named_as_the_way_on() {
        let said = cannot(&[(Renderer::Wgpu, "no adapter.\n")]);
        assert!(said.contains("wgpu (no adapter)") && said.contains("--renderer glow"), "{said}");
    }
}
