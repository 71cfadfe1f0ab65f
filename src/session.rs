//! The bridge between what a person sees and what runs in the background.

pub mod clock;
pub mod command;
pub mod event;
pub mod failure;
mod keys;
mod records;
mod tell;
mod visit;

pub use command::{Command, HostAsk, JoinAsk, PageAsk, PortAsk, RoomRef};
pub use event::{
    Event, Hosting, LogPage, Notice, Online, Person, Reach, ReachKind, RoomEvent, Snapshot, Started, Trust,
};
pub use failure::Failure;

use std::path::PathBuf;

/// What the background needs to know before it starts.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The profile folder.
    pub data_dir: PathBuf,
    /// Write settings and recent rooms; off for headless starts, which leave the window's records alone.
    pub window: bool,
}

/// The handle of the background: commands in, events out.
///
/// The two ends may be had without a background ([`Session::pair`]), which is how the screens are tested.
#[derive(Debug)]
pub struct Session {
    commands: tokio::sync::mpsc::Sender<Command>,
    events: tokio::sync::mpsc::Receiver<Event>,
}

/// The background's ends of the two queues.
#[derive(Debug)]
pub struct Ends {
    /// What is asked.
    pub commands: tokio::sync::mpsc::Receiver<Command>,
    /// What is told.
    pub events: tokio::sync::mpsc::Sender<Event>,
}

/// The command was not taken: too many are waiting, or the background has ended. It comes back unharmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy(pub Command);

impl Session {
    /// The two queues without anything behind them.
    pub fn pair() -> (Self, Ends) {
        let (commands, commands_in) = tokio::sync::mpsc::channel(crate::types::limits::COMMAND_QUEUE);
        let (events_out, events) = tokio::sync::mpsc::channel(crate::types::limits::EVENT_QUEUE);
        (Self { commands, events }, Ends { commands: commands_in, events: events_out })
    }

    /// Asks for something. Never waits.
    ///
    /// # Errors
    /// [`Busy`] gives the command back when the background cannot take it now.
    pub fn send(&self, command: Command) -> Result<(), Busy> {
        self.commands.try_send(command).map_err(|error| Busy(error.into_inner()))
    }

    /// The next thing that happened, if anything did. Never waits.
    pub fn try_next(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}
