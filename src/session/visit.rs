//! One open room: the task that drives its replica.
//!
//! It owns everything of that room on this side: the replica, the way to the records, the connection or the wait
//! for one, and, where the room is hosted here, the open room itself. Hosting changes nothing else: the host
//! comes in through a stream in memory as everybody comes in through the network.

mod again;
mod asks;
mod awaited;
mod comparing;
mod course;
mod filling;
mod going;
mod inviting;
pub(super) mod keeping;
mod link;
mod locking;
mod opened;
mod own;
mod pages;
mod pause;
mod plain;
mod prepare;
mod progress;
mod proof;
mod succeeding;
mod tails;
mod told;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use self::again::Again;
use self::awaited::{Awaited, answered};
use self::course::End;
pub(super) use self::course::run;
use self::filling::Filling;
use self::link::{Link, Target};
use self::progress::Progress;
use self::proof::Proof;
use self::told::Present;
use super::command::{Command, HostAsk, JoinAsk, RoomRef};
use super::event::{Hosting, Notice, Online, RoomEvent};
use super::failure::Failure;
use super::network::Network;
use super::records::{Copied, Records};
use super::tell::RoomTeller;
use crate::net::host::{Clock, OpenRoom};
use crate::room::{Replica, ReplicaInput, ReplicaOutput, RoomNotice};
use crate::store::{Profile, RoomRecord};
use crate::trust::Identity;
use crate::types::{Knock, MemberKey, OpId, Password, RecentRoom, Retention, RoomId, Standing};

/// Milliseconds that leaving may take before the room is dropped as it is.
const LEAVE_MS: u64 = 2_000;

/// What every visit is given.
#[derive(Clone)]
pub(super) struct World {
    pub(super) profile: Arc<Profile>,
    pub(super) identity: Arc<Identity>,
    /// Keys of mine that are lost, in their order.
    pub(super) lost: Arc<[Arc<Identity>]>,
    pub(super) clock: Clock,
    pub(super) network: Network,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) keep: watch::Receiver<Retention>,
}

/// What a visit tells the supervisor.
#[derive(Debug)]
pub(super) enum Report {
    /// Is this room free to be opened here? It is held for the visit from then on.
    Claim(RoomRef, RoomId, oneshot::Sender<bool>),
    /// I am, or was, there.
    Been(Box<RecentRoom>),
    /// The visit is over.
    Ended(RoomRef),
    /// A room was forgotten, or why something of it is still there.
    Forgotten(RoomId, Option<String>),
}

/// How a visit begins.
#[derive(Debug, Clone)]
pub(super) enum Start {
    Host(HostAsk),
    Join(JoinAsk),
    /// With the password, where the room asked for one.
    Reopen(Box<RecentRoom>, Option<Password>),
    /// Its records failed: open it again.
    Again(Box<Again>),
}

/// A room that is hosted here.
struct Own {
    room: OpenRoom,
    hosting: Hosting,
    notices: mpsc::Receiver<RoomNotice>,
    /// How to open it again as it is.
    ask: HostAsk,
}

/// One open room.
struct Visit {
    world: World,
    teller: RoomTeller,
    record: RoomRecord,
    records: Records,
    keeping: keeping::Keeping,
    replica: Replica,
    target: Target,
    link: Link,
    own: Option<Own>,
    awaited: VecDeque<Awaited>,
    present: Present,
    online: Option<Online>,
    host_key: Option<MemberKey>,
    /// Nobody has ever let me in there: a failure ends it.
    first_contact: bool,
    /// The room was found by an address that somebody typed: another room there is worth a question, not a
    /// hard stop.
    typed: bool,
    filling: Filling,
    progress: Progress,
    /// Rows of the outbox whose sync failed. They were given back, and may be on the disk all the same.
    given_back: Vec<OpId>,
    /// Where it was told that something is not written down.
    not_stored: NotStored,
    comparing: comparing::Comparing,
    /// How people stand in a room that is hosted here.
    standings: Vec<Standing>,
    /// Who waits for the host to let them in, likewise.
    knocks: Vec<Knock>,
    /// The room's password, and how far it is proven.
    proof: Proof,
    /// By which key the room knows me, as far as it was noted.
    known_by: Option<MemberKey>,
    /// What it has yet to be told of my keys.
    succeeding: succeeding::Succeeding,
}

/// Whose disk does not take what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct NotStored {
    /// This computer's.
    here: bool,
    /// The host's.
    there: bool,
}

impl Visit {
    async fn run(&mut self, early: &mut VecDeque<Command>, commands: &mut mpsc::Receiver<Command>) -> End {
        self.greet_the_window().await;
        loop {
            let turn = match early.pop_front() {
                Some(command) => self.obey(command).await,
                None => self.turn(commands).await,
            };
            if let Err(end) = turn {
                if matches!(end, End::Left) {
                    let _late = tokio::time::timeout(Duration::from_millis(LEAVE_MS), self.leave()).await;
                }
                return end;
            }
        }
    }

    /// What the window shows before anything happens: what is kept here, and the outbox.
    async fn greet_the_window(&mut self) {
        if let Some(own) = &self.own {
            let hosting = own.hosting.clone();
            self.teller.tell(RoomEvent::Hosting(hosting)).await;
        }
        self.snapshot().await;
        self.been().await;
    }

    /// Waits for one thing and does what it asks for.
    async fn turn(&mut self, commands: &mut mpsc::Receiver<Command>) -> Result<(), End> {
        self.look_after_holes().await;
        self.tell_progress().await;
        let now = (self.world.clock)();
        let until =
            |due: Option<u64>| Duration::from_millis(due.unwrap_or_default().saturating_sub(now.boot_ms));
        let (tick, fill) = (self.replica.next_tick(), self.fill_due(now.boot_ms));
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Leave(_)) | None => Err(End::Left),
                Some(command) => self.obey(command).await,
            },
            input = answered(&mut self.awaited) => self.settle(input).await,
            () = self.teller.caught_up() => Ok(()),
            happened = self.link.next(&self.target, now.boot_ms) => {
                self.happened(happened).await
            }
            () = tokio::time::sleep(until(tick)), if tick.is_some() => self.feed(ReplicaInput::Tick).await,
            () = tokio::time::sleep(until(fill)), if fill.is_some() => self.fill().await,
            trouble = noticed(&mut self.own) => self.noticed(trouble).await,
            Ok(()) = self.world.network.changed() => self.network_changed().await,
            trouble = self.records.trouble() => Err(End::Again(trouble)),
        }
    }

    /// Hands something to the replica, and does what it answers.
    async fn feed(&mut self, input: ReplicaInput) -> Result<(), End> {
        let outputs = self.replica.handle((self.world.clock)(), input);
        for output in outputs {
            self.carry_out(output).await?;
        }
        Ok(())
    }

    async fn carry_out(&mut self, output: ReplicaOutput) -> Result<(), End> {
        match output {
            ReplicaOutput::Send(message) => self.link.send(&message),
            ReplicaOutput::Store { run, place, done, epoch, proof, removals } => {
                let copied = Copied { run, place, done, epoch, proof, removals };
                let begun = self.records.begin_copy(copied).await;
                self.awaited.push_back(Awaited::Stored(begun));
            }
            ReplicaOutput::Queue(row) => {
                let id = row.signed.op.id;
                let begun = self.records.begin_queue(row).await;
                self.awaited.push_back(Awaited::Queued(id, begun));
            }
            ReplicaOutput::Requeue(rows) => {
                let begun = self.records.begin_requeue(rows).await;
                self.awaited.push_back(Awaited::Requeued(begun));
            }
            ReplicaOutput::MarkRefused(id, refusal) => self.records.mark_refused(id, refusal).await,
            ReplicaOutput::Forget(id) => self.records.forget(id).await,
            ReplicaOutput::HandBack(wanted) => self.hand_back(wanted).await?,
            ReplicaOutput::HandedBack(epoch, head) => self.records.handed_back(epoch, head).await,
            ReplicaOutput::Tell(told) => self.told(told).await?,
            ReplicaOutput::Hangup(goodbye) => {
                self.link.hang_up(goodbye).await;
                let words = "what the host sent does not fit together".to_owned();
                self.lost(Failure::Protocol(words), None).await?;
            }
        }
        Ok(())
    }

    /// The room that is hosted here noticed something, or broke.
    async fn noticed(&mut self, trouble: Result<RoomNotice, String>) -> Result<(), End> {
        match trouble {
            Ok(RoomNotice::Guessing(address)) => {
                self.teller.tell(RoomEvent::Notice(Notice::Guessing(address))).await;
            }
            Ok(RoomNotice::InviteUsed(number, key)) => self.invite_used(number, key).await,
            Ok(RoomNotice::Full) => self.teller.tell(RoomEvent::Notice(Notice::Full)).await,
            Ok(RoomNotice::NotStoring(reason)) => {
                self.not_stored.there = true;
                self.teller.tell(RoomEvent::Notice(Notice::HostNotStoring(reason))).await;
            }
            Ok(RoomNotice::GuestsChanged(rules)) => self.guests_changed(rules).await,
            Ok(RoomNotice::NoApp(name)) => {
                self.teller.tell(RoomEvent::Notice(Notice::NoApp(name))).await;
            }
            Ok(RoomNotice::NoSuchGuest(name)) => {
                self.teller.tell(RoomEvent::Notice(Notice::NoSuchGuest(name))).await;
            }
            Ok(RoomNotice::TakenBack(count)) => {
                self.teller.tell(RoomEvent::Notice(Notice::TakenBack(count))).await;
            }
            Ok(RoomNotice::Refilled(count)) => {
                self.feed(ReplicaInput::Whole).await?;
                self.teller.tell(RoomEvent::Notice(Notice::TakenBack(count))).await;
            }
            Ok(RoomNotice::Binding(member, binding)) => self.tell_words(Some(member), binding).await,
            Ok(RoomNotice::Knocks(knocks)) => {
                self.knocks.clone_from(&knocks);
                self.teller.tell(RoomEvent::Knocks(knocks)).await;
            }
            Ok(RoomNotice::Standings(standings)) => {
                self.standings.clone_from(&standings);
                self.teller.tell(RoomEvent::Standings(standings)).await;
            }
            Ok(RoomNotice::NotDone(act)) => {
                self.teller.tell(RoomEvent::Notice(Notice::NotDone(act.name))).await;
            }
            Ok(RoomNotice::Turned) => self.teller.tell(RoomEvent::Notice(Notice::Turned)).await,
            Ok(RoomNotice::StoringAgain) => self.stored_there().await,
            Err(reason) => return Err(End::Failed(Failure::Storage(reason))),
        }
        Ok(())
    }

    /// Something was written down here.
    async fn stored_here(&mut self) {
        self.stored(NotStored { here: false, ..self.not_stored }).await;
    }

    /// Something was written down by the host.
    async fn stored_there(&mut self) {
        self.stored(NotStored { there: false, ..self.not_stored }).await;
    }

    /// Where it was told that something is not written down, that is over once it is so nowhere any more.
    async fn stored(&mut self, left: NotStored) {
        if std::mem::replace(&mut self.not_stored, left) != left && left == NotStored::default() {
            self.teller.tell(RoomEvent::Notice(Notice::StoringAgain)).await;
        }
    }

    /// Says goodbye, and waits for what is on its way to the disk.
    async fn leave(&mut self) {
        while !self.awaited.is_empty() {
            let input = answered(&mut self.awaited).await;
            if self.feed(input).await.is_err() {
                break;
            }
        }
        self.been().await;
        self.link.hang_up(crate::types::Goodbye::Leaving).await;
        if let Some(own) = self.own.take() {
            own.room.close().await;
        }
    }
}

/// Waits for what the own room notices; for ever where none is hosted here.
async fn noticed(own: &mut Option<Own>) -> Result<RoomNotice, String> {
    let Some(own) = own else { return std::future::pending().await };
    tokio::select! {
        Some(notice) = own.notices.recv() => Ok(notice),
        broken = own.room.broken() => Err(broken),
    }
}
