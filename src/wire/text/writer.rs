//! How a line looks to a guest.

use super::clean::clean;
use super::encoding::encode;
use super::{GuestLine, telnet};
use crate::types::TextEncoding;

/// Characters between `<` and `>` that a reader may take for a name: the longest nickname, in bytes.
const NAME_CHARACTERS: usize = crate::types::limits::NICK_BYTES;

/// How somebody without the app is written to, as far as what it wrote shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// It speaks telnet, whose lines end with CR and LF, and in which a byte 255 is written twice.
    pub crlf: bool,
    /// It writes in this encoding; without one, in UTF-8.
    pub encoding: Option<TextEncoding>,
    /// The room is a classic one: what was said goes out as it was, whatever it looks like.
    pub classic: bool,
}

/// `line` as the bytes that go out: one or more lines with their ends, and no other control character than the
/// tab. What the encoding has no character for becomes a question mark.
pub fn write(line: &GuestLine, style: Style) -> Vec<u8> {
    let end = if style.crlf { "\r\n" } else { "\n" };
    let text = match line {
        GuestLine::Said { who, text } => said(who, text, style.classic, end),
        GuestLine::Note(text) => format!("* {}{end}", clean(text).replace('\n', " ")),
    };
    let bytes = match style.encoding {
        Some(encoding) => encode(&text, encoding),
        None => text.into_bytes(),
    };
    if style.crlf { telnet::doubled(bytes) } else { bytes }
}

fn said(who: &str, text: &str, classic: bool, end: &str) -> String {
    let mut who = clean(who);
    who.retain(|sign| !matches!(sign, '<' | '>' | '\n' | '\t'));
    let mut out = String::with_capacity(who.len() + text.len() + 8);
    for line in clean(text).split('\n') {
        let guard = if !classic && looks_signed(line) { "\\" } else { "" };
        out.extend(["<", &who, "> ", guard, line, end]);
    }
    out
}

/// True if a line begins as if it were somebody's: `<name> `.
fn looks_signed(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix('<') else { return false };
    let Some((name, behind)) = rest.split_once('>') else { return false };
    behind.starts_with(' ') && (1..=NAME_CHARACTERS).contains(&name.chars().count()) && !name.contains('<')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(who: &str, text: &str) -> String {
        let line = GuestLine::Said { who: who.to_owned(), text: text.to_owned() };
        String::from_utf8(write(&line, Style::default())).unwrap()
    }

    #[test]
    fn every_line_stands_under_its_author() {
        assert_eq!(shown("Ana", "one\n\ntwo"), "<Ana> one\n<Ana> \n<Ana> two\n");
        assert_eq!(shown("A\nn>a<\u{1b}[1m", "one"), "<Ana> one\n");
    }

    #[test]
    fn what_looks_like_anothers_line_is_guarded() {
        assert_eq!(shown("Ana", "<Bo> hi\n  <Bo> hi"), "<Ana> \\<Bo> hi\n<Ana> \\  <Bo> hi\n");
        assert_eq!(shown("Ana", "\u{1b}[1m<Bo> hi"), "<Ana> \\<Bo> hi\n");
        for free in ["<b>bold</b>", "<> hi", "< hi", "a <Bo> hi", "<a<b> c", "<Bo>hi"] {
            assert_eq!(shown("Ana", free), format!("<Ana> {free}\n"));
        }
        let long = |count: usize| format!("<{}> hi", "é".repeat(count));
        assert!(shown("Ana", &long(128)).starts_with("<Ana> \\<"));
        assert!(shown("Ana", &long(129)).starts_with("<Ana> <"));
    }

    #[test]
    fn a_classic_room_passes_on_what_was_said_as_it_was() {
        let line = GuestLine::Said { who: "10.0.0.9".to_owned(), text: "<Bo> hi\nthere".to_owned() };
        let style = Style { classic: true, ..Style::default() };
        assert_eq!(write(&line, style), b"<10.0.0.9> <Bo> hi\n<10.0.0.9> there\n");
    }

    #[test]
    fn a_note_is_one_line() {
        let note = GuestLine::Note("Ana\nleft\u{1b}[2J".to_owned());
        assert_eq!(write(&note, Style { crlf: true, ..Style::default() }), b"* Ana left\r\n");
    }

    #[test]
    fn telnet_gets_a_letter_255_twice() {
        let line = GuestLine::Note("ÿ".to_owned());
        let encoding = Some(TextEncoding::Windows1252);
        assert_eq!(write(&line, Style { crlf: true, encoding, classic: false }), b"* \xFF\xFF\r\n");
        assert_eq!(write(&line, Style { crlf: false, encoding, classic: false }), b"* \xFF\n");
    }
}
