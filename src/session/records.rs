//! One thread per open room, which owns its database.
//!
//! SQLite blocks, so it has a thread of its own; the rest asks by messages and waits without blocking. Jobs
//! are done in the order in which they were asked. When there are none, what is not to be kept is removed, and what is not
//! in the index of words yet is put there, a little at a time. Outbox rows that were asked for together are committed
//! together, so a pasted page of lines costs one sync and not one each.

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use crate::room::Hole;
use crate::room::log::{LogError, LogFuture, RoomLog};
use crate::store::{NotKept, RoomDb, RoomRecord, StoreError};
use crate::types::limits::{COMMIT_ENTRIES, STORE_QUEUE};
use crate::types::{
    Batch, Entry, Epoch, FetchFrom, Link, MemberKey, OpId, Outgoing, Refusal, Retention, Run, Seq, Slice,
};

/// Where an answer goes.
type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the thread is asked to do.
#[derive(Debug)]
enum Job {
    Append(Batch, Answer<()>),
    Page(FetchFrom, usize, Answer<Slice>),
    FirstAt(i64, Answer<Option<Seq>>),
    Find(MemberKey, OpId, Answer<Option<Entry>>),
    Copy { run: Run, live: bool, done: Vec<OpId>, epoch: Epoch, answer: Answer<Link> },
    Queue(Outgoing, Answer<()>),
    Requeue(Vec<Outgoing>, Answer<()>),
    MarkRefused(OpId, Refusal),
    Forget(OpId),
    Holes(Answer<Vec<Hole>>),
    Removed(MemberKey, OpId, Answer<Option<Seq>>),
    RemovedTo(Answer<Seq>),
    NotKept(NotKept, Answer<Seq>),
    KeepRetention(Option<Retention>),
    Draft(Answer<String>),
    KeepDraft(String),
    KeepRecord(Box<RoomRecord>),
}

/// The way to a room's database. The thread ends when the last of these is gone.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    jobs: mpsc::Sender<Job>,
}

/// A way to a room's database that does not keep it open.
pub(crate) struct WeakRecords(mpsc::WeakSender<Job>);

impl WeakRecords {
    /// The way, where somebody still has the room open.
    pub(crate) fn upgrade(&self) -> Option<Records> {
        self.0.upgrade().map(|jobs| Records { jobs })
    }
}

impl Records {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the system gives no more threads.
    pub(crate) fn start(db: RoomDb) -> Result<Self, StoreError> {
        let (jobs, received) = mpsc::channel(STORE_QUEUE);
        let thread = std::thread::Builder::new().name("room records".to_owned());
        thread.spawn(move || work(db, received)).map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self { jobs })
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        self.begin(job).await.finish().await
    }

    /// Hands in a job; its answer is waited for later. Jobs are done in the order of these calls.
    async fn begin<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Begun<T> {
        let (answer, answered) = oneshot::channel();
        // A thread that has ended drops the answer too, which says the same.
        let _ended = self.jobs.send(job(answer)).await;
        Begun(answered)
    }

    pub(crate) async fn page(&self, from: FetchFrom, max: usize) -> Result<Slice, StoreError> {
        self.ask(|answer| Job::Page(from, max, answer)).await
    }

    pub(crate) async fn first_at(&self, at_ms: i64) -> Result<Option<Seq>, StoreError> {
        self.ask(|answer| Job::FirstAt(at_ms, answer)).await
    }

    pub(crate) async fn begin_copy(
        &self,
        run: Run,
        live: bool,
        done: Vec<OpId>,
        epoch: Epoch,
    ) -> Begun<Link> {
        self.begin(|answer| Job::Copy { run, live, done, epoch, answer }).await
    }

    pub(crate) async fn begin_queue(&self, row: Outgoing) -> Begun<()> {
        self.begin(|answer| Job::Queue(row, answer)).await
    }

    pub(crate) async fn begin_requeue(&self, rows: Vec<Outgoing>) -> Begun<()> {
        self.begin(|answer| Job::Requeue(rows, answer)).await
    }

    pub(crate) async fn mark_refused(&self, id: OpId, refusal: Refusal) {
        let _ended = self.jobs.send(Job::MarkRefused(id, refusal)).await;
    }

    pub(crate) async fn forget(&self, id: OpId) {
        let _ended = self.jobs.send(Job::Forget(id)).await;
    }

    pub(crate) async fn holes(&self) -> Result<Vec<Hole>, StoreError> {
        self.ask(Job::Holes).await
    }

    /// A way that does not keep the room's file open.
    pub(crate) fn downgrade(&self) -> WeakRecords {
        WeakRecords(self.jobs.downgrade())
    }

    /// Entries up to here are not kept.
    pub(crate) async fn removed_to(&self) -> Result<Seq, StoreError> {
        self.ask(Job::RemovedTo).await
    }

    /// From now on this is not kept. Answers when all of it is removed, with up to where nothing is kept.
    pub(crate) async fn begin_removing(&self, not_kept: NotKept) -> Begun<Seq> {
        self.begin(|answer| Job::NotKept(not_kept, answer)).await
    }

    pub(crate) async fn keep_retention(&self, retention: Option<Retention>) {
        let _ended = self.jobs.send(Job::KeepRetention(retention)).await;
    }

    pub(crate) async fn draft(&self) -> Result<String, StoreError> {
        self.ask(Job::Draft).await
    }

    pub(crate) async fn keep_draft(&self, text: String) {
        let _ended = self.jobs.send(Job::KeepDraft(text)).await;
    }

    pub(crate) async fn keep_record(&self, record: RoomRecord) {
        let _ended = self.jobs.send(Job::KeepRecord(Box::new(record))).await;
    }
}

/// A job that was handed in.
#[derive(Debug)]
pub(crate) struct Begun<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Begun<T> {
    /// Waits for its answer. Safe to drop and to call again until it has answered.
    pub(crate) async fn finish(&mut self) -> Result<T, StoreError> {
        let ended = || StoreError::Io("the thread that keeps this room has ended".to_owned());
        (&mut self.0).await.unwrap_or_else(|_| Err(ended()))
    }
}

impl RoomLog for Records {
    fn append(&self, batch: Batch) -> LogFuture<'_, ()> {
        Box::pin(async move { self.ask(|answer| Job::Append(batch, answer)).await.map_err(reason) })
    }

    fn page(&self, from: FetchFrom, max: usize) -> LogFuture<'_, Slice> {
        Box::pin(async move { Self::page(self, from, max).await.map_err(reason) })
    }

    fn find(&self, author: MemberKey, id: OpId) -> LogFuture<'_, Option<Entry>> {
        Box::pin(async move { self.ask(|answer| Job::Find(author, id, answer)).await.map_err(reason) })
    }

    fn removed(&self, author: MemberKey, id: OpId) -> LogFuture<'_, Option<Seq>> {
        Box::pin(async move { self.ask(|answer| Job::Removed(author, id, answer)).await.map_err(reason) })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it in")]
fn reason(error: StoreError) -> LogError {
    LogError { reason: error.to_string() }
}

/// Does jobs until nobody can ask any more.
fn work(mut db: RoomDb, mut jobs: mpsc::Receiver<Job>) {
    let (mut next, mut removing) = (None, None);
    while let Some(job) = next.take().or_else(|| next_job(&mut db, &mut jobs, &mut removing)) {
        next = match job {
            Job::NotKept(not_kept, answer) => {
                db.set_not_kept(not_kept);
                removing = Some(answer);
                None
            }
            Job::Queue(row, answer) => queue(&mut db, (row, answer), &mut jobs),
            job => {
                carry_out(&mut db, job);
                None
            }
        };
    }
    if let Err(error) = db.remove_at_end() {
        tracing::warn!(%error, "what was kept only while the room was open is still there");
    }
}

/// The next job; none when nobody can ask any more. Until there is one, what can wait is done.
fn next_job(
    db: &mut RoomDb,
    jobs: &mut mpsc::Receiver<Job>,
    removing: &mut Option<Answer<Seq>>,
) -> Option<Job> {
    loop {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        match idle(db, removing) {
            Ok(true) => {}
            Ok(false) => return jobs.blocking_recv(),
            Err(error) => {
                tracing::warn!(%error, "what can wait was not done");
                return jobs.blocking_recv();
            }
        }
    }
}

/// Does a little of what can wait, and answers whether there is more of it.
fn idle(db: &mut RoomDb, removing: &mut Option<Answer<Seq>>) -> Result<bool, StoreError> {
    if db.remove_some()? {
        return Ok(true);
    }
    if let Some(answer) = removing.take() {
        let _gone = answer.send(db.removed_to());
    }
    if db.index_some()? {
        return Ok(true);
    }
    db.checkpoint_some()?;
    Ok(false)
}

/// Commits this row and those that wait right behind it. Answers the first job that is something else.
fn queue(db: &mut RoomDb, first: (Outgoing, Answer<()>), jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    let (mut rows, mut answers) = (vec![first.0], vec![first.1]);
    let mut other = None;
    while rows.len() < COMMIT_ENTRIES && other.is_none() {
        match jobs.try_recv() {
            Ok(Job::Queue(row, answer)) => {
                rows.push(row);
                answers.push(answer);
            }
            Ok(job) => other = Some(job),
            Err(_) => break,
        }
    }
    let result = db.queue_all(&rows);
    for answer in answers {
        let _gone = answer.send(result.clone());
    }
    other
}

/// Does one job. Whoever asked may be gone by now; then the answer is nobody's.
fn carry_out(db: &mut RoomDb, job: Job) {
    match job {
        Job::Append(batch, answer) => drop(answer.send(db.append(&batch))),
        Job::Page(from, max, answer) => drop(answer.send(db.page(from, max))),
        Job::FirstAt(at_ms, answer) => drop(answer.send(db.first_at(at_ms))),
        Job::Find(author, id, answer) => drop(answer.send(db.find(&author, &id))),
        Job::Copy { run, live, done, epoch, answer } => {
            drop(answer.send(db.store_run(&run, live, &done, epoch)));
        }
        Job::Queue(row, answer) => drop(answer.send(db.queue(&row))),
        Job::Requeue(rows, answer) => drop(answer.send(db.requeue(&rows))),
        Job::MarkRefused(id, refusal) => unanswered(db.mark_refused(&id, &refusal)),
        Job::Forget(id) => unanswered(db.forget(&id)),
        Job::Holes(answer) => drop(answer.send(holes(db))),
        Job::Removed(author, id, answer) => drop(answer.send(db.removed(&author, &id))),
        Job::RemovedTo(answer) => drop(answer.send(db.removed_to())),
        Job::NotKept(not_kept, _) => db.set_not_kept(not_kept),
        Job::KeepRetention(retention) => unanswered(db.keep_retention(retention)),
        Job::Draft(answer) => drop(answer.send(db.draft())),
        Job::KeepDraft(text) => unanswered(db.keep_draft(&text)),
        Job::KeepRecord(record) => unanswered(db.keep_record(&record)),
    }
}

/// What nobody waits for and what is done again by itself: a row that is still there is sent again and
/// answered with the number that it has.
fn unanswered(result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a record was not kept");
    }
}

fn holes(db: &RoomDb) -> Result<Vec<Hole>, StoreError> {
    let holes = db.gaps()?.into_iter().map(|gap| Hole { after: gap.after, newest: gap.newest }).collect();
    Ok(holes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::finder::tests::{Said, record, signed};
    use crate::session::finder::text_of;
    use crate::types::RoomId;

    #[tokio::test]
    async fn what_was_kept_before_there_was_an_index_is_indexed_between_jobs() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let room = record(RoomId([1; 32]), "Kitchen");
        let mut db = RoomDb::create(&path, &room).unwrap();
        let said = (0..700).map(|at_ms| Said { at_ms, text: "tea".to_owned() });
        let mut entries = signed(&room, said.collect());
        let newest = entries.split_off(600);
        db.append(&Batch { entries, members: Vec::new() }).unwrap();
        db.index_with(text_of);
        let records = Records::start(db).unwrap();
        let beside = RoomDb::open_read_only(&path).unwrap();
        let mut jobs = 0;
        for entry in newest {
            records
                .ask(|answer| Job::Append(Batch { entries: vec![entry], members: Vec::new() }, answer))
                .await
                .unwrap();
        }
        while !beside.is_indexed().unwrap() {
            records.draft().await.unwrap();
            jobs += 1;
            assert!(jobs < 100_000, "it never came to its end");
        }
    }
}
