//! One visit from its beginning to its end: prepared, run, and, where its records failed, prepared and run again.
//!
//! After a failed sync nothing is written until the file is opened again, so that is done here, without anybody's
//! help; and a file in which damage was found is mended before that. Meanwhile the window keeps what it has; what is
//! said comes back to whoever said it; and the person may leave.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;

use super::plain::{self, PlainVisit};
use super::{Report, Start, Visit, World, opened, prepare};
use crate::room::log::RoomLog;
use crate::session::command::{Command, RoomRef};
use crate::session::event::{Notice, RoomEvent};
use crate::session::failure::Failure;
use crate::session::records::Records;
use crate::session::tell::RoomTeller;
use crate::store::StoreError;
use crate::types::limits::{REOPEN_MAX_MS, REOPEN_MIN_MS};
use crate::types::{OpId, RoomId};

/// Commands that may come before the room is there; what a script pipes in, and a person's few.
const EARLY: usize = 1_024;

/// How often one room's file is mended before it is left alone: a disk that damages it again and again would be filled
/// with damaged files.
const MENDED: u32 = 3;

/// Why a visit's loop ends.
pub(super) enum End {
    /// As asked.
    Left,
    /// It cannot go on.
    Failed(Failure),
    /// Its records cannot go on as they are.
    Again(StoreError),
}

/// A visit that runs, or is about to.
enum Prepared {
    Room(Box<Visit>),
    Plain(Box<PlainVisit>),
}

/// What outlives one opening of the room.
struct Course {
    room: RoomRef,
    world: World,
    teller: RoomTeller,
    commands: mpsc::Receiver<Command>,
    /// What was asked before there was anybody to do it.
    early: VecDeque<Command>,
    /// How often its file was mended.
    mended: u32,
}

/// Runs one visit from its beginning to its end.
pub(in crate::session) async fn run(
    room: RoomRef,
    start: Start,
    world: World,
    teller: RoomTeller,
    commands: mpsc::Receiver<Command>,
) {
    let reports = world.reports.clone();
    let mut course = Course { room, world, teller, commands, early: VecDeque::new(), mended: 0 };
    let over = match course.run(start).await {
        Err(failure) => RoomEvent::Failed(failure),
        Ok(()) => RoomEvent::Over,
    };
    // Whoever is told that it is over may go there again at once: the room is free before that.
    let _ended = reports.send(Report::Ended(room)).await;
    course.teller.tell(over).await;
}

impl Course {
    async fn run(&mut self, start: Start) -> Result<(), Failure> {
        let mut visit = match self.prepare(start).await {
            Some(Ok(visit)) => visit,
            Some(Err(failure)) => {
                self.give_back("the room did not open").await;
                return Err(failure);
            }
            None => return Ok(()),
        };
        loop {
            let trouble = match visit.run(&mut self.early, &mut self.commands).await {
                End::Left => {
                    visit.close().await;
                    return Ok(());
                }
                End::Failed(failure) => {
                    visit.close().await;
                    return Err(failure);
                }
                End::Again(StoreError::Damaged(said)) if self.mended >= MENDED => {
                    let file = self.world.profile.room_file(&visit.room());
                    visit.stop().await;
                    return Err(Failure::Unreadable { file, said });
                }
                End::Again(trouble) => trouble,
            };
            match self.again(visit, trouble).await {
                Some(opened) => visit = opened,
                None => return Ok(()),
            }
        }
    }

    /// Prepares a visit. None where the person leaves before it is there.
    async fn prepare(&mut self, start: Start) -> Option<Result<Prepared, Failure>> {
        let preparing = prepared(self.room, start, &self.world, self.teller.clone());
        tokio::pin!(preparing);
        loop {
            tokio::select! {
                prepared = &mut preparing => return Some(prepared),
                command = self.commands.recv(), if self.early.len() < EARLY => match command {
                    None | Some(Command::Leave(_)) => return None,
                    // What is said before there is an outbox waits for it.
                    Some(command) => self.early.push_back(command),
                },
            }
        }
    }

    /// Opens the room again whose records failed, as often as it takes. None where the person leaves.
    async fn again(&mut self, mut visit: Prepared, trouble: StoreError) -> Option<Prepared> {
        let mut reason = trouble.to_string();
        self.teller.tell(RoomEvent::Notice(Notice::Reopening(reason.clone()))).await;
        let mut damaged = matches!(trouble, StoreError::Damaged(_));
        let waiting = visit.waiting();
        let start = visit.stop().await;
        let mut wait = REOPEN_MIN_MS;
        loop {
            self.teller.tell(RoomEvent::Offline(Failure::Reopening(reason), wait)).await;
            self.wait(&mut visit, wait).await?;
            visit.let_go().await;
            if damaged && let Err(failure) = self.mend(visit.room()).await {
                reason = failure;
                self.give_back(&reason).await;
                wait = wait.saturating_mul(2).min(REOPEN_MAX_MS);
                continue;
            }
            damaged = false;
            reason = match self.prepare(start.clone()).await? {
                Ok(opened) => {
                    self.teller.tell(RoomEvent::Notice(Notice::StoringAgain)).await;
                    if let Some(gone) = opened.gone(waiting) {
                        self.tell_sent(gone).await;
                    }
                    return Some(opened);
                }
                Err(Failure::Storage(reason) | Failure::Unreadable { said: reason, .. }) => reason,
                Err(other) => format!("{other:?}"),
            };
            self.give_back(&reason).await;
            wait = wait.saturating_mul(2).min(REOPEN_MAX_MS);
        }
    }

    /// Mends the room's file, and says what became of it; else why that cannot be done.
    async fn mend(&mut self, room: RoomId) -> Result<(), String> {
        let mended = opened::mend(&self.world, room).await.map_err(|error| error.to_string())?;
        self.mended += 1;
        self.teller.tell(RoomEvent::Notice(Notice::Mended(mended.lost, mended.original))).await;
        Ok(())
    }

    /// Lets the time pass. What is asked meanwhile is answered as far as it can be read, and else waits.
    async fn wait(&mut self, visit: &mut Prepared, ms: u64) -> Option<()> {
        let over = tokio::time::sleep(Duration::from_millis(ms));
        tokio::pin!(over);
        loop {
            let command = tokio::select! {
                () = &mut over => return Some(()),
                command = self.commands.recv(), if self.early.len() < EARLY => command,
            };
            match command {
                None | Some(Command::Leave(_)) => return None,
                Some(Command::Retry(_)) => return Some(()),
                Some(Command::Typing(..)) => {}
                Some(command @ (Command::Page(..) | Command::Refresh(_))) if visit.is_readable() => {
                    visit.show(command).await;
                }
                Some(command) => {
                    self.early.push_back(command);
                    self.give_back("nothing can be kept here at the moment").await;
                }
            }
        }
    }

    /// What waited before and is in the log by now, for what took it there was on the disk all the same: nobody else would
    /// say so.
    async fn tell_sent(&mut self, (records, gone): (Records, Vec<OpId>)) {
        let author = self.world.identity.key();
        for id in gone {
            if let Ok(Some(entry)) = RoomLog::find(&records, author, id).await {
                self.teller.tell(RoomEvent::Sent(id, entry.seq)).await;
            }
        }
    }

    /// Gives back what was said and is kept nowhere.
    async fn give_back(&mut self, reason: &str) {
        for command in std::mem::take(&mut self.early) {
            match command {
                Command::Say(_, id, text, _) => {
                    let reason = reason.to_owned();
                    self.teller.tell(RoomEvent::Unsaid { id, text, reason }).await;
                }
                other => self.early.push_back(other),
            }
        }
    }
}

async fn prepared(
    room: RoomRef,
    start: Start,
    world: &World,
    teller: RoomTeller,
) -> Result<Prepared, Failure> {
    if start.is_plain() {
        let visit = plain::prepare(room, start, world, teller).await?;
        return Ok(Prepared::Plain(Box::new(visit)));
    }
    let visit = prepare::prepare(room, start, world, teller).await?;
    Ok(Prepared::Room(Box::new(visit)))
}

impl Prepared {
    async fn run(&mut self, early: &mut VecDeque<Command>, commands: &mut mpsc::Receiver<Command>) -> End {
        match self {
            Self::Room(visit) => visit.run(early, commands).await,
            Self::Plain(visit) => visit.run(early, commands).await,
        }
    }

    /// Nothing goes out or comes in any more. Answers how to open it again.
    async fn stop(&mut self) -> Start {
        Start::Again(Box::new(match self {
            Self::Room(visit) => visit.stop().await,
            Self::Plain(visit) => visit.stop().await,
        }))
    }

    /// Nobody is in the room any more: closes the records, and waits until they are closed.
    async fn close(&mut self) {
        match self {
            Self::Room(visit) => visit.records.close().await,
            Self::Plain(visit) => visit.records.close().await,
        }
    }

    /// Closes the records to open them again, and waits until they are closed.
    async fn let_go(&mut self) {
        match self {
            Self::Room(visit) => visit.records.end().await,
            Self::Plain(visit) => visit.records.end().await,
        }
    }

    /// What of this does not wait any more, and the records that know why.
    fn gone(&self, waited: Vec<OpId>) -> Option<(Records, Vec<OpId>)> {
        let Self::Room(visit) = self else { return None };
        let still = visit.replica.pending();
        let gone = waited.into_iter().filter(|id| still.iter().all(|row| row.id != *id)).collect();
        Some((visit.records.clone(), gone))
    }

    /// What waits for the host.
    fn waiting(&self) -> Vec<OpId> {
        match self {
            Self::Room(visit) => visit.replica.pending().into_iter().map(|row| row.id).collect(),
            Self::Plain(_) => Vec::new(),
        }
    }

    fn room(&self) -> RoomId {
        match self {
            Self::Room(visit) => visit.record.room_id,
            Self::Plain(visit) => visit.record.room_id,
        }
    }

    /// Whether the records are still there, which can be read after a failed sync too.
    fn is_readable(&self) -> bool {
        match self {
            Self::Room(visit) => !visit.records.has_ended(),
            Self::Plain(visit) => !visit.records.has_ended(),
        }
    }

    /// Shows what is kept here.
    async fn show(&mut self, command: Command) {
        let _nothing_is_sent = match self {
            Self::Room(visit) => visit.obey(command).await,
            Self::Plain(visit) => visit.obey(command).await,
        };
    }
}
