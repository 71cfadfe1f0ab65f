//! The host's rules, one by one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected shall end there"
)]

#[path = "room/binding.rs"]
mod binding;
#[path = "room/charge.rs"]
mod charge;
#[path = "room/coming.rs"]
mod coming;
#[path = "harness/crypto.rs"]
mod crypto;
#[path = "room/deeds.rs"]
mod deeds;
#[path = "room/gate.rs"]
mod gate;
#[path = "room/house.rs"]
mod house;
#[path = "room/invites.rs"]
mod invites;
#[path = "room/kept.rs"]
mod kept;
#[path = "room/knock.rs"]
mod knock;
#[path = "room/removal.rs"]
mod removal;
#[path = "room/renaming.rs"]
mod renaming;
#[path = "room/succession.rs"]
mod succession;

use crypto::{Cheap, Signs};
use hallway::room::log::{Lock, OpSigner};
use hallway::room::{ConnId, Facts, Input, Known, Output, Parts, Quota, Room, RoomNotice};
use hallway::types::entry::kind;
use hallway::types::limits::{ANSWERS_KEPT, COMMIT_ENTRIES, OPS_PER_SUBMIT, STAGED_ENTRIES};
use hallway::types::{
    Admission, Audience, Batch, Denial, Entry, Epoch, Goodbye, GuestRules, Hash, Link, MemberKey,
    MessageText, Nickname, Now, Op, OpId, Refusal, Resume, RoomId, RoomName, Seq, Signature, SignedOp,
};
use hallway::wire::message::{ClientMessage, Hello, OpResult, ServerMessage, Welcome};
use hallway::wire::op;

const ROOM: RoomId = RoomId([7; 32]);
const NOW: Now = Now { boot_ms: 1_000, wall_ms: 1_700_000_000_000 };
const EPOCH: Epoch = Epoch(3);

struct Bench {
    room: Room,
    log: Vec<Entry>,
    recording: Option<Batch>,
}

fn key(number: u8) -> MemberKey {
    MemberKey([number; 32])
}

fn signed(author: u8, n: u64, id: u64, text: &str) -> SignedOp {
    let mut bytes = [author; 16];
    bytes[..8].copy_from_slice(&id.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let body = op::post_body(&MessageText::new(text).unwrap(), Audience::Members);
    let op = Op { room: ROOM, author: key(author), n, id: OpId(bytes), kind: kind::POST, body };
    resigned(op)
}

fn resigned(op: Op) -> SignedOp {
    let signature = Signs(op.author).sign(&op::canonical(&op));
    SignedOp { op, signature }
}

fn connected(conn: u64, hello: Box<Hello>) -> Input {
    Input::Connected { conn: ConnId(conn), hello, address: None, binding: [conn as u8; 32] }
}

fn hello(number: u8, resume: Option<Resume>) -> Box<Hello> {
    Box::new(Hello {
        version_min: 1,
        version_max: 9,
        features: vec!["z1".to_owned()],
        app: String::new(),
        member_key: key(number),
        signature: Signature([0; 64]),
        resume,
        expects: None,
        token: None,
    })
}

impl Bench {
    fn new(capacity: usize, quota: Option<Quota>) -> Self {
        Self::over(Known::default(), capacity, quota)
    }

    fn over(known: Known, capacity: usize, quota: Option<Quota>) -> Self {
        Self::with(known, (capacity, quota), None)
    }

    fn with(known: Known, (capacity, quota): (usize, Option<Quota>), lock: Option<Box<dyn Lock>>) -> Self {
        let name = RoomName::new("Room").unwrap();
        let guests = GuestRules::default();
        let facts =
            Facts { room_id: ROOM, epoch: EPOCH, name, capacity, quota, host: key(1), guests, address: None };
        let parts = Parts {
            digest: Box::new(Cheap),
            verifier: Box::new(Cheap),
            ops: Box::new(Signs(key(1))),
            heads: Box::new(Cheap),
            lock,
        };
        Self { room: Room::open(facts, parts, known), log: Vec::new(), recording: None }
    }

    fn input(&mut self, input: Input) -> Vec<Output> {
        let out = self.room.handle(NOW, input);
        for output in &out {
            if let Output::Record(batch) = output {
                assert!(self.recording.replace(batch.clone()).is_none());
            }
        }
        out
    }

    fn say(&mut self, conn: u8, ops: Vec<SignedOp>) -> Vec<Output> {
        self.input(Input::Received(ConnId(conn.into()), ClientMessage::Submit(ops)))
    }

    /// The log writes, until there is nothing to write.
    fn record(&mut self) -> Vec<Output> {
        let mut out = Vec::new();
        while let Some(batch) = self.recording.take() {
            let seq = batch.entries.last().unwrap().seq;
            self.log.extend(batch.entries);
            out.extend(self.input(Input::Recorded(seq)));
        }
        out
    }

    /// Connection and member of the same number.
    fn connect(&mut self, number: u8, resume: Option<Resume>) -> Vec<Output> {
        self.input(connected(number.into(), hello(number, resume)))
    }

    fn enter(&mut self, number: u8) -> Vec<Output> {
        let mut out = self.connect(number, None);
        let name = Nickname::new(&format!("member {number}")).unwrap();
        out.extend(self.input(Input::Received(ConnId(number.into()), ClientMessage::Introduce(name))));
        out.extend(self.record());
        out
    }
}

fn results(out: &[Output]) -> Vec<OpResult> {
    let results = out.iter().filter_map(|output| match output {
        Output::Send(_, ServerMessage::Results(results, _)) => Some(results.clone()),
        _ => None,
    });
    results.flatten().collect()
}

fn outcomes(out: &[Output]) -> Vec<Result<Seq, Refusal>> {
    results(out).into_iter().map(|result| result.outcome).collect()
}

fn welcome(out: &[Output]) -> Welcome {
    let found = out.iter().find_map(|output| match output {
        Output::Send(_, ServerMessage::Welcome(welcome)) => Some((**welcome).clone()),
        _ => None,
    });
    found.expect("a Welcome")
}

fn denial(out: &[Output]) -> Option<Denial> {
    out.iter().find_map(|output| match output {
        Output::Send(_, ServerMessage::Denied(denial)) => Some(denial.clone()),
        _ => None,
    })
}

fn looks_up(out: &[Output]) -> bool {
    out.iter().any(|output| matches!(output, Output::Lookup { .. }))
}

#[test]
fn nothing_is_said_of_an_entry_before_it_is_recorded() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    let out = bench.say(2, vec![signed(2, 1, 1, "a"), signed(2, 2, 2, "b")]);
    assert!(matches!(&out[..], [Output::Record(_)]), "{out:?}");
    let out = bench.record();
    assert!(matches!(&out[0], Output::Publish(run, _) if run.entries.len() == 2));
    assert_eq!(outcomes(&out), [Ok(Seq(2)), Ok(Seq(3))]);
}

#[test]
fn a_resend_is_answered_with_the_old_number_and_another_text_is_refused() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    bench.say(2, vec![signed(2, 1, 1, "a")]);
    assert!(bench.say(2, vec![signed(2, 1, 1, "a")]).is_empty(), "staged: the answer comes later");
    assert_eq!(outcomes(&bench.record()), [Ok(Seq(2))]);
    assert_eq!(outcomes(&bench.say(2, vec![signed(2, 1, 1, "a")])), [Ok(Seq(2))]);
    assert_eq!(outcomes(&bench.say(2, vec![signed(2, 2, 1, "a")])), [Ok(Seq(2))], "another counter");
    assert_eq!(outcomes(&bench.say(2, vec![signed(2, 2, 1, "x")])), [Err(Refusal::IdReused)]);
}

#[test]
fn sixty_four_answers_are_in_memory_and_the_one_before_is_looked_up() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    let count = ANSWERS_KEPT as u64 + 1;
    for n in 1..=count {
        bench.say(2, vec![signed(2, n, n, "a")]);
        bench.record();
    }
    assert!(!looks_up(&bench.say(2, vec![signed(2, 2, 2, "a")])));
    let out = bench.say(2, vec![signed(2, 1, 1, "a"), signed(2, 3, 3, "a")]);
    assert!(looks_up(&out) && results(&out).is_empty(), "what follows waits for the answer");
    let entry = Some(Box::new(bench.log[1].clone()));
    let id = signed(2, 1, 1, "a").op.id;
    let out = bench.input(Input::Found { conn: ConnId(2), id, entry });
    assert_eq!(outcomes(&out), [Ok(Seq(2)), Ok(Seq(4))]);
}

#[test]
fn an_old_id_with_a_fresh_counter_is_looked_up_before_it_could_spoil_a_batch() {
    let mut known = Known { counters: vec![(key(2), 5)], ..Known::default() };
    known.seen.insert(&key(2), &signed(2, 1, 1, "a").op.id);
    let mut bench = Bench::over(known, 9, None);
    bench.enter(2);
    let out = bench.say(2, vec![signed(2, 6, 1, "a")]);
    assert!(looks_up(&out));
    assert!(!out.iter().any(|output| matches!(output, Output::Record(_))));
    let id = signed(2, 1, 1, "a").op.id;
    let out = bench.input(Input::Found { conn: ConnId(2), id, entry: None });
    assert!(matches!(&out[..], [Output::Record(_)]), "the filter was wrong, so it is taken: {out:?}");
}

#[test]
fn what_the_log_does_not_answer_is_not_numbered_again_and_nor_is_what_follows_it() {
    let known = Known { counters: vec![(key(2), 5)], ..Known::default() };
    let mut bench = Bench::over(known, 9, None);
    bench.enter(2);
    let (old, new) = (signed(2, 5, 77, "a"), signed(2, 6, 78, "b"));
    assert!(looks_up(&bench.say(2, vec![old.clone(), new.clone()])));
    let failed = |id| Input::LookupFailed { conn: ConnId(2), id, reason: "it cannot be read".to_owned() };
    assert!(bench.input(failed(new.op.id)).is_empty(), "nobody asked for that one");
    let out = bench.input(failed(old.op.id));
    assert_eq!(outcomes(&out), [Err(Refusal::NotStored), Err(Refusal::NotStored)]);
    assert!(out.contains(&Output::Tell(RoomNotice::NotStoring("it cannot be read".to_owned()))));
    assert!(bench.recording.is_none());
    // Both come again, and the log answers.
    assert!(looks_up(&bench.say(2, vec![old.clone(), new])));
    bench.input(Input::Found { conn: ConnId(2), id: old.op.id, entry: None });
    let out = bench.record();
    assert_eq!(outcomes(&out), [Ok(Seq(2))]);
    assert!(out.contains(&Output::Tell(RoomNotice::StoringAgain)));
}

#[test]
fn a_used_counter_whose_op_the_log_does_not_hold_is_out_of_order() {
    let known = Known { counters: vec![(key(2), 5)], ..Known::default() };
    let mut bench = Bench::over(known, 9, None);
    assert_eq!(welcome(&bench.connect(3, None)).last_n, 0);
    assert_eq!(welcome(&bench.enter(2)).last_n, 5);
    let op = signed(2, 4, 77, "a");
    assert!(looks_up(&bench.say(2, vec![op.clone()])));
    let out = bench.input(Input::Found { conn: ConnId(2), id: op.op.id, entry: None });
    assert_eq!(outcomes(&out), [Err(Refusal::OutOfOrder { expected: 6 })]);
    assert_eq!(
        outcomes(&bench.say(2, vec![signed(2, 7, 8, "a")])),
        [Err(Refusal::OutOfOrder { expected: 6 })]
    );
}

#[test]
fn what_is_not_the_authors_own_is_refused() {
    let mut bench = Bench::new(9, None);
    bench.connect(3, None);
    assert_eq!(outcomes(&bench.say(3, vec![signed(3, 1, 1, "a")])), [Err(Refusal::NoName)]);
    bench.enter(2);
    let elsewhere = resigned(Op { room: RoomId([8; 32]), ..signed(2, 1, 1, "a").op });
    let mut forged = signed(2, 1, 1, "a");
    forged.op.body = op::post_body(&MessageText::new("b").unwrap(), Audience::Members);
    let naming = resigned(Op { kind: kind::MEMBER, ..signed(2, 1, 1, "a").op });
    for (op, refusal) in [
        (signed(3, 1, 1, "a"), Refusal::NotYours),
        (elsewhere, Refusal::NotYours),
        (forged, Refusal::NotYours),
        (naming, Refusal::Unsupported),
    ] {
        assert_eq!(outcomes(&bench.say(2, vec![op])), [Err(refusal)]);
    }
    assert!(bench.recording.is_none());
}

#[test]
fn the_thirty_first_at_once_is_too_fast_and_nothing_overtakes_it() {
    let mut bench = Bench::new(9, Some(Quota { per_second: 10, burst: 30 }));
    bench.enter(2);
    let out = bench.say(2, (1..=32).map(|n| signed(2, n, n, "a")).collect());
    let slow = Err(Refusal::TooFast { retry_after_ms: 100 });
    assert_eq!(outcomes(&out), [slow, Err(Refusal::OutOfOrder { expected: 31 })]);
    assert_eq!(outcomes(&bench.record()).len(), 30);
}

#[test]
fn a_failed_write_refuses_what_was_staged_and_the_room_goes_on_when_it_can() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    bench.say(2, vec![signed(2, 1, 1, "a")]);
    bench.say(2, vec![signed(2, 2, 2, "b")]);
    bench.recording = None;
    let out = bench.input(Input::RecordFailed("full".to_owned()));
    assert_eq!(outcomes(&out), [Err(Refusal::NotStored), Err(Refusal::NotStored)]);
    assert!(out.contains(&Output::Tell(RoomNotice::NotStoring("full".to_owned()))));
    bench.say(2, vec![signed(2, 1, 1, "a")]);
    // The id was staged once, so the log is asked whether it has it after all.
    bench.input(Input::Found { conn: ConnId(2), id: signed(2, 1, 1, "a").op.id, entry: None });
    let out = bench.record();
    assert_eq!(outcomes(&out), [Ok(Seq(2))]);
    assert!(out.contains(&Output::Tell(RoomNotice::StoringAgain)));
}

#[test]
fn a_submit_holds_64_ops_and_not_65() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    let ops: Vec<SignedOp> = (1..=65).map(|n| signed(2, n, n, "a")).collect();
    bench.say(2, ops[..OPS_PER_SUBMIT].to_vec());
    assert_eq!(outcomes(&bench.record()).len(), OPS_PER_SUBMIT);
    assert_eq!(bench.say(2, ops)[0], Output::Close(ConnId(2), Goodbye::Protocol));
}

#[test]
fn a_commit_holds_256_entries_and_as_many_as_may_be_are_staged() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    let first = bench.say(2, vec![signed(2, 1, 1, "a")]);
    assert!(matches!(&first[..], [Output::Record(batch)] if batch.entries.len() == 1));
    let mut refused = Vec::new();
    for chunk in (2..=STAGED_ENTRIES as u64 + 2).collect::<Vec<_>>().chunks(OPS_PER_SUBMIT) {
        refused.extend(results(&bench.say(2, chunk.iter().map(|n| signed(2, *n, *n, "a")).collect())));
    }
    assert_eq!(refused.len(), 1);
    assert!(matches!(refused[0].outcome, Err(Refusal::TooFast { .. })));
    bench.log.extend(bench.recording.take().unwrap().entries);
    bench.input(Input::Recorded(Seq(2)));
    assert_eq!(bench.recording.as_ref().unwrap().entries.len(), COMMIT_ENTRIES);
}

#[test]
fn a_member_resumes_behind_what_it_holds_unless_that_is_of_another_log() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    bench.enter(3);
    let head = bench.room.head();
    let first = bench.log[0].link();
    let at = |epoch, seq, hash| Some(Resume { epoch, last: Link { seq, hash } });
    let mut from = |resume| welcome(&bench.connect(4, resume)).from;
    assert_eq!(from(at(EPOCH, first.seq, first.hash)), first);
    assert_eq!(from(at(EPOCH, head.seq, head.hash)), head);
    assert_eq!(from(at(EPOCH, Seq::START, Link::START.hash)), Link::START);
    assert_eq!(from(at(EPOCH, head.seq, Hash([1; 32]))), head, "another hash");
    assert_eq!(from(at(Epoch(4), Seq(1), first.hash)), head, "another epoch");
    assert_eq!(from(at(EPOCH, Seq(9), first.hash)), head, "further than the head");
    assert_eq!(from(None), head);
}

#[test]
fn a_look_alike_name_is_refused_with_a_free_one_and_the_member_may_ask_again() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    bench.connect(3, None);
    let mut ask = |name: &str| {
        let name = Nickname::new(name).unwrap();
        let mut out = bench.input(Input::Received(ConnId(3), ClientMessage::Introduce(name)));
        out.extend(bench.record());
        out
    };
    let free = Nickname::new("MEMBER 2 2").unwrap();
    assert_eq!(denial(&ask("MEMBER 2")), Some(Denial::NickTaken { free: free.clone() }));
    let out = ask("MEMBER 2 2");
    assert!(out.iter().any(|output| {
        matches!(output, Output::Send(ConnId(3), ServerMessage::Introduced(_, name)) if *name == free)
    }));
}

#[test]
fn closing_the_room_closes_every_connection_and_answers_nothing_more() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    bench.enter(3);
    let closed = [2, 3].map(|conn| Output::Close(ConnId(conn), Goodbye::RoomClosed));
    assert_eq!(bench.input(Input::CloseRoom), closed);
    assert!(bench.connect(4, None).is_empty());
}
