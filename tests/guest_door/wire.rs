//! Somebody without the app: a TCP connection, and nothing else.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use super::host::PATIENCE;

/// What a guest at 127.0.0.1 reads first, in a room called Lunch.
pub const HELLO: &str = "Welcome to this chatroom!\n* Hallway/1, room Lunch, not encrypted. You are 127.0.0.1. \
    Commands: /nick NAME /who /quit /help\n";

pub struct Wire {
    stream: TcpStream,
    /// Everything that came.
    pub heard: Vec<u8>,
}

impl Wire {
    pub fn open(port: u16) -> Self {
        Self::over(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap())
    }

    /// From this loopback address; none on systems that have only one.
    pub fn from(last: u8, port: u16) -> Option<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let mine: SocketAddr = (Ipv4Addr::new(127, 0, 0, last), 0).into();
        socket.bind(&mine.into()).ok()?;
        let hosts: SocketAddr = (Ipv4Addr::LOCALHOST, port).into();
        socket.connect(&hosts.into()).unwrap();
        Some(Self::over(socket.into()))
    }

    /// One whose system holds little for it.
    pub fn narrow(port: u16) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(128 * 1024).unwrap();
        let hosts: SocketAddr = (Ipv4Addr::LOCALHOST, port).into();
        socket.connect(&hosts.into()).unwrap();
        Self::over(socket.into())
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, heard: Vec::new() }
    }

    /// Greeted, and in the room.
    pub fn enter(port: u16) -> Self {
        let mut wire = Self::open(port);
        wire.enters();
        wire
    }

    pub fn enters(&mut self) {
        self.until("/help\n");
        self.send("/who\n");
        self.until("* here: ");
        self.until("\n");
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// Sends to somebody who may have hung up by now.
    pub fn try_send(&mut self, bytes: &[u8]) {
        let _closed = self.stream.write_all(bytes);
    }

    /// Ends without a goodbye.
    pub fn resets(self) {
        let socket = Socket::from(self.stream);
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    }

    /// Says that nothing more comes.
    pub fn ends(&mut self) {
        // Who hung up already does not mind.
        let _closed = self.stream.shutdown(Shutdown::Write);
    }

    /// Reads until this came behind what was asked for before; returns everything up to it and forgets that.
    pub fn until(&mut self, text: &str) -> String {
        let (began, mut searched) = (Instant::now(), 0);
        loop {
            let fresh = &self.heard[searched..];
            if let Some(at) = fresh.windows(text.len()).position(|window| window == text.as_bytes()) {
                let rest = self.heard.split_off(searched + at + text.len());
                let taken = std::mem::replace(&mut self.heard, rest);
                return String::from_utf8(taken).unwrap();
            }
            searched = self.heard.len().saturating_sub(text.len());
            let left = PATIENCE.saturating_sub(began.elapsed()).max(Duration::from_millis(1));
            assert_ne!(self.read(left), Some(0), "ended before {text:?}: {}", self.text());
            assert!(began.elapsed() < PATIENCE, "never came: {text:?}; but: {:?}", self.tail());
        }
    }

    /// Reads to the end, and returns all of it.
    pub fn rest(&mut self) -> String {
        let began = Instant::now();
        while self.read(PATIENCE) != Some(0) {
            assert!(began.elapsed() < PATIENCE, "does not end: {}", self.text());
        }
        self.text()
    }

    /// What comes within this time.
    pub fn within(&mut self, time: Duration) -> String {
        let began = Instant::now();
        while began.elapsed() < time && self.read(time.saturating_sub(began.elapsed())) != Some(0) {}
        self.text()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.heard).into_owned()
    }

    /// The beginnings of the last lines that came.
    fn tail(&self) -> Vec<String> {
        let text = self.text();
        text.lines().rev().take(5).map(|line| line.chars().take(100).collect()).collect()
    }

    /// How many bytes came; 0 at the end, none where nothing came in time.
    fn read(&mut self, time: Duration) -> Option<usize> {
        self.stream.set_read_timeout(Some(time.max(Duration::from_millis(1)))).unwrap();
        let mut bytes = vec![0; 65_536];
        match self.stream.read(&mut bytes) {
            Ok(count) => {
                self.heard.extend_from_slice(&bytes[..count]);
                Some(count)
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => None,
            Err(_) => Some(0),
        }
    }
}
