//! What it takes to export a long history, and to remove most of it.
//!
//! `HALLWAY_HISTORY_LINES` says how many lines the room has; 100,000 if nothing is said. Every line is checked when it
//! is exported, as always; these were signed by nobody, so what is written are stubs.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench may panic and prints"
)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/store/samples.rs"]
mod samples;

use std::path::Path;
use std::time::{Duration, Instant};

use hallway::session::{history, write_history_file};
use hallway::store::{NotKept, Profile, RoomDb};
use hallway::types::limits::COMMIT_ENTRIES;
use hallway::types::{ExportFormat, Link, Seq};

fn main() {
    let lines =
        std::env::var("HALLWAY_HISTORY_LINES").ok().and_then(|lines| lines.parse().ok()).unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    let mut db = Profile::open(dir.path()).unwrap().create_room(&samples::record()).unwrap();
    db.index_with(samples::text_of);
    let text = |line: u64| format!("Line {line} says about as much as a line of a chat does");
    let mut prev = Link::START;
    while prev.seq.0 < lines {
        let to = lines.min(prev.seq.0 + COMMIT_ENTRIES as u64);
        let texts: Vec<String> = (prev.seq.0 + 1..=to).map(text).collect();
        let batch = samples::saying(prev, &texts.iter().map(String::as_str).collect::<Vec<_>>());
        prev = batch.entries.last().unwrap().link();
        db.append(&batch).unwrap();
    }
    for format in ExportFormat::ALL {
        let path = dir.path().join(format.word());
        let (begun, mut history) = (Instant::now(), history(dir.path(), None).unwrap());
        let shape = (format, jiff::tz::TimeZone::UTC);
        write_history_file(&mut history, shape, &path, |_| true).unwrap();
        let bytes = path.metadata().unwrap().len();
        println!("{lines} lines as {:<9} {:>7.2} s {bytes:>12} bytes", format.word(), seconds(begun));
    }
    println!("memory at most {} KiB", memory());
    remove(&mut db, &dir.path().join(format!("rooms/{}.db", samples::ROOM)), lines);
}

/// Removes nine tenths, and says how long that and its longest step took, and what became of the file.
fn remove(db: &mut RoomDb, path: &Path, lines: u64) {
    let size = || path.metadata().unwrap().len();
    let (before, begun, mut longest) = (size(), Instant::now(), Duration::ZERO);
    db.set_not_kept(NotKept { through: Seq(lines / 10 * 9), ..NotKept::default() });
    loop {
        let step = Instant::now();
        let more = db.remove_some().unwrap();
        longest = longest.max(step.elapsed());
        if !more {
            break;
        }
    }
    let longest = 1e3 * longest.as_secs_f64();
    println!("nine tenths removed {:>7.2} s, the longest step {longest:.1} ms", seconds(begun));
    println!("{before} bytes became {}, with {} lines", size(), db.here().unwrap());
}

fn seconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64()
}

/// The most memory that this process ever had, in KiB; 0 where the system does not say.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
