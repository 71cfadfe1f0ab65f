//! Bytes of a plain room in, lines with their authors out.

use std::collections::VecDeque;

use super::dialect::{ANNOUNCE, Dialect, may_begin_a_name, name_at_end};
use super::names::{address, shown_name};
use super::{CUT, Heard, PlainLine, octal};
use crate::types::limits::{PLAIN_LINE_BYTES, TEXT_BYTES};
use crate::types::{MessageText, Nickname, TextEncoding};
use crate::wire::text::{GREETING, clean, decode, whole_characters};

/// Bytes that the classic exercise's server reads, and relays, at a time.
const PIECE_BYTES: usize = 2_048;
/// Bytes of a piece of a line that was cut: both marks fit beside it.
const CUT_BYTES: usize = PLAIN_LINE_BYTES - 2 * CUT.len();
/// The most of a UTF-8 character that can be there without its end.
const TORN_BYTES: usize = 3;

/// Makes lines of what a plain room sends.
///
/// What waits is at most [`PLAIN_LINE_BYTES`] and what was just pushed, as long as all is taken with
/// [`PlainReader::next_heard`] before more is pushed.
#[derive(Debug)]
pub struct PlainReader {
    encoding: TextEncoding,
    dialect: Dialect,
    /// It began with the greeting of the classic exercise's server.
    greeted: bool,
    /// The line that has not ended, from behind its name.
    raw: Vec<u8>,
    /// Who is speaking, as the room wrote it.
    author: Option<String>,
    place: Place,
    /// The line has a name of its own.
    named: bool,
    /// The line goes on one that was cut.
    goes_on: bool,
    /// Bytes since the last name.
    piece: usize,
    /// What waits may be torn, and nothing came since that was asked the last time.
    stale: bool,
    /// The room has said who I am.
    introduced: bool,
    heard: VecDeque<Heard>,
}

/// Where the first byte that waits stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing came before it.
    Beginning,
    /// Behind the greeting, which had no line end.
    Greeted,
    /// In the first line, whose beginning is no greeting that is known.
    FirstLine,
    /// Behind a line end.
    Line,
    /// Behind text that was passed on without its end.
    Flushed,
    /// Behind a name, or in a line that was cut.
    Inside,
}

impl PlainReader {
    /// A reader for what comes from the beginning of a connection. What is not UTF-8 is read in `encoding`.
    pub fn new(encoding: TextEncoding) -> Self {
        Self {
            encoding,
            dialect: Dialect::Unknown,
            greeted: false,
            raw: Vec::new(),
            author: None,
            place: Place::Beginning,
            named: false,
            goes_on: false,
            piece: 0,
            stale: false,
            introduced: false,
            heard: VecDeque::new(),
        }
    }

    /// Takes what came, cut anywhere.
    pub fn push(&mut self, bytes: &[u8]) {
        self.stale &= bytes.is_empty();
        for byte in bytes {
            self.piece = self.piece.saturating_add(1);
            if matches!(byte, b'\n' | b'\r') {
                self.end_line();
            } else {
                self.raw.push(*byte);
                self.look(*byte);
            }
        }
    }

    /// The next thing that was heard.
    pub fn next_heard(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    /// Whether text waits for its end.
    pub fn has_rest(&self) -> bool {
        !self.raw.is_empty()
    }

    /// Nothing came for a while: what waits is a line. A torn character, or what may be the beginning of a name,
    /// waits once more.
    pub fn flush(&mut self) {
        if self.raw.is_empty() || (!self.stale && self.may_be_torn()) {
            self.stale = true;
            return;
        }
        self.finish();
    }

    /// Nothing comes any more: what waits is a line.
    pub fn finish(&mut self) {
        if !self.raw.is_empty() {
            self.emit(false);
            self.raw.clear();
            self.goes_on = false;
            self.place = Place::Flushed;
        }
    }

    fn end_line(&mut self) {
        if self.place == Place::Greeted && self.raw.is_empty() {
            // Whoever ends the greeting ends every line, and a name in the middle of one is somebody's text.
            self.dialect = Dialect::Lines;
        }
        self.emit(false);
        self.raw.clear();
        self.goes_on = false;
        self.place = Place::Line;
        // A relay that never greeted may pass on bare lines, one of which looked like an address: it is nobody's name.
        let named = self.greeted || self.dialect != Dialect::Pieces;
        if !(self.dialect.names_go_on() && named) {
            self.author = None;
        }
    }

    /// Looks at what waits, now that `last` came to it.
    fn look(&mut self, last: u8) {
        if self.place == Place::Beginning {
            let greeting = GREETING.as_bytes();
            if self.raw == greeting {
                self.raw.clear();
                self.greeted = true;
                self.place = Place::Greeted;
                return;
            }
            if !greeting.starts_with(&self.raw) {
                self.place = Place::FirstLine;
            }
        }
        if last == b' '
            && let Some((at, name)) = name_at_end(&self.raw)
        {
            let name = name.to_owned();
            self.name(at, name);
        }
        if self.raw.len() > self.longest() {
            self.cut();
        }
    }

    /// Bytes that the line may have before it is cut.
    fn longest(&self) -> usize {
        if self.goes_on { CUT_BYTES } else { PLAIN_LINE_BYTES }
    }

    /// `<name> ` came, and begins at `at`.
    fn name(&mut self, at: usize, name: String) {
        let before = self.piece.saturating_sub(self.raw.len() - at);
        let starts = at == 0 && self.place != Place::Inside;
        let is_name = if starts { self.dialect.names_a_line(&name) } else { self.cuts_a_line(&name, before) };
        if !is_name {
            return;
        }
        let again = self.dialect == Dialect::Pieces
            && before == PIECE_BYTES
            && !(starts && self.place != Place::Flushed)
            && self.author.as_ref() == Some(&name);
        self.raw.truncate(at);
        self.piece = 0;
        if again {
            // The server had read as much as it reads at once: the line goes on.
            if at == 0 {
                self.place = Place::Inside;
            }
            return;
        }
        self.dialect = if starts { self.dialect.after(&name) } else { Dialect::Pieces };
        self.emit(false);
        self.raw.clear();
        self.author = Some(name);
        self.named = true;
        self.goes_on = false;
        self.place = Place::Inside;
    }

    /// Whether `name`, in the middle of a line, says who goes on; `before` bytes came since the name before it.
    fn cuts_a_line(&self, name: &str, before: usize) -> bool {
        let may = match self.dialect {
            Dialect::Pieces => before > 0,
            Dialect::Unknown => self.place == Place::FirstLine,
            Dialect::Chat | Dialect::Lines => false,
        };
        may && address(name).is_some()
    }

    /// Whether a name could begin behind what waits.
    fn may_be_torn(&self) -> bool {
        let starts = self.place != Place::Inside && self.raw.first() == Some(&b'<');
        let inside = matches!(self.dialect, Dialect::Pieces | Dialect::Unknown);
        let greeting = self.place == Place::Beginning;
        greeting || ((starts || inside) && may_begin_a_name(&self.raw)) || ends_torn(&self.raw)
    }

    /// Passes on the beginning of a line that is too long.
    fn cut(&mut self) {
        let piece = self.raw.get(..CUT_BYTES).unwrap_or_default();
        let rest = self.raw.split_off(whole_characters(piece, self.encoding));
        self.emit(true);
        self.raw = rest;
        self.goes_on = true;
        self.place = Place::Inside;
    }

    /// Passes on what waits; `cut` where the line goes on behind it.
    fn emit(&mut self, cut: bool) {
        if self.raw.is_empty() {
            return;
        }
        let (mut text, _) = decode(&self.raw, self.encoding);
        if self.dialect == Dialect::Chat {
            if self.author.as_deref() == Some(ANNOUNCE) && self.named && self.announced(&text) {
                return;
            }
            text = octal::unescaped(&text);
        }
        self.said(text.trim_start_matches('\u{FEFF}'), cut);
    }

    fn said(&mut self, text: &str, cut: bool) {
        let named = std::mem::take(&mut self.named);
        // Behind what had no end, too, a room that names every line speaks for itself where it names none.
        let own = !named && !self.goes_on && self.dialect == Dialect::Lines && text.starts_with("* ");
        let who = self.author.as_deref().filter(|_| !own).and_then(shown_name);
        let text = clean(text);
        let mut rest = text.as_str();
        let mut goes_on = self.goes_on;
        while !rest.is_empty() {
            let marks = CUT.len() * (usize::from(goes_on) + usize::from(cut));
            let at = if rest.len() + marks <= TEXT_BYTES {
                rest.len()
            } else {
                rest.floor_char_boundary(TEXT_BYTES - 2 * CUT.len())
            };
            let (piece, behind) = rest.split_at(at);
            let mark = |marked: bool| if marked { CUT } else { "" };
            let shown = format!("{}{piece}{}", mark(goes_on), mark(cut || !behind.is_empty()));
            if let Ok(text) = MessageText::new(&shown) {
                self.heard.push_back(Heard::Said(PlainLine { who: who.clone(), text }));
            }
            (rest, goes_on) = (behind, true);
        }
    }

    /// What `ncat --chat` announces; false where it is something else.
    fn announced(&mut self, text: &str) -> bool {
        let text = text.trim_end_matches('.');
        let user =
            |text: &str| text.strip_prefix('<').and_then(|name| name.strip_suffix('>')).and_then(shown_name);
        if let Some((_, name)) = text.split_once(" is connected as ") {
            let Some(name) = user(name) else { return false };
            // The first of them is about this connection.
            let first = !std::mem::replace(&mut self.introduced, true);
            self.heard.push_back(if first { Heard::You(name) } else { Heard::Came(name) });
            return true;
        }
        if let Some(list) = text.strip_prefix("already connected: ") {
            let names: Vec<Nickname> =
                list.split(", ").filter_map(|one| user(one.rsplit(" as ").next()?)).collect();
            if !names.is_empty() {
                self.heard.push_back(Heard::Here(names));
            }
            return true;
        }
        let gone = text.strip_suffix(" is disconnected").and_then(user);
        self.heard.extend(gone.map(Heard::Gone));
        text.ends_with(" is disconnected")
    }
}

/// Whether `bytes` end within a UTF-8 character.
fn ends_torn(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(TORN_BYTES)..).unwrap_or_default();
    let Some(lead) = tail.iter().rposition(|byte| byte & 0xC0 != 0x80) else { return false };
    let length = match tail.get(lead) {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => return false,
    };
    tail.len() - lead < length
}

#[cfg(test)]
mod tests;
