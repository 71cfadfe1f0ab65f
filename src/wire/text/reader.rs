//! The bytes of one guest, read as lines, and each line as what it wants.

use std::collections::VecDeque;

use unicode_segmentation::UnicodeSegmentation;

use super::clean::{without_controls, without_sequences};
use super::encoding::{decode, whole_characters};
use super::telnet::{BACKSPACE, KILL, Telnet};
use super::{GuestAsk, Style};
use crate::types::limits::GUEST_LINE_BYTES;
use crate::types::{MessageText, TextEncoding};

const DELETE: u8 = 0x7F;
const BYTE_ORDER_MARK: char = '\u{FEFF}';
/// Marks where a line was cut, on both sides.
const CUT: &str = "…";
/// Characters of an unknown command that are told back.
const COMMAND_CHARACTERS: usize = 32;
/// Bytes that one key sends at the most: an arrow with modifiers.
const KEY_BYTES: usize = 8;

/// Reads what one guest sends: bytes in, wishes out.
///
/// It holds one line, up to [`GUEST_LINE_BYTES`], and what was pushed and not yet asked for. So whoever asks for
/// everything before it pushes more is never made to hold more than that.
#[derive(Debug)]
pub struct GuestReader {
    encoding: TextEncoding,
    classic: bool,
    telnet: Telnet,
    /// What was pushed, without telnet's commands.
    waiting: VecDeque<u8>,
    /// The line so far.
    line: Vec<u8>,
    /// What became of the pieces of this line that were cut off before.
    before: Before,
    /// The byte before was a CR: an LF or NUL behind it is part of the same line end.
    after_cr: bool,
    /// The first line holds a NUL byte: it is not UTF-8 but UTF-16, whose letters are told apart by it.
    wide: bool,
    /// No line was read yet.
    fresh: bool,
    /// The last line that showed it was not UTF-8.
    legacy: bool,
    /// This line began with a single key.
    by_key: bool,
}

/// The pieces of a line that were read before this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Said,
    /// A command, to which everything belongs that is on its line.
    Command,
}

impl GuestReader {
    /// For somebody who just came. What is not UTF-8 is read in `encoding`; in a `classic` room nothing is a
    /// command.
    pub fn new(encoding: TextEncoding, classic: bool) -> Self {
        Self {
            encoding,
            classic,
            telnet: Telnet::new(encoding),
            waiting: VecDeque::new(),
            line: Vec::new(),
            before: Before::Nothing,
            after_cr: false,
            wide: false,
            fresh: true,
            legacy: false,
            by_key: false,
        }
    }

    /// Reads by other rules from here on; what is known of the other side stays, as it does not say it again.
    pub fn read_as(&mut self, encoding: TextEncoding, classic: bool) {
        (self.encoding, self.classic) = (encoding, classic);
        self.telnet.read_as(encoding);
    }

    /// Takes what came with one read from the network.
    pub fn push(&mut self, bytes: &[u8]) {
        // Only where a line begins: the end of a sentence may come in a packet of its own.
        self.by_key = match is_key(bytes) {
            Some(true) => self.by_key || !self.has_rest(),
            Some(false) => false,
            None => self.by_key,
        };
        let mut text = Vec::with_capacity(bytes.len());
        for byte in bytes {
            self.telnet.take(*byte, &mut text);
        }
        self.waiting.extend(text);
    }

    /// The next thing that the guest wants, of what was pushed.
    pub fn next_ask(&mut self) -> Option<GuestAsk> {
        while let Some(byte) = self.waiting.pop_front() {
            if let Some(ask) = self.take(byte) {
                return Some(ask);
            }
        }
        self.waiting.shrink_to(GUEST_LINE_BYTES);
        None
    }

    /// True if the beginning of a line waits for its end.
    pub fn has_rest(&self) -> bool {
        if self.telnet.holds_text() {
            return true;
        }
        match self.waiting.iter().rev().find(|byte| **byte != 0) {
            Some(last) => !is_line_end(*last),
            None => !self.line.is_empty(),
        }
    }

    /// True if somebody's terminal sends each key by itself, so that the pause within a line may be long: telnet
    /// was spoken, or a line began with a single character.
    pub fn types_by_key(&self) -> bool {
        self.telnet.is_on() || self.by_key
    }

    /// What waits for its end is a line: nothing more comes, or nothing came for a while.
    pub fn flush(&mut self) {
        if self.has_rest() {
            let mut text = Vec::new();
            self.telnet.release(&mut text);
            self.waiting.extend(text);
            self.waiting.push_back(b'\n');
        }
    }

    /// What telnet has to be answered, to be written as it is.
    pub fn replies(&mut self) -> Vec<u8> {
        self.telnet.take_answers()
    }

    /// How to write to this guest, as far as what it wrote shows.
    pub fn style(&self) -> Style {
        Style {
            crlf: self.telnet.is_on(),
            encoding: self.legacy.then_some(self.encoding),
            classic: self.classic,
        }
    }

    fn take(&mut self, byte: u8) -> Option<GuestAsk> {
        let ended = std::mem::replace(&mut self.after_cr, byte == b'\r');
        match byte {
            b'\n' if ended => None,
            _ if is_line_end(byte) => {
                let line = std::mem::take(&mut self.line);
                let ask = self.read(&line, false);
                self.before = Before::Nothing;
                ask
            }
            // No encoding that is read here has a NUL within a character.
            0 => {
                self.wide |= self.fresh && !ended;
                None
            }
            _ => {
                let ask = if self.line.len() >= GUEST_LINE_BYTES { self.cut() } else { None };
                self.line.push(byte);
                ask
            }
        }
    }

    /// Reads the line that has become too long, up to its last whole character.
    fn cut(&mut self) -> Option<GuestAsk> {
        let end = whole_characters(&self.line, self.encoding);
        let rest = self.line.split_off(end);
        let piece = std::mem::replace(&mut self.line, rest);
        let ask = self.read(&piece, true);
        if self.before == Before::Nothing {
            self.before = match &ask {
                None => Before::Nothing,
                Some(GuestAsk::Say(_)) => Before::Said,
                Some(_) => Before::Command,
            };
        }
        ask
    }

    /// What a line wants, or a piece of one of which more `follows`.
    fn read(&mut self, line: &[u8], follows: bool) -> Option<GuestAsk> {
        let bytes = self.without_mark(line);
        let (text, legacy) = decode(bytes, self.encoding);
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        if !text.is_ascii() {
            self.legacy = legacy;
        }
        let text = without_controls(&edited(&without_sequences(text)));
        if text.trim().is_empty() {
            return None;
        }
        let end = if follows { CUT } else { "" };
        let say = |text: &str| MessageText::new(&format!("{text}{end}")).ok().map(GuestAsk::Say);
        match self.before {
            Before::Command => None,
            Before::Said => say(&format!("{CUT}{text}")),
            Before::Nothing if self.classic => say(&text),
            Before::Nothing => match text.strip_prefix('/') {
                Some(behind) if behind.starts_with('/') => say(behind),
                Some(behind) if behind.starts_with(|sign: char| !sign.is_whitespace()) => {
                    Some(command(behind))
                }
                _ => say(&text),
            },
        }
    }

    /// The line without UTF-16's byte order mark, where it is one.
    fn without_mark<'a>(&mut self, line: &'a [u8]) -> &'a [u8] {
        let first = std::mem::replace(&mut self.fresh, false);
        match line {
            [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] if first && self.wide => rest,
            _ => line,
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether these bytes are one key, as a terminal sends it that does not wait for the line; nothing where they
/// do not tell.
fn is_key(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [end] if is_line_end(*end) => None,
        [_] => Some(true),
        [0x1B, ..] if bytes.len() <= KEY_BYTES => Some(true),
        [first, ..] if *first >= 0x80 && bytes.len() <= 4 => {
            let one = std::str::from_utf8(bytes).is_ok_and(|text| text.chars().nth(1).is_none());
            if one { Some(true) } else { None }
        }
        [_, _] | [] => None,
        _ => Some(false),
    }
}

/// `text` with the keys applied that correct a line: backspace takes the character before it, Ctrl-U all.
fn edited(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign == char::from(BACKSPACE) || sign == char::from(DELETE) {
            let last = out.graphemes(true).next_back().map_or(0, str::len);
            out.truncate(out.len() - last);
        } else if sign == char::from(KILL) {
            out.clear();
        } else {
            out.push(sign);
        }
    }
    out
}

/// The command whose slash was taken off.
fn command(text: &str) -> GuestAsk {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    match word.to_ascii_lowercase().as_str() {
        "nick" => GuestAsk::Nick(rest.trim().to_owned()),
        "who" => GuestAsk::Who,
        "quit" => GuestAsk::Quit,
        "help" => GuestAsk::Help,
        _ => GuestAsk::Unknown(word.chars().take(COMMAND_CHARACTERS).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader_of(pushes: &[&[u8]]) -> GuestReader {
        let mut reader = GuestReader::new(TextEncoding::default(), false);
        for push in pushes {
            reader.push(push);
        }
        reader
    }

    #[test]
    fn single_characters_are_keys_and_short_words_are_not() {
        let by_key: [&[&[u8]]; 5] =
            [&[b"h"], &[b"h", b"ij"], &["é".as_bytes()], &[b"h", b"\r\n"], &[b"\xFF\xFB\x1Fhello"]];
        for pushes in by_key {
            assert!(reader_of(pushes).types_by_key(), "{pushes:?}");
        }
        let by_line: [&[&[u8]]; 7] = [
            &[],
            &[b"hi"],
            &[b"\n"],
            &[b"h", b"ello"],
            &["éé".as_bytes()],
            &[b"hell", b"o"],
            &[b"caf\xC3", b"\xA9"],
        ];
        for pushes in by_line {
            assert!(!reader_of(pushes).types_by_key(), "{pushes:?}");
        }
    }

    #[test]
    fn what_was_said_may_be_asked_for_late_and_one_by_one() {
        let mut reader = reader_of(&[b"one\ntw"]);
        assert!(reader.has_rest());
        reader.flush();
        assert!(!reader.has_rest());
        reader.push(b"o\nthree\n");
        assert!(!reader.has_rest());
        let said: Vec<_> = std::iter::from_fn(|| reader.next_ask()).collect();
        let expected = ["one", "tw", "o", "three"].map(|text| GuestAsk::Say(MessageText::new(text).unwrap()));
        assert_eq!(said, expected);
    }

    #[test]
    fn a_line_keeps_no_more_room_than_it_may_fill() {
        let mut reader = reader_of(&[&vec![b'a'; 1 << 20]]);
        while reader.next_ask().is_some() {}
        assert!(reader.line.len() <= GUEST_LINE_BYTES && reader.line.capacity() <= 2 * GUEST_LINE_BYTES);
        assert!(reader.waiting.is_empty() && reader.waiting.capacity() <= 2 * GUEST_LINE_BYTES);
    }
}
