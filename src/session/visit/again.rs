//! How a room whose records failed is opened again: what is remembered of it, and the way back into it.

use std::time::Duration;

use super::link::Target;
use super::prepare::{Way, claim, way_back};
use super::{Awaited, LEAVE_MS, Visit, World, answered, opened, own};
use crate::net::dial;
use crate::room::ReplicaInput;
use crate::session::command::{HostAsk, RoomRef};
use crate::session::failure::Failure;
use crate::session::tell::RoomTeller;
use crate::store::RoomRecord;
use crate::types::{Goodbye, OpId};

/// A room that was open, and how.
#[derive(Debug, Clone)]
pub(in crate::session) struct Again {
    /// What was known of it last, which may be newer than what is on the disk.
    pub(super) record: RoomRecord,
    pub(super) way: WayBack,
    /// Rows of the outbox that were given back: where they are on the disk all the same, they leave it.
    pub(super) given_back: Vec<OpId>,
    /// Nobody had let me in there.
    pub(super) first_contact: bool,
}

/// Where the room was.
#[derive(Debug, Clone)]
pub(super) enum WayBack {
    /// Hosted here.
    Host(HostAsk),
    /// Somewhere on the network; and whether it was found by an address that somebody typed.
    There(dial::Target, bool),
    /// A plain room, at the address in its record.
    Plain,
}

impl Visit {
    /// Closes the room or the connection to it, after what is on its way to the disk was answered.
    pub(super) async fn stop(&mut self) -> Again {
        let stopping = async {
            while !self.awaited.is_empty() {
                let input = answered(&mut self.awaited).await;
                if self.settle(input).await.is_err() {
                    break;
                }
            }
            self.link.hang_up(Goodbye::Leaving).await;
            if let Some(own) = &mut self.own {
                own.room.stop().await;
            }
        };
        let _late = tokio::time::timeout(Duration::from_millis(LEAVE_MS), stopping).await;
        // What has no answer by now gets none.
        let unanswered = std::mem::take(&mut self.awaited);
        for awaited in unanswered {
            if let Awaited::Queued(id, _) = awaited {
                self.given_back.push(id);
                let reason = "nothing can be kept here at the moment".to_owned();
                let _told = self.feed(ReplicaInput::QueueFailed(id, reason)).await;
            }
        }
        self.online = None;
        self.present.clear();
        let _lost = self.feed(ReplicaInput::Lost).await;
        let own = self.own.take();
        let way = match (own, &self.target) {
            (Some(own), _) => WayBack::Host(HostAsk { nick: self.record.nick.clone(), ..own.ask }),
            (None, Target::There(target)) => WayBack::There(target.clone(), self.typed),
            (None, Target::Here(address, room, _)) => {
                let expect = crate::trust::Expect::Room(*room);
                let target = dial::Target { addresses: vec![address.clone()], expect, known: true };
                WayBack::There(target, false)
            }
        };
        Again {
            record: self.record.clone(),
            way,
            given_back: std::mem::take(&mut self.given_back),
            first_contact: self.first_contact,
        }
    }
}

/// Opens it again as it was.
pub(super) async fn open(
    room: RoomRef,
    again: Again,
    world: &World,
    teller: RoomTeller,
) -> Result<Way, Failure> {
    let Again { record, way, given_back, first_contact } = again;
    claim(room, record.room_id, world).await?;
    opened::forget(world, record.room_id, given_back).await?;
    let way = match way {
        WayBack::Host(ask) => own::host_kept(room, (record, ask), world, teller).await?,
        WayBack::There(target, typed) => way_back(record, target, typed, world).await?,
        WayBack::Plain => return Err(Failure::UnknownRoom),
    };
    Ok(Way { first_contact, ..way })
}
