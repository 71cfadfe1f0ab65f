//! Cryptography that is cheap and still notices every changed byte. It keeps nobody out, and has not to.

use hallway::room::log::{Digest, HeadSigner, OpSigner, Verifier};
use hallway::types::{Hash, MemberKey, Signature};

/// The key of the room's head.
const ROOM: MemberKey = MemberKey([0xee; 32]);

pub struct Cheap;

/// Signs as this key.
pub struct Signs(pub MemberKey);

impl Digest for Cheap {
    fn sha256(&self, parts: &[&[u8]]) -> Hash {
        let mut lanes = [0x243f_6a88_85a3_08d3_u64, 0x1319_8a2e_0370_7344];
        for part in parts {
            stir(&mut lanes, part);
        }
        let [first, other] = lanes.map(mixed);
        let mut hash = [0; 32];
        let words = [first, other, mixed(first ^ other.rotate_left(9)), mixed(other ^ first.rotate_left(27))];
        hash.chunks_mut(8).zip(words).for_each(|(to, word)| to.copy_from_slice(&word.to_be_bytes()));
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
    let hash = Cheap.sha256(&[key.as_bytes(), message]);
    let mut signature = [0x5a; 64];
    signature.chunks_mut(32).for_each(|half| half.copy_from_slice(hash.as_bytes()));
    Signature(signature)
}

/// Takes a part in, eight bytes at a time, and its length.
fn stir(lanes: &mut [u64; 2], part: &[u8]) {
    let [first, other] = lanes;
    let mut take = |word: u64| {
        *first = (*first ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        *other = (*other).wrapping_add(word).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(31) ^ *first;
    };
    let mut chunks = part.chunks_exact(8);
    for chunk in &mut chunks {
        take(u64::from_le_bytes(chunk.try_into().unwrap()));
    }
    let mut last = [0; 8];
    chunks.remainder().iter().zip(&mut last).for_each(|(from, to)| *to = *from);
    take(u64::from_le_bytes(last));
    take(part.len() as u64);
}

fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    word ^ (word >> 29)
}
