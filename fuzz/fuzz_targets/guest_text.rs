//! Whatever a guest sends is messages and commands, the same ones however it is cut; and whatever a guest is told
//! stands under its author and controls no terminal. The first two bytes say how it is cut and read.

#![no_main]

use hallway::types::{MessageText, TextEncoding};
use hallway::wire::text::{GuestAsk, GuestLine, GuestReader, Style, first, write};
use libfuzzer_sys::fuzz_target;

fn read(stream: &[u8], encoding: TextEncoding, size: usize) -> Vec<GuestAsk> {
    let mut reader = GuestReader::new(encoding, false);
    let mut asks = Vec::new();
    for piece in stream.chunks(size) {
        reader.push(piece);
        asks.extend(std::iter::from_fn(|| reader.next_ask()));
    }
    reader.flush();
    asks.extend(std::iter::from_fn(|| reader.next_ask()));
    assert!(!reader.has_rest());
    asks
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|sign| sign == '\t' || !sign.is_control())
}

fn check_written(text: String) {
    let line = GuestLine::Said { who: "Ana".to_owned(), text };
    let written = String::from_utf8(write(&line, Style::default())).expect("we write UTF-8");
    for shown in written.strip_suffix('\n').expect("a line has an end").split('\n') {
        assert!(shown.starts_with("<Ana> ") && is_plain(shown));
    }
}

fuzz_target!(|data: &[u8]| {
    let [size, encoding, stream @ ..] = data else { return };
    let encoding = TextEncoding::ALL[usize::from(*encoding) % TextEncoding::ALL.len()];
    let _ = first(stream);
    let asks = read(stream, encoding, usize::MAX);
    assert_eq!(asks, read(stream, encoding, usize::from(*size).max(1)));
    for ask in asks {
        if let GuestAsk::Say(said) = ask {
            assert!(is_plain(said.as_str()));
            assert_eq!(MessageText::new(said.as_str()).as_ref(), Ok(&said));
            check_written(said.into());
        }
    }
    check_written(String::from_utf8_lossy(stream).into_owned());
});
