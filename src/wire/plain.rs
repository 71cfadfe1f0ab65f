//! Rooms of plain text, where no Hallway answers: the classic exercise's server, `ncat --chat`, `ncat --broker`, any
//! program that relays lines.
//!
//! Such a room has no framing. Who said something stands before it in angle brackets, if anywhere; a name may come in
//! the middle of a line, because what was before it had no line end; a long line comes in pieces, each under the name
//! again. [`PlainReader`] makes lines of that, and [`lines`] makes of a text what can be written there: one line a
//! write, short enough to be relayed in one piece.

mod dialect;
mod names;
mod octal;
mod reader;

use unicode_segmentation::UnicodeSegmentation;

use super::text::clean;
use crate::types::limits::PLAIN_WRITE_BYTES;
use crate::types::{MessageText, Nickname};

pub use self::names::shown_name;
pub use self::reader::PlainReader;

/// What stands where a line was cut.
pub(super) const CUT: &str = "…";

/// What was heard in a plain room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Somebody said something.
    Said(PlainLine),
    /// The room says that I am called this there.
    You(Nickname),
    /// These are there, as the room says to somebody who comes.
    Here(Vec<Nickname>),
    /// Somebody came.
    Came(Nickname),
    /// Somebody left.
    Gone(Nickname),
}

/// One line of a plain room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainLine {
    /// Under which name; none where the room gives none, or none that is surely that of this line.
    pub who: Option<Nickname>,
    /// What; one line.
    pub text: MessageText,
}

/// What is written for `text`: its lines, each at most [`PLAIN_WRITE_BYTES`] with its end. A longer one is cut
/// between two characters, and both ends are marked.
pub fn lines(text: &MessageText) -> Vec<MessageText> {
    let mut all = Vec::new();
    for line in text.as_str().split('\n') {
        let line = clean(line);
        let mut rest = line.trim_end();
        let mut goes_on = false;
        loop {
            let mark = if goes_on { CUT } else { "" };
            let space = PLAIN_WRITE_BYTES - 1 - mark.len();
            let (piece, behind) =
                if rest.len() <= space { (rest, "") } else { split(rest, space - CUT.len()) };
            let end = if behind.is_empty() { "" } else { CUT };
            all.extend(MessageText::new(&format!("{mark}{piece}{end}")));
            if behind.is_empty() {
                break;
            }
            (rest, goes_on) = (behind, true);
        }
    }
    all
}

/// The bytes of one write: the line and its end.
pub fn line_bytes(line: &MessageText) -> Vec<u8> {
    let mut bytes = line.as_str().replace('\n', " ").into_bytes();
    bytes.push(b'\n');
    bytes
}

/// Cuts `text` before byte `most`: between two characters as they are seen, or, in one that is longer than that,
/// between two of its parts.
fn split(text: &str, most: usize) -> (&str, &str) {
    let mut at = 0;
    for (start, cluster) in text.grapheme_indices(true) {
        if start + cluster.len() > most {
            break;
        }
        at = start + cluster.len();
    }
    if at == 0 {
        at = text.floor_char_boundary(most);
    }
    text.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<Vec<u8>> {
        lines(&MessageText::new(text).unwrap()).iter().map(line_bytes).collect()
    }

    #[test]
    fn every_line_is_one_write_and_empty_ones_are_none() {
        assert_eq!(written("one\n\n \ntwo\tthree\u{202E}"), [b"one\n".to_vec(), b"two\tthree\n".to_vec()]);
    }

    #[test]
    fn a_write_has_2000_bytes_and_not_2001() {
        let whole = written(&"a".repeat(PLAIN_WRITE_BYTES - 1));
        assert_eq!(whole.iter().map(Vec::len).collect::<Vec<_>>(), [PLAIN_WRITE_BYTES]);
        let cut = written(&"a".repeat(PLAIN_WRITE_BYTES));
        assert_eq!(cut.iter().map(Vec::len).collect::<Vec<_>>(), [PLAIN_WRITE_BYTES, 3 + 4 + 1]);
        assert!(cut[0].ends_with("…\n".as_bytes()) && cut[1].starts_with("…aaaa".as_bytes()));
    }

    #[test]
    fn nothing_is_lost_or_torn_where_a_line_is_cut() {
        let family = "👨‍👩‍👧‍👦";
        let text = format!("x{}", family.repeat(400));
        let pieces = written(&text);
        let mut all = String::new();
        for piece in pieces {
            assert!(piece.len() <= PLAIN_WRITE_BYTES);
            let piece = String::from_utf8(piece).unwrap();
            let inner = piece.trim_end().trim_matches('…');
            assert!(inner.ends_with(family), "a family stays together");
            all.push_str(inner);
        }
        assert_eq!(all, text);
    }

    #[test]
    fn one_character_that_is_longer_than_a_write_is_cut_too() {
        let text = format!("a{}", "\u{0301}".repeat(3_000));
        let pieces = written(&text);
        assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.len() <= PLAIN_WRITE_BYTES));
    }
}
