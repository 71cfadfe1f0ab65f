//! A way to a server that writes down every byte which is sent there, and that can be cut.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// The way. It ends with the test.
pub struct Proxy {
    pub address: SocketAddr,
    tell: SyncSender<Told>,
}

/// What the owner of the connections is told.
enum Told {
    Came(TcpStream),
    Sent(Vec<u8>),
    Cut,
    Mend,
    WhatWasSent(SyncSender<Vec<u8>>),
}

struct Way {
    to: SocketAddr,
    sent: Vec<u8>,
    open: Vec<Arc<TcpStream>>,
    is_cut: bool,
}

impl Proxy {
    pub fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, told) = sync_channel(64);
        let owner = tell.clone();
        let way = Way { to, sent: Vec::new(), open: Vec::new(), is_cut: false };
        thread::spawn(move || way.run(&told, &owner));
        let came = tell.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if came.send(Told::Came(stream)).is_err() {
                    return;
                }
            }
        });
        Self { address, tell }
    }

    /// Every byte that was sent so far, over all connections.
    pub fn sent(&self) -> Vec<u8> {
        let (answer, answered) = sync_channel(1);
        self.tell.send(Told::WhatWasSent(answer)).unwrap();
        answered.recv().unwrap()
    }

    /// Resets every connection, and new ones at once, until it is mended.
    pub fn cut(&self) {
        self.tell.send(Told::Cut).unwrap();
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.tell.send(Told::Mend).unwrap();
    }
}

impl Way {
    fn run(mut self, told: &Receiver<Told>, tell: &SyncSender<Told>) {
        for told in told {
            match told {
                Told::Came(stream) if self.is_cut => abort(&stream),
                Told::Came(stream) => self.lead_on(stream, tell),
                Told::Sent(bytes) => self.sent.extend(bytes),
                Told::Mend => self.is_cut = false,
                Told::Cut => {
                    self.is_cut = true;
                    self.open.iter().for_each(|stream| abort(stream));
                    self.open.drain(..).for_each(|stream| wake(&stream));
                }
                Told::WhatWasSent(answer) => answer.send(self.sent.clone()).unwrap(),
            }
        }
    }

    fn lead_on(&mut self, client: TcpStream, tell: &SyncSender<Told>) {
        let (client, server) = (Arc::new(client), Arc::new(TcpStream::connect(self.to).unwrap()));
        for end in [&client, &server] {
            end.set_nodelay(true).unwrap();
            self.open.push(Arc::clone(end));
        }
        let (from_server, to_client) = (Arc::clone(&server), Arc::clone(&client));
        let tell = tell.clone();
        let keep = move |bytes: &[u8]| tell.send(Told::Sent(bytes.to_vec())).unwrap();
        thread::spawn(move || pump(&client, &server, keep));
        thread::spawn(move || pump(&from_server, &to_client, |_| {}));
    }
}

/// Has the connection reset when the last one who holds it lets go of it.
fn abort(stream: &TcpStream) {
    SockRef::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// Has whoever reads from it let go of it. A shutdown for writing would end it in good order instead.
fn wake(stream: &TcpStream) {
    let _gone = stream.shutdown(Shutdown::Read);
}

/// Passes bytes on, after they were written down.
fn pump(mut from: &TcpStream, mut to: &TcpStream, keep: impl Fn(&[u8])) {
    let mut bytes = [0; 16 * 1_024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        keep(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    if SockRef::from(to).linger().unwrap().is_none() {
        let _gone = to.shutdown(Shutdown::Write);
    }
}
