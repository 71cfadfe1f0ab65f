//! One port, several doors: who is it that comes in, judged by the first bytes.
//!
//! `16 03` is TLS: a member's app, or somebody who wraps lines of text in it. An HTTP verb is a web page or a
//! scanner and gets nothing. Other text is somebody with netcat. Who says nothing for 300 ms is greeted with a
//! line that holds the mark `Hallway/1`: a person reads it, and a member's app that listened first knows by it
//! that it may speak TLS here. What was read is handed on, so whoever comes after reads everything from its
//! beginning.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::types::limits::HOST_SPEAKS_AFTER_MS;
use crate::wire::text::{First, first};

/// What tells a listening app that a Hallway is here.
pub const MARK: &str = "Hallway/1";
/// What somebody reads who comes without the app where guests may not come in.
const CLOSED: &str = "This is a room of Hallway/1, for its own app only: nothing you type here is read. Get Hallway to come in.\r\n";
/// The beginnings with which a Hallway shows its mark, up to the mark. Only these count: where people talk, somebody
/// may name it, and what follows it must not be shouted at them.
const BEGINNINGS: [&str; 3] =
    ["This is a room of ", "Welcome to this chatroom!\n* ", "Welcome to this chatroom!\r\n* "];
/// Bytes that one look takes: more than any door needs to be known by.
const LOOK_BYTES: usize = 512;
/// How TLS begins, and what alone is not enough to know it.
const TLS_BEGINS: u8 = 0x16;

/// Whether what was heard at an address is the beginning of a Hallway; nothing while it could still become one.
pub fn is_ours(heard: &[u8]) -> Option<bool> {
    let fits = |beginning: &str| {
        let whole = beginning.bytes().chain(MARK.bytes());
        heard.iter().copied().zip(whole).all(|(heard, wanted)| heard == wanted)
    };
    let long = |beginning: &str| heard.len() >= beginning.len() + MARK.len();
    let mut fitting = BEGINNINGS.into_iter().filter(|beginning| fits(beginning)).peekable();
    match fitting.peek() {
        None => Some(false),
        Some(_) => fitting.any(long).then_some(true),
    }
}

/// Who is at the door.
#[derive(Debug)]
pub enum Look<S> {
    /// TLS.
    Tls(Prefixed<S>),
    /// Somebody who writes text, and what was read of it.
    Text(Vec<u8>, S),
    /// Somebody who says nothing, or hardly anything, and what that was.
    Quiet(Vec<u8>, S),
    /// A web page or a scanner, to which not a byte is said.
    Nobody,
}

/// Looks at who comes, saying nothing. The caller bounds the time in all.
///
/// # Errors
/// The stream's.
pub async fn look<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<Look<S>> {
    let mut seen = Vec::new();
    let silence = tokio::time::sleep(Duration::from_millis(HOST_SPEAKS_AFTER_MS));
    tokio::pin!(silence);
    loop {
        let mut bytes = [0; LOOK_BYTES];
        tokio::select! {
            read = stream.read(&mut bytes) => match read? {
                0 if seen == [TLS_BEGINS] => return Ok(Look::Nobody),
                0 => return Ok(Look::Quiet(seen, stream)),
                count => seen.extend_from_slice(bytes.get(..count).unwrap_or_default()),
            },
            // The beginning of TLS is never answered in text.
            () = &mut silence, if seen != [TLS_BEGINS] => return Ok(Look::Quiet(seen, stream)),
        }
        match first(&seen) {
            First::Undecided => {}
            First::Tls => return Ok(Look::Tls(Prefixed::new(seen, stream))),
            First::Http => return Ok(Look::Nobody),
            First::Text => return Ok(Look::Text(seen, stream)),
        }
    }
}

/// Greets somebody who says nothing where guests may not come in, and returns when anything else happens. An app
/// whose first bytes crossed this dials again by itself. The caller bounds the time.
pub async fn turn_away<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let greeted = async {
        stream.write_all(CLOSED.as_bytes()).await?;
        stream.flush().await?;
        stream.read(&mut [0; LOOK_BYTES]).await
    };
    let _whatever_it_was = greeted.await;
}

/// A stream with bytes in front of it that were read already.
#[derive(Debug)]
pub struct Prefixed<S> {
    prefix: Vec<u8>,
    used: usize,
    stream: S,
}

impl<S> Prefixed<S> {
    /// `stream`, with `prefix` to be read first.
    pub fn new(prefix: Vec<u8>, stream: S) -> Self {
        Self { prefix, used: 0, stream }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Prefixed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let me = &mut *self;
        let left = me.prefix.get(me.used..).unwrap_or_default();
        if left.is_empty() {
            return Pin::new(&mut me.stream).poll_read(cx, buffer);
        }
        let count = left.len().min(buffer.remaining());
        buffer.put_slice(left.get(..count).unwrap_or_default());
        me.used += count;
        if me.used >= me.prefix.len() {
            me.prefix = Vec::new();
            me.used = 0;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prefixed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    async fn look_at(bytes: &[u8]) -> (Look<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let (mut theirs, ours) = duplex(4_096);
        theirs.write_all(bytes).await.unwrap();
        (look(ours).await.unwrap(), theirs)
    }

    #[test]
    fn a_beginning_of_ours_is_known_at_its_mark_and_not_before() {
        let welcome = format!("{}\n* {MARK}, room Lunch", crate::wire::text::GREETING);
        for whole in [CLOSED, &welcome, &welcome.replace('\n', "\r\n")] {
            let mark = whole.find(MARK).unwrap() + MARK.len();
            for end in 0..=whole.len() {
                let expected = (end >= mark).then_some(true);
                assert_eq!(is_ours(&whole.as_bytes()[..end]), expected, "{:?}", &whole[..end]);
            }
        }
        for other in
            ["x", "Welcome to this chatroom!<", "Welcome to this chatroom!\n<a> * Hallway/1", "Hallway/1"]
        {
            assert_eq!(is_ours(other.as_bytes()), Some(false), "{other}");
        }
    }

    #[tokio::test]
    async fn a_member_is_known_by_its_first_bytes_which_are_handed_on() {
        let first = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0, 1, 2, 3];
        let (Look::Tls(mut stream), _theirs) = look_at(&first).await else { panic!("not TLS") };
        let mut all = [0; 10];
        stream.read_exact(&mut all).await.unwrap();
        assert_eq!(all, first);
    }

    #[tokio::test]
    async fn a_web_page_and_a_scanner_get_not_a_byte() {
        for first in ["GET / HTTP/1.1\r\n", "post /", "PRI * HTTP/2.0"] {
            let (Look::Nobody, mut theirs) = look_at(first.as_bytes()).await else { panic!("{first:?}") };
            let mut answer = Vec::new();
            theirs.read_to_end(&mut answer).await.unwrap();
            assert_eq!(answer, b"", "{first:?}");
        }
    }

    #[tokio::test]
    async fn text_is_known_at_once_and_handed_on() {
        for text in ["hello\n", "GET lost\n", "\u{16}x"] {
            let (Look::Text(seen, _), _theirs) = look_at(text.as_bytes()).await else { panic!("{text:?}") };
            assert_eq!(seen, text.as_bytes());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_over_after_300_ms_and_half_a_verb_is_no_more_than_silence() {
        for said in ["", "GE"] {
            let (mut theirs, ours) = duplex(4_096);
            theirs.write_all(said.as_bytes()).await.unwrap();
            let looking = look(ours);
            tokio::pin!(looking);
            let early = Duration::from_millis(HOST_SPEAKS_AFTER_MS - 1);
            assert!(tokio::time::timeout(early, &mut looking).await.is_err());
            let late = tokio::time::timeout(Duration::from_millis(2), looking).await.unwrap().unwrap();
            assert!(matches!(late, Look::Quiet(seen, _) if seen == said.as_bytes()));
        }
    }

    #[tokio::test]
    async fn where_guests_may_not_come_in_silence_is_greeted_with_the_mark() {
        let (mut theirs, ours) = duplex(4_096);
        let greeting = tokio::spawn(turn_away(ours));
        let mut heard = vec![0; CLOSED.len()];
        theirs.read_exact(&mut heard).await.unwrap();
        assert!(String::from_utf8(heard).unwrap().contains(MARK));
        theirs.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
        greeting.await.unwrap();
        assert_eq!(theirs.read(&mut [0; 8]).await.unwrap(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_first_byte_alone_waits_for_the_second() {
        let (mut theirs, ours) = duplex(4_096);
        let looking = tokio::spawn(look(ours));
        theirs.write_all(&[0x16]).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        theirs.write_all(&[0x03]).await.unwrap();
        assert!(matches!(looking.await.unwrap().unwrap(), Look::Tls(_)));
    }
}
