//! Lines of text inside TLS, as `openssl s_client` and `ncat --ssl` bring them.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

use hallway::types::Author;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned};

use super::host::{PATIENCE, Peer, allowed};

/// Takes anybody for whom they say they are, as people do by hand.
#[derive(Debug)]
struct Trusting;

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

type Secured = StreamOwned<ClientConnection, TcpStream>;

/// A connection that names no protocol.
fn secured(port: u16) -> Secured {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting))
        .with_no_client_auth();
    let name = ServerName::try_from("room.invalid").unwrap();
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
}

fn read_until(stream: &mut Secured, text: &str) -> String {
    let mut heard = String::new();
    while !heard.contains(text) {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        heard.push(char::from(byte[0]));
    }
    heard
}

#[test]
fn text_inside_tls_is_a_guest_too_and_counts_as_one() {
    let (mut host, port) = Peer::host(Some(allowed()), true);
    let mut guest = secured(port);
    guest.write_all(b"").unwrap();
    let greeting = read_until(&mut guest, "/help\n");
    assert!(
        greeting.starts_with("Welcome to this chatroom!\n* Hallway/1, room Lunch, encrypted"),
        "{greeting}"
    );
    guest.write_all(b"hi from inside\n").unwrap();
    assert_eq!(host.hears("hi from inside").author, Author::Guest);
    host.guests(1);
    guest.write_all(b"/who\n").unwrap();
    read_until(&mut guest, "* here: Ana; without the app: 127.0.0.1 (you)\n");
}

#[test]
fn a_web_page_inside_tls_and_text_where_guests_may_not_come_in_are_closed_unread() {
    for (rules, words) in [(Some(allowed()), "GET / HTTP/1.1\r\n\r\n"), (None, "hello\n")] {
        let (host, port) = Peer::host(rules, true);
        let mut page = secured(port);
        page.write_all(words.as_bytes()).unwrap();
        let mut heard = Vec::new();
        let _cut_off = page.read_to_end(&mut heard);
        assert_eq!(heard, b"", "{words:?}");
        assert!(host.heard.is_empty() && host.lists.is_empty());
    }
}
