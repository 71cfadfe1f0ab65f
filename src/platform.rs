//! What differs between Windows, macOS and Linux, behind a small trait for each concern, with a fake for tests.
//!
//! The parts that decide something ([`firewall`], [`libraries`], [`dialogs`]) are plain functions over what
//! they are shown, so every system's answer is tested on every system. Only [`native`] and
//! [`window_obstacle`] ask which system this is, and all of it is compiled on each.

pub mod again;
pub mod autostart;
pub mod console;
pub mod dialogs;
pub mod fake;
pub mod firewall;
pub mod libraries;
pub mod links;
mod linux;
mod macos;
pub mod message;
pub mod network;
pub mod notify;
mod sound;
pub mod surroundings;
pub mod tray;
mod windows;

use std::path::PathBuf;

pub use autostart::Autostart;
pub use fake::Fake;
pub use links::Links;
pub use notify::{Note, Notifier, Told};
pub use tray::{Picture, Tray, TrayEvent, TrayState, TrayWords};
pub use windows::APP_USER_MODEL_ID;

use crate::types::Renderer;

/// A family of systems that we run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Windows 10 and later.
    Windows,
    /// macOS 11 and later.
    MacOs,
    /// Linux and its relatives.
    Linux,
}

/// What the window needs of the system that it runs on.
pub trait Desktop {
    /// Which one it is.
    fn system(&self) -> System;
    /// The file of this very program: firewall rules name it.
    fn program(&self) -> PathBuf {
        this_program()
    }
    /// True where [`Self::open_firewall_settings`] has a page to open. Only Linux may have none.
    fn has_firewall_settings(&self) -> bool {
        true
    }
    /// Opens the system's page for its firewall.
    ///
    /// # Errors
    /// What the system said.
    fn open_firewall_settings(&self) -> Result<(), String>;
    /// True where a file dialog can be shown. On a Linux with neither a portal nor zenity it cannot, and the
    /// dialog would only answer "cancelled".
    fn has_file_dialogs(&self) -> bool {
        true
    }
    /// Shows a link in the person's browser.
    ///
    /// # Errors
    /// What the system said.
    fn open_link(&self, url: &str) -> Result<(), String> {
        open_web_link(url)
    }
    /// Plays a short soft sound, and does not wait for it.
    ///
    /// # Errors
    /// What is missing here to play one. Whether it can be heard is not known.
    fn chime(&self) -> Result<(), String>;
    /// True where a hidden window can be had back by starting the program again or by the icon near the clock.
    /// Elsewhere it is minimized instead: on a Mac the Dock brings back minimized windows only.
    fn hides_windows(&self) -> bool {
        self.system() != System::MacOs
    }
    /// True where a program decides whether its window is minimized, and whether it comes to the front. On Wayland it
    /// can only ask, and the desktop may do nothing about it.
    fn rules_its_window(&self) -> bool {
        true
    }
}

/// All that the window needs of the system.
pub struct Native {
    /// Links, dialogs, the firewall's page, sound.
    pub desktop: Box<dyn Desktop>,
    /// Starting with the computer.
    pub autostart: Box<dyn Autostart>,
    /// Notifications.
    pub notifier: Box<dyn Notifier>,
    /// The icon near the clock.
    pub tray: Box<dyn Tray>,
}

/// The system that this program runs on. Nothing is asked of it yet. `profile` is the folder that a start by the
/// system itself has to name, in full; none where the program finds it.
#[must_use]
pub fn native(profile: Option<PathBuf>) -> Native {
    Native {
        desktop: match this_system() {
            System::Windows => Box::new(windows::Windows),
            System::MacOs => Box::new(macos::MacOs),
            System::Linux => Box::new(linux::Linux::look_around()),
        },
        autostart: autostart::native(profile),
        notifier: Box::new(notify::Service::default()),
        tray: Box::new(tray::SystemTray::default()),
    }
}

/// Why this renderer can draw no window here, in words for the person, with what to install; none where it can.
///
/// To be asked before a window is opened: the window's own libraries panic where one of theirs is missing.
#[must_use]
pub fn window_obstacle(renderer: Renderer) -> Option<String> {
    match this_system() {
        System::Windows | System::MacOs => None,
        System::Linux => {
            libraries::obstacle(&surroundings::Here, renderer).map(|obstacle| obstacle.to_string())
        }
    }
}

/// Takes links that are handed to the running program, from now on. Only a Mac hands any over so. To be called once, on
/// the window's thread, before the window runs: the link that the program was started for comes first of all.
#[must_use]
pub fn take_links() -> Links {
    let (handed, links) = links::pair();
    hand_over(handed);
    links
}

#[cfg(target_os = "macos")]
fn hand_over(handed: links::Handed) {
    macos::links::listen(handed);
}

/// Nothing to do: a link is what this system starts the program with.
#[cfg(not(target_os = "macos"))]
fn hand_over(_: links::Handed) {}

/// Tells the system which program this process is, before it has a window. Only Windows wants to be told.
pub fn name_process() {
    #[cfg(windows)]
    windows::api::name_application(APP_USER_MODEL_ID);
}

const fn this_system() -> System {
    if cfg!(target_os = "windows") {
        System::Windows
    } else if cfg!(target_os = "macos") {
        System::MacOs
    } else {
        System::Linux
    }
}

/// The file of the running program, or its bare name where the system does not tell.
fn this_program() -> PathBuf {
    std::env::current_exe().map_or_else(|_| PathBuf::from("hallway"), without_mark)
}

/// Linux marks the path of a program whose file was replaced while it runs. The new one lies where the old one lay.
fn without_mark(program: PathBuf) -> PathBuf {
    let unmarked = program.to_str().and_then(|path| path.strip_suffix(" (deleted)")).map(PathBuf::from);
    unmarked.filter(|_| this_system() == System::Linux).unwrap_or(program)
}

/// Hands a web or mail address to the system and does not wait for what it opens.
///
/// Anything else is refused: a link comes out of somebody's message, and must not start a program or open a
/// file here.
fn open_web_link(url: &str) -> Result<(), String> {
    if !is_web_link(url) {
        return Err("Only web and mail addresses are opened".to_owned());
    }
    open_anything(url)
}

/// Hands an address of any scheme to the system. Only for addresses that stand in this module.
fn open_anything(url: &str) -> Result<(), String> {
    open::that_detached(url).map_err(|error| error.to_string())
}

fn is_web_link(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto")) && !url.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_and_mail_addresses_are_links() {
        for url in ["https://example.org/a?b=c#d", "HTTP://example.org", "mailto:ana@example.org"] {
            assert!(is_web_link(url), "{url}");
        }
    }

    #[test]
    fn files_programs_and_other_schemes_are_not_opened() {
        for url in [
            "file:///etc/passwd",
            "/bin/sh",
            "C:\\Windows\\calc.exe",
            "javascript:alert(1)",
            "ms-settings:network",
            "",
            "https",
            "https://example.org/\r\n",
        ] {
            assert!(!is_web_link(url), "{url:?}");
            assert!(open_web_link(url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn a_program_that_was_replaced_while_it_runs_is_named_by_where_the_new_one_lies() {
        assert_eq!(without_mark("/opt/hallway".into()), PathBuf::from("/opt/hallway"));
        let replaced = without_mark("/opt/hallway (deleted)".into());
        assert_eq!(replaced.ends_with("hallway"), this_system() == System::Linux);
    }

    #[test]
    fn the_running_program_is_named_in_full() {
        assert!(native(None).desktop.program().is_absolute());
    }
}
