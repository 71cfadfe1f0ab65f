//! How long to wait before dialling again: at random, up to as long as it has been down, and small again after a
//! healthy while.
//!
//! The ceiling grows with the time and not with the tries: a host that was away for four seconds has everybody
//! back within four more, however quickly each try was refused, and one that is away for an hour is asked twice
//! a minute.

use crate::types::limits::{RETRY_MAX_MS, RETRY_MIN_MS, RETRY_RESET_MS};

/// The waits of one connection. All times are `Now::boot_ms`.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    down_since_ms: Option<u64>,
    up_since_ms: Option<u64>,
}

impl Backoff {
    /// The connection is up.
    pub fn up(&mut self, now_ms: u64) {
        self.up_since_ms = Some(now_ms);
    }

    /// The network changed, or the person asks: the next wait is short.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Milliseconds to wait now that it is down. `random` is any number; `spread` is what the host asked for,
    /// least and most.
    pub fn down(&mut self, now_ms: u64, random: u64, spread: Option<(u64, u64)>) -> u64 {
        let up = self.up_since_ms.take();
        let healthy_ms = up.map_or(0, |since| now_ms.saturating_sub(since));
        // What it was up for in between is no time that it was down.
        let down_since = self.down_since_ms.map(|since| since.saturating_add(healthy_ms).min(now_ms));
        self.down_since_ms = down_since.filter(|_| healthy_ms < RETRY_RESET_MS);
        let since = *self.down_since_ms.get_or_insert(now_ms);
        let ceiling = now_ms.saturating_sub(since).clamp(RETRY_MIN_MS, RETRY_MAX_MS);
        let (least, most) = match spread {
            // The host knows how many come back at once; it cannot make us wait for ever.
            Some((least, most)) => (least.min(RETRY_MAX_MS), most.min(RETRY_MAX_MS).max(ceiling)),
            None => (0, ceiling),
        };
        least.min(most) + random % (most - least.min(most) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest wait that any random number gives.
    fn longest(backoff: &Backoff, now_ms: u64) -> u64 {
        (0..2_000).map(|r| backoff.clone().down(now_ms, r * 7_919, None)).max().unwrap_or_default()
    }

    #[test]
    fn no_wait_is_longer_than_it_has_been_down() {
        let mut backoff = Backoff::default();
        assert!((400..=RETRY_MIN_MS).contains(&longest(&backoff, 1_000)));
        backoff.down(1_000, 0, None);
        for _ in 0..50 {
            backoff.down(1_100, 0, None);
        }
        assert!(longest(&backoff, 1_100) <= RETRY_MIN_MS, "quick refusals do not count");
        assert!((3_500..=4_000).contains(&longest(&backoff, 5_000)));
        assert!((28_000..=RETRY_MAX_MS).contains(&longest(&backoff, 3_600_000)));
    }

    #[test]
    fn a_healthy_minute_makes_the_waits_small_again_and_a_short_while_does_not() {
        let mut backoff = Backoff::default();
        backoff.down(0, 0, None);
        backoff.up(40_000);
        assert!(longest(&backoff, 40_000 + RETRY_RESET_MS - 1) > 28_000);
        assert!(longest(&backoff, 40_000 + RETRY_RESET_MS) <= RETRY_MIN_MS);
        backoff.reset();
        assert!(longest(&backoff, 41_000) <= RETRY_MIN_MS);
    }

    #[test]
    fn what_it_was_up_for_is_not_counted_as_time_that_it_was_down() {
        let mut backoff = Backoff::default();
        backoff.down(0, 0, None);
        backoff.up(2_000);
        assert!((1_500..=2_000).contains(&longest(&backoff, 2_000 + RETRY_RESET_MS - 1)));
    }

    #[test]
    fn the_hosts_spread_is_kept_but_not_for_ever() {
        let backoff = Backoff::default();
        for random in 0..50 {
            let wait = backoff.clone().down(0, random * 31, Some((500, 2_000)));
            assert!((500..=2_000).contains(&wait));
        }
        assert!(backoff.clone().down(0, 12_345, Some((u64::MAX, u64::MAX))) <= RETRY_MAX_MS);
    }
}
