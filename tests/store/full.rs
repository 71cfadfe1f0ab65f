//! A full disk. A child process is given a limit on the size of its files, which makes its writes fail as on a
//! full disk and needs no rights. What SQLite does when it has no page left is tested beside its code.

use std::path::Path;
use std::process::Command;

use hallway::store::settings::{keep_settings, read_settings};
use hallway::store::{Profile, RoomDb, StoreError, files};
use hallway::types::{FetchFrom, Seq, Settings};

use crate::samples::{batch, record, run};

const DIR: &str = "HALLWAY_TEST_FULL_DIR";

#[test]
fn on_a_full_disk_the_old_files_stay_and_the_reason_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let old = Settings { sounds: false, ..Settings::default() };
    keep_settings(&Profile::open(dir.path()).unwrap(), &old).unwrap();
    std::fs::write(dir.path().join("saved.txt"), "old").unwrap();
    assert!(in_child(dir.path(), 0, "full::child_that_writes"));
    let profile = Profile::open(dir.path()).unwrap();
    assert_eq!(read_settings(&profile), (old, None));
    assert_eq!(std::fs::read_to_string(dir.path().join("saved.txt")).unwrap(), "old");
    assert_eq!(profile.identity(), Ok(None));
    let left = std::fs::read_dir(dir.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".new"));
    assert_eq!(left.count(), 0, "no half-written file is left");
}

#[test]
#[ignore = "the child of the test above"]
fn child_that_writes() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let dir = Path::new(&dir);
    let profile = Profile::open(dir).unwrap();
    assert_eq!(keep_settings(&profile, &Settings::default()), Err(StoreError::Full));
    assert_eq!(profile.keep_identity(b"key"), Err(StoreError::Full));
    assert_eq!(files::write_atomic(&dir.join("saved.txt"), b"new", false), Err(StoreError::Full));
    profile.create_room(&record()).unwrap_err();
    ran(dir);
}

#[test]
fn a_log_that_cannot_grow_refuses_the_whole_commit_and_can_still_be_read() {
    let dir = tempfile::tempdir().unwrap();
    // 512 or 1,024 bytes each, as the shell has it: beyond what an empty room takes, below 100,000 texts.
    assert!(in_child(dir.path(), 400, "full::child_that_appends"));
    let mut db = RoomDb::open(&dir.path().join("a.db")).unwrap();
    let head = db.known().unwrap().head;
    assert!(head.seq > Seq::START);
    assert_eq!(db.live_end(), Ok(head));
    db.append(&batch(head.seq.0 + 1, head.seq.0 + 2)).unwrap();
}

#[test]
#[ignore = "the child of the test above"]
fn child_that_appends() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let mut db = RoomDb::create(&Path::new(&dir).join("a.db"), &record()).unwrap();
    let failed = (0..10_000).find_map(|n| {
        let known = db.known().unwrap();
        let error = db.append(&batch(n * 10 + 1, n * 10 + 10)).err()?;
        assert_eq!(db.known().unwrap(), known, "nothing of it is there");
        Some(error)
    });
    // The system says "file too large" where a full disk says "no space", and SQLite keeps them apart.
    assert!(matches!(failed, Some(StoreError::Io(_) | StoreError::Full)), "{failed:?}");
    assert_eq!(db.page(FetchFrom::After(Seq(0)), 5).unwrap().run, run(1, 5));
    ran(Path::new(&dir));
}

/// Leaves an empty file, which needs no space, as the child's proof that it came to its end.
fn ran(dir: &Path) {
    std::fs::File::create(dir.join("ran")).unwrap();
}

/// Runs one ignored test of this file in a process whose files may have `blocks` at most.
fn in_child(dir: &Path, blocks: u32, test: &str) -> bool {
    // Without the trap the signal would end the child before the system call fails.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --exact {test} --ignored");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).arg(std::env::current_exe().unwrap()).env(DIR, dir);
    command.stdout(std::process::Stdio::null()).status().unwrap().success() && dir.join("ran").exists()
}
