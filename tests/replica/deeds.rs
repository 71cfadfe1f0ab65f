//! What those in charge do.

use hallway::room::replica::read;
use hallway::types::limits::DEEDS_UNANSWERED;
use hallway::types::{Act, Deed, House, HouseRules, Removal, Rule, Verb};

use super::*;

fn act(verb: Verb) -> Deed {
    let (whom, name) = (MemberKey([9; 32]), Nickname::new("Bo").unwrap());
    Deed::Act(Act { verb, whom, name, until_ms: None, by_address: false })
}

fn online() -> Bench {
    let mut bench = Bench::new(Some(EPOCH), Link::START);
    bench.input(welcome(EPOCH, Link::START, Link::START, 0));
    bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
    bench
}

fn does(bench: &mut Bench, id: u8) -> Vec<ReplicaOutput> {
    bench.input(ReplicaInput::Do { id: OpId([id; 16]), deed: act(Verb::Mute) })
}

fn not_done(out: &[ReplicaOutput]) -> Vec<Option<Refusal>> {
    let told = out.iter().filter_map(|output| match output {
        ReplicaOutput::Tell(Told::NotDone(why)) => Some(why.clone()),
        _ => None,
    });
    told.collect()
}

#[test]
fn what_i_do_is_signed_sent_at_once_and_kept_nowhere() {
    let mut bench = online();
    let out = does(&mut bench, 1);
    let [ReplicaOutput::Send(ClientMessage::Submit(ops))] = &out[..] else { panic!("{out:?}") };
    assert_eq!((ops[0].op.n, op::deed(&ops[0].op)), (0, Some(act(Verb::Mute))));
    assert_eq!(ops[0].signature, Signs(ME).sign(&op::canonical(&ops[0].op)));
    assert_eq!(bench.replica.pending(), []);
}

#[test]
fn what_was_not_done_is_told_with_the_reason_and_only_once() {
    let mut bench = online();
    does(&mut bench, 1);
    let refused = OpResult { id: OpId([1; 16]), outcome: Err(Refusal::NotInCharge) };
    let answer = || ServerMessage::Results(vec![refused.clone()], head(EPOCH, Link::START));
    assert_eq!(not_done(&bench.receive(answer())), [Some(Refusal::NotInCharge)]);
    assert_eq!(not_done(&bench.receive(answer())), []);
    does(&mut bench, 2);
    let taken = OpResult { id: OpId([2; 16]), outcome: Ok(Seq(1)) };
    let out = bench.receive(ServerMessage::Results(vec![taken], head(EPOCH, Link::START)));
    assert_eq!(not_done(&out), []);
    assert_eq!(not_done(&bench.input(ReplicaInput::Lost)), [], "its entry tells that it was done");
}

#[test]
fn without_a_connection_nothing_is_done_nor_later() {
    let mut bench = online();
    does(&mut bench, 1);
    assert_eq!(not_done(&bench.input(ReplicaInput::Lost)), [None], "nobody knows");
    assert_eq!(not_done(&does(&mut bench, 2)), [None]);
    let out = bench.input(welcome(EPOCH, Link::START, Link::START, 0));
    assert!(!out.iter().any(|output| matches!(output, ReplicaOutput::Send(ClientMessage::Submit(_)))));
}

#[test]
fn as_much_is_done_unanswered_as_the_limit_and_no_more() {
    let mut bench = online();
    for id in 0..DEEDS_UNANSWERED {
        assert_eq!(not_done(&does(&mut bench, u8::try_from(id).unwrap())), []);
    }
    assert_eq!(not_done(&does(&mut bench, 200)), [None]);
}

#[test]
fn the_rules_are_told_when_they_change() {
    let mut bench = online();
    let house = House { rules: HouseRules::default().with(Rule::Slow(5)), moderators: vec![ME] };
    let said = || ServerMessage::House(house.clone());
    assert_eq!(bench.receive(said()), [ReplicaOutput::Tell(Told::House(house.clone()))]);
    assert_eq!(bench.receive(said()), []);
}

#[test]
fn who_is_a_moderator_is_the_hosts_alone_to_say() {
    let entry = |author: MemberKey, verb| {
        let (kind, body) = op::deed_body(&act(verb));
        let op = Op { room: ROOM, author, n: 0, id: OpId([5; 16]), kind, body };
        let signed = SignedOp { signature: Signs(author).sign(&op::canonical(&op)), op };
        Entry { signed, ..log(1, "").remove(0) }
    };
    let shown = |author, verb| read(&entry(author, verb), &ROOM, &HOST, &Cheap).content;
    for verb in [Verb::Mute, Verb::Ban, Verb::Remove] {
        assert!(matches!(shown(ME, verb), Content::Act(_)), "{verb:?}");
    }
    for verb in [Verb::Appoint, Verb::Dismiss] {
        assert!(matches!(shown(HOST, verb), Content::Act(_)), "{verb:?}");
        assert_eq!(shown(ME, verb), Content::Unreadable, "{verb:?}");
    }
}

fn entry_of(author: MemberKey, deed: &Deed) -> Entry {
    let (kind, body) = op::deed_body(deed);
    let op = Op { room: ROOM, author, n: 0, id: OpId([5; 16]), kind, body };
    let signed = SignedOp { signature: Signs(author).sign(&op::canonical(&op)), op };
    Entry { signed, ..log(1, "").remove(0) }
}

#[test]
fn what_a_run_removes_is_stored_with_it_where_whoever_says_so_signed_it() {
    let removal = Removal { author: HOST, name: ana(), which: Some(OpId([1; 16])) };
    for (forged, expected) in [(false, vec![(Seq(1), removal.clone())]), (true, vec![])] {
        let mut entry = entry_of(ME, &Deed::Remove(removal.clone()));
        if forged {
            entry.signed.signature.0[0] ^= 1;
        }
        let mut run = Run { prev: Link::START, entries: vec![entry] };
        chain::seal(&mut run, &mut |parts| Cheap.sha256(parts));
        let mut bench = online();
        let out = bench.receive(ServerMessage::Events(run));
        let stored = out.iter().find_map(|output| match output {
            ReplicaOutput::Store { removals, .. } => Some(removals.clone()),
            _ => None,
        });
        assert_eq!(stored, Some(expected));
    }
}

#[test]
fn the_place_of_something_removed_is_read_as_that_and_a_made_up_one_is_not() {
    let blank = log(1, "").remove(0).blank();
    let shown = |entry: &Entry| read(entry, &ROOM, &HOST, &Cheap).content;
    assert_eq!(shown(&blank), Content::Removed);
    let mut other = blank.clone();
    other.signed.op.body = other.signed.op.body.slice(1..);
    assert_eq!(shown(&other), Content::Unreadable);
}
