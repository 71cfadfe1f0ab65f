//! The one task that owns the room: it hands in what comes and carries out what is decided.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::connection::Arrival;
use super::guest::{ToGuest, Way};
use super::guest_lines::GuestLines;
use super::{Clock, Direct, DirectWay, NewLock, Shared, ToRoom};
use crate::net::ring::Ring;
use crate::room::log::{Lock, LogError, RoomLog};
use crate::room::{ConnId, Input, Output, Room, RoomNotice};
use crate::types::limits::REST_MAX_MS;
use crate::types::{At, Goodbye, GuestRules, MemberKey, OpId, Refusal, Seq};
use crate::wire::encode::encode_server;
use crate::wire::message::{OpResult, ServerMessage};

/// A commit that is under way, and the number that it reaches.
type Recording = Pin<Box<dyn Future<Output = (Seq, Result<(), LogError>)> + Send>>;

/// Milliseconds that last words may take when the room closes.
const LAST_WORDS_MS: u64 = 1_000;

/// Where the host's side is told what happens, and where guests find what they may do.
type Telling = (mpsc::Sender<RoomNotice>, watch::Sender<Arc<GuestRules>>);

/// The room and everything that it speaks to.
pub(super) struct Task {
    room: Room,
    ring: Arc<Ring>,
    log: Arc<dyn RoomLog>,
    clock: Clock,
    notices: mpsc::Sender<RoomNotice>,
    /// What guests may do changed, and the host's side was not told yet.
    untold: Option<RoomNotice>,
    rules: watch::Sender<Arc<GuestRules>>,
    guests: HashMap<ConnId, Way>,
    lines: GuestLines,
    inputs: mpsc::Sender<ToRoom>,
    connections: HashMap<ConnId, DirectWay>,
    /// Those that were let in.
    inside: HashSet<ConnId>,
    recording: Option<Recording>,
    lookups: JoinSet<()>,
}

impl Task {
    pub(super) fn new(room: Room, shared: &Shared, (notices, rules): Telling) -> Self {
        Self {
            room,
            ring: Arc::clone(&shared.ring),
            log: Arc::clone(&shared.log),
            clock: Arc::clone(&shared.clock),
            notices,
            untold: None,
            rules,
            guests: HashMap::new(),
            lines: GuestLines::new(),
            inputs: shared.inputs.clone(),
            connections: HashMap::new(),
            inside: HashSet::new(),
            recording: None,
            lookups: JoinSet::new(),
        }
    }

    /// Runs until the room is closed.
    pub(super) async fn run(mut self, mut received: mpsc::Receiver<ToRoom>) {
        let notices = self.notices.clone();
        loop {
            let due = self.room.next_tick();
            let wait = due.unwrap_or_default().saturating_sub((self.clock)().boot_ms);
            let wait = Duration::from_millis(wait);
            let input = tokio::select! {
                input = recorded(&mut self.recording) => input,
                to_room = received.recv() => match to_room {
                    Some(ToRoom::Close) | None => break,
                    Some(ToRoom::Lock(NewLock(lock, epoch))) => {
                        self.relock(lock, epoch);
                        continue;
                    }
                    Some(to_room) => self.input(to_room),
                },
                () = tokio::time::sleep(wait), if due.is_some() => Input::Tick,
                Some(_) = self.lookups.join_next() => continue,
                permit = notices.reserve(), if self.untold.is_some() => {
                    if let (Some(notice), Ok(permit)) = (self.untold.take(), permit) {
                        permit.send(notice);
                    }
                    continue;
                }
            };
            self.handle(input);
        }
        self.close(received).await;
    }

    fn handle(&mut self, input: Input) {
        let outputs = self.room.handle((self.clock)(), input);
        self.carry_out(outputs);
        self.tell_rules();
    }

    fn relock(&mut self, lock: Option<Box<dyn Lock>>, epoch: u32) {
        let outputs = self.room.relock((self.clock)(), lock, epoch);
        self.carry_out(outputs);
        self.tell_rules();
    }

    /// The doors hear what guests may do now.
    fn tell_rules(&self) {
        let rules = &self.room.facts().guests;
        self.rules.send_if_modified(|known| {
            let changed = **known != *rules;
            if changed {
                *known = Arc::new(rules.clone());
            }
            changed
        });
    }

    fn input(&mut self, to_room: ToRoom) -> Input {
        match to_room {
            ToRoom::Arrived(Arrival { conn, hello, binding, direct }, address) => {
                self.connections.insert(conn, direct);
                Input::Connected { conn, hello, address, binding }
            }
            ToRoom::Received(conn, message) => Input::Received(conn, message),
            ToRoom::Gone(conn) => {
                self.connections.remove(&conn);
                self.inside.remove(&conn);
                self.guests.remove(&conn);
                Input::Closed(conn)
            }
            ToRoom::GuestCame(conn, address, way) => {
                self.guests.insert(conn, way);
                Input::GuestCame { conn, address }
            }
            ToRoom::GuestAsked(conn, ask) => Input::GuestAsked(conn, ask),
            ToRoom::Guests(rules) => Input::SetGuests(rules),
            ToRoom::LetIn(address) => Input::LetIn(address),
            ToRoom::RemoveGuest(name, keep_out) => Input::RemoveGuest { name, keep_out },
            ToRoom::Found(input) => input,
            ToRoom::Invites(invites) => Input::SetInvites(invites),
            ToRoom::Capacity(capacity) => Input::SetCapacity(capacity),
            ToRoom::Asks(asks) => Input::SetAsks(asks),
            ToRoom::AnswerKnock(key, answer) => Input::AnswerKnock(key, answer),
            ToRoom::Act(act) => Input::Act(act),
            ToRoom::ActOn(verb, name, until_ms) => Input::ActOn { verb, name, until_ms },
            ToRoom::AskBinding(member) => Input::AskBinding(member),
            // Done by whoever reads it.
            ToRoom::Lock(_) => Input::Tick,
            ToRoom::Close => Input::CloseRoom,
        }
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Record(batch) => {
                    let log = Arc::clone(&self.log);
                    let upto = batch.entries.last().map_or(Seq::START, |entry| entry.seq);
                    self.recording = Some(Box::pin(async move { (upto, log.append(batch).await) }));
                }
                Output::Publish(run, head) => self.ring.publish(run, &head),
                Output::Start { conn, after } => self.direct(conn, Direct::Start(after)),
                Output::Send(conn, message @ ServerMessage::Welcome(_)) => {
                    self.inside.insert(conn);
                    self.direct(conn, Direct::Welcome(encoded(&message)));
                }
                Output::Send(conn, message) => {
                    let frame = encoded(&message);
                    self.direct(
                        conn,
                        match rest_ms(&message) {
                            Some(ms) => Direct::Rest(frame, ms),
                            None => Direct::Frame(frame),
                        },
                    );
                }
                Output::SendToAll(passing) => {
                    let frame = encoded(&ServerMessage::Passing(passing));
                    let inside = self.inside.iter().filter_map(|conn| self.connections.get(conn));
                    for direct in inside {
                        // Lossy by design: who is that slow does not need to know who is typing.
                        let _slow = direct.say(Direct::Frame(frame.clone()));
                    }
                }
                Output::Load { conn, fetch } => self.direct(conn, Direct::Load(fetch)),
                Output::Lookup { conn, author, id } => {
                    self.ask_log(move |log| async move { look_up(&*log, conn, (author, id)).await });
                }
                Output::Peek { conn, seq } => self.ask_log(move |log| async move {
                    let at = match log.link_at(seq).await {
                        Ok(Some(link)) => At::Entry(link),
                        Ok(None) => At::Nothing,
                        Err(_) => At::Unreadable,
                    };
                    Input::Peeked(conn, at)
                }),
                Output::Turn(epoch) => self.ask_log(move |log| async move {
                    Input::Turned(log.turn(epoch).await.map_err(|error| error.reason))
                }),
                Output::Admit(conn, admission) => self.ask_log(move |log| async move {
                    Input::Admitted(conn, log.admit(admission).await.map_err(|error| error.reason))
                }),
                Output::Refill(run) => self.ask_log(move |log| async move {
                    Input::Refilled(log.refill(run).await.map_err(|error| error.reason))
                }),
                Output::Close(conn, goodbye) => {
                    if let Some(way) = self.connections.get_mut(&conn) {
                        way.close(goodbye);
                    }
                }
                Output::GuestIn { conn, before } => {
                    self.guest(conn, ToGuest::In(before, self.lines.listen()));
                }
                Output::ToGuest(conn, line) => self.guest(conn, ToGuest::Line(line)),
                Output::ToGuests(lines) => self.lines.tell(lines),
                Output::CloseGuest(conn, goodbye) => {
                    if let Some(way) = self.guests.remove(&conn) {
                        way.close(goodbye);
                    }
                }
                Output::Tell(notice @ RoomNotice::GuestsChanged(_)) => self.untold = Some(notice),
                // The person reads the newest; older ones of a full queue say nothing new.
                Output::Tell(notice) => drop(self.notices.try_send(notice)),
            }
        }
    }

    /// Asks the log something; the room hears the answer when it is there.
    fn ask_log<F>(&mut self, ask: impl FnOnce(Arc<dyn RoomLog>) -> F)
    where
        F: Future<Output = Input> + Send + 'static,
    {
        let (asked, inputs) = (ask(Arc::clone(&self.log)), self.inputs.clone());
        self.lookups.spawn(async move {
            let _ended = inputs.send(ToRoom::Found(asked.await)).await;
        });
    }

    /// Hands `direct` to its connection. One whose queue is full has stopped reading: it is cut off, and
    /// goes on later from where it was.
    fn direct(&mut self, conn: ConnId, direct: Direct) {
        let Some(queue) = self.connections.get(&conn) else { return };
        if !queue.say(direct) {
            // With its sender gone, the connection ends when it has read what is queued, or at its stall time.
            self.connections.remove(&conn);
        }
    }

    fn guest(&self, conn: ConnId, to_guest: ToGuest) {
        if let Some(way) = self.guests.get(&conn) {
            way.say(to_guest);
        }
    }

    /// Finishes what is being written, then tells everybody.
    async fn close(mut self, mut received: mpsc::Receiver<ToRoom>) {
        if self.recording.is_some() {
            let input = recorded(&mut self.recording).await;
            self.handle(input);
        }
        let guests: Vec<ConnId> = self.guests.keys().copied().collect();
        self.handle(Input::CloseRoom);
        for way in self.connections.values_mut() {
            way.close(Goodbye::RoomClosed);
        }
        let mut here: HashSet<ConnId> = self.connections.keys().copied().chain(guests).collect();
        let told = async {
            while !here.is_empty() {
                match received.recv().await {
                    Some(ToRoom::Gone(conn)) => drop(here.remove(&conn)),
                    Some(_) => {}
                    None => break,
                }
            }
        };
        let _late = tokio::time::timeout(Duration::from_millis(LAST_WORDS_MS), told).await;
    }
}

/// Whether an op is in the log, or was.
async fn look_up(log: &dyn RoomLog, conn: ConnId, (author, id): (MemberKey, OpId)) -> Input {
    let answer = match log.find(author, id).await {
        Ok(Some(entry)) => return Input::Found { conn, id, entry: Some(Box::new(entry)) },
        Ok(None) => log.removed(author, id).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(Some(seq)) => Input::FoundRemoved { conn, id, seq },
        Ok(None) => Input::Found { conn, id, entry: None },
        Err(LogError { reason }) => Input::LookupFailed { conn, id, reason },
    }
}

/// Waits for the commit that is under way, if one is.
async fn recorded(recording: &mut Option<Recording>) -> Input {
    let Some(future) = recording else { return std::future::pending().await };
    let (upto, result) = future.await;
    *recording = None;
    match result {
        Ok(()) => Input::Recorded(upto),
        Err(error) => Input::RecordFailed(error.reason),
    }
}

/// How long whoever is told this is not read from, milliseconds; none where nothing came too fast.
fn rest_ms(message: &ServerMessage) -> Option<u64> {
    let ServerMessage::Results(results, _) = message else { return None };
    let wait = |result: &OpResult| match result.outcome {
        Err(Refusal::TooFast { retry_after_ms }) => Some(retry_after_ms),
        _ => None,
    };
    results.iter().filter_map(wait).max().map(|ms| ms.min(REST_MAX_MS))
}

fn encoded(message: &ServerMessage) -> Bytes {
    let mut frame = BytesMut::new();
    encode_server(message, &mut frame);
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Link, SignedHead};

    fn rest(outcomes: &[Result<Seq, Refusal>]) -> Option<u64> {
        let result =
            |outcome: &Result<Seq, Refusal>| OpResult { id: OpId([1; 16]), outcome: outcome.clone() };
        let head = SignedHead { link: Link::START, signature: Vec::new() };
        rest_ms(&ServerMessage::Results(outcomes.iter().map(result).collect(), head))
    }

    #[test]
    fn who_was_too_fast_rests_as_long_as_it_was_told_to_wait_and_never_long() {
        let fast = |retry_after_ms| Err(Refusal::TooFast { retry_after_ms });
        assert_eq!(rest(&[Ok(Seq(1)), Err(Refusal::TooLong)]), None);
        assert_eq!(rest(&[Ok(Seq(1)), fast(90), fast(100)]), Some(100));
        assert_eq!(rest(&[fast(REST_MAX_MS)]), Some(REST_MAX_MS));
        assert_eq!(rest(&[fast(REST_MAX_MS + 1)]), Some(REST_MAX_MS));
    }
}
