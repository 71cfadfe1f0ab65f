//! The file that a system reads when a person logs in: that of Linux desktops, by the Desktop Application Autostart
//! Specification, or a launch agent of macOS.
//!
//! Written here and not by the library for it, which writes paths as they are, so that one with a space (Linux) or an
//! ampersand (macOS) starts nothing, and which looks at the name of an entry and not at what it starts.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::surroundings::{Here, Surroundings};
use super::{Autostart, Start, written};

/// What stands in the path of a program that macOS runs from elsewhere than where it lies.
const TRANSLOCATED: &str = "/AppTranslocation/";
/// What to do about that.
const MOVE_FIRST: &str =
    "Move Hallway to Applications first: macOS runs it from a place that is gone with this start";

/// The file.
pub(super) struct Entry {
    /// None where there is no home folder.
    file: Option<PathBuf>,
    start: Start,
    kind: Kind,
}

/// How such files are written.
struct Kind {
    write: fn(&[&str]) -> String,
    /// What one starts, as it stands there.
    starts: fn(&str) -> Option<&str>,
    /// Why a program may not be named in one, if it may not.
    refuse: fn(&Path) -> Option<&'static str>,
}

impl Entry {
    /// The one of Linux desktops, in the person's configuration folder.
    pub(super) fn of_desktops(here: &dyn Surroundings, start: Start) -> Self {
        let config = folder(here, "XDG_CONFIG_HOME").or_else(|| Some(folder(here, "HOME")?.join(".config")));
        let file = config.map(|config| config.join("autostart/hallway.desktop"));
        let (write, starts) = (written::desktop_entry, written::of_desktop_entry);
        Self { file, start, kind: Kind { write, starts, refuse: |_| None } }
    }

    /// The one of macOS, in the person's library.
    pub(super) fn of_macos(here: &dyn Surroundings, start: Start) -> Self {
        let file = folder(here, "HOME").map(|home| home.join("Library/LaunchAgents/Hallway.plist"));
        let (write, starts) = (written::launch_agent, written::of_launch_agent);
        Self { file, start, kind: Kind { write, starts, refuse: translocated } }
    }

    fn file(&self) -> Result<&Path, String> {
        self.file.as_deref().ok_or_else(|| "There is no home folder".to_owned())
    }

    /// True if it starts this program on this profile, whatever else stands there.
    fn is_ours(&self, text: &str) -> bool {
        let ours = self.start.words().map(|words| (self.kind.write)(&words));
        ours.is_ok_and(|ours| (self.kind.starts)(&ours) == (self.kind.starts)(text))
    }

    fn write(&self, file: &Path) -> Result<(), String> {
        if let Some(words) = (self.kind.refuse)(&self.start.program) {
            return Err(words.to_owned());
        }
        let text = (self.kind.write)(&self.start.words()?);
        let folder = file.parent().unwrap_or(file);
        let said = |error: std::io::Error| format!("{} could not be written: {error}", file.display());
        fs::create_dir_all(folder).map_err(said)?;
        fs::write(file, text).map_err(said)
    }
}

/// A program that came from the network, and is opened where it was unpacked, runs from a folder that macOS makes for
/// this one start: an entry would name what is not there at the next.
fn translocated(program: &Path) -> Option<&'static str> {
    program.to_string_lossy().contains(TRANSLOCATED).then_some(MOVE_FIRST)
}

fn folder(here: &dyn Surroundings, name: &str) -> Option<PathBuf> {
    here.variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
}

impl Autostart for Entry {
    fn is_on(&self) -> Result<bool, String> {
        Ok(Here.read(self.file()?).is_some_and(|text| is_in_force(&text) && self.is_ours(&text)))
    }

    fn set(&self, on: bool) -> Result<(), String> {
        let file = self.file()?;
        if on {
            return self.write(file);
        }
        match fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(format!("{} could not be removed: {error}", file.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Desktops switch an entry off by a line in it.
fn is_in_force(text: &str) -> bool {
    let has = |line: &str| text.lines().any(|other| other.trim().replace(' ', "").eq_ignore_ascii_case(line));
    !has("Hidden=true") && !has("X-GNOME-Autostart-enabled=false")
}

#[cfg(test)]
mod tests {
    use super::super::super::surroundings::tests::Pretend;
    use super::*;

    fn start() -> Start {
        Start { program: "/usr/bin/hallway".into(), profile: None }
    }

    fn entry(config: &Path) -> Entry {
        let here = Pretend::default().with_variable("XDG_CONFIG_HOME", config.to_str().unwrap());
        Entry::of_desktops(&here, start())
    }

    #[test]
    fn switched_on_it_starts_this_program_hidden_and_switched_off_nothing_is_left() {
        let config = tempfile::tempdir().unwrap();
        let entry = entry(config.path());
        assert_eq!(entry.is_on(), Ok(false));
        entry.set(true).unwrap();
        let file = config.path().join("autostart/hallway.desktop");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("[Desktop Entry]\nType=Application\nName=Hallway\n"), "{text}");
        assert!(text.contains("\nExec=\"/usr/bin/hallway\" --hidden\n"), "{text}");
        assert_eq!(entry.is_on(), Ok(true));
        entry.set(false).unwrap();
        assert!(!file.exists());
        assert_eq!(entry.is_on(), Ok(false));
        assert_eq!(entry.set(false), Ok(()), "off already");
    }

    #[test]
    fn on_a_mac_it_is_an_agent_in_the_library_with_the_profile_that_was_given() {
        let home = tempfile::tempdir().unwrap();
        let here = Pretend::default().with_variable("HOME", home.path().to_str().unwrap());
        let entry = Entry::of_macos(&here, Start { profile: Some("/Volumes/R&D".into()), ..start() });
        assert_eq!(entry.is_on(), Ok(false));
        entry.set(true).unwrap();
        let text = fs::read_to_string(home.path().join("Library/LaunchAgents/Hallway.plist")).unwrap();
        assert!(
            text.contains("<string>--data-dir</string>\n\t\t<string>/Volumes/R&amp;D</string>"),
            "{text}"
        );
        assert_eq!(entry.is_on(), Ok(true));
        entry.set(false).unwrap();
        assert_eq!(entry.is_on(), Ok(false));
    }

    #[test]
    fn without_a_configuration_folder_of_its_own_it_is_the_one_in_the_home_folder() {
        let here = Pretend::default().with_variable("HOME", "/home/ana");
        let entry = Entry::of_desktops(&here, start());
        assert_eq!(entry.file, Some(PathBuf::from("/home/ana/.config/autostart/hallway.desktop")));
        let here = here.with_variable("XDG_CONFIG_HOME", "not/absolute");
        assert_eq!(Entry::of_desktops(&here, start()).file, entry.file);
        let nowhere = Entry::of_desktops(&Pretend::default(), start());
        assert!(nowhere.is_on().is_err() && nowhere.set(true).is_err());
    }

    #[test]
    fn an_entry_that_the_desktop_switched_off_is_off() {
        let config = tempfile::tempdir().unwrap();
        let entry = entry(config.path());
        for line in ["Hidden=true", "X-GNOME-Autostart-enabled = false"] {
            entry.set(true).unwrap();
            let file = entry.file.as_deref().unwrap();
            fs::write(file, format!("{}{line}\n", fs::read_to_string(file).unwrap())).unwrap();
            assert_eq!(entry.is_on(), Ok(false), "{line}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_sentence() {
        let config = tempfile::tempdir().unwrap();
        fs::write(config.path().join("autostart"), "a file").unwrap();
        let error = entry(config.path()).set(true).unwrap_err();
        assert!(error.contains("hallway.desktop could not be written: "), "{error}");
    }
    #[test]
    fn what_another_copy_or_another_profile_wrote_is_off_here_and_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let here = Pretend::default().with_variable("HOME", home.path().to_str().unwrap());
        for new in [Entry::of_desktops, Entry::of_macos] {
            let entry = new(&here, start());
            let copy = new(&here, Start { program: "/opt/hallway".into(), profile: None });
            let profile = new(&here, Start { profile: Some("/home/ana/other".into()), ..start() });
            for (one, other) in [(&entry, &copy), (&copy, &profile), (&profile, &entry)] {
                one.set(true).unwrap();
                assert_eq!((one.is_on(), other.is_on()), (Ok(true), Ok(false)));
                other.set(true).unwrap();
                assert_eq!((one.is_on(), other.is_on()), (Ok(false), Ok(true)));
            }
        }
    }

    #[test]
    fn what_a_desktop_adds_to_an_entry_leaves_it_ours() {
        let config = tempfile::tempdir().unwrap();
        let entry = entry(config.path());
        entry.set(true).unwrap();
        let file = entry.file.as_deref().unwrap();
        let text = fs::read_to_string(file).unwrap().replace("Exec=\"", "Exec = \"");
        fs::write(file, format!("# Seen.\n{text}X-GNOME-Autostart-enabled=true\n")).unwrap();
        assert_eq!(entry.is_on(), Ok(true));
        fs::write(file, "").unwrap();
        assert_eq!(entry.is_on(), Ok(false));
    }

    #[test]
    fn a_mac_that_runs_the_program_from_elsewhere_is_asked_to_have_it_moved_first() {
        let home = tempfile::tempdir().unwrap();
        let here = Pretend::default().with_variable("HOME", home.path().to_str().unwrap());
        let moved = "/private/var/folders/x/T/AppTranslocation/5D-1/d/Hallway.app/Contents/MacOS/hallway";
        let entry = Entry::of_macos(&here, Start { program: moved.into(), profile: None });
        assert_eq!(entry.set(true), Err(MOVE_FIRST.to_owned()));
        assert_eq!((entry.is_on(), entry.set(false)), (Ok(false), Ok(())));
        assert_eq!(translocated(Path::new("/Applications/Hallway.app/Contents/MacOS/hallway")), None);
    }
}
