//! What a room is: an ECDSA P-256 key, and the certificate that carries it.
//!
//! P-256 and not Ed25519, because browsers refuse certificates of the latter. The certificate is signed by
//! itself and says nothing about anybody; its dates are fixed, so that it does not even tell when the room
//! was made, and members never look at them.

use std::fmt;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use ring::rand::SystemRandom;
use ring::signature::KeyPair as _;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, UnparsedPublicKey,
};
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;

use super::{TrustError, sha256};
use crate::types::RoomId;

/// What every SubjectPublicKeyInfo of an uncompressed P-256 key begins with (RFC 5480).
const SPKI_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// Bytes of an uncompressed P-256 point.
const POINT_BYTES: usize = 65;

/// A room's key and certificate. Whoever has them is the room.
pub struct RoomKey {
    pair: EcdsaKeyPair,
    cert_der: Vec<u8>,
    key_pkcs8: Vec<u8>,
    spki: Vec<u8>,
}

impl RoomKey {
    /// A new room's key, and a certificate of thirty years for it.
    ///
    /// # Errors
    /// [`TrustError::NoRandomness`].
    pub fn generate() -> Result<Self, TrustError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| TrustError::NoRandomness)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "hallway room");
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2056, 1, 1);
        let cert = params.self_signed(&key).map_err(|_| TrustError::NoRandomness)?;
        Self::from_parts(cert.der(), key.serialized_der())
    }

    /// The key that [`Self::cert_der`] and [`Self::key_pkcs8`] gave.
    ///
    /// # Errors
    /// [`TrustError::DamagedKey`] when they are damaged or do not belong together.
    pub fn from_parts(cert_der: &[u8], key_pkcs8: &[u8]) -> Result<Self, TrustError> {
        const DAMAGED: TrustError = TrustError::DamagedKey("the room's key");
        let spki = spki_of(&CertificateDer::from(cert_der)).ok_or(DAMAGED)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key_pkcs8, &SystemRandom::new())
            .map_err(|_| DAMAGED)?;
        if point(&spki) != Some(pair.public_key().as_ref()) {
            return Err(DAMAGED);
        }
        Ok(Self { pair, cert_der: cert_der.to_vec(), key_pkcs8: key_pkcs8.to_vec(), spki })
    }

    /// The certificate, DER.
    pub fn cert_der(&self) -> &[u8] {
        &self.cert_der
    }

    /// The private key, PKCS #8, for a file that only its owner may read.
    pub fn key_pkcs8(&self) -> &[u8] {
        &self.key_pkcs8
    }

    /// The room's id: SHA-256 of its public key.
    pub fn room_id(&self) -> RoomId {
        room_id_of(&self.spki)
    }

    /// The public key, SubjectPublicKeyInfo in DER, 91 bytes.
    pub fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }

    /// The room's signature over the bytes of a head, ASN.1. Empty, which verifies nowhere, should the system
    /// give no random numbers.
    pub fn sign_head(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        signature.map(|signature| signature.as_ref().to_vec()).unwrap_or_default()
    }
}

/// True where `signature` (ASN.1) over `message` is by the room whose public key is `spki`
/// ([`RoomKey::public_key_spki`], [`super::Channel::spki`]).
pub fn verify_head(spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    point(spki).is_some_and(|point| {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok()
    })
}

/// The id of the room whose public key is `spki`.
pub(super) fn room_id_of(spki: &[u8]) -> RoomId {
    RoomId(sha256(&[spki]).0)
}

/// The public key in a certificate, SubjectPublicKeyInfo in DER; none where it is not an uncompressed P-256 key.
pub(super) fn spki_of(cert: &CertificateDer<'_>) -> Option<Vec<u8>> {
    let spki = ParsedCertificate::try_from(cert).ok()?.subject_public_key_info();
    point(&spki)?;
    Some(spki.to_vec())
}

fn point(spki: &[u8]) -> Option<&[u8]> {
    spki.strip_prefix(&SPKI_PREFIX).filter(|point| point.len() == POINT_BYTES)
}

impl fmt::Debug for RoomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomKey").field("room_id", &self.room_id()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits::HEAD_SIGNATURE_BYTES;

    #[test]
    fn a_room_comes_back_from_its_parts_as_the_same_room() {
        let key = RoomKey::generate().unwrap();
        let again = RoomKey::from_parts(key.cert_der(), key.key_pkcs8()).unwrap();
        assert_eq!(again.room_id(), key.room_id());
        assert_eq!(again.public_key_spki(), key.public_key_spki());
        assert_ne!(RoomKey::generate().unwrap().room_id(), key.room_id());
    }

    #[test]
    fn a_certificate_with_another_rooms_key_is_damaged() {
        let (a, b) = (RoomKey::generate().unwrap(), RoomKey::generate().unwrap());
        let damaged = Some(TrustError::DamagedKey("the room's key"));
        assert_eq!(RoomKey::from_parts(a.cert_der(), b.key_pkcs8()).err(), damaged);
        assert_eq!(RoomKey::from_parts(a.cert_der(), b"").err(), damaged);
        assert_eq!(RoomKey::from_parts(b"", a.key_pkcs8()).err(), damaged);
    }

    #[test]
    fn a_head_verifies_for_its_room_and_bytes_only() {
        let (a, b) = (RoomKey::generate().unwrap(), RoomKey::generate().unwrap());
        let signature = a.sign_head(b"head 7");
        assert!(signature.len() <= HEAD_SIGNATURE_BYTES);
        assert!(verify_head(a.public_key_spki(), b"head 7", &signature));
        assert!(!verify_head(a.public_key_spki(), b"head 8", &signature));
        assert!(!verify_head(b.public_key_spki(), b"head 7", &signature));
        assert!(!verify_head(a.public_key_spki(), b"head 7", b""));
        assert!(!verify_head(b"", b"head 7", &signature));
    }

    #[test]
    fn a_room_key_does_not_show_its_private_key() {
        let key = RoomKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("RoomKey {{ room_id: {:?}, .. }}", key.room_id()));
    }

    #[test]
    fn the_certificate_says_neither_who_nor_when() {
        let (a, b) = (RoomKey::generate().unwrap(), RoomKey::generate().unwrap());
        for key in [&a, &b] {
            let count = |needle: &[u8]| key.cert_der().windows(needle.len()).filter(|w| *w == needle).count();
            assert_eq!(count(b"hallway room"), 2, "as subject and as issuer");
            assert_eq!(count(&[0x06, 0x03, 0x55, 0x04]), 2, "no other attribute of a name");
            assert_eq!((count(b"260101000000Z"), count(b"20560101000000Z")), (1, 1));
        }
    }
}
