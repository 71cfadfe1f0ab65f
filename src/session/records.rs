//! One thread per open room, which owns its database.
//!
//! SQLite blocks, so it has a thread of its own; the rest asks by messages and waits without blocking. Jobs
//! are done in the order in which they were asked. When there are none, what is not to be kept is removed, what is not
//! in the index of words yet is put there, and the log is held against its hashes, a little at a time. Outbox rows that
//! were asked for together are committed together, so a pasted page of lines costs one sync and not one each.

mod work;

use tokio::sync::{mpsc, oneshot, watch};

use self::work::Work;
use crate::room::Hole;
use crate::room::log::{LogError, LogFuture, RoomLog};
use crate::store::{Issue, NotKept, RoomDb, RoomRecord, StoreError};
use crate::types::limits::STORE_QUEUE;
use crate::types::{
    Admission, Batch, Entry, Epoch, FetchFrom, Issued, Link, MemberKey, OpId, Outgoing, Refusal, Removal,
    Retention, Run, RunPlace, Seq, SignedHead, Slice,
};
use crate::wire::message::Fetch;

/// Where an answer goes.
type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the thread is asked to do.
#[derive(Debug)]
enum Job {
    Append(Batch, Answer<()>),
    Page(FetchFrom, usize, Answer<Slice>),
    /// As `Page`, for others: without a hole in it.
    Serve(FetchFrom, usize, Answer<Slice>),
    FirstAt(i64, Answer<Option<Seq>>),
    Find(MemberKey, OpId, Answer<Option<Entry>>),
    LinkAt(Seq, Answer<Option<Link>>),
    Turn(Epoch, Answer<()>),
    Refill(Run, Answer<()>),
    Admit(Admission, Answer<()>),
    Issue(Box<Issue>, Answer<u32>),
    Revoke(u32, Answer<bool>),
    Invites(Answer<Vec<Issued>>),
    Copy(Box<Copied>, Answer<Link>),
    Offered((Epoch, Link), Fetch, Answer<Slice>),
    HandedBack(Epoch, Link),
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
    KeepKnownBy(MemberKey),
    KeepRecord(Box<RoomRecord>),
    Compared(Answer<Vec<MemberKey>>),
    KeepCompared(MemberKey, Answer<()>),
    /// The record, for somebody who waits until it is kept.
    Prove(Box<RoomRecord>, Answer<()>),
    /// Close the database, and say when it is closed; whether nobody uses the room any more, or it is opened again.
    End(bool, oneshot::Sender<()>),
}

/// What a member's copy is to hold in one commit.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) run: Run,
    pub(crate) place: RunPlace,
    pub(crate) done: Vec<OpId>,
    pub(crate) epoch: Epoch,
    pub(crate) proof: Option<SignedHead>,
    pub(crate) removals: Vec<(Seq, Removal)>,
}

impl Copied {
    /// The newest of a log that nobody vouches for, and from which nobody removes anything.
    pub(crate) fn plain(run: Run, done: Vec<OpId>, epoch: Epoch) -> Self {
        Self { run, place: RunPlace::Live, done, epoch, proof: None, removals: Vec::new() }
    }
}

/// The way to a room's database. The thread ends when the last of these is gone.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    jobs: mpsc::Sender<Job>,
    /// Why the database has to be opened again.
    trouble: watch::Receiver<Option<StoreError>>,
}

/// A way to a room's database that does not keep it open.
pub(crate) struct WeakRecords(mpsc::WeakSender<Job>, watch::Receiver<Option<StoreError>>);

impl WeakRecords {
    /// The way, where somebody still has the room open.
    pub(crate) fn upgrade(&self) -> Option<Records> {
        self.0.upgrade().map(|jobs| Records { jobs, trouble: self.1.clone() })
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
        let (told, trouble) = watch::channel(None);
        let work = Work { db, jobs: received, removing: None, trouble: told };
        thread.spawn(move || work.run()).map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self { jobs, trouble })
    }

    /// Waits until the database has to be opened again, and says why. Safe to drop and to call again.
    pub(crate) async fn trouble(&mut self) -> StoreError {
        match self.trouble.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(trouble)) => trouble.clone(),
            _ => ended(),
        }
    }

    /// Whether the database has to be opened again. What was asked before that was noticed may have failed by it.
    pub(crate) fn is_in_trouble(&self) -> bool {
        self.trouble.borrow().is_some() || self.has_ended()
    }

    /// Closes the database, to open it again, and waits until it is closed. Whoever asks for something after that hears so.
    pub(crate) async fn end(&self) {
        self.ends(false).await;
    }

    /// Closes the database of a room that nobody uses any more: what is not to stay goes first.
    pub(crate) async fn close(&self) {
        self.ends(true).await;
    }

    async fn ends(&self, over: bool) {
        let (closed, when_closed) = oneshot::channel();
        if self.jobs.send(Job::End(over, closed)).await.is_ok() {
            let _closed = when_closed.await;
        }
    }

    /// Whether the database is closed.
    pub(crate) fn has_ended(&self) -> bool {
        self.jobs.is_closed()
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

    pub(crate) async fn begin_copy(&self, copied: Copied) -> Begun<Link> {
        self.begin(|answer| Job::Copy(Box::new(copied), answer)).await
    }

    /// A part of a log that was offered to the host.
    pub(crate) async fn offered(&self, log: (Epoch, Link), part: Fetch) -> Result<Slice, StoreError> {
        self.ask(|answer| Job::Offered(log, part, answer)).await
    }

    /// The host has all of an earlier log.
    pub(crate) async fn handed_back(&self, epoch: Epoch, head: Link) {
        let _ended = self.jobs.send(Job::HandedBack(epoch, head)).await;
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
        WeakRecords(self.jobs.downgrade(), self.trouble.clone())
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

    /// Keeps by which key of mine the room knows me.
    pub(crate) async fn keep_known_by(&self, key: MemberKey) {
        let _ended = self.jobs.send(Job::KeepKnownBy(key)).await;
    }

    /// Keeps a new invite, and answers its number.
    pub(crate) async fn issue(&self, new: Issue) -> Result<u32, StoreError> {
        self.ask(|answer| Job::Issue(Box::new(new), answer)).await
    }

    /// Takes an invite back; false where there is none of this number.
    pub(crate) async fn revoke(&self, number: u32) -> Result<bool, StoreError> {
        self.ask(|answer| Job::Revoke(number, answer)).await
    }

    /// The invites that were made since the room has its password.
    pub(crate) async fn invites(&self) -> Result<Vec<Issued>, StoreError> {
        self.ask(Job::Invites).await
    }

    /// Everybody with whom the host of the room compared words.
    pub(crate) async fn compared(&self) -> Result<Vec<MemberKey>, StoreError> {
        self.ask(Job::Compared).await
    }

    pub(crate) async fn keep_compared(&self, key: MemberKey) -> Result<(), StoreError> {
        self.ask(|answer| Job::KeepCompared(key, answer)).await
    }

    /// As [`Self::keep_record`], and waits until it is kept.
    pub(crate) async fn prove(&self, record: RoomRecord) -> Result<(), StoreError> {
        self.ask(|answer| Job::Prove(Box::new(record), answer)).await
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
        (&mut self.0).await.unwrap_or_else(|_| Err(ended()))
    }
}

fn ended() -> StoreError {
    StoreError::Io("the thread that keeps this room has ended".to_owned())
}

impl RoomLog for Records {
    fn append(&self, batch: Batch) -> LogFuture<'_, ()> {
        Box::pin(async move { self.ask(|answer| Job::Append(batch, answer)).await.map_err(reason) })
    }

    fn page(&self, from: FetchFrom, max: usize) -> LogFuture<'_, Slice> {
        Box::pin(async move { self.ask(|answer| Job::Serve(from, max, answer)).await.map_err(reason) })
    }

    fn find(&self, author: MemberKey, id: OpId) -> LogFuture<'_, Option<Entry>> {
        Box::pin(async move { self.ask(|answer| Job::Find(author, id, answer)).await.map_err(reason) })
    }

    fn removed(&self, author: MemberKey, id: OpId) -> LogFuture<'_, Option<Seq>> {
        Box::pin(async move { self.ask(|answer| Job::Removed(author, id, answer)).await.map_err(reason) })
    }

    fn link_at(&self, seq: Seq) -> LogFuture<'_, Option<Link>> {
        Box::pin(async move { self.ask(|answer| Job::LinkAt(seq, answer)).await.map_err(reason) })
    }

    fn turn(&self, epoch: Epoch) -> LogFuture<'_, ()> {
        Box::pin(async move { self.ask(|answer| Job::Turn(epoch, answer)).await.map_err(reason) })
    }

    fn admit(&self, admission: Admission) -> LogFuture<'_, ()> {
        Box::pin(async move { self.ask(|answer| Job::Admit(admission, answer)).await.map_err(reason) })
    }

    fn refill(&self, run: Run) -> LogFuture<'_, ()> {
        Box::pin(async move { self.ask(|answer| Job::Refill(run, answer)).await.map_err(reason) })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it in")]
fn reason(error: StoreError) -> LogError {
    LogError { reason: error.to_string() }
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
        db.append(&Batch { entries, ..Batch::default() }).unwrap();
        db.index_with(text_of);
        let records = Records::start(db).unwrap();
        let beside = RoomDb::open_read_only(&path).unwrap();
        let mut jobs = 0;
        for entry in newest {
            records
                .ask(|answer| Job::Append(Batch { entries: vec![entry], ..Batch::default() }, answer))
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
