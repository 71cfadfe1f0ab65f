//! Invites that stand for a room's password: whom they let in, and how often.

use hallway::room::log::Digest;
use hallway::types::limits::{TRIES_MS, TRIES_PER_ADDRESS};
use hallway::types::{Admission, InviteEnd, InviteTerms, Issued, Token};
use hallway::wire::chain;

use super::gate::Sevens;
use super::*;

const TOKEN: Token = Token([3; 16]);

fn issued(token: Token, people: Option<u32>, until_ms: Option<i64>) -> Issued {
    let hash = Cheap.sha256(&[&chain::token_bytes(&token)]);
    let terms = InviteTerms { people, until_ms };
    Issued { number: token.0[0].into(), hash, terms, used: [].into(), revoked: false }
}

fn locked(invites: Vec<Issued>) -> Bench {
    let known = Known { invites, ..Known::default() };
    Bench::with(known, (9, None), Some(Box::new(Sevens)))
}

fn come(bench: &mut Bench, number: u8, token: Token) -> Vec<Output> {
    bench.input(Input::Connected {
        conn: ConnId(number.into()),
        hello: Box::new(Hello { token: Some(token), ..*hello(number, None) }),
        address: Some([10, 0, 0, 9].into()),
        binding: [number; 32],
    })
}

fn admits(number: u8, invite: u32) -> Vec<Output> {
    let admission = Admission { key: key(number), epoch: 0, invite: Some(invite) };
    vec![Output::Admit(ConnId(number.into()), admission)]
}

fn ended(number: u8, end: InviteEnd) -> Vec<Output> {
    vec![Output::Send(ConnId(number.into()), ServerMessage::InviteEnded(end))]
}

fn done(bench: &mut Bench, number: u8) -> Vec<Output> {
    bench.input(Input::Admitted(ConnId(number.into()), Ok(())))
}

#[test]
fn whoever_brings_an_invite_is_in_once_that_is_written_down_and_the_host_hears_of_it() {
    let mut bench = locked(vec![issued(TOKEN, Some(1), None)]);
    assert_eq!(come(&mut bench, 2, TOKEN), admits(2, 3));
    assert_eq!(bench.room.present(), 0);
    let out = done(&mut bench, 2);
    welcome(&out);
    assert!(out.contains(&Output::Tell(RoomNotice::InviteUsed(3, key(2)))));
    bench.input(Input::Closed(ConnId(2)));
    welcome(&bench.connect(2, None));
}

#[test]
fn an_invite_for_one_is_for_one_also_where_two_bring_it_at_once() {
    let mut bench = locked(vec![issued(TOKEN, Some(1), None)]);
    assert_eq!(come(&mut bench, 2, TOKEN), admits(2, 3));
    assert_eq!(come(&mut bench, 4, TOKEN), ended(4, InviteEnd::Used));
    welcome(&done(&mut bench, 2));
    assert_eq!(come(&mut bench, 5, TOKEN), ended(5, InviteEnd::Used));
}

#[test]
fn the_same_member_with_the_same_invite_is_no_second_use() {
    let mut bench = locked(vec![issued(TOKEN, Some(1), None)]);
    come(&mut bench, 2, TOKEN);
    bench.input(Input::Closed(ConnId(2)));
    done(&mut bench, 2);
    // It never heard that it may come in, and comes again.
    assert_eq!(come(&mut bench, 2, TOKEN), admits(2, 3));
    let out = done(&mut bench, 2);
    welcome(&out);
    assert!(!out.iter().any(|out| matches!(out, Output::Tell(_))), "{out:?}");
}

#[test]
fn an_invite_whose_use_could_not_be_written_down_was_not_used() {
    let mut bench = locked(vec![issued(TOKEN, Some(1), None)]);
    come(&mut bench, 2, TOKEN);
    let out = bench.input(Input::Admitted(ConnId(2), Err("the disk is full".to_owned())));
    assert!(out.contains(&Output::Close(ConnId(2), Goodbye::Other)), "{out:?}");
    assert_eq!(come(&mut bench, 4, TOKEN), admits(4, 3));
}

#[test]
fn a_second_time_that_could_not_be_written_down_frees_no_place() {
    let mut bench = locked(vec![Issued { used: [key(2)].into(), ..issued(TOKEN, Some(1), None) }]);
    assert_eq!(come(&mut bench, 2, TOKEN), admits(2, 3));
    bench.input(Input::Admitted(ConnId(2), Err("the disk is full".to_owned())));
    assert_eq!(come(&mut bench, 4, TOKEN), ended(4, InviteEnd::Used));
}

#[test]
fn an_invite_that_ended_says_why_and_the_password_still_opens() {
    let until = Some(NOW.wall_ms);
    let old = Issued { used: [key(8)].into(), ..issued(Token([4; 16]), Some(1), None) };
    let back = Issued { revoked: true, ..issued(Token([6; 16]), Some(1), None) };
    let mut bench = locked(vec![old, issued(Token([5; 16]), None, until), back]);
    for (number, token, end) in [
        (14, 4, InviteEnd::Used),
        (15, 5, InviteEnd::Expired),
        (16, 6, InviteEnd::Unknown),
        (17, 7, InviteEnd::Unknown),
    ] {
        assert_eq!(come(&mut bench, number, Token([token; 16])), ended(number, end));
        let id = ConnId(number.into());
        bench.input(Input::Received(id, ClientMessage::Ke1(vec![1; 96].into())));
        let out = bench.input(Input::Received(id, ClientMessage::Ke3(vec![7; 64].into())));
        let admission = Admission { key: key(number), epoch: 0, invite: None };
        assert_eq!(out, [Output::Admit(id, admission)]);
        welcome(&done(&mut bench, number));
    }
}

#[test]
fn tokens_that_there_never_were_count_as_tries() {
    let mut bench = locked(vec![issued(TOKEN, Some(9), None)]);
    for number in 0..u8::try_from(TRIES_PER_ADDRESS).unwrap() {
        assert_eq!(come(&mut bench, 20 + number, Token([99; 16])), ended(20 + number, InviteEnd::Unknown));
        bench.input(Input::Closed(ConnId((20 + number).into())));
    }
    let out = come(&mut bench, 40, Token([98; 16]));
    let later = Output::Send(ConnId(40), ServerMessage::NeedPassword(TRIES_MS));
    let guessing = Output::Tell(RoomNotice::Guessing([10, 0, 0, 9].into()));
    assert_eq!(out, [guessing, later, Output::Close(ConnId(40), Goodbye::Other)]);
    let out = come(&mut bench, 41, TOKEN);
    assert!(matches!(out[..], [Output::Send(_, ServerMessage::NeedPassword(1..)), Output::Close(..)]));
}

#[test]
fn a_change_of_the_invites_forgets_nobody_who_came_in_a_moment_ago() {
    let mut bench = locked(vec![issued(TOKEN, Some(1), None)]);
    come(&mut bench, 2, TOKEN);
    // As they were kept before that.
    bench.input(Input::SetInvites(vec![issued(TOKEN, Some(1), None), issued(Token([4; 16]), Some(1), None)]));
    assert_eq!(come(&mut bench, 5, TOKEN), ended(5, InviteEnd::Used));
    assert_eq!(come(&mut bench, 6, Token([4; 16])), admits(6, 4));
    bench.input(Input::SetInvites(Vec::new()));
    assert_eq!(come(&mut bench, 7, TOKEN), ended(7, InviteEnd::Unknown));
}

#[test]
fn another_password_ends_every_invite_and_no_password_needs_none() {
    let mut bench = locked(vec![issued(TOKEN, Some(9), None)]);
    let _away = bench.room.relock(NOW, Some(Box::new(Sevens)), 1);
    assert_eq!(come(&mut bench, 2, TOKEN), ended(2, InviteEnd::Unknown));
    let _open = bench.room.relock(NOW, None, 2);
    welcome(&come(&mut bench, 3, Token([77; 16])));
}
