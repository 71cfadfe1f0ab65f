//! An identity in a file that its owner carries to another computer, sealed with a passphrase.
//!
//! Whoever has the file may guess as fast as their computers can, so each guess takes 64 MiB of memory and a moment's
//! work (Argon2id, RFC 9106), and a passphrase is not short. What is inside is encrypted and authenticated
//! (ChaCha20-Poly1305, RFC 8439) together with everything in front of it, so a file that was changed anywhere is no file.
//! What a file asks for is bounded, because it may come from somebody else.
//!
//! `HALLWAYID` · version · memory in KiB · passes (both 32 bits, big-endian) · salt · nonce · the key, sealed.

use opaque_ke::argon2::{Algorithm, Argon2, Params, Version};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::{Identity, TrustError, random};
use crate::types::limits::{SEALED_BYTES, SEALED_MEMORY_KIB, SEALED_PASSES};
use crate::types::{Passphrase, Password};

/// What such a file begins with.
const MAGIC: &[u8] = b"HALLWAYID";
/// The only version so far.
const FIRST: u8 = 1;
/// What a guess costs in a file that is written here.
const COST: Cost = Cost { memory_kib: 64 * 1_024, passes: 3 };
/// Bytes of the salt, which nobody chooses.
const SALT: usize = 16;
/// Bytes in front of what is sealed.
const HEAD: usize = MAGIC.len() + 1 + 4 + 4 + SALT + NONCE_LEN;

/// What one guess costs.
#[derive(Debug, Clone, Copy)]
struct Cost {
    memory_kib: u32,
    passes: u32,
}

/// Why there is no identity in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// It is another kind of file.
    #[error("the file is no identity of Hallway")]
    NotOne,
    /// A newer version wrote it.
    #[error("a newer Hallway wrote this file")]
    Newer,
    /// It asks for more memory or work than any file that Hallway writes.
    #[error("the file asks for more memory than an identity needs")]
    TooDear,
    /// It was sealed with another passphrase, or changed since.
    #[error("the passphrase is another one, or the file is damaged")]
    Wrong,
    /// The system gives no random numbers.
    #[error("{0}")]
    Trust(#[from] TrustError),
}

/// The identity in a file's bytes. Takes a moment of work.
///
/// # Errors
/// [`TrustError::NoRandomness`].
pub fn seal(identity: &Identity, passphrase: &Passphrase) -> Result<Vec<u8>, SealedError> {
    let mut file = MAGIC.to_vec();
    file.push(FIRST);
    file.extend_from_slice(&COST.memory_kib.to_be_bytes());
    file.extend_from_slice(&COST.passes.to_be_bytes());
    file.extend_from_slice(&random::random_bytes::<SALT>()?);
    file.extend_from_slice(&random::random_bytes::<NONCE_LEN>()?);
    let parts = Parts::of(&file)?;
    let key = parts.key(passphrase.password())?;
    let mut sealed = identity.pkcs8().to_vec();
    let aad = Aad::from(&file[..]);
    key.seal_in_place_append_tag(parts.nonce(), aad, &mut sealed).map_err(|_| SealedError::Wrong)?;
    file.extend_from_slice(&sealed);
    Ok(file)
}

/// The identity that [`seal`] put there. Takes a moment of work.
///
/// # Errors
/// [`SealedError`].
pub fn unseal(file: &[u8], passphrase: &Password) -> Result<Identity, SealedError> {
    let parts = Parts::of(file)?;
    let key = parts.key(passphrase)?;
    let (head, sealed) = file.split_at_checked(HEAD).ok_or(SealedError::NotOne)?;
    let mut sealed = sealed.to_vec();
    let opened = key.open_in_place(parts.nonce(), Aad::from(head), &mut sealed);
    Identity::from_pkcs8(opened.map_err(|_| SealedError::Wrong)?).map_err(|_| SealedError::Wrong)
}

/// What stands in front of what is sealed.
struct Parts {
    cost: Cost,
    salt: [u8; SALT],
    nonce: [u8; NONCE_LEN],
}

impl Parts {
    fn of(file: &[u8]) -> Result<Self, SealedError> {
        let rest =
            file.strip_prefix(MAGIC).filter(|_| file.len() <= SEALED_BYTES).ok_or(SealedError::NotOne)?;
        match rest.first() {
            Some(&FIRST) => {}
            Some(_) => return Err(SealedError::Newer),
            None => return Err(SealedError::NotOne),
        }
        let mut rest = rest.get(1..).unwrap_or_default();
        let memory_kib = u32::from_be_bytes(take(&mut rest)?);
        let passes = u32::from_be_bytes(take(&mut rest)?);
        if memory_kib > SEALED_MEMORY_KIB || passes > SEALED_PASSES {
            return Err(SealedError::TooDear);
        }
        Ok(Self { cost: Cost { memory_kib, passes }, salt: take(&mut rest)?, nonce: take(&mut rest)? })
    }

    fn key(&self, passphrase: &Password) -> Result<LessSafeKey, SealedError> {
        let Cost { memory_kib, passes } = self.cost;
        let params = Params::new(memory_kib, passes, 1, Some(32)).map_err(|_| SealedError::NotOne)?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, &mut key)
            .map_err(|_| SealedError::NotOne)?;
        UnboundKey::new(&CHACHA20_POLY1305, &key).map(LessSafeKey::new).map_err(|_| SealedError::NotOne)
    }

    fn nonce(&self) -> Nonce {
        Nonce::assume_unique_for_key(self.nonce)
    }
}

/// The next bytes.
fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], SealedError> {
    let (first, behind) = rest.split_first_chunk::<N>().ok_or(SealedError::NotOne)?;
    *rest = behind;
    Ok(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Passphrase {
        Passphrase::new(Password::new(text).unwrap()).unwrap()
    }

    /// A file that costs little, for a test that opens hundreds.
    fn cheap(identity: &Identity, passphrase: &Passphrase) -> Vec<u8> {
        let mut file = [MAGIC, &[FIRST]].concat();
        file.extend_from_slice(&8_u32.to_be_bytes());
        file.extend_from_slice(&1_u32.to_be_bytes());
        file.extend_from_slice(&[7; SALT + NONCE_LEN]);
        let parts = Parts::of(&file).unwrap();
        let mut sealed = identity.pkcs8().to_vec();
        let key = parts.key(passphrase.password()).unwrap();
        key.seal_in_place_append_tag(parts.nonce(), Aad::from(&file[..]), &mut sealed).unwrap();
        [file, sealed].concat()
    }

    #[test]
    fn an_identity_comes_back_by_its_passphrase_and_by_no_other() {
        let (ana, passphrase) = (Identity::generate().unwrap(), words("census moment olympic"));
        let file = seal(&ana, &passphrase).unwrap();
        assert!(file.len() <= SEALED_BYTES);
        let cost = Parts::of(&file).unwrap().cost;
        assert_eq!((cost.memory_kib, cost.passes), (65_536, 3), "what each guess costs");
        assert!(!file.windows(16).any(|part| ana.pkcs8().windows(16).any(|secret| secret == part)));
        assert_eq!(unseal(&file, passphrase.password()).unwrap().key(), ana.key());
        let wrong = unseal(&file, &Password::new("census moment olympia").unwrap());
        assert_eq!(wrong.unwrap_err(), SealedError::Wrong);
        assert_ne!(seal(&ana, &passphrase).unwrap(), file, "salt and nonce are new each time");
    }

    #[test]
    fn a_file_that_was_changed_or_cut_anywhere_is_no_identity() {
        let (ana, passphrase) = (Identity::generate().unwrap(), words("census moment olympic"));
        let file = cheap(&ana, &passphrase);
        assert_eq!(unseal(&file, passphrase.password()).unwrap().key(), ana.key());
        for place in 0..file.len() {
            for bit in [1, 0x80] {
                let mut changed = file.clone();
                changed[place] ^= bit;
                assert!(unseal(&changed, passphrase.password()).is_err(), "byte {place}");
            }
            assert!(unseal(&file[..place], passphrase.password()).is_err(), "cut at {place}");
        }
        let longer = [&file[..], b"x"].concat();
        assert_eq!(unseal(&longer, passphrase.password()).unwrap_err(), SealedError::Wrong);
    }

    #[test]
    fn a_file_may_ask_for_as_much_work_as_the_limit_and_no_more() {
        let file = |memory: u32, passes: u32, bytes: usize| {
            let mut file = [MAGIC, &[FIRST]].concat();
            file.extend_from_slice(&memory.to_be_bytes());
            file.extend_from_slice(&passes.to_be_bytes());
            file.resize(bytes, 7);
            file
        };
        let parts = |memory, passes, bytes| Parts::of(&file(memory, passes, bytes)).map(|_| ());
        assert_eq!(parts(SEALED_MEMORY_KIB, SEALED_PASSES, SEALED_BYTES), Ok(()));
        assert_eq!(parts(SEALED_MEMORY_KIB + 1, SEALED_PASSES, SEALED_BYTES), Err(SealedError::TooDear));
        assert_eq!(parts(SEALED_MEMORY_KIB, SEALED_PASSES + 1, SEALED_BYTES), Err(SealedError::TooDear));
        assert_eq!(parts(SEALED_MEMORY_KIB, SEALED_PASSES, SEALED_BYTES + 1), Err(SealedError::NotOne));
    }

    #[test]
    fn other_files_are_told_from_newer_ones() {
        let password = Password::new("x").unwrap();
        let error = |file: &[u8]| unseal(file, &password).unwrap_err();
        assert_eq!(error(b""), SealedError::NotOne);
        assert_eq!(error(b"PK\x03\x04 a document"), SealedError::NotOne);
        assert_eq!(error(b"HALLWAYID"), SealedError::NotOne);
        assert_eq!(error(b"HALLWAYID\x02 and whatever"), SealedError::Newer);
    }
}
