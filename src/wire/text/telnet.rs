//! Telnet's commands between the bytes of a text (RFC 854), taken out and answered with refusals.
//!
//! Nothing is ever offered: a client that is left alone sends whole lines. The byte 255, which begins a command,
//! is also a letter in encodings from before UTF-8, so commands are only looked for once there was one.

use crate::types::TextEncoding;
use crate::types::limits::GUEST_LINE_BYTES;

const IAC: u8 = 255;
const DONT: u8 = 254;
const DO: u8 = 253;
const WONT: u8 = 252;
const WILL: u8 = 251;
const SUBNEGOTIATION: u8 = 250;
const ERASE_LINE: u8 = 248;
const ERASE_CHARACTER: u8 = 247;
const ARE_YOU_THERE: u8 = 246;
const END_OF_SUBNEGOTIATION: u8 = 240;
/// The lowest command that came with an option of its own (RFC 1184); those of RFC 854 begin at 240.
const LOWEST_COMMAND: u8 = 236;
/// Asks to be answered every time (RFC 860): a client throws away what it is sent until then.
const TIMING_MARK: u8 = 6;
/// The highest option that is in use, but for 138 to 140 and 255.
const HIGHEST_OPTION: u8 = 49;
/// What the keys send that correct a line; telnet's commands become these.
pub(super) const BACKSPACE: u8 = 0x08;
/// Ctrl-U.
pub(super) const KILL: u8 = 0x15;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// Behind 255.
    Command,
    /// Behind 255 and one of 251 to 254.
    Option(u8),
    /// Within a subnegotiation, with the bytes that it may still have.
    Inside(usize),
    /// Likewise, behind 255.
    InsideCommand(usize),
}

/// One connection's telnet.
#[derive(Debug)]
pub(super) struct Telnet {
    state: State,
    on: bool,
    /// Letters of this encoding look like commands: only an offer or a request turns telnet on.
    wary: bool,
    refused: Refused,
    answers: Vec<u8>,
}

/// The options that were refused.
#[derive(Debug, Default)]
struct Refused {
    theirs: [u64; 4],
    ours: [u64; 4],
}

impl Telnet {
    pub(super) fn new(encoding: TextEncoding) -> Self {
        let wary = is_wary(encoding);
        Self { state: State::Text, on: false, wary, refused: Refused::default(), answers: Vec::new() }
    }

    /// The text is in this encoding from here on.
    pub(super) fn read_as(&mut self, encoding: TextEncoding) {
        self.wary = is_wary(encoding);
    }

    /// True once the other side sent a command.
    pub(super) fn is_on(&self) -> bool {
        self.on
    }

    /// True where bytes are held back that are text unless a command follows.
    pub(super) fn holds_text(&self) -> bool {
        !self.on && self.state != State::Text
    }

    /// Gives back as text what is held.
    pub(super) fn release(&mut self, text: &mut Vec<u8>) {
        if self.on {
            return;
        }
        match std::mem::replace(&mut self.state, State::Text) {
            State::Command => text.push(IAC),
            State::Option(command) => text.extend([IAC, command]),
            State::Text | State::Inside(_) | State::InsideCommand(_) => {}
        }
    }

    /// The answers that wait to be written.
    pub(super) fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answers)
    }

    /// Takes one byte from the network, and puts what it is of the text into `text`.
    pub(super) fn take(&mut self, byte: u8, text: &mut Vec<u8>) {
        match self.state {
            State::Text if byte == IAC => self.state = State::Command,
            State::Text => text.push(byte),
            State::Option(command) => self.option(command, byte, text),
            State::Inside(_) if byte == IAC => self.state = self.inside(State::InsideCommand),
            State::Inside(_) => self.state = self.inside(State::Inside),
            State::InsideCommand(_) if byte == IAC => self.state = self.inside(State::Inside),
            // Within a subnegotiation, any other command than its end shows that the end was lost.
            State::Command | State::InsideCommand(_) => self.command(byte, text),
        }
    }

    /// Further within a subnegotiation, or out of one that never ends.
    fn inside(&self, next: fn(usize) -> State) -> State {
        let left = match self.state {
            State::Inside(left) | State::InsideCommand(left) => left,
            _ => 0,
        };
        if left == 0 { State::Text } else { next(left - 1) }
    }

    fn command(&mut self, byte: u8, text: &mut Vec<u8>) {
        let begins = self.on || byte >= END_OF_SUBNEGOTIATION && !self.wary;
        self.state = State::Text;
        match byte {
            WILL..=DONT if self.on || !self.wary || matches!(byte, WILL | DO) => {
                self.state = State::Option(byte);
                return;
            }
            IAC if !self.on => {
                // The first was a letter; the second may still begin a command.
                text.push(IAC);
                self.state = State::Command;
                return;
            }
            IAC => text.push(IAC),
            _ if !begins || byte < LOWEST_COMMAND => {
                text.push(IAC);
                text.push(byte);
                return;
            }
            SUBNEGOTIATION => self.state = State::Inside(GUEST_LINE_BYTES),
            ERASE_CHARACTER => text.push(BACKSPACE),
            ERASE_LINE => text.push(KILL),
            ARE_YOU_THERE => self.answer(b"[yes]\r\n"),
            _ => {}
        }
        self.on = true;
    }

    fn option(&mut self, command: u8, option: u8, text: &mut Vec<u8>) {
        self.state = State::Text;
        let known = option <= HIGHEST_OPTION || matches!(option, 138..=140 | IAC);
        if !self.on && !known {
            text.extend([IAC, command]);
            return self.take(option, text);
        }
        self.on = true;
        match command {
            WILL if note(&mut self.refused.theirs, option) => self.answer(&[IAC, DONT, option]),
            DO if option == TIMING_MARK || note(&mut self.refused.ours, option) => {
                self.answer(&[IAC, WONT, option]);
            }
            _ => {}
        }
    }

    /// Answers, unless the same answer waits: what the other side asks for must not grow faster than it reads.
    fn answer(&mut self, answer: &[u8]) {
        if !self.answers.windows(answer.len()).any(|waiting| waiting == answer) {
            self.answers.extend_from_slice(answer);
        }
    }
}

/// `bytes` as telnet writes them: a byte 255 of the text stands twice.
pub(super) fn doubled(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.contains(&IAC) {
        return bytes;
    }
    bytes.into_iter().flat_map(|byte| std::iter::repeat_n(byte, if byte == IAC { 2 } else { 1 })).collect()
}

/// Notes an option; true the first time.
fn note(noted: &mut [u64; 4], option: u8) -> bool {
    let Some(word) = noted.get_mut(usize::from(option / 64)) else { return false };
    let bit = 1 << (option % 64);
    let is_new = *word & bit == 0;
    *word |= bit;
    is_new
}

/// In these two, 255 is a letter that others follow: "взять" holds 255 and 242.
fn is_wary(encoding: TextEncoding) -> bool {
    matches!(encoding, TextEncoding::Windows1251 | TextEncoding::Koi8R)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(encoding: TextEncoding, bytes: &[u8]) -> (Vec<u8>, Vec<u8>, bool) {
        let (mut telnet, mut text) = (Telnet::new(encoding), Vec::new());
        for byte in bytes {
            telnet.take(*byte, &mut text);
        }
        telnet.release(&mut text);
        (text, telnet.take_answers(), telnet.is_on())
    }

    #[test]
    fn every_option_is_refused_once() {
        let mut asked = Vec::new();
        for option in 0..=255 {
            asked.extend([
                IAC, WILL, option, IAC, DO, option, IAC, WILL, option, IAC, WONT, option, IAC, DONT, option,
            ]);
        }
        let (text, answers, _) = read(TextEncoding::Windows1252, &asked);
        assert!(text.is_empty());
        assert_eq!(answers.len(), 2 * 256 * 3);
        assert_eq!(answers[..6], [IAC, DONT, 0, IAC, WONT, 0]);
    }

    #[test]
    fn a_timing_mark_is_answered_every_time_it_was_read() {
        let (mut telnet, mut text) = (Telnet::new(TextEncoding::Windows1252), Vec::new());
        for _ in 0..2 {
            for byte in [IAC, 244, IAC, DO, TIMING_MARK] {
                telnet.take(byte, &mut text);
            }
            assert_eq!(telnet.take_answers(), [IAC, WONT, TIMING_MARK]);
        }
    }

    #[test]
    fn questions_without_end_wait_for_one_answer() {
        let asked = [IAC, ARE_YOU_THERE].repeat(1_000);
        assert_eq!(read(TextEncoding::Windows1252, &asked).1, b"[yes]\r\n");
    }

    #[test]
    fn letters_that_look_like_commands_stay_letters() {
        let vzyat = [0xE2, 0xE7, 0xFF, 0xF2, 0xFC];
        assert_eq!(read(TextEncoding::Windows1251, &vzyat), (vzyat.to_vec(), vec![], false));
        let gulyayu = [0xE3, 0xF3, 0xEB, 0xFF, 0xFE, b' ', 0xFF];
        assert_eq!(read(TextEncoding::Windows1251, &gulyayu), (gulyayu.to_vec(), vec![], false));
        let (text, answers, on) = read(TextEncoding::Windows1251, &[0xFF, IAC, WILL, 31, b'a', IAC, 241]);
        assert_eq!((text, answers, on), (vec![0xFF, b'a'], vec![IAC, DONT, 31], true));
    }

    #[test]
    fn what_is_no_option_was_no_command() {
        let (text, answers, on) = read(TextEncoding::Windows1252, &[IAC, DONT, b'h', 0]);
        assert_eq!((text, answers, on), (vec![IAC, DONT, b'h', 0], vec![], false));
        for held in [&[IAC][..], &[IAC, WILL], &[IAC, IAC], &[IAC, b'\n'], &[IAC, WILL, b'h']] {
            assert_eq!(read(TextEncoding::Windows1252, held), (held.to_vec(), vec![], false), "{held:?}");
        }
    }

    #[test]
    fn a_subnegotiation_holds_a_line_and_no_more() {
        let inside = |count: usize| {
            let mut bytes = vec![IAC, SUBNEGOTIATION];
            bytes.extend(vec![b'a'; count]);
            bytes.extend([IAC, END_OF_SUBNEGOTIATION, b'b']);
            read(TextEncoding::Windows1252, &bytes).0
        };
        assert_eq!(inside(GUEST_LINE_BYTES - 1), b"b");
        assert_eq!(inside(GUEST_LINE_BYTES + 100), [vec![b'a'; 99], vec![b'b']].concat());
    }
}
