//! Handing back what the host's log has lost.

use super::{End, Visit};
use crate::room::ReplicaInput;
use crate::types::{Link, Run, Slice};
use crate::wire::message::{ClientMessage, Page, TailWanted};

impl Visit {
    /// Sends the host a part of a log that it seems to have lost; where that cannot be read, or is not kept any more, says so
    /// on both sides.
    pub(super) async fn hand_back(&mut self, wanted: TailWanted) -> Result<(), End> {
        let TailWanted { epoch, head, fetch } = wanted;
        let slice = self.records.offered((epoch, head), fetch).await;
        let gone = slice.as_ref().map_or(true, |slice| slice.run.entries.is_empty());
        let nothing = Slice { run: Run { prev: Link::START, entries: Vec::new() }, more: false };
        let Slice { run, more } = slice.unwrap_or(nothing);
        self.link.send(&ClientMessage::Tail(epoch, Page { asked: fetch.from, run, more }));
        if gone {
            return Box::pin(self.feed(ReplicaInput::NotHandedBack(epoch, head))).await;
        }
        Ok(())
    }
}
