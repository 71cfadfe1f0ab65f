//! The thread that owns a room's database: one job after the other, and what can wait between them.

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, watch};

use super::{Answer, Copied, Job};
use crate::room::Hole;
use crate::store::{RoomDb, StoreError};
use crate::types::limits::{COMMIT_ENTRIES, PAGE_ENTRIES};
use crate::types::{Outgoing, Seq};

/// The thread's own.
pub(super) struct Work {
    pub(super) db: RoomDb,
    /// Who waits until what is not to be kept is removed.
    pub(super) removing: Option<Answer<Seq>>,
    pub(super) jobs: mpsc::Receiver<Job>,
    pub(super) trouble: watch::Sender<Option<StoreError>>,
}

impl Work {
    /// Does jobs until nobody can ask any more, or it is told to end.
    pub(super) fn run(mut self) {
        let mut next = None;
        while let Some(job) = next.take().or_else(|| self.next_job()) {
            next = match job {
                Job::NotKept(not_kept, answer) => {
                    self.db.set_not_kept(not_kept);
                    self.removing = Some(answer);
                    None
                }
                Job::Queue(row, answer) => self.queue((row, answer)),
                Job::End(closed) => {
                    drop(self);
                    let _gone = closed.send(());
                    return;
                }
                job => {
                    self.carry_out(job);
                    None
                }
            };
        }
        if let Err(error) = self.db.remove_at_end() {
            tracing::warn!(%error, "what was kept only while the room was open is still there");
        }
    }

    /// The next job; none when nobody can ask any more. Until there is one, what can wait is done.
    fn next_job(&mut self) -> Option<Job> {
        loop {
            match self.jobs.try_recv() {
                Ok(job) => return Some(job),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let done = self.idle();
            match self.noted(done) {
                Ok(true) => {}
                Ok(false) => return self.jobs.blocking_recv(),
                Err(error) => {
                    tracing::warn!(%error, "what can wait was not done");
                    return self.jobs.blocking_recv();
                }
            }
        }
    }

    /// Does a little of what can wait, and answers whether there is more of it.
    fn idle(&mut self) -> Result<bool, StoreError> {
        if self.db.remove_some()? {
            return Ok(true);
        }
        if let Some(answer) = self.removing.take() {
            let _gone = answer.send(self.db.removed_to());
        }
        if self.db.index_some()? {
            return Ok(true);
        }
        self.db.checkpoint_some()?;
        Ok(false)
    }

    /// Commits this row and those that wait right behind it. Answers the first job that is something else.
    fn queue(&mut self, first: (Outgoing, Answer<()>)) -> Option<Job> {
        let (mut rows, mut answers) = (vec![first.0], vec![first.1]);
        let mut other = None;
        while rows.len() < COMMIT_ENTRIES && other.is_none() {
            match self.jobs.try_recv() {
                Ok(Job::Queue(row, answer)) => {
                    rows.push(row);
                    answers.push(answer);
                }
                Ok(job) => other = Some(job),
                Err(_) => break,
            }
        }
        let result = self.db.queue_all(&rows);
        let result = self.noted(result);
        for answer in answers {
            let _gone = answer.send(result.clone());
        }
        other
    }

    /// Does one job. Whoever asked may be gone by now; then the answer is nobody's.
    fn carry_out(&mut self, job: Job) {
        let db = &mut self.db;
        match job {
            Job::Append(batch, answer) => {
                let done = db.append(&batch);
                self.answer(answer, done);
            }
            Job::Page(from, max, answer) => {
                let page = db.page(from, max);
                self.answer(answer, page);
            }
            Job::FirstAt(at_ms, answer) => {
                let first = db.first_at(at_ms);
                self.answer(answer, first);
            }
            Job::Find(author, id, answer) => {
                let found = db.find(&author, &id);
                self.answer(answer, found);
            }
            Job::LinkAt(seq, answer) => {
                let link = db.link_at(seq);
                self.answer(answer, link);
            }
            Job::Turn(epoch, answer) => {
                let turned = db.turn(epoch);
                self.answer(answer, turned);
            }
            Job::Copy(copied, answer) => {
                let Copied { run, place, done, epoch, proof } = *copied;
                let stored = db.store_vouched(&run, (place, epoch), &done, proof.as_ref());
                self.answer(answer, stored);
            }
            Job::Offered(log, part, answer) => {
                let max = usize::try_from(part.max).unwrap_or(PAGE_ENTRIES);
                let page = db.offered_page(log, part.from, max);
                self.answer(answer, page);
            }
            Job::HandedBack(epoch, head) => {
                let noted = db.handed_back(epoch, head);
                self.unanswered(noted);
            }
            Job::Queue(row, answer) => {
                let queued = db.queue(&row);
                self.answer(answer, queued);
            }
            Job::Requeue(rows, answer) => {
                let queued = db.requeue(&rows);
                self.answer(answer, queued);
            }
            Job::MarkRefused(id, refusal) => {
                let marked = db.mark_refused(&id, &refusal);
                self.unanswered(marked);
            }
            Job::Forget(id) => {
                let forgotten = db.forget(&id);
                self.unanswered(forgotten);
            }
            Job::Holes(answer) => {
                let holes = holes(db);
                self.answer(answer, holes);
            }
            Job::Removed(author, id, answer) => {
                let removed = db.removed(&author, &id);
                self.answer(answer, removed);
            }
            Job::RemovedTo(answer) => {
                let removed = db.removed_to();
                self.answer(answer, removed);
            }
            Job::NotKept(not_kept, _) => db.set_not_kept(not_kept),
            Job::KeepRetention(retention) => {
                let kept = db.keep_retention(retention);
                self.unanswered(kept);
            }
            Job::Draft(answer) => {
                let draft = db.draft();
                self.answer(answer, draft);
            }
            Job::KeepDraft(text) => {
                let kept = db.keep_draft(&text);
                self.unanswered(kept);
            }
            Job::KeepRecord(record) => {
                let kept = db.keep_record(&record);
                self.unanswered(kept);
            }
            Job::End(closed) => drop(closed),
        }
    }

    fn answer<T>(&self, to: Answer<T>, result: Result<T, StoreError>) {
        let _gone = to.send(self.noted(result));
    }

    /// What nobody waits for and what is done again by itself: a row that is still there is sent again and
    /// answered with the number that it has.
    fn unanswered(&self, result: Result<(), StoreError>) {
        if let Err(error) = self.noted(result) {
            tracing::warn!(%error, "a record was not kept");
        }
    }

    /// Says that the database has to be opened again where that is so, before anybody hears of what failed by it. Also
    /// a commit that was done may leave it so.
    fn noted<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if self.db.is_unsynced() {
            self.trouble.send_if_modified(|known| known.replace(StoreError::Unsynced).is_none());
        }
        result
    }
}

fn holes(db: &RoomDb) -> Result<Vec<Hole>, StoreError> {
    let holes = db.gaps()?.into_iter().map(|gap| Hole { after: gap.after, newest: gap.newest }).collect();
    Ok(holes)
}
