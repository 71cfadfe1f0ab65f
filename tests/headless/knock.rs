//! A host that is asked about each newcomer.

use crate::running::{Running, folder, host_with, is};
use crate::{failed, run, status};

fn knocks(data: &std::path::Path, invite: &str, nick: &str) -> Running {
    let mut running = Running::start(data, &["join", invite, "--json", "--nick", nick]);
    running.wait("waiting");
    running
}

#[test]
fn newcomers_wait_for_the_host_who_lets_in_refuses_and_blocks() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host_with(at_host.path(), 0, &["--ask", "on"]);
    let mut bo = knocks(at_bo.path(), &room.invite, "Bo");
    assert_eq!(room.running.wait("knock")["name"], "Bo");
    room.running.say("/refuse Bo");
    assert_eq!(bo.wait("failed")["code"], "not-let-in");

    let mut bo = knocks(at_bo.path(), &room.invite, "Bo");
    room.running.wait("knock");
    room.running.say("/letin Bo");
    bo.wait("online");
    bo.say("thank you");
    room.running.hears("thank you");
    bo.say("/quit");
    assert_eq!(bo.end().0, 0);
    let again = run(at_bo.path(), &["join", &room.invite, "--json"], b"and again\n");
    assert_eq!(status(&again), 0, "once is enough");
    room.running.hears("and again");

    let mut cy = knocks(at_cy.path(), &room.invite, "Cy");
    room.running.wait("knock");
    room.running.say("/block Cy");
    assert_eq!(cy.wait("failed")["code"], "banned");
    assert_eq!(failed(&run(at_cy.path(), &["join", &room.invite, "--json", "--nick", "Di"], b"")), "banned");
    assert!(!room.running.seen.iter().any(|event| is(event, "joined") && event["name"] == "Cy"));

    // It holds when the room is opened again, until it is taken back.
    let port = room.port;
    room.running.say("/quit");
    room.running.end();
    let mut room = host_with(at_host.path(), port, &[]);
    let at_di = folder();
    let mut di = knocks(at_di.path(), &room.invite, "Di");
    room.running.say("/ask off");
    di.wait("online");
}
