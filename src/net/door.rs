//! One port, several doors: who is it that comes in, judged by the first bytes.
//!
//! `16 03` is a member's app. An HTTP verb is a web page or a scanner and gets nothing. Other text is somebody
//! with netcat. Who says nothing for 300 ms is greeted with a line that holds the mark `Hallway/1`: a person
//! reads it, and a member's app that listened first knows by it that it may speak TLS here. What was read is
//! handed on in front of the stream, so whoever comes after reads everything from its beginning.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::types::limits::HOST_SPEAKS_AFTER_MS;

/// What tells a listening app that a Hallway is here.
pub const MARK: &str = "Hallway/1";
/// What somebody reads who comes without the app.
const GREETING: &str = "This is a room of Hallway/1, for its own app only: nothing you type here is read. Get Hallway to come in.\r\n";
/// Bytes that are enough to know any door.
const LOOK_BYTES: usize = 8;

/// Who is at the door.
#[derive(Debug)]
pub enum Door<S> {
    /// A member's app, by its TLS greeting.
    Member(Prefixed<S>),
    /// Somebody who will not get in: a web page, a person with netcat, or nobody.
    Other,
    /// A member's app whose first bytes crossed our greeting. It dials again by itself.
    Crossed,
}

/// Looks at who comes. The caller bounds the time in all.
///
/// # Errors
/// The stream's.
pub async fn look<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<Door<S>> {
    let mut seen = Vec::with_capacity(LOOK_BYTES);
    let silence = tokio::time::sleep(Duration::from_millis(HOST_SPEAKS_AFTER_MS));
    tokio::pin!(silence);
    let mut greeted = false;
    loop {
        let mut bytes = [0; LOOK_BYTES];
        let free = LOOK_BYTES - seen.len();
        tokio::select! {
            read = stream.read(bytes.get_mut(..free).unwrap_or_default()) => match read? {
                0 => return Ok(Door::Other),
                count => seen.extend_from_slice(bytes.get(..count).unwrap_or_default()),
            },
            () = &mut silence, if !greeted && seen.is_empty() => {
                stream.write_all(GREETING.as_bytes()).await?;
                stream.flush().await?;
                greeted = true;
                continue;
            }
        }
        match (seen.as_slice(), greeted) {
            ([0x16], _) => {}
            ([0x16, 0x03, ..], false) => return Ok(Door::Member(Prefixed::new(seen, stream))),
            ([0x16, 0x03, ..], true) => return Ok(Door::Crossed),
            _ => return Ok(Door::Other),
        }
    }
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

    async fn door_for(bytes: &[u8]) -> Door<tokio::io::DuplexStream> {
        let (mut theirs, ours) = duplex(4_096);
        theirs.write_all(bytes).await.unwrap();
        look(ours).await.unwrap()
    }

    #[tokio::test]
    async fn a_member_is_known_by_its_first_bytes_which_are_handed_on() {
        let Door::Member(mut stream) = door_for(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0, 1, 2, 3]).await
        else {
            panic!("not a member")
        };
        let mut all = [0; 10];
        stream.read_exact(&mut all).await.unwrap();
        assert_eq!(all, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn a_web_page_and_a_scanner_get_not_a_byte() {
        for first in ["GET / HTTP/1.1\r\n", "POST /", "PRI * HTTP/2.0", "\u{16}x"] {
            let (mut theirs, ours) = duplex(4_096);
            theirs.write_all(first.as_bytes()).await.unwrap();
            assert!(matches!(look(ours).await.unwrap(), Door::Other), "{first:?}");
            let mut answer = Vec::new();
            theirs.read_to_end(&mut answer).await.unwrap();
            assert_eq!(answer, b"", "{first:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_greeted_with_the_mark_after_300_ms() {
        let (mut theirs, ours) = duplex(4_096);
        let looking = tokio::spawn(look(ours));
        let mut greeting = vec![0; GREETING.len()];
        let early = Duration::from_millis(HOST_SPEAKS_AFTER_MS - 1);
        assert!(tokio::time::timeout(early, theirs.read_exact(&mut greeting)).await.is_err());
        theirs.read_exact(&mut greeting).await.unwrap();
        assert!(String::from_utf8(greeting).unwrap().contains(MARK));
        theirs.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
        assert!(matches!(looking.await.unwrap().unwrap(), Door::Crossed));
    }

    #[tokio::test(start_paused = true)]
    async fn a_first_byte_alone_waits_for_the_second() {
        let (mut theirs, ours) = duplex(4_096);
        let looking = tokio::spawn(look(ours));
        theirs.write_all(&[0x16]).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        theirs.write_all(&[0x03]).await.unwrap();
        assert!(matches!(looking.await.unwrap().unwrap(), Door::Member(_)));
    }
}
