//! Searches over rooms on a disk, with entries that their author signed.

use std::collections::HashSet;

use tokio::sync::mpsc;

use super::*;
use crate::session::command::FindRef;
use crate::store::RoomRecord;
use crate::trust::Identity;
use crate::types::limits::{FOUND_PAGE, RANKED, RANKED_BYTES, TEXT_BYTES};
use crate::types::{
    Audience, Batch, Epoch, FindOrder, FoundAt, GuestRules, Link, MemberId, MessageText, Nickname, Op, OpId,
    Query, RoomName, Run, Seq, SignedOp,
};

/// What somebody said, and when.
pub(crate) struct Said {
    pub(crate) at_ms: i64,
    pub(crate) text: String,
}

pub(crate) fn record(room_id: RoomId, name: &str) -> RoomRecord {
    RoomRecord {
        room_id,
        name: RoomName::new(name).unwrap(),
        hosted: None,
        epoch: Some(Epoch(1)),
        spki: None,
        verified: false,
        nick: Nickname::new("Ana").unwrap(),
        addresses: Vec::new(),
        capacity: None,
        guests: GuestRules::default(),
        password: None,
        password_epoch: 0,
        plain: false,
        created_ms: 0,
    }
}

/// Entries that say this, one behind the other.
pub(crate) fn signed(room: &RoomRecord, said: Vec<Said>) -> Vec<Entry> {
    let identity = Identity::generate().unwrap();
    let entries = (1_u64..).zip(said).map(|(seq, Said { at_ms, text })| {
        let body = op::post_body(&MessageText::new(&text).unwrap(), Audience::Members);
        let mut id = [0; 16];
        id[..8].copy_from_slice(&seq.to_le_bytes());
        let op = Op { room: room.room_id, author: identity.key(), n: seq, id: OpId(id), kind: 1, body };
        let signature = identity.sign(&op::canonical(&op));
        Entry {
            prev: Link::START,
            seq: Seq(seq),
            at_ms,
            member: MemberId(1),
            name: Nickname::new("Ana").unwrap(),
            signed: SignedOp { op, signature },
            hash: Link::START.hash,
        }
    });
    sealed(Link::START, entries.collect())
}

/// The entries behind `prev`, each with the hash that it must have.
pub(crate) fn sealed(prev: Link, entries: Vec<Entry>) -> Vec<Entry> {
    let mut run = Run { prev, entries };
    crate::wire::chain::seal(&mut run, &mut |parts| crate::trust::random::sha256(parts));
    run.entries
}

fn say(db: &mut RoomDb, said: &[(i64, &str)]) {
    let said = said.iter().map(|(at_ms, text)| Said { at_ms: *at_ms, text: (*text).to_owned() });
    let entries = signed(&db.record().unwrap(), said.collect());
    db.append(&Batch { entries, members: Vec::new(), standing: Vec::new() }).unwrap();
}

struct Rooms {
    dir: tempfile::TempDir,
    profile: Arc<Profile>,
    finder: Finder,
    events: mpsc::Receiver<Event>,
    asked: u64,
}

const KITCHEN: RoomId = RoomId([1; 32]);
const GARDEN: RoomId = RoomId([2; 32]);

impl Rooms {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let profile = Arc::new(Profile::open(dir.path()).unwrap());
        let (told, events) = mpsc::channel(16);
        let finder = Finder::new(Arc::clone(&profile), Teller::new(told, Arc::new(|| ())));
        Self { dir, profile, finder, events, asked: 0 }
    }

    /// A room in which the texts were said at these times.
    fn room(&self, id: RoomId, name: &str, said: &[(i64, &str)]) -> RoomDb {
        let mut db = self.profile.create_room(&record(id, name)).unwrap();
        db.index_with(text_of);
        say(&mut db, said);
        db
    }

    async fn page(&mut self, query: &str, order: FindOrder, after: Option<FoundAt>) -> FoundPage {
        self.asked += 1;
        let find = FindRef(self.asked);
        let query = Query::parse(query).unwrap();
        self.finder.ask(FindAsk { find, query, room: None, order, after }, HashSet::new()).await;
        match self.events.recv().await {
            Some(Event::Found(page)) if page.find == find => page,
            other => panic!("{other:?}"),
        }
    }

    /// Every line that is found, a page after the other.
    async fn all(&mut self, query: &str, order: FindOrder) -> Vec<(u8, u64)> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.page(query, order, after).await;
            assert!(page.lines.len() <= FOUND_PAGE);
            all.extend(page.lines.iter().map(|line| (line.room_id.0[0], line.seq.0)));
            after = page.more;
            if after.is_none() {
                return all;
            }
        }
    }

    async fn newest(&mut self, query: &str) -> Vec<(u8, u64)> {
        self.all(query, FindOrder::Newest).await
    }
}

#[tokio::test]
async fn lines_of_several_rooms_come_in_one_order_with_their_rooms_and_marks() {
    let mut rooms = Rooms::new();
    rooms.room(KITCHEN, "Kitchen", &[(10, "tea"), (20, "coffee"), (30, "Teapots, more tea")]);
    rooms.room(GARDEN, "Garden Party", &[(5, "tea"), (20, "tea"), (40, "nothing")]);
    assert_eq!(rooms.newest("tea").await, [(1, 3), (2, 2), (1, 1), (2, 1)]);
    assert_eq!(rooms.newest("tea in:garden").await, [(2, 2), (2, 1)]);
    assert_eq!(rooms.newest("in:\"den par\"").await, [(2, 3), (2, 2), (2, 1)]);
    assert_eq!(rooms.newest("from:ana coffee").await, [(1, 2)]);
    assert_eq!(rooms.newest("from:bob").await, []);
    let page = rooms.page("tea", FindOrder::Newest, None).await;
    let line = &page.lines[0];
    assert_eq!((line.room.as_str(), line.name.as_str(), line.at_ms), ("Kitchen", "Ana", 30));
    assert_eq!((line.excerpt.as_str(), &line.marks[..]), ("Teapots, more tea", &[(0, 3), (14, 17)][..]));
    assert_eq!((page.more, page.missing), (None, vec![]));
    let best = rooms.all("tea", FindOrder::Best).await;
    assert_eq!(best, [(1, 3), (2, 2), (1, 1), (2, 1)]);
}

#[tokio::test]
async fn pages_go_on_exactly_over_ties_and_while_more_is_said() {
    let mut rooms = Rooms::new();
    let same: Vec<(i64, &str)> = [(7, "tea"); 130].into();
    rooms.room(KITCHEN, "Kitchen", &same);
    rooms.room(GARDEN, "Garden", &same);
    let third = rooms.room(RoomId([3; 32]), "Third", &[(1, "tea"), (7, "tea tea"), (9, "tea")]);
    for order in [FindOrder::Newest, FindOrder::Best] {
        for query in ["tea", "tea from:ana", "from:ana", "in:e"] {
            let all = rooms.all(query, order).await;
            let unlike: HashSet<_> = all.iter().collect();
            let expected = if query == "in:e" { 130 + 130 } else { 263 };
            assert!(unlike.len() == all.len(), "{query} {order:?}: {} double", all.len() - unlike.len());
            if query != "in:e" {
                assert_eq!(all.len(), expected, "{query} {order:?}");
            }
            let kitchen: Vec<u64> = all.iter().filter(|line| line.0 == 1).map(|line| line.1).collect();
            assert_eq!(kitchen, (1..=130).rev().collect::<Vec<_>>(), "{query} {order:?}");
        }
    }
    drop(third);
}

#[tokio::test]
async fn a_page_holds_50_lines_and_of_51_there_is_more() {
    for (lines, more) in [(FOUND_PAGE, None), (FOUND_PAGE + 1, Some(Seq(2)))] {
        let mut rooms = Rooms::new();
        rooms.room(KITCHEN, "Kitchen", &vec![(7, "tea"); lines]);
        for (query, order) in
            [("tea", FindOrder::Newest), ("tea", FindOrder::Best), ("in:k", FindOrder::Best)]
        {
            let page = rooms.page(query, order, None).await;
            assert_eq!(
                (page.lines.len(), page.more.map(|at| at.seq)),
                (FOUND_PAGE, more),
                "{query} {order:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_best_are_chosen_among_the_newest_2_000_that_fit() {
    for (others, expected) in [(RANKED - 1, 1), (RANKED, RANKED as u64 + 1)] {
        let mut rooms = Rooms::new();
        let said: Vec<(i64, &str)> =
            [(1, "tea tea")].into_iter().chain(vec![(2, "tea and milk"); others]).collect();
        rooms.room(KITCHEN, "Kitchen", &said);
        let page = rooms.page("tea", FindOrder::Best, None).await;
        assert_eq!(page.lines[0].seq, Seq(expected));
    }
}

#[tokio::test]
async fn the_best_are_chosen_among_the_newest_mebibyte_that_fits() {
    let long = format!("tea {}", "a".repeat(TEXT_BYTES - 4));
    let shorter = &long[..TEXT_BYTES - 1];
    let lines = RANKED_BYTES / TEXT_BYTES;
    for (newest, expected) in [(shorter, 1), (long.as_str(), 2)] {
        let mut rooms = Rooms::new();
        let mut said = vec![(1, "tea tea")];
        said.extend(vec![(2, long.as_str()); lines - 1]);
        said.push((3, newest));
        rooms.room(KITCHEN, "Kitchen", &said);
        let all = rooms.all("tea", FindOrder::Best).await;
        assert_eq!(all.iter().map(|line| line.1).min(), Some(expected));
    }
}

#[tokio::test]
async fn days_begin_where_the_person_is() {
    let mut rooms = Rooms::new();
    let day = |day| search::begin_ms(crate::types::Day { year: 2026, month: 11, day });
    rooms.room(
        KITCHEN,
        "Kitchen",
        &[(day(22) - 1, "a1"), (day(22), "a2"), (day(23) - 1, "a3"), (day(23), "a4")],
    );
    assert_eq!(rooms.newest("after:2026-11-23").await, [(1, 4)]);
    assert_eq!(rooms.newest("before:2026-11-22").await, [(1, 1)]);
    assert_eq!(rooms.newest("after:2026-11-22 before:2026-11-23").await, [(1, 3), (1, 2)]);
    assert_eq!(rooms.newest("after:2026-11-24").await, []);
    assert_eq!(rooms.newest("a3 after:2026-11-22 before:2026-11-23").await, [(1, 3)]);
}

#[tokio::test]
async fn what_cannot_be_searched_is_named_and_the_rest_is_found() {
    let mut rooms = Rooms::new();
    rooms.room(GARDEN, "Garden", &[(5, "tea")]);
    std::fs::write(rooms.dir.path().join("rooms/ff.db"), "x".repeat(5_000)).unwrap();
    std::fs::write(rooms.dir.path().join("rooms/ee.db"), "").unwrap();
    // Said before there was an index.
    let mut old = rooms.profile.create_room(&record(KITCHEN, "Kitchen")).unwrap();
    say(&mut old, &[(7, "tea"); 200]);
    drop(old);
    let page = rooms.page("tea", FindOrder::Newest, None).await;
    assert_eq!((page.lines.len(), page.missing.len()), (1, 2), "{:?}", page.missing);
    assert!(page.missing[0].starts_with("Kitchen: ") && page.missing[1].starts_with("ff.db: "));
    // Without words the log itself is read.
    assert_eq!(rooms.page("in:kitchen", FindOrder::Newest, None).await.lines.len(), FOUND_PAGE);
    // A room that is not open is indexed here. Asked to leave it, the thread has done a part at least.
    let mut tries = 0;
    while rooms.newest("tea").await.len() < 201 {
        tries += 1;
        assert!(tries < 1_000, "nothing was indexed");
    }
    assert_eq!(rooms.page("tea", FindOrder::Newest, None).await.missing.len(), 1);
}

#[tokio::test]
async fn a_damaged_index_is_made_again() {
    let mut rooms = Rooms::new();
    rooms.room(KITCHEN, "Kitchen", &[(5, "tea"), (6, "tea")]);
    let path = rooms.profile.room_file(&KITCHEN);
    let damage = RoomDb::damage_index(&path);
    assert_eq!(damage, Ok(()));
    let page = rooms.page("tea", FindOrder::Newest, None).await;
    assert_eq!((page.lines.len(), page.missing.len()), (0, 1), "{:?}", page.missing);
    let mut tries = 0;
    while rooms.newest("tea").await != [(1, 2), (1, 1)] {
        tries += 1;
        assert!(tries < 1_000, "nothing was indexed");
    }
}

#[tokio::test]
async fn what_was_not_signed_by_its_author_is_not_found() {
    let mut rooms = Rooms::new();
    let mut db = rooms.room(KITCHEN, "Kitchen", &[]);
    let said = vec![Said { at_ms: 1, text: "tea".into() }, Said { at_ms: 2, text: "tea".into() }];
    let mut entries = signed(&record(KITCHEN, "Kitchen"), said);
    entries[1].signed.signature.0[0] ^= 1;
    db.append(&Batch { entries, members: Vec::new(), standing: Vec::new() }).unwrap();
    assert_eq!(rooms.newest("tea").await, [(1, 1)]);
}

#[tokio::test]
async fn a_newer_search_takes_the_place_of_an_older_one_and_the_end_waits_for_nothing() {
    let mut rooms = Rooms::new();
    rooms.room(KITCHEN, "Kitchen", &[(5, "tea"); 3]);
    for number in 100..150 {
        let query = Query::parse("tea").unwrap();
        let ask = FindAsk {
            find: FindRef(number),
            query,
            room: Some(KITCHEN),
            order: FindOrder::Newest,
            after: None,
        };
        rooms.finder.ask(ask, HashSet::new()).await;
        // Whatever was told is told in order; the last one always is.
        while let Ok(event) = rooms.events.try_recv() {
            assert!(matches!(event, Event::Found(page) if page.find.0 <= number && page.lines.len() == 3));
        }
    }
    loop {
        match rooms.events.recv().await {
            Some(Event::Found(page)) if page.find == FindRef(149) => break,
            Some(Event::Found(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    rooms.finder.leave(KITCHEN).await;
    rooms.finder.close().await;
    let Rooms { dir, profile, finder, .. } = rooms;
    drop((profile, finder));
    Profile::open(dir.path()).unwrap();
}
