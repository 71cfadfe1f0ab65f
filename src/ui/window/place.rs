//! Where the window goes: where it was, as far as the screens of today let the person reach it there.

use eframe::CreationContext;
use egui::{Pos2, Rect, Vec2, ViewportCommand, pos2, vec2};

use crate::types::WindowPlace;
use crate::ui::tokens::{WINDOW_MIN, WINDOW_SIZE};

/// What the system puts around a window that it shows for the first time, in points: frame, title bar and a panel.
const AROUND: Vec2 = vec2(16.0, 96.0);
/// The height of a title bar.
const TITLE: f32 = 32.0;
/// So much of a title bar must be on a screen, so that it can be pulled.
const GRIP: f32 = 96.0;

/// Brings the window to where it can be reached, right behind its first frame: before that, systems do not say which
/// screens there are, and not every one takes in that it is to fill one.
pub(super) fn settle(cc: &CreationContext<'_>, place: Option<WindowPlace>) {
    let Some(window) = cc.winit_window() else { return };
    let scale = window.scale_factor() as f32;
    let screens = window.primary_monitor().into_iter().chain(window.available_monitors()).map(|monitor| {
        let (at, size) = (monitor.position(), monitor.size());
        Rect::from_min_size(
            pos2(at.x as f32, at.y as f32) / scale,
            vec2(size.width as f32, size.height as f32) / scale,
        )
    });
    let screens: Vec<Rect> = screens.filter(Rect::is_positive).collect();
    let (size, corner) = fitted(place, &screens);
    if size != wanted_size(place) {
        cc.egui_ctx.send_viewport_cmd(ViewportCommand::InnerSize(size));
    }
    if let Some(corner) = corner {
        cc.egui_ctx.send_viewport_cmd(ViewportCommand::OuterPosition(corner));
    }
    if place.is_some_and(|place| place.maximized) {
        cc.egui_ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
    }
}

/// The inner size to ask for where nothing is known of the screens.
pub(super) fn wanted_size(place: Option<WindowPlace>) -> Vec2 {
    let size = place.map_or(WINDOW_SIZE.into(), |place| vec2(place.width, place.height));
    size.max(WINDOW_MIN.into())
}

/// The inner size, and the corner where it is to be another one than before. The first screen is the main one.
fn fitted(place: Option<WindowPlace>, screens: &[Rect]) -> (Vec2, Option<Pos2>) {
    let size = wanted_size(place);
    let corner = place.and_then(|place| Some(pos2(place.x?, place.y?)));
    let holds = |corner: Pos2| {
        let title = Rect::from_min_size(corner, vec2(size.x, TITLE));
        screens.iter().find(move |screen| {
            let seen = screen.intersect(title);
            seen.width() >= GRIP && seen.height() >= TITLE
        })
    };
    let here = corner.and_then(holds);
    let Some(screen) = here.or(screens.first()) else { return (size, None) };
    // Whoever made it large wants it large.
    let around = if here.is_some() { vec2(0.0, TITLE) } else { AROUND };
    let size = size.min(screen.size() - around).max(WINDOW_MIN.into());
    let middle = screen.min + ((screen.size() - size - vec2(0.0, TITLE)) / 2.0).max(Vec2::ZERO);
    (size, corner.filter(|_| here.is_none()).map(|_| middle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect::from_min_size(pos2(x, y), vec2(width, height))
    }

    fn was(x: f32, y: f32) -> WindowPlace {
        WindowPlace { x: Some(x), y: Some(y), width: 800.0, height: 600.0, maximized: false }
    }

    #[test]
    fn a_window_comes_back_to_where_it_was_on_any_screen() {
        let screens = [screen(0.0, 0.0, 1200.0, 900.0), screen(1200.0, -200.0, 1000.0, 700.0)];
        for (x, y) in [(0.0, 0.0), (300.0, 200.0), (1250.0, -150.0), (-700.0, 100.0), (1100.0, 860.0)] {
            assert_eq!(fitted(Some(was(x, y)), &screens), (vec2(800.0, 600.0), None), "{x} {y}");
        }
    }

    #[test]
    fn a_window_on_a_screen_that_is_gone_comes_to_the_main_one() {
        let main = screen(0.0, 0.0, 1200.0, 900.0);
        for (x, y) in [(100.0, -900.0), (-1500.0, 100.0), (1900.0, 100.0), (100.0, 890.0), (100.0, -20.0)] {
            let (size, corner) = fitted(Some(was(x, y)), &[main]);
            let corner = corner.unwrap();
            assert!(
                main.contains_rect(Rect::from_min_size(corner, size + vec2(0.0, TITLE))),
                "{x} {y} {corner}"
            );
        }
    }

    #[test]
    fn the_first_window_leaves_room_for_its_title_bar_and_a_panel() {
        let fits = |width, height| fitted(None, &[screen(0.0, 0.0, width, height)]);
        assert_eq!(fits(1920.0, 1080.0), (Vec2::from(WINDOW_SIZE), None));
        assert_eq!(fits(1024.0, 600.0), (vec2(1008.0, 504.0), None));
        assert_eq!(fits(640.0, 480.0), (vec2(624.0, 384.0), None));
        assert_eq!(fits(320.0, 200.0).0, Vec2::from(WINDOW_MIN));
        assert_eq!(fitted(None, &[]), (Vec2::from(WINDOW_SIZE), None));
    }

    #[test]
    fn a_window_larger_than_the_screen_keeps_its_title_bar_on_it() {
        let place = WindowPlace { width: 3000.0, height: 2000.0, ..was(0.0, 0.0) };
        let (size, corner) = fitted(Some(place), &[screen(0.0, 0.0, 1200.0, 900.0)]);
        assert_eq!((size, corner), (vec2(1200.0, 868.0), None));
        // Where the system does not tell where it was, it is left to the system.
        let place = WindowPlace { x: None, y: None, ..place };
        assert_eq!(fitted(Some(place), &[screen(0.0, 0.0, 1200.0, 900.0)]).1, None);
    }
}
