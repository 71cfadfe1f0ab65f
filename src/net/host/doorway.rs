//! Accepting: who comes in waits for a place, is looked at, and proves who it is.
//!
//! Strangers cost little and for a short time: so many handshakes at once in all and from one address, each
//! bounded in time; the others queue. Who has not shown by its first bytes that it is a member's app takes no
//! place in that queue, so connections that say nothing keep nobody out. Addresses from which a member came in
//! before have places of their own, and the host's own way in never queues. Nothing that somebody sends before
//! its proof reaches the room. Once proven, a connection goes on in a fresh task, without the memory that a handshake needs; whatever ends
//! that task, a panic included, ends one connection and is told to the room.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::DuplexStream;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::timeout;

use super::connection::{self, Greeted};
use super::{Shared, ToRoom};
use crate::net::door::{self, Door};
use crate::net::pipe::AnyStream;
use crate::room::ConnId;
use crate::types::limits::{
    HANDSHAKE_MS, HANDSHAKE_QUEUE, HANDSHAKES, HANDSHAKES_FOR_KNOWN, HANDSHAKES_PER_ADDRESS, KNOWN_ADDRESSES,
};

/// Milliseconds to wait when the system has no more connections to give: trying at once would only spin.
const EXHAUSTED_MS: u64 = 100;

/// The task at the door.
pub(super) struct Doorway {
    shared: Shared,
    all: Arc<Semaphore>,
    for_known: Arc<Semaphore>,
    /// Addresses from which members came in.
    known: HashSet<IpAddr>,
    by_address: HashMap<IpAddr, Arc<Semaphore>>,
    strangers: JoinSet<Option<(Greeted, Option<IpAddr>)>>,
    members: JoinSet<()>,
    conn_of: HashMap<Id, ConnId>,
    next: u64,
}

impl Doorway {
    pub(super) fn new(shared: Shared) -> Self {
        Self {
            shared,
            all: Arc::new(Semaphore::new(HANDSHAKES)),
            for_known: Arc::new(Semaphore::new(HANDSHAKES_FOR_KNOWN)),
            known: HashSet::new(),
            by_address: HashMap::new(),
            strangers: JoinSet::new(),
            members: JoinSet::new(),
            conn_of: HashMap::new(),
            next: 0,
        }
    }

    /// Accepts until the room ends.
    pub(super) async fn run(mut self, listener: TcpListener, mut own: mpsc::Receiver<DuplexStream>) {
        loop {
            tokio::select! {
                Some(ended) = self.members.join_next_with_id() => self.ended(ended).await,
                Some(greeted) = self.strangers.join_next() => {
                    if let Ok(Some((greeted, from))) = greeted {
                        self.remember(from);
                        self.welcome(greeted).await;
                    }
                }
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => {
                        let _best_effort = stream.set_nodelay(true);
                        self.stranger(Box::new(stream), from.ip().to_canonical());
                    }
                    Err(_exhausted) => tokio::time::sleep(Duration::from_millis(EXHAUSTED_MS)).await,
                },
                Some(stream) = own.recv() => self.look_at(Box::new(stream), None),
            }
        }
    }

    /// Looks at somebody who came over the network. When too many are at the door already, the connection closes.
    fn stranger(&mut self, stream: AnyStream, from: IpAddr) {
        if self.strangers.len() >= HANDSHAKE_QUEUE {
            return;
        }
        self.look_at(stream, Some(from));
    }

    /// Looks who it is, and lets a member's app wait for its places; the host's own, from nowhere, needs none.
    fn look_at(&mut self, stream: AnyStream, from: Option<IpAddr>) {
        let places = from.map_or_else(Vec::new, |from| self.places_of(from));
        let shared = self.shared.clone();
        self.next += 1;
        let conn = ConnId(self.next);
        self.strangers.spawn(async move {
            let patience = Duration::from_millis(HANDSHAKE_MS);
            let Door::Member(stream) = timeout(patience, door::look(stream)).await.ok()?.ok()? else {
                return None;
            };
            let mut held = Vec::with_capacity(places.len());
            for place in places {
                held.push(place.acquire_owned().await.ok()?);
            }
            let greeted = timeout(patience, connection::greet(conn, stream, &shared)).await.ok().flatten()?;
            Some((greeted, from))
        });
    }

    fn remember(&mut self, from: Option<IpAddr>) {
        if self.known.len() < KNOWN_ADDRESSES {
            self.known.extend(from);
        }
    }

    /// One place of those of this address, and one of all.
    fn places_of(&mut self, address: IpAddr) -> Vec<Arc<Semaphore>> {
        // Addresses that nobody waits at any more go, so the map is no larger than the queue.
        if self.by_address.len() >= HANDSHAKE_QUEUE {
            self.by_address.retain(|_, places| Arc::strong_count(places) > 1);
        }
        let fresh = || Arc::new(Semaphore::new(HANDSHAKES_PER_ADDRESS));
        let near = Arc::clone(self.by_address.entry(address).or_insert_with(fresh));
        let all = if self.known.contains(&address) { &self.for_known } else { &self.all };
        vec![near, Arc::clone(all)]
    }

    async fn welcome(&mut self, greeted: Greeted) {
        let (conn, hello, direct, member) = greeted.split(self.shared.clone());
        if self.shared.inputs.send(ToRoom::Arrived(conn, hello, direct)).await.is_ok() {
            let task = self.members.spawn(member);
            self.conn_of.insert(task.id(), conn);
        }
    }

    async fn ended(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => error.id(),
        };
        if let Some(conn) = self.conn_of.remove(&id) {
            let _ended = self.shared.inputs.send(ToRoom::Gone(conn)).await;
        }
    }
}
