//! The way to the host: waiting, dialling, connected.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use crate::nearby::Reach;
use crate::net::backoff::Backoff;
use crate::net::dial::{self, DialError, dial};
use crate::net::host::OwnDoor;
use crate::net::keepalive::{Due, Keepalive};
use crate::net::pipe::{AnyStream, Pipe, PipeError, Step};
use crate::session::failure::Failure;
use crate::session::visit::pause::{Pause, Piece};
use crate::trust::{Channel, Expect, TrustError, connect};
use crate::types::limits::{HANDSHAKE_MS, WRITE_STALL_MS};
use crate::types::{Address, Goodbye, RoomId};
use crate::wire::decode::decode_server;
use crate::wire::encode::encode_client;
use crate::wire::message::{ClientMessage, Hello, ServerMessage};

/// Milliseconds that last words may take.
const LAST_WORDS_MS: u64 = 500;

/// Where the room is.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// In this very program.
    Here(Address, RoomId, OwnDoor),
    /// Somewhere on the network.
    There(dial::Target),
}

/// A secure stream, what both ends of it share, and who answered.
pub(super) struct Secured {
    pub(super) stream: AnyStream,
    pub(super) exporter: [u8; 32],
    pub(super) room_id: RoomId,
    pub(super) spki: Vec<u8>,
    /// From which address of this computer; none for a stream in memory.
    pub(super) from: Option<IpAddr>,
}

type Dialling = Pin<Box<dyn Future<Output = Result<(Secured, Address), Failure>> + Send>>;

enum State {
    /// Nothing before it is over.
    Waiting(Pause),
    Dialling(Dialling),
    /// Dialled, and the visit has yet to say Hello.
    Quiet,
    Up(Box<Up>),
}

struct Up {
    pipe: Pipe<AnyStream>,
    /// The address of this computer that it goes from, where it leaves it.
    from: Option<IpAddr>,
    keepalive: Keepalive,
    /// When Welcome must have come, boot milliseconds; none once it has.
    welcome_by: Option<u64>,
    /// Since when a write stands still, boot milliseconds.
    stalled_ms: Option<u64>,
}

/// The way to the host.
pub(super) struct Link {
    state: State,
    backoff: Backoff,
    address: Address,
}

/// What happened on the way.
pub(super) enum Happened {
    Nothing,
    Dialling(Address),
    Dialled(Secured),
    Received(ServerMessage),
    Lost(Failure),
}

impl Link {
    /// Dials at once.
    pub(super) fn new(address: Address) -> Self {
        Self { state: State::Waiting(Pause::until(0)), backoff: Backoff::default(), address }
    }

    /// Goes on with a stream that is there already.
    pub(super) fn over(dialled: (Secured, Address)) -> Self {
        let address = dialled.1.clone();
        let ready = std::future::ready(Ok(dialled));
        Self { state: State::Dialling(Box::pin(ready)), backoff: Backoff::default(), address }
    }

    /// Where the room answered last, or is looked for.
    pub(super) fn address(&self) -> Address {
        self.address.clone()
    }

    /// True where Welcome has come.
    pub(super) fn is_up(&self) -> bool {
        matches!(&self.state, State::Up(up) if up.welcome_by.is_none())
    }

    /// Dials now instead of later.
    pub(super) fn hurry(&mut self) {
        if matches!(self.state, State::Waiting(_)) {
            self.dial_anew();
        }
    }

    /// Dials at once, as if nothing had been before.
    pub(super) fn dial_anew(&mut self) {
        self.backoff.reset();
        self.state = State::Waiting(Pause::until(0));
    }

    /// This computer's network changed, and it has these addresses now. What waits or dials, dials anew; a connection
    /// is asked whether it still stands. True where it cannot, because the address that it goes from is gone.
    pub(super) fn network_changed(&mut self, here: &[Reach], now_ms: u64) -> bool {
        match &mut self.state {
            State::Waiting(_) | State::Dialling(_) => self.dial_anew(),
            State::Quiet => {}
            State::Up(up) if up.from.is_some_and(|from| is_gone(from, here)) => {
                self.backoff.reset();
                return true;
            }
            State::Up(up) => up.keepalive.doubt(now_ms),
        }
        false
    }

    /// Says Hello on a stream that was dialled.
    pub(super) fn greet(&mut self, (stream, from): (AnyStream, Option<IpAddr>), hello: Hello, now_ms: u64) {
        let mut pipe = Pipe::new(stream);
        encode_client(&ClientMessage::Hello(Box::new(hello)), pipe.out());
        let (keepalive, welcome_by) = (Keepalive::new(now_ms), Some(now_ms + HANDSHAKE_MS));
        self.state = State::Up(Box::new(Up { pipe, from, keepalive, welcome_by, stalled_ms: None }));
    }

    /// The host asks its person about me, which takes as long as it lets me wait.
    pub(super) fn waits(&mut self, now_ms: u64, patience_ms: u64) {
        if let State::Up(up) = &mut self.state {
            up.welcome_by = Some(now_ms.saturating_add(patience_ms + HANDSHAKE_MS));
        }
    }

    /// Welcome has come.
    pub(super) fn welcomed(&mut self, now_ms: u64) {
        if let State::Up(up) = &mut self.state {
            up.pipe.welcomed();
            up.welcome_by = None;
            self.backoff.up(now_ms);
        }
    }

    /// Sends, if there is anybody to send to; a replica says again what was lost.
    pub(super) fn send(&mut self, message: &ClientMessage) {
        if let State::Up(up) = &mut self.state {
            encode_client(message, up.pipe.out());
        }
    }

    /// Says goodbye and closes.
    pub(super) async fn hang_up(&mut self, goodbye: Goodbye) {
        if let State::Up(mut up) = std::mem::replace(&mut self.state, State::Waiting(Pause::until(u64::MAX)))
        {
            encode_client(&ClientMessage::Bye(goodbye), up.pipe.out());
            let last_words = Duration::from_millis(LAST_WORDS_MS);
            let _late = tokio::time::timeout(last_words, up.pipe.finish()).await;
        }
    }

    /// The connection is down. Answers how many milliseconds are waited before the next try.
    pub(super) fn down(&mut self, now_ms: u64, random: u64, spread: Option<(u64, u64)>) -> u64 {
        let wait = self.backoff.down(now_ms, random, spread);
        self.state = State::Waiting(Pause::until(now_ms.saturating_add(wait)));
        wait
    }

    /// Waits for the next thing on the way. Safe to drop and to call again.
    pub(super) async fn next(&mut self, target: &Target, now_ms: u64) -> Happened {
        match &mut self.state {
            State::Waiting(pause) => match pause.next(now_ms) {
                Piece::More(ms) => {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    Happened::Nothing
                }
                Piece::Last(ms) => {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    self.begin(target)
                }
                Piece::Slept => {
                    self.dial_anew();
                    Happened::Nothing
                }
            },
            State::Dialling(dialling) => match dialling.await {
                Ok((secured, address)) => {
                    self.address = address;
                    self.state = State::Quiet;
                    Happened::Dialled(secured)
                }
                Err(failure) => Happened::Lost(failure),
            },
            State::Quiet => std::future::pending().await,
            State::Up(up) => up.next(now_ms).await,
        }
    }

    fn begin(&mut self, target: &Target) -> Happened {
        let address = match target {
            Target::Here(address, room, door) => {
                let (here, room, door) = (address.clone(), *room, door.clone());
                self.state = State::Dialling(Box::pin(async move {
                    let stream = door.connect().await.ok_or(Failure::RoomClosed)?;
                    let channel = connect(stream, Expect::Room(room)).await;
                    channel
                        .map(|channel| (secured(channel), here.clone()))
                        .map_err(|error| broken(&error, here))
                }));
                address.clone()
            }
            Target::There(target) => {
                let target = target.clone();
                let first = target.addresses.first().cloned();
                self.state = State::Dialling(Box::pin(dialled(target)));
                first.unwrap_or_else(|| self.address.clone())
            }
        };
        Happened::Dialling(address)
    }
}

/// Dials, for a visit that knows nothing of the room yet as for one that comes back.
pub(super) async fn dialled(target: dial::Target) -> Result<(Secured, Address), Failure> {
    match dial(&target).await {
        Ok(dialled) => Ok((Secured { from: dialled.from, ..secured(dialled.channel) }, dialled.address)),
        Err(error) => Err(failure(error)),
    }
}

fn secured<S>(channel: Channel<S>) -> Secured
where
    Channel<S>: crate::net::pipe::ByteStream + 'static,
{
    let (exporter, room_id, spki) = (channel.exporter(), channel.room_id(), channel.spki().to_vec());
    Secured { stream: Box::new(channel), exporter, room_id, spki, from: None }
}

/// Whether this computer does not have this address any more. Those that no other computer could dial are not among
/// `here`, so nothing is known of them.
pub(super) fn is_gone(from: IpAddr, here: &[Reach]) -> bool {
    let told = match from {
        IpAddr::V4(v4) => !v4.is_loopback(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
    };
    told && here.iter().all(|reach| reach.ip != from)
}

fn broken(error: &TrustError, address: Address) -> Failure {
    match error {
        TrustError::OtherKey(_) => Failure::KeyChanged(address),
        other => Failure::Protocol(other.to_string()),
    }
}

pub(super) fn failure(error: DialError) -> Failure {
    match error {
        DialError::NameNotFound(name) => Failure::NameNotFound(name),
        DialError::Unreachable(address) => Failure::Unreachable(address),
        DialError::TimedOut(address) => Failure::TimedOut(address),
        DialError::Refused(address) => Failure::Refused(address),
        DialError::Silent(address) => Failure::Silent(address),
        DialError::NotHallway(address, words) => Failure::NotHallway(address, words),
        DialError::OtherKey(address) => Failure::KeyChanged(address),
    }
}

impl Up {
    async fn next(&mut self, now_ms: u64) -> Happened {
        if self.welcome_by.is_some_and(|by| now_ms >= by) {
            return Happened::Lost(Failure::WentSilent);
        }
        let mut wait = match self.keepalive.due(now_ms) {
            Due::Wait(wait) => wait,
            Due::Ping => {
                encode_client(&ClientMessage::Ping(now_ms), self.pipe.out());
                Duration::ZERO
            }
            Due::Dead => return Happened::Lost(Failure::WentSilent),
        };
        if let Some(by) = self.welcome_by {
            wait = wait.min(Duration::from_millis(by - now_ms));
        }
        if self.pipe.is_idle() {
            self.stalled_ms = None;
        } else {
            let since = *self.stalled_ms.get_or_insert(now_ms);
            if now_ms.saturating_sub(since) >= WRITE_STALL_MS {
                return Happened::Lost(Failure::WentSilent);
            }
            wait = wait.min(Duration::from_millis(WRITE_STALL_MS));
        }
        tokio::select! {
            step = stepping(&mut self.pipe) => self.stepped(step, now_ms),
            () = tokio::time::sleep(wait) => Happened::Nothing,
        }
    }

    fn stepped(&mut self, step: Result<Step, PipeError>, now_ms: u64) -> Happened {
        match step {
            Ok(Step::Wrote) => {
                self.stalled_ms = None;
                Happened::Nothing
            }
            Ok(Step::Heard) => {
                self.keepalive.heard(now_ms);
                Happened::Nothing
            }
            Ok(Step::Ended) | Err(PipeError::Io(_)) => Happened::Lost(Failure::Lost),
            Err(PipeError::Frame(error)) => Happened::Lost(Failure::Protocol(error.to_string())),
            Ok(Step::Frame(frame)) => {
                self.keepalive.heard(now_ms);
                match decode_server(frame) {
                    Ok(ServerMessage::Ping(nonce)) => {
                        encode_client(&ClientMessage::Pong(nonce), self.pipe.out());
                        Happened::Nothing
                    }
                    Ok(message) => Happened::Received(message),
                    Err(error) => Happened::Lost(Failure::Protocol(error.to_string())),
                }
            }
        }
    }
}

/// The next thing on the stream. A host reads whatever it has to say itself; so where much waits to be written, its next
/// question waits until it has taken the answers to those before.
async fn stepping(pipe: &mut Pipe<AnyStream>) -> Result<Step, PipeError> {
    if pipe.is_full() { pipe.step_out().await } else { pipe.step().await }
}

#[cfg(test)]
mod tests;
