//! The log of a plain room: what waits to be written down, and what is being written.

use std::collections::VecDeque;

use super::PlainParts;
use crate::types::entry::kind;
use crate::types::limits::{COMMIT_ENTRIES, STAGED_ENTRIES};
use crate::types::{
    Entry, Hash, Link, MemberId, Message, MessageText, Nickname, Op, OpId, Outgoing, RoomId, Run, Seq,
    SignedOp,
};
use crate::wire::{chain, op};

/// What the ids of others' lines are derived with.
const HEARD: &[u8] = b"hallway plain heard 1\0";
/// Bytes of text that wait to be written down before no more is taken: what a server sends while a disk is slow.
pub(super) const WAITING_BYTES: usize = 4 * 1024 * 1024;
/// My number in a log that I keep alone.
pub(super) const ME: MemberId = MemberId(1);

/// Something that becomes an entry.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// I wrote this, under this name of mine.
    Mine(Box<Outgoing>, Nickname),
    /// Somebody said this, under this name.
    Theirs(Nickname, MessageText),
}

impl Item {
    /// Bytes of its text.
    fn bytes(&self) -> usize {
        match self {
            Self::Mine(row, _) => row.text.as_str().len(),
            Self::Theirs(_, text) => text.as_str().len(),
        }
    }
}

#[derive(Debug, Clone)]
struct Staged {
    item: Item,
    wall_ms: i64,
    /// There was no connection for a time before it.
    after_gap: bool,
}

/// A run that is being stored.
#[derive(Debug)]
struct Flight {
    run: Run,
    staged: Vec<Staged>,
}

/// A run that was stored.
pub(super) struct Written {
    pub(super) messages: Vec<Message>,
    pub(super) done: Vec<OpId>,
    /// There is a gap between this entry and the run.
    pub(super) gap_after: Option<Seq>,
}

#[derive(Debug)]
pub(super) struct Journal {
    room: RoomId,
    head: Link,
    last_at_ms: i64,
    staged: VecDeque<Staged>,
    staged_bytes: usize,
    flight: Option<Flight>,
    /// What comes next comes after a time without a connection.
    interrupted: bool,
}

impl Journal {
    pub(super) fn new(room: RoomId, head: Link, last_at_ms: i64) -> Self {
        Self {
            room,
            head,
            last_at_ms,
            staged: VecDeque::new(),
            staged_bytes: 0,
            flight: None,
            // What was said since the app ran the last time is not known either.
            interrupted: head.seq > Seq::START,
        }
    }

    pub(super) fn head(&self) -> Link {
        self.head
    }

    pub(super) fn is_full(&self) -> bool {
        self.staged.len() >= STAGED_ENTRIES || self.staged_bytes >= WAITING_BYTES
    }

    /// Whether anything waits to be stored.
    pub(super) fn is_busy(&self) -> bool {
        !self.staged.is_empty() || self.flight.is_some()
    }

    pub(super) fn add(&mut self, item: Item, wall_ms: i64) {
        let after_gap = std::mem::take(&mut self.interrupted);
        self.staged_bytes += item.bytes();
        self.staged.push_back(Staged { item, wall_ms, after_gap });
    }

    /// The connection was lost: what was said meanwhile is not known.
    pub(super) fn interrupted(&mut self) {
        // Before the first entry there is nothing that could seem to lead on to the next.
        self.interrupted = self.head.seq > Seq::START || self.is_busy();
    }

    /// The next run, numbered and sealed; none while one is under way or nothing waits. A gap begins a new one.
    pub(super) fn next_run(&mut self, parts: &PlainParts) -> Option<Run> {
        if self.flight.is_some() || self.staged.is_empty() {
            return None;
        }
        let more = self.staged.iter().skip(1).take(COMMIT_ENTRIES - 1).take_while(|staged| !staged.after_gap);
        let count = 1 + more.count();
        let staged: Vec<Staged> = self.staged.drain(..count).collect();
        self.staged_bytes -= staged.iter().map(|staged| staged.item.bytes()).sum::<usize>();
        let gap = staged.first().is_some_and(|first| first.after_gap);
        // The number that is left out is that of all that was not heard. Nothing can be known of its hash.
        let behind_gap = Link { seq: self.head.seq.next(), hash: Hash([0; Hash::LEN]) };
        let prev = if gap { behind_gap } else { self.head };
        let (mut seq, mut at_ms) = (prev.seq, self.last_at_ms);
        let mut run = Run { prev, entries: Vec::with_capacity(count) };
        for Staged { item, wall_ms, .. } in &staged {
            seq = seq.next();
            at_ms = at_ms.max(*wall_ms);
            let (signed, member, name) = match item {
                Item::Mine(row, nick) => (row.signed.clone(), ME, nick.clone()),
                Item::Theirs(name, text) => (self.heard(parts, seq, name, text), MemberId(0), name.clone()),
            };
            run.entries.push(Entry { prev, seq, at_ms, member, name, signed, hash: prev.hash });
        }
        chain::seal(&mut run, &mut |bytes| parts.digest.sha256(bytes));
        self.flight = Some(Flight { run: run.clone(), staged });
        Some(run)
    }

    /// The run under way is durable up to `link`; none if there is no such run.
    pub(super) fn stored(&mut self, link: Link) -> Option<Written> {
        let Flight { run, .. } = self.flight.take_if(|flight| flight.run.last() == link)?;
        let gap_after = (run.prev.seq > self.head.seq).then_some(self.head.seq);
        self.head = link;
        self.last_at_ms = run.entries.last().map_or(self.last_at_ms, |entry| entry.at_ms);
        Some(Written {
            messages: run.entries.iter().map(op::message).collect(),
            done: run.entries.iter().map(|entry| entry.signed.op.id).collect(),
            gap_after,
        })
    }

    /// Nothing of the run under way was stored: it waits again.
    pub(super) fn failed(&mut self) {
        let staged = self.flight.take().map(|flight| flight.staged).unwrap_or_default();
        for staged in staged.into_iter().rev() {
            self.staged_bytes += staged.item.bytes();
            self.staged.push_front(staged);
        }
    }

    /// What somebody said, as an op. Its id follows from its place, which nothing else can have.
    fn heard(&self, parts: &PlainParts, seq: Seq, name: &Nickname, text: &MessageText) -> SignedOp {
        let body = op::guest_body(name, text);
        let hash = parts.digest.sha256(&[HEARD, self.room.as_bytes(), &seq.0.to_be_bytes(), &body]);
        let mut id = OpId([0; OpId::LEN]);
        id.0.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
        let op = Op { room: self.room, author: parts.signer.key(), n: 0, id, kind: kind::GUEST, body };
        let signature = parts.signer.sign(&op::canonical(&op));
        SignedOp { op, signature }
    }
}
