//! Opening the window: its size and place, its icon, and the background behind it.

use std::path::PathBuf;

use eframe::{NativeOptions, icon_data};
use egui::ViewportBuilder;

use super::app::{App, Seams};
use super::model::Action;
use super::tokens::{WINDOW_MIN, WINDOW_SIZE};
use crate::platform;
use crate::session::{self, Session, Setup};
use crate::types::{OpId, Where, WindowPlace};

/// The name by which desktops know the program: that of its desktop entry.
const APP_ID: &str = "hallway";
/// What the window and the taskbar show.
const ICON: &[u8] = include_bytes!("../../assets/icon/256.png");

/// Opens the window and stays until it is closed. `place` is where to go at once.
///
/// # Errors
/// A sentence for the person, with what to install where something is missing.
pub fn open(data_dir: PathBuf, place: Option<&Where>) -> Result<(), String> {
    if let Some(obstacle) = platform::window_obstacle() {
        return Err(obstacle);
    }
    platform::take_links(&data_dir);
    let options =
        NativeOptions { viewport: viewport(session::window_place(&data_dir)), ..NativeOptions::default() };
    let place = place.cloned();
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let ctx = cc.egui_ctx.clone();
        let session = Session::start(Setup { data_dir, window: true }, move || ctx.request_repaint())?;
        let seams = Seams {
            // A system without randomness has made no keys either, so the zeros are never used.
            new_id: Box::new(|| session::fresh_op_id().unwrap_or(OpId([0; 16]))),
            wall_ms: Box::new(session::clock::wall_ms),
            zone: session::clock::zone(),
        };
        let mut app = App::new(cc, session, platform::native(), seams);
        if let Some(place) = place {
            app.act(&cc.egui_ctx, Action::GoTo(place));
        }
        Ok(Box::new(app))
    });
    eframe::run_native(APP_ID, options, create).map_err(|error| format!("the window cannot open: {error}"))
}

fn viewport(place: Option<WindowPlace>) -> ViewportBuilder {
    let size = place.map_or(WINDOW_SIZE.into(), |place| egui::vec2(place.width, place.height));
    let mut viewport = ViewportBuilder::default()
        .with_title("Hallway")
        .with_app_id(APP_ID)
        .with_inner_size(size.max(WINDOW_MIN.into()))
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
