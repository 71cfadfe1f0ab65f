//! The checker, shown one broken promise of each kind, and a kept one.

use hallway::types::{Epoch, MemberKey, OpId, Seq};

use super::{Checker, End, Fact, Line, Violation};

const ANA: MemberKey = MemberKey([1; 32]);
const BO: MemberKey = MemberKey([2; 32]);

fn id(number: u8) -> OpId {
    OpId([number; 16])
}

fn line(seq: u64, number: u8, author: MemberKey) -> Line {
    Line { seq: Seq(seq), id: id(number), author: Some(author), prev: Some(Seq(seq - 1)) }
}

/// Ana's 1 and 3, Bo's 2.
fn log() -> Vec<Line> {
    vec![line(1, 1, ANA), line(2, 2, BO), line(3, 3, ANA)]
}

/// What both are told when all goes well.
fn story() -> Vec<(usize, Fact)> {
    let said = [(0, Fact::Pending(id(1))), (1, Fact::Pending(id(2))), (0, Fact::Pending(id(3)))];
    let sent =
        [(0, Fact::Sent(id(1), Seq(1))), (1, Fact::Sent(id(2), Seq(2))), (0, Fact::Sent(id(3), Seq(3)))];
    let shown = (0..2).flat_map(|who| log().into_iter().map(move |line| (who, Fact::Shown(line))));
    said.into_iter().chain(sent).chain(shown).collect()
}

fn all() -> Vec<End> {
    vec![End { history: log(), waiting: Vec::new() }; 2]
}

fn judged(story: &[(usize, Fact)], log: &[Line], ends: &[End]) -> Result<(), Violation> {
    let mut checker = Checker::new(Epoch(1), [ANA, BO]);
    story.iter().try_for_each(|(who, fact)| checker.fact(*who, fact))?;
    checker.finish(log, ends)
}

#[track_caller]
fn breaks(law: &str, story: &[(usize, Fact)], log: &[Line], ends: &[End]) {
    let violation = judged(story, log, ends).expect_err("it was not seen");
    assert_eq!(violation.law, law, "{violation}");
}

/// The story with one fact in place of another.
fn instead(at: usize, fact: Fact) -> Vec<(usize, Fact)> {
    let mut story = story();
    story[at].1 = fact;
    story
}

#[test]
fn a_kept_promise_is_no_violation() {
    assert_eq!(judged(&story(), &log(), &all()), Ok(()));
}

#[test]
fn i1_an_acknowledged_message_that_is_lost() {
    let short = &log()[..2];
    let ends = vec![End { history: short.to_vec(), waiting: Vec::new() }; 2];
    let unseen: Vec<_> =
        story().into_iter().filter(|(_, fact)| *fact != Fact::Shown(line(3, 3, ANA))).collect();
    breaks("I1", &unseen, short, &ends);
}

#[test]
fn i1_a_line_that_was_shown_and_is_not_in_the_log() {
    let mut story = story();
    story.extend([(1, Fact::Pending(id(4))), (0, Fact::Shown(line(4, 4, BO)))]);
    breaks("I1", &story, &log(), &all());
}

#[test]
fn i1_a_history_that_has_another_line_at_a_number() {
    let mut ends = all();
    ends[1].history[1].id = id(9);
    breaks("I1", &story(), &log(), &ends);
}

#[test]
fn i2_a_pair_that_is_swapped_for_one_member() {
    let mut story = story();
    story[9] = (1, Fact::Shown(line(1, 2, BO)));
    story[10] = (1, Fact::Shown(line(2, 1, ANA)));
    breaks("I2", &story[..11], &log(), &all());
}

#[test]
fn i2_a_number_that_is_left_out_of_the_log() {
    let log = vec![line(1, 1, ANA), line(2, 2, BO), line(4, 3, ANA)];
    breaks("I2", &story()[..5], &log, &all());
}

#[test]
fn i3_a_line_that_is_numbered_twice() {
    let mut log = log();
    log.push(line(4, 2, BO));
    breaks("I3", &story(), &log, &all());
}

#[test]
fn i3_a_line_that_is_shown_twice() {
    breaks("I3", &instead(8, Fact::Shown(line(2, 2, BO))), &log(), &all());
}

#[test]
fn i4_what_one_author_said_in_the_other_order() {
    let mut story = story();
    story.swap(0, 2);
    breaks("I4", &story, &log(), &all());
}

#[test]
fn i5_a_line_that_nobody_said() {
    let unsaid: Vec<_> = story().into_iter().filter(|(who, _)| *who == 0).collect();
    breaks("I5", &unsaid, &log(), &all());
}

#[test]
fn i5_an_acknowledgement_of_what_was_never_said() {
    breaks("I5", &instead(3, Fact::Sent(id(7), Seq(1))), &log(), &all());
}

#[test]
fn i6_a_gap_that_is_hidden_and_one_that_is_told() {
    let skips: Vec<_> =
        story().into_iter().filter(|(who, fact)| *who == 0 || *fact != Fact::Shown(line(2, 2, BO))).collect();
    breaks("I6", &skips, &log(), &all());
    let mut told = skips;
    let at = told.len() - 1;
    told.insert(at, (1, Fact::Gap { after: Seq(1), before: Seq(3) }));
    assert_eq!(judged(&told, &log(), &all()), Ok(()));
    told[at].1 = Fact::Gap { after: Seq(0), before: Seq(3) };
    breaks("I6", &told, &log(), &all());
}

#[test]
fn i6_a_history_with_a_hole_in_it() {
    let mut ends = all();
    ends[1].history.remove(1);
    breaks("I6", &story(), &log(), &ends);
}

#[test]
fn i10_a_member_to_whom_the_last_line_never_comes() {
    let story = story();
    breaks("I10", &story[..story.len() - 1], &log(), &all());
}

#[test]
fn i10_a_message_that_is_never_numbered() {
    let mut story = story();
    story.push((1, Fact::Pending(id(8))));
    breaks("I10", &story, &log(), &all());
    let mut ends = all();
    ends[1].waiting.push(id(2));
    breaks("I10", &story[..story.len() - 1], &log(), &ends);
    story.push((1, Fact::Refused(id(8))));
    assert_eq!(judged(&story, &log(), &all()), Ok(()), "what was refused is its author's again");
}

#[test]
fn a_member_that_starts_again_goes_on_where_its_disk_ends_and_says_what_waits() {
    let mut story = story();
    story.insert(0, (1, Fact::Restarted { epoch: None, last: Seq(0), outbox: vec![id(5)] }));
    breaks("I10", &story, &log(), &all());
    story[0].1 = Fact::Restarted { epoch: None, last: Seq(2), outbox: Vec::new() };
    breaks("I3", &story, &log(), &all());
}
