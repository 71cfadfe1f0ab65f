//! Two whole apps, each with its own background and profile: one types, the other shows.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hallway::platform::System;
use hallway::platform::fake::Fake;
use hallway::session::{Session, Setup, clock, fresh_op_id};
use hallway::ui::app::{App, Seams};

/// Nothing in these tests takes that long; a window that is not woken in this time has nothing more to show.
const PATIENCE: Duration = Duration::from_secs(20);

/// One app, drawn without a screen.
struct Window {
    harness: Harness<'static, App>,
    woken: Receiver<()>,
}

impl Window {
    fn open(profile: &Path) -> Self {
        let (wake, woken) = sync_channel(1);
        let setup = Setup { data_dir: profile.to_owned(), window: true, ..Setup::default() };
        let wake = move || {
            // A full channel holds a wake already.
            let _held = wake.try_send(());
        };
        let session = Session::start(setup, wake).unwrap();
        let harness =
            Harness::builder().with_size([1040.0, 720.0]).with_max_steps(16).build_eframe(move |cc| {
                let seams = Seams {
                    new_id: Box::new(|| fresh_op_id().expect("randomness")),
                    suggest: Box::new(|| None),
                    wall_ms: Box::new(clock::wall_ms),
                    zone: jiff::tz::TimeZone::UTC,
                };
                App::new(cc, session, Fake::new(System::Linux).native(), seams)
            });
        Self { harness, woken }
    }

    /// Draws whenever something happened, until `seen` holds.
    fn until(&mut self, what: &str, seen: impl Fn(&Self) -> bool) {
        self.harness.run();
        while !seen(self) {
            let woken = self.woken.recv_timeout(PATIENCE);
            assert!(woken.is_ok(), "never saw: {what}\n{:#?}", self.harness.root());
            self.harness.run();
        }
    }

    fn until_shown(&mut self, text: &str) {
        self.until(text, |window| window.shows(text));
    }

    fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    fn fill(&mut self, field: &str, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, field).focus();
        self.harness.run();
        self.press(Modifiers::COMMAND, Key::A);
        self.harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
        self.harness.run();
    }

    fn host(&mut self, room: &str, nick: &str, port: u16) {
        self.until("the start", |window| window.harness.state().model().started);
        self.press(Modifiers::COMMAND, Key::N);
        self.fill("Room name", room);
        self.fill("Your name", nick);
        self.fill("Port", &port.to_string());
        self.press(Modifiers::NONE, Key::Enter);
        self.until_composer(room);
    }

    fn join(&mut self, address: &str, nick: &str, room: &str) {
        self.until("the start", |window| window.harness.state().model().started);
        self.press(Modifiers::COMMAND, Key::J);
        self.fill("Address or invite", address);
        self.fill("Your name", nick);
        self.press(Modifiers::NONE, Key::Enter);
        self.until_composer(room);
    }

    fn until_composer(&mut self, room: &str) {
        let field = format!("Message {room}");
        self.until(&field, |window| {
            window.harness.query_by_role_and_label(Role::MultilineTextInput, &field).is_some()
        });
    }

    fn say(&mut self, room: &str, text: &str) {
        let field = format!("Message {room}");
        let composer = Role::MultilineTextInput;
        self.harness.get_by_role_and_label(composer, &field).focus();
        self.harness.run();
        self.harness.get_by_role_and_label(composer, &field).type_text(text);
        self.harness.run();
        self.press(Modifiers::NONE, Key::Enter);
    }

    /// The texts of the conversation, in the order in which they stand on the screen.
    fn texts(&self, of: &str) -> Vec<String> {
        let found = self.harness.query_all_by_label_contains(of);
        let mut lines: Vec<(i32, String)> = found
            .filter_map(|node| {
                let top = node.rect().top().round();
                let node = node.accesskit_node();
                Some((top as i32, node.label().or_else(|| node.value())?))
            })
            .collect();
        lines.sort();
        lines.into_iter().map(|(_, text)| text).collect()
    }
}

impl Window {
    fn quit(&mut self) {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().act(&ctx, hallway::ui::model::Action::Quit);
        // A window that has ended asks to be closed in every frame, so it never settles.
        while !self.harness.state().model().ended {
            self.woken.recv_timeout(PATIENCE).expect("the background ends");
            self.harness.step();
        }
    }

    fn back_to(&mut self, room: &str) {
        self.until_shown(room);
        let button = self
            .harness
            .get_all_by_role(Role::Button)
            .find(|node| node.accesskit_node().label().is_some_and(|label| label.contains(room)));
        button.expect("the recent room").click();
        self.harness.run();
        self.until_composer(room);
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn what_one_window_says_the_other_shows_in_the_same_order() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut host, mut guest) = (Window::open(here.path()), Window::open(there.path()));
    let port = free_port();
    host.host("Lunch", "Hana", port);
    guest.join(&format!("127.0.0.1:{port}"), "Bo", "Lunch");
    for turn in 0..4 {
        host.say("Lunch", &format!("line {turn} of Hana"));
        guest.until_shown(&format!("line {turn} of Hana"));
        guest.say("Lunch", &format!("line {turn} of Bo"));
        host.until_shown(&format!("line {turn} of Bo"));
    }
    guest.until_shown("line 3 of Bo");
    assert_eq!(host.texts(" of ").len(), 8);
    assert_eq!(host.texts(" of "), guest.texts(" of "));
}

#[test]
fn a_room_is_one_click_away_after_both_apps_started_again() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let port = free_port();
    {
        let (mut host, mut guest) = (Window::open(here.path()), Window::open(there.path()));
        host.host("Lunch", "Hana", port);
        guest.join(&format!("127.0.0.1:{port}"), "Bo", "Lunch");
        guest.say("Lunch", "see you tomorrow");
        host.until_shown("see you tomorrow");
        guest.quit();
        host.quit();
    }
    let (mut host, mut guest) = (Window::open(here.path()), Window::open(there.path()));
    host.back_to("Lunch");
    host.until_shown("see you tomorrow");
    guest.back_to("Lunch");
    guest.until_shown("see you tomorrow");
    host.say("Lunch", "good morning");
    guest.until_shown("good morning");
}
