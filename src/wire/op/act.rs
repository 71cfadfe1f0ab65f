//! What somebody in charge does about a person, as the body of an op.

use bytes::Bytes;
use prost::Message as _;

use crate::types::entry::kind;
use crate::types::{Act, Content, Deed, MemberKey, Nickname, Op, Refusal};
use crate::wire::proto::{self, StandingAct};

/// The body of an op of kind [`kind::STANDING`].
pub fn act_body(act: &Act) -> Bytes {
    let done = match act.deed {
        Deed::Kick => StandingAct::Kick,
        Deed::Ban(_) => StandingAct::Ban,
        Deed::Unban => StandingAct::Unban,
        Deed::Mute(_) => StandingAct::Mute,
        Deed::Unmute => StandingAct::Unmute,
    };
    let body = proto::StandingBody {
        act: done.into(),
        key: Bytes::copy_from_slice(act.key.as_bytes()),
        name: act.name.to_string(),
        for_ms: act.deed.length().unwrap_or(0),
    };
    body.encode_to_vec().into()
}

/// What the op says, for showing. What a newer app does about people is [`Content::Newer`].
pub(super) fn content(op: &Op) -> Content {
    match read(op) {
        Ok(Some(act)) => Content::Act(act),
        Ok(None) => Content::Newer { kind: kind::STANDING },
        Err(_) => Content::Unreadable,
    }
}

/// Whether a host can take it.
pub(super) fn check(op: &Op) -> Result<(), Refusal> {
    read(op)?.map(drop).ok_or(Refusal::Unsupported)
}

/// None for what a newer app does.
fn read(op: &Op) -> Result<Option<Act>, Refusal> {
    let body = proto::StandingBody::decode(op.body.clone()).map_err(|_| Refusal::Malformed)?;
    let length = Some(body.for_ms).filter(|ms| *ms > 0);
    let deed = match StandingAct::try_from(body.act).unwrap_or(StandingAct::Other) {
        StandingAct::Other => return Ok(None),
        StandingAct::Kick => Deed::Kick,
        StandingAct::Ban => Deed::Ban(length),
        StandingAct::Unban => Deed::Unban,
        StandingAct::Mute => Deed::Mute(length),
        StandingAct::Unmute => Deed::Unmute,
    };
    let key = MemberKey::from_slice(&body.key).map_err(|_| Refusal::Malformed)?;
    let name = Nickname::new(&body.name).map_err(|_| Refusal::Malformed)?;
    Ok(Some(Act { key, name, deed }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{OpId, RoomId};

    fn op(body: Bytes) -> Op {
        let (room, author, id) = (RoomId([1; 32]), MemberKey([2; 32]), OpId([4; 16]));
        Op { room, author, n: 3, id, kind: kind::STANDING, body }
    }

    #[test]
    fn every_act_reads_back() {
        let deeds =
            [Deed::Kick, Deed::Ban(None), Deed::Ban(Some(5)), Deed::Unban, Deed::Mute(Some(9)), Deed::Unmute];
        for deed in deeds {
            let act = Act { key: MemberKey([7; 32]), name: Nickname::new("Bo").unwrap(), deed };
            let op = op(act_body(&act));
            assert_eq!(check(&op), Ok(()));
            assert_eq!(content(&op), Content::Act(act));
        }
    }

    #[test]
    fn what_a_newer_app_does_is_shown_as_such_and_not_taken() {
        let body = proto::StandingBody { act: 77, key: vec![7; 32].into(), name: "Bo".to_owned(), for_ms: 0 };
        let newer = op(body.encode_to_vec().into());
        assert_eq!(check(&newer), Err(Refusal::Unsupported));
        assert_eq!(content(&newer), Content::Newer { kind: kind::STANDING });
        let short = proto::StandingBody { act: 1, key: vec![7; 31].into(), name: "Bo".to_owned(), for_ms: 0 };
        let short = op(short.encode_to_vec().into());
        assert_eq!(check(&short), Err(Refusal::Malformed));
        assert_eq!(content(&short), Content::Unreadable);
    }
}
