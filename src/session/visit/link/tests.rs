//! When a wait for the host ends sooner, and when a connection is held for gone.

use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::nearby::ReachKind;
use crate::types::RoomId;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 23));

fn here(addresses: &[IpAddr]) -> Vec<Reach> {
    let reach = |ip: &IpAddr| Reach { ip: *ip, interface: "eth0".to_owned(), kind: ReachKind::Main };
    addresses.iter().map(reach).collect()
}

/// A way to a room that nobody dials in these tests.
fn link() -> (Link, Target) {
    let address = Address::ip([192, 168, 1, 1].into(), 7666);
    let target = dial::Target { addresses: vec![address.clone()], expect: Expect::Anything, known: true };
    (Link::new(address), Target::There(target))
}

fn hello() -> Hello {
    let identity = crate::trust::Identity::generate().unwrap();
    Hello {
        version_min: 1,
        version_max: 1,
        features: Vec::new(),
        app: String::new(),
        member_key: identity.key(),
        signature: identity.sign(b""),
        resume: None,
        expects: Some(RoomId([1; 32]).fingerprint()),
        token: None,
    }
}

/// A connection from this computer's only address, let in, and the host's end of it.
fn connected(now_ms: u64) -> (Link, Target, tokio::io::DuplexStream) {
    let (mut link, target) = link();
    let (ours, hosts) = tokio::io::duplex(64 * 1024);
    link.greet((Box::new(ours), Some(HOME)), hello(), now_ms);
    link.welcomed(now_ms);
    (link, target, hosts)
}

#[tokio::test(start_paused = true)]
async fn who_waits_dials_at_once_when_the_network_changes() {
    let (mut link, target) = link();
    link.down(0, 0, None);
    let wait = link.down(3_600_000, 29_999, None);
    assert!(wait > 20_000, "it has been away for an hour: {wait}");
    let soon = std::time::Duration::from_secs(1);
    assert!(tokio::time::timeout(soon, link.next(&target, 3_600_000)).await.is_err());
    assert!(!link.network_changed(&here(&[HOME]), 3_601_000));
    assert!(matches!(link.next(&target, 3_601_000).await, Happened::Dialling(_)));
    assert!(link.down(3_601_001, 29_999, None) <= 500, "the waits are small again");
}

#[tokio::test(start_paused = true)]
async fn who_slept_through_a_wait_dials_at_once() {
    let (mut link, target) = link();
    link.down(0, 0, None);
    link.down(3_600_000, 29_999, None);
    assert!(matches!(link.next(&target, 3_600_000).await, Happened::Nothing));
    let woke = 40_000_000;
    assert!(matches!(link.next(&target, woke).await, Happened::Nothing));
    assert!(matches!(link.next(&target, woke).await, Happened::Dialling(_)));
    assert!(link.down(woke + 1, 29_999, None) <= 500, "the waits are small again");
}

#[tokio::test(start_paused = true)]
async fn a_connection_from_an_address_that_is_gone_is_over_at_once() {
    for (addresses, gone) in [(vec![HOME], false), (vec![[10, 0, 0, 5].into()], true), (vec![], true)] {
        let (mut link, _, _hosts) = connected(0);
        assert_eq!(link.network_changed(&here(&addresses), 1_000), gone, "{addresses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_over_another_network_is_asked_at_once_and_not_waited_for_long() {
    let (mut link, target, _hosts) = connected(0);
    link.network_changed(&here(&[HOME]), 1_000);
    // Hello, the ping, and what writing them takes.
    for _ in 0..4 {
        assert!(matches!(link.next(&target, 1_000).await, Happened::Nothing));
    }
    let late = 1_000 + crate::types::limits::NETWORK_ANSWER_MS;
    assert!(matches!(link.next(&target, late).await, Happened::Lost(Failure::WentSilent)));
}

#[test]
fn an_address_that_no_other_computer_dials_is_not_said_to_be_gone() {
    for own in ["127.0.0.1", "::1", "fe80::1"] {
        assert!(!is_gone(own.parse().unwrap(), &[]), "{own}");
    }
    for told in ["192.168.1.23", "fd00::5"] {
        assert!(is_gone(told.parse().unwrap(), &here(&[[10, 0, 0, 5].into()])), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_asks_and_takes_no_answer_is_not_heard_until_it_takes_them() {
    let (mut link, target, mut host) = connected(0);
    let mut pings = bytes::BytesMut::new();
    let ping = |nonce| ServerMessage::Ping(nonce);
    (0..200_000).for_each(|nonce| crate::wire::encode::encode_server(&ping(nonce), &mut pings));
    let asks = async {
        let _cut_off = tokio::io::AsyncWriteExt::write_all(&mut host, &pings).await;
    };
    let hears = async {
        loop {
            link.next(&target, 0).await;
        }
    };
    let soon = std::time::Duration::from_secs(5);
    let _both_wait = tokio::time::timeout(soon, async { tokio::join!(asks, hears) }).await;
    let State::Up(up) = &mut link.state else { panic!("it is still up") };
    assert!(up.pipe.is_full(), "it answered");
    assert!(up.pipe.out().len() < 2 * crate::types::limits::TURN_BYTES, "{}", up.pipe.out().len());
}
