//! One fault-hour: an hour of a world in which things fail, and what becomes of it when nothing fails any more.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::random::Random;
use super::world::{Tally, World};

/// Milliseconds of an hour.
const HOUR_MS: u64 = 3_600_000;
/// What an hour must hold to count.
const FAULTS: u64 = 60;
const ACKNOWLEDGED: u64 = 600;
const MEMBERS: usize = 5;

/// What one hour came to.
pub struct Hour {
    pub members: usize,
    pub tally: Tally,
}

impl Hour {
    /// Whether so much happened that it counts.
    pub fn counts(&self) -> bool {
        self.members >= MEMBERS && self.tally.faults >= FAULTS && self.tally.acknowledged >= ACKNOWLEDGED
    }
}

/// Lives through the hour of this seed. Panics where a promise is broken.
pub fn live(seed: u64, verbose: bool) -> Hour {
    let members = MEMBERS + Random(!seed).pick(4);
    let mut world = World::new(seed, members);
    world.verbose = verbose;
    // In every third world the host's disk rots.
    world.rots = seed.is_multiple_of(3);
    // And in every fourth people take back what they said; the others are the hours that they were before.
    world.removes = matches!(seed % 8, 5 | 6);
    world.begin(HOUR_MS / 2);
    world.run_until(HOUR_MS);
    world.calm_down();
    Hour { members, tally: world.tally }
}

/// Lives through it; none where a promise was broken, of which the panic's words tell.
pub fn survive(seed: u64) -> Option<Hour> {
    catch_unwind(AssertUnwindSafe(|| live(seed, false))).ok()
}
