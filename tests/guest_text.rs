//! What people without the app send and are sent, byte by byte: golden transcripts in `tests/data`, and bytes
//! that nobody who means well sends.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use std::collections::VecDeque;
use std::fs;
use std::path::Path;

use hallway::types::TextEncoding;
use hallway::wire::text::{First, GuestAsk, GuestLine, GuestReader, Style, first, write};

#[path = "guest_text/hostile.rs"]
mod hostile;

/// How what is sent in one piece reaches the reader.
#[derive(Debug, Clone, Copy)]
enum Cut {
    Whole,
    /// In two, at this byte.
    At(usize),
    Bytes,
}

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    fs::read_to_string(path).expect("the transcripts are there")
}

/// The bytes that a line of a transcript stands for.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend(rest[..at].bytes());
        let kind = rest[at + 1..].chars().next().expect("something stands behind a backslash");
        let behind = &rest[at + 1 + kind.len_utf8()..];
        rest = match kind {
            'n' | 'r' | 't' | 'e' | '\\' => {
                out.push(match kind {
                    'n' => b'\n',
                    'r' => b'\r',
                    't' => b'\t',
                    'e' => 0x1B,
                    _ => b'\\',
                });
                behind
            }
            'x' => {
                out.push(u8::from_str_radix(&behind[..2], 16).unwrap());
                &behind[2..]
            }
            'u' => {
                let (number, behind) = behind[1..].split_once('}').unwrap();
                let sign = char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap();
                out.extend(sign.to_string().bytes());
                behind
            }
            '{' => {
                let (what, behind) = behind.split_once('*').unwrap();
                let (count, behind) = behind.split_once('}').unwrap();
                out.extend(bytes(what).repeat(count.parse().unwrap()));
                behind
            }
            other => panic!("unknown escape {other}"),
        };
    }
    out.extend(rest.bytes());
    out
}

fn text(escaped: &str) -> String {
    String::from_utf8(bytes(escaped)).unwrap()
}

/// One guest of a transcript.
struct Guest {
    reader: GuestReader,
    wants: VecDeque<GuestAsk>,
    told: Option<GuestLine>,
}

impl Guest {
    fn new(encoding: TextEncoding, classic: bool) -> Self {
        Self { reader: GuestReader::new(encoding, classic), wants: VecDeque::new(), told: None }
    }

    fn push(&mut self, sent: &[u8]) {
        self.reader.push(sent);
        self.wants.extend(std::iter::from_fn(|| self.reader.next_ask()));
    }

    fn send(&mut self, sent: &[u8], cut: Cut) {
        match cut {
            Cut::Whole => self.push(sent),
            Cut::At(at) => {
                let (before, behind) = sent.split_at(at.min(sent.len()));
                self.push(before);
                self.push(behind);
            }
            Cut::Bytes => sent.chunks(1).for_each(|byte| self.push(byte)),
        }
    }

    fn step(&mut self, word: &str, rest: &str, cut: Cut) {
        match word {
            ">" => self.send(&bytes(rest), cut),
            "flush" => {
                self.reader.flush();
                self.push(b"");
            }
            "waits" => assert_eq!(self.reader.has_rest(), rest != "not"),
            "answers" => assert_eq!(shown(&self.reader.replies()), shown(&bytes(rest))),
            "style" => assert_eq!(self.reader.style(), style(rest)),
            "said" => {
                let (who, said) = rest.split_once(": ").unwrap();
                self.told = Some(GuestLine::Said { who: text(who), text: text(said) });
            }
            "note" => self.told = Some(GuestLine::Note(text(rest))),
            "<" => {
                let told = self.told.take().expect("something is told before it is written");
                assert_eq!(shown(&write(&told, self.reader.style())), shown(&bytes(rest)));
            }
            _ => {
                let wants = self.wants.pop_front().map(|ask| described(&ask));
                assert_eq!(wants.as_deref(), Some(format!("{word} {}", text(rest)).trim_end()));
            }
        }
    }
}

fn described(ask: &GuestAsk) -> String {
    match ask {
        GuestAsk::Say(said) => format!("say {said}"),
        GuestAsk::Nick(name) => format!("nick {name}").trim_end().to_owned(),
        GuestAsk::Who => "who".to_owned(),
        GuestAsk::Quit => "quit".to_owned(),
        GuestAsk::Help => "help".to_owned(),
        GuestAsk::Unknown(word) => format!("unknown {word}"),
    }
}

fn style(written: &str) -> Style {
    let (end, encoding) = written.split_once(' ').unwrap();
    Style { crlf: end == "crlf", encoding: encoding.parse().ok(), ..Style::default() }
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// Plays every transcript of a file; gives how many there were.
fn play(file: &str, cut: Cut) -> usize {
    let (mut count, mut name) = (0, String::new());
    let (mut encoding, mut classic) = (TextEncoding::default(), false);
    let mut guest = Guest::new(encoding, classic);
    let content = data(file);
    let end = "== the end";
    for (at, line) in content.lines().chain([end]).enumerate() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let asked = matches!(word, "==" | ">" | "flush" | "reads" | "classic");
        let place = format!("{file}:{}, {name}, {cut:?}", at + 1);
        assert!(!asked || guest.wants.is_empty(), "{place}: {:?}", guest.wants);
        match word {
            "" | "#" => {}
            "==" => {
                (name, encoding, classic) = (rest.to_owned(), TextEncoding::default(), false);
                guest = Guest::new(encoding, classic);
                count += usize::from(line != end);
            }
            "reads" => {
                encoding = rest.parse().unwrap();
                guest = Guest::new(encoding, classic);
            }
            "classic" => {
                classic = true;
                guest = Guest::new(encoding, classic);
            }
            _ => {
                let step = std::panic::AssertUnwindSafe(|| guest.step(word, rest, cut));
                if let Err(cause) = std::panic::catch_unwind(step) {
                    let cause = cause.downcast_ref::<String>().cloned().unwrap_or_default();
                    panic!("{place}: {line}\n{cause}");
                }
            }
        }
    }
    count
}

/// Plays a file in one piece, byte by byte, and cut in two at each of the first bytes of everything sent.
fn play_every_way(file: &str, cuts: usize) -> usize {
    let whole = play(file, Cut::Whole);
    assert_eq!(play(file, Cut::Bytes), whole);
    for at in 1..cuts {
        assert_eq!(play(file, Cut::At(at)), whole);
    }
    whole
}

#[test]
fn lines_are_read_as_they_were_meant() {
    assert_eq!(play_every_way("guest-lines.txt", 80), 10);
}

#[test]
fn characters_are_read_whatever_encoding_they_come_in() {
    assert_eq!(play_every_way("guest-characters.txt", 110), 15);
}

#[test]
fn telnet_and_terminals_leave_only_their_text() {
    assert_eq!(play_every_way("guest-telnet.txt", 80), 19);
}

#[test]
fn long_lines_are_cut_between_characters() {
    assert_eq!(play_every_way("guest-limit.txt", 0), 11);
    for at in 4_090..4_100 {
        play("guest-limit.txt", Cut::At(at));
    }
}

#[test]
fn the_first_bytes_find_their_door() {
    let content = data("guest-doors.txt");
    let mut count = 0;
    for line in content.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (sent, door) = line.rsplit_once("    ").unwrap();
        let (sent, mut decided) = (bytes(sent), None);
        for end in 0..=sent.len() {
            let now = first(&sent[..end]);
            assert!(decided.is_none_or(|before| before == now), "{line}: at byte {end}");
            decided = Some(now).filter(|now| *now != First::Undecided);
        }
        let found = format!("{:?}", decided.unwrap_or(First::Undecided)).to_lowercase();
        assert_eq!(found, door, "{line}");
        count += 1;
    }
    assert_eq!(count, 48);
}
