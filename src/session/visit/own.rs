//! Opening a room here.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::link::{Target, is_gone};
use super::opened::{self, Opened};
use super::prepare::{Way, claim};
use super::{Own, Visit, World, locking};
use crate::nearby::{self, Reach, ReachKind};
use crate::net::host::{Opening, open};
use crate::net::listen::{self, ListenError, OpenPort};
use crate::room::{Facts, Quota, Room, RoomNotice};
use crate::session::command::{HostAsk, PasswordAsk, PortAsk, RoomRef};
use crate::session::event::{Hosting, Notice, RoomEvent};
use crate::session::failure::Failure;
use crate::session::keys;
use crate::session::tell::RoomTeller;
use crate::store::{HostKeys, RoomRecord, settings};
use crate::trust::{RoomKey, TrustError, random_bytes, server_config, words};
use crate::types::limits::{CAPACITY, QUOTA_BURST, QUOTA_PER_SECOND};
use crate::types::{Address, Epoch, GuestRules, Invite, Link, RecentRoom};

/// Notices of the room that wait for the visit; a person reads one at a time.
const NOTICES: usize = 16;

/// Opens the room that is asked for: the same as before where this profile hosted one of that name.
pub(super) async fn host(
    room: RoomRef,
    ask: HostAsk,
    world: &World,
    teller: RoomTeller,
) -> Result<Way, Failure> {
    let wanted = locking::with_password(wanted(&ask, world).await?, ask.password.clone()).await?;
    host_kept(room, (wanted, ask), world, teller).await
}

/// Opens this very room again, whatever others of its name there are.
pub(super) async fn host_again(
    room: RoomRef,
    recent: &RecentRoom,
    world: &World,
    teller: RoomTeller,
) -> Result<Way, Failure> {
    let kept = opened::record(world, recent.room_id).await?;
    let ask = HostAsk {
        name: kept.name.clone(),
        nick: recent.nickname.clone(),
        port: PortAsk::From(recent.port),
        bind: None,
        capacity: recent.capacity.unwrap_or(CAPACITY),
        quota: true,
        guests: None,
        asks: None,
        password: PasswordAsk::AsBefore,
    };
    host_kept(room, (as_asked(kept, &ask), ask), world, teller).await
}

/// Opens the room of this record.
pub(super) async fn host_kept(
    room: RoomRef,
    (wanted, ask): (RoomRecord, HostAsk),
    world: &World,
    mut teller: RoomTeller,
) -> Result<Way, Failure> {
    let listener = listen(&ask, &mut teller).await?;
    let port = listener.port().map_err(|error| Failure::Storage(error.to_string()))?;
    claim(room, wanted.room_id, world).await?;
    let opened = opened::open(world, wanted).await?;
    let own = open_room(&opened, &ask, listener, port, &world.for_host(opened.known_by))?;
    let here = own
        .hosting
        .addresses
        .first()
        .map_or(Address::ip([127, 0, 0, 1].into(), port), |reach| Address::ip(reach.ip, port));
    let target = Target::Here(here, opened.record.room_id, own.room.own_door());
    Ok(Way {
        opened,
        own: Some(own),
        target,
        dialled: None,
        first_contact: false,
        typed: false,
        password: None,
        token: None,
    })
}

async fn listen(ask: &HostAsk, teller: &mut RoomTeller) -> Result<OpenPort, Failure> {
    let (port, listening) = match ask.port {
        PortAsk::Exactly(port) => (port, listen::exactly(ask.bind, port)),
        PortAsk::From(port) => (port, listen::from(ask.bind, port)),
    };
    let listener = listening.map_err(|error| match error {
        ListenError::Taken { port, next } => Failure::PortTaken { port, next },
        ListenError::Forbidden(port) => Failure::PortForbidden(port),
        ListenError::NoSuchAddress(ip) => Failure::NoSuchAddress(ip),
        ListenError::Io(error) => Failure::Other(error.to_string()),
    })?;
    let got = listener.port().unwrap_or(port);
    if port != 0 && got != port {
        teller.tell(RoomEvent::Notice(Notice::OtherPort { wanted: port, got })).await;
    }
    Ok(listener)
}

/// The record of a room that is kept here, with what the host chose this time.
fn as_asked(before: RoomRecord, ask: &HostAsk) -> RoomRecord {
    let guests = match &ask.guests {
        // Who asks does not know who was kept out.
        Some(asked) => GuestRules { kept_out: before.guests.kept_out, ..asked.clone() },
        None => before.guests,
    };
    let asks = ask.asks.unwrap_or(before.asks);
    RoomRecord { nick: ask.nick.clone(), capacity: Some(ask.capacity), guests, asks, ..before }
}

/// The record of the room that is asked for: kept here already, or a fresh one with fresh keys. Of several of one
/// name it is the oldest, always the same. Where a file that cannot be read may hold the room, there is none.
async fn wanted(ask: &HostAsk, world: &World) -> Result<RoomRecord, Failure> {
    let (profile, ask, now) = (Arc::clone(&world.profile), ask.clone(), (world.clock)());
    let finding = tokio::task::spawn_blocking(move || {
        let rooms = profile.rooms().map_err(|error| opened::failure(&error))?;
        let named = rooms.records.into_iter().filter(|room| room.hosted.is_some() && room.name == ask.name);
        if let Some(before) = named.min_by_key(|room| (room.created_ms, room.room_id.0)) {
            return Ok(as_asked(before, &ask));
        }
        let recents = settings::look_recent(&profile);
        let may_be_it = |file: &Path| {
            let recent = recents.iter().find(|recent| file == profile.room_file(&recent.room_id));
            recent.is_none_or(|recent| recent.hosted && recent.name == ask.name)
        };
        if let Some((file, error)) = rooms.unreadable.into_iter().find(|(file, _)| may_be_it(file)) {
            return Err(opened::unreadable(file, &error));
        }
        let broken = |error: TrustError| Failure::Storage(error.to_string());
        let key = RoomKey::generate().map_err(broken)?;
        let epoch = Epoch(u64::from_le_bytes(random_bytes::<8>().map_err(broken)?));
        Ok(RoomRecord {
            room_id: key.room_id(),
            name: ask.name,
            hosted: Some(HostKeys { cert_der: key.cert_der().to_vec(), key_pkcs8: key.key_pkcs8().to_vec() }),
            epoch: Some(epoch),
            spki: Some(key.public_key_spki().to_vec()),
            verified: true,
            nick: ask.nick,
            addresses: Vec::new(),
            capacity: Some(ask.capacity),
            guests: ask.guests.unwrap_or_default(),
            password: None,
            password_epoch: 0,
            asks: ask.asks.unwrap_or_default(),
            plain: false,
            created_ms: now.wall_ms,
        })
    });
    finding.await.unwrap_or_else(|broken| Err(Failure::Storage(broken.to_string())))
}

fn open_room(
    opened: &Opened,
    ask: &HostAsk,
    listener: OpenPort,
    port: u16,
    world: &World,
) -> Result<Own, Failure> {
    let broken = |error: TrustError| Failure::Storage(error.to_string());
    let lost = || Failure::Storage("the room's keys are not there".to_owned());
    let record = &opened.record;
    let kept = record.hosted.as_ref().ok_or_else(lost)?;
    let key = Arc::new(RoomKey::from_parts(&kept.cert_der, &kept.key_pkcs8).map_err(broken)?);
    let known = opened.known.clone().ok_or_else(lost)?;
    let addresses = reachable(ask.bind, nearby::addresses());
    let lock = locking::lock(record).map_err(broken)?;
    let facts = Facts {
        room_id: record.room_id,
        epoch: record.epoch.ok_or_else(lost)?,
        name: record.name.clone(),
        capacity: ask.capacity,
        quota: ask.quota.then_some(Quota { per_second: QUOTA_PER_SECOND, burst: QUOTA_BURST }),
        host: world.identity.key(),
        guests: record.guests.clone(),
        address: addresses.first().map(|reach| reach.ip),
    };
    let head = known.head.unwrap_or(Link::START);
    let (notices, noticed) = mpsc::channel::<RoomNotice>(NOTICES);
    let opening = Opening {
        room: Room::open(facts, keys::room_parts(&world.identity, &key, lock), known),
        log: Arc::new(opened.records.clone()),
        head,
        room_id: record.room_id,
        tls: Arc::new(server_config(&key).map_err(broken)?),
        clock: Arc::clone(&world.clock),
        notices,
    };
    let invite = invite(record, &addresses, port);
    let hosting = Hosting {
        room: record.name.clone(),
        room_id: record.room_id,
        port,
        addresses,
        invite,
        words: words(&record.room_id).map(str::to_owned).to_vec(),
        capacity: ask.capacity,
        guests: record.guests.clone(),
        asks: record.asks,
        locked: record.password.is_some(),
    };
    // As it is now, where it has to be opened again; what guests may do is in its record.
    let ask = HostAsk {
        port: PortAsk::From(port),
        guests: None,
        asks: None,
        password: PasswordAsk::AsBefore,
        ..ask.clone()
    };
    Ok(Own { room: open(opening, listener), hosting, notices: noticed, ask })
}

fn invite(record: &RoomRecord, addresses: &[Reach], port: u16) -> Invite {
    let told = addresses.iter().map(|reach| Address::ip(reach.ip, port)).collect();
    Invite::new(told, record.room_id, record.name.clone())
}

/// Where people can come in, of what this computer has.
fn reachable(bind: Option<IpAddr>, here: Vec<Reach>) -> Vec<Reach> {
    match only(bind) {
        Some(ip) => {
            let kind = if ip.is_loopback() { ReachKind::Loopback } else { ReachKind::Main };
            let known = here.into_iter().find(|reach| reach.ip == ip);
            vec![known.unwrap_or(Reach { ip, interface: String::new(), kind })]
        }
        None => here,
    }
}

/// The only address that is listened at; none where it is all of them.
fn only(bind: Option<IpAddr>) -> Option<IpAddr> {
    bind.filter(|ip| !ip.is_unspecified())
}

impl Visit {
    /// The room that is hosted here is found at other addresses from now on: they are told, and everybody in it is asked
    /// whether they are still there; but for as long as no network is there at all, nobody could answer. It goes on
    /// listening as it did.
    pub(super) async fn moved(&mut self, here: &[Reach]) {
        let Some(own) = &mut self.own else { return };
        if here.iter().any(|reach| reach.kind != ReachKind::Loopback) {
            own.room.doubt();
        }
        if let Some(gone) = only(own.ask.bind).filter(|ip| is_gone(*ip, here)) {
            self.teller.tell(RoomEvent::Notice(Notice::AddressGone(gone))).await;
            return;
        }
        let addresses = reachable(own.ask.bind, here.to_vec());
        if addresses != own.hosting.addresses {
            own.hosting.invite = invite(&self.record, &addresses, own.hosting.port);
            own.hosting.addresses = addresses;
            let hosting = own.hosting.clone();
            self.teller.tell(RoomEvent::Hosting(hosting)).await;
            self.been().await;
        }
    }
}
