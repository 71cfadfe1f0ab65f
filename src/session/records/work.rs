//! The thread that owns a room's database: one job after the other, and what can wait between them.

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, watch};

use super::{Answer, Copied, Job};
use crate::room::Hole;
use crate::store::{RoomDb, StoreError};
use crate::types::limits::{COMMIT_ENTRIES, PAGE_ENTRIES};
use crate::types::{Outgoing, Run, RunPlace, Seq};

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
                Job::End(over, closed) => {
                    if over {
                        self.at_end();
                    }
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
        self.at_end();
    }

    /// What is not to stay goes.
    fn at_end(&mut self) {
        if let Err(error) = self.db.remove_at_end() {
            tracing::warn!(%error, "what was kept only while the room was open is still there");
        }
        if let Err(error) = self.db.wipe_at_end() {
            tracing::warn!(%error, "removed words are still in the file, until the room is opened again");
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
        if self.db.blank_some()? || self.db.remove_some()? {
            return Ok(true);
        }
        if let Some(answer) = self.removing.take() {
            let _gone = answer.send(self.db.removed_to());
        }
        if self.db.index_some()? {
            return Ok(true);
        }
        self.db.checkpoint_some()?;
        self.db.check_some()
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
        match job {
            Job::Append(batch, answer) => self.answer(answer, |db| db.append(&batch)),
            Job::Page(from, max, answer) => self.answer(answer, |db| db.page(from, max)),
            Job::Serve(from, max, answer) => self.answer(answer, |db| db.page_without_holes(from, max)),
            Job::FirstAt(at_ms, answer) => self.answer(answer, |db| db.first_at(at_ms)),
            Job::Find(author, id, answer) => self.answer(answer, |db| db.find(&author, &id)),
            Job::LinkAt(seq, answer) => self.answer(answer, |db| db.link_at(seq)),
            Job::Turn(epoch, answer) => self.answer(answer, |db| db.turn(epoch)),
            Job::Refill(run, answer) => self.answer(answer, |db| refill(db, &run)),
            Job::Admit(admission, answer) => self.answer(answer, |db| db.admit(&admission)),
            Job::Issue(new, answer) => self.answer(answer, |db| db.issue(&new)),
            Job::Revoke(number, answer) => self.answer(answer, |db| db.revoke(number)),
            Job::Invites(answer) => self.answer(answer, |db| db.invites()),
            Job::Copy(copied, answer) => {
                let Copied { run, place, done, epoch, proof, removals } = *copied;
                let vouched = (proof.as_ref(), &removals[..]);
                self.answer(answer, |db| db.store_copied(&run, (place, epoch), &done, vouched));
            }
            Job::Offered(log, part, answer) => {
                let max = usize::try_from(part.max).unwrap_or(PAGE_ENTRIES);
                self.answer(answer, |db| db.offered_page(log, part.from, max));
            }
            Job::HandedBack(epoch, head) => self.unanswered(|db| db.handed_back(epoch, head)),
            Job::Queue(row, answer) => self.answer(answer, |db| db.queue(&row)),
            Job::Requeue(rows, answer) => self.answer(answer, |db| db.requeue(&rows)),
            Job::MarkRefused(id, refusal) => self.unanswered(|db| db.mark_refused(&id, &refusal)),
            Job::Forget(id) => self.unanswered(|db| db.forget(&id)),
            Job::Holes(answer) => self.answer(answer, |db| holes(db)),
            Job::Removed(author, id, answer) => self.answer(answer, |db| db.removed(&author, &id)),
            Job::RemovedTo(answer) => self.answer(answer, |db| db.removed_to()),
            Job::NotKept(not_kept, _) => self.db.set_not_kept(not_kept),
            Job::KeepRetention(retention) => self.unanswered(|db| db.keep_retention(retention)),
            Job::Draft(answer) => self.answer(answer, |db| db.draft()),
            Job::KeepKnownBy(key) => self.unanswered(|db| db.keep_known_by(&key)),
            Job::KeepDraft(text) => self.unanswered(|db| db.keep_draft(&text)),
            Job::KeepRecord(record) => self.unanswered(|db| db.keep_record(&record)),
            Job::Compared(answer) => self.answer(answer, |db| db.compared()),
            Job::KeepCompared(key, answer) => self.answer(answer, |db| db.keep_compared(&key)),
            Job::Prove(record, answer) => self.answer(answer, |db| db.keep_record(&record)),
            Job::End(_, closed) => drop(closed),
        }
    }

    fn answer<T>(&mut self, to: Answer<T>, job: impl FnOnce(&mut RoomDb) -> Result<T, StoreError>) {
        let result = job(&mut self.db);
        let _gone = to.send(self.noted(result));
    }

    /// What nobody waits for and what is done again by itself: a row that is still there is sent again and
    /// answered with the number that it has.
    fn unanswered(&mut self, job: impl FnOnce(&mut RoomDb) -> Result<(), StoreError>) {
        let result = job(&mut self.db);
        if let Err(error) = self.noted(result) {
            tracing::warn!(%error, "a record was not kept");
        }
    }

    /// Says that the database has to be opened again where that is so, before anybody hears of what failed by it. Also
    /// a commit that was done may leave it so.
    fn noted<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        let trouble = match &result {
            Err(error @ StoreError::Damaged(_)) => Some(error.clone()),
            _ => self.db.is_unsynced().then_some(StoreError::Unsynced),
        };
        self.trouble.send_if_modified(|known| {
            let first = known.is_none() && trouble.is_some();
            if first {
                *known = trouble;
            }
            first
        });
        result
    }
}

/// What was lost is there again. Where that is lost once more, it comes back once more.
fn refill(db: &mut RoomDb, run: &Run) -> Result<(), StoreError> {
    let epoch = db.epoch().ok_or(StoreError::NotFound)?;
    db.store_copied(run, (RunPlace::Hole, epoch), &[], (None, &[])).map(drop)
}

fn holes(db: &RoomDb) -> Result<Vec<Hole>, StoreError> {
    let holes = db.gaps()?.into_iter().map(|gap| Hole { after: gap.after, newest: gap.newest }).collect();
    Ok(holes)
}
