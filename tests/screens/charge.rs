//! A host that is in charge.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hallway::session::{Command, Notice, Person, RoomEvent, RoomRef, Trust};
use hallway::types::{
    Act, Author, Content, GuestList, House, HouseRules, MemberId, MemberKey, Message, Nickname, OpId,
    Refusal, Removal, Rule, Signature, Standing, Succession, Until, Verb,
};

use crate::trust::visiting;
use crate::window::{NOW_MS, Window, online, said};

const ROOM: RoomRef = RoomRef(1);
const BO: MemberKey = MemberKey([2; 32]);

fn name() -> Nickname {
    Nickname::new("Bo").unwrap()
}

fn act(verb: Verb) -> Act {
    Act { verb, whom: BO, name: name(), until_ms: None, by_address: false }
}

/// A room of mine that Bo is in.
fn with_bo() -> Window {
    let mut window = Window::open();
    window.host();
    let bo = Person { member: MemberId(2), key: BO, name: name(), host: false, me: false };
    let me = Person { member: MemberId(1), key: online().key, name: online().me, host: true, me: true };
    window.tell_room(1, RoomEvent::Roster(vec![me, bo], 2));
    window.asked();
    window
}

#[test]
fn a_person_is_muted_and_let_speak_again_and_sent_away() {
    let mut window = with_bo();
    window.click("Bo");
    window.click("Mute");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Mute))]);
    let muted = Standing { muted: Some(Until::ForGood), ..Standing::new(BO, name()) };
    window.tell_room(1, RoomEvent::Standings(vec![muted]));
    window.click("Bo");
    window.click("Let speak again");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Unmute))]);
    window.click("Bo");
    window.click("Send away");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Remove))]);
}

#[test]
fn whoever_is_kept_out_is_so_for_as_long_and_as_widely_as_was_chosen() {
    let mut window = with_bo();
    window.click("Bo");
    window.click("Keep out …");
    window.click("For a day");
    window.click("Keep out");
    let until_ms = Some(NOW_MS + 24 * 3_600_000);
    let banned = Act { until_ms, by_address: true, ..act(Verb::Ban) };
    assert_eq!(window.asked(), [Command::Act(ROOM, banned)]);
}

#[test]
fn who_is_kept_out_is_listed_and_let_in_again() {
    let mut window = with_bo();
    let banned = Standing { banned: Some(Until::ForGood), ..Standing::new(BO, name()) };
    window.tell_room(1, RoomEvent::Standings(vec![banned]));
    window.click("More for this room");
    window.click("People kept out or muted …");
    window.click("Let in again: Bo");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Unban))]);
    window.tell_room(1, RoomEvent::Standings(Vec::new()));
    assert!(window.sees("Nobody is kept out of this room"));
}

/// A room of somebody else's that Bo is in and where I am a moderator.
fn as_moderator() -> Window {
    let mut window = visiting(Trust::Verified);
    let bo = Person { member: MemberId(2), key: BO, name: name(), host: false, me: false };
    let host =
        Person { member: MemberId(1), key: HOST, name: Nickname::new("Hal").unwrap(), host: true, me: false };
    let me = Person { member: MemberId(3), key: online().key, name: online().me, host: false, me: true };
    window.tell_room(1, RoomEvent::Roster(vec![host, bo, me], 3));
    window.tell_room(1, RoomEvent::House(house(HouseRules::default(), &[online().key])));
    window.asked();
    window
}

const HOST: MemberKey = MemberKey([8; 32]);

fn house(rules: HouseRules, moderators: &[MemberKey]) -> House {
    House { rules, moderators: moderators.to_vec() }
}

#[test]
fn a_host_makes_somebody_a_moderator_and_ends_it_and_the_list_says_who_is_one() {
    let mut window = with_bo();
    window.click("Bo");
    window.click("Make moderator");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Appoint))]);
    window.tell_room(1, RoomEvent::House(house(HouseRules::default(), &[BO])));
    window.click("Bo, moderator");
    window.click("Not moderator any more");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Dismiss))]);
}

#[test]
fn a_moderator_acts_on_people_but_not_on_the_host_and_appoints_nobody() {
    let mut window = as_moderator();
    window.click("Bo");
    assert!(window.sees("You are a moderator") && !window.sees("Make moderator"));
    window.click("Mute");
    assert_eq!(window.asked(), [Command::Act(ROOM, act(Verb::Mute))]);
    window.click("Hal, host");
    assert!(!window.sees("You are a moderator"));
    window.press(Modifiers::NONE, Key::Escape);
    window.tell_room(1, RoomEvent::House(House::default()));
    window.click("Bo");
    assert!(!window.sees("You are a moderator"), "not any more");
}

#[test]
fn a_moderator_sends_guests_away_keeps_them_out_and_removes_what_they_said() {
    let mut window = as_moderator();
    let gus = Nickname::new("Gus").unwrap();
    window.tell_room(1, RoomEvent::Guests(GuestList { names: vec![gus.clone()], count: 1 }));
    let line = Message { author: Author::Guest, name: gus.clone(), ..said(2, "a secret") };
    window.tell_room(1, RoomEvent::Messages(vec![line.clone()]));
    window.asked();
    let about = |verb, by_address| {
        Command::Act(
            ROOM,
            Act { verb, whom: MemberKey::GUESTS, name: gus.clone(), until_ms: None, by_address },
        )
    };
    window.click("More about Gus");
    window.click("Send away");
    assert_eq!(window.asked(), [about(Verb::Remove, false)]);
    window.click("More about Gus");
    window.click("Keep out …");
    assert!(window.sees("until the host lets that address in again"));
    window.click("Keep out");
    assert_eq!(window.asked(), [about(Verb::Ban, true)]);
    window.point_at("a secret");
    window.click("Remove message");
    window.click("Remove");
    // A member who says the same of something of their own that has its id does nothing to it.
    let theirs = Removal { author: BO, name: name(), which: Some(line.id) };
    let content = Content::Removal(theirs);
    let own = Message { content, author: Author::Member(BO), id: OpId([8; 16]), ..said(3, "x") };
    window.tell_room(1, RoomEvent::Messages(vec![own]));
    assert!(window.sees("a secret"));
    let removal = Removal { author: MemberKey::GUESTS, name: gus, which: Some(line.id) };
    assert_eq!(window.asked(), [Command::Remove(ROOM, removal.clone())]);
    let me = Author::Member(online().key);
    let gone = Message { content: Content::Removal(removal), author: me, id: OpId([9; 16]), ..said(4, "x") };
    window.tell_room(1, RoomEvent::Messages(vec![gone]));
    assert!(!window.sees("a secret") && window.sees("removed a message of Gus"));
}

#[test]
fn the_rules_are_chosen_by_whoever_is_in_charge_and_said_where_they_matter() {
    let mut window = as_moderator();
    window.click("More for this room");
    window.click("House rules …");
    window.click("Slow mode: one message every 15 s");
    for rule in ["Only the host and moderators write", "Locked: nobody new comes in"] {
        window.harness.get_by_role_and_label(Role::CheckBox, rule).click();
        window.harness.run();
    }
    let rules = [Rule::Slow(15), Rule::Announcements(true), Rule::Locked(true)];
    assert_eq!(window.asked(), rules.map(|rule| Command::SetRule(ROOM, rule)));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.sees("locked"));
    // Those in charge are not held by them; others read it where they write.
    assert!(!window.sees("Only the host and moderators write here now"));
    let all = HouseRules { slow_s: 15, announcements: true, locked: true };
    window.tell_room(1, RoomEvent::House(house(all, &[])));
    assert!(window.sees("Only the host and moderators write here now"));
    window.tell_room(1, RoomEvent::House(house(HouseRules { announcements: false, ..all }, &[])));
    assert!(window.sees("Slow mode: one message every 15 s"));
}

#[test]
fn what_was_not_done_is_said_with_the_reason() {
    let mut window = as_moderator();
    let notice = Notice::NotDoneHere(Some(Refusal::NotInCharge));
    window.tell_room(1, RoomEvent::Notice(notice));
    assert!(window.sees("That is for the host and moderators to do"));
}

#[test]
fn a_message_of_mine_is_removed_after_a_question_and_its_place_stays() {
    let mut window = visiting(Trust::Verified);
    let mine = Message { author: Author::Member(online().key), ..said(2, "a secret") };
    window.tell_room(1, RoomEvent::Messages(vec![said(1, "before"), mine.clone(), said(3, "theirs")]));
    window.asked();
    window.point_at("theirs");
    assert!(!window.sees("Remove message"), "it is not mine");
    window.point_at("a secret");
    window.click("Remove message");
    assert!(window.sees("Remove this message?"));
    window.click("Remove");
    let removal = Removal { author: online().key, name: mine.name.clone(), which: Some(mine.id) };
    assert_eq!(window.asked(), [Command::Remove(ROOM, removal.clone())]);
    let content = Content::Removal(removal);
    let gone = Message { content, id: OpId([99; 16]), author: mine.author, ..said(4, "x") };
    window.tell_room(1, RoomEvent::Messages(vec![gone]));
    assert!(!window.sees("a secret") && window.sees("This message was removed"));
    assert!(window.sees("theirs"), "nothing else goes");
}

#[test]
fn a_host_removes_everything_that_somebody_said() {
    let mut window = with_bo();
    let theirs = |seq, text| Message { author: Author::Member(BO), name: name(), ..said(seq, text) };
    let other = Message { author: Author::Member(MemberKey([4; 32])), ..said(2, "other") };
    window.tell_room(1, RoomEvent::Messages(vec![theirs(1, "one"), other, theirs(3, "three")]));
    window.asked();
    window.click("Bo");
    window.click("Remove all their messages …");
    window.click("Remove");
    let removal = Removal { author: BO, name: name(), which: None };
    assert_eq!(window.asked(), [Command::Remove(ROOM, removal.clone())]);
    let me = Author::Member(online().key);
    let gone = Message { content: Content::Removal(removal), author: me, name: online().me, ..said(4, "x") };
    window.tell_room(1, RoomEvent::Messages(vec![gone]));
    assert!(!window.sees("one") && !window.sees("three") && window.sees("other"));
    assert!(window.sees("removed everything that Bo had said"));
}

#[test]
fn what_somebody_says_whom_i_ignore_is_folded_away_and_can_be_looked_at() {
    let mut window = as_moderator();
    window.click("Bo");
    window.click("Ignore");
    assert!(window.sees("You ignore this person."));
    window.press(Modifiers::NONE, Key::Escape);
    window.harness.get_by_role_and_label(Role::Button, "Bo, ignored");
    let other = Message { author: Author::Member(HOST), ..said(2, "other") };
    window.tell_room(1, RoomEvent::Messages(vec![said(1, "before"), other, said(3, "bother")]));
    assert!(window.sees("other") && !window.sees("bother"));
    assert!(window.sees("You ignore Bo"));
    window.click("Show");
    assert!(window.sees("bother"));
    window.press(Modifiers::COMMAND, Key::Comma);
    let ignores = |window: &Window| window.harness.state().model().settings.ignores(&BO);
    assert!(ignores(&window));
    // It stands below the edge of the screen.
    window.harness.get_by_role_and_label(Role::Button, "Stop ignoring: Bo").click_accesskit();
    window.harness.run();
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!ignores(&window));
    window.harness.run_steps(20);
    let kept = std::iter::from_fn(|| window.ends.commands.try_recv().ok());
    assert!(
        kept.last().is_some_and(|last| matches!(last, Command::KeepSettings(kept) if !kept.ignores(&BO)))
    );
}

#[test]
fn whoever_is_ignored_is_so_under_another_key_too() {
    let mut window = as_moderator();
    window.click("Bo");
    window.click("Ignore");
    window.press(Modifiers::NONE, Key::Escape);
    let (next, proof) = (MemberKey([9; 32]), Signature([0; 64]));
    let content = Content::Succeeded(Succession { to: next, proof });
    let gone = Message { content, author: Author::Member(BO), name: name(), ..said(2, "x") };
    let by_next = Message { author: Author::Member(next), name: name(), ..said(3, "nuisance") };
    window.tell_room(1, RoomEvent::Messages(vec![gone]));
    window.tell_room(1, RoomEvent::Messages(vec![by_next]));
    assert!(!window.sees("nuisance"));
    assert!(window.harness.state().model().settings.ignores(&next));
}
