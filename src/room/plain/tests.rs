//! A plain room with a clock, a disk and a connection that do what the test says.

use std::hash::{DefaultHasher, Hasher};

use super::*;
use crate::types::limits::{PLAIN_PACE_MS, PLAIN_WRITE_BYTES, STAGED_ENTRIES};
use crate::types::{Author, Content, Hash, MemberId, MemberKey, Signature};

mod gaps;

struct Fake;

impl Digest for Fake {
    fn sha256(&self, parts: &[&[u8]]) -> Hash {
        let mut lanes = [0; 32];
        for (lane, out) in lanes.chunks_mut(8).enumerate() {
            let mut hasher = DefaultHasher::new();
            hasher.write_usize(lane);
            for part in parts {
                hasher.write(part);
            }
            out.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        Hash(lanes)
    }
}

impl OpSigner for Fake {
    fn key(&self) -> MemberKey {
        MemberKey([7; 32])
    }
    fn sign(&self, message: &[u8]) -> Signature {
        Signature([message.len() as u8; 64])
    }
}

/// A room, a clock, and a disk that answers when it is told to.
struct World {
    room: PlainRoom,
    now: Now,
    outbox: Vec<Outgoing>,
    stores: Vec<(Run, Vec<OpId>)>,
    wrote: Vec<String>,
    told: Vec<PlainTold>,
    disk_is_full: bool,
}

fn stored(last: Link, outbox: Vec<Outgoing>) -> PlainStored {
    let nick = Nickname::new("Ana").unwrap();
    PlainStored { room_id: RoomId([1; 32]), last, last_at_ms: 50, next_n: 1, outbox, nick }
}

impl World {
    fn new() -> Self {
        let parts = PlainParts { digest: Box::new(Fake), signer: Box::new(Fake) };
        Self {
            room: PlainRoom::new(stored(Link::START, Vec::new()), parts),
            now: Now { boot_ms: 1_000, wall_ms: 100 },
            outbox: Vec::new(),
            stores: Vec::new(),
            wrote: Vec::new(),
            told: Vec::new(),
            disk_is_full: false,
        }
    }

    /// Hands this in, and answers what the disk and the network answer, until nothing more follows.
    fn feed(&mut self, input: PlainInput) {
        let mut inputs = vec![input];
        while !inputs.is_empty() {
            for output in self.room.handle(self.now, inputs.remove(0)) {
                match output {
                    PlainOutput::Queue(row) => {
                        inputs.push(PlainInput::Queued(row.signed.op.id));
                        self.outbox.push(row);
                    }
                    PlainOutput::Store { .. } if self.disk_is_full => {
                        inputs.push(PlainInput::StoreFailed("the disk is full".to_owned()));
                    }
                    PlainOutput::Store { run, done } => {
                        inputs.push(PlainInput::Stored(run.last()));
                        self.outbox.retain(|row| !done.contains(&row.signed.op.id));
                        self.stores.push((run, done));
                    }
                    PlainOutput::Write(bytes) => self.wrote.push(String::from_utf8(bytes).unwrap()),
                    PlainOutput::Tell(told) => self.told.push(told),
                }
            }
        }
    }

    fn up(&mut self) {
        self.feed(PlainInput::Up("10.0.0.1".parse().unwrap()));
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.feed(PlainInput::Heard(bytes.to_vec()));
    }

    fn say(&mut self, id: u8, text: &str) {
        let text = MessageText::new(text).unwrap();
        self.feed(PlainInput::Say { id: OpId([id; 16]), text, at_ms: 90 });
    }

    fn later(&mut self, ms: u64) {
        self.now.boot_ms += ms;
        self.feed(PlainInput::Tick);
    }

    /// Writes go through until none follows.
    fn write_all(&mut self) {
        while self.room.up.as_ref().is_some_and(|up| up.writing) {
            self.feed(PlainInput::Written);
            self.later(PLAIN_PACE_MS);
        }
    }

    /// What was told, as `seq name: text`.
    fn lines(&mut self) -> Vec<String> {
        let told = std::mem::take(&mut self.told);
        let mut all = Vec::new();
        for told in told {
            match told {
                PlainTold::Entries(messages) => {
                    for message in messages {
                        let Content::Post(text) = &message.content else { panic!("{message:?}") };
                        all.push(format!("{} {}: {text}", message.seq, message.name));
                    }
                }
                PlainTold::Gap { after, before } => all.push(format!("gap {after} {before}")),
                PlainTold::Pending(row) => all.push(format!("pending {}", row.text)),
                PlainTold::Unsaid { text, .. } => all.push(format!("unsaid {text}")),
                PlainTold::There => {
                    all.extend(self.room.names().map(|name| format!("there {name}")));
                }
                PlainTold::Came(name) => all.push(format!("came {name}")),
                PlainTold::Left(name) => all.push(format!("left {name}")),
                PlainTold::NotStoring(_) => all.push("not storing".to_owned()),
                PlainTold::StoringAgain => all.push("storing again".to_owned()),
            }
        }
        all
    }
}

#[test]
fn what_others_say_is_told_when_it_is_durable_with_its_author_as_a_guest() {
    let mut world = World::new();
    world.up();
    world.hear(b"Welcome to this chatroom!<10.0.0.2> hi\n<10.0.0.3> ho\nhe\n");
    assert_eq!(world.lines(), ["1 10.0.0.2: hi", "2 10.0.0.3: ho", "3 10.0.0.3: he"]);
    let entries = &world.stores[0].0.entries;
    let message = crate::wire::op::message(&entries[0]);
    assert_eq!((message.author, message.member, message.at_ms), (Author::Guest, MemberId(0), 100));
    assert_eq!(entries[1].prev, entries[0].link());
    world.hear(b"nobody's\n");
    assert_eq!(world.lines(), ["4 10.0.0.3: nobody's"]);
}

#[test]
fn a_room_without_names_has_somebody_in_it() {
    let mut world = World::new();
    world.up();
    world.hear(b"hi\n");
    assert_eq!(world.lines(), ["1 somebody: hi"]);
}

#[test]
fn every_line_that_i_say_is_pending_then_written_by_itself_and_then_an_entry() {
    let mut world = World::new();
    world.up();
    world.say(1, "one\n\ntwo");
    assert_eq!(world.lines(), ["pending one", "pending two"]);
    assert_eq!(world.wrote, ["one\n"], "one at a time");
    world.feed(PlainInput::Written);
    assert_eq!(world.lines(), ["1 Ana: one"]);
    assert_eq!((world.wrote.len(), world.room.next_tick()), (1, Some(1_000 + PLAIN_PACE_MS)));
    world.later(PLAIN_PACE_MS - 1);
    assert_eq!(world.wrote.len(), 1, "not before it is time");
    world.later(1);
    assert_eq!(world.wrote, ["one\n", "two\n"]);
    assert!(!world.room.is_idle());
    world.feed(PlainInput::Written);
    assert_eq!(world.lines(), ["2 Ana: two"]);
    assert!(world.outbox.is_empty() && world.room.is_idle());
    let entry = &world.stores[0].0.entries[0];
    assert_eq!((entry.signed.op.id, entry.signed.op.n, entry.member), (OpId([1; 16]), 1, MemberId(1)));
    assert_ne!(world.stores[1].0.entries[0].signed.op.id, OpId([1; 16]));
}

#[test]
fn no_write_is_longer_than_what_a_server_relays_in_one_piece() {
    let mut world = World::new();
    world.up();
    world.say(1, &"é".repeat(5_000));
    world.write_all();
    assert!(world.wrote.len() > 5);
    for line in &world.wrote {
        assert!(line.len() <= PLAIN_WRITE_BYTES && line.ends_with('\n'));
    }
    assert_eq!(world.wrote.concat().matches('é').count(), 5_000);
}

#[test]
fn what_is_said_while_the_room_is_away_goes_out_when_it_is_back() {
    let mut world = World::new();
    world.say(1, "early");
    assert_eq!((world.lines(), world.wrote.len()), (vec!["pending early".to_owned()], 0));
    assert_eq!(world.room.next_tick(), None);
    world.up();
    assert_eq!(world.wrote, ["early\n"]);
    world.feed(PlainInput::Down);
    world.up();
    assert_eq!(world.wrote, ["early\n", "early\n"], "what was not written to its end is written again");
    world.write_all();
    assert_eq!(world.lines(), ["1 Ana: early"], "and stands in the log once");
}

#[test]
fn what_the_disk_does_not_take_is_neither_told_nor_lost_and_nothing_more_is_said() {
    let mut world = World::new();
    world.up();
    world.disk_is_full = true;
    world.hear(b"<10.0.0.2> hi\n");
    world.say(1, "mine");
    assert_eq!(
        (world.lines(), world.wrote.len()),
        (vec!["not storing".to_owned(), "pending mine".to_owned()], 0)
    );
    world.later(NOT_STORED_RETRY_MS);
    assert_eq!(world.lines(), Vec::<String>::new(), "said once");
    world.disk_is_full = false;
    world.later(NOT_STORED_RETRY_MS);
    world.later(0);
    assert_eq!(world.lines(), ["storing again", "1 10.0.0.2: hi"]);
    assert_eq!(world.wrote, ["mine\n"]);
}

#[test]
fn a_room_that_floods_is_not_listened_to_while_the_disk_is_behind() {
    let mut world = World::new();
    world.up();
    world.disk_is_full = true;
    world.hear(&b"x\n".repeat(STAGED_ENTRIES - 1));
    assert!(world.room.listens());
    world.hear(b"x\n");
    assert!(!world.room.listens());
    world.disk_is_full = false;
    world.later(NOT_STORED_RETRY_MS);
    assert!(world.room.listens());
    world.disk_is_full = true;
    let line = [vec![b'x'; 16 * 1_024], b"\n".to_vec()].concat();
    (1..journal::WAITING_BYTES / (16 * 1_024)).for_each(|_| world.hear(&line));
    assert!(world.room.listens(), "one short of 4 MiB");
    world.hear(&line);
    assert!(!world.room.listens());
    world.disk_is_full = false;
    world.later(NOT_STORED_RETRY_MS);
    assert!(world.room.listens());
}

#[test]
fn somebody_who_answers_with_my_own_words_is_heard() {
    for name in ["", "<10.0.0.1> "] {
        let mut world = World::new();
        world.up();
        for id in 1..4 {
            world.say(id, "hi");
            world.write_all();
            world.later(1_000);
            world.hear(format!("{name}hi\n").as_bytes());
        }
        let lines = world.lines();
        assert_eq!(lines.iter().filter(|line| line.ends_with(": hi")).count(), 6, "{lines:?}");
    }
}

#[test]
fn in_a_room_that_sends_all_back_nothing_of_mine_is_doubled() {
    let mut world = World::new();
    world.up();
    for (id, text) in [(1, "a"), (2, "b"), (3, "c")] {
        world.say(id, text);
        world.feed(PlainInput::Written);
        world.hear(format!("<10.0.0.1> {text}\n").as_bytes());
        world.later(PLAIN_PACE_MS);
    }
    world.hear(b"<10.0.0.1> c\n<10.0.0.2> c\n");
    let lines = world.lines();
    let said: Vec<&str> =
        lines.iter().map(String::as_str).filter(|line| !line.starts_with("pending")).collect();
    let expected = ["1 Ana: a", "2 Ana: b", "3 Ana: c", "4 10.0.0.1: c", "5 10.0.0.2: c"];
    assert_eq!(said, expected);
}

#[test]
fn a_line_without_an_end_is_told_after_a_while() {
    let mut world = World::new();
    world.up();
    world.hear(b"<10.0.0.2> no end");
    assert_eq!(world.room.next_tick(), Some(1_000 + PLAIN_FLUSH_MS));
    world.later(PLAIN_FLUSH_MS);
    assert_eq!((world.lines(), world.room.next_tick()), (vec!["1 10.0.0.2: no end".to_owned()], None));
}

#[test]
fn the_members_that_ncat_announces_come_and_go() {
    let mut world = World::new();
    world.up();
    world.hear(b"<announce> 10.0.0.1 is connected as <user6>.\n<announce> already connected: 10.0.0.2 as <user4>, 10.0.0.3 as <user5>.\n");
    let there = world.lines();
    world.hear(b"<announce> 10.0.0.4 is connected as <user7>.\n<announce> already connected: 10.0.0.2 as <user4>, 10.0.0.1 as <user6>.\n");
    world.hear(b"<announce> <user4> is disconnected.\n<announce> <user4> is disconnected.\n");
    assert_eq!(there, ["there user4", "there user5"]);
    assert_eq!(world.lines(), ["came user7", "left user4"]);
    assert_eq!(world.room.names().map(Nickname::as_str).collect::<Vec<_>>(), ["user5", "user7"]);
    for id in 1..3 {
        world.say(id, "hi");
        world.feed(PlainInput::Written);
        world.hear(b"<user6> hi\n");
        world.later(PLAIN_PACE_MS);
    }
    world.hear(b"<user7> hi\n");
    let expected = ["pending hi", "1 Ana: hi", "pending hi", "2 Ana: hi", "3 user7: hi"];
    assert_eq!(world.lines(), expected, "user6 is me");
    world.feed(PlainInput::Down);
    assert_eq!(world.room.names().count(), 0);
}

#[test]
fn a_thousand_names_are_kept_and_not_one_more() {
    let mut world = World::new();
    world.up();
    for user in 0..=PLAIN_NAMES {
        world.hear(format!("<announce> 10.0.0.1 is connected as <user{user}>.\n").as_bytes());
    }
    assert_eq!(world.room.names().count(), PLAIN_NAMES);
    world.hear(b"<announce> 10.0.0.1 is connected as <user9999>.\n");
    assert_eq!(world.room.names().count(), PLAIN_NAMES);
}

#[test]
fn a_text_of_which_nothing_is_left_is_given_back() {
    let mut world = World::new();
    world.up();
    let text = "\u{202E}";
    world.say(1, text);
    assert_eq!((world.lines(), world.wrote.len()), (vec![format!("unsaid {text}")], 0));
}

#[test]
fn a_row_that_could_not_be_kept_is_given_back() {
    let mut world = World::new();
    let text = MessageText::new("hi").unwrap();
    let id = OpId([1; 16]);
    let queue = world.room.handle(world.now, PlainInput::Say { id, text, at_ms: 0 });
    assert!(matches!(queue[..], [PlainOutput::Queue(_)]));
    world.feed(PlainInput::QueueFailed(id, "full".to_owned()));
    world.up();
    assert_eq!((world.lines(), world.wrote.len()), (vec!["unsaid hi".to_owned()], 0));
}
