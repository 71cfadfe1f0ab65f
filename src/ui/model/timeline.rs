//! What the window holds of one room's conversation, ready to be drawn.
//!
//! The log is long and the window is short: a [`Timeline`] keeps a stretch of at most
//! [`WINDOW_MESSAGES`] messages and asks for the pages next to it when the reader comes near an end.
//! Everything that a message needs besides itself (its day, whether it opens a group, its links) is worked
//! out once when it arrives, never while a frame is drawn: a frame only asks for the [`Row`]s that it shows.

mod ignoring;
mod intake;
mod outbox;
mod people;
mod presence;
mod removing;
mod row;
mod rows;
mod shown;
mod stretch;
mod target;
mod text;

#[cfg(test)]
mod jumps;
#[cfg(test)]
mod long_way;
#[cfg(test)]
mod orderings;
#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use self::outbox::Outbox;
pub use self::people::People;
pub use self::presence::Presence;
pub use self::removing::Rights;
pub use self::row::{Gap, Line, Row, RowKey, Waiting};
use self::rows::Rows;
use self::stretch::{Said, Stretch};
pub use self::target::Target;
pub use self::text::{Link, Prepared};
use super::notes::Heard;
use crate::session::{Notice, PageAsk, RoomEvent};
use crate::types::limits::WINDOW_MESSAGES;
use crate::types::{Ignored, MemberKey, MessageText, Nickname, OpId, Seq};

/// Milliseconds within which lines of one author stand in one group.
pub const GROUP_MS: i64 = 5 * 60 * 1000;

/// Where the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The first row on the screen.
    pub first: usize,
    /// The last row on the screen.
    pub last: usize,
    /// The newest line is on the screen, so the reader wants to see what comes.
    pub at_bottom: bool,
}

/// The conversation of one room, as far as this window holds it.
#[derive(Debug)]
pub struct Timeline {
    zone: TimeZone,
    me: Option<MemberKey>,
    my_name: Option<Nickname>,
    /// A plain-text room: whoever speaks is without the app, and nothing is confirmed.
    plain: bool,
    stretch: Stretch,
    rows: Rows,
    outbox: Outbox,
    people: People,
    typing: (Vec<Nickname>, u32),
    look: Look,
    /// What was asked for and not answered yet.
    asked: Option<PageAsk>,
    /// What was answered with nothing new, so asking again now would only repeat it.
    fruitless: Vec<PageAsk>,
    /// The first page was put in place.
    loaded: bool,
    /// Where the person asked to be taken.
    target: Option<Target>,
    /// The newest entry that was spoken of, shown or not.
    head: Seq,
    /// Entries up to this number are not kept on this computer.
    not_kept: Seq,
    /// The newest entry at the host when I came in.
    host_head: Seq,
    watched: bool,
    unread: u32,
    arrived: u64,
    /// The newest entry at the host when I came in for the first time: up to it nothing is news.
    old_until: Option<Seq>,
    /// What others said since that was asked last: how many lines, and the last of them.
    heard: Option<(u64, Heard)>,
    next_presence: u64,
    version: u64,
    /// What of others' words I may remove.
    rights: Rights,
    /// Whom I ignore.
    ignored: Vec<Ignored>,
}

impl Timeline {
    /// An empty conversation whose days begin and end in `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Self::with_limit(zone, WINDOW_MESSAGES)
    }

    /// The same, holding at most `messages`. For measuring what a long conversation costs.
    pub fn with_limit(zone: TimeZone, messages: usize) -> Self {
        Self {
            zone,
            me: None,
            my_name: None,
            plain: false,
            stretch: Stretch::new(messages),
            rows: Rows::default(),
            outbox: Outbox::default(),
            people: People::default(),
            typing: (Vec::new(), 0),
            look: Look { first: 0, last: 0, at_bottom: true },
            asked: None,
            fruitless: Vec::new(),
            loaded: false,
            target: None,
            head: Seq::START,
            not_kept: Seq::START,
            host_head: Seq::START,
            watched: true,
            unread: 0,
            arrived: 0,
            old_until: None,
            heard: None,
            next_presence: 0,
            version: 0,
            rights: Rights::default(),
            ignored: Vec::new(),
        }
    }

    /// Takes in what happened. What is not about the conversation is passed over.
    pub fn apply(&mut self, event: &RoomEvent) {
        self.version += 1;
        self.people.apply(event);
        match event {
            RoomEvent::Online(online) => self.came_online(online),
            RoomEvent::Messages(messages) => self.take_new(messages),
            // What was missing may be there now.
            RoomEvent::Gap { .. } | RoomEvent::Notice(Notice::TakenBack(_)) => self.fruitless.clear(),
            RoomEvent::Page(page) => self.take_page(page),
            RoomEvent::Behind(head) => {
                self.head = self.head.max(*head);
                self.stretch.at_end = false;
            }
            RoomEvent::Snapshot(snapshot) => self.take_snapshot(snapshot),
            RoomEvent::Pending(pending) if !self.stretch.holds(pending.id) => {
                self.outbox.add(pending.clone());
            }
            RoomEvent::Unsaid { id, .. } => drop(self.outbox.remove(*id)),
            RoomEvent::Sent(id, seq) => {
                let shown = self.stretch.last_seq().is_some_and(|last| *seq <= last);
                self.outbox.sent(*id, shown || !self.stretch.at_end);
            }
            RoomEvent::Refused(id, refusal, text) if !self.stretch.holds(*id) => {
                let at_ms = self.stretch.last_said().map_or(0, |said| said.message.at_ms);
                self.outbox.refused(*id, refusal, text, at_ms);
            }
            RoomEvent::Joined(people) => self.present(|presence| presence.joined(people)),
            RoomEvent::Left(people) => self.present(|presence| presence.left(people)),
            RoomEvent::Crowd(count) => self.present(|presence| presence.crowd(*count)),
            RoomEvent::Renamed(name) => self.my_name = Some(name.clone()),
            RoomEvent::NotKept(seq) => self.not_kept(*seq),
            RoomEvent::Typing(names, more) => {
                let names = names.iter().filter(|name| !self.ignores_name(name)).cloned();
                self.typing = (names.collect(), *more);
            }
            RoomEvent::Notice(Notice::NewEpoch) => self.forget(),
            RoomEvent::Offline(..) | RoomEvent::Failed(_) | RoomEvent::Over => {
                self.typing = (Vec::new(), 0);
                self.asked = None;
            }
            _ => {}
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.outbox_start() + self.outbox.len()
    }

    /// True where nothing that I said waits for the host.
    pub fn all_sent(&self) -> bool {
        self.outbox.all_sent()
    }

    /// True while nothing at all is to be shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True where it is known that nobody ever said anything.
    pub fn nothing_was_said(&self) -> bool {
        self.loaded && self.at_start() && self.at_end() && self.outbox.len() == 0 && self.stretch.is_silent()
    }

    /// One row, 0 at the top.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        if let Some(row) = self.rows.get(index) {
            return self.log_row(*row);
        }
        let start = self.outbox_start();
        match self.outbox_day() {
            Some(day) if index + 1 == start => Some(Row::Day(day)),
            _ => self.waiting_row(index.checked_sub(start)?),
        }
    }

    /// The entry on a row.
    pub fn seq_at(&self, index: usize) -> Option<Seq> {
        match self.row(index)?.key() {
            RowKey::Line(seq, _) | RowKey::Removed(seq, _) | RowKey::Ignored(seq, _) => Some(seq),
            _ => None,
        }
    }

    /// The row of this entry, or of the first one after it.
    pub fn row_of(&self, seq: Seq) -> Option<usize> {
        (0..self.len()).find(|index| self.seq_at(*index).is_some_and(|at| at >= seq))
    }

    /// Every row, top to bottom.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).filter_map(|index| self.row(index))
    }

    /// Changes with everything that could change a row.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// While this stays the same, rows of the log are only added below those that are there. The outbox's
    /// rows follow them and may change at any time.
    pub fn revision(&self) -> u64 {
        self.rows.revision()
    }

    /// How many rows belong to the log; the outbox's follow.
    pub fn log_len(&self) -> usize {
        self.rows.len()
    }

    /// When something was said, on the clock of the reader's wall.
    pub fn local(&self, at_ms: i64) -> DateTime {
        local(&self.zone, at_ms)
    }

    /// Whether nothing older exists, as far as is known.
    pub fn at_start(&self) -> bool {
        self.stretch.at_start
    }

    /// Whether the newest line is held here.
    pub fn at_end(&self) -> bool {
        self.stretch.at_end
    }

    /// What I am called here, once that is known.
    pub fn my_name(&self) -> Option<&Nickname> {
        self.my_name.as_ref()
    }

    /// The day that a row belongs to.
    pub fn day_of(&self, index: usize) -> Option<Date> {
        (0..=index).rev().find_map(|index| match self.row(index)? {
            Row::Day(date) => Some(date),
            Row::Line(line)
            | Row::Newer(line)
            | Row::Unreadable(line)
            | Row::Removed(line)
            | Row::Ignored(line) => Some(self.local(line.message.at_ms).date()),
            Row::Waiting(waiting) => Some(self.local(waiting.pending.at_ms).date()),
            _ => None,
        })
    }

    /// Who is here.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Who is typing, and how many more.
    pub fn typing(&self) -> (&[Nickname], u32) {
        (&self.typing.0, self.typing.1)
    }

    /// Messages of others that came while nobody watched.
    pub fn unread(&self) -> u32 {
        self.unread
    }

    /// Messages of others that came since this timeline was made. Two readings tell how many came between.
    pub fn arrived(&self) -> u64 {
        self.arrived
    }

    /// Says whether a person has this room before their eyes. What comes while nobody does is unread, and the
    /// line above it stays until they look away again.
    pub fn set_watched(&mut self, watched: bool) {
        if watched == self.watched {
            return;
        }
        self.watched = watched;
        self.unread = 0;
        self.version += 1;
        if !watched && self.rows.unread_from.take().is_some() {
            self.rebuild();
        }
    }

    /// Says where the reader is: the far end goes first when the stretch grows too long, and the near one is
    /// paged in.
    pub fn set_look(&mut self, look: Look) {
        if look.at_bottom != self.look.at_bottom {
            // Who comes by again may find what was still missing the last time.
            self.fruitless.clear();
        }
        self.look = look;
    }

    /// The page that is needed next, if any. Each is told once; call [`Self::page_lost`] if it could not be
    /// asked for.
    pub fn wanted_page(&mut self) -> Option<PageAsk> {
        if self.asked.is_some() {
            return None;
        }
        let ask = self.next_page().filter(|ask| !self.fruitless.contains(ask))?;
        self.ask(ask);
        Some(ask)
    }

    /// The page that is asked for when the person wants to see the newest line, which is not held here.
    pub fn ask_newest(&mut self) -> PageAsk {
        self.look.at_bottom = true;
        self.target = None;
        self.ask(PageAsk::Newest);
        PageAsk::Newest
    }

    /// The page that fills the gap just before `seq`, asked for by the person.
    pub fn ask_gap(&mut self, seq: Seq) -> PageAsk {
        let ask = PageAsk::Before(seq);
        self.ask(ask);
        ask
    }

    /// What was asked for last will not be answered.
    pub fn page_lost(&mut self) {
        self.asked = None;
        self.version += 1;
    }

    /// Takes what I said and the host refused out of the conversation: its text goes back to the composer.
    pub fn withdraw(&mut self, id: OpId) -> Option<MessageText> {
        self.version += 1;
        self.outbox.remove(id).map(|waiting| waiting.pending.text)
    }

    fn ask(&mut self, ask: PageAsk) {
        self.asked = Some(ask);
        self.fruitless.retain(|tried| *tried != ask);
        self.version += 1;
        self.rows.bump();
    }

    fn outbox_start(&self) -> usize {
        self.rows.len() + usize::from(self.outbox_day().is_some())
    }

    /// The day to be named above the outbox: the one of its first line where the log has not reached it.
    fn outbox_day(&self) -> Option<Date> {
        let first = self.outbox.get(0)?;
        let day = self.local(first.pending.at_ms).date();
        let last = self.stretch.last_said().map(|said| said.date);
        last.is_none_or(|last| last < day).then_some(day)
    }
}

/// What a clock on the wall shows in `zone`. Times beyond what a calendar can hold become its first.
fn local(zone: &TimeZone, at_ms: i64) -> DateTime {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    zone.to_datetime(at)
}
