//! The menus at the top of the screen. Compiled for macOS only.
//!
//! The window's libraries make a menu of their own, whose "Quit" ends the process on the spot: nobody is asked, and no
//! room says goodbye. This one takes its place; its "Quit" is told like that of the icon in the menu bar.
//!
//! "Cut" and the rest of "Edit" are told too, and not the system's own: those ask whoever has the keyboard, and the
//! window of our libraries answers to none of them, so they would be grey for ever, with their keys.

use tray_icon::menu::accelerator::{Accelerator, Code, Modifiers};
use tray_icon::menu::{Error, Menu, MenuItem, PredefinedMenuItem, Submenu};

use crate::platform::tray::{COPY, CUT, PASTE, QUIT, SELECT_ALL, SETTINGS};

/// The menus. They stay for as long as this lives.
pub(in crate::platform) struct MenuBar {
    _menus: Menu,
}

impl MenuBar {
    /// Shows them for a program of this name, with these words for ending it. Whoever listens to menus hears of what is
    /// chosen. To be called on the window's thread, once the window runs; none where the system makes no menus.
    pub(in crate::platform) fn show(name: &str, quit: &str) -> Option<Self> {
        let menus = build(name, quit).ok()?;
        menus.init_for_nsapp();
        Some(Self { _menus: menus })
    }
}

fn build(name: &str, quit: &str) -> Result<Menu, Error> {
    let program = Submenu::with_items(
        name,
        true,
        &[
            &PredefinedMenuItem::about(Some(&format!("About {name}")), None),
            &PredefinedMenuItem::separator(),
            &told(SETTINGS, "Settings…", Code::Comma),
            &PredefinedMenuItem::separator(),
            &PredefinedMenuItem::services(None),
            &PredefinedMenuItem::separator(),
            &PredefinedMenuItem::hide(Some(&format!("Hide {name}"))),
            &PredefinedMenuItem::hide_others(None),
            &PredefinedMenuItem::show_all(None),
            &PredefinedMenuItem::separator(),
            &told(QUIT, quit, Code::KeyQ),
        ],
    )?;
    let edit = Submenu::with_items(
        "Edit",
        true,
        &[
            &told(CUT, "Cut", Code::KeyX),
            &told(COPY, "Copy", Code::KeyC),
            &told(PASTE, "Paste", Code::KeyV),
            &told(SELECT_ALL, "Select All", Code::KeyA),
        ],
    )?;
    // Its "Close" is the window's red button, with all that follows from it.
    let window = Submenu::with_items(
        "Window",
        true,
        &[
            &PredefinedMenuItem::minimize(None),
            &PredefinedMenuItem::maximize(Some("Zoom")),
            &PredefinedMenuItem::close_window(Some("Close")),
            &PredefinedMenuItem::separator(),
            &PredefinedMenuItem::bring_all_to_front(None),
        ],
    )?;
    let menus = Menu::with_items(&[&program, &edit, &window])?;
    window.set_as_windows_menu_for_nsapp();
    Ok(menus)
}

/// An item that is told under this name, with Command and this key.
fn told(name: &str, words: &str, key: Code) -> MenuItem {
    MenuItem::with_id(name, words, true, Some(Accelerator::new(Modifiers::META, key)))
}
