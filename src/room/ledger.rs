//! What is staged, what is being recorded, and what became of the ops before.
//!
//! Staged ops have no number yet: numbers, hashes and times are given when a batch is made, and a batch is
//! made only while none is under way. So the head is always the durable one, and a failed write has nothing
//! to roll back but the counters of the authors concerned.

mod again;
mod own;
mod said;

use std::collections::{HashMap, VecDeque};

use self::own::{acting, hearing, naming};
pub(super) use self::said::{Said, content_hash};
use super::guests::Ousted;
use super::log::{HeadSigner, OpSigner};
use super::quota::Bucket;
use super::seen::Seen;
use super::{ConnId, Quota};
use crate::types::limits::{ANSWERS_KEPT, COMMIT_ENTRIES, STAGED_ENTRIES};
use crate::types::{
    Act, Batch, Entry, KnownMember, Link, MemberId, MemberKey, MessageText, Nickname, Op, OpId, RoomId, Run,
    Seq, SignedOp,
};
use crate::wire::chain;
use crate::wire::message::SignedHead;

/// How much of what may be staged guests may take: what members say has its place, however many guests speak.
const HEARD_ENTRIES: usize = STAGED_ENTRIES / 4;
/// Something that becomes an entry.
#[derive(Debug, Clone)]
pub(super) enum Staged {
    /// What a member said, with its number and name at that time.
    Said(SignedOp, MemberId, Nickname),
    /// A member's first name, or a new one.
    Naming {
        /// Whom it is about.
        who: KnownMember,
        /// The name until then.
        before: Option<Nickname>,
    },
    /// What the host did about somebody, and which guest was meant.
    Act(Act, Option<Ousted>),
    /// What a guest said, with its name at that time.
    Heard(ConnId, Nickname, MessageText),
    /// What another log of this room held, as it was signed there.
    Again(SignedOp, MemberId, Nickname),
}

impl Staged {
    /// Nobody would ask for it again.
    fn is_rooms_own(&self) -> bool {
        matches!(self, Self::Naming { .. } | Self::Act(..))
    }
}

/// What is known of an op without asking the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// Nothing.
    New,
    /// It is staged: the answer comes when it is recorded.
    Staged,
    /// It became this entry.
    Taken(Seq),
    /// The id was used for something else.
    Reused,
}

/// An op that has a number.
pub(super) struct Taken {
    pub author: MemberKey,
    pub said: Said,
    pub n: u64,
    pub seq: Seq,
}

/// A batch that the log is writing.
pub(super) struct Flight {
    /// Its entries.
    pub run: Run,
    /// The ops in it that members said.
    pub taken: Vec<Taken>,
    /// The names in it.
    pub named: Vec<KnownMember>,
    /// Which guests said which of them.
    pub heard: Vec<(Seq, ConnId)>,
    items: Vec<Staged>,
}

/// What was staged and comes to nothing.
pub(super) struct Failed {
    /// What members said, in order.
    pub refused: Vec<SignedOp>,
    /// Guests who said something, once for each line.
    pub unheard: Vec<ConnId>,
}

/// What a batch is made with.
pub(super) struct Stamp<'a> {
    /// Which room.
    pub room: RoomId,
    /// The host's wall clock, milliseconds since 1970 UTC.
    pub wall_ms: i64,
    /// SHA-256.
    pub digest: &'a dyn super::log::Digest,
    /// Signs the room's own entries.
    pub signer: &'a dyn OpSigner,
    /// The host's number and name.
    pub host: (MemberId, Nickname),
}

#[derive(Default)]
struct Author {
    /// The last counter in the log.
    durable_n: u64,
    /// Staged or under way, in the order of their counters.
    staged: VecDeque<Said>,
    /// Likewise, of another log, in any order of counters.
    again: VecDeque<Said>,
    /// Likewise, of what has no counter.
    deeds: VecDeque<Said>,
    /// What became of the last ones, at most [`ANSWERS_KEPT`].
    answers: VecDeque<(Said, Seq)>,
    bucket: Option<Bucket>,
}

impl Author {
    /// What is staged or under way.
    fn unrecorded(&self) -> impl Iterator<Item = &Said> {
        self.staged.iter().chain(&self.again).chain(&self.deeds)
    }
}

/// The order of the room, from staging to durable.
pub(super) struct Ledger {
    head: Link,
    signed_head: Option<SignedHead>,
    last_at_ms: i64,
    staged: VecDeque<Staged>,
    /// How many of the staged ones guests said.
    heard: usize,
    flight: Option<Flight>,
    /// How many of what another log held are staged or under way.
    again: usize,
    authors: HashMap<MemberKey, Author>,
    seen: Seen,
}

impl Ledger {
    pub(super) fn new(known: super::Known) -> Self {
        let author = |n| Author { durable_n: n, ..Author::default() };
        Self {
            head: known.head.unwrap_or(Link::START),
            signed_head: None,
            last_at_ms: known.last_at_ms,
            staged: VecDeque::new(),
            heard: 0,
            flight: None,
            again: 0,
            authors: known.counters.into_iter().map(|(key, n)| (key, author(n))).collect(),
            seen: known.seen,
        }
    }

    /// The newest durable entry.
    pub(super) fn head(&self) -> Link {
        self.head
    }

    /// The head, signed once and then kept.
    pub(super) fn signed_head(&mut self, sign: impl FnOnce(Link) -> Vec<u8>) -> SignedHead {
        let link = self.head;
        self.signed_head.get_or_insert_with(|| SignedHead { link, signature: sign(link) }).clone()
    }

    /// The last counter of `author` that is durable.
    pub(super) fn durable_n(&self, author: &MemberKey) -> u64 {
        self.authors.get(author).map_or(0, |author| author.durable_n)
    }

    /// The counter that the next op of `author` must have, staged ones counted.
    pub(super) fn next_n(&self, author: &MemberKey) -> u64 {
        let staged = self.authors.get(author).map_or(0, |author| author.staged.len());
        self.durable_n(author).saturating_add(staged as u64).saturating_add(1)
    }

    /// Takes one token of the author's.
    ///
    /// # Errors
    /// After how many milliseconds there will be one.
    pub(super) fn charge(&mut self, author: &MemberKey, quota: Quota, now_ms: u64) -> Result<(), u64> {
        let author = self.authors.entry(*author).or_default();
        author.bucket.get_or_insert_with(|| Bucket::full(quota, now_ms)).take(quota, now_ms)
    }

    /// What memory says of an op.
    pub(super) fn remember(&self, author: &MemberKey, said: Said) -> Memory {
        let Some(author) = self.authors.get(author) else { return Memory::New };
        if let Some(staged) = author.unrecorded().find(|staged| staged.id == said.id) {
            return if staged.is_again(&said) { Memory::Staged } else { Memory::Reused };
        }
        match author.answers.iter().find(|(answered, _)| answered.id == said.id) {
            Some((answered, seq)) if answered.is_again(&said) => Memory::Taken(*seq),
            Some(_) => Memory::Reused,
            None => Memory::New,
        }
    }

    /// Whether this op is staged, or was taken a moment ago.
    pub(super) fn is_remembered(&self, author: &MemberKey, id: &OpId) -> bool {
        self.authors.get(author).is_some_and(|author| {
            author.unrecorded().any(|said| said.id == *id)
                || author.answers.iter().any(|(said, _)| said.id == *id)
        })
    }

    /// False where the log surely does not hold this op.
    pub(super) fn perhaps_logged(&self, author: &MemberKey, id: &OpId) -> bool {
        self.seen.perhaps(author, id)
    }

    /// The log holds this op, whatever it knew of it before.
    pub(super) fn holds(&mut self, op: &Op) {
        self.seen.insert(&op.author, &op.id);
        if op.n > 0 {
            let author = self.authors.entry(op.author).or_default();
            author.durable_n = author.durable_n.max(op.n);
        }
    }

    /// Whether no more can be staged now.
    pub(super) fn is_full(&self) -> bool {
        self.staged.len() >= STAGED_ENTRIES
    }

    /// Whether no more of guests can be staged now.
    pub(super) fn is_full_of_guests(&self) -> bool {
        self.heard >= HEARD_ENTRIES || self.is_full()
    }

    /// Stages an op whose counter is [`Ledger::next_n`].
    pub(super) fn stage_op(&mut self, signed: SignedOp, said: Said, who: (MemberId, Nickname)) {
        self.seen.insert(&signed.op.author, &signed.op.id);
        self.authors.entry(signed.op.author).or_default().staged.push_back(said);
        self.staged.push_back(Staged::Said(signed, who.0, who.1));
    }

    /// Stages what somebody in charge does, which has no counter.
    pub(super) fn stage_deed(&mut self, signed: SignedOp, said: Said, who: (MemberId, Nickname)) {
        self.seen.insert(&signed.op.author, &signed.op.id);
        self.authors.entry(signed.op.author).or_default().deeds.push_back(said);
        self.staged.push_back(Staged::Said(signed, who.0, who.1));
    }

    /// Stages a name.
    pub(super) fn stage_naming(&mut self, who: KnownMember, before: Option<Nickname>) {
        self.staged.push_back(Staged::Naming { who, before });
    }

    /// Stages what a guest said.
    pub(super) fn stage_heard(&mut self, from: ConnId, name: Nickname, text: MessageText) {
        self.heard = self.heard.saturating_add(1);
        self.staged.push_back(Staged::Heard(from, name, text));
    }

    /// Stages what the host did about somebody.
    pub(super) fn stage_act(&mut self, act: Act, ousted: Option<Ousted>) {
        self.staged.push_back(Staged::Act(act, ousted));
    }

    /// When the newest entry was numbered, milliseconds since 1970 UTC.
    pub(super) fn last_at_ms(&self) -> i64 {
        self.last_at_ms
    }

    /// Whether a batch is under way.
    pub(super) fn is_recording(&self) -> bool {
        self.flight.is_some()
    }

    /// The log has another epoch: what was signed for the one before does not hold.
    pub(super) fn turned(&mut self) {
        self.signed_head = None;
    }

    /// Whether only what is the room's own waits: nobody will ask again for that, so the room has to try by itself.
    pub(super) fn only_names_wait(&self) -> bool {
        !self.staged.is_empty() && self.staged.iter().all(Staged::is_rooms_own)
    }

    /// The next batch, numbered and sealed; none while one is under way or nothing waits.
    pub(super) fn next_batch(&mut self, stamp: &Stamp<'_>) -> Option<Batch> {
        if self.flight.is_some() || self.staged.is_empty() {
            return None;
        }
        let count = self.staged.len().min(COMMIT_ENTRIES);
        let items: Vec<Staged> = self.staged.drain(..count).collect();
        let at_ms = self.last_at_ms.max(stamp.wall_ms);
        let mut run = Run { prev: self.head, entries: Vec::with_capacity(count) };
        let mut taken = Vec::new();
        let mut named = Vec::new();
        let mut heard = Vec::new();
        let mut seq = self.head.seq;
        for item in &items {
            seq = seq.next();
            let (signed, member, name) = match item {
                Staged::Said(signed, member, name) | Staged::Again(signed, member, name) => {
                    taken.push(numbered(signed, seq, stamp.digest));
                    (signed.clone(), *member, name.clone())
                }
                Staged::Naming { who, before } => {
                    named.push(who.clone());
                    (naming(stamp, who, before.as_ref(), seq), who.member, who.name.clone())
                }
                Staged::Act(act, _) => {
                    (acting(stamp, act, run.prev, seq), stamp.host.0, stamp.host.1.clone())
                }
                Staged::Heard(from, name, text) => {
                    heard.push((seq, *from));
                    let signed = hearing(stamp, (name, text), run.prev, seq);
                    self.seen.insert(&signed.op.author, &signed.op.id);
                    (signed, MemberId(0), name.clone())
                }
            };
            run.entries.push(Entry { prev: run.prev, seq, at_ms, member, name, signed, hash: run.prev.hash });
        }
        self.heard = self.heard.saturating_sub(heard.len());
        chain::number(&mut run, &mut |parts| stamp.digest.sha256(parts));
        let batch = Batch { entries: run.entries.clone(), members: named.clone(), ..Batch::default() };
        self.flight = Some(Flight { run, taken, named, heard, items });
        Some(batch)
    }

    /// The batch under way is durable; none if there is no such batch.
    pub(super) fn recorded(&mut self, seq: Seq) -> Option<Flight> {
        let flight = self.flight.take_if(|flight| flight.run.last().seq == seq)?;
        self.head = flight.run.last();
        self.signed_head = None;
        self.last_at_ms = flight.run.entries.last().map_or(self.last_at_ms, |entry| entry.at_ms);
        self.again -= flight.items.iter().filter(|item| matches!(item, Staged::Again(..))).count();
        for Taken { author, said, n, seq } in &flight.taken {
            let author = self.authors.entry(*author).or_default();
            author.staged.pop_front_if(|first| *first == *said);
            author.deeds.pop_front_if(|first| *first == *said);
            author.again.pop_front_if(|first| *first == *said);
            author.durable_n = author.durable_n.max(*n);
            author.answers.push_back((*said, *seq));
            if author.answers.len() > ANSWERS_KEPT {
                author.answers.pop_front();
            }
        }
        Some(flight)
    }

    /// Nothing of the batch under way was written: every staged op is given back, in order, and names stay
    /// staged.
    pub(super) fn failed(&mut self) -> Failed {
        let items = self.flight.take().map(|flight| flight.items).unwrap_or_default();
        let (mut refused, mut unheard) = (Vec::new(), Vec::new());
        for item in items.into_iter().chain(std::mem::take(&mut self.staged)) {
            match item {
                Staged::Said(signed, ..) => refused.push(signed),
                Staged::Heard(from, ..) => unheard.push(from),
                Staged::Again(..) => {}
                own @ (Staged::Naming { .. } | Staged::Act(..)) => self.staged.push_back(own),
            }
        }
        (self.heard, self.again) = (0, 0);
        for author in self.authors.values_mut() {
            author.staged.clear();
            author.deeds.clear();
            author.again.clear();
        }
        Failed { refused, unheard }
    }
}

fn numbered(signed: &SignedOp, seq: Seq, digest: &dyn super::log::Digest) -> Taken {
    let SignedOp { op, .. } = signed;
    let said = Said { id: op.id, content: content_hash(op, digest) };
    Taken { author: op.author, said, n: op.n, seq }
}

/// Signs the head of a room.
pub(super) fn sign_head(signer: &dyn HeadSigner, facts: &super::Facts, head: Link) -> Vec<u8> {
    signer.sign_head(&chain::head_bytes(&facts.room_id, facts.epoch, head))
}
