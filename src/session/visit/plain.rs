//! A plain-text room that is open here: the task that drives it.
//!
//! It is a visit like the others to the window: the same commands, the same events. It has no host, so the log, the
//! numbers and the times are this computer's; and it never speaks by itself: what goes out is what a person typed.

mod again;
mod asks;
mod people;
mod way;

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;

use self::people::People;
use self::way::{Happened, Way};
use super::course::End;
use super::keeping::Keeping;
use super::opened::{self, Opened};
use super::{LEAVE_MS, Report, Start, World, prepare};
use crate::net::plain::PlainStream;
use crate::room::plain::{PlainInput, PlainOutput, PlainRoom, PlainStored, PlainTold};
use crate::session::command::{Command, RoomRef};
use crate::session::event::{Notice, Online, RoomEvent, Trust};
use crate::session::failure::Failure;
use crate::session::keys;
use crate::session::records::{Begun, Copied, Records};
use crate::session::tell::RoomTeller;
use crate::store::{RoomRecord, StoreError};
use crate::trust::random;
use crate::types::{
    Address, Epoch, FetchFrom, GuestRules, Link, MemberId, Nickname, OpId, RecentRoom, RoomId, RoomName, Seq,
    Where,
};

/// What the id of a plain room is derived with.
const ROOM: &[u8] = b"hallway plain room 1\0";
/// A log that this computer keeps alone is never another one.
const EPOCH: Epoch = Epoch(1);
/// My number in such a log.
const ME: MemberId = MemberId(1);

/// An answer of the records that the room waits for.
enum Awaited {
    Stored(Begun<Link>),
    Queued(OpId, Begun<()>),
}

/// One open plain room.
pub(super) struct PlainVisit {
    world: World,
    teller: RoomTeller,
    pub(super) record: RoomRecord,
    pub(super) records: Records,
    keeping: Keeping,
    room: PlainRoom,
    way: Way,
    awaited: VecDeque<Awaited>,
    people: People,
    online: Option<Online>,
    /// Nothing is in the log, and there was no connection so far: a failure ends it.
    first_contact: bool,
    /// Rows of the outbox whose sync failed. They were given back, and may be on the disk all the same.
    given_back: Vec<OpId>,
}

impl Start {
    /// Whether it leads to a plain-text room.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Self::Host(_) => false,
            Self::Join(ask) => ask.plain,
            Self::Reopen(recent, _) => recent.plain,
            Self::Again(again) => again.record.plain,
        }
    }
}

/// Everything that a visit of a plain room needs to run. The first time, it dials before there is anything to keep.
pub(super) async fn prepare(
    room: RoomRef,
    start: Start,
    world: &World,
    mut teller: RoomTeller,
) -> Result<PlainVisit, Failure> {
    let again = match &start {
        Start::Again(again) => Some((again.record.room_id, again.given_back.clone())),
        _ => None,
    };
    let (address, nick) = place(start)?;
    let room_id = RoomId(random::sha256(&[ROOM, address.to_string().as_bytes()]).0);
    prepare::claim(room, room_id, world).await?;
    if let Some((kept, given_back)) = again {
        opened::forget(world, kept, given_back).await?;
    }
    let known = prepare::kept(world, move |record| record.room_id == room_id).await?;
    let mut dialled = None;
    if known.is_none() {
        teller.tell(RoomEvent::Connecting(address.clone())).await;
        dialled = Some(way::dialled(address.clone()).await?);
    }
    let record = match known {
        Some(known) => RoomRecord { nick, ..known },
        None => record(room_id, &address, nick, (world.clock)().wall_ms)?,
    };
    let opened = opened::open(world, record).await?;
    opened.tell(&mut teller).await;
    visit(opened, (address, dialled), world, teller).await
}

/// Where to, and what I am called in the log.
fn place(start: Start) -> Result<(Address, Nickname), Failure> {
    match start {
        Start::Join(ask) if matches!(ask.place, Where::Address { .. }) => {
            let address = ask.place.addresses(ask.port).into_iter().next().ok_or(Failure::UnknownRoom)?;
            Ok((address, ask.nick))
        }
        Start::Join(_) => {
            let words = "an invite leads to a Hallway room; a plain-text room is joined by its address";
            Err(Failure::Other(words.to_owned()))
        }
        Start::Reopen(recent, _) => {
            let address = recent.addresses.into_iter().next().ok_or(Failure::UnknownRoom)?;
            Ok((address, recent.nickname))
        }
        Start::Again(again) => {
            let address = again.record.addresses.into_iter().next().ok_or(Failure::UnknownRoom)?;
            Ok((address, again.record.nick))
        }
        Start::Host(_) => Err(Failure::UnknownRoom),
    }
}

fn record(
    room_id: RoomId,
    address: &Address,
    nick: Nickname,
    created_ms: i64,
) -> Result<RoomRecord, Failure> {
    let shown = address.to_string();
    let end = shown.floor_char_boundary(crate::types::limits::ROOM_NAME_BYTES);
    Ok(RoomRecord {
        room_id,
        name: RoomName::new(shown.get(..end).unwrap_or_default()).map_err(|_| Failure::UnknownRoom)?,
        hosted: None,
        epoch: Some(EPOCH),
        spki: None,
        verified: false,
        nick,
        addresses: vec![address.clone()],
        capacity: None,
        guests: GuestRules::default(),
        password: None,
        password_epoch: 0,
        asks: false,
        plain: true,
        created_ms,
    })
}

async fn visit(
    opened: Opened,
    (address, dialled): (Address, Option<PlainStream>),
    world: &World,
    teller: RoomTeller,
) -> Result<PlainVisit, Failure> {
    let Opened { record, records, stored, retention, .. } = opened;
    let newest = records.page(FetchFrom::Before(Seq(u64::MAX)), 1).await;
    let newest = newest.map_err(|error| opened::failure(&error))?;
    let keeping = Keeping::start(world, &teller, (&records, stored.last.seq), retention);
    let first_contact = stored.last == Link::START && stored.outbox.is_empty();
    let stored = PlainStored {
        room_id: record.room_id,
        last: stored.last,
        last_at_ms: newest.run.entries.last().map_or(i64::MIN, |entry| entry.at_ms),
        next_n: stored.next_n,
        outbox: stored.outbox,
        nick: record.nick.clone(),
    };
    Ok(PlainVisit {
        world: world.clone(),
        teller,
        room: PlainRoom::new(stored, keys::plain_parts(&world.identity)),
        people: People::new(record.room_id, world.identity.key(), record.nick.clone()),
        record,
        keeping,
        records,
        way: Way::new(address, dialled),
        awaited: VecDeque::new(),
        online: None,
        first_contact,
        given_back: Vec::new(),
    })
}

impl PlainVisit {
    pub(super) async fn run(
        &mut self,
        early: &mut VecDeque<Command>,
        commands: &mut mpsc::Receiver<Command>,
    ) -> End {
        self.snapshot().await;
        self.been().await;
        loop {
            let turn = match early.pop_front() {
                Some(command) => self.obey(command).await,
                None => self.turn(commands).await,
            };
            if let Err(end) = turn {
                if matches!(end, End::Left) {
                    let _late = tokio::time::timeout(Duration::from_millis(LEAVE_MS), self.leave()).await;
                }
                return end;
            }
        }
    }

    /// Waits for one thing and does what it asks for.
    async fn turn(&mut self, commands: &mut mpsc::Receiver<Command>) -> Result<(), End> {
        let now = (self.world.clock)();
        let due = self.room.next_tick();
        let wait = Duration::from_millis(due.unwrap_or_default().saturating_sub(now.boot_ms));
        let listens = self.room.listens();
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Leave(_)) | None => Err(End::Left),
                Some(command) => self.obey(command).await,
            },
            input = answered(&mut self.awaited) => self.settle(input).await,
            trouble = self.records.trouble() => Err(End::Again(trouble)),
            () = self.teller.caught_up() => Ok(()),
            happened = self.way.next(listens, now.boot_ms) => self.happened(happened).await,
            () = tokio::time::sleep(wait), if due.is_some() => self.feed(PlainInput::Tick).await,
            Ok(()) = self.world.network.changed() => self.network_changed().await,
        }
    }

    /// Hands something to the room, and does what it answers.
    async fn feed(&mut self, input: PlainInput) -> Result<(), End> {
        for output in self.room.handle((self.world.clock)(), input) {
            match output {
                PlainOutput::Queue(row) => {
                    let id = row.signed.op.id;
                    let begun = self.records.begin_queue(row).await;
                    self.awaited.push_back(Awaited::Queued(id, begun));
                }
                PlainOutput::Store { run, done } => {
                    let begun = self.records.begin_copy(Copied::plain(run, done, EPOCH)).await;
                    self.awaited.push_back(Awaited::Stored(begun));
                }
                PlainOutput::Write(line) => self.way.send(line),
                PlainOutput::Tell(told) => self.told(told).await,
            }
        }
        Ok(())
    }

    async fn told(&mut self, told: PlainTold) {
        let event = match told {
            PlainTold::Entries(messages) => return self.teller.messages(messages),
            PlainTold::Gap { after, before } => RoomEvent::Gap { after, before },
            PlainTold::Pending(row) => RoomEvent::Pending(row.pending()),
            PlainTold::Unsaid { id, text, reason } => RoomEvent::Unsaid { id, text, reason },
            PlainTold::There => return self.roster().await,
            PlainTold::Came(name) => RoomEvent::Joined(vec![self.people.person(&name)]),
            PlainTold::Left(name) => RoomEvent::Left(vec![self.people.person(&name)]),
            PlainTold::NotStoring(reason) => RoomEvent::Notice(Notice::HostNotStoring(reason)),
            PlainTold::StoringAgain => RoomEvent::Notice(Notice::StoringAgain),
        };
        self.teller.tell(event).await;
    }

    async fn happened(&mut self, happened: Happened) -> Result<(), End> {
        match happened {
            Happened::Nothing => Ok(()),
            Happened::Dialling => {
                let address = self.way.address().clone();
                self.teller.tell(RoomEvent::Connecting(address)).await;
                Ok(())
            }
            Happened::Up(me) => {
                self.first_contact = false;
                self.way.came_up((self.world.clock)().boot_ms);
                self.come_in().await;
                self.feed(PlainInput::Up(me)).await
            }
            Happened::Heard(bytes) => self.feed(PlainInput::Heard(bytes)).await,
            Happened::Written => self.feed(PlainInput::Written).await,
            Happened::Lost(failure) => self.lost(failure).await,
        }
    }

    async fn network_changed(&mut self) -> Result<(), End> {
        let here = self.world.network.borrow_and_update().clone().unwrap_or_default();
        if self.way.network_changed(&here) { self.lost(Failure::NetworkChanged).await } else { Ok(()) }
    }

    async fn come_in(&mut self) {
        let online = Online {
            room: self.record.name.clone(),
            room_id: self.record.room_id,
            me: self.record.nick.clone(),
            member: ME,
            key: self.world.identity.key(),
            trust: Trust::Open,
            head: self.room.head().seq,
            address: self.way.address().clone(),
            plain: true,
        };
        self.online = Some(online.clone());
        self.teller.tell(RoomEvent::Online(online)).await;
        self.roster().await;
        self.been().await;
    }

    async fn roster(&mut self) {
        let people = self.people.all(self.room.names());
        let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
        self.teller.tell(RoomEvent::Roster(people, count)).await;
    }

    /// The connection is gone, or there was none. A first contact ends here; everything else is tried again, also
    /// where nobody has spoken yet.
    async fn lost(&mut self, failure: Failure) -> Result<(), End> {
        self.online = None;
        self.feed(PlainInput::Down).await?;
        if self.first_contact {
            return Err(End::Failed(failure));
        }
        let random = random::random_bytes::<8>().map_or(0, u64::from_le_bytes);
        let wait = self.way.down((self.world.clock)().boot_ms, random);
        self.teller.tell(RoomEvent::Offline(failure, wait)).await;
        Ok(())
    }

    /// Lets a line that is being written get to its end, and waits for what is on its way to the disk.
    async fn leave(&mut self) {
        while self.way.is_writing() || !self.awaited.is_empty() {
            let now = (self.world.clock)();
            let done = tokio::select! {
                input = answered(&mut self.awaited) => self.settle(input).await,
                happened = self.way.next(false, now.boot_ms), if self.way.is_writing() => {
                    self.happened(happened).await
                }
            };
            if done.is_err() {
                break;
            }
        }
        self.been().await;
        self.way.close().await;
    }

    /// Puts the room on top of the recent list.
    async fn been(&mut self) {
        if self.first_contact {
            return;
        }
        let recent = RecentRoom {
            room_id: self.record.room_id,
            name: self.record.name.clone(),
            hosted: false,
            addresses: self.record.addresses.clone(),
            port: self.way.address().port,
            last_ms: (self.world.clock)().wall_ms,
            nickname: self.record.nick.clone(),
            verified: false,
            capacity: None,
            plain: true,
            open: true,
        };
        let _ended = self.world.reports.send(Report::Been(Box::new(recent))).await;
    }
}

/// Waits for the oldest answer; for ever where none is awaited.
async fn answered(awaited: &mut VecDeque<Awaited>) -> PlainInput {
    let reason = |error: StoreError| error.to_string();
    let input = match awaited.front_mut() {
        None => return std::future::pending().await,
        Some(Awaited::Stored(begun)) => match begun.finish().await {
            Ok(link) => PlainInput::Stored(link),
            Err(error) => PlainInput::StoreFailed(reason(error)),
        },
        Some(Awaited::Queued(id, begun)) => match begun.finish().await {
            Ok(()) => PlainInput::Queued(*id),
            Err(error) => PlainInput::QueueFailed(*id, reason(error)),
        },
    };
    awaited.pop_front();
    input
}
