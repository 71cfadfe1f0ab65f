//! What is kept of a room, taken along and forgotten, with the rooms open.

use std::path::{Path, PathBuf};

use hallway::session::{Command, Event, Exported, LookedInto, PageAsk, RoomEvent};
use hallway::store::RoomDb;
use hallway::types::{FetchFrom, Retention, RoomId, Seq, Settings};

use crate::peer::{Peer, ROOM};

/// The one room that is kept in this profile.
fn only_room(profile: &Path) -> RoomId {
    let name = files(profile).into_iter().find_map(|name| Some(name.strip_suffix(".db")?.to_owned()));
    name.unwrap().parse().unwrap()
}

fn files(profile: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(profile.join("rooms")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

impl Peer {
    fn exported(&mut self, room: RoomId, path: PathBuf) -> Exported {
        self.ask(Command::Export(room, path));
        self.wait("the end of the export", |event| match event {
            Event::Exported(of, exported) if *of == room => {
                (!matches!(exported, Exported::Progress(_))).then(|| exported.clone())
            }
            _ => None,
        })
    }

    fn forgotten(&mut self, room: RoomId) -> Option<String> {
        self.ask(Command::ForgetRoom(room));
        self.wait("the end of the room", |event| match event {
            Event::Forgotten(of, left) if *of == room => Some(left.clone()),
            _ => None,
        })
    }

    fn looked(&mut self, room: RoomId) -> Option<LookedInto> {
        self.ask(Command::LookInto(room));
        self.wait("what would be lost", |event| match event {
            Event::Looked(of, looked) if *of == room => Some(*looked),
            _ => None,
        })
    }

    fn left(&mut self) {
        self.ask(Command::Leave(ROOM));
        self.wait_room("the goodbye", |event| matches!(event, RoomEvent::Over).then_some(()));
    }
}

#[test]
fn a_history_is_exported_while_its_room_is_open_and_when_it_is_closed() {
    let mut host = Peer::start();
    host.host("Lunch", 0);
    host.say("hello");
    host.posts(1);
    let (room, out) = (only_room(host.profile.path()), tempfile::tempdir().unwrap());
    let path = out.path().join("lunch.md");
    assert_eq!(host.exported(room, path.clone()), Exported::Done(path.clone()));
    let open = std::fs::read_to_string(&path).unwrap();
    assert!(open.starts_with("# Lunch\n") && open.ends_with("hello\n"), "{open}");
    host.left();
    host.exported(room, path.clone());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), open);
    let nowhere = host.exported(room, out.path().join("none/lunch.md"));
    assert!(matches!(nowhere, Exported::NotWritten(_)), "{nowhere:?}");
    let unknown = host.exported(RoomId([0; 32]), path);
    assert!(matches!(unknown, Exported::NotRead(_)), "{unknown:?}");
}

#[test]
fn an_open_room_is_left_and_forgotten_and_does_not_come_back() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut member = Peer::start();
    member.join("Bo", port);
    member.online();
    host.say("hello");
    host.posts(1);
    member.posts(1);
    let room = only_room(host.profile.path());
    assert_eq!(host.looked(room), Some(LookedInto { hosted: true, unsent: 0 }));
    assert_eq!(host.forgotten(room), None);
    assert_eq!(files(host.profile.path()), Vec::<String>::new());
    member.wait_room("the loss", |event| matches!(event, RoomEvent::Offline(..)).then_some(()));
    member.say("for later");
    member.wait_room("the outbox", |event| matches!(event, RoomEvent::Pending(_)).then_some(()));
    assert_eq!(member.looked(room), Some(LookedInto { hosted: false, unsent: 1 }));
    assert_eq!(crate::kept(member.profile.path()).len(), 1, "members keep what they have");
    assert_eq!(member.forgotten(room), None);
    assert_eq!(files(member.profile.path()), Vec::<String>::new());
    assert_eq!(member.looked(room), None);
    let profile = host.end();
    let mut again = Peer::with(profile);
    let recents = again.wait("the start", |event| match event {
        Event::Started(started) => Some(started.recents.clone()),
        _ => None,
    });
    assert_eq!(recents, []);
}

#[test]
fn a_room_that_was_half_forgotten_is_gone_from_the_list_at_the_next_start() {
    let mut host = Peer::start();
    host.host("Lunch", 0);
    let room = only_room(host.profile.path());
    let profile = host.end();
    std::fs::write(profile.path().join("rooms").join(format!("{room}.forget")), "").unwrap();
    let mut again = Peer::with(profile);
    let recents = again.wait("the start", |event| match event {
        Event::Started(started) => Some(started.recents.clone()),
        _ => None,
    });
    assert_eq!(recents, []);
    assert_eq!(files(again.profile.path()), Vec::<String>::new());
}

impl Peer {
    fn keep(&self, retention: Retention) {
        self.ask(Command::KeepSettings(Settings { keep_history: retention, ..Settings::default() }));
    }

    /// The newest page of the room, and up to where nothing is kept.
    fn newest(&mut self) -> (Vec<u64>, Option<Seq>) {
        self.ask(Command::Page(ROOM, PageAsk::Newest));
        let mut not_kept = None;
        self.wait_room("the newest page", |event| match event {
            RoomEvent::NotKept(seq) => {
                not_kept = Some(*seq);
                None
            }
            RoomEvent::Page(page) if page.asked == PageAsk::Newest => {
                assert!(page.at_start, "nothing older can be had");
                Some((page.messages.iter().map(|message| message.seq.0).collect(), not_kept))
            }
            _ => None,
        })
    }

    /// Waits until nothing older than this entry is kept.
    fn newest_from(&mut self, seq: u64) {
        for _ in 0..10_000 {
            self.ask(Command::Page(ROOM, PageAsk::Newest));
            let first = self.wait_room("a page", |event| match event {
                RoomEvent::Page(page) => Some(page.messages.first().map(|message| message.seq.0)),
                _ => None,
            });
            if first.is_none_or(|first| first >= seq) {
                return;
            }
        }
        panic!("the old ones are still there");
    }

    fn gap(&mut self) -> (u64, u64) {
        self.wait_room("a gap", |event| match event {
            RoomEvent::Gap { after, before } => Some((after.0, before.0)),
            _ => None,
        })
    }
}

/// As if everything before this entry had been said in 1970.
fn say_long_ago(path: &Path, newest: Seq) {
    let mut run = RoomDb::open(path).unwrap().page(FetchFrom::After(Seq::START), 500).unwrap().run;
    run.entries.iter_mut().filter(|entry| entry.seq < newest).for_each(|entry| entry.at_ms = 0);
    hallway::wire::chain::seal(&mut run, &mut |parts| hallway::trust::sha256(parts));
    let db = rusqlite::Connection::open(path).unwrap();
    for entry in &run.entries {
        let row = (entry.at_ms, entry.prev.hash.0, entry.hash.0, entry.seq.0 as i64);
        db.execute("UPDATE entry SET at_ms = ?1, prev_hash = ?2, hash = ?3 WHERE seq = ?4", row).unwrap();
    }
    db.execute("UPDATE era SET live_hash = ?1", [run.last().hash.0]).unwrap();
}

/// The rows of a table of the one room that is kept in this profile.
fn count(profile: &Path, table: &str) -> i64 {
    let path = profile.join("rooms").join(format!("{}.db", only_room(profile)));
    let db = rusqlite::Connection::open(path).unwrap();
    db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_room_of_which_nothing_is_kept_goes_on_with_its_numbers_and_whoever_was_away_sees_what_is_missing() {
    let mut host = Peer::start();
    host.keep(Retention::Nothing);
    let port = host.host("Lunch", 0);
    let mut bo = Peer::start();
    bo.join("Bo", port);
    bo.online();
    for line in ["one", "two"] {
        host.say(line);
    }
    let before = host.posts(2);
    bo.posts(2);
    let bos = bo.end();
    for line in ["three", "four"] {
        host.say(line);
    }
    let last = host.posts(4)[3].0;
    let hosts = host.end();
    let mut host = Peer::with(hosts);
    host.host("Lunch", port);
    host.say("five");
    let five = host.wait_room("the next line", |event| match event {
        RoomEvent::Messages(messages) => messages.last().map(|message| message.seq),
        _ => None,
    });
    assert!(five > last, "numbers go on");
    // What was kept until the program ended is removed when it starts again, if it was not before.
    let mut bo = Peer::with(bos);
    bo.join("Bo", port);
    bo.online();
    assert_eq!(bo.posts(1)[0], (five, "five".to_owned()));
    host.newest_from(last.0 + 1);
    let (here, not_kept) = host.newest();
    assert!(here.contains(&five.0) && !here.contains(&before[0].0.0), "{here:?}");
    assert!(not_kept >= Some(last));
    let mut cy = Peer::start();
    cy.join("Cy", port);
    cy.online();
    assert_eq!(cy.posts(1)[0].1, "five");
}

#[test]
fn what_is_older_than_the_limit_goes_while_the_room_is_open_and_members_get_an_honest_gap() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut away = None;
    for line in 1..=100 {
        host.say(&format!("line {line}"));
        if line % 50 == 0 {
            host.posts(line);
        }
        if line == 50 {
            let mut dora = Peer::start();
            dora.join("Dora", port);
            dora.online();
            dora.posts(50);
            away = Some(dora.end());
        }
    }
    let newest = host.posts(100)[99].0;
    let hosts = host.end();
    let path = hosts.path().join("rooms").join(format!("{}.db", only_room(hosts.path())));
    say_long_ago(&path, newest);
    let mut host = Peer::with(hosts);
    host.host("Lunch", port);
    host.ask(Command::SetRetention(ROOM, Some(Retention::Days(30))));
    host.wait_room("the choice", |event| {
        matches!(event, RoomEvent::Retention(Some(Retention::Days(30)))).then_some(())
    });
    host.newest_from(newest.0);
    assert_eq!(host.newest(), (vec![newest.0], Some(Seq(newest.0 - 1))));
    let mut bo = Peer::start();
    bo.join("Bo", port);
    assert_eq!(bo.gap(), (0, newest.0), "told before the lines behind it");
    let mut dora = Peer::with(away.unwrap());
    dora.join("Dora", port);
    let (after, before) = dora.gap();
    assert!(after > 50 && before == newest.0, "{after} {before}");
    assert_eq!(dora.posts(1)[0].0, newest);
    host.say("after that");
    let heard = bo.posts(2);
    assert_eq!(heard.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["line 100", "after that"]);
    let kept = host.end();
    assert_eq!(count(kept.path(), "removed"), 99, "their numbers are known, should somebody send one again");
}

#[test]
fn rooms_that_are_not_open_lose_what_is_not_kept_too() {
    let mut host = Peer::start();
    host.host("Lunch", 0);
    host.say("hello");
    host.posts(1);
    host.left();
    let profile = host.profile.path().to_owned();
    assert!(count(&profile, "entry") > 0);
    host.keep(Retention::Nothing);
    // The end waits for what runs; what it did not come to is done at the next start.
    let mut again = Peer::with(host.end());
    again.host("Lunch", 0);
    again.newest_from(3);
}

/// A profile as it is on the disk now.
fn copied(profile: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    std::fs::create_dir(copy.path().join("rooms")).unwrap();
    for folder in ["", "rooms"] {
        for entry in std::fs::read_dir(profile.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, copy.path().join(folder).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    copy
}

#[test]
fn what_was_numbered_and_removed_is_answered_with_its_number_when_it_is_sent_again() {
    let mut host = Peer::start();
    host.keep(Retention::Nothing);
    let port = host.host("Lunch", 0);
    let mut bo = Peer::start();
    bo.join("Bo", port);
    bo.online();
    let hosts = host.end();
    bo.wait_room("the loss", |event| matches!(event, RoomEvent::Offline(..)).then_some(()));
    bo.say("late");
    bo.wait_room("the outbox", |event| matches!(event, RoomEvent::Pending(_)).then_some(()));
    let bos = bo.end();
    let before = copied(bos.path());
    let mut host = Peer::with(hosts);
    host.host("Lunch", port);
    let sent = |peer: &mut Peer| {
        peer.join("Bo", port);
        peer.wait_room("the number", |event| match event {
            RoomEvent::Sent(_, seq) => Some(*seq),
            _ => None,
        })
    };
    let mut bo = Peer::with(bos);
    let number = sent(&mut bo);
    drop(bo.end());
    let mut host = Peer::with(host.end());
    host.host("Lunch", port);
    host.newest_from(number.0 + 1);
    let mut bo = Peer::with(before);
    assert_eq!(sent(&mut bo), number, "as if its answer had never come");
    host.say("that is all");
    assert_eq!(host.posts(1)[0].1, "that is all", "it was not numbered again");
}
