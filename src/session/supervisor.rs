//! The task that answers the window: it starts visits, hands commands on, and keeps settings and recent rooms.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};

use super::clock::clock;
use super::command::{Command, RoomRef};
use super::event::{Event, Notice, RoomEvent, Started};
use super::failure::Failure;
use super::tell::Teller;
use super::visit::{self, Report, Start, World};
use super::{Setup, keys, login_name};
use crate::net::listen;
use crate::store::{Profile, StoreError, files, settings};
use crate::types::limits::{COMMAND_QUEUE, OPEN_ROOMS, RECENT_ROOMS};
use crate::types::{RecentRoom, RoomId, Settings};

/// Milliseconds that all rooms together have to say goodbye when the app ends.
const END_MS: u64 = 4_000;
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
    tasks: JoinSet<()>,
    room_of: HashMap<Id, RoomRef>,
    remember: bool,
}

/// Runs the background until it is asked to end.
pub(super) async fn run(setup: Setup, mut commands: mpsc::Receiver<Command>, teller: Teller) {
    let (reports, mut reported) = mpsc::channel(REPORTS);
    let mut supervisor = match begin(setup, reports, &teller).await {
        Ok(supervisor) => supervisor,
        Err(failure) => return refuse(failure, commands, &teller).await,
    };
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::End) | None => break,
                Some(command) => supervisor.obey(command).await,
            },
            Some(report) = reported.recv() => supervisor.reported(report).await,
            Some(ended) = supervisor.tasks.join_next_with_id() => supervisor.ended(ended).await,
        }
    }
    supervisor.end(reported).await;
}

/// Without a profile nothing can be done; the window says why, for as long as the person looks at it.
async fn refuse(failure: Failure, mut commands: mpsc::Receiver<Command>, teller: &Teller) {
    teller.tell(Event::Unusable(failure.clone())).await;
    loop {
        match commands.recv().await {
            None | Some(Command::End) => break,
            Some(Command::Host(room, _) | Command::Join(room, _) | Command::Reopen(room, _)) => {
                teller.tell(Event::Room(room, RoomEvent::Failed(failure.clone()))).await;
            }
            Some(_) => {}
        }
    }
    teller.tell(Event::Ended).await;
}

/// Opens the profile and tells the window what it begins with.
async fn begin(setup: Setup, reports: mpsc::Sender<Report>, teller: &Teller) -> Result<Supervisor, Failure> {
    let dir = setup.data_dir.clone();
    let opening = tokio::task::spawn_blocking(move || {
        let profile = Profile::open(&dir)?;
        let (kept, aside) = settings::read_settings(&profile);
        let recents = settings::read_recent(&profile);
        Ok::<_, StoreError>((profile, kept, aside, recents))
    });
    let opened = opening.await.map_err(|broken| Failure::Storage(broken.to_string()))?;
    let (profile, kept, aside, (recents, recents_aside)) = opened.map_err(|error| match error {
        StoreError::Locked => Failure::ProfileInUse,
        other => Failure::Storage(format!("{other} ({})", setup.data_dir.display())),
    })?;
    let identity = keys::identity(&profile).map_err(|error| Failure::Storage(error.to_string()))?;
    let started = Started { settings: kept.clone(), recents: recents.clone(), login_name: login_name() };
    teller.tell(Event::Started(Box::new(started))).await;
    if let Some(place) = aside {
        teller.tell(Event::Notice(Notice::SettingsAside(place))).await;
    }
    if let Some(place) = recents_aside {
        teller.tell(Event::Notice(Notice::RecentsAside(place))).await;
    }
    Ok(Supervisor {
        setup,
        world: World { profile: Arc::new(profile), identity, clock: clock(), reports },
        teller: teller.clone(),
        recents,
        visits: HashMap::new(),
        claims: HashMap::new(),
        tasks: JoinSet::new(),
        room_of: HashMap::new(),
        remember: kept.remember_rooms,
    })
}

impl Supervisor {
    async fn obey(&mut self, command: Command) {
        match command {
            Command::Host(room, ask) => self.start(room, Start::Host(ask)).await,
            Command::Join(room, ask) => self.start(room, Start::Join(ask)).await,
            Command::Reopen(room, id) => match self.recents.iter().find(|recent| recent.room_id == id) {
                Some(recent) => self.start(room, Start::Reopen(Box::new(recent.clone()))).await,
                None => self.fail(room, Failure::UnknownRoom).await,
            },
            Command::CheckPort(port) => self.check_port(port).await,
            Command::KeepSettings(settings) => self.keep_settings(settings).await,
            Command::ForgetRecent(id) => {
                self.recents.retain(|recent| recent.room_id != id);
                self.recents_changed().await;
            }
            Command::SaveFile(path, text) => self.save(path, text).await,
            Command::End => {}
            Command::Retry(room)
            | Command::Leave(room)
            | Command::Say(room, ..)
            | Command::Withdraw(room, _)
            | Command::Rename(room, _)
            | Command::Typing(room, _)
            | Command::Page(room, _)
            | Command::Refresh(room)
            | Command::KeepDraft(room, _)
            | Command::SetGuests(room, _)
            | Command::LetIn(room, _)
            | Command::RemoveGuest(room, ..)
            | Command::SetCapacity(room, _) => self.hand_on(room, command).await,
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
                let holder = *self.claims.entry(id).or_insert(room);
                let _gone = answer.send(holder == room);
            }
            Report::Been(recent) => {
                if !self.remember {
                    return;
                }
                self.recents.retain(|known| known.room_id != recent.room_id);
                self.recents.insert(0, *recent);
                self.recents.truncate(RECENT_ROOMS);
                self.recents_changed().await;
            }
            Report::Ended(room) => self.forget(room),
        }
    }

    fn forget(&mut self, room: RoomRef) {
        self.visits.remove(&room);
        self.claims.retain(|_, holder| *holder != room);
    }

    /// A visit's task is over. If it broke, the person hears of it, and only that room is gone.
    async fn ended(&mut self, ended: Result<(Id, ()), JoinError>) {
        let (id, broken) = match ended {
            Ok((id, ())) => (id, None),
            Err(error) => (error.id(), Some(error)),
        };
        let Some(room) = self.room_of.remove(&id) else { return };
        self.forget(room);
        if let Some(error) = broken {
            let reason = format!("this room stopped because of a fault in Hallway: {error}");
            self.fail(room, Failure::Other(reason)).await;
        }
    }

    async fn recents_changed(&mut self) {
        self.teller.tell(Event::Recents(self.recents.clone())).await;
        if !self.setup.window {
            return;
        }
        let (profile, recents) = (Arc::clone(&self.world.profile), self.recents.clone());
        let kept = tokio::task::spawn_blocking(move || settings::keep_recent(&profile, &recents)).await;
        self.kept(kept).await;
    }

    async fn keep_settings(&mut self, kept: Settings) {
        self.remember = kept.remember_rooms;
        if !self.remember && !self.recents.is_empty() {
            self.recents.clear();
            self.recents_changed().await;
        }
        let profile = Arc::clone(&self.world.profile);
        let kept = tokio::task::spawn_blocking(move || settings::keep_settings(&profile, &kept)).await;
        self.kept(kept).await;
    }

    async fn kept(&self, kept: Result<Result<(), StoreError>, JoinError>) {
        let reason = match kept {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(broken) => broken.to_string(),
        };
        self.teller.tell(Event::Notice(Notice::SettingsNotKept(reason))).await;
    }

    async fn check_port(&self, port: u16) {
        let free = listen::exactly(None, port).is_ok();
        let next = if free { None } else { listen::next_free(None, port) };
        self.teller.tell(Event::PortChecked { port, free, next }).await;
    }

    async fn save(&self, path: PathBuf, text: String) {
        let saving = tokio::task::spawn_blocking(move || files::save_text(&path, &text).map(|()| path));
        let saved = match saving.await {
            Ok(saved) => saved.map_err(|error| error.to_string()),
            Err(broken) => Err(broken.to_string()),
        };
        self.teller.tell(Event::Saved(saved)).await;
    }

    /// Leaves every room, and waits until they are left.
    async fn end(mut self, mut reported: mpsc::Receiver<Report>) {
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
                            self.recents.retain(|known| known.room_id != recent.room_id);
                            self.recents.insert(0, *recent);
                        }
                        None
                    }
                };
            }
        };
        let _late = tokio::time::timeout(Duration::from_millis(END_MS), leaving).await;
        self.recents_changed().await;
        // Whoever hears of the end may start again with this profile at once, so its lock goes first.
        let teller = self.teller.clone();
        drop(self);
        teller.tell(Event::Ended).await;
    }
}
