//! Who a member is: an Ed25519 key, one per installation.

use std::fmt;

use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::TrustError;
use crate::types::{MemberKey, Signature};

/// This installation's key. Whoever has its bytes is this member.
pub struct Identity {
    pair: Ed25519KeyPair,
    pkcs8: Vec<u8>,
    key: MemberKey,
}

impl Identity {
    /// A new identity.
    ///
    /// # Errors
    /// [`TrustError::NoRandomness`].
    pub fn generate() -> Result<Self, TrustError> {
        let pkcs8 =
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| TrustError::NoRandomness)?;
        Self::from_pkcs8(pkcs8.as_ref())
    }

    /// The identity that [`Self::pkcs8`] gave.
    ///
    /// # Errors
    /// [`TrustError::DamagedKey`] when it is not one.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, TrustError> {
        let damaged = TrustError::DamagedKey("the identity");
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| damaged.clone())?;
        let key = MemberKey::from_slice(pair.public_key().as_ref()).map_err(|_| damaged)?;
        Ok(Self { pair, pkcs8: pkcs8.to_vec(), key })
    }

    /// The private key, PKCS #8 version 2, for a file that only its owner may read.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public key.
    pub fn key(&self) -> MemberKey {
        self.key
    }

    /// This identity's signature over `message`.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let mut bytes = [0; Signature::LEN];
        // An Ed25519 signature always has 64 bytes.
        for (to, from) in bytes.iter_mut().zip(self.pair.sign(message).as_ref()) {
            *to = *from;
        }
        Signature(bytes)
    }
}

/// True where `signature` is `key`'s over `message`.
pub fn verify(key: &MemberKey, message: &[u8], signature: &Signature) -> bool {
    // As a point of the curve it is one for which anybody can sign.
    *key != MemberKey::GUESTS
        && UnparsedPublicKey::new(&ED25519, key.as_bytes()).verify(message, signature.as_bytes()).is_ok()
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_message_and_key_only() {
        let (ana, bo) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let signature = ana.sign(b"hello");
        assert!(verify(&ana.key(), b"hello", &signature));
        assert!(!verify(&ana.key(), b"hellp", &signature));
        assert!(!verify(&bo.key(), b"hello", &signature));
        let mut flipped = signature;
        flipped.0[0] ^= 1;
        assert!(!verify(&ana.key(), b"hello", &flipped));
    }

    #[test]
    fn nobody_signs_with_the_key_that_stands_for_guests() {
        // As a point of the curve it has order four, so this is a signature over every fourth message.
        let mut signature = Signature([0; Signature::LEN]);
        signature.0[0] = 1;
        let raw = UnparsedPublicKey::new(&ED25519, MemberKey::GUESTS.as_bytes());
        let holds = |message: &u8| raw.verify(&[*message], signature.as_bytes()).is_ok();
        assert!((0..64).any(|message| holds(&message)), "without the rule there is something to refuse");
        assert!((0..64).all(|message| !verify(&MemberKey::GUESTS, &[message], &signature)));
    }

    #[test]
    fn an_identity_comes_back_from_its_bytes() {
        let ana = Identity::generate().unwrap();
        let again = Identity::from_pkcs8(ana.pkcs8()).unwrap();
        assert_eq!(again.key(), ana.key());
        assert!(verify(&ana.key(), b"x", &again.sign(b"x")));
    }

    #[test]
    fn damaged_bytes_are_no_identity() {
        let ana = Identity::generate().unwrap();
        for cut in 0..ana.pkcs8().len() {
            assert!(Identity::from_pkcs8(&ana.pkcs8()[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn an_identity_does_not_show_its_private_key() {
        let ana = Identity::generate().unwrap();
        let shown = format!("{ana:?}");
        assert_eq!(shown, format!("Identity {{ key: {:?}, .. }}", ana.key()));
    }
}
