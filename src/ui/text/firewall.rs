//! How to let Hallway through a firewall, for each system.

use crate::platform::System;

/// The dialog's title.
pub const TITLE: &str = "Nobody can join?";
/// Under the title.
pub const INTRO: &str =
    "If others see nothing at your address, this computer's firewall may be in the way. Let Hallway in once:";
/// Said when the dialog opens by itself.
pub const FIRST_TIME: &str = "Windows may have asked whether Hallway may use the network. If you chose Allow, all is well. If others cannot \
     come in, do this:";
/// Opens the system's own page.
pub const OPEN_PAGE: &str = "Open the firewall settings";
/// Opens the system's own page, on macOS.
pub const OPEN_PAGE_MACOS: &str = "Open Privacy & Security";
/// Above a line to copy.
pub const BY_COMMAND_WINDOWS: &str = "Or by one line, in a terminal opened as administrator:";
/// Above the clicks.
pub const BY_CLICKS: &str = "By clicks:";
/// Names the line to copy.
pub const COMMAND: &str = "the command";
/// On Linux, above ufw's line.
pub const UFW: &str = "Ubuntu, Mint and others with ufw:";
/// On Linux, above firewalld's line.
pub const FIREWALLD: &str = "Fedora, openSUSE and others with firewalld:";
/// On Linux, before the lines.
pub const LINUX_INTRO: &str = "Most Linux desktops let others in without further ado. Where a firewall runs, one line opens \
    the port, in a terminal:";
/// Where the program is on a Windows that is not this computer.
pub const WINDOWS_EXAMPLE: &str = r"C:\Program Files\Hallway\hallway.exe";
/// Why not public networks.
pub const PRIVATE_ONLY: &str =
    "Choose private networks only: on a public one, strangers could see that a room is open";

/// The clicks on Windows.
pub const WINDOWS_CLICKS: &[&str] = &[
    "Open Windows Security, then Firewall & network protection.",
    "Choose “Allow an app through firewall”, then “Change settings”.",
    "Find Hallway, or add it with “Allow another app …”.",
    "Tick Private, leave Public empty, and press OK.",
];
/// The clicks on macOS.
pub const MACOS_CLICKS: &[&str] = &[
    "The first time, macOS asks whether Hallway may find devices on the local network: choose Allow.",
    "If you chose otherwise: System Settings, Privacy & Security, Local Network, switch Hallway on.",
    "If the firewall is on: System Settings, Network, Firewall, Options, and allow incoming connections for \
     Hallway.",
];

/// A system's name, on its tab.
pub fn system(system: System) -> &'static str {
    match system {
        System::Windows => "Windows",
        System::MacOs => "macOS",
        System::Linux => "Linux",
    }
}

/// Where this program is, for those who must find it.
pub fn program(path: &str) -> String {
    format!("Hallway on this computer is {path}")
}
