//! Opening the window: its size and place, its icon, and the background behind it.

mod place;

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use eframe::{NativeOptions, icon_data};
use egui::ViewportBuilder;

use super::app::{App, Seams};
use super::model::Action;
use super::text::failures;
use super::tokens::WINDOW_MIN;
use crate::platform;
use crate::session::{self, Session, Setup};
use crate::types::{OpId, Renderer, Where, WindowPlace};

/// The name by which desktops know the program: that of its desktop entry.
const APP_ID: &str = "hallway";
/// What the window and the taskbar show.
const ICON: &[u8] = include_bytes!("../../assets/icon/256.png");

/// A window that is about to be opened.
#[derive(Debug)]
pub(super) struct Opening {
    /// The profile folder.
    pub(super) data_dir: PathBuf,
    /// Where to go at once.
    pub(super) wanted: Option<Where>,
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
    /// Nobody saw the window, and its profile cannot be used.
    Profile(String),
}

/// Opens the window and stays until it is closed. `on_open` is called once the renderer has started.
///
/// # Errors
/// [`Fault`]. The window's library may also panic where a library of its own is missing.
pub(super) fn open(opening: Opening, on_open: impl FnOnce()) -> Result<(), Fault> {
    let Opening { data_dir, wanted, place, hidden, renderer, remember } = opening;
    let (unusable, why_unusable) = sync_channel(1);
    platform::take_links(&data_dir);
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
        on_open();
        let ctx = cc.egui_ctx.clone();
        let renderer = remember.then_some(renderer);
        let setup = Setup { data_dir, window: true, hidden, renderer };
        let session = Session::start(setup, move || ctx.request_repaint())?;
        let seams = Seams {
            // A system without randomness has made no keys either, so the zeros are never used.
            new_id: Box::new(|| session::fresh_op_id().unwrap_or(OpId([0; 16]))),
            wall_ms: Box::new(session::clock::wall_ms),
            zone: session::clock::zone(),
        };
        place::settle(cc, place);
        let mut app = App::new(cc, session, platform::native(), seams);
        if let Some(wanted) = wanted {
            app.act(&cc.egui_ctx, Action::GoTo(wanted));
        }
        if hidden {
            // The window's library shows every window after its first frame, and obeys this right behind it.
            app.start_hidden(&cc.egui_ctx, unusable);
        }
        Ok(Box::new(app))
    });
    eframe::run_native(APP_ID, options, create).map_err(|error| match error {
        eframe::Error::WinitEventLoop(error) => Fault::Display(error.to_string()),
        other => Fault::Renderer(other.to_string()),
    })?;
    why_unusable.try_recv().map_or(Ok(()), |failure| Err(Fault::Profile(failures::sentence(&failure))))
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
