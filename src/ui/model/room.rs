//! One open room: how it stands, and what a banner says about it.

mod people;

use std::collections::VecDeque;

use jiff::tz::TimeZone;

use super::comparing::Words;
use super::hosting::Invites;
use super::notes::Untold;
use super::timeline::Timeline;
use crate::session::{
    CatchingUp, Failure, HostAsk, Hosting, JoinAsk, Notice, Online, PasswordAsk, RoomEvent, RoomRef,
};
use crate::types::{
    Address, Audience, GuestList, GuestRules, House, Knock, MessageText, Nickname, Password, RecentRoom,
    Retention, RoomId, RoomName, Standing,
};

/// Banners that wait for each other; an older one makes room.
const NOTICES: usize = 8;

/// How a room was opened, so that it can be opened once more.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// By the host form.
    Host(HostAsk),
    /// By the join form.
    Join(JoinAsk),
    /// From the recent list.
    Reopen(Box<RecentRoom>),
}

impl Origin {
    /// It was asked for as a plain-text room.
    pub fn is_plain(&self) -> bool {
        match self {
            Self::Host(_) => false,
            Self::Join(ask) => ask.plain,
            Self::Reopen(recent) => recent.plain,
        }
    }
}

/// How a room stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// It is being opened or dialled, at this address if one is known.
    Connecting(Option<Address>),
    /// I am in.
    Online,
    /// The connection is gone; it is being tried again.
    Offline(Failure),
    /// It ended, and nothing more comes.
    Failed(Failure),
}

/// What a banner tells until it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum RoomNotice {
    /// The background has something to say.
    Notice(Notice),
    /// The name I asked for is taken.
    NickTaken {
        /// What I asked for.
        wanted: Nickname,
        /// One that was free then.
        free: Nickname,
    },
    /// What I said could not be kept and is back in the composer, for this reason.
    Unsaid(String),
}

/// What stands between header and conversation: one thing at a time, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Banner<'a> {
    /// It ended.
    Failed(&'a Failure),
    /// Not connected.
    Offline(&'a Failure),
    /// Dialling.
    Connecting(Option<&'a Address>),
    /// What was said meanwhile is coming.
    CatchingUp(CatchingUp),
    /// Something to read.
    Notice(&'a RoomNotice),
    /// Nobody has verified the room yet.
    NotVerified,
}

/// One open room.
#[derive(Debug)]
pub struct RoomState {
    /// Which.
    pub id: RoomRef,
    /// How it was opened.
    pub origin: Origin,
    /// What it is called, once known.
    pub name: Option<RoomName>,
    /// How it stands.
    pub phase: Phase,
    /// What I know since I was in last.
    pub online: Option<Online>,
    /// How it is hosted, where it is hosted here.
    pub hosting: Option<Hosting>,
    /// Who is here without encryption, as far as it is known.
    pub guests: GuestList,
    /// What holds in the room, and who is in charge besides the host.
    pub house: House,
    /// How far what was said while I was away has come, where it is much.
    pub catching_up: Option<CatchingUp>,
    /// The conversation.
    pub timeline: Timeline,
    /// What is in the composer.
    pub draft: String,
    /// It changed since it was kept.
    pub draft_changed: bool,
    /// What belongs back into the composer and is not there yet.
    pub returned: Vec<String>,
    /// A text of several lines that goes out now, and is still in the composer.
    pub released: Option<MessageText>,
    /// The window drew the open padlock by the composer, so whoever writes has seen it.
    pub open_shown: bool,
    /// What people without the app were allowed before I changed it, until the background took the change.
    pub rules_before: Option<GuestRules>,
    /// How long what is said here is kept on this computer; none for what the settings say.
    pub retention: Option<Retention>,
    /// The password that I chose for a room that I host, to be told to people; never kept on disk.
    pub password: Option<Password>,
    /// The password that the room asked me for, as it is typed.
    pub typed_password: String,
    /// When it failed, milliseconds since 1970 UTC.
    pub failed_ms: i64,
    /// Words that are compared.
    pub comparing: Words,
    /// Who waits for me to let them in, where I host the room.
    pub knocks: Vec<Knock>,
    /// I wait for the host to let me in.
    pub waits: bool,
    /// How people stand about whom something was done, where I host the room.
    pub standings: Vec<Standing>,
    /// The invites that need no password, in a room that I host.
    pub invites: Invites,
    /// I asked to leave; it is not shown any more.
    pub leaving: bool,
    /// What was said since the window was in front.
    pub untold: Untold,
    notices: VecDeque<RoomNotice>,
}

impl RoomState {
    /// A room that was just asked for.
    pub fn new(id: RoomRef, origin: Origin, zone: TimeZone) -> Self {
        let name = match &origin {
            Origin::Host(ask) => Some(ask.name.clone()),
            Origin::Join(_) => None,
            Origin::Reopen(recent) => Some(recent.name.clone()),
        };
        let password = match &origin {
            Origin::Host(HostAsk { password: PasswordAsk::This(password), .. }) => Some(password.clone()),
            _ => None,
        };
        let mut timeline = Timeline::new(zone);
        timeline.set_plain(origin.is_plain());
        Self {
            id,
            origin,
            name,
            phase: Phase::Connecting(None),
            online: None,
            hosting: None,
            guests: GuestList::default(),
            catching_up: None,
            timeline,
            draft: String::new(),
            draft_changed: false,
            returned: Vec::new(),
            released: None,
            open_shown: false,
            rules_before: None,
            retention: None,
            password,
            typed_password: String::new(),
            failed_ms: 0,
            comparing: Words::default(),
            knocks: Vec::new(),
            waits: false,
            standings: Vec::new(),
            house: House::default(),
            invites: Invites::default(),
            leaving: false,
            untold: Untold::default(),
            notices: VecDeque::new(),
        }
    }

    /// Takes in what happened.
    pub fn apply(&mut self, event: RoomEvent) {
        self.timeline.apply(&event);
        if self.timeline.all_sent() {
            self.notices.retain(|notice| *notice != RoomNotice::Notice(Notice::Slowed));
        }
        self.waits &= !matches!(
            event,
            RoomEvent::Connecting(_) | RoomEvent::Online(_) | RoomEvent::Offline(..) | RoomEvent::Failed(_)
        );
        match event {
            RoomEvent::Connecting(address) => self.phase = Phase::Connecting(Some(address)),
            RoomEvent::Hosting(hosting) => {
                self.name = Some(hosting.room.clone());
                self.hosting = Some(hosting);
                self.rules_before = None;
            }
            RoomEvent::Online(online) => {
                self.name = Some(online.room.clone());
                self.online = Some(online);
                self.phase = Phase::Online;
                self.know_rights();
                self.dismiss_name();
            }
            RoomEvent::Snapshot(snapshot) => {
                self.name = snapshot.room.or(self.name.take());
                self.hosting = snapshot.hosting.or(self.hosting.take());
                self.guests = snapshot.guests;
                self.house = snapshot.house;
                self.comparing.compared = snapshot.compared;
                self.open_shown &= self.is_open_now();
                if let Some(online) = snapshot.online {
                    self.online = Some(online);
                    self.phase = Phase::Online;
                }
                self.know_rights();
                if self.draft.is_empty() && !snapshot.draft.is_empty() {
                    self.returned.push(snapshot.draft);
                }
            }
            RoomEvent::CatchingUp(progress) => self.catching_up = progress,
            RoomEvent::Unsaid { text, reason, .. } => {
                self.put_back(text.as_str());
                self.note(RoomNotice::Unsaid(reason));
            }
            RoomEvent::NickTaken { wanted, free } => self.note(RoomNotice::NickTaken { wanted, free }),
            RoomEvent::Renamed(name) => {
                self.dismiss_name();
                if let Some(online) = &mut self.online {
                    online.me = name;
                }
            }
            RoomEvent::Offline(failure, _) => {
                self.catching_up = None;
                self.comparing.lost();
                self.guests = GuestList::default();
                self.open_shown &= self.is_open_now();
                self.phase = Phase::Offline(failure);
            }
            RoomEvent::Failed(failure) => {
                self.guests = GuestList::default();
                self.phase = Phase::Failed(failure);
            }
            RoomEvent::Retention(retention) => self.retention = retention,
            RoomEvent::Notice(notice) => self.note(RoomNotice::Notice(notice)),
            other => self.apply_about_people(other),
        }
    }

    /// For whom what I say now is: for guests only where one is here and the window showed so before.
    pub fn audience(&self) -> Audience {
        if self.is_open_now() && self.open_shown { Audience::Everyone } else { Audience::Members }
    }

    /// What is said here now can be read by anyone on the network.
    pub fn is_open_now(&self) -> bool {
        self.guests.count > 0 || self.is_plain()
    }

    /// A plain-text room: names are addresses, nothing is confirmed, and much is not there.
    pub fn is_plain(&self) -> bool {
        self.online.as_ref().map_or(self.origin.is_plain(), |online| online.plain)
    }

    /// The one thing that stands over the conversation now.
    pub fn banner(&self) -> Option<Banner<'_>> {
        match &self.phase {
            Phase::Failed(failure) => Some(Banner::Failed(failure)),
            Phase::Offline(failure) => Some(Banner::Offline(failure)),
            Phase::Connecting(address) => Some(Banner::Connecting(address.as_ref())),
            Phase::Online => {
                let notice = self.notices.front().map(Banner::Notice);
                let first = self.is_first_visit() && !self.comparing.later;
                let catching_up = self.catching_up.map(Banner::CatchingUp);
                notice.or(catching_up).or(first.then_some(Banner::NotVerified))
            }
        }
    }

    /// The banner was read.
    pub fn dismiss(&mut self) {
        self.notices.pop_front();
    }

    /// Puts a text back into the composer, above what is there.
    pub fn put_back(&mut self, text: &str) {
        self.returned.push(text.to_owned());
    }

    /// Shows what people without the app may do from now on, before the background has taken it.
    pub fn change_rules(&mut self, change: impl FnOnce(&mut GuestRules)) {
        if let Some(hosting) = &mut self.hosting {
            self.rules_before.get_or_insert_with(|| hosting.guests.clone());
            change(&mut hosting.guests);
        }
    }

    /// What people without the app may do did not change: the window shows what holds.
    pub fn rules_not_taken(&mut self) {
        if let (Some(hosting), Some(before)) = (&mut self.hosting, self.rules_before.take()) {
            hosting.guests = before;
        }
    }

    /// The room may still have the password that it had, so the one that I chose is told to nobody.
    pub fn password_not_taken(&mut self) {
        self.password = None;
    }

    /// Which room it is, once known.
    pub fn room_id(&self) -> Option<RoomId> {
        let known = self.online.as_ref().map(|online| online.room_id);
        known.or(self.hosting.as_ref().map(|hosting| hosting.room_id)).or(match &self.origin {
            Origin::Reopen(recent) => Some(recent.room_id),
            _ => None,
        })
    }

    /// What it is called, or a word for it.
    pub fn title(&self) -> &str {
        self.name.as_ref().map_or(crate::ui::text::room::UNNAMED, RoomName::as_str)
    }

    /// It has not ended.
    pub fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Failed(_))
    }

    /// The name in question was decided.
    pub fn dismiss_name(&mut self) {
        self.notices.retain(|notice| !matches!(notice, RoomNotice::NickTaken { .. }));
    }

    /// Hosted here.
    pub fn is_hosted(&self) -> bool {
        self.hosting.is_some() || matches!(self.origin, Origin::Host(_))
    }

    fn note(&mut self, notice: RoomNotice) {
        if let RoomNotice::Notice(Notice::PasswordNotKept(_)) = notice {
            self.password_not_taken();
        }
        if notice == RoomNotice::Notice(Notice::StoringAgain) {
            self.notices.retain(|before| !is_about_the_disk(before));
        }
        if let RoomNotice::Notice(Notice::TakenBack(count)) = &notice
            && let Some(missing) = self.notices.iter_mut().find_map(|before| missing(before, *count))
        {
            // Said in one: it was damaged, and nothing is missing any more.
            *missing = 0;
            return;
        }
        if self.notices.contains(&notice) {
            return;
        }
        if self.notices.len() >= NOTICES {
            self.notices.pop_front();
        }
        self.notices.push_back(notice);
    }
}

/// What a notice says is missing since the file was mended, where it is so many.
fn missing(notice: &mut RoomNotice, count: u64) -> Option<&mut u64> {
    match notice {
        RoomNotice::Notice(Notice::Mended(lost, _)) if *lost == count => Some(lost),
        _ => None,
    }
}

/// Whether it says that something is not written down, which is over once it is written down again.
fn is_about_the_disk(notice: &RoomNotice) -> bool {
    matches!(
        notice,
        RoomNotice::Notice(Notice::HostNotStoring(_) | Notice::NotKept(_) | Notice::Reopening(_))
    )
}
