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
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::text::start as words;
use super::window::{self, Fault, Opening};
use crate::platform;
use crate::session;
use crate::types::{InviteText, Renderer};

/// The longest reason that is handed on to the second try, in characters: system libraries can be talkative.
const REASON: usize = 1_000;

/// How the window is to be opened.
#[derive(Debug, Clone)]
pub struct Start {
    /// The profile folder.
    pub data_dir: PathBuf,
    /// What to open it on.
    pub link: Option<InviteText>,
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
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// There is nothing to open one on.
    NoDisplay(String),
    /// There never was one: the renderer could not start.
    NoWindow(String),
    /// The renderer did its part; another one would fare no better.
    Ended(String),
    /// There was one until the renderer, or we, failed.
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
    let Start { data_dir, link: wanted, failed, .. } = start;
    let profile = data_dir.clone();
    let opening = Opening { data_dir, wanted, place, hidden, renderer, remember };
    let reason = match watched(|on_open| window::open(opening, on_open)) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Trouble::NoDisplay(reason)) => return give_up(&words::no_display(&reason), hidden),
        Err(Trouble::Unusable(reason)) => return give_up(&reason, hidden),
        Err(Trouble::Ended(reason)) => return give_up(&words::ended(&reason), false),
        // Also after a hidden start: rooms were open, and are not any more.
        Err(Trouble::Later(reason)) => {
            session::forget_renderer(&profile);
            return give_up(&words::ended(&reason), false);
        }
        Err(Trouble::NoWindow(reason)) => reason,
    };
    if !then {
        let before = failed.as_ref().map(|(other, before)| (*other, before.as_str()));
        let tried: Vec<_> = before.into_iter().chain([(renderer, reason.as_str())]).collect();
        return give_up(&words::cannot(&tried), hidden);
    }
    platform::again::start(once_more(renderer, &reason)).unwrap_or_else(|error| {
        give_up(&words::cannot(&[(renderer, &reason), (renderer.other(), &error.to_string())]), hidden)
    })
}

/// Says that the profile's window is open where this person does not see it.
pub fn give_way(hidden: bool) -> ExitCode {
    give_up(words::ELSEWHERE, hidden)
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

/// Runs the window, which says when it is open. A panic becomes an error: before that it is one of the window's library,
/// later a fault of the running program, which has no console to say it on after a double-click.
fn watched(window: impl FnOnce(Box<dyn FnOnce()>) -> Result<(), Fault>) -> Result<(), Trouble> {
    let open = Arc::new(AtomicBool::new(false));
    let (usual, loud) = (panic::take_hook(), Arc::clone(&open));
    panic::set_hook(Box::new(move |panicked| {
        if loud.load(Ordering::Relaxed) {
            usual(panicked);
        }
    }));
    let opened = Arc::clone(&open);
    let on_open = Box::new(move || opened.store(true, Ordering::Relaxed));
    let result = panic::catch_unwind(AssertUnwindSafe(|| window(on_open)));
    let was_open = open.swap(true, Ordering::Relaxed);
    match result {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Fault::Profile(reason))) => Err(Trouble::Unusable(reason)),
        Ok(Err(Fault::Display(reason))) if was_open => Err(Trouble::Ended(words::cut_off(&reason))),
        Ok(Err(Fault::Renderer(reason))) if was_open => Err(Trouble::Later(reason)),
        Ok(Err(Fault::Background(reason))) => Err(Trouble::Ended(reason)),
        Ok(Err(Fault::Display(reason))) => Err(Trouble::NoDisplay(reason)),
        Ok(Err(Fault::Renderer(reason))) => Err(Trouble::NoWindow(reason)),
        Err(panicked) if was_open => Err(Trouble::Later(said(panicked.as_ref()))),
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
    if !terminal.is_terminal() && !hidden {
        platform::message::show(words::TITLE, reason);
    }
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use Renderer::{Glow, Wgpu};

    fn start() -> Start {
        Start { data_dir: PathBuf::new(), link: None, hidden: false, renderer: None, failed: None }
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
    fn what_fails_before_the_window_is_open_is_tried_again_and_what_fails_later_is_told() {
        let renderer = || Err(Fault::Renderer("lost".to_owned()));
        assert_eq!(watched(|_| renderer()), Err(Trouble::NoWindow("lost".to_owned())));
        assert_eq!(watched(|_| panic!("no library")), Err(Trouble::NoWindow("no library".to_owned())));
        let later = |end: fn() -> Result<(), Fault>| {
            watched(move |on_open| {
                on_open();
                end()
            })
        };
        assert_eq!(later(|| Ok(())), Ok(()));
        // The renderer is not to blame for a desktop that ended.
        let gone = later(|| Err(Fault::Display("broken pipe".to_owned())));
        assert_eq!(gone, Err(Trouble::Ended(words::cut_off("broken pipe"))));
        assert_eq!(later(|| Err(Fault::Renderer("lost".to_owned()))), Err(Trouble::Later("lost".to_owned())));
        assert_eq!(later(|| panic!("no {}", 1)), Err(Trouble::Later("no 1".to_owned())));
    }

    #[test]
    fn a_reason_is_handed_on_in_one_short_line() {
        let marker = once_more(Glow, &format!("a\0b\n{}", "c".repeat(2 * REASON))).remove(0);
        let marker = marker.into_string().unwrap();
        assert!(marker.starts_with("--renderer-failed=glow=abc") && marker.len() < REASON + 40, "{marker}");
    }
}
