//! A room with a log in memory, and what it says to whom.

use std::net::IpAddr;

use hallway::room::log::OpSigner;
use hallway::room::{ConnId, Facts, Input, Known, Output, Parts, Room, RoomNotice};
use hallway::types::entry::kind;
use hallway::types::limits::PRESENCE_EVERY_MS;
use hallway::types::{
    Audience, Batch, Deed, Entry, Epoch, GuestList, GuestRules, MemberKey, MessageText, Nickname, Now, Op,
    OpId, RoomId, RoomName, Seq, Signature, SignedOp,
};
use hallway::wire::message::{ClientMessage, Hello, ServerMessage};
use hallway::wire::op;
use hallway::wire::text::{GuestAsk, GuestLine};

use super::crypto::{Cheap, Signs};

pub const ROOM: RoomId = RoomId([7; 32]);
pub const WALL_MS: i64 = 1_700_000_000_000;

pub struct Bench {
    pub room: Room,
    pub now: Now,
    pub log: Vec<Entry>,
    pub recording: Option<Batch>,
    /// The last counter of each member.
    counters: [u64; 8],
}

pub fn key(number: u8) -> MemberKey {
    MemberKey([number; 32])
}

pub fn nick(text: &str) -> Nickname {
    Nickname::new(text).unwrap()
}

pub fn text(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

pub fn address(last: u8) -> IpAddr {
    [192, 168, 1, last].into()
}

pub fn allowed() -> GuestRules {
    GuestRules { allowed: true, ..GuestRules::default() }
}

pub fn hello(number: u8) -> Box<Hello> {
    Box::new(Hello {
        version_min: 1,
        version_max: 1,
        features: Vec::new(),
        app: String::new(),
        member_key: key(number),
        signature: Signature([0; 64]),
        resume: None,
        expects: None,
        token: None,
    })
}

impl Bench {
    pub fn new(guests: GuestRules) -> Self {
        let facts = Facts {
            room_id: ROOM,
            epoch: Epoch(1),
            name: RoomName::new("Lunch").unwrap(),
            capacity: 10,
            quota: None,
            host: key(1),
            guests,
            address: Some(address(1)),
        };
        let parts = Parts {
            digest: Box::new(Cheap),
            verifier: Box::new(Cheap),
            ops: Box::new(Signs(key(1))),
            heads: Box::new(Cheap),
            lock: None,
        };
        let now = Now { boot_ms: 1_000, wall_ms: WALL_MS };
        let room = Room::open(facts, parts, Known::default());
        Self { room, now, log: Vec::new(), recording: None, counters: [0; 8] }
    }

    pub fn input(&mut self, input: Input) -> Vec<Output> {
        let out = self.room.handle(self.now, input);
        for output in &out {
            if let Output::Record(batch) = output {
                assert!(self.recording.replace(batch.clone()).is_none());
            }
        }
        out
    }

    /// The log writes, until there is nothing to write.
    pub fn record(&mut self) -> Vec<Output> {
        let mut out = Vec::new();
        while let Some(batch) = self.recording.take() {
            let seq = batch.entries.last().unwrap().seq;
            self.log.extend(batch.entries);
            out.extend(self.input(Input::Recorded(seq)));
        }
        out
    }

    /// Hands this in, and writes down what follows.
    pub fn done(&mut self, input: Input) -> Vec<Output> {
        let mut out = self.input(input);
        out.extend(self.record());
        out
    }

    /// A member does something, under an id of this number.
    pub fn does(&mut self, member: u8, id: u8, deed: &Deed) -> Vec<Output> {
        let mut out = self.hands_in(member, id, deed);
        out.extend(self.record());
        out
    }

    /// The same, and nothing is written down yet.
    pub fn hands_in(&mut self, member: u8, id: u8, deed: &Deed) -> Vec<Output> {
        let (kind, body) = op::deed_body(deed);
        let op = Op { room: ROOM, author: key(member), n: 0, id: OpId([id; 16]), kind, body };
        let signature = Signs(op.author).sign(&op::canonical(&op));
        let submit = ClientMessage::Submit(vec![SignedOp { op, signature }]);
        self.input(Input::Received(ConnId(member.into()), submit))
    }

    pub fn later(&mut self) -> Vec<Output> {
        self.now.boot_ms += PRESENCE_EVERY_MS;
        self.input(Input::Tick)
    }

    /// A member of this number comes, by a connection of the same number, from the address that ends so.
    pub fn enter(&mut self, number: u8, name: &str) -> Vec<Output> {
        // The host comes by no network.
        let (conn, address) = (ConnId(number.into()), (number != 1).then(|| address(number)));
        let mut out =
            self.input(Input::Connected { conn, hello: hello(number), address, binding: [number; 32] });
        out.extend(self.introduce(number, name));
        out
    }

    pub fn introduce(&mut self, number: u8, name: &str) -> Vec<Output> {
        let message = ClientMessage::Introduce(nick(name));
        let mut out = self.input(Input::Received(ConnId(number.into()), message));
        out.extend(self.record());
        out
    }

    pub fn say(&mut self, member: u8, words: &str, audience: Audience) -> Vec<Output> {
        self.submit(member, kind::POST, op::post_body(&text(words), audience))
    }

    pub fn submit(&mut self, member: u8, kind: u32, body: bytes::Bytes) -> Vec<Output> {
        let n = self.counters[usize::from(member)] + 1;
        self.counters[usize::from(member)] = n;
        let mut id = [member; 16];
        id[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let op = Op { room: ROOM, author: key(member), n, id: OpId(id), kind, body };
        let signature = Signs(op.author).sign(&op::canonical(&op));
        let submit = ClientMessage::Submit(vec![SignedOp { op, signature }]);
        let mut out = self.input(Input::Received(ConnId(member.into()), submit));
        out.extend(self.record());
        out
    }

    pub fn guest(&mut self, conn: u64, last: u8) -> Vec<Output> {
        self.input(Input::GuestCame { conn: ConnId(conn), address: address(last) })
    }

    pub fn ask(&mut self, conn: u64, ask: GuestAsk) -> Vec<Output> {
        let mut out = self.input(Input::GuestAsked(ConnId(conn), ask));
        out.extend(self.record());
        out
    }

    pub fn guest_says(&mut self, conn: u64, words: &str) -> Vec<Output> {
        self.ask(conn, GuestAsk::Say(text(words)))
    }
}

/// What the room says to one guest.
pub fn answers(out: &[Output], conn: u64) -> Vec<String> {
    let mine = out.iter().filter_map(|output| match output {
        Output::ToGuest(to, GuestLine::Note(words))
        | Output::CloseGuest(to, Some(GuestLine::Note(words)))
            if to.0 == conn =>
        {
            Some(words.clone())
        }
        _ => None,
    });
    mine.collect()
}

/// What guests are told, as lines, without those from `me`.
pub fn told(out: &[Output], me: u64) -> Vec<String> {
    let lines = out.iter().filter_map(|output| match output {
        Output::ToGuests(lines) => Some(lines.clone()),
        _ => None,
    });
    let for_me = lines.flatten().filter(|told| told.from != Some(ConnId(me)));
    for_me
        .map(|told| match told.line {
            GuestLine::Said { who, text } => format!("<{who}> {text}"),
            GuestLine::Note(words) => format!("* {words}"),
        })
        .collect()
}

pub fn is_in(out: &[Output], conn: u64) -> Option<Seq> {
    out.iter().find_map(|output| match output {
        Output::GuestIn { conn: to, before } if to.0 == conn => Some(*before),
        _ => None,
    })
}

pub fn closed(out: &[Output]) -> Vec<u64> {
    let closed = out.iter().filter_map(|output| match output {
        Output::CloseGuest(conn, _) => Some(conn.0),
        _ => None,
    });
    closed.collect()
}

/// What this member is told of who is here without encryption.
pub fn lists(out: &[Output], member: u64) -> Vec<GuestList> {
    let lists = out.iter().filter_map(|output| match output {
        Output::Send(to, ServerMessage::Guests(list)) if to.0 == member => Some(list.clone()),
        _ => None,
    });
    lists.collect()
}

pub fn list(names: &[&str]) -> GuestList {
    let count = u32::try_from(names.len()).unwrap();
    GuestList { names: names.iter().map(|name| nick(name)).collect(), count }
}

/// What the host's person is told of what guests may do.
pub fn rules_told(out: &[Output]) -> Vec<GuestRules> {
    let told = out.iter().filter_map(|output| match output {
        Output::Tell(RoomNotice::GuestsChanged(rules)) => Some(rules.clone()),
        _ => None,
    });
    told.collect()
}
