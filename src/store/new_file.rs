//! A file that is written piece by piece and takes its name when it is whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, files};

/// A file on its way. Dropped before [`NewFile::finish`], it leaves nothing behind, and what was at its place is
/// as it was.
#[derive(Debug)]
pub struct NewFile {
    target: PathBuf,
    temporary: PathBuf,
    file: Option<BufWriter<File>>,
}

impl NewFile {
    /// Begins the file that is to be at `path`, beside it and under another name. A link is followed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a folder that is not there, [`StoreError::Full`], [`StoreError::Io`].
    pub fn begin(path: &Path) -> Result<Self, StoreError> {
        let target = files::target(path)?;
        let temporary = files::temporary_beside(&target)?;
        // A leftover of an earlier try; what cannot be removed fails the creation below.
        files::remove(&temporary);
        let file = File::options().create_new(true).write(true).open(&temporary)?;
        Ok(Self { target, temporary, file: Some(BufWriter::new(file)) })
    }

    /// The file is whole: it takes its place, at once, and survives a power cut afterwards.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`]; what was at its place is still there then.
    pub fn finish(mut self) -> Result<(), StoreError> {
        let Some(file) = self.file.take() else { return Err(StoreError::NotFound) };
        let done = file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        let done = done.and_then(|()| fs::rename(&self.temporary, &self.target));
        if let Err(error) = done {
            files::remove(&self.temporary);
            return Err(error.into());
        }
        files::sync_parent(&self.target)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // What is in the buffer is not wanted any more.
            let (file, _unwritten) = file.into_parts();
            drop(file);
            files::remove(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_its_place_when_it_is_whole_and_not_before() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let mut file = NewFile::begin(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        file.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_given_up_leaves_the_old_one_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let mut file = NewFile::begin(&path).unwrap();
        file.write_all(&vec![b'x'; 100_000]).unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_said_before_anything_is() {
        let dir = tempfile::tempdir().unwrap();
        let begun = |path: PathBuf| NewFile::begin(&path).map(drop);
        assert_eq!(begun(dir.path().join("none/below")), Err(StoreError::NotFound));
        assert!(matches!(begun(dir.path().to_owned()), Err(StoreError::Io(_))));
    }

    #[test]
    fn a_name_as_long_as_the_system_allows_can_be_saved() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ä".repeat(127));
        NewFile::begin(&path).unwrap().finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"");
    }
}
