//! `host` and `join`: standard input is what I say, standard output is what happens.

mod early;
mod inviting;
mod opening;
mod presence;

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::input::{Input, Inputs};
use super::json::Printer;
use super::removing::Printed;
use super::{fail, words};
use crate::session::{
    Command, Commands, Event, Failure, HostAsk, JoinAsk, LogPage, PageAsk, Person, RoomEvent, RoomRef,
    Session, Setup, fresh_op_id,
};
use crate::types::{
    Audience, GuestList, GuestRules, House, Invite, Knock, MemberKey, Message, MessageText, Nickname, OpId,
    Seq, Settings, Standing,
};

/// The only room of a headless start.
pub(super) const ROOM: RoomRef = RoomRef(1);

/// Opens a room.
pub(super) fn host(ask: HostAsk, data_dir: PathBuf, out: Printer) -> ExitCode {
    let manner = Manner { leave_at_end: false, name_is_chosen: true, plain: false };
    run(Command::Host(ROOM, ask), manner, data_dir, out)
}

/// Goes to a room. A name that nobody chose gives way to one that is free.
pub(super) fn join(ask: JoinAsk, name_is_chosen: bool, data_dir: PathBuf, out: Printer) -> ExitCode {
    let manner = Manner { leave_at_end: true, name_is_chosen, plain: ask.plain };
    run(Command::Join(ROOM, ask), manner, data_dir, out)
}

pub(super) struct Manner {
    leave_at_end: bool,
    name_is_chosen: bool,
    /// A plain-text room numbers nothing: a line is sent when it stands in the log here.
    pub(super) plain: bool,
}

fn run(first: Command, manner: Manner, data_dir: PathBuf, out: Printer) -> ExitCode {
    let started = Session::start(Setup { data_dir, ..Setup::default() }, || {}).and_then(|session| {
        let (commands, events) = session.split();
        Ok((commands, Inputs::start(events)?))
    });
    let (commands, inputs) = match started {
        Ok(both) => both,
        Err(error) => return fail(&format!("the background cannot start: {error}")),
    };
    // A background that has ended already says why by its events.
    let _ended = commands.send(first);
    Talk::new(commands, inputs, manner, out).run()
}

/// One room, its standard input and output.
pub(super) struct Talk {
    commands: Commands,
    pub(super) inputs: Inputs,
    pub(super) manner: Manner,
    /// The room that is hosted here has a password.
    pub(super) locked: bool,
    /// My key in the room, once I was in.
    pub(super) me: Option<MemberKey>,
    pub(super) out: Printer,
    /// Said and neither numbered nor refused.
    unanswered: HashSet<OpId>,
    /// Said and not yet printed as a message.
    unseen: HashSet<OpId>,
    /// How many things that I did have no answer yet: an entry of mine, or a notice.
    pub(super) undone: usize,
    /// The last message that was printed.
    printed: Seq,
    /// The event queue overflowed: what is missing is read from the records.
    catching_up: bool,
    pub(super) people: Vec<Person>,
    /// With whom words were compared, in a room that is hosted here.
    pub(super) compared: HashSet<MemberKey>,
    /// Who waits to be let in, in a room that is hosted here.
    pub(super) knocks: Vec<Knock>,
    /// Who is here without encryption, as far as it was printed.
    pub(super) guests: GuestList,
    /// What people without the app may do, in a room that is hosted here.
    pub(super) rules: Option<GuestRules>,
    /// What holds in the room, and who is in charge besides the host.
    pub(super) house: House,
    /// That was printed.
    pub(super) house_told: bool,
    /// Who said what was printed.
    pub(super) printed_before: Printed,
    /// Whom I ignore, and what else is set.
    pub(super) settings: Settings,
    /// How people stand, where I am in charge.
    pub(super) standings: Vec<Standing>,
    /// What brings people into a room that is hosted here.
    pub(super) invite: Option<Invite>,
    /// The list of invites was asked for, and is not printed yet.
    pub(super) lists_invites: bool,
    /// Where it listens, as it was printed.
    port: Option<u16>,
    /// What is kept of the room was told.
    began: bool,
    /// It is a first visit by a bare address, and there are no words to compare yet.
    pub(super) words_first: bool,
    /// Lines that wait for that; no more than [`Inputs`] reads ahead.
    early: VecDeque<(String, Audience)>,
    /// In the room, or it was once.
    online: bool,
    /// The connection is gone and is tried again.
    offline: bool,
    input_ended: bool,
    /// `/quit` was typed.
    quitting: bool,
    leaving: bool,
    status: ExitCode,
}

impl Talk {
    fn new(commands: Commands, inputs: Inputs, manner: Manner, out: Printer) -> Self {
        Self {
            commands,
            inputs,
            manner,
            locked: false,
            me: None,
            out,
            unanswered: HashSet::new(),
            unseen: HashSet::new(),
            undone: 0,
            printed: Seq::START,
            catching_up: false,
            people: Vec::new(),
            compared: HashSet::new(),
            knocks: Vec::new(),
            guests: GuestList::default(),
            rules: None,
            house: House::default(),
            house_told: false,
            settings: Settings::default(),
            standings: Vec::new(),
            printed_before: Printed::default(),
            invite: None,
            lists_invites: false,
            port: None,
            began: false,
            words_first: false,
            early: VecDeque::new(),
            online: false,
            offline: false,
            input_ended: false,
            quitting: false,
            leaving: false,
            status: ExitCode::SUCCESS,
        }
    }

    fn run(mut self) -> ExitCode {
        loop {
            match self.inputs.next() {
                Input::Line(line, audience) => self.line(&line, audience),
                Input::NoMoreLines => self.input_ended = true,
                Input::Interrupted if self.leaving => return ExitCode::from(1),
                Input::Interrupted => self.end(),
                Input::Event(event) => self.event(*event),
                Input::Over if self.leaving => return self.status,
                Input::Over => return fail("the background has ended"),
            }
            let unsaid = !self.early.is_empty() || !self.unanswered.is_empty() || !self.unseen.is_empty();
            let unsaid = unsaid || self.undone > 0;
            let all_said = self.online && !unsaid;
            let at_end = self.input_ended && self.manner.leave_at_end && all_said;
            // What was said is safe in the outbox, and nobody knows when the room is back.
            let gives_up = self.quitting && self.offline;
            if let Some(closed) = self.out.closed()
                && !self.leaving
            {
                self.status = closed.status();
                self.end();
            }
            if at_end || gives_up {
                self.end();
            }
        }
    }

    fn end(&mut self) {
        if !std::mem::replace(&mut self.leaving, true) {
            self.send(Command::End);
        }
    }

    pub(super) fn send(&mut self, command: Command) {
        // A background that has ended says so by itself: `Input::Over` follows.
        let _ended = self.commands.send(command);
    }

    pub(super) fn notice(&mut self, code: &str, text: &str) {
        self.out.event(&json!({ "event": "notice", "code": code, "text": text }), Some(&format!("* {text}")));
    }

    fn line(&mut self, line: &str, audience: Audience) {
        if self.quitting {
            return;
        }
        match line.strip_prefix('/') {
            Some(rest) if rest.starts_with('/') => self.hear(rest, audience),
            Some(command) => {
                self.inputs.answered();
                self.command(command);
            }
            None => self.hear(line, audience),
        }
    }

    /// What was said before is finished, then it ends.
    pub(super) fn quit(&mut self) {
        self.quitting = true;
        self.input_ended = true;
        self.manner.leave_at_end = true;
    }

    fn say(&mut self, line: &str, audience: Audience) {
        let text = match MessageText::new(line) {
            Ok(text) => text,
            Err(error) => {
                self.inputs.answered();
                if !line.trim().is_empty() {
                    self.notice("not-sent", &words::text(error));
                }
                return;
            }
        };
        let Some(id) = fresh_op_id() else {
            self.inputs.answered();
            return self.notice("not-sent", "this system gives no randomness; the line was not sent");
        };
        self.unanswered.insert(id);
        self.unseen.insert(id);
        // Both when it was read and now, so that it never goes further than it was meant to.
        let audience = if self.guests.count > 0 { audience } else { Audience::Members };
        self.send(Command::Say(ROOM, id, text, audience));
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Room(ROOM, event) => self.room(event),
            Event::Notice(notice) => {
                let (code, text) = words::notice(&notice);
                self.notice(code, &text);
            }
            Event::Started(started) => self.settings = started.settings,
            Event::Unusable(failure) => self.failed(failure.code(), &words::failure(&failure)),
            Event::Broken(reason) => {
                self.failed("broken", &reason);
            }
            // The window's own.
            _ => {}
        }
    }

    fn room(&mut self, event: RoomEvent) {
        match event {
            RoomEvent::Connecting(address) => self.connecting(&address),
            RoomEvent::Hosting(hosting) => self.hosting(&hosting),
            RoomEvent::Online(online) => self.online(&online),
            RoomEvent::Messages(messages) if !self.catching_up => self.messages(&messages),
            RoomEvent::Messages(_) => {}
            RoomEvent::Gap { after, before } => self.out.gap(after, before),
            RoomEvent::Page(page) => self.page(&page),
            RoomEvent::Behind(_) => self.catch_up(),
            RoomEvent::Knocks(knocks) => self.knock(knocks),
            RoomEvent::Waiting => self.waits(),
            RoomEvent::Snapshot(snapshot) => {
                if std::mem::replace(&mut self.began, true) {
                    // It was opened again, and may hold what was never told.
                    self.catch_up();
                } else {
                    // Printed by the start before this one, or known by `history`.
                    let newest = snapshot.newest.messages.last();
                    self.printed = newest.map_or(Seq::START, |message| message.seq);
                }
                let waiting = snapshot.pending.iter().filter(|row| row.refused.is_none()).map(|row| row.id);
                let waiting: Vec<OpId> = waiting.collect();
                self.unanswered.extend(&waiting);
                self.unseen.extend(&waiting);
                self.words_first = snapshot.words_first;
                self.compared = snapshot.compared.into_iter().collect();
                self.say_early();
            }
            RoomEvent::Pending(row) => {
                // A long line goes out as several, of which only the first has the identity that it got here.
                if self.manner.plain {
                    self.unseen.insert(row.id);
                }
                self.out.event(&json!({ "event": "pending", "id": row.id, "text": row.text }), None);
            }
            RoomEvent::Unsaid { id, text, reason } => {
                self.answered(id);
                self.unseen.remove(&id);
                self.notice("not-sent", &format!("\"{text}\" was not sent: {reason}"));
            }
            RoomEvent::Sent(id, seq) => {
                self.answered(id);
                if seq <= self.printed {
                    // It was shown when it could not be kept, and waited again when the room was opened again.
                    self.unseen.remove(&id);
                }
                self.out.event(&json!({ "event": "sent", "id": id, "seq": seq }), None);
            }
            RoomEvent::Refused(id, refusal, text) => {
                self.answered(id);
                self.unseen.remove(&id);
                let reason = words::refusal(&refusal);
                let event = json!({ "event": "refused", "id": id, "reason": reason, "text": text });
                self.out.event(&event, Some(&format!("* not sent: {reason}")));
            }
            other => self.presence(other),
        }
    }

    fn messages(&mut self, messages: &[Message]) {
        let printed = self.printed;
        for message in messages.iter().filter(|message| message.seq > printed) {
            self.unseen.remove(&message.id);
            self.printed_before.add(message);
            self.did(message);
            let ignored = message.author.key().is_some_and(|key| self.settings.ignores(&key));
            self.out.message(message, ignored);
            if self.manner.plain {
                self.answered(message.id);
            }
        }
        if self.settings.ignore_successors(messages) {
            self.send(Command::KeepSettings(self.settings.clone()));
        }
        self.printed = messages.last().map_or(self.printed, |message| message.seq.max(self.printed));
    }

    /// What was said while the event queue was full.
    fn page(&mut self, page: &LogPage) {
        self.messages(&page.messages);
        if page.at_end {
            self.catching_up = false;
        } else {
            self.catch_up();
        }
    }

    /// Asks for what was not told and stands behind what was printed.
    fn catch_up(&mut self) {
        self.catching_up = true;
        self.send(Command::Page(ROOM, PageAsk::After(self.printed)));
    }

    fn answered(&mut self, id: OpId) {
        if self.unanswered.remove(&id) {
            self.inputs.answered();
        }
    }

    fn nick_taken(&mut self, wanted: Nickname, free: Nickname) {
        if self.manner.name_is_chosen {
            let failure = Failure::NickTaken { wanted, free };
            self.failed(failure.code(), &words::failure(&failure));
        } else {
            self.send(Command::Rename(ROOM, free));
        }
    }

    fn failed(&mut self, code: &str, text: &str) {
        // The first reason is the one that matters; others follow from it.
        if self.leaving {
            return;
        }
        self.out.event(&json!({ "event": "failed", "code": code, "text": text }), None);
        self.status = fail(text);
        self.end();
    }
}
