//! A plain room whose records failed, before it is opened again.

use std::time::Duration;

use super::PlainVisit;
use crate::room::plain::PlainInput;
use crate::session::visit::LEAVE_MS;
use crate::session::visit::again::{Again, WayBack};
use crate::session::visit::course::End;

impl PlainVisit {
    /// Hands in what the records answered.
    pub(super) async fn settle(&mut self, input: PlainInput) -> Result<(), End> {
        if let PlainInput::QueueFailed(id, _) = input
            && self.records.is_in_trouble()
        {
            self.given_back.push(id);
        }
        self.feed(input).await
    }

    /// Closes the connection, after what is on its way to the disk was answered.
    pub(in crate::session::visit) async fn stop(&mut self) -> Again {
        let _late = tokio::time::timeout(Duration::from_millis(LEAVE_MS), self.leave()).await;
        self.awaited.clear();
        self.online = None;
        let _down = self.feed(PlainInput::Down).await;
        Again {
            record: self.record.clone(),
            way: WayBack::Plain,
            given_back: std::mem::take(&mut self.given_back),
            first_contact: self.first_contact,
        }
    }
}
