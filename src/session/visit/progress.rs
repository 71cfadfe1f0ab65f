//! How far a copy that was away for long has caught up, for people who wait for the newest line.

use super::Visit;
use crate::session::event::{CatchingUp, RoomEvent};
use crate::types::Seq;
use crate::types::limits::{CATCHING_UP_ENTRIES, CATCHING_UP_TOLD_MS};

/// What was told of it.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Where it began, and when it was told last, boot milliseconds.
    under_way: Option<(Seq, u64)>,
}

impl Progress {
    /// What is to be told now: so much of so much, or that it is over. `followed` is how far the log was told and the
    /// newest entry that is known to exist; none while not connected.
    #[expect(clippy::option_option, reason = "nothing to tell, and told that it is over, are two things")]
    fn look(&mut self, now_ms: u64, followed: Option<(Seq, Seq)>) -> Option<Option<CatchingUp>> {
        let behind = followed.filter(|(shown, head)| head.0.saturating_sub(shown.0) > CATCHING_UP_ENTRIES);
        let Some((shown, head)) = behind else {
            return self.under_way.take().map(|_| None);
        };
        match self.under_way {
            // More than ever was missing: it is another log.
            Some((from, _)) if shown < from => self.under_way = Some((shown, now_ms)),
            Some((_, told)) if now_ms < told.saturating_add(CATCHING_UP_TOLD_MS) => return None,
            Some((from, _)) => self.under_way = Some((from, now_ms)),
            None => self.under_way = Some((shown, now_ms)),
        }
        let (from, _) = self.under_way?;
        let here = shown.0.saturating_sub(from.0);
        Some(Some(CatchingUp { here, all: head.0.saturating_sub(from.0) }))
    }
}

impl Visit {
    /// Tells how far this copy has caught up, where that takes long enough to be seen.
    pub(super) async fn tell_progress(&mut self) {
        let followed = self.replica.followed().filter(|_| self.online.is_some());
        if let Some(told) = self.progress.look((self.world.clock)().boot_ms, followed) {
            self.teller.tell(RoomEvent::CatchingUp(told)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "as it is handed in")]
    fn at(shown: u64, head: u64) -> Option<(Seq, Seq)> {
        Some((Seq(shown), Seq(head)))
    }

    #[test]
    fn a_long_way_is_told_from_where_it_began_now_and_then_and_once_that_it_is_over() {
        let mut progress = Progress::default();
        assert_eq!(progress.look(0, at(1_000, 51_000)), Some(Some(CatchingUp { here: 0, all: 50_000 })));
        assert_eq!(progress.look(CATCHING_UP_TOLD_MS - 1, at(9_000, 51_000)), None);
        let told = progress.look(CATCHING_UP_TOLD_MS, at(13_400, 51_010));
        assert_eq!(told, Some(Some(CatchingUp { here: 12_400, all: 50_010 })));
        assert_eq!(progress.look(CATCHING_UP_TOLD_MS + 1, at(51_010, 51_010)), Some(None));
        assert_eq!(progress.look(CATCHING_UP_TOLD_MS + 2, at(51_010, 51_010)), None);
    }

    #[test]
    fn a_short_way_is_not_told_and_one_line_more_is() {
        let mut progress = Progress::default();
        assert_eq!(progress.look(0, at(10, 10 + CATCHING_UP_ENTRIES)), None);
        assert!(progress.look(0, at(10, 11 + CATCHING_UP_ENTRIES)).is_some_and(|told| told.is_some()));
    }

    #[test]
    fn a_lost_connection_ends_it_and_the_next_one_begins_where_it_is_then() {
        let mut progress = Progress::default();
        assert!(progress.look(0, at(0, 50_000)).is_some());
        assert_eq!(progress.look(1, None), Some(None));
        assert_eq!(progress.look(2, at(20_000, 50_000)), Some(Some(CatchingUp { here: 0, all: 30_000 })));
    }
}
