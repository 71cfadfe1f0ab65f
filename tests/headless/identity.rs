//! An identity that moves to another computer.

use serde_json::Value;

use crate::running::{folder, host, is};
use crate::{events, run, status};

/// By which key somebody spoke.
fn key(said: &[Value]) -> Value {
    said.iter().find(|event| is(event, "message")).unwrap()["author_key"].clone()
}

#[test]
fn a_room_knows_whoever_moved_to_another_computer() {
    let (at_host, old, new, away) = (folder(), folder(), folder(), folder());
    let mut room = host(at_host.path(), 0);
    let join = ["join", &room.invite, "--nick", "Bo", "--json"];
    let before = events(&run(old.path(), &join, b"from the old one\n"));
    room.running.hears("from the old one");

    let (file, words) = (away.path().join("bo"), away.path().join("words"));
    let (file, words) = (file.to_str().unwrap(), words.to_str().unwrap());
    std::fs::write(words, "short\n").unwrap();
    let export = ["identity", "export", file, "--passphrase-file", words];
    let import = ["identity", "import", file, "--passphrase-file", words];
    let short = run(old.path(), &export, b"");
    assert_eq!(status(&short), 1);
    assert!(String::from_utf8_lossy(&short.stderr).contains("12 characters"));
    std::fs::write(words, "census moment olympic\n").unwrap();
    assert_eq!(status(&run(old.path(), &export, b"")), 0);

    // Whoever finds the file has no use for it.
    std::fs::write(words, "census moment olympia\n").unwrap();
    let wrong = run(new.path(), &import, b"");
    assert_eq!(status(&wrong), 1);
    assert_eq!(String::from_utf8_lossy(&wrong.stderr).lines().count(), 1);
    std::fs::write(words, "census moment olympic\n").unwrap();
    assert_eq!(status(&run(new.path(), &import, b"")), 0);
    let after = run(new.path(), &join, b"from the new one\n");
    assert_eq!(status(&after), 0);
    let after = events(&after);
    assert_eq!(key(&before), key(&after), "the same member, by the same name");

    // A computer by which rooms know somebody else keeps that until it is told otherwise.
    let other = folder();
    run(other.path(), &["join", &room.invite, "--nick", "Cy", "--json"], b"hello\n");
    let known = run(other.path(), &import, b"");
    assert_eq!(status(&known), 1);
    assert!(String::from_utf8_lossy(&known.stderr).contains("--replace"));
    assert_eq!(status(&run(other.path(), &[&import[..], &["--replace"]].concat(), b"")), 0);
}
