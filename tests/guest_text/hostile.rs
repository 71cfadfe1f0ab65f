//! Bytes that nobody who means well sends, a hundred thousand times over: drawn at random, and put together from
//! what is known to go wrong. The numbers are the same in every run.

use hallway::types::limits::GUEST_LINE_BYTES;
use hallway::types::{MessageText, TextEncoding};
use hallway::wire::text::{GuestAsk, GuestLine, GuestReader, Style, clean, first, write};

const INPUTS: usize = 100_000;
/// One input in so many is longer than a line may be.
const LONG_EVERY: u64 = 500;
/// Parts that inputs are put together from.
const PARTS: [&[u8]; 44] = [
    b"\n",
    b"\r",
    b"\r\n",
    b"\r\0",
    b"\0",
    b"\x08",
    b"\x7F",
    b"\x15",
    b"\t",
    b" ",
    b"/nick ",
    b"/who",
    b"/quit",
    b"//",
    b"<Ana> hi",
    b"\n<Bo> ",
    b"> ",
    b"<",
    b"* Ana left",
    b"\x1B[",
    b"\x1B[31m",
    b"\x1B]0;",
    b"\x1B\\",
    b"\x1BP",
    b"\x1BO",
    b"\x1B",
    b"\x07",
    b"\xC2\x9B",
    b"\xC2\x9D",
    b"\xC2\x9C",
    b"\xFF",
    b"\xFF\xFA",
    b"\xFF\xF0",
    b"\xFF\xFB\x01",
    b"\xFF\xFD\x06",
    b"\xFF\xF6",
    b"\xFF\xF7",
    b"\xE2\x80\xA8",
    b"\xE2\x80\xAE",
    b"\xEF\xBB\xBF",
    b"\xF0\x9F\x98\x80",
    b"\xC4\xE3",
    b"\xE9",
    b"GET / HTTP/1.1",
];

/// A small generator (SplitMix64), so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes(&mut self, limit: usize) -> Vec<u8> {
        (0..self.below(limit)).map(|_| self.next() as u8).collect()
    }

    /// Parts one after another, with some bytes changed.
    fn mutated(&mut self, parts: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for _ in 0..self.below(parts) {
            match self.below(4) {
                0 => out.extend(self.bytes(6)),
                1 => out.extend(b"text".iter().take(self.below(5))),
                _ => out.extend(PARTS[self.below(PARTS.len())]),
            }
        }
        for _ in 0..self.below(4) {
            if !out.is_empty() {
                let at = self.below(out.len());
                out[at] = self.next() as u8;
            }
        }
        out
    }

    fn input(&mut self) -> Vec<u8> {
        if self.next().is_multiple_of(LONG_EVERY) {
            let part = [self.mutated(6), vec![b'a']].concat();
            return part.repeat(3 * GUEST_LINE_BYTES / part.len());
        }
        if self.next().is_multiple_of(3) { self.bytes(60) } else { self.mutated(24) }
    }
}

fn drain(reader: &mut GuestReader, asks: &mut Vec<GuestAsk>) {
    asks.extend(std::iter::from_fn(|| reader.next_ask()));
}

/// Reads `input` in pieces of up to `size` bytes, and checks what has to hold in between.
fn read(input: &[u8], encoding: TextEncoding, mut size: impl FnMut() -> usize) -> (Vec<GuestAsk>, Style) {
    let (mut reader, mut asks) = (GuestReader::new(encoding, false), Vec::new());
    let mut rest = input;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(size().clamp(1, rest.len()));
        rest = behind;
        reader.push(piece);
        assert!(reader.replies().len() <= 7 * piece.len());
        drain(&mut reader, &mut asks);
    }
    let before = asks.len();
    reader.flush();
    drain(&mut reader, &mut asks);
    assert!(asks.len() <= before + 1, "what is held is one line");
    assert!(!reader.has_rest());
    (asks, reader.style())
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|sign| sign == '\t' || !sign.is_control())
}

/// Asserts that every line that is written is `who`'s, or the room's, and holds nothing that controls.
fn check_written(line: &GuestLine, style: Style) {
    let written = write(line, style);
    let undoubled = if style.crlf { undoubled(&written) } else { written };
    let text = match style.encoding {
        None => String::from_utf8(undoubled).unwrap(),
        Some(encoding) => {
            let encoding = encoding_rs::Encoding::for_label(encoding.label().as_bytes()).unwrap();
            encoding.decode_without_bom_handling(&undoubled).0.into_owned()
        }
    };
    let end = if style.crlf { "\r\n" } else { "\n" };
    for shown in text.strip_suffix(end).unwrap().split(end) {
        assert!(is_plain(shown), "{shown:?}");
        match line {
            GuestLine::Note(_) => assert!(shown.starts_with("* ")),
            GuestLine::Said { who, .. } => {
                let (author, said) = shown.strip_prefix('<').unwrap().split_once("> ").unwrap();
                assert_eq!(author, who);
                assert!(author_of(said).is_none(), "{shown:?}");
            }
        }
    }
}

/// Every 255 of the text is there twice, and none stands alone.
fn undoubled(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        assert!(*byte != 0xFF || rest.next() == Some(&0xFF));
        out.push(*byte);
    }
    out
}

/// Whose line this would be taken for.
fn author_of(line: &str) -> Option<&str> {
    let (name, _) = line.trim_start().strip_prefix('<')?.split_once("> ")?;
    Some(name).filter(|name| (1..=128).contains(&name.chars().count()) && !name.contains(['<', '>']))
}

fn check_ask(ask: &GuestAsk, style: Style) {
    match ask {
        GuestAsk::Say(said) => {
            assert_eq!(MessageText::new(said.as_str()).as_ref(), Ok(said));
            assert!(is_plain(said.as_str()), "{said:?}");
            assert_eq!(clean(said.as_str()), said.as_str());
            let who = "192.168.1.9#2".to_owned();
            check_written(&GuestLine::Said { who, text: said.to_string() }, style);
        }
        GuestAsk::Nick(text) | GuestAsk::Unknown(text) => assert!(is_plain(text), "{text:?}"),
        GuestAsk::Who | GuestAsk::Quit | GuestAsk::Help => {}
    }
}

#[test]
fn a_hundred_thousand_hostile_inputs_say_nothing_but_messages() {
    let mut dice = Dice(7);
    let (mut asked, mut said) = (0, 0);
    for round in 0..INPUTS {
        let input = dice.input();
        let encoding = TextEncoding::ALL[dice.below(TextEncoding::ALL.len())];
        let _ = first(&input);
        let whole = read(&input, encoding, || usize::MAX);
        let most = 1 + dice.below(40);
        let pieces = read(&input, encoding, || 1 + dice.below(most));
        assert_eq!(whole, pieces, "input {round}: {}", input.escape_ascii());
        for ask in &whole.0 {
            check_ask(ask, whole.1);
        }
        asked += whole.0.len();
        said += whole.0.iter().filter(|ask| matches!(ask, GuestAsk::Say(_))).count();
        let text = String::from_utf8_lossy(&input).into_owned();
        assert_eq!(clean(&clean(&text)), clean(&text));
        check_written(&GuestLine::Note(text.clone()), Style::default());
        let style = Style {
            crlf: round % 2 == 0,
            encoding: Some(encoding).filter(|_| round % 3 == 0),
            ..Style::default()
        };
        check_written(&GuestLine::Said { who: "Ana".to_owned(), text }, style);
    }
    assert!(said > INPUTS && asked - said > INPUTS / 50, "{said} of {asked}: the inputs say too little");
}

#[test]
fn a_name_with_anything_in_it_is_still_one_author() {
    let mut dice = Dice(11);
    for _ in 0..10_000 {
        let who = String::from_utf8_lossy(&dice.mutated(8)).into_owned();
        let text = String::from_utf8_lossy(&dice.mutated(8)).into_owned();
        let mut shown = clean(&who);
        shown.retain(|sign| !matches!(sign, '<' | '>' | '\n' | '\t'));
        let written = String::from_utf8(write(&GuestLine::Said { who, text }, Style::default())).unwrap();
        for line in written.strip_suffix('\n').unwrap().split('\n') {
            assert_eq!(line[1..].split_once("> ").map(|(author, _)| author), Some(shown.as_str()));
        }
    }
}

#[test]
fn no_more_than_a_line_is_ever_held() {
    let mut reader = GuestReader::new(TextEncoding::default(), false);
    let (mut sent, mut said) = (0, 0);
    for _ in 0..1_000 {
        reader.push(&[b'a'; 4096]);
        sent += 4096;
        while let Some(ask) = reader.next_ask() {
            let GuestAsk::Say(piece) = ask else { panic!("nothing was a command") };
            said += piece.as_str().bytes().filter(|byte| *byte == b'a').count();
        }
        assert!(sent - said <= GUEST_LINE_BYTES);
        assert!(reader.has_rest());
    }
}
