//! Starting the window with one renderer, and with the other where that one cannot: the person sees a window or
//! one sentence, never a panic.
//!
//! One process opens one window, so the second try is this program started again; it is told what failed, tries
//! the other renderer and nothing after it, so it cannot go round in circles.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;

use rfd::{MessageDialog, MessageLevel};

use super::text::start as words;
use super::window::{self, Fault, Opening};
use crate::platform;
use crate::session;
use crate::types::{Renderer, Where};

/// The longest reason that is handed on to the second try, in characters: system libraries can be talkative.
const REASON: usize = 1_000;

/// How the window is to be opened.
#[derive(Debug, Clone)]
pub struct Start {
    /// The profile folder.
    pub data_dir: PathBuf,
    /// Where to go at once.
    pub place: Option<Where>,
    /// Do not show it.
    pub hidden: bool,
    /// Draw it with this and nothing else.
    pub renderer: Option<Renderer>,
    /// The start before this one could not use this renderer, for this reason.
    pub failed: Option<(Renderer, String)>,
}

/// What to try, and what after it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Plan {
    /// This one; then the other, if there is one that may be tried; remembered if so.
    Try { renderer: Renderer, then: bool, remember: bool },
    /// Nothing can be tried.
    Give(String),
}

/// Why there is no window any more.
enum Trouble {
    /// There is nothing to open one on.
    NoDisplay(String),
    /// There never was one: the renderer could not start.
    NoWindow(String),
    /// The renderer did its part; another one would fare no better.
    Later(String),
    /// Nobody saw the window, and there is nothing that it could do.
    Unusable(String),
}

/// Opens the window and stays until it is closed, or says in one sentence why there is none.
pub fn run(start: Start) -> ExitCode {
    let (place, before) = session::window_before(&start.data_dir);
    let hidden = start.hidden;
    let (renderer, then, remember) = match plan(&start, before, platform::window_obstacle) {
        Plan::Try { renderer, then, remember } => (renderer, then, remember),
        Plan::Give(reason) => return give_up(&reason, hidden),
    };
    let Start { data_dir, place: wanted, failed, .. } = start;
    let opening = Opening { data_dir, wanted, place, hidden, renderer, remember };
    let reason = match open(opening) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Trouble::NoDisplay(reason)) => return give_up(&words::no_display(&reason), hidden),
        Err(Trouble::Unusable(reason)) => return give_up(&reason, hidden),
        Err(Trouble::Later(reason)) => return give_up(&words::ended(&reason), hidden),
        Err(Trouble::NoWindow(reason)) => reason,
    };
    let reasons = match failed {
        Some((other, before)) => words::neither((other, &before), (renderer, &reason)),
        None => words::cannot(renderer, &reason),
    };
    if !then {
        return give_up(&reasons, hidden);
    }
    match platform::again::start(once_more(renderer, &reason)) {
        Ok(status) => status,
        Err(error) => {
            give_up(&words::neither((renderer, &reason), (renderer.other(), &error.to_string())), hidden)
        }
    }
}

/// Which renderer to try: the one that was asked for; or else the other one than the one that failed; or else the
/// one that drew the window last. What lacks a library here is not tried.
fn plan(start: &Start, before: Option<Renderer>, obstacle: impl Fn(Renderer) -> Option<String>) -> Plan {
    if let Some(renderer) = start.renderer {
        let remember = renderer == Renderer::FIRST;
        return obstacle(renderer).map_or(Plan::Try { renderer, then: false, remember }, Plan::Give);
    }
    if let Some((failed, _)) = &start.failed {
        return Plan::Try { renderer: failed.other(), then: false, remember: true };
    }
    let first = before.unwrap_or(Renderer::FIRST);
    match (obstacle(first), obstacle(first.other())) {
        (None, other) => Plan::Try { renderer: first, then: other.is_none(), remember: false },
        (Some(_), None) => Plan::Try { renderer: first.other(), then: false, remember: false },
        (Some(_), Some(other)) => Plan::Give(obstacle(Renderer::FIRST).unwrap_or(other)),
    }
}

/// Opens the window and stays until it is closed. A panic of the window's library before there is one becomes an
/// error; one after that is a fault of the running program and stays one.
fn open(opening: Opening) -> Result<(), Trouble> {
    let (opened, is_open) = std::sync::mpsc::sync_channel(1);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let on_open = move || {
        let _rest = opened.try_send(());
        panic::set_hook(usual);
    };
    let result = panic::catch_unwind(AssertUnwindSafe(|| window::open(opening, on_open)));
    let is_open = is_open.try_recv().is_ok();
    match result {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Fault::Profile(reason))) => Err(Trouble::Unusable(reason)),
        Ok(Err(Fault::Display(reason) | Fault::Renderer(reason))) if is_open => Err(Trouble::Later(reason)),
        Ok(Err(Fault::Display(reason))) => Err(Trouble::NoDisplay(reason)),
        Ok(Err(Fault::Renderer(reason))) => Err(Trouble::NoWindow(reason)),
        Err(panicked) if is_open => panic::resume_unwind(panicked),
        Err(panicked) => Err(Trouble::NoWindow(said(panicked.as_ref()))),
    }
}

fn said(panicked: &(dyn std::any::Any + Send)) -> String {
    let text = panicked.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panicked.downcast_ref::<&str>().copied()).unwrap_or(words::NO_REASON).to_owned()
}

/// The arguments of the second try: those of this one, and what failed.
fn once_more(failed: Renderer, reason: &str) -> Vec<OsString> {
    // A null cannot be handed on to a program.
    let reason: String = reason.chars().filter(|c| !c.is_control()).take(REASON).collect();
    let marker = format!("--renderer-failed={}={reason}", failed.word());
    std::iter::once(marker.into()).chain(std::env::args_os().skip(1)).collect()
}

/// Says the sentence where it is read: on the terminal, or in a dialog for whoever started by a double-click.
fn give_up(reason: &str, hidden: bool) -> ExitCode {
    let mut terminal = io::stderr();
    let _closed = writeln!(terminal, "hallway: {reason}");
    if !terminal.is_terminal() && !hidden && platform::can_show_dialogs() {
        let dialog = MessageDialog::new().set_level(MessageLevel::Error);
        dialog.set_title(words::TITLE).set_description(reason).show();
    }
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use Renderer::{Glow, Wgpu};

    fn start() -> Start {
        Start { data_dir: PathBuf::new(), place: None, hidden: false, renderer: None, failed: None }
    }

    fn lacks(lacking: &'static [Renderer]) -> impl Fn(Renderer) -> Option<String> {
        move |renderer| lacking.contains(&renderer).then(|| format!("no {}", renderer.word()))
    }

    #[test]
    fn the_first_renderer_is_tried_and_then_the_other_unless_one_is_remembered() {
        let plan = |before| plan(&start(), before, lacks(&[]));
        assert_eq!(plan(None), Plan::Try { renderer: Glow, then: true, remember: false });
        assert_eq!(plan(Some(Wgpu)), Plan::Try { renderer: Wgpu, then: true, remember: false });
    }

    #[test]
    fn a_renderer_that_was_asked_for_is_tried_alone() {
        for (renderer, remember) in [(Glow, true), (Wgpu, false)] {
            let start = Start { renderer: Some(renderer), ..start() };
            let tried = Plan::Try { renderer, then: false, remember };
            assert_eq!(plan(&start, Some(renderer.other()), lacks(&[])), tried);
        }
        let wgpu = Start { renderer: Some(Wgpu), ..start() };
        assert_eq!(plan(&wgpu, None, lacks(&[Wgpu])), Plan::Give("no wgpu".to_owned()));
    }

    #[test]
    fn the_second_try_is_the_last_and_remembered() {
        let start = Start { failed: Some((Glow, "no driver".to_owned())), ..start() };
        assert_eq!(plan(&start, None, lacks(&[])), Plan::Try { renderer: Wgpu, then: false, remember: true });
    }

    #[test]
    fn what_lacks_a_library_is_not_tried_and_is_named_only_where_nothing_else_can_draw() {
        let plan = |lacking| plan(&start(), None, lacks(lacking));
        assert_eq!(plan(&[Glow]), Plan::Try { renderer: Wgpu, then: false, remember: false });
        assert_eq!(plan(&[Wgpu]), Plan::Try { renderer: Glow, then: false, remember: false });
        assert_eq!(plan(&[Glow, Wgpu]), Plan::Give("no glow".to_owned()));
    }

    #[test]
    fn a_reason_is_handed_on_in_one_short_line() {
        let marker = once_more(Glow, &format!("a\0b\n{}", "c".repeat(2 * REASON))).remove(0);
        let marker = marker.into_string().unwrap();
        assert!(marker.starts_with("--renderer-failed=glow=abc") && marker.len() < REASON + 40, "{marker}");
    }
}
