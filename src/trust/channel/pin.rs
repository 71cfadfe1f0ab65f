//! Whether the room that answers is the one expected, and holds the key that it shows.

use std::sync::Arc;

use super::Expect;
use crate::trust::room_key::{room_id_of, spki_of};
use crate::types::RoomId;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, PeerIncompatible, SignatureScheme};

/// Another room answers; it went through rustls as a certificate's fault.
#[derive(Debug, thiserror::Error)]
#[error("another room answers: {0}")]
pub(super) struct OtherRoom(pub(super) RoomId);

/// Looks at nothing in a certificate but its key. Names, dates and issuers mean nothing here.
#[derive(Debug)]
pub(super) struct Pin {
    expect: Expect,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pin {
    pub(super) fn new(expect: Expect, algorithms: WebPkiSupportedAlgorithms) -> Self {
        Self { expect, algorithms }
    }

    fn takes(&self, room: &RoomId) -> bool {
        match &self.expect {
            Expect::Anything => true,
            Expect::Room(expected) => expected == room,
            Expect::Fingerprint(expected) => *expected == room.fingerprint(),
        }
    }
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let spki = spki_of(end_entity).ok_or(CertificateError::BadEncoding)?;
        let room = room_id_of(&spki);
        if self.takes(&room) {
            Ok(ServerCertVerified::assertion())
        } else {
            let other = OtherError(Arc::new(OtherRoom(room)));
            Err(Error::InvalidCertificate(CertificateError::Other(other)))
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    /// Without this check a certificate would prove nothing: anybody can copy one.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}
