//! Ops as signed bytes, and what they say.
//!
//! The signature is over [`canonical`], a layout of fixed fields: one op has exactly one such form, on every
//! machine and in every version, which protobuf does not promise. [`parse`] is its exact inverse and takes
//! nothing else, so what was verified is what is stored and relayed.
//!
//! ```text
//! "hallway op 1\0"  room[32]  author[32]  n:u64be  id[16]  kind:u32be  body_len:u32be  body
//! ```

mod deeds;

use bytes::{Buf, Bytes};
use prost::Message as _;

use super::proto;
use crate::types::entry::kind;
use crate::types::limits::{OP_BODY_BYTES, POST_BODY_BYTES};
use crate::types::{
    Audience, Author, Content, Deed, Entry, Hash, MemberId, MemberKey, Message, MessageText, Nickname, Op,
    OpId, Refusal, RoomId, SignedOp, TextError,
};

/// What the canonical bytes begin with: a signature over them is good for nothing else.
const DOMAIN: &[u8] = b"hallway op 1\0";
/// Bytes of everything before the body.
const FIXED_BYTES: usize = DOMAIN.len() + 32 + 32 + 8 + 16 + 4 + 4;
/// The most bytes that canonical bytes can have.
pub const CANONICAL_BYTES_MAX: usize = FIXED_BYTES + OP_BODY_BYTES;
/// Kinds from here on are extensions: a host passes them on without knowing them.
const EXTENSIONS: u32 = 1000;

/// Why bytes are not an op.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    /// They do not begin as an op of this version does.
    #[error("not an op of this version")]
    Domain,
    /// They end too early, or go on behind the body.
    #[error("an op of the wrong length")]
    Length,
    /// The body has more than [`OP_BODY_BYTES`].
    #[error("an op's body of {bytes} bytes, at most {OP_BODY_BYTES}")]
    TooLong {
        /// Bytes that it says it has.
        bytes: usize,
    },
}

/// The bytes that the author signs.
pub fn canonical(op: &Op) -> Vec<u8> {
    let mut out = Vec::with_capacity(FIXED_BYTES + op.body.len());
    write_canonical(op, &mut out);
    out
}

/// The op whose [`canonical`] bytes these are. Its body shares memory with them.
///
/// # Errors
/// [`OpError`] for anything that `canonical` would not have written, or with too long a body.
pub fn parse(bytes: Bytes) -> Result<Op, OpError> {
    let mut rest = bytes;
    if !rest.starts_with(DOMAIN) {
        return Err(OpError::Domain);
    }
    if rest.len() < FIXED_BYTES {
        return Err(OpError::Length);
    }
    rest.advance(DOMAIN.len());
    let room = RoomId(take(&mut rest)?);
    let author = MemberKey(take(&mut rest)?);
    let n = u64::from_be_bytes(take(&mut rest)?);
    let id = OpId(take(&mut rest)?);
    let kind = u32::from_be_bytes(take(&mut rest)?);
    let bytes = usize::try_from(u32::from_be_bytes(take(&mut rest)?)).unwrap_or(usize::MAX);
    if bytes > OP_BODY_BYTES {
        return Err(OpError::TooLong { bytes });
    }
    if rest.len() != bytes {
        return Err(OpError::Length);
    }
    Ok(Op { room, author, n, id, kind, body: rest })
}

/// The body of an op of kind [`kind::POST`].
pub fn post_body(text: &MessageText, audience: Audience) -> Bytes {
    let for_guests = audience == Audience::Everyone;
    proto::PostBody { text: text.as_str().to_owned(), for_guests }.encode_to_vec().into()
}

/// The body of an op of kind [`kind::GUEST`].
pub fn guest_body(name: &Nickname, text: &MessageText) -> Bytes {
    let body = proto::GuestBody { name: name.to_string(), text: text.as_str().to_owned() };
    body.encode_to_vec().into()
}

/// For whom an op was said. Only what its author meant for them is passed to guests, and what they said themselves.
pub fn audience(op: &Op) -> Audience {
    let for_guests = match op.kind {
        kind::POST => proto::PostBody::decode(op.body.clone()).is_ok_and(|body| body.for_guests),
        kind::GUEST => true,
        _ => false,
    };
    if for_guests { Audience::Everyone } else { Audience::Members }
}

/// The body of an op of kind [`kind::MEMBER`]: `before` is the name until then, none at the first visit.
pub fn member_body(member: MemberId, key: &MemberKey, before: Option<&Nickname>, name: &Nickname) -> Bytes {
    let body = proto::MemberBody {
        member: member.0,
        key: Bytes::copy_from_slice(key.as_bytes()),
        before: before.map(|name| name.as_str().to_owned()),
        name: name.as_str().to_owned(),
    };
    body.encode_to_vec().into()
}

/// Kind and body of the op that says what was done.
pub fn deed_body(deed: &Deed) -> (u32, Bytes) {
    match deed {
        Deed::Act(act) => (kind::STANDING, deeds::act_body(act)),
        Deed::Rule(rule) => (kind::RULE, deeds::rule_body(*rule)),
        Deed::Remove(removal) => (kind::REMOVAL, deeds::removal_body(removal)),
        Deed::Succeed(succession) => (kind::SUCCESSION, deeds::succession_body(succession)),
    }
}

/// What its author did; none of an op that says something, or where it cannot be read.
pub fn deed(op: &Op) -> Option<Deed> {
    match op.kind {
        kind::STANDING => deeds::act(op).deed(),
        kind::RULE => deeds::rule(op).deed(),
        kind::REMOVAL => deeds::removal(op).deed(),
        kind::SUCCESSION => deeds::succession(op).deed(),
        _ => None,
    }
}

/// What an op says. Total: what cannot be read is [`Content::Unreadable`], what this version does not know is
/// [`Content::Newer`]. The signature is not looked at.
pub fn content(signed: &SignedOp) -> Content {
    let op = &signed.op;
    match op.kind {
        kind::POST => post(op).map_or(Content::Unreadable, Content::Post),
        kind::MEMBER => named(op).unwrap_or(Content::Unreadable),
        kind::GUEST => guests(op).map_or(Content::Unreadable, Content::Post),
        kind::STANDING => deeds::act(op),
        kind::RULE => deeds::rule(op),
        kind::REMOVAL => deeds::removal(op),
        kind::BLANK if op.body.len() == Hash::LEN => Content::Removed,
        kind::BLANK => Content::Unreadable,
        kind::SUCCESSION => deeds::succession(op),
        kind => Content::Newer { kind },
    }
}

/// An entry, read for showing.
pub fn message(entry: &Entry) -> Message {
    Message {
        seq: entry.seq,
        prev: entry.prev.seq,
        id: entry.signed.op.id,
        author: match entry.signed.op.kind {
            kind::GUEST => Author::Guest,
            _ => Author::Member(entry.signed.op.author),
        },
        member: entry.member,
        name: entry.name.clone(),
        at_ms: entry.at_ms,
        content: content(&entry.signed),
    }
}

/// Whether a host takes `op` from a member: a kind that members may use, with a body that this kind can have.
/// Room, author, counter and signature are the host's to compare.
///
/// # Errors
/// [`Refusal::Unsupported`], [`Refusal::TooLong`] or [`Refusal::Malformed`].
pub fn check(op: &Op) -> Result<(), Refusal> {
    if op.body.len() > OP_BODY_BYTES {
        return Err(Refusal::TooLong);
    }
    match op.kind {
        kind::POST => post(op).map(drop),
        kind::STANDING | kind::RULE | kind::REMOVAL | kind::SUCCESSION if op.n != 0 => {
            Err(Refusal::Malformed)
        }
        kind::STANDING | kind::RULE | kind::REMOVAL | kind::SUCCESSION => {
            deed(op).map(drop).ok_or(Refusal::Malformed)
        }
        EXTENSIONS.. => Ok(()),
        _ => Err(Refusal::Unsupported),
    }
}

/// Appends the canonical bytes of `op`.
pub(super) fn write_canonical(op: &Op, out: &mut Vec<u8>) {
    let body_len = u32::try_from(op.body.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(DOMAIN);
    out.extend_from_slice(op.room.as_bytes());
    out.extend_from_slice(op.author.as_bytes());
    out.extend_from_slice(&op.n.to_be_bytes());
    out.extend_from_slice(op.id.as_bytes());
    out.extend_from_slice(&op.kind.to_be_bytes());
    out.extend_from_slice(&body_len.to_be_bytes());
    out.extend_from_slice(&op.body);
}

/// How many bytes [`canonical`] gives for `op`.
pub(super) fn canonical_len(op: &Op) -> usize {
    FIXED_BYTES + op.body.len()
}

/// The text of a post, if it is what a [`MessageText`] would be: what the log holds is what is shown.
fn post(op: &Op) -> Result<MessageText, Refusal> {
    if op.body.len() > POST_BODY_BYTES {
        return Err(Refusal::TooLong);
    }
    let body = proto::PostBody::decode(op.body.clone()).map_err(|_| Refusal::Malformed)?;
    text_of(&body.text)
}

/// What a guest said.
fn guests(op: &Op) -> Result<MessageText, Refusal> {
    let body = proto::GuestBody::decode(op.body.clone()).map_err(|_| Refusal::Malformed)?;
    text_of(&body.text)
}

fn text_of(said: &str) -> Result<MessageText, Refusal> {
    let text = MessageText::new(said).map_err(|error| match error {
        TextError::TooLong { .. } | TextError::TooManyLines { .. } => Refusal::TooLong,
        TextError::Empty => Refusal::Malformed,
    })?;
    if text.as_str() == said { Ok(text) } else { Err(Refusal::Malformed) }
}

fn named(op: &Op) -> Option<Content> {
    let body = proto::MemberBody::decode(op.body.clone()).ok()?;
    Some(Content::Named {
        key: MemberKey::from_slice(&body.key).ok()?,
        before: body.before.map(|name| Nickname::new(&name)).transpose().ok()?,
        name: Nickname::new(&body.name).ok()?,
    })
}

fn take<const N: usize>(rest: &mut Bytes) -> Result<[u8; N], OpError> {
    let field = *rest.first_chunk::<N>().ok_or(OpError::Length)?;
    rest.advance(N);
    Ok(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Signature;
    use crate::types::limits::TEXT_BYTES;

    fn op(kind: u32, body: Bytes) -> Op {
        Op { room: RoomId([1; 32]), author: MemberKey([2; 32]), n: 3, id: OpId([4; 16]), kind, body }
    }

    fn post_of(text: &str) -> Op {
        let body = proto::PostBody { text: text.to_owned(), for_guests: false }.encode_to_vec();
        op(kind::POST, body.into())
    }

    fn content_of(op: Op) -> Content {
        content(&SignedOp { op, signature: Signature([0; 64]) })
    }

    fn nick(text: &str) -> Nickname {
        Nickname::new(text).unwrap()
    }

    #[test]
    fn canonical_bytes_read_back_and_nothing_shorter_or_longer_does() {
        let op = op(7, Bytes::from_static(b"body"));
        let bytes = canonical(&op);
        assert_eq!(bytes.len(), canonical_len(&op));
        assert_eq!(parse(bytes.clone().into()), Ok(op));
        for cut in 0..bytes.len() {
            assert!(parse(Bytes::copy_from_slice(&bytes[..cut])).is_err(), "{cut}");
        }
        let longer = [&bytes[..], b"x"].concat();
        assert_eq!(parse(longer.into()), Err(OpError::Length));
    }

    #[test]
    fn an_op_of_another_domain_is_not_ours() {
        let mut bytes = canonical(&op(7, Bytes::new()));
        bytes[11] = b'2';
        assert_eq!(parse(bytes.into()), Err(OpError::Domain));
    }

    #[test]
    fn a_body_holds_32_kib_and_not_a_byte_more() {
        let at = op(1000, vec![0; OP_BODY_BYTES].into());
        assert!(parse(canonical(&at).into()).is_ok());
        assert_eq!(check(&at), Ok(()));
        let past = op(1000, vec![0; OP_BODY_BYTES + 1].into());
        let bytes = OP_BODY_BYTES + 1;
        assert_eq!(parse(canonical(&past).into()), Err(OpError::TooLong { bytes }));
        assert_eq!(check(&past), Err(Refusal::TooLong));
    }

    #[test]
    fn a_post_is_taken_as_a_message_text_would_be_and_not_otherwise() {
        assert_eq!(check(&post_of("hello")), Ok(()));
        assert_eq!(check(&post_of(&"a".repeat(TEXT_BYTES))), Ok(()));
        assert_eq!(check(&post_of(&"a".repeat(TEXT_BYTES + 1))), Err(Refusal::TooLong));
        assert_eq!(check(&post_of(&"a\n".repeat(501))), Err(Refusal::TooLong));
        for bad in ["", "  ", "a\u{1b}[0m", "trailing ", "a\r\nb"] {
            assert_eq!(check(&post_of(bad)), Err(Refusal::Malformed), "{bad:?}");
            assert_eq!(content_of(post_of(bad)), Content::Unreadable, "{bad:?}");
        }
        assert_eq!(check(&op(kind::POST, Bytes::from_static(b"\x0a\x05a"))), Err(Refusal::Malformed));
    }

    #[test]
    fn a_post_body_has_room_for_newer_fields_up_to_its_limit() {
        let with_padding = |bytes: usize| {
            let mut body = post_body(&MessageText::new("hi").unwrap(), Audience::Members).to_vec();
            // Field 15, length-delimited, its length in a varint of three bytes.
            let len = bytes - body.len() - 4;
            let low = |shift: u32| u8::try_from((len >> shift) & 0x7f).unwrap();
            body.extend([0x7a, low(0) | 0x80, low(7) | 0x80, low(14)]);
            body.resize(bytes, 0);
            op(kind::POST, body.into())
        };
        assert_eq!(check(&with_padding(POST_BODY_BYTES)), Ok(()));
        assert_eq!(check(&with_padding(POST_BODY_BYTES + 1)), Err(Refusal::TooLong));
    }

    #[test]
    fn members_may_not_name_members_nor_use_kinds_below_the_extensions() {
        let body = member_body(MemberId(1), &MemberKey([2; 32]), None, &nick("Ana"));
        for kind in [0, kind::MEMBER, kind::GUEST, 2, 999] {
            assert_eq!(check(&op(kind, body.clone())), Err(Refusal::Unsupported), "{kind}");
        }
        assert_eq!(check(&op(1000, body.clone())), Ok(()));
        assert_eq!(check(&op(u32::MAX, body)), Ok(()));
    }

    #[test]
    fn only_what_its_author_meant_for_guests_is_for_them() {
        let text = MessageText::new("hello").unwrap();
        let for_guests = |kind, body| audience(&op(kind, body)) == Audience::Everyone;
        assert!(for_guests(kind::POST, post_body(&text, Audience::Everyone)));
        assert!(for_guests(kind::GUEST, guest_body(&nick("10.0.0.9"), &text)));
        for (kind, body) in [
            (kind::POST, post_body(&text, Audience::Members)),
            (kind::POST, Bytes::from_static(b"\xff")),
            (kind::MEMBER, member_body(MemberId(1), &MemberKey([2; 32]), None, &nick("Ana"))),
            (1000, post_body(&text, Audience::Everyone)),
        ] {
            assert!(!for_guests(kind, body.clone()), "{kind} {body:?}");
        }
    }

    #[test]
    fn what_was_said_reads_back() {
        let text = MessageText::new("hello\nthere").unwrap();
        assert_eq!(
            content_of(op(kind::POST, post_body(&text, Audience::Everyone))),
            Content::Post(text.clone())
        );
        let (key, name) = (MemberKey([5; 32]), nick("Ana"));
        for before in [None, Some(nick("Anna"))] {
            let body = member_body(MemberId(3), &key, before.as_ref(), &name);
            let expected = Content::Named { key, before, name: name.clone() };
            assert_eq!(content_of(op(kind::MEMBER, body)), expected);
        }
        assert_eq!(content_of(op(kind::GUEST, guest_body(&nick("192.168.1.9"), &text))), Content::Post(text));
        assert_eq!(content_of(op(kind::GUEST, Bytes::from_static(b"\x12\x02\x1b["))), Content::Unreadable);
        assert_eq!(content_of(op(12, Bytes::new())), Content::Newer { kind: 12 });
        assert_eq!(content_of(op(kind::MEMBER, Bytes::from_static(b"?"))), Content::Unreadable);
    }
}
