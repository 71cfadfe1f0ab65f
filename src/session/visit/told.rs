//! What the replica tells, in the window's words; and who is here, for a window that comes to it anew.

use std::collections::BTreeMap;

use super::{End, Visit};
use crate::room::Told;
use crate::session::event::{Notice, Online, Person, RoomEvent, Trust};
use crate::session::failure::Failure;
use crate::types::limits::ROSTER_PAGE;
use crate::types::{
    Denial, Goodbye, GuestList, House, MemberId, MemberKey, Nickname, RecentRoom, RoomName, Seq,
};
use crate::wire::message::{ClientMessage, RosterMember, ServerMessage, VERSION_MAX};

/// Who is known to be here.
pub(super) struct Present {
    me: MemberKey,
    people: BTreeMap<MemberId, Person>,
    count: u32,
    guests: GuestList,
    /// What holds, and who is in charge. Kept while the connection is gone: it is what was told last.
    pub(super) house: House,
}

impl Present {
    pub(super) fn new(me: MemberKey) -> Self {
        Self { me, people: BTreeMap::new(), count: 0, guests: GuestList::default(), house: House::default() }
    }

    pub(super) fn clear(&mut self) {
        self.people.clear();
        self.count = 0;
        self.guests = GuestList::default();
    }

    /// Who is known to be here without encryption.
    pub(super) fn guests(&self) -> GuestList {
        self.guests.clone()
    }

    pub(super) fn people(&self) -> (Vec<Person>, u32) {
        (self.people.values().cloned().collect(), self.count)
    }

    fn person(&self, member: RosterMember) -> Person {
        let RosterMember { member, key, name, host } = member;
        Person { member, key, name, host, me: key == self.me }
    }

    fn all(&mut self, members: Vec<RosterMember>, count: u32) -> Vec<Person> {
        let people: Vec<Person> = members.into_iter().map(|member| self.person(member)).collect();
        self.people = people.iter().map(|person| (person.member, person.clone())).collect();
        self.count = count;
        people
    }

    fn came(&mut self, members: Vec<RosterMember>) -> Vec<Person> {
        let people: Vec<Person> = members.into_iter().map(|member| self.person(member)).collect();
        for person in &people {
            let known = self.people.insert(person.member, person.clone()).is_some();
            self.count += u32::from(!known);
        }
        while self.people.len() > ROSTER_PAGE {
            self.people.pop_last();
        }
        people
    }

    fn called(&mut self, member: RosterMember) -> Person {
        let person = self.person(member);
        if let Some(known) = self.people.get_mut(&person.member) {
            *known = person.clone();
        }
        person
    }

    fn left(&mut self, members: Vec<RosterMember>) -> Vec<Person> {
        let people: Vec<Person> = members.into_iter().map(|member| self.person(member)).collect();
        for person in &people {
            self.people.remove(&person.member);
        }
        self.count = self.count.saturating_sub(u32::try_from(people.len()).unwrap_or(u32::MAX));
        people
    }
}

impl Visit {
    /// A frame of the host's.
    pub(super) async fn received(&mut self, message: ServerMessage) -> Result<(), End> {
        use crate::room::ReplicaInput;
        let Some(message) = self.succeed(message).await? else { return Ok(()) };
        if let ServerMessage::NeedPassword(_) | ServerMessage::InviteEnded(_) | ServerMessage::Ke2(_) =
            message
        {
            return self.prove(message).await;
        }
        if let ServerMessage::Waiting(patience_ms) = message {
            // A room that asks its host asks for no password; and whoever was told one is told no name before.
            self.asked_for_password().await?;
            self.link.waits((self.world.clock)().boot_ms, patience_ms);
            self.link.send(&ClientMessage::Introduce(self.record.nick.clone()));
            self.teller.tell(RoomEvent::Waiting).await;
            return Ok(());
        }
        if let ServerMessage::Welcome(welcome) = message {
            self.proven().await?;
            self.link.welcomed((self.world.clock)().boot_ms);
            self.host_key = Some(welcome.host_key);
            self.keep_since().await?;
            return self.feed(ReplicaInput::Welcome(welcome)).await;
        }
        self.feed(ReplicaInput::Received(message)).await
    }

    /// Tells the window.
    pub(super) async fn told(&mut self, told: Told) -> Result<(), End> {
        let event = match told {
            Told::Entries(messages) => {
                self.teller.messages(messages);
                return Ok(());
            }
            Told::Denied(denial) => return self.denied(denial).await,
            Told::HostBye(goodbye, least, most) => return self.goodbye(goodbye, (least, most)).await,
            Told::Online { room, member, me, head, .. } => {
                let words_first = self.words_first();
                let online = self.came_in((room, me), member, head).await;
                self.teller.tell(online).await;
                if words_first {
                    self.compare(None).await;
                }
                return Ok(());
            }
            Told::Gap { after, before } => RoomEvent::Gap { after, before },
            Told::Pending(row) => RoomEvent::Pending(row.pending()),
            Told::Unsaid { id, text, reason } => RoomEvent::Unsaid { id, text, reason },
            Told::Sent(id, seq) => {
                self.stored_there().await;
                RoomEvent::Sent(id, seq)
            }
            Told::Refused(id, refusal, text) => RoomEvent::Refused(id, refusal, text),
            Told::Joined(members) => RoomEvent::Joined(self.present.came(members)),
            Told::Left(members) => RoomEvent::Left(self.present.left(members)),
            Told::Called(member) => RoomEvent::Called(self.present.called(member)),
            Told::Crowd(count) => RoomEvent::Crowd(count),
            Told::Roster(members, count) => RoomEvent::Roster(self.present.all(members, count), count),
            Told::Typing(names, more) => RoomEvent::Typing(names, more),
            Told::Guests(guests) => {
                self.present.guests = guests.clone();
                RoomEvent::Guests(guests)
            }
            Told::House(house) => {
                self.present.house.clone_from(&house);
                RoomEvent::House(house)
            }
            // Who hosts it was told so by the room, with the reason or more of it.
            Told::Standings(_) | Told::HostNotStoring if self.own.is_some() => return Ok(()),
            Told::Standings(standings) => {
                self.standings.clone_from(&standings);
                RoomEvent::Standings(standings)
            }
            Told::NotDone(why) => RoomEvent::Notice(Notice::NotDoneHere(why)),
            Told::NickTaken { wanted, free } => RoomEvent::NickTaken { wanted, free },
            Told::Renamed(nick) => {
                self.record.nick = nick.clone();
                if let Some(online) = &mut self.online {
                    online.me = nick.clone();
                }
                self.keep_record().await;
                RoomEvent::Renamed(nick)
            }
            Told::NewEpoch => RoomEvent::Notice(Notice::NewEpoch),
            Told::HandingBack => RoomEvent::Notice(Notice::HandingBack),
            Told::Slowed => RoomEvent::Notice(Notice::Slowed),
            Told::Unverified => RoomEvent::Notice(Notice::Unverified),
            Told::NotKept(reason) => {
                self.not_stored.here = true;
                RoomEvent::Notice(Notice::NotKept(reason))
            }
            Told::HostNotStoring => {
                self.not_stored.there = true;
                RoomEvent::Notice(Notice::HostNotStoring(String::new()))
            }
        };
        self.teller.tell(event).await;
        Ok(())
    }

    /// The host ends the connection.
    async fn goodbye(&mut self, goodbye: Goodbye, wait: (u64, u64)) -> Result<(), End> {
        let failure = match goodbye {
            Goodbye::RoomClosed => Failure::RoomClosed,
            Goodbye::TooSlow => Failure::TooSlow,
            Goodbye::Replaced => return Err(End::Failed(Failure::Replaced)),
            Goodbye::Removed => return Err(End::Failed(Failure::Removed)),
            Goodbye::Silent => Failure::WentSilent,
            Goodbye::Leaving | Goodbye::Protocol | Goodbye::Other => Failure::Lost,
        };
        Box::pin(self.lost(failure, Some(wait))).await
    }

    /// The host let me in, into the room of this name and by this name of mine.
    async fn came_in(&mut self, (room, me): (RoomName, Nickname), member: MemberId, head: Seq) -> RoomEvent {
        self.record.name = room;
        self.record.nick = me.clone();
        self.first_contact = false;
        let online = Online {
            room: self.record.name.clone(),
            room_id: self.record.room_id,
            me,
            member,
            key: self.world.identity.key(),
            trust: if self.record.verified { Trust::Verified } else { Trust::FirstVisit },
            head,
            address: self.link.address(),
            plain: false,
        };
        self.online = Some(online.clone());
        self.known().await;
        self.keep_record().await;
        RoomEvent::Online(online)
    }

    async fn denied(&mut self, denial: Denial) -> Result<(), End> {
        let failure = match denial {
            Denial::Version { host_max, .. } if host_max < VERSION_MAX => Failure::TooOld(host_max),
            Denial::Version { host_min, .. } => Failure::TooNew(host_min),
            Denial::RoomFull => Failure::RoomFull,
            Denial::NickTaken { free } => {
                let wanted = self.record.nick.clone();
                self.teller.tell(RoomEvent::NickTaken { wanted, free }).await;
                return Ok(());
            }
            Denial::NotYours => Failure::Protocol("the proof of identity was not accepted".to_owned()),
            Denial::Protocol(words) => Failure::Protocol(words),
            Denial::TooSlow => Failure::TimedOut(self.link.address()),
            Denial::NotLetIn => Failure::NotLetIn,
            Denial::Locked => Failure::RoomLocked,
            Denial::Succeeded => Failure::KeyReplaced,
            Denial::Banned { until_ms } => Failure::Banned(until_ms),
            Denial::Other(words) => Failure::Other(words),
        };
        Box::pin(self.lost(failure, None)).await
    }

    /// Keeps what changed of the room's record, and puts it on top of the recent list.
    pub(super) async fn keep_record(&mut self) {
        if self.own.is_none() {
            let address = self.link.address();
            self.record.addresses.retain(|known| *known != address);
            self.record.addresses.insert(0, address);
            self.record.addresses.truncate(crate::types::limits::INVITE_ADDRESSES);
        }
        self.records.keep_record(self.record.clone()).await;
        self.been().await;
    }

    /// Puts the room on top of the recent list, once somebody has let me in.
    pub(super) async fn been(&mut self) {
        if self.first_contact {
            return;
        }
        let own = self.own.as_ref().map(|own| &own.hosting);
        let told = |hosting: &crate::session::event::Hosting| hosting.invite.addresses.clone();
        let recent = RecentRoom {
            room_id: self.record.room_id,
            name: self.record.name.clone(),
            hosted: self.record.hosted.is_some(),
            addresses: own.map_or_else(|| self.record.addresses.clone(), told),
            port: own.map_or_else(|| self.link.address().port, |hosting| hosting.port),
            last_ms: (self.world.clock)().wall_ms,
            nickname: self.record.nick.clone(),
            verified: self.record.verified,
            capacity: self.record.capacity,
            plain: false,
            open: true,
        };
        let _ended = self.world.reports.send(super::Report::Been(Box::new(recent))).await;
    }
}
