//! Lends the keys of `trust` to the room and the replica, which know only what they need of them.

use std::sync::Arc;

use crate::room::log::{Digest, HeadSigner, Lock, OpSigner, Verifier};
use crate::room::plain::PlainParts;
use crate::room::{Parts, ReplicaParts};
use crate::store::{Profile, StoreError};
use crate::trust::identity::{self, Identity};
use crate::trust::room_key::{self, RoomKey};
use crate::trust::{KeptPassword, TrustError, random, three_words, words};
use crate::types::{Entry, Hash, MemberKey, RoomId, Signature};
use crate::wire::chain;

/// Why there is no key to begin with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyError {
    /// The profile could not be read or written.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The key file is not a key, or the system gives no randomness.
    #[error("this installation's key cannot be used: {0}")]
    Trust(String),
}

impl From<TrustError> for KeyError {
    fn from(error: TrustError) -> Self {
        Self::Trust(error.to_string())
    }
}

/// This installation's identity: read from the profile, made at the first start.
///
/// # Errors
/// [`KeyError`]; a key file that cannot be read is never replaced.
pub(crate) fn identity(profile: &Profile) -> Result<Arc<Identity>, KeyError> {
    if let Some(pkcs8) = profile.identity()? {
        return Ok(Arc::new(Identity::from_pkcs8(&pkcs8)?));
    }
    let fresh = Identity::generate()?;
    profile.keep_identity(fresh.pkcs8())?;
    Ok(Arc::new(fresh))
}

/// What a room is given.
pub(crate) fn room_parts(identity: &Arc<Identity>, key: &Arc<RoomKey>, lock: Option<KeptPassword>) -> Parts {
    Parts {
        digest: Box::new(Sha256),
        verifier: Box::new(Checks { spki: key.public_key_spki().to_vec() }),
        ops: Box::new(Signs(Arc::clone(identity))),
        heads: Box::new(Heads(Arc::clone(key))),
        lock: lock.map(locked),
    }
}

/// Three words that make a good password; none where the system gives no randomness.
pub fn suggest_password() -> Option<String> {
    three_words().ok().map(|words| words.join(" "))
}

/// A room's fingerprint in six words, to be read aloud.
pub fn room_words(room: &RoomId) -> [&'static str; 6] {
    words(room)
}

/// What a room is given of its password.
pub(crate) fn locked(kept: KeptPassword) -> Box<dyn Lock> {
    Box::new(Locked(kept))
}

/// What a replica is given; `spki` is the room's public key.
pub(crate) fn replica_parts(identity: &Arc<Identity>, spki: &[u8]) -> ReplicaParts {
    ReplicaParts {
        digest: Box::new(Sha256),
        verifier: Box::new(Checks { spki: spki.to_vec() }),
        signer: Box::new(Signs(Arc::clone(identity))),
    }
}

/// What a plain room is given.
pub(crate) fn plain_parts(identity: &Arc<Identity>) -> PlainParts {
    PlainParts { digest: Box::new(Sha256), signer: Box::new(Signs(Arc::clone(identity))) }
}

/// What only checks signatures is given.
pub(crate) fn verifier(spki: &[u8]) -> Box<dyn Verifier> {
    Box::new(Checks { spki: spki.to_vec() })
}

/// The hash that an entry must have.
pub(crate) fn hash_of(entry: &Entry) -> Hash {
    chain::entry_hash(entry, &mut |parts| random::sha256(parts))
}

struct Sha256;

impl Digest for Sha256 {
    fn sha256(&self, parts: &[&[u8]]) -> Hash {
        random::sha256(parts)
    }
}

struct Checks {
    spki: Vec<u8>,
}

impl Verifier for Checks {
    fn verify(&self, key: &MemberKey, message: &[u8], signature: &Signature) -> bool {
        identity::verify(key, message, signature)
    }

    fn verify_head(&self, message: &[u8], signature: &[u8]) -> bool {
        room_key::verify_head(&self.spki, message, signature)
    }
}

struct Signs(Arc<Identity>);

impl OpSigner for Signs {
    fn key(&self) -> MemberKey {
        self.0.key()
    }

    fn sign(&self, message: &[u8]) -> Signature {
        self.0.sign(message)
    }
}

struct Locked(KeptPassword);

impl Lock for Locked {
    fn start(&self, ke1: &[u8], context: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        self.0.start(ke1, context)
    }

    fn finish(&self, state: &[u8], ke3: &[u8]) -> bool {
        KeptPassword::finish(state, ke3)
    }
}

struct Heads(Arc<RoomKey>);

impl HeadSigner for Heads {
    fn sign_head(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign_head(message)
    }
}
