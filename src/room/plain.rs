//! A room of plain text, without a socket, a clock or a disk.
//!
//! No Hallway answers there, so the log is kept by this computer alone: its entries are numbered and chained as
//! everywhere, and what others said is written down as a host writes down its guests. [`PlainRoom`] keeps what can be
//! kept:
//! * **What I say is safe before it is shown**, and stays in the outbox until it was written into the room. It goes out
//!   one line a write, never two at once, so that no server can join two of them. That is all that can be known: such a
//!   room confirms nothing.
//! * **What is shown is stored, in order, once.** Nothing that somebody said is lost for looking like a line of mine:
//!   where a server sends me my own lines, that must show first.
//! * **What may be missing is shown as missing**: after a lost connection, and after a start, the numbers have a
//!   gap, which the log keeps.

mod echo;
mod journal;
mod outbox;

use std::collections::BTreeSet;
use std::net::IpAddr;

use self::echo::Echoes;
use self::journal::{Item, Journal};
use self::outbox::PlainOutbox;
use super::log::{Digest, OpSigner};
use crate::types::limits::{NOT_STORED_RETRY_MS, PLAIN_FLUSH_MS, PLAIN_NAMES, PLAIN_PACE_MS};
use crate::types::{
    Link, Message, MessageText, Nickname, Now, OpId, Outgoing, Pending, RoomId, Run, Seq, TextEncoding,
};
use crate::wire::plain::{Heard, PlainLine, PlainReader, line_bytes, shown_name};

/// What a plain room is called to whom it gives no names.
const NOBODY: &str = "somebody";

/// The operations of cryptography that a plain room is given.
pub struct PlainParts {
    /// SHA-256.
    pub digest: Box<dyn Digest>,
    /// Signs with this installation's key.
    pub signer: Box<dyn OpSigner>,
}

/// What the disk holds of a plain room.
#[derive(Debug, Clone)]
pub struct PlainStored {
    /// Which room.
    pub room_id: RoomId,
    /// The last entry.
    pub last: Link,
    /// Its time, milliseconds since 1970 UTC.
    pub last_at_ms: i64,
    /// The counter of the next thing that I say.
    pub next_n: u64,
    /// The outbox, oldest first.
    pub outbox: Vec<Outgoing>,
    /// What I am called here; the room knows nothing of it.
    pub nick: Nickname,
}

/// What happened to a plain room.
#[derive(Debug, Clone)]
pub enum PlainInput {
    /// I say this.
    Say {
        /// Its identity. A text of several lines is several messages, and the others get one derived from it.
        id: OpId,
        /// What.
        text: MessageText,
        /// My own clock, milliseconds since 1970 UTC.
        at_ms: i64,
    },
    /// The row of the outbox is durable.
    Queued(OpId),
    /// The row could not be kept, in the system's words.
    QueueFailed(OpId, String),
    /// Connected, from this address.
    Up(IpAddr),
    /// The room sent this.
    Heard(Vec<u8>),
    /// What was to be written was.
    Written,
    /// The connection is gone.
    Down,
    /// The run under way is durable.
    Stored(Link),
    /// Nothing of it is, in the system's words.
    StoreFailed(String),
    /// It is [`PlainRoom::next_tick`].
    Tick,
}

/// What the shell is to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainOutput {
    /// Put this at the end of the outbox, and answer with [`PlainInput::Queued`] or [`PlainInput::QueueFailed`].
    Queue(Outgoing),
    /// Store this as the newest of the log, synced, take these ops out of the outbox in the same commit, and answer
    /// with [`PlainInput::Stored`] or [`PlainInput::StoreFailed`]. There is never a second one before the answer.
    Store {
        /// The entries.
        run: Run,
        /// The ops.
        done: Vec<OpId>,
    },
    /// Write these bytes, in one piece, and answer with [`PlainInput::Written`].
    Write(Vec<u8>),
    /// For the person.
    Tell(PlainTold),
}

/// What a person is told of a plain room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainTold {
    /// New entries, durable, in order.
    Entries(Vec<Message>),
    /// Nothing is known of what was said between these entries, both excluded.
    Gap {
        /// The last one before it.
        after: Seq,
        /// The first one behind it.
        before: Seq,
    },
    /// Safe in the outbox.
    Pending(Outgoing),
    /// It could not be kept, so it is nowhere but here.
    Unsaid {
        /// Which.
        id: OpId,
        /// What it said.
        text: MessageText,
        /// Why, in words.
        reason: String,
    },
    /// More people are there than was known; [`PlainRoom::names`] has all of them.
    There,
    /// Somebody came, as the room says.
    Came(Nickname),
    /// Somebody left, as the room says.
    Left(Nickname),
    /// The log cannot be written, in the system's words.
    NotStoring(String),
    /// It can be again.
    StoringAgain,
}

/// A connection.
struct Up {
    /// What the room may call me.
    mine: Vec<Nickname>,
    reader: PlainReader,
    echoes: Echoes,
    /// When what waits is a line, boot milliseconds.
    flush_at: Option<u64>,
    /// When the next line may be written, boot milliseconds.
    write_at: u64,
    /// A line is being written.
    writing: bool,
}

/// One plain room.
pub struct PlainRoom {
    parts: PlainParts,
    nick: Nickname,
    journal: Journal,
    outbox: PlainOutbox,
    names: BTreeSet<Nickname>,
    up: Option<Up>,
    /// When the log is tried again, boot milliseconds; it refused the last run.
    retry_at: Option<u64>,
    failing: bool,
}

impl PlainRoom {
    /// The room that the disk holds. Rows of the outbox are not told again: whoever read them shows them.
    pub fn new(stored: PlainStored, parts: PlainParts) -> Self {
        let PlainStored { room_id, last, last_at_ms, next_n, outbox, nick } = stored;
        Self {
            parts,
            nick,
            journal: Journal::new(room_id, last, last_at_ms),
            outbox: PlainOutbox::new(room_id, next_n, outbox),
            names: BTreeSet::new(),
            up: None,
            retry_at: None,
            failing: false,
        }
    }

    /// What is to be done about `input`, in order.
    #[must_use]
    pub fn handle(&mut self, now: Now, input: PlainInput) -> Vec<PlainOutput> {
        let mut out = Vec::new();
        match input {
            PlainInput::Say { id, text, at_ms } => {
                self.outbox.say((id, &text, at_ms), &self.parts, &mut out);
            }
            PlainInput::Queued(id) => self.outbox.queued(id, &mut out),
            PlainInput::QueueFailed(id, reason) => self.outbox.queue_failed(id, reason, &mut out),
            PlainInput::Up(me) => self.connected(now, me),
            PlainInput::Heard(bytes) => self.heard(now, &bytes, &mut out),
            PlainInput::Written => self.written(now),
            PlainInput::Down => self.down(now, &mut out),
            PlainInput::Stored(link) => self.stored(link, &mut out),
            PlainInput::StoreFailed(reason) => self.store_failed(now, reason, &mut out),
            PlainInput::Tick => self.tick(now, &mut out),
        }
        self.write_next(now, &mut out);
        self.store_next(&mut out);
        out
    }

    /// My outbox, oldest first: what is safe there, and not what is on its way to it.
    pub fn pending(&self) -> Vec<Pending> {
        self.outbox.pending()
    }

    /// When [`PlainInput::Tick`] is due, boot milliseconds; none while nothing waits for time.
    pub fn next_tick(&self) -> Option<u64> {
        let up = self.up.as_ref();
        let write =
            up.filter(|up| !up.writing && !self.failing && self.outbox.has_next()).map(|up| up.write_at);
        let flush = up.and_then(|up| up.flush_at);
        [write, flush, self.retry_at].into_iter().flatten().min()
    }

    /// Whether more can be taken from the connection now: what was heard is written down as quickly as it comes.
    pub fn listens(&self) -> bool {
        !self.journal.is_full()
    }

    /// Whether everything that I said was written into the room and is in the log, or waits for a connection.
    pub fn is_idle(&self) -> bool {
        let writes =
            self.up.as_ref().is_some_and(|up| up.writing || (!self.failing && self.outbox.has_next()));
        !writes && !self.journal.is_busy()
    }

    /// Who is there, as far as the room says.
    pub fn names(&self) -> impl Iterator<Item = &Nickname> {
        self.names.iter()
    }

    /// The last entry that is durable.
    pub fn head(&self) -> Link {
        self.journal.head()
    }

    fn connected(&mut self, now: Now, me: IpAddr) {
        self.up = Some(Up {
            mine: shown_name(&me.to_string()).into_iter().collect(),
            reader: PlainReader::new(TextEncoding::default()),
            echoes: Echoes::default(),
            flush_at: None,
            write_at: now.boot_ms,
            writing: false,
        });
    }

    fn heard(&mut self, now: Now, bytes: &[u8], out: &mut Vec<PlainOutput>) {
        let Some(up) = &mut self.up else { return };
        up.reader.push(bytes);
        up.flush_at = up.reader.has_rest().then(|| now.boot_ms.saturating_add(PLAIN_FLUSH_MS));
        self.take_heard(now, out);
    }

    fn take_heard(&mut self, now: Now, out: &mut Vec<PlainOutput>) {
        let Some(up) = &mut self.up else { return };
        while let Some(heard) = up.reader.next_heard() {
            match heard {
                Heard::Said(PlainLine { who, text, .. }) => {
                    if up.echoes.is_echo(now, who.as_ref(), &up.mine, &text) {
                        continue;
                    }
                    let name = who.or_else(|| Nickname::new(NOBODY).ok()).unwrap_or_else(Nickname::fallback);
                    self.journal.add(Item::Theirs(name, text), now.wall_ms);
                }
                Heard::You(name) => up.mine.push(name),
                Heard::Here(names) => {
                    let before = self.names.len();
                    for name in names.into_iter().filter(|name| !up.mine.contains(name)) {
                        keep(&mut self.names, name);
                    }
                    if self.names.len() > before {
                        out.push(PlainOutput::Tell(PlainTold::There));
                    }
                }
                Heard::Came(name) => {
                    if keep(&mut self.names, name.clone()) {
                        out.push(PlainOutput::Tell(PlainTold::Came(name)));
                    }
                }
                Heard::Gone(name) => {
                    if self.names.remove(&name) {
                        out.push(PlainOutput::Tell(PlainTold::Left(name)));
                    }
                }
            }
        }
    }

    fn written(&mut self, now: Now) {
        let Some(up) = self.up.as_mut().filter(|up| up.writing) else { return };
        up.writing = false;
        up.write_at = now.boot_ms.saturating_add(PLAIN_PACE_MS);
        if let Some(row) = self.outbox.written() {
            up.echoes.wrote(now, row.text.clone());
            self.journal.add(Item::Mine(Box::new(row), self.nick.clone()), now.wall_ms);
        }
    }

    fn down(&mut self, now: Now, out: &mut Vec<PlainOutput>) {
        let Some(up) = &mut self.up else { return };
        up.reader.finish();
        self.take_heard(now, out);
        self.up = None;
        self.names.clear();
        self.outbox.cut_off();
        self.journal.interrupted();
    }

    fn stored(&mut self, link: Link, out: &mut Vec<PlainOutput>) {
        let Some(run) = self.journal.stored(link) else { return };
        if std::mem::take(&mut self.failing) {
            out.push(PlainOutput::Tell(PlainTold::StoringAgain));
        }
        self.outbox.stored(&run.done);
        if let (Some(after), Some(first)) = (run.gap_after, run.messages.first()) {
            out.push(PlainOutput::Tell(PlainTold::Gap { after, before: first.seq }));
        }
        out.push(PlainOutput::Tell(PlainTold::Entries(run.messages)));
    }

    fn store_failed(&mut self, now: Now, reason: String, out: &mut Vec<PlainOutput>) {
        self.journal.failed();
        self.retry_at = Some(now.boot_ms.saturating_add(NOT_STORED_RETRY_MS));
        if !std::mem::replace(&mut self.failing, true) {
            out.push(PlainOutput::Tell(PlainTold::NotStoring(reason)));
        }
    }

    fn tick(&mut self, now: Now, out: &mut Vec<PlainOutput>) {
        self.retry_at.take_if(|at| *at <= now.boot_ms);
        let Some(up) = &mut self.up else { return };
        if up.flush_at.take_if(|at| *at <= now.boot_ms).is_some() {
            up.reader.flush();
            up.flush_at = up.reader.has_rest().then(|| now.boot_ms.saturating_add(PLAIN_FLUSH_MS));
            self.take_heard(now, out);
        }
    }

    /// Writes the next line, if it may be. Where the log cannot be written, nothing more is said.
    fn write_next(&mut self, now: Now, out: &mut Vec<PlainOutput>) {
        let Some(up) = self.up.as_mut().filter(|up| !up.writing && up.write_at <= now.boot_ms) else {
            return;
        };
        if self.failing {
            return;
        }
        if let Some(line) = self.outbox.write_next() {
            up.writing = true;
            out.push(PlainOutput::Write(line_bytes(&line)));
        }
    }

    fn store_next(&mut self, out: &mut Vec<PlainOutput>) {
        if self.retry_at.is_some() {
            return;
        }
        if let Some(run) = self.journal.next_run(&self.parts) {
            // Rows of others' lines are in no outbox; naming them all makes every commit a synced one.
            let done = run.entries.iter().map(|entry| entry.signed.op.id).collect();
            out.push(PlainOutput::Store { run, done });
        }
    }
}

/// Keeps a name, if it is new and there is space.
fn keep(names: &mut BTreeSet<Nickname>, name: Nickname) -> bool {
    names.len() < PLAIN_NAMES && names.insert(name)
}

#[cfg(test)]
mod tests;
