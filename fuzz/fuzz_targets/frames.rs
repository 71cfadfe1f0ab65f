//! A stream cut into pieces at random must give the frames of the whole stream, and then the same error.
//! The first byte says how it is cut.

#![no_main]

use hallway::types::limits::FRAME_BEFORE_WELCOME_BYTES;
use hallway::wire::{Frame, FrameBuffer, FrameError};
use libfuzzer_sys::fuzz_target;

fn frames(buffer: &mut FrameBuffer, out: &mut Vec<Frame>) -> Result<(), FrameError> {
    while let Some(frame) = buffer.next_frame()? {
        assert!(frame.body.len() < FRAME_BEFORE_WELCOME_BYTES);
        out.push(frame);
    }
    Ok(())
}

fuzz_target!(|data: &[u8]| {
    let Some((size, stream)) = data.split_first() else { return };
    let mut whole = FrameBuffer::new(FRAME_BEFORE_WELCOME_BYTES);
    let mut at_once = Vec::new();
    whole.push(stream);
    let end_at_once = frames(&mut whole, &mut at_once);

    let mut pieces = FrameBuffer::new(FRAME_BEFORE_WELCOME_BYTES);
    let mut one_by_one = Vec::new();
    let mut end = Ok(());
    for piece in stream.chunks(usize::from(*size).max(1)) {
        pieces.push(piece);
        end = frames(&mut pieces, &mut one_by_one);
        if end.is_err() {
            break;
        }
    }
    assert_eq!((at_once, end_at_once), (one_by_one, end));
});
