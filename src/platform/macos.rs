//! macOS.

#[cfg(target_os = "macos")]
pub(super) mod links;
#[cfg(target_os = "macos")]
pub(super) mod menu_bar;
#[cfg(target_os = "macos")]
pub(super) mod network;
#[cfg(target_os = "macos")]
pub(super) mod notes;

use super::sound::{self, Player};
use super::{Desktop, System, firewall, open_anything};

/// Comes with every macOS.
const PLAYER: Player =
    Player { name: "afplay", arguments: &["/System/Library/Sounds/Tink.aiff"], input: None };

/// A Mac.
pub(super) struct MacOs;

impl Desktop for MacOs {
    fn system(&self) -> System {
        System::MacOs
    }

    fn open_firewall_settings(&self) -> Result<(), String> {
        // Local Network, not the firewall: it is off unless somebody turned it on, and asks by itself.
        open_anything(firewall::MACOS_LOCAL_NETWORK)
    }

    fn chime(&self) -> Result<(), String> {
        sound::play(vec![PLAYER]);
        Ok(())
    }
}
