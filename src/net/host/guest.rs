//! One guest's life in the room: it moves lines and decides nothing.
//!
//! A guest that floods is not read from; one that does not read misses lines and is told how many. Neither
//! costs the room or a member anything.

mod arrive;
mod backlog;
mod pace;
mod text_line;

pub(super) use arrive::Newcomer;
pub(super) use pace::Allowance;

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use self::backlog::Backlog;
use self::pace::{Pace, Slow};
use self::text_line::{Gone, Moved, TextLine};
use super::guest_lines::{Heard, Listener, Told};
use super::{Shared, ToRoom};
use crate::room::ConnId;
use crate::types::Seq;
use crate::types::limits::{GUEST_BURST, GUEST_HALF_CLOSED_MS, GUEST_PER_SECOND, GUEST_SETTLES_MS};
use crate::wire::text::GuestLine;

/// Milliseconds that last words may take: a ring full of long lines, read on a slow and busy network.
const LAST_WORDS_MS: u64 = 10_000;
/// Milliseconds without a byte of the last words taken, after which nobody reads them.
const LAST_WORDS_STALL_MS: u64 = 1_000;
/// Answers that wait for a guest who does not read: a burst of questions.
const ANSWERS: usize = GUEST_BURST as usize + 2;
/// What is said to a guest that has ended what it says, at once and a little later.
const SAYS_NO_MORE: &str = "you have ended what you send";
const STILL_READS: &str = "you can read here for a minute more";
const _: () = assert!(GUEST_HALF_CLOSED_MS == 60_000, "it is told a minute");

type Reading = Pin<Box<dyn Future<Output = Backlog> + Send>>;

/// What the room says to one guest.
#[derive(Debug)]
pub(super) enum ToGuest {
    /// An answer.
    Line(GuestLine),
    /// It is in, and hears what is told from this entry on.
    In(Seq, Listener),
}

/// The room's way to one guest. Dropping it closes the guest's connection when it has what was said to it.
#[derive(Debug)]
pub(super) struct Way {
    answers: mpsc::Sender<ToGuest>,
    goodbye: oneshot::Sender<GuestLine>,
}

impl Way {
    /// Says something. A guest that does not read loses answers that it does not read either.
    pub(super) fn say(&self, to_guest: ToGuest) {
        let _does_not_read = self.answers.try_send(to_guest);
    }

    /// Closes the guest's connection, with these words last of all.
    pub(super) fn close(self, goodbye: Option<GuestLine>) {
        if let Some(goodbye) = goodbye {
            let _gone = self.goodbye.send(goodbye);
        }
    }
}

/// Somebody without the app, greeted, with whatever it said already.
pub(super) struct Guest {
    conn: ConnId,
    address: IpAddr,
    line: TextLine,
    shared: Shared,
    /// None where guests may speak as fast as they like.
    pace: Option<Pace>,
    /// When the next line may pass, boot milliseconds.
    slow_until: Option<u64>,
    was_slowed: bool,
    /// What all guests are told; none before the room has let it in.
    listener: Option<Listener>,
    backlog: Option<Reading>,
    /// A text of which not all lines were written, and how many bytes of it were.
    saying: Option<(Arc<Told>, usize)>,
    ending: Option<Ending>,
}

/// The guest will say no more.
struct Ending {
    /// Since when, boot milliseconds.
    at_ms: u64,
    /// It was told that it can read on.
    told: bool,
}

/// The guest's connection is over, after its last words and this goodbye.
struct Over(Option<GuestLine>);

impl Guest {
    /// `told` that it can read on, where it has ended what it says.
    fn new((conn, address): (ConnId, IpAddr), line: TextLine, shared: Shared, told: bool) -> Self {
        let ended = line.has_ended();
        let mut guest = Self {
            conn,
            address,
            line,
            shared,
            pace: None,
            slow_until: None,
            was_slowed: false,
            listener: None,
            backlog: None,
            saying: None,
            ending: None,
        };
        if ended {
            guest.ends(told);
        }
        guest
    }

    /// What guests from its address share.
    pub(super) fn shares(&mut self, allowance: Arc<Allowance>) {
        self.pace = self.shared.pace.map(|quota| Pace::new(quota, allowance));
    }

    /// Where it comes from.
    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// What the room is told, and the guest's further life.
    pub(super) fn split(self) -> (ConnId, IpAddr, Way, impl Future<Output = ()> + Send) {
        let (answers, received) = mpsc::channel(ANSWERS);
        let (goodbye, closing) = oneshot::channel();
        (self.conn, self.address, Way { answers, goodbye }, self.run(received, closing))
    }

    async fn run(mut self, mut answers: mpsc::Receiver<ToGuest>, mut closing: oneshot::Receiver<GuestLine>) {
        let goodbye = loop {
            match self.turn(&mut answers, &mut closing).await {
                Ok(()) => {}
                Err(Over(goodbye)) => break goodbye,
            }
        };
        let last_words = self.last_words(answers, goodbye);
        let _late = tokio::time::timeout(Duration::from_millis(LAST_WORDS_MS), last_words).await;
    }

    /// Writes what was meant for this guest already, and the goodbye last.
    async fn last_words(
        &mut self,
        mut answers: mpsc::Receiver<ToGuest>,
        goodbye: Option<GuestLine>,
    ) -> Result<(), Gone> {
        while let Ok(to_guest) = answers.try_recv() {
            self.answered(to_guest);
        }
        if self.backlog.is_some() {
            let backlog = ready(&mut self.backlog).await;
            self.tell_backlog(backlog);
        }
        // What is said from here on is no more for it.
        for _ in 0..=self.listener.as_ref().map_or(0, Listener::waiting) {
            self.fill();
            while self.saying.is_some() || !self.line.is_idle() {
                taken(self.line.step(false, self.now_ms())).await??;
                self.fill();
            }
            if self.listener.as_ref().is_some_and(|listener| listener.waiting() > 0)
                && let Some(heard) = heard(&mut self.listener).await
            {
                self.heard(heard);
            }
        }
        if let Some(goodbye) = &goodbye {
            self.line.say(goodbye);
        }
        taken(self.line.finish()).await
    }

    /// Hands in and fills up what is due, then waits for one thing to happen.
    async fn turn(
        &mut self,
        answers: &mut mpsc::Receiver<ToGuest>,
        closing: &mut oneshot::Receiver<GuestLine>,
    ) -> Result<(), Over> {
        let rules = Arc::clone(&self.shared.rules.borrow_and_update());
        self.line.read_as(&rules);
        self.hand_in().await?;
        self.fill();
        let now = self.now_ms();
        self.end_slowly(now, rules.classic)?;
        self.hang_up(now)?;
        let due = self.due();
        let wait = Duration::from_millis(due.unwrap_or_default().saturating_sub(now));
        let may_read = !self.line.has_ask();
        let hears = self.line.is_idle() && self.saying.is_none() && self.backlog.is_none();
        tokio::select! {
            moved = self.line.step(may_read, now) => {
                self.moved(moved)?;
            }
            Some(to_guest) = answers.recv(), if !self.line.is_full() => self.answered(to_guest),
            heard = heard(&mut self.listener), if hears => self.heard(heard.ok_or(Over(None))?),
            backlog = ready(&mut self.backlog) => self.tell_backlog(backlog),
            goodbye = &mut *closing => return Err(Over(goodbye.ok())),
            Ok(()) = self.shared.rules.changed() => {}
            () = tokio::time::sleep(wait), if due.is_some() => {
                let now = self.now_ms();
                if self.line.rest_due().is_some_and(|at| at <= now) {
                    // What has come meanwhile is not read yet where this task itself had to wait.
                    match tokio::time::timeout(Duration::ZERO, self.line.step(true, now)).await {
                        Ok(moved) => self.moved(moved)?,
                        Err(_nothing_came) => self.line.rest_is_a_line(),
                    }
                }
            }
        }
        Ok(())
    }

    fn moved(&mut self, moved: Result<Moved, Gone>) -> Result<(), Over> {
        if matches!(moved.map_err(|Gone| Over(None))?, Moved::Ended) {
            self.ends(false);
        }
        Ok(())
    }

    fn now_ms(&self) -> u64 {
        (self.shared.clock)().boot_ms
    }

    /// When something is to be done without anything having happened, boot milliseconds.
    fn due(&mut self) -> Option<u64> {
        let asks = self.line.has_ask().then(|| self.slow_until.unwrap_or_default());
        let ending = self
            .ending
            .as_ref()
            .map(|ending| ending.at_ms + if ending.told { GUEST_HALF_CLOSED_MS } else { GUEST_SETTLES_MS });
        self.line.rest_due().into_iter().chain(asks).chain(ending).min()
    }

    /// Hands in what the guest wants, as fast as it may want something.
    async fn hand_in(&mut self) -> Result<(), Over> {
        for _ in 0..GUEST_BURST {
            let now = self.now_ms();
            if !self.line.has_ask() || self.slow_until.is_some_and(|at| now < at) {
                break;
            }
            if let Some(Err(slow)) = self.pace.as_mut().map(|pace| pace.pass(now)) {
                self.slowed(slow);
                break;
            }
            if let Some(ask) = self.line.take_ask(now) {
                let asked = ToRoom::GuestAsked(self.conn, ask);
                self.shared.inputs.send(asked).await.map_err(|_| Over(None))?;
            }
        }
        Ok(())
    }

    fn slowed(&mut self, slow: Slow) {
        let (Slow::Guest(until) | Slow::Address(until)) = slow;
        self.slow_until = Some(until);
        if !std::mem::replace(&mut self.was_slowed, true) {
            self.note(&match slow {
                Slow::Guest(_) => {
                    format!("slowly: what comes faster than {GUEST_PER_SECOND} lines a second waits its turn")
                }
                Slow::Address(_) => {
                    "slowly: much is said from your address, so your lines wait their turn".to_owned()
                }
            });
        }
    }

    /// The room's words, which a classic room has none of.
    fn note(&mut self, words: &str) {
        if !self.shared.rules.borrow().classic {
            self.line.note(words);
        }
    }

    fn ends(&mut self, told: bool) {
        let told = told || self.shared.rules.borrow().classic;
        self.ending = Some(Ending { at_ms: self.now_ms(), told });
        if !told {
            self.note(SAYS_NO_MORE);
        }
    }

    /// A guest that has ended what it says can read for a while. The far end may be gone; writing shows it.
    fn end_slowly(&mut self, now: u64, classic: bool) -> Result<(), Over> {
        let asks = self.line.has_ask();
        let Some(ending) = &mut self.ending else { return Ok(()) };
        let at = ending.at_ms;
        // The classic server is done with whoever ends; and nobody reads for longer than its time.
        if (classic && !asks) || now >= at + GUEST_HALF_CLOSED_MS {
            return Err(Over(None));
        }
        if now >= at + GUEST_SETTLES_MS && !std::mem::replace(&mut ending.told, true) {
            self.line.note(STILL_READS);
        }
        Ok(())
    }

    /// Nobody reads any more: what was said before is taken, at its pace and for a while, and then it is over.
    fn hang_up(&mut self, now: u64) -> Result<(), Over> {
        if !self.line.is_deaf() {
            return Ok(());
        }
        if self.line.has_ended() && !self.line.has_ask() {
            return Err(Over(None));
        }
        self.ending.get_or_insert(Ending { at_ms: now, told: true });
        Ok(())
    }

    fn answered(&mut self, to_guest: ToGuest) {
        match to_guest {
            ToGuest::Line(line) => self.line.say(&line),
            ToGuest::In(before, listener) => {
                self.listener = Some(listener);
                if !self.shared.rules.borrow().classic {
                    let log = Arc::clone(&self.shared.log);
                    self.backlog = Some(Box::pin(Backlog::read(log, before)));
                }
            }
        }
    }

    fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Line(told) if told.from == Some(self.conn) => {}
            Heard::Line(told) => self.saying = Some((told, 0)),
            Heard::Skipped(count) => {
                let messages = if count == 1 { "message" } else { "messages" };
                self.note(&format!("… {count} {messages} skipped"));
            }
        }
    }

    /// Writes on what is being said, line by line, so that a long text takes no long buffer.
    fn fill(&mut self) {
        while let Some((told, at)) = self.saying.take_if(|_| !self.line.is_full()) {
            let GuestLine::Said { who, text } = &told.line else {
                self.line.say(&told.line);
                continue;
            };
            let rest = text.get(at..).unwrap_or_default();
            let next = rest.split('\n').next().unwrap_or_default();
            self.line.say(&GuestLine::Said { who: who.clone(), text: next.to_owned() });
            let end = at + next.len() + 1;
            if end < text.len() {
                self.saying = Some((told, end));
            }
        }
    }

    fn tell_backlog(&mut self, backlog: Backlog) {
        let told = backlog.written(self.line.style(), self.line.waiting());
        self.line.raw(&told);
    }
}

/// Some of the last words, if they are being read.
async fn taken<T>(writing: impl Future<Output = T>) -> Result<T, Gone> {
    tokio::time::timeout(Duration::from_millis(LAST_WORDS_STALL_MS), writing).await.map_err(|_| Gone)
}

/// What comes next of what all guests are told; for ever nothing before the guest is in.
async fn heard(listener: &mut Option<Listener>) -> Option<Heard> {
    let Some(listener) = listener else { return std::future::pending().await };
    listener.next().await
}

/// Waits for the backlog, if it is being read.
async fn ready(reading: &mut Option<Reading>) -> Backlog {
    let Some(future) = reading else { return std::future::pending().await };
    let backlog = future.await;
    *reading = None;
    backlog
}
