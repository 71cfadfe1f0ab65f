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
}

/// The part that was asked for. Where it cannot be read, the window is told why and shown nothing.
pub(super) async fn read(records: &Records, teller: &mut RoomTeller, ask: PageAsk, missing: Missing) -> Part {
    match part(records, ask, missing).await {
        Ok(part) => part,
        Err(error) => {
            teller.tell(RoomEvent::Notice(Notice::NotRead(error.to_string()))).await;
            Part { entries: Vec::new(), at_start: true, at_end: true }
        }
    }
}

async fn part(records: &Records, ask: PageAsk, missing: Missing) -> Result<Part, StoreError> {
    let from = match ask {
        PageAsk::Newest | PageAsk::AtTime(_) => FetchFrom::Before(Seq(u64::MAX)),
        PageAsk::Around(seq) => FetchFrom::Before(seq),
        PageAsk::Before(seq) => FetchFrom::Before(seq),
        PageAsk::After(seq) => FetchFrom::After(seq),
    };
    let slice = records.page(from, WINDOW_PAGE).await?;
    let backwards = !matches!(ask, PageAsk::After(_));
    let older_missing = match (slice.run.entries.first(), ask, missing) {
        (_, _, Missing::StaysSo) => false,
        (Some(first), ..) => first.prev.seq != Seq::START,
        (None, PageAsk::Before(before), _) => before.0 > 1 && is_missing_before(records, before).await,
        (None, ..) => false,
    };
    Ok(Part {
        at_start: backwards && !slice.more && !older_missing,
        at_end: matches!(ask, PageAsk::Newest) || (!backwards && !slice.more),
        entries: slice.run.entries,
    })
}

async fn is_missing_before(records: &Records, before: Seq) -> bool {
    let holes: Vec<Hole> = records.holes().await.unwrap_or_default();
    holes.iter().any(|hole| hole.after < before)
}
