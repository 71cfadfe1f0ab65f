//! A host that is killed in the middle of its work: what it said was written is there.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use hallway::store::{Profile, StoreError};
use hallway::types::{FetchFrom, Link, Seq};

use crate::samples::{ROOM, batch, record};

const DIR: &str = "HALLWAY_TEST_CRASH_DIR";

/// Starts a writer, lets it acknowledge so many entries, kills it, and answers the last one acknowledged.
fn killed_after(dir: &Path, acknowledgements: usize) -> u64 {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child_that_writes", "--ignored", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut acknowledged = lines.by_ref().filter_map(|line| line.strip_prefix("written ")?.parse().ok());
    let mut last: u64 = acknowledged.by_ref().take(acknowledgements).last().unwrap();
    assert_eq!(Profile::open(dir).unwrap_err(), StoreError::Locked, "the writer is still at work");
    writer.kill().unwrap();
    last = acknowledged.last().unwrap_or(last);
    writer.wait().unwrap();
    last
}

#[test]
fn what_was_acknowledged_is_there_after_the_writer_was_killed() {
    let dir = tempfile::tempdir().unwrap();
    drop(Profile::open(dir.path()).unwrap().create_room(&record()).unwrap());
    for acknowledgements in [1, 2, 5, 11, 23] {
        let last = killed_after(dir.path(), acknowledgements);
        let db = Profile::open(dir.path()).unwrap().open_room(&ROOM).unwrap();
        let head = db.known().unwrap().head;
        assert!(head.seq >= Seq(last), "{} is there, {last} was acknowledged", head.seq);
        assert_eq!((db.live_end(), db.gaps().unwrap().len()), (Ok(head), 0));
        let mut at = Link::START;
        while at.seq < head.seq {
            let run = db.page(FetchFrom::After(at.seq), usize::MAX).unwrap().run;
            assert_eq!(run.prev, at);
            at = run.last();
        }
        assert_eq!(at, head);
    }
}

#[test]
#[ignore = "the child of the test above"]
fn child_that_writes() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let profile = Profile::open(Path::new(&dir)).unwrap();
    let mut db = profile.open_room(&ROOM).unwrap();
    let mut next = db.known().unwrap().head.seq.0 + 1;
    let mut out = std::io::stdout();
    // Ends when nobody listens any more.
    while writeln!(out, "written {}", next - 1).is_ok() {
        db.append(&batch(next, next + 2)).unwrap();
        next += 3;
    }
}
