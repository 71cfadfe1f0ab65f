//! A room in a folder of its own, ways to damage its file, and what must be right of whatever is saved.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::path::PathBuf;

use hallway::store::{Mended, Profile, RoomDb, RoomRecord, StoreError};
use hallway::types::{
    Batch, Entry, FetchFrom, Hash, KnownMember, Link, MemberId, MemberKey, Nickname, OpId, Run, Seq,
};
use hallway::wire::chain;
use rusqlite::Connection;

use crate::samples::{ROOM, ana, entry, outgoing, record, text_of};

/// When rooms are mended here.
pub(crate) const NOW: i64 = 1_700_000_000_000;
pub(crate) const PAGE: usize = 4_096;

/// Any function of all the bytes will do.
pub(crate) fn hash_of(entry: &Entry) -> Hash {
    chain::entry_hash(entry, &mut digest)
}

pub(crate) fn digest(parts: &[&[u8]]) -> Hash {
    let mut hash = [0; 32];
    for (lane, out) in hash.chunks_mut(8).enumerate() {
        let mut hasher = DefaultHasher::new();
        hasher.write_usize(lane);
        for part in parts {
            hasher.write(part);
        }
        out.copy_from_slice(&hasher.finish().to_be_bytes());
    }
    Hash(hash)
}

pub(crate) fn ben() -> MemberKey {
    MemberKey([0xb; 32])
}

/// The log of these tests, up to this number: ana and ben, whose ids have no order.
pub(crate) fn log(to: u64) -> Vec<Entry> {
    let mut run = Run { prev: Link::START, entries: Vec::new() };
    let mut counters = [0, 0];
    for seq in 1..=to {
        let who = usize::from(seq % 3 == 0);
        counters[who] += 1;
        let mut said = entry(Link::START, seq, &format!("line {seq} of what was said that day"));
        said.signed.op.author = [ana(), ben()][who];
        said.member = MemberId([1, 2][who]);
        said.signed.op.n = counters[who];
        said.signed.op.id.0.copy_from_slice(&digest(&[&seq.to_le_bytes()]).0[..16]);
        run.entries.push(said);
    }
    chain::seal(&mut run, &mut digest);
    run.entries
}

/// A part of it.
pub(crate) fn part(from: u64, to: u64) -> Run {
    let mut entries = log(to);
    let entries = entries.split_off(from as usize - 1);
    Run { prev: entries.first().unwrap().prev, entries }
}

pub(crate) fn members() -> Vec<KnownMember> {
    let known =
        |member, key, name| KnownMember { member: MemberId(member), key, name: Nickname::new(name).unwrap() };
    vec![known(1, ana(), "Ana"), known(2, ben(), "Ben")]
}

pub(crate) struct Folder {
    /// Gone with this.
    pub(crate) kept: tempfile::TempDir,
    pub(crate) profile: Profile,
    pub(crate) file: PathBuf,
}

impl Folder {
    pub(crate) fn new(record: &RoomRecord) -> (Self, RoomDb) {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::open(dir.path()).unwrap();
        let mut db = profile.create_room(record).unwrap();
        db.index_with(text_of);
        let file = profile.room_file(&ROOM);
        (Self { kept: dir, profile, file }, db)
    }

    /// A room that this computer hosts, closed.
    pub(crate) fn hosted(entries: u64) -> Self {
        let (folder, mut db) = Self::new(&record());
        db.append(&Batch { entries: log(entries), members: members(), standing: Vec::new() }).unwrap();
        db.queue(&outgoing(entries + 1, "waits")).unwrap();
        db.keep_draft("half a thought").unwrap();
        folder
    }

    pub(crate) fn mend(&self) -> Mended {
        self.profile.mend_room(&ROOM, hash_of, NOW).unwrap()
    }

    pub(crate) fn open(&self) -> RoomDb {
        let mut db = self.profile.open_room(&ROOM).unwrap();
        db.check_with(hash_of);
        db
    }

    pub(crate) fn change(&self, statement: &str) {
        assert!(Connection::open(&self.file).unwrap().execute(statement, []).unwrap() > 0);
    }

    pub(crate) fn damage(&self, damage: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = std::fs::read(&self.file).unwrap();
        damage(&mut bytes);
        std::fs::write(&self.file, &bytes).unwrap();
        bytes
    }

    /// Where in the file this entry's text is. Pages of which a part went to others have old copies of it in them.
    pub(crate) fn place(&self, seq: u64) -> usize {
        let text = format!("line {seq} of");
        let bytes = std::fs::read(&self.file).unwrap();
        let page = (self.leaf(seq) - 1) * PAGE;
        let text = bytes[page..page + PAGE].windows(text.len()).position(|part| part == text.as_bytes());
        page + text.unwrap()
    }

    /// The page that holds this entry and those around it, from 1.
    pub(crate) fn leaf(&self, seq: u64) -> usize {
        let raw = Connection::open(&self.file).unwrap();
        let leaves =
            "SELECT pageno, ncell FROM dbstat WHERE name = 'entry' AND pagetype = 'leaf' ORDER BY path";
        let mut leaves = raw.prepare(leaves).unwrap();
        let mut rows = leaves.query([]).unwrap();
        let first: i64 = raw.query_row("SELECT min(seq) FROM entry", [], |row| row.get(0)).unwrap();
        let mut before = first - 1;
        while let Some(row) = rows.next().unwrap() {
            let (page, cells): (i64, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
            // Between two leaves there is one entry that is in neither.
            if seq as i64 <= before + cells {
                assert!(seq as i64 > before, "{seq} is in no leaf");
                return page as usize;
            }
            before += cells + 1;
        }
        panic!("{seq} is not here");
    }

    /// The numbers of the pages of this tree, from 1.
    pub(crate) fn pages(&self, tree: &str, kind: &str) -> Vec<usize> {
        let raw = Connection::open(&self.file).unwrap();
        let pages = "SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = ?2 ORDER BY path";
        let mut pages = raw.prepare(pages).unwrap();
        let pages = pages.query_map([tree, kind], |row| row.get::<_, i64>(0)).unwrap();
        pages.map(|page| page.unwrap() as usize).collect()
    }

    pub(crate) fn zero(&self, page: usize) -> Vec<u8> {
        self.damage(|bytes| bytes[(page - 1) * PAGE..page * PAGE].fill(0))
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.file.parent().unwrap()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Looks at all of it.
pub(crate) fn check(db: &mut RoomDb) -> Result<(), StoreError> {
    while db.check_some()? {}
    Ok(())
}

/// All entries that are here.
pub(crate) fn all(db: &RoomDb) -> Vec<Entry> {
    let (mut entries, mut at) = (Vec::new(), Seq::START);
    loop {
        let slice = db.page(FetchFrom::After(at), usize::MAX).unwrap();
        at = slice.run.last().seq;
        entries.extend(slice.run.entries);
        if !slice.more {
            return entries;
        }
    }
}

/// Asserts that the room holds entries of this log and nothing else, that it knows exactly which ones are missing, and
/// the ids of those too. Answers the missing ones.
#[track_caller]
pub(crate) fn assert_whole(db: &mut RoomDb, log: &[Entry], ids: bool) -> Vec<u64> {
    assert_eq!(check(db), Ok(()));
    let here = all(db);
    let by_seq: BTreeMap<Seq, &Entry> = log.iter().map(|entry| (entry.seq, entry)).collect();
    for entry in &here {
        assert_eq!(by_seq.get(&entry.seq), Some(&entry));
    }
    let head = log.last().unwrap().link();
    assert_eq!((db.known().unwrap().head, db.live_end().unwrap()), (head, head));
    let numbers: std::collections::BTreeSet<u64> = here.iter().map(|entry| entry.seq.0).collect();
    let missing: Vec<u64> = (1..=head.seq.0).filter(|seq| !numbers.contains(seq)).collect();
    let mut by_gaps = Vec::new();
    for gap in db.gaps().unwrap() {
        assert_eq!(gap.newest, log[gap.newest.seq.0 as usize - 1].link());
        by_gaps.extend(gap.after.0 + 1..=gap.newest.seq.0);
    }
    by_gaps.sort_unstable();
    assert_eq!(by_gaps, missing);
    assert_eq!(db.here().unwrap(), here.len() as u64);
    if ids {
        let mut known: Vec<OpId> = Vec::new();
        db.each_id(|_, id| known.push(*id)).unwrap();
        for entry in log {
            let op = &entry.signed.op;
            assert!(known.contains(&op.id), "{}", entry.seq);
            let removed = db.removed(&op.author, &op.id).unwrap();
            assert_eq!(removed, missing.contains(&entry.seq.0).then_some(entry.seq));
        }
        assert_eq!(db.known().unwrap().counters, counters(log));
    }
    missing
}

/// The last counter of each author.
pub(crate) fn counters(log: &[Entry]) -> Vec<(MemberKey, u64)> {
    let last = |who| log.iter().rev().find(|entry| entry.signed.op.author == who).unwrap().signed.op.n;
    let mut counters = vec![(ana(), last(ana())), (ben(), last(ben()))];
    counters.sort_by_key(|(who, _)| who.0);
    counters
}
