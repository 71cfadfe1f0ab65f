//! Cryptography that is cheap and still notices every changed byte. It keeps nobody out, and has not to.

use std::hash::{DefaultHasher, Hasher};

use hallway::room::log::{Digest, HeadSigner, OpSigner, Verifier};
use hallway::types::{Hash, MemberKey, Signature};

/// The key of the room's head.
const ROOM: MemberKey = MemberKey([0xee; 32]);

pub struct Cheap;

/// Signs as this key.
pub struct Signs(pub MemberKey);

impl Digest for Cheap {
    fn sha256(&self, parts: &[&[u8]]) -> Hash {
        let mut hash = [0; 32];
        for (lane, out) in hash.chunks_mut(8).enumerate() {
            let mut hasher = DefaultHasher::new();
            hasher.write_usize(lane);
            for part in parts {
                hasher.write(part);
            }
            out.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        Hash(hash)
    }
}

impl Verifier for Cheap {
    fn verify(&self, key: &MemberKey, message: &[u8], signature: &Signature) -> bool {
        checksum(key, message) == *signature
    }

    fn verify_head(&self, message: &[u8], signature: &[u8]) -> bool {
        checksum(&ROOM, message).as_bytes() == signature
    }
}

impl OpSigner for Signs {
    fn key(&self) -> MemberKey {
        self.0
    }

    fn sign(&self, message: &[u8]) -> Signature {
        checksum(&self.0, message)
    }
}

impl HeadSigner for Cheap {
    fn sign_head(&self, message: &[u8]) -> Vec<u8> {
        checksum(&ROOM, message).as_bytes().to_vec()
    }
}

fn checksum(key: &MemberKey, message: &[u8]) -> Signature {
    let mut signature = [0; 64];
    for (half, name) in signature.chunks_mut(32).zip([b"first", b"other"]) {
        half.copy_from_slice(Cheap.sha256(&[name, key.as_bytes(), message]).as_bytes());
    }
    Signature(signature)
}
