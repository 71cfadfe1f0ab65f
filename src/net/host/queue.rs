//! Who stands at the door, address by address.
//!
//! Strangers wait for their turn and are not turned away for being many. But a room can let no more wait than
//! [`HANDSHAKE_QUEUE`]; when that many do, whoever waited longest at the address with the most of them goes. So one computer
//! that fills the queue fills it for itself, and somebody who comes from elsewhere has a place.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use tokio::task::{AbortHandle, Id};

use crate::types::limits::HANDSHAKE_QUEUE;

/// Those who wait, the first ones first.
#[derive(Default)]
pub(super) struct Queue {
    by_address: HashMap<IpAddr, VecDeque<AbortHandle>>,
    address_of: HashMap<Id, IpAddr>,
}

impl Queue {
    /// Somebody more; and whoever had to go for that.
    pub(super) fn join(&mut self, from: IpAddr, task: AbortHandle) -> Option<AbortHandle> {
        self.address_of.insert(task.id(), from);
        self.by_address.entry(from).or_default().push_back(task);
        (self.address_of.len() > HANDSHAKE_QUEUE).then(|| self.make_room()).flatten()
    }

    /// This one waits no more.
    pub(super) fn leave(&mut self, task: Id) {
        let Some(from) = self.address_of.remove(&task) else { return };
        let Some(waiting) = self.by_address.get_mut(&from) else { return };
        waiting.retain(|other| other.id() != task);
        if waiting.is_empty() {
            self.by_address.remove(&from);
        }
    }

    fn make_room(&mut self) -> Option<AbortHandle> {
        let most = self.by_address.iter().max_by_key(|(_, waiting)| waiting.len());
        let oldest = most.and_then(|(_, waiting)| waiting.front().cloned())?;
        self.leave(oldest.id());
        oldest.abort();
        Some(oldest)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::task::JoinSet;

    use super::*;

    fn at(last: u8) -> IpAddr {
        Ipv4Addr::new(10, 0, 0, last).into()
    }

    #[tokio::test]
    async fn one_address_that_fills_the_queue_gives_way_to_the_others_its_oldest_first() {
        let mut tasks = JoinSet::new();
        let mut queue = Queue::default();
        let mut come = |queue: &mut Queue, last| {
            let task = tasks.spawn(std::future::pending::<()>());
            let id = task.id();
            (id, queue.join(at(last), task).map(|gone| gone.id()))
        };
        let (friend, _) = come(&mut queue, 1);
        let storm: Vec<Id> = (1..HANDSHAKE_QUEUE).map(|_| come(&mut queue, 2).0).collect();
        assert_eq!(come(&mut queue, 3).1, Some(storm[0]));
        assert_eq!(come(&mut queue, 2).1, Some(storm[1]), "more of the same push each other out");
        queue.leave(storm[5]);
        assert_eq!(come(&mut queue, 4).1, None, "there is a place again");
        assert!(queue.address_of.contains_key(&friend));
        queue.leave(friend);
        assert!(!queue.by_address.contains_key(&at(1)));
    }
}
