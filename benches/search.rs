//! How long a search takes in a room of a million lines, against looking one line up by its number.
//!
//! The room is built once, in the folder of builds, and is used again. `HALLWAY_SEARCH_LINES` says how many lines
//! it has. Each figure is the median of many runs, and its ratio to the plain look-up of the same run, so that
//! machines compare. Said too: the longest that filling the index held up a commit, and what an entry costs more to
//! store with the index than without.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench may panic and prints"
)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/store/samples.rs"]
mod samples;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hallway::store::{RoomDb, Wanted};
use hallway::types::limits::{COMMIT_ENTRIES, FOUND_PAGE, RANKED};
use hallway::types::search::{Pattern, rank};
use hallway::types::{Batch, FetchFrom, Link, Query, Seq};

/// Where the dice begin, so that every run says the same.
const DICE: u64 = 88_172_645_463_325_252;
/// Syllables of made-up words: a few words are very common, most are rare, as in a language.
const SYLLABLES: [&str; 16] =
    ["ka", "mo", "ti", "re", "su", "lo", "ne", "vi", "pa", "du", "shi", "fer", "gan", "tol", "bri", "wex"];

fn main() {
    let lines =
        std::env::var("HALLWAY_SEARCH_LINES").ok().and_then(|lines| lines.parse().ok()).unwrap_or(1_000_000);
    let path = folder().join(format!("search-{lines}.db"));
    if RoomDb::open(&path).is_ok_and(|db| db.is_indexed() == Ok(true)) {
        println!("using {}", path.display());
    } else {
        build(&path, lines);
    }
    storing();
    let db = RoomDb::open_read_only(&path).expect("the room");
    let mut at = 1;
    let plain = median(1_000, || {
        at = (at * 48_271) % lines + 1;
        assert_eq!(db.page(FetchFrom::After(Seq(at - 1)), 1).unwrap().run.entries.len(), 1);
    });
    println!("{:<42} {:>9.3} ms", "one line by its number", ms(plain));
    let print = |what: &str, took: Duration| {
        println!("{what:<42} {:>9.3} ms  {:>7.0} times", ms(took), took.as_secs_f64() / plain.as_secs_f64());
    };
    for (what, query) in [
        ("a word in half of all lines", "\"common\""),
        ("likewise, begun with 3 letters", "com"),
        ("likewise, begun with 4 letters", "comm"),
        ("a word in 1 of 100,000 lines", "\"zeppelin\""),
        ("both", "common \"zeppelin\""),
        ("an author's, and a common word", "from:ana \"common\""),
        ("a phrase of common words", "\"common ka\""),
        ("a word that nobody said", "nobody"),
        ("one Chinese character", "午"),
    ] {
        print(&format!("newest: {what}"), median(20, || newest(&db, query, FOUND_PAGE + 1)));
        print(&format!("best:   {what}"), median(20, || best(&db, query)));
    }
    print(
        "the first line at a time",
        median(100, || {
            db.first_at(1_700_000_000_000 + i64::try_from(lines / 3).unwrap()).unwrap().unwrap();
        }),
    );
}

fn newest(db: &RoomDb, query: &str, most: usize) {
    each(db, query, most, |_, _| ());
}

fn best(db: &RoomDb, query: &str) {
    let mut ranks = Vec::new();
    each(db, query, RANKED, |text, patterns| ranks.push(rank(text, patterns)));
    ranks.sort_by(f64::total_cmp);
}

fn each(db: &RoomDb, query: &str, most: usize, mut take: impl FnMut(&str, &[Pattern])) {
    let query = Query::parse(query).expect("a query");
    let patterns = Pattern::of(&query.terms);
    let from = query.from.as_deref().and_then(|from| Pattern::new(from, true));
    let wanted = Wanted { patterns: &patterns, from: from.as_ref(), between: (Seq(1), Seq(u64::MAX)) };
    let mut seen = 0;
    db.each_found(&wanted, |entry| {
        seen += 1;
        take(&samples::text_of(&entry).unwrap(), &patterns);
        seen < most
    })
    .expect("a search");
}

/// Builds the room: the log first, as rooms of earlier versions have it, and then its index.
fn build(path: &Path, lines: u64) {
    println!("building {} with {lines} lines", path.display());
    for end in ["db", "db-wal", "db-shm"] {
        let _none = std::fs::remove_file(path.with_extension(end));
    }
    let mut db = RoomDb::create(path, &samples::record()).expect("a room");
    let (mut last, mut dice) = (Link::START, DICE);
    while last.seq.0 < lines {
        let batch = talk(&mut last, COMMIT_ENTRIES, &mut dice);
        db.append(&batch).expect("a commit");
    }
    db.index_with(samples::text_of);
    let (begin, mut steps) = (Instant::now(), Vec::new());
    loop {
        let step = Instant::now();
        let more = db.index_some().expect("indexing");
        steps.push(step.elapsed());
        if !more {
            break;
        }
    }
    steps.sort_unstable();
    let at = |share: f64| ms(steps[((steps.len() - 1) as f64 * share) as usize]);
    println!(
        "indexed in {:.1} s; one step holds a commit up for {:.2} ms, of 1,000 one for {:.1} ms, the longest for {:.1} ms",
        begin.elapsed().as_secs_f64(),
        at(0.5),
        at(0.999),
        at(1.0)
    );
}

/// So many lines behind `last`, which moves on.
fn talk(last: &mut Link, size: usize, dice: &mut u64) -> Batch {
    let texts: Vec<String> = (0..size).map(|at| line(last.seq.0 + at as u64, dice)).collect();
    let batch = samples::saying(*last, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    *last = batch.entries.last().expect("an entry").link();
    batch
}

/// What the index adds to a commit.
fn storing() {
    for size in [1, COMMIT_ENTRIES] {
        let took = [false, true].map(|indexed| {
            let dir = tempfile::tempdir().expect("a temporary folder");
            let mut db = RoomDb::create(&dir.path().join("a.db"), &samples::record()).expect("a room");
            if indexed {
                db.index_with(samples::text_of);
            }
            let (mut last, mut dice) = (Link::START, DICE);
            median(300, || {
                let batch = talk(&mut last, size, &mut dice);
                db.append(&batch).expect("a commit");
            })
        });
        let [without, with] = took.map(ms);
        println!("a commit of {size:<3} without the index {without:.2} ms, with it {with:.2} ms");
    }
}

fn line(number: u64, dice: &mut u64) -> String {
    let mut throw = || {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        *dice >> 11
    };
    let mut words = Vec::new();
    if throw() % 2 == 0 {
        words.push("common".to_owned());
    }
    for _ in 0..4 + throw() % 10 {
        let share = (throw() % 1_000_000 + 1) as f64 / 1e6;
        let mut rest = (20_000.0 * share.powi(4)) as usize + SYLLABLES.len();
        let mut word = String::new();
        while rest > 0 {
            word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
            rest /= SYLLABLES.len();
        }
        words.push(word);
    }
    if number.is_multiple_of(100_000) {
        words.push("zeppelin".to_owned());
    }
    if number.is_multiple_of(20) {
        words.push("今天下午".to_owned());
    }
    words.join(" ")
}

fn median(times: usize, mut run: impl FnMut()) -> Duration {
    let mut took: Vec<Duration> = (0..times)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2]
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

/// The folder of builds.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}
