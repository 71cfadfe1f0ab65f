//! Rooms and entries to store. The store checks neither signatures nor hashes, so these are made up: each hash
//! is a function of what it stands for, so that another text gives another one.

use bytes::Bytes;
use hallway::store::{HostKeys, RoomDb, RoomRecord, Wanted};
use hallway::types::search::Pattern;
use hallway::types::{
    Batch, Entry, Epoch, GuestRules, Hash, KnownMember, Link, MemberId, MemberKey, MessageText, Nickname, Op,
    OpId, Outgoing, Query, RoomId, RoomName, Run, Seq, Signature, SignedOp,
};

pub(crate) const ROOM: RoomId = RoomId([7; 32]);
pub(crate) const EPOCH: Epoch = Epoch(u64::MAX - 5);

pub(crate) fn ana() -> MemberKey {
    MemberKey([0xa; 32])
}

pub(crate) fn record() -> RoomRecord {
    RoomRecord {
        room_id: ROOM,
        name: RoomName::new("Kitchen").unwrap(),
        hosted: Some(HostKeys { cert_der: vec![1, 2], key_pkcs8: vec![3, 4, 5] }),
        epoch: Some(EPOCH),
        spki: Some(vec![6; 91]),
        verified: true,
        nick: Nickname::new("Ana").unwrap(),
        addresses: vec!["192.168.1.5:7666".parse().unwrap(), "[fd00::5]:81".parse().unwrap()],
        capacity: Some(200),
        guests: GuestRules {
            allowed: true,
            kept_out: vec!["10.0.0.9".parse().unwrap()],
            ..GuestRules::default()
        },
        password: None,
        password_epoch: 0,
        plain: false,
        created_ms: 1_700_000_000_000,
    }
}

pub(crate) fn id(n: u64) -> OpId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    OpId(bytes)
}

pub(crate) fn op(author: MemberKey, n: u64, text: &str) -> SignedOp {
    let body = Bytes::copy_from_slice(text.as_bytes());
    let op = Op { room: ROOM, author, n, id: id(n), kind: 1, body };
    SignedOp { op, signature: Signature([9; 64]) }
}

/// The entry of number `seq`, saying `text`, behind `prev`.
pub(crate) fn entry(prev: Link, seq: u64, text: &str) -> Entry {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&seq.to_le_bytes());
    for (place, byte) in text.bytes().enumerate() {
        hash[8 + place % 24] ^= byte;
    }
    Entry {
        prev,
        seq: Seq(seq),
        at_ms: 1_700_000_000_000_i64.saturating_add(i64::try_from(seq).unwrap()),
        member: MemberId(1),
        name: Nickname::new("Ana").unwrap(),
        signed: op(ana(), seq, text),
        hash: Hash(hash),
    }
}

/// The run of the entries `from..=to`, as every call makes them again.
pub(crate) fn run(from: u64, to: u64) -> Run {
    let mut last = match from {
        1 => Link::START,
        _ => entry(Link::START, from - 1, &text(from - 1)).link(),
    };
    let prev = last;
    let entries = (from..=to).map(|seq| {
        let entry = entry(last, seq, &text(seq));
        last = entry.link();
        entry
    });
    Run { entries: entries.collect(), prev }
}

pub(crate) fn text(seq: u64) -> String {
    format!("line {seq}")
}

pub(crate) fn batch(from: u64, to: u64) -> Batch {
    let known = KnownMember { member: MemberId(1), key: ana(), name: Nickname::new("Ana").unwrap() };
    Batch { entries: run(from, to).entries, members: vec![known], standing: Vec::new() }
}

pub(crate) fn outgoing(n: u64, text: &str) -> Outgoing {
    let signed = op(ana(), n, text);
    Outgoing { signed, text: MessageText::new(text).unwrap(), at_ms: 5, refused: None }
}

/// What an entry says, as the index of words is told.
pub(crate) fn text_of(entry: &Entry) -> Option<String> {
    String::from_utf8(entry.signed.op.body.to_vec()).ok()
}

/// The batch of entries that say `texts`, from number `from` on.
pub(crate) fn saying(prev: Link, texts: &[&str]) -> Batch {
    let mut last = prev;
    let said = texts.iter().map(|text| {
        let entry = entry(last, last.seq.0 + 1, text);
        last = entry.link();
        entry
    });
    Batch { entries: said.collect(), members: Vec::new(), standing: Vec::new() }
}

/// The numbers of the entries that a query finds, newest first.
pub(crate) fn found(db: &RoomDb, query: &str) -> Vec<u64> {
    let query = Query::parse(query).unwrap();
    let from = query.from.as_deref().and_then(|from| Pattern::new(from, true));
    let patterns = Pattern::of(&query.terms);
    let wanted = Wanted { patterns: &patterns, from: from.as_ref(), between: (Seq(1), Seq(u64::MAX)) };
    let mut found = Vec::new();
    db.each_found(&wanted, |entry| {
        found.push(entry.seq.0);
        true
    })
    .unwrap();
    found
}
