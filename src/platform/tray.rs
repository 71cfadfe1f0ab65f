//! The icon near the clock, where a desktop has a place for one.
//!
//! Windows and macOS want it on the thread of the window. On Linux it is a conversation over D-Bus, which may
//! be slow, stuck or absent, so there it lives in a thread of its own: a desktop without a tray costs that
//! thread, and one whose tray comes later gets the icon then.
//!
//! The menus at the top of a Mac's screen are told of here too, because whoever listens to one menu listens to all of
//! them. They are there whatever becomes of the icon.

use tokio::sync::watch;
use tray_icon::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tray_icon::{Icon, MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};

use super::{System, this_system};

const OPEN: &str = "open";
const QUIET: &str = "quiet";
/// Items of the menus of a Mac, by the names that their events have.
pub(super) const QUIT: &str = "quit";
pub(super) const SETTINGS: &str = "settings";
pub(super) const CUT: &str = "cut";
pub(super) const COPY: &str = "copy";
pub(super) const PASTE: &str = "paste";
pub(super) const SELECT_ALL: &str = "select-all";
/// The mark's radius, and the ring around it, in parts of the icon's width.
const MARK: f32 = 0.22;
const RING: f32 = 0.06;
/// Opaque red, and the white around it, which stand out on light and on dark.
const MARK_COLOUR: [u8; 4] = [0xD9, 0x30, 0x25, 0xFF];
const RING_COLOUR: [u8; 4] = [0xFF; 4];

/// What the person did there, or in the menus of a Mac.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrayEvent {
    /// The window is to come forward.
    Open,
    /// The switch in the menu: the other way from now on.
    DoNotDisturb,
    /// The program is to end.
    Quit,
    /// The settings are to be shown.
    Settings,
    /// The selected text is to be taken out of its field.
    Cut,
    /// The selected text is to be copied.
    Copy,
    /// What was copied is to be written where the person writes.
    Paste,
    /// All of the text is to be selected where the person writes.
    SelectAll,
}

/// What the icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrayState {
    /// Something was not read yet.
    pub unread: bool,
    /// The switch in the menu.
    pub do_not_disturb: bool,
}

/// The icon: four bytes a pixel (red, green, blue, opacity), row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The pixels.
    pub rgba: Vec<u8>,
    /// How many in a row.
    pub width: u32,
    /// How many rows.
    pub height: u32,
}

/// The words at the icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrayWords {
    /// The program's name.
    pub name: &'static str,
    /// The same, when something was not read yet.
    pub unread: &'static str,
    /// Brings the window forward.
    pub open: &'static str,
    /// The switch.
    pub do_not_disturb: &'static str,
    /// Ends the program.
    pub quit: &'static str,
}

/// Takes what the person did there, on any thread.
pub type OnTray = Box<dyn Fn(TrayEvent) + Send + Sync>;

/// The icon near the clock.
pub trait Tray {
    /// Shows it, if this desktop has a place for it. To be called on the window's thread, once the window runs.
    fn show(&mut self, picture: Picture, words: TrayWords, on: OnTray);
    /// What it shows from now on.
    fn set(&mut self, state: TrayState);
}

/// The tray of this system.
#[derive(Default)]
pub(super) struct SystemTray {
    place: Place,
    #[cfg(target_os = "macos")]
    _menu_bar: Option<super::macos::menu_bar::MenuBar>,
}

#[derive(Default)]
enum Place {
    #[default]
    Hidden,
    Here(Shown),
    Thread(watch::Sender<TrayState>),
}

impl Tray for SystemTray {
    fn show(&mut self, picture: Picture, words: TrayWords, on: OnTray) {
        if !matches!(self.place, Place::Hidden) {
            return;
        }
        listen(on);
        #[cfg(target_os = "macos")]
        {
            self._menu_bar = super::macos::menu_bar::MenuBar::show(words.name, words.quit);
        }
        if this_system() != System::Linux {
            self.place = Shown::new(picture, words).map_or(Place::Hidden, Place::Here);
            return;
        }
        let (states, mut told) = watch::channel(TrayState::default());
        let live = move || {
            let Some(mut shown) = Shown::new(picture, words) else {
                return;
            };
            while pollster::block_on(told.changed()).is_ok() {
                let state = *told.borrow_and_update();
                shown.set(state);
            }
        };
        if std::thread::Builder::new().name("tray".to_owned()).spawn(live).is_ok() {
            self.place = Place::Thread(states);
        }
    }

    fn set(&mut self, state: TrayState) {
        match &mut self.place {
            Place::Hidden => {}
            Place::Here(shown) => shown.set(state),
            // Without a tray nobody listens.
            Place::Thread(states) => drop(states.send(state)),
        }
    }
}

/// The icon and what of it changes.
struct Shown {
    tray: TrayIcon,
    quiet: CheckMenuItem,
    read: Icon,
    unread: Icon,
    words: TrayWords,
}

impl Shown {
    fn new(picture: Picture, words: TrayWords) -> Option<Self> {
        let unread = icon(marked(picture.clone()))?;
        let read = icon(picture)?;
        let quiet = CheckMenuItem::with_id(QUIET, words.do_not_disturb, true, false, None);
        let open = MenuItem::with_id(OPEN, words.open, true, None);
        let quit = MenuItem::with_id(QUIT, words.quit, true, None);
        let line = PredefinedMenuItem::separator();
        let menu = Menu::with_items(&[&open, &quiet, &line, &quit]).ok()?;
        let tray = TrayIconBuilder::new()
            .with_id("hallway")
            .with_title(words.name)
            .with_tooltip(words.name)
            .with_icon(read.clone())
            .with_menu(Box::new(menu))
            .with_menu_on_left_click(opens_menu_by_click())
            .build()
            .ok()?;
        if this_system() == System::MacOs {
            // There a title stands beside the icon, and takes room in the menu bar.
            tray.set_title(None::<&str>);
        }
        Some(Self { tray, quiet, read, unread, words })
    }

    fn set(&mut self, state: TrayState) {
        let icon = if state.unread { &self.unread } else { &self.read };
        let words = if state.unread { self.words.unread } else { self.words.name };
        // An icon that cannot be changed is still there to be clicked.
        drop(self.tray.set_icon(Some(icon.clone())));
        drop(self.tray.set_tooltip(Some(words)));
        self.quiet.set_checked(state.do_not_disturb);
    }
}

/// On a Mac a click on anything in the menu bar opens its menu.
fn opens_menu_by_click() -> bool {
    this_system() == System::MacOs
}

fn listen(on: OnTray) {
    let on = std::sync::Arc::new(on);
    let menu = std::sync::Arc::clone(&on);
    MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
        if let Some(event) = chosen(event.id().as_ref()) {
            menu(event);
        }
    }));
    TrayIconEvent::set_event_handler(Some(move |event: TrayIconEvent| {
        let TrayIconEvent::Click { button, button_state, .. } = event else {
            return;
        };
        let whole = (button, button_state) == (MouseButton::Left, MouseButtonState::Up);
        if whole && !opens_menu_by_click() {
            on(TrayEvent::Open);
        }
    }));
}

/// What the item of this name asks for.
fn chosen(item: &str) -> Option<TrayEvent> {
    Some(match item {
        OPEN => TrayEvent::Open,
        QUIET => TrayEvent::DoNotDisturb,
        QUIT => TrayEvent::Quit,
        SETTINGS => TrayEvent::Settings,
        CUT => TrayEvent::Cut,
        COPY => TrayEvent::Copy,
        PASTE => TrayEvent::Paste,
        SELECT_ALL => TrayEvent::SelectAll,
        _ => return None,
    })
}

fn icon(picture: Picture) -> Option<Icon> {
    Icon::from_rgba(picture.rgba, picture.width, picture.height).ok()
}

/// The same with the mark in its lower right corner.
fn marked(mut picture: Picture) -> Picture {
    let width = picture.width as f32;
    let (mark, ring) = (width * MARK, width * RING);
    let (x, y) = (width - mark - ring, picture.height as f32 - mark - ring);
    for (at, pixel) in picture.rgba.chunks_exact_mut(4).enumerate() {
        let (column, row) = (at as u32 % picture.width, at as u32 / picture.width);
        let away = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
        if away <= mark {
            pixel.copy_from_slice(&MARK_COLOUR);
        } else if away <= mark + ring {
            pixel.copy_from_slice(&RING_COLOUR);
        }
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_in_the_corner_and_leaves_the_rest() {
        let plain = Picture { rgba: vec![9; 32 * 32 * 4], width: 32, height: 32 };
        let marked = marked(plain.clone());
        let pixel = |x: usize, y: usize| &marked.rgba[(y * 32 + x) * 4..][..4];
        assert_eq!(pixel(23, 23), MARK_COLOUR);
        assert_eq!(pixel(0, 0), [9; 4]);
        assert_eq!(pixel(16, 8), [9; 4]);
        assert_eq!(marked.rgba.len(), plain.rgba.len());
    }

    #[test]
    fn what_is_no_picture_is_no_icon() {
        assert!(icon(Picture { rgba: vec![0; 3], width: 1, height: 1 }).is_none());
    }

    #[test]
    fn a_tray_that_is_not_shown_takes_every_state_in_silence() {
        SystemTray::default().set(TrayState { unread: true, do_not_disturb: true });
    }
}
