//! What differs between Windows, macOS and Linux, behind one trait with a fake for tests.

use std::path::PathBuf;

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
    fn program(&self) -> PathBuf;
    /// True where [`Self::open_firewall_settings`] has a page to open.
    fn has_firewall_settings(&self) -> bool;
    /// Opens the system's page for its firewall.
    ///
    /// # Errors
    /// What the system said.
    fn open_firewall_settings(&self) -> Result<(), String>;
    /// True where a file dialog can be shown. On a Linux with neither a portal nor zenity it cannot, and the
    /// dialog would only answer "cancelled".
    fn has_file_dialogs(&self) -> bool;
    /// Shows a link in the person's browser.
    ///
    /// # Errors
    /// What the system said.
    fn open_link(&self, url: &str) -> Result<(), String>;
}
