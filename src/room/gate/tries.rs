//! How often a password was tried, and who has to wait.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use crate::types::limits::{TRIES_MS, TRIES_PER_ADDRESS, TRIES_PER_ROOM, TRIES_WAIT_MAX_MS};

/// The tries of the last while.
#[derive(Debug, Default)]
pub(super) struct Tries {
    /// When the last ones of everybody began.
    all: VecDeque<u64>,
    /// No more than a minute's tries for each minute in which an address is remembered.
    by_address: HashMap<IpAddr, Tried>,
    /// When it was told last that everybody together tries too often.
    told: Option<u64>,
}

/// The tries from one address.
#[derive(Debug, Default)]
struct Tried {
    began: VecDeque<u64>,
    /// How often it had too many.
    rounds: u32,
    /// Until when it waits, boot milliseconds.
    until: u64,
    last: u64,
}

/// A try that may not begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Late {
    /// Milliseconds to wait.
    pub(super) wait_ms: u64,
    /// The host's person does not know it yet.
    pub(super) news: bool,
}

impl Tries {
    /// How long this address waits; none where it may try.
    pub(super) fn wait(&self, address: IpAddr, now_ms: u64) -> Option<u64> {
        let until = self.by_address.get(&address).map_or(0, |tried| tried.until);
        until.checked_sub(now_ms).filter(|wait| *wait > 0)
    }

    /// Counts a try that begins. Answers where it may not.
    pub(super) fn begin(&mut self, address: IpAddr, now_ms: u64) -> Option<Late> {
        if let Some(wait_ms) = self.wait(address, now_ms) {
            return Some(Late { wait_ms, news: false });
        }
        self.forget(now_ms);
        if let Some(first) = self.all.front().filter(|_| self.all.len() >= TRIES_PER_ROOM) {
            let news = self.told.is_none_or(|told| now_ms.saturating_sub(told) >= TRIES_MS);
            if news {
                self.told = Some(now_ms);
            }
            return Some(Late { wait_ms: (first + TRIES_MS).saturating_sub(now_ms).max(1), news });
        }
        let tried = self.by_address.entry(address).or_default();
        if tried.began.len() >= TRIES_PER_ADDRESS {
            let wait_ms = TRIES_MS.saturating_mul(1 << tried.rounds.min(16)).min(TRIES_WAIT_MAX_MS);
            tried.rounds += 1;
            tried.until = now_ms.saturating_add(wait_ms);
            tried.last = now_ms;
            tried.began.clear();
            return Some(Late { wait_ms, news: true });
        }
        tried.began.push_back(now_ms);
        tried.last = now_ms;
        self.all.push_back(now_ms);
        None
    }

    /// Whoever knows the password does not guess it.
    pub(super) fn proven(&mut self, address: IpAddr) {
        self.by_address.remove(&address);
    }

    /// Tries of more than a minute ago are over, and addresses that were quiet for long are forgotten.
    pub(super) fn forget(&mut self, now_ms: u64) {
        let is_over = |began: &u64| began.saturating_add(TRIES_MS) <= now_ms;
        while self.all.front().is_some_and(is_over) {
            self.all.pop_front();
        }
        self.by_address.retain(|_, tried| {
            while tried.began.front().is_some_and(is_over) {
                tried.began.pop_front();
            }
            tried.last.max(tried.until).saturating_add(TRIES_WAIT_MAX_MS) > now_ms
                && (tried.rounds > 0 || !tried.began.is_empty())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn an_address_tries_as_often_as_it_may_and_then_waits_twice_as_long_each_time() {
        let mut tries = Tries::default();
        let mut now = 1_000_000;
        for wait in [60_000, 120_000, 240_000] {
            for _ in 0..TRIES_PER_ADDRESS {
                assert_eq!(tries.begin(address(1), now), None);
            }
            assert_eq!(tries.begin(address(1), now), Some(Late { wait_ms: wait, news: true }));
            assert_eq!(tries.begin(address(1), now + 1), Some(Late { wait_ms: wait - 1, news: false }));
            assert_eq!(tries.begin(address(2), now), None, "others do not wait");
            assert_eq!(tries.wait(address(1), now + wait - 1), Some(1));
            now += wait;
            assert_eq!(tries.wait(address(1), now), None);
        }
    }

    #[test]
    fn the_wait_never_grows_beyond_its_limit() {
        let mut tries = Tries::default();
        let mut now = 0;
        for _ in 0..40 {
            while tries.begin(address(1), now).is_none() {}
            let wait = tries.wait(address(1), now).unwrap();
            assert!(wait <= TRIES_WAIT_MAX_MS);
            now += wait;
        }
    }

    #[test]
    fn everybody_together_tries_as_often_as_the_room_allows_and_no_more() {
        let mut tries = Tries::default();
        for count in 0..TRIES_PER_ROOM {
            assert_eq!(tries.begin(address(u8::try_from(count).unwrap()), 5), None);
        }
        assert_eq!(tries.begin(address(200), 6), Some(Late { wait_ms: TRIES_MS - 1, news: true }));
        assert_eq!(tries.begin(address(201), 7).map(|late| late.news), Some(false));
        assert_eq!(tries.begin(address(200), TRIES_MS + 5), None);
    }

    #[test]
    fn an_address_is_forgotten_when_it_was_quiet_for_long() {
        let mut tries = Tries::default();
        while tries.begin(address(1), 0).is_none() {}
        tries.forget(TRIES_MS + TRIES_WAIT_MAX_MS - 1);
        assert_eq!(tries.by_address.len(), 1);
        tries.forget(TRIES_MS + TRIES_WAIT_MAX_MS);
        assert!(tries.by_address.is_empty());
    }
}
