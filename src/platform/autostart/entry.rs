//! The autostart entry of Linux desktops, by the Desktop Application Autostart Specification.
//!
//! Written here and not by `auto-launch`, whose entry names the program unquoted, so that a path with a space
//! starts nothing, and which takes `~/.config` where `XDG_CONFIG_HOME` says otherwise.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::surroundings::{Here, Surroundings};
use super::{Autostart, HIDDEN, NAME};

/// What follows a backslash or stands after one in a quoted argument.
const QUOTED: [char; 4] = ['"', '`', '$', '\\'];

/// The file that desktops read when a person logs in.
pub(super) struct Entry {
    /// None where there is no home folder.
    file: Option<PathBuf>,
    program: PathBuf,
}

impl Entry {
    /// The entry for this program in the person's configuration folder.
    pub(super) fn new(here: &dyn Surroundings, program: PathBuf) -> Self {
        let folder = |name| here.variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
        let config = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")));
        Self { file: config.map(|config| config.join("autostart/hallway.desktop")), program }
    }

    fn file(&self) -> Result<&Path, String> {
        self.file.as_deref().ok_or_else(|| "There is no home folder".to_owned())
    }

    fn write(&self, file: &Path) -> Result<(), String> {
        let text = text(&self.program)?;
        let folder = file.parent().unwrap_or(file);
        let said = |error: std::io::Error| format!("{} could not be written: {error}", file.display());
        fs::create_dir_all(folder).map_err(said)?;
        fs::write(file, text).map_err(said)
    }
}

impl Autostart for Entry {
    fn is_on(&self) -> Result<bool, String> {
        Ok(Here.read(self.file()?).is_some_and(|text| is_in_force(&text)))
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

fn text(program: &Path) -> Result<String, String> {
    let program = program.to_str().filter(|path| !path.chars().any(char::is_control));
    let program = program.ok_or("The path of this program cannot stand in an autostart entry")?;
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName={NAME}\nIcon=hallway\nTryExec={}\nExec={} {HIDDEN}\n\
         Terminal=false\nStartupNotify=false\n",
        value(program),
        value(&quoted(program)),
    ))
}

/// One argument of an `Exec` line, whatever is in it.
fn quoted(argument: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in argument.chars() {
        if QUOTED.contains(&letter) {
            quoted.push('\\');
        }
        quoted.push(letter);
        if letter == '%' {
            quoted.push('%');
        }
    }
    quoted.push('"');
    quoted
}

/// The rule for all values of desktop entries, which holds on top of that for arguments.
fn value(text: &str) -> String {
    text.replace('\\', "\\\\")
}

#[cfg(test)]
mod tests {
    use super::super::super::surroundings::tests::Pretend;
    use super::*;

    fn entry(config: &Path, program: &str) -> Entry {
        let here = Pretend::default().with_variable("XDG_CONFIG_HOME", config.to_str().unwrap());
        Entry::new(&here, PathBuf::from(program))
    }

    #[test]
    fn switched_on_it_starts_this_program_hidden_and_switched_off_nothing_is_left() {
        let config = tempfile::tempdir().unwrap();
        let entry = entry(config.path(), "/usr/bin/hallway");
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
    fn a_program_in_any_folder_is_named_as_the_specification_asks() {
        for (program, exec) in [
            ("/opt/My Apps/hallway", r#"Exec="/opt/My Apps/hallway" --hidden"#),
            ("/opt/100%/hallway", r#"Exec="/opt/100%%/hallway" --hidden"#),
            (r#"/opt/a"b$c`d/hallway"#, r#"Exec="/opt/a\\"b\\$c\\`d/hallway" --hidden"#),
            (r"/opt/a\b/hallway", r#"Exec="/opt/a\\\\b/hallway" --hidden"#),
        ] {
            let text = text(Path::new(program)).unwrap();
            assert!(text.lines().any(|line| line == exec), "{text}");
        }
        assert!(text(Path::new("/opt/a\nExec=evil/hallway")).is_err());
    }

    #[test]
    fn without_a_configuration_folder_of_its_own_it_is_the_one_in_the_home_folder() {
        let here = Pretend::default().with_variable("HOME", "/home/ana");
        let entry = Entry::new(&here, PathBuf::from("/usr/bin/hallway"));
        assert_eq!(entry.file, Some(PathBuf::from("/home/ana/.config/autostart/hallway.desktop")));
        let here = here.with_variable("XDG_CONFIG_HOME", "not/absolute");
        assert_eq!(Entry::new(&here, PathBuf::new()).file, entry.file);
        let nowhere = Entry::new(&Pretend::default(), PathBuf::new());
        assert!(nowhere.is_on().is_err() && nowhere.set(true).is_err());
    }

    #[test]
    fn an_entry_that_the_desktop_switched_off_is_off() {
        let config = tempfile::tempdir().unwrap();
        let entry = entry(config.path(), "/usr/bin/hallway");
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
        let error = entry(config.path(), "/usr/bin/hallway").set(true).unwrap_err();
        assert!(error.contains("hallway.desktop could not be written: "), "{error}");
    }
}
