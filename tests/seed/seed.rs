//! The classic exercise's server and client, after its text and with its faults: what Hallway must get along with.
//!
//! The greeting has no line end. What one read brings, at most 2,048 bytes, goes to everybody else behind the
//! sender's address, without a line end of its own; what is no text is swallowed. The client prints what a read
//! brings.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// The longest wait for some bytes: far above what it takes, so that a busy machine fails nothing.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes that the exercise reads at a time.
const READ_BYTES: usize = 2_048;

/// What the server's one owner of all connections is told.
enum Told {
    Came(usize, TcpStream),
    Said(usize, SocketAddr, Vec<u8>),
    Left(usize),
}

/// How a copy of the exercise differs from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// It does not.
    Exact,
    /// It sends what somebody says back to them too.
    Echoes,
}

/// Starts the server, which ends with the test.
pub fn server(copy: Copy) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = sync_channel(64);
    thread::spawn(move || accept(&listener, &tell));
    thread::spawn(move || relay(&told, copy));
    address
}

fn accept(listener: &TcpListener, tell: &SyncSender<Told>) {
    for number in 0.. {
        let Ok((mut stream, address)) = listener.accept() else { return };
        if stream.write_all(b"Welcome to this chatroom!").is_err() {
            continue;
        }
        tell.send(Told::Came(number, stream.try_clone().unwrap())).unwrap();
        let tell = tell.clone();
        thread::spawn(move || {
            let mut bytes = [0; READ_BYTES];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                let said = Told::Said(number, address, bytes[..count].to_vec());
                if tell.send(said).is_err() {
                    return;
                }
            }
            let _ended = tell.send(Told::Left(number));
        });
    }
}

fn relay(told: &Receiver<Told>, copy: Copy) {
    let mut people: Vec<(usize, TcpStream)> = Vec::new();
    for told in told {
        match told {
            Told::Came(number, stream) => people.push((number, stream)),
            Told::Left(number) => people.retain(|(other, _)| *other != number),
            Told::Said(number, address, bytes) => {
                let Ok(text) = std::str::from_utf8(&bytes) else { continue };
                let line = format!("<{}> {text}", address.ip());
                let all = |other: usize| other != number || copy == Copy::Echoes;
                people
                    .retain_mut(|(other, stream)| !all(*other) || stream.write_all(line.as_bytes()).is_ok());
            }
        }
    }
}

/// The client, which speaks and prints.
pub struct Client {
    stream: TcpStream,
    printed: Vec<u8>,
    used: usize,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream, printed: Vec::new(), used: 0 }
    }

    /// Sends this as it is.
    pub fn says(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// Waits until it has printed `text` behind what was waited for before.
    #[track_caller]
    pub fn hears(&mut self, text: &str) {
        loop {
            let rest = &self.printed[self.used..];
            if let Some(at) = rest.windows(text.len()).position(|window| window == text.as_bytes()) {
                self.used += at + text.len();
                return;
            }
            let mut bytes = [0; READ_BYTES];
            match self.stream.read(&mut bytes) {
                Ok(count @ 1..) => self.printed.extend_from_slice(&bytes[..count]),
                Ok(_) | Err(_) => panic!("not heard: {text:?} in {:?}", self.text()),
            }
        }
    }

    /// Everything that it printed so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.printed).into_owned()
    }

    pub fn leaves(self) {
        let _gone = self.stream.shutdown(Shutdown::Both);
    }
}
