//! A window in a plain-text room: what it is, and what it cannot do.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use hallway::session::{Command, Failure, Online, RoomEvent, RoomRef, Trust};
use hallway::types::{Author, MemberId, Message, Nickname, RecentRoom, RoomId, Seq};

use crate::window::{Window, address, nothing_said, online, recent, said};

fn typed(address: &str) -> Window {
    let mut window = Window::open();
    window.press(Modifiers::COMMAND, Key::J);
    window.type_into("Address or invite", address);
    window
}

fn failed(failure: Failure) -> Window {
    let mut window = typed("192.168.1.23");
    window.press(Modifiers::NONE, Key::Enter);
    window.asked();
    window.tell_room(1, RoomEvent::Failed(failure));
    window
}

/// In a plain-text room.
fn inside() -> Window {
    let mut window = failed(Failure::Silent(address()));
    window.click("Join as plain text");
    window.asked();
    window.tell_room(2, RoomEvent::Online(Online { plain: true, trust: Trust::Open, ..online() }));
    window.tell_room(2, RoomEvent::Page(nothing_said()));
    window.asked();
    window
}

#[test]
fn what_answers_is_shown_and_only_then_plain_text_is_offered() {
    let heard = Failure::NotHallway(address(), "Welcome to this chatroom!".into());
    for failure in [heard, Failure::Silent(address())] {
        let mut window = failed(failure.clone());
        assert_eq!(
            window.sees("It said: “Welcome to this chatroom!”"),
            matches!(failure, Failure::NotHallway(..))
        );
        assert!(window.sees("Nothing there is encrypted or confirmed, and names are addresses."));
        assert_eq!(window.asked(), [], "nothing goes there by itself");
        window.click("Join as plain text");
        let asked = window.asked();
        let [Command::Join(RoomRef(2), ask)] = asked.as_slice() else { panic!("{asked:?}") };
        assert!(ask.plain);
    }
    for failure in [Failure::TimedOut(address()), Failure::Refused(address()), Failure::KeyChanged(address())]
    {
        assert!(!failed(failure).sees("Join as plain text"));
    }
}

#[test]
fn somebody_who_knows_says_so_in_the_form() {
    let mut window = typed("192.168.1.23:9000");
    assert!(!window.sees("It is a plain-text room"));
    window.click("More");
    window.harness.get_by_label("It is a plain-text room (no Hallway there)").click();
    window.harness.run();
    assert!(window.sees("Nothing there is encrypted or confirmed"));
    window.click("Join");
    let asked = window.asked();
    assert!(matches!(asked.as_slice(), [Command::Join(_, ask)] if ask.plain), "{asked:?}");
}

#[test]
fn it_is_shown_as_what_it_is() {
    let mut window = inside();
    assert!(window.sees("Open · plain text"));
    assert!(window.sees("Plain text: anyone on the network can read this, and nothing is confirmed"));
    assert!(window.sees("This room does not say who is here"));
    assert!(!window.sees("verified") && !window.sees("1 here"));
    let line = Message {
        author: Author::Guest,
        member: MemberId(0),
        name: Nickname::new("192.168.1.9").unwrap(),
        ..said(2, "hello")
    };
    let mine = Message { author: Author::Member(online().key), name: online().me, ..said(3, "hi") };
    window.tell_room(2, RoomEvent::Messages(vec![line, mine]));
    let told = |text: &str| window.harness.get_by_label(text).accesskit_node().description().unwrap();
    assert!(!told("hello").contains("guest"), "nobody there is anything else");
    assert!(told("hi").ends_with("Written to the room; not confirmed"), "{}", told("hi"));
}

#[test]
fn where_the_connection_was_gone_it_says_so_and_asks_for_nothing() {
    let mut window = inside();
    window.tell_room(
        2,
        RoomEvent::Messages(vec![said(2, "before"), Message { prev: Seq(3), ..said(4, "after") }]),
    );
    assert!(window.sees("The connection was gone here. What was said meanwhile is not known"));
    assert!(!window.sees("missing") && !window.sees("Load"));
    assert!(
        std::iter::from_fn(|| window.ends.commands.try_recv().ok()).all(|c| !matches!(c, Command::Page(..)))
    );
}

#[test]
fn nobody_there_is_told_that_i_am_typing() {
    let mut window = inside();
    window.write("hello");
    window.press(Modifiers::NONE, Key::Enter);
    let asked = window.asked();
    assert!(matches!(asked.as_slice(), [Command::Say(..), ..]), "{asked:?}");
    assert!(!asked.iter().any(|command| matches!(command, Command::Typing(..))), "{asked:?}");
}

#[test]
fn what_it_cannot_do_is_there_with_the_reason() {
    let mut window = inside();
    window.click("More for this room");
    for (entry, why) in [("Change my name …", "has no names"), ("How people come in", "has no invites")] {
        let node = window.harness.get_by_role_and_label(Role::Button, entry);
        assert!(node.accesskit_node().is_disabled(), "{entry}");
        assert!(node.accesskit_node().description().unwrap().contains(why), "{entry}");
    }
    assert!(window.sees("Leave the room"));
}

#[test]
fn several_lines_go_out_only_after_a_question_and_stay_until_then() {
    let mut window = inside();
    window.write("one\n\ntwo\nthree");
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.sees("Send 3 lines?"));
    assert!(!window.asked().iter().any(|command| matches!(command, Command::Say(..))));
    window.click("Cancel");
    assert_eq!(window.written(), "one\n\ntwo\nthree");
    window.harness.get_by_role(Role::MultilineTextInput).focus();
    window.harness.run();
    window.press(Modifiers::NONE, Key::Enter);
    let in_dialog = window.harness.get_all_by_role_and_label(Role::Button, "Send").last().unwrap();
    in_dialog.click();
    window.harness.run();
    let asked = window.asked();
    let [Command::Say(_, _, text, _), ..] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(text.as_str(), "one\n\ntwo\nthree");
    assert_eq!(window.written(), "");
    assert!(!window.sees("Send 3 lines?"));
}

#[test]
fn a_recent_one_is_marked_and_one_click_away() {
    let mut window = Window::open();
    let plain = RecentRoom { plain: true, ..recent() };
    window.tell(hallway::session::Event::Recents(vec![plain]));
    window.click("Go back to Lunch");
    assert_eq!(window.asked(), [Command::Reopen(RoomRef(1), RoomId([7; 32]))]);
    assert!(window.sees("Lunch, plain text"), "on the rail");
}
