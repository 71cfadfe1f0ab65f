//! Five words on two screens, by the real program: the same ones where nobody stands between. Behind a relay with a key
//! of its own they are others (`tests/middle`).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use serde_json::Value;

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
