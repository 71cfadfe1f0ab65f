//! UTF-8, and the encodings that were used before it.

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::types::TextEncoding;

/// Bytes of the longest character in any of the encodings.
const CHARACTER_BYTES: usize = 4;

fn of(encoding: TextEncoding) -> &'static Encoding {
    Encoding::for_label(encoding.label().as_bytes()).unwrap_or(WINDOWS_1252)
}

/// What `bytes` say in UTF-8, or, where they are not UTF-8, in `encoding`. With it, whether they were not.
/// Bytes that mean nothing in either become U+FFFD.
pub(in crate::wire) fn decode(bytes: &[u8], encoding: TextEncoding) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (of(encoding).decode_without_bom_handling(bytes).0.into_owned(), true),
    }
}

/// `text` in this encoding; what it has no character for becomes a question mark.
pub(super) fn encode(text: &str, encoding: TextEncoding) -> Vec<u8> {
    let encoding = of(encoding);
    let (whole, _, unmappable) = encoding.encode(text);
    if !unmappable {
        return whole.into_owned();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut place = [0_u8; 4];
    for sign in text.chars() {
        match encoding.encode(sign.encode_utf8(&mut place)) {
            (bytes, _, false) => out.extend_from_slice(&bytes),
            _ => out.push(b'?'),
        }
    }
    out
}

/// How many of these bytes, which may end within a character, are whole characters: all of them or up to three
/// fewer.
pub(in crate::wire) fn whole_characters(bytes: &[u8], encoding: TextEncoding) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(_) => return bytes.len(),
        Err(error) if error.error_len().is_none() => return error.valid_up_to(),
        Err(_) => {}
    }
    let is_whole = |end: &usize| {
        let part = bytes.get(..*end).unwrap_or_default();
        of(encoding).decode_without_bom_handling_and_without_replacement(part).is_some()
    };
    let ends = (0..CHARACTER_BYTES).filter_map(|fewer| bytes.len().checked_sub(fewer));
    ends.into_iter().find(is_whole).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_known_by_its_label_and_reads_what_it_writes() {
        let samples = [
            (TextEncoding::Windows1252, "café €"),
            (TextEncoding::Windows1250, "žluťoučký"),
            (TextEncoding::Iso8859_2, "žluťoučký"),
            (TextEncoding::Windows1251, "взять"),
            (TextEncoding::Koi8R, "ОБЪЯВЛЕНИЕ"),
            (TextEncoding::Ibm866, "Привет"),
            (TextEncoding::Windows1253, "Καλημέρα"),
            (TextEncoding::Windows1254, "ığdır"),
            (TextEncoding::Windows1255, "שלום"),
            (TextEncoding::Windows1256, "مرحبا"),
            (TextEncoding::Gb18030, "你好😀"),
            (TextEncoding::Big5, "你好"),
            (TextEncoding::ShiftJis, "こんにちは"),
            (TextEncoding::EucJp, "こんにちは"),
            (TextEncoding::EucKr, "안녕하세요"),
        ];
        assert_eq!(samples.len(), TextEncoding::ALL.len());
        for (encoding, text) in samples {
            assert_eq!(of(encoding).name().to_lowercase(), encoding.label());
            let bytes = encode(text, encoding);
            assert_eq!(decode(&bytes, encoding), (text.to_owned(), true), "{encoding:?}");
        }
    }

    #[test]
    fn what_an_encoding_lacks_becomes_a_question_mark() {
        assert_eq!(encode("a😀é你", TextEncoding::Windows1252), b"a?\xE9?");
        assert_eq!(encode("€", TextEncoding::Koi8R), b"?");
    }

    #[test]
    fn a_cut_never_goes_through_a_character() {
        for (encoding, text) in [
            (TextEncoding::Gb18030, "你好😀é"),
            (TextEncoding::Big5, "你好"),
            (TextEncoding::ShiftJis, "日本語"),
            (TextEncoding::EucJp, "日本語"),
            (TextEncoding::EucKr, "안녕"),
        ] {
            let bytes = encode(text, encoding);
            let mut ends = vec![0];
            ends.extend(text.char_indices().skip(1).map(|(at, _)| encode(&text[..at], encoding).len()));
            ends.push(bytes.len());
            for end in 1..=bytes.len() {
                let whole = whole_characters(&bytes[..end], encoding);
                assert!(ends.contains(&whole) && end - whole < CHARACTER_BYTES, "{encoding:?} {end} {whole}");
            }
        }
        let text = "é😀";
        for end in 1..=text.len() {
            assert!(text.is_char_boundary(whole_characters(&text.as_bytes()[..end], TextEncoding::Koi8R)));
        }
    }
}
