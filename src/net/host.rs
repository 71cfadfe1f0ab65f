//! A room that is open: one task that owns the [`Room`], one that opens the door, one per connection.
//!
//! The room decides and never waits; the connections move bytes and decide nothing. Between them are bounded
//! queues: a member that floods waits in its own connection, a member that does not read is closed when what is
//! meant for it alone does not fit any more. What is meant for everybody is in the [`ring::Ring`](super::ring).
//! A guest that does not read misses lines, and is told how many: it has no log to read them from.

mod connection;
mod doorway;
mod guest;
mod guest_lines;
mod queue;
mod task;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::trust::channel::ServerConfig;
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::listen::OpenPort;
use super::ring::Ring;
use crate::room::log::{Lock, RoomLog};
use crate::room::{ConnId, Quota, Room, RoomNotice};
use crate::types::limits::{DIRECT_QUEUE, GUEST_BURST, GUEST_PER_SECOND, ROOM_QUEUE};
use crate::types::{
    Act, Goodbye, GuestRules, Issued, KnockAnswer, Link, MemberKey, Nickname, Now, RoomId, Verb,
};
use crate::wire::message::ClientMessage;
use crate::wire::text::GuestAsk;

/// Reads the clocks. The one reader is in `session`.
pub type Clock = Arc<dyn Fn() -> Now + Send + Sync>;

/// Bytes that the host's own connection to its room may hold unread.
const OWN_STREAM_BYTES: usize = 256 * 1024;

/// What a room needs to open.
pub struct Opening {
    /// The rules.
    pub room: Room,
    /// The durable truth.
    pub log: Arc<dyn RoomLog>,
    /// Its newest entry.
    pub head: Link,
    /// Which room it is.
    pub room_id: RoomId,
    /// The room's own certificate.
    pub tls: Arc<ServerConfig>,
    /// The clocks.
    pub clock: Clock,
    /// Where the host's person is told what the room noticed.
    pub notices: mpsc::Sender<RoomNotice>,
}

/// A room that is open. Dropping it closes every connection without a word; see [`Self::close`].
#[derive(Debug)]
pub struct OpenRoom {
    inputs: mpsc::Sender<ToRoom>,
    own: mpsc::Sender<DuplexStream>,
    doubts: watch::Sender<()>,
    tasks: JoinSet<()>,
}

/// The host's own way in: a stream in memory, by the same door as everybody's.
#[derive(Debug, Clone)]
pub struct OwnDoor(mpsc::Sender<DuplexStream>);

impl OwnDoor {
    /// A stream into the room; none when the room has ended.
    pub async fn connect(&self) -> Option<DuplexStream> {
        let (mine, rooms) = tokio::io::duplex(OWN_STREAM_BYTES);
        self.0.send(rooms).await.ok().map(|()| mine)
    }
}

/// What reaches the room's task.
#[derive(Debug)]
enum ToRoom {
    /// Somebody proved who they are; and where they come from.
    Arrived(connection::Arrival, Option<IpAddr>),
    /// A member sent something.
    Received(ConnId, ClientMessage),
    /// A connection is gone.
    Gone(ConnId),
    /// What the log knows of an op, or that it did not answer.
    Found(crate::room::Input),
    /// Somebody came without the app.
    GuestCame(ConnId, IpAddr, guest::Way),
    /// A guest wants this.
    GuestAsked(ConnId, GuestAsk),
    /// How many may come in.
    Capacity(usize),
    /// What guests may do.
    Guests(GuestRules),
    /// An address is not kept out any more.
    LetIn(IpAddr),
    /// Send this guest away, and perhaps keep its address out.
    RemoveGuest(Nickname, bool),
    /// What this member's connection shares with the room is wanted.
    AskBinding(MemberKey),
    /// Whether the host is asked about each newcomer.
    Asks(bool),
    /// Whether this one may come in.
    AnswerKnock(MemberKey, KnockAnswer),
    /// Something is done about somebody.
    Act(Act),
    /// The same about whoever is called so, for as long.
    ActOn(Verb, Nickname, Option<i64>),
    /// Another password from now on.
    Lock(NewLock),
    /// The invites that there are.
    Invites(Vec<Issued>),
    /// Tell everybody and end.
    Close,
}

/// Another password, or none, and which of all that the room had.
struct NewLock(Option<Box<dyn Lock>>, u32);

impl fmt::Debug for NewLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NewLock").field(&self.0.is_some()).field(&self.1).finish()
    }
}

/// What the room says to one connection.
#[derive(Debug)]
enum Direct {
    /// A frame, encoded.
    Frame(bytes::Bytes),
    /// Welcome, encoded: the connection is a member's from here on.
    Welcome(bytes::Bytes),
    /// Results, encoded, of ops of which some came too fast: nothing is read for so many milliseconds.
    Rest(bytes::Bytes, u64),
    /// Entries are sent from here on.
    Start(Link),
    /// A page of the log is wanted.
    Load(crate::wire::message::Fetch),
    /// Say goodbye and close.
    Close(Goodbye),
}

/// What every connection shares.
#[derive(Clone)]
struct Shared {
    ring: Arc<Ring>,
    log: Arc<dyn RoomLog>,
    tls: Arc<ServerConfig>,
    room_id: RoomId,
    clock: Clock,
    inputs: mpsc::Sender<ToRoom>,
    /// What guests may do now.
    rules: watch::Receiver<Arc<GuestRules>>,
    /// Tells when members may not be reached any more.
    doubts: watch::Receiver<()>,
    /// What guests read of the room.
    name: Arc<str>,
    /// How fast one guest may speak; none where there is no limit.
    pace: Option<Quota>,
}

/// Opens a room at `port`. Must be called within a tokio runtime.
pub fn open(opening: Opening, port: OpenPort) -> OpenRoom {
    let Opening { room, log, head, room_id, tls, clock, notices } = opening;
    let (inputs, received) = mpsc::channel(ROOM_QUEUE);
    let (own, own_streams) = mpsc::channel(1);
    let ring = Arc::new(Ring::new(head));
    let (rules_now, rules) = watch::channel(Arc::new(room.facts().guests.clone()));
    let (doubts, doubted) = watch::channel(());
    let pace = Quota { per_second: GUEST_PER_SECOND, burst: GUEST_BURST };
    let shared = Shared {
        ring: Arc::clone(&ring),
        log: Arc::clone(&log),
        tls,
        room_id,
        clock: Arc::clone(&clock),
        inputs: inputs.clone(),
        rules,
        doubts: doubted,
        name: room.facts().name.as_str().into(),
        pace: room.facts().quota.map(|_| pace),
    };
    let mut tasks = JoinSet::new();
    tasks.spawn(task::Task::new(room, &shared, (notices, rules_now)).run(received));
    tasks.spawn(doorway::Doorway::new(shared).run(port.0, own_streams));
    OpenRoom { inputs, own, doubts, tasks }
}

impl OpenRoom {
    /// The host's own way in.
    pub fn own_door(&self) -> OwnDoor {
        OwnDoor(self.own.clone())
    }

    /// How many may come in from now on.
    pub async fn set_capacity(&self, capacity: usize) {
        let _ended = self.inputs.send(ToRoom::Capacity(capacity)).await;
    }

    /// What people without the app may do from now on; who is kept out stays so. Then
    /// [`RoomNotice::GuestsChanged`] follows.
    pub async fn set_guests(&self, rules: GuestRules) {
        let _ended = self.inputs.send(ToRoom::Guests(rules)).await;
    }

    /// Keeps an address out no more. Then [`RoomNotice::GuestsChanged`] follows.
    pub async fn let_in(&self, address: IpAddr) {
        let _ended = self.inputs.send(ToRoom::LetIn(address)).await;
    }

    /// Sends the guest of this name away; with `keep_out`, everybody from its address, from now on. Then
    /// [`RoomNotice::GuestsChanged`] follows; where there is no such guest, [`RoomNotice::NoSuchGuest`].
    pub async fn remove_guest(&self, name: Nickname, keep_out: bool) {
        let _ended = self.inputs.send(ToRoom::RemoveGuest(name, keep_out)).await;
    }

    /// What this member's connection and the room share, and nobody else, to make words of.
    /// [`RoomNotice::Binding`] follows.
    pub async fn ask_binding(&self, member: MemberKey) {
        let _ended = self.inputs.send(ToRoom::AskBinding(member)).await;
    }

    /// Whether the host is asked about each newcomer from now on.
    pub async fn set_asks(&self, asks: bool) {
        let _ended = self.inputs.send(ToRoom::Asks(asks)).await;
    }

    /// Says whether this one may come in. [`RoomNotice::Knocks`] follows.
    pub async fn answer_knock(&self, key: MemberKey, answer: KnockAnswer) {
        let _ended = self.inputs.send(ToRoom::AnswerKnock(key, answer)).await;
    }

    /// Does something about somebody. [`RoomNotice::Standings`] follows once it is durable.
    pub async fn act(&self, act: Act) {
        let _ended = self.inputs.send(ToRoom::Act(act)).await;
    }

    /// The same about whoever is called so, until this time. [`RoomNotice::NoSuchGuest`] follows where nobody is.
    pub async fn act_on(&self, verb: Verb, name: Nickname, until_ms: Option<i64>) {
        let _ended = self.inputs.send(ToRoom::ActOn(verb, name, until_ms)).await;
    }

    /// Another password from now on, or none; `epoch` counts them. It has to be kept already. Whoever proved an earlier one
    /// is sent away, and proves this one when it comes again.
    pub async fn relock(&self, lock: Option<Box<dyn Lock>>, epoch: u32) {
        let _ended = self.inputs.send(ToRoom::Lock(NewLock(lock, epoch))).await;
    }

    /// The invites that there are from now on. They have to be kept already.
    pub async fn set_invites(&self, invites: Vec<Issued>) {
        let _ended = self.inputs.send(ToRoom::Invites(invites)).await;
    }

    /// This computer's network changed: every member is asked whether it is still there, and who does not answer soon is
    /// let go.
    pub fn doubt(&self) {
        self.doubts.send_replace(());
    }

    /// Waits until a part of the room has ended, which it does only when it is broken.
    pub async fn broken(&mut self) -> String {
        match self.tasks.join_next().await {
            Some(Err(error)) => error.to_string(),
            Some(Ok(())) | None => "the room ended".to_owned(),
        }
    }

    /// Tells everybody that the room closes, and waits until they are told. The caller bounds the time.
    pub async fn close(mut self) {
        self.stop().await;
    }

    /// As [`Self::close`], for a caller that may have to drop it half done.
    pub async fn stop(&mut self) {
        let _ended = self.inputs.send(ToRoom::Close).await;
        // The room's task ends when all are told; the one at the door goes on for ever.
        let _first = self.tasks.join_next().await;
        self.tasks.shutdown().await;
    }
}

/// The room's way to one connection.
#[derive(Debug)]
struct DirectWay {
    queue: mpsc::Sender<Direct>,
    /// Closes a connection that does not come to read its queue, because its member takes nothing from it.
    cut: Option<oneshot::Sender<Goodbye>>,
}

/// The connection's end of it.
struct FromRoom {
    queue: mpsc::Receiver<Direct>,
    cut: oneshot::Receiver<Goodbye>,
}

/// A way for what is meant for one connection alone.
fn direct_way() -> (DirectWay, FromRoom) {
    let (sender, receiver) = mpsc::channel(DIRECT_QUEUE);
    let (cut, is_cut) = oneshot::channel();
    (DirectWay { queue: sender, cut: Some(cut) }, FromRoom { queue: receiver, cut: is_cut })
}

impl DirectWay {
    /// Hands it over, if there is a place for it.
    fn say(&self, direct: Direct) -> bool {
        self.queue.try_send(direct).is_ok()
    }

    /// Closes the connection: with its turn in the queue, or at once where the queue is not read.
    fn close(&mut self, why: Goodbye) {
        let _in_turn = self.say(Direct::Close(why));
        let _ended = self.cut.take().map(|cut| cut.send(why));
    }
}
