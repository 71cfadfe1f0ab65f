//! What the disk can do by itself: one page of a database appended and synced, over and over.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes that are written before each sync.
const PAGE: usize = 4_096;

/// Syncs a second in this folder, over that time.
pub(crate) fn rate(folder: &Path, time: Duration) -> f64 {
    let path = folder.join("fsync");
    let mut file = File::create(&path).expect("a file");
    let (begin, mut syncs) = (Instant::now(), 0_u32);
    while begin.elapsed() < time {
        file.write_all(&[1; PAGE]).expect("space");
        file.sync_data().expect("a sync");
        syncs += 1;
    }
    let took = begin.elapsed().as_secs_f64();
    std::fs::remove_file(path).expect("the file");
    f64::from(syncs) / took
}
