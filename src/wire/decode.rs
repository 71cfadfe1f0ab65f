//! Frames into messages, and the one place where a peer's values are checked.
//!
//! Whatever comes out is within the limits and in order: a name is a name, an entry's number is above the one
//! before. Hashes do not travel, so every entry leaves here with zeros for them, and [`super::chain::seal`]
//! fills them in. Before protobuf makes a list of anything, its items are counted: an item of two bytes on
//! the wire can cost a hundred in memory.

use bytes::{Buf, Bytes};
use prost::Message;
use prost::encoding::{DecodeContext, decode_key, skip_field};

use super::message::{ClientMessage, ServerMessage};
use super::op::OpError;
use super::{Frame, kind, proto};
use crate::types::limits::{
    DEEDS_UNANSWERED, FEATURES, GUEST_NAMES, KE1_BYTES, KE2_BYTES, KE3_BYTES, KNOCK_MS, OPS_PER_SUBMIT,
    OPS_UNANSWERED, PAGE_ENTRIES, PRESENCE_NAMES, ROSTER_PAGE,
};
use crate::types::{Epoch, NameError, Seq};

mod charge;
mod field;
mod host;
mod log;
mod member;

/// Why a frame is not a message. Nobody who speaks this version sends such a thing: end the connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A kind that must be understood and is not, or that the other side has no business to send.
    #[error("a frame of kind {0:02x}, which does not belong here")]
    UnknownKind(u8),
    /// The body is not protobuf.
    #[error("{0}: not protobuf")]
    NotProtobuf(&'static str),
    /// Something that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A key, hash, id or signature of the wrong length, or a text or list longer than its limit.
    #[error("{0} has the wrong length")]
    Length(&'static str),
    /// A number that cannot be.
    #[error("{0} is out of range")]
    Range(&'static str),
    /// Entries that do not follow one another.
    #[error("entry {0} is out of order")]
    Order(Seq),
    /// A name that cannot be one.
    #[error("{0}: {1}")]
    Name(&'static str, NameError),
    /// Bytes that are not an op.
    #[error(transparent)]
    Op(#[from] OpError),
}

/// What a member says in `frame`.
///
/// # Errors
/// [`DecodeError`] for anything but a well-formed message that members send.
pub fn decode_client(frame: Frame) -> Result<ClientMessage, DecodeError> {
    let Frame { kind, body } = frame;
    Ok(match kind {
        kind::HELLO => {
            at_most(&body, "Hello", &[(3, FEATURES)])?;
            ClientMessage::Hello(Box::new(member::hello(read(body, "Hello")?)?))
        }
        kind::KE1 => ClientMessage::Ke1(field::exactly(read::<proto::Ke1>(body, "Ke1")?.message, KE1_BYTES)?),
        kind::KE3 => ClientMessage::Ke3(field::exactly(read::<proto::Ke3>(body, "Ke3")?.message, KE3_BYTES)?),
        kind::INTRODUCE => {
            let said: proto::Introduce = read(body, "Introduce")?;
            ClientMessage::Introduce(field::nickname(&said.nick, "Introduce.nick")?)
        }
        kind::SUBMIT => {
            at_most(&body, "Submit", &[(1, OPS_PER_SUBMIT)])?;
            let said: proto::Submit = read(body, "Submit")?;
            ClientMessage::Submit(said.ops.iter().map(log::signed_op).collect::<Result<_, _>>()?)
        }
        kind::FETCH => ClientMessage::Fetch(member::fetch(&read(body, "Fetch")?)?),
        kind::ROSTER => {
            let said: proto::Roster = read(body, "Roster")?;
            ClientMessage::Roster(said.offset, field::wanted(said.max, ROSTER_PAGE, "Roster.max")?)
        }
        kind::TAIL_OFFER => ClientMessage::TailOffer(member::tail_offer(read(body, "TailOffer")?)?),
        kind::TAIL => {
            at_most(&body, "Tail", &[(5, PAGE_ENTRIES)])?;
            let (epoch, page) = member::tail(read(body, "Tail")?)?;
            ClientMessage::Tail(epoch, page)
        }
        kind::PING => ClientMessage::Ping(read::<proto::Ping>(body, "Ping")?.nonce),
        kind::PONG => ClientMessage::Pong(read::<proto::Pong>(body, "Pong")?.nonce),
        kind::BYE => ClientMessage::Bye(field::goodbye(read::<proto::Bye>(body, "Bye")?.reason)),
        kind::EPHEMERAL => {
            at_most(&body, "Ephemeral", &[(1, PRESENCE_NAMES), (2, PRESENCE_NAMES)])?;
            let said: proto::Ephemeral = read(body, "Ephemeral")?;
            said.i_am_typing.map_or(ClientMessage::Skipped(kind), ClientMessage::Typing)
        }
        _ if kind >= kind::SKIPPABLE => ClientMessage::Skipped(kind),
        _ => return Err(DecodeError::UnknownKind(kind)),
    })
}

/// What a host says in `frame`.
///
/// # Errors
/// [`DecodeError`] for anything but a well-formed message that hosts send.
pub fn decode_server(frame: Frame) -> Result<ServerMessage, DecodeError> {
    let Frame { kind, body } = frame;
    Ok(match kind {
        kind::WELCOME => {
            at_most(&body, "Welcome", &[(2, FEATURES)])?;
            ServerMessage::Welcome(Box::new(host::welcome(read(body, "Welcome")?)?))
        }
        kind::WAITING => {
            ServerMessage::Waiting(read::<proto::Waiting>(body, "Waiting")?.patience_ms.min(KNOCK_MS))
        }
        kind::NEED_PASSWORD => host::need_password(&read(body, "NeedPassword")?),
        kind::KE2 => ServerMessage::Ke2(field::exactly(read::<proto::Ke2>(body, "Ke2")?.message, KE2_BYTES)?),
        kind::INTRODUCED => {
            let said: proto::Introduced = read(body, "Introduced")?;
            let (member, nick) = host::introduced(&said)?;
            ServerMessage::Introduced(member, nick)
        }
        kind::DENIED => ServerMessage::Denied(host::denial(&read(body, "Denied")?)?),
        kind::RESULTS => {
            at_most(&body, "Results", &[(1, OPS_UNANSWERED + DEEDS_UNANSWERED)])?;
            let (results, head) = host::results(read(body, "Results")?)?;
            ServerMessage::Results(results, head)
        }
        kind::EVENTS => {
            at_most(&body, "Events", &[(2, PAGE_ENTRIES)])?;
            let said: proto::Events = read(body, "Events")?;
            ServerMessage::Events(log::run(said.prev, &said.entries)?)
        }
        kind::HEAD => ServerMessage::Head(log::signed_head(Some(read(body, "Head")?))?),
        kind::TAIL_WANTED => ServerMessage::TailWanted(host::tail_wanted(read(body, "TailWanted")?)?),
        kind::TAIL_TAKEN => {
            let said: proto::TailTaken = read(body, "TailTaken")?;
            let head = field::link(said.head, "TailTaken.head")?;
            ServerMessage::TailTaken(Epoch(said.epoch), head, Seq(said.upto))
        }
        kind::BEHIND => ServerMessage::Behind(Seq(read::<proto::Behind>(body, "Behind")?.head)),
        kind::PAGE => {
            at_most(&body, "Page", &[(4, PAGE_ENTRIES)])?;
            ServerMessage::Page(host::page(read(body, "Page")?)?)
        }
        kind::ROSTER_PAGE => {
            at_most(&body, "RosterPage", &[(3, ROSTER_PAGE)])?;
            ServerMessage::RosterPage(host::roster_page(&read(body, "RosterPage")?)?)
        }
        kind::EPHEMERAL => {
            at_most(&body, "Ephemeral", &[(1, PRESENCE_NAMES), (2, PRESENCE_NAMES)])?;
            ServerMessage::Passing(host::passing(read(body, "Ephemeral")?)?)
        }
        kind::GUESTS => {
            at_most(&body, "Guests", &[(1, GUEST_NAMES)])?;
            ServerMessage::Guests(host::guests(&read(body, "Guests")?)?)
        }
        kind::HOUSE => charge::house(body)?,
        kind::STANDINGS => charge::standings(body)?,
        kind::PING => ServerMessage::Ping(read::<proto::Ping>(body, "Ping")?.nonce),
        kind::PONG => {
            let said: proto::Pong = read(body, "Pong")?;
            ServerMessage::Pong(said.nonce, Seq(said.head))
        }
        kind::BYE => {
            let said: proto::Bye = read(body, "Bye")?;
            ServerMessage::Bye(field::goodbye(said.reason), said.retry_min_ms, said.retry_max_ms)
        }
        _ if kind >= kind::SKIPPABLE => ServerMessage::Skipped(kind),
        _ => return Err(DecodeError::UnknownKind(kind)),
    })
}

fn read<M: Message + Default>(body: Bytes, name: &'static str) -> Result<M, DecodeError> {
    M::decode(body).map_err(|_| DecodeError::NotProtobuf(name))
}

/// Errs where `body` has more of a field than its limit says; nothing is set aside for counting.
fn at_most(body: &Bytes, name: &'static str, limits: &[(u32, usize)]) -> Result<(), DecodeError> {
    for (field, limit) in limits {
        let mut rest = &body[..];
        let mut count = 0;
        while rest.has_remaining() {
            let (tag, wire_type) = decode_key(&mut rest).map_err(|_| DecodeError::NotProtobuf(name))?;
            count += usize::from(tag == *field);
            if count > *limit {
                return Err(DecodeError::Length(name));
            }
            skip_field(wire_type, tag, &mut rest, DecodeContext::default())
                .map_err(|_| DecodeError::NotProtobuf(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
