//! The system's randomness, and SHA-256.

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

use super::TrustError;
use crate::types::Hash;

/// `N` bytes that nobody can guess, from the operating system.
///
/// # Errors
/// [`TrustError::NoRandomness`] where the system has none: do not go on.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], TrustError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| TrustError::NoRandomness)?;
    Ok(bytes)
}

/// SHA-256 of the parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Hash(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_the_one_of_the_standard_however_the_parts_are_cut() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&[b"abc"]).to_string(), abc);
        assert_eq!(sha256(&[b"a", b"", b"bc"]).to_string(), abc);
    }

    #[test]
    fn random_bytes_do_not_come_twice() {
        assert_ne!(random_bytes::<32>(), random_bytes::<32>());
    }
}
