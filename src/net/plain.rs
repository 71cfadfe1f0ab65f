//! A connection to a plain room: bytes in, whole lines out.
//!
//! Nothing is sent on it but what is handed in, and never a part of a line by itself: each goes to the system in one
//! piece, so that it travels as one where that can be had (TCP_NODELAY).

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::types::limits::{DEAD_AFTER_MS, PING_EVERY_MS};

/// Bytes that are read at a time.
const READ_BYTES: usize = 4 * 1024;

/// A connection to a plain room.
#[derive(Debug)]
pub struct PlainStream {
    stream: TcpStream,
    me: IpAddr,
    /// What of a line is not written yet.
    out: Vec<u8>,
    written: usize,
}

/// What happened on a connection to a plain room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainStep {
    /// The room sent this.
    Heard(Vec<u8>),
    /// A part of the line was written.
    Wrote,
    /// The whole line was.
    WroteAll,
    /// The room has closed the connection.
    Ended,
}

impl PlainStream {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        let me = stream.local_addr()?.ip().to_canonical();
        // Such a room is silent while nobody speaks; only the system can ask whether it is there. Where it cannot,
        // the next line that is written shows it.
        let keepalive = TcpKeepalive::new()
            .with_time(Duration::from_millis(PING_EVERY_MS))
            .with_interval(Duration::from_millis((DEAD_AFTER_MS - PING_EVERY_MS) / 3));
        let _best_effort = SockRef::from(&stream).set_tcp_keepalive(&keepalive);
        Ok(Self { stream, me, out: Vec::new(), written: 0 })
    }

    /// My address on this connection: what the room calls me, if it calls people by their addresses.
    pub fn me(&self) -> IpAddr {
        self.me
    }

    /// Writes this line, with the steps that follow. The one before it must be written.
    pub fn send(&mut self, line: Vec<u8>) {
        (self.out, self.written) = (line, 0);
    }

    /// Whether a line is being written.
    pub fn is_writing(&self) -> bool {
        self.written < self.out.len()
    }

    /// Waits for the next thing; reads only where `listens`. Safe to drop and to call again.
    ///
    /// # Errors
    /// When the connection broke off.
    pub async fn step(&mut self, listens: bool) -> io::Result<PlainStep> {
        let writes = self.is_writing();
        let (mut reads, mut writer) = self.stream.split();
        let rest = self.out.get(self.written..).unwrap_or_default();
        let mut bytes = vec![0; READ_BYTES];
        tokio::select! {
            count = writer.write(rest), if writes => {
                self.written += count?;
                Ok(if self.is_writing() { PlainStep::Wrote } else { PlainStep::WroteAll })
            }
            count = reads.read(&mut bytes), if listens => {
                let count = count?;
                bytes.truncate(count);
                Ok(if count == 0 { PlainStep::Ended } else { PlainStep::Heard(bytes) })
            }
            () = std::future::pending(), if !writes && !listens => Ok(PlainStep::Wrote),
        }
    }

    /// Says that nothing more will be written.
    pub async fn close(mut self) {
        let _gone = self.stream.shutdown().await;
    }
}
