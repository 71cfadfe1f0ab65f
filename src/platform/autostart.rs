//! Starting with the computer: an entry of the person's own, never one for everybody on it.
//!
//! What is started is this very program with `--hidden`, wherever it lies: an installed one, a portable one, a
//! build. It is told the profile where it would not find it by itself, because nothing of the terminal or the
//! environment that it was started in is there when a person logs in.

mod entry;
mod written;

use std::path::{Path, PathBuf};

use auto_launch::{AutoLaunch, AutoLaunchBuilder, WindowsEnableMode};

use self::entry::Entry;
use super::surroundings::Here;
use super::{System, this_program, this_system};

/// What the entry is called where the system keeps it by name.
const NAME: &str = "Hallway";
/// Opens no window.
const HIDDEN: &str = "--hidden";
/// Names the profile.
const DATA_DIR: &str = "--data-dir";
/// UTF-16 units of a line that Windows takes there.
const RUN_UNITS: usize = 260;

/// Whether the program starts with the computer.
pub trait Autostart {
    /// True if it does.
    ///
    /// # Errors
    /// What the system said, in a sentence.
    fn is_on(&self) -> Result<bool, String>;
    /// Makes it so, or no longer.
    ///
    /// # Errors
    /// What the system said, in a sentence.
    fn set(&self, on: bool) -> Result<(), String>;
}

/// The way of this system. `profile` is the folder that the program has to be told, in full, if any.
pub(super) fn native(profile: Option<PathBuf>) -> Box<dyn Autostart> {
    let start = Start { program: this_program(), profile };
    match this_system() {
        System::Linux => Box::new(Entry::of_desktops(&Here, start)),
        System::MacOs => Box::new(Entry::of_macos(&Here, start)),
        System::Windows => Box::new(RunKey { start }),
    }
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

/// The person's own Run key of Windows.
struct RunKey {
    start: Start,
}

impl RunKey {
    fn entry(words: &[String]) -> Result<AutoLaunch, String> {
        let (program, arguments) = words.split_first().ok_or("There is no program")?;
        AutoLaunchBuilder::new()
            .set_app_name(NAME)
            .set_app_path(program)
            .set_args(arguments)
            .set_windows_enable_mode(WindowsEnableMode::CurrentUser)
            .build()
            .map_err(|error| error.to_string())
    }
}

impl Autostart for RunKey {
    fn is_on(&self) -> Result<bool, String> {
        Self::entry(&[NAME.to_owned()])?.is_enabled().map_err(|error| error.to_string())
    }

    fn set(&self, on: bool) -> Result<(), String> {
        let done = if on {
            Self::entry(&run_words(&self.start)?)?.enable()
        } else {
            Self::entry(&[NAME.to_owned()])?.disable()
        };
        done.map_err(|error| error.to_string())
    }
}

/// The words of the line in the Run key, which stand there with a space between them.
fn run_words(start: &Start) -> Result<Vec<String>, String> {
    let words = start.words()?;
    let plain = |word: &&str| word.starts_with("--");
    let words: Vec<String> =
        words.iter().map(|word| if plain(word) { (*word).to_owned() } else { written::run(word) }).collect();
    let units = words.join(" ").encode_utf16().count();
    if units > RUN_UNITS {
        return Err(format!("Windows takes {RUN_UNITS} letters there, and these paths need {units}"));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(program: &str, profile: Option<&str>) -> Start {
        Start { program: program.into(), profile: profile.map(PathBuf::from) }
    }

    fn line(program: &str, profile: Option<&str>) -> Result<String, String> {
        run_words(&start(program, profile)).map(|words| words.join(" "))
    }

    #[test]
    fn windows_starts_the_program_hidden_and_tells_it_its_profile_only_where_it_has_to() {
        let program = r"C:\Program Files\Hallway\hallway.exe";
        assert_eq!(line(program, None).unwrap(), r#""C:\Program Files\Hallway\hallway.exe" --hidden"#);
        assert_eq!(
            line(program, Some(r"D:\100% Börse\")).unwrap(),
            r#""C:\Program Files\Hallway\hallway.exe" --hidden --data-dir "D:\100% Börse\\""#
        );
    }

    #[test]
    fn a_line_that_windows_would_not_take_is_refused() {
        let program = |letters: usize| "a".repeat(letters - r#""" --hidden"#.len());
        assert_eq!(line(&program(RUN_UNITS), None).unwrap().len(), RUN_UNITS);
        assert!(line(&program(RUN_UNITS + 1), None).unwrap_err().contains("261"));
    }

    #[test]
    fn what_is_no_line_of_text_is_refused() {
        assert!(start("/opt/a\nExec=evil/hallway", None).words().is_err());
        assert!(start("/opt/hallway", Some("/home/a\nb")).words().is_err());
    }
}
