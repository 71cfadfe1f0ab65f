//! A system for tests: it answers as it was told to, and remembers what was asked of it.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use tokio::sync::mpsc;

use super::network::{Change, NetworkChanges};
use super::notify::Tell;
use super::tray::OnTray;
use super::{
    Autostart, Desktop, Native, Note, Notifier, Picture, System, Told, Tray, TrayEvent, TrayState, TrayWords,
};

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
    /// Whether a window can be hidden.
    pub hides: bool,
    /// Whether it is minimized and brought to the front as the program says.
    pub rules: bool,
    /// What every request answers with, if it is to fail.
    pub failure: Option<String>,
    asked: Rc<RefCell<Vec<Asked>>>,
    quiet: Rc<RefCell<Quiet>>,
}

/// What is asked of the system by itself, while nobody looks.
#[derive(Default)]
struct Quiet {
    autostart: bool,
    notes: Vec<(Note, Tell)>,
    tray: Option<OnTray>,
    tray_state: Option<TrayState>,
}

impl std::fmt::Debug for Quiet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Quiet").field("autostart", &self.autostart).finish_non_exhaustive()
    }
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
            hides: system != System::MacOs,
            rules: true,
            failure: None,
            asked: Rc::default(),
            quiet: Rc::default(),
        }
    }

    /// All of it for a window, of which this one remembers what is asked.
    #[must_use]
    pub fn native(&self) -> Native {
        Native {
            desktop: Box::new(self.clone()),
            autostart: Box::new(self.clone()),
            notifier: Box::new(self.clone()),
            tray: Box::new(self.clone()),
        }
    }

    /// What was asked of this desktop, first to last.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.borrow().clone()
    }

    /// Whether the program starts with the computer.
    #[must_use]
    pub fn autostarts(&self) -> bool {
        self.quiet.borrow().autostart
    }

    /// The notifications that stand there, oldest first.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        self.quiet.borrow().notes.iter().map(|(note, _)| note.clone()).collect()
    }

    /// Clicks on the newest notification.
    pub fn click_note(&self) {
        let newest = self.quiet.borrow_mut().notes.pop();
        if let Some((_, tell)) = newest {
            tell(Told::Clicked);
        }
    }

    /// What the icon near the clock shows, once it was told.
    #[must_use]
    pub fn tray_state(&self) -> Option<TrayState> {
        self.quiet.borrow().tray_state
    }

    /// Does something at the icon near the clock.
    pub fn at_tray(&self, event: TrayEvent) {
        if let Some(on) = &self.quiet.borrow().tray {
            on(event);
        }
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

    fn hides_windows(&self) -> bool {
        self.hides
    }

    fn rules_its_window(&self) -> bool {
        self.rules
    }
}

impl Autostart for Fake {
    fn is_on(&self) -> Result<bool, String> {
        self.failure.clone().map_or(Ok(self.autostarts()), Err)
    }

    fn set(&self, on: bool) -> Result<(), String> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        self.quiet.borrow_mut().autostart = on;
        Ok(())
    }
}

impl Notifier for Fake {
    fn look(&mut self, tell: Tell) {
        tell(self.failure.clone().map_or(Told::Ready, Told::NotShown));
    }

    fn show(&mut self, note: Note, tell: Tell) {
        if let Some(failure) = &self.failure {
            return tell(Told::NotShown(failure.clone()));
        }
        let mut quiet = self.quiet.borrow_mut();
        quiet.notes.retain(|(other, _)| other.about != note.about);
        quiet.notes.push((note, tell));
    }

    fn clear(&mut self) {
        self.quiet.borrow_mut().notes.clear();
    }
}

/// A network that changes when the sender says so.
#[must_use]
pub fn network_changes() -> (mpsc::Sender<()>, impl NetworkChanges) {
    let (system, changes) = mpsc::channel(1);
    (system, FakeNetwork(changes))
}

struct FakeNetwork(mpsc::Receiver<()>);

impl NetworkChanges for FakeNetwork {
    fn next_change(&mut self) -> Change<'_> {
        Box::pin(async {
            if self.0.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        })
    }
}

impl Tray for Fake {
    fn show(&mut self, _: Picture, _: TrayWords, on: OnTray) {
        self.quiet.borrow_mut().tray = Some(on);
    }

    fn set(&mut self, state: TrayState) {
        self.quiet.borrow_mut().tray_state = Some(state);
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
