//! The chain: each entry's hash covers the one before it, so an order once shown cannot be changed unseen.
//!
//! Everything that is hashed or signed begins with a domain of its own, so that bytes made for one purpose
//! prove nothing for another.
//!
//! ```text
//! entry  "hallway entry 1\0"   prev_hash[32]  seq:u64be  at_ms:i64be  member:u32be
//!                              name_len:u32be  name  op_len:u32be  canonical op  signature[64]
//! head   "hallway head 1\0"    room[32]  epoch:u64be  seq:u64be  hash[32]
//! hello  "hallway member 1\0"  exporter[32]  room[32]
//! token  "hallway token 1\0"   token[16]
//! heir   "hallway heir 1\0"    room[32]  key_before[32]
//! ```

use bytes::Bytes;

use super::op;
use crate::types::entry::kind;
use crate::types::{Entry, Epoch, Hash, Link, MemberKey, RoomId, Run, Token};

const ENTRY: &[u8] = b"hallway entry 1\0";
const HEAD: &[u8] = b"hallway head 1\0";
const HELLO: &[u8] = b"hallway member 1\0";
const PASSWORD: &[u8] = b"hallway password 1\0";
const HEIR: &[u8] = b"hallway heir 1\0";
const TOKEN: &[u8] = b"hallway token 1\0";

/// SHA-256 of the parts, one after the other, as whoever calls has it.
pub type Sha256<'a> = &'a mut dyn FnMut(&[&[u8]]) -> Hash;

/// The bytes whose SHA-256 is the entry's hash. They hold `entry.prev.hash`, not `entry.hash`.
pub fn entry_bytes(entry: &Entry) -> Vec<u8> {
    let name = entry.name.as_str().as_bytes();
    let op_len = op::canonical_len(&entry.signed.op);
    let mut out = Vec::with_capacity(ENTRY.len() + 124 + name.len() + op_len);
    out.extend_from_slice(ENTRY);
    out.extend_from_slice(entry.prev.hash.as_bytes());
    out.extend_from_slice(&entry.seq.0.to_be_bytes());
    out.extend_from_slice(&entry.at_ms.to_be_bytes());
    out.extend_from_slice(&entry.member.0.to_be_bytes());
    out.extend_from_slice(&length(name.len()));
    out.extend_from_slice(name);
    out.extend_from_slice(&length(op_len));
    op::write_canonical(&entry.signed.op, &mut out);
    out.extend_from_slice(entry.signed.signature.as_bytes());
    out
}

/// The entry's hash, from `entry.prev.hash` and what it holds; of a blank one, what it says itself.
pub fn entry_hash(entry: &Entry, sha256: Sha256<'_>) -> Hash {
    match Hash::from_slice(&entry.signed.op.body) {
        Ok(hash) if entry.signed.op.kind == kind::BLANK => hash,
        _ => sha256(&[&entry_bytes(entry)]),
    }
}

/// Fills in `prev` and `hash` of every entry, in order, from `run.prev`. Hashes do not travel: whoever reads
/// a run computes them, and compares the last with a head that the room signed.
pub fn seal(run: &mut Run, sha256: Sha256<'_>) {
    let mut prev = run.prev;
    for entry in &mut run.entries {
        entry.prev = prev;
        entry.hash = entry_hash(entry, sha256);
        prev = entry.link();
    }
}

/// As [`seal`], for entries that get their numbers now. A blank one of another log says a hash that it had there, and nothing
/// of what stands before it here: so it gets one that does, as every entry has. Else two logs could seem to meet in it.
pub fn number(run: &mut Run, sha256: Sha256<'_>) {
    let mut prev = run.prev;
    for entry in &mut run.entries {
        entry.prev = prev;
        if entry.signed.op.kind == kind::BLANK {
            let hash = sha256(&[&entry_bytes(entry)]);
            entry.signed.op.body = Bytes::copy_from_slice(hash.as_bytes());
        }
        entry.hash = entry_hash(entry, sha256);
        prev = entry.link();
    }
}

/// What the room's key signs of its newest entry.
pub fn head_bytes(room: &RoomId, epoch: Epoch, head: Link) -> Vec<u8> {
    let (epoch, seq) = (epoch.0.to_be_bytes(), head.seq.0.to_be_bytes());
    [HEAD, room.as_bytes(), &epoch, &seq, head.hash.as_bytes()].concat()
}

/// What a member signs in its Hello: good for this connection and this room only.
pub fn hello_bytes(exporter: &[u8; 32], room: &RoomId) -> Vec<u8> {
    [HELLO, exporter, room.as_bytes()].concat()
}

/// What a password is proven together with: good for this connection and this room only.
pub fn password_bytes(exporter: &[u8; 32], room: &RoomId) -> Vec<u8> {
    [PASSWORD, exporter, room.as_bytes()].concat()
}

/// What a member's next key signs: that it goes on for the one before, in this room.
pub fn successor_bytes(room: &RoomId, before: &MemberKey) -> Vec<u8> {
    [HEIR, room.as_bytes(), before.as_bytes()].concat()
}

/// What the host keeps the SHA-256 of, for each invite with a token.
pub fn token_bytes(token: &Token) -> Vec<u8> {
    [TOKEN, &token.0].concat()
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hasher};

    use super::*;
    use crate::types::{MemberId, Nickname, Op, OpId, Seq, Signature, SignedOp};

    /// Not SHA-256, which `trust` has: any function of all the bytes shows the chaining.
    fn digest(parts: &[&[u8]]) -> Hash {
        let mut lanes = [0; 32];
        for (lane, out) in lanes.chunks_mut(8).enumerate() {
            let mut hasher = DefaultHasher::new();
            hasher.write_usize(lane);
            hasher.write(&parts.concat());
            out.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        Hash(lanes)
    }

    fn entry(seq: u64, text: &'static str) -> Entry {
        let op = Op {
            room: RoomId([1; 32]),
            author: MemberKey([2; 32]),
            n: seq,
            id: OpId([3; 16]),
            kind: 1000,
            body: Bytes::from_static(text.as_bytes()),
        };
        Entry {
            prev: Link::START,
            seq: Seq(seq),
            at_ms: -1,
            member: MemberId(7),
            name: Nickname::new("Ana").unwrap(),
            signed: SignedOp { op, signature: Signature([9; 64]) },
            hash: Hash([0; 32]),
        }
    }

    fn sealed(entries: Vec<Entry>) -> Run {
        let mut run = Run { prev: Link::START, entries };
        seal(&mut run, &mut digest);
        run
    }

    #[test]
    fn a_sealed_run_links_every_entry_to_the_one_before() {
        let run = sealed(vec![entry(1, "a"), entry(2, "b"), entry(5, "c")]);
        assert_eq!(run.entries[0].prev, Link::START);
        assert_eq!(run.entries[1].prev, run.entries[0].link());
        assert_eq!(run.entries[2].prev, run.entries[1].link());
        assert_eq!(run.entries[2].hash, entry_hash(&run.entries[2], &mut digest));
    }

    #[test]
    fn a_change_anywhere_changes_every_hash_behind_it() {
        let honest = sealed(vec![entry(1, "a"), entry(2, "b")]).last();
        let changes: [fn(&mut Entry); 7] = [
            |e| e.seq = Seq(0),
            |e| e.at_ms = 0,
            |e| e.member = MemberId(8),
            |e| e.name = Nickname::new("Anb").unwrap(),
            |e| e.signed.op.body = Bytes::from_static(b"x"),
            |e| e.signed.op.n = 77,
            |e| e.signed.signature = Signature([8; 64]),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut first = entry(1, "a");
            change(&mut first);
            assert_ne!(sealed(vec![first, entry(2, "b")]).last().hash, honest.hash, "{index}");
        }
    }

    #[test]
    fn what_the_keys_sign_differs_by_purpose_room_and_connection() {
        let (a, b) = (RoomId([1; 32]), RoomId([2; 32]));
        assert_ne!(hello_bytes(&[0; 32], &a), hello_bytes(&[0; 32], &b));
        assert_ne!(hello_bytes(&[0; 32], &a), hello_bytes(&[1; 32], &a));
        let head = head_bytes(&a, Epoch(1), Link::START);
        assert_ne!(head, head_bytes(&a, Epoch(2), Link::START));
        assert_ne!(head, head_bytes(&b, Epoch(1), Link::START));
        assert!(head.starts_with(b"hallway head 1\0"));
        assert!(hello_bytes(&[0; 32], &a).starts_with(b"hallway member 1\0"));
    }

    #[test]
    fn a_blank_entry_keeps_its_place_in_the_chain_and_nothing_of_what_it_said() {
        let mut run = Run { prev: Link::START, entries: vec![entry(1, "a secret"), entry(2, "more")] };
        seal(&mut run, &mut digest);
        let (before, first) = (run.last(), run.entries[0].clone());
        run.entries[0] = first.clone().blank();
        assert!(!entry_bytes(&run.entries[0]).windows(8).any(|bytes| bytes == b"a secret"));
        seal(&mut run, &mut digest);
        assert_eq!((run.last(), run.entries[0].hash), (before, first.hash));
        // Numbered in another log, it stands for what is before it there.
        let other_log = |first| {
            let mut other = Run { prev: Link::START, entries: vec![entry(1, first), run.entries[0].clone()] };
            number(&mut other, &mut digest);
            let numbered = other.clone();
            seal(&mut other, &mut digest);
            assert_eq!(other, numbered, "whoever reads it comes to the same");
            other.last().hash
        };
        assert_ne!(other_log("this"), run.entries[0].hash);
        assert_ne!(other_log("this"), other_log("that"));
        // Only of that kind, and of that length.
        let other = Entry { hash: Hash([0; 32]), ..entry(1, "exactly thirty-two bytes of text") };
        assert_ne!(entry_hash(&other, &mut digest).as_bytes(), &other.signed.op.body[..]);
    }
}
