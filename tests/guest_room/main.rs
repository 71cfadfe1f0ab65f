//! The host's rules for people without the app, one by one.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected shall end there"
)]

mod bench;
mod charge;
#[path = "../harness/crypto.rs"]
mod crypto;

use std::net::IpAddr;

use bench::{
    Bench, address, allowed, answers, closed, is_in, key, list, lists, nick, rules_told, text, told,
};
use crypto::Signs;
use hallway::room::log::OpSigner;
use hallway::room::{ConnId, Input, Output, RoomNotice};
use hallway::types::entry::kind;
use hallway::types::limits::{GUEST_NAMES, GUESTS, GUESTS_PER_ADDRESS, KEPT_OUT, STAGED_ENTRIES};
use hallway::types::{Audience, Author, Content, GuestList, GuestRules, MemberId, OpId};
use hallway::wire::message::ServerMessage;
use hallway::wire::op;
use hallway::wire::text::GuestAsk;

#[test]
fn members_are_told_of_guests_at_their_welcome_and_together_when_it_changes() {
    let mut bench = Bench::new(allowed());
    assert_eq!(lists(&bench.enter(1, "Ana"), 1), [GuestList::default()]);
    assert_eq!(lists(&bench.guest(10, 9), 1), [list(&["192.168.1.9"])], "the first at once");
    bench.guest(11, 8);
    let out = bench.guest(12, 7);
    assert_eq!(lists(&out, 1), [], "what follows together");
    assert_eq!(lists(&bench.enter(2, "Bo"), 2), [list(&["192.168.1.9", "192.168.1.8", "192.168.1.7"])]);
    let out = bench.later();
    assert_eq!(lists(&out, 1), [list(&["192.168.1.9", "192.168.1.8", "192.168.1.7"])]);
    bench.input(Input::Closed(ConnId(10)));
    bench.input(Input::Closed(ConnId(11)));
    bench.input(Input::Closed(ConnId(12)));
    assert_eq!(lists(&bench.later(), 2), [GuestList::default()]);
    assert_eq!(bench.room.next_tick(), None);
}

#[test]
fn a_list_that_did_not_change_is_not_told_again_and_a_long_one_once_a_second() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    (0..8).for_each(|last| drop(bench.guest(10 + u64::from(last), last)));
    assert_eq!(lists(&bench.later(), 1)[0].count, 8);
    bench.guest(30, 30);
    bench.input(Input::Closed(ConnId(30)));
    let out = [bench.later(), bench.later()].concat();
    assert_eq!(lists(&out, 1), [], "as it was");
    bench.guest(31, 31);
    assert_eq!(lists(&bench.enter(2, "Bo"), 2)[0].count, 9);
    let out = bench.input(Input::Closed(ConnId(31)));
    assert_eq!(lists(&out, 2)[0].count, 8, "one of them knew something else");
    bench.later();
    assert_eq!(lists(&bench.guest(31, 31), 1), [], "nine are many");
    let mut told = 0;
    for last in 40..60 {
        bench.guest(u64::from(last), last);
        told += lists(&bench.later(), 1).len();
    }
    assert_eq!(told, 5, "twenty changes in five seconds");
}

#[test]
fn a_list_names_64_guests_and_counts_65() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    (0..=GUEST_NAMES as u64).for_each(|conn| drop(bench.guest(100 + conn, conn as u8)));
    let out = bench.later();
    let [list] = &lists(&out, 1)[..] else { panic!("not one list") };
    assert_eq!((list.names.len(), list.count as usize), (GUEST_NAMES, GUEST_NAMES + 1));
}

#[test]
fn what_a_guest_says_is_an_entry_of_the_hosts_and_reaches_all_others_once() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    bench.guest(10, 9);
    bench.guest(11, 8);
    let out = bench.guest_says(10, "hi");
    assert_eq!(told(&out, 11), ["<192.168.1.9> hi"]);
    assert_eq!(told(&out, 10), Vec::<String>::new(), "no echo");
    let entry = bench.log.last().unwrap();
    let op = &entry.signed.op;
    assert_eq!((op.kind, op.author, op.n, entry.member), (kind::GUEST, key(1), 0, MemberId(0)));
    assert_eq!(Signs(key(1)).sign(&op::canonical(op)), entry.signed.signature);
    let shown = op::message(entry);
    assert_eq!((shown.author, shown.name.as_str()), (Author::Guest, "192.168.1.9"));
    assert_eq!(shown.content, Content::Post(text("hi")));
    assert!(out.iter().any(|output| matches!(output, Output::Publish(run, _) if run.entries.len() == 1)));
    bench.guest_says(10, "hi");
    let ids: Vec<OpId> = bench.log.iter().map(|entry| entry.signed.op.id).collect();
    assert_ne!(ids[ids.len() - 2], ids[ids.len() - 1], "the same words twice are two entries");
}

#[test]
fn what_was_not_meant_for_guests_is_not_passed_to_them() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    bench.enter(2, "Bo");
    bench.guest(10, 9);
    assert_eq!(told(&bench.say(2, "a secret", Audience::Members), 10), Vec::<String>::new());
    assert_eq!(told(&bench.say(2, "hello\nall", Audience::Everyone), 10), ["<Bo> hello\nall"]);
    let out = bench.submit(2, 1_000, bytes::Bytes::from_static(b"something of an extension"));
    assert_eq!(told(&out, 10), ["* Bo sent something that only the app can show"]);
}

#[test]
fn a_guest_hears_what_becomes_durable_behind_its_coming_and_is_told_where_that_begins() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    bench.say(1, "before", Audience::Everyone);
    let head = bench.room.head().seq;
    assert_eq!(is_in(&bench.guest(10, 9), 10), Some(head.next()));
}

#[test]
fn coming_going_and_new_names_are_told_in_words() {
    let mut bench = Bench::new(allowed());
    bench.guest(10, 9);
    bench.later();
    assert_eq!(told(&bench.enter(2, "Anna"), 10), ["* Anna joined"]);
    bench.later();
    assert_eq!(told(&bench.introduce(2, "Ana"), 10), ["* Anna is now called Ana"]);
    bench.enter(7, "Zed");
    bench.enter(3, "Bo");
    bench.enter(4, "Cem");
    bench.enter(5, "Dora");
    bench.enter(6, "Eva");
    assert_eq!(told(&bench.later(), 10), ["* Bo, Cem and 2 others joined"], "and no first names");
    bench.later();
    let out = bench.input(Input::Closed(ConnId(2)));
    assert_eq!(told(&out, 10), ["* Ana left"]);
    bench.later();
    let out = bench.guest(11, 8);
    assert_eq!((told(&out, 10), told(&out, 11)), (vec!["* 192.168.1.8 joined".to_owned()], vec![]));
    bench.later();
    assert_eq!(told(&bench.input(Input::Closed(ConnId(11))), 10), ["* 192.168.1.8 left"]);
}

#[test]
fn two_guests_of_one_address_have_different_names() {
    let mut bench = Bench::new(allowed());
    bench.enter(2, "192.168.1.9#2");
    bench.guest(10, 9);
    let out = bench.guest(11, 9);
    let expected = "you are called 192.168.1.9#3 here, because others came from your address";
    assert_eq!(answers(&out, 11), [expected], "a member has the second");
    bench.input(Input::Closed(ConnId(10)));
    assert_eq!(answers(&bench.guest(12, 9), 12), Vec::<String>::new(), "the first is free again");
}

#[test]
fn a_guest_takes_a_name_that_nobody_has_and_that_is_like_nobodys() {
    let mut bench = Bench::new(allowed());
    bench.enter(2, "Ana");
    bench.input(Input::Closed(ConnId(2)));
    bench.guest(10, 9);
    bench.guest(11, 8);
    let nick_ask = |name: &str| GuestAsk::Nick(name.to_owned());
    let out = bench.ask(10, nick_ask("bob"));
    assert_eq!(answers(&out, 10), ["you are called bob now"]);
    assert_eq!(told(&out, 11), ["* 192.168.1.9 is now called bob"]);
    assert_eq!(told(&out, 10), Vec::<String>::new());
    for taken in ["аna", "BOB", "192.168.1.77", "1O.0.0.l", "", "a<b", "* bob left"] {
        let out = bench.ask(11, nick_ask(taken));
        assert_eq!((answers(&out, 11).len(), told(&out, 10).len()), (1, 0), "{taken:?}");
    }
    let said = bench.guest_says(11, "still me");
    assert_eq!(told(&said, 10), ["<192.168.1.8> still me"]);
    let out = bench.enter(3, "Bob");
    let denied = |output: &Output| matches!(output, Output::Send(_, ServerMessage::Denied(_)));
    assert!(out.iter().any(denied), "a member does not take a guest's name either");
    bench.input(Input::Closed(ConnId(10)));
    assert!(!bench.introduce(3, "Bob").iter().any(denied), "and may when the guest is gone");
}

#[test]
fn questions_are_answered_to_the_one_who_asks() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    bench.enter(2, "Bo");
    bench.guest(10, 9);
    bench.guest(11, 8);
    let who = bench.ask(10, GuestAsk::Who);
    assert_eq!(answers(&who, 10), ["here: Ana, Bo; without the app: 192.168.1.9 (you), 192.168.1.8"]);
    assert_eq!((answers(&who, 11), told(&who, 11)), (vec![], vec![]));
    assert!(answers(&bench.ask(10, GuestAsk::Help), 10)[0].contains("/nick NAME"));
    let unknown = bench.ask(10, GuestAsk::Unknown("dance".to_owned()));
    assert_eq!(answers(&unknown, 10), ["there is no command /dance; /help says which there are"]);
    let quit = bench.ask(10, GuestAsk::Quit);
    assert_eq!((answers(&quit, 10), closed(&quit)), (vec!["goodbye".to_owned()], vec![10]));
    assert_eq!(closed(&bench.input(Input::Closed(ConnId(10)))), Vec::<u64>::new());
}

#[test]
fn who_names_64_and_counts_the_rest() {
    let mut bench = Bench::new(allowed());
    (0..70_u8).for_each(|last| drop(bench.guest(100 + u64::from(last), last)));
    let answer = answers(&bench.ask(100, GuestAsk::Who), 100).remove(0);
    assert_eq!(answer.matches("192.168.1.").count(), 64);
    assert!(answer.ends_with(" and 6 more"), "{answer}");
}

#[test]
fn who_may_only_read_is_told_so_and_nothing_is_recorded() {
    let mut bench = Bench::new(GuestRules { read_only: true, ..allowed() });
    bench.guest(10, 9);
    let out = bench.guest_says(10, "hi");
    assert_eq!(answers(&out, 10), ["you can read here, and not speak"]);
    assert_eq!(bench.log.len(), 0);
    bench.input(Input::SetGuests(allowed()));
    bench.guest_says(10, "now");
    assert_eq!(bench.log.len(), 1);
}

#[test]
fn what_the_log_does_not_take_is_said_to_be_not_kept() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    bench.guest(10, 9);
    bench.guest(11, 8);
    bench.input(Input::GuestAsked(ConnId(10), GuestAsk::Say(text("lost"))));
    bench.recording = None;
    let out = bench.input(Input::RecordFailed("the disk is full".to_owned()));
    let words = "not kept: the host's disk did not take it; say it again".to_owned();
    assert_eq!((answers(&out, 10), told(&out, 11)), (vec![words], vec![]));
    assert_eq!(told(&bench.guest_says(10, "again"), 11), ["<192.168.1.9> again"]);
}

#[test]
fn guests_fill_a_quarter_of_what_may_wait_for_the_disk_and_members_the_rest() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    bench.guest(10, 9);
    let say = |bench: &mut Bench| bench.input(Input::GuestAsked(ConnId(10), GuestAsk::Say(text("hi"))));
    // The first one is on its way to the disk alone.
    for _ in 0..=STAGED_ENTRIES / 4 {
        assert_eq!(answers(&say(&mut bench), 10), Vec::<String>::new());
    }
    assert_eq!(answers(&say(&mut bench), 10), ["the room is busy: say it again"]);
    let before = bench.log.len();
    bench.say(1, "a member", Audience::Members);
    assert_eq!(bench.log.len() - before, STAGED_ENTRIES / 4 + 2, "and the member's own");
    assert_eq!(answers(&say(&mut bench), 10), Vec::<String>::new(), "there is room again");
}

#[test]
fn a_guest_that_is_sent_away_may_come_back_and_one_that_is_kept_out_may_not() {
    let mut bench = Bench::new(allowed());
    bench.guest(10, 9);
    bench.guest(11, 9);
    bench.guest(12, 8);
    let remove = |name: &str, keep_out| Input::RemoveGuest { name: nick(name), keep_out };
    let out = bench.done(remove("192.168.1.9", false));
    assert_eq!((closed(&out), answers(&out, 10)), (vec![10], vec!["the host sent you away".to_owned()]));
    assert!(!out.iter().any(|output| matches!(output, Output::Tell(_))));
    assert!(is_in(&bench.guest(13, 9), 13).is_some());
    let out = bench.done(remove("192.168.1.9", true));
    assert_eq!(closed(&out), [11, 13], "all of its address");
    let rules = GuestRules { kept_out: vec![address(9)], ..allowed() };
    assert!(out.contains(&Output::Tell(RoomNotice::GuestsChanged(rules.clone()))));
    assert_eq!(bench.room.facts().guests, rules);
    assert_eq!(closed(&bench.guest(14, 9)), [14]);
    let off = GuestRules { kept_out: vec![address(9)], ..GuestRules::default() };
    let out = bench.input(Input::SetGuests(GuestRules::default()));
    assert_eq!(rules_told(&out), [off], "who made the rules did not know it");
    let out = bench.input(Input::SetGuests(allowed()));
    assert_eq!(rules_told(&out), [rules]);
    assert_eq!(closed(&bench.guest(15, 9)), [15]);
    assert_eq!(rules_told(&bench.input(Input::LetIn(address(9)))), [allowed()]);
    assert!(is_in(&bench.guest(16, 9), 16).is_some(), "and may again when the host says so");
}

#[test]
fn who_changes_its_name_is_found_by_the_one_before_for_half_a_minute() {
    let mut bench = Bench::new(allowed());
    bench.guest(10, 9);
    bench.guest(11, 8);
    bench.ask(10, GuestAsk::Nick("one".to_owned()));
    let out = bench.ask(10, GuestAsk::Nick("two".to_owned()));
    assert_eq!(answers(&out, 10), ["you changed your name a moment ago; try again"]);
    assert_eq!(told(&out, 11), Vec::<String>::new());
    bench.now.boot_ms += 2_000;
    assert_eq!(answers(&bench.ask(10, GuestAsk::Nick("two".to_owned())), 10), ["you are called two now"]);
    bench.ask(11, GuestAsk::Nick("one".to_owned()));
    let remove = |name: &str| Input::RemoveGuest { name: nick(name), keep_out: false };
    assert_eq!(closed(&bench.done(remove("one"))), [11], "who has the name goes before who had it");
    assert_eq!(closed(&bench.done(remove("one"))), [10]);
    bench.guest(12, 7);
    bench.ask(12, GuestAsk::Nick("three".to_owned()));
    bench.now.boot_ms += 30_001;
    let out = bench.done(remove("192.168.1.7"));
    assert!(
        out.contains(&Output::Tell(RoomNotice::NoSuchGuest(nick("192.168.1.7")))) && closed(&out).is_empty()
    );
    assert_eq!(closed(&bench.done(remove("three"))), [12]);
}

#[test]
fn as_many_addresses_are_kept_out_as_may_be_and_the_first_goes_for_one_more() {
    let kept_out: Vec<IpAddr> =
        (0..=KEPT_OUT).map(|number| [10, 0, (number / 256) as u8, (number % 256) as u8].into()).collect();
    let mut bench = Bench::new(GuestRules { kept_out: kept_out.clone(), ..allowed() });
    assert_eq!(bench.room.facts().guests.kept_out, kept_out[..KEPT_OUT]);
    bench.guest(10, 9);
    bench.done(Input::RemoveGuest { name: nick("192.168.1.9"), keep_out: true });
    let now = &bench.room.facts().guests.kept_out;
    assert_eq!((now.len(), now[0], now[KEPT_OUT - 1]), (KEPT_OUT, kept_out[1], address(9)));
}

#[test]
fn where_guests_may_not_come_any_more_all_are_sent_away() {
    let mut bench = Bench::new(allowed());
    bench.enter(1, "Ana");
    bench.guest(10, 9);
    bench.guest(11, 8);
    bench.later();
    let out = bench.input(Input::SetGuests(GuestRules::default()));
    assert_eq!(closed(&out), [10, 11]);
    assert_eq!(answers(&out, 11), ["this room takes no guests any more"]);
    assert_eq!(lists(&bench.later(), 1), [GuestList::default()]);
    assert_eq!(closed(&bench.guest(12, 7)), [12]);
}

#[test]
fn an_address_has_its_number_of_guests_and_the_room_its_own() {
    let mut bench = Bench::new(allowed());
    let mut conn = 100;
    for last in 0..4 {
        for _ in 0..GUESTS_PER_ADDRESS {
            conn += 1;
            assert!(is_in(&bench.guest(conn, last), conn).is_some());
        }
        let out = bench.guest(9_000, last);
        assert_eq!((is_in(&out, 9_000), closed(&out)), (None, vec![9_000]));
        assert_eq!(answers(&out, 9_000).len(), 1, "a polite line");
    }
    assert_eq!(conn - 100, GUESTS as u64);
    let out = bench.guest(9_000, 200);
    assert_eq!(answers(&out, 9_000), ["as many guests are here as may be; try again later"]);
    assert_eq!(closed(&out), [9_000]);
}

#[test]
fn a_classic_room_says_addresses_and_nothing_else() {
    let mut bench = Bench::new(GuestRules { classic: true, ..allowed() });
    bench.enter(1, "Ana");
    bench.enter(2, "Bo");
    let mut all = bench.guest(10, 9);
    all.extend(bench.guest(11, 9));
    all.extend(bench.guest_says(10, "one"));
    all.extend(bench.guest_says(11, "two"));
    all.extend(bench.say(1, "three", Audience::Everyone));
    all.extend(bench.say(2, "a secret", Audience::Members));
    all.extend(bench.say(2, "four", Audience::Everyone));
    all.extend(bench.introduce(2, "Bob"));
    all.extend(bench.ask(10, GuestAsk::Who));
    all.extend(bench.input(Input::Closed(ConnId(11))));
    all.extend(bench.later());
    assert_eq!(
        told(&all, 12),
        ["<192.168.1.9> one", "<192.168.1.9> two", "<192.168.1.1> three", "<192.168.1.2> four"]
    );
    assert!(!all.iter().any(|output| matches!(output, Output::ToGuest(..))), "no word of its own");
    let names: Vec<&str> = bench.log.iter().map(|entry| entry.name.as_str()).collect();
    assert!(names.contains(&"192.168.1.9#2"), "members can tell them apart");
}

#[test]
fn a_room_that_closes_tells_its_guests() {
    let mut bench = Bench::new(allowed());
    bench.guest(10, 9);
    let out = bench.input(Input::CloseRoom);
    assert_eq!((answers(&out, 10), closed(&out)), (vec!["the host closed the room".to_owned()], vec![10]));
}
