//! What the window knows. Nothing in here draws.
//!
//! [`Model`] is the one reducer: events and actions go in, commands come out. Screens read it and return
//! [`Action`]s, so everything that the window does can be tested without a window.

mod action;
pub mod comparing;
mod find;
mod history;
pub mod host_form;
mod hosting;
pub mod join_form;
mod leaving;
pub mod moving;
mod notes;
mod origin;
mod room;
mod rooms;
#[cfg(test)]
mod tests;
pub mod timeline;
mod toasts;
pub mod unlock;

pub use action::{Action, Dialog, HostEdit, JoinEdit, RoomAction, Screen, SettingsEdit};
pub use find::{Find, FindAction};
pub use host_form::HostForm;
pub use hosting::Span;
pub use join_form::JoinForm;
pub use notes::{Heard, Note};
pub use room::{Banner, Origin, Phase, RoomNotice, RoomState};
pub use toasts::{Toast, ToastKind};

use jiff::tz::TimeZone;

use crate::platform::System;
use crate::session::{Command, Event, RoomRef};
use crate::types::{InviteText, Nickname, OpId, RecentRoom, RoomId, Settings};

/// What the window is given instead of reaching for it: randomness, time, and where it is.
pub struct Seams {
    /// A new identity for a message, at random.
    pub new_id: Box<dyn FnMut() -> OpId>,
    /// Three words that make a good password, at random.
    pub suggest: Box<dyn Fn() -> Option<String>>,
    /// The time, milliseconds since 1970 UTC.
    pub wall_ms: Box<dyn Fn() -> i64>,
    /// Where days begin and end.
    pub zone: TimeZone,
}

/// Whether the program starts with the computer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Autostart {
    /// It does, as far as is known.
    pub on: bool,
    /// Why that is not known or could not be changed, in the system's words.
    pub error: Option<String>,
}

/// Everything that the window shows.
pub struct Model {
    /// Which system this is: firewall hints differ.
    pub system: System,
    /// The settings, as they are now.
    pub settings: Settings,
    /// My name on the settings screen, as it is typed.
    pub nick_text: String,
    /// Rooms to go back to, newest first.
    pub recents: Vec<RecentRoom>,
    /// Open rooms, in the order of the rail.
    pub rooms: Vec<RoomState>,
    /// The screen in the middle.
    pub screen: Screen,
    /// What stands over it.
    pub dialog: Option<Dialog>,
    /// The pane that looks for something, where it is open.
    pub find: Option<Find>,
    /// The form that opens a room.
    pub host: HostForm,
    /// The form that goes to a room.
    pub join: JoinForm,
    /// The form that moves my identity.
    pub moving: moving::Moving,
    /// What appears by itself and needs no answer, oldest first.
    pub toasts: Vec<Toast>,
    /// Whether the program starts with the computer, as the system has it.
    pub autostart: Autostart,
    /// Why this computer shows no notifications, in the system's words, where it is known to show none.
    pub no_notifications: Option<String>,
    /// The background has told what it knew from before.
    pub started: bool,
    /// The window is to close once everything is written.
    pub closing: bool,
    /// Everything is written; the window may close.
    pub ended: bool,
    seams: Seams,
    login_name: Option<Nickname>,
    focused: bool,
    /// Somebody said something while the window was not in front.
    called: bool,
    /// The window is to come forward.
    wanted: bool,
    /// What is to be told and is about no room.
    notes: Vec<Note>,
    /// Rooms that are being forgotten, and what they are called.
    forgetting: Vec<(RoomId, String)>,
    settings_changed: bool,
    last_room: u64,
    last_toast: u64,
}

impl Model {
    /// An empty window on this system.
    pub fn new(seams: Seams, system: System) -> Self {
        let settings = Settings::default();
        Self {
            system,
            nick_text: String::new(),
            recents: Vec::new(),
            rooms: Vec::new(),
            screen: Screen::Home,
            dialog: None,
            find: None,
            host: HostForm::new(&settings, None),
            join: JoinForm::new(None),
            moving: moving::Moving::default(),
            toasts: Vec::new(),
            started: false,
            closing: false,
            ended: false,
            settings,
            seams,
            login_name: None,
            focused: true,
            called: false,
            wanted: false,
            notes: Vec::new(),
            autostart: Autostart::default(),
            no_notifications: None,
            forgetting: Vec::new(),
            settings_changed: false,
            last_room: 0,
            last_toast: 0,
        }
    }

    /// Takes in what happened, and says what to ask for next.
    pub fn apply(&mut self, event: Event) -> Vec<Command> {
        match event {
            Event::Started(started) => {
                self.started = true;
                self.toasts.retain(|toast| !matches!(toast.kind, ToastKind::Unusable(_)));
                self.settings = started.settings;
                self.recents = started.recents;
                self.login_name = Some(started.login_name);
                // Where to go may have been said with the start.
                let place = std::mem::take(&mut self.join.address);
                self.renew_forms();
                if !place.is_empty() {
                    self.join.edit(JoinEdit::Address(place));
                }
                let mut commands = self.come_back(&started.again);
                if self.screen == Screen::Host && self.host.opening.is_none() {
                    commands.extend(self.check_port());
                }
                return commands;
            }
            Event::Recents(recents) => self.recents = recents,
            Event::PortChecked { port, free, next } => self.host.port_checked(port, free, next),
            Event::ToFront(link) => {
                self.wanted = true;
                if let Some(link) = link {
                    return self.fill_in(&link);
                }
            }
            Event::Looked(room, looked) => self.looked(room, looked),
            Event::Forgotten(room, left) => self.forgotten(room, left),
            Event::Found(page) => self.found(page),
            Event::Exported(room, exported) => self.exported(room, exported),
            Event::IdentityMoved(moved) => self.identity_moved(moved),
            Event::Room(id, event) => return self.apply_to_room(id, event),
            Event::Notice(notice) => self.toast(ToastKind::Notice(notice)),
            Event::Unusable(failure) => self.toast(ToastKind::Unusable(failure)),
            Event::Broken(words) => self.toast(ToastKind::Broken(words)),
            Event::Ended => self.ended = true,
        }
        Vec::new()
    }

    /// Does what a person asked for, and says what to ask the background for.
    pub fn act(&mut self, action: Action) -> Vec<Command> {
        match action {
            Action::OpenInvite(link) => return self.fill_in(&link),
            Action::Show(screen) => return self.show(screen),
            Action::Open(dialog) => self.dialog = Some(dialog),
            Action::CloseDialog => self.dialog = None,
            Action::TryAgain => {
                self.toasts.retain(|toast| !matches!(toast.kind, ToastKind::Unusable(_)));
                return vec![Command::TryAgain];
            }
            Action::Back => return self.back(),
            Action::Neighbour { next } => return self.neighbour(next),
            Action::EditHost(edit) => return self.edit_host(edit),
            Action::SuggestPassword(id) => self.suggest_password(id),
            Action::SubmitHost => return self.submit_host(),
            Action::EditJoin(edit) => self.join.edit(edit),
            Action::SubmitJoin => return self.submit_join(),
            Action::JoinAs(nick) => return self.join_as(nick),
            Action::JoinAsNew => return self.join_as_new(),
            Action::JoinPlain => return self.join_plain(),
            Action::CancelForm => return self.cancel_form(),
            Action::Reopen(room) => return self.reopen(room),
            Action::Forget(room) => {
                self.recents.retain(|recent| recent.room_id != room);
                return vec![Command::ForgetRecent(room)];
            }
            Action::Export(room, path) => return vec![Command::Export(room, path)],
            Action::AskKeep(room) => self.ask_keep(room),
            Action::Keep(room, retention) => return self.keep_for(room, retention),
            Action::AskForget(room) => return self.ask_forget(room),
            Action::ForgetRoom(room) => return self.forget_room(room),
            Action::CancelExport(room) => return vec![Command::CancelExport(room)],
            Action::Room(id, action) => return self.act_in_room(id, action),
            Action::Moving(action) => return self.act_in_moving(action),
            Action::Find(action) => return self.act_in_find(action),
            Action::FindHere => return self.find_here(),
            Action::AskDay(room) => self.ask_day(room),
            Action::EditSettings(edit) => self.edit_settings(edit),
            Action::ResizeText(by) => {
                let size = self.settings.text_size.saturating_add_signed(by);
                self.edit_settings(SettingsEdit::TextSize(size));
            }
            Action::KeepChanges => return self.keep_changes(),
            Action::TogglePeople => {
                // They stand where one looks for something, and whoever asks for them wants to see them.
                let covered = self.find.is_some();
                self.close_find();
                self.edit_settings(SettingsEdit::ShowMembers(covered || !self.settings.show_members));
            }
            Action::OpenFirewallPage
            | Action::OpenLink(_)
            | Action::AskExport(_)
            | Action::LookAtSystem
            | Action::StartWithComputer(_) => {}
            Action::Autostarts(Ok(on)) => self.autostart = Autostart { on, error: None },
            Action::Autostarts(Err(said)) => self.autostart.error = Some(said),
            Action::Notifies(trouble) => self.no_notifications = trouble,
            Action::Hidden => self.hidden(),
            Action::Stayed => self.stayed(),
            Action::ShowNoted(room) => return self.show_noted(room),
            Action::NotChosen(words) => self.toast(ToastKind::NotChosen(words)),
            Action::NotPlayed(words) => self.toast(ToastKind::NotPlayed(words)),
            Action::NotOpened(words) => self.toast(ToastKind::NotOpened(words)),
            Action::DropToast(id) => self.toasts.retain(|toast| toast.id != id),
            Action::AskQuit => return self.ask_quit(),
            Action::Quit => return self.quit(),
        }
        Vec::new()
    }

    /// What I am called where nothing else was chosen; none before the background has told.
    pub fn my_name(&self) -> Option<&Nickname> {
        self.settings.nickname.as_ref().or(self.login_name.as_ref())
    }

    /// The time, milliseconds since 1970 UTC.
    pub fn now_ms(&self) -> i64 {
        (self.seams.wall_ms)()
    }

    /// Where days begin and end.
    pub fn zone(&self) -> &TimeZone {
        &self.seams.zone
    }

    /// An open room.
    pub fn room(&self, id: RoomRef) -> Option<&RoomState> {
        self.rooms.iter().find(|room| room.id == id)
    }

    /// An open room, to be drawn: what is drawn measures itself.
    pub fn room_mut(&mut self, id: RoomRef) -> Option<&mut RoomState> {
        self.rooms.iter_mut().find(|room| room.id == id)
    }

    /// The rooms on the rail: open ones, without those that a form still waits for.
    pub fn listed(&self) -> impl Iterator<Item = &RoomState> {
        let waiting = [self.host.opening, self.join.connecting];
        self.rooms.iter().filter(move |room| !room.leaving && !waiting.contains(&Some(room.id)))
    }

    /// The host form names a room that was open here before, whose choices hold where nothing is chosen anew.
    pub fn host_is_known(&self) -> bool {
        let name = self.host.name.trim();
        self.recents.iter().any(|recent| recent.hosted && recent.name.as_str() == name)
    }

    /// Says whether the window is in front: what comes while it is not is unread.
    pub fn set_focused(&mut self, focused: bool) {
        self.focused = focused;
        if focused {
            self.forget_untold();
        }
        self.watch();
    }

    /// True while something that the person changed is not kept yet.
    pub fn has_changes(&self) -> bool {
        self.settings_changed || self.rooms.iter().any(|room| room.draft_changed)
    }

    /// The window is to come forward, once.
    pub fn take_wanted(&mut self) -> bool {
        std::mem::take(&mut self.wanted)
    }

    /// Opens the form that goes to a room, with this link in it; the form says what is wrong with it.
    fn fill_in(&mut self, link: &InviteText) -> Vec<Command> {
        let commands = self.show(Screen::Join);
        self.join.edit(JoinEdit::Address(link.to_string()));
        commands
    }

    /// Forms with what is known by now; one that is waited for is left alone.
    fn renew_forms(&mut self) {
        let name = self.my_name().cloned();
        self.nick_text = name.as_ref().map(Nickname::to_string).unwrap_or_default();
        if self.host.opening.is_none() {
            self.host = HostForm::new(&self.settings, name.as_ref());
        }
        if self.join.connecting.is_none() {
            self.join = JoinForm::new(name.as_ref());
        }
    }

    fn edit_settings(&mut self, edit: SettingsEdit) {
        if let SettingsEdit::Nick(text) = &edit {
            self.nick_text.clone_from(text);
        }
        let before = self.settings.clone();
        action::edit(&mut self.settings, edit);
        self.settings_changed |= self.settings != before;
        self.watch();
    }

    /// What each conversation is to know of the window and of the settings.
    fn watch(&mut self) {
        let (screen, focused) = (self.screen, self.focused);
        for room in &mut self.rooms {
            room.timeline.set_watched(focused && screen == Screen::Room(room.id));
            room.timeline.set_ignored(&self.settings.ignored);
        }
    }

    fn show(&mut self, screen: Screen) -> Vec<Command> {
        let commands = if self.screen == screen { Vec::new() } else { self.keep_drafts() };
        self.dialog = None;
        self.screen = screen;
        self.watch();
        match screen {
            Screen::Host if self.host.opening.is_none() => [commands, self.check_port()].concat(),
            _ => commands,
        }
    }

    fn back(&mut self) -> Vec<Command> {
        if self.dialog.take().is_some() {
            return Vec::new();
        }
        self.show(Screen::Home)
    }

    fn neighbour(&mut self, next: bool) -> Vec<Command> {
        let ids: Vec<RoomRef> = self.listed().map(|room| room.id).collect();
        let here = ids.iter().position(|id| self.screen == Screen::Room(*id));
        let there = match (here, next) {
            (Some(place), true) => place + 1,
            (Some(place), false) => place.wrapping_sub(1),
            (None, true) => 0,
            (None, false) => ids.len().wrapping_sub(1),
        };
        ids.get(there).map_or_else(Vec::new, |id| self.show(Screen::Room(*id)))
    }
}
