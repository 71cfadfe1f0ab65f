//! Whatever a plain room sends is the same lines however it is cut, and none of them controls a terminal. The first
//! byte says how it is cut.

#![no_main]

use hallway::types::TextEncoding;
use hallway::wire::plain::{Heard, PlainReader, line_bytes, lines};
use libfuzzer_sys::fuzz_target;

fn read(stream: &[u8], size: usize) -> Vec<Heard> {
    let mut reader = PlainReader::new(TextEncoding::default());
    let mut heard = Vec::new();
    for piece in stream.chunks(size) {
        reader.push(piece);
        heard.extend(std::iter::from_fn(|| reader.next_heard()));
    }
    reader.finish();
    heard.extend(std::iter::from_fn(|| reader.next_heard()));
    assert!(!reader.has_rest());
    heard
}

fuzz_target!(|data: &[u8]| {
    let [size, stream @ ..] = data else { return };
    let heard = read(stream, usize::MAX);
    assert_eq!(heard, read(stream, usize::from(*size).max(1)));
    for heard in heard {
        let Heard::Said(line) = heard else { continue };
        assert!(line.text.as_str().chars().all(|sign| sign == '\t' || !sign.is_control()));
        for line in lines(&line.text) {
            let bytes = line_bytes(&line);
            assert!(bytes.len() <= 2_000 && bytes.iter().position(|byte| *byte == b'\n') == Some(bytes.len() - 1));
        }
    }
});
