//! Ops and entries: what a member signs, and what the host numbers.

use bytes::Bytes;

use super::act::Standing;
use super::house::HouseRules;
use super::ids::{Epoch, Hash, Link, MemberId, MemberKey, OpId, RoomId, Seq, Signature};
use super::names::Nickname;
use super::removal::Removal;

/// Op kinds as they stand in the log. Numbers are never used again; 1000 and above are extensions.
pub mod kind {
    /// A text.
    pub const POST: u32 = 1;
    /// Something that was said is removed. Signed by whoever said it, or by somebody in charge.
    pub const REMOVAL: u32 = 3;
    /// What stands where something was removed: nobody's, and only in a log.
    pub const BLANK: u32 = 4;
    /// A member's number, key and name: the first visit, or a new name. Signed by the host.
    pub const MEMBER: u32 = 9;
    /// What somebody in charge did about somebody. Signed by the host or the moderator who did it.
    pub const STANDING: u32 = 10;
    /// A rule of the room. Signed likewise.
    pub const RULE: u32 = 11;
    /// A person goes on with another key. Signed by the one before.
    pub const SUCCESSION: u32 = 15;
    /// What a guest said. Signed by the host, who heard it: nothing of it is proven.
    pub const GUEST: u32 = 14;
}

/// What a member signs: its canonical bytes are `wire::op::canonical`. It is carried, stored and relayed
/// as it came; the body is never decoded and encoded again, so an older host keeps what it cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Op {
    /// The room that it was said in: an op cannot be replayed into another one.
    pub room: RoomId,
    /// Who said it.
    pub author: MemberKey,
    /// The author's counter in this room, from 1 without holes: op `n + 1` is never numbered before `n`.
    /// 0 for what waits in no outbox: ops of the room itself, and what those in charge do.
    pub n: u64,
    /// Its identity.
    pub id: OpId,
    /// What the body is: [`kind`].
    pub kind: u32,
    /// A protobuf message that the kind names.
    pub body: Bytes,
}

/// An op and its author's signature over the canonical bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOp {
    /// What was signed.
    pub op: Op,
    /// By whom: verifies under `op.author`.
    pub signature: Signature,
}

/// One numbered line of a room's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The entry before this one.
    pub prev: Link,
    /// Its own number.
    pub seq: Seq,
    /// The host's clock, milliseconds since 1970 UTC, clamped so that it never runs backwards in a log.
    pub at_ms: i64,
    /// The author's number in the room; 0 for a guest, who has none.
    pub member: MemberId,
    /// The author's name at that time, as the host had it. So an entry can be shown by itself.
    pub name: Nickname,
    /// What was said.
    pub signed: SignedOp,
    /// Over the predecessor's hash, the stamp and the signed op: `wire::chain`.
    pub hash: Hash,
}

/// A run of entries without a hole: the first follows `prev`, each other the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The position before the first entry.
    pub prev: Link,
    /// The entries, in order; hashes are computed by whoever reads them.
    pub entries: Vec<Entry>,
}

/// From where a page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchFrom {
    /// The entries that follow this one, oldest first.
    After(Seq),
    /// The entries that end just before this one.
    Before(Seq),
}

/// A part of a log, and whether there is more that way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The entries, in order. The run may have holes where a member's copy has them; `prev` of each tells.
    pub run: Run,
    /// There is more that way.
    pub more: bool,
}

/// An entry that was the newest of its log, vouched for by the room's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// The entry.
    pub link: Link,
    /// The room key's signature (ECDSA P-256, ASN.1) over `wire::chain::head_bytes`.
    pub signature: Vec<u8>,
}

/// Proof of how far a log had come: a host whose log is shorter than that has lost a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Which log.
    pub epoch: Epoch,
    /// An entry of it.
    pub head: SignedHead,
}

/// What a log has at a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// This entry.
    Entry(Link),
    /// Nothing, or nothing any more.
    Nothing,
    /// It cannot be read.
    Unreadable,
}

/// Where a run belongs in a member's copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunPlace {
    /// It begins the copy of another log than the one before; that one stays, and is not read any more.
    Anew,
    /// It is the end of the live chain.
    Live,
    /// It fills a hole.
    Hole,
}

/// A member whom the room's log knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMember {
    /// Its number.
    pub member: MemberId,
    /// Its key.
    pub key: MemberKey,
    /// What it was called last.
    pub name: Nickname,
}

/// What a host writes down in one commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    /// Entries that follow the head.
    pub entries: Vec<Entry>,
    /// Members who are new or go by a new name, as the entries say.
    pub members: Vec<KnownMember>,
    /// How people stand from then on about whom something was done.
    pub standings: Vec<Standing>,
    /// What the entries remove, with the place of each.
    pub removals: Vec<(Seq, Removal)>,
    /// The rules from then on, where one of the entries changes them.
    pub rules: Option<HouseRules>,
}

impl Entry {
    /// This entry's position in the chain.
    pub fn link(&self) -> Link {
        Link { seq: self.seq, hash: self.hash }
    }

    /// The entry without what it said: the hash that it had stands in its place, so the chain goes on as it did. Who said it
    /// and when is the log's word from there on, and not proven any more; and a host could blank anything, as it could
    /// withhold it. What it cannot do is to put other words there.
    #[must_use]
    pub fn blank(self) -> Self {
        let body = Bytes::copy_from_slice(self.hash.as_bytes());
        let op = Op { kind: kind::BLANK, body, ..self.signed.op };
        Self { signed: SignedOp { op, signature: Signature([0; Signature::LEN]) }, ..self }
    }

    /// About how many bytes this entry takes in memory and on the wire.
    pub fn weight(&self) -> usize {
        /// Fixed fields of entry and op, rounded up.
        const ENVELOPE: usize = 320;
        ENVELOPE + self.name.as_str().len() + self.signed.op.body.len()
    }
}

impl Run {
    /// The newest part of the run in which every entry follows the one before it.
    #[must_use]
    pub fn unbroken_end(mut self) -> Self {
        let breaks = self.entries.windows(2).rposition(|two| matches!(two, [a, b] if b.prev.seq != a.seq));
        if let Some(at) = breaks {
            self.entries.drain(..=at);
        }
        self.prev = self.entries.first().map_or(self.prev, |first| first.prev);
        self
    }

    /// The oldest part of the run in which every entry follows the one before it.
    #[must_use]
    pub fn unbroken_start(mut self) -> Self {
        let breaks = self.entries.windows(2).position(|two| matches!(two, [a, b] if b.prev.seq != a.seq));
        if let Some(at) = breaks {
            self.entries.truncate(at + 1);
        }
        self
    }

    /// The position after the last entry.
    pub fn last(&self) -> Link {
        self.entries.last().map_or(self.prev, Entry::link)
    }
}
