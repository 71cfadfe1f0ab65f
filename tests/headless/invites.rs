//! Invites into a room with a password, which need none.

use std::path::Path;

use serde_json::Value;

use crate::password::{close, file, trust};
use crate::running::{Hosted, folder, host, host_with, is, member};
use crate::{events, failed, run, status, texts};

/// A room with a password.
fn locked(at: &Path, port: u16) -> Hosted {
    let files = folder();
    let tea = file(&files, "tea for two");
    host_with(at, port, &["--password-file", tea.to_str().unwrap()])
}

/// The invite that this line makes.
fn made(room: &mut Hosted, line: &str) -> String {
    room.running.say(line);
    room.running.wait("invite")["invite"].as_str().unwrap().to_owned()
}

fn listed(room: &mut Hosted) -> Vec<(u64, u64, String)> {
    room.running.say("/invites");
    let event = room.running.wait("invites");
    let entry = |entry: &Value| {
        let number = |name: &str| entry[name].as_u64().unwrap();
        (number("id"), number("used"), entry["state"].as_str().unwrap().to_owned())
    };
    event["invites"].as_array().unwrap().iter().map(entry).collect()
}

fn comes(at: &Path, place: &str) -> std::process::Output {
    run(at, &["join", place, "--json"], b"")
}

#[test]
fn an_invite_for_one_lets_in_one_without_the_password_and_for_good() {
    let (at_host, at_bo, at_cy) = (folder(), folder(), folder());
    let mut room = locked(at_host.path(), 0);
    let once = made(&mut room, "/invite once");
    assert!(once.contains("&t="), "{once}");
    let plain = made(&mut room, "/invite");
    assert!(!plain.contains("&t="), "{plain}");
    assert_eq!(failed(&comes(at_cy.path(), &plain)), "password-needed");

    let came = comes(at_bo.path(), &once);
    assert_eq!(status(&came), 0, "{}", String::from_utf8_lossy(&came.stderr));
    assert_eq!(trust(&events(&came)), "verified");
    assert_eq!(room.running.wait("invite-used")["id"], 1);
    assert_eq!(failed(&comes(at_cy.path(), &once)), "invite-used");
    assert_eq!(listed(&mut room), [(1, 1, "used".to_owned())]);

    // Also after the host has opened it again; and by the bare address.
    let (port, address) = (room.port, room.address.clone());
    close(room);
    let mut room = host_with(at_host.path(), port, &[]);
    assert_eq!(listed(&mut room), [(1, 1, "used".to_owned())]);
    assert_eq!(failed(&comes(at_cy.path(), &once)), "invite-used");
    assert_eq!(status(&comes(at_bo.path(), &address)), 0);
    assert_eq!(status(&comes(at_bo.path(), &once)), 0, "the same member is no second use");
    close(room);
}

#[test]
fn a_used_invite_and_the_password_let_in_too() {
    let (at_host, at_bo, at_cy, files) = (folder(), folder(), folder(), folder());
    let tea = file(&files, "tea for two");
    let mut room = locked(at_host.path(), 0);
    let once = made(&mut room, "/invite once");
    assert_eq!(status(&comes(at_bo.path(), &once)), 0);
    let join = ["join", &once, "--json", "--nick", "Cy", "--password-file", tea.to_str().unwrap()];
    let came = run(at_cy.path(), &join, b"tea\n");
    assert_eq!((status(&came), texts(&events(&came)).contains(&"tea")), (0, true));
    close(room);
}

#[test]
fn an_invite_for_a_few_is_counted_revoked_and_gone_with_the_password() {
    let (at_host, at_bo, at_cy, at_dee) = (folder(), folder(), folder(), folder());
    let mut room = locked(at_host.path(), 0);
    let two = made(&mut room, "/invite 2 2h");
    let hours = made(&mut room, "/invite 2h");
    assert_eq!(status(&comes(at_bo.path(), &two)), 0);
    assert_eq!(status(&comes(at_cy.path(), &two)), 0);
    assert_eq!(failed(&comes(at_dee.path(), &two)), "invite-used");
    room.running.say("/invite revoke 2");
    let works = "works".to_owned();
    assert!(!listed(&mut room).contains(&(2, 0, works)));
    assert_eq!(failed(&comes(at_dee.path(), &hours)), "invite-unknown");
    room.running.say("/invite revoke 9");
    assert_eq!(room.running.wait("notice")["code"], "no-such-invite");
    room.running.say("/invite never");
    assert_eq!(room.running.wait("notice")["code"], "bad-invite");

    let another = made(&mut room, "/invite 5");
    let (port, files) = (room.port, folder());
    close(room);
    let milk = file(&files, "milk and honey");
    let mut room = host_with(at_host.path(), port, &["--password-file", milk.to_str().unwrap()]);
    assert_eq!(listed(&mut room), []);
    assert_eq!(failed(&comes(at_bo.path(), &two)), "invite-unknown", "whoever came in proves the new one");
    assert_eq!(failed(&comes(at_dee.path(), &another)), "invite-unknown");
    close(room);
}

#[test]
fn an_open_room_makes_no_such_invites_and_passes_over_them() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host(at_host.path(), 0);
    room.running.say("/invite once");
    assert_eq!(room.running.wait("notice")["code"], "invite-not-needed");
    let token = format!("{}&t={}", room.invite, "a".repeat(26));
    let bo = member(at_bo.path(), &token, "Bo");
    let online = bo.seen.iter().rfind(|event| is(event, "online")).unwrap();
    assert_eq!(online["trust"], "verified");
}

#[test]
fn the_token_is_in_no_file_of_either_side() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = locked(at_host.path(), 0);
    let once = made(&mut room, "/invite once");
    let text = once.split_once("&t=").unwrap().1.to_owned();
    assert_eq!(status(&comes(at_bo.path(), &once)), 0);
    close(room);
    let bytes = data_encoding::BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).unwrap();
    let mut looked = 0;
    let mut folders = vec![at_host.path().to_owned(), at_bo.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let held = std::fs::read(&path).unwrap();
            for needle in [&bytes[..], text.as_bytes()] {
                assert!(!held.windows(needle.len()).any(|part| part == needle), "{}", path.display());
            }
            looked += 1;
        }
    }
    assert!(looked > 3, "{looked}");
}
