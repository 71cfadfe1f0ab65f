//! A man in the middle with a room key of his own: TLS on both legs, and in between he reads what comes, keeps it, and
//! passes on what he can.

use std::pin::Pin;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::task::{Context, Poll, ready};
use std::thread::{self, JoinHandle};
use std::{io, iter};

use bytes::Bytes;
use hallway::net::pipe::{AnyStream, Pipe, Step};
use hallway::trust::{
    Accepted, Channel, Expect, Identity, RoomKey, ServerConfig, accept, connect, server_config,
};
use hallway::types::RoomId;
use hallway::types::limits::KE3_BYTES;
use hallway::wire::chain::{head_bytes, hello_bytes};
use hallway::wire::decode::{decode_client, decode_server};
use hallway::wire::encode::{encode_client, encode_server};
use hallway::wire::frame::Frame;
use hallway::wire::kind;
use hallway::wire::message::{ClientMessage, Hello, ServerMessage, Welcome};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// More than any of these visits brings.
const SEEN: usize = 4_096;

/// What passed the man.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Bytes of the caller, as they came.
    Bytes(Vec<u8>),
    /// A frame of the caller's, in clear.
    FromMember(u8, Bytes),
    /// A frame of the host's, in clear.
    FromHost(u8, Bytes),
    /// He let the caller into his own room.
    LetIn,
    /// The caller would not go on with him.
    Refused,
}

/// How the man treats a caller whom the host would let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// He lets it in.
    Welcomes,
    /// He says nothing, and hears the caller out.
    HangsUp,
}

/// The man at work; he goes when this is dropped.
pub struct Relay {
    pub port: u16,
    seen: Receiver<Seen>,
    all: Vec<Seen>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// He listens at `port`, 0 for any, and passes on to the room at the port `room`.
    pub fn start(port: u16, room: u16, manner: Manner) -> Self {
        let (tell, seen) = sync_channel(SEEN);
        let (told, listens) = sync_channel(1);
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
                told.send(listener.local_addr().unwrap().port()).unwrap();
                let man = Man::new(tell, manner);
                tokio::select! {
                    () = man.serve(listener, room) => {}
                    _ = stopped => {}
                }
            });
        });
        let port = listens.recv().unwrap();
        Self { port, seen, all: Vec::new(), stop: Some(stop), thread: Some(thread) }
    }

    /// Everything that passed so far.
    pub fn seen(&mut self) -> &[Seen] {
        self.all.extend(self.seen.try_iter());
        &self.all
    }

    /// Waits until something passes that `is` it.
    pub fn sees(&mut self, is: impl Fn(&Seen) -> bool) {
        while !self.seen().iter().any(&is) {
            let more = self.seen.recv_timeout(crate::running::PATIENCE).expect("it never passed");
            self.all.push(more);
        }
    }

    /// The frames that the caller sent.
    pub fn members_frames(&mut self) -> Vec<u8> {
        let kinds = self.seen().iter().filter_map(|seen| match seen {
            Seen::FromMember(kind, _) => Some(*kind),
            _ => None,
        });
        kinds.collect()
    }

    /// Which of these texts stand anywhere in what passed, as the caller's bytes or in clear.
    pub fn holds<'a>(&mut self, texts: &[&'a str]) -> Vec<&'a str> {
        held(self.seen(), texts)
    }

    /// He goes, and his port is free.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.end();
    }
}

/// Which of these texts stand anywhere in `seen`, in UTF-8 or in UTF-16 of either order.
pub fn held<'a>(seen: &[Seen], texts: &[&'a str]) -> Vec<&'a str> {
    let raw: Vec<u8> = seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        })
        .flatten()
        .copied()
        .collect();
    let clear = seen.iter().filter_map(|seen| match seen {
        Seen::FromMember(_, body) | Seen::FromHost(_, body) => Some(body.as_ref()),
        _ => None,
    });
    let all: Vec<&[u8]> = iter::once(raw.as_slice()).chain(clear).collect();
    texts.iter().copied().filter(|text| all.iter().any(|bytes| stands_in(bytes, text))).collect()
}

fn stands_in(bytes: &[u8], text: &str) -> bool {
    let units = || text.encode_utf16();
    let written = [
        text.as_bytes().to_vec(),
        units().flat_map(u16::to_le_bytes).collect(),
        units().flat_map(u16::to_be_bytes).collect(),
    ];
    written.iter().any(|written| bytes.windows(written.len()).any(|window| window == written))
}

struct Man {
    key: RoomKey,
    config: ServerConfig,
    identity: Identity,
    tell: SyncSender<Seen>,
    manner: Manner,
}

impl Man {
    fn new(tell: SyncSender<Seen>, manner: Manner) -> Self {
        let key = RoomKey::generate().unwrap();
        let config = server_config(&key).unwrap();
        Self { key, config, identity: Identity::generate().unwrap(), tell, manner }
    }

    fn see(&self, seen: Seen) {
        // Whoever looked may have gone before the last caller.
        let _gone = self.tell.send(seen);
    }

    async fn serve(&self, listener: TcpListener, room: u16) {
        while let Ok((mut caller, _)) = listener.accept().await {
            let mut host = TcpStream::connect(("127.0.0.1", room)).await.unwrap();
            let (mut first, mut greeting) = ([0; 1], [0; 256]);
            tokio::select! {
                // A caller that hangs up says nothing.
                _ = caller.peek(&mut first) => {
                    self.between(caller, Box::new(host)).await;
                }
                // A first visit looks for the mark of a room before it says anything.
                length = host.read(&mut greeting) => {
                    let greeting = greeting.get(..length.unwrap()).unwrap();
                    let _gone = caller.write_all(greeting).await;
                }
            }
        }
    }

    async fn between(&self, caller: TcpStream, host: AnyStream) {
        let caller: AnyStream = Box::new(Tap { stream: caller, tell: self.tell.clone() });
        let Ok(Accepted::Member(caller)) = accept(caller, &self.config).await else {
            return self.see(Seen::Refused);
        };
        let host = connect(host, Expect::Anything).await.unwrap();
        let real = host.room_id();
        let (mut caller, mut host) = (Pipe::new(caller), Pipe::new(host));
        let mut tried = false;
        loop {
            let (from_caller, step) = tokio::select! {
                step = caller.step() => (true, step),
                step = host.step() => (false, step),
            };
            match step {
                Ok(Step::Frame(frame)) if from_caller => {
                    self.see(Seen::FromMember(frame.kind, frame.body.clone()));
                    self.to_host(&frame, real, &mut host);
                }
                Ok(Step::Frame(frame)) => {
                    self.see(Seen::FromHost(frame.kind, frame.body.clone()));
                    tried |= frame.kind == kind::KE2;
                    if frame.kind == kind::WELCOME && self.manner == Manner::HangsUp {
                        return self.hear_out(caller).await;
                    }
                    self.to_caller(&frame, &mut caller, &mut host);
                }
                Ok(Step::Heard | Step::Wrote) => {}
                Ok(Step::Ended) | Err(_) if from_caller && tried => return self.guess(host).await,
                Ok(Step::Ended) | Err(_) => return self.see(Seen::Refused),
            }
        }
    }

    /// Says that this is all, and takes everything that the caller says before it goes.
    async fn hear_out(&self, mut caller: Pipe<Channel<AnyStream>>) {
        let _gone = caller.finish().await;
        while let Ok(step) = caller.step().await {
            match step {
                Step::Frame(frame) => self.see(Seen::FromMember(frame.kind, frame.body)),
                Step::Heard | Step::Wrote => {}
                Step::Ended => break,
            }
        }
        self.see(Seen::Refused);
    }

    /// The caller did not prove the password to him, so he makes a proof up.
    async fn guess(&self, mut host: Pipe<Channel<AnyStream>>) {
        encode_client(&ClientMessage::Ke3(vec![7; KE3_BYTES].into()), host.out());
        while let Ok(step) = host.step().await {
            match step {
                Step::Frame(frame) => self.see(Seen::FromHost(frame.kind, frame.body)),
                Step::Heard | Step::Wrote => {}
                Step::Ended => break,
            }
        }
        self.see(Seen::Refused);
    }

    /// The member's Hello as his own; everything else as it is.
    fn to_host(&self, frame: &Frame, real: RoomId, host: &mut Pipe<Channel<AnyStream>>) {
        match decode_client(frame.clone()) {
            Ok(ClientMessage::Hello(hello)) => {
                let proof = hello_bytes(&host.stream().exporter(), &real);
                let mine = Hello {
                    member_key: self.identity.key(),
                    signature: self.identity.sign(&proof),
                    expects: None,
                    token: None,
                    ..*hello
                };
                encode_client(&ClientMessage::Hello(Box::new(mine)), host.out());
            }
            _ => frame.encode(host.out()),
        }
    }

    /// The host's Welcome as that of his own room, and nothing of the log.
    fn to_caller(
        &self,
        frame: &Frame,
        caller: &mut Pipe<Channel<AnyStream>>,
        host: &mut Pipe<Channel<AnyStream>>,
    ) {
        match decode_server(frame.clone()) {
            Ok(ServerMessage::Welcome(welcome)) => {
                caller.welcomed();
                host.welcomed();
                let mut mine = Welcome { room_id: self.key.room_id(), ..*welcome };
                let head = head_bytes(&mine.room_id, mine.epoch, mine.head.link);
                mine.head.signature = self.key.sign_head(&head);
                encode_server(&ServerMessage::Welcome(Box::new(mine)), caller.out());
                self.see(Seen::LetIn);
            }
            // What the log says is sealed for the real room, so he keeps it to himself.
            Ok(ServerMessage::Head(_) | ServerMessage::Events(_) | ServerMessage::Page(_)) => {}
            _ => frame.encode(caller.out()),
        }
    }
}

/// The caller's stream, of which every byte is told.
struct Tap {
    stream: TcpStream,
    tell: SyncSender<Seen>,
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let _gone = self.tell.send(Seen::Bytes(buf.filled()[before..].to_vec()));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
