//! The beginning of a visit: which room, whose records, which way to it.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::filling::Filling;
use super::keeping::Keeping;
use super::link::{Link, Secured, Target, dialled};
use super::opened::{self, Opened};
use super::progress::Progress;
use super::proof::Proof;
use super::succeeding::Succeeding;
use super::told::Present;
use super::{Own, Report, Start, Visit, World, again, own};
use crate::net::dial;
use crate::room::Replica;
use crate::session::command::{JoinAsk, RoomRef};
use crate::session::event::RoomEvent;
use crate::session::failure::Failure;
use crate::session::keys;
use crate::session::tell::RoomTeller;
use crate::store::RoomRecord;
use crate::trust::{Expect, Identity};
use crate::types::{Address, GuestRules, Password, RecentRoom, Resume, RoomId, RoomName, Token, Where};
use crate::wire::chain;
use crate::wire::message::{Hello, TAIL, VERSION_MAX, VERSION_MIN};

/// What the app calls itself in Hello.
const APP: &str = concat!("hallway ", env!("CARGO_PKG_VERSION"));

/// A room that was found or made, and the way into it.
pub(super) struct Way {
    pub(super) opened: Opened,
    pub(super) own: Option<Own>,
    pub(super) target: Target,
    pub(super) dialled: Option<(Secured, Address)>,
    pub(super) first_contact: bool,
    pub(super) typed: bool,
    pub(super) password: Option<Password>,
    pub(super) token: Option<Token>,
}

/// Everything that a visit needs to run.
pub(super) async fn prepare(
    room: RoomRef,
    start: Start,
    world: &World,
    mut teller: RoomTeller,
) -> Result<Visit, Failure> {
    let way = match start {
        Start::Host(ask) => own::host(room, ask, world, teller.clone()).await?,
        Start::Reopen(recent, _) if recent.hosted => {
            own::host_again(room, &recent, world, teller.clone()).await?
        }
        Start::Reopen(recent, password) => Way { password, ..come_back(room, &recent, world).await? },
        Start::Join(ask) => join(room, ask, world, teller.clone()).await?,
        Start::Again(again) => again::open(room, *again, world, teller.clone()).await?,
    };
    let Way { opened, own, target, dialled, first_contact, typed, password, token } = way;
    opened.tell(&mut teller).await;
    let Opened { record, records, stored, known, retention, known_by, .. } = opened;
    let world = if own.is_some() { world.for_host(known_by) } else { world.clone() };
    let succeeding = Succeeding::new(&world, known_by.filter(|_| own.is_none()));
    let standings = known.map(|known| known.standings).unwrap_or_default();
    if !standings.is_empty() {
        teller.tell(RoomEvent::Standings(standings.clone())).await;
    }
    let keeping = Keeping::start(&world, &teller, (&records, stored.last.seq), retention);
    // Without it, those that were compared are only not shown as such.
    let compared = if own.is_some() { records.compared().await.unwrap_or_default() } else { Vec::new() };
    let spki = record.spki.clone().unwrap_or_default();
    let address = match (&target, record.addresses.first()) {
        (Target::Here(address, ..), _) | (_, Some(address)) => address.clone(),
        (Target::There(there), None) => there.addresses.first().cloned().ok_or(Failure::UnknownRoom)?,
    };
    Ok(Visit {
        teller,
        replica: Replica::new(stored, keys::replica_parts(&world.identity, &spki)),
        // The log knows which epoch it is in; it may become another one while the room is open.
        record: RoomRecord { epoch: None, ..record },
        keeping,
        records,
        target,
        link: dialled.map_or_else(|| Link::new(address), Link::over),
        own,
        awaited: std::collections::VecDeque::new(),
        present: Present::new(world.identity.key()),
        world,
        known_by,
        succeeding,
        online: None,
        host_key: None,
        first_contact,
        typed,
        filling: Filling::default(),
        progress: Progress::default(),
        given_back: Vec::new(),
        not_stored: super::NotStored::default(),
        comparing: super::comparing::Comparing::new(compared),
        standings,
        knocks: Vec::new(),
        proof: Proof::new(password, token),
    })
}

/// Holds the room for this visit: no room is open twice here.
pub(super) async fn claim(room: RoomRef, room_id: RoomId, world: &World) -> Result<(), Failure> {
    let (answer, answered) = oneshot::channel();
    let _ended = world.reports.send(Report::Claim(room, room_id, answer)).await;
    match answered.await {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Failure::AlreadyOpen),
    }
}

/// Hello on a stream whose ends share `exporter`.
pub(super) fn hello(
    identity: &Identity,
    exporter: &[u8; 32],
    record: &RoomRecord,
    resume: Option<Resume>,
) -> Hello {
    Hello {
        version_min: VERSION_MIN,
        version_max: VERSION_MAX,
        features: vec![TAIL.to_owned()],
        app: APP.to_owned(),
        member_key: identity.key(),
        signature: identity.sign(&chain::hello_bytes(exporter, &record.room_id)),
        resume,
        expects: Some(record.room_id.fingerprint()),
        token: None,
    }
}

/// Back to a room that I was in, by its entry in the list: only that very room will do.
async fn come_back(room: RoomRef, recent: &RecentRoom, world: &World) -> Result<Way, Failure> {
    claim(room, recent.room_id, world).await?;
    let record = opened::record(world, recent.room_id).await?;
    let mut addresses = recent.addresses.clone();
    addresses.extend(record.addresses.iter().filter(|known| !recent.addresses.contains(known)).cloned());
    let target = dial::Target { addresses, expect: Expect::Room(recent.room_id), known: true };
    way_back(RoomRecord { nick: recent.nickname.clone(), ..record }, target, false, world).await
}

pub(super) async fn way_back(
    record: RoomRecord,
    target: dial::Target,
    typed: bool,
    world: &World,
) -> Result<Way, Failure> {
    let opened = opened::open(world, record).await?;
    let target = Target::There(target);
    let (password, token) = (None, None);
    Ok(Way { opened, own: None, target, dialled: None, first_contact: false, typed, password, token })
}

/// To a place that was typed or pasted: a room that is known there, or one that is met for the first time.
async fn join(room: RoomRef, ask: JoinAsk, world: &World, teller: RoomTeller) -> Result<Way, Failure> {
    let addresses = ask.place.addresses(ask.port);
    let known = match &ask.place {
        Where::Invite(invite) => {
            let wanted = invite.room;
            kept(world, move |record| record.room_id.fingerprint() == wanted).await?
        }
        Where::Address { .. } if ask.new_room => None,
        Where::Address { .. } => {
            let here = addresses.clone();
            let there = move |record: &RoomRecord| {
                let member = record.hosted.is_none() && !record.plain;
                member && here.iter().any(|address| record.addresses.contains(address))
            };
            kept(world, there).await?
        }
    };
    let (invited, token) = (matches!(ask.place, Where::Invite(_)), ask.place.token());
    let Some(record) = known else { return first_visit(room, ask, world, teller).await };
    claim(room, record.room_id, world).await?;
    let mut addresses = addresses;
    addresses.extend(
        record.addresses.iter().filter(|known| !addresses.contains(known)).cloned().collect::<Vec<_>>(),
    );
    let record = RoomRecord { nick: ask.nick, verified: record.verified || invited, ..record };
    let target = dial::Target { addresses, expect: Expect::Room(record.room_id), known: true };
    let way = way_back(record, target, !invited, world).await?;
    Ok(Way { password: ask.password, token, ..way })
}

/// Dials before there is anything to keep: only who answers says which room it is.
async fn first_visit(
    room: RoomRef,
    ask: JoinAsk,
    world: &World,
    mut teller: RoomTeller,
) -> Result<Way, Failure> {
    let (addresses, password, token) = (ask.place.addresses(ask.port), ask.password, ask.place.token());
    let (expect, name) = match &ask.place {
        Where::Invite(invite) => (Expect::Fingerprint(invite.room), invite.name.clone()),
        Where::Address { .. } => (Expect::Anything, None),
    };
    let invited = expect != Expect::Anything;
    if let Some(first) = addresses.first() {
        teller.tell(RoomEvent::Connecting(first.clone())).await;
    }
    let target = dial::Target { addresses, expect, known: invited };
    let (secured, address) = dialled(target).await?;
    claim(room, secured.room_id, world).await?;
    let room_id = secured.room_id;
    moved_in(room_id, &address, world).await?;
    let known = kept(world, move |record| record.room_id == room_id).await?;
    let first_contact = known.is_none();
    let record = match known {
        Some(mut record) => {
            record.addresses.retain(|known| *known != address);
            record.addresses.insert(0, address.clone());
            RoomRecord { nick: ask.nick, verified: record.verified || invited, ..record }
        }
        None => RoomRecord {
            room_id,
            // Until Welcome says what it is called.
            name: name.or_else(|| RoomName::new(&address.to_string()).ok()).ok_or(Failure::UnknownRoom)?,
            hosted: None,
            epoch: None,
            spki: Some(secured.spki.clone()),
            verified: invited,
            nick: ask.nick,
            addresses: vec![address.clone()],
            capacity: None,
            guests: GuestRules::default(),
            password: None,
            password_epoch: 0,
            asks: false,
            plain: false,
            created_ms: (world.clock)().wall_ms,
        },
    };
    let opened = opened::open(world, record).await?;
    let back = dial::Target {
        addresses: opened.record.addresses.clone(),
        expect: Expect::Room(room_id),
        known: true,
    };
    let target = Target::There(back);
    Ok(Way {
        opened,
        own: None,
        target,
        dialled: Some((secured, address)),
        first_contact,
        typed: false,
        password,
        token,
    })
}

/// Another room answers at this address from now on: the rooms that were known there are looked for elsewhere,
/// so that the address means one room the next time that somebody types it.
async fn moved_in(room_id: RoomId, address: &Address, world: &World) -> Result<(), Failure> {
    let (profile, address) = (Arc::clone(&world.profile), address.clone());
    let moving = tokio::task::spawn_blocking(move || {
        for mut record in profile.rooms()?.records {
            let before = record.addresses.len();
            record.addresses.retain(|known| *known != address);
            let elsewhere = record.room_id != room_id && record.hosted.is_none() && !record.plain;
            if elsewhere && record.addresses.len() < before {
                profile.open_room(&record.room_id)?.keep_record(&record)?;
            }
        }
        Ok(())
    });
    let moved = moving.await.map_err(|broken| Failure::Storage(broken.to_string()))?;
    moved.map_err(|error| opened::failure(&error))
}

/// The first room of this profile that fits.
pub(super) async fn kept(
    world: &World,
    fits: impl Fn(&RoomRecord) -> bool + Send + 'static,
) -> Result<Option<RoomRecord>, Failure> {
    let profile = Arc::clone(&world.profile);
    let reading = tokio::task::spawn_blocking(move || profile.rooms());
    let rooms = reading.await.map_err(|broken| Failure::Storage(broken.to_string()))?;
    let rooms = rooms.map_err(|error| opened::failure(&error))?;
    Ok(rooms.records.into_iter().find(fits))
}
