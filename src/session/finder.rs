//! Looking for what was said, in every room that is kept here, on a thread of its own.
//!
//! Rooms are read beside whoever writes them, so that a long search holds nothing up. A newer search takes the place
//! of an older one: what that is reading is interrupted, and nothing more is told of it. When nothing is looked for,
//! the thread indexes rooms that a search met, that are not open and so have no thread of their own, a little at a
//! time.

mod search;
#[cfg(test)]
pub(super) mod tests;

use std::collections::HashSet;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot, watch};

use self::search::Searched;
use super::command::FindAsk;
use super::event::{Event, FoundPage};
use super::tell::Teller;
use crate::store::{Interrupter, Profile, RoomDb, StoreError};
use crate::types::limits::COMMAND_QUEUE;
use crate::types::{Content, Entry, RoomId};
use crate::wire::op;

/// What the index is told of an entry: its text, if it has one.
pub(super) fn text_of(entry: &Entry) -> Option<String> {
    match op::content(&entry.signed) {
        Content::Post(text) => Some(text.into()),
        _ => None,
    }
}

/// What the thread is asked to do.
enum Job {
    /// Search; the rooms are those that are open.
    Find(u64, Box<FindAsk>, HashSet<RoomId>),
    /// Let go of this room, and say so.
    Leave(RoomId, oneshot::Sender<()>),
}

/// The way to the thread. It is started with the first search.
pub(super) struct Finder {
    profile: Arc<Profile>,
    teller: Teller,
    newest: watch::Sender<u64>,
    thread: Option<Running>,
}

/// A thread that runs.
struct Running {
    jobs: mpsc::Sender<Job>,
    reading: watch::Receiver<Option<Interrupter>>,
    thread: JoinHandle<()>,
}

impl Finder {
    pub(super) fn new(profile: Arc<Profile>, teller: Teller) -> Self {
        Self { profile, teller, newest: watch::Sender::new(0), thread: None }
    }

    /// Searches, in place of what is searched now. `Found` is told, unless a newer search comes first.
    pub(super) async fn ask(&mut self, ask: FindAsk, open: HashSet<RoomId>) {
        let find = ask.find;
        let number = self.stop();
        let taken = match self.running() {
            Ok(running) => running.jobs.send(Job::Find(number, Box::new(ask), open)).await.is_ok(),
            Err(error) => {
                tracing::warn!(%error, "no search");
                false
            }
        };
        if !taken {
            let missing = vec!["nothing can be searched: its thread has ended".to_owned()];
            let page = FoundPage { find, lines: Vec::new(), more: None, missing };
            self.teller.tell(Event::Found(page)).await;
        }
    }

    /// The room will be opened or removed: waits until the thread holds nothing of it.
    pub(super) async fn leave(&self, room: RoomId) {
        let Some(running) = &self.thread else { return };
        let (left, done) = oneshot::channel();
        if running.jobs.send(Job::Leave(room, left)).await.is_ok() {
            let _ended = done.await;
        }
    }

    /// Ends the thread, and waits until it holds nothing of the profile.
    pub(super) async fn close(&mut self) {
        self.stop();
        if let Some(Running { jobs, thread, .. }) = self.thread.take() {
            drop(jobs);
            let _broken = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    /// What is searched now is not wanted any more. Answers the number of the search that comes next.
    fn stop(&mut self) -> u64 {
        self.newest.send_modify(|newest| *newest += 1);
        if let Some(Some(reading)) = self.thread.as_ref().map(|running| running.reading.borrow()).as_deref() {
            reading.interrupt();
        }
        *self.newest.borrow()
    }

    fn running(&mut self) -> std::io::Result<&Running> {
        if self.thread.as_ref().is_none_or(|running| running.thread.is_finished()) {
            let (jobs, received) = mpsc::channel(COMMAND_QUEUE);
            let (shown, reading) = watch::channel(None);
            let work = Work {
                profile: Arc::clone(&self.profile),
                teller: self.teller.clone(),
                jobs: received,
                current: Current { number: 0, newest: self.newest.subscribe(), reading: shown },
                behind: Vec::new(),
                indexing: None,
            };
            let builder = std::thread::Builder::new().name("search".to_owned());
            let thread = builder.spawn(move || work.run())?;
            self.thread = Some(Running { jobs, reading, thread });
        }
        self.thread.as_ref().ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

/// Whether a search is still the one that is wanted, and what it reads.
pub(super) struct Current {
    number: u64,
    newest: watch::Receiver<u64>,
    reading: watch::Sender<Option<Interrupter>>,
}

impl Current {
    /// No newer search was asked for.
    fn is_wanted(&self) -> bool {
        *self.newest.borrow() == self.number
    }

    /// Shows what is being read, so that it can be interrupted.
    fn reads(&self, db: &RoomDb) {
        self.reading.send_replace(Some(db.interrupter()));
    }
}

/// The thread's own.
struct Work {
    profile: Arc<Profile>,
    teller: Teller,
    jobs: mpsc::Receiver<Job>,
    current: Current,
    /// Rooms that are not indexed to their end and that nobody else has open.
    behind: Vec<RoomId>,
    indexing: Option<RoomDb>,
}

impl Work {
    fn run(mut self) {
        while let Some(job) = self.next() {
            match job {
                Job::Find(number, ask, open) => {
                    self.current.number = number;
                    self.indexing = None;
                    self.find(&ask, &open);
                }
                Job::Leave(room, left) => {
                    self.behind.retain(|behind| *behind != room);
                    self.indexing = None;
                    let _gone = left.send(());
                }
            }
        }
    }

    /// The next job. Until there is one, rooms that need it are indexed.
    fn next(&mut self) -> Option<Job> {
        loop {
            match self.jobs.try_recv() {
                Ok(job) => return Some(job),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let Some(room) = self.behind.last().copied() else { return self.jobs.blocking_recv() };
            match self.index_some(room) {
                Ok(true) => {}
                done => {
                    if let Err(error) = done {
                        tracing::warn!(%error, "a room was not indexed");
                    }
                    self.behind.pop();
                    self.indexing = None;
                }
            }
        }
    }

    fn index_some(&mut self, room: RoomId) -> Result<bool, StoreError> {
        let mut db = match self.indexing.take() {
            Some(db) => db,
            None => self.profile.open_room(&room)?,
        };
        db.index_with(text_of);
        let more = db.index_some()?;
        self.indexing = Some(db);
        Ok(more)
    }

    fn find(&mut self, ask: &FindAsk, open: &HashSet<RoomId>) {
        let searched = search::search(&self.profile, ask, &self.current);
        self.current.reading.send_replace(None);
        let Some(Searched { page, behind, damaged }) = searched else { return };
        self.behind = behind.into_iter().filter(|room| !open.contains(room)).collect();
        for room in damaged {
            match self.profile.open_room(&room).and_then(|mut db| db.rebuild_index()) {
                Ok(()) => self.behind.push(room),
                Err(error) => tracing::warn!(%error, "an index was not made again"),
            }
        }
        if self.current.is_wanted() {
            pollster::block_on(self.teller.tell(Event::Found(page)));
        }
    }
}
