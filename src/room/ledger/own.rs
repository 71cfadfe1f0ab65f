//! What the room itself says: names, and what guests said.

use bytes::Bytes;

use super::Stamp;
use crate::types::entry::kind;
use crate::types::{Act, Deed, KnownMember, Link, MessageText, Nickname, Op, OpId, Seq, SignedOp};
use crate::wire::op;

/// What the ids of the room's own ops are derived from, so that a room needs no randomness.
const NAMING: &[u8] = b"hallway member op 1\0";
/// Likewise for what guests said.
const HEARD: &[u8] = b"hallway guest op 1\0";

/// Likewise for what was done about somebody.
const ACTED: &[u8] = b"hallway standing op 1\0";

/// The op by which the host names a member. Its id follows from its place, which nothing else can have.
pub(super) fn naming(stamp: &Stamp<'_>, who: &KnownMember, before: Option<&Nickname>, seq: Seq) -> SignedOp {
    let place = seq.0.to_be_bytes();
    let id = derived(
        stamp,
        &[NAMING, stamp.room.as_bytes(), who.key.as_bytes(), who.name.as_str().as_bytes(), &place],
    );
    own_op(stamp, id, kind::MEMBER, op::member_body(who.member, &who.key, before, &who.name))
}

/// The op by which the host says what a guest said. After a restored log the same place can come again, with
/// another line in front of it or another one in it, so both count.
pub(super) fn hearing(stamp: &Stamp<'_>, said: (&Nickname, &MessageText), prev: Link, seq: Seq) -> SignedOp {
    let body = op::guest_body(said.0, said.1);
    let place = seq.0.to_be_bytes();
    let id = derived(stamp, &[HEARD, stamp.room.as_bytes(), prev.hash.as_bytes(), &place, &body]);
    own_op(stamp, id, kind::GUEST, body)
}

/// The op by which the host says what was done about somebody.
pub(super) fn acting(stamp: &Stamp<'_>, act: &Act, prev: Link, seq: Seq) -> SignedOp {
    let (kind, body) = op::deed_body(&Deed::Act(act.clone()));
    let place = seq.0.to_be_bytes();
    let id = derived(stamp, &[ACTED, stamp.room.as_bytes(), prev.hash.as_bytes(), &place, &body]);
    own_op(stamp, id, kind, body)
}

fn derived(stamp: &Stamp<'_>, parts: &[&[u8]]) -> OpId {
    let hash = stamp.digest.sha256(parts);
    let mut id = OpId([0; OpId::LEN]);
    id.0.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    id
}

/// An op of the host's that no counter counts.
fn own_op(stamp: &Stamp<'_>, id: OpId, kind: u32, body: Bytes) -> SignedOp {
    let op = Op { room: stamp.room, author: stamp.signer.key(), n: 0, id, kind, body };
    let signature = stamp.signer.sign(&op::canonical(&op));
    SignedOp { op, signature }
}
