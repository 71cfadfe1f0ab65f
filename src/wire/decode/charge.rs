//! Who is in charge, and what holds.

use bytes::Bytes;

use super::{DecodeError, at_most, field, read};
use crate::types::limits::{MODERATORS, SLOW_S_MAX, STANDINGS_TOLD};
use crate::types::{House, HouseRules, Standing, Until};
use crate::wire::message::ServerMessage;
use crate::wire::proto;

/// What stands for no end.
const FOR_GOOD: i64 = 0;

pub(super) fn house(body: Bytes) -> Result<ServerMessage, DecodeError> {
    at_most(&body, "House", &[(4, MODERATORS)])?;
    let said: proto::House = read(body, "House")?;
    if said.slow_s > SLOW_S_MAX {
        return Err(DecodeError::Range("House.slow_s"));
    }
    let rules = HouseRules { slow_s: said.slow_s, announcements: said.announcements, locked: said.locked };
    let moderators = said.moderators.iter().map(|key| field::member_key(key)).collect::<Result<_, _>>()?;
    Ok(ServerMessage::House(House { rules, moderators }))
}

pub(super) fn standings(body: Bytes) -> Result<ServerMessage, DecodeError> {
    at_most(&body, "Standings", &[(1, STANDINGS_TOLD)])?;
    let said: proto::Standings = read(body, "Standings")?;
    Ok(ServerMessage::Standings(said.standings.iter().map(standing).collect::<Result<_, _>>()?))
}

fn standing(said: &proto::Standing) -> Result<Standing, DecodeError> {
    let term = |until: Option<i64>| until.map(|until| Until::new((until != FOR_GOOD).then_some(until)));
    let name = field::nickname(&said.name, "Standing.name")?;
    Ok(Standing {
        banned: term(said.banned),
        muted: term(said.muted),
        moderator: said.moderator,
        ..Standing::new(field::member_key(&said.key)?, name)
    })
}
