//! Somebody in charge: who is removed, kept out and muted.

use crate::running::{folder, host, is, member};
use crate::{events, failed, run, status};

#[test]
fn a_host_mutes_removes_and_keeps_out_and_takes_it_back_and_the_log_tells() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = host(at_host.path(), 0);
    let join = ["join", &room.address.clone(), "--json", "--nick", "Bo"];
    let mut bo = member(at_bo.path(), &room.address, "Bo");
    let mut cy = member(at_cy.path(), &room.address, "Cy");

    room.running.wait("joined");
    room.running.say("/mute Bo 1h");
    let muted = cy.wait("act");
    assert_eq!(
        (&muted["act"], &muted["who"], &muted["author"]),
        (&"mute".into(), &"Bo".into(), &"Ana".into())
    );
    assert_eq!(muted["for_ms"], 3_600_000);
    bo.say("nobody hears this");
    let refused = bo.wait("refused");
    assert!(refused["reason"].as_str().unwrap().contains("muted here until"), "{refused}");
    room.running.say("/unmute Bo");
    bo.wait("act");
    bo.wait("act");
    bo.say("and this they do");
    cy.hears("and this they do");

    room.running.say("/kick Bo");
    let removed = bo.wait("failed");
    assert_eq!(removed["code"], "removed", "{removed}");
    assert_eq!(status(&run(at_bo.path(), &join, b"back\n")), 0);
    cy.hears("back");

    room.running.say("/ban Bo 2d");
    cy.wait("act");
    cy.wait("act");
    assert_eq!(failed(&run(at_bo.path(), &join, b"")), "removed");
    // The host opens it again, and it holds.
    let port = room.port;
    room.running.say("/quit");
    room.running.end();
    let mut room = crate::running::host_with(at_host.path(), port, &[]);
    assert_eq!(failed(&run(at_bo.path(), &join, b"")), "removed");
    room.running.say("/unban Bo");
    room.running.wait("act");
    let back = run(at_bo.path(), &join, b"again\n");
    assert_eq!(status(&back), 0);
    assert!(events(&back).iter().any(|event| is(event, "act") || is(event, "online")));

    room.running.say("/ban Dan");
    let nobody = loop {
        let notice = room.running.wait("notice");
        if notice["code"] != "renamed" {
            break notice;
        }
    };
    assert_eq!(nobody["code"], "no-such-guest", "{nobody}");
}
