//! Opening rooms, and what happens in them.

use super::room::{Origin, Phase, RoomState};
use super::{Dialog, Model, RoomAction, Screen, origin};
use crate::platform::System;
use crate::session::{Command, Failure, JoinAsk, PortAsk, RoomEvent, RoomRef};
use crate::types::{Act, MemberKey, MessageText, Nickname, OpId, RecentRoom, RoomId, Verb};
use crate::ui::model::host_form::PortCheck;

impl Model {
    pub(super) fn apply_to_room(&mut self, id: RoomRef, event: RoomEvent) -> Vec<Command> {
        let (over, behind) = (event == RoomEvent::Over, matches!(event, RoomEvent::Behind(_)));
        let hosting = matches!(event, RoomEvent::Hosting(_));
        let online = matches!(event, RoomEvent::Online(_));
        let failure = match &event {
            RoomEvent::Failed(failure) => Some(failure.clone()),
            RoomEvent::NickTaken { wanted, free } if self.join.connecting == Some(id) => {
                Some(Failure::NickTaken { wanted: wanted.clone(), free: free.clone() })
            }
            _ => None,
        };
        let ended = over || matches!(event, RoomEvent::Failed(_));
        let now_ms = self.now_ms();
        if let RoomEvent::Messages(new) = &event
            && self.settings.ignore_successors(new)
        {
            self.settings_changed = true;
            self.watch();
        }
        let Some(room) = self.room_mut(id) else {
            return Vec::new();
        };
        let nobody_waited = room.knocks.is_empty();
        room.apply(event);
        let knock = room.knocks.first().filter(|_| nobody_waited).map(|knock| knock.name.clone());
        if failure.is_some() {
            room.failed_ms = now_ms;
        }
        let heard = room.timeline.take_heard();
        let page = wanted_page(room);
        if let Some((count, last)) = heard {
            self.heard(id, count, last);
        }
        if let Some(name) = knock {
            self.knocked(id, name);
        }
        if let Some(failure) = failure {
            self.form_failed(id, &failure, ended);
        }
        if over {
            self.remove(id);
        }
        if hosting {
            self.hint_at_firewall(id);
        }
        if online {
            self.came_in(id);
        }
        if behind { vec![Command::Refresh(id)] } else { page }
    }

    pub(super) fn act_in_room(&mut self, id: RoomRef, action: RoomAction) -> Vec<Command> {
        let says = matches!(action, RoomAction::Say(_) | RoomAction::SayLines(_));
        let new_id = says.then(|| (self.seams.new_id)());
        let Some(room) = self.room_mut(id) else {
            return Vec::new();
        };
        match action {
            RoomAction::Say(text) => return say(room, new_id, text),
            RoomAction::AskLines(text) => self.dialog = Some(Dialog::SendLines(id, text)),
            RoomAction::SayLines(text) => {
                room.released = Some(text.clone());
                let said = say(room, new_id, text);
                self.dialog = None;
                return said;
            }
            RoomAction::Released => room.released = None,
            RoomAction::OpenShown(shown) => room.open_shown = shown,
            // Nobody there could be told.
            RoomAction::Typing(_) if room.is_plain() => {}
            RoomAction::Typing(on) => return vec![Command::Typing(id, on)],
            RoomAction::Look(look) => {
                room.timeline.set_look(look);
                return wanted_page(room);
            }
            RoomAction::Newest => return vec![Command::Page(id, room.timeline.ask_newest())],
            RoomAction::Oldest => return self.go_to_first(id),
            RoomAction::GoToDay(day) => return self.go_to_day(id, day),
            RoomAction::LoadGap(seq) => return vec![Command::Page(id, room.timeline.ask_gap(seq))],
            RoomAction::PutBack(op) => {
                let text = room.timeline.withdraw(op);
                room.returned.extend(text.map(String::from));
                return vec![Command::Withdraw(id, op)];
            }
            RoomAction::TookBack => room.returned.clear(),
            RoomAction::Draft(text) => {
                room.draft_changed |= room.draft != text;
                room.draft = text;
            }
            RoomAction::Retry if matches!(room.phase, Phase::Failed(_)) => return self.again(id, |_| {}),
            RoomAction::Retry => return vec![Command::Retry(id)],
            RoomAction::AskLeave => return self.ask_leave(id),
            RoomAction::Leave => return self.leave(id),
            RoomAction::Compare(_) | RoomAction::TheSame(_) | RoomAction::CompareLater => {
                return self.act_on_words(id, &action);
            }
            RoomAction::Rename(nick) => {
                room.dismiss_name();
                self.dialog = None;
                return vec![Command::Rename(id, nick)];
            }
            RoomAction::SetCapacity(_)
            | RoomAction::SetPassword(_)
            | RoomAction::Act(_)
            | RoomAction::SetRule(_)
            | RoomAction::Remove(_)
            | RoomAction::SetAsks(_)
            | RoomAction::AnswerKnock(..)
            | RoomAction::Invite(_)
            | RoomAction::Revoke(_)
            | RoomAction::SetGuests(_)
            | RoomAction::LetIn(_) => return self.act_as_host(id, action),
            RoomAction::RemoveGuest(name, keep_out) => return self.remove_guest(id, name, keep_out),
            RoomAction::UsePort(port) => return self.again(id, |origin| origin::on_port(origin, port)),
            RoomAction::RetryAs(nick) => return self.again(id, |origin| origin::called(origin, nick)),
            RoomAction::JoinAsNew => return self.again(id, origin::as_new),
            RoomAction::TypePassword(text) => room.typed_password = text,
            RoomAction::Unlock(password) => return self.unlock(id, &password),
            RoomAction::Dismiss => room.dismiss(),
        }
        Vec::new()
    }

    pub(super) fn check_port(&mut self) -> Vec<Command> {
        let Some(port) = self.host.port() else {
            return Vec::new();
        };
        self.host.check = PortCheck::Asked;
        vec![Command::CheckPort(port)]
    }

    pub(super) fn submit_host(&mut self) -> Vec<Command> {
        if self.host.opening.is_some() {
            return Vec::new();
        }
        let Some(ask) = self.host.ask() else {
            return Vec::new();
        };
        self.host.failure = None;
        self.settings.nickname = Some(ask.nick.clone());
        self.settings.capacity = ask.capacity;
        if let PortAsk::Exactly(port) = ask.port {
            self.settings.port = port;
        }
        self.settings_changed = true;
        let (id, command) = self.open(Origin::Host(ask));
        self.host.opening = Some(id);
        vec![command]
    }

    pub(super) fn submit_join(&mut self) -> Vec<Command> {
        if let Some(nick) = self.join.name_to_try() {
            return self.join_as(nick);
        }
        if self.join.connecting.is_some() {
            return Vec::new();
        }
        self.join.ask().map_or_else(Vec::new, |ask| self.go_to(ask))
    }

    /// The name is free: into the room that still waits for one, or once more to the door.
    pub(super) fn join_as(&mut self, nick: Nickname) -> Vec<Command> {
        self.join.edit(super::JoinEdit::Nick(nick.to_string()));
        self.join.failure = None;
        match self.join.connecting {
            Some(id) => vec![Command::Rename(id, nick)],
            None => self.submit_join(),
        }
    }

    pub(super) fn join_as_new(&mut self) -> Vec<Command> {
        let ask = self.join.ask();
        ask.map_or_else(Vec::new, |ask| self.go_to(JoinAsk { new_room: true, ..ask }))
    }

    /// The person was told what answers there, and goes in all the same.
    pub(super) fn join_plain(&mut self) -> Vec<Command> {
        if self.join.connecting.is_some() || !self.join.offers_plain() {
            return Vec::new();
        }
        let ask = self.join.ask();
        ask.map_or_else(Vec::new, |ask| self.go_to(JoinAsk { plain: true, ..ask }))
    }

    pub(super) fn cancel_form(&mut self) -> Vec<Command> {
        let waiting = match self.screen {
            Screen::Host => self.host.opening.take(),
            _ => self.join.connecting.take(),
        };
        self.join.failure = None;
        waiting.map_or_else(Vec::new, |id| self.leave(id))
    }

    pub(super) fn reopen(&mut self, room_id: RoomId) -> Vec<Command> {
        let open = self
            .listed()
            .find(|room| room.room_id() == Some(room_id) && !matches!(room.phase, Phase::Failed(_)));
        if let Some(id) = open.map(|room| room.id) {
            return self.show(Screen::Room(id));
        }
        let Some(recent) = self.recents.iter().find(|recent| recent.room_id == room_id).cloned() else {
            return Vec::new();
        };
        self.rooms.retain(|room| room.room_id() != Some(room_id));
        let (id, command) = self.open(Origin::Reopen(Box::new(recent)));
        let mut commands = self.show(Screen::Room(id));
        commands.push(command);
        commands
    }

    /// Back into rooms that were open before, quietly: the window stays where it is.
    pub(super) fn come_back(&mut self, rooms: &[RoomId]) -> Vec<Command> {
        let recents: Vec<RecentRoom> =
            self.recents.iter().filter(|recent| rooms.contains(&recent.room_id)).cloned().collect();
        recents.into_iter().map(|recent| self.open(Origin::Reopen(Box::new(recent))).1).collect()
    }

    /// Takes a room off the rail.
    pub(super) fn remove(&mut self, id: RoomRef) {
        self.rooms.retain(|room| room.id != id);
        if self.screen == Screen::Room(id) {
            self.screen = Screen::Home;
            self.dialog = None;
        }
        if self.host.opening == Some(id) {
            self.host.opening = None;
        }
        if self.join.connecting == Some(id) {
            self.join.connecting = None;
        }
        if let Some(find) = self.find.as_mut().filter(|find| find.room == Some(id)) {
            find.room = None;
        }
    }

    /// Adds a room, and says how to ask for it.
    pub(super) fn open(&mut self, origin: Origin) -> (RoomRef, Command) {
        self.last_room += 1;
        let id = RoomRef(self.last_room);
        let command = command(id, &origin);
        self.rooms.push(RoomState::new(id, origin, self.seams.zone.clone()));
        self.watch();
        (id, command)
    }

    fn go_to(&mut self, ask: JoinAsk) -> Vec<Command> {
        self.join.failure = None;
        self.settings.nickname = Some(ask.nick.clone());
        self.settings_changed = true;
        let (id, command) = self.open(Origin::Join(ask));
        self.join.connecting = Some(id);
        vec![command]
    }

    fn remove_guest(&mut self, id: RoomRef, name: Nickname, keep_out: bool) -> Vec<Command> {
        self.dialog = None;
        if self.room(id).is_some_and(RoomState::is_hosted) {
            return vec![Command::RemoveGuest(id, name, keep_out)];
        }
        let verb = if keep_out { Verb::Ban } else { Verb::Remove };
        let whom = MemberKey::GUESTS;
        vec![Command::Act(id, Act { verb, whom, name, until_ms: None, by_address: keep_out })]
    }

    /// Opens a room that failed once more, in its old place on the rail, after `change`.
    pub(super) fn again(&mut self, id: RoomRef, change: impl FnOnce(&mut Origin)) -> Vec<Command> {
        let Some(place) = self.rooms.iter().position(|room| room.id == id) else {
            return Vec::new();
        };
        let old = self.rooms.remove(place);
        let mut origin = old.origin;
        if old.hosting.is_some() || old.online.is_some() {
            origin::as_it_was(&mut origin);
        }
        change(&mut origin);
        let (new, command) = self.open(origin);
        if let Some(mut room) = self.rooms.pop() {
            room.password = old.password;
            room.returned = old.returned;
            room.returned.extend(Some(old.draft).filter(|draft| !draft.is_empty()));
            self.rooms.insert(place, room);
        }
        if self.screen == Screen::Room(id) {
            self.screen = Screen::Room(new);
        }
        self.watch();
        vec![command]
    }

    fn form_failed(&mut self, id: RoomRef, failure: &Failure, ended: bool) {
        if self.host.opening == Some(id) {
            self.host.failure = Some(failure.clone());
        } else if self.join.connecting == Some(id) {
            self.join.failure = Some(failure.clone());
            self.join.failed_ms = self.now_ms();
        } else {
            return;
        }
        if ended {
            self.remove(id);
        }
    }

    fn came_in(&mut self, id: RoomRef) {
        let form = if self.host.opening == Some(id) {
            self.host.opening = None;
            Screen::Host
        } else if self.join.connecting == Some(id) {
            self.join.connecting = None;
            Screen::Join
        } else {
            return;
        };
        self.renew_forms();
        // Somebody who went elsewhere meanwhile finds the room on the rail.
        if self.screen == form {
            self.screen = Screen::Room(id);
            self.watch();
        }
    }

    /// Windows asks about its firewall at the first listener, and a wrong answer there is for good.
    fn hint_at_firewall(&mut self, id: RoomRef) {
        if self.system != System::Windows || self.settings.firewall_hint_shown {
            return;
        }
        let port = self.room(id).and_then(|room| room.hosting.as_ref()).map(|hosting| hosting.port);
        if let Some(port) = port {
            self.settings.firewall_hint_shown = true;
            self.settings_changed = true;
            self.dialog = Some(Dialog::Firewall { port, first: true });
        }
    }
}

/// The page that the conversation needs next, once there is anybody to ask.
pub(super) fn wanted_page(room: &mut RoomState) -> Vec<Command> {
    if !matches!(room.phase, Phase::Online | Phase::Offline(_)) {
        return Vec::new();
    }
    room.timeline.wanted_page().map(|ask| Command::Page(room.id, ask)).into_iter().collect()
}

/// How to ask for a room.
fn command(id: RoomRef, origin: &Origin) -> Command {
    match origin {
        Origin::Host(ask) => Command::Host(id, ask.clone()),
        Origin::Join(ask) => Command::Join(id, ask.clone()),
        Origin::Reopen(recent) => Command::Reopen(id, recent.room_id),
    }
}

fn say(room: &mut RoomState, op: Option<OpId>, text: MessageText) -> Vec<Command> {
    room.draft.clear();
    room.draft_changed = true;
    let audience = room.audience();
    op.map(|op| Command::Say(room.id, op, text, audience)).into_iter().collect()
}
