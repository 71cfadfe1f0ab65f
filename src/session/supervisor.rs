//! The task that answers the window: it starts visits, hands commands on, and keeps settings and recent rooms.

mod forgetting;
mod keeping;
mod moving;
mod ports;
mod sweep;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};

use self::ports::check_port;
use self::sweep::Sweep;
use super::clock::clock;
use super::command::{Command, RoomRef};
use super::event::{Event, Notice, RoomEvent, Started};
use super::export::Exports;
use super::failure::Failure;
use super::finder::Finder;
use super::front::{self, LOOK_MS, Running, Wish};
use super::tell::Teller;
use super::visit::keeping::DAY;
use super::visit::{self, Report, Start, World};
use super::{Setup, keys, login_name, network, renewing};
use crate::net::front::{Call, Front};
use crate::store::{Profile, StoreError, settings};
use crate::types::limits::{COMMAND_QUEUE, OPEN_ROOMS};
use crate::types::{Password, RecentRoom, Renderer, Retention, RoomId, Settings};

/// Milliseconds that all rooms together have to say goodbye when the app ends.
pub(super) const END_MS: u64 = 4_000;
/// Reports of visits that wait.
const REPORTS: usize = 64;

/// The supervisor's state.
struct Supervisor {
    setup: Setup,
    world: World,
    teller: Teller,
    recents: Vec<RecentRoom>,
    visits: HashMap<RoomRef, mpsc::Sender<Command>>,
    claims: HashMap<RoomId, RoomRef>,
    /// Rooms that the person left and that are not closed yet.
    left: HashSet<RoomRef>,
    /// Rooms that are to be forgotten and are not yet.
    forgetting: HashSet<RoomId>,
    front: Option<Front>,
    finder: Finder,
    exports: Exports,
    /// How long what is said is kept where nothing else was chosen.
    keep: watch::Sender<Retention>,
    sweeping: Option<Sweep>,
    tasks: JoinSet<()>,
    room_of: HashMap<Id, RoomRef>,
    remember: bool,
    /// Tells the visits when the network changes, for as long as it is here.
    _network: JoinSet<()>,
}

/// Runs the background until it is asked to end.
pub(super) async fn run(setup: Setup, mut commands: mpsc::Receiver<Command>, teller: Teller) {
    let (reports, mut reported) = mpsc::channel(REPORTS);
    let looked = tokio::time::sleep(Duration::from_millis(LOOK_MS));
    tokio::pin!(looked);
    let mut supervisor = loop {
        let failure = match begin(&setup, reports.clone(), &teller).await {
            Ok(supervisor) => break supervisor,
            Err(failure) => failure,
        };
        if failure == Failure::ProfileInUse && setup.window {
            tokio::select! {
                running = front::look(&setup) => match running {
                    Running::Asked => return teller.tell(Event::Ended).await,
                    Running::Nowhere => continue,
                    Running::Elsewhere => {}
                },
                () = &mut looked => {}
            }
        }
        if !refuse(failure, &mut commands, &teller).await {
            return teller.tell(Event::Ended).await;
        }
        looked.set(tokio::time::sleep(Duration::from_millis(LOOK_MS)));
    };
    drop(reports);
    // The first day begins at once.
    let mut days = tokio::time::interval(DAY);
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::End) | None => break,
                Some(command) => supervisor.obey(command).await,
            },
            Some(report) = reported.recv() => supervisor.reported(report).await,
            Some(ended) = supervisor.tasks.join_next_with_id() => supervisor.ended(ended).await,
            _ = days.tick() => supervisor.sweep().await,
            call = front::called(&mut supervisor.front) => supervisor.called(call).await,
        }
    }
    supervisor.end(reported).await;
}

/// Without a profile hardly anything can be done; the window says why, until the person wants it looked at again. False
/// where they want to end.
async fn refuse(failure: Failure, commands: &mut mpsc::Receiver<Command>, teller: &Teller) -> bool {
    teller.tell(Event::Unusable(failure.clone())).await;
    loop {
        match commands.recv().await {
            None | Some(Command::End) => return false,
            Some(Command::TryAgain) => return true,
            Some(Command::CheckPort(port)) => check_port(port, teller).await,
            Some(Command::Host(room, _) | Command::Join(room, _) | Command::Reopen(room, _)) => {
                teller.tell(Event::Room(room, RoomEvent::Failed(failure.clone()))).await;
            }
            Some(_) => {}
        }
    }
}

/// Opens the profile and tells the window what it begins with.
async fn begin(setup: &Setup, reports: mpsc::Sender<Report>, teller: &Teller) -> Result<Supervisor, Failure> {
    let asked = setup.clone();
    let opening = tokio::task::spawn_blocking(move || open(&asked));
    let opened = opening.await.map_err(|broken| Failure::Storage(broken.to_string()))?;
    let (profile, kept, aside, (recents, recents_aside)) = opened.map_err(|error| match error {
        StoreError::Locked => Failure::ProfileInUse,
        StoreError::ReadOnly => Failure::ReadOnly(setup.data_dir.clone()),
        other => Failure::Storage(format!("{other} ({})", setup.data_dir.display())),
    })?;
    let identity = keys::identity(&profile).map_err(|error| Failure::Storage(error.to_string()))?;
    let lost =
        renewing::lost(&profile, &identity).map_err(|error| Failure::Storage(error.to_string()))?.into();
    let profile = Arc::new(profile);
    let again = recents.iter().filter(|room| room.open).map(|room| room.room_id).collect();
    let started =
        Started { settings: kept.clone(), recents: recents.clone(), login_name: login_name(), again };
    teller.tell(Event::Started(Box::new(started))).await;
    if let Some(place) = aside {
        teller.tell(Event::Notice(Notice::SettingsAside(place))).await;
    }
    if let Some(place) = recents_aside {
        teller.tell(Event::Notice(Notice::RecentsAside(place))).await;
    }
    // The window does not wait for it.
    let front = if setup.window { front::open(&profile).await } else { None };
    let finder = Finder::new(Arc::clone(&profile), teller.clone());
    let clock = clock();
    let (watching, network) = network::watch(Arc::clone(&clock));
    let (keep, kept_for) = watch::channel(kept.keep_history);
    let exports = Exports::new(Arc::clone(&profile), teller.clone());
    Ok(Supervisor {
        setup: setup.clone(),
        world: World { profile, identity, lost, clock, network, reports, keep: kept_for },
        teller: teller.clone(),
        recents,
        visits: HashMap::new(),
        claims: HashMap::new(),
        left: HashSet::new(),
        forgetting: HashSet::new(),
        front,
        finder,
        exports,
        keep,
        sweeping: None,
        tasks: JoinSet::new(),
        room_of: HashMap::new(),
        remember: kept.remember_rooms,
        _network: watching,
    })
}

/// The profile, and what is kept in it; with where settings and recent rooms were set aside.
type Kept = (Profile, Settings, Option<PathBuf>, (Vec<RecentRoom>, Option<PathBuf>));

fn open(setup: &Setup) -> Result<Kept, StoreError> {
    let profile = Profile::open(&setup.data_dir)?;
    let forgotten = profile.finish_forgetting()?;
    let (mut kept, aside) = settings::read_settings(&profile);
    let (mut recents, recents_aside) = settings::read_recent(&profile);
    recents.retain(|room| !forgotten.contains(&room.room_id));
    if let Some(renderer) = setup.renderer {
        // What is tried first anyway need not be remembered.
        let renderer = Some(renderer).filter(|renderer| *renderer != Renderer::FIRST);
        if kept.renderer != renderer {
            kept.renderer = renderer;
            settings::keep_settings(&profile, &kept)?;
        }
    }
    // Whoever opens the window chooses anew, and what was open some time ago does not come back later.
    if setup.window && !setup.hidden && recents.iter().any(|room| room.open) {
        for room in &mut recents {
            room.open = false;
        }
        settings::keep_recent(&profile, &recents)?;
    }
    Ok((profile, kept, aside, (recents, recents_aside)))
}

impl Supervisor {
    async fn obey(&mut self, command: Command) {
        match command {
            Command::Host(room, ask) => self.start(room, Start::Host(ask)).await,
            Command::Join(room, ask) => self.start(room, Start::Join(ask)).await,
            Command::Reopen(room, id) => self.reopen(room, id, None).await,
            Command::Unlock(room, id, password) => self.reopen(room, id, Some(password)).await,
            Command::CheckPort(port) => check_port(port, &self.teller).await,
            Command::KeepSettings(settings) => self.keep_settings(settings).await,
            Command::ForgetRecent(id) => {
                self.recents.retain(|recent| recent.room_id != id);
                self.recents_changed().await;
            }
            Command::Export(room, path) => self.exports.start(room, path).await,
            Command::ExportIdentity(to, words) => self.export_identity(to, words).await,
            Command::ImportIdentity(..) | Command::RenewIdentity => self.change_identity(command).await,
            Command::LookInto(room) => self.look_into(room).await,
            Command::ForgetRoom(room) => self.forget_room(room).await,
            Command::CancelExport(room) => self.exports.cancel(Some(room)).await,
            Command::Find(ask) => self.finder.ask(ask, self.claims.keys().copied().collect()).await,
            // It is used already.
            Command::End | Command::TryAgain => {}
            Command::Leave(room) => {
                if self.visits.contains_key(&room) {
                    self.left.insert(room);
                }
                self.hand_on(room, command).await;
            }
            Command::Retry(room)
            | Command::Say(room, ..)
            | Command::Withdraw(room, _)
            | Command::Rename(room, _)
            | Command::Typing(room, _)
            | Command::Page(room, _)
            | Command::Refresh(room)
            | Command::KeepDraft(room, _)
            | Command::SetGuests(room, _)
            | Command::SetPassword(room, _)
            | Command::Invite(room, _)
            | Command::Invites(room)
            | Command::Revoke(room, _)
            | Command::LetIn(room, _)
            | Command::RemoveGuest(room, ..)
            | Command::SetAsks(room, _)
            | Command::AnswerKnock(room, ..)
            | Command::Act(room, _)
            | Command::SetRule(room, _)
            | Command::Remove(room, _)
            | Command::ActOn(room, ..)
            | Command::Compare(room, _)
            | Command::TheSame(room, _)
            | Command::SetRetention(room, _)
            | Command::SetCapacity(room, _) => self.hand_on(room, command).await,
        }
    }

    async fn reopen(&mut self, room: RoomRef, id: RoomId, password: Option<Password>) {
        match self.recents.iter().find(|recent| recent.room_id == id) {
            Some(recent) => self.start(room, Start::Reopen(Box::new(recent.clone()), password)).await,
            None => self.fail(room, Failure::UnknownRoom).await,
        }
    }

    /// For a visit. One that has ended has said so already; what was said to it meanwhile comes back.
    async fn hand_on(&mut self, room: RoomRef, command: Command) {
        let back = match self.visits.get(&room) {
            Some(visit) => visit.send(command).await.err().map(|error| error.0),
            None => Some(command),
        };
        if let Some(Command::Say(room, id, text, _)) = back {
            let reason = "the room is not open any more".to_owned();
            self.teller.tell(Event::Room(room, RoomEvent::Unsaid { id, text, reason })).await;
        }
    }

    async fn start(&mut self, room: RoomRef, start: Start) {
        if self.visits.len() >= OPEN_ROOMS {
            return self.fail(room, Failure::TooManyRooms).await;
        }
        let (visit, commands) = mpsc::channel(COMMAND_QUEUE);
        self.visits.insert(room, visit);
        let task =
            self.tasks.spawn(visit::run(room, start, self.world.clone(), self.teller.room(room), commands));
        self.room_of.insert(task.id(), room);
    }

    async fn fail(&self, room: RoomRef, failure: Failure) {
        self.teller.tell(Event::Room(room, RoomEvent::Failed(failure))).await;
    }

    async fn reported(&mut self, report: Report) {
        match report {
            Report::Claim(room, id, answer) => {
                self.finder.leave(id).await;
                self.sweep_elsewhere().await;
                let free = !self.forgetting.contains(&id);
                let mine = free && *self.claims.entry(id).or_insert(room) == room;
                let _gone = answer.send(mine);
            }
            Report::Been(recent) => {
                if self.remember {
                    self.been(*recent);
                    self.recents_changed().await;
                }
            }
            Report::Ended(room) => self.forget(room).await,
            Report::Forgotten(room, left) => self.forgotten(room, left).await,
        }
    }

    async fn forget(&mut self, room: RoomRef) {
        self.visits.remove(&room);
        self.left.remove(&room);
        let changed = self.close(room);
        self.forget_left(room).await;
        self.claims.retain(|_, holder| *holder != room);
        if changed {
            self.recents_changed().await;
        }
    }

    /// Nobody wants to be in this room any more. True if it counted as open.
    fn close(&mut self, room: RoomRef) -> bool {
        let (claims, recents) = (&self.claims, self.recents.iter_mut());
        let mut changed = false;
        for recent in recents.filter(|recent| claims.get(&recent.room_id) == Some(&room)) {
            changed |= std::mem::take(&mut recent.open);
        }
        changed
    }

    /// The program was started once more.
    async fn called(&self, call: Call) {
        match &call.wish {
            Wish::Nothing => {}
            Wish::Front => self.teller.tell(Event::ToFront(None)).await,
            Wish::Link(link) => self.teller.tell(Event::ToFront(Some(link.clone()))).await,
        }
        call.answer();
    }

    /// A visit's task is over. If it broke, the person hears of it, and only that room is gone.
    async fn ended(&mut self, ended: Result<(Id, ()), JoinError>) {
        let (id, broken) = match ended {
            Ok((id, ())) => (id, None),
            Err(error) => (error.id(), Some(error)),
        };
        let Some(room) = self.room_of.remove(&id) else { return };
        self.forget(room).await;
        if let Some(error) = broken {
            let reason = format!("this room stopped because of a fault in Hallway: {error}");
            self.fail(room, Failure::Other(reason)).await;
        }
    }

    /// Leaves every room, and waits until they are left.
    async fn end(mut self, mut reported: mpsc::Receiver<Report>) {
        // From here on nobody would come forward.
        if self.front.take().is_some() {
            let profile = Arc::clone(&self.world.profile);
            let _broken = tokio::task::spawn_blocking(move || profile.forget_front()).await;
        }
        for (room, visit) in std::mem::take(&mut self.visits) {
            let _over = visit.try_send(Command::Leave(room));
        }
        let leaving = async {
            loop {
                tokio::select! {
                    ended = self.tasks.join_next_with_id() => match ended {
                        Some(ended) => self.room_of.remove(&match ended { Ok((id, ())) => id, Err(error) => error.id() }),
                        None => break,
                    },
                    Some(report) = reported.recv() => {
                        if let Report::Been(recent) = report && self.remember {
                            self.been(*recent);
                        }
                        None
                    }
                };
            }
        };
        let _late = tokio::time::timeout(Duration::from_millis(END_MS), leaving).await;
        self.forget_rest().await;
        // Those that were left in this very moment may have been recorded as open before.
        for room in std::mem::take(&mut self.left) {
            self.close(room);
        }
        self.recents_changed().await;
        self.finder.close().await;
        self.exports.cancel(None).await;
        self.stop_sweep().await;
        // Whoever hears of the end may start again with this profile at once, so its lock goes first.
        let teller = self.teller.clone();
        drop(self);
        teller.tell(Event::Ended).await;
    }
}
