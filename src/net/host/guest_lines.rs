//! What all guests are told, kept once for all of them.
//!
//! A guest has no log to go back to, so a guest that does not read misses what no longer fits here, and is told how
//! many messages that were. What waits is shared, so a guest that reads nothing costs no memory.

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::room::{ConnId, ForGuests};
use crate::types::limits::GUEST_LINES_WAITING;
use crate::wire::text::GuestLine;

/// One thing that guests are told.
#[derive(Debug)]
pub(super) struct Told {
    /// Whose doing it is; not told to that guest.
    pub(super) from: Option<ConnId>,
    /// What.
    pub(super) line: GuestLine,
    /// How many messages there were up to here, this one counted; notes are none.
    messages: u64,
}

impl Told {
    fn is_message(&self) -> bool {
        matches!(self.line, GuestLine::Said { .. })
    }
}

/// Where lines for all guests go in.
#[derive(Debug)]
pub(super) struct GuestLines {
    lines: broadcast::Sender<Arc<Told>>,
    messages: u64,
}

impl GuestLines {
    pub(super) fn new() -> Self {
        Self { lines: broadcast::Sender::new(GUEST_LINES_WAITING), messages: 0 }
    }

    pub(super) fn tell(&mut self, lines: Vec<ForGuests>) {
        for ForGuests { from, line } in lines {
            let mut told = Told { from, line, messages: self.messages };
            if told.is_message() {
                self.messages += 1;
                told.messages = self.messages;
            }
            // With no guest there, nobody is told.
            let _nobody = self.lines.send(Arc::new(told));
        }
    }

    /// Everything that is told from here on.
    pub(super) fn listen(&self) -> Listener {
        Listener { lines: self.lines.subscribe(), messages: self.messages, next: None }
    }
}

/// One guest's place in what is told.
#[derive(Debug)]
pub(super) struct Listener {
    lines: broadcast::Receiver<Arc<Told>>,
    /// How many messages there were up to the last line.
    messages: u64,
    /// What comes behind a skip that was just said.
    next: Option<Arc<Told>>,
}

/// What comes next for one guest.
#[derive(Debug)]
pub(super) enum Heard {
    /// This.
    Line(Arc<Told>),
    /// So many messages are not there any more.
    Skipped(u64),
}

impl Listener {
    /// How many lines wait, those that are not there any more counted.
    pub(super) fn waiting(&self) -> usize {
        self.lines.len() + usize::from(self.next.is_some())
    }

    /// What comes next; none where the room has ended. Safe to drop and to call again.
    pub(super) async fn next(&mut self) -> Option<Heard> {
        if let Some(told) = self.next.take() {
            return Some(Heard::Line(told));
        }
        loop {
            let told = match self.lines.recv().await {
                Ok(told) => told,
                // The next one says how many messages went by; notes are not worth counting.
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return None,
            };
            let before = told.messages - u64::from(told.is_message());
            let skipped = before.saturating_sub(self.messages);
            self.messages = told.messages;
            if skipped == 0 {
                return Some(Heard::Line(told));
            }
            self.next = Some(told);
            return Some(Heard::Skipped(skipped));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(number: usize) -> ForGuests {
        let line = GuestLine::Said { who: "Ana".to_owned(), text: number.to_string() };
        ForGuests { from: None, line }
    }

    fn note() -> ForGuests {
        ForGuests { from: None, line: GuestLine::Note("Bo joined".to_owned()) }
    }

    /// What a listener hears: messages by their number, notes as 0, what was skipped as the second.
    async fn hear(listener: &mut Listener) -> (Vec<usize>, u64) {
        let (mut heard, mut skipped) = (Vec::new(), 0);
        while let Ok(Some(next)) = tokio::time::timeout(std::time::Duration::ZERO, listener.next()).await {
            match next {
                Heard::Skipped(count) => skipped += count,
                Heard::Line(told) => heard.push(match &told.line {
                    GuestLine::Said { text, .. } => text.parse().unwrap(),
                    GuestLine::Note(_) => 0,
                }),
            }
        }
        (heard, skipped)
    }

    #[tokio::test]
    async fn a_listener_hears_what_is_told_behind_its_coming() {
        let mut lines = GuestLines::new();
        lines.tell(vec![said(1)]);
        let mut listener = lines.listen();
        lines.tell(vec![said(2), note(), said(3)]);
        assert_eq!(hear(&mut listener).await, (vec![2, 0, 3], 0));
    }

    #[tokio::test]
    async fn as_many_as_fit_wait_and_one_more_skips_the_first() {
        for (told, skipped) in [(GUEST_LINES_WAITING, 0), (GUEST_LINES_WAITING + 1, 1)] {
            let mut lines = GuestLines::new();
            let mut listener = lines.listen();
            lines.tell((1..=told).map(said).collect());
            let (heard, count) = hear(&mut listener).await;
            assert_eq!((heard.len(), heard.last(), count), (GUEST_LINES_WAITING, Some(&told), skipped));
        }
    }

    #[tokio::test]
    async fn notes_that_went_by_are_not_counted() {
        let mut lines = GuestLines::new();
        let mut listener = lines.listen();
        lines.tell((0..5).map(|_| note()).chain([said(1)]).collect());
        lines.tell((2..=GUEST_LINES_WAITING + 1).map(said).collect());
        let (heard, skipped) = hear(&mut listener).await;
        assert_eq!((heard.len(), heard[0], skipped), (GUEST_LINES_WAITING, 2, 1));
    }
}
