//! macOS.

#[cfg(target_os = "macos")]
pub(super) mod links;
#[cfg(target_os = "macos")]
pub(super) mod menu_bar;
#[cfg(target_os = "macos")]
pub(super) mod notes;

use std::path::PathBuf;

use super::sound::{self, Player};
use super::{Desktop, System, firewall, open_anything, open_web_link, this_program};

/// Comes with every macOS.
const PLAYER: Player =
    Player { name: "afplay", arguments: &["/System/Library/Sounds/Tink.aiff"], input: None };

/// A Mac.
pub(super) struct MacOs;

impl Desktop for MacOs {
    fn system(&self) -> System {
        System::MacOs
    }

    fn program(&self) -> PathBuf {
        this_program()
    }

    fn has_firewall_settings(&self) -> bool {
        true
    }

    fn open_firewall_settings(&self) -> Result<(), String> {
        // Local Network, not the firewall: it is off unless somebody turned it on, and asks by itself.
        open_anything(firewall::MACOS_LOCAL_NETWORK)
    }

    fn has_file_dialogs(&self) -> bool {
        true
    }

    fn open_link(&self, url: &str) -> Result<(), String> {
        open_web_link(url)
    }

    fn chime(&self) -> Result<(), String> {
        sound::play(vec![PLAYER]);
        Ok(())
    }
}
