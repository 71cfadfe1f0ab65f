//! What a host asks of a member that says it holds more of the log, and what it does not take.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected shall end there"
)]

mod blank;
#[path = "../harness/crypto.rs"]
mod crypto;
mod patience;
mod refill;

use crypto::{Cheap, Signs};
use hallway::room::log::{Digest, HeadSigner, OpSigner};
use hallway::room::{ConnId, Facts, Hole, Input, Known, Output, Parts, Room, RoomNotice};
use hallway::types::entry::kind;
use hallway::types::limits::{
    NOT_KEPT_RETRY_MS, OFFERS_WAITING, RECALL_ENTRIES, RECALL_PAGE_MS, RECALL_PATIENCE_MS, RECALL_WAIT_MS,
};
use hallway::types::{
    At, Audience, Batch, Entry, Epoch, FetchFrom, Goodbye, GuestRules, Hash, KnownMember, Link, MemberId,
    MemberKey, MessageText, Nickname, Now, Op, OpId, Proof, Resume, RoomId, RoomName, Run, Seq, Signature,
    SignedHead, SignedOp,
};
use hallway::wire::message::{ClientMessage, Hello, Page, ServerMessage, TAIL};
use hallway::wire::{chain, op};

const ROOM: RoomId = RoomId([7; 32]);
const EPOCH: Epoch = Epoch(3);
const HOST: MemberKey = MemberKey([1; 32]);
const ANA: MemberKey = MemberKey([2; 32]);
const BO: MemberKey = MemberKey([3; 32]);

/// A log of so many posts of Ana's.
fn log(count: u64) -> Vec<Entry> {
    let name = Nickname::new("Ana").unwrap();
    let entry = |n: u64| {
        let body = op::post_body(&MessageText::new(&format!("line {n}")).unwrap(), Audience::Members);
        let mut id = [0; 16];
        id[8..].copy_from_slice(&n.to_be_bytes());
        let op = Op { room: ROOM, author: ANA, n, id: OpId(id), kind: kind::POST, body };
        let signed = SignedOp { signature: Signs(ANA).sign(&op::canonical(&op)), op };
        let (prev, hash) = (Link::START, Hash([0; 32]));
        Entry { prev, seq: Seq(n), at_ms: 5, member: MemberId(2), name: name.clone(), signed, hash }
    };
    let mut run = Run { prev: Link::START, entries: (1..=count).map(entry).collect() };
    chain::seal(&mut run, &mut |parts| Cheap.sha256(parts));
    run.entries
}

fn proof(epoch: Epoch, link: Link) -> Proof {
    Proof {
        epoch,
        head: SignedHead { link, signature: Cheap.sign_head(&chain::head_bytes(&ROOM, epoch, link)) },
    }
}

struct Bench {
    room: Room,
    now: u64,
}

impl Bench {
    /// A room whose log ends with the last of these.
    fn new(log: &[Entry]) -> Self {
        Self::with_holes(log, Vec::new())
    }

    /// The same, where something of it is missing.
    fn with_holes(log: &[Entry], holes: Vec<Hole>) -> Self {
        let name = RoomName::new("Room").unwrap();
        let (guests, capacity) = (GuestRules::default(), 1_000);
        let facts = Facts {
            room_id: ROOM,
            epoch: EPOCH,
            name,
            capacity,
            quota: None,
            host: HOST,
            guests,
            address: None,
        };
        let parts = Parts {
            digest: Box::new(Cheap),
            verifier: Box::new(Cheap),
            ops: Box::new(Signs(HOST)),
            heads: Box::new(Cheap),
            lock: None,
        };
        let ana = KnownMember { member: MemberId(2), key: ANA, name: Nickname::new("Ana").unwrap() };
        let known = Known {
            head: log.last().map(Entry::link),
            oldest: Seq(1),
            last_at_ms: 5,
            members: vec![ana],
            counters: log.last().map(|last| (ANA, last.seq.0)).into_iter().collect(),
            holes,
            ..Known::default()
        };
        Self { room: Room::open(facts, parts, known), now: 1_000 }
    }

    fn input(&mut self, input: Input) -> Vec<Output> {
        self.room.handle(Now { boot_ms: self.now, wall_ms: 9 }, input)
    }

    fn receive(&mut self, conn: u64, message: ClientMessage) -> Vec<Output> {
        self.input(Input::Received(ConnId(conn), message))
    }

    fn enter(&mut self, conn: u64, key: MemberKey, last: Link) -> Vec<Output> {
        let hello = Hello {
            version_min: 1,
            version_max: 1,
            features: vec![TAIL.to_owned()],
            app: String::new(),
            member_key: key,
            signature: Signature([0; 64]),
            resume: Some(Resume { epoch: EPOCH, last }),
            expects: None,
            token: None,
        };
        self.input(Input::Connected {
            conn: ConnId(conn),
            hello: Box::new(hello),
            address: None,
            binding: [0; 32],
        })
    }

    fn ana(&mut self, last: Link) {
        self.enter(2, ANA, last);
        self.receive(2, ClientMessage::Introduce(Nickname::new("Ana").unwrap()));
    }

    fn offer(&mut self, proof: Proof) -> Vec<Output> {
        self.receive(2, ClientMessage::TailOffer(proof))
    }

    fn hand(&mut self, asked: FetchFrom, entries: &[Entry]) -> Vec<Output> {
        let prev = entries.first().map_or(Link::START, |first| first.prev);
        let run = Run { prev, entries: entries.to_vec() };
        self.receive(2, ClientMessage::Tail(EPOCH, Page { asked, run, more: true }))
    }
}

fn wanted(out: &[Output]) -> Vec<FetchFrom> {
    let of = |output: &Output| match output {
        Output::Send(_, ServerMessage::TailWanted(wanted)) => Some(wanted.fetch.from),
        _ => None,
    };
    out.iter().filter_map(of).collect()
}

fn closed(out: &[Output]) -> Option<Goodbye> {
    out.iter().find_map(|output| match output {
        Output::Close(_, why) => Some(*why),
        _ => None,
    })
}

fn recorded(out: &[Output]) -> Vec<u64> {
    let of = |output: &Output| match output {
        Output::Record(batch) => Some(batch.entries.iter().map(|entry| entry.seq.0).collect::<Vec<_>>()),
        _ => None,
    };
    out.iter().find_map(of).unwrap_or_default()
}

fn say(log: &[Entry], n: usize) -> ClientMessage {
    ClientMessage::Submit(vec![log[n - 1].signed.clone()])
}

#[test]
fn a_host_with_a_log_numbers_nothing_until_those_who_were_there_could_say_more() {
    let log = log(6);
    let mut bench = Bench::new(&log[..5]);
    bench.enter(1, HOST, log[4].link());
    bench.ana(Link::START);
    assert_eq!(recorded(&bench.receive(2, say(&log, 6))), [0; 0]);
    assert_eq!(bench.room.next_tick(), Some(1_000 + RECALL_WAIT_MS));
    bench.now += RECALL_WAIT_MS - 1;
    assert_eq!(recorded(&bench.input(Input::Tick)), [0; 0]);
    bench.now += 1;
    assert_eq!(recorded(&bench.input(Input::Tick)), [6]);
}

#[test]
fn it_goes_on_at_once_when_somebody_comes_who_knows_of_nothing_more_or_when_its_log_is_new() {
    let log = log(6);
    let mut bench = Bench::new(&log[..5]);
    bench.ana(log[4].link());
    assert_eq!(recorded(&bench.receive(2, say(&log, 6))), [6]);
    let mut bench = Bench::new(&[]);
    bench.ana(Link::START);
    assert_eq!(recorded(&bench.receive(2, say(&log, 1))), [1]);
}

#[test]
fn what_is_proven_and_missing_is_written_with_the_numbers_that_it_had_and_everybody_comes_in_anew() {
    let count = RECALL_ENTRIES as u64 + 15;
    let log = log(count);
    let mut bench = Bench::new(&log[..10]);
    bench.ana(log.last().unwrap().link());
    let out = bench.offer(proof(EPOCH, log.last().unwrap().link()));
    assert_eq!(wanted(&out), [FetchFrom::Before(Seq(count + 1))]);
    let out = bench.hand(FetchFrom::Before(Seq(count + 1)), &log[15..]);
    assert_eq!(wanted(&out), [FetchFrom::Before(Seq(16))]);
    let out = bench.hand(FetchFrom::Before(Seq(16)), &log[..15]);
    assert_eq!(wanted(&out), [FetchFrom::After(Seq(10))], "it met the host's head");
    let out = bench.hand(FetchFrom::After(Seq(10)), &log[10..10 + RECALL_ENTRIES]);
    assert_eq!(recorded(&out), [11, 12, 13, 14, 15]);
    let out = bench.input(Input::Recorded(Seq(15)));
    assert_eq!(wanted(&out), [FetchFrom::After(Seq(15))]);
    assert_eq!(recorded(&bench.hand(FetchFrom::After(Seq(15)), &log[15..])).len(), RECALL_ENTRIES);
    let out = bench.input(Input::Recorded(Seq(count)));
    let taken = ServerMessage::TailTaken(EPOCH, log.last().unwrap().link(), Seq(count));
    assert!(out.contains(&Output::Send(ConnId(2), taken)));
    assert!(out.contains(&Output::Tell(RoomNotice::TakenBack(count - 10))));
    assert_eq!((closed(&out), bench.room.head()), (Some(Goodbye::Other), log.last().unwrap().link()));
}

#[test]
fn a_head_that_the_room_did_not_sign_and_pages_that_do_not_lead_to_it_are_not_taken() {
    let log = log(20);
    let mut forged = proof(EPOCH, log[19].link());
    forged.head.signature[0] ^= 1;
    let mut bench = Bench::new(&log[..10]);
    bench.ana(log[19].link());
    assert_eq!(closed(&bench.offer(forged)), Some(Goodbye::Protocol));

    let mut other = log.clone();
    other[15].at_ms = 6;
    let mut bench = Bench::new(&log[..10]);
    bench.ana(log[19].link());
    bench.offer(proof(EPOCH, log[19].link()));
    let out = bench.hand(FetchFrom::Before(Seq(21)), &other[5..]);
    assert_eq!((closed(&out), recorded(&out)), (Some(Goodbye::Protocol), vec![]));

    let mut bench = Bench::new(&log[..10]);
    bench.ana(log[19].link());
    bench.offer(proof(EPOCH, log[19].link()));
    bench.hand(FetchFrom::Before(Seq(21)), &log[5..]);
    let out = bench.hand(FetchFrom::After(Seq(10)), &other[10..]);
    assert_eq!((closed(&out), recorded(&out)), (Some(Goodbye::Protocol), vec![]));
}

#[test]
fn who_does_not_hand_back_what_it_offered_is_not_waited_for() {
    let log = log(20);
    let mut bench = Bench::new(&log[..10]);
    bench.ana(log[19].link());
    bench.offer(proof(EPOCH, log[19].link()));
    bench.now += RECALL_PAGE_MS - 1;
    assert_eq!(closed(&bench.input(Input::Tick)), None);
    bench.now += 1;
    assert_eq!(closed(&bench.input(Input::Tick)), Some(Goodbye::TooSlow));
}

#[test]
fn two_entries_of_one_number_give_the_log_another_epoch_and_what_cannot_be_read_gives_it_none() {
    let log = log(20);
    let asked = |bench: &mut Bench| {
        bench.ana(log[9].link());
        bench.offer(proof(EPOCH, Link { seq: Seq(9), hash: Hash([9; 32]) }))
    };
    let mut bench = Bench::new(&log[..10]);
    assert!(asked(&mut bench).contains(&Output::Peek { conn: ConnId(2), seq: Seq(9) }));
    let out = bench.input(Input::Peeked(ConnId(2), At::Entry(log[8].link())));
    let turn = out.iter().find_map(|output| match output {
        Output::Turn(epoch) => Some(*epoch),
        _ => None,
    });
    let out = bench.input(Input::Turned(Ok(())));
    assert!(out.contains(&Output::Tell(RoomNotice::Turned)));
    assert_eq!((Some(bench.room.facts().epoch), closed(&out)), (turn, Some(Goodbye::Other)));

    let mut bench = Bench::new(&log[..10]);
    asked(&mut bench);
    let out = bench.input(Input::Peeked(ConnId(2), At::Unreadable));
    assert_eq!((closed(&out), bench.room.facts().epoch), (Some(Goodbye::Other), EPOCH));
}

#[test]
fn the_new_epoch_is_written_as_soon_as_what_was_on_its_way_to_the_disk_is_there() {
    let log = log(20);
    let turns = |out: &[Output]| out.iter().any(|output| matches!(output, Output::Turn(_)));
    let mut bench = Bench::new(&log[..10]);
    bench.enter(3, BO, log[9].link());
    let out = bench.receive(3, ClientMessage::Introduce(Nickname::new("Bo").unwrap()));
    assert_eq!(recorded(&out), [11]);
    bench.ana(log[9].link());
    bench.offer(proof(EPOCH, Link { seq: Seq(9), hash: Hash([9; 32]) }));
    assert!(!turns(&bench.input(Input::Peeked(ConnId(2), At::Entry(log[8].link())))));
    assert!(turns(&bench.input(Input::Recorded(Seq(11)))));
}

/// Who is asked for a part of which log.
fn asked(out: &[Output]) -> Vec<(ConnId, Epoch)> {
    let of = |output: &Output| match output {
        Output::Send(conn, ServerMessage::TailWanted(wanted)) => Some((*conn, wanted.epoch)),
        _ => None,
    };
    out.iter().filter_map(of).collect()
}

#[test]
fn an_offer_of_another_log_waits_for_the_end_of_the_quiet_and_for_every_offer_of_this_very_log() {
    let log = log(20);
    let mut bench = Bench::new(&log[..10]);
    bench.ana(Link::START);
    assert_eq!(asked(&bench.offer(proof(Epoch(9), log[19].link()))), []);
    bench.now = bench.room.next_tick().unwrap();
    assert_eq!((bench.now, asked(&bench.input(Input::Tick))), (4_000, vec![(ConnId(2), Epoch(9))]));
    bench.enter(3, BO, log[14].link());
    let out = bench.receive(3, ClientMessage::TailOffer(proof(EPOCH, log[14].link())));
    assert_eq!(asked(&out), [(ConnId(3), EPOCH)]);
    assert_eq!(asked(&bench.input(Input::Closed(ConnId(3)))), []);
    bench.now += RECALL_WAIT_MS;
    let out = bench.input(Input::Tick);
    assert_eq!(asked(&out), [(ConnId(2), Epoch(9))], "which is looked at again when that is over");
}

#[test]
fn a_copy_that_begins_late_waits_for_those_of_which_that_is_not_known() {
    let log = log(30);
    let tail = |conn, asked, entries: &[Entry]| {
        let run =
            Run { prev: entries.first().map_or(Link::START, |first| first.prev), entries: entries.to_vec() };
        Input::Received(ConnId(conn), ClientMessage::Tail(Epoch(9), Page { asked, run, more: true }))
    };
    let mut bench = Bench::new(&log[..10]);
    bench.ana(log[9].link());
    bench.enter(3, BO, log[9].link());
    bench.offer(proof(Epoch(9), log[28].link()));
    bench.receive(3, ClientMessage::TailOffer(proof(Epoch(9), log[29].link())));
    let out = bench.input(tail(2, FetchFrom::Before(Seq(30)), &log[20..29]));
    assert_eq!((asked(&out), wanted(&out)), (vec![(ConnId(2), Epoch(9))], vec![FetchFrom::Before(Seq(21))]));
    let out = bench.input(tail(2, FetchFrom::Before(Seq(21)), &[]));
    assert_eq!((asked(&out), recorded(&out)), (vec![(ConnId(3), Epoch(9))], vec![]));
    // Where nobody has more, it is as good as any.
    let out = bench.input(Input::Closed(ConnId(3)));
    assert_eq!((asked(&out), wanted(&out)), (vec![(ConnId(2), Epoch(9))], vec![FetchFrom::Before(Seq(30))]));
    bench.input(tail(2, FetchFrom::Before(Seq(30)), &log[20..29]));
    let out = bench.input(tail(2, FetchFrom::Before(Seq(21)), &[]));
    assert_eq!(wanted(&out), [FetchFrom::After(Seq(20))]);
    let out = bench.input(tail(2, FetchFrom::After(Seq(20)), &log[20..29]));
    assert_eq!(recorded(&out), (11..20).collect::<Vec<_>>());
    // Who has the same head has perhaps what is missing.
    bench.input(Input::Recorded(Seq(19)));
    bench.enter(4, BO, bench.room.head());
    let out = bench.receive(4, ClientMessage::TailOffer(proof(Epoch(9), log[28].link())));
    assert_eq!(wanted(&out), [FetchFrom::Before(Seq(30))]);
}

#[test]
fn what_follows_something_that_is_not_here_is_left_out_of_a_copy_that_begins_late_for_ten_minutes() {
    let log = log(30);
    let hand_back = |bench: &mut Bench| {
        bench.enter(3, BO, log[9].link());
        bench.receive(3, ClientMessage::TailOffer(proof(Epoch(9), log[28].link())));
        let page = |asked, entries: &[Entry]| {
            let run = Run { prev: log[19].link(), entries: entries.to_vec() };
            Input::Received(ConnId(3), ClientMessage::Tail(Epoch(9), Page { asked, run, more: true }))
        };
        bench.input(page(FetchFrom::Before(Seq(30)), &log[20..29]));
        bench.input(page(FetchFrom::Before(Seq(21)), &[]));
        bench.input(page(FetchFrom::After(Seq(20)), &log[20..29]))
    };
    let taken = |upto| Output::Send(ConnId(3), ServerMessage::TailTaken(Epoch(9), log[28].link(), Seq(upto)));
    // Ana said 11 to 20 as well, and she may come with them.
    let mut bench = Bench::new(&log[..10]);
    let out = hand_back(&mut bench);
    assert_eq!((recorded(&out), closed(&out)), (vec![], None));
    assert!(out.contains(&taken(u64::MAX)), "which never is, so it is offered again");
    bench.now += RECALL_PATIENCE_MS - 1;
    bench.input(Input::Closed(ConnId(3)));
    assert_eq!(recorded(&hand_back(&mut bench)), [0; 0]);
    bench.now += 1;
    bench.input(Input::Closed(ConnId(3)));
    assert_eq!(recorded(&hand_back(&mut bench)).len(), 9);
    let out = bench.input(Input::Recorded(Seq(19)));
    assert!(out.contains(&taken(19)));
}

#[test]
fn sixty_four_offers_wait_and_the_next_one_comes_again_later() {
    let log = log(20);
    let mut bench = Bench::new(&log[..10]);
    for number in 0..OFFERS_WAITING as u64 + 2 {
        let (conn, mut key) = (number + 10, [3; 32]);
        key[..8].copy_from_slice(&number.to_be_bytes());
        bench.enter(conn, MemberKey(key), log[19].link());
        let offer = ClientMessage::TailOffer(proof(EPOCH, log[19].link()));
        let expected = (number > OFFERS_WAITING as u64).then_some(Goodbye::Other);
        assert_eq!(closed(&bench.receive(conn, offer)), expected, "{number}");
    }
}
