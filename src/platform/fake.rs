//! A desktop for tests: it answers as it was told to, and remembers what was asked of it.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use super::{Desktop, System};

/// Something that the window asked the system to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The page for the firewall.
    FirewallSettings,
    /// This link.
    Link(String),
    /// The sound for a message.
    Chime,
}

/// A made-up desktop. Clones share one record, so a test keeps one and gives the other to the window.
#[derive(Debug, Clone)]
pub struct Fake {
    /// Which system to be.
    pub system: System,
    /// Where this program is said to be.
    pub program: PathBuf,
    /// Whether there is a page for the firewall.
    pub firewall_settings: bool,
    /// Whether file dialogs can be shown.
    pub file_dialogs: bool,
    /// What every request answers with, if it is to fail.
    pub failure: Option<String>,
    asked: Rc<RefCell<Vec<Asked>>>,
}

impl Fake {
    /// A well-equipped desktop of this kind, on which everything works.
    #[must_use]
    pub fn new(system: System) -> Self {
        let program = match system {
            System::Windows => r"C:\Program Files\Hallway\hallway.exe",
            System::MacOs => "/Applications/Hallway.app/Contents/MacOS/hallway",
            System::Linux => "/usr/bin/hallway",
        };
        Self {
            system,
            program: PathBuf::from(program),
            firewall_settings: true,
            file_dialogs: true,
            failure: None,
            asked: Rc::default(),
        }
    }

    /// What was asked of this desktop, first to last.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.borrow().clone()
    }

    fn answer(&self, asked: Asked) -> Result<(), String> {
        self.asked.borrow_mut().push(asked);
        self.failure.clone().map_or(Ok(()), Err)
    }
}

impl Desktop for Fake {
    fn system(&self) -> System {
        self.system
    }

    fn program(&self) -> PathBuf {
        self.program.clone()
    }

    fn has_firewall_settings(&self) -> bool {
        self.firewall_settings
    }

    fn open_firewall_settings(&self) -> Result<(), String> {
        self.answer(Asked::FirewallSettings)
    }

    fn has_file_dialogs(&self) -> bool {
        self.file_dialogs
    }

    fn open_link(&self, url: &str) -> Result<(), String> {
        self.answer(Asked::Link(url.to_owned()))
    }

    fn chime(&self) -> Result<(), String> {
        self.answer(Asked::Chime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_given_away_still_tells_what_was_asked() {
        let fake = Fake::new(System::Linux);
        let given: Box<dyn Desktop> = Box::new(fake.clone());
        given.open_link("https://example.org").unwrap();
        given.open_firewall_settings().unwrap();
        assert_eq!(fake.asked(), [Asked::Link("https://example.org".to_owned()), Asked::FirewallSettings]);
    }

    #[test]
    fn a_failing_desktop_says_what_it_was_told_to_say_and_still_remembers() {
        let fake = Fake { failure: Some("No browser".to_owned()), ..Fake::new(System::Windows) };
        assert_eq!(fake.open_link("https://example.org"), Err("No browser".to_owned()));
        assert_eq!(fake.asked().len(), 1);
    }
}
