//! How long to wait before dialling again: full jitter, doubling, small again after a healthy while.

use crate::types::limits::{RETRY_MAX_MS, RETRY_MIN_MS, RETRY_RESET_MS};

/// The waits of one connection.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    tries: u32,
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
        if up.is_some_and(|since| now_ms.saturating_sub(since) >= RETRY_RESET_MS) {
            self.tries = 0;
        }
        let ceiling = RETRY_MIN_MS.saturating_mul(1 << self.tries.min(16)).min(RETRY_MAX_MS);
        self.tries = self.tries.saturating_add(1);
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

    #[test]
    fn the_waits_double_from_half_a_second_to_thirty() {
        let mut backoff = Backoff::default();
        let longest: Vec<u64> = (0..8)
            .map(|_| {
                let mut at_most = backoff.clone();
                let ceiling = (0..64).map(|r| at_most.clone().down(0, r * 997, None)).max();
                at_most.reset();
                backoff.down(0, 0, None);
                ceiling.unwrap_or_default()
            })
            .collect();
        assert!(longest[0] <= 500 && longest[3] <= 4_000 && longest[7] <= 30_000);
        assert!(longest[3] > 2_000 && longest[7] > 15_000);
    }

    #[test]
    fn a_healthy_minute_makes_the_waits_small_again() {
        let mut backoff = Backoff::default();
        for _ in 0..10 {
            backoff.down(0, 0, None);
        }
        backoff.up(1_000);
        let mut short = backoff.clone();
        assert!(backoff.down(1_000 + RETRY_RESET_MS, u64::MAX, None) <= RETRY_MIN_MS);
        let waits = (0..100).map(|r| short.clone().down(2_000, r * 7_919, None)).max();
        assert!(waits.unwrap_or_default() > 10_000, "a short while does not");
        short.reset();
        assert!(short.down(0, u64::MAX, None) <= RETRY_MIN_MS);
    }

    #[test]
    fn the_hosts_spread_is_kept_but_not_for_ever() {
        let mut backoff = Backoff::default();
        for random in 0..50 {
            let wait = backoff.clone().down(0, random * 31, Some((500, 2_000)));
            assert!((500..=2_000).contains(&wait));
        }
        assert!(backoff.down(0, 12_345, Some((u64::MAX, u64::MAX))) <= RETRY_MAX_MS);
    }
}
