//! Words that are removed one after the other, and a program that ends right after.

use std::path::Path;

use crate::running::{folder, host_with, is, member};

/// How many files below this folder hold these words.
fn files_with(folder: &Path, words: &str) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let holds =
        |path: &Path| std::fs::read(path).unwrap().windows(words.len()).any(|part| part == words.as_bytes());
    entries.map(|path| if path.is_dir() { files_with(&path, words) } else { usize::from(holds(&path)) }).sum()
}

#[test]
fn what_was_removed_before_quit_is_gone_and_its_words_are_in_no_file() {
    let (at_host, at_bo) = (folder(), folder());
    let mut room = host_with(at_host.path(), 0, &[]);
    let mut bo = member(at_bo.path(), &room.invite, "Bo");
    let mut ids = Vec::new();
    for n in 0..14 {
        bo.say(&format!("sekrit{n:02}, which is not for everybody"));
        let said = room.running.hears(&format!("sekrit{n:02}, which is not for everybody"));
        ids.push(said["id"].as_str().unwrap().to_owned());
    }
    assert!(files_with(at_host.path(), "sekrit") > 0 && files_with(at_bo.path(), "sekrit") > 0);
    let all: Vec<String> = ids.iter().map(|id| format!("/remove {id}")).collect();
    room.running.say(&all.join("\n"));
    room.running.say("/quit");
    let (status, seen) = room.running.end();
    let gone = seen.iter().filter(|event| is(event, "removed")).count();
    assert_eq!((status, gone), (0, ids.len()), "what was typed before is done before");
    assert_eq!(files_with(at_host.path(), "sekrit"), 0);
    // A member's copy as well, once it has heard of it.
    while bo.seen.iter().filter(|event| is(event, "removed")).count() < ids.len() {
        bo.wait("removed");
    }
    bo.say("/quit");
    bo.end();
    assert_eq!(files_with(at_bo.path(), "sekrit"), 0);
}
