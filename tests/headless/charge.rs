//! A host that is in charge.

use serde_json::Value;

use crate::running::{folder, host_with, is, member};
use crate::{failed, run, status, texts};

fn acts(seen: &[Value]) -> Vec<(String, String)> {
    let word = |event: &Value, field: &str| event[field].as_str().unwrap().to_owned();
    seen.iter()
        .filter(|event| is(event, "act"))
        .map(|event| (word(event, "act"), word(event, "whom")))
        .collect()
}

#[test]
fn whoever_is_banned_is_out_at_once_and_stays_out_under_every_name_until_let_in_again() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    let mut cy = member(at_cy.path(), &room.invite, "Cy");
    bo.say("hello");
    room.running.hears("hello");
    cy.hears("hello");

    room.running.say("/kick Bo");
    assert_eq!(bo.wait("failed")["code"], "removed");
    assert_eq!(bo.end().0, 1);
    assert_eq!(
        status(&run(at_bo.path(), &["join", &room.invite, "--json"], b"back\n")),
        0,
        "it may come again"
    );

    room.running.hears("back");
    room.running.say("/ban Bo 2h");
    room.running.wait("act");
    for name in ["Bo", "Somebody else"] {
        let out = run(at_bo.path(), &["join", &room.invite, "--json", "--nick", name], b"here again\n");
        assert_eq!(failed(&out), "banned", "{name}");
        assert_eq!(texts(&crate::events(&out)), [] as [&str; 0]);
    }
    // Everybody sees what was done. And it holds when the room is opened again.
    cy.wait("act");
    let port = room.port;
    room.running.say("/quit");
    room.running.end();
    let mut room = host_with(at_host.path(), port, &[]);
    assert_eq!(failed(&run(at_bo.path(), &["join", &room.invite, "--json"], b"")), "banned");
    room.running.say("/unban Bo");
    room.running.wait("act");
    assert_eq!(status(&run(at_bo.path(), &["join", &room.invite, "--json"], b"thank you\n")), 0);
    room.running.hears("thank you");
    cy.hears("thank you");
    let expected = [("remove", "Bo"), ("ban", "Bo"), ("unban", "Bo")];
    assert_eq!(acts(&cy.seen), expected.map(|(act, whom)| (act.to_owned(), whom.to_owned())));
}

#[test]
fn whoever_is_muted_is_told_so_and_keeps_the_words() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    bo.say("hello");
    room.running.hears("hello");
    room.running.say("/mute Bo 30m");
    bo.wait("act");
    bo.say("may I?");
    let refused = bo.wait("refused");
    assert_eq!((&refused["text"], &refused["reason"]), (&"may I?".into(), &"the host has muted you".into()));
    room.running.say("/unmute Bo");
    bo.wait("act");
    bo.say("now");
    room.running.hears("now");
    room.running.say("/mute Nobody");
    assert_eq!(room.running.wait("notice")["code"], "no-such-guest");
}
