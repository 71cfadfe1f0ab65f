//! A host whose log is not the one of my copy, or that cannot show that it is the room's.

use super::*;

#[test]
fn another_log_under_the_same_numbers_is_told_once_and_ends_the_connection_the_second_time() {
    let (mine, other) = (log(3, "a"), log(4, "b"));
    let mut bench = Bench::new(Some(EPOCH), mine[1].link());
    bench.input(welcome(EPOCH, other[2].link(), mine[1].link(), 0));
    bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
    let out = bench.receive(ServerMessage::Events(run(&other, 3, 3)));
    assert_eq!(told(&out), [&Told::NewEpoch]);
    assert_eq!(fetched(&out), [FetchFrom::Before(Seq(4))]);
    assert_eq!(shown(&bench.page(FetchFrom::Before(Seq(4)), run(&other, 1, 3), false)), [1, 2, 3]);
    let forked = log(5, "c");
    let out = bench.receive(ServerMessage::Events(run(&forked, 4, 5)));
    assert_eq!(out, [ReplicaOutput::Hangup(Goodbye::Protocol)]);
}

#[test]
fn nothing_is_said_before_the_hosts_log_is_seen_to_hold_what_my_copy_ends_with() {
    let (mine, other) = (log(2, "a"), log(3, "b"));
    let come_in = |to: &[Entry]| {
        let mut bench = Bench::new(Some(EPOCH), mine[1].link());
        bench.input(welcome(EPOCH, to[2].link(), mine[1].link(), 0));
        bench.say(7);
        let out = bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
        assert_eq!(submitted(&out), []);
        bench
    };
    let this = log(3, "a");
    let out = come_in(&this).receive(ServerMessage::Events(run(&this, 3, 3)));
    assert_eq!((shown(&out), submitted(&out)), (vec![3], vec![(7, 1)]));
    // What both ends know is not compared again.
    let out = come_in(&this).receive(ServerMessage::Events(run(&this, 1, 1)));
    assert_eq!(submitted(&out), []);
    // It waits also where the other log is shown what was lost, which this host does not hear.
    let out = come_in(&other).receive(ServerMessage::Events(run(&other, 3, 3)));
    assert_eq!((told(&out), submitted(&out)), (vec![&Told::NewEpoch], vec![(7, 1)]));
}

#[test]
fn a_first_page_that_does_not_lead_to_the_signed_head_ends_the_connection() {
    let (log, other) = (log(3, "a"), log(3, "b"));
    let mut bench = Bench::new(None, Link::START);
    bench.input(welcome(EPOCH, log[2].link(), log[2].link(), 0));
    let out = bench.page(FetchFrom::Before(Seq(4)), run(&other, 1, 3), false);
    assert_eq!(out, [ReplicaOutput::Hangup(Goodbye::Protocol)]);
    assert!(bench.stored.is_empty());
}

#[test]
fn a_head_that_the_room_did_not_sign_ends_the_connection() {
    let mut bench = Bench::new(None, Link::START);
    let ReplicaInput::Welcome(mut welcome) = welcome(EPOCH, Link::START, Link::START, 0) else { panic!() };
    welcome.epoch = Epoch(4);
    let out = bench.input(ReplicaInput::Welcome(welcome));
    assert_eq!(out, [ReplicaOutput::Hangup(Goodbye::Protocol)]);
}

#[test]
fn results_under_a_head_that_the_room_did_not_sign_end_the_connection() {
    let mut bench = Bench::new(None, Link::START);
    bench.input(welcome(EPOCH, Link::START, Link::START, 0));
    let forged = SignedHead { signature: vec![1; 8], ..head(EPOCH, Link::START) };
    let result = OpResult { id: OpId([1; 16]), outcome: Ok(Seq(1)) };
    let out = bench.receive(ServerMessage::Results(vec![result], forged));
    assert_eq!(out, [ReplicaOutput::Hangup(Goodbye::Protocol)]);
}

#[test]
fn a_new_epoch_or_a_shorter_log_is_told_and_read_from_its_newest_page() {
    let (mine, other) = (log(3, "a"), log(2, "b"));
    for epoch in [EPOCH, Epoch(4)] {
        let mut bench = Bench::new(Some(EPOCH), mine[2].link());
        bench.input(welcome(epoch, other[1].link(), other[1].link(), 0));
        let out = bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
        assert!(matches!(told(&out)[..], [Told::Online { .. }, Told::NewEpoch]), "{out:?}");
        assert_eq!(shown(&bench.page(FetchFrom::Before(Seq(3)), run(&other, 1, 2), false)), [1, 2]);
        assert_eq!(bench.replica.resume().unwrap().last, other[1].link());
    }
}

/// What a member does that comes to a host whose log lacks what it holds, and that hears offers.
fn contests(bench: &mut Bench, at: Link) -> Vec<ReplicaOutput> {
    let ReplicaInput::Welcome(mut welcome) = welcome(EPOCH, at, at, 0) else { panic!() };
    welcome.features = vec![TAIL.to_owned()];
    let mut out = bench.input(ReplicaInput::Welcome(welcome));
    out.extend(bench.receive(ServerMessage::Introduced(MemberId(2), ana())));
    out
}

#[test]
fn whoever_cannot_hand_back_what_it_offered_follows_the_hosts_log_and_speaks() {
    let (mine, other) = (log(3, "a"), log(2, "b"));
    let proof = head(EPOCH, mine[2].link());
    let offered = proof.link;
    let mut bench = Bench::over(Stored { proof: Some(proof), ..stored(Some(EPOCH), mine[2].link()) });
    bench.say(7);
    let out = contests(&mut bench, other[1].link());
    assert!(told(&out).contains(&&Told::HandingBack) && submitted(&out).is_empty());
    let out = bench.input(ReplicaInput::NotHandedBack(EPOCH, offered));
    assert_eq!((told(&out), submitted(&out)), (vec![&Told::NewEpoch], vec![(7, 1)]));
    assert_eq!(fetched(&out), [FetchFrom::Before(Seq(3))]);
}

#[test]
fn where_the_host_has_to_read_what_follows_it_is_asked_for_before_anything_is_said() {
    let log = log(3, "");
    let mut bench = Bench::new(Some(EPOCH), log[1].link());
    bench.input(welcome(EPOCH, log[2].link(), log[1].link(), 0));
    bench.say(7);
    bench.receive(ServerMessage::Introduced(MemberId(2), ana()));
    let out = bench.receive(ServerMessage::Behind(Seq(3)));
    assert_eq!((fetched(&out), submitted(&out)), (vec![FetchFrom::After(Seq(2))], vec![]));
    // It keeps nothing of that any more.
    let nothing = Run { prev: log[2].link(), entries: Vec::new() };
    assert_eq!(submitted(&bench.page(FetchFrom::After(Seq(2)), nothing, false)), [(7, 1)]);
    // Who knows that it is the same log just goes on.
    assert_eq!(fetched(&bench.receive(ServerMessage::Behind(Seq(9)))), []);
}
