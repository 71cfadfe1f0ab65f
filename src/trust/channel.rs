//! An authenticated channel over any byte stream: TLS 1.3 with the room's own certificate.
//!
//! There is no TLS 1.2, no early data and no resumption: each could only weaken what a connection proves, and
//! a resumed session would spare a local network nothing that one would notice. Buffers are small, because a
//! host may hold ten thousand channels that say nothing for hours.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::Resumption;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use rustls::server::NoServerSessionStorage;
use rustls::{AlertDescription, CertificateError, ClientConfig, Error as TlsError};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use super::TrustError;
use super::room_key::{RoomKey, room_id_of, spki_of};
use crate::types::{Fingerprint, RoomId};
use pin::{OtherRoom, Pin as RoomPin};

mod pin;

/// What both sides name to say that frames of this protocol follow.
pub const ALPN: &[u8] = b"hallway/1";
/// Bytes that a channel holds back for a side that does not read, before it makes the writer wait.
const BUFFER_BYTES: usize = 16 * 1024;
/// RFC 9266's label for what both ends, and nobody else, can derive from a connection.
const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";

/// Which room must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Any: a first visit, not verified.
    Anything,
    /// The one that was here before.
    Room(RoomId),
    /// The one that an invite names.
    Fingerprint(Fingerprint),
}

/// What a host accepts channels with: its certificate and key. Cheap to clone.
#[derive(Clone)]
pub struct ServerConfig {
    tls: Arc<rustls::ServerConfig>,
    room: RoomId,
    spki: Arc<[u8]>,
}

/// A stream on which each side knows who the other is, and nobody else can read or change anything.
///
/// An end that the other side did not announce is an error (`UnexpectedEof`), so nothing can be cut off
/// unseen; shut it down to announce one.
pub struct Channel<S> {
    stream: TlsStream<S>,
    exporter: [u8; 32],
    room: RoomId,
    spki: Arc<[u8]>,
}

/// Who called, where the TLS handshake went well.
#[derive(Debug)]
pub enum Accepted<S> {
    /// Somebody who named this protocol, and who still has to say which member it is.
    Member(Channel<S>),
    /// Somebody who named no protocol at all: a person with a tool that wraps lines of text in TLS. Nobody but
    /// this room can read them, and who writes them is not known.
    Text(TextStream<S>),
}

/// Lines of text inside TLS, from somebody who checks and proves nothing.
pub struct TextStream<S>(TlsStream<S>);

/// A channel to the room that answers on `stream`.
///
/// # Errors
/// [`TrustError::OtherKey`] when it is not the one expected, before anything of ours was sent;
/// [`TrustError::NotHallway`], [`TrustError::Tampered`] or [`TrustError::Lost`].
pub async fn connect<S>(stream: S, expect: Expect) -> Result<Channel<S>, TrustError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let connector = TlsConnector::from(Arc::new(client_config(expect)?));
    // Never sent: no server name goes out.
    let name = ServerName::try_from("hallway.invalid").map_err(|_| TrustError::NotHallway)?;
    let limit = |tls: &mut rustls::ClientConnection| tls.set_buffer_limit(Some(BUFFER_BYTES));
    let stream = connector.connect_with(name, stream, limit).await.map_err(|error| why(&error))?;
    let (_, tls) = stream.get_ref();
    let cert = tls.peer_certificates().and_then(<[_]>::first);
    let spki = cert.and_then(spki_of).ok_or(TrustError::NotHallway)?;
    Channel::over(TlsStream::Client(stream), room_id_of(&spki), spki.into())
}

/// What a host needs to [`accept`] channels as the room of `key`.
///
/// # Errors
/// [`TrustError::DamagedKey`], which a key that was made or read by [`RoomKey`] does not give.
pub fn server_config(key: &RoomKey) -> Result<ServerConfig, TrustError> {
    const DAMAGED: TrustError = TrustError::DamagedKey("the room's key");
    let cert = CertificateDer::from(key.cert_der().to_vec());
    let private = PrivatePkcs8KeyDer::from(key.key_pkcs8().to_vec());
    let mut tls = rustls::ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| DAMAGED)?
        .with_no_client_auth()
        .with_single_cert(vec![cert], private.into())
        .map_err(|_| DAMAGED)?;
    tls.alpn_protocols = vec![ALPN.to_vec()];
    tls.session_storage = Arc::new(NoServerSessionStorage {});
    tls.send_tls13_tickets = 0;
    tls.max_early_data_size = 0;
    Ok(ServerConfig { tls: Arc::new(tls), room: key.room_id(), spki: key.public_key_spki().into() })
}

/// What calls on `stream`, which may hand on bytes that were read before.
///
/// # Errors
/// [`TrustError::NotHallway`] when the caller names other protocols and not this one; [`TrustError::Tampered`] or
/// [`TrustError::Lost`].
pub async fn accept<S>(stream: S, config: &ServerConfig) -> Result<Accepted<S>, TrustError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let acceptor = TlsAcceptor::from(Arc::clone(&config.tls));
    let limit = |tls: &mut rustls::ServerConnection| tls.set_buffer_limit(Some(BUFFER_BYTES));
    let stream = acceptor.accept_with(stream, limit).await.map_err(|error| why(&error))?;
    let named = stream.get_ref().1.alpn_protocol().is_some();
    let stream = TlsStream::Server(stream);
    if !named {
        return Ok(Accepted::Text(TextStream(stream)));
    }
    Channel::over(stream, config.room, Arc::clone(&config.spki)).map(Accepted::Member)
}

impl TrustError {
    /// Why reading from or writing to a [`Channel`] failed: tampered with, or just ended.
    pub fn of(error: &io::Error) -> Self {
        match tls_error(error) {
            Some(error) => Self::Tampered(error.to_string()),
            None => Self::Lost(error.kind()),
        }
    }
}

impl<S> Channel<S> {
    fn over(stream: TlsStream<S>, room: RoomId, spki: Arc<[u8]>) -> Result<Self, TrustError> {
        let (_, tls) = stream.get_ref();
        // A server may go on without an agreement where the client names nothing; we do not.
        if tls.alpn_protocol() != Some(ALPN) {
            return Err(TrustError::NotHallway);
        }
        let exporter = match &stream {
            TlsStream::Client(of) => of.get_ref().1.export_keying_material([0; 32], EXPORTER_LABEL, None),
            TlsStream::Server(of) => of.get_ref().1.export_keying_material([0; 32], EXPORTER_LABEL, None),
        };
        let exporter = exporter.map_err(|error| TrustError::Tampered(error.to_string()))?;
        Ok(Self { stream, exporter, room, spki })
    }

    /// What both ends of this very connection have, and nobody else: sign it to be bound to it.
    pub fn exporter(&self) -> [u8; 32] {
        self.exporter
    }

    /// The room at the host's end.
    pub fn room_id(&self) -> RoomId {
        self.room
    }

    /// The room's public key, SubjectPublicKeyInfo in DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }
}

fn client_config(expect: Expect) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(default_provider());
    let verifier = RoomPin::new(expect, provider.signature_verification_algorithms);
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| TrustError::Tampered(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    tls.alpn_protocols = vec![ALPN.to_vec()];
    tls.resumption = Resumption::disabled();
    tls.enable_early_data = false;
    tls.enable_sni = false;
    Ok(tls)
}

/// Why a handshake failed.
fn why(error: &io::Error) -> TrustError {
    match tls_error(error) {
        None => TrustError::Lost(error.kind()),
        Some(TlsError::InvalidCertificate(CertificateError::Other(other))) => other
            .0
            .downcast_ref()
            .map_or(TrustError::NotHallway, |OtherRoom(room)| TrustError::OtherKey(*room)),
        Some(
            TlsError::NoApplicationProtocol
            | TlsError::InvalidCertificate(CertificateError::BadEncoding)
            | TlsError::InvalidMessage(_)
            | TlsError::PeerIncompatible(_)
            | TlsError::AlertReceived(
                AlertDescription::NoApplicationProtocol
                | AlertDescription::ProtocolVersion
                | AlertDescription::HandshakeFailure,
            ),
        ) => TrustError::NotHallway,
        Some(error) => TrustError::Tampered(error.to_string()),
    }
}

fn tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

/// Reads and writes what the TLS stream inside carries.
macro_rules! carries {
    ($of:ident, $stream:tt) => {
        impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for $of<S> {
            fn poll_read(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                Pin::new(&mut self.$stream).poll_read(cx, buf)
            }
        }

        impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for $of<S> {
            fn poll_write(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.$stream).poll_write(cx, buf)
            }

            fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.$stream).poll_flush(cx)
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.$stream).poll_shutdown(cx)
            }
        }
    };
}
carries!(Channel, stream);
carries!(TextStream, 0);

impl<S> fmt::Debug for Channel<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("room", &self.room).finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for TextStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextStream").finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfig").field("room", &self.room).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
