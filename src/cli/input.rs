//! What comes from outside: typed lines, events, and the wish to end.

use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::session::{Event, Events};
use crate::types::limits::TEXT_BYTES;

/// Lines that may be said and not yet answered: what is piped in faster waits in the pipe.
const AHEAD: usize = 256;
/// Bytes of a line that are kept: enough to know that it is too long for a message.
const LINE_BYTES: usize = TEXT_BYTES * 2 + 1;
/// Things waiting for the loop.
const WAITING: usize = 64;

/// One thing that came.
#[derive(Debug)]
pub(super) enum Input {
    /// A line of standard input, without its end.
    Line(String),
    /// Standard input has ended.
    NoMoreLines,
    /// Something happened.
    Event(Box<Event>),
    /// The background has ended.
    Over,
    /// Control-C, or the system asks us to end.
    Interrupted,
}

/// Everything that comes, in one queue, and the allowance of lines.
pub(super) struct Inputs {
    received: Receiver<Input>,
    allow: SyncSender<()>,
}

impl Inputs {
    /// Starts a thread for each source. They end with the program.
    pub(super) fn start(mut events: Events) -> io::Result<Self> {
        let (sender, received) = sync_channel(WAITING);
        let (allow, allowed) = sync_channel(AHEAD * 2);
        for _ in 0..AHEAD {
            let _room_for_all = allow.try_send(());
        }
        let lines = sender.clone();
        thread::Builder::new().name("input".to_owned()).spawn(move || read_lines(&lines, &allowed))?;
        let interrupted = sender.clone();
        // Where no handler can be set, the system's own one ends us, which loses nothing that was acknowledged.
        let _none = ctrlc::set_handler(move || drop(interrupted.send(Input::Interrupted)));
        thread::Builder::new().name("events".to_owned()).spawn(move || {
            while let Some(event) = events.next_event() {
                if sender.send(Input::Event(Box::new(event))).is_err() {
                    return;
                }
            }
            let _ended = sender.send(Input::Over);
        })?;
        Ok(Self { received, allow })
    }

    /// The next thing that comes.
    pub(super) fn next(&self) -> Input {
        self.received.recv().unwrap_or(Input::Over)
    }

    /// A line was answered: another one may be read.
    pub(super) fn answered(&self) {
        let _full = self.allow.try_send(());
    }
}

fn read_lines(lines: &SyncSender<Input>, allowed: &Receiver<()>) {
    let mut stdin = io::stdin().lock();
    loop {
        if allowed.recv().is_err() {
            return;
        }
        let mut bytes = Vec::new();
        let input = match read_line(&mut stdin, &mut bytes) {
            Ok(true) => Input::Line(String::from_utf8_lossy(&bytes).into_owned()),
            Ok(false) | Err(_) => Input::NoMoreLines,
        };
        let ended = matches!(input, Input::NoMoreLines);
        if lines.send(input).is_err() || ended {
            return;
        }
    }
}

/// Reads up to the line's end, keeping no more of it than makes clear that it is too long.
fn read_line(stdin: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let mut any = false;
    loop {
        let chunk = stdin.fill_buf()?;
        if chunk.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let (part, used) = match end {
            Some(at) => (chunk.get(..at).unwrap_or_default(), at + 1),
            None => (chunk, chunk.len()),
        };
        let space = LINE_BYTES.saturating_sub(line.len()).min(part.len());
        line.extend_from_slice(part.get(..space).unwrap_or_default());
        stdin.consume(used);
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut text: &[u8]) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        let mut line = Vec::new();
        while read_line(&mut text, &mut line).unwrap() {
            all.push(std::mem::take(&mut line));
        }
        all
    }

    #[test]
    fn lines_end_with_lf_crlf_or_the_input() {
        assert_eq!(lines(b"a\nb\r\n\nc"), [b"a".to_vec(), b"b".to_vec(), b"".to_vec(), b"c".to_vec()]);
        assert_eq!(lines(b""), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn an_endless_line_is_not_kept_in_memory() {
        let long = vec![b'x'; 10_000_000];
        let kept = lines(&long);
        assert_eq!(kept[0].len(), LINE_BYTES);
    }
}
