//! A way to a server that writes down every byte which is sent there, and that can be cut.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use socket2::SockRef;

/// The way. Where it leads may change.
pub struct Proxy {
    pub address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

struct Kept {
    to: SocketAddr,
    sent: Vec<u8>,
    open: Vec<TcpStream>,
    closed: bool,
}

impl Proxy {
    pub fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Kept { to, sent: Vec::new(), open: Vec::new(), closed: false };
        let kept = Arc::new(Mutex::new(kept));
        let shared = Arc::clone(&kept);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                take(stream, &shared);
            }
        });
        Self { address, kept }
    }

    /// Every byte that was sent so far, over all connections.
    pub fn sent(&self) -> Vec<u8> {
        self.kept.lock().unwrap().sent.clone()
    }

    /// Resets every connection, and new ones at once, until it is mended.
    pub fn cut(&self) {
        let mut kept = self.kept.lock().unwrap();
        kept.closed = true;
        for stream in kept.open.drain(..) {
            reset(&stream);
        }
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.kept.lock().unwrap().closed = false;
    }
}

fn reset(stream: &TcpStream) {
    let _best_effort = SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO));
    let _gone = stream.shutdown(Shutdown::Both);
}

fn take(stream: TcpStream, kept: &Arc<Mutex<Kept>>) {
    let mut state = kept.lock().unwrap();
    if state.closed {
        return reset(&stream);
    }
    let server = TcpStream::connect(state.to).unwrap();
    for end in [&stream, &server] {
        end.set_nodelay(true).unwrap();
        state.open.push(end.try_clone().unwrap());
    }
    let (from_server, to_client) = (server.try_clone().unwrap(), stream.try_clone().unwrap());
    let recorder = Arc::clone(kept);
    thread::spawn(move || {
        pump(stream, server, |bytes| recorder.lock().unwrap().sent.extend_from_slice(bytes))
    });
    thread::spawn(move || pump(from_server, to_client, |_| {}));
}

fn pump(mut from: TcpStream, mut to: TcpStream, keep: impl Fn(&[u8])) {
    let mut bytes = [0; 16 * 1_024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        keep(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _gone = to.shutdown(Shutdown::Write);
}
