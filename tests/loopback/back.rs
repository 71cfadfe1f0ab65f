//! A host whose file is an older copy of itself, over whole backgrounds.

use std::fs;
use std::path::{Path, PathBuf};

use hallway::session::{Notice, RoomEvent};
use hallway::types::Seq;

use crate::kept;
use crate::peer::Peer;

/// The files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect()
}

fn copied(from: &[PathBuf], to: &Path) {
    for file in from {
        fs::copy(file, to.join(file.file_name().unwrap())).unwrap();
    }
}

#[test]
fn what_a_restored_host_has_lost_comes_back_from_a_member_with_its_numbers() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut member = Peer::start();
    member.join("Bo", port);
    member.online();
    host.say("first");
    member.posts(1);
    let profile = host.end();
    let copy = tempfile::tempdir().unwrap();
    copied(&files(&profile.path().join("rooms")), copy.path());

    let mut host = Peer::with(profile);
    host.host("Lunch", port);
    member.online();
    member.say("second");
    member.posts(2);
    host.say("third");
    member.posts(3);
    let profile = host.end();
    let truth = kept(profile.path());
    assert_eq!(truth.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["first", "second", "third"]);

    // The computer broke, and its files were put back as they were once.
    for file in files(&profile.path().join("rooms")) {
        fs::remove_file(file).unwrap();
    }
    copied(&files(copy.path()), &profile.path().join("rooms"));
    assert_eq!(kept(profile.path()).len(), 1);
    let mut host = Peer::with(profile);
    host.host("Lunch", port);
    let back = host.wait_room("what was lost", |event| match event {
        RoomEvent::Notice(Notice::TakenBack(count)) => Some(*count),
        _ => None,
    });
    assert!(back >= 2);
    member.say("fourth");
    member.posts(4);
    let (host, member) = (host.end(), member.end());
    let all = kept(host.path());
    assert_eq!(all[..3], truth, "with the numbers that they had");
    assert_eq!((all[3].1.as_str(), all[3].0 > Seq(3)), ("fourth", true));
    assert_eq!(kept(member.path()), all);
}
