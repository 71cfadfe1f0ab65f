//! What the checks of this module look at: environment variables and a few small files of the system.
//!
//! A trait, so that a bare computer, a container and somebody's odd desktop can be described in a test.

use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Bytes of a system file that we are willing to read. Those we look at have a few hundred.
const FILE_BYTES: u64 = 64 * 1024;

/// A computer as far as it can be looked at without changing anything.
pub trait Surroundings {
    /// An environment variable; none if it is unset, empty or not Unicode.
    fn variable(&self, name: &str) -> Option<String>;
    /// True if there is something at this path, links followed.
    fn exists(&self, path: &Path) -> bool;
    /// The text of a small file; none if there is none or it cannot be read.
    fn read(&self, path: &Path) -> Option<String>;
    /// The paths in a folder, in order; empty if there is no such folder.
    fn list(&self, folder: &Path) -> Vec<PathBuf>;

    /// True if a program of this name is on the search path.
    fn has_program(&self, name: &str) -> bool {
        let path = self.variable("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.is_absolute() && self.exists(&folder.join(name)))
    }
}

/// This very computer.
#[derive(Debug, Clone, Copy)]
pub struct Here;

impl Surroundings for Here {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn read(&self, path: &Path) -> Option<String> {
        let mut text = String::new();
        std::fs::File::open(path).ok()?.take(FILE_BYTES).read_to_string(&mut text).ok()?;
        Some(text)
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> =
            folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A computer made up for a test.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Pretend {
        variables: BTreeMap<String, String>,
        files: BTreeMap<PathBuf, String>,
    }

    impl Pretend {
        pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
            self.variables.insert(name.to_owned(), value.to_owned());
            self
        }

        pub(crate) fn with_file(mut self, path: impl Into<PathBuf>, text: &str) -> Self {
            self.files.insert(path.into(), text.to_owned());
            self
        }
    }

    impl Surroundings for Pretend {
        fn variable(&self, name: &str) -> Option<String> {
            self.variables.get(name).filter(|value| !value.is_empty()).cloned()
        }

        fn exists(&self, path: &Path) -> bool {
            self.files.contains_key(path)
        }

        fn read(&self, path: &Path) -> Option<String> {
            self.files.get(path).cloned()
        }

        fn list(&self, folder: &Path) -> Vec<PathBuf> {
            self.files.keys().filter(|path| path.parent() == Some(folder)).cloned().collect()
        }
    }

    #[test]
    fn a_program_is_found_in_any_folder_of_the_search_path() {
        let here = Pretend::default()
            .with_variable("PATH", "/usr/local/bin:/usr/bin")
            .with_file("/usr/bin/zenity", "")
            .with_file("/opt/bin/gufw", "");
        assert!(here.has_program("zenity"));
        assert!(!here.has_program("gufw"));
    }

    #[test]
    fn without_a_search_path_there_are_no_programs() {
        assert!(!Pretend::default().with_file("/usr/bin/zenity", "").has_program("zenity"));
    }

    #[test]
    fn what_is_not_there_reads_as_nothing() {
        let missing = Path::new("/nonexistent/hallway");
        assert!(!Here.exists(missing));
        assert_eq!(Here.read(missing), None);
        assert!(Here.list(missing).is_empty());
    }

    #[test]
    fn a_folder_lists_its_files_and_a_file_reads_as_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.conf");
        std::fs::write(&path, "include b").unwrap();
        assert_eq!(Here.list(folder.path()), vec![path.clone()]);
        assert_eq!(Here.read(&path).as_deref(), Some("include b"));
    }
}
