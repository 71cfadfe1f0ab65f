//! What is found by its words, its author and its time.

use hallway::store::{Profile, RoomDb, Wanted};
use hallway::types::search::Pattern;
use hallway::types::{Epoch, Link, Nickname, Run, Seq};

use crate::samples::{EPOCH, ROOM, batch, entry, found, record, saying, text_of};

fn room() -> (tempfile::TempDir, RoomDb) {
    let dir = tempfile::tempdir().unwrap();
    let mut db = Profile::open(dir.path()).unwrap().create_room(&record()).unwrap();
    db.index_with(text_of);
    (dir, db)
}

fn saying_all(texts: &[&str]) -> (tempfile::TempDir, RoomDb) {
    let (dir, mut db) = room();
    db.append(&saying(Link::START, texts)).unwrap();
    (dir, db)
}

#[test]
fn words_are_found_in_any_order_and_all_must_be_there() {
    let (_dir, db) = saying_all(&["red tea and milk", "milk", "tea, then coffee", "Teapots"]);
    assert_eq!(found(&db, "milk tea"), [1]);
    assert_eq!(found(&db, "tea milk"), [1]);
    assert_eq!(found(&db, "tea"), [4, 3, 1]);
    assert_eq!(found(&db, "TEA co"), [3]);
    assert_eq!(found(&db, "wine"), [0_u64; 0]);
}

#[test]
fn accents_and_case_do_not_count_in_either_direction() {
    let (_dir, db) = saying_all(&["Café", "cafe\u{301} CRÈME", "CAFE", "Привет", "Straße", "ｃａｆｅ"]);
    for query in ["cafe", "CAFÉ", "cafe\u{301}"] {
        assert_eq!(found(&db, query), [6, 3, 2, 1], "{query}");
    }
    assert_eq!(found(&db, "creme"), [2]);
    assert_eq!((found(&db, "прив"), found(&db, "strasse"), found(&db, "straß")), (vec![4], vec![5], vec![5]));
}

#[test]
fn words_of_one_and_two_characters_are_found_in_scripts_without_spaces() {
    let texts = ["今天下午開會", "午後3時に東京タワーで", "한국어를 배워요", "วันนี้ดีมาก", "下雨"];
    let (_dir, db) = saying_all(&texts);
    for (query, expected) in [
        ("午", vec![2, 1]),
        ("下午", vec![1]),
        ("午後", vec![2]),
        ("下", vec![5, 1]),
        ("東京", vec![2]),
        ("京東", vec![]),
        ("タワー", vec![2]),
        ("한국", vec![3]),
        ("어", vec![3]),
        ("ดี", vec![4]),
        ("ด", vec![4]),
        ("\"ด\"", vec![]),
        ("3時", vec![2]),
    ] {
        assert_eq!(found(&db, query), expected, "{query}");
    }
}

#[test]
fn a_phrase_is_found_word_for_word_and_only_the_last_unquoted_word_may_be_begun() {
    let (_dir, db) = saying_all(&["red green blue", "red blue green", "teapot", "see 2.4.1 at example.com"]);
    assert_eq!(found(&db, "\"red green\""), [1]);
    assert_eq!(found(&db, "\"red gre\""), [0_u64; 0]);
    assert_eq!(found(&db, "red gre"), [2, 1]);
    assert_eq!(found(&db, "re green"), [0_u64; 0]);
    assert_eq!((found(&db, "tea"), found(&db, "\"tea\"")), (vec![3], vec![]));
    assert_eq!(
        (found(&db, "2.4.1"), found(&db, "example.com"), found(&db, "4.2")),
        (vec![4], vec![4], vec![])
    );
    assert_eq!(found(&db, "exam"), [4]);
}

#[test]
fn signs_of_query_languages_are_words_or_nothing() {
    let (_dir, db) = saying_all(&["this and that", "near or far", "not here", "text: name", "a*b (c)"]);
    for (query, expected) in [
        ("this AND that", vec![1]),
        ("OR", vec![2]),
        ("NOT", vec![3]),
        ("NEAR(or", vec![2]),
        ("NEAR", vec![2]),
        ("text:name", vec![4]),
        ("{text}:name", vec![4]),
        ("-text ^ + name", vec![4]),
        ("a*", vec![5]),
        ("th*s", vec![]),
        ("(c)", vec![5]),
        ("c') OR 1=1 --", vec![]),
        ("\"a\"\"b\"", vec![5]),
        ("\"it’s", vec![]),
    ] {
        assert_eq!(found(&db, query), expected, "{query}");
    }
}

#[test]
fn the_name_that_the_author_had_then_is_looked_for_alone_and_with_words() {
    let (_dir, mut db) = room();
    let mut said = saying(Link::START, &["tea", "tea", "coffee", "Zoë was here"]);
    for (entry, name) in said.entries.iter_mut().zip(["Zoë", "Ana B", "zoe 2", "Ana"]) {
        entry.name = Nickname::new(name).unwrap();
    }
    db.append(&said).unwrap();
    assert_eq!((found(&db, "from:zoe"), found(&db, "from:ZOË tea")), (vec![3, 1], vec![1]));
    assert_eq!((found(&db, "from:\"ana b\""), found(&db, "from:an")), (vec![2], vec![4, 2]));
    assert_eq!(found(&db, "from:bob tea"), [0_u64; 0]);
}

#[test]
fn only_what_lies_between_is_found_with_words_and_without() {
    let (_dir, mut db) = room();
    db.append(&batch(1, 20)).unwrap();
    let between = |query: Option<&str>, between| {
        let pattern = query.and_then(|query| Pattern::new(query, false));
        let wanted = Wanted { patterns: pattern.as_slice(), from: None, between };
        let mut seen = Vec::new();
        db.each_found(&wanted, |entry| {
            seen.push(entry.seq.0);
            seen.len() < 3
        })
        .unwrap();
        seen
    };
    for query in [Some("line"), None] {
        assert_eq!(between(query, (Seq(5), Seq(7))), [6, 5]);
        assert_eq!(between(query, (Seq(0), Seq(u64::MAX))), [20, 19, 18]);
        assert_eq!(between(query, (Seq(19), Seq(u64::MAX))), [20, 19]);
        assert_eq!(between(query, (Seq(7), Seq(7))), [0_u64; 0]);
        assert_eq!(between(query, (Seq(u64::MAX), Seq(3))), [0_u64; 0]);
    }
}

#[test]
fn a_new_epoch_hides_what_was_said_before_it() {
    let (_dir, mut db) = room();
    db.append(&saying(Link::START, &["old tea", "tea"])).unwrap();
    db.store_run(
        &Run { prev: Link::START, entries: vec![entry(Link::START, 1, "new tea")] },
        true,
        &[],
        Epoch(1),
    )
    .unwrap();
    assert_eq!((found(&db, "tea"), found(&db, "old")), (vec![1], vec![]));
    assert_eq!(db.is_indexed(), Ok(true));
}

#[test]
fn entries_of_huge_numbers_are_kept_and_never_taken_for_others() {
    let (_dir, mut db) = room();
    let last = (1 << 48) - 1;
    let mut at = Link::START;
    let numbers = [1, last, last + 1, last + 2, (1 << 49) + 1, i64::MAX.unsigned_abs()];
    for seq in numbers {
        let one = entry(at, seq, &format!("tea {seq}"));
        db.store_run(&Run { prev: at, entries: vec![one.clone()] }, true, &[], EPOCH).unwrap();
        at = one.link();
    }
    assert_eq!(found(&db, "tea"), [last, 1]);
    assert_eq!(found(&db, &format!("{}", last + 2)), [0_u64; 0]);
    assert_eq!((db.is_indexed(), db.known().unwrap().head), (Ok(true), at));
    // The same when they are indexed afterwards.
    db.rebuild_index().unwrap();
    while db.index_some().unwrap() {}
    assert_eq!((found(&db, "tea"), db.is_indexed()), (vec![last, 1], Ok(true)));
}

#[test]
fn the_first_entry_at_a_time_is_found_among_ties_and_holes() {
    let (_dir, mut db) = room();
    assert_eq!(db.first_at(0), Ok(None));
    let mut at = Link::START;
    for (seq, at_ms) in [(1, 10), (2, 20), (3, 20), (40, 20), (41, 30), (1 << 60, 50)] {
        let mut one = entry(at, seq, "tea");
        one.at_ms = at_ms;
        db.store_run(&Run { prev: at, entries: vec![one.clone()] }, true, &[], EPOCH).unwrap();
        at = one.link();
    }
    for (at_ms, expected) in
        [(i64::MIN, 1), (10, 1), (11, 2), (20, 2), (21, 41), (30, 41), (31, 1 << 60), (50, 1 << 60)]
    {
        assert_eq!(db.first_at(at_ms), Ok(Some(Seq(expected))), "{at_ms}");
    }
    assert_eq!((db.first_at(51), db.first_at(i64::MAX)), (Ok(None), Ok(None)));
}

#[test]
fn a_room_that_is_being_written_is_searched_from_beside() {
    let (dir, mut db) = room();
    db.append(&batch(1, 300)).unwrap();
    let beside = Profile::peek(dir.path()).unwrap().open_room(&ROOM).unwrap();
    assert_eq!(found(&beside, "line").len(), 300);
    let pattern = Pattern::new("line", true).unwrap();
    let wanted =
        Wanted { patterns: std::slice::from_ref(&pattern), from: None, between: (Seq(1), Seq(u64::MAX)) };
    let mut seen = 0;
    // While it reads, what is written neither waits nor shows up.
    beside
        .each_found(&wanted, |_| {
            db.append(&batch(301 + seen, 301 + seen)).unwrap();
            seen += 1;
            true
        })
        .unwrap();
    assert_eq!((seen, found(&beside, "line").len()), (300, 600));
}
