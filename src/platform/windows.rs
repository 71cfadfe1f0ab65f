//! Windows.

#[cfg(windows)]
pub(super) mod api;
#[cfg(windows)]
pub(super) mod closing;
#[cfg(windows)]
pub(super) mod network;
#[cfg(windows)]
pub(super) mod registry;

use std::process::Command;

use super::sound::{self, Player};
use super::{Desktop, System, firewall, open_anything};

/// The sound that the person chose for notices. It plays beside the script, which therefore stays for a moment.
const SCRIPT: &str = "[System.Media.SystemSounds]::Asterisk.Play(); Start-Sleep -Seconds 1";
/// Comes with every Windows.
const PLAYER: Player = Player {
    name: "powershell",
    arguments: &["-NoProfile", "-NonInteractive", "-WindowStyle", "Hidden", "-Command", SCRIPT],
    input: None,
};

/// The name under which Windows keeps our windows, pins and notifications together. The installer writes it too.
pub const APP_USER_MODEL_ID: &str = "Hallway.Hallway";

/// A Windows computer.
pub(super) struct Windows;

impl Desktop for Windows {
    fn system(&self) -> System {
        System::Windows
    }

    fn open_firewall_settings(&self) -> Result<(), String> {
        // Windows Security can be missing (servers, long-term editions); the old panel is always there.
        open_anything(firewall::WINDOWS_SECURITY_NETWORK).or_else(|_| {
            let panel = Command::new("control").arg("firewall.cpl").spawn();
            panel.map(|_| ()).map_err(|error| error.to_string())
        })
    }

    fn chime(&self) -> Result<(), String> {
        sound::play(vec![PLAYER]);
        Ok(())
    }
}
