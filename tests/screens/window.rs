//! A whole window without a display, over a background that the test plays, and what it is told.

use egui::accesskit::Role;
use egui::{Key, Modifiers, ViewportEvent, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hallway::platform::System;
use hallway::platform::fake::Fake;
use hallway::session::{
    Command, Ends, Event, Hosting, LogPage, Online, PageAsk, Reach, ReachKind, RoomEvent, RoomRef, Session,
    Started, Trust,
};
use hallway::types::{
    Address, Content, Invite, MemberId, MemberKey, Message, MessageText, Nickname, OpId, RecentRoom, RoomId,
    RoomName, Seq, Settings,
};
use hallway::ui::app::{App, Seams};

pub(crate) const NOW_MS: i64 = 1_795_363_200_000;

pub(crate) struct Window {
    pub(crate) harness: Harness<'static, App>,
    pub(crate) ends: Ends,
    pub(crate) desktop: Fake,
}

impl Window {
    pub(crate) fn open() -> Self {
        Self::on(System::Linux, [1040.0, 720.0])
    }

    pub(crate) fn on(system: System, size: [f32; 2]) -> Self {
        Self::with(Fake::new(system), size)
    }

    fn bare(desktop: Fake, size: [f32; 2]) -> Self {
        let (session, ends) = Session::pair();
        let shown = desktop.clone();
        let harness = Harness::builder().with_size(size).with_max_steps(12).build_eframe(move |cc| {
            let mut last = 0;
            let new_id = move || {
                last += 1;
                OpId([last; 16])
            };
            let seams = Seams {
                new_id: Box::new(new_id),
                suggest: Box::new(|| Some("census moment olympic".to_owned())),
                wall_ms: Box::new(|| NOW_MS),
                zone: jiff::tz::TimeZone::UTC,
            };
            App::new(cc, session, shown.native(), seams)
        });
        Self { harness, ends, desktop }
    }

    pub(crate) fn with(desktop: Fake, size: [f32; 2]) -> Self {
        let mut window = Self::bare(desktop, size);
        window.start();
        window
    }

    /// The background has told nothing yet.
    pub(crate) fn unstarted() -> Self {
        Self::bare(Fake::new(System::Linux), [1040.0, 720.0])
    }

    /// The background runs.
    pub(crate) fn start(&mut self) {
        self.tell(Event::Started(Box::new(Started {
            settings: Settings::default(),
            recents: vec![recent()],
            login_name: Nickname::new("Ana").unwrap(),
            again: Vec::new(),
        })));
    }

    /// The person closes the window.
    pub(crate) fn close(&mut self) {
        let viewport = self.harness.input_mut().viewports.entry(ViewportId::ROOT).or_default();
        viewport.events.push(ViewportEvent::Close);
        self.harness.step();
        let viewport = self.harness.input_mut().viewports.entry(ViewportId::ROOT).or_default();
        viewport.events.clear();
        self.harness.run();
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.ends.events.try_send(event).unwrap();
        self.harness.run();
    }

    pub(crate) fn tell_room(&mut self, room: u64, event: RoomEvent) {
        self.tell(Event::Room(RoomRef(room), event));
    }

    pub(crate) fn click(&mut self, name: &str) {
        self.harness.get_by_role_and_label(Role::Button, name).click();
        self.harness.run();
    }

    pub(crate) fn point_at(&mut self, label: &str) {
        self.harness.get_by_label(label).hover();
        self.harness.run();
    }

    pub(crate) fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    pub(crate) fn type_into(&mut self, field: &str, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, field).focus();
        self.harness.run();
        self.press(Modifiers::COMMAND, Key::A);
        self.harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
        self.harness.run();
    }

    /// Types into the composer of the room.
    pub(crate) fn write(&mut self, text: &str) {
        self.harness.get_by_role(Role::MultilineTextInput).focus();
        self.harness.run();
        self.harness.get_by_role(Role::MultilineTextInput).type_text(text);
        self.harness.run();
    }

    /// What is in the composer.
    pub(crate) fn written(&self) -> String {
        self.harness.get_by_role(Role::MultilineTextInput).value().unwrap_or_default()
    }

    pub(crate) fn value(&self, field: &str) -> String {
        self.harness.get_by_role_and_label(Role::TextInput, field).value().unwrap_or_default()
    }

    /// What was asked of the background since the last look, without questions about ports and settings.
    pub(crate) fn asked(&mut self) -> Vec<Command> {
        let all = std::iter::from_fn(|| self.ends.commands.try_recv().ok());
        let quiet =
            |c: &Command| matches!(c, Command::CheckPort(_) | Command::KeepSettings(_) | Command::Page(..));
        all.filter(|command| !quiet(command)).collect()
    }

    /// The parts of the log that were asked for since the last look.
    pub(crate) fn paged(&mut self) -> Vec<PageAsk> {
        let all = std::iter::from_fn(|| self.ends.commands.try_recv().ok());
        let page = |command| match command {
            Command::Page(_, ask) => Some(ask),
            _ => None,
        };
        all.filter_map(page).collect()
    }

    pub(crate) fn sees(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// Another window comes to the front.
    pub(crate) fn look_elsewhere(&mut self) {
        self.look(false);
    }

    /// This one is in front again.
    pub(crate) fn look_back(&mut self) {
        self.look(true);
    }

    fn look(&mut self, here: bool) {
        let input = self.harness.input_mut();
        input.focused = here;
        input.viewports.entry(ViewportId::ROOT).or_default().focused = Some(here);
        self.harness.run();
    }

    pub(crate) fn host(&mut self) {
        self.press(Modifiers::COMMAND, Key::N);
        self.press(Modifiers::NONE, Key::Enter);
        self.asked();
        self.tell_room(1, RoomEvent::Hosting(hosting()));
        self.tell_room(1, RoomEvent::Online(online()));
        self.tell_room(1, RoomEvent::Page(nothing_said()));
    }
}

pub(crate) fn recent() -> RecentRoom {
    RecentRoom {
        room_id: RoomId([7; 32]),
        name: RoomName::new("Lunch").unwrap(),
        hosted: false,
        addresses: vec![address()],
        port: 7666,
        last_ms: NOW_MS - 24 * 3_600_000,
        nickname: Nickname::new("Ana").unwrap(),
        verified: false,
        capacity: None,
        plain: false,
        open: false,
    }
}

pub(crate) fn address() -> Address {
    "192.168.1.23:7666".parse().unwrap()
}

pub(crate) fn hosting() -> Hosting {
    let room = RoomName::new("Ana's room").unwrap();
    let ip = "192.168.1.23".parse().unwrap();
    Hosting {
        invite: Invite::new(vec![address()], RoomId([9; 32]), room.clone()),
        room,
        room_id: RoomId([9; 32]),
        port: 7666,
        addresses: vec![Reach { ip, interface: "wlan0".into(), kind: ReachKind::Main }],
        words: ["garden", "lemon", "velvet", "harbor", "piano", "swift"].map(String::from).to_vec(),
        capacity: 200,
        guests: hallway::types::GuestRules::default(),
        asks: false,
        locked: false,
    }
}

/// The log of a room in which nobody was but its host.
pub(crate) fn nothing_said() -> LogPage {
    let me = Message {
        content: Content::Named { key: online().key, before: None, name: online().me },
        ..said(1, "")
    };
    LogPage { asked: PageAsk::Newest, messages: vec![me], at_start: true, at_end: true }
}

/// Line `seq`, by somebody else.
pub(crate) fn said(seq: u64, text: &str) -> Message {
    Message {
        seq: Seq(seq),
        prev: Seq(seq - 1),
        id: OpId([seq as u8; 16]),
        author: hallway::types::Author::Member(MemberKey([2; 32])),
        member: MemberId(2),
        name: Nickname::new("Bo").unwrap(),
        at_ms: NOW_MS,
        content: MessageText::new(text).map_or(Content::Unreadable, Content::Post),
    }
}

pub(crate) fn online() -> Online {
    Online {
        room: RoomName::new("Ana's room").unwrap(),
        room_id: RoomId([9; 32]),
        me: Nickname::new("Ana").unwrap(),
        member: MemberId(1),
        key: MemberKey([1; 32]),
        trust: Trust::Verified,
        head: Seq(0),
        address: address(),
        plain: false,
    }
}
