//! Who is meant by a name: whoever is called so now.

use crate::running::{Running, folder, host_with, is, member};

/// Waits until so many were told to have come.
fn came(running: &mut Running, count: usize) {
    while running.seen.iter().filter(|event| is(event, "joined")).count() < count {
        running.wait("joined");
    }
}

#[test]
fn commands_mean_whoever_is_called_so_now_and_never_the_host_by_a_name_that_it_only_wrote_down() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    room.running.say("the host's words");
    bo.hears("the host's words");
    bo.say("innocent");
    room.running.hears("innocent");
    came(&mut room.running, 1);
    bo.say("/nick Bob");
    let named = room.running.wait("named");
    assert_eq!((&named["before"], &named["name"]), (&"Bo".into(), &"Bob".into()));
    let mut troll = member(at_cy.path(), &room.invite, "Bo");
    troll.say("spam");
    let spam = room.running.hears("spam")["author_key"].clone();
    came(&mut room.running, 2);
    room.running.say("/who");
    let who = room.running.wait("notice")["text"].as_str().unwrap().to_owned();
    assert!(who.contains("Bob") && who.contains("3 here"), "{who}");
    // It is the one who is called so now, also once they have left; and not whose key signed the name.
    troll.say("/quit");
    troll.end();
    room.running.wait("left");
    room.running.say("/remove all Bo");
    assert_eq!(room.running.wait("notice")["code"], "which-person", "two were called so");
    room.running.say("/remove all Bob");
    let removed = room.running.wait("removed");
    assert_eq!(removed["whose"], "Bob");
    assert_ne!(removed["whose_key"], spam);
    room.running.say("/mute Bob 30m");
    assert_eq!(bo.wait("act")["whom"], "Bob");
    room.running.say("/mute Bob 99999d");
    assert_eq!(room.running.wait("notice")["code"], "bad-time");
}

#[test]
fn all_of_somebody_who_left_is_removed_and_nothing_of_the_host() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut cy = member(at_cy.path(), &room.invite, "Cy");
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    room.running.say("the host's words");
    bo.hears("the host's words");
    bo.say("spam");
    let spam = room.running.hears("spam")["author_key"].clone();
    came(&mut room.running, 2);
    bo.say("/quit");
    bo.end();
    room.running.wait("left");
    room.running.say("/remove all Bo");
    assert_eq!(room.running.wait("removed")["whose_key"], spam);
    cy.wait("removed");
    room.running.say("/remove all Nobody");
    assert_eq!(room.running.wait("notice")["code"], "no-such-person");
}
