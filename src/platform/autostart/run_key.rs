//! The Run key of Windows: lines that it starts when a person logs in, and beside them what the person switched off in
//! the Task Manager.

use super::{Autostart, NAME, Start, written};

/// The key of the lines, under the person's own.
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// The key of the switches. The first byte is odd where a line is switched off; without a value it is on.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
/// UTF-16 units of a line that Windows takes there.
const UNITS: usize = 260;

/// The values in the person's own part of the registry. What is not there is none, and is removed already.
pub(in crate::platform) trait Values {
    /// The text of this name in this key.
    fn text(&self, key: &str, name: &str) -> Result<Option<String>, String>;
    /// The first byte of the value of this name in this key.
    fn first_byte(&self, key: &str, name: &str) -> Result<Option<u8>, String>;
    /// Writes a text.
    fn write(&self, key: &str, name: &str, text: &str) -> Result<(), String>;
    /// Removes a value.
    fn remove(&self, key: &str, name: &str) -> Result<(), String>;
}

/// The line of ours.
pub(super) struct RunKey<V> {
    pub(super) values: V,
    pub(super) start: Start,
}

impl<V: Values> Autostart for RunKey<V> {
    fn is_on(&self) -> Result<bool, String> {
        let Some(there) = self.values.text(RUN, NAME)? else { return Ok(false) };
        // Paths are the same in capitals and in small letters.
        let ours = line(&self.start).is_ok_and(|ours| ours.to_lowercase() == there.to_lowercase());
        let switched_off = self.values.first_byte(APPROVED, NAME)?.is_some_and(|first| first % 2 == 1);
        Ok(ours && !switched_off)
    }

    fn set(&self, on: bool) -> Result<(), String> {
        if on {
            self.values.write(RUN, NAME, &line(&self.start)?)?;
        } else {
            self.values.remove(RUN, NAME)?;
        }
        self.values.remove(APPROVED, NAME)
    }
}

/// What stands in the key.
fn line(start: &Start) -> Result<String, String> {
    let words = start.words()?;
    let plain = |word: &str| word.starts_with("--");
    let words: Vec<String> =
        words.iter().map(|word| if plain(word) { (*word).to_owned() } else { written::run(word) }).collect();
    let line = words.join(" ");
    let units = line.encode_utf16().count();
    if units > UNITS {
        return Err(format!("Windows takes {UNITS} letters there, and these paths need {units}"));
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::rc::Rc;

    use super::*;

    /// A registry whose clones are one.
    #[derive(Clone, Default)]
    struct Registry(Rc<RefCell<Stored>>);

    /// By key and name.
    type Stored = BTreeMap<(String, String), Vec<u8>>;

    impl Registry {
        fn get(&self, key: &str, name: &str) -> Option<Vec<u8>> {
            self.0.borrow().get(&(key.to_owned(), name.to_owned())).cloned()
        }

        fn put(&self, key: &str, value: &[u8]) {
            self.0.borrow_mut().insert((key.to_owned(), NAME.to_owned()), value.to_owned());
        }
    }

    impl Values for Registry {
        fn text(&self, key: &str, name: &str) -> Result<Option<String>, String> {
            Ok(self.get(key, name).map(|value| String::from_utf8(value).unwrap()))
        }

        fn first_byte(&self, key: &str, name: &str) -> Result<Option<u8>, String> {
            Ok(self.get(key, name).and_then(|value| value.first().copied()))
        }

        fn write(&self, key: &str, name: &str, text: &str) -> Result<(), String> {
            self.0.borrow_mut().insert((key.to_owned(), name.to_owned()), text.into());
            Ok(())
        }

        fn remove(&self, key: &str, name: &str) -> Result<(), String> {
            self.0.borrow_mut().remove(&(key.to_owned(), name.to_owned()));
            Ok(())
        }
    }

    const PROGRAM: &str = r"C:\Program Files\Hallway\hallway.exe";

    fn start(program: &str, profile: Option<&str>) -> Start {
        Start { program: program.into(), profile: profile.map(PathBuf::from) }
    }

    fn line(program: &str, profile: Option<&str>) -> Result<String, String> {
        super::line(&start(program, profile))
    }

    #[test]
    fn windows_starts_the_program_hidden_and_tells_it_its_profile_only_where_it_has_to() {
        assert_eq!(line(PROGRAM, None).unwrap(), r#""C:\Program Files\Hallway\hallway.exe" --hidden"#);
        assert_eq!(
            line(PROGRAM, Some(r"D:\100% Börse\")).unwrap(),
            r#""C:\Program Files\Hallway\hallway.exe" --hidden --data-dir "D:\100% Börse\\""#
        );
    }

    #[test]
    fn a_line_that_windows_would_not_take_is_refused() {
        let program = |letters: usize| "a".repeat(letters - r#""" --hidden"#.len());
        assert_eq!(line(&program(UNITS), None).unwrap().len(), UNITS);
        assert!(line(&program(UNITS + 1), None).unwrap_err().contains("261"));
    }

    #[test]
    fn switched_on_there_is_a_line_and_switched_off_nothing_is_left() {
        let values = Registry::default();
        let key = RunKey { values: values.clone(), start: start(PROGRAM, None) };
        assert_eq!(key.is_on(), Ok(false));
        key.set(true).unwrap();
        assert_eq!(values.text(RUN, NAME).unwrap(), Some(line(PROGRAM, None).unwrap()));
        assert_eq!(key.is_on(), Ok(true));
        key.set(false).unwrap();
        assert_eq!(key.is_on(), Ok(false));
        assert!(values.0.borrow().is_empty());
    }

    #[test]
    fn what_was_switched_off_in_the_task_manager_is_off_until_it_is_switched_on_here() {
        let values = Registry::default();
        let key = RunKey { values: values.clone(), start: start(PROGRAM, None) };
        key.set(true).unwrap();
        values.put(APPROVED, &[2, 0, 0, 0]);
        assert_eq!(key.is_on(), Ok(true));
        values.put(APPROVED, &[3, 0, 0, 0, 0x80]);
        assert_eq!(key.is_on(), Ok(false));
        key.set(true).unwrap();
        assert_eq!(key.is_on(), Ok(true));
    }

    #[test]
    fn the_line_of_another_copy_or_another_profile_is_off_here_and_is_replaced() {
        let values = Registry::default();
        let key = |start| RunKey { values: values.clone(), start };
        let installed = key(start(PROGRAM, None));
        let portable = key(start(r"E:\hallway.exe", None));
        let profile = key(start(PROGRAM, Some(r"D:\other")));
        for (one, other) in [(&installed, &portable), (&portable, &profile), (&profile, &installed)] {
            one.set(true).unwrap();
            assert_eq!((one.is_on(), other.is_on()), (Ok(true), Ok(false)));
            other.set(true).unwrap();
            assert_eq!((one.is_on(), other.is_on()), (Ok(false), Ok(true)));
        }
        installed.set(true).unwrap();
        assert_eq!(key(start(&PROGRAM.to_uppercase(), None)).is_on(), Ok(true), "the same file");
    }
}
