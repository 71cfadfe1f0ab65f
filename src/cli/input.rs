//! What comes from outside: typed lines, events, and the wish to end.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::platform::console;
use crate::session::{Event, Events};
use crate::types::Audience;
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
    /// A line of standard input, without its end; and for whom it was said, by what was printed when it was read.
    Line(String, Audience),
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
    guests_shown: Arc<AtomicBool>,
}

impl Inputs {
    /// Starts a thread for each source. They end with the program.
    pub(super) fn start(mut events: Events) -> io::Result<Self> {
        let (sender, received) = sync_channel(WAITING);
        let (allow, allowed) = sync_channel(AHEAD * 2);
        for _ in 0..AHEAD {
            let _room_for_all = allow.try_send(());
        }
        let (lines, guests_shown) = (sender.clone(), Arc::new(AtomicBool::new(false)));
        let shown = Arc::clone(&guests_shown);
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || read_lines(&lines, &allowed, &shown))?;
        let interrupted = sender.clone();
        // Where no handler can be set, the system's own one ends us, which loses nothing that was acknowledged.
        let closed = sender.clone();
        let _none = ctrlc::set_handler(move || drop(interrupted.send(Input::Interrupted)));
        console::on_close(move || drop(closed.send(Input::Interrupted)));
        thread::Builder::new().name("events".to_owned()).spawn(move || {
            while let Some(event) = events.next_event() {
                if sender.send(Input::Event(Box::new(event))).is_err() {
                    return;
                }
            }
            let _ended = sender.send(Input::Over);
        })?;
        Ok(Self { received, allow, guests_shown })
    }

    /// The next thing that comes.
    pub(super) fn next(&self) -> Input {
        self.received.recv().unwrap_or(Input::Over)
    }

    /// It was printed that guests are here, or that none is: what is read from now on was said with that before
    /// the eyes. A line that lay in the pipe already cannot be told from one that was written since.
    pub(super) fn guests_shown(&self, any: bool) {
        self.guests_shown.store(any, Ordering::SeqCst);
    }

    /// A line was answered: another one may be read.
    pub(super) fn answered(&self) {
        let _full = self.allow.try_send(());
    }
}

fn read_lines(lines: &SyncSender<Input>, allowed: &Receiver<()>, guests_shown: &AtomicBool) {
    let mut stdin = Stamped { input: io::stdin().lock(), left: 0, guests_shown, audience: Audience::Members };
    loop {
        if allowed.recv().is_err() {
            return;
        }
        let mut bytes = Vec::new();
        let input = match read_line(&mut stdin, &mut bytes) {
            Ok(Some(audience)) => Input::Line(String::from_utf8_lossy(&bytes).into_owned(), audience),
            Ok(None) | Err(_) => Input::NoMoreLines,
        };
        let ended = matches!(input, Input::NoMoreLines);
        if lines.send(input).is_err() || ended {
            return;
        }
    }
}

/// An input that knows what had been printed when its bytes came.
struct Stamped<'a, R> {
    input: R,
    /// Bytes that came and were not used.
    left: usize,
    guests_shown: &'a AtomicBool,
    /// For whom the bytes are that came last.
    audience: Audience,
}

impl<R: BufRead> Stamped<'_, R> {
    fn chunk(&mut self) -> io::Result<(&[u8], Audience)> {
        let chunk = self.input.fill_buf()?;
        if self.left == 0 {
            let shown = self.guests_shown.load(Ordering::SeqCst);
            self.audience = if shown { Audience::Everyone } else { Audience::Members };
        }
        self.left = chunk.len();
        Ok((chunk, self.audience))
    }

    fn consume(&mut self, used: usize) {
        self.left = self.left.saturating_sub(used);
        self.input.consume(used);
    }
}

/// Reads up to the line's end, keeping no more of it than makes clear that it is too long. For whom it is follows
/// from when its first byte came; none at the end of input.
fn read_line(stdin: &mut Stamped<'_, impl BufRead>, line: &mut Vec<u8>) -> io::Result<Option<Audience>> {
    let mut began = None;
    loop {
        let (chunk, audience) = stdin.chunk()?;
        if chunk.is_empty() {
            return Ok(began);
        }
        began = began.or(Some(audience));
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
            return Ok(began);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<Vec<u8>> {
        let shown = AtomicBool::new(false);
        let mut input = Stamped { input: text, left: 0, guests_shown: &shown, audience: Audience::Members };
        let mut all = Vec::new();
        let mut line = Vec::new();
        while read_line(&mut input, &mut line).unwrap().is_some() {
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
    fn what_came_before_a_guest_was_shown_is_not_for_guests_however_late_it_is_used() {
        let shown = AtomicBool::new(false);
        // Two reads: three lines and the beginning of a fourth, then its end and a fifth.
        let text = io::Read::chain(&b"a\nb\nc\nd"[..], &b"d\ne\n"[..]);
        let mut input = Stamped { input: text, left: 0, guests_shown: &shown, audience: Audience::Members };
        let mut next = || {
            let mut line = Vec::new();
            let audience = read_line(&mut input, &mut line).unwrap().unwrap();
            // Shown once the first line was used.
            shown.store(true, Ordering::SeqCst);
            (String::from_utf8(line).unwrap(), audience)
        };
        for line in ["a", "b", "c", "dd"] {
            assert_eq!(next(), (line.to_owned(), Audience::Members));
        }
        assert_eq!(next(), ("e".to_owned(), Audience::Everyone));
    }

    #[test]
    fn an_endless_line_is_not_kept_in_memory() {
        let long = vec![b'x'; 10_000_000];
        let kept = lines(&long);
        assert_eq!(kept[0].len(), LINE_BYTES);
    }
}
