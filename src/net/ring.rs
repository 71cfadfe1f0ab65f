//! What was published lately, encoded once for everybody.
//!
//! A slow reader is a position, not a queue: each connection keeps the link of the last entry that it wrote
//! and takes the blocks behind it, so a member that does not read costs no memory here. What has fallen out
//! of the ring comes from the log. The one lock in our code is here, held for a look-up or a push.

#![expect(clippy::disallowed_types, reason = "the one lock: blocks are shared by all connections of a room")]

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::{Bytes, BytesMut};
use tokio::sync::watch;

use crate::types::entry::kind;
use crate::types::limits::{PAGE_BYTES, RING_BYTES, TURN_BYTES};
use crate::types::{Link, Run, SignedHead};
use crate::wire::encode::encode_server;
use crate::wire::message::ServerMessage;

/// One Events frame, behind one of Head where it is known who vouches for its end.
#[derive(Debug)]
struct Block {
    prev: Link,
    last: Link,
    frame: Bytes,
}

/// The blocks, and a watch on the newest entry.
#[derive(Debug)]
pub struct Ring {
    blocks: RwLock<Blocks>,
    head: watch::Sender<Link>,
}

#[derive(Debug, Default)]
struct Blocks {
    queue: VecDeque<Arc<Block>>,
    bytes: usize,
}

/// What there is behind a position.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nothing new.
    UpToDate,
    /// Frames to write, about [`TURN_BYTES`] of them, and the position behind them.
    Frames(Vec<Bytes>, Link),
    /// The ring does not reach back that far: read the log.
    FellOut,
}

impl Ring {
    /// A ring behind the log's newest entry.
    pub fn new(head: Link) -> Self {
        Self { blocks: RwLock::default(), head: watch::Sender::new(head) }
    }

    /// Adds entries that are durable, and that the room's key vouches for the last one; and wakes every connection.
    pub fn publish(&self, run: Run, head: &SignedHead) {
        let last = run.last();
        // Everybody reads the log then, where the words are gone: also those that came with their removal.
        let removes = run.entries.iter().any(|entry| entry.signed.op.kind == kind::REMOVAL);
        let vouched = |run: &Run| (run.last() == head.link).then_some(head);
        let encode = |run: Run| Arc::new(Block::encode(vouched(&run), run));
        let fresh: Vec<_> = split(run).into_iter().map(encode).collect();
        {
            let mut blocks = self.blocks.write().unwrap_or_else(PoisonError::into_inner);
            if removes {
                *blocks = Blocks::default();
            } else {
                blocks.bytes += fresh.iter().map(|block| block.frame.len()).sum::<usize>();
                blocks.queue.extend(fresh);
            }
            while blocks.bytes > RING_BYTES {
                let Some(oldest) = blocks.queue.pop_front() else { break };
                blocks.bytes -= oldest.frame.len();
            }
        }
        self.head.send_replace(last);
    }

    /// A watch on the newest entry.
    pub fn head(&self) -> watch::Receiver<Link> {
        self.head.subscribe()
    }

    /// What there is behind `cursor`.
    pub fn take(&self, cursor: Link) -> Taken {
        if self.head.borrow().seq <= cursor.seq {
            return Taken::UpToDate;
        }
        let blocks = self.blocks.read().unwrap_or_else(PoisonError::into_inner);
        let Ok(at) = blocks.queue.binary_search_by_key(&cursor.seq, |block| block.prev.seq) else {
            return Taken::FellOut;
        };
        let (mut frames, mut bytes, mut last) = (Vec::new(), 0, cursor);
        for block in blocks.queue.range(at..) {
            if bytes > 0 && bytes + block.frame.len() > TURN_BYTES {
                break;
            }
            bytes += block.frame.len();
            last = block.last;
            frames.push(block.frame.clone());
        }
        Taken::Frames(frames, last)
    }
}

impl Block {
    fn encode(vouched: Option<&SignedHead>, run: Run) -> Self {
        let (prev, last) = (run.prev, run.last());
        let mut frame = BytesMut::new();
        if let Some(head) = vouched {
            encode_server(&ServerMessage::Head(head.clone()), &mut frame);
        }
        encode_server(&ServerMessage::Events(run), &mut frame);
        Self { prev, last, frame: frame.freeze() }
    }
}

/// `run` in pieces that each fit into a frame.
pub fn split(run: Run) -> Vec<Run> {
    let mut pieces = Vec::new();
    let mut piece = Run { prev: run.prev, entries: Vec::new() };
    let mut bytes = 0;
    for entry in run.entries {
        let weight = entry.weight();
        if bytes + weight > PAGE_BYTES && !piece.entries.is_empty() {
            let prev = piece.last();
            pieces.push(std::mem::replace(&mut piece, Run { prev, entries: Vec::new() }));
            bytes = 0;
        }
        bytes += weight;
        piece.entries.push(entry);
    }
    if !piece.entries.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{
        Entry, Hash, MemberId, MemberKey, Nickname, Op, OpId, RoomId, Seq, Signature, SignedOp,
    };

    fn link(seq: u64) -> Link {
        Link { seq: Seq(seq), hash: Hash([u8::try_from(seq % 251).unwrap(); 32]) }
    }

    fn publish(ring: &Ring, run: Run) {
        let head = SignedHead { link: run.last(), signature: vec![0; 71] };
        ring.publish(run, &head);
    }

    fn run(after: u64, count: u64, body: usize) -> Run {
        let entry = |seq: u64| Entry {
            prev: link(seq - 1),
            seq: Seq(seq),
            at_ms: 0,
            member: MemberId(1),
            name: Nickname::new("Ana").unwrap(),
            signed: SignedOp {
                op: Op {
                    room: RoomId([1; 32]),
                    author: MemberKey([2; 32]),
                    n: seq,
                    id: OpId([3; 16]),
                    kind: 1,
                    body: vec![b'x'; body].into(),
                },
                signature: Signature([4; 64]),
            },
            hash: link(seq).hash,
        };
        Run { prev: link(after), entries: (after + 1..=after + count).map(entry).collect() }
    }

    fn frames(taken: Taken) -> (usize, Seq) {
        match taken {
            Taken::Frames(frames, last) => (frames.len(), last.seq),
            other => panic!("no frames: {other:?}"),
        }
    }

    #[test]
    fn a_reader_takes_what_follows_its_position_and_then_nothing() {
        let ring = Ring::new(link(0));
        assert_eq!(ring.take(link(0)), Taken::UpToDate);
        publish(&ring, run(0, 2, 10));
        publish(&ring, run(2, 1, 10));
        assert_eq!(frames(ring.take(link(0))), (2, Seq(3)));
        assert_eq!(ring.take(link(3)), Taken::UpToDate);
    }

    #[test]
    fn one_turn_takes_no_more_than_its_bytes_but_always_something() {
        let ring = Ring::new(link(0));
        for after in 0..5 {
            publish(&ring, run(after, 1, 30_000));
        }
        assert_eq!(frames(ring.take(link(0))), (2, Seq(2)));
        publish(&ring, run(5, 5, 30_000));
        assert_eq!(frames(ring.take(link(5))), (1, Seq(10)), "a block larger than a turn goes alone");
    }

    #[test]
    fn a_position_older_than_the_ring_or_inside_a_block_reads_the_log() {
        let ring = Ring::new(link(0));
        publish(&ring, run(0, 4, 10));
        assert_eq!(ring.take(link(2)), Taken::FellOut);
        // A turn of 4 × 30 kB: 200 of them are 24 MB and stay, as many again push the first ones out.
        for turn in 1..200 {
            publish(&ring, run(turn * 4, 4, 30_000));
        }
        assert!(matches!(ring.take(link(0)), Taken::Frames(..)));
        for turn in 200..400 {
            publish(&ring, run(turn * 4, 4, 30_000));
        }
        assert_eq!(ring.take(link(0)), Taken::FellOut);
    }

    #[test]
    fn a_long_run_is_cut_into_frames() {
        let pieces = split(run(0, 256, 16_000));
        assert!(pieces.len() > 1);
        assert!(pieces.iter().all(|p| p.entries.iter().map(Entry::weight).sum::<usize>() <= PAGE_BYTES));
        assert!(pieces.windows(2).all(|pair| pair[0].last() == pair[1].prev));
        assert_eq!(pieces.iter().map(|p| p.entries.len()).sum::<usize>(), 256);
    }
}
