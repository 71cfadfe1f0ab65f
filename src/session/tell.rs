//! Telling the window: events go into a bounded queue, and the window is woken.
//!
//! Entries are many and can be read again, so where the queue is full they are not waited for: what a room had
//! to say collapses into one `Behind`, and the window asks anew when it has caught up. Everything else is rare
//! and is waited for.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::command::RoomRef;
use super::event::{Event, RoomEvent};
use crate::types::{Message, Seq};

/// Wakes whoever reads the events.
pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// The background's end of the event queue.
#[derive(Clone)]
pub(crate) struct Teller {
    events: mpsc::Sender<Event>,
    wake: Wake,
}

impl Teller {
    pub(crate) fn new(events: mpsc::Sender<Event>, wake: Wake) -> Self {
        Self { events, wake }
    }

    /// Tells, and waits while the queue is full. A window that is gone hears nothing.
    pub(crate) async fn tell(&self, event: Event) {
        let _gone = self.events.send(event).await;
        (self.wake)();
    }

    /// For one room.
    pub(crate) fn room(&self, room: RoomRef) -> RoomTeller {
        RoomTeller { teller: self.clone(), room, behind: None }
    }
}

/// Tells about one room.
#[derive(Clone)]
pub(crate) struct RoomTeller {
    teller: Teller,
    room: RoomRef,
    /// The newest entry that was not told.
    behind: Option<Seq>,
}

impl RoomTeller {
    /// Tells, and waits while the queue is full.
    pub(crate) async fn tell(&mut self, event: RoomEvent) {
        self.teller.tell(Event::Room(self.room, event)).await;
    }

    /// Tells new messages, or notes that the window is behind.
    pub(crate) fn messages(&mut self, messages: Vec<Message>) {
        let Some(newest) = messages.last().map(|message| message.seq) else { return };
        if self.behind.is_some() {
            self.behind = Some(newest);
            return;
        }
        match self.teller.events.try_send(Event::Room(self.room, RoomEvent::Messages(messages))) {
            Ok(()) => (self.teller.wake)(),
            Err(TrySendError::Full(_)) => self.behind = Some(newest),
            Err(TrySendError::Closed(_)) => {}
        }
    }

    /// Waits until the window that is behind can be told so; for ever where it is not behind.
    pub(crate) async fn caught_up(&mut self) {
        let Some(newest) = self.behind else { return std::future::pending().await };
        let Ok(place) = self.teller.events.reserve().await else { return std::future::pending().await };
        place.send(Event::Room(self.room, RoomEvent::Behind(newest)));
        self.behind = None;
        (self.teller.wake)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Content, MemberId, MemberKey, MessageText, Nickname, OpId};

    fn message(seq: u64) -> Message {
        Message {
            seq: Seq(seq),
            prev: Seq(seq - 1),
            id: OpId([0; 16]),
            author: crate::types::Author::Member(MemberKey([1; 32])),
            member: MemberId(1),
            name: Nickname::new("Ana").unwrap(),
            at_ms: 0,
            content: Content::Post(MessageText::new("hi").unwrap()),
        }
    }

    #[tokio::test]
    async fn a_full_queue_collapses_into_behind_with_the_newest_number() {
        let (events, mut told) = mpsc::channel(2);
        let mut teller = Teller::new(events, Arc::new(|| {})).room(RoomRef(1));
        for seq in 1..=5 {
            teller.messages(vec![message(seq)]);
        }
        for seq in 1..=2 {
            let expected = Event::Room(RoomRef(1), RoomEvent::Messages(vec![message(seq)]));
            assert_eq!(told.recv().await, Some(expected));
        }
        teller.caught_up().await;
        assert_eq!(told.recv().await, Some(Event::Room(RoomRef(1), RoomEvent::Behind(Seq(5)))));
        teller.messages(vec![message(6)]);
        assert!(matches!(told.recv().await, Some(Event::Room(_, RoomEvent::Messages(_)))));
    }
}
