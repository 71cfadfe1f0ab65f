//! What stands on the disk is its owner's alone, all of it: what holds keys, what was said, what SQLite puts beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hallway::session::{Command, Event};
use hallway::types::Settings;

use crate::peer::{Peer, ROOM};

/// Everything in the folder that others may read or write, and how many files there are.
fn open_to_others(folder: &Path) -> (Vec<String>, usize) {
    let (mut open, mut files) = (Vec::new(), 0);
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut paths = vec![folder.clone()];
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            // What is written on its way to another name may be gone by now.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
            } else {
                files += 1;
                paths.push(entry.path());
            }
        }
        for path in paths {
            let Ok(known) = fs::metadata(&path) else { continue };
            let mode = known.permissions().mode() & 0o777;
            let wanted = if path.is_dir() { 0o700 } else { 0o600 };
            if mode != wanted {
                open.push(format!("{mode:o} {}", path.display()));
            }
        }
    }
    (open, files)
}

/// A profile in a folder that was not there before.
fn fresh() -> Peer {
    let profile = tempfile::tempdir().unwrap();
    fs::remove_dir(profile.path()).unwrap();
    Peer::with(profile)
}

#[test]
fn after_a_session_and_during_it_no_file_of_a_profile_is_open_to_others() {
    let mut host = fresh();
    let port = host.host("Lunch", 0);
    let mut member = fresh();
    member.join("Bo", port);
    member.online();
    member.say("hello");
    host.posts(1);
    for peer in [&mut host, &mut member] {
        peer.ask(Command::KeepDraft(ROOM, "not yet".to_owned()));
        peer.ask(Command::KeepSettings(Settings { text_size: 20, ..Settings::default() }));
    }
    host.say("hello");
    member.posts(2);
    for peer in [host, member] {
        let (open, files) = open_to_others(peer.profile.path());
        assert_eq!(open, [""; 0], "during the session");
        assert!(files >= 5, "its lock, its key, a database and what is beside it: {files}");
        let profile = peer.end();
        let (open, files) = open_to_others(profile.path());
        assert_eq!(open, [""; 0], "after the session");
        assert!(files >= 3, "{files}");
        // Copied by a program that knows nothing of that, it is closed again by the next start.
        let kept = ["identity.key".into(), room(profile.path())];
        for path in &kept {
            fs::set_permissions(profile.path().join(path), fs::Permissions::from_mode(0o644)).unwrap();
        }
        let mut again = Peer::with(profile);
        again.wait("the start", |event| matches!(event, Event::Started(_)).then_some(()));
        assert_eq!(open_to_others(again.profile.path()).0, [""; 0], "after a copy");
    }
}

/// The name of the only room's database.
fn room(profile: &Path) -> String {
    let files = fs::read_dir(profile.join("rooms")).unwrap().map(|entry| entry.unwrap().path());
    let database = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "db");
    let name = files.filter(database).map(|path| path.file_name().unwrap().to_owned()).next().unwrap();
    format!("rooms/{}", name.into_string().unwrap())
}
