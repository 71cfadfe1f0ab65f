//! What I said, from the key press until it is written into the room and stands in the log.

use std::collections::VecDeque;

use super::{PlainOutput, PlainParts, PlainTold};
use crate::types::entry::kind;
use crate::types::limits::OUTBOX;
use crate::types::{Audience, MessageText, Op, OpId, Outgoing, Pending, RoomId, SignedOp};
use crate::wire::{op, plain};

/// What the ids of the further lines of one text are derived with.
const FURTHER: &[u8] = b"hallway plain line 1\0";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not durable yet.
    Queuing,
    /// To be written.
    Waiting,
    /// Being written.
    Writing,
    /// Written, and not in the log yet.
    Written,
}

#[derive(Debug)]
pub(super) struct PlainOutbox {
    room: RoomId,
    rows: VecDeque<(Outgoing, State)>,
    next_n: u64,
}

impl PlainOutbox {
    pub(super) fn new(room: RoomId, next_n: u64, rows: Vec<Outgoing>) -> Self {
        Self { room, rows: rows.into_iter().map(|row| (row, State::Waiting)).collect(), next_n }
    }

    /// Queues every line of a text.
    pub(super) fn say(
        &mut self,
        (first, text, at_ms): (OpId, &MessageText, i64),
        parts: &PlainParts,
        out: &mut Vec<PlainOutput>,
    ) {
        if self.rows.iter().any(|(row, _)| row.signed.op.id == first) {
            return;
        }
        let lines = plain::lines(text);
        if lines.is_empty() {
            let reason = "nothing of it can be shown".to_owned();
            out.push(PlainOutput::Tell(PlainTold::Unsaid { id: first, text: text.clone(), reason }));
        }
        for (place, line) in (0_u64..).zip(lines) {
            let id = if place == 0 { first } else { further(parts, first, place) };
            if self.rows.len() >= OUTBOX {
                let reason = format!("{OUTBOX} messages wait for the room already");
                out.push(PlainOutput::Tell(PlainTold::Unsaid { id, text: line, reason }));
                continue;
            }
            let body = op::post_body(&line, Audience::Everyone);
            let author = parts.signer.key();
            let op = Op { room: self.room, author, n: self.next_n, id, kind: kind::POST, body };
            self.next_n = self.next_n.saturating_add(1);
            let signature = parts.signer.sign(&op::canonical(&op));
            let row = Outgoing { signed: SignedOp { op, signature }, text: line, at_ms, refused: None };
            out.push(PlainOutput::Queue(row.clone()));
            self.rows.push_back((row, State::Queuing));
        }
    }

    pub(super) fn queued(&mut self, id: OpId, out: &mut Vec<PlainOutput>) {
        if let Some((row, state)) = self.row(id).filter(|(_, state)| *state == State::Queuing) {
            *state = State::Waiting;
            out.push(PlainOutput::Tell(PlainTold::Pending(row.clone())));
        }
    }

    pub(super) fn queue_failed(&mut self, id: OpId, reason: String, out: &mut Vec<PlainOutput>) {
        let failed = |(row, state): &(Outgoing, State)| row.signed.op.id == id && *state == State::Queuing;
        if let Some((row, _)) = self.rows.iter().position(failed).and_then(|at| self.rows.remove(at)) {
            out.push(PlainOutput::Tell(PlainTold::Unsaid { id, text: row.text, reason }));
        }
    }

    /// What is safe here and not in the log yet.
    pub(super) fn pending(&self) -> Vec<Pending> {
        let safe = self.rows.iter().filter(|(_, state)| *state != State::Queuing);
        safe.map(|(row, _)| row.pending()).collect()
    }

    /// Whether a line can be written next.
    pub(super) fn has_next(&self) -> bool {
        let next = self.rows.iter().find(|(_, state)| *state != State::Written);
        next.is_some_and(|(_, state)| *state == State::Waiting)
    }

    /// The line to write now, which is then under way.
    pub(super) fn write_next(&mut self) -> Option<MessageText> {
        let next = self.rows.iter_mut().find(|(_, state)| *state != State::Written);
        let (row, state) = next.filter(|(_, state)| *state == State::Waiting)?;
        *state = State::Writing;
        Some(row.text.clone())
    }

    /// The line under way was written.
    pub(super) fn written(&mut self) -> Option<Outgoing> {
        let (row, state) = self.rows.iter_mut().find(|(_, state)| *state == State::Writing)?;
        *state = State::Written;
        Some(row.clone())
    }

    /// The line under way was not: it is written again, whole.
    pub(super) fn cut_off(&mut self) {
        for (_, state) in self.rows.iter_mut().filter(|(_, state)| *state == State::Writing) {
            *state = State::Waiting;
        }
    }

    /// These are in the log.
    pub(super) fn stored(&mut self, done: &[OpId]) {
        self.rows.retain(|(row, state)| *state != State::Written || !done.contains(&row.signed.op.id));
    }

    fn row(&mut self, id: OpId) -> Option<&mut (Outgoing, State)> {
        self.rows.iter_mut().find(|(row, _)| row.signed.op.id == id)
    }
}

/// The id of the line at `place` of what was said as `first`: the same at every try.
fn further(parts: &PlainParts, first: OpId, place: u64) -> OpId {
    let hash = parts.digest.sha256(&[FURTHER, first.as_bytes(), &place.to_be_bytes()]);
    let mut id = OpId([0; OpId::LEN]);
    id.0.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    id
}
