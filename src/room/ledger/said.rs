//! Whether what is sent once more is the same.

use crate::room::log::Digest;
use crate::types::entry::kind;
use crate::types::{Hash, Op, OpId};

/// Of an entry without words nobody knows what it said.
const UNKNOWN: Hash = Hash([0; 32]);

/// The identity of an op and of what it says: a resend has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::room) struct Said {
    /// Its id.
    pub(in crate::room) id: OpId,
    /// The hash of its kind and body.
    pub(in crate::room) content: Hash,
}

impl Said {
    /// Whether that is the same once more. What was removed is whatever its author says it was.
    pub(super) fn is_again(&self, other: &Self) -> bool {
        self.id == other.id && (self.content == other.content || self.content == UNKNOWN)
    }
}

/// The hash of what an op says: its kind and its body.
pub(in crate::room) fn content_hash(op: &Op, digest: &dyn Digest) -> Hash {
    if op.kind == kind::BLANK {
        return UNKNOWN;
    }
    digest.sha256(&[&op.kind.to_be_bytes(), &op.body])
}
