//! Somebody who says much at once.

use crate::running::{folder, host, is};
use crate::{events, run, status, texts};

#[test]
fn a_member_that_pastes_sixty_lines_is_slowed_and_told_and_loses_none() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host(at_host.path(), 0);
    let lines: Vec<String> = (1..=60).map(|number| format!("verse {number}")).collect();
    let said =
        run(at_bo.path(), &["join", &room.invite, "--nick", "Bo", "--json"], lines.join("\n").as_bytes());
    assert_eq!(status(&said), 0);
    let said = events(&said);
    assert_eq!(texts(&said), lines);
    let count = |name: &str| said.iter().filter(|event| is(event, name)).count();
    assert_eq!((count("sent"), count("refused"), count("offline")), (60, 0, 0));
    let slowed = |event: &&serde_json::Value| is(event, "notice") && event["code"] == "slowed";
    assert_eq!(said.iter().filter(slowed).count(), 1);
    room.running.hears("verse 60");
    assert_eq!(texts(&room.running.seen), lines);
}
