//! Going to a room: find the computer, make sure that a Hallway answers, make the stream secure.
//!
//! Where it is known that a Hallway answers (an invite, a room that I was in), TLS is spoken at once. At a bare
//! address the app listens first and speaks only when it has seen the mark where a host puts it: so nobody ever
//! shouts bytes into somebody's plain room. All addresses are tried, a little apart, and the first that answers wins.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::door::is_ours;
use super::give_up::give_up_in_time;
use super::plain::PlainStream;
use crate::trust::{Channel, Expect, TrustError, connect};
use crate::types::limits::{DIAL_MS, HANDSHAKE_MS, LISTEN_FIRST_BYTES, LISTEN_FIRST_MS};
use crate::types::{Address, Host};

/// Milliseconds between the starts of two attempts: an address that answers is not kept waiting by a dead one
/// (RFC 8305 §5).
const STAGGER_MS: u64 = 250;
/// Characters of a stranger's first words that are shown.
const WORDS_SHOWN: usize = 80;

/// A room that answered.
#[derive(Debug)]
pub struct Dialled {
    /// The secure stream.
    pub channel: Channel<TcpStream>,
    /// Where it answered.
    pub address: Address,
    /// From which address of this computer it was reached, where the system tells.
    pub from: Option<IpAddr>,
}

/// What is known of the room before it is dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it may be, best first.
    pub addresses: Vec<Address>,
    /// Who must answer.
    pub expect: Expect,
    /// A Hallway answers there: speak TLS at once.
    pub known: bool,
}

/// Why nobody was reached. In order of how much a person learns from it, least first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// No computer of that name.
    #[error("no computer is called {0}")]
    NameNotFound(String),
    /// No way to that address.
    #[error("{0} cannot be reached from here")]
    Unreachable(Address),
    /// No answer in time.
    #[error("{0} does not answer")]
    TimedOut(Address),
    /// Nothing listens on that port.
    #[error("nothing listens at {0}")]
    Refused(Address),
    /// It accepts and says nothing.
    #[error("{0} says nothing")]
    Silent(Address),
    /// It is something else; its first words.
    #[error("{0} is not a Hallway: {1}")]
    NotHallway(Address, String),
    /// It is another room than the expected one.
    #[error("{0} answers with another key")]
    OtherKey(Address),
}

impl DialError {
    fn rank(&self) -> u8 {
        match self {
            Self::NameNotFound(_) => 0,
            Self::Unreachable(_) => 1,
            Self::TimedOut(_) => 2,
            Self::Refused(_) => 3,
            Self::Silent(_) => 4,
            Self::NotHallway(..) => 5,
            Self::OtherKey(_) => 6,
        }
    }
}

/// Dials until one of the addresses answers as expected.
///
/// # Errors
/// The failure that says most, when all of them failed.
pub async fn dial(target: &Target) -> Result<Dialled, DialError> {
    let mut attempts = JoinSet::new();
    for (turn, address) in (0u64..).zip(target.addresses.iter().cloned()) {
        let (expect, known) = (target.expect, target.known);
        attempts.spawn(async move {
            tokio::time::sleep(Duration::from_millis(turn * STAGGER_MS)).await;
            attempt(address, expect, known).await
        });
    }
    let mut worst: Option<DialError> = None;
    while let Some(attempt) = attempts.join_next().await {
        match attempt {
            Ok(Ok(dialled)) => return Ok(dialled),
            Ok(Err(error)) if worst.as_ref().is_none_or(|worst| worst.rank() <= error.rank()) => {
                worst = Some(error);
            }
            Ok(Err(_)) | Err(_) => {}
        }
    }
    Err(worst.unwrap_or_else(|| DialError::NameNotFound(String::new())))
}

/// A connection to a plain room, by any of the addresses that its name has. Nothing is sent on it.
///
/// # Errors
/// Why nobody answers there.
pub async fn dial_plain(address: &Address) -> Result<PlainStream, DialError> {
    let stream = reach(address).await?;
    PlainStream::new(stream).map_err(|error| classify(&error, address))
}

async fn attempt(address: Address, expect: Expect, known: bool) -> Result<Dialled, DialError> {
    if !known {
        listen_first(&address).await?;
    }
    match secure(&address, expect).await {
        // Its greeting may have crossed our first bytes: the host closes then, and we dial once more. But another
        // program may be there now, and it is shouted at no more.
        Err(DialError::NotHallway(..)) => {
            listen_first(&address).await?;
            secure(&address, expect).await
        }
        other => other,
    }
}

async fn secure(address: &Address, expect: Expect) -> Result<Dialled, DialError> {
    let stream = reach(address).await?;
    give_up_in_time(&stream);
    let from = stream.local_addr().ok().map(|local| local.ip().to_canonical());
    match timeout(Duration::from_millis(HANDSHAKE_MS), connect(stream, expect)).await {
        Ok(Ok(channel)) => Ok(Dialled { channel, address: address.clone(), from }),
        Ok(Err(TrustError::OtherKey(_))) => Err(DialError::OtherKey(address.clone())),
        Ok(Err(_)) => Err(DialError::NotHallway(address.clone(), String::new())),
        Err(_late) => Err(DialError::TimedOut(address.clone())),
    }
}

/// Listens for the mark, sending nothing.
async fn listen_first(address: &Address) -> Result<(), DialError> {
    let mut stream = reach(address).await?;
    let mut heard = Vec::new();
    let listening = async {
        let mut bytes = [0; LISTEN_FIRST_BYTES];
        while heard.len() < LISTEN_FIRST_BYTES && !is_known(&heard) {
            match stream.read(&mut bytes).await {
                Ok(0) | Err(_) => return true,
                Ok(count) => heard.extend_from_slice(bytes.get(..count).unwrap_or_default()),
            }
        }
        true
    };
    let answered = timeout(Duration::from_millis(LISTEN_FIRST_MS), listening).await.unwrap_or(false);
    if is_ours(&heard) == Some(true) {
        Ok(())
    } else if heard.is_empty() && !answered {
        Err(DialError::Silent(address.clone()))
    } else {
        Err(DialError::NotHallway(address.clone(), first_words(&heard)))
    }
}

/// Whether enough was heard to know who it is: a Hallway, or the whole first line of somebody else.
fn is_known(heard: &[u8]) -> bool {
    is_ours(heard).is_some_and(|ours| ours || heard.contains(&b'\n'))
}

/// The first line of what a stranger said, safe to show.
fn first_words(heard: &[u8]) -> String {
    let text = String::from_utf8_lossy(heard);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.chars()
        .filter(|c| c.is_alphanumeric() || c.is_ascii_graphic() || *c == ' ')
        .take(WORDS_SHOWN)
        .collect()
}

/// A TCP connection to one address, by any of the socket addresses that its name has.
async fn reach(address: &Address) -> Result<TcpStream, DialError> {
    let sockets: Vec<SocketAddr> = match &address.host {
        Host::Ip(ip) => vec![SocketAddr::new(*ip, address.port)],
        Host::Name(name) => {
            let found = timeout(
                Duration::from_millis(DIAL_MS),
                tokio::net::lookup_host((name.as_str(), address.port)),
            );
            match found.await {
                Ok(Ok(found)) => found.collect(),
                Ok(Err(_)) | Err(_) => Vec::new(),
            }
        }
    };
    if sockets.is_empty() {
        return Err(DialError::NameNotFound(address.host.to_string()));
    }
    let mut error = DialError::TimedOut(address.clone());
    for socket in sockets {
        match timeout(Duration::from_millis(DIAL_MS), TcpStream::connect(socket)).await {
            Ok(Ok(stream)) => {
                let _best_effort = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(failed)) => error = classify(&failed, address),
            Err(_late) => error = DialError::TimedOut(address.clone()),
        }
    }
    Err(error)
}

fn classify(error: &io::Error, address: &Address) -> DialError {
    let address = address.clone();
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => DialError::Refused(address),
        io::ErrorKind::TimedOut => DialError::TimedOut(address),
        _ => DialError::Unreachable(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    async fn bare(address: SocketAddr) -> DialError {
        let target = Target { addresses: vec![address.into()], expect: Expect::Anything, known: false };
        dial(&target).await.unwrap_err()
    }

    /// Accepts once, says `words`, and returns every byte that it was sent.
    async fn stranger(words: &'static [u8]) -> (SocketAddr, tokio::task::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(words).await.unwrap();
            let mut heard = Vec::new();
            let _reset = stream.read_to_end(&mut heard).await;
            heard
        });
        (address, heard)
    }

    #[tokio::test]
    async fn a_plain_room_is_recognised_and_sent_nothing() {
        let (address, heard) = stranger(b"Welcome to this chatroom!").await;
        let words = "Welcome to this chatroom!".to_owned();
        assert_eq!(bare(address).await, DialError::NotHallway(address.into(), words));
        assert_eq!(heard.await.unwrap(), b"");
    }

    #[tokio::test]
    async fn whoever_only_names_the_mark_is_sent_nothing() {
        for words in [
            &b"Welcome to this chatroom!<10.0.0.9> is this Hallway/1?\n"[..],
            b"Welcome to this chatroom!\n<10.0.0.9> * Hallway/1\n",
            b"Hallway/1\n",
            b"<announce> Hallway/1 is connected as <user4>.\n",
        ] {
            let (address, heard) = stranger(words).await;
            assert!(matches!(bare(address).await, DialError::NotHallway(..)), "{words:?}");
            assert_eq!(heard.await.unwrap(), b"", "{words:?}");
        }
    }

    #[tokio::test]
    async fn another_program_at_an_address_that_is_known_is_spoken_to_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = tokio::spawn(async move {
            let mut heard = Vec::new();
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.write_all(b"Welcome to this chatroom!").await.unwrap();
                let mut bytes = Vec::new();
                let _reset = stream.read_to_end(&mut bytes).await;
                heard.push(!bytes.is_empty());
            }
            heard
        });
        let target = Target { addresses: vec![address.into()], expect: Expect::Anything, known: true };
        assert!(matches!(dial(&target).await.unwrap_err(), DialError::NotHallway(..)));
        assert_eq!(heard.await.unwrap(), [true, false]);
    }

    #[tokio::test]
    async fn a_silent_room_is_recognised_and_sent_nothing() {
        let (address, heard) = stranger(b"").await;
        assert_eq!(bare(address).await, DialError::Silent(address.into()));
        assert_eq!(heard.await.unwrap(), b"");
    }

    #[tokio::test]
    async fn a_closed_port_is_refused() {
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(bare(address).await, DialError::Refused(address.into()));
    }

    #[test]
    fn a_strangers_words_are_cleaned_and_cut() {
        assert_eq!(first_words(b"\r\n\x1b[31mSSH-2.0-x\x07\r\nmore"), "[31mSSH-2.0-x");
        assert_eq!(first_words(&[b'a'; 500]).len(), WORDS_SHOWN);
    }
}
