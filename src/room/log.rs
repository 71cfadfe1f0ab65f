//! What a room is given from outside: its log, and the three operations of cryptography that it needs.

use std::future::Future;
use std::pin::Pin;

use crate::types::{
    Batch, Entry, Epoch, FetchFrom, Hash, Link, MemberKey, OpId, Run, Seq, Signature, Slice, Stand,
};

/// A future that a [`RoomLog`] answers with.
pub type LogFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, LogError>> + Send + 'a>>;

/// Why the log could not answer, in words for the host's person ("the disk is full").
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct LogError {
    /// What the system said.
    pub reason: String,
}

/// The durable truth of a room. `session` adapts SQLite to it; the simulation has one in memory.
pub trait RoomLog: Send + Sync + 'static {
    /// Writes `batch`, whose entries follow the head, in one commit. When it answers, they survive a power cut.
    /// After an error nothing of them is there.
    fn append(&self, batch: Batch) -> LogFuture<'_, ()>;
    /// At most `max` entries and [`crate::types::limits::PAGE_BYTES`] bytes of them, without a hole among them. The
    /// entries that end just before a number come in ascending order too, and always reach up to that number.
    fn page(&self, from: FetchFrom, max: usize) -> LogFuture<'_, Slice>;
    /// The entry that an op already became, however long ago.
    fn find(&self, author: MemberKey, id: OpId) -> LogFuture<'_, Option<Entry>>;
    /// The number of an op whose entry is not kept any more.
    fn removed(&self, _author: MemberKey, _id: OpId) -> LogFuture<'_, Option<Seq>> {
        Box::pin(std::future::ready(Ok(None)))
    }
    /// The entry that has this number.
    fn link_at(&self, seq: Seq) -> LogFuture<'_, Option<Link>>;
    /// From here on the log belongs to this epoch; its entries stay what they are. Durable when it answers.
    fn turn(&self, epoch: Epoch) -> LogFuture<'_, ()>;
    /// Keeps that this member has proven the password of this epoch. A log without a password keeps nobody.
    fn admit(&self, _key: MemberKey, _epoch: u32) -> LogFuture<'_, ()> {
        let reason = "this log keeps nobody".to_owned();
        Box::pin(std::future::ready(Err(LogError { reason })))
    }
    /// Writes entries back that were lost in the middle of the log, and how people stand by them.
    fn refill(&self, run: Run, standing: Vec<Stand>) -> LogFuture<'_, ()>;
}

/// SHA-256.
pub trait Digest: Send {
    /// The hash of the parts, one after the other.
    fn sha256(&self, parts: &[&[u8]]) -> Hash;
}

/// Checks signatures.
pub trait Verifier: Send {
    /// True where `signature` is `key`'s over `message` (Ed25519).
    fn verify(&self, key: &MemberKey, message: &[u8], signature: &Signature) -> bool;
    /// True where `signature` is the room key's over `message` (ECDSA P-256, ASN.1). The room's public key is
    /// what the connection was authenticated with.
    fn verify_head(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// A room's password. The room never sees what was typed, only the messages of the proof.
pub trait Lock: Send {
    /// The host's answer to a member's first message, and what is kept for its proof. `context` is what both ends
    /// share of the connection. None where the message is none.
    fn start(&self, ke1: &[u8], context: &[u8]) -> Option<(Vec<u8>, Vec<u8>)>;
    /// Whether `ke3` proves the password, in the try of this `state`.
    fn finish(&self, state: &[u8], ke3: &[u8]) -> bool;
}

/// Signs with this installation's key.
pub trait OpSigner: Send {
    /// The public key.
    fn key(&self) -> MemberKey;
    /// An Ed25519 signature over `message`.
    fn sign(&self, message: &[u8]) -> Signature;
}

/// Signs with the room's key: only a host has it.
pub trait HeadSigner: Send {
    /// An ECDSA P-256 signature, ASN.1.
    fn sign_head(&self, message: &[u8]) -> Vec<u8>;
}
