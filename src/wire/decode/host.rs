//! What only hosts send.

use super::{DecodeError, field, log, member};
use crate::types::limits::TYPING_NAMES;
use crate::types::{Denial, Epoch, GuestList, InviteEnd, MemberId, Nickname, Refusal, RoomName, Seq};
use crate::wire::message::{
    OpResult, Page, Passing, RosterMember, RosterPage, ServerMessage, SignedHead, TailWanted, Welcome,
};
use crate::wire::proto::{self, DeniedCode, RefusedCode};

pub(super) fn welcome(said: proto::Welcome) -> Result<Welcome, DecodeError> {
    if said.version == 0 {
        return Err(DecodeError::Range("Welcome.version"));
    }
    Ok(Welcome {
        version: said.version,
        features: field::features(said.features)?,
        room_id: field::room_id(&said.room_id)?,
        epoch: Epoch(said.epoch),
        room_name: RoomName::new(&said.room_name)
            .map_err(|error| DecodeError::Name("Welcome.room_name", error))?,
        you: MemberId(said.you),
        last_n: said.last_n,
        host_key: field::member_key(&said.host_key)?,
        head: log::signed_head(said.head)?,
        oldest: Seq(said.oldest),
        from: field::link(said.from, "Welcome.from")?,
        server_ms: said.server_ms,
        present: said.present,
        quota: said.quota.map_or((0, 0), |quota| (quota.per_second, quota.burst)),
    })
}

pub(super) fn need_password(said: &proto::NeedPassword) -> ServerMessage {
    if said.wait_ms > 0 || said.invite == 0 {
        return ServerMessage::NeedPassword(said.wait_ms);
    }
    ServerMessage::InviteEnded(match proto::InviteEnded::try_from(said.invite) {
        Ok(proto::InviteEnded::Used) => InviteEnd::Used,
        Ok(proto::InviteEnded::Expired) => InviteEnd::Expired,
        // Whatever a newer host has against it.
        _ => InviteEnd::Unknown,
    })
}

pub(super) fn introduced(said: &proto::Introduced) -> Result<(MemberId, Nickname), DecodeError> {
    Ok((MemberId(said.member), field::nickname(&said.nick, "Introduced.nick")?))
}

pub(super) fn denial(said: &proto::Denied) -> Result<Denial, DecodeError> {
    let text = field::sentence(&said.text)?;
    Ok(match DeniedCode::try_from(said.code).unwrap_or(DeniedCode::Other) {
        DeniedCode::Other => Denial::Other(text),
        DeniedCode::Version => Denial::Version { host_min: said.host_min, host_max: said.host_max },
        DeniedCode::RoomFull => Denial::RoomFull,
        DeniedCode::NickTaken => {
            Denial::NickTaken { free: field::nickname(&said.free_nick, "Denied.free_nick")? }
        }
        DeniedCode::NotYours => Denial::NotYours,
        DeniedCode::Protocol => Denial::Protocol(text),
        DeniedCode::TooSlow => Denial::TooSlow,
        DeniedCode::NotLetIn => Denial::NotLetIn,
        DeniedCode::Locked => Denial::Locked,
        DeniedCode::Succeeded => Denial::Succeeded,
        DeniedCode::Banned => Denial::Banned { until_ms: said.until_ms },
    })
}

pub(super) fn results(said: proto::Results) -> Result<(Vec<OpResult>, SignedHead), DecodeError> {
    let results = said.results.iter().map(result).collect::<Result<_, _>>()?;
    Ok((results, log::signed_head(said.head)?))
}

pub(super) fn page(said: proto::Page) -> Result<Page, DecodeError> {
    let asked = field::direction(said.after, said.before)?;
    Ok(Page { asked, run: log::run(said.prev, &said.entries)?, more: said.more })
}

pub(super) fn tail_wanted(said: proto::TailWanted) -> Result<TailWanted, DecodeError> {
    let fetch = said.fetch.ok_or(DecodeError::Missing("TailWanted.fetch"))?;
    let head = field::link(said.head, "TailWanted.head")?;
    Ok(TailWanted { epoch: Epoch(said.epoch), head, fetch: member::fetch(&fetch)? })
}

pub(super) fn roster_page(said: &proto::RosterPage) -> Result<RosterPage, DecodeError> {
    Ok(RosterPage { offset: said.offset, total: said.total, members: members(&said.members)? })
}

pub(super) fn passing(said: proto::Ephemeral) -> Result<Passing, DecodeError> {
    Ok(Passing {
        joined: members(&said.joined)?,
        left: members(&said.left)?,
        unnamed: said.unnamed,
        present: said.present,
        typing: said.typing.map(typing).transpose()?,
    })
}

pub(super) fn guests(said: &proto::Guests) -> Result<GuestList, DecodeError> {
    let names: Vec<Nickname> =
        said.names.iter().map(|name| field::nickname(name, "Guests.names")).collect::<Result<_, _>>()?;
    // More are named than are counted: one of the two is wrong.
    if u32::try_from(names.len()).is_ok_and(|named| named > said.count) {
        return Err(DecodeError::Range("Guests.count"));
    }
    Ok(GuestList { names, count: said.count })
}

fn result(said: &proto::OpResult) -> Result<OpResult, DecodeError> {
    let outcome = match (said.seq, &said.refused) {
        (Some(0), _) => return Err(DecodeError::Range("OpResult.seq")),
        (Some(seq), None) => Ok(Seq(seq)),
        (None, Some(refused)) => Err(refusal(refused)?),
        (Some(_), Some(_)) => return Err(DecodeError::Range("an op both taken and refused")),
        (None, None) => return Err(DecodeError::Missing("an op's outcome")),
    };
    Ok(OpResult { id: field::op_id(&said.id)?, outcome })
}

fn refusal(said: &proto::Refused) -> Result<Refusal, DecodeError> {
    let text = field::sentence(&said.text)?;
    Ok(match RefusedCode::try_from(said.code).unwrap_or(RefusedCode::Other) {
        RefusedCode::Other => Refusal::Other(text),
        RefusedCode::TooFast => Refusal::TooFast { retry_after_ms: said.retry_after_ms },
        RefusedCode::TooLong => Refusal::TooLong,
        RefusedCode::Malformed => Refusal::Malformed,
        RefusedCode::NotYours => Refusal::NotYours,
        RefusedCode::IdReused => Refusal::IdReused,
        RefusedCode::OutOfOrder => Refusal::OutOfOrder { expected: said.expected },
        RefusedCode::NoName => Refusal::NoName,
        RefusedCode::NotStored => Refusal::NotStored,
        RefusedCode::Unsupported => Refusal::Unsupported,
        RefusedCode::Announcements => Refusal::Announcements,
        RefusedCode::NotInCharge => Refusal::NotInCharge,
        RefusedCode::NotThem => Refusal::NotThem,
        RefusedCode::Muted => Refusal::Muted { until_ms: said.until_ms },
    })
}

fn members(said: &[proto::RosterMember]) -> Result<Vec<RosterMember>, DecodeError> {
    let member = |said: &proto::RosterMember| {
        Ok(RosterMember {
            member: MemberId(said.member),
            key: field::member_key(&said.key)?,
            name: field::nickname(&said.name, "RosterMember.name")?,
            host: said.host,
        })
    };
    said.iter().map(member).collect()
}

fn typing(said: proto::Typing) -> Result<(Vec<MemberId>, u32), DecodeError> {
    if said.members.len() > TYPING_NAMES {
        return Err(DecodeError::Length("Typing.members"));
    }
    Ok((said.members.into_iter().map(MemberId).collect(), said.more))
}
