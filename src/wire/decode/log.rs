//! Ops, entries and runs.

use bytes::Bytes;

use super::{DecodeError, field};
use crate::types::limits::HEAD_SIGNATURE_BYTES;
use crate::types::{Entry, Hash, Link, MemberId, Run, Seq, SignedOp};
use crate::wire::message::SignedHead;
use crate::wire::op::CANONICAL_BYTES_MAX;
use crate::wire::{op, proto};

pub(super) fn signed_op(signed: &proto::SignedOp) -> Result<SignedOp, DecodeError> {
    op_and_signature(&signed.op, &signed.signature)
}

/// The entries behind `prev`. Their hashes are zeros: `wire::chain::seal` computes them.
pub(super) fn run(prev: Option<proto::Link>, entries: &[proto::Entry]) -> Result<Run, DecodeError> {
    let prev = field::link(prev, "prev")?;
    let mut before = prev;
    let mut run = Run { prev, entries: Vec::with_capacity(entries.len()) };
    for entry in entries {
        let entry = self::entry(entry, before)?;
        before = entry.link();
        run.entries.push(entry);
    }
    Ok(run)
}

fn entry(entry: &proto::Entry, prev: Link) -> Result<Entry, DecodeError> {
    let seq = Seq(entry.seq);
    if seq <= prev.seq {
        return Err(DecodeError::Order(seq));
    }
    let name = field::nickname(&entry.name, "Entry.name")?;
    // The hash covers the name's bytes, so there is but one spelling.
    if name.as_str() != entry.name {
        return Err(DecodeError::Range("Entry.name"));
    }
    Ok(Entry {
        prev,
        seq,
        at_ms: entry.at_ms,
        member: MemberId(entry.member),
        name,
        signed: op_and_signature(&entry.op, &entry.signature)?,
        hash: Hash([0; 32]),
    })
}

/// The op gets memory of its own: an entry is kept for long, the frame that it came in is not.
fn op_and_signature(op: &Bytes, signature: &[u8]) -> Result<SignedOp, DecodeError> {
    if op.len() > CANONICAL_BYTES_MAX {
        return Err(DecodeError::Length("an op"));
    }
    Ok(SignedOp { op: op::parse(Bytes::copy_from_slice(op))?, signature: field::signature(signature)? })
}

/// What the room's key says of an entry.
pub(super) fn signed_head(said: Option<proto::SignedHead>) -> Result<SignedHead, DecodeError> {
    let said = said.ok_or(DecodeError::Missing("a signed head"))?;
    if said.signature.len() > HEAD_SIGNATURE_BYTES {
        return Err(DecodeError::Length("a head's signature"));
    }
    Ok(SignedHead { link: field::link(said.link, "SignedHead.link")?, signature: said.signature.to_vec() })
}
