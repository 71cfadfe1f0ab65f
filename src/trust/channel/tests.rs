//! The two ends of a channel over an in-memory pipe: who is let through, and who is not.

use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

/// More than a handshake needs, so that neither end waits for the other's task.
const PIPE: usize = 64 * 1024;

type Both<A, B> = (Result<Channel<A>, TrustError>, Result<Channel<B>, TrustError>);

async fn meet(config: &ServerConfig, expect: Expect) -> Both<DuplexStream, DuplexStream> {
    let (near, far) = duplex(PIPE);
    tokio::join!(connect(near, expect), accept_member(far, config))
}

async fn accept_member(
    far: DuplexStream,
    config: &ServerConfig,
) -> Result<Channel<DuplexStream>, TrustError> {
    match accept(far, config).await? {
        Accepted::Member(channel) => Ok(channel),
        Accepted::Text(_) => Err(TrustError::NotHallway),
    }
}

fn room() -> (RoomKey, ServerConfig) {
    let key = RoomKey::generate().unwrap();
    let config = server_config(&key).unwrap();
    (key, config)
}

/// A server of ours but for what `change` does to it.
fn changed(key: &RoomKey, change: impl FnOnce(&mut rustls::ServerConfig)) -> ServerConfig {
    let config = server_config(key).unwrap();
    let mut tls = (*config.tls).clone();
    change(&mut tls);
    ServerConfig { tls: Arc::new(tls), ..config }
}

#[tokio::test]
async fn both_ends_know_the_room_and_share_an_exporter() {
    let (key, config) = room();
    for expect in
        [Expect::Anything, Expect::Room(key.room_id()), Expect::Fingerprint(key.room_id().fingerprint())]
    {
        let (member, host) = meet(&config, expect).await;
        let (mut member, mut host) = (member.unwrap(), host.unwrap());
        assert_eq!(member.exporter(), host.exporter());
        assert_eq!((member.room_id(), host.room_id()), (key.room_id(), key.room_id()));
        assert_eq!((member.spki(), host.spki()), (key.public_key_spki(), key.public_key_spki()));
        member.write_all(b"hello").await.unwrap();
        member.shutdown().await.unwrap();
        let mut heard = Vec::new();
        host.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"hello");
        host.write_all(b"and you").await.unwrap();
        host.shutdown().await.unwrap();
        let mut heard = Vec::new();
        member.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"and you");
    }
}

#[tokio::test]
async fn a_channel_shows_whoever_looks_for_faults_its_room_and_nothing_secret() {
    let (key, config) = room();
    let (member, _host) = meet(&config, Expect::Anything).await;
    let shown = |of: &str| format!("{of} {{ room: {:?}, .. }}", key.room_id());
    assert_eq!(format!("{:?}", member.unwrap()), shown("Channel"));
    assert_eq!(format!("{config:?}"), shown("ServerConfig"));
    let (_caller, Ok(Accepted::Text(text))) = called(&config, Vec::new()).await else {
        panic!("not taken for text")
    };
    assert_eq!(format!("{text:?}"), "TextStream { .. }");
}

#[tokio::test]
async fn every_connection_has_an_exporter_of_its_own() {
    let (_, config) = room();
    let (first, _host) = meet(&config, Expect::Anything).await;
    let (second, _host) = meet(&config, Expect::Anything).await;
    assert_ne!(first.unwrap().exporter(), second.unwrap().exporter());
}

#[tokio::test]
async fn another_room_than_the_one_expected_is_told_apart_from_every_other_failure() {
    let ((key, config), (other, _)) = (room(), room());
    for expect in [Expect::Room(other.room_id()), Expect::Fingerprint(other.room_id().fingerprint())] {
        let (member, host) = meet(&config, expect).await;
        assert_eq!(member.err(), Some(TrustError::OtherKey(key.room_id())));
        assert!(host.is_err(), "the host sees no member");
    }
}

#[tokio::test]
async fn a_copied_certificate_without_its_key_proves_nothing() {
    let ((key, _), (thief, _)) = (room(), room());
    let config = changed(&thief, |tls| {
        let private = PrivatePkcs8KeyDer::from(thief.key_pkcs8().to_vec()).into();
        let signer = rustls::crypto::ring::sign::any_supported_type(&private).unwrap();
        let cert = CertificateDer::from(key.cert_der().to_vec());
        tls.cert_resolver = Arc::new(SingleCertAndKey::from(CertifiedKey::new(vec![cert], signer)));
    });
    for expect in [Expect::Room(key.room_id()), Expect::Anything] {
        let (member, host) = meet(&config, expect).await;
        assert!(matches!(member, Err(TrustError::Tampered(_))), "{member:?}");
        assert!(host.is_err());
    }
}

#[tokio::test]
async fn a_host_of_another_protocol_is_no_hallway() {
    let (key, _) = room();
    for protocols in [vec![b"h2".to_vec()], Vec::new()] {
        let config = changed(&key, |tls| tls.alpn_protocols = protocols);
        let (member, _host) = meet(&config, Expect::Anything).await;
        assert_eq!(member.err(), Some(TrustError::NotHallway));
    }
}

#[tokio::test]
async fn a_caller_of_another_protocol_is_not_accepted() {
    let (_, config) = room();
    let (_, host) = called(&config, vec![b"h2".to_vec()]).await;
    assert_eq!(host.err(), Some(TrustError::NotHallway));
}

#[tokio::test]
async fn a_caller_that_names_no_protocol_is_text_inside_tls_and_no_member() {
    let (_, config) = room();
    let (caller, host) = called(&config, Vec::new()).await;
    let (mut caller, Ok(Accepted::Text(mut host))) = (caller.unwrap(), host) else {
        panic!("not taken for text")
    };
    caller.write_all(b"hello\n").await.unwrap();
    caller.flush().await.unwrap();
    let mut heard = [0; 6];
    host.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"hello\n");
    host.write_all(b"and you").await.unwrap();
    host.shutdown().await.unwrap();
    let mut heard = Vec::new();
    caller.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"and you");
}

type Called =
    (io::Result<tokio_rustls::client::TlsStream<DuplexStream>>, Result<Accepted<DuplexStream>, TrustError>);

/// A caller that names these protocols.
async fn called(config: &ServerConfig, protocols: Vec<Vec<u8>>) -> Called {
    let (near, far) = duplex(PIPE);
    let mut tls = client_config(Expect::Anything).unwrap();
    tls.alpn_protocols = protocols;
    let caller = TlsConnector::from(Arc::new(tls));
    let name = ServerName::try_from("hallway.invalid").unwrap();
    tokio::join!(caller.connect(name, near), accept(far, config))
}

#[tokio::test]
async fn tls_1_2_is_refused() {
    // A ClientHello of TLS 1.2: no supported_versions, one suite, the null compression, and P-256.
    let hello = {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([0, 0, 2, 0xc0, 0x2b, 1, 0]);
        let extensions = [
            &[0, 10, 0, 4, 0, 2, 0, 23][..],
            &[0, 11, 0, 2, 1, 0],
            &[0, 13, 0, 4, 0, 2, 4, 3],
            &[0, 23, 0, 0],
        ]
        .concat();
        body.extend([0, u8::try_from(extensions.len()).unwrap()]);
        body.extend(extensions);
        let length = u8::try_from(body.len()).unwrap();
        [&[0x16, 3, 1, 0, length + 4, 1, 0, 0, length][..], &body].concat()
    };
    let (_, config) = room();
    let (mut near, far) = duplex(PIPE);
    near.write_all(&hello).await.unwrap();
    assert_eq!(accept(far, &config).await.err(), Some(TrustError::NotHallway));
    let mut answer = Vec::new();
    near.read_to_end(&mut answer).await.unwrap();
    // A fatal alert: protocol_version.
    assert_eq!(answer, [0x15, 3, 3, 0, 2, 2, 70]);
}

#[tokio::test]
async fn text_and_silence_are_no_hallway_either() {
    let (mut near, far) = duplex(PIPE);
    near.write_all(b"Welcome to this chatroom!\r\n").await.unwrap();
    assert_eq!(connect(far, Expect::Anything).await.err(), Some(TrustError::NotHallway));
    let (near, far) = duplex(PIPE);
    drop(near);
    assert!(matches!(connect(far, Expect::Anything).await, Err(TrustError::Lost(_))));
}

#[tokio::test]
async fn a_stream_that_is_cut_off_is_an_error_and_not_an_end() {
    let (_, config) = room();
    let (member, host) = meet(&config, Expect::Anything).await;
    let (member, mut host) = (member.unwrap(), host.unwrap());
    drop(member);
    let error = host.read(&mut [0; 8]).await.unwrap_err();
    assert_eq!(TrustError::of(&error), TrustError::Lost(io::ErrorKind::UnexpectedEof));
}

#[tokio::test]
async fn nothing_is_kept_for_coming_back_and_no_early_data_is_taken() {
    let (_, config) = room();
    assert_eq!(config.tls.send_tls13_tickets, 0);
    assert_eq!(config.tls.max_early_data_size, 0);
    assert!(!config.tls.session_storage.can_cache());
    let client = client_config(Expect::Anything).unwrap();
    assert!(!client.enable_early_data && !client.enable_sni);
}

#[tokio::test]
async fn a_side_that_does_not_read_makes_the_writer_wait() {
    let (_, config) = room();
    let (near, far) = duplex(4096);
    let (member, host) = tokio::join!(connect(near, Expect::Anything), accept_member(far, &config));
    let (_member, mut host) = (member.unwrap(), host.unwrap());
    let mut taken = 0;
    let block = [0; 4096];
    // What is taken without anybody reading is the pipe and the two buffers, no more.
    while let Poll::Ready(written) = poll_write_once(&mut host, &block) {
        taken += written.unwrap();
        assert!(taken < 3 * BUFFER_BYTES, "the buffer grows without end");
    }
}

fn poll_write_once<S: AsyncRead + AsyncWrite + Unpin>(
    channel: &mut Channel<S>,
    block: &[u8],
) -> Poll<io::Result<usize>> {
    let mut cx = Context::from_waker(std::task::Waker::noop());
    Pin::new(channel).poll_write(&mut cx, block)
}
