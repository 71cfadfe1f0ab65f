//! Who comes to a room's door and does not behave: closed after its time, and nothing of it is heard inside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "doorstep/invited.rs"]
mod invited;
#[path = "doorstep/resting.rs"]
mod resting;
#[path = "doorstep/taking.rs"]
mod taking;

use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::BytesMut;
use hallway::net::host::{OpenRoom, Opening, OwnDoor, open};
use hallway::net::listen;
use hallway::room::log::{Digest, HeadSigner, Lock, LogFuture, OpSigner, RoomLog, Verifier};
use hallway::room::{Facts, Known, Parts, Quota, Room};
use hallway::trust::{self, Channel, Expect, Identity, RoomKey};
use hallway::types::limits::{
    DEAD_AFTER_MS, HANDSHAKE_MS, HANDSHAKES, HANDSHAKES_PER_ADDRESS, HOST_SPEAKS_AFTER_MS,
};
use hallway::types::{
    Admission, Batch, Entry, Epoch, FetchFrom, GuestRules, Hash, Link, MemberKey, Now, OpId, RoomName, Run,
    Seq, Signature, Slice, Token,
};
use hallway::wire::chain;
use hallway::wire::encode::encode_client;
use hallway::wire::message::{ClientMessage, Hello};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};

/// A log that takes everything and gives nothing back.
struct Void;

impl RoomLog for Void {
    fn append(&self, _: Batch) -> LogFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn page(&self, _: FetchFrom, _: usize) -> LogFuture<'_, Slice> {
        let run = Run { prev: Link::START, entries: Vec::new() };
        Box::pin(async { Ok(Slice { run, more: false }) })
    }
    fn find(&self, _: MemberKey, _: OpId) -> LogFuture<'_, Option<Entry>> {
        Box::pin(async { Ok(None) })
    }
    fn link_at(&self, _: Seq) -> LogFuture<'_, Option<Link>> {
        Box::pin(async { Ok(None) })
    }
    fn turn(&self, _: Epoch) -> LogFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn admit(&self, _: Admission) -> LogFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn refill(&self, _: Run) -> LogFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

struct Keys(Arc<Identity>, Arc<RoomKey>);

impl Digest for Keys {
    fn sha256(&self, parts: &[&[u8]]) -> Hash {
        trust::sha256(parts)
    }
}
impl Verifier for Keys {
    fn verify(&self, key: &MemberKey, message: &[u8], signature: &Signature) -> bool {
        trust::verify(key, message, signature)
    }
    fn verify_head(&self, _: &[u8], _: &[u8]) -> bool {
        true
    }
}
impl OpSigner for Keys {
    fn key(&self) -> MemberKey {
        self.0.key()
    }
    fn sign(&self, message: &[u8]) -> Signature {
        self.0.sign(message)
    }
}
impl HeadSigner for Keys {
    fn sign_head(&self, message: &[u8]) -> Vec<u8> {
        self.1.sign_head(message)
    }
}

/// An open room; its clock runs with the test's.
fn room() -> (OpenRoom, OwnDoor) {
    let (room, _) = room_at_port();
    let door = room.own_door();
    (room, door)
}

fn room_at_port() -> (OpenRoom, u16) {
    room_with(None)
}

fn room_with(quota: Option<Quota>) -> (OpenRoom, u16) {
    room_that(quota, None, Known::default())
}

fn room_that(quota: Option<Quota>, lock: Option<Box<dyn Lock>>, known: Known) -> (OpenRoom, u16) {
    let key = Arc::new(RoomKey::generate().unwrap());
    let host = Arc::new(Identity::generate().unwrap());
    let keys = || Box::new(Keys(Arc::clone(&host), Arc::clone(&key)));
    let facts = Facts {
        room_id: key.room_id(),
        epoch: Epoch(1),
        name: RoomName::new("Lunch").unwrap(),
        capacity: 10,
        quota,
        host: host.key(),
        guests: GuestRules::default(),
        address: None,
    };
    let parts = Parts { digest: keys(), verifier: keys(), ops: keys(), heads: keys(), lock };
    let (notices, _) = mpsc::channel(1);
    let start = Duration::from_hours(1);
    let began = tokio::time::sleep(start).deadline();
    let clock = move || {
        let left = began.saturating_duration_since(tokio::time::sleep(Duration::ZERO).deadline());
        let gone = start.saturating_sub(left).as_millis();
        Now { boot_ms: u64::try_from(gone).unwrap(), wall_ms: 0 }
    };
    let opening = Opening {
        room: Room::open(facts, parts, known),
        log: Arc::new(Void),
        head: Link::START,
        room_id: key.room_id(),
        tls: Arc::new(trust::server_config(&key).unwrap()),
        clock: Arc::new(clock),
        notices,
    };
    let port = listen::exactly(Some("127.0.0.1".parse().unwrap()), 0).unwrap();
    let number = port.port().unwrap();
    (open(opening, port), number)
}

/// Dials from this loopback address; none on systems that have only one.
async fn from(last: u8, port: u16) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into()).ok()?;
    Some(socket.connect((Ipv4Addr::LOCALHOST, port).into()).await.unwrap())
}

/// Dials from this loopback address and says Hello; waits for the first byte of the answer.
async fn welcomed(last: u8, port: u16) -> Option<()> {
    let mut channel = trust::connect(from(last, port).await?, Expect::Anything).await.unwrap();
    let frame = hello(&channel, &Identity::generate().unwrap());
    channel.write_all(&frame).await.unwrap();
    channel.flush().await.unwrap();
    channel.read_u8().await.ok().map(|_| ())
}

async fn secured(door: &OwnDoor) -> Channel<DuplexStream> {
    trust::connect(door.connect().await.unwrap(), Expect::Anything).await.unwrap()
}

fn hello<S>(channel: &Channel<S>, identity: &Identity) -> BytesMut {
    invited_hello(channel, identity, None)
}

fn invited_hello<S>(channel: &Channel<S>, identity: &Identity, token: Option<Token>) -> BytesMut {
    let proof = chain::hello_bytes(&channel.exporter(), &channel.room_id());
    let hello = Hello {
        version_min: 1,
        version_max: 1,
        features: Vec::new(),
        app: "test".to_owned(),
        member_key: identity.key(),
        signature: identity.sign(&proof),
        resume: None,
        expects: None,
        token,
    };
    let mut frame = BytesMut::new();
    encode_client(&ClientMessage::Hello(Box::new(hello)), &mut frame);
    frame
}

/// Reads to the end, and says whether that came within `at_most` and not within `at_least` milliseconds.
async fn closes_between<S: AsyncReadExt + Unpin>(stream: &mut S, at_least: u64, at_most: u64) -> Vec<u8> {
    let mut all = Vec::new();
    let early = timeout(Duration::from_millis(at_least), stream.read_to_end(&mut all)).await;
    assert!(early.is_err(), "closed within {at_least} ms");
    let late = timeout(Duration::from_millis(at_most - at_least), stream.read_to_end(&mut all)).await;
    assert!(late.is_ok(), "still open after {at_most} ms");
    all
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_greeted_and_then_closed() {
    let (_room, door) = room();
    let mut silent = door.connect().await.unwrap();
    let heard = closes_between(&mut silent, HANDSHAKE_MS - 100, HANDSHAKE_MS + 100).await;
    assert!(String::from_utf8(heard).unwrap().contains("Hallway/1"));
    const { assert!(HOST_SPEAKS_AFTER_MS < HANDSHAKE_MS) };
}

#[tokio::test(start_paused = true)]
async fn who_never_says_hello_is_closed() {
    let (_room, door) = room();
    let mut channel = secured(&door).await;
    let heard = closes_between(&mut channel, HANDSHAKE_MS - 500, HANDSHAKE_MS + 500).await;
    assert_eq!(heard, b"");
}

#[tokio::test(start_paused = true)]
async fn a_member_who_is_not_heard_is_closed_after_its_time() {
    let (_room, door) = room();
    let mut channel = secured(&door).await;
    let frame = hello(&channel, &Identity::generate().unwrap());
    channel.write_all(&frame).await.unwrap();
    channel.flush().await.unwrap();
    closes_between(&mut channel, DEAD_AFTER_MS - 1_000, DEAD_AFTER_MS + 1_000).await;
}

#[tokio::test(start_paused = true)]
async fn a_hello_signed_for_another_connection_is_refused() {
    let (_room, door) = room();
    let identity = Identity::generate().unwrap();
    let (mine, mut theirs) = (secured(&door).await, secured(&door).await);
    theirs.write_all(&hello(&mine, &identity)).await.unwrap();
    theirs.flush().await.unwrap();
    let mut heard = Vec::new();
    timeout(Duration::from_secs(1), theirs.read_to_end(&mut heard)).await.unwrap().unwrap();
    // One frame, Error, and then the end.
    assert_eq!(heard.get(4), Some(&hallway::wire::kind::DENIED));
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_lies_about_its_length_ends_that_connection_only() {
    let (_room, door) = room();
    let mut good = secured(&door).await;
    let frame = hello(&good, &Identity::generate().unwrap());
    good.write_all(&frame).await.unwrap();
    good.flush().await.unwrap();
    let mut welcome = [0; 5];
    good.read_exact(&mut welcome).await.unwrap();
    for lie in [[0xff; 8].as_slice(), &[0, 0, 0, 0, 1], &[0, 1, 0, 0, 1]] {
        let mut bad = secured(&door).await;
        bad.write_all(lie).await.unwrap();
        bad.flush().await.unwrap();
        let mut heard = Vec::new();
        let ended = timeout(Duration::from_secs(1), bad.read_to_end(&mut heard)).await;
        assert!(ended.is_ok(), "{lie:?}");
    }
    let mut ping = BytesMut::new();
    encode_client(&ClientMessage::Ping(7), &mut ping);
    good.write_all(&ping).await.unwrap();
    good.flush().await.unwrap();
    let rest = u32::from_be_bytes([welcome[0], welcome[1], welcome[2], welcome[3]]) - 1;
    let mut body = vec![0; rest as usize];
    good.read_exact(&mut body).await.unwrap();
    assert_eq!(welcome[4], hallway::wire::kind::WELCOME);
}

#[tokio::test]
async fn a_storm_of_strangers_does_not_keep_out_who_came_in_before() {
    let (_room, port) = room_at_port();
    // A computer with one loopback address has no strangers.
    let Some(()) = welcomed(2, port).await else { return };
    let mut storm = Vec::new();
    for stranger in 0..HANDSHAKES {
        let last = u8::try_from(100 + stranger / HANDSHAKES_PER_ADDRESS).unwrap();
        let mut stream = from(last, port).await.unwrap();
        stream.write_all(&[0x16, 0x03]).await.unwrap();
        storm.push(stream);
    }
    let stranger = timeout(Duration::from_secs(1), welcomed(99, port)).await;
    assert!(stranger.is_err(), "every place is taken");
    let known = timeout(Duration::from_millis(HANDSHAKE_MS / 2), welcomed(2, port)).await;
    assert_eq!(known, Ok(Some(())));
}
