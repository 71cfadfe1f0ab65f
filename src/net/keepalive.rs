//! When to ping, and when the other side counts as gone.
//!
//! A pure clockwork: the connection tells it what it heard and asks what is due. It runs on a clock that counts
//! sleep, so a laptop that wakes does not take its own absence for the other side's death: after a jump, and after
//! its network changed, it pings once and waits for the answer, but not for long.

use std::time::Duration;

use crate::types::limits::{DEAD_AFTER_MS, NETWORK_ANSWER_MS, PING_EVERY_MS, SLEPT_MS};

/// The clockwork of one connection. All times are `Now::boot_ms`.
#[derive(Debug)]
pub struct Keepalive {
    heard_ms: u64,
    pinged_ms: u64,
    checked_ms: u64,
    deadline_ms: u64,
    doubted: bool,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing for so long.
    Wait(Duration),
    /// A ping.
    Ping,
    /// The other side is gone.
    Dead,
}

impl Keepalive {
    /// A connection that was heard right now.
    pub fn new(now_ms: u64) -> Self {
        let deadline_ms = now_ms + DEAD_AFTER_MS;
        Self { heard_ms: now_ms, pinged_ms: now_ms, checked_ms: now_ms, deadline_ms, doubted: false }
    }

    /// Something came from the other side.
    pub fn heard(&mut self, now_ms: u64) {
        self.heard_ms = now_ms;
        self.checked_ms = now_ms;
        self.deadline_ms = now_ms + DEAD_AFTER_MS;
    }

    /// The network changed: the other side may not be reached any more, and is asked at once.
    pub fn doubt(&mut self, now_ms: u64) {
        self.deadline_ms = self.deadline_ms.min(now_ms + NETWORK_ANSWER_MS);
        self.doubted = true;
    }

    /// What is due at this time, to be asked at least every [`PING_EVERY_MS`]. A ping that it asks for counts as sent.
    pub fn due(&mut self, now_ms: u64) -> Due {
        let slept = now_ms.saturating_sub(self.checked_ms) > PING_EVERY_MS + SLEPT_MS;
        self.checked_ms = now_ms;
        if slept {
            self.deadline_ms = now_ms + NETWORK_ANSWER_MS;
        }
        if std::mem::take(&mut self.doubted) || slept {
            self.pinged_ms = now_ms;
            return Due::Ping;
        }
        if now_ms >= self.deadline_ms {
            return Due::Dead;
        }
        let next_ping = self.heard_ms.max(self.pinged_ms) + PING_EVERY_MS;
        if now_ms >= next_ping {
            self.pinged_ms = now_ms;
            return Due::Ping;
        }
        Due::Wait(Duration::from_millis(next_ping.min(self.deadline_ms) - now_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the clockwork as a connection does, and returns when it pinged and when it gave up.
    fn silence_from(start: u64) -> (Vec<u64>, u64) {
        let mut clock = Keepalive::new(start);
        let (mut now, mut pings) = (start, Vec::new());
        loop {
            match clock.due(now) {
                Due::Wait(time) => now += u64::try_from(time.as_millis()).unwrap(),
                Due::Ping => pings.push(now - start),
                Due::Dead => return (pings, now - start),
            }
        }
    }

    #[test]
    fn silence_is_pinged_every_15_seconds_and_dead_at_45() {
        assert_eq!(silence_from(1_000), (vec![15_000, 30_000], 45_000));
    }

    #[test]
    fn what_is_heard_starts_the_wait_anew() {
        let mut clock = Keepalive::new(0);
        clock.heard(14_000);
        assert_eq!(clock.due(15_000), Due::Wait(Duration::from_secs(14)));
        assert_eq!(clock.due(29_000), Due::Ping);
    }

    #[test]
    fn waking_from_sleep_pings_before_it_gives_up() {
        let mut clock = Keepalive::new(0);
        let woke = 3_600_000;
        assert_eq!(clock.due(woke), Due::Ping);
        assert_eq!(clock.due(woke + NETWORK_ANSWER_MS - 1), Due::Wait(Duration::from_millis(1)));
        assert_eq!(clock.due(woke + NETWORK_ANSWER_MS), Due::Dead);
    }

    #[test]
    fn a_late_timer_is_no_sleep_and_one_that_is_later_is() {
        let late = PING_EVERY_MS + SLEPT_MS;
        let mut clock = Keepalive::new(0);
        assert_eq!(clock.due(late), Due::Ping);
        assert_eq!(clock.due(late), Due::Wait(Duration::from_millis(PING_EVERY_MS)));
        let mut clock = Keepalive::new(0);
        assert_eq!(clock.due(late + 1), Due::Ping);
        assert_eq!(clock.due(late + 1), Due::Wait(Duration::from_millis(NETWORK_ANSWER_MS)));
    }

    #[test]
    fn a_changed_network_is_pinged_over_at_once_and_not_waited_for_long() {
        let mut clock = Keepalive::new(0);
        clock.doubt(2_000);
        assert_eq!(clock.due(2_000), Due::Ping);
        assert_eq!(clock.due(2_000 + NETWORK_ANSWER_MS - 1), Due::Wait(Duration::from_millis(1)));
        assert_eq!(clock.due(2_000 + NETWORK_ANSWER_MS), Due::Dead);
        let mut clock = Keepalive::new(0);
        clock.doubt(2_000);
        assert_eq!(clock.due(2_000), Due::Ping);
        clock.heard(2_005);
        assert_eq!(clock.due(2_000 + NETWORK_ANSWER_MS), Due::Wait(Duration::from_millis(12_005)));
    }

    #[test]
    fn an_answer_after_waking_keeps_the_connection() {
        let mut clock = Keepalive::new(0);
        assert_eq!(clock.due(3_600_000), Due::Ping);
        clock.heard(3_600_500);
        assert_eq!(clock.due(3_610_500), Due::Wait(Duration::from_secs(5)));
    }
}
