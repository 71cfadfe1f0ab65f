//! A wait before dialling again, in pieces.
//!
//! The system's timers stand still while a computer sleeps. In pieces, a wait of half a minute does not become one of
//! half a minute after the lid was opened: the next piece finds that much more time has passed than it lasted.

use crate::types::limits::{PAUSE_PIECE_MS, SLEPT_MS};

/// One wait. All times are boot milliseconds.
#[derive(Debug)]
pub(super) struct Pause {
    until_ms: u64,
    looked_ms: Option<u64>,
}

/// How it stands with a wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Look again after so many milliseconds.
    More(u64),
    /// It is over after so many milliseconds.
    Last(u64),
    /// This computer slept meanwhile: whatever was waited for is another matter now.
    Slept,
}

impl Pause {
    /// Until then.
    pub(super) fn until(until_ms: u64) -> Self {
        Self { until_ms, looked_ms: None }
    }

    /// The next piece. To be asked again at least as often as the pieces say.
    pub(super) fn next(&mut self, now_ms: u64) -> Piece {
        let looked = self.looked_ms.replace(now_ms);
        if looked.is_some_and(|looked| now_ms.saturating_sub(looked) > PAUSE_PIECE_MS + SLEPT_MS) {
            return Piece::Slept;
        }
        match self.until_ms.saturating_sub(now_ms) {
            left if left > PAUSE_PIECE_MS => Piece::More(PAUSE_PIECE_MS),
            left => Piece::Last(left),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_wait_comes_in_pieces_and_ends_in_time() {
        let mut pause = Pause::until(30_000);
        let (mut now, mut pieces) = (1_000, 0);
        loop {
            match pause.next(now) {
                Piece::More(ms) => now += ms,
                Piece::Last(ms) => break assert_eq!(now + ms, 30_000),
                Piece::Slept => panic!("it did not sleep"),
            }
            pieces += 1;
        }
        assert_eq!(pieces, 29_000 / PAUSE_PIECE_MS);
    }

    #[test]
    fn a_sleep_is_noticed_by_the_next_piece_and_a_late_timer_is_none() {
        let mut pause = Pause::until(1_000_000);
        assert_eq!(pause.next(0), Piece::More(PAUSE_PIECE_MS));
        let late = PAUSE_PIECE_MS + SLEPT_MS;
        assert_eq!(pause.next(late), Piece::More(PAUSE_PIECE_MS));
        assert_eq!(pause.next(2 * late + 1), Piece::Slept);
        assert_eq!(pause.next(2 * late + 1), Piece::More(PAUSE_PIECE_MS), "it is told once");
    }
}
