//! Any body of any kind is an error or a message, and a message writes and reads back as itself.
//! The first byte is the kind.

#![no_main]

use bytes::{Bytes, BytesMut};
use hallway::types::Run;
use hallway::wire::message::{ClientMessage, ServerMessage};
use hallway::wire::{
    Frame, FrameBuffer, decode_client, decode_server, encode_client, encode_server, op,
};
use libfuzzer_sys::fuzz_target;

/// The only frame in `bytes`; none where a long list was written as several, or nothing at all.
fn only_frame(bytes: &[u8]) -> Option<Frame> {
    let mut buffer = FrameBuffer::new(usize::MAX);
    buffer.push(bytes);
    buffer.next_frame().expect("we write frames").filter(|_| buffer.waiting() == 0)
}

fn show(run: &Run) {
    for entry in &run.entries {
        let _ = op::message(entry);
        assert_eq!(op::parse(op::canonical(&entry.signed.op).into()).as_ref(), Ok(&entry.signed.op));
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((kind, body)) = data.split_first() else { return };
    let frame = Frame { kind: *kind, body: Bytes::copy_from_slice(body) };
    let mut out = BytesMut::new();
    if let Ok(message) = decode_client(frame.clone()) {
        encode_client(&message, &mut out);
        if let Some(again) = only_frame(&out) {
            assert_eq!(decode_client(again).as_ref(), Ok(&message));
        }
        if let ClientMessage::Submit(ops) = &message {
            for signed in ops {
                let _ = (op::check(&signed.op), op::content(signed));
            }
        }
    }
    out.clear();
    if let Ok(message) = decode_server(frame) {
        encode_server(&message, &mut out);
        if let Some(again) = only_frame(&out) {
            assert_eq!(decode_server(again).as_ref(), Ok(&message));
        }
        match &message {
            ServerMessage::Events(run) => show(run),
            ServerMessage::Page(page) => show(&page.run),
            _ => {}
        }
    }
});
