//! Accepting: who comes in waits for a place, is looked at, and proves who it is.
//!
//! Strangers cost little and for a short time: so many handshakes at once in all and from one address, each
//! bounded in time; the others queue, and where the queue is full, the address with the most in it gives way
//! ([`Queue`]). Who has not shown by its first bytes that it is a member's app takes no place in a handshake,
//! so connections that say nothing keep nobody out. Addresses from which a member came in
//! before have places of their own, and the host's own way in never queues. Guests take none, but for the time of
//! their handshake where they come inside TLS. Nothing that somebody sends before its proof, or before it is a guest,
//! reaches the room. From there on a connection goes on in a fresh task, without the memory that a handshake needs;
//! whatever ends that task, a panic included, ends one connection and is told to the room.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::DuplexStream;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::timeout;

use super::connection::{self, Greeted, Greeting};
use super::guest::{Allowance, Guest, Newcomer};
use super::queue::Queue;
use super::{Shared, ToRoom};
use crate::net::door::{self, Look};
use crate::net::pipe::AnyStream;
use crate::room::ConnId;
use crate::types::limits::{
    DEAD_AFTER_MS, GUESTS, HANDSHAKE_MS, HANDSHAKE_QUEUE, HANDSHAKE_WAIT_MS, HANDSHAKES,
    HANDSHAKES_FOR_KNOWN, HANDSHAKES_PER_ADDRESS, KNOWN_ADDRESSES, PING_EVERY_MS,
};

/// Milliseconds to wait when the system has no more connections to give: trying at once would only spin.
const EXHAUSTED_MS: u64 = 100;

/// How often a computer that has gone quiet is asked by the system whether it is there. Systems ask up to ten
/// times by themselves, which keeps somebody in the room for minutes who is not there.
const PROBES: u32 = 3;

/// The task at the door.
pub(super) struct Doorway {
    shared: Shared,
    all: Arc<Semaphore>,
    for_known: Arc<Semaphore>,
    /// Addresses from which members came in.
    known: HashSet<IpAddr>,
    by_address: HashMap<IpAddr, Arc<Semaphore>>,
    /// What guests from one address share.
    allowances: HashMap<IpAddr, Arc<Allowance>>,
    strangers: JoinSet<Option<Arrived>>,
    queue: Queue,
    /// Members and guests.
    inside: JoinSet<()>,
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
            allowances: HashMap::new(),
            strangers: JoinSet::new(),
            queue: Queue::default(),
            inside: JoinSet::new(),
            conn_of: HashMap::new(),
            next: 0,
        }
    }

    /// Accepts until the room ends.
    pub(super) async fn run(mut self, listener: TcpListener, mut own: mpsc::Receiver<DuplexStream>) {
        loop {
            tokio::select! {
                Some(ended) = self.inside.join_next_with_id() => self.ended(ended).await,
                Some(arrived) = self.strangers.join_next_with_id() => self.arrived(arrived).await,
                accepted = listener.accept() => match accepted {
                    Ok((stream, from)) => {
                        prepare(&stream);
                        self.look_at(Box::new(stream), Some(from.ip().to_canonical()));
                    }
                    Err(_exhausted) => tokio::time::sleep(Duration::from_millis(EXHAUSTED_MS)).await,
                },
                Some(stream) = own.recv() => self.look_at(Box::new(stream), None),
            }
        }
    }

    async fn arrived(&mut self, arrived: Result<(Id, Option<Arrived>), JoinError>) {
        let (id, arrived) = match arrived {
            Ok((id, arrived)) => (id, arrived),
            Err(error) => (error.id(), None),
        };
        self.queue.leave(id);
        match arrived {
            Some(Arrived::Member(greeted, from)) => self.welcome(*greeted, from).await,
            Some(Arrived::Guest(guest)) => self.let_in(*guest).await,
            None => {}
        }
    }

    /// Looks who it is, and lets TLS wait for its places; the host's own app, from nowhere, needs none.
    fn look_at(&mut self, stream: AnyStream, from: Option<IpAddr>) {
        let places = from.map_or_else(Vec::new, |from| self.places_of(from));
        self.next += 1;
        let stranger = Stranger { conn: ConnId(self.next), from, shared: self.shared.clone() };
        let task = self.strangers.spawn(stranger.arrive(stream, places));
        if let Some(from) = from {
            let _gave_way = self.queue.join(from, task);
        }
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

    async fn welcome(&mut self, greeted: Greeted, from: Option<IpAddr>) {
        self.remember(from);
        let (arrival, member) = greeted.split(self.shared.clone());
        let conn = arrival.conn;
        let arrived = ToRoom::Arrived(arrival, from);
        if self.shared.inputs.send(arrived).await.is_ok() {
            let task = self.inside.spawn(member);
            self.conn_of.insert(task.id(), conn);
        }
    }

    async fn let_in(&mut self, mut guest: Guest) {
        // Addresses from which no guest is here any more go, so the map is no larger than the room.
        if self.allowances.len() >= GUESTS {
            self.allowances.retain(|_, allowance| Arc::strong_count(allowance) > 1);
        }
        guest.shares(Arc::clone(self.allowances.entry(guest.address()).or_default()));
        let (conn, address, way, life) = guest.split();
        if self.shared.inputs.send(ToRoom::GuestCame(conn, address, way)).await.is_ok() {
            let task = self.inside.spawn(life);
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

/// Who was at the door and may come in.
enum Arrived {
    Member(Box<Greeted>, Option<IpAddr>),
    Guest(Box<Guest>),
}

/// Somebody at the door.
struct Stranger {
    conn: ConnId,
    from: Option<IpAddr>,
    shared: Shared,
}

impl Stranger {
    /// Finds out who it is, and makes sure of it. Every wait is bounded.
    async fn arrive(self, stream: AnyStream, places: Vec<Arc<Semaphore>>) -> Option<Arrived> {
        let patience = Duration::from_millis(HANDSHAKE_MS);
        let stream = match timeout(patience, self.look(stream)).await.ok()?? {
            Look::Tls(stream) => stream,
            Look::Text(seen, stream) | Look::Quiet(seen, stream) => {
                return self.settle(stream, seen, false).await;
            }
            Look::Nobody => return None,
        };
        // Nobody's app is as patient as that.
        let held = timeout(Duration::from_millis(HANDSHAKE_WAIT_MS), take(places)).await.ok()??;
        let greeting = timeout(patience, connection::greet(self.conn, stream, &self.shared)).await.ok()??;
        // A guest gives its places back before it is one.
        drop(held);
        match greeting {
            Greeting::Member(greeted) => Some(Arrived::Member(greeted, self.from)),
            Greeting::Text(_) if !self.may_be_guest() => None,
            Greeting::Text(stream) => match timeout(patience, door::look(stream)).await.ok()?.ok()? {
                Look::Text(seen, stream) | Look::Quiet(seen, stream) => self.settle(stream, seen, true).await,
                Look::Tls(_) | Look::Nobody => None,
            },
        }
    }

    /// Who it is; where that can only be a guest, and guests may not come in, it is turned away.
    async fn look(&self, stream: AnyStream) -> Option<Look<AnyStream>> {
        match door::look(stream).await.ok()? {
            Look::Quiet(seen, stream) if !self.may_be_guest() => {
                if seen.is_empty() {
                    door::turn_away(stream).await;
                }
                None
            }
            Look::Text(..) if !self.may_be_guest() => None,
            look => Some(look),
        }
    }

    /// Whether guests may come in from there. An address that is kept out has none, and members all the same:
    /// they prove who they are, and may share it with somebody who does not.
    fn may_be_guest(&self) -> bool {
        let rules = self.shared.rules.borrow();
        self.from.is_some_and(|from| rules.allowed && !rules.kept_out.contains(&from))
    }

    async fn settle(self, stream: AnyStream, seen: Vec<u8>, encrypted: bool) -> Option<Arrived> {
        let newcomer = Newcomer { conn: self.conn, address: self.from?, stream, seen, encrypted };
        let settled = timeout(Duration::from_millis(HANDSHAKE_MS), newcomer.settle(&self.shared)).await;
        settled.ok()?.map(|guest| Arrived::Guest(Box::new(guest)))
    }
}

/// A place in each.
async fn take(places: Vec<Arc<Semaphore>>) -> Option<Vec<OwnedSemaphorePermit>> {
    let mut held = Vec::with_capacity(places.len());
    for place in places {
        held.push(place.acquire_owned().await.ok()?);
    }
    Some(held)
}

/// Small lines go out at once, and a computer that was switched off is noticed by the system: guests are never
/// asked whether they are there. All of it as far as the system can. No limit is set on how long what was written
/// may stay unread (`TCP_USER_TIMEOUT`): it would end whoever has only stopped its terminal.
fn prepare(stream: &TcpStream) {
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_millis(DEAD_AFTER_MS))
        .with_interval(Duration::from_millis(PING_EVERY_MS))
        .with_retries(PROBES);
    let _best_effort = (stream.set_nodelay(true), SockRef::from(stream).set_tcp_keepalive(&keepalive));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[tokio::test]
    async fn a_computer_that_vanished_is_gone_within_a_minute_and_a_half() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        prepare(&stream);
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        // Not every system tells these of a socket.
        let gone_after = Duration::from_millis(DEAD_AFTER_MS + u64::from(PROBES) * PING_EVERY_MS);
        assert!(gone_after <= Duration::from_secs(90), "{gone_after:?}");
    }
}
