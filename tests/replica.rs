//! The member's rules, one by one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "harness/crypto.rs"]
mod crypto;
#[path = "replica/deeds.rs"]
mod deeds;
#[path = "replica/kept.rs"]
mod kept;
#[path = "replica/parted.rs"]
mod parted;

use crypto::{Cheap, Signs};
use hallway::room::log::{Digest, HeadSigner, OpSigner};
use hallway::room::{Hole, Replica, ReplicaInput, ReplicaOutput, ReplicaParts, Stored, Told};
use hallway::types::entry::kind;
use hallway::types::limits::{FIRST_JOIN_ENTRIES, OPS_UNANSWERED};
use hallway::types::{
    Audience, Content, Entry, Epoch, FetchFrom, Goodbye, Hash, Link, MemberId, MemberKey, MessageText,
    Nickname, Now, Op, OpId, Refusal, RoomId, RoomName, Run, Seq, SignedOp,
};
use hallway::wire::message::{
    ClientMessage, Fetch, OpResult, Page, ServerMessage, SignedHead, TAIL, Welcome,
};
use hallway::wire::{chain, op};

const ROOM: RoomId = RoomId([7; 32]);
const ME: MemberKey = MemberKey([2; 32]);
const HOST: MemberKey = MemberKey([1; 32]);
const NOW: Now = Now { boot_ms: 1_000, wall_ms: 1_700_000_000_000 };
const EPOCH: Epoch = Epoch(3);

fn text(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

fn ana() -> Nickname {
    Nickname::new("Ana").unwrap()
}

/// A log of so many posts of the host's. `salt` makes it another log.
fn log(count: u64, salt: &str) -> Vec<Entry> {
    let entry = |n: u64| {
        let body = op::post_body(&text(&format!("{salt}{n}")), Audience::Members);
        let mut id = [0; 16];
        id[8..].copy_from_slice(&n.to_be_bytes());
        let op = Op { room: ROOM, author: HOST, n, id: OpId(id), kind: kind::POST, body };
        let signature = Signs(HOST).sign(&op::canonical(&op));
        let signed = SignedOp { op, signature };
        let (prev, hash) = (Link::START, Hash([0; 32]));
        Entry { prev, seq: Seq(n), at_ms: 5, member: MemberId(1), name: ana(), signed, hash }
    };
    let mut run = Run { prev: Link::START, entries: (1..=count).map(entry).collect() };
    chain::seal(&mut run, &mut |parts| Cheap.sha256(parts));
    run.entries
}

fn run(log: &[Entry], from: usize, to: usize) -> Run {
    let prev = from.checked_sub(2).map_or(Link::START, |before| log[before].link());
    Run { prev, entries: log[from - 1..to].to_vec() }
}

fn head(epoch: Epoch, link: Link) -> SignedHead {
    SignedHead { link, signature: Cheap.sign_head(&chain::head_bytes(&ROOM, epoch, link)) }
}

fn welcome(epoch: Epoch, at: Link, from: Link, last_n: u64) -> ReplicaInput {
    ReplicaInput::Welcome(Box::new(Welcome {
        version: 1,
        features: Vec::new(),
        room_id: ROOM,
        epoch,
        room_name: RoomName::new("Room").unwrap(),
        you: MemberId(2),
        last_n,
        host_key: HOST,
        head: head(epoch, at),
        oldest: Seq(1),
        from,
        server_ms: 0,
        present: 1,
        quota: (10, 30),
    }))
}

/// What a disk holds of such a room, whose copy ends there.
fn stored(epoch: Option<Epoch>, last: Link) -> Stored {
    Stored {
        room_id: ROOM,
        epoch,
        last,
        holes: Vec::new(),
        next_n: 1,
        proof: None,
        earlier: Vec::new(),
        outbox: Vec::new(),
        nick: ana(),
        shares_log: false,
    }
}

/// A replica over a disk that does at once what it is asked, unless it is full.
struct Bench {
    replica: Replica,
    full: bool,
    stored: Vec<Seq>,
}

impl Bench {
    fn new(epoch: Option<Epoch>, last: Link) -> Self {
        Self::over(stored(epoch, last))
    }

    fn over(stored: Stored) -> Self {
        let parts =
            ReplicaParts { digest: Box::new(Cheap), verifier: Box::new(Cheap), signer: Box::new(Signs(ME)) };
        Self { replica: Replica::new(stored, parts), full: false, stored: Vec::new() }
    }

    fn input(&mut self, input: ReplicaInput) -> Vec<ReplicaOutput> {
        let mut all = Vec::new();
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for output in self.replica.handle(NOW, input) {
                match &output {
                    ReplicaOutput::Store { .. } if self.full => {
                        inputs.push(ReplicaInput::StoreFailed("full".to_owned()));
                    }
                    ReplicaOutput::Store { run, .. } => {
                        self.stored.extend(run.entries.iter().map(|entry| entry.seq));
                        inputs.push(ReplicaInput::Stored(run.last()));
                    }
                    ReplicaOutput::Queue(row) => inputs.push(ReplicaInput::Queued(row.signed.op.id)),
                    ReplicaOutput::Requeue(_) => inputs.push(ReplicaInput::Requeued),
                    _ => {}
                }
                all.push(output);
            }
        }
        all
    }

    fn receive(&mut self, message: ServerMessage) -> Vec<ReplicaOutput> {
        self.input(ReplicaInput::Received(message))
    }

    fn page(&mut self, asked: FetchFrom, run: Run, more: bool) -> Vec<ReplicaOutput> {
        self.receive(ServerMessage::Page(Page { asked, run, more }))
    }

    /// In a room whose log ends where my copy does.
    fn enter(&mut self, at: Link) -> Vec<ReplicaOutput> {
        let mut out = self.input(welcome(EPOCH, at, at, 0));
        out.extend(self.receive(ServerMessage::Introduced(MemberId(2), ana())));
        out
    }

    fn say(&mut self, id: u8) -> Vec<ReplicaOutput> {
        let (id, audience) = (OpId([id; 16]), Audience::Members);
        self.input(ReplicaInput::Say { id, text: text("hello"), audience, at_ms: 1 })
    }
}

fn told(out: &[ReplicaOutput]) -> Vec<&Told> {
    let told = out.iter().filter_map(|output| match output {
        ReplicaOutput::Tell(told) => Some(told),
        _ => None,
    });
    told.collect()
}

/// The numbers of the entries that were shown.
fn shown(out: &[ReplicaOutput]) -> Vec<u64> {
    let entries = told(out).into_iter().filter_map(|told| match told {
        Told::Entries(messages) => Some(messages.iter().map(|message| message.seq.0)),
        _ => None,
    });
    entries.flatten().collect()
}

/// The ids (by their first byte) and counters that were submitted.
fn submitted(out: &[ReplicaOutput]) -> Vec<(u8, u64)> {
    let ops = out.iter().filter_map(|output| match output {
        ReplicaOutput::Send(ClientMessage::Submit(ops)) => Some(ops),
        _ => None,
    });
    ops.flatten().map(|signed| (signed.op.id.0[0], signed.op.n)).collect()
}

fn fetched(out: &[ReplicaOutput]) -> Vec<FetchFrom> {
    let fetches = out.iter().filter_map(|output| match output {
        ReplicaOutput::Send(ClientMessage::Fetch(Fetch { from, .. })) => Some(*from),
        _ => None,
    });
    fetches.collect()
}

fn answer(id: u8, outcome: Result<Seq, Refusal>) -> ServerMessage {
    ServerMessage::Results(vec![OpResult { id: OpId([id; 16]), outcome }], head(EPOCH, Link::START))
}

#[test]
fn what_i_say_is_queued_then_told_as_pending_then_submitted() {
    let mut bench = Bench::new(None, Link::START);
    bench.enter(Link::START);
    let out = bench.say(9);
    assert!(matches!(out[0], ReplicaOutput::Queue(_)));
    assert!(matches!(out[1], ReplicaOutput::Tell(Told::Pending(_))));
    assert_eq!(submitted(&out), [(9, 1)]);
    let out = bench.receive(answer(9, Ok(Seq(1))));
    assert_eq!(told(&out), [&Told::Sent(OpId([9; 16]), Seq(1))]);
}

#[test]
fn sixty_four_are_unanswered_and_the_next_waits_for_an_answer() {
    let mut bench = Bench::new(None, Link::START);
    let said = u8::try_from(OPS_UNANSWERED + 1).unwrap();
    (1..=said).for_each(|id| drop(bench.say(id)));
    let out = bench.enter(Link::START);
    assert_eq!(submitted(&out).len(), OPS_UNANSWERED);
    assert_eq!(submitted(&bench.receive(answer(1, Ok(Seq(1))))), [(said, u64::from(said))]);
}

#[test]
fn after_a_lost_connection_everything_unanswered_is_sent_again_in_order() {
    let mut bench = Bench::new(None, Link::START);
    bench.enter(Link::START);
    (1..=3).for_each(|id| drop(bench.say(id)));
    bench.receive(answer(1, Ok(Seq(1))));
    bench.input(ReplicaInput::Lost);
    let log = log(1, "");
    let mut out = bench.input(welcome(EPOCH, log[0].link(), Link::START, 1));
    out.extend(bench.receive(ServerMessage::Events(run(&log, 1, 1))));
    assert!(submitted(&out).is_empty(), "not before I have a name");
    out.extend(bench.receive(ServerMessage::Introduced(MemberId(2), ana())));
    assert_eq!(submitted(&out), [(2, 2), (3, 3)]);
}

#[test]
fn what_follows_a_refused_message_takes_its_counter_and_is_durable_before_it_is_sent() {
    let mut bench = Bench::new(None, Link::START);
    bench.enter(Link::START);
    (1..=2).for_each(|id| drop(bench.say(id)));
    let out = bench.receive(answer(1, Err(Refusal::TooLong)));
    assert!(submitted(&out).is_empty(), "the other one is not answered yet");
    assert!(out.contains(&ReplicaOutput::MarkRefused(OpId([1; 16]), Refusal::TooLong)));
    let out = bench.receive(answer(2, Err(Refusal::OutOfOrder { expected: 1 })));
    assert!(matches!(&out[0], ReplicaOutput::Requeue(rows) if rows.len() == 1));
    assert_eq!(submitted(&out), [(2, 1)]);
    assert_eq!(bench.input(ReplicaInput::Withdraw(OpId([1; 16]))), [ReplicaOutput::Forget(OpId([1; 16]))]);
}

#[test]
fn a_first_visit_tells_the_gap_then_the_newest_and_then_what_came_meanwhile() {
    let log = log(300, "");
    let mut bench = Bench::new(None, Link::START);
    let out = bench.input(welcome(EPOCH, log[297].link(), log[297].link(), 0));
    assert_eq!(fetched(&out), [FetchFrom::Before(Seq(299))]);
    bench.receive(ServerMessage::Events(run(&log, 299, 299)));
    let newest = run(&log, 299 - FIRST_JOIN_ENTRIES, 298);
    let out = bench.page(FetchFrom::Before(Seq(299)), newest, true);
    assert!(told(&out).is_empty(), "nothing is told before I am in");
    assert_eq!(fetched(&out), [FetchFrom::After(Seq(298))]);
    let out = bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
    assert!(matches!(told(&out)[0], Told::Online { head: Seq(298), .. }));
    assert_eq!(told(&out)[1], &Told::Gap { after: Seq(0), before: Seq(99) });
    assert_eq!(shown(&out), (99..=298).collect::<Vec<_>>());
    assert_eq!(shown(&bench.page(FetchFrom::After(Seq(298)), run(&log, 299, 300), false)), [299, 300]);
    let out = bench.input(ReplicaInput::Backfill);
    assert_eq!(fetched(&out), [FetchFrom::Before(Seq(99))]);
    let out = bench.page(FetchFrom::Before(Seq(99)), run(&log, 1, 98), false);
    assert!(told(&out).is_empty(), "older pages come silently");
    assert_eq!(bench.stored.len(), 300);
    assert!(!bench.replica.has_holes());
}

#[test]
fn what_is_here_is_dropped_and_what_is_missing_is_fetched() {
    let log = log(6, "");
    let mut bench = Bench::new(Some(EPOCH), log[1].link());
    bench.enter(log[1].link());
    assert_eq!(shown(&bench.receive(ServerMessage::Events(run(&log, 1, 3)))), [3]);
    assert_eq!(shown(&bench.receive(ServerMessage::Events(run(&log, 1, 2)))), [0; 0]);
    let out = bench.receive(ServerMessage::Events(run(&log, 5, 6)));
    assert_eq!((shown(&out), fetched(&out)), (vec![], vec![FetchFrom::After(Seq(3))]));
    assert_eq!(shown(&bench.page(FetchFrom::After(Seq(3)), run(&log, 4, 6), false)), [4, 5, 6]);
    assert_eq!(bench.replica.resume().unwrap().last, log[5].link());
}

#[test]
fn a_forged_entry_is_kept_as_a_stub_and_told() {
    let mut log = log(2, "");
    let honest = log[0].signed.op.body.clone();
    log[0].signed.op.body = op::post_body(&text("I never said this"), Audience::Members);
    assert_ne!(log[0].signed.op.body, honest);
    let mut bench = Bench::new(Some(EPOCH), Link::START);
    bench.enter(Link::START);
    let out = bench.receive(ServerMessage::Events(run(&log, 1, 1)));
    let told = told(&out);
    assert!(matches!(told[0], Told::Entries(messages) if messages[0].content == Content::Unreadable));
    assert_eq!(told[1], &Told::Unverified);
    assert_eq!(bench.stored, [Seq(1)]);
}

#[test]
fn a_full_disk_is_told_once_and_the_room_can_still_be_read() {
    let log = log(4, "");
    let mut bench = Bench::new(Some(EPOCH), Link::START);
    bench.enter(Link::START);
    bench.full = true;
    let out = bench.receive(ServerMessage::Events(run(&log, 1, 1)));
    assert!(matches!(told(&out)[..], [Told::NotKept(_), Told::Entries(_)]), "{out:?}");
    assert_eq!(shown(&bench.receive(ServerMessage::Events(run(&log, 2, 2)))), [2]);
    assert_eq!(bench.replica.resume().unwrap().last, Link::START, "what is not kept does not count");
    bench.full = false;
    let later = Now { boot_ms: bench.replica.next_tick().unwrap(), ..NOW };
    let out = bench.replica.handle(later, ReplicaInput::Tick);
    assert_eq!(fetched(&out), [FetchFrom::After(Seq(0))]);
    assert_eq!(shown(&bench.page(FetchFrom::After(Seq(0)), run(&log, 1, 3), false)), [3], "shown once");
    assert_eq!(bench.replica.resume().unwrap().last, log[2].link());
}

#[test]
fn a_page_that_does_not_fit_its_hole_is_not_taken() {
    let (log, other) = (log(4, "a"), log(4, "b"));
    let hole = Hole { after: Seq(0), newest: log[1].link() };
    let mut bench = Bench::over(Stored { holes: vec![hole], ..stored(Some(EPOCH), log[3].link()) });
    bench.enter(log[3].link());
    assert_eq!(fetched(&bench.input(ReplicaInput::Backfill)), [FetchFrom::Before(Seq(3))]);
    bench.page(FetchFrom::Before(Seq(3)), run(&other, 1, 2), false);
    assert!(bench.stored.is_empty());
}

#[test]
fn a_taken_name_is_told_and_another_may_be_asked_for() {
    let mut bench = Bench::new(None, Link::START);
    bench.input(welcome(EPOCH, Link::START, Link::START, 0));
    let free = ana().numbered(2);
    let taken = hallway::types::Denial::NickTaken { free: free.clone() };
    let out = bench.receive(ServerMessage::Denied(taken));
    assert_eq!(told(&out), [&Told::NickTaken { wanted: ana(), free: free.clone() }]);
    let out = bench.input(ReplicaInput::Rename(free.clone()));
    assert_eq!(out, [ReplicaOutput::Send(ClientMessage::Introduce(free.clone()))]);
    let out = bench.receive(ServerMessage::Introduced(MemberId(2), free.clone()));
    assert!(matches!(told(&out)[0], Told::Online { me, .. } if *me == free));
}
