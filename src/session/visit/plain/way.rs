//! The way to a plain room: waiting, dialling, connected.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use crate::nearby::Reach;
use crate::net::backoff::Backoff;
use crate::net::dial::dial_plain;
use crate::net::plain::{PlainStep, PlainStream};
use crate::session::failure::Failure;
use crate::session::visit::link;
use crate::session::visit::pause::{Pause, Piece};
use crate::types::Address;
use crate::types::limits::WRITE_STALL_MS;

type Dialling = Pin<Box<dyn Future<Output = Result<PlainStream, Failure>> + Send>>;

enum State {
    /// Nothing before it is over.
    Waiting(Pause),
    Dialling(Dialling),
    Up(Box<Up>),
}

struct Up {
    stream: PlainStream,
    /// Since when a write stands still, boot milliseconds.
    stalled_ms: Option<u64>,
}

/// What happened on the way.
pub(super) enum Happened {
    Nothing,
    Dialling,
    /// Connected, from this address.
    Up(IpAddr),
    Heard(Vec<u8>),
    Written,
    Lost(Failure),
}

/// The way to a plain room.
pub(super) struct Way {
    address: Address,
    state: State,
    backoff: Backoff,
}

/// Dials. Nothing is sent.
pub(super) async fn dialled(address: Address) -> Result<PlainStream, Failure> {
    dial_plain(&address).await.map_err(link::failure)
}

impl Way {
    /// Goes on with a connection that is there already, or dials at once.
    pub(super) fn new(address: Address, dialled: Option<PlainStream>) -> Self {
        let state = match dialled {
            Some(stream) => State::Dialling(Box::pin(std::future::ready(Ok(stream)))),
            None => State::Waiting(Pause::until(0)),
        };
        Self { address, state, backoff: Backoff::default() }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Dials now instead of later.
    pub(super) fn hurry(&mut self) {
        if matches!(self.state, State::Waiting(_)) {
            self.dial_anew();
        }
    }

    fn dial_anew(&mut self) {
        self.backoff.reset();
        self.state = State::Waiting(Pause::until(0));
    }

    /// This computer's network changed, and it has these addresses now. What waits or dials, dials anew. True where
    /// there is a connection and the address that it goes from is gone; another one is left alone, for nothing is ever
    /// said into such a room but what a person typed.
    pub(super) fn network_changed(&mut self, here: &[Reach]) -> bool {
        let gone = match &self.state {
            State::Up(up) => link::is_gone(up.stream.me(), here),
            State::Waiting(_) | State::Dialling(_) => {
                self.dial_anew();
                false
            }
        };
        if gone {
            self.backoff.reset();
        }
        gone
    }

    /// The connection stands.
    pub(super) fn came_up(&mut self, now_ms: u64) {
        self.backoff.up(now_ms);
    }

    /// It is down. Answers how many milliseconds are waited before the next try.
    pub(super) fn down(&mut self, now_ms: u64, random: u64) -> u64 {
        let wait = self.backoff.down(now_ms, random, None);
        self.state = State::Waiting(Pause::until(now_ms.saturating_add(wait)));
        wait
    }

    /// Writes a line, if there is a connection; the room knows which lines were written.
    pub(super) fn send(&mut self, line: Vec<u8>) {
        if let State::Up(up) = &mut self.state {
            up.stream.send(line);
        }
    }

    pub(super) fn is_writing(&self) -> bool {
        matches!(&self.state, State::Up(up) if up.stream.is_writing())
    }

    /// Closes it.
    pub(super) async fn close(&mut self) {
        if let State::Up(up) = std::mem::replace(&mut self.state, State::Waiting(Pause::until(u64::MAX))) {
            up.stream.close().await;
        }
    }

    /// Waits for the next thing on the way; reads only where the room `listens`. Safe to drop and to call again.
    pub(super) async fn next(&mut self, listens: bool, now_ms: u64) -> Happened {
        match &mut self.state {
            State::Waiting(pause) => match pause.next(now_ms) {
                Piece::More(ms) => {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    Happened::Nothing
                }
                Piece::Last(ms) => {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    self.state = State::Dialling(Box::pin(dialled(self.address.clone())));
                    Happened::Dialling
                }
                Piece::Slept => {
                    self.dial_anew();
                    Happened::Nothing
                }
            },
            State::Dialling(dialling) => match dialling.await {
                Ok(stream) => {
                    let me = stream.me();
                    self.state = State::Up(Box::new(Up { stream, stalled_ms: None }));
                    Happened::Up(me)
                }
                Err(failure) => Happened::Lost(failure),
            },
            State::Up(up) => up.next(listens, now_ms).await,
        }
    }
}

impl Up {
    async fn next(&mut self, listens: bool, now_ms: u64) -> Happened {
        let mut stalls_at = u64::MAX;
        if self.stream.is_writing() {
            stalls_at = self.stalled_ms.get_or_insert(now_ms).saturating_add(WRITE_STALL_MS);
            if now_ms >= stalls_at {
                return Happened::Lost(Failure::WentSilent);
            }
        } else {
            self.stalled_ms = None;
        }
        let wait = Duration::from_millis(stalls_at.saturating_sub(now_ms));
        tokio::select! {
            step = self.stream.step(listens) => match step {
                Ok(PlainStep::Heard(bytes)) => Happened::Heard(bytes),
                Ok(PlainStep::Wrote) => {
                    self.stalled_ms = None;
                    Happened::Nothing
                }
                Ok(PlainStep::WroteAll) => {
                    self.stalled_ms = None;
                    Happened::Written
                }
                Ok(PlainStep::Ended) | Err(_) => Happened::Lost(Failure::Lost),
            },
            () = tokio::time::sleep(wait), if stalls_at < u64::MAX => Happened::Nothing,
        }
    }
}
