//! Linux, and what is like it.

#[cfg(target_os = "linux")]
pub(super) mod network;

use std::process::{Command, Stdio};

use super::sound::{self, Player};
use super::surroundings::{Here, Surroundings};
use super::{Desktop, System, dialogs, libraries};

/// Programs that show a window with the firewall's rules, the most common first. There is no settings page
/// that all desktops share.
const FIREWALL_WINDOWS: [&str; 2] = ["gufw", "firewall-config"];

/// What plays a sound: the desktop's own for a message first, then ours through whichever sound server runs.
const PLAYERS: [Player; 4] = [
    Player { name: "canberra-gtk-play", arguments: &["-i", "message-new-instant"], input: None },
    Player {
        name: "paplay",
        arguments: &["--raw", "--rate=22050", "--channels=1", "--format=s16le"],
        input: Some(sound::SAMPLES),
    },
    Player { name: "pw-play", arguments: &["-"], input: Some(sound::MESSAGE) },
    Player { name: "aplay", arguments: &["-q", "-"], input: Some(sound::MESSAGE) },
];

/// A Linux desktop, looked at once when the window opens.
pub(super) struct Linux {
    firewall_window: Option<&'static str>,
    file_dialogs: bool,
    players: Vec<Player>,
    wayland: bool,
}

impl Linux {
    /// A handful of file lookups, no process is started.
    pub(super) fn look_around() -> Self {
        Self::in_surroundings(&Here)
    }

    fn in_surroundings(here: &dyn Surroundings) -> Self {
        Self {
            firewall_window: FIREWALL_WINDOWS.into_iter().find(|name| here.has_program(name)),
            file_dialogs: dialogs::available(here),
            players: PLAYERS.into_iter().filter(|player| here.has_program(player.name)).collect(),
            wayland: libraries::is_wayland(here),
        }
    }
}

impl Desktop for Linux {
    fn system(&self) -> System {
        System::Linux
    }

    fn has_firewall_settings(&self) -> bool {
        self.firewall_window.is_some()
    }

    fn open_firewall_settings(&self) -> Result<(), String> {
        let name = self.firewall_window.ok_or("This desktop has no window for its firewall")?;
        let mut child = Command::new(name)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{name} did not start: {error}"))?;
        // Somebody has to take the exit status, or the process stays in the table until we end.
        std::thread::spawn(move || child.wait());
        Ok(())
    }

    fn has_file_dialogs(&self) -> bool {
        self.file_dialogs
    }

    fn chime(&self) -> Result<(), String> {
        if self.players.is_empty() {
            return Err(
                "Sounds need one of these programs: canberra-gtk-play, paplay, pw-play, aplay".to_owned()
            );
        }
        sound::play(self.players.clone());
        Ok(())
    }

    /// A window of Wayland cannot be hidden.
    fn hides_windows(&self) -> bool {
        !self.wayland
    }

    fn rules_its_window(&self) -> bool {
        !self.wayland
    }
}

#[cfg(test)]
mod tests {
    use super::super::surroundings::tests::Pretend;
    use super::*;

    #[test]
    fn a_desktop_without_a_firewall_window_says_so() {
        let linux = Linux::in_surroundings(&Pretend::default());
        assert!(!linux.has_firewall_settings());
        assert!(linux.open_firewall_settings().is_err());
        assert!(!linux.has_file_dialogs());
    }

    #[test]
    fn a_desktop_with_gufw_has_firewall_settings() {
        let here = Pretend::default().with_variable("PATH", "/usr/bin").with_file("/usr/bin/gufw", "");
        assert!(Linux::in_surroundings(&here).has_firewall_settings());
    }

    #[test]
    fn a_sound_is_played_by_what_there_is_and_asked_for_in_vain_where_there_is_nothing() {
        assert!(Linux::in_surroundings(&Pretend::default()).chime().is_err());
        let here = Pretend::default().with_variable("PATH", "/usr/bin").with_file("/usr/bin/aplay", "");
        let found = Linux::in_surroundings(&here).players;
        assert_eq!(found.iter().map(|player| player.name).collect::<Vec<_>>(), ["aplay"]);
    }

    #[test]
    fn a_window_is_hidden_on_x11_and_not_on_wayland() {
        assert!(Linux::in_surroundings(&Pretend::default().with_variable("DISPLAY", ":0")).hides_windows());
        let wayland = Pretend::default().with_variable("WAYLAND_DISPLAY", "wayland-0");
        let wayland = Linux::in_surroundings(&wayland);
        assert!(!wayland.hides_windows() && !wayland.rules_its_window());
    }

    #[test]
    fn a_firewall_window_that_does_not_start_is_told() {
        let linux = Linux {
            firewall_window: Some("/nonexistent/gufw"),
            ..Linux::in_surroundings(&Pretend::default())
        };
        assert!(linux.open_firewall_settings().unwrap_err().starts_with("/nonexistent/gufw did not start"));
    }
}
