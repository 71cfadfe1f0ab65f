//! Hearing of it when this computer's addresses change.
//!
//! Systems tell much that changes nothing, and what changes something in many small pieces. So the addresses are looked
//! at once it has been quiet for a moment, and only another answer than before is told.

use std::time::Duration;

use super::{Reach, addresses};
use crate::platform::network::NetworkChanges;
use crate::types::limits::{NETWORK_SETTLES_AT_MOST_MS, NETWORK_SETTLES_MS};

/// Watches the addresses of this computer.
pub struct Watch {
    changes: Box<dyn NetworkChanges>,
    look: fn() -> Vec<Reach>,
    settling: Settling,
    known: Option<Vec<Reach>>,
}

impl Watch {
    /// Watches from now on. What is there now is the first that is known.
    pub fn new(changes: Box<dyn NetworkChanges>) -> Self {
        Self::with(changes, addresses)
    }

    fn with(changes: Box<dyn NetworkChanges>, look: fn() -> Vec<Reach>) -> Self {
        Self { changes, look, settling: Settling::default(), known: None }
    }

    /// The addresses once they have changed. `now` tells boot milliseconds.
    pub async fn changed(&mut self, now: impl Fn() -> u64) -> Vec<Reach> {
        if self.known.is_none() {
            self.known = looked(self.look).await;
        }
        loop {
            let due = self.settling.due();
            let wait = Duration::from_millis(due.unwrap_or_default().saturating_sub(now()));
            tokio::select! {
                () = tokio::time::sleep(wait), if due.is_some() => {
                    self.settling = Settling::default();
                    let here = looked(self.look).await;
                    if let (true, Some(here)) = (here != self.known, here) {
                        self.known = Some(here.clone());
                        return here;
                    }
                }
                () = self.changes.next_change() => self.settling.noticed(now()),
            }
        }
    }
}

/// Asks the system, which may take its time.
async fn looked(look: fn() -> Vec<Reach>) -> Option<Vec<Reach>> {
    tokio::task::spawn_blocking(look).await.ok()
}

/// When what was noticed has settled. All times are boot milliseconds.
#[derive(Debug, Default)]
struct Settling {
    /// When it began, and when something was noticed last.
    since: Option<(u64, u64)>,
}

impl Settling {
    fn noticed(&mut self, now_ms: u64) {
        let first = self.since.map_or(now_ms, |(first, _)| first);
        self.since = Some((first, now_ms));
    }

    fn due(&self) -> Option<u64> {
        let (first, last) = self.since?;
        let quiet = last.saturating_add(NETWORK_SETTLES_MS);
        Some(quiet.min(first.saturating_add(NETWORK_SETTLES_AT_MOST_MS)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;
    use crate::nearby::ReachKind;
    use crate::platform::fake;

    #[test]
    fn it_has_settled_after_a_quiet_moment_and_at_the_latest_after_a_longer_one() {
        let mut settling = Settling::default();
        assert_eq!(settling.due(), None);
        settling.noticed(1_000);
        assert_eq!(settling.due(), Some(1_000 + NETWORK_SETTLES_MS));
        settling.noticed(1_200);
        assert_eq!(settling.due(), Some(1_200 + NETWORK_SETTLES_MS));
        for noticed in (1_200..9_000).step_by(100) {
            settling.noticed(noticed);
        }
        assert_eq!(settling.due(), Some(1_000 + NETWORK_SETTLES_AT_MOST_MS));
    }

    #[tokio::test(start_paused = true)]
    async fn only_another_answer_than_before_is_told() {
        /// The last number of this computer's address; only this test has it.
        static ADDRESS: AtomicU8 = AtomicU8::new(1);
        fn look() -> Vec<Reach> {
            let ip = [192, 168, 1, ADDRESS.load(Ordering::SeqCst)].into();
            vec![Reach { ip, interface: "eth0".to_owned(), kind: ReachKind::Main }]
        }
        let (system, changes) = fake::network_changes();
        let mut watch = Watch::with(Box::new(changes), look);
        // What is told at this time of a test's own clock is due at once.
        let late = || u64::MAX / 2;
        let patience = Duration::from_mins(1);
        system.try_send(()).unwrap();
        assert!(tokio::time::timeout(patience, watch.changed(late)).await.is_err(), "nothing has changed");
        ADDRESS.store(2, Ordering::SeqCst);
        assert!(tokio::time::timeout(patience, watch.changed(late)).await.is_err(), "nobody has said so");
        system.try_send(()).unwrap();
        assert_eq!(watch.changed(late).await, look());
    }
}
