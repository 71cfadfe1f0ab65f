//! The running window listens on this computer alone, so that a second start of the program finds it: it says
//! where to go, hears that it was understood, and ends.
//!
//! Every program of everybody on this computer can dial, so both sides prove that they know the token, which
//! stands in a file of the profile and is never sent. Whoever does not is closed on without a word; and whoever
//! has the port of a window that is gone cannot pass for it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::trust::{random_bytes, sha256};
use crate::types::limits::{FRONT_ANSWER_MS, FRONT_CALLERS, FRONT_HERE_MS, FRONT_LINE_BYTES, FRONT_MS};
use crate::types::{FrontKey, Hash, InviteText};

/// The first word of a call.
const CALL: &str = "hallway-front/1";
/// Stands for [`Wish::Front`].
const FRONT: &str = "-";
/// Stands for [`Wish::Nothing`].
const NOTHING: &str = "=";
/// What is proven: that one may call, that a window of ours listens, that it was told.
const SAID: [u8; 4] = *b"call";
const HERE: [u8; 4] = *b"here";
const TOLD: [u8; 4] = *b"told";
/// Milliseconds of rest after the system could not hand over a connection.
const REST_MS: u64 = 100;

/// What a second start asks of the window of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing: it only wants to know that there is one.
    Nothing,
    /// To come forward.
    Front,
    /// To come forward with this link.
    Link(InviteText),
}

/// The window's side.
#[derive(Debug)]
pub struct Front {
    key: FrontKey,
    calls: mpsc::Receiver<Call>,
    /// Ends with this value.
    _listening: JoinSet<()>,
}

/// Somebody who may speak started the program once more.
#[derive(Debug)]
pub struct Call {
    /// What it asks for.
    pub wish: Wish,
    stream: TcpStream,
    told: Hash,
}

impl Front {
    /// Listens on a free port for this person, under a token of its own.
    ///
    /// # Errors
    /// What the system said.
    pub async fn open(person: [u8; 16]) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let token = random_bytes().map_err(io::Error::other)?;
        let key = FrontKey { port: listener.local_addr()?.port(), token, person };
        let (called, calls) = mpsc::channel(FRONT_CALLERS);
        let mut listening = JoinSet::new();
        listening.spawn(listen(listener, key, called));
        Ok(Self { key, calls, _listening: listening })
    }

    /// What a second start needs to know.
    pub fn key(&self) -> FrontKey {
        self.key
    }

    /// Waits for the next call. Safe to drop and to call again.
    pub async fn next(&mut self) -> Call {
        match self.calls.recv().await {
            Some(call) => call,
            None => std::future::pending().await,
        }
    }
}

/// Hears callers, however busy the window is: they know at once whether it is one of ours that listens.
async fn listen(listener: TcpListener, key: FrontKey, called: mpsc::Sender<Call>) {
    let mut callers = JoinSet::new();
    loop {
        tokio::select! {
            dialled = listener.accept(), if callers.len() < FRONT_CALLERS => match dialled {
                Ok((stream, _)) => {
                    callers.spawn(async move {
                        timeout(Duration::from_millis(FRONT_MS), heard(stream, &key)).await.ok()?
                    });
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(REST_MS)).await,
            },
            Some(heard) = callers.join_next() => {
                // A window that has more of them to look at than it can is left to this one's next look.
                if let Ok(Some(call)) = heard {
                    let _full = called.try_send(call);
                }
            }
        }
    }
}

impl Call {
    /// Says that it was heard. Never waits: so few bytes fit into any connection.
    pub fn answer(self) {
        let _gone = self.stream.try_write(format!("{}\n", self.told).as_bytes());
    }
}

/// True if the window of this key was told what is asked of it.
pub async fn call(key: &FrontKey, wish: &Wish) -> bool {
    let Ok(nonce) = random_bytes().map(Hash) else { return false };
    let wish = match wish {
        Wish::Nothing => NOTHING.to_owned(),
        Wish::Front => FRONT.to_owned(),
        Wish::Link(link) => link.to_string(),
    };
    let proof = proof(key, SAID, &nonce, &wish);
    let speaking = async {
        let mut stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, key.port))).await.ok()?;
        stream.write_all(format!("{CALL} {nonce} {proof} {wish}\n").as_bytes()).await.ok()?;
        let mut answers = BufReader::new(stream);
        proven(&mut answers, &self::proof(key, HERE, &nonce, "")).await.then_some(answers)
    };
    let Ok(Some(mut answers)) = timeout(Duration::from_millis(FRONT_HERE_MS), speaking).await else {
        return false;
    };
    let told = self::proof(key, TOLD, &nonce, "");
    timeout(Duration::from_millis(FRONT_ANSWER_MS), proven(&mut answers, &told)).await.unwrap_or(false)
}

/// True if the next line is this proof.
async fn proven(answers: &mut BufReader<TcpStream>, expected: &Hash) -> bool {
    let Some(line) = line(answers).await else { return false };
    line.parse().is_ok_and(|said| same(&said, expected))
}

/// What a caller says, if it knows the token.
async fn heard(stream: TcpStream, key: &FrontKey) -> Option<Call> {
    let mut stream = BufReader::new(stream);
    let said = line(&mut stream).await?;
    let mut words = said.splitn(4, ' ');
    let (call, nonce) = (words.next()?, words.next()?.parse::<Hash>().ok()?);
    let (proven, wish) = (words.next()?.parse::<Hash>().ok()?, words.next()?);
    if call != CALL || !same(&proven, &proof(key, SAID, &nonce, wish)) {
        return None;
    }
    let wish = match wish {
        NOTHING => Wish::Nothing,
        FRONT => Wish::Front,
        link => Wish::Link(link.parse().ok()?),
    };
    let mut stream = stream.into_inner();
    stream.write_all(format!("{}\n", self::proof(key, HERE, &nonce, "")).as_bytes()).await.ok()?;
    Some(Call { wish, told: self::proof(key, TOLD, &nonce, ""), stream })
}

/// A line without its end; none where it is cut or longer than ours are.
async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    stream.take(FRONT_LINE_BYTES).read_line(&mut line).await.ok()?;
    line.strip_suffix('\n').map(str::to_owned)
}

/// Only who knows the token can make it, and only for this nonce and this wish. What is hashed with the token
/// always has the same length, so nothing can be appended to it.
fn proof(key: &FrontKey, side: [u8; 4], nonce: &Hash, wish: &str) -> Hash {
    let said = sha256(&[&side, &nonce.0, wish.as_bytes()]);
    sha256(&[&key.token, &said.0])
}

/// Takes the same time wherever the two differ, so that no proof can be guessed byte by byte.
fn same(one: &Hash, other: &Hash) -> bool {
    one.0.iter().zip(&other.0).fold(0, |differ, (one, other)| differ | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits::WHERE_BYTES;

    /// Says these bytes to the port, and nothing more; what comes back.
    async fn told(port: u16, bytes: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        // Whoever closes first may do so before all is written.
        let _closed = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer).await;
        answer
    }

    #[tokio::test]
    async fn a_second_start_says_where_to_go_and_is_answered() {
        let mut front = Front::open([5; 16]).await.unwrap();
        let key = front.key();
        let longest = format!("hallway: {}", "午".repeat(WHERE_BYTES));
        for wish in [Wish::Nothing, Wish::Front, Wish::Link(longest.parse().unwrap())] {
            let asked = wish.clone();
            let calling = tokio::spawn(async move { call(&key, &asked).await });
            let heard = front.next().await;
            assert_eq!(heard.wish, wish);
            heard.answer();
            assert!(calling.await.unwrap());
        }
    }

    #[tokio::test]
    async fn whoever_does_not_know_the_token_gets_not_a_byte_and_holds_up_nobody() {
        let mut front = Front::open([5; 16]).await.unwrap();
        let key = front.key();
        let strangers = tokio::spawn(async move {
            let other = FrontKey { token: [7; 16], ..key };
            assert!(!call(&other, &Wish::Front).await);
            let nonce = Hash([1; 32]);
            let swapped = proof(&key, SAID, &nonce, "10.0.0.1");
            for said in [
                format!("{CALL} {nonce} {} -\n", proof(&other, SAID, &nonce, "-")),
                format!("{CALL} {nonce} {swapped} 10.0.0.2\n"),
                format!("{CALL} {nonce} {} -\n", proof(&key, HERE, &nonce, "")),
                "GET / HTTP/1.1\r\n\r\n".to_owned(),
                "\n".to_owned(),
                "x".repeat(usize::try_from(FRONT_LINE_BYTES).unwrap() + 1),
            ] {
                assert_eq!(told(key.port, said.as_bytes()).await, b"", "{said}");
            }
            call(&key, &Wish::Front).await
        });
        front.next().await.answer();
        assert!(strangers.await.unwrap());
    }

    #[tokio::test]
    async fn silent_callers_are_let_go_before_the_next_one_gives_up() {
        let mut front = Front::open([5; 16]).await.unwrap();
        let key = front.key();
        let mut silent = Vec::new();
        for _ in 0..FRONT_CALLERS {
            silent.push(TcpStream::connect((Ipv4Addr::LOCALHOST, key.port)).await.unwrap());
        }
        let calling = tokio::spawn(async move { call(&key, &Wish::Front).await });
        front.next().await.answer();
        assert!(calling.await.unwrap());
    }

    #[tokio::test]
    async fn a_stranger_on_the_port_of_a_window_that_is_gone_cannot_pass_for_it() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let key = FrontKey { port: listener.local_addr().unwrap().port(), token: [3; 16], person: [5; 16] };
        let calling = tokio::spawn(async move { call(&key, &Wish::Front).await });
        let (stranger, _) = listener.accept().await.unwrap();
        let mut stranger = BufReader::new(stranger);
        let said = line(&mut stranger).await.unwrap();
        stranger.write_all(format!("{}\n", &said[CALL.len() + 1..CALL.len() + 65]).as_bytes()).await.unwrap();
        assert!(!calling.await.unwrap());
        drop(listener);
        assert!(!call(&key, &Wish::Front).await);
    }

    #[tokio::test]
    async fn a_stranger_who_says_nothing_holds_a_start_up_for_well_below_a_second() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let key = FrontKey { port: listener.local_addr().unwrap().port(), token: [3; 16], person: [5; 16] };
        let patient = timeout(Duration::from_millis(800), call(&key, &Wish::Front));
        assert_eq!(patient.await, Ok(false));
    }

    #[tokio::test]
    async fn a_window_that_is_busy_is_waited_for_once_it_is_known_to_be_there() {
        let mut front = Front::open([5; 16]).await.unwrap();
        let key = front.key();
        let calling = tokio::spawn(async move { call(&key, &Wish::Front).await });
        let busy = front.next().await;
        tokio::time::sleep(Duration::from_millis(2 * FRONT_HERE_MS)).await;
        busy.answer();
        assert!(calling.await.unwrap());
    }
}
