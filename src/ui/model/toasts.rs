//! What appears by itself at the edge and needs no answer.

use std::path::PathBuf;

use super::Model;
use crate::session::{Failure, Moved, Notice};
use crate::types::RoomId;

/// Toasts at once; an older one makes room.
const TOASTS: usize = 4;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// Its number, never used again.
    pub id: u64,
    /// What it tells.
    pub kind: ToastKind,
}

/// What a toast tells.
#[derive(Debug, Clone, PartialEq)]
pub enum ToastKind {
    /// A file was written.
    Saved(PathBuf),
    /// A file was not written, in the system's words.
    NotSaved(String),
    /// A history is being written into a file.
    Exporting {
        /// Of which room.
        room: RoomId,
        /// What that is called.
        name: String,
        /// How much of it is written.
        percent: u8,
    },
    /// An export was cancelled.
    NotExported,
    /// An export did not begin, for another one runs.
    ExportBusy,
    /// My identity went to another computer, or came from one.
    Identity(Moved),
    /// This room is forgotten.
    Forgotten(String),
    /// Not everything of this room could be removed, in the system's words.
    NotForgotten(String, String),
    /// A history cannot be read, in the system's words.
    NotRead(String),
    /// The background has something to say that is about no single room.
    Notice(Notice),
    /// The profile cannot be used.
    Unusable(Failure),
    /// A part of the background broke.
    Broken(String),
    /// What was asked for could not be taken, and was not done.
    Busy,
    /// The same, of a message, which is back in the composer.
    BusySay,
    /// A page outside could not be opened, in the system's words.
    NotOpened(String),
    /// No file can be chosen here, in words for the person.
    NotChosen(String),
    /// Sounds cannot be played here, in words for the person.
    NotPlayed(String),
    /// The room of a found line is in no list.
    NotListed,
    /// The window was closed, and the program went on.
    Running,
    /// The window was closed, and the desktop left it where it was.
    Stays,
}

impl ToastKind {
    /// True for what may vanish by itself: nothing has to be done about it.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            Self::Saved(_)
                | Self::Busy
                | Self::BusySay
                | Self::NotListed
                | Self::NotExported
                | Self::Forgotten(_)
                | Self::ExportBusy
        )
    }
}

impl Model {
    /// Shows a toast, once.
    pub(super) fn toast(&mut self, kind: ToastKind) {
        self.toasts.retain(|toast| toast.kind != kind);
        if self.toasts.len() >= TOASTS {
            // What can be cancelled stays as long as it can.
            let stays = |toast: &Toast| matches!(toast.kind, ToastKind::Exporting { .. });
            let oldest = self.toasts.iter().position(|toast| !stays(toast)).unwrap_or_default();
            self.toasts.remove(oldest);
        }
        self.last_toast += 1;
        self.toasts.push(Toast { id: self.last_toast, kind });
    }
}
