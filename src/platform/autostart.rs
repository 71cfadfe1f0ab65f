//! Starting with the computer: an entry of the person's own, never one for everybody on it.
//!
//! What is started is this very program with `--hidden`, wherever it lies: an installed one, a portable one, a
//! build. It is told the profile where it would not find it by itself, because nothing of the terminal or the
//! environment that it was started in is there when a person logs in.

mod entry;
#[cfg(any(windows, test))]
mod run_key;
mod written;

use std::path::{Path, PathBuf};

use self::entry::Entry;
use super::surroundings::Here;
use super::{System, this_program, this_system};

#[cfg(windows)]
pub(super) use self::run_key::Values;

/// What the entry is called where the system keeps it by name.
const NAME: &str = "Hallway";
/// Opens no window.
const HIDDEN: &str = "--hidden";
/// Names the profile.
const DATA_DIR: &str = "--data-dir";

/// Whether the program starts with the computer.
pub trait Autostart {
    /// True if it does: this very program, on this profile. What another copy of it wrote is off here.
    ///
    /// # Errors
    /// What the system said, in a sentence.
    fn is_on(&self) -> Result<bool, String>;
    /// Makes it so, in place of what another copy wrote, or no longer.
    ///
    /// # Errors
    /// What the system said, in a sentence.
    fn set(&self, on: bool) -> Result<(), String>;
}

/// The way of this system. `profile` is the folder that the program has to be told, in full, if any.
pub(super) fn native(profile: Option<PathBuf>) -> Box<dyn Autostart> {
    let start = Start { program: this_program(), profile };
    #[cfg(windows)]
    if this_system() == System::Windows {
        return Box::new(run_key::RunKey { values: super::windows::registry::OfThePerson, start });
    }
    Box::new(match this_system() {
        System::MacOs => Entry::of_macos(&Here, start),
        _ => Entry::of_desktops(&Here, start),
    })
}

/// What is started.
#[derive(Debug, Clone)]
struct Start {
    program: PathBuf,
    /// The profile folder, where the program does not find it by itself.
    profile: Option<PathBuf>,
}

impl Start {
    /// The program and its arguments. Fails where they are no text, which no entry can hold.
    fn words(&self) -> Result<Vec<&str>, String> {
        let mut words = vec![text(&self.program)?, HIDDEN];
        if let Some(profile) = &self.profile {
            words.extend([DATA_DIR, text(profile)?]);
        }
        Ok(words)
    }
}

fn text(path: &Path) -> Result<&str, String> {
    let text = path.to_str().filter(|path| !path.chars().any(char::is_control));
    text.ok_or_else(|| format!("{} cannot stand in an autostart entry", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_line_of_text_is_refused() {
        let start = |program: &str, profile: Option<&str>| Start {
            program: program.into(),
            profile: profile.map(PathBuf::from),
        };
        assert!(start("/opt/hallway", Some("/home/ana")).words().is_ok());
        assert!(start("/opt/a\nExec=evil/hallway", None).words().is_err());
        assert!(start("/opt/hallway", Some("/home/a\nb")).words().is_err());
    }
}
