//! How fast guests may speak: each by itself, and all from one address together.
//!
//! Who came in often from one address would else speak as often as fast. What the guests of an address share is a
//! number that all of them move on, so nobody waits for anybody to look at it; and as each takes its turn when it
//! asks, those who keep asking are not served before those who wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::room::{Bucket, Quota};
use crate::types::limits::{GUEST_ADDRESS_BURST, GUEST_ADDRESS_PER_SECOND};

/// Microseconds that one line of an address takes.
const EACH: u64 = 1_000_000 / GUEST_ADDRESS_PER_SECOND as u64;
/// Microseconds that an address may be ahead of its time.
const AHEAD: u64 = EACH * GUEST_ADDRESS_BURST as u64;

/// What the guests of one address may say together.
#[derive(Debug, Default)]
pub(in crate::net::host) struct Allowance {
    /// When all that had a turn would have been said one by one, boot microseconds.
    said_by: AtomicU64,
}

impl Allowance {
    /// Takes a turn; boot milliseconds from which on it is there.
    fn take(&self, now_ms: u64) -> u64 {
        let now = now_ms.saturating_mul(1_000);
        let next = |by: u64| by.max(now).saturating_add(EACH);
        let moved = self.said_by.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |by| Some(next(by)));
        let (Ok(before) | Err(before)) = moved;
        next(before).saturating_sub(AHEAD).div_ceil(1_000)
    }

    fn give_back(&self) {
        let back = |by: u64| Some(by.saturating_sub(EACH));
        let _before = self.said_by.fetch_update(Ordering::Relaxed, Ordering::Relaxed, back);
    }
}

/// One guest's pace. A turn that it took and did not use goes back with it.
#[derive(Debug)]
pub(super) struct Pace {
    quota: Quota,
    own: Option<Bucket>,
    address: Arc<Allowance>,
    /// From when on the turn that it took is there, boot milliseconds.
    turn: Option<u64>,
}

/// Why a line has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slow {
    /// The guest says too much, until so many boot milliseconds.
    Guest(u64),
    /// Its address does.
    Address(u64),
}

impl Pace {
    pub(super) fn new(quota: Quota, address: Arc<Allowance>) -> Self {
        Self { quota, own: None, address, turn: None }
    }

    /// Lets one line pass.
    ///
    /// # Errors
    /// It has to wait.
    pub(super) fn pass(&mut self, now_ms: u64) -> Result<(), Slow> {
        let at = if let Some(at) = self.turn {
            at
        } else {
            let own = self.own.get_or_insert_with(|| Bucket::full(self.quota, now_ms));
            own.take(self.quota, now_ms).map_err(|wait| Slow::Guest(now_ms + wait))?;
            *self.turn.insert(self.address.take(now_ms))
        };
        if now_ms < at {
            return Err(Slow::Address(at));
        }
        self.turn = None;
        Ok(())
    }
}

impl Drop for Pace {
    fn drop(&mut self) {
        if self.turn.is_some() {
            self.address.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 5_000;
    const QUOTA: Quota = Quota { per_second: 2, burst: 6 };

    fn guests(count: u32) -> Vec<Pace> {
        let address = Arc::default();
        (0..count).map(|_| Pace::new(QUOTA, Arc::clone(&address))).collect()
    }

    #[test]
    fn an_address_may_say_a_burst_and_then_so_much_a_second_whoever_says_it() {
        let mut guests = guests(GUEST_ADDRESS_BURST + 2);
        let waits: Vec<_> = guests.iter_mut().map(|guest| guest.pass(NOW)).collect();
        let (at_once, late) = waits.split_at(GUEST_ADDRESS_BURST as usize);
        assert!(at_once.iter().all(Result::is_ok));
        assert_eq!(late, [Err(Slow::Address(NOW + 32)), Err(Slow::Address(NOW + 63))]);
        let last = guests.last_mut().unwrap();
        assert_eq!((last.pass(NOW + 62), last.pass(NOW + 63)), (Err(Slow::Address(NOW + 63)), Ok(())));
    }

    #[test]
    fn a_guest_that_leaves_gives_its_turn_to_the_address() {
        let mut guests = guests(GUEST_ADDRESS_BURST + 3);
        let (mut next, leaves) = (guests.pop().unwrap(), guests.len() - 1);
        assert_eq!(guests.iter_mut().filter_map(|guest| guest.pass(NOW).err()).count(), 2);
        drop(guests.remove(leaves));
        assert_eq!(next.pass(NOW), Err(Slow::Address(NOW + 63)));
    }

    #[test]
    fn one_guest_alone_is_held_by_its_own_pace() {
        let mut guest = guests(1).remove(0);
        assert!((0..QUOTA.burst).all(|_| guest.pass(NOW).is_ok()));
        assert_eq!(guest.pass(NOW), Err(Slow::Guest(NOW + 500)));
        assert_eq!(guest.pass(NOW + 500), Ok(()));
    }
}
