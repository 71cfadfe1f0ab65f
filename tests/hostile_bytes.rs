//! Bytes that nobody who means well sends: cut, flipped, lying about lengths, or drawn at random. Each is an
//! error or a message within the limits; nothing panics, and nothing is set aside for what did not arrive.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use hallway::types::entry::kind;
use hallway::types::limits::{FRAME_BEFORE_WELCOME_BYTES, FRAME_BYTES, OP_BODY_BYTES, PAGE_ENTRIES};
use hallway::types::{Audience, Content, MemberKey, MessageText, Op, OpId, RoomId, Signature, SignedOp};
use hallway::wire::message::{ClientMessage, ServerMessage};
use hallway::wire::{
    Frame, FrameBuffer, FrameError, decode_client, decode_server, encode_client, encode_server, op,
};
use proptest::prelude::*;

#[path = "wire/samples.rs"]
mod samples;

/// Every sample as a frame, with whether a member sends it.
fn frames() -> Vec<(String, bool, Bytes)> {
    let mut all = Vec::new();
    for (name, message) in samples::from_members() {
        let mut out = BytesMut::new();
        encode_client(&message, &mut out);
        all.push((name, true, out.freeze()));
    }
    for (name, message) in samples::from_hosts() {
        let mut out = BytesMut::new();
        encode_server(&message, &mut out);
        all.push((name, false, out.freeze()));
    }
    all
}

/// Reads `bytes` as both sides would, to the end or the first error; gives how many frames were messages.
fn read_all(bytes: &[u8], limit: usize) -> usize {
    let mut buffer = FrameBuffer::new(limit);
    buffer.push(bytes);
    let mut good = 0;
    while let Ok(Some(frame)) = buffer.next_frame() {
        good += usize::from(is_sound(&frame));
    }
    good
}

/// True where at least one side takes the frame; what it takes is within the limits and writes and reads back.
fn is_sound(frame: &Frame) -> bool {
    let from_member = decode_client(frame.clone());
    if let Ok(message) = &from_member {
        let mut out = BytesMut::new();
        encode_client(message, &mut out);
        if let ClientMessage::Tail(_, page) = message {
            assert!(page.run.entries.len() <= PAGE_ENTRIES);
        }
        if let Some(again) = one_frame(&out) {
            assert_eq!(decode_client(again).as_ref(), Ok(message));
        }
    }
    let from_host = decode_server(frame.clone());
    if let Ok(message) = &from_host {
        if let ServerMessage::Events(run) = message {
            assert!(run.entries.len() <= PAGE_ENTRIES);
        }
        let mut out = BytesMut::new();
        encode_server(message, &mut out);
        if let Some(again) = one_frame(&out) {
            assert_eq!(decode_server(again).as_ref(), Ok(message));
        }
    }
    from_member.is_ok() || from_host.is_ok()
}

/// The frame in `bytes` if there is exactly one; what may be skipped is not written at all.
fn one_frame(bytes: &[u8]) -> Option<Frame> {
    let mut buffer = FrameBuffer::new(usize::MAX);
    buffer.push(bytes);
    buffer.next_frame().unwrap().filter(|_| buffer.waiting() == 0)
}

#[test]
fn a_stream_that_ends_anywhere_is_no_message() {
    for (name, _, bytes) in frames() {
        for cut in 0..bytes.len() {
            let mut buffer = FrameBuffer::new(FRAME_BYTES);
            buffer.push(&bytes[..cut]);
            assert_eq!(buffer.next_frame(), Ok(None), "{name} {cut}");
        }
    }
}

#[test]
fn a_body_that_ends_anywhere_is_an_error_or_a_smaller_message() {
    for (name, member, bytes) in frames() {
        let Frame { kind, body } = one_frame(&bytes).expect(&name);
        let whole = decode_either(member, Frame { kind, body: body.clone() }).expect(&name);
        for cut in 0..body.len() {
            let read = decode_either(member, Frame { kind, body: body.slice(..cut) });
            assert_ne!(read.as_ref().ok(), Some(&whole), "{name} {cut}");
        }
    }
}

/// The message as text, so that both sides' can be compared.
fn decode_either(member: bool, frame: Frame) -> Result<String, String> {
    if member {
        decode_client(frame).map(|message| format!("{message:?}")).map_err(|error| error.to_string())
    } else {
        decode_server(frame).map(|message| format!("{message:?}")).map_err(|error| error.to_string())
    }
}

#[test]
fn every_length_that_lies_is_an_error_or_waits_for_more() {
    for (name, _, bytes) in frames() {
        let honest = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        for lie in [0, 1, honest - 1, honest + 1, 4096, 4097, 262_144, 262_145, 1 << 31, u32::MAX] {
            if lie == honest {
                continue;
            }
            let mut buffer = FrameBuffer::new(FRAME_BYTES);
            buffer.push(&[&lie.to_be_bytes(), &bytes[4..]].concat());
            let next = buffer.next_frame();
            let len = usize::try_from(lie).unwrap();
            match lie {
                0 => assert_eq!(next, Err(FrameError::Empty), "{name}"),
                1.. if len > FRAME_BYTES => {
                    assert_eq!(next, Err(FrameError::TooLong { len, limit: FRAME_BYTES }), "{name}");
                    assert_eq!(next, buffer.next_frame(), "the error stays");
                }
                _ if lie > honest => {
                    assert_eq!(next, Ok(None), "{name}");
                    assert!(buffer.tail(0).capacity() < 2 * bytes.len() + 1024, "{name}: memory for a lie");
                }
                _ => assert!(next.is_ok_and(|frame| frame.is_some()), "{name}"),
            }
        }
    }
}

#[test]
fn a_length_inside_a_body_that_lies_sets_no_memory_aside() {
    // Field 1 or 2, length-delimited, said to hold almost 4 GiB or more than any number can.
    for field in [0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42] {
        for length in [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0xff; 10], &[0xff, 0xff, 0xff, 0xff, 0x07]] {
            let body = Bytes::from([&[field], length, b"rest"].concat());
            for kind in 0..0x80 {
                let frame = || Frame { kind, body: body.clone() };
                assert!(decode_client(frame()).is_err(), "{kind:02x} {field:02x}");
                assert!(decode_server(frame()).is_err(), "{kind:02x} {field:02x}");
            }
        }
    }
}

#[test]
fn deep_nesting_is_an_error_and_not_a_deep_stack() {
    // Groups within groups: an unknown field that a reader has to walk through.
    let body = Bytes::from(vec![0xfb; 200_000]);
    for kind in 0..=255 {
        let frame = || Frame { kind, body: body.clone() };
        assert_eq!(decode_client(frame()).is_ok(), kind > 0x80);
        assert_eq!(decode_server(frame()).is_ok(), kind > 0x84);
    }
}

#[test]
fn what_an_op_says_about_itself_is_not_believed() {
    let good = op::canonical(&samples::post(1, "hello").op);
    let at = good.len() - 7 - 4;
    for lie in [0, 6, 8, u32::try_from(OP_BODY_BYTES).unwrap() + 1, u32::MAX] {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&lie.to_be_bytes());
        assert!(op::parse(bytes.into()).is_err(), "{lie}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
        read_all(&bytes, FRAME_BEFORE_WELCOME_BYTES);
    }

    #[test]
    fn random_bodies_are_never_a_panic(kind: u8, body in prop::collection::vec(any::<u8>(), 0..512)) {
        is_sound(&Frame { kind, body: body.into() });
    }

    #[test]
    fn messages_with_some_bytes_changed_are_errors_or_sound(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let frames = frames();
        let (_, _, bytes) = which.get(&frames);
        let mut bytes = bytes.to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        read_all(&bytes, FRAME_BYTES);
    }

    #[test]
    fn a_stream_is_the_same_frames_however_it_is_cut(
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
        sizes in prop::collection::vec(1_usize..200, 1..64),
    ) {
        let frames = frames();
        let sent: Vec<_> = order.iter().map(|which| which.get(&frames).2.clone()).collect();
        let stream = sent.concat();
        let mut buffer = FrameBuffer::new(FRAME_BYTES);
        let (mut heard, mut rest, mut turn) = (Vec::new(), &stream[..], 0);
        while !rest.is_empty() {
            let (now, later) = rest.split_at(sizes[turn % sizes.len()].min(rest.len()));
            buffer.push(now);
            (rest, turn) = (later, turn + 1);
            while let Some(frame) = buffer.next_frame().unwrap() {
                let mut bytes = BytesMut::new();
                frame.encode(&mut bytes);
                heard.push(bytes.freeze());
            }
        }
        prop_assert_eq!(heard, sent);
    }

    #[test]
    fn random_bytes_are_hardly_ever_an_op_and_never_two(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let headed = [b"hallway op 1\0", &bytes[..]].concat();
        for bytes in [bytes, headed] {
            if let Ok(op) = op::parse(bytes.clone().into()) {
                prop_assert_eq!(op::canonical(&op), bytes);
            }
        }
    }

    #[test]
    fn every_op_reads_back_from_its_bytes(
        room: [u8; 32], author: [u8; 32], n: u64, id: [u8; 16], kind: u32,
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let (room, author, id) = (RoomId(room), MemberKey(author), OpId(id));
        let op = Op { room, author, n, id, kind, body: body.into() };
        prop_assert_eq!(op::parse(op::canonical(&op).into()), Ok(op));
    }

    #[test]
    fn a_body_of_any_bytes_reads_as_something(
        kind in prop_oneof![Just(kind::POST), Just(kind::MEMBER), any::<u32>()],
        body in prop::collection::vec(any::<u8>(), 0..128),
    ) {
        let op = Op { kind, body: body.into(), ..samples::post(1, "x").op };
        let taken = op::check(&op);
        let said = op::content(&SignedOp { op, signature: Signature([0; 64]) });
        if kind == kind::POST {
            prop_assert_eq!(taken.is_ok(), matches!(said, Content::Post(_)), "what is taken can be shown");
        }
    }

    #[test]
    fn every_message_text_arrives_as_it_was_said(text in "\\PC{0,200}(\\n\\PC{0,20}){0,5}") {
        let Ok(text) = MessageText::new(&text) else { return Ok(()) };
        let signed = SignedOp {
            op: Op { body: op::post_body(&text, Audience::Members), ..samples::post(1, "x").op },
            signature: Signature([1; 64]),
        };
        prop_assert_eq!(op::check(&signed.op), Ok(()));
        let mut out = BytesMut::new();
        encode_client(&ClientMessage::Submit(vec![signed.clone()]), &mut out);
        let read = decode_client(one_frame(&out).unwrap());
        prop_assert_eq!(read, Ok(ClientMessage::Submit(vec![signed.clone()])));
        prop_assert_eq!(op::content(&signed), Content::Post(text));
    }
}

#[test]
fn the_samples_have_names_of_their_own() {
    let frames = frames();
    let names: BTreeMap<_, _> = frames.iter().map(|(name, _, bytes)| (name, bytes)).collect();
    assert_eq!(names.len(), frames.len());
}
