//! Files that lost what was written into them, over whole backgrounds.

use std::path::{Path, PathBuf};

use hallway::session::{Command, Notice, PageAsk, RoomEvent};
use hallway::types::Seq;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::kept;
use crate::peer::{Peer, ROOM, host_ask};

/// The files of a profile's one room that end so.
fn files(profile: &Path, of: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let files = std::fs::read_dir(profile.join("rooms")).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| of(file.extension().unwrap_or_default().to_str().unwrap())).collect()
}

fn damage(profile: &TempDir, statement: &str) {
    let file = files(profile.path(), |ending| ending == "db").remove(0);
    assert!(Connection::open(file).unwrap().execute(statement, []).unwrap() > 0);
}

/// A host and a member of a room in which twenty lines were said, both ended.
fn room() -> (TempDir, TempDir, u16, Vec<(Seq, String)>) {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut member = Peer::start();
    member.join("Bo", port);
    member.online();
    for line in 0..20 {
        let one = if line % 2 == 0 { &host } else { &member };
        one.say(&format!("line {line}"));
        member.posts(line + 1);
        host.posts(line + 1);
    }
    let (member, host) = (member.end(), host.end());
    let truth = kept(host.path());
    assert_eq!((truth.len(), kept(member.path())), (20, truth.clone()));
    (host, member, port, truth)
}

fn mended(peer: &mut Peer) -> (u64, PathBuf) {
    peer.wait_room("its mending", |event| match event {
        RoomEvent::Notice(Notice::Mended(lost, original)) => Some((*lost, original.clone())),
        _ => None,
    })
}

fn taken_back(peer: &mut Peer) -> u64 {
    peer.wait_room("what was lost", |event| match event {
        RoomEvent::Notice(Notice::TakenBack(count)) => Some(*count),
        _ => None,
    })
}

#[test]
fn what_a_hosts_disk_has_lost_is_said_and_comes_back_from_a_member_while_the_room_goes_on() {
    for statement in [
        "UPDATE entry SET body = x'0a0130' WHERE seq IN (5, 6, 12)",
        "DELETE FROM entry WHERE seq BETWEEN 5 AND 7",
    ] {
        let (host, member, port, truth) = room();
        damage(&host, statement);
        let mut host = Peer::with(host);
        host.ask(Command::Host(ROOM, host_ask("Lunch", port)));
        let (lost, original) = mended(&mut host);
        assert!(lost == 3 && original.is_file());
        host.online();
        let mut member = Peer::with(member);
        member.join("Bo", port);
        member.online();
        member.say("after");
        assert_eq!(taken_back(&mut host), 3);
        member.posts(1);
        host.posts(1);
        let (member, host) = (member.end(), host.end());
        let all = kept(host.path());
        assert_eq!((&all[..20], all[20].1.as_str()), (&truth[..], "after"));
        assert_eq!(kept(member.path()), all);
    }
}

#[test]
fn a_host_that_lost_its_newest_lines_gives_their_numbers_to_nobody_else() {
    let (host, member, port, truth) = room();
    damage(&host, "DELETE FROM entry WHERE seq > 15");
    let mut host = Peer::with(host);
    host.host("Lunch", port);
    host.say("after");
    let (seq, _) = host.posts(1).pop().unwrap();
    assert!(seq > truth.last().unwrap().0);
    let mut member = Peer::with(member);
    member.join("Bo", port);
    assert!(taken_back(&mut host) > 0);
    member.posts(1);
    let (member, host) = (member.end(), host.end());
    let all = kept(host.path());
    assert_eq!((&all[..20], all[20].1.as_str()), (&truth[..], "after"));
    assert_eq!(kept(member.path()), all);
}

#[test]
fn what_a_members_disk_has_lost_comes_back_from_the_host() {
    let (host, member, port, truth) = room();
    damage(&member, "UPDATE entry SET name = 'Eve' WHERE seq BETWEEN 8 AND 10");
    let mut host = Peer::with(host);
    host.host("Lunch", port);
    let mut member = Peer::with(member);
    member.join("Bo", port);
    assert_eq!(mended(&mut member).0, 3);
    member.online();
    loop {
        member.ask(Command::Page(ROOM, PageAsk::Before(Seq(12))));
        let whole = member.wait_room("a page", |event| match event {
            RoomEvent::Page(page) => Some(page.messages.windows(2).all(|two| two[1].prev == two[0].seq)),
            _ => None,
        });
        if whole {
            break;
        }
    }
    let (member, _host) = (member.end(), host.end());
    assert_eq!(kept(member.path()), truth);
    assert_eq!(files(member.path(), |ending| ending.starts_with("damaged-")).len(), 1);
}
