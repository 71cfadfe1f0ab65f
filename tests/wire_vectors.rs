//! Golden bytes: what this version writes, and what every released version wrote.
//!
//! `tests/data/wire-1.txt` and `signed-1.txt` belong to protocol version 1 and are never changed, only added
//! to: a line that no longer holds means that older apps are no longer understood.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use bytes::{BufMut, Bytes, BytesMut};
use data_encoding::HEXLOWER;
use hallway::trust::{Identity, RoomKey, sha256, verify, verify_head, words};
use hallway::types::{
    Content, Denial, Epoch, FetchFrom, Goodbye, Link, MemberId, Op, OpId, Refusal, Run, Seq, SignedOp,
};
use hallway::wire::message::{ClientMessage, ServerMessage};
use hallway::wire::{
    Frame, FrameBuffer, chain, decode_client, decode_server, encode_client, encode_server, op,
};

#[path = "wire/samples.rs"]
mod samples;

const WIRE: &str = include_str!("data/wire-1.txt");
const SIGNED: &str = include_str!("data/signed-1.txt");

/// The lines `name hex` of a file; those that begin with `#` are for people.
fn vectors(text: &'static str) -> BTreeMap<String, Vec<u8>> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (name, hex) = line.split_once(' ').expect(line);
            (name.to_owned(), HEXLOWER.decode(hex.as_bytes()).expect(name))
        })
        .collect()
}

fn frame(bytes: &[u8]) -> Frame {
    let mut buffer = FrameBuffer::new(1 << 18);
    buffer.push(bytes);
    let frame = buffer.next_frame().unwrap().unwrap();
    assert_eq!(buffer.waiting(), 0, "one frame and nothing else");
    frame
}

fn written(write: impl FnOnce(&mut BytesMut)) -> Vec<u8> {
    let mut out = BytesMut::new();
    write(&mut out);
    out.to_vec()
}

#[test]
fn every_message_is_written_as_it_always_was() {
    let mut now = BTreeMap::new();
    for (name, message) in samples::from_members() {
        now.insert(name, written(|out| encode_client(&message, out)));
    }
    for (name, message) in samples::from_hosts() {
        now.insert(name, written(|out| encode_server(&message, out)));
    }
    let golden = vectors(WIRE);
    let lines: Vec<_> = now
        .iter()
        .filter(|(name, bytes)| golden.get(*name) != Some(bytes))
        .map(|(name, bytes)| format!("{name} {}\n", HEXLOWER.encode(bytes)))
        .collect();
    assert!(lines.is_empty(), "these lines are new or differ:\n{}", lines.concat());
    assert_eq!(golden.len(), now.len(), "a golden line has no sample any more");
}

#[test]
fn every_golden_message_is_read_as_it_was_meant() {
    let golden = vectors(WIRE);
    for (name, message) in samples::from_members() {
        assert_eq!(decode_client(frame(&golden[&name])), Ok(message), "{name}");
    }
    for (name, message) in samples::from_hosts() {
        assert_eq!(decode_server(frame(&golden[&name])), Ok(message), "{name}");
    }
}

#[test]
fn fields_of_newer_apps_are_passed_over() {
    // Fields 1000 (a number), 1001 (bytes) and 1002 (fixed64).
    let mut newer = vec![0xc0, 0x3e, 0x05, 0xca, 0x3e, 0x03, 1, 2, 3, 0xd1, 0x3e];
    newer.extend([9; 8]);
    let golden = vectors(WIRE);
    let with_more = |name: &str| {
        let Frame { kind, body } = frame(&golden[name]);
        let before = [&newer[..], &body].concat();
        let after = [&body[..], &newer].concat();
        [before, after].map(|body| Frame { kind, body: body.into() })
    };
    for (name, message) in samples::from_members() {
        for frame in with_more(&name) {
            assert_eq!(decode_client(frame), Ok(message.clone()), "{name}");
        }
    }
    for (name, message) in samples::from_hosts() {
        for frame in with_more(&name) {
            assert_eq!(decode_server(frame), Ok(message.clone()), "{name}");
        }
    }
}

#[test]
fn reasons_of_newer_apps_are_read_as_other() {
    let said = |kind, body: &[u8]| Frame { kind, body: Bytes::copy_from_slice(body) };
    let bye = decode_client(said(0x0a, &[8, 99]));
    assert_eq!(bye, Ok(ClientMessage::Bye(Goodbye::Other)));
    let denied = decode_server(said(0x07, b"\x08\x63\x12\x02no"));
    assert_eq!(denied, Ok(ServerMessage::Denied(Denial::Other("no".to_owned()))));
    let mut results = vec![0x0a, 24, 0x0a, 16];
    results.extend([0x1d; 16]);
    results.extend(b"\x1a\x04\x08\x63\x12\x00");
    results.extend([0x12, 36, 0x0a, 34, 0x12, 32]);
    results.extend([0; 32]);
    let Ok(ServerMessage::Results(results, _)) = decode_server(said(0x11, &results)) else {
        panic!("no results");
    };
    assert_eq!(results[0].outcome, Err(Refusal::Other(String::new())));
}

#[test]
fn frames_that_may_be_skipped_are_and_the_others_are_errors() {
    for kind in 0..=255 {
        let frame = || Frame { kind, body: Bytes::from_static(b"\xff\xff") };
        // 80 is known to both, 81 to 84 are sent by hosts only.
        if kind > 0x80 {
            assert_eq!(decode_client(frame()), Ok(ClientMessage::Skipped(kind)));
        } else {
            assert!(decode_client(frame()).is_err(), "{kind}");
        }
        if kind > 0x84 {
            assert_eq!(decode_server(frame()), Ok(ServerMessage::Skipped(kind)));
        } else {
            assert!(decode_server(frame()).is_err(), "{kind}");
        }
    }
    // What a newer member says in passing, and this app does not know.
    let passing = Frame { kind: 0x80, body: Bytes::from_static(&[0x38, 1]) };
    assert_eq!(decode_client(passing), Ok(ClientMessage::Skipped(0x80)));
}

#[test]
fn what_fills_more_than_one_frame_is_written_as_several() {
    let long = "a".repeat(16 * 1024);
    let ops: Vec<_> = (1..=64).map(|n| samples::post(n, &long)).collect();
    let bytes = written(|out| encode_client(&ClientMessage::Submit(ops.clone()), out));
    let mut read = Vec::new();
    for frame in frames(&bytes) {
        let Ok(ClientMessage::Submit(part)) = decode_client(frame) else { panic!("no Submit") };
        read.extend(part);
    }
    assert_eq!(read, ops);

    let mut run = Run { prev: Link::START, entries: Vec::new() };
    for n in 1..=64 {
        let mut entry = samples::run().entries.remove(0);
        (entry.seq, entry.signed) = (Seq(n), samples::post(n, &long));
        run.entries.push(entry);
    }
    chain::seal(&mut run, &mut sha256);
    let bytes = written(|out| encode_server(&ServerMessage::Events(run.clone()), out));
    let mut last = Link::START;
    let mut read = Vec::new();
    for frame in frames(&bytes) {
        let Ok(ServerMessage::Events(mut part)) = decode_server(frame) else { panic!("no Events") };
        assert_eq!(part.prev, last, "each frame follows the one before");
        chain::seal(&mut part, &mut sha256);
        last = part.last();
        read.extend(part.entries);
    }
    assert_eq!(read, run.entries);
}

/// The frames of `bytes`, more than one, none over the limit.
fn frames(bytes: &[u8]) -> Vec<Frame> {
    let mut buffer = FrameBuffer::new(hallway::types::limits::FRAME_BYTES);
    buffer.push(bytes);
    let mut frames = Vec::new();
    while let Some(frame) = buffer.next_frame().unwrap() {
        frames.push(frame);
    }
    assert!(frames.len() > 1);
    frames
}

/// A real op of a real member: ops and heads as any other app must make them.
#[test]
fn ops_entries_and_heads_are_signed_and_hashed_as_they_always_were() {
    let golden = vectors(SIGNED);
    let hash = |name: &str| sha256(&[&golden[name]]);
    let ana = Identity::from_pkcs8(&golden["identity-pkcs8"]).unwrap();
    let room = RoomKey::from_parts(&golden["room-cert"], &golden["room-key"]).unwrap();
    assert_eq!(ana.key().as_bytes(), golden["identity-key"]);
    assert_eq!(room.public_key_spki(), golden["room-spki"]);
    assert_eq!(room.room_id().as_bytes(), golden["room-id"]);
    assert_eq!(words(&room.room_id()).join(" ").as_bytes(), golden["room-words"]);

    let body = samples::post(1, "Grüße aus dem Flur").op.body;
    let op = Op { room: room.room_id(), author: ana.key(), n: 1, id: OpId([0xc3; 16]), kind: 1, body };
    let canonical = op::canonical(&op);
    let signature = ana.sign(&canonical);
    let mut run = samples::run();
    run.prev = Link::START;
    run.entries.truncate(2);
    run.entries[1].signed = SignedOp { op, signature };
    chain::seal(&mut run, &mut sha256);
    let head = chain::head_bytes(&room.room_id(), Epoch(42), run.last());
    let hello = chain::hello_bytes(&[0xee; 32], &room.room_id());
    let now = [
        ("op", canonical.clone()),
        ("op-signature", signature.as_bytes().to_vec()),
        ("entry-first", chain::entry_bytes(&run.entries[0])),
        ("entry-first-hash", run.entries[0].hash.as_bytes().to_vec()),
        ("entry-second", chain::entry_bytes(&run.entries[1])),
        ("entry-second-hash", run.entries[1].hash.as_bytes().to_vec()),
        ("head", head.clone()),
        ("hello", hello.clone()),
        ("hello-signature", ana.sign(&hello).as_bytes().to_vec()),
    ];
    let differ: Vec<_> = now
        .iter()
        .filter(|(name, bytes)| golden.get(*name) != Some(bytes))
        .map(|(name, bytes)| format!("{name} {}\n", HEXLOWER.encode(bytes)))
        .collect();
    assert!(differ.is_empty(), "these lines are new or differ:\n{}", differ.concat());

    assert!(verify(&ana.key(), &canonical, &signature));
    assert_eq!(hash("entry-second").as_bytes(), golden["entry-second-hash"]);
    assert!(verify_head(&golden["room-spki"], &head, &golden["head-signature"]));
    let read = op::parse(golden["op"].clone().into()).unwrap();
    let said = op::content(&SignedOp { op: read, signature });
    assert!(matches!(said, Content::Post(text) if text.as_str() == "Grüße aus dem Flur"));
}

#[test]
fn a_line_reads_for_showing_as_it_was_written() {
    let run = samples::run();
    let shown: Vec<_> = run.entries.iter().map(op::message).collect();
    assert_eq!(shown[2].prev, Seq(9));
    assert_eq!(shown[2].content, Content::Newer { kind: 1000 });
    let renamed =
        Content::Named { key: samples::ANA, before: Some(samples::nick("Anna")), name: samples::nick("Ana") };
    assert_eq!(
        (&shown[3].content, shown[3].author),
        (&renamed, hallway::types::Author::Member(samples::HOST))
    );
    assert_eq!((shown[1].member, shown[1].id), (MemberId(2), OpId([1; 16])));
}

#[test]
fn a_wish_for_more_than_a_page_means_a_page() {
    let fetch = |max: u32| {
        let mut body = BytesMut::new();
        body.put_slice(&[8, 0, 24]);
        prost::encoding::encode_varint(max.into(), &mut body);
        decode_client(Frame { kind: 0x14, body: body.freeze() })
    };
    for (asked, given) in [(1, 1), (500, 500), (501, 500), (u32::MAX, 500)] {
        let Ok(ClientMessage::Fetch(fetch)) = fetch(asked) else { panic!("{asked}") };
        assert_eq!((fetch.from, fetch.max), (FetchFrom::After(Seq(0)), given));
    }
    assert!(fetch(0).is_err());
}
