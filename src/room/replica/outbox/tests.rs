//! What is submitted, and what waits for an answer first.

use super::*;
use crate::types::Refusal;
use crate::types::{MemberKey, Signature};
use crate::wire::message::OpResult;

struct Unsigned;

impl OpSigner for Unsigned {
    fn key(&self) -> MemberKey {
        MemberKey([1; 32])
    }

    fn sign(&self, _message: &[u8]) -> Signature {
        Signature([0; 64])
    }
}

/// Ids and counters of what is submitted next.
fn submitted(outbox: &mut Outbox) -> Vec<(u8, u64)> {
    let mut out = Vec::new();
    outbox.submit_next(Now::default(), &Unsigned, &mut out);
    let ops = |output| match output {
        ReplicaOutput::Send(ClientMessage::Submit(ops)) => ops,
        _ => Vec::new(),
    };
    out.into_iter().flat_map(ops).map(|signed| (signed.op.id.0[0], signed.op.n)).collect()
}

#[test]
fn what_follows_a_message_that_may_be_numbered_already_waits_for_its_answer() {
    let mut outbox = Outbox::new(RoomId([7; 32]), 5, Vec::new());
    for id in [OpId([1; 16]), OpId([2; 16])] {
        let text = MessageText::new("hello").unwrap();
        outbox.say((id, text, Audience::Members, 0), &Unsigned, &mut Vec::new());
        outbox.queued(id, &mut Vec::new());
    }
    // The host has one more of me than my copy: the first of these may be it.
    outbox.welcome(5, Seq(5));
    outbox.open();
    assert_eq!(submitted(&mut outbox), [(1, 5)]);
    let refused = OpResult { id: OpId([1; 16]), outcome: Err(Refusal::OutOfOrder { expected: 6 }) };
    outbox.results(Now::default(), vec![refused], Seq(0), &mut Vec::new());
    assert_eq!(submitted(&mut outbox), []);
    outbox.requeued();
    assert_eq!(submitted(&mut outbox), [(1, 6), (2, 7)], "in the order in which they were said");
}

#[test]
fn what_is_not_safe_yet_is_not_in_the_outbox() {
    let mut outbox = Outbox::new(RoomId([7; 32]), 5, Vec::new());
    for id in [OpId([1; 16]), OpId([2; 16])] {
        let text = MessageText::new("hello").unwrap();
        outbox.say((id, text, Audience::Members, 0), &Unsigned, &mut Vec::new());
    }
    outbox.queued(OpId([1; 16]), &mut Vec::new());
    let ids: Vec<OpId> = outbox.pending().into_iter().map(|row| row.id).collect();
    assert_eq!(ids, [OpId([1; 16])]);
}

#[test]
fn what_the_host_has_numbered_and_lost_goes_again_before_what_was_said_later() {
    let mut outbox = Outbox::new(RoomId([7; 32]), 5, Vec::new());
    let say = |outbox: &mut Outbox, id| {
        let text = MessageText::new("hello").unwrap();
        outbox.say((OpId([id; 16]), text, Audience::Members, 0), &Unsigned, &mut Vec::new());
        outbox.queued(OpId([id; 16]), &mut Vec::new());
    };
    say(&mut outbox, 1);
    outbox.welcome(4, Seq(5));
    outbox.open();
    assert_eq!(submitted(&mut outbox), [(1, 5)]);
    let numbered = OpResult { id: OpId([1; 16]), outcome: Ok(Seq(6)) };
    outbox.results(Now::default(), vec![numbered], Seq(0), &mut Vec::new());
    outbox.lost();
    say(&mut outbox, 2);
    // Others have said more since it went back in time, so that its head is as far again.
    outbox.welcome(4, Seq(9));
    outbox.open();
    assert_eq!(submitted(&mut outbox), [(1, 5), (2, 6)]);
}

#[test]
fn who_says_more_than_the_host_takes_at_once_is_told_so_once_until_all_of_it_went() {
    let mut outbox = Outbox::new(RoomId([7; 32]), 1, Vec::new());
    let say = |outbox: &mut Outbox, number: u8| {
        let (id, text) = (OpId([number; 16]), MessageText::new("hello").unwrap());
        outbox.say((id, text, Audience::Members, 0), &Unsigned, &mut Vec::new());
        outbox.queued(id, &mut Vec::new());
    };
    let answer = |outbox: &mut Outbox, at: u64, number: u8, outcome| {
        let mut out = Vec::new();
        let now = Now { boot_ms: at, ..Now::default() };
        outbox.results(now, vec![OpResult { id: OpId([number; 16]), outcome }], Seq(0), &mut out);
        out.contains(&ReplicaOutput::Tell(Told::Slowed))
    };
    let slow = || Err(Refusal::TooFast { retry_after_ms: 100 });
    outbox.welcome(0, Seq(0));
    outbox.open();
    (1..=3).for_each(|number| say(&mut outbox, number));
    assert_eq!(submitted(&mut outbox), [(1, 1), (2, 2), (3, 3)]);
    assert!(!answer(&mut outbox, 0, 1, Ok(Seq(1))));
    assert!(answer(&mut outbox, 0, 2, slow()));
    assert!(!answer(&mut outbox, 0, 3, slow()), "told once");
    assert_eq!(submitted(&mut outbox), [], "it waits");
    outbox.tick(Now { boot_ms: 100, ..Now::default() });
    assert_eq!(submitted(&mut outbox), [(2, 2), (3, 3)]);
    assert!(!answer(&mut outbox, 100, 2, Ok(Seq(2))));
    assert!(!answer(&mut outbox, 100, 3, slow()), "the rest of what was told of");
    outbox.tick(Now { boot_ms: 200, ..Now::default() });
    assert_eq!(submitted(&mut outbox), [(3, 3)]);
    assert!(!answer(&mut outbox, 200, 3, Ok(Seq(3))));
    say(&mut outbox, 4);
    assert_eq!(submitted(&mut outbox), [(4, 4)]);
    assert!(answer(&mut outbox, 300, 4, slow()), "all of that went, so this is news");
}
