//! What members say: judged one op after the other, in their order.

use super::ledger::{Memory, Said, content_hash};
use super::{ConnId, Output, Room};
use crate::types::entry::kind;
use crate::types::limits::{DEEDS_UNANSWERED, OPS_PER_SUBMIT, OPS_UNANSWERED};
use crate::types::{Deed, Entry, Goodbye, MemberId, Nickname, Now, OpId, Refusal, Seq, SignedOp};
use crate::wire::message::OpResult;
use crate::wire::op;

/// Milliseconds after which an op may be tried again that found too much staged.
const STAGED_RETRY_MS: u64 = 1_000;

/// What is to be done with one op.
enum Verdict {
    /// This is the answer.
    Answer(Result<Seq, Refusal>),
    /// The answer comes when it is recorded.
    Staged,
    /// The log has to be asked first.
    LookUp,
}

/// What the log said about an op, if it was asked.
enum Asked {
    Not,
    Found(Box<Entry>),
    /// What it said is not known any more; whoever has the id has said it.
    Removed(Seq),
    Missing,
}

impl Room {
    pub(super) fn submit(&mut self, now: Now, id: ConnId, ops: Vec<SignedOp>, out: &mut Vec<Output>) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if ops.len() > OPS_PER_SUBMIT || conn.waiting.len() + ops.len() > OPS_UNANSWERED + DEEDS_UNANSWERED {
            return self.close(now, id, Goodbye::Protocol, out);
        }
        conn.waiting.extend(ops);
        if self.is_holding(now) {
            return self.held();
        }
        self.judge_held(now, id, out);
    }

    /// Judges what waits, unless the log is being asked about it.
    pub(super) fn judge_held(&mut self, now: Now, id: ConnId, out: &mut Vec<Output>) {
        if self.conns.get(&id).is_some_and(|conn| conn.looking.is_none()) {
            self.judge_waiting(now, id, Asked::Not, out);
        }
    }

    /// The log's answer to [`Output::Lookup`].
    pub(super) fn found(
        &mut self,
        now: Now,
        id: ConnId,
        op: OpId,
        entry: Option<Box<Entry>>,
        out: &mut Vec<Output>,
    ) {
        if self.found_again(now, (id, op), entry.is_some(), out) {
            return;
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if conn.looking.take_if(|looking| *looking == op).is_some() {
            self.judge_waiting(now, id, entry.map_or(Asked::Missing, Asked::Found), out);
        }
    }

    /// The log's answer to [`Output::Lookup`], where the entry is not kept any more.
    pub(super) fn found_removed(
        &mut self,
        now: Now,
        (id, op): (ConnId, OpId),
        seq: Seq,
        out: &mut Vec<Output>,
    ) {
        if self.found_again(now, (id, op), true, out) {
            return;
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if conn.looking.take_if(|looking| *looking == op).is_some() {
            self.judge_waiting(now, id, Asked::Removed(seq), out);
        }
    }

    /// The log did not answer. The op may be in it, so it is not numbered, and nor is what its author said after it:
    /// all of it is tried again.
    pub(super) fn lookup_failed(
        &mut self,
        now: Now,
        (id, op): (ConnId, OpId),
        reason: String,
        out: &mut Vec<Output>,
    ) {
        if self.is_asked_again(id, op) {
            return self.recall_failed(now, reason, out);
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if conn.looking.take_if(|looking| *looking == op).is_none() {
            return;
        }
        let waiting = std::mem::take(&mut conn.waiting).into_iter();
        let refused = |signed: SignedOp| OpResult { id: signed.op.id, outcome: Err(Refusal::NotStored) };
        self.answer(id, waiting.map(refused).collect(), out);
        self.not_storing(reason, out);
    }

    /// Judges what waits, up to an op that has to be looked up. `asked` is about the first one.
    fn judge_waiting(&mut self, now: Now, id: ConnId, mut asked: Asked, out: &mut Vec<Output>) {
        let mut results = Vec::new();
        while let Some(signed) = self.conns.get_mut(&id).and_then(|conn| conn.waiting.pop_front()) {
            let op_id = signed.op.id;
            match self.judge(now, id, &signed, std::mem::replace(&mut asked, Asked::Not)) {
                Verdict::Answer(outcome) => results.push(OpResult { id: op_id, outcome }),
                Verdict::Staged => {}
                Verdict::LookUp => {
                    let author = signed.op.author;
                    if let Some(conn) = self.conns.get_mut(&id) {
                        conn.looking = Some(op_id);
                        conn.waiting.push_front(signed);
                    }
                    out.push(Output::Lookup { conn: id, author, id: op_id });
                    break;
                }
            }
        }
        self.answer(id, results, out);
    }

    fn judge(&mut self, now: Now, id: ConnId, signed: &SignedOp, asked: Asked) -> Verdict {
        let refuse = |refusal| Verdict::Answer(Err(refusal));
        let (member, name) = match self.speaker(id, signed) {
            Ok(speaker) => speaker,
            Err(refusal) => return refuse(refusal),
        };
        let op = &signed.op;
        let said = Said { id: op.id, content: content_hash(op, &*self.parts.digest) };
        match self.ledger.remember(&op.author, said) {
            Memory::Staged => return Verdict::Staged,
            Memory::Taken(seq) => return Verdict::Answer(Ok(seq)),
            Memory::Reused => return refuse(Refusal::IdReused),
            Memory::New => {}
        }
        if let Asked::Found(entry) = asked {
            let logged = &entry.signed.op;
            // What was removed is not said again.
            let same = logged.kind == kind::BLANK || (logged.kind == op.kind && logged.body == op.body);
            return Verdict::Answer(if same { Ok(entry.seq) } else { Err(Refusal::IdReused) });
        }
        if let Asked::Removed(seq) = asked {
            return Verdict::Answer(Ok(seq));
        }
        if let Some(deed) = op::deed(op).filter(|_| op.n == 0) {
            return self.judge_deed(
                now,
                (signed, &deed),
                (said, member, name),
                matches!(asked, Asked::Missing),
            );
        }
        let expected = self.ledger.next_n(&op.author);
        let was_asked = matches!(asked, Asked::Missing);
        // A counter that was used up, by an op that the log does not hold: another one had it.
        if op.n > expected || (op.n < expected && was_asked) {
            return refuse(Refusal::OutOfOrder { expected });
        }
        if let Some(quota) = self.facts.quota.filter(|_| !was_asked)
            && let Err(retry_after_ms) = self.ledger.charge(&op.author, quota, now.boot_ms)
        {
            return refuse(Refusal::TooFast { retry_after_ms });
        }
        if op.n < expected {
            return Verdict::LookUp;
        }
        if !self.parts.verifier.verify(&op.author, &op::canonical(op), &signed.signature) {
            return refuse(Refusal::NotYours);
        }
        if let Err(refusal) = op::check(op) {
            return refuse(refusal);
        }
        if let Some(refusal) = self.silences(now, &op.author) {
            return refuse(refusal);
        }
        if !was_asked && self.ledger.perhaps_logged(&op.author, &op.id) {
            return Verdict::LookUp;
        }
        if self.ledger.is_full() {
            return refuse(Refusal::TooFast { retry_after_ms: STAGED_RETRY_MS });
        }
        if let Some(refusal) = self.rules_forbid(now, &op.author) {
            return refuse(refusal);
        }
        self.ledger.stage_op(signed.clone(), said, (member, name));
        self.presence.typing(member, false, self.roster.present(), now.boot_ms);
        Verdict::Staged
    }

    /// What is to be done with something that is done rather than said. It waits in no outbox, so no counter orders it.
    fn judge_deed(
        &mut self,
        now: Now,
        (signed, deed): (&SignedOp, &Deed),
        (said, member, name): (Said, MemberId, Nickname),
        was_asked: bool,
    ) -> Verdict {
        let refuse = |refusal| Verdict::Answer(Err(refusal));
        let op = &signed.op;
        if let Some(quota) = self.facts.quota.filter(|_| !was_asked)
            && let Err(retry_after_ms) = self.ledger.charge(&op.author, quota, now.boot_ms)
        {
            return refuse(Refusal::TooFast { retry_after_ms });
        }
        if !self.parts.verifier.verify(&op.author, &op::canonical(op), &signed.signature) {
            return refuse(Refusal::NotYours);
        }
        if let Some(refusal) = op::check(op).err().or_else(|| self.forbids(now, &op.author, deed)) {
            return refuse(refusal);
        }
        // Whoever is muted says nothing by removing either. A key that is lost goes in any case.
        let silenced = || self.silences(now, &op.author).filter(|_| !matches!(deed, Deed::Succeed(_)));
        if let Some(refusal) = silenced() {
            return refuse(refusal);
        }
        if !was_asked && self.ledger.perhaps_logged(&op.author, &op.id) {
            return Verdict::LookUp;
        }
        if self.ledger.is_full() {
            return refuse(Refusal::TooFast { retry_after_ms: STAGED_RETRY_MS });
        }
        self.means(now, op.id, deed);
        self.ledger.stage_deed(signed.clone(), said, (member, name));
        Verdict::Staged
    }

    /// Who speaks on this connection, if the op is its own and it has a name.
    fn speaker(&self, id: ConnId, signed: &SignedOp) -> Result<(MemberId, Nickname), Refusal> {
        let conn = self.conns.get(&id).ok_or(Refusal::NotYours)?;
        if signed.op.author != conn.key || signed.op.room != self.facts.room_id {
            return Err(Refusal::NotYours);
        }
        let name = self.roster.name(&conn.key).filter(|_| conn.present).ok_or(Refusal::NoName)?;
        Ok((conn.member, name.clone()))
    }
}
