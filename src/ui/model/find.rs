//! Looking for something that was said, and going there.

use jiff::civil::Date;

use super::toasts::ToastKind;
use super::{Dialog, Model, RoomState, Screen};
use crate::session::{Command, FindAsk, FindRef, FoundPage, RoomRef};
use crate::types::{FindOrder, Found, FoundAt, Query, QueryError, RoomId, Seq};

/// Found lines that are shown at once: more of them ask for another word.
const SHOWN: usize = 500;

/// The pane that looks for something.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// In this room; in all of them if none.
    pub room: Option<RoomRef>,
    /// What is typed.
    pub typed: String,
    /// What comes first.
    pub order: FindOrder,
    /// What was found so far.
    pub lines: Vec<Found>,
    /// Histories that could not be searched to their end, in words.
    pub missing: Vec<String>,
    /// Why nothing is looked for.
    pub problem: Option<QueryError>,
    /// The line that Enter goes to.
    pub chosen: usize,
    /// There is no answer yet.
    pub looking: bool,
    /// There are as many lines as are shown.
    pub enough: bool,
    more: Option<FoundAt>,
    asked: u64,
}

/// Something in that pane.
#[derive(Debug, Clone, PartialEq)]
pub enum FindAction {
    /// Open it, for this room or for all of them.
    Open(Option<RoomRef>),
    /// Close it.
    Close,
    /// Close it, for it covers the line that it led to.
    Reveal,
    /// This is typed.
    Edit(String),
    /// This comes first.
    Order(FindOrder),
    /// The next part of the answer.
    More,
    /// Enter is to go to this line.
    Choose(usize),
    /// Go to this line.
    Go(usize),
}

impl Find {
    /// Whether there is more than what is shown.
    pub fn has_more(&self) -> bool {
        self.more.is_some() && !self.enough
    }

    /// Nothing is typed that could be looked for.
    pub fn is_empty(&self) -> bool {
        matches!(self.problem, Some(QueryError::Empty))
    }

    fn forget_lines(&mut self) {
        self.lines.clear();
        self.missing.clear();
        self.more = None;
        self.chosen = 0;
        self.enough = false;
    }
}

impl Model {
    pub(super) fn act_in_find(&mut self, action: FindAction) -> Vec<Command> {
        if let FindAction::Open(room) = action {
            return self.open_find(room);
        }
        let Some(find) = &mut self.find else { return Vec::new() };
        match action {
            FindAction::Open(_) => {}
            FindAction::Close => self.close_find(),
            FindAction::Reveal => self.find = None,
            FindAction::Edit(typed) => {
                find.typed = typed;
                return self.look_for(false);
            }
            FindAction::Order(order) => {
                find.order = order;
                return self.look_for(false);
            }
            FindAction::More => return self.look_for(true),
            FindAction::Choose(line) => find.chosen = line.min(find.lines.len().saturating_sub(1)),
            FindAction::Go(line) => {
                find.chosen = line;
                let place = find.lines.get(line).map(|found| (found.room_id, found.seq));
                return place.map_or_else(Vec::new, |(room, seq)| self.go_to_line(room, seq));
            }
        }
        Vec::new()
    }

    /// The pane is about the room on the screen, or about all of them.
    fn open_find(&mut self, room: Option<RoomRef>) -> Vec<Command> {
        self.dialog = None;
        let before = self.find.take().unwrap_or_default();
        self.find = Some(Find { room, ..before });
        self.look_for(false)
    }

    pub(super) fn close_find(&mut self) {
        if self.find.take().is_some() {
            self.rooms.iter_mut().for_each(|room| room.timeline.drop_target());
        }
    }

    /// Asks for what is typed, from the beginning or for what follows.
    fn look_for(&mut self, more: bool) -> Vec<Command> {
        let room = self.find.as_ref().and_then(|find| find.room);
        let room_id = room.and_then(|id| self.room(id)).and_then(RoomState::room_id);
        let Some(find) = &mut self.find else { return Vec::new() };
        // A room that is not known yet has said nothing that could be found.
        let query = match Query::parse(&find.typed) {
            Ok(_) if room.is_some() && room_id.is_none() => return Vec::new(),
            Ok(query) => query,
            Err(problem) => {
                find.forget_lines();
                find.problem = Some(problem);
                find.looking = false;
                // An answer that is still on its way is to nothing that is typed now.
                find.asked += 1;
                return Vec::new();
            }
        };
        find.problem = None;
        if !more {
            find.chosen = 0;
            find.more = None;
        }
        find.asked += 1;
        find.looking = true;
        let ask = FindAsk {
            find: FindRef(find.asked),
            query,
            room: room_id,
            order: find.order,
            after: find.more.clone(),
        };
        vec![Command::Find(ask)]
    }

    pub(super) fn found(&mut self, page: FoundPage) {
        let Some(find) = self.find.as_mut().filter(|find| find.looking && FindRef(find.asked) == page.find)
        else {
            return;
        };
        if find.more.is_none() {
            find.forget_lines();
        }
        find.looking = false;
        find.lines.extend(page.lines);
        find.enough = find.lines.len() >= SHOWN;
        find.missing = page.missing;
        find.more = page.more;
    }

    /// Shows this line in its place, in a room that is open or can be opened again.
    fn go_to_line(&mut self, room_id: RoomId, seq: Seq) -> Vec<Command> {
        let mut commands = self.reopen(room_id);
        let Some(room) = self.rooms.iter_mut().find(|room| room.room_id() == Some(room_id) && !room.leaving)
        else {
            self.toast(ToastKind::NotListed);
            return commands;
        };
        room.timeline.go_to(seq);
        commands.extend(super::rooms::wanted_page(room));
        commands
    }

    /// Shows the first line that is kept.
    pub(super) fn go_to_first(&mut self, id: RoomRef) -> Vec<Command> {
        let Some(room) = self.room_mut(id) else { return Vec::new() };
        room.timeline.go_to(Seq::START);
        super::rooms::wanted_page(room)
    }

    /// Shows what was said on this day and after it.
    pub(super) fn go_to_day(&mut self, id: RoomRef, day: Date) -> Vec<Command> {
        self.dialog = None;
        let start = day.to_zoned(self.zone().clone());
        let Some((room, start)) = self.room_mut(id).zip(start.ok()) else { return Vec::new() };
        room.timeline.go_to_time(start.timestamp().as_millisecond());
        super::rooms::wanted_page(room)
    }

    /// Asks for the day to go to, with today in the field.
    pub(super) fn ask_day(&mut self, room: RoomRef) {
        let now = jiff::Timestamp::from_millisecond(self.now_ms()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let today = now.to_zoned(self.zone().clone()).date();
        self.dialog = Some(Dialog::Day(room, today.to_string()));
    }

    /// The room that a shortcut looks in: the one on the screen.
    pub(super) fn find_here(&mut self) -> Vec<Command> {
        match self.screen {
            Screen::Room(id) => self.open_find(Some(id)),
            _ => self.open_find(None),
        }
    }
}
