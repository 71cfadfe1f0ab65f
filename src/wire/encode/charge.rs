//! Who is in charge, and what holds.

use super::bytes;
use crate::types::limits::{MODERATORS, STANDINGS_TOLD};
use crate::types::{House, Standing, Until};
use crate::wire::proto;

/// What stands for no end.
const FOR_GOOD: i64 = 0;

pub(super) fn house(house: &House) -> proto::House {
    let moderators = house.moderators.iter().take(MODERATORS);
    proto::House {
        slow_s: house.rules.slow_s,
        announcements: house.rules.announcements,
        locked: house.rules.locked,
        moderators: moderators.map(|key| bytes(key.as_bytes())).collect(),
    }
}

pub(super) fn standings(standings: &[Standing]) -> proto::Standings {
    proto::Standings { standings: standings.iter().take(STANDINGS_TOLD).map(standing).collect() }
}

fn standing(standing: &Standing) -> proto::Standing {
    let until = |term: Option<Until>| term.map(|term| term.until_ms().unwrap_or(FOR_GOOD));
    proto::Standing {
        key: bytes(standing.key.as_bytes()),
        name: standing.name.to_string(),
        banned: until(standing.banned),
        muted: until(standing.muted),
        moderator: standing.moderator,
    }
}
