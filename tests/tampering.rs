//! A man in the middle, as a function over what passes him. Whatever he does, the receiver hears what was said
//! or the beginning of it, and then a typed error: never another text, and never an end that was not one.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use hallway::trust::{
    Accepted, Channel, Expect, Identity, RoomKey, ServerConfig, TrustError, accept, connect, server_config,
    verify,
};
use hallway::types::RoomId;
use hallway::wire::chain::hello_bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, copy_bidirectional, duplex};

const PIPE: usize = 64 * 1024;
/// What the member says, a record each.
const SAID: [&str; 4] = ["meet at nine", "not at ten", "bring the keys", "and the cake"];
/// Bytes of a TLS record's header.
const HEADER: usize = 5;
/// Bytes of it, a kind and a version for old machines on the way, that a TLS 1.3 receiver may ignore.
const IGNORED: usize = 3;

type Record = Vec<u8>;

/// A member and a host that found one another, and the two ends that the man holds.
struct Line {
    member: Channel<DuplexStream>,
    from_member: DuplexStream,
    to_host: DuplexStream,
    host: Channel<DuplexStream>,
}

/// What the host heard, and how it ended.
struct Heard {
    text: String,
    end: Result<(), TrustError>,
}

async fn line(config: &ServerConfig, expect: Expect) -> Line {
    let (near, mut from_member) = duplex(PIPE);
    let (mut to_host, far) = duplex(PIPE);
    let (member, host) = tokio::select! {
        ends = async { tokio::join!(connect(near, expect), accept(far, config)) } => ends,
        _ = copy_bidirectional(&mut from_member, &mut to_host) => panic!("the pipes closed"),
    };
    let Accepted::Member(host) = host.unwrap() else { panic!("the member was taken for a guest") };
    Line { member: member.unwrap(), from_member, to_host, host }
}

/// What the member says on `line`, as the records that pass the man. The last one says that this is the end.
async fn say(line: &mut Line) -> Vec<Record> {
    for text in SAID {
        line.member.write_all(text.as_bytes()).await.unwrap();
        line.member.flush().await.unwrap();
    }
    line.member.shutdown().await.unwrap();
    let mut passed = Vec::new();
    line.from_member.read_to_end(&mut passed).await.unwrap();
    let mut records = Vec::new();
    while let [_, _, _, a, b, ..] = passed[..] {
        let rest = passed.split_off(HEADER + usize::from(u16::from_be_bytes([a, b])));
        records.push(std::mem::replace(&mut passed, rest));
    }
    assert_eq!(records.len(), SAID.len() + 1);
    records
}

/// What the host hears when the man passes on `bytes`.
async fn hear(mut line: Line, bytes: &[u8]) -> Heard {
    line.to_host.write_all(bytes).await.unwrap();
    line.to_host.shutdown().await.unwrap();
    let mut heard = Vec::new();
    let end = line.host.read_to_end(&mut heard).await;
    let end = end.map(drop).map_err(|error| TrustError::of(&error));
    Heard { text: String::from_utf8(heard).unwrap(), end }
}

/// A whole conversation with the man's `change` in the middle.
async fn tampered(config: &ServerConfig, change: impl FnOnce(Vec<Record>) -> Vec<u8>) -> Heard {
    let mut line = line(config, Expect::Anything).await;
    let records = say(&mut line).await;
    hear(line, &change(records)).await
}

/// The beginning of what was said, and an error.
fn assert_cut(heard: &Heard, what: &str) {
    assert!(SAID.concat().starts_with(&heard.text), "{what}: heard {:?}", heard.text);
    let typed = matches!(heard.end, Err(TrustError::Tampered(_) | TrustError::Lost(_)));
    assert!(typed, "{what}: {:?}", heard.end);
}

fn room() -> (RoomKey, ServerConfig) {
    let key = RoomKey::generate().unwrap();
    let config = server_config(&key).unwrap();
    (key, config)
}

#[tokio::test]
async fn a_man_who_only_passes_on_changes_nothing() {
    let heard = tampered(&room().1, |records| records.concat()).await;
    assert_eq!((heard.text, heard.end), (SAID.concat(), Ok(())));
}

#[tokio::test]
async fn a_flipped_bit_is_noticed_wherever_it_is() {
    let (_, config) = room();
    let mut line = line(&config, Expect::Anything).await;
    let lengths: Vec<_> = say(&mut line).await.iter().map(Vec::len).collect();
    for (record, length) in lengths.into_iter().enumerate() {
        for at in 0..length {
            let bit = 1 << (at % 8);
            let flip = |mut records: Vec<Record>| {
                records[record][at] ^= bit;
                records.concat()
            };
            let heard = tampered(&config, flip).await;
            if at < IGNORED && heard.end.is_ok() {
                assert_eq!(heard.text, SAID.concat(), "what is ignored changes nothing");
            } else {
                assert_cut(&heard, &format!("record {record}, byte {at}"));
                assert!(heard.text.len() <= SAID[..record.min(SAID.len())].concat().len());
            }
        }
    }
}

#[tokio::test]
async fn a_dropped_byte_is_noticed_wherever_it_is() {
    let (_, config) = room();
    let mut line = line(&config, Expect::Anything).await;
    let length = say(&mut line).await.concat().len();
    for at in 0..length {
        let drop_one = |records: Vec<Record>| {
            let mut bytes = records.concat();
            bytes.remove(at);
            bytes
        };
        assert_cut(&tampered(&config, drop_one).await, &format!("byte {at}"));
    }
}

#[tokio::test]
async fn a_stream_cut_anywhere_is_not_taken_for_its_end() {
    let (_, config) = room();
    let mut line = line(&config, Expect::Anything).await;
    let length = say(&mut line).await.concat().len();
    for cut in 0..length {
        let heard = tampered(&config, |records| records.concat()[..cut].to_vec()).await;
        assert_cut(&heard, &format!("cut at {cut}"));
        assert_eq!(heard.end, Err(TrustError::Lost(std::io::ErrorKind::UnexpectedEof)));
    }
}

#[tokio::test]
async fn a_dropped_swapped_or_repeated_record_is_noticed() {
    let (_, config) = room();
    for at in 0..SAID.len() {
        let dropped = |mut records: Vec<Record>| {
            records.remove(at);
            records.concat()
        };
        assert_cut(&tampered(&config, dropped).await, &format!("without record {at}"));
        let swapped = |mut records: Vec<Record>| {
            records.swap(at, at + 1);
            records.concat()
        };
        assert_cut(&tampered(&config, swapped).await, &format!("records {at} and {} swapped", at + 1));
        let repeated = |mut records: Vec<Record>| {
            records.insert(at, records[at].clone());
            records.concat()
        };
        assert_cut(&tampered(&config, repeated).await, &format!("record {at} twice"));
    }
}

#[tokio::test]
async fn what_was_said_on_one_connection_is_nothing_on_another() {
    let (_, config) = room();
    let yesterday = {
        let mut line = line(&config, Expect::Anything).await;
        say(&mut line).await
    };
    let heard = tampered(&config, |_| yesterday.concat()).await;
    assert_cut(&heard, "replayed");
    assert_eq!(heard.text, "");
}

#[tokio::test]
async fn what_the_host_said_cannot_be_turned_back_on_it() {
    let (_, config) = room();
    let mut line = line(&config, Expect::Anything).await;
    line.host.write_all(b"the cake is eaten").await.unwrap();
    line.host.flush().await.unwrap();
    let mut said = [0; 256];
    let length = line.to_host.read(&mut said).await.unwrap();
    let heard = hear(line, &said[..length]).await;
    assert_cut(&heard, "reflected");
    assert_eq!(heard.text, "");
}

/// Whoever answers with a key of his own is another room; and what he passes on is bound to his connection.
#[tokio::test]
async fn a_man_with_a_key_of_his_own_is_another_room() {
    let ((key, config), (mans_key, mans_config)) = (room(), room());
    let (near, far) = duplex(PIPE);
    let (member, _) = tokio::join!(connect(near, Expect::Room(key.room_id())), accept(far, &mans_config));
    assert_eq!(member.err(), Some(TrustError::OtherKey(mans_key.room_id())));

    let ana = Identity::generate().unwrap();
    let to_man = line(&mans_config, Expect::Anything).await;
    let to_host = line(&config, Expect::Anything).await;
    let proof = |line: &Line, room: &RoomId| ana.sign(&hello_bytes(&line.member.exporter(), room));
    let signature = proof(&to_man, &to_man.member.room_id());
    let at_host = hello_bytes(&to_host.host.exporter(), &to_host.host.room_id());
    assert!(!verify(&ana.key(), &at_host, &signature), "a proof made for the man");
    // Even if he could make her take his connection for the room's.
    assert!(!verify(&ana.key(), &at_host, &proof(&to_man, &key.room_id())));
    assert!(verify(&ana.key(), &at_host, &proof(&to_host, &key.room_id())), "her own connection");
}

/// Passes bytes on until either side ends, with one bit of one byte flipped.
async fn flipping(mut from: DuplexStream, mut to: DuplexStream, from_left: bool, at: usize) {
    let (mut left, mut right) = ([0; 4096], [0; 4096]);
    let mut passed = 0;
    loop {
        let (bytes, is_left) = tokio::select! {
            read = from.read(&mut left) => (read.map(|length| &mut left[..length]), true),
            read = to.read(&mut right) => (read.map(|length| &mut right[..length]), false),
        };
        let Ok(bytes) = bytes else { return };
        if bytes.is_empty() {
            return;
        }
        if is_left == from_left {
            if let Some(byte) = at.checked_sub(passed).and_then(|at| bytes.get_mut(at)) {
                *byte ^= 0x10;
            }
            passed += bytes.len();
        }
        let written = if is_left { to.write_all(bytes).await } else { from.write_all(bytes).await };
        if written.is_err() {
            return;
        }
    }
}

/// Where the man meddles with the handshake, nobody ends up with a channel that the other end does not share.
#[tokio::test(start_paused = true)]
async fn a_handshake_that_was_meddled_with_gives_no_channel() {
    /// A length made larger leaves both waiting; virtual time ends that at once.
    const PATIENCE: Duration = Duration::from_secs(10);
    let (key, config) = room();
    let mut refused = 0;
    for from_left in [true, false] {
        for at in (0..700).step_by(3) {
            let (near, from_member) = duplex(PIPE);
            let (to_host, far) = duplex(PIPE);
            let man = flipping(from_member, to_host, from_left, at);
            let member = tokio::time::timeout(PATIENCE, connect(near, Expect::Room(key.room_id())));
            let host = tokio::time::timeout(PATIENCE, accept(far, &config));
            let passing = async {
                man.await;
                std::future::pending::<()>().await;
            };
            let ends = tokio::select! {
                ends = async { tokio::join!(member, host) } => ends,
                () = passing => unreachable!("it never ends"),
            };
            match ends {
                (Ok(Ok(member)), Ok(Ok(Accepted::Member(host)))) => {
                    assert_eq!(member.exporter(), host.exporter(), "{at}");
                }
                (Ok(Ok(_)), Ok(Ok(Accepted::Text(_)))) => panic!("{at}: a member was made a guest"),
                (Ok(Err(TrustError::OtherKey(_))), _) => panic!("{at}: taken for another room"),
                _ => refused += 1,
            }
        }
    }
    assert!(refused > 200, "{refused}");
}
