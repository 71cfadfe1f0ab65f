//! A member that does no more than the protocol asks: it speaks, hears that it was numbered, and lets the rest pass.
//!
//! A real member checks every signature and writes everything down; a hundred of them share no computer with their
//! host, so here their work must not be measured.

use std::net::SocketAddr;

use hallway::net::pipe::{Pipe, Step};
use hallway::trust::{Channel, Expect, Identity, connect, random_bytes};
use hallway::types::entry::kind::POST;
use hallway::types::{Audience, Link, MessageText, Nickname, Op, OpId, Resume, RoomId, SignedOp};
use hallway::wire::message::{
    ClientMessage, Hello, OpResult, ServerMessage, VERSION_MAX, VERSION_MIN, Welcome,
};
use hallway::wire::{Frame, chain, decode_server, encode_client, kind, op};
use tokio::net::TcpStream;

/// Why it is not in the room, or no longer.
pub(crate) type Gone = Box<dyn std::error::Error + Send + Sync>;

/// Somebody with a key and a name.
pub(crate) struct Member {
    identity: Identity,
    nick: Nickname,
    n: u64,
}

/// A place in the room.
pub(crate) struct Seat {
    pipe: Pipe<Channel<TcpStream>>,
    room: RoomId,
    pub(crate) welcome: Welcome,
}

impl Member {
    /// A new one.
    pub(crate) fn new(number: usize) -> Self {
        let nick = Nickname::new(&format!("member {number}")).expect("a name");
        Self { identity: Identity::generate().expect("a key"), nick, n: 0 }
    }

    /// Comes in, and is called by its name when this returns.
    pub(crate) async fn arrive(&self, to: SocketAddr, resume: Option<Resume>) -> Result<Seat, Gone> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let channel = connect(stream, Expect::Anything).await?;
        let (room, exporter) = (channel.room_id(), channel.exporter());
        let mut pipe = Pipe::new(channel);
        let hello = Hello {
            version_min: VERSION_MIN,
            version_max: VERSION_MAX,
            features: Vec::new(),
            app: "bench".to_owned(),
            member_key: self.identity.key(),
            signature: self.identity.sign(&chain::hello_bytes(&exporter, &room)),
            resume,
            expects: None,
            token: None,
        };
        encode_client(&ClientMessage::Hello(Box::new(hello)), pipe.out());
        let welcome = match decode_server(frame(&mut pipe).await?)? {
            ServerMessage::Welcome(welcome) => *welcome,
            other => return Err(format!("{other:?} in place of Welcome").into()),
        };
        pipe.welcomed();
        encode_client(&ClientMessage::Introduce(self.nick.clone()), pipe.out());
        Ok(Seat { pipe, room, welcome })
    }

    /// What it says next, signed.
    fn say(&mut self, room: RoomId, text: &str) -> SignedOp {
        self.n += 1;
        let body = op::post_body(&MessageText::new(text).expect("a text"), Audience::Members);
        let id = OpId(random_bytes().expect("randomness"));
        let op = Op { room, author: self.identity.key(), n: self.n, id, kind: POST, body };
        SignedOp { signature: self.identity.sign(&op::canonical(&op)), op }
    }

    /// Only so many of all that it said were numbered; the others used up no counter.
    pub(crate) fn numbered(&mut self, n: u64) {
        self.n = n;
    }
}

/// So many members who have come in, each by a name of its own.
pub(crate) async fn crowd(here: SocketAddr, count: usize) -> Vec<(Member, Seat)> {
    let mut seats = Vec::new();
    for number in 0..count {
        let member = Member::new(number);
        let mut seat = member.arrive(here, None).await.expect("a place");
        seat.introduced().await.expect("a name");
        seats.push((member, seat));
    }
    seats
}

impl Seat {
    /// Says something; answers by which id its result will come.
    pub(crate) fn say(&mut self, member: &mut Member, text: &str) -> OpId {
        let signed = member.say(self.room, text);
        let id = signed.op.id;
        encode_client(&ClientMessage::Submit(vec![signed]), self.pipe.out());
        id
    }

    /// A line, signed and not said yet.
    pub(crate) fn signed(&self, member: &mut Member, text: &str) -> SignedOp {
        member.say(self.room, text)
    }

    /// Says any frame.
    pub(crate) fn send(&mut self, message: &ClientMessage) {
        encode_client(message, self.pipe.out());
    }

    /// The next frame of the host's. Pings are answered on the way.
    pub(crate) async fn next(&mut self) -> Result<Frame, Gone> {
        loop {
            let frame = frame(&mut self.pipe).await?;
            if frame.kind != kind::PING {
                return Ok(frame);
            }
            if let ServerMessage::Ping(nonce) = decode_server(frame)? {
                encode_client(&ClientMessage::Pong(nonce), self.pipe.out());
            }
        }
    }

    /// The next results; everything else passes.
    pub(crate) async fn results(&mut self) -> Result<Vec<OpResult>, Gone> {
        loop {
            let frame = self.next().await?;
            if frame.kind == kind::RESULTS
                && let ServerMessage::Results(results, _) = decode_server(frame)?
            {
                return Ok(results);
            }
        }
    }

    /// Waits until it is called by its name.
    pub(crate) async fn introduced(&mut self) -> Result<(), Gone> {
        while self.next().await?.kind != kind::INTRODUCED {}
        Ok(())
    }

    /// The position behind the next entries; everything else passes.
    pub(crate) async fn events(&mut self) -> Result<Link, Gone> {
        loop {
            let frame = self.next().await?;
            if frame.kind == kind::EVENTS
                && let ServerMessage::Events(run) = decode_server(frame)?
            {
                return Ok(run.last());
            }
        }
    }
}

async fn frame(pipe: &mut Pipe<Channel<TcpStream>>) -> Result<Frame, Gone> {
    loop {
        match pipe.step().await? {
            Step::Frame(frame) => return Ok(frame),
            Step::Heard | Step::Wrote => {}
            Step::Ended => return Err("the host has ended the connection".into()),
        }
    }
}
