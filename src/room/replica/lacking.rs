//! What is missing here and the host does not have: perhaps it gets it back, so it is asked for again, less and less
//! often.

use super::contract::Hole;
use crate::types::Now;
use crate::types::limits::{LACKING_RETRY_MAX_MS, LACKING_RETRY_MIN_MS};

#[derive(Debug, Default)]
pub(super) struct Lacking {
    holes: Vec<Hole>,
    /// When they are asked for again, boot milliseconds.
    at: Option<u64>,
    /// Milliseconds of the last wait.
    wait_ms: u64,
}

impl Lacking {
    /// The host does not have this.
    pub(super) fn note(&mut self, now: Now, hole: Hole) {
        self.holes.push(hole);
        if self.at.is_none() {
            self.wait_ms = self.wait_ms.saturating_mul(2).clamp(LACKING_RETRY_MIN_MS, LACKING_RETRY_MAX_MS);
            self.at = Some(now.boot_ms.saturating_add(self.wait_ms));
        }
    }

    pub(super) fn due(&self) -> Option<u64> {
        self.at
    }

    /// What is asked for again, if it is time.
    pub(super) fn tick(&mut self, now: Now) -> Vec<Hole> {
        if self.at.take_if(|at| *at <= now.boot_ms).is_some() {
            std::mem::take(&mut self.holes)
        } else {
            Vec::new()
        }
    }

    /// Another connection: everything is asked for again.
    pub(super) fn again(&mut self) -> Vec<Hole> {
        std::mem::take(self).holes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Link, Seq};

    #[test]
    fn what_the_host_lacks_is_asked_for_again_less_and_less_often_and_at_once_on_another_connection() {
        let now = |boot_ms| Now { boot_ms, wall_ms: 0 };
        let hole = Hole { after: Seq(3), newest: Link { seq: Seq(9), ..Link::START } };
        let mut lacking = Lacking::default();
        let (mut at, mut wait) = (0, LACKING_RETRY_MIN_MS);
        for _ in 0..12 {
            lacking.note(now(at), hole);
            assert_eq!(lacking.tick(now(at + wait - 1)), []);
            assert_eq!(lacking.due(), Some(at + wait));
            assert_eq!(lacking.tick(now(at + wait)), [hole]);
            (at, wait) = (at + wait, (2 * wait).min(LACKING_RETRY_MAX_MS));
        }
        assert_eq!(wait, LACKING_RETRY_MAX_MS);
        lacking.note(now(at), hole);
        assert_eq!((lacking.again(), lacking.due()), (vec![hole], None));
        lacking.note(now(at), hole);
        assert_eq!(lacking.due(), Some(at + LACKING_RETRY_MIN_MS));
    }
}
