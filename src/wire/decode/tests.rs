//! Each limit at its last good value and one past it, and each way of not being a message.

use super::*;
use crate::types::limits::{
    APP_BYTES, DEEDS_UNANSWERED, ERROR_TEXT_BYTES, FEATURE_BYTES, HEAD_SIGNATURE_BYTES, MODERATORS,
    OP_BODY_BYTES, STANDINGS_TOLD, TYPING_NAMES,
};
use crate::types::{Denial, Op, OpId, RoomId};
use crate::wire::op;

type Change<M> = fn(&mut M);
/// Whether a message with so many items is taken.
type Holds<'a> = &'a dyn Fn(usize) -> bool;

fn frame(kind: u8, body: &impl Message) -> Frame {
    Frame { kind, body: body.encode_to_vec().into() }
}

fn bytes(len: usize) -> Bytes {
    vec![7; len].into()
}

#[expect(clippy::unnecessary_wraps, reason = "as the field holds it")]
fn link(seq: u64) -> Option<proto::Link> {
    Some(proto::Link { seq, hash: bytes(32) })
}

fn head() -> proto::SignedHead {
    proto::SignedHead { link: link(9), signature: bytes(HEAD_SIGNATURE_BYTES) }
}

fn hello() -> proto::Hello {
    proto::Hello {
        version_min: 1,
        version_max: 1,
        features: vec!["x".repeat(FEATURE_BYTES); FEATURES],
        app: "a".repeat(APP_BYTES),
        member_key: bytes(32),
        signature: bytes(64),
        resume: Some(proto::Resume { epoch: 1, last: link(3) }),
        expects: Some(bytes(20)),
        token: Some(bytes(16)),
    }
}

fn op_bytes(body: usize) -> Bytes {
    let author = crate::types::MemberKey([2; 32]);
    let op = Op { room: RoomId([1; 32]), author, n: 1, id: OpId([3; 16]), kind: 1000, body: bytes(body) };
    op::canonical(&op).into()
}

fn signed_op(body: usize) -> proto::SignedOp {
    proto::SignedOp { op: op_bytes(body), signature: bytes(64) }
}

fn entries(count: usize) -> Vec<proto::Entry> {
    let entry = |seq| proto::Entry {
        seq,
        at_ms: 0,
        member: 1,
        name: "Ana".to_owned(),
        op: op_bytes(1),
        signature: bytes(64),
    };
    (10..).take(count).map(entry).collect()
}

fn members(count: usize) -> Vec<proto::RosterMember> {
    vec![proto::RosterMember { member: 1, key: bytes(32), name: "Ana".to_owned(), host: false }; count]
}

fn results(count: usize) -> proto::Results {
    let result = proto::OpResult { id: bytes(16), seq: Some(1), refused: None };
    proto::Results { results: vec![result; count], head: Some(head()) }
}

#[test]
fn a_hello_at_every_limit_fits_the_frame_of_a_stranger() {
    let frame = frame(kind::HELLO, &hello());
    assert!(frame.body.len() < crate::types::limits::FRAME_BEFORE_WELCOME_BYTES / 2);
    assert!(matches!(decode_client(frame), Ok(ClientMessage::Hello(_))));
}

#[test]
fn a_hello_one_past_any_limit_is_refused() {
    let changes: [(Change<proto::Hello>, DecodeError); 13] = [
        (|h| h.version_min = 0, DecodeError::Range("Hello's versions")),
        (|h| h.version_min = 2, DecodeError::Range("Hello's versions")),
        (|h| h.features.push("x".to_owned()), DecodeError::Length("Hello")),
        (|h| h.features[0].push('x'), DecodeError::Length("a feature")),
        (|h| h.features[0].clear(), DecodeError::Length("a feature")),
        (|h| h.app.push('a'), DecodeError::Length("Hello.app")),
        (|h| h.member_key = bytes(31), DecodeError::Length("a member's key")),
        (|h| h.member_key = bytes(33), DecodeError::Length("a member's key")),
        (|h| h.signature = bytes(63), DecodeError::Length("a signature")),
        (|h| h.expects = Some(bytes(21)), DecodeError::Length("a fingerprint")),
        (|h| h.resume = Some(proto::Resume::default()), DecodeError::Missing("Resume.last")),
        (|h| h.resume.as_mut().unwrap().last = link(0), DecodeError::Range("Resume.last")),
        (
            |h| h.resume.as_mut().unwrap().last.as_mut().unwrap().hash = bytes(0),
            DecodeError::Length("a hash"),
        ),
    ];
    for (change, expected) in changes {
        let mut hello = hello();
        change(&mut hello);
        assert_eq!(decode_client(frame(kind::HELLO, &hello)), Err(expected));
    }
}

#[test]
fn lists_hold_their_limit_and_not_one_more() {
    let submit = |count| {
        let said = proto::Submit { ops: vec![signed_op(1); count] };
        decode_client(frame(kind::SUBMIT, &said)).is_ok()
    };
    let events = |count| {
        let said = proto::Events { prev: link(9), entries: entries(count) };
        decode_server(frame(kind::EVENTS, &said)).is_ok()
    };
    let page = |count| {
        let said =
            proto::Page { after: Some(9), before: None, prev: link(9), entries: entries(count), more: false };
        decode_server(frame(kind::PAGE, &said)).is_ok()
    };
    let results = |count| decode_server(frame(kind::RESULTS, &results(count))).is_ok();
    let roster = |count| {
        let said = proto::RosterPage { offset: 0, total: 1, members: members(count) };
        decode_server(frame(kind::ROSTER_PAGE, &said)).is_ok()
    };
    let joined = |count| {
        let said = proto::Ephemeral { joined: members(count), ..Default::default() };
        decode_server(frame(kind::EPHEMERAL, &said)).is_ok()
    };
    let left = |count| {
        let said = proto::Ephemeral { left: members(count), ..Default::default() };
        decode_server(frame(kind::EPHEMERAL, &said)).is_ok()
    };
    let typing = |count| {
        let typing = Some(proto::Typing { members: vec![1; count], more: 0 });
        let said = proto::Ephemeral { typing, ..Default::default() };
        decode_server(frame(kind::EPHEMERAL, &said)).is_ok()
    };
    let moderators = |count| {
        let said = proto::House { moderators: vec![vec![1; 32].into(); count], ..Default::default() };
        decode_server(frame(kind::HOUSE, &said)).is_ok()
    };
    let standings = |count| {
        let standing = proto::Standing { key: vec![1; 32].into(), name: "Bo".into(), ..Default::default() };
        let said = proto::Standings { standings: vec![standing; count] };
        decode_server(frame(kind::STANDINGS, &said)).is_ok()
    };
    let all: [(&str, Holds<'_>, usize); 10] = [
        ("submit", &submit, OPS_PER_SUBMIT),
        ("events", &events, PAGE_ENTRIES),
        ("page", &page, PAGE_ENTRIES),
        ("results", &results, OPS_UNANSWERED + DEEDS_UNANSWERED),
        ("roster", &roster, ROSTER_PAGE),
        ("joined", &joined, PRESENCE_NAMES),
        ("left", &left, PRESENCE_NAMES),
        ("typing", &typing, TYPING_NAMES),
        ("moderators", &moderators, MODERATORS),
        ("standings", &standings, STANDINGS_TOLD),
    ];
    for (name, holds, limit) in all {
        assert!(holds(0) && holds(limit), "{name}");
        assert!(!holds(limit + 1), "{name}");
    }
}

#[test]
fn items_are_counted_before_they_cost_memory() {
    // Two bytes each; as values they would be some ten megabytes.
    let body = [0x12, 0].repeat(131_000);
    let counted = decode_server(Frame { kind: kind::EVENTS, body: body.into() });
    assert_eq!(counted, Err(DecodeError::Length("Events")));
    let body = [0x0a, 0].repeat(131_000);
    let counted = decode_client(Frame { kind: kind::SUBMIT, body: body.into() });
    assert_eq!(counted, Err(DecodeError::Length("Submit")));
}

#[test]
fn an_op_holds_its_limit_and_not_a_byte_more() {
    let submit = |body| {
        let said = proto::Submit { ops: vec![signed_op(body)] };
        decode_client(frame(kind::SUBMIT, &said))
    };
    assert!(submit(OP_BODY_BYTES).is_ok());
    assert_eq!(submit(OP_BODY_BYTES + 1), Err(DecodeError::Length("an op")));
}

#[test]
fn a_sentence_holds_256_bytes_and_cannot_draw_outside_its_line() {
    let denied = |text: &str| {
        let said = proto::Denied { text: text.to_owned(), ..Default::default() };
        decode_server(frame(kind::DENIED, &said))
    };
    assert!(denied(&"a".repeat(ERROR_TEXT_BYTES)).is_ok());
    assert_eq!(denied(&"a".repeat(ERROR_TEXT_BYTES + 1)), Err(DecodeError::Length("a sentence")));
    let plain = ServerMessage::Denied(Denial::Other("no[2J entry".to_owned()));
    assert_eq!(denied("no\u{1b}[2J\n en\u{202E}try"), Ok(plain));
}

#[test]
fn a_heads_signature_holds_72_bytes_and_not_73() {
    let mut said = results(1);
    assert!(decode_server(frame(kind::RESULTS, &said)).is_ok());
    said.head.as_mut().unwrap().signature = bytes(HEAD_SIGNATURE_BYTES + 1);
    assert_eq!(decode_server(frame(kind::RESULTS, &said)), Err(DecodeError::Length("a head's signature")));
}

#[test]
fn entries_come_in_order_and_each_behind_the_one_before() {
    let run = |prev, change: Change<Vec<proto::Entry>>| {
        let mut said = proto::Events { prev: link(prev), entries: entries(3) };
        change(&mut said.entries);
        decode_server(frame(kind::EVENTS, &said))
    };
    let Ok(ServerMessage::Events(good)) = run(9, |_| ()) else { panic!("good events") };
    let seqs: Vec<_> = good.entries.iter().map(|entry| (entry.prev.seq.0, entry.seq.0)).collect();
    assert_eq!(seqs, [(9, 10), (10, 11), (11, 12)]);
    assert_eq!(good.entries[0].prev, good.prev);
    assert_eq!(run(10, |_| ()), Err(DecodeError::Order(Seq(10))));
    assert_eq!(run(9, |entries| entries.swap(1, 2)), Err(DecodeError::Order(Seq(11))));
    assert_eq!(run(9, |entries| entries[1].seq = 10), Err(DecodeError::Order(Seq(10))));
    assert_eq!(run(9, |entries| entries[0].name.push(' ')), Err(DecodeError::Range("Entry.name")));
    let unnamed = run(9, |entries| entries[0].name.clear());
    assert_eq!(unnamed, Err(DecodeError::Name("Entry.name", NameError::Empty)));
    assert_eq!(run(9, |entries| entries[0].op = bytes(200)), Err(DecodeError::Op(OpError::Domain)));
}

#[test]
fn an_entry_does_not_keep_the_frame_that_it_came_in() {
    let said = proto::Submit { ops: vec![signed_op(8)] };
    let frame = frame(kind::SUBMIT, &said);
    let received = frame.body.as_ptr_range();
    let Ok(ClientMessage::Submit(ops)) = decode_client(frame) else { panic!("good submit") };
    assert!(!received.contains(&ops[0].op.body.as_ptr()));
}

#[test]
fn a_result_says_exactly_one_thing() {
    let result = |change: Change<proto::OpResult>| {
        let mut said = results(1);
        change(&mut said.results[0]);
        decode_server(frame(kind::RESULTS, &said))
    };
    assert_eq!(result(|r| r.seq = None), Err(DecodeError::Missing("an op's outcome")));
    assert_eq!(result(|r| r.seq = Some(0)), Err(DecodeError::Range("OpResult.seq")));
    let both = result(|r| r.refused = Some(proto::Refused::default()));
    assert_eq!(both, Err(DecodeError::Range("an op both taken and refused")));
    assert_eq!(result(|r| r.id = bytes(15)), Err(DecodeError::Length("an op's id")));
}

#[test]
fn a_fetch_goes_exactly_one_way() {
    let fetch = |after, before| decode_client(frame(kind::FETCH, &proto::Fetch { after, before, max: 1 }));
    assert!(fetch(Some(0), None).is_ok() && fetch(None, Some(0)).is_ok());
    assert_eq!(fetch(None, None), Err(DecodeError::Missing("after or before")));
    assert_eq!(fetch(Some(1), Some(1)), Err(DecodeError::Range("after and before")));
}

#[test]
fn what_only_the_other_side_says_is_refused() {
    let ping = proto::Ping { nonce: 1 };
    for kind in [kind::WELCOME, kind::EVENTS, kind::RESULTS, kind::PAGE, kind::INTRODUCED] {
        assert_eq!(decode_client(frame(kind, &ping)), Err(DecodeError::UnknownKind(kind)));
    }
    for kind in [kind::HELLO, kind::SUBMIT, kind::FETCH, kind::INTRODUCE, kind::ROSTER] {
        assert_eq!(decode_server(frame(kind, &ping)), Err(DecodeError::UnknownKind(kind)));
    }
}
