//! A host that is in charge.

use serde_json::Value;

use crate::running::{Running, folder, host_with, is, member};
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
    assert_eq!(refused["text"], "may I?");
    assert!(refused["reason"].as_str().unwrap().starts_with("you are muted until "), "{refused}");
    room.running.say("/unmute Bo");
    bo.wait("act");
    bo.say("now");
    room.running.hears("now");
    room.running.say("/mute Nobody");
    assert_eq!(room.running.wait("notice")["code"], "no-such-guest");
}

/// Waits until it is told that so many are moderators.
fn moderators(running: &mut Running, count: usize) -> Value {
    loop {
        let house = running.wait("house");
        if house["moderators"].as_array().unwrap().len() == count {
            return house;
        }
    }
}

#[test]
fn a_moderator_keeps_order_until_dismissed_and_also_after_the_host_was_gone() {
    let (at_host, at_mo, at_bo) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut mo = member(at_mo.path(), &room.invite, "Mo");
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    mo.say("/kick Bo");
    assert_eq!(mo.wait("notice")["code"], "unknown-command", "not yet");
    bo.say("hello");
    room.running.hears("hello");
    room.running.say("/mod Mo");
    moderators(&mut mo, 1);
    // It holds when the room is opened again.
    let port = room.port;
    room.running.say("/quit");
    room.running.end();
    let mut room = host_with(at_host.path(), port, &[]);
    let (mut mo, mut bo) = (again(mo, &at_mo, &room.invite), again(bo, &at_bo, &room.invite));
    moderators(&mut mo, 1);
    mo.say("I keep order");
    bo.hears("I keep order");
    mo.wait("joined");
    mo.say("/mute Bo 30m");
    let act = bo.wait("act");
    assert_eq!((&act["act"], &act["author"], &act["whom"]), (&"mute".into(), &"Mo".into(), &"Bo".into()));
    bo.say("may I?");
    assert!(bo.wait("refused")["reason"].as_str().unwrap().starts_with("you are muted until "));
    mo.say("/unmute Bo");
    bo.wait("act");
    mo.say("/ban Bo");
    assert_eq!(bo.wait("failed")["code"], "banned");
    for name in ["Bo", "Somebody else"] {
        let out = run(at_bo.path(), &["join", &room.invite, "--json", "--nick", name], b"");
        assert_eq!(failed(&out), "banned", "{name}");
    }
    mo.say("/unban Bo");
    while room.running.wait("act")["act"] != "unban" {}
    room.running.say("/unmod Mo");
    moderators(&mut mo, 0);
    mo.say("/lock on");
    assert_eq!(mo.wait("notice")["code"], "unknown-command");
    assert_eq!(status(&run(at_bo.path(), &["join", &room.invite, "--json"], b"back\n")), 0);
}

/// Comes back after the room was closed.
fn again(before: Running, at: &tempfile::TempDir, invite: &str) -> Running {
    before.kill();
    let mut running = Running::start(at.path(), &["join", invite, "--json"]);
    running.wait("online");
    running
}

#[test]
fn the_rules_of_a_room_hold_for_all_but_those_in_charge_and_each_change_is_told() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    room.running.say("/announce on");
    assert_eq!(bo.wait("rule")["rule"], "announcements");
    bo.say("may I?");
    assert_eq!(bo.wait("refused")["reason"], "only the host and moderators speak here now");
    room.running.say("/announce off");
    assert_eq!(bo.wait("rule")["value"], false);
    room.running.say("/slow 2s");
    assert_eq!(bo.wait("rule")["value"], 2);
    bo.say("one");
    bo.say("two");
    assert_eq!(bo.wait("notice")["code"], "slowed");
    room.running.hears("one");
    room.running.hears("two");
    // What waits under a rule that ends goes at once.
    room.running.say("/slow 1h");
    while bo.wait("rule")["value"] != 3_600 {}
    bo.say("three");
    bo.say("four");
    room.running.hears("three");
    assert_eq!(bo.wait("notice")["code"], "slowed");
    room.running.say("/slow off");
    room.running.hears("four");
    room.running.say("/lock on");
    bo.wait("house");
    let locked = loop {
        let rule = bo.wait("rule");
        if rule["rule"] == "locked" {
            break rule;
        }
    };
    assert_eq!(locked["value"], true);
    let out = run(at_cy.path(), &["join", &room.invite, "--json", "--nick", "Cy"], b"");
    assert_eq!(failed(&out), "room-locked");
    room.running.say("/slow a while");
    assert_eq!(room.running.wait("notice")["code"], "bad-rule");
    room.running.say("/lock off");
    room.running.wait("rule");
    assert_eq!(status(&run(at_cy.path(), &["join", &room.invite, "--json", "--nick", "Cy"], b"hello\n")), 0);
    room.running.hears("hello");
}

/// Everything that is kept of a room, but for its log of what is to be written.
fn kept(data: &std::path::Path) -> Vec<String> {
    let out = run(data, &["history", "--json"], b"");
    String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn a_removed_message_is_gone_from_every_copy_and_who_removed_it_is_told() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    let mut cy = member(at_cy.path(), &room.invite, "Cy");
    bo.say("the password is Brombeere");
    let said = cy.hears("the password is Brombeere");
    room.running.hears("the password is Brombeere");
    cy.say("/quit");
    cy.end();
    // Nobody else removes it; its author does, and sees it go.
    bo.say("/remove 00000000000000000000000000000000");
    assert_eq!(bo.wait("notice")["code"], "no-such-message");
    bo.say(&format!("/remove {}", said["id"].as_str().unwrap()));
    let removed = bo.wait("removed");
    assert_eq!((&removed["removed"], &removed["author"]), (&said["id"], &"Bo".into()));
    room.running.wait("removed");
    room.running.say("I am still here");
    bo.hears("I am still here");
    // Whoever was away loses it when they come back, and whoever comes new never gets it.
    let mut cy = Running::start(at_cy.path(), &["join", &room.invite, "--json"]);
    cy.wait("removed");
    let at_new = folder();
    let mut dee = member(at_new.path(), &room.invite, "Dee");
    dee.say("hello");
    dee.wait("sent");
    for (running, data) in [(bo, &at_bo), (cy, &at_cy), (dee, &at_new)] {
        let mut running = running;
        running.say("/quit");
        running.end();
        assert!(!kept(data.path()).iter().any(|line| line.contains("Brombeere")));
    }
    // All of somebody, by the host.
    room.running.say("/remove all Bo");
    assert_eq!(room.running.wait("removed")["whose"], "Bo");
    room.running.say("/quit");
    room.running.end();
    assert!(!kept(at_host.path()).iter().any(|line| line.contains("Brombeere")));
}

#[test]
fn what_others_said_only_those_in_charge_remove() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    room.running.say("mine");
    let id = bo.hears("mine")["id"].as_str().unwrap().to_owned();
    bo.say(&format!("/remove {id}"));
    let notice = bo.wait("notice");
    assert_eq!(
        (&notice["code"], &notice["text"]),
        (&"not-done".into(), &"that is not for you to do here; ask the host".into())
    );
    bo.say("theirs");
    let id = room.running.hears("theirs")["id"].as_str().unwrap().to_owned();
    room.running.say(&format!("/remove {id}"));
    assert_eq!(bo.wait("removed")["author"], "Ana");
}

#[test]
fn whoever_is_ignored_is_so_after_a_start_and_a_script_decides_itself() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    bo.say("one");
    assert_eq!(room.running.hears("one")["ignored"], Value::Null);
    if !room.running.seen.iter().any(|event| is(event, "joined")) {
        room.running.wait("joined");
    }
    room.running.say("/ignore Ana");
    assert_eq!(room.running.wait("notice")["code"], "no-such-person", "nobody ignores themselves");
    room.running.say("/ignore Bo");
    assert_eq!(room.running.wait("notice")["code"], "ignoring");
    bo.say("two");
    assert_eq!(room.running.hears("two")["ignored"], true);
    let port = room.port;
    room.running.say("/quit");
    room.running.end();
    let mut room = host_with(at_host.path(), port, &[]);
    bo.say("three");
    assert_eq!(room.running.hears("three")["ignored"], true);
    room.running.say("/unignore Bo");
    room.running.wait("notice");
    bo.say("four");
    assert_eq!(room.running.hears("four")["ignored"], Value::Null);
}
