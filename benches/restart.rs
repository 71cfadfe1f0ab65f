//! How long a host takes from its start until it accepts members, with a log of a million entries.
//!
//! The room is built once, in the folder of builds, and is used again. `HALLWAY_RESTART_ENTRIES` says how many entries it
//! has. Beside it: reading the file once from its beginning to its end, and what of the start is the database's.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench reads the clock, may panic and prints"
)]

#[expect(dead_code, reason = "the other benches use the rest of it")]
#[path = "crowd/host.rs"]
mod host;

use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hallway::session::fresh_op_id;
use hallway::store::{HostKeys, Profile, RoomDb, RoomRecord};
use hallway::trust::{RoomKey, random_bytes, sha256};
use hallway::types::entry::kind::POST;
use hallway::types::limits::COMMIT_ENTRIES;
use hallway::types::{
    Audience, Batch, Content, Entry, Epoch, GuestRules, Hash, KnownMember, Link, MemberId, MemberKey,
    MessageText, Nickname, Op, RoomName, Signature, SignedOp,
};
use hallway::wire::{chain, op};
use host::Host;

/// Who said it all.
const MEMBERS: u64 = 100;
/// Starts that are measured, each in a process of its own.
const STARTS: usize = 5;

fn main() {
    if host::asked() {
        return;
    }
    let entries =
        std::env::var("HALLWAY_RESTART_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("restart-{entries}"));
    let path = build(&folder, entries);
    let reading = shortest(|| {
        let mut file = std::fs::File::open(&path).expect("the room");
        let mut part = vec![0; 1024 * 1024];
        while file.read(&mut part).expect("the room") > 0 {}
    });
    let size = std::fs::metadata(&path).expect("the room").len() as f64 / 1e6;
    println!("{:<52} {:>7.0} ms", format!("reading the file of {size:.0} MB once"), ms(reading));
    let print = |what: &str, took: Duration| {
        println!(
            "{what:<52} {:>7.0} ms  {:>5.2} times",
            ms(took),
            took.as_secs_f64() / reading.as_secs_f64()
        );
    };
    print("RoomDb::open", shortest(|| drop(RoomDb::open(&path).expect("the room"))));
    let db = RoomDb::open(&path).expect("the room");
    print("what a host must know of its log", shortest(|| drop(db.known().expect("the log"))));
    print("every id of it", shortest(|| db.each_id(|_, _| ()).expect("the log")));
    drop(db);
    print("the program's start until a member is accepted", shortest(|| run(&folder)));
}

/// One start in a process of its own, until somebody is let in.
fn run(folder: &Path) {
    let host = Host::start(folder, 0);
    let _accepted = TcpStream::connect(host.here).expect("a host that accepts");
    host.kill();
}

/// The room's file, with that many entries.
fn build(folder: &Path, entries: u64) -> PathBuf {
    let profile = Profile::open(folder).expect("a folder");
    if let Some(path) = profile.room_paths().expect("a folder").pop() {
        println!("using {}", path.display());
        return path;
    }
    println!("building {} with {entries} entries", folder.display());
    let key = RoomKey::generate().expect("a key");
    let record = RoomRecord {
        room_id: key.room_id(),
        name: RoomName::new(host::NAME).expect("a name"),
        hosted: Some(HostKeys { cert_der: key.cert_der().to_vec(), key_pkcs8: key.key_pkcs8().to_vec() }),
        epoch: Some(Epoch(u64::from_le_bytes(random_bytes().expect("randomness")))),
        spki: Some(key.public_key_spki().to_vec()),
        verified: true,
        nick: Nickname::new("Host").expect("a name"),
        addresses: Vec::new(),
        capacity: None,
        guests: GuestRules::default(),
        password: None,
        password_epoch: 0,
        plain: false,
        created_ms: 0,
    };
    let mut db = profile.create_room(&record).expect("a room");
    db.index_with(text_of);
    let mut last = Link::START;
    while last.seq.0 < entries {
        let said: Vec<Entry> = (0..COMMIT_ENTRIES).map(|_| entry(&record, &mut last)).collect();
        let members = if last.seq.0 == COMMIT_ENTRIES as u64 { members() } else { Vec::new() };
        db.append(&Batch { entries: said, members, standing: Vec::new() }).expect("a commit");
    }
    profile.room_file(&record.room_id)
}

/// What an entry says, for the index of words.
fn text_of(entry: &Entry) -> Option<String> {
    match op::content(&entry.signed) {
        Content::Post(text) => Some(text.to_string()),
        _ => None,
    }
}

fn members() -> Vec<KnownMember> {
    let known = |number| {
        let name = Nickname::new(&format!("member {number}")).expect("a name");
        KnownMember { member: MemberId(number), key: author(number.into()), name }
    };
    (1..=u32::try_from(MEMBERS).expect("a few")).map(known).collect()
}

fn author(number: u64) -> MemberKey {
    MemberKey(sha256(&[&number.to_le_bytes()]).0)
}

/// The entry behind `last`, which moves on. Nobody checks signatures of what is stored.
fn entry(record: &RoomRecord, last: &mut Link) -> Entry {
    let (seq, turn) = (last.seq.next(), last.seq.0);
    let text = MessageText::new(&format!("line {seq}, as long as what people write to one another"))
        .expect("a text");
    let op = Op {
        room: record.room_id,
        author: author(turn % MEMBERS + 1),
        n: turn / MEMBERS + 1,
        id: fresh_op_id().expect("randomness"),
        kind: POST,
        body: op::post_body(&text, Audience::Members),
    };
    let mut entry = Entry {
        seq,
        prev: *last,
        at_ms: 1_700_000_000_000 + i64::try_from(seq.0).expect("a number"),
        member: MemberId(u32::try_from(turn % MEMBERS + 1).expect("a few")),
        name: Nickname::new("member").expect("a name"),
        signed: SignedOp { op, signature: Signature([9; 64]) },
        hash: Hash([0; 32]),
    };
    entry.hash = chain::entry_hash(&entry, &mut sha256);
    *last = entry.link();
    entry
}

/// The shortest of several runs: everything else that the machine does only adds.
fn shortest(mut run: impl FnMut()) -> Duration {
    let timed = (0..STARTS).map(|_| {
        let begin = Instant::now();
        run();
        begin.elapsed()
    });
    timed.min().expect("a run")
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}
