//! Opening the window: its size and place, its icon, and the background behind it.

mod place;

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use eframe::{Frame, NativeOptions, icon_data};
use egui::{Context, Ui, ViewportBuilder, Visuals};

use super::app::{App, Seams};
use super::model::Action;
use super::text::failures;
use super::tokens::WINDOW_MIN;
use crate::platform::{self, Links};
use crate::session::{self, Session, Setup};
use crate::types::{InviteText, OpId, Renderer, WindowPlace};

/// The name by which desktops know the program: that of its desktop entry.
const APP_ID: &str = "hallway";
/// What the window and the taskbar show.
const ICON: &[u8] = include_bytes!("../../assets/icon/256.png");

/// A window that is about to be opened.
#[derive(Debug)]
pub(super) struct Opening {
    /// The profile folder.
    pub(super) data_dir: PathBuf,
    /// What to open it on.
    pub(super) wanted: Option<InviteText>,
    /// Where the window was before.
    pub(super) place: Option<WindowPlace>,
    /// Do not show it.
    pub(super) hidden: bool,
    /// What draws it.
    pub(super) renderer: Renderer,
    /// Remember what draws it, once it does.
    pub(super) remember: bool,
}

/// Why there is no window, in the words of the window's library.
#[derive(Debug)]
pub(super) enum Fault {
    /// There is nothing to open one on, whatever draws it.
    Display(String),
    /// What was to draw it could not.
    Renderer(String),
    /// The system has nothing left for what stands behind it.
    Background(String),
    /// Nobody saw the window, and its profile cannot be used.
    Profile(String),
}

/// Opens the window and stays until it is closed. `on_open` is called once its first frame is shown.
///
/// # Errors
/// [`Fault`]. The window's library may also panic where a library of its own is missing.
pub(super) fn open(opening: Opening, on_open: impl FnOnce()) -> Result<(), Fault> {
    let Opening { data_dir, wanted, place, hidden, renderer, remember } = opening;
    let (unusable, why_unusable) = sync_channel(1);
    let links = platform::take_links();
    let options = NativeOptions {
        // Hidden, it must not take the keyboard in the moment before it is hidden.
        viewport: viewport(place).with_active(!hidden),
        renderer: match renderer {
            Renderer::Glow => eframe::Renderer::Glow,
            Renderer::Wgpu => eframe::Renderer::Wgpu,
        },
        ..NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let ctx = cc.egui_ctx.clone();
        let renderer = remember.then_some(renderer);
        let profile = session::dir_to_name(&data_dir);
        let setup = Setup { data_dir, window: true, hidden, renderer, link: wanted.clone() };
        let (session, begin) = Session::prepare(setup, move || ctx.request_repaint())?;
        let seams = Seams {
            // A system without randomness has made no keys either, so the zeros are never used.
            new_id: Box::new(|| session::fresh_op_id().unwrap_or(OpId([0; 16]))),
            suggest: Box::new(session::suggest_password),
            wall_ms: Box::new(session::clock::wall_ms),
            zone: session::clock::zone(),
        };
        place::settle(cc, place);
        let mut app = App::new(cc, session, platform::native(profile), seams);
        if let Some(link) = wanted {
            app.act(&cc.egui_ctx, Action::OpenInvite(link));
        }
        let ctx = cc.egui_ctx.clone();
        links.wake_by(move || ctx.request_repaint());
        if hidden {
            // The window's library shows every window after its first frame, and obeys this right behind it.
            app.start_hidden(&cc.egui_ctx, unusable);
        }
        let begun = Box::new(move || {
            on_open();
            begin.begin();
        });
        Ok(Box::new(Shown { app, links, first: First::new(begun) }))
    });
    eframe::run_native(APP_ID, options, create).map_err(|error| match error {
        eframe::Error::WinitEventLoop(error) => Fault::Display(error.to_string()),
        eframe::Error::AppCreation(error) => Fault::Background(error.to_string()),
        other => Fault::Renderer(other.to_string()),
    })?;
    why_unusable.try_recv().map_or(Ok(()), |failure| Err(Fault::Profile(failures::sentence(&failure))))
}

/// The window with its background, which begins once a frame was shown: drivers fail as late as that, and then
/// another renderer is tried as if nothing had been.
struct Shown<'a> {
    app: App,
    links: Links,
    first: First<'a>,
}

impl eframe::App for Shown<'_> {
    fn logic(&mut self, ctx: &Context, frame: &mut Frame) {
        self.first.before(ctx);
        for link in std::iter::from_fn(|| self.links.take()) {
            // Whatever has another scheme is none of ours.
            if let Ok(link) = link.parse() {
                self.app.open_link(ctx, link);
            }
        }
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        self.first.drawing(ui.ctx());
        self.app.ui(ui, frame);
    }

    fn on_exit(&mut self, gl: Option<&eframe::glow::Context>) {
        self.first.never();
        self.app.on_exit(gl);
    }

    fn clear_color(&self, visuals: &Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }
}

/// Looks, a second apart, that a window had which nobody can see: it is never drawn, and yet its rooms go on.
const UNSEEN: u8 = 3;

/// Waits until the first frame is on the screen.
struct First<'a> {
    then: Option<Box<dyn FnOnce() + 'a>>,
    /// The number of the frame that is being drawn, or was.
    drawn: Option<u64>,
    /// How often it was to be drawn and was not.
    unseen: u8,
}

impl<'a> First<'a> {
    fn new(then: Box<dyn FnOnce() + 'a>) -> Self {
        Self { then: Some(then), drawn: None, unseen: 0 }
    }

    /// Something comes after the frame, be it drawn or not: the frame was shown. One frame may be laid out twice.
    fn before(&mut self, ctx: &Context) {
        if self.then.is_none() {
            return;
        }
        let over = if let Some(drawn) = self.drawn {
            ctx.cumulative_frame_nr() > drawn
        } else {
            self.unseen += 1;
            ctx.request_repaint_after_secs(1.0);
            self.unseen > UNSEEN
        };
        if over && let Some(then) = self.then.take() {
            then();
        }
    }

    fn drawing(&mut self, ctx: &Context) {
        if self.then.is_some() && self.drawn.is_none() {
            self.drawn = Some(ctx.cumulative_frame_nr());
            ctx.request_repaint();
        }
    }

    /// The window goes. What waits for the frame must not go on waiting.
    fn never(&mut self) {
        self.then = None;
    }
}

fn viewport(place: Option<WindowPlace>) -> ViewportBuilder {
    let mut viewport = ViewportBuilder::default()
        .with_title("Hallway")
        .with_app_id(APP_ID)
        .with_inner_size(place::wanted_size(place))
        .with_min_inner_size(WINDOW_MIN);
    if let Ok(icon) = icon_data::from_png_bytes(ICON) {
        viewport = viewport.with_icon(icon);
    }
    match place {
        Some(WindowPlace { maximized: true, .. }) => viewport.with_maximized(true),
        Some(WindowPlace { x: Some(x), y: Some(y), .. }) => viewport.with_position(egui::pos2(x, y)),
        _ => viewport,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_window_is_open_once_its_first_frame_is_shown_and_not_while_that_is_laid_out() {
        let begun = Cell::new(0);
        let mut first = First::new(Box::new(|| begun.set(begun.get() + 1)));
        let ctx = Context::default();
        let mut frame = |discard: bool| {
            let mut passes = 0;
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                passes += 1;
                first.before(ui.ctx());
                first.drawing(ui.ctx());
                if discard && passes == 1 {
                    ui.ctx().request_discard("a second pass");
                }
            });
            output.textures_delta.clear();
            (passes, begun.get())
        };
        assert_eq!(frame(true), (2, 0));
        assert_eq!(frame(false), (1, 1));
        assert_eq!(frame(false), (1, 1));
    }

    #[test]
    fn a_window_that_nobody_can_see_begins_without_being_drawn() {
        let begun = Cell::new(false);
        let mut first = First::new(Box::new(|| begun.set(true)));
        let ctx = Context::default();
        for _ in 0..UNSEEN {
            let _output = ctx.run_logic(&egui::RawInput::default(), |ctx| first.before(ctx));
        }
        assert!(!begun.get());
        let _output = ctx.run_logic(&egui::RawInput::default(), |ctx| first.before(ctx));
        assert!(begun.get());
    }

    #[test]
    fn a_window_that_goes_before_its_first_frame_never_was_open() {
        let mut first = First::new(Box::new(|| panic!("it was not shown")));
        let ctx = Context::default();
        for _ in 0..2 {
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                first.before(ui.ctx());
                first.drawing(ui.ctx());
                first.never();
            });
            output.textures_delta.clear();
        }
    }
}
