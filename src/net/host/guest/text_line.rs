//! A guest's connection as lines: bytes in, wishes out; lines in, bytes out.

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use crate::net::pipe::AnyStream;
use crate::types::GuestRules;
use crate::types::limits::{GUEST_FLUSH_MS, GUEST_TYPING_FLUSH_MS};
use crate::wire::text::{First, GuestAsk, GuestLine, GuestReader, Style, first, write};

/// Bytes that one read may bring.
const READ_BYTES: usize = 4 * 1024;
/// Bytes that wait to be written, from which on nothing more is added.
const FULL_BYTES: usize = 8 * 1024;
/// Bytes likewise from which on nothing more is read: what a guest only sends cannot bring it there, but for
/// what telnet has to answer.
const STUCK_BYTES: usize = 32 * 1024;

/// A guest's stream and what waits on both sides of it.
pub(super) struct TextLine {
    input: ReadHalf<AnyStream>,
    output: WriteHalf<AnyStream>,
    out: BytesMut,
    /// What was written may still be in the stream's own buffer.
    unflushed: bool,
    reader: GuestReader,
    /// What the reader was made for.
    reads_as: GuestRules,
    /// What came before it is known that it is text.
    opening: Option<Vec<u8>>,
    /// One key came alone, while it is not known what they are.
    by_key: bool,
    /// What the guest wants next.
    ask: Option<GuestAsk>,
    /// When something came the last time, boot milliseconds.
    heard_ms: u64,
    /// Nothing more comes.
    ended: bool,
    /// Nothing that is written arrives any more. What it said before is still taken.
    deaf: bool,
}

/// What one step did.
pub(super) enum Moved {
    /// Something came.
    Heard,
    /// Something went.
    Wrote,
    /// The guest will say no more.
    Ended,
}

/// The connection broke, or is not a guest's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl TextLine {
    /// `seen` is what was read already.
    ///
    /// # Errors
    /// It is no guest.
    pub(super) fn new(stream: AnyStream, seen: &[u8], rules: &GuestRules, now_ms: u64) -> Result<Self, Gone> {
        let (input, output) = tokio::io::split(stream);
        let mut line = Self {
            input,
            output,
            out: BytesMut::new(),
            unflushed: false,
            reader: GuestReader::new(rules.encoding, rules.classic),
            reads_as: rules.clone(),
            opening: Some(Vec::new()),
            by_key: false,
            ask: None,
            heard_ms: now_ms,
            ended: false,
            deaf: false,
        };
        line.take(seen, now_ms)?;
        Ok(line)
    }

    /// Reads, if it `may`, and writes what waits. For ever where there is neither. Safe to drop and to call again.
    ///
    /// # Errors
    /// The connection is over.
    pub(super) async fn step(&mut self, may_read: bool, now_ms: u64) -> Result<Moved, Gone> {
        let mut bytes = [0; READ_BYTES];
        let reads = may_read && !self.ended && !self.is_stuck();
        let writes = !self.is_idle();
        tokio::select! {
            // A connection that broke, and TLS without its goodbye, end what the guest said as well as an end does.
            read = self.input.read(&mut bytes), if reads => match read.unwrap_or_default() {
                0 => {
                    self.ended = true;
                    self.rest_is_a_line();
                    Ok(Moved::Ended)
                }
                count => {
                    self.take(bytes.get(..count).unwrap_or_default(), now_ms)?;
                    Ok(Moved::Heard)
                }
            },
            written = write_some(&mut self.output, &self.out), if writes => {
                match written {
                    Ok(count) => self.wrote(count, now_ms),
                    Err(_) => self.falls_deaf(),
                }
                Ok(Moved::Wrote)
            }
            else => std::future::pending().await,
        }
    }

    /// Whether the guest wants something that was not taken yet.
    pub(super) fn has_ask(&mut self) -> bool {
        if self.ask.is_none() {
            self.ask = self.reader.next_ask();
        }
        self.ask.is_some()
    }

    /// What the guest wants next. Patience with what has no line end begins anew: while something waited to be
    /// taken, nothing was read.
    pub(super) fn take_ask(&mut self, now_ms: u64) -> Option<GuestAsk> {
        let ask = self.has_ask().then(|| self.ask.take()).flatten();
        if ask.is_some() {
            self.heard_ms = now_ms;
        }
        ask
    }

    /// Nobody is there any more who could read.
    pub(super) fn is_deaf(&self) -> bool {
        self.deaf
    }

    /// Nothing more comes.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Nothing waits to be written.
    pub(super) fn is_idle(&self) -> bool {
        self.out.is_empty() && !self.unflushed
    }

    /// Bytes that wait to be written.
    pub(super) fn waiting(&self) -> usize {
        self.out.len()
    }

    /// Nothing more is to be said before something was written.
    pub(super) fn is_full(&self) -> bool {
        self.waiting() >= FULL_BYTES
    }

    /// When what came without a line end is a message, boot milliseconds; none where nothing of that kind waits, and
    /// while nothing is read: the end of the line may have come long ago.
    pub(super) fn rest_due(&mut self) -> Option<u64> {
        let undecided = self.opening.as_ref().is_some_and(|seen| !seen.is_empty());
        if self.ended || self.is_stuck() || self.has_ask() || !(undecided || self.reader.has_rest()) {
            return None;
        }
        let by_key = if undecided { self.by_key } else { self.reader.types_by_key() };
        let patience = if by_key { GUEST_TYPING_FLUSH_MS } else { GUEST_FLUSH_MS };
        Some(self.heard_ms.saturating_add(patience))
    }

    /// What came without a line end is a message: nothing more came for a while, or will.
    pub(super) fn rest_is_a_line(&mut self) {
        if let Some(seen) = self.opening.take_if(|seen| !seen.is_empty()) {
            self.reader.push(&seen);
        }
        self.reader.flush();
    }

    /// Reads by other rules from here on, as soon as nothing waits that was begun under the old ones.
    pub(super) fn read_as(&mut self, rules: &GuestRules) {
        let same = |a: &GuestRules, b: &GuestRules| (a.encoding, a.classic) == (b.encoding, b.classic);
        if !same(rules, &self.reads_as) && !self.has_ask() && !self.reader.has_rest() {
            self.reader.read_as(rules.encoding, rules.classic);
            self.reads_as = rules.clone();
        }
    }

    /// How this guest is written to.
    pub(super) fn style(&self) -> Style {
        self.reader.style()
    }

    /// Queues a line.
    pub(super) fn say(&mut self, line: &GuestLine) {
        let bytes = write(line, self.style());
        self.raw(&bytes);
    }

    /// Queues words of the room's own.
    pub(super) fn note(&mut self, words: &str) {
        self.say(&GuestLine::Note(words.to_owned()));
    }

    /// Queues bytes as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        if !self.deaf {
            self.out.extend_from_slice(bytes);
        }
    }

    /// Writes all that waits and ends the stream. The caller bounds the time.
    pub(super) async fn finish(&mut self) {
        let out = std::mem::take(&mut self.out);
        if self.output.write_all(&out).await.is_ok() {
            let _over = self.output.shutdown().await;
        }
    }

    /// So much waits to be written that nothing is read.
    fn is_stuck(&self) -> bool {
        self.out.len() >= STUCK_BYTES
    }

    fn wrote(&mut self, count: usize, now_ms: u64) {
        let was_stuck = self.is_stuck();
        self.unflushed = count > 0;
        self.out.advance(count);
        if was_stuck && !self.is_stuck() {
            self.heard_ms = now_ms;
        }
        if self.out.is_empty() {
            // A quiet guest keeps no buffer.
            self.out = BytesMut::new();
        }
    }

    fn falls_deaf(&mut self) {
        self.deaf = true;
        self.out = BytesMut::new();
        self.unflushed = false;
    }

    fn take(&mut self, bytes: &[u8], now_ms: u64) -> Result<(), Gone> {
        if !bytes.is_empty() {
            self.heard_ms = now_ms;
        }
        match &mut self.opening {
            None => self.reader.push(bytes),
            Some(seen) => {
                seen.extend_from_slice(bytes);
                self.by_key = bytes.len() == 1;
                match first(seen) {
                    First::Undecided => {}
                    First::Tls | First::Http => return Err(Gone),
                    First::Text => {
                        let seen = std::mem::take(seen);
                        self.reader.push(&seen);
                        self.opening = None;
                    }
                }
            }
        }
        let replies = self.reader.replies();
        self.raw(&replies);
        Ok(())
    }
}

/// Writes some of what there is, or flushes where there is nothing. Safe to drop and to call again.
async fn write_some(output: &mut WriteHalf<AnyStream>, out: &[u8]) -> std::io::Result<usize> {
    if out.is_empty() {
        return output.flush().await.map(|()| 0);
    }
    match output.write(out).await? {
        0 => Err(std::io::ErrorKind::WriteZero.into()),
        count => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::TextEncoding;
    use tokio::io::{DuplexStream, duplex};

    fn line(seen: &[u8]) -> (Result<TextLine, Gone>, DuplexStream) {
        let (ours, theirs) = duplex(64);
        (TextLine::new(Box::new(ours), seen, &GuestRules::default(), 1_000), theirs)
    }

    #[tokio::test]
    async fn a_verb_that_comes_in_pieces_ends_the_connection_unread() {
        let (line, mut theirs) = line(b"GE");
        let mut line = line.unwrap();
        theirs.write_all(b"T / HT").await.unwrap();
        assert_eq!(line.step(true, 1_000).await.err(), Some(Gone));
        assert!(!line.has_ask());
    }

    #[tokio::test]
    async fn what_has_no_line_end_is_due_after_its_time_and_at_the_end() {
        let (line, theirs) = line(b"hi");
        let mut line = line.unwrap();
        assert_eq!(line.rest_due(), Some(1_000 + GUEST_FLUSH_MS));
        assert!(!line.has_ask());
        drop(theirs);
        assert!(matches!(line.step(true, 1_000).await, Ok(Moved::Ended)));
        assert_eq!(line.rest_due(), None);
        assert!(matches!(line.take_ask(1_000), Some(GuestAsk::Say(text)) if text.as_str() == "hi"));
    }

    #[tokio::test]
    async fn what_was_said_before_the_far_end_hung_up_is_taken() {
        let (line, mut theirs) = line(b"one\n");
        let mut line = line.unwrap();
        theirs.write_all(b"two\nthree").await.unwrap();
        drop(theirs);
        line.note("nobody reads this");
        while !line.has_ended() || !line.is_deaf() {
            line.step(true, 1_000).await.unwrap();
        }
        let said = std::iter::from_fn(|| line.take_ask(1_000));
        let said: Vec<String> = said.map(|ask| format!("{ask:?}")).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        line.note("and nothing of this is kept");
        assert!(line.is_idle());
    }

    #[test]
    fn half_a_line_is_not_due_while_nothing_is_read_and_has_its_whole_time_afterwards() {
        let (line, _theirs) = line(b"one\ntwo\nhal");
        let mut line = line.unwrap();
        assert_eq!(line.rest_due(), None);
        assert!(line.take_ask(5_000).is_some());
        assert_eq!(line.rest_due(), None);
        assert!(line.take_ask(9_000).is_some());
        assert_eq!(line.rest_due(), Some(9_000 + GUEST_FLUSH_MS));
    }

    #[test]
    fn a_telnet_stays_one_when_the_rules_change() {
        let (line, _theirs) = line(b"\xFF\xFD\x01hello\r\n");
        let mut line = line.unwrap();
        assert!(line.take_ask(1_000).is_some());
        assert!(line.style().crlf);
        let encoding = TextEncoding::Koi8R;
        line.read_as(&GuestRules { classic: true, encoding, ..GuestRules::default() });
        assert!(line.style().crlf && line.style().classic);
        // What was refused is not refused again, and what is no UTF-8 is read as the new rules say.
        line.out.clear();
        line.take(b"\xFF\xFD\x01/\xC4\xC1\r\n", 1_000).unwrap();
        assert!(line.is_idle());
        assert!(matches!(line.take_ask(1_000), Some(GuestAsk::Say(text)) if text.as_str() == "/да"));
    }

    #[test]
    fn a_single_key_waits_for_the_next_one_for_as_long_as_one_thinks() {
        let (line, _theirs) = line(b"G");
        assert_eq!(line.unwrap().rest_due(), Some(1_000 + GUEST_TYPING_FLUSH_MS));
    }

    #[tokio::test]
    async fn telnets_questions_from_somebody_who_does_not_read_end_in_waiting() {
        let (line, mut theirs) = line(b"hello\n");
        let mut line = line.unwrap();
        // Are you there? Over and over, and nobody reads the answers.
        let asking = async { while theirs.write_all(&[0xff, 0xf6].repeat(512)).await.is_ok() {} };
        let answering = async {
            while line.step(true, 1_000).await.is_ok() {
                while line.take_ask(1_000).is_some() {}
                assert!(line.out.len() < STUCK_BYTES + 8 * READ_BYTES);
            }
        };
        let both = async { tokio::join!(asking, answering) };
        assert!(tokio::time::timeout(std::time::Duration::from_millis(200), both).await.is_err());
        assert!(line.out.len() >= STUCK_BYTES);
    }
}
