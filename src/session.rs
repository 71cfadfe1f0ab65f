//! The bridge between what a person sees and what runs in the background.

pub mod clock;
pub mod command;
pub mod event;
mod export;
pub mod failure;
mod finder;
mod front;
mod history;
mod kept;
mod keys;
mod moving;
mod network;
mod records;
mod renewing;
mod supervisor;
mod tell;
mod visit;

pub use crate::store::{PasswordFileError, password_in};
pub use crate::trust::SealedError;
pub use command::{Command, FindAsk, FindRef, HostAsk, JoinAsk, PageAsk, PasswordAsk, PortAsk, RoomRef};
pub use event::{
    CatchingUp, Event, Exported, FoundPage, Hosting, InviteState, LogPage, LookedInto, Notice, Online,
    Person, Reach, ReachKind, RoomEvent, Snapshot, Started, Trust,
};
pub use export::{ExportError, done, local_time, rule_value, until, wait, write_history, write_history_file};
pub use failure::Failure;
pub use front::{Running, Wish, ask_running, forget_renderer};
pub use history::{HistoryError, RoomHistory, history};
pub use kept::{kept_nick, kept_room};
pub use keys::{room_words, suggest_password};
pub use moving::{Import, Moved, MovingError, export_identity, import_identity};
pub use renewing::renew_identity;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use self::tell::Teller;
use crate::types::limits::{COMMAND_QUEUE, EVENT_QUEUE};
use crate::types::{InviteText, Nickname, Renderer, RoomName, Settings, WindowPlace};

/// What the background needs to know before it starts.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The profile folder.
    pub data_dir: PathBuf,
    /// Keep the list of recent rooms, and be found by later starts; off for headless starts, which leave the
    /// window's records alone.
    pub window: bool,
    /// The window was opened without being shown: the rooms that were open when it ended come back.
    pub hidden: bool,
    /// What draws the window, where that is to be remembered.
    pub renderer: Option<Renderer>,
    /// The link that the window opens with. The window of another start gets it where that one stays and this one ends.
    pub link: Option<InviteText>,
}

impl Setup {
    /// What the window of another start is asked for where there is one.
    fn wish(&self) -> Wish {
        match &self.link {
            Some(link) => Wish::Link(link.clone()),
            None if self.hidden => Wish::Nothing,
            None => Wish::Front,
        }
    }
}

/// The handle of the background: commands in, events out.
///
/// The two ends may be had without a background ([`Session::pair`]), which is how the screens are tested.
#[derive(Debug)]
pub struct Session {
    commands: mpsc::Sender<Command>,
    events: mpsc::Receiver<Event>,
}

/// Lets a background begin that waits ([`Session::prepare`]). Without it, it ends and has touched nothing.
#[derive(Debug)]
pub struct Begin(oneshot::Sender<()>);

/// The background's ends of the two queues.
#[derive(Debug)]
pub struct Ends {
    /// What is asked.
    pub commands: mpsc::Receiver<Command>,
    /// What is told.
    pub events: mpsc::Sender<Event>,
}

/// The command was not taken: too many are waiting, or the background has ended. It comes back unharmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy(pub Box<Command>);

/// The end of a [`Session`] that asks, for callers that may wait.
#[derive(Debug, Clone)]
pub struct Commands(mpsc::Sender<Command>);

/// The end of a [`Session`] that hears, for callers that may wait.
#[derive(Debug)]
pub struct Events(mpsc::Receiver<Event>);

impl Session {
    /// Starts the background on a thread of its own. `wake` is called after each event, from any thread.
    ///
    /// # Errors
    /// When the system gives no thread or no timer.
    pub fn start(setup: Setup, wake: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        let (session, begin) = Self::prepare(setup, wake)?;
        begin.begin();
        Ok(session)
    }

    /// As [`Self::start`], but nothing is touched before it is told to begin.
    ///
    /// # Errors
    /// When the system gives no thread or no timer.
    pub fn prepare(setup: Setup, wake: impl Fn() + Send + Sync + 'static) -> io::Result<(Self, Begin)> {
        let (begin, begun) = oneshot::channel();
        let (session, Ends { commands, events }) = Self::pair();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let teller = Teller::new(events, Arc::new(wake));
        // Thousands of members are thousands of files; where the system says no, fewer come in.
        let _best_effort = rlimit::increase_nofile_limit(u64::MAX);
        std::thread::Builder::new().name("session".to_owned()).spawn(move || {
            if runtime.block_on(begun).is_err() {
                return;
            }
            let supervisor = runtime.spawn(supervisor::run(setup, commands, teller.clone()));
            if let Err(broken) = runtime.block_on(supervisor) {
                runtime.block_on(teller.tell(Event::Broken(broken.to_string())));
            }
        })?;
        Ok((session, Begin(begin)))
    }

    /// The two queues without anything behind them.
    pub fn pair() -> (Self, Ends) {
        let (commands, commands_in) = mpsc::channel(COMMAND_QUEUE);
        let (events_out, events) = mpsc::channel(EVENT_QUEUE);
        (Self { commands, events }, Ends { commands: commands_in, events: events_out })
    }

    /// Asks for something. Never waits.
    ///
    /// # Errors
    /// [`Busy`] gives the command back when the background cannot take it now.
    pub fn send(&self, command: Command) -> Result<(), Busy> {
        self.commands.try_send(command).map_err(|error| Busy(Box::new(error.into_inner())))
    }

    /// The next thing that happened, if anything did. Never waits.
    pub fn try_next(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// The two ends, for callers that have a thread for each.
    pub fn split(self) -> (Commands, Events) {
        (Commands(self.commands), Events(self.events))
    }
}

impl Begin {
    /// Now.
    pub fn begin(self) {
        let _gone = self.0.send(());
    }
}

impl Commands {
    /// Asks for something, and waits until it is taken.
    ///
    /// # Errors
    /// [`Busy`] gives the command back when the background has ended.
    pub fn send(&self, command: Command) -> Result<(), Busy> {
        self.0.blocking_send(command).map_err(|error| Busy(Box::new(error.0)))
    }
}

impl Events {
    /// Waits for the next thing that happens; none when the background has ended.
    pub fn next_event(&mut self) -> Option<Event> {
        self.0.blocking_recv()
    }
}

/// A fresh message id. None when the system gives no randomness.
pub fn fresh_op_id() -> Option<crate::types::OpId> {
    crate::trust::random_bytes().ok().map(crate::types::OpId)
}

/// Where a profile is unless somebody says otherwise. None where there is no home folder.
pub fn default_data_dir() -> Option<PathBuf> {
    crate::store::default_dir()
}

/// The folder of a profile, in full, where a start that knows neither this one's arguments nor its environment has to
/// be told; none where it finds that profile by itself.
pub fn dir_to_name(data_dir: &std::path::Path) -> Option<PathBuf> {
    crate::store::dir_to_name(data_dir)
}

/// The login name, made good; what to be called where nobody chose.
pub fn login_name() -> Nickname {
    /// Characters of a login name that are taken over.
    const LONGEST: usize = 24;
    let login = whoami::username().unwrap_or_default();
    let kept = login.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'));
    Nickname::new(&kept.take(LONGEST).collect::<String>()).unwrap_or_else(|_| Nickname::fallback())
}

/// What a room is called whose host named none: "Ana's room".
pub fn default_room(nick: &Nickname) -> RoomName {
    RoomName::new(&format!("{nick}'s room"))
        .or_else(|_| RoomName::new(nick.as_str()))
        .unwrap_or_else(|_| RoomName::fallback())
}

/// Where the window of this profile was, and what drew it, read before there is one.
pub fn window_before(data_dir: &std::path::Path) -> (Option<WindowPlace>, Option<Renderer>) {
    let Settings { window, renderer, .. } = crate::store::settings::look(data_dir);
    (window, renderer)
}
