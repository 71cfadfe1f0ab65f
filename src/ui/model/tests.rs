//! The reducer, without a window.

use super::*;
use crate::session::{Failure, Hosting, Notice, Online, Started, Trust};
use crate::session::{RoomEvent, Session};
use crate::types::{
    Audience, GuestList, GuestRules, Invite, MemberId, MemberKey, MessageText, Pending, RoomId, RoomName, Seq,
};

fn model() -> Model {
    let mut model = early();
    model.apply(started(Vec::new(), Vec::new()));
    model
}

/// Before the background has told anything.
fn early() -> Model {
    let mut last = 0;
    let new_id = move || {
        last += 1;
        OpId([last; 16])
    };
    let seams = Seams {
        new_id: Box::new(new_id),
        suggest: Box::new(|| Some("census moment olympic".to_owned())),
        wall_ms: Box::new(|| 0),
        zone: TimeZone::UTC,
    };
    Model::new(seams, System::Linux)
}

fn started(recents: Vec<RecentRoom>, again: Vec<RoomId>) -> Event {
    let login_name = Nickname::new("Ana").unwrap();
    Event::Started(Box::new(Started { settings: Settings::default(), recents, login_name, again }))
}

fn recent(plain: bool) -> RecentRoom {
    RecentRoom {
        room_id: RoomId([7; 32]),
        name: RoomName::new("Tea").unwrap(),
        hosted: false,
        addresses: vec!["10.0.0.1:9000".parse().unwrap()],
        port: 9000,
        last_ms: 0,
        nickname: Nickname::new("Ana").unwrap(),
        verified: false,
        capacity: None,
        plain,
        open: false,
    }
}

#[test]
fn rooms_that_come_back_stand_on_the_rail_and_the_window_stays_where_it_is() {
    let mut model = early();
    let asked = model.apply(started(vec![recent(false)], vec![RoomId([7; 32]), RoomId([8; 32])]));
    assert_eq!(asked, [Command::Reopen(RoomRef(1), RoomId([7; 32]))]);
    assert_eq!((model.screen, model.listed().count()), (Screen::Home, 1));
}

#[test]
fn a_link_that_came_with_the_start_is_still_in_the_form_when_the_background_has_started() {
    let mut model = early();
    model.act(Action::OpenInvite("hallway://join/1?cut".parse().unwrap()));
    model.apply(started(Vec::new(), Vec::new()));
    assert_eq!((model.screen, model.join.address.as_str()), (Screen::Join, "hallway://join/1?cut"));
}

pub(super) fn online() -> RoomEvent {
    RoomEvent::Online(Online {
        room: RoomName::new("Tea").unwrap(),
        room_id: RoomId([9; 32]),
        me: Nickname::new("Ana").unwrap(),
        member: MemberId(1),
        key: MemberKey([1; 32]),
        trust: Trust::Verified,
        head: Seq(0),
        address: "10.0.0.1:7666".parse().unwrap(),
        plain: false,
    })
}

pub(super) fn hosted() -> (Model, RoomRef) {
    let mut model = model();
    model.act(Action::Show(Screen::Host));
    model.act(Action::SubmitHost);
    let id = RoomRef(1);
    model.apply(Event::Room(id, online()));
    (model, id)
}

fn say(text: &str) -> RoomAction {
    RoomAction::Say(MessageText::new(text).unwrap())
}

#[test]
fn a_room_that_came_up_is_shown_and_its_name_for_me_is_kept() {
    let (mut model, id) = hosted();
    assert_eq!(model.screen, Screen::Room(id));
    assert!(model.has_changes());
    let kept = model.act(Action::KeepChanges);
    let [Command::KeepSettings(settings)] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(settings.nickname.as_ref().unwrap().as_str(), "Ana");
    assert!(!model.has_changes());
}

#[test]
fn somebody_who_went_elsewhere_meanwhile_is_not_pulled_back() {
    let mut model = model();
    model.act(Action::Show(Screen::Host));
    model.act(Action::SubmitHost);
    model.act(Action::Show(Screen::Settings));
    model.apply(Event::Room(RoomRef(1), online()));
    assert_eq!(model.screen, Screen::Settings);
    assert_eq!(model.listed().count(), 1);
}

#[test]
fn a_message_that_was_not_taken_is_back_in_the_composer() {
    let (mut model, id) = hosted();
    let (session, _ends) = Session::pair();
    let mut refused = None;
    for n in 0..=crate::types::limits::COMMAND_QUEUE {
        for command in model.act(Action::Room(id, say(&n.to_string()))) {
            refused = session.send(command).err().or(refused);
        }
    }
    model.not_taken(&refused.unwrap().0);
    assert_eq!(model.room(id).unwrap().returned, ["64"]);
    assert_eq!(model.toasts.last().unwrap().kind, ToastKind::BusySay);
}

#[test]
fn what_could_not_be_kept_is_back_in_the_composer_and_says_why() {
    let (mut model, id) = hosted();
    let text = MessageText::new("hello").unwrap();
    let unsaid = RoomEvent::Unsaid { id: OpId([1; 16]), text, reason: "disk full".into() };
    model.apply(Event::Room(id, unsaid));
    let room = model.room(id).unwrap();
    assert_eq!(room.returned, ["hello"]);
    assert_eq!(room.banner(), Some(Banner::Notice(&RoomNotice::Unsaid("disk full".into()))));
}

#[test]
fn a_refused_text_goes_back_into_the_composer_and_out_of_the_outbox() {
    let (mut model, id) = hosted();
    let op = OpId([5; 16]);
    let text = MessageText::new("hello").unwrap();
    let pending = Pending { id: op, text: text.clone(), at_ms: 0, refused: None };
    model.apply(Event::Room(id, RoomEvent::Pending(pending)));
    model.apply(Event::Room(id, RoomEvent::Refused(op, crate::types::Refusal::TooLong, text)));
    let asked = model.act(Action::Room(id, RoomAction::PutBack(op)));
    assert_eq!(asked, [Command::Withdraw(id, op)]);
    assert_eq!(model.room(id).unwrap().returned, ["hello"]);
}

#[test]
fn a_window_that_fell_behind_asks_for_everything_anew() {
    let (mut model, id) = hosted();
    let asked = model.apply(Event::Room(id, RoomEvent::Behind(Seq(90))));
    assert_eq!(asked, [Command::Refresh(id)]);
}

#[test]
fn the_gravest_banner_stands_alone() {
    let (mut model, id) = hosted();
    let notice = Notice::NewEpoch;
    model.apply(Event::Room(id, RoomEvent::Notice(notice)));
    model.apply(Event::Room(id, RoomEvent::Offline(Failure::Lost, 500)));
    assert_eq!(model.room(id).unwrap().banner(), Some(Banner::Offline(&Failure::Lost)));
    model.apply(Event::Room(id, online()));
    assert!(matches!(model.room(id).unwrap().banner(), Some(Banner::Notice(_))));
    model.act(Action::Room(id, RoomAction::Dismiss));
    assert_eq!(model.room(id).unwrap().banner(), None);
}

#[test]
fn that_the_rest_follows_by_itself_is_said_until_it_has() {
    let (mut model, id) = hosted();
    let (op, text) = (OpId([9; 16]), MessageText::new("one of sixty").unwrap());
    let pending = Pending { id: op, text, at_ms: 0, refused: None };
    model.apply(Event::Room(id, RoomEvent::Pending(pending)));
    model.apply(Event::Room(id, RoomEvent::Notice(Notice::Slowed)));
    let slowed = RoomNotice::Notice(Notice::Slowed);
    assert_eq!(model.room(id).unwrap().banner(), Some(Banner::Notice(&slowed)));
    model.apply(Event::Room(id, RoomEvent::Sent(op, Seq(1))));
    assert_eq!(model.room(id).unwrap().banner(), None);
}

#[test]
fn a_hosted_room_that_is_opened_again_stays_open_and_says_so_until_it_works() {
    let (mut model, id) = hosted();
    let notice = |notice| Event::Room(id, RoomEvent::Notice(notice));
    let failure = Failure::Reopening("a sync failed".to_owned());
    for words in [Notice::HostNotStoring("full".into()), Notice::NotKept("full".into()), Notice::Full] {
        model.apply(notice(words));
    }
    model.apply(notice(Notice::Reopening("a sync failed".into())));
    model.apply(Event::Room(id, RoomEvent::Offline(failure.clone(), 2_000)));
    let room = model.room(id).unwrap();
    assert_eq!(room.banner(), Some(Banner::Offline(&failure)));
    assert!(room.is_open() && room.is_hosted());
    model.apply(notice(Notice::StoringAgain));
    model.apply(Event::Room(id, online()));
    let shown = [Notice::Full, Notice::StoringAgain].map(RoomNotice::Notice);
    for notice in &shown {
        assert_eq!(model.room(id).unwrap().banner(), Some(Banner::Notice(notice)));
        model.act(Action::Room(id, RoomAction::Dismiss));
    }
    assert_eq!(model.room(id).unwrap().banner(), None);
}

#[test]
fn what_was_missing_of_a_mended_room_is_not_said_to_be_once_it_is_back() {
    let (mut model, id) = hosted();
    let notice = |notice| Event::Room(id, RoomEvent::Notice(notice));
    model.apply(notice(Notice::Mended(7, "/a".into())));
    model.apply(notice(Notice::TakenBack(7)));
    model.apply(notice(Notice::TakenBack(3)));
    let shown = [Notice::Mended(0, "/a".into()), Notice::TakenBack(3)].map(RoomNotice::Notice);
    for notice in &shown {
        assert_eq!(model.room(id).unwrap().banner(), Some(Banner::Notice(notice)));
        model.act(Action::Room(id, RoomAction::Dismiss));
    }
    assert_eq!(model.room(id).unwrap().banner(), None);
}

#[test]
fn a_failed_room_is_tried_again_under_a_new_reference_in_its_old_place() {
    let (mut model, id) = hosted();
    model.apply(Event::Room(id, RoomEvent::Failed(Failure::PortTaken { port: 7666, next: Some(7667) })));
    let asked = model.act(Action::Room(id, RoomAction::UsePort(7667)));
    let [Command::Host(new, ask)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_ne!(*new, id);
    assert_eq!(ask.port, crate::session::PortAsk::From(7667));
    assert_eq!(model.screen, Screen::Room(*new));
    assert_eq!(model.rooms.len(), 1);
}

#[test]
fn leaving_keeps_the_draft_and_waits_for_the_end_off_the_rail() {
    let (mut model, id) = hosted();
    model.act(Action::Room(id, RoomAction::Draft("half a".into())));
    let asked = model.act(Action::Room(id, RoomAction::AskLeave));
    assert_eq!(asked, [Command::KeepDraft(id, "half a".into()), Command::Leave(id)]);
    assert_eq!((model.listed().count(), model.rooms.len()), (0, 1));
    model.apply(Event::Room(id, RoomEvent::Over));
    assert!(model.rooms.is_empty());
}

#[test]
fn drafts_are_not_kept_where_the_person_does_not_want_it() {
    let (mut model, id) = hosted();
    model.act(Action::EditSettings(SettingsEdit::RememberDrafts(false)));
    model.act(Action::Room(id, RoomAction::Draft("half a".into())));
    let asked = model.act(Action::KeepChanges);
    assert!(matches!(asked.as_slice(), [Command::KeepSettings(_)]), "{asked:?}");
}

#[test]
fn closing_asks_where_others_are_inside_and_then_waits_for_the_end() {
    let (mut model, id) = hosted();
    model.apply(Event::Room(id, RoomEvent::Roster(Vec::new(), 2)));
    assert_eq!(model.act(Action::AskQuit), []);
    assert_eq!(model.dialog, Some(Dialog::Quit));
    assert_eq!(model.act(Action::Quit).last(), Some(&Command::End));
    assert!(model.closing && !model.ended);
    model.apply(Event::Ended);
    assert!(model.ended);
}

#[test]
fn closing_does_not_wait_for_a_background_that_is_gone() {
    let mut model = model();
    let asked = model.act(Action::AskQuit);
    for command in asked {
        model.not_taken(&command);
    }
    assert!(model.ended);
}

#[test]
fn what_comes_while_nobody_looks_is_unread() {
    let (mut model, id) = hosted();
    model.set_focused(false);
    let message = crate::types::Message {
        seq: Seq(1),
        prev: Seq(0),
        id: OpId([2; 16]),
        author: crate::types::Author::Member(MemberKey([2; 32])),
        member: MemberId(2),
        name: Nickname::new("Bo").unwrap(),
        at_ms: 0,
        content: crate::types::Content::Post(MessageText::new("hi").unwrap()),
    };
    model.apply(Event::Room(id, RoomEvent::Messages(vec![message])));
    assert_eq!(model.room(id).unwrap().timeline.unread(), 1);
    model.set_focused(true);
    assert_eq!(model.room(id).unwrap().timeline.unread(), 0);
}

/// For whom the next line is that is said.
fn says_to(model: &mut Model, id: RoomRef) -> Audience {
    let asked = model.act(Action::Room(id, say("hi")));
    let [Command::Say(_, _, _, audience)] = asked.as_slice() else { panic!("{asked:?}") };
    *audience
}

fn guests(count: u32) -> RoomEvent {
    RoomEvent::Guests(GuestList { names: Vec::new(), count })
}

#[test]
fn what_i_say_is_for_guests_only_once_the_window_showed_that_one_is_here() {
    let (mut model, id) = hosted();
    assert_eq!(says_to(&mut model, id), Audience::Members);
    model.apply(Event::Room(id, guests(1)));
    assert_eq!(says_to(&mut model, id), Audience::Members);
    model.act(Action::Room(id, RoomAction::OpenShown(true)));
    assert_eq!(says_to(&mut model, id), Audience::Everyone);
    model.apply(Event::Room(id, guests(0)));
    model.apply(Event::Room(id, guests(1)));
    assert_eq!(says_to(&mut model, id), Audience::Members, "the padlock was not drawn for this one yet");
}

#[test]
fn a_room_that_is_away_has_no_guests() {
    for gone in [RoomEvent::Offline(Failure::Lost, 500), RoomEvent::Failed(Failure::Lost)] {
        let (mut model, id) = hosted();
        model.apply(Event::Room(id, guests(2)));
        model.act(Action::Room(id, RoomAction::OpenShown(true)));
        model.apply(Event::Room(id, gone));
        assert_eq!(model.room(id).unwrap().guests.count, 0);
        assert_eq!(says_to(&mut model, id), Audience::Members);
    }
}

#[test]
fn what_guests_may_do_shows_as_it_is_where_the_change_was_not_taken() {
    let (mut model, id) = hosted();
    let invite = Invite::new(Vec::new(), RoomId([9; 32]), RoomName::new("Tea").unwrap());
    model.apply(Event::Room(
        id,
        RoomEvent::Hosting(Hosting {
            room: RoomName::new("Tea").unwrap(),
            room_id: RoomId([9; 32]),
            port: 7666,
            addresses: Vec::new(),
            invite,
            words: Vec::new(),
            capacity: 200,
            guests: GuestRules::default(),
            asks: false,
            locked: false,
        }),
    ));
    let allowed = |model: &Model| model.room(id).unwrap().hosting.as_ref().unwrap().guests.allowed;
    let rules = GuestRules { allowed: true, ..GuestRules::default() };
    let asked = model.act(Action::Room(id, RoomAction::SetGuests(rules.clone())));
    assert_eq!(asked, [Command::SetGuests(id, rules)]);
    assert!(allowed(&model));
    model.not_taken(&asked[0]);
    assert!(!allowed(&model));
}

#[test]
fn several_lines_for_a_plain_room_wait_for_an_answer_and_then_leave_the_composer() {
    let mut model = model();
    model.act(Action::EditJoin(JoinEdit::Address("10.0.0.1".into())));
    model.act(Action::EditJoin(JoinEdit::Plain(true)));
    let asked = model.act(Action::SubmitJoin);
    assert!(matches!(asked.as_slice(), [Command::Join(_, ask)] if ask.plain), "{asked:?}");
    let id = RoomRef(1);
    assert!(model.room(id).unwrap().is_plain(), "before it answers");
    let text = MessageText::new("one\ntwo").unwrap();
    assert_eq!(model.act(Action::Room(id, RoomAction::AskLines(text.clone()))), []);
    assert_eq!(model.dialog, Some(Dialog::SendLines(id, text.clone())));
    let asked = model.act(Action::Room(id, RoomAction::SayLines(text.clone())));
    assert!(matches!(asked.as_slice(), [Command::Say(_, _, said, _)] if *said == text), "{asked:?}");
    assert_eq!((model.dialog.as_ref(), model.room(id).unwrap().released.as_ref()), (None, Some(&text)));
    assert_eq!(model.act(Action::Room(id, RoomAction::Typing(true))), []);
}

#[test]
fn a_plain_room_that_failed_is_tried_again_as_one() {
    let mut model = model();
    model.apply(Event::Recents(vec![recent(true)]));
    model.act(Action::Reopen(RoomId([7; 32])));
    model.apply(Event::Room(RoomRef(1), RoomEvent::Failed(Failure::Lost)));
    let asked = model.act(Action::Room(RoomRef(1), RoomAction::RetryAs(Nickname::new("Bo").unwrap())));
    assert!(matches!(asked.as_slice(), [Command::Join(_, ask)] if ask.plain), "{asked:?}");
}
