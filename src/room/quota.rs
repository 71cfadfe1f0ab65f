//! How fast one author may speak: a token bucket without a clock.

use super::Quota;

/// Thousandths of a token in one token.
const TOKEN: u64 = 1_000;

/// The tokens of one author, or of one guest.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    /// Thousandths of a token that are left.
    level: u64,
    /// When that was true, boot milliseconds.
    at_ms: u64,
}

impl Bucket {
    /// A full bucket.
    pub fn full(quota: Quota, now_ms: u64) -> Self {
        Self { level: u64::from(quota.burst.max(1)) * TOKEN, at_ms: now_ms }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// After how many milliseconds there will be one.
    pub fn take(&mut self, quota: Quota, now_ms: u64) -> Result<(), u64> {
        let (rate, burst) = (u64::from(quota.per_second.max(1)), u64::from(quota.burst.max(1)) * TOKEN);
        // So many tokens a second are so many thousandths of a token a millisecond.
        let gained = now_ms.saturating_sub(self.at_ms).saturating_mul(rate);
        self.level = self.level.saturating_add(gained).min(burst);
        self.at_ms = self.at_ms.max(now_ms);
        if self.level >= TOKEN {
            self.level -= TOKEN;
            return Ok(());
        }
        Err((TOKEN - self.level).div_ceil(rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { per_second: 10, burst: 30 };

    fn taken(bucket: &mut Bucket, now_ms: u64) -> usize {
        std::iter::from_fn(|| bucket.take(QUOTA, now_ms).ok()).take(1_000).count()
    }

    #[test]
    fn a_burst_of_thirty_passes_and_the_next_waits_a_tenth_of_a_second() {
        let mut bucket = Bucket::full(QUOTA, 5_000);
        assert_eq!(taken(&mut bucket, 5_000), 30);
        assert_eq!(bucket.take(QUOTA, 5_000), Err(100));
        assert_eq!(bucket.take(QUOTA, 5_099), Err(1));
        assert_eq!(bucket.take(QUOTA, 5_100), Ok(()));
    }

    #[test]
    fn ten_a_second_can_be_kept_up_and_a_long_rest_gives_no_more_than_the_burst() {
        let mut bucket = Bucket::full(QUOTA, 0);
        taken(&mut bucket, 0);
        let passed: usize = (1..=100).map(|tenth| taken(&mut bucket, tenth * 100)).sum();
        assert_eq!(passed, 100);
        assert_eq!(taken(&mut bucket, u64::MAX), 30);
    }

    #[test]
    fn a_clock_that_jumps_back_gives_nothing_and_breaks_nothing() {
        let mut bucket = Bucket::full(QUOTA, 10_000);
        taken(&mut bucket, 10_000);
        assert_eq!(bucket.take(QUOTA, 0), Err(100));
    }
}
