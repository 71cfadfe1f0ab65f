//! What people do rather than say, as bodies of ops.

use bytes::Bytes;
use prost::Message as _;

use super::proto;
use crate::types::limits::SLOW_S_MAX;
use crate::types::{
    Act, Content, Deed, MemberKey, Nickname, Op, OpId, Removal, Rule, Signature, Succession, Verb,
};

/// Each verb and its number.
const VERBS: [(Verb, proto::Verb); 7] = [
    (Verb::Remove, proto::Verb::Remove),
    (Verb::Ban, proto::Verb::Ban),
    (Verb::Unban, proto::Verb::Unban),
    (Verb::Mute, proto::Verb::Mute),
    (Verb::Unmute, proto::Verb::Unmute),
    (Verb::Appoint, proto::Verb::Appoint),
    (Verb::Dismiss, proto::Verb::Dismiss),
];

/// The body of an op of kind [`crate::types::entry::kind::STANDING`].
pub(super) fn act_body(act: &Act) -> Bytes {
    let number = |(_, number): &(Verb, proto::Verb)| (*number).into();
    let body = proto::StandingBody {
        verb: VERBS.iter().find(|(verb, _)| *verb == act.verb).map_or(0, number),
        key: Bytes::copy_from_slice(act.whom.as_bytes()),
        name: act.name.to_string(),
        until_ms: act.until_ms,
        by_address: act.by_address,
    };
    body.encode_to_vec().into()
}

/// The body of an op of kind [`crate::types::entry::kind::RULE`].
pub(super) fn rule_body(rule: Rule) -> Bytes {
    let mut body = proto::RuleBody::default();
    match rule {
        Rule::Slow(seconds) => body.slow_s = Some(seconds),
        Rule::Announcements(on) => body.announcements = Some(on),
        Rule::Locked(on) => body.locked = Some(on),
    }
    body.encode_to_vec().into()
}

/// The body of an op of kind [`crate::types::entry::kind::SUCCESSION`].
pub(super) fn succession_body(succession: &Succession) -> Bytes {
    let body = proto::SuccessionBody {
        key: Bytes::copy_from_slice(succession.to.as_bytes()),
        proof: Bytes::copy_from_slice(succession.proof.as_bytes()),
    };
    body.encode_to_vec().into()
}

/// The body of an op of kind [`crate::types::entry::kind::REMOVAL`].
pub(super) fn removal_body(removal: &Removal) -> Bytes {
    let body = proto::RemovalBody {
        author: Bytes::copy_from_slice(removal.author.as_bytes()),
        name: removal.name.to_string(),
        id: removal.which.map(|id| Bytes::copy_from_slice(&id.0)),
    };
    body.encode_to_vec().into()
}

/// What goes.
pub(super) fn removal(op: &Op) -> Content {
    let read = || {
        let body = proto::RemovalBody::decode(op.body.clone()).ok()?;
        let (author, name) = (MemberKey::from_slice(&body.author).ok()?, Nickname::new(&body.name).ok()?);
        let which = body.id.map(|id| OpId::from_slice(&id)).transpose().ok()?;
        Some(Content::Removal(Removal { author, name, which }))
    };
    read().unwrap_or(Content::Unreadable)
}

/// Who goes on for the author.
pub(super) fn succession(op: &Op) -> Content {
    let read = || {
        let body = proto::SuccessionBody::decode(op.body.clone()).ok()?;
        let (to, proof) = (MemberKey::from_slice(&body.key).ok()?, Signature::from_slice(&body.proof).ok()?);
        Some(Content::Succeeded(Succession { to, proof }))
    };
    read().unwrap_or(Content::Unreadable)
}

/// What was done about somebody; one of a newer version's acts is nothing that this one can show.
pub(super) fn act(op: &Op) -> Content {
    let read = || {
        let body = proto::StandingBody::decode(op.body.clone()).ok()?;
        let Some((verb, _)) = VERBS.iter().find(|(_, number)| i32::from(*number) == body.verb) else {
            return Some(Content::Newer { kind: op.kind });
        };
        let (whom, name) = (MemberKey::from_slice(&body.key).ok()?, Nickname::new(&body.name).ok()?);
        Some(Content::Act(Act {
            verb: *verb,
            whom,
            name,
            until_ms: body.until_ms,
            by_address: body.by_address,
        }))
    };
    read().unwrap_or(Content::Unreadable)
}

/// The rule that holds from there on; one of a newer version's likewise.
pub(super) fn rule(op: &Op) -> Content {
    let Ok(body) = proto::RuleBody::decode(op.body.clone()) else { return Content::Unreadable };
    match (body.slow_s, body.announcements, body.locked) {
        (Some(seconds), None, None) if seconds <= SLOW_S_MAX => Content::Rule(Rule::Slow(seconds)),
        (None, Some(on), None) => Content::Rule(Rule::Announcements(on)),
        (None, None, Some(on)) => Content::Rule(Rule::Locked(on)),
        (None, None, None) => Content::Newer { kind: op.kind },
        _ => Content::Unreadable,
    }
}

impl Content {
    /// As something that was done.
    pub(super) fn deed(self) -> Option<Deed> {
        match self {
            Self::Act(act) => Some(Deed::Act(act)),
            Self::Rule(rule) => Some(Deed::Rule(rule)),
            Self::Removal(removal) => Some(Deed::Remove(removal)),
            Self::Succeeded(succession) => Some(Deed::Succeed(succession)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{check, content, deed_body};
    use super::*;
    use crate::types::entry::kind;
    use crate::types::{Refusal, RoomId, SignedOp};

    fn op((kind, body): (u32, Bytes)) -> Op {
        Op { room: RoomId([1; 32]), author: MemberKey([2; 32]), n: 0, id: OpId([4; 16]), kind, body }
    }

    fn content_of(op: &Op) -> Content {
        content(&SignedOp { op: op.clone(), signature: Signature([0; 64]) })
    }

    #[test]
    fn an_act_reads_back_and_one_of_a_newer_version_is_no_guess() {
        for (verb, _) in VERBS {
            let (whom, name) = (MemberKey([7; 32]), Nickname::new("Bo").unwrap());
            let act = Act { verb, whom, name, until_ms: Some(-1), by_address: true };
            let op = op(deed_body(&Deed::Act(act.clone())));
            assert_eq!(content_of(&op), Content::Act(act));
            assert_eq!(check(&op), Ok(()));
        }
        let newer = proto::StandingBody { verb: 99, ..proto::StandingBody::default() }.encode_to_vec();
        let newer = op((kind::STANDING, newer.into()));
        assert_eq!(content_of(&newer), Content::Newer { kind: kind::STANDING });
        assert_eq!(check(&newer), Err(Refusal::Malformed), "a host does nothing that it cannot name");
        let nobody = proto::StandingBody { verb: 2, ..proto::StandingBody::default() }.encode_to_vec();
        assert_eq!(content_of(&op((kind::STANDING, nobody.into()))), Content::Unreadable);
    }

    #[test]
    fn a_removal_reads_back_and_nobody_says_a_blank() {
        let name = Nickname::new("Bo").unwrap();
        for which in [None, Some(OpId([9; 16]))] {
            let removal = Removal { author: MemberKey([7; 32]), name: name.clone(), which };
            let op = op(deed_body(&Deed::Remove(removal.clone())));
            assert_eq!((content_of(&op), check(&op)), (Content::Removal(removal), Ok(())));
        }
        let blank = op((kind::BLANK, Bytes::from_static(&[5; 32])));
        assert_eq!((content_of(&blank), check(&blank)), (Content::Removed, Err(Refusal::Unsupported)));
        let short = Op { body: Bytes::from_static(&[5; 31]), ..blank };
        assert_eq!(content_of(&short), Content::Unreadable);
    }

    #[test]
    fn a_succession_reads_back_and_a_part_of_one_is_none() {
        let succession = Succession { to: MemberKey([7; 32]), proof: Signature([8; 64]) };
        let whole = op(deed_body(&Deed::Succeed(succession)));
        assert_eq!((content_of(&whole), check(&whole)), (Content::Succeeded(succession), Ok(())));
        let part = Op { body: whole.body.slice(..40), ..whole };
        assert_eq!((content_of(&part), check(&part)), (Content::Unreadable, Err(Refusal::Malformed)));
    }

    #[test]
    fn a_rule_reads_back_and_two_at_once_are_none() {
        for rule in [Rule::Slow(0), Rule::Slow(SLOW_S_MAX), Rule::Announcements(true), Rule::Locked(false)] {
            assert_eq!(content_of(&op(deed_body(&Deed::Rule(rule)))), Content::Rule(rule));
        }
        let past = op(deed_body(&Deed::Rule(Rule::Slow(SLOW_S_MAX + 1))));
        assert_eq!((content_of(&past), check(&past)), (Content::Unreadable, Err(Refusal::Malformed)));
        let two = proto::RuleBody { slow_s: Some(1), announcements: None, locked: Some(true) };
        assert_eq!(content_of(&op((kind::RULE, two.encode_to_vec().into()))), Content::Unreadable);
        assert_eq!(content_of(&op((kind::RULE, Bytes::new()))), Content::Newer { kind: kind::RULE });
    }
}
