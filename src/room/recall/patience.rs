//! How often members may have the room wait.
//!
//! What a log has lost is worth a pause in which nothing is numbered; but whoever only says that it holds more, or shows an
//! old head and hands nothing back, could have a room pause for ever. So a room waits for nothing a few times, and then
//! once a minute: what is really missing comes back a little later.

use crate::types::limits::{PATIENCE, PATIENCE_MS};

/// Waits for nothing that are left.
#[derive(Debug)]
pub(super) struct Patience {
    left: u32,
    /// When one more came, boot milliseconds.
    filled_ms: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { left: PATIENCE, filled_ms: 0 }
    }
}

impl Patience {
    /// Waits once more, if there is patience for that.
    pub(super) fn spend(&mut self, now_ms: u64) -> bool {
        self.refill(now_ms);
        let any = self.left > 0;
        self.left = self.left.saturating_sub(1);
        any
    }

    /// Time has passed.
    pub(super) fn refill(&mut self, now_ms: u64) {
        let more = now_ms.saturating_sub(self.filled_ms) / PATIENCE_MS;
        if more > 0 {
            self.left = u32::try_from(u64::from(self.left) + more).unwrap_or(PATIENCE).min(PATIENCE);
            self.filled_ms += more * PATIENCE_MS;
        }
    }

    /// Whether there is none left at that time.
    pub(super) fn is_over(&self, now_ms: u64) -> bool {
        self.left == 0 && now_ms < self.again_at()
    }

    /// When there is some again, boot milliseconds; none where there is.
    pub(super) fn due(&self) -> Option<u64> {
        (self.left == 0).then(|| self.again_at())
    }

    /// Something came back.
    pub(super) fn restore(&mut self) {
        self.left = PATIENCE;
    }

    fn again_at(&self) -> u64 {
        self.filled_ms.saturating_add(PATIENCE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_over_after_so_many_waits_and_comes_back_one_by_one() {
        let mut patience = Patience::default();
        assert!((0..PATIENCE).all(|_| patience.spend(7)));
        assert!(patience.is_over(7) && !patience.spend(7));
        let due = patience.due().unwrap();
        assert_eq!(due, PATIENCE_MS);
        assert!(patience.is_over(due - 1) && !patience.is_over(due));
        assert!(patience.spend(due) && !patience.spend(due));
        assert!((0..3).all(|_| patience.spend(due + 3 * PATIENCE_MS)));
        assert!(!patience.spend(due + 3 * PATIENCE_MS));
        patience.restore();
        assert_eq!(patience.due(), None);
    }

    #[test]
    fn no_more_is_saved_up_than_there_was() {
        let mut patience = Patience::default();
        let late = 1_000 * PATIENCE_MS;
        assert!((0..PATIENCE).all(|_| patience.spend(late)));
        assert!(!patience.spend(late));
    }
}
