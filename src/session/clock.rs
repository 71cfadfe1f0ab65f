//! The one place that reads the clocks.

#![expect(clippy::disallowed_methods, reason = "the one reader of clocks")]

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::types::Now;

/// Reads both clocks at once. The monotonic one counts sleep, so that a laptop that wakes knows for how long it
/// was away.
pub fn clock() -> Arc<dyn Fn() -> Now + Send + Sync> {
    let start = boot_time::Instant::now();
    Arc::new(move || Now { boot_ms: milliseconds(start.elapsed().as_millis()), wall_ms: wall_ms() })
}

/// Milliseconds since 1970 UTC, for display.
pub fn wall_ms() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

fn milliseconds(count: u128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Where days begin and end here.
pub fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::system()
}
