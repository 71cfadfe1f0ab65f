//! Five words on two screens, by the real program: the same ones where nobody stands between, and others behind a relay
//! that holds a key of its own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::thread;

use hallway::net::pipe::{AnyStream, Pipe, Step};
use hallway::trust::{
    Accepted, Channel, Expect, Identity, RoomKey, ServerConfig, accept, connect, server_config,
};
use hallway::types::RoomId;
use hallway::wire::chain::{head_bytes, hello_bytes};
use hallway::wire::decode::{decode_client, decode_server};
use hallway::wire::encode::{encode_client, encode_server};
use hallway::wire::frame::Frame;
use hallway::wire::message::{ClientMessage, Hello, ServerMessage, Welcome};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[path = "headless/running.rs"]
mod running;

use running::{Running, folder, host, host_with, is, member};

/// A line of the composer, typed before anybody compared anything.
const EARLY: &str = "nobody between us may read this";

fn words(of: &mut Running, ask: &str) -> Value {
    of.say(ask);
    let event = of.wait("words");
    assert_eq!(event["words"].as_array().unwrap().len(), 5);
    event["words"].clone()
}

/// The code of the next notice that is about comparing.
fn refused(of: &mut Running, ask: &str) -> Value {
    of.say(ask);
    of.wait("notice")["code"].clone()
}

fn trust(of: &Running) -> Value {
    of.seen.iter().rfind(|event| is(event, "online")).unwrap()["trust"].clone()
}

#[test]
fn both_screens_show_the_same_words_and_each_side_keeps_that_they_were_compared() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host(at_host.path(), 0);
    let mut bo = member(at_bo.path(), &room.address, "Bo");
    room.running.wait("joined");
    assert_eq!(trust(&bo), "first-visit");
    assert_eq!(refused(&mut room.running, "/verify Bo"), "nothing-compared");
    assert_eq!(refused(&mut room.running, "/words Nobody"), "no-words");
    assert_eq!(refused(&mut room.running, "/words Ana"), "no-words", "nobody has to be proven to themselves");
    let offered = bo.wait("words")["words"].clone();
    let shown = words(&mut bo, "/words");
    assert_eq!(shown, offered, "the same connection, the same words");
    assert_eq!(words(&mut room.running, "/words Bo"), shown);
    bo.say("/verify");
    bo.wait("verified");
    room.running.say("/verify Bo");
    assert_eq!(room.running.wait("verified")["with"], "Bo");
    assert_eq!(refused(&mut bo, "/words Ana"), "no-words", "it is the host's words that count");
    bo.kill();
    let mut bo = member(at_bo.path(), &room.address, "Bo");
    assert_eq!(trust(&bo), "verified", "it is kept over a crash");
    assert_eq!(refused(&mut bo, "/verify"), "nothing-compared", "those words were of another connection");
    assert_ne!(words(&mut bo, "/words"), shown, "another connection, other words");
    room.running.say("/who");
    let who = |room: &mut Running| loop {
        let notice = room.wait("notice");
        if notice["code"] == "who" {
            return notice["text"].as_str().unwrap().to_owned();
        }
    };
    assert_eq!(who(&mut room.running), "2 here: Ana, Bo (verified)");
    let port = room.port;
    room.running.kill();
    let mut again = host_with(at_host.path(), port, &[]);
    bo.wait("online");
    again.running.wait("joined");
    again.running.say("/who");
    assert_eq!(who(&mut again.running), "2 here: Ana, Bo (verified)");
}

#[test]
fn behind_a_relay_with_another_key_the_two_screens_show_other_words() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host(at_host.path(), 0);
    let relay = relay(room.port);
    let mut bo = member(at_bo.path(), &format!("127.0.0.1:{relay}"), "Bo");
    room.running.wait("joined");
    assert_eq!(trust(&bo), "first-visit");
    let at_member = words(&mut bo, "/words");
    let at_host = words(&mut room.running, "/words Bo");
    assert_ne!(at_member, at_host);
    assert_eq!(trust(&bo), "first-visit", "and nothing is verified by that");
}

/// Somebody who answers as a room of his own, and goes into the real one as a member of his own. Answers his port.
fn relay(room: u16) -> u16 {
    let (told, port) = std::sync::mpsc::sync_channel(1);
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            told.send(listener.local_addr().unwrap().port()).unwrap();
            let man = Man::new();
            while let Ok((mut caller, _)) = listener.accept().await {
                let mut host = TcpStream::connect(("127.0.0.1", room)).await.unwrap();
                let (mut first, mut greeting) = ([0; 1], [0; 256]);
                tokio::select! {
                    spoke = caller.peek(&mut first) => {
                        spoke.unwrap();
                        man.between(Box::new(caller), Box::new(host)).await;
                    }
                    // A first visit looks for the mark of a room before it says anything.
                    length = host.read(&mut greeting) => {
                        let greeting = greeting.get(..length.unwrap()).unwrap();
                        caller.write_all(greeting).await.unwrap();
                    }
                }
            }
        });
    });
    port.recv().unwrap()
}

struct Man {
    key: RoomKey,
    config: ServerConfig,
    identity: Identity,
}

impl Man {
    fn new() -> Self {
        let key = RoomKey::generate().unwrap();
        let config = server_config(&key).unwrap();
        Self { key, config, identity: Identity::generate().unwrap() }
    }

    async fn between(&self, caller: AnyStream, host: AnyStream) {
        let Ok(Accepted::Member(caller)) = accept(caller, &self.config).await else { return };
        let host = connect(host, Expect::Anything).await.unwrap();
        let real = host.room_id();
        let (mut caller, mut host) = (Pipe::new(caller), Pipe::new(host));
        loop {
            let (from_caller, step) = tokio::select! {
                step = caller.step() => (true, step),
                step = host.step() => (false, step),
            };
            match step {
                Ok(Step::Frame(frame)) if from_caller => self.to_host(&frame, real, &mut host),
                Ok(Step::Frame(frame)) => self.to_caller(&frame, &mut caller, &mut host),
                Ok(Step::Heard | Step::Wrote) => {}
                Ok(Step::Ended) | Err(_) => return,
            }
        }
    }

    /// The member's Hello as his own; everything else as it is.
    fn to_host(&self, frame: &Frame, real: RoomId, host: &mut Pipe<Channel<AnyStream>>) {
        match decode_client(frame.clone()) {
            Ok(ClientMessage::Hello(hello)) => {
                let proof = hello_bytes(&host.stream().exporter(), &real);
                let mine = Hello {
                    member_key: self.identity.key(),
                    signature: self.identity.sign(&proof),
                    expects: None,
                    ..*hello
                };
                encode_client(&ClientMessage::Hello(Box::new(mine)), host.out());
            }
            _ => frame.encode(host.out()),
        }
    }

    /// The host's Welcome as that of his own room, and nothing of the log.
    fn to_caller(
        &self,
        frame: &Frame,
        caller: &mut Pipe<Channel<AnyStream>>,
        host: &mut Pipe<Channel<AnyStream>>,
    ) {
        match decode_server(frame.clone()) {
            Ok(ServerMessage::Welcome(welcome)) => {
                caller.welcomed();
                host.welcomed();
                let mut mine = Welcome { room_id: self.key.room_id(), ..*welcome };
                let head = head_bytes(&mine.room_id, mine.epoch, mine.head.link);
                mine.head.signature = self.key.sign_head(&head);
                encode_server(&ServerMessage::Welcome(Box::new(mine)), caller.out());
            }
            // What the log says is sealed for the real room, so he keeps it to himself.
            Ok(ServerMessage::Head(_) | ServerMessage::Events(_) | ServerMessage::Page(_)) => {}
            _ => frame.encode(caller.out()),
        }
    }
}

#[test]
fn a_first_visit_by_bare_address_takes_no_line_before_the_words_were_offered() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host(at_host.path(), 0);
    let mut bo = Running::start(at_bo.path(), &["join", &room.address, "--json", "--nick", "Bo"]);
    bo.say(EARLY);
    bo.hears(EARLY);
    room.running.hears(EARLY);
    let place = |name: &str| bo.seen.iter().position(|event| is(event, name)).expect(name);
    assert!(place("words") < place("pending"), "{:?}", bo.seen);
    assert_eq!(bo.end().0, 0);
    let at_cy = folder();
    let mut cy = member(at_cy.path(), &room.invite, "Cy");
    cy.say("by invite");
    cy.hears("by invite");
    let (status, saw) = cy.end();
    assert_eq!((status, saw.iter().any(|event| is(event, "words"))), (0, false), "an invite proves the room");
}
