//! How long what is said in an open room is kept here: its records are told when it opens, when somebody chooses
//! otherwise, and once a day; and the window, when something was removed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::World;
use crate::net::host::Clock;
use crate::session::event::RoomEvent;
use crate::session::records::{Records, WeakRecords};
use crate::session::tell::RoomTeller;
use crate::store::NotKept;
use crate::types::{Retention, Seq};

/// Between two looks at what has become too old.
pub(in crate::session) const DAY: Duration = Duration::from_hours(24);

/// What was chosen for one room. The records hear of it as long as this is there.
pub(super) struct Keeping {
    own: watch::Sender<Option<Retention>>,
    settings: watch::Receiver<Retention>,
}

impl Keeping {
    /// `own` is what was chosen for this room; without, the settings hold. `end` is where its log ended when it was
    /// opened.
    pub(super) fn start(
        world: &World,
        teller: &RoomTeller,
        (records, end): (&Records, Seq),
        own: Option<Retention>,
    ) -> Self {
        let (own, chosen) = watch::channel(own);
        let settings = world.keep.clone();
        let telling = (Arc::clone(&world.clock), teller.clone());
        tokio::spawn(tell((records.downgrade(), end), telling, chosen, settings.clone()));
        Self { own, settings }
    }

    /// What was chosen for this room; none where the settings hold.
    pub(super) fn own(&self) -> Option<Retention> {
        *self.own.borrow()
    }

    /// From now on this is chosen for it.
    pub(super) fn choose(&self, own: Option<Retention>) {
        self.own.send_replace(own);
    }

    /// What was said before this time is not fetched, milliseconds since 1970 UTC.
    pub(super) fn since_ms(&self, now_ms: i64) -> i64 {
        match self.own().unwrap_or(*self.settings.borrow()) {
            Retention::Nothing => i64::MAX,
            other => other.since_ms(now_ms).unwrap_or(i64::MIN),
        }
    }
}

async fn tell(
    (records, end): (WeakRecords, Seq),
    (clock, mut teller): (Clock, RoomTeller),
    mut own: watch::Receiver<Option<Retention>>,
    mut settings: watch::Receiver<Retention>,
) {
    loop {
        let chosen = *own.borrow_and_update();
        let retention = chosen.unwrap_or(*settings.borrow_and_update());
        let Some(strong) = records.upgrade() else { return };
        let before_ms = retention.since_ms(clock().wall_ms);
        let passing = retention == Retention::Nothing;
        let through = if passing { end } else { Seq::START };
        let mut removed = strong.begin_removing(NotKept { before_ms, through, all_at_end: passing }).await;
        // Only the visit keeps the records open.
        drop(strong);
        let rest = async {
            if let Ok(to @ Seq(1..)) = removed.finish().await {
                teller.tell(RoomEvent::NotKept(to)).await;
            }
            tokio::time::sleep(DAY).await;
        };
        tokio::select! {
            changed = own.changed() => if changed.is_err() { return },
            // The settings may be gone while the program ends; the room is left soon then.
            changed = settings.changed() => if changed.is_err() { return },
            () = rest => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use tokio::sync::mpsc;

    use super::*;
    use crate::session::command::RoomRef;
    use crate::session::event::Event;
    use crate::session::finder::tests::{Said, record, signed};
    use crate::session::tell::Teller;
    use crate::store::RoomDb;
    use crate::types::{Batch, Now, RoomId};

    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

    #[tokio::test(start_paused = true)]
    async fn what_becomes_too_old_while_the_room_is_open_goes_day_by_day_and_the_window_hears_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let room = record(RoomId([1; 32]), "Kitchen");
        let mut db = RoomDb::create(&dir.path().join("a.db"), &room).unwrap();
        let said = (0..3).map(|day| Said { at_ms: day * DAY_MS, text: format!("day {day}") });
        db.append(&Batch {
            entries: signed(&room, said.collect()),
            members: Vec::new(),
            standing: Vec::new(),
        })
        .unwrap();
        let records = Records::start(db).unwrap();
        let (told, mut events) = mpsc::channel(8);
        let teller = Teller::new(told, Arc::new(|| ())).room(RoomRef(1));
        // Each look is a day after the one before.
        let days = AtomicI64::new(0);
        let clock: Clock =
            Arc::new(move || Now { boot_ms: 0, wall_ms: days.fetch_add(1, Ordering::Relaxed) * DAY_MS });
        let (own, chosen) = watch::channel(None);
        let (_settings, settings) = watch::channel(Retention::Days(2));
        let weak = (records.downgrade(), Seq(3));
        let telling = tokio::spawn(tell(weak, (clock, teller), chosen, settings));
        for seq in 1..=3 {
            let expected = Event::Room(RoomRef(1), RoomEvent::NotKept(Seq(seq)));
            assert_eq!(events.recv().await, Some(expected));
        }
        drop((records, own));
        telling.await.unwrap();
    }
}
