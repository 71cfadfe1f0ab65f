//! What the window is shown of a log that is kept here, a page at a time; alike for rooms with a host and for plain
//! ones.

use crate::room::Hole;
use crate::session::command::PageAsk;
use crate::session::event::{Notice, RoomEvent};
use crate::session::records::Records;
use crate::session::tell::RoomTeller;
use crate::store::StoreError;
use crate::types::limits::WINDOW_PAGE;
use crate::types::{Entry, FetchFrom, Seq};

/// Entries that are shown before the time that was asked for, so that one sees what it follows.
const BEFORE_TIME: usize = 20;

/// Whether somebody else has what is missing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// The host has it: a log that begins late here does not begin there.
    CanBeFetched,
    /// Nobody has it.
    StaysSo,
}

/// A part of a log.
pub(super) struct Part {
    pub(super) entries: Vec<Entry>,
    /// Nothing stands before it.
    pub(super) at_start: bool,
    /// Nothing stands behind it.
    pub(super) at_end: bool,
    /// Up to where entries are not kept, if it begins there.
    removed_to: Seq,
}

/// What I had typed. Where it cannot be read, the window is told why.
pub(super) async fn draft(records: &Records, teller: &mut RoomTeller) -> String {
    match records.draft().await {
        Ok(draft) => draft,
        Err(error) => {
            let reason = format!("what you had typed: {error}");
            teller.tell(RoomEvent::Notice(Notice::NotRead(reason))).await;
            String::new()
        }
    }
}

/// The part that was asked for. Where it cannot be read, the window is told why and shown nothing.
pub(super) async fn read(records: &Records, teller: &mut RoomTeller, ask: PageAsk, missing: Missing) -> Part {
    match part(records, ask, missing).await {
        Ok(part) => {
            if part.removed_to > Seq::START {
                teller.tell(RoomEvent::NotKept(part.removed_to)).await;
            }
            part
        }
        Err(error) => {
            teller.tell(RoomEvent::Notice(Notice::NotRead(error.to_string()))).await;
            Part { entries: Vec::new(), at_start: true, at_end: true, removed_to: Seq::START }
        }
    }
}

async fn part(records: &Records, ask: PageAsk, missing: Missing) -> Result<Part, StoreError> {
    match ask {
        PageAsk::Newest => {
            let part = before(records, (Seq(u64::MAX), WINDOW_PAGE), missing).await?;
            Ok(Part { at_end: true, ..part })
        }
        PageAsk::Before(seq) => before(records, (seq, WINDOW_PAGE), missing).await,
        PageAsk::After(seq) => {
            let slice = records.page(FetchFrom::After(seq), WINDOW_PAGE).await?;
            let (entries, at_end) = (slice.run.entries, !slice.more);
            Ok(Part { at_start: false, at_end, entries, removed_to: Seq::START })
        }
        PageAsk::Around(seq) => around(records, (seq, WINDOW_PAGE / 2), missing).await,
        PageAsk::AtTime(at_ms) => {
            let first = records.first_at(at_ms).await?;
            // Where nothing was said since, the end of the log is what comes nearest.
            around(records, (first.unwrap_or(Seq(u64::MAX)), BEFORE_TIME), missing).await
        }
    }
}

/// At most so many entries before this number.
async fn before(records: &Records, (seq, most): (Seq, usize), missing: Missing) -> Result<Part, StoreError> {
    let slice = records.page(FetchFrom::Before(seq), most).await?;
    let removed_to = if slice.more { Seq::START } else { records.removed_to().await? };
    let older_missing = match (slice.run.entries.first(), missing) {
        (_, Missing::StaysSo) => false,
        (Some(first), _) => first.prev.seq > removed_to,
        (None, _) => seq.0 > 1 && seq.0 < u64::MAX && is_missing_before(records, seq).await?,
    };
    let at_start = !slice.more && !older_missing;
    let removed_to = if at_start { removed_to } else { Seq::START };
    Ok(Part { at_start, at_end: false, entries: slice.run.entries, removed_to })
}

/// A page with at most so many entries before this number, and what begins with it.
async fn around(records: &Records, ask: (Seq, usize), missing: Missing) -> Result<Part, StoreError> {
    let older = before(records, ask, missing).await?;
    let from = FetchFrom::After(Seq(ask.0.0.saturating_sub(1)));
    let newer = records.page(from, WINDOW_PAGE - older.entries.len()).await?;
    let mut older = older;
    let mut entries = std::mem::take(&mut older.entries);
    entries.extend(newer.run.entries);
    Ok(Part { entries, at_end: !newer.more, ..older })
}

async fn is_missing_before(records: &Records, before: Seq) -> Result<bool, StoreError> {
    let holes: Vec<Hole> = records.holes().await?;
    Ok(holes.iter().any(|hole| hole.after < before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::finder::tests::{Said, record, signed};
    use crate::store::RoomDb;
    use crate::types::RoomId;

    /// A room with so many lines, said a second apart from second 1 on.
    fn records(lines: u64) -> (tempfile::TempDir, Records) {
        let dir = tempfile::tempdir().unwrap();
        let said = (1..=lines).map(|seq| Said { at_ms: seq as i64 * 1_000, text: format!("line {seq}") });
        let room = record(RoomId([1; 32]), "Kitchen");
        let mut db = RoomDb::create(&dir.path().join("a.db"), &room).unwrap();
        for batch in signed(&room, said.collect()).chunks(256) {
            db.append(&crate::types::Batch {
                entries: batch.to_vec(),
                members: Vec::new(),
                standing: Vec::new(),
            })
            .unwrap();
        }
        (dir, Records::start(db).unwrap())
    }

    async fn read(records: &Records, ask: PageAsk) -> (u64, u64, bool, bool) {
        let Part { entries, at_start, at_end, .. } = part(records, ask, Missing::CanBeFetched).await.unwrap();
        assert!(entries.windows(2).all(|two| two[1].prev == two[0].link()));
        let number = |entry: Option<&Entry>| entry.map_or(0, |entry| entry.seq.0);
        (number(entries.first()), number(entries.last()), at_start, at_end)
    }

    #[tokio::test]
    async fn a_page_around_an_entry_has_it_in_the_middle_and_says_what_it_reaches() {
        let (_dir, records) = records(1_000);
        assert_eq!(read(&records, PageAsk::Around(Seq(500))).await, (400, 599, false, false));
        assert_eq!(read(&records, PageAsk::Around(Seq(101))).await, (1, 200, true, false));
        assert_eq!(read(&records, PageAsk::Around(Seq(102))).await, (2, 201, false, false));
        assert_eq!(read(&records, PageAsk::Around(Seq(1))).await, (1, 200, true, false));
        assert_eq!(read(&records, PageAsk::Around(Seq(0))).await, (1, 200, true, false));
        assert_eq!(read(&records, PageAsk::Around(Seq(901))).await, (801, 1_000, false, true));
        assert_eq!(read(&records, PageAsk::Around(Seq(u64::MAX))).await, (901, 1_000, false, true));
    }

    #[tokio::test]
    async fn a_page_at_a_time_begins_a_little_before_it() {
        let (_dir, records) = records(1_000);
        assert_eq!(read(&records, PageAsk::AtTime(500_000)).await, (480, 679, false, false));
        assert_eq!(read(&records, PageAsk::AtTime(499_001)).await, (480, 679, false, false));
        assert_eq!(read(&records, PageAsk::AtTime(i64::MIN)).await, (1, 200, true, false));
        assert_eq!(read(&records, PageAsk::AtTime(1_000_000)).await, (980, 1_000, false, true));
        assert_eq!(read(&records, PageAsk::AtTime(1_000_001)).await, (981, 1_000, false, true));
    }

    #[tokio::test]
    async fn an_empty_room_is_at_both_ends_wherever_one_looks() {
        let (_dir, records) = records(0);
        for ask in [PageAsk::Newest, PageAsk::Around(Seq(5)), PageAsk::AtTime(5)] {
            assert_eq!(read(&records, ask).await, (0, 0, true, true), "{ask:?}");
        }
    }
}
