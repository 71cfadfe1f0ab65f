//! One search: each room by itself, and what they found in one order.
//!
//! In a room, times never run backwards, so a time is a place in its log, and every search is one over a stretch of
//! numbers. The newest lines of a room come first by themselves. The best ones are chosen among the newest
//! [`RANKED`] that fit (or [`RANKED_BYTES`] of them): so a word that half of all lines have takes no longer than another, and what is left out is
//! what is old and said often. How well a line fits depends on nothing but the line, so that a page goes on exactly
//! where the one before it ended, also when more was said meanwhile.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::path::Path;

use jiff::civil::Date;

use super::{Current, text_of};
use crate::room::replica;
use crate::session::clock;
use crate::session::command::FindAsk;
use crate::session::event::FoundPage;
use crate::session::keys;
use crate::store::{Profile, RoomDb, StoreError, Wanted};
use crate::types::limits::{FOUND_PAGE, RANKED, RANKED_BYTES};
use crate::types::search::{Pattern, excerpt, folded, rank};
use crate::types::{Content, Day, Entry, FindOrder, Found, FoundAt, RoomId, RoomName, Seq};

/// What a search came to.
pub(super) struct Searched {
    pub(super) page: FoundPage,
    /// Rooms that are not indexed to their end.
    pub(super) behind: Vec<RoomId>,
    /// Rooms whose index cannot be read.
    pub(super) damaged: Vec<RoomId>,
}

/// What is looked for, read once for all rooms.
struct Look<'a> {
    ask: &'a FindAsk,
    patterns: Vec<Pattern>,
    from: Option<Pattern>,
    in_room: Option<String>,
    /// Said at the first time or later, and before the second; milliseconds since 1970 UTC.
    between: (Option<i64>, Option<i64>),
    by_rank: bool,
}

/// A line that fits.
struct Hit {
    at: FoundAt,
    entry: Entry,
}

/// What one room has, in order.
struct InRoom {
    name: RoomName,
    hits: VecDeque<Hit>,
}

/// Searches; none where a newer search took this one's place.
pub(super) fn search(profile: &Profile, ask: &FindAsk, current: &Current) -> Option<Searched> {
    let page = FoundPage { find: ask.find, lines: Vec::new(), more: None, missing: Vec::new() };
    let mut searched = Searched { page, behind: Vec::new(), damaged: Vec::new() };
    let Some(look) = Look::new(ask) else { return Some(searched) };
    let mut rooms = Vec::new();
    let paths = match ask.room {
        Some(room) => Ok(vec![profile.room_file(&room)]),
        None => profile.room_paths(),
    };
    match paths {
        Ok(paths) => {
            for path in paths {
                if !current.is_wanted() {
                    return None;
                }
                match in_room(&path, &look, current, &mut searched) {
                    Ok(found) => rooms.extend(found),
                    Err(StoreError::Interrupted) => return None,
                    // Its making was interrupted: there is no room in it yet.
                    Err(StoreError::NotFound) => {}
                    Err(error) => searched.page.missing.push(format!("{}: {error}", shown(&path))),
                }
            }
        }
        Err(error) => searched.page.missing.push(error.to_string()),
    }
    take(&mut searched.page, &look, rooms);
    current.is_wanted().then_some(searched)
}

/// What the room at `path` has; none where it is not among those that are looked into.
fn in_room(
    path: &Path,
    look: &Look<'_>,
    current: &Current,
    searched: &mut Searched,
) -> Result<Option<InRoom>, StoreError> {
    let db = RoomDb::open_read_only(path)?;
    current.reads(&db);
    let (name, room) = (db.record()?.name, db.room());
    if look.in_room.as_ref().is_some_and(|wanted| !folded(name.as_str()).contains(wanted)) {
        return Ok(None);
    }
    let needs_index = !look.patterns.is_empty() || look.from.is_some();
    let mut hits = Vec::new();
    if needs_index && !db.is_indexed()? {
        searched.behind.push(room);
        searched.page.missing.push(format!("{name}: not all of it can be searched yet"));
    }
    match look.gather(&db, current, &mut hits) {
        Err(StoreError::Damaged(_)) if needs_index => {
            searched.damaged.push(room);
            hits.clear();
            let words = format!("{name}: what makes it searchable is damaged, and is made again");
            searched.page.missing.push(words);
        }
        read => read?,
    }
    Ok(Some(InRoom { name, hits: hits.into() }))
}

impl<'a> Look<'a> {
    /// None where nothing can fit.
    fn new(ask: &'a FindAsk) -> Option<Self> {
        let query = &ask.query;
        let patterns = Pattern::of(&query.terms);
        let from = match &query.from {
            Some(from) => Some(Pattern::new(from, true)?),
            None => None,
        };
        if patterns.is_empty() && !query.terms.is_empty() {
            return None;
        }
        Some(Self {
            ask,
            by_rank: ask.order == FindOrder::Best && !patterns.is_empty(),
            patterns,
            from,
            in_room: query.room.as_deref().map(folded),
            between: (query.after.map(begin_ms), query.before.map(begin_ms)),
        })
    }

    /// The room's first lines after where the answer goes on, in order, and one more than a page has.
    fn gather(&self, db: &RoomDb, current: &Current, hits: &mut Vec<Hit>) -> Result<(), StoreError> {
        let Some(between) = self.stretch(db)? else { return Ok(()) };
        let wanted = Wanted { patterns: &self.patterns, from: self.from.as_ref(), between };
        let room_id = db.room();
        let (mut seen, mut bytes, mut stopped) = (0, 0, false);
        db.each_found(&wanted, |entry| {
            stopped = !current.is_wanted();
            // What is in the index has a text; without it, all kinds of entries come by.
            let Some(text) = text_of(&entry) else { return !stopped };
            (seen, bytes) = (seen + 1, bytes + text.len());
            let rank = if self.by_rank { rank(&text, &self.patterns) } else { 0.0 };
            let at = FoundAt { at_ms: entry.at_ms, rank, room_id, seq: entry.seq };
            let goes_on = self.ask.after.as_ref().is_none_or(|after| self.order(after, &at).is_lt());
            if !self.by_rank || goes_on {
                hits.push(Hit { at, entry });
            }
            let enough =
                if self.by_rank { seen >= RANKED || bytes >= RANKED_BYTES } else { hits.len() > FOUND_PAGE };
            !stopped && !enough
        })?;
        if stopped {
            return Err(StoreError::Interrupted);
        }
        if self.by_rank {
            hits.sort_by(|one, other| self.order(&one.at, &other.at));
            hits.truncate(FOUND_PAGE + 1);
        }
        Ok(())
    }

    /// The numbers among which this room's lines are looked for: the first and the one behind the last; none where
    /// there are none.
    fn stretch(&self, db: &RoomDb) -> Result<Option<(Seq, Seq)>, StoreError> {
        let end = Seq(u64::MAX);
        let first = match self.between.0 {
            Some(at_ms) => db.first_at(at_ms)?,
            None => Some(Seq(1)),
        };
        let mut behind = match self.between.1 {
            Some(at_ms) => db.first_at(at_ms)?.unwrap_or(end),
            None => end,
        };
        if let (Some(after), false) = (&self.ask.after, self.by_rank) {
            let goes_on = match db.room().cmp(&after.room_id) {
                Ordering::Equal => after.seq,
                Ordering::Less => db.first_at(after.at_ms)?.unwrap_or(end),
                Ordering::Greater => db.first_at(after.at_ms.saturating_add(1))?.unwrap_or(end),
            };
            behind = behind.min(goes_on);
        }
        Ok(first.filter(|first| *first < behind).map(|first| (first, behind)))
    }

    /// Which of two lines comes first.
    fn order(&self, one: &FoundAt, other: &FoundAt) -> Ordering {
        let by_rank = if self.by_rank { one.rank.total_cmp(&other.rank) } else { Ordering::Equal };
        by_rank
            .then(other.at_ms.cmp(&one.at_ms))
            .then(one.room_id.cmp(&other.room_id))
            .then(other.seq.cmp(&one.seq))
    }
}

/// Fills the page with the first lines of all rooms. What was not signed by its author is passed over, as nobody is
/// misquoted.
fn take(page: &mut FoundPage, look: &Look<'_>, mut rooms: Vec<InRoom>) {
    let verifier = keys::verifier(&[]);
    let mut last = None;
    while page.lines.len() < FOUND_PAGE {
        let first = rooms.iter_mut().filter(|room| !room.hits.is_empty()).min_by(|one, other| {
            match (one.hits.front(), other.hits.front()) {
                (Some(one), Some(other)) => look.order(&one.at, &other.at),
                _ => Ordering::Equal,
            }
        });
        let Some((room, hit)) = first.and_then(|room| room.hits.pop_front().map(|hit| (&room.name, hit)))
        else {
            return;
        };
        let Hit { at, entry } = hit;
        let message = replica::read(&entry, &at.room_id, &entry.signed.op.author, &*verifier);
        if let Content::Post(text) = &message.content {
            let (excerpt, marks) = excerpt(text.as_str(), &look.patterns);
            page.lines.push(Found {
                room_id: at.room_id,
                room: room.clone(),
                seq: at.seq,
                author: message.author,
                name: message.name,
                at_ms: at.at_ms,
                excerpt,
                marks,
            });
        }
        last = Some(at);
    }
    page.more = last.filter(|_| rooms.iter().any(|room| !room.hits.is_empty()));
}

/// When the day begins here, milliseconds since 1970 UTC.
pub(super) fn begin_ms(day: Day) -> i64 {
    let begin = Date::new(day.year, day.month, day.day).and_then(|date| date.to_zoned(clock::zone()));
    // Beyond the calendar nothing was said.
    begin.map_or(i64::MAX, |begin| begin.timestamp().as_millisecond())
}

fn shown(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
