//! One member's connection, seen from the host: it moves bytes and decides nothing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::{Direct, DirectWay, FromRoom, Shared, ToRoom, direct_way};
use crate::net::door::Prefixed;
use crate::net::keepalive::{Due, Keepalive};
use crate::net::pipe::{AnyStream, Pipe, PipeError, Step};
use crate::net::ring::{Taken, split};
use crate::room::ConnId;
use crate::room::log::LogError;
use crate::trust::{self, Accepted, Channel, accept};
use crate::types::limits::{FETCHES_WAITING, PAGE_ENTRIES, RETRY_MIN_MS, WRITE_STALL_MS};
use crate::types::{Denial, FetchFrom, Goodbye, Link, Seq, Slice};
use crate::wire::decode::decode_client;
use crate::wire::encode::encode_server;
use crate::wire::frame::Frame;
use crate::wire::message::{ClientMessage, Fetch, Hello, Page, ServerMessage};
use crate::wire::{chain, decode::DecodeError};

/// Milliseconds that last words may take.
const LAST_WORDS_MS: u64 = 1_000;
/// Milliseconds over which members come back after a restart, so that they do not come all at once.
const COME_BACK_MS: u64 = 2_000;

type MemberPipe = Pipe<Channel<Prefixed<AnyStream>>>;
type Reading = Pin<Box<dyn Future<Output = Result<Slice, LogError>> + Send>>;

/// A connection whose member has proven who it is.
pub(super) struct Greeted {
    conn: ConnId,
    pipe: MemberPipe,
    hello: Box<Hello>,
    /// What both ends of this connection share.
    binding: [u8; 32],
}

/// What the room is told of somebody who comes.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) conn: ConnId,
    pub(super) hello: Box<Hello>,
    /// What both ends of this very connection share.
    pub(super) binding: [u8; 32],
    /// Where the room says what is for this connection alone.
    pub(super) direct: DirectWay,
}

/// What TLS brought in.
pub(super) enum Greeting {
    /// A member.
    Member(Box<Greeted>),
    /// Lines of text, encrypted.
    Text(AnyStream),
}

/// Makes the stream secure and reads who comes. None where that fails; the other side was told why.
pub(super) async fn greet(conn: ConnId, stream: Prefixed<AnyStream>, shared: &Shared) -> Option<Greeting> {
    let mut pipe = match accept(stream, &shared.tls).await.ok()? {
        Accepted::Member(channel) => Pipe::new(channel),
        Accepted::Text(stream) => return Some(Greeting::Text(Box::new(stream))),
    };
    let frame = loop {
        match pipe.step().await.ok()? {
            Step::Frame(frame) => break frame,
            Step::Heard | Step::Wrote => {}
            Step::Ended => return None,
        }
    };
    let denial = match decode_client(frame) {
        Ok(ClientMessage::Hello(hello)) => {
            let binding = pipe.stream().exporter();
            let proof = chain::hello_bytes(&binding, &shared.room_id);
            if trust::verify(&hello.member_key, &proof, &hello.signature) {
                return Some(Greeting::Member(Box::new(Greeted { conn, pipe, hello, binding })));
            }
            Denial::NotYours
        }
        Ok(_) => Denial::Protocol("the first frame is not Hello".to_owned()),
        Err(error) => Denial::Protocol(error.to_string()),
    };
    encode_server(&ServerMessage::Denied(denial), pipe.out());
    let _last_words = pipe.finish().await;
    None
}

impl Greeted {
    /// What the room is told, and the connection's further life.
    pub(super) fn split(self, mut shared: Shared) -> (Arrival, impl Future<Output = ()> + Send) {
        let (way, direct) = direct_way();
        let Self { conn, pipe, hello, binding } = self;
        shared.doubts.mark_unchanged();
        let keepalive = Keepalive::new((shared.clock)().boot_ms);
        let cursor = Cursor { at: None, reading: None, fetches: Vec::new(), loading: None };
        let arrival = Arrival { conn, hello, binding, direct: way };
        let member = Member {
            conn,
            pipe,
            shared,
            direct,
            cursor,
            keepalive,
            stalled_ms: None,
            rests_until: None,
            is_in: false,
        };
        (arrival, member.run())
    }
}

/// How far this member has been written to.
struct Cursor {
    /// The last entry that was written; none before the room says where to begin.
    at: Option<Link>,
    /// A part of the log behind the cursor is being read.
    reading: Option<Reading>,
    /// Pages that were asked for.
    fetches: Vec<Fetch>,
    /// The page that is being read, and what was asked.
    loading: Option<(FetchFrom, Reading)>,
}

struct Member {
    conn: ConnId,
    pipe: MemberPipe,
    shared: Shared,
    direct: FromRoom,
    cursor: Cursor,
    keepalive: Keepalive,
    /// Since when something waits to be written and nothing was, boot milliseconds.
    stalled_ms: Option<u64>,
    /// It said more than its quota: nothing is read of it before, boot milliseconds.
    rests_until: Option<u64>,
    /// Welcome was said: before that, it is told nothing of the room, and its frames are small.
    is_in: bool,
}

/// Why a connection ends.
enum End {
    /// It is gone or not worth a word.
    Gone,
    /// With last words.
    Say(Goodbye),
    /// With a reason, for people who look for faults.
    Deny(Denial),
}

impl Member {
    async fn run(mut self) {
        let end = loop {
            if let Err(end) = self.turn().await {
                break end;
            }
        };
        let last_words = match end {
            End::Gone => return,
            End::Say(goodbye) => ServerMessage::Bye(goodbye, RETRY_MIN_MS, COME_BACK_MS),
            End::Deny(denial) => ServerMessage::Denied(denial),
        };
        encode_server(&last_words, self.pipe.out());
        let _late = tokio::time::timeout(Duration::from_millis(LAST_WORDS_MS), self.pipe.finish()).await;
    }

    /// Fills the pipe with what is due, then waits for one thing to happen.
    async fn turn(&mut self) -> Result<(), End> {
        // Subscribed before the ring is looked at, so that nothing is published unseen in between.
        let mut head = self.shared.ring.head();
        head.mark_unchanged();
        self.fill();
        let wait = match self.keepalive.due((self.shared.clock)().boot_ms) {
            Due::Wait(wait) => wait,
            Due::Ping => {
                self.ping();
                return Ok(());
            }
            Due::Dead => return Err(End::Gone),
        };
        let writing = !self.pipe.is_idle();
        let patience = self.patience(writing);
        let rest = self.rest();
        tokio::select! {
            step = stepping(&mut self.pipe, rest.is_some()) => {
                let step = step.map_err(|error| end_of(&error))?;
                self.stepped(step).await
            }
            direct = self.direct.queue.recv(), if !self.pipe.is_full() => match direct {
                Some(direct) => self.told(direct),
                None => Err(End::Say(Goodbye::TooSlow)),
            },
            // Whoever takes nothing does not stay by that.
            cut = &mut self.direct.cut, if self.pipe.is_full() => {
                Err(End::Say(cut.unwrap_or(Goodbye::TooSlow)))
            }
            slice = ready(&mut self.cursor.reading) => self.read(slice),
            (asked, slice) = loaded(&mut self.cursor.loading) => self.page(asked, slice),
            _ = head.changed(), if self.cursor.at.is_some() && !writing => Ok(()),
            () = tokio::time::sleep(patience), if writing => {
                Err(End::Say(Goodbye::TooSlow))
            }
            Ok(()) = self.shared.doubts.changed() => {
                self.keepalive.doubt((self.shared.clock)().boot_ms);
                Ok(())
            }
            () = tokio::time::sleep(rest.unwrap_or(wait).min(wait)) => Ok(()),
        }
    }

    /// How much longer nothing is read; none where it is.
    fn rest(&mut self) -> Option<Duration> {
        let now = (self.shared.clock)().boot_ms;
        self.rests_until = self.rests_until.filter(|until| *until > now);
        self.rests_until.map(|until| Duration::from_millis(until - now))
    }

    /// How much longer a write may stand still.
    fn patience(&mut self, writing: bool) -> Duration {
        let now = (self.shared.clock)().boot_ms;
        if !writing {
            self.stalled_ms = None;
        }
        let since = if writing { *self.stalled_ms.get_or_insert(now) } else { now };
        Duration::from_millis((since + WRITE_STALL_MS).saturating_sub(now))
    }

    /// Takes from the ring, or asks the log, as long as nothing waits to be written.
    fn fill(&mut self) {
        if self.cursor.loading.is_none() && !self.pipe.is_full() && !self.cursor.fetches.is_empty() {
            let fetch = self.cursor.fetches.remove(0);
            let max = usize::try_from(fetch.max).unwrap_or(PAGE_ENTRIES).clamp(1, PAGE_ENTRIES);
            self.cursor.loading = Some((fetch.from, self.read_log(fetch.from, max)));
        }
        let Some(at) = self.cursor.at else { return };
        if self.cursor.reading.is_some() || !self.pipe.is_idle() {
            return;
        }
        match self.shared.ring.take(at) {
            Taken::UpToDate => {}
            Taken::Frames(frames, last) => {
                self.pipe.queue(&frames);
                self.cursor.at = Some(last);
            }
            Taken::FellOut => {
                let head = self.shared.ring.head().borrow().seq;
                encode_server(&ServerMessage::Behind(head), self.pipe.out());
                self.cursor.reading = Some(self.read_log(FetchFrom::After(at.seq), PAGE_ENTRIES));
            }
        }
    }

    fn read_log(&self, from: FetchFrom, max: usize) -> Reading {
        let log = Arc::clone(&self.shared.log);
        Box::pin(async move { log.page(from, max).await })
    }

    fn ping(&mut self) {
        let nonce = (self.shared.clock)().boot_ms;
        encode_server(&ServerMessage::Ping(nonce), self.pipe.out());
    }

    async fn stepped(&mut self, step: Step) -> Result<(), End> {
        match step {
            Step::Wrote => self.stalled_ms = None,
            Step::Ended => return Err(End::Gone),
            Step::Heard => self.heard(),
            Step::Frame(frame) => {
                self.heard();
                self.received(frame).await?;
            }
        }
        Ok(())
    }

    fn heard(&mut self) {
        self.keepalive.heard((self.shared.clock)().boot_ms);
    }

    async fn received(&mut self, frame: Frame) -> Result<(), End> {
        match decode_client(frame)
            .map_err(|error: DecodeError| End::Deny(Denial::Protocol(error.to_string())))?
        {
            // Whoever has much to read sees from that that the room is there.
            ClientMessage::Ping(_) if self.pipe.is_full() => {}
            ClientMessage::Ping(nonce) => {
                let head = if self.is_in { self.shared.ring.head().borrow().seq } else { Seq::START };
                encode_server(&ServerMessage::Pong(nonce, head), self.pipe.out());
            }
            ClientMessage::Pong(_) | ClientMessage::Skipped(_) => {}
            ClientMessage::Bye(_) => return Err(End::Gone),
            message => {
                // Waiting here when the room is busy is what slows down a member that floods.
                let sent = self.shared.inputs.send(ToRoom::Received(self.conn, message)).await;
                sent.map_err(|_| End::Say(Goodbye::RoomClosed))?;
            }
        }
        Ok(())
    }

    fn told(&mut self, direct: Direct) -> Result<(), End> {
        match direct {
            Direct::Frame(frame) => self.pipe.queue(&[frame]),
            Direct::Welcome(frame) => {
                self.is_in = true;
                self.pipe.welcomed();
                self.pipe.queue(&[frame]);
            }
            Direct::Rest(frame, ms) => {
                self.rests_until = Some((self.shared.clock)().boot_ms + ms);
                self.pipe.queue(&[frame]);
            }
            Direct::Start(link) => self.cursor.at = Some(link),
            Direct::Load(_) if self.cursor.fetches.len() >= FETCHES_WAITING => {
                return Err(End::Deny(Denial::Protocol("too many pages were asked for at once".to_owned())));
            }
            Direct::Load(fetch) => self.cursor.fetches.push(fetch),
            Direct::Close(goodbye) => return Err(End::Say(goodbye)),
        }
        Ok(())
    }

    /// A part of the log behind the cursor was read.
    fn read(&mut self, slice: Result<Slice, LogError>) -> Result<(), End> {
        // A log that cannot be read now may be later: the member comes back and goes on where it was.
        let slice = slice.map_err(|_| End::Say(Goodbye::Other))?;
        let last = slice.run.last();
        if slice.run.entries.is_empty() {
            // What was there is not kept any more; what comes next shows the member that something is missing.
            self.cursor.at = self.cursor.at.map(|at| if last.seq > at.seq { last } else { at });
            return Ok(());
        }
        for run in split(slice.run) {
            encode_server(&ServerMessage::Events(run), self.pipe.out());
        }
        self.cursor.at = Some(last);
        Ok(())
    }

    fn page(&mut self, asked: FetchFrom, slice: Result<Slice, LogError>) -> Result<(), End> {
        let Slice { run, more } = slice.map_err(|_| End::Say(Goodbye::Other))?;
        encode_server(&ServerMessage::Page(Page { asked, run, more }), self.pipe.out());
        Ok(())
    }
}

/// The next thing on the stream; of one that rests, only what it is told.
async fn stepping(pipe: &mut MemberPipe, rests: bool) -> Result<Step, PipeError> {
    if rests { pipe.step_out().await } else { pipe.step().await }
}

fn end_of(error: &PipeError) -> End {
    match error {
        PipeError::Io(_) => End::Gone,
        PipeError::Frame(error) => End::Deny(Denial::Protocol(error.to_string())),
    }
}

/// Waits for what is being read, if anything is.
async fn ready(reading: &mut Option<Reading>) -> Result<Slice, LogError> {
    let Some(future) = reading else { return std::future::pending().await };
    let slice = future.await;
    *reading = None;
    slice
}

/// Waits for the page that is being read, if one is.
async fn loaded(loading: &mut Option<(FetchFrom, Reading)>) -> (FetchFrom, Result<Slice, LogError>) {
    let Some((asked, future)) = loading else { return std::future::pending().await };
    let answer = (*asked, future.await);
    *loading = None;
    answer
}
