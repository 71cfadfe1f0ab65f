//! The menus at the top of the screen. Compiled for macOS only.
//!
//! The window's libraries make a menu of their own, whose "Quit" ends the process on the spot: nobody is asked, and no
//! room says goodbye. This one takes its place; its "Quit" is told like that of the icon in the menu bar.

use tray_icon::menu::accelerator::{Accelerator, Code, Modifiers};
use tray_icon::menu::{Error, Menu, MenuItem, PredefinedMenuItem, Submenu};

/// The menus. They stay for as long as this lives.
pub(in crate::platform) struct MenuBar {
    _menus: Menu,
}

impl MenuBar {
    /// Shows them for a program of this name. Whoever listens to menus hears of the item `quit`. To be called on the
    /// window's thread, once the window runs; none where the system makes no menus.
    pub(in crate::platform) fn show(name: &str, quit: (&str, &str)) -> Option<Self> {
        let menus = build(name, quit).ok()?;
        menus.init_for_nsapp();
        Some(Self { _menus: menus })
    }
}

fn build(name: &str, (quit, quit_words): (&str, &str)) -> Result<Menu, Error> {
    let command_q = Accelerator::new(Modifiers::META, Code::KeyQ);
    let program = Submenu::with_items(
        name,
        true,
        &[
            &PredefinedMenuItem::about(Some(&format!("About {name}")), None),
            &PredefinedMenuItem::separator(),
            &PredefinedMenuItem::services(None),
            &PredefinedMenuItem::separator(),
            &PredefinedMenuItem::hide(Some(&format!("Hide {name}"))),
            &PredefinedMenuItem::hide_others(None),
            &PredefinedMenuItem::show_all(None),
            &PredefinedMenuItem::separator(),
            &MenuItem::with_id(quit, quit_words, true, Some(command_q)),
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
    let menus = Menu::with_items(&[&program, &window])?;
    window.set_as_windows_menu_for_nsapp();
    Ok(menus)
}
